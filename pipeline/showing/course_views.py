"""A year of several courses as a reader sees it: one row a course."""

import numpy as np
import pandas as pd

from pipeline.codebook import codes
from pipeline.evidence.rows import YEAR
from pipeline.indicators import Indicators, in_order
from pipeline.menu.rules import PENDING
from pipeline.showing.obligation_views import names
from pipeline.showing.tables import number
from pipeline.showing.views import in_unit, measured

PRIORITY = "◆"
WHOLE_YEAR = "研修全体"
FEW = 10  # answers: of fewer, one person changes a share too much to compare courses by it
USUAL = 5  # the points of the usual scale: others are named
COMPREHENSION_NOTE = (
    "理解度の%は「理解できた」と答えた人の割合、点は各回の理解度（1～5点）の平均で、%と点は比べられない。"
)


def named(table: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The table with the course's name in ``course``, in the order of the menu."""
    order = {course_id: n for n, course_id in enumerate(courses["course_id"])}
    rows = table[table["course_id"].isin(order)]
    rows = rows.sort_values("course_id", key=lambda c: c.map(order), kind="stable")
    return rows.assign(course=rows["course_id"].map(names(courses))).reset_index(drop=True)


def programme(courses: pd.DataFrame) -> pd.DataFrame:
    """The menu: course, category, method, provider, month, hours, target, priority (◆)."""
    marks = np.where(courses["is_priority"].fillna(False), PRIORITY, "")
    return named(courses.assign(priority=marks), courses)


def scorecard(evidence: pd.DataFrame, courses: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """One row a course: course, the columns of ``indicators.scorecard`` with n and interval, and the verdict in words.

    ``evidence``: as described.
    """
    cards = {line.id: line.scorecard for line in indicators.values() if line.scorecard}
    rows = evidence[evidence["evidence_id"].isin(list(cards))]
    rows = rows.assign(card=rows["evidence_id"].map(cards), text=[_score(row) for row in rows.to_dict("records")])
    wide = rows.pivot_table(index="course_id", columns="card", values="text", aggfunc="\n".join)
    verdicts = evidence[evidence["evidence_id"] == "association"].set_index("course_id")["code"]
    table = courses[["course_id"]].merge(wide.reset_index(), on="course_id", how="left")
    table = table.reindex(columns=["course_id", *indicators.scorecard])
    return named(table.assign(code=table["course_id"].map(verdicts).map(codes("verdict"))), courses)


def _score(row: dict) -> str:
    """A value on three lines: the value, its interval, n and the scale where it isn't the usual one."""
    if pd.isna(row["estimate"]):
        return in_unit(row)
    mean = "平均" if row["unit"] == "score" else ""
    scale = "" if pd.isna(row["points"]) or row["points"] == USUAL else f"（{int(row['points'])}段階）"
    return mean + in_unit(row, gap="\n") + f"\nn={int(row['n'])}{scale}"


def by_level(evidence: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The evidence (as described) course by course, within a course by level, and last what belongs to no course.

    With course (its number alone, where it has one: a long table needs narrow columns), level in words, measured, and
    answer_rate: of those asked (``base``), how many answered.
    """
    rows = evidence.sort_values("level", key=in_order, kind="stable")
    of_courses = named(rows, courses)
    of_courses["course"] = of_courses["course_id"].map(numbers(courses)).fillna(of_courses["course"])
    of_the_year = rows[rows["course_id"] == YEAR].assign(course=WHOLE_YEAR)
    table = measured(pd.concat([of_courses, of_the_year], ignore_index=True))
    return table.assign(
        level=table["level"].map(codes("level")),
        answer_rate=table["n"].astype(float) / table["base"].astype(float),
        # What was counted of itself has no n beside it: 「2件、n=2」 says nothing.
        n=table["n"].astype(object).mask(table["of"] == ""),
    )


def numbers(courses: pd.DataFrame) -> pd.Series:
    """course_id → 「No.6」, of the courses that have a number."""
    numbered = courses.dropna(subset="number").set_index("course_id")["number"]
    return numbered.map(lambda number: f"No.{int(number)}")


def returned(instruments: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """How many of those asked answered, by course: course, invited, answered, answer_rate."""
    table = instruments.assign(answer_rate=instruments["answered"] / instruments["invited"])
    return named(table, courses)


def proposed(told: pd.DataFrame, courses: pd.DataFrame, rules_are_listed: bool = False) -> pd.DataFrame:
    """The proposals (as ``reasons.told``) in the order of the menu; those that lack data at the end of each course.

    What waits on several rules is told by their number, and by their names beside a table of the rules. Of a rule
    that had data enough to say that a matter must wait, the condition says why it waits.
    """
    rows = named(told, courses)
    asks = (rows["change"] == PENDING) & ~rows["waits"]
    rows["condition"] = rows["condition"].mask(asks, rows["condition"] + "。" + rows["reason"])
    whose = "：" + rows["rule_id"] if rules_are_listed else "が" + rows["rules"].astype(str) + "ある"
    several = rows["rules"] > 1
    order = {course_id: n for n, course_id in enumerate(courses["course_id"])}
    return rows.assign(
        proposal=rows["proposal"].mask(several, "データが足りず当てはめられない規則" + whose),
        condition=rows["condition"].mask(several),
        change=rows["change"].map(codes("change")),
        pending=rows["change"] == PENDING,
        at=rows["course_id"].map(order),
    ).sort_values(["at", "pending"], kind="stable", ignore_index=True)


def five_points(items: pd.DataFrame, courses: pd.DataFrame, dimension: str, points: dict) -> dict:
    """item_id → the course's name, for the courses that asked on a five-point scale.

    Questions on other scales aren't drawn beside them: their bars would look comparable.
    """
    asked = items[(items["dimension"] == dimension) & items["session_id"].isna()]
    asked = asked[asked["scale_id"].map(points) == 5]
    course_of = asked["instrument_id"].str.rsplit("-", n=1).str[0]
    rows = named(asked.assign(course_id=course_of), courses)
    return dict(zip(rows["item_id"], rows["course"], strict=True))


def same_scale(evidence: pd.DataFrame) -> pd.DataFrame:
    """The rows whose question was asked with as many points as most of them: others aren't compared with these."""
    points = evidence["points"].fillna(0)
    return evidence[points == points.mode().iloc[0]]


def lowest(evidence: pd.DataFrame, courses: pd.DataFrame, evidence_id: str) -> str:
    """Which course has the lowest share of good answers, with its interval; of at least ``FEW`` answers.

    ``evidence``: as described. Of the courses that asked in the same way. Courses of fewer answers are named, for they aren't compared.
    """
    rows = named(evidence[evidence["evidence_id"] == evidence_id], courses)
    if rows.empty:
        return "この年度は尋ねていない。"
    if (rows["n"] < FEW).all():
        return f"どの研修も、答えた人が{FEW}人に満たない。"
    rows = same_scale(rows)
    left, told = rows[rows["n"] < FEW], rows[rows["n"] >= FEW].sort_values("estimate", kind="stable")
    row = told.iloc[0]
    low, high = (number(100 * row[c], "estimate1") for c in ("ci_low", "ci_high"))
    few = f"「{'」「'.join(left['course'])}」は、答えた人が{FEW}人に満たないため比べない。" if len(left) else ""
    return (
        f"「{row['indicator']}」の割合が最も低いのは「{row['course']}」の{number(row['estimate'], 'rate')}"
        f"（95%信頼区間{low}～{high} %、{int(row['n'])}人）である。{few}"
    )
