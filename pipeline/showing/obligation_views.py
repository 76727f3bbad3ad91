"""Obligations and completion as a reader sees them: in words. Nothing is computed."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from pipeline.codebook import codes
from pipeline.obligations import APART, COMPLETION
from pipeline.showing.tables import number

NO_OBLIGATION = "対象外"
GROUP_COLUMNS = {
    "course": "研修",
    "group": "区分",
    "n": "対象の人数",
    "hits": "修了した人数",
    "rate": "修了率",
    ("ci_low", "ci_high"): "95%信頼区間",
}
COMPLETION_COLUMNS = {c: w for c, w in GROUP_COLUMNS.items() if c != "group"} | {"apart": "人数に入れない人"}
COMPLETION_FORMATS = {"rate": "rate", ("ci_low", "ci_high"): "rate"}
ALL_COLUMNS = {
    "group": "所属",
    "n": "対象の人数",
    "hits": "すべて修了した人数",
    "rate": "割合",
    ("ci_low", "ci_high"): "95%信頼区間",
}
COUNTED = [code for code in COMPLETION if code not in APART]
DUTY_COLUMNS = {
    "course": "研修",
    "obligation_label": "区分",
    **{code: codes("completion")[code] for code in COUNTED},
    "n": "計",
}
OPEN_COLUMNS = ["office", "course", "completion_label", "by", "check", "note"]
ASK_FIRST = "受講の記録を確かめる"


def names(courses: pd.DataFrame) -> dict[str, str]:
    """course_id → 「No.2 題目」, or the title alone where the course isn't in the menu."""
    return {
        c["course_id"]: c["title"] if pd.isna(c["number"]) else f"No.{int(c['number'])} {c['title']}"
        for c in courses.to_dict("records")
    }


def duty_rows(by_duty: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """Completion by course and obligation: the columns of ``DUTY_COLUMNS``, in the order of the menu.

    計 (n) counts those who count in a completion rate; who doesn't stands in the table of completion.
    """
    table = by_duty.assign(n=by_duty[COUNTED].sum(axis=1)).query("n > 0")
    return table.assign(
        course=table["course_id"].map(names(courses)),
        obligation_label=table["obligation"].map(codes("obligation")).fillna(NO_OBLIGATION),
    )


def completion_rows(completion: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """Completion of ● by course in words: the columns of ``COMPLETION_COLUMNS``.

    ``apart`` are those who don't count (見送り, 対象外, 不明).
    """
    return _named(completion.assign(apart=completion[APART].sum(axis=1)), courses)


def in_official_order(table: pd.DataFrame, column: str, order: Iterable[str]) -> pd.DataFrame:
    """``table`` with what ``column`` names (courses, offices) as ``order`` lists them; what it lacks comes last."""
    place = {value: n for n, value in enumerate(order)}
    return table.sort_values(
        column, key=lambda c: c.map(lambda v: place.get(v, len(place))), kind="stable", ignore_index=True
    )


def group_rows(completion: pd.DataFrame, courses: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Completion of ● by course and group in words: the columns of ``GROUP_COLUMNS``; groups in ``order``."""
    rows = in_official_order(in_official_order(completion, "group", order), "course_id", list(courses["course_id"]))
    return _named(rows, courses)


def office_rows(completed_all: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Who completed all their ●, by office: the columns of ``ALL_COLUMNS``, offices in ``order``."""
    return in_official_order(completed_all.assign(rate=completed_all["estimate"]), "group", order)


def _named(table: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    return table.assign(course=table["course_id"].map(names(courses)), rate=table["estimate"])


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
        completion_label=still_open["completion"].map(codes("completion")),
        check=still_open["is_unconfirmed"].map({True: ASK_FIRST, False: None}),
        note=still_open["is_here"].map({True: None, False: gone}),
    ).sort_values(list(orders), key=lambda c: c.map(places[c.name]), ignore_index=True)
    return rows[["participant_id", *OPEN_COLUMNS]]


def completed(everybody: pd.DataFrame, completion: pd.DataFrame, courses: pd.DataFrame) -> str:
    """One sentence: how many completed all their ●, and which courses lag most.

    ``everybody`` as from ``completed_all``, ``completion`` by course without groups, of those with a record. Of a single
    one there is nothing more to say.
    """
    whole = everybody.iloc[0]
    if completion.empty:
        return "●必須の研修がある人はいない。"
    if whole["n"] == 0:
        return "●必須の研修について、修了を数えられる受講の記録はまだ無い。"
    who = f"●必須の研修をすべて修了したのは、対象の{_of(whole)}"
    counted = completion[completion["n"] > 0]
    lagging = counted[counted["estimate"] == counted["estimate"].min()]
    if len(lagging) == len(counted):
        return f"{who}である。"
    called = names(courses)
    lowest = "と".join(f"「{called[lag['course_id']]}」の{_of(lag)}" for lag in lagging.to_dict("records"))
    return f"{who}で、修了率が最も低いのは{lowest}である。"


def _of(row: Mapping) -> str:
    """「120人中90人（75.0 %）」"""
    n, hits = (number(row[column], "count") for column in ("n", "hits"))
    return f"{n}人中{hits}人（{number(row['estimate'], 'rate')}）"


def open_courses(outstanding: pd.DataFrame, courses: pd.DataFrame) -> list[str]:
    """The courses that somebody has still to take, named, in the order of the menu."""
    return [name for c, name in names(courses).items() if c in set(outstanding["course_id"])]


def open_by_office(outstanding: pd.DataFrame, courses: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """How many of each office are still to take each course: office, a column a course; offices in ``order``."""
    wide = outstanding.pivot(index="office", columns="course_id", values="count").fillna(0).astype(int)
    called = {course_id: name for course_id, name in names(courses).items() if course_id in wide}
    wide = wide[list(called)].rename(columns=called).rename_axis(columns=None).reset_index()
    return in_official_order(wide, "office", order)
