"""A year of several courses as a reader sees it: one row a course."""

import numpy as np
import pandas as pd

from pipeline.codebook import codes
from pipeline.evidence.rows import YEAR
from pipeline.indicators import Indicators, in_order
from pipeline.menu.rules import PENDING
from pipeline.showing.obligation_views import in_official_order, names
from pipeline.showing.tables import interval, number
from pipeline.showing.views import in_unit, measured
from pipeline.showing.views import named as titled

PRIORITY = "◆"
WHOLE_YEAR = "研修全体"
FEW = 10  # answers: of fewer, one person changes a share too much to compare courses by it
USUAL = 5  # the points of the usual scale: others are named
COMPREHENSION_NOTE = (
    "理解度の%は「理解できた」と答えた人の割合、点は各回の理解度（1～5点）の平均で、%と点は比べられない。"
)


def named(table: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The table with the course's name in ``course``, in the order of the menu."""
    rows = table[table["course_id"].isin(courses["course_id"])]
    rows = in_official_order(rows, "course_id", courses["course_id"])
    return rows.assign(course=rows["course_id"].map(names(courses)))


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
    verdicts = evidence[evidence["evidence_id"] == indicators.question.id].set_index("course_id")["code"]
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
    """How many of those asked answered each questionnaire: course, instrument_label, invited, answered, answer_rate."""
    invited = instruments["invited"].where(instruments["invited"] > 0)
    return named(titled(instruments).assign(answer_rate=instruments["answered"] / invited), courses)


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


def asked_of_courses(items: pd.DataFrame, courses: pd.DataFrame, dimension: str) -> dict[str, str]:
    """item_id → the course's name, of the questions of one dimension about a course as a whole."""
    asked = items[(items["dimension"] == dimension) & items["session_id"].isna()]
    course_of = asked["instrument_id"].str.rsplit("-", n=1).str[0]
    rows = named(asked.assign(course_id=course_of), courses)
    return dict(zip(rows["item_id"], rows["course"], strict=True))


def usual_points(points: pd.Series) -> float:
    """How many points most of the scales have; of as many of each, the more. Others aren't compared with these."""
    return max(points.fillna(0).mode(), default=0)


def same_scale(evidence: pd.DataFrame) -> pd.DataFrame:
    """The rows whose question was asked with as many points as most of them."""
    return evidence[evidence["points"].fillna(0) == usual_points(evidence["points"])]


def lowest(evidence: pd.DataFrame, courses: pd.DataFrame, evidence_id: str, least: int) -> str:
    """Which course has the lowest share of good answers, with its interval; of at least ``FEW`` and ``least`` answers.

    ``evidence``: as described, with what isn't told: courses that aren't compared, because they asked in another way or
    few answered, are named.
    """
    asked, fewest = named(evidence[evidence["evidence_id"] == evidence_id], courses), max(FEW, least)
    if asked.empty:
        return "この年度は尋ねていない。"
    same = same_scale(asked)
    told, few = same[same["n"] >= fewest], same[same["n"] < fewest]
    if told.empty:
        return f"どの研修も、答えた人が{fewest}人に満たないため比べない。"
    low = told[told["estimate"] == told["estimate"].min()]
    each = [
        f"「{row['course']}」の{number(row['estimate'], 'rate')}（95%信頼区間{interval(row['ci_low'], row['ci_high'], 'rate')}、{int(row['n'])}人）"
        for row in low.to_dict("records")
    ]
    which = "が最も低いのは" if len(low) < len(told) else "は、"
    alike = (
        f"どれも{number(low['estimate'].iloc[0], 'rate')}"
        if len(each) > 1 and len(low) == len(told)
        else "と".join(each)
    )
    others = asked.loc[~asked.index.isin(same.index), "course"]
    return (
        f"「{told['indicator'].iloc[0]}」の割合{which}{alike}である。"
        + _not_compared(few["course"], f"答えた人が{fewest}人に満たない")
        + _not_compared(others, "尺度の段階が違う")
    )


def _not_compared(courses: pd.Series, why: str) -> str:
    return f"「{'」「'.join(courses)}」は、{why}ため比べない。" if len(courses) else ""
