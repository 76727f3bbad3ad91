"""Obligations, outcomes and completion as a reader sees them: in words, small numbers hidden.

Few people read 「x」, and others too from whom they could be worked out: by the ``thresholds`` of the
edition (``year.thresholds``). Nothing is computed but what follows from hiding: the shares of merged groups.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.comprehension import share
from pipeline.disclosure import POSITIONS, SUPPRESSED, TOTAL, protect, protect_shares, suppress
from pipeline.obligations import APART, OUTCOMES
from pipeline.schema import OBLIGATIONS
from pipeline.showing.shown_counts import TOO_FEW, is_public
from pipeline.showing.tables import number

OBLIGATION = dict(zip(OBLIGATIONS, ["●必須", "○推奨", "▲指名・公募"], strict=True))
NO_OBLIGATION = "対象外"
OUTCOME = dict(
    zip(OUTCOMES, ["修了", "一部受講", "未受講", "記録なし", "見送り", "対象外（異動など）", "不明"], strict=True)
)
COMPLETION_COLUMNS = {
    "course": "研修",
    "n": "対象の人数",
    "hits": "修了した人数",
    "rate": "修了率",
    ("ci_low", "ci_high"): "95%信頼区間",
    "apart": "人数に入れない人",
}
GROUP_COLUMNS = {
    "course": "研修",
    "group": "区分",
    "n": "対象の人数",
    "hits": "修了した人数",
    "rate": "修了率",
    ("ci_low", "ci_high"): "95%信頼区間",
}
LEAST_SEEN = 0.5  # the share of a breakdown's groups that a public table has to show
GROUP_FRAME = ("course", "group", "n", "hits", "rate", "ci_low", "ci_high")
COUNTED = [outcome for outcome in OUTCOMES if outcome not in APART]
WIDER_POSITIONS = {position: wider[0] for position, wider in POSITIONS.items()}
NOT_COMPLETED = dict.fromkeys(["partly", "missed"], "not_completed")
# A column of ``outcome_rows`` → the outcomes that it counts.
OUTCOME_PARTS = {**{outcome: (outcome,) for outcome in COUNTED}, "not_completed": tuple(NOT_COMPLETED)}
COMPLETION_FORMATS = {"rate": "rate", ("ci_low", "ci_high"): "rate"}
ALL_COLUMNS = {
    "group": "所属",
    "n": "対象の人数",
    "hits": "すべて修了した人数",
    "rate": "割合",
    ("ci_low", "ci_high"): "95%信頼区間",
}
OPEN_COLUMNS = ["office", "course", "outcome_label", "by", "check", "note"]
ASK_FIRST = "受講の記録を確かめる"
# Columns where an empty cell means that there is nothing to say: 「-」 and not 「…」.
BLANK = ("rate", "ci_low", "ci_high")


def names(courses: pd.DataFrame) -> dict[str, str]:
    """course_id → 「No.2 題目」, or the title alone where the course isn't in the menu."""
    return {
        c["course_id"]: c["title"] if pd.isna(c["number"]) else f"No.{int(c['number'])} {c['title']}"
        for c in courses.to_dict("records")
    }


