"""The 要旨 of a year of several courses: one page, so one line a thing that is decided or known."""

import pandas as pd

from pipeline.codebook import codes
from pipeline.evidence.rows import YEAR
from pipeline.indicators import Indicator, Indicators
from pipeline.menu.rules import KEPT, PENDING
from pipeline.showing.course_views import FEW, same_scale
from pipeline.showing.obligation_views import names
from pipeline.showing.tables import number
from pipeline.showing.views import measured

KEEP, WAITING = "いまの内容と方法を引き継ぐ", "一部の規則は、データが足りず当てはめていない"
SAID = {
    "linked": "で低い",
    "no_link": "では意味のある大きさの差は無い",
    "reversed": "で高い（記録を先に確かめる）",
    "undecided": "では差があるとも無いとも言えない",
    "untestable": "は検定できない",
}


def short(courses: pd.DataFrame) -> dict[str, str]:
    """course_id → 「No.5」, or the title where the course isn't in the menu."""
    return {
        c["course_id"]: c["title"] if pd.isna(c["number"]) else f"No.{int(c['number'])}"
        for c in courses.to_dict("records")
    }


def figures(
    evidence: pd.DataFrame,
    association: pd.DataFrame,
    verdict: pd.DataFrame,
    courses: pd.DataFrame,
    indicators: Indicators,
    least: int,
) -> pd.DataFrame:
    """The few figures of a year: indicator, measured, n, chapter.

    ``evidence``: as described. Shares of courses stand as a range, from the lowest to the highest of at least ``FEW`` and
    ``least`` answers, of the courses that asked in the same way; ``n`` are the answers of these. A figure that a year
    doesn't have isn't listed.
    """
    rows = []
    for line in indicators.headlines("year"):
        own = evidence[evidence["evidence_id"] == line.id]
        rows += [_whole(line, one, one["n"]) for one in own[own["course_id"] == YEAR].to_dict("records")]
        own = own[(own["course_id"] != YEAR) & (own["n"] >= max(FEW, least))]
        if len(own):
            same = same_scale(own)
            asked = f"{int(same['points'].iloc[0])}段階で尋ねた" if len(same) < len(own) else ""
            words = f"{line.subject}（{asked}{len(same)}研修）"
            rows.append((words, _range(same, short(courses)), same["n"].sum(), line.chapter))
    if len(association) and verdict["code"].iloc[0] != "untestable":
        main = association[association["analysis"] == "primary"].to_dict("records")[0]
        rows.append(_whole(indicators.question, main, verdict["persons"].iloc[0]))
    table = pd.DataFrame(rows, columns=["indicator", "measured", "n", "chapter"])
    return table.astype({"n": "Int64"})


def _whole(line: Indicator, result: dict, n: int) -> tuple[str, str, int, str]:
    """The line of a figure that is of the year as a whole."""
    value = measured(pd.DataFrame([result]).assign(unit=line.unit))["measured"].iloc[0]
    return line.subject, value, n, line.chapter


def _range(rows: pd.DataFrame, names: dict[str, str]) -> str:
    """The lowest and the highest, each with all courses that have it."""
    ends = rows.groupby("estimate")["course_id"].agg(list).iloc[[0, -1]]
    said = [f"{number(value, 'rate')}（{'・'.join(names[i] for i in ids)}）" for value, ids in ends.items()]
    return "～".join(dict.fromkeys(said))


def by_course(results: pd.DataFrame, courses: pd.DataFrame) -> str:
    """The verdicts of the courses, a short sentence each. ``results``: as ``inference.courses.by_course`` has it."""
    if results.empty:
        return "2回以上の記録がある研修は無く、研修ごとには比べられない。"
    names, parts = short(courses), []
    for code in codes("verdict"):
        rows = results[results["code"] == code]
        said = [
            names[r["course_id"]]
            + (f"（{number(r['estimate'], 'estimate1')}点）" if code in ("linked", "reversed") else "")
            for r in rows.to_dict("records")
        ]
        if said:
            parts.append(f"{'・'.join(said)}{SAID[code]}。")
    return f"研修ごとに見ると、欠席した回の理解度は、{''.join(parts)}"


def proposals(told: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The proposals (as ``reasons.told``) in short: change, course (all that it is proposed for), proposal, reason.

    Courses that are only kept, and what waits for data, are one row each, the last ones, without a reason.
    """
    numbers, full, words = short(courses), names(courses), codes("change")
    changing = told[~told["change"].isin([KEPT, PENDING])]
    kept = told[(told["change"] == KEPT) & ~told["course_id"].isin(changing["course_id"])]
    waiting = told[told["change"] == PENDING]
    rows = []
    for _, own in changing.groupby(["change", "rule_id"], sort=False):
        first = own.iloc[0]
        whose = "、".join(full[c] for c in full if c in set(own["course_id"]))
        rows.append((words[first["change"]], whose, first["proposal"], first["reason"]))
    for change, proposal, own in ((KEPT, KEEP, kept), (PENDING, WAITING, waiting)):
        if len(own):
            whose = "・".join(numbers[c] for c in numbers if c in set(own["course_id"]))
            rows.append((words[change], whose, proposal, None))
    return pd.DataFrame(rows, columns=["change", "course", "proposal", "reason"])
