"""Tables of counts as an edition shows them: merged if public, 「x」 where hidden, never raw.

``thresholds`` are those of the edition (``year.thresholds``): the public edition has two. What a
sentence or a figure says comes from the same frame as its table.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from pipeline.disclosure import (
    RATINGS,
    SUPPRESSED,
    TOTAL,
    merge_bands,
    protect,
    protect_shares,
    regroup,
    suppress,
    with_margins,
)
from pipeline.outcomes import with_unknown_dx

ATTENDED, CAUGHT_UP, MISSED, PARTLY = "attended", "caught_up", "missed", "partly"
NOT_ATTENDED = (CAUGHT_UP, MISSED, PARTLY)
# A column that sums others → those.
ATTENDED_PARTS = {"not_attended": NOT_ATTENDED, "n": (ATTENDED, *NOT_ATTENDED)}
NO_VALUE = dict.fromkeys(["nonresponse", "not_applicable", "did_not_attend"], "no_value")
OTHER = "other"  # その他: an option that no publication of the town lists
TOO_FEW = "人数が少ないため示さない。"


def seen(table: pd.DataFrame, columns: Mapping) -> dict:
    """``columns`` without those of which nothing is shown."""
    return {c: words for c, words in columns.items() if not len(table) or not table[c].eq(SUPPRESSED).all()}


def is_public(thresholds: Sequence[int]) -> bool:
    return len(thresholds) > 1


def all_hidden(table: pd.DataFrame, columns: Collection[str]) -> bool:
    """Whether a table says nothing: all its numbers are hidden, 0 or missing."""
    values = table[list(columns)].astype(object)
    return bool((values.isna() | values.isin([SUPPRESSED, 0])).all(axis=None))


def returned(bands: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """Who answered by attendance band (band, n, answered, answer_rate); in public the total alone.

    Whether somebody answered isn't hidden: the number of answers is the base of everything.
    """
    own = bands.set_index("band")[["n", "answered"]]
    merged = merge_bands(own["n"], thresholds[0])
    if is_public(thresholds):
        merged = dict.fromkeys(own.index, "全員")
    table = regroup(own, dict(merged)).rename_axis("band").reset_index()
    return table.assign(answer_rate=table["answered"] / table["n"])


def nonresponses(table: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """Answers with and without a value: family, dimension, the reasons (public: no_value), 計.

    How many gave a value isn't hidden, nor how many didn't: it is the base of every share of that question.
    """
    keys = table.set_index(["family", "dimension"])
    reasons = keys.drop(columns="answered")
    if is_public(thresholds):
        shown = regroup(reasons, None, NO_VALUE)
    else:
        shown = suppress(reasons, thresholds, ("row",), known=("row",)).drop(columns=TOTAL)
    shown = pd.concat([keys["answered"], shown.set_axis(keys.index)], axis=1)
    return shown.assign(**{TOTAL: keys.sum(axis=1)}).rename_axis(columns=None).reset_index()


class Attendance(NamedTuple):
    """``sessions``: course_id, number, attended, not_attended, n; ``courses``: course_id, attended,
    caught_up, missed, partly, n (man-sessions).

    There is no total of several courses: a course that is hidden would follow from it.
    """

    sessions: pd.DataFrame
    courses: pd.DataFrame


def attended_groups(plan) -> dict[str, tuple[str, ...]]:
    """attended, caught_up, missed and partly → the statuses that count as such in the plan."""
    return {ATTENDED: plan.attended, CAUGHT_UP: plan.caught_up, MISSED: plan.missed, PARTLY: ("partial",)}


def attendance(by_session: pd.DataFrame, plan, thresholds: Sequence[int]) -> Attendance:
    """How many attended, caught up and missed, of those of whom it is known.

    ``by_session`` as from ``comprehension.attendance_by_session``. 見送り, 対象外 and 不明 are left out, as
    in the evidence on attendance. Finer statuses are too few to be shown in any edition, and of a
    session caught up and missed are one number. The public edition has no sessions.
    """
    groups = attended_groups(plan)
    table = pd.DataFrame(
        {
            name: by_session.reindex(columns=list(statuses)).fillna(0).sum(axis=1).astype(int)
            for name, statuses in groups.items()
        }
    ).set_axis(by_session["session_id"])
    course = dict(zip(by_session["session_id"], "/" + by_session["course_id"], strict=True))
    of_courses = regroup(table[[c for c in table if c != PARTLY or table[c].any()]], course)
    both = regroup(table, None, dict.fromkeys(NOT_ATTENDED, "not_attended"))
    known = {"margins": ("row",), "known": ("row",), "keep": [ATTENDED]}
    mask = protect(of_courses, thresholds, **known)
    fine = protect(both, thresholds[:1], row_groups=course, **known)
    # The attended of a course stand in both tables.
    for row in of_courses.index:
        if fine.loc[row, ATTENDED]:
            mask.loc[row] |= of_courses.loc[row] > 0
        elif mask.loc[row, ATTENDED]:
            fine.loc[[s for s, c in course.items() if c == row], list(both)] = True
    courses = _with_n(of_courses, mask)
    courses = courses.set_axis(courses.index.str[1:]).rename_axis("course_id").reset_index()
    sessions = by_session[["session_id", "course_id", "number"]].merge(
        _with_n(both, fine), left_on="session_id", right_index=True
    )
    return Attendance(sessions.iloc[:0] if is_public(thresholds) else sessions, courses)


def _with_n(counts: pd.DataFrame, mask: pd.DataFrame) -> pd.DataFrame:
    """The counts and their sum n, 「x」 where hidden."""
    table = with_margins(counts, ("row",)).astype(object)
    return table.mask(mask.loc[table.index, table.columns], SUPPRESSED).rename(columns={TOTAL: "n"})


def attendance_columns(rows: pd.DataFrame) -> dict[str, str]:
    words = {
        "number": "回",
        ATTENDED: "出席",
        CAUGHT_UP: "録画等",
        MISSED: "欠席",
        PARTLY: "一部参加",
        "not_attended": "録画等・欠席",
        "n": "計",
    }
    return {name: word for name, word in words.items() if name in rows}


def nonresponse_columns(rows: pd.DataFrame) -> dict[str, str]:
    words = {
        "answered": "値のある回答",
        "nonresponse": "無回答",
        "not_applicable": "該当なし",
        "did_not_attend": "欠席と記入",
        "no_value": "値の無い回答",
        TOTAL: "計",
    }
    return {name: word for name, word in words.items() if name in rows}


def ratings(spread: pd.DataFrame, labels: Mapping[str, str], thresholds: Sequence[int]) -> pd.DataFrame:
    """The bars of a Likert figure: item_id, label, value, count (「x」 where hidden), n.

    ``spread`` as from ``comprehension.distribution``; ``labels``: item_id → label, chooses and orders.
    In public the values are よい, どちらともいえない and よくない; in the house 1–5, and よい and よくない beside
    them as sums: where a single value is hidden, its side may be known.
    """
    counts = _by_value(spread, labels)
    if counts.empty:
        return pd.DataFrame(columns=["item_id", "label", "value", "count", "n"])
    mask = protect(counts, thresholds, **LIKERT)
    table = regroup(counts, None, RATINGS)
    if not is_public(thresholds):
        table = counts.join(table[[RATINGS[1], RATINGS[5]]])
    wide = table.assign(**{TOTAL: counts.sum(axis=1)}).astype(object)
    wide = wide.mask(mask.loc[wide.index, wide.columns], SUPPRESSED)
    sizes = wide.pop(TOTAL)
    long = wide.rename_axis(index="item_id", columns="value").stack().rename("count").reset_index()
    return long.assign(label=long["item_id"].map(labels), n=long["item_id"].map(sizes))


def good_ratings_hidden(spread: pd.DataFrame, item_ids: Collection[str], thresholds: Sequence[int]) -> pd.Series:
    """item_id → whether the number of good answers (よい) is hidden in the figure of ratings."""
    counts = _by_value(spread, dict.fromkeys(item_ids, ""))
    if counts.empty:
        return pd.Series(dtype=bool)
    return protect(counts, thresholds, **LIKERT).loc[counts.index, RATINGS[5]]


LIKERT = {"margins": ("row",), "known": ("row",), "column_groups": RATINGS, "keep": [RATINGS[5]]}


def _by_value(spread: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    own = spread[spread["item_id"].isin(labels)]
    own = own.assign(value=own["value"].astype(int))
    wide = own.pivot(index="item_id", columns="value", values="n")
    return wide.reindex([i for i in labels if i in wide.index]).rename_axis(columns=None)


def themes_hidden(by_theme: pd.DataFrame, thresholds: Sequence[int]) -> pd.Series:
    """True for each row of ``by_theme`` (course_id, theme_id, n, base) whose n isn't shown.

    The courses add up to what is said of the whole year, so that none may follow from that.
    """
    if by_theme.empty:
        return pd.Series(False, by_theme.index)
    wide = by_theme.pivot(index="theme_id", columns="course_id", values="n").fillna(0).astype(int)
    mask = protect(wide, thresholds, ("row",), known=("row",))
    by_sum = [mask.loc[t, c] for t, c in by_theme[["theme_id", "course_id"]].to_numpy()]
    shares = protect_shares(by_theme["n"], by_theme["base"], thresholds).rows["hits"]
    return shares.reindex(by_theme.index) | pd.Series(by_sum, by_theme.index).astype(bool)


def themes(points: pd.DataFrame, base: int, thresholds: Sequence[int]) -> pd.DataFrame:
    """The themes of the year with n 「x」 where few of ``base`` people named them, or few didn't."""
    hidden = protect_shares(points["n"], pd.Series(base, points.index), thresholds).rows["hits"]
    return points.assign(n=points["n"].astype(object).mask(hidden, SUPPRESSED))