def outcome_rows(outcomes: pd.DataFrame, courses: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """Outcomes by course and obligation: course_id, obligation and the columns of ``outcome_columns``.

    計 (n) counts those who count in a completion rate: with 見送り, 対象外 and 不明 in it, it would give
    them away beside that table. Public: 一部受講 and 未受講 are one column.
    """
    table = outcomes.assign(n=outcomes[COUNTED].sum(axis=1)).query("n > 0").reset_index(drop=True)
    counts = table[COUNTED].astype(int)
    known = suppress(counts, thresholds, ("row",), column_groups=NOT_COMPLETED, keep=["completed"])
    # The share of the completed stands in a table of its own, which hides it in its own way too.
    shares = protect_shares(counts["completed"], table["n"].astype(int), thresholds).rows["hits"]
    known["completed"] = known["completed"].mask(shares, SUPPRESSED)
    small = [c for c in known if c not in ("completed", TOTAL)]
    for column in small:
        known[column] = known[column].mask(shares & (known[column] != 0), SUPPRESSED)
    words = _worded(table, courses)[["course_id", "obligation", "course", "obligation_label"]]
    words["obligation"] = words["obligation"].fillna("none")
    return pd.concat([words, known.rename(columns={TOTAL: "n"})], axis=1)


def outcome_columns(rows: pd.DataFrame) -> dict:
    words = {"completed": OUTCOME["completed"], "not_completed": "一部受講・未受講", **OUTCOME, "n": "計"}
    return {"course": "研修", "obligation_label": "区分"} | {c: w for c, w in words.items() if c in rows}


def completion_rows(completion: pd.DataFrame, courses: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """Completion of ● by course in words: the columns of ``COMPLETION_COLUMNS``, few people hidden.

    ``apart`` are those who don't count (見送り, 対象外, 不明).
    """
    table = completion.assign(apart=completion[APART].sum(axis=1)).reset_index(drop=True)
    apart = table[["apart"]].astype(int)
    hidden = protect(apart, thresholds, ())["apart"].reindex(apart.index)
    shown = _shares(table, protect_shares(table["hits"], table["n"], thresholds).rows, courses)
    return shown.assign(apart=table["apart"].astype(object).mask(hidden, SUPPRESSED))


def group_rows(
    completion: pd.DataFrame,
    courses: pd.DataFrame,
    thresholds: Sequence[int],
    order: Sequence[str] = (),
    wider: Mapping[str, str] | None = None,
    everybody: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Completion of ● by course and group in words; public: groups merged into ``wider`` ones.

    With ``wider`` (it may be empty) the groups add up to the course. Without, people may be in
    several, and each group is protected together with the rest of its course (``everybody``: completion
    by course). In public a course of which fewer than half of the groups can be shown, or only one is
    left, is left out: such a breakdown says nothing.
    """
    if completion.empty:
        return completion.assign(course=None, rate=None)[list(GROUP_FRAME)]
    place = {group: n for n, group in enumerate(order)}
    table = completion.assign(rank=completion["group"].map(lambda g: place.get(g, len(place))))
    table = table.sort_values(["course_id", "rank"], kind="stable", ignore_index=True)
    keys = pd.Index(list(zip(table["course_id"], table["group"], strict=True)), tupleize_cols=False)
    own = table[["hits", "n", "course_id", "group"]].set_axis(keys)
    groups = {key: (key[0], (wider or {}).get(key[1], key[1])) for key in keys}
    mask = (
        _beside_the_rest(own, everybody, thresholds)
        if wider is None
        else protect_shares(own["hits"], own["n"], thresholds, own["course_id"], groups=groups).rows
    )
    if is_public(thresholds):
        own = own.groupby(pd.Index([groups[key] for key in keys], tupleize_cols=False), sort=False).agg(
            {"hits": "sum", "n": "sum", "course_id": "first"}
        )
        own["group"] = [key[1] for key in own.index]
        seen = (~mask["hits"]).reindex(own.index).groupby(own["course_id"]).transform("mean")
        alone = own.groupby("course_id")["n"].transform("size") < 2
        own = own[(seen >= LEAST_SEEN) & ~alone]
    shares = [share(h, n) for h, n in own[["hits", "n"]].astype(int).to_numpy()]
    rates = pd.DataFrame(shares, own.index, ["estimate", "ci_low", "ci_high"])
    table = pd.concat([own, rates], axis=1)
    return _shares(table, mask.loc[table.index], courses).reset_index(drop=True)


def _beside_the_rest(own: pd.DataFrame, everybody: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """The mask of groups that may overlap: a reader can take each from its course."""
    whole = everybody.set_index("course_id").loc[own["course_id"], ["hits", "n"]]
    rest = pd.DataFrame(whole.to_numpy() - own[["hits", "n"]].to_numpy(), columns=["hits", "n"])
    both = pd.concat([own[["hits", "n"]].reset_index(drop=True), rest], ignore_index=True).astype(int)
    within = pd.Series([*range(len(own)), *range(len(own))], both.index)
    mask = protect_shares(both["hits"], both["n"], thresholds, within).rows
    return mask.loc[range(len(own))].set_axis(own.index)


def office_rows(completed_all: pd.DataFrame, departments: Mapping[str, str], thresholds: Sequence[int]) -> pd.DataFrame:
    """Who completed all their ●, by office (public: department): the columns of ``ALL_COLUMNS``.

    The offices add up to a total that the page names. They come in the order of ``departments``.
    """
    everybody = completed_all.assign(course_id="")
    courses = pd.DataFrame({"course_id": [""], "number": [None], "title": [""]})
    return group_rows(everybody, courses, thresholds, list(departments), departments)


def _shares(table: pd.DataFrame, mask: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    parts = ["hits", "rate", "ci_low", "ci_high"]
    table = table.assign(course=table["course_id"].map(names(courses)), rate=table["estimate"])
    table = table.astype({column: object for column in ["n", *parts]})
    table["n"] = table["n"].mask(mask["n"].to_numpy(), SUPPRESSED)
    for column in parts:
        table[column] = table[column].mask(mask["hits"].to_numpy(), SUPPRESSED)
    return table[list(GROUP_FRAME)]


def open_rows(
    still_open: pd.DataFrame, courses: pd.DataFrame, last_day: str, offices: Sequence[str], people: Sequence[str]
) -> pd.DataFrame:
    """Who has still to take what, in words (restricted): participant_id and ``OPEN_COLUMNS``.

    ``last_day``: the day of ``is_here`` in words. The rows come in the order of ``offices``, in each of
    ``people`` (ids), and of a person in that of the menu.
    """
    orders = {"office": offices, "participant_id": people, "course_id": courses["course_id"]}
    places = {column: {value: n for n, value in enumerate(own)} for column, own in orders.items()}
    gone = f"{last_day}に所属が無い（退職・休職など）"
    rows = still_open.assign(
        course=still_open["course_id"].map(names(courses)),
        outcome_label=still_open["outcome"].map(OUTCOME),
        check=still_open["is_unconfirmed"].map({True: ASK_FIRST, False: None}),
        note=still_open["is_here"].map({True: None, False: gone}),
    ).sort_values(list(orders), key=lambda c: c.map(places[c.name]), ignore_index=True)
    return rows[["participant_id", *OPEN_COLUMNS]]


def completed(
    everybody: pd.DataFrame, completion: pd.DataFrame, courses: pd.DataFrame, thresholds: Sequence[int]
) -> str:
    """One sentence: how many completed all their ●, and which course lags most.

    ``everybody`` as from ``completed_all``, ``completion`` by course without groups. What an edition
    hides is left out; of courses that lag alike, the one with most people is named.
    """
    whole = everybody.iloc[0]
    if whole["n"] == 0:
        return "●必須の研修について、修了を数えられる受講の記録はまだ無い。"
    mask = protect_shares(completion["hits"], completion["n"], thresholds).rows["hits"]
    shown = completion[~mask & (completion["n"] > 0) & (completion["hits"] < completion["n"])]
    if protect_shares(everybody["hits"], everybody["n"], thresholds).rows["hits"].iloc[0]:
        return f"●必須の研修をすべて修了した人数は、{TOO_FEW}"
    who = f"●必須の研修をすべて修了したのは、対象の{_of(whole)}"
    if shown.empty:
        return f"{who}である。"
    lag = shown.sort_values(["estimate", "n", "course_id"], ascending=[True, False, True]).iloc[0]
    among = "示せる研修の中で" if mask.any() else ""
    return f"{who}で、{among}修了率が最も低いのは「{names(courses)[lag['course_id']]}」の{_of(lag)}である。"


def _of(row: pd.Series) -> str:
    """「120人中90人（75.0 %）」"""
    n, hits = (number(row[column], "count") for column in ("n", "hits"))
    return f"{n}人中{hits}人（{number(row['estimate'], 'rate')}）"


def _worded(table: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        course=table["course_id"].map(names(courses)),
        obligation_label=table["obligation"].map(OBLIGATION).fillna(NO_OBLIGATION),
    )


def open_courses(outstanding: pd.DataFrame, courses: pd.DataFrame) -> list[str]:
    """The courses that somebody has still to take, named, in the order of the menu."""
    return [name for c, name in names(courses).items() if c in set(outstanding["course_id"])]


def open_by_office(
    outstanding: pd.DataFrame, courses: pd.DataFrame, departments: Mapping[str, str], thresholds: Sequence[int]
) -> pd.DataFrame:
    """How many of each office (public: department) are still to take each course: office, a column a course.

    Of each course the total follows from its completion, so that no office may follow from that.
    """
    counts = outstanding.assign(course=outstanding["course_id"].map(names(courses)))
    wide = counts.pivot(index="office", columns="course", values="count").fillna(0).astype(int)
    wide = wide.reindex(columns=open_courses(outstanding, courses)).rename_axis(columns=None)
    shown = suppress(wide, thresholds, ("column",), known=("column",), row_groups=departments)
    return shown.drop(index=TOTAL).rename_axis("office").reset_index()
