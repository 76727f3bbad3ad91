"""Obligations, outcomes and completion as a reader sees them. Nothing is computed.

Numbers of people from 1 to ``min_cell`` − 1 read 「x」, and others too where these could be worked out
from a total.
"""

from collections.abc import Sequence

import pandas as pd

from pipeline.disclosure import hidden
from pipeline.obligations import APART, OUTCOMES
from pipeline.schema import OBLIGATIONS
from pipeline.showing.tables import SUPPRESSED, number

OBLIGATION = dict(zip(OBLIGATIONS, ["●必須", "○推奨", "▲指名・公募"], strict=True))
NO_OBLIGATION = "対象外"
OUTCOME = dict(zip(OUTCOMES, ["修了", "一部受講", "未受講", "記録なし", "見送り", "対象外（異動など）",
                              "不明"], strict=True))  # fmt: skip
COMPLETION_COLUMNS = {
    "course": "研修", "group": "区分", "n": "対象の人数", "hits": "修了した人数", "rate": "修了率",
    ("ci_low", "ci_high"): "95%信頼区間",
    "none_recorded": "うち記録なし", "waived": ("人数に入れない人", "見送り"),
    "not_target": ("人数に入れない人", "対象外"), "unknown": ("人数に入れない人", "不明"),
}  # fmt: skip
COMPLETION_FORMATS = {"rate": "rate", ("ci_low", "ci_high"): "rate"}
OUTCOME_COLUMNS = {"course": "研修", "obligation_label": "区分", **OUTCOME, "n": "計"}
ALL_COLUMNS = {
    "group": "所属", "n": "対象の人数", "hits": "すべて修了した人数", "rate": "割合",
    ("ci_low", "ci_high"): "95%信頼区間",
}  # fmt: skip
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


def outcome_rows(outcomes: pd.DataFrame, courses: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """Outcomes by course and obligation, small numbers hidden: ``OUTCOME_COLUMNS``."""
    table = _worded(outcomes, courses).astype({o: object for o in [*OUTCOMES, "n"]})
    for row in outcomes.index:
        counts = outcomes.loc[row, OUTCOMES].astype(int)
        mask = hidden(counts, min_cell, pd.Series(0, counts.index))
        table.loc[row, mask.index[mask]] = SUPPRESSED
        # Nothing left to hide the hidden ones behind: then the total goes too.
        if mask.any() and (mask.sum() == 1 or counts[mask].sum() < min_cell):
            table.loc[row, "n"] = SUPPRESSED
    return table[list(OUTCOME_COLUMNS)]


def completion_rows(
    completion: pd.DataFrame, courses: pd.DataFrame, min_cell: int, order: Sequence[str] = ()
) -> pd.DataFrame:
    """Completion of ● in words, small numbers hidden: the columns of ``COMPLETION_COLUMNS``.

    The groups of a course come in ``order`` (the official one of the positions, for instance).
    Where there are no groups, leave ``group`` out of the columns that are shown.
    """
    place = {group: n for n, group in enumerate(order)}
    ranks = completion["group"].map(lambda group: place.get(group, len(place)))
    completion = completion.assign(rank=ranks).sort_values(["course_id", "rank"], kind="stable",
                                                           ignore_index=True)  # fmt: skip
    rates = ["n", "hits", "rate", "ci_low", "ci_high"]
    apart = ["none_recorded", *APART]
    table = completion.assign(course=completion["course_id"].map(names(courses)),
                              rate=completion["estimate"])  # fmt: skip
    table = table.astype({column: object for column in [*rates, *apart]})
    mask = hidden(completion["n"], min_cell, completion["course_id"])
    table.loc[mask, rates] = SUPPRESSED
    for column in apart:
        small = hidden(completion[column], min_cell, completion["course_id"])
        table.loc[small, column] = SUPPRESSED
    return table[["course", "group", *rates, *apart]]


def completed_all_rows(completed_all: pd.DataFrame, min_cell: int, order: Sequence[str] = ()) -> pd.DataFrame:
    """Who completed all their ●, by group: the columns of ``ALL_COLUMNS``.

    Numbers are hidden where few completed all, or few did not: those few would be named nearly as
    well by the rest of the row.
    """
    place = {group: n for n, group in enumerate(order)}
    table = completed_all.sort_values("group", kind="stable",
                                      key=lambda c: c.map(lambda g: place.get(g, len(place))))  # fmt: skip
    table = table.reset_index(drop=True).assign(rate=lambda t: t["estimate"])
    whole = pd.Series(0, table.index)   # the groups add up to a total that the page names
    few_people = hidden(table["n"], min_cell, whole)
    few = few_people | hidden(table["hits"], min_cell, whole)
    few |= hidden(table["n"] - table["hits"], min_cell, whole)
    parts = ["hits", "rate", "ci_low", "ci_high"]
    table = table.astype({column: object for column in ["n", *parts]})
    table.loc[few_people, "n"] = SUPPRESSED
    table.loc[few, parts] = SUPPRESSED
    return table[["group", "n", *parts]]


def open_rows(
    still_open: pd.DataFrame, courses: pd.DataFrame, last_day: str, offices: Sequence[str],
    people: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
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
    everybody: pd.DataFrame, completion: pd.DataFrame, courses: pd.DataFrame, min_cell: int
) -> str:
    """One sentence: how many completed all their ●, and which course lags most.

    ``everybody`` as from ``completed_all``, ``completion`` by course without groups. A course under
    ``min_cell`` people is never named; of courses that lag alike, the one with most people is.
    """
    whole = everybody.iloc[0]
    if whole["n"] == 0:
        return "●必須の研修について、修了を数えられる受講の記録はまだ無い。"
    if whole["n"] < min_cell:
        return f"●必須の研修の対象が{min_cell}人に満たないため、修了した人数は示さない。"
    who = f"●必須の研修をすべて修了したのは、対象の{_of(whole)}"
    shown = completion[(completion["n"] >= min_cell) & (completion["hits"] < completion["n"])]
    if shown.empty:
        return f"{who}である。"
    lag = shown.sort_values(["estimate", "n", "course_id"], ascending=[True, False, True]).iloc[0]
    return f"{who}で、修了率が最も低いのは「{names(courses)[lag['course_id']]}」の{_of(lag)}である。"


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


def open_by_office(outstanding: pd.DataFrame, courses: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """How many of each office are still to take each course: office, a column a course.

    Numbers under ``min_cell`` read 「x」; no total stands beside them from which they could be worked out.
    """
    counts = outstanding.assign(course=outstanding["course_id"].map(names(courses)))
    wide = counts.pivot(index="office", columns="course", values="count")
    shown = wide.astype(object).mask(wide < min_cell, SUPPRESSED).mask(wide.isna(), None)
    return shown.reset_index()


def hidden_trained(by_office: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """Training by office without what it says of a few: ``trained`` 「x」 where either part is small."""
    trained, rest = by_office["trained"], by_office["staff"] - by_office["trained"]
    few = trained.between(1, min_cell - 1) | rest.between(1, min_cell - 1)
    return by_office.assign(trained=trained.astype(object).mask(few, SUPPRESSED))
