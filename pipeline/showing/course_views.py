"""A year of several courses as a reader sees it: one row a course."""

import numpy as np
import pandas as pd

from pipeline.disclosure import FEW
from pipeline.evidence import LEVELS
from pipeline.inference.association import VERDICTS
from pipeline.menu import JOIN, WAITING
from pipeline.outcome_evidence import OWN_BASE, YEAR
from pipeline.showing.obligation_views import names
from pipeline.showing.tables import SUPPRESSED, number
from pipeline.showing.views import NO_DATA, measured

PRIORITY = "◆"
WHOLE_YEAR = "研修全体"
FOUR = "（4段階）"
MEAN = "平均"
COMPREHENSION_NOTE = (
    "理解度の%は「理解できた」と答えた人の割合、点は各回の理解度（1～5点）の平均で、%と点は比べられない。"
)
SCORES = ["completion", "satisfaction", "usefulness", "comprehension", "followup"]


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


def scorecard(evidence: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """One row a course: course, SCORES with n and interval, and the verdict (code in words)."""
    rows = measured(evidence[evidence["evidence_id"].isin(SCORES)]).assign(
        text=lambda t: [
            m
            if m in (SUPPRESSED, NO_DATA)
            else MEAN * (unit == "score" and m[0].isdigit())
            + m.replace("（", "\n（")
            + f"\nn={int(n)}"
            + (FOUR if FOUR[1:-1] in words else "")
            for m, n, words, unit in zip(t["measured"], t["n"], t["indicator"], t["unit"], strict=True)
        ]
    )
    wide = rows.pivot_table(index="course_id", columns="evidence_id", values="text", aggfunc="\n".join)
    codes = evidence[evidence["evidence_id"] == "association"].set_index("course_id")["code"]
    table = courses[["course_id"]].merge(wide.reset_index(), on="course_id", how="left")
    table = table.reindex(columns=["course_id", *SCORES])
    return named(table.assign(code=table["course_id"].map(codes.map(VERDICTS))), courses)


def by_level(evidence: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The evidence course by course, within a course by level, and last what belongs to no course.

    With course (its number alone, where it has one: a long table needs narrow columns), measured, and
    answer_rate: of those asked (``base``), how many answered.
    """
    rows = evidence.sort_values("level", key=lambda c: c.map(LEVELS.index), kind="stable")
    of_courses = named(rows, courses)
    of_courses["course"] = of_courses["course_id"].map(_numbers(courses)).fillna(of_courses["course"])
    of_the_year = rows[rows["course_id"] == YEAR].assign(course=WHOLE_YEAR)
    table = pd.concat([of_courses, of_the_year], ignore_index=True)
    rate = table["n"].astype(float) / table["base"].astype(float)  # never beside a hidden n: no base
    table = measured(table).assign(answer_rate=rate)
    # What was counted of itself has no n beside it: 「2件、n=2」 says nothing.
    return table.assign(n=table["n"].astype(object).mask(table["evidence_id"].isin(OWN_BASE)))


def _numbers(courses: pd.DataFrame) -> pd.Series:
    """course_id → 「No.6」, of the courses that have a number."""
    numbers = courses.dropna(subset="number").set_index("course_id")["number"]
    return numbers.map(lambda number: f"No.{int(number)}")


def returned(instruments: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """How many of those asked answered, by course: course, invited, answered, answer_rate."""
    table = instruments.assign(answer_rate=instruments["answered"] / instruments["invited"])
    return named(table, courses)


def proposed(
    proposals: pd.DataFrame, courses: pd.DataFrame, pending: str, rules_are_listed: bool = False
) -> pd.DataFrame:
    """The proposals in the order of the menu; those that wait for data at the end of each course.

    What waits on several rules is told by their number, and by their names beside a table of the rules. Of a rule
    that had data enough to say that a matter must wait, the condition says why it waits.
    """
    rows = named(measured(proposals), courses)
    asks = (rows["change"] == pending) & ~rows["decision_id"].str.endswith(f"-{WAITING}")
    rows["condition"] = rows["condition"].mask(asks, rows["condition"] + "。" + rows["reason"])
    # A rule without an indicator of its own lacks no data.
    rows["measured"] = rows["measured"].mask(rows["indicator"].isna() & rows["measured"].eq(NO_DATA), None)
    several = rows["rule_id"].str.contains(JOIN)
    number_of = "が" + (rows["rule_id"].str.count(JOIN) + 1).astype(str) + "ある"
    whose = "データが足りず当てはめられない規則" + (("：" + rows["rule_id"]) if rules_are_listed else number_of)
    rows = rows.assign(proposal=rows["proposal"].mask(several, whose), condition=rows["condition"].mask(several))
    order = {course_id: n for n, course_id in enumerate(courses["course_id"])}
    return rows.assign(waits=rows["change"] == pending, at=rows["course_id"].map(order)).sort_values(
        ["at", "waits"], kind="stable", ignore_index=True
    )


def five_points(items: pd.DataFrame, courses: pd.DataFrame, dimension: str, points: dict) -> dict:
    """item_id → the course's name, for the courses that asked on a five-point scale.

    Questions on other scales aren't drawn beside them: their bars would look comparable.
    """
    asked = items[(items["dimension"] == dimension) & items["session_id"].isna()]
    asked = asked[asked["scale_id"].map(points) == 5]
    course_of = asked["instrument_id"].str.rsplit("-", n=1).str[0]
    rows = named(asked.assign(course_id=course_of), courses)
    return dict(zip(rows["item_id"], rows["course"], strict=True))


def lowest(evidence: pd.DataFrame, courses: pd.DataFrame, evidence_id: str) -> str:
    """Which course has the lowest share of good answers, with its interval; of at least ten answers.

    Of the courses that asked in the same way. Where some aren't shown, none is called the lowest, which
    might be one of them: the sentence gives the range of the others, and names those.
    """
    rows = named(evidence[evidence["evidence_id"] == evidence_id], courses)
    if rows.empty:
        return "この年度は尋ねていない。"
    if (rows["n"] < FEW).all():
        return f"どの研修も、答えた人が{FEW}人に満たない。"
    rows = rows[rows["indicator"] == rows["indicator"].mode().iloc[0]]
    is_told = rows["estimate"].notna() & (rows["n"] >= FEW)
    told, left = rows[is_told].sort_values("estimate", kind="stable"), rows[~is_told]
    if told.empty:
        return "研修ごとの割合は、人数が少ないため示さない。"
    ends = [f"{number(r['estimate'], 'rate')}（「{r['course']}」）" for r in told.to_dict("records")]
    what, row = f"「{rows['indicator'].iloc[0]}」の割合", told.iloc[0]
    if left.empty:
        low, high = (number(100 * row[c], "estimate1") for c in ("ci_low", "ci_high"))
        return (
            f"{what}が最も低いのは「{row['course']}」の{number(row['estimate'], 'rate')}"
            f"（95%信頼区間{low}～{high} %、{int(row['n'])}人）である。"
        )
    span = f"{ends[0]}から{ends[-1]}まで" if len(told) > 1 else ends[0]
    said = f"{what}は、示せる{len(told)}研修で{span}である。"
    few = left["n"] < FEW
    for rows, why in (
        (left[~few], "人数の少ない区分があるため示さない"),
        (left[few], f"答えた人が{FEW}人に満たないため比べない"),
    ):
        said += f"「{'」「'.join(rows['course'])}」は、{why}。" if len(rows) else ""
    return said


def became(changed: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The adopted changes with the indicator before (``then``) and after (``now``), in its unit, with n.

    ``reflected``: the number of the course in which it was looked for afterwards.
    """

    def text(side: str) -> pd.Series:
        hidden = changed[f"hidden_{side}"] if f"hidden_{side}" in changed else pd.Series(False, changed.index)
        own = {"estimate": side, "ci_low": f"{side}_low", "ci_high": f"{side}_high"}
        values = changed[["unit"]].assign(**{to: changed[name] for to, name in own.items()})
        shown = measured(values)["measured"]
        numbers = [f"\nn={n:.0f}" if pd.notna(n) else "" for n in changed[f"n_{side}"]]
        return (shown + numbers).where(changed[side].notna(), None).mask(hidden, SUPPRESSED)

    return changed.assign(
        then=text("before"), now=text("after"), reflected=changed["compared_course_id"].map(_numbers(courses))
    )
