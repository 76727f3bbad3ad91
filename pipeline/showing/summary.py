"""The 要旨 of a year of several courses: one page, so one line a thing that is decided or known."""

import re

import pandas as pd

from pipeline.disclosure import FEW
from pipeline.inference.association import VERDICTS
from pipeline.showing.obligation_views import names
from pipeline.showing.tables import number
from pipeline.showing.verdict_sentences import TOO_FEW_COMPARED
from pipeline.showing.views import measured

# evidence_id → what it is called where courses are compared, in the order of the levels.
RANGES = {
    "satisfaction": "研修全体に満足した人",
    "usefulness": "実務に貢献すると答えた人",
    "followup": "受講3か月後に一部でも活用した人",
}
KEPT = "継続"
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
    everybody: pd.DataFrame,
    association: pd.DataFrame,
    verdict: pd.DataFrame,
    courses: pd.DataFrame,
) -> pd.DataFrame:
    """The five figures of a year: indicator, measured, n, chapter.

    ``everybody``: as ``completion.completed_all`` has it. Shares of courses stand as a range, from the
    lowest to the highest of at least ``FEW`` answers, of the courses that asked in the same way;
    ``n`` are the answers of these. A figure that is hidden, or that a year doesn't have, isn't listed.
    """
    rows = []
    for all_of_them in everybody.to_dict("records"):
        if all_of_them["n"] and pd.notna(all_of_them["estimate"]):
            values = pd.DataFrame([all_of_them]).assign(unit="rate")
            rows.append(("●必須の研修をすべて修了した人", measured(values)["measured"].iloc[0], all_of_them["n"], "3"))
    for evidence_id, words in RANGES.items():
        own = evidence[(evidence["evidence_id"] == evidence_id) & (evidence["n"] >= FEW)]
        among = "示せる" if own["estimate"].isna().any() else ""
        own = own[own["estimate"].notna()]
        if own.empty:
            continue
        same = own[own["indicator"] == own["indicator"].mode().iloc[0]]
        scale = re.search(r"\d段階", same["indicator"].iloc[0])
        asked = f"{scale[0]}で尋ねた" if scale and own["indicator"].nunique() > 1 else ""
        asked += "、" if asked and among else ""
        rows.append(
            (
                f"{words}（{asked}{among}{len(same)}研修）",
                _range(same, short(courses)),
                same["n"].sum(),
                same["chapter"].iloc[0],
            )
        )
    if len(association) and verdict["code"].iloc[0] != "untestable":
        main = association.set_index("analysis").loc[["primary"]].assign(unit="points")
        rows.append(
            ("欠席した回と出席した回の理解度の差", measured(main)["measured"].iloc[0], verdict["persons"].iloc[0], "5")
        )
    table = pd.DataFrame(rows, columns=["indicator", "measured", "n", "chapter"])
    return table.astype({"n": "Int64"})


def _range(rows: pd.DataFrame, names: dict[str, str]) -> str:
    ends = rows.loc[[rows["estimate"].idxmin(), rows["estimate"].idxmax()]]
    said = [f"{number(r['estimate'], 'rate')}（{names[r['course_id']]}）" for r in ends.to_dict("records")]
    return "～".join(dict.fromkeys(said))


def by_course(results: pd.DataFrame, courses: pd.DataFrame, are_hidden: bool = False) -> str:
    """The verdicts of the courses, a short sentence each. ``results``: as ``inference.courses.by_course`` has it.

    ``are_hidden``: there are others, of too few people to tell.
    """
    if results.empty and are_hidden:
        return f"研修ごとに見ると、{TOO_FEW_COMPARED}"
    if results.empty:
        return "2回以上の記録がある研修は無く、研修ごとには比べられない。"
    names, parts = short(courses), []
    for code in VERDICTS:
        rows = results[results["code"] == code]
        said = [
            names[r["course_id"]]
            + (f"（{number(r['estimate'], 'estimate1')}点）" if code in ("linked", "reversed") else "")
            for r in rows.to_dict("records")
        ]
        if said:
            parts.append(f"{'・'.join(said)}{SAID[code]}。")
    return f"研修ごとに見ると、欠席した回の理解度は、{''.join(parts)}"


def proposals(table: pd.DataFrame, courses: pd.DataFrame, pending: str) -> pd.DataFrame:
    """The proposals in short: change, course (all that it is proposed for), proposal, reason.

    Courses that are only kept, and what waits for data, are one row each, the last ones, without a reason.
    """
    numbers, full = short(courses), names(courses)
    changing = table[~table["change"].isin([KEPT, pending])]
    kept = table[(table["change"] == KEPT) & ~table["course_id"].isin(changing["course_id"])]
    waiting = table[table["change"] == pending]
    rows = []
    for (change, proposal), own in changing.groupby(["change", "proposal"], sort=False):
        rows.append(
            (change, "、".join(full[c] for c in full if c in set(own["course_id"])), proposal, own["reason"].iloc[0])
        )
    for (change, proposal), own in (((KEPT, KEEP), kept), (("判断保留", WAITING), waiting)):
        if len(own):
            rows.append((change, "・".join(numbers[c] for c in numbers if c in set(own["course_id"])), proposal, None))
    return pd.DataFrame(rows, columns=["change", "course", "proposal", "reason"])