def options(chosen: pd.DataFrame, base: int, thresholds: Sequence[int], is_published: bool) -> pd.DataFrame:
    """The options of a question, n 「x」 where few ticked them; all but その他 shown if the town did."""
    hidden = protect_shares(chosen["n"], pd.Series(base, chosen.index), thresholds).rows["hits"]
    if is_published:
        hidden &= chosen["option_id"] == OTHER
    return chosen.assign(n=chosen["n"].astype(object).mask(hidden, SUPPRESSED))


def published_ids(chosen: pd.DataFrame, published: Collection[str]) -> list[str]:
    """``published`` (of year.toml) with the options that the town has published, if it has any."""
    own = chosen.loc[chosen["option_id"] != OTHER, "option_id"]
    return [*published, *(own if "obstacles" in published else ())]


def working_groups(groups: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """The working groups with attend_rate 「x」 where few of their members' places were empty."""
    members = groups["members"].astype(int)
    shares = protect_shares(groups["attended"].astype(int), members, thresholds, pd.Series(0, groups.index))
    rate = groups["attend_rate"].astype(object)
    return groups.assign(attend_rate=rate.mask(shares.rows["hits"], SUPPRESSED))


def improvements(by_office: pd.DataFrame, departments: Mapping[str, str], thresholds: Sequence[int]) -> pd.DataFrame:
    """Reports and training, by office (public: by department): trained 「x」 where few are on a side."""
    table = by_office.set_index("office")
    everybody = pd.Series(0, table.index)
    mask = protect_shares(table["trained"], table["staff"], thresholds, everybody, groups=departments).rows
    if is_public(thresholds):
        own = table.assign(hours_saved=table["hours_saved"].astype(float))
        table = own.groupby([departments.get(o, o) for o in own.index], sort=False).agg(
            {c: (lambda s: s.sum(min_count=1)) if c == "hours_saved" else "sum" for c in own}
        )
        table = with_unknown_dx(table)
    mask = mask.loc[table.index]
    return (
        table.assign(
            staff=table["staff"].astype(object).mask(mask["n"], SUPPRESSED),
            trained=table["trained"].astype(object).mask(mask["hits"], SUPPRESSED),
        )
        .rename_axis("office")
        .reset_index()
    )
