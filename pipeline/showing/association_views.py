"""The tables of the association report as a reader sees them."""

from collections.abc import Sequence
from html import escape

import pandas as pd

from pipeline.disclosure import SUPPRESSED, protect_means
from pipeline.inference.association import VERDICTS
from pipeline.inference.extent import doses
from pipeline.inference.layout import ALLOWS, ANALYSES, ASK, NAMES, Layout, ladder
from pipeline.inference.panel import Cells
from pipeline.inference.pooling import SEPARATOR
from pipeline.inference.sensitivity import LABELS, OTHER_UNITS
from pipeline.showing.course_views import named
from pipeline.showing.tables import Html
from pipeline.showing.views import DIMENSION, FAMILY, STATUS

PLAN = {
    "outcome": "結果とするもの", "missed": "欠席とみなす出欠", "attended": "出席とみなす出欠",
    "caught_up": "補ったとみなす出欠（主分析から除く）", "margin": "意味のある差（点）", "alpha": "有意水準",
    "draws": "並べ替えの回数", "seed": "乱数の種", "secondary": "副次の結果", "few": "補った回を検定するのに要る数",
}  # fmt: skip
# Rows that answer another question than "how large is the difference": not on the forest's axis.
OFF_AXIS = {*OTHER_UNITS, "mundlak_between", "carry_over", "tipping_point", "worst_cases"}
EXTENT = {
    "share_of_spread": "個人の平均の散らばりのうち、欠席に伴う割合",
    "overall_loss": "一人・一回あたりにならした差（点）",
    "dose": "欠席回数と平均の順位の関連（ソマーズのD、個人間）",
}
MOST_PEOPLE = 60   # rows of the matched figure: more don't fit on a page or two
VERDICT_COLUMNS = {
    "linked": "関連がある", "no_link": "意味のある関連は無い", "undecided": "言えない",
    "reversed": "逆向き", "untestable": "検定できない",
}  # fmt: skip


def surveys(found: Layout) -> pd.DataFrame:
    """The questionnaires and what each can tell: family_label, layout_name, answers, linked."""
    table = found.surveys
    return table.assign(
        family_label=table["family"].map(FAMILY).fillna(table["family"]),
        layout_name=table["layout"].map(NAMES),
    )


def allows(found: Layout) -> str:
    return f"{NAMES[found.code]}。{ALLOWS[found.code]}"


def compared(found: Layout, code: str) -> str:
    """Which comparison the layout allowed; ``code`` is the primary's verdict."""
    return f"この年度に行った比較：{ANALYSES[ladder(found.code, code)]}。"


def next_time(found: Layout) -> str:
    return ASK[found.code]


def plan_versions(versions: pd.DataFrame) -> pd.DataFrame:
    """The versions of the plan with statuses and outcomes in words."""
    words = STATUS | DIMENSION

    def read(text: str) -> str:
        return "、".join(words.get(part, part) for part in text.split("、"))

    return versions.assign(registered=versions["registered"].map(read),
                           now=versions["now"].map(read))  # fmt: skip


def sensitivity_rows(results: pd.DataFrame) -> pd.DataFrame:
    """The sensitivity analyses; without values where there is no primary that they could support.

    Some of them can be calculated even then (lateness as absence in a survey of those present), and
    would pass for an answer that the questionnaire can't give.
    """
    rows = results.assign(analysis=results["analysis"].map(LABELS))
    if has_primary(results):
        return rows
    values = ["estimate", "ci_low", "ci_high", "p_value", "p_adjusted"]
    return rows.assign(**dict.fromkeys(values, float("nan")), method="主分析ができないので、行わない")


def has_primary(results: pd.DataFrame) -> bool:
    return bool((results["analysis"].eq("primary") & results["estimate"].notna()).any())


def forest_rows(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of the forest figure: label, n, estimate, ci_low, ci_high; the primary first."""
    rows = results[~results["analysis"].isin(OFF_AXIS) & results["estimate"].notna()]
    return rows.assign(label=rows["analysis"].map(LABELS).fillna(rows["analysis"]))[
        ["label", "n", "estimate", "ci_low", "ci_high"]
    ].reset_index(drop=True)


def extent_rows(results: pd.DataFrame) -> pd.DataFrame:
    return results.assign(analysis=results["analysis"].map(EXTENT))


def dose_rows(data: Cells, thresholds: Sequence[int]) -> pd.DataFrame:
    """Mean comprehension by number of sessions missed; groups of few people without values.

    All of them together are said elsewhere, so that none is hidden alone.
    """
    table = doses(data)
    table["dose"] = table["dose"].astype(str).str.replace("+", "回以上").str.replace(r"(\d)$", r"\1回", regex=True)
    few = protect_means(table["n"], thresholds, pd.Series(0, table.index))
    return table.mask(few).assign(dose=table["dose"])


def session_rows(
    results: pd.DataFrame, sessions: pd.DataFrame, thresholds: Sequence[int]
) -> pd.DataFrame:
    """The difference by session: session_name and RESULT_COLUMNS; too small ones without values."""
    rows = results.merge(
        sessions[["session_id", "course_id", "number", "title"]],
        left_on="analysis", right_on="session_id",
    ).sort_values(["course_id", "number"], ignore_index=True)
    small = (rows["n"] == 0) | protect_means(rows["n"].astype(int), thresholds)
    values = ["estimate", "ci_low", "ci_high", "p_value", "p_adjusted"]
    rows[values] = rows[values].mask(small)
    rows["n"] = rows["n"].astype(object).mask(small & (rows["n"] > 0), SUPPRESSED)
    return rows.assign(session_name="第" + rows["number"].astype(str) + "回 " + rows["title"])


def sessions_of(sessions: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The sessions; where they are of several courses, with the course in the title."""
    if sessions["course_id"].nunique() < 2:
        return sessions
    titles = sessions["course_id"].map(courses.set_index("course_id")["title"])
    return sessions.assign(title=titles + "：" + sessions["title"])


def can_be_drawn(differences: pd.DataFrame) -> bool:
    """Whether there are people to draw, and not more than a figure of one row a person shows."""
    return 0 < len(differences) <= MOST_PEOPLE


def matched_rows(differences: pd.DataFrame) -> pd.DataFrame:
    """The rows of the matched figure; a person marked with a course is shown with it."""
    people = differences["participant_id"].str.replace(SEPARATOR, " ")
    names = {"mean_attended": "attended", "mean_missed": "missed"}
    return differences.assign(participant_id=people).rename(columns=names)


def course_rows(by_course: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The result by course: course, RESULT_COLUMNS and the verdict in words (``code``)."""
    return named(by_course.assign(code=by_course["code"].map(VERDICTS)), courses)


def course_forest(by_course: pd.DataFrame, found: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The rows of the forest over courses, the year's own result (``found``) first.

    A single course is the year: it has one row.
    """
    rows = named(by_course, courses)
    if len(rows) > 1:
        year = found[found["analysis"] == "primary"].assign(course="この年度（主分析）")
        rows = pd.concat([year, rows], ignore_index=True)
    return rows.rename(columns={"course": "label"})[["label", "n", "estimate", "ci_low", "ci_high"]]


def secondary_rows(results: pd.DataFrame) -> pd.DataFrame:
    return results.assign(analysis=results["analysis"].map(DIMENSION))


def pooled_rows(results: pd.DataFrame) -> pd.DataFrame:
    names = {"pooled": "すべてを合わせて", "heterogeneity": "年度・研修による違い（I²）"}
    return results.assign(analysis=results["analysis"].replace(names))


def pooled_forest(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of the forest over years and courses, the pooled difference first."""
    rows = pooled_rows(results[results["analysis"] != "heterogeneity"]).rename(
        columns={"analysis": "label"}
    )
    return pd.concat([rows.iloc[-1:], rows.iloc[:-1]], ignore_index=True)


def fallback_rows(results: pd.DataFrame) -> pd.DataFrame:
    names = {"within_sessions": "回ごとの比較（差、点）", "kendall": "ケンドールのτ-b", "somers_d": "ソマーズのD"}
    return results.assign(analysis=results["analysis"].map(names))


def contributors(verdict: pd.DataFrame) -> pd.DataFrame:
    """Who and what the primary analysis rests on: what, n."""
    case = verdict.iloc[0]
    rows = [
        ("理解度の回答と出欠がそろった人", "persons"),
        ("　うち、出席した回と欠席した回の両方がある人（差について教えてくれる人）", "informative_persons"),
        ("　うち、そろった回にすべて出席した人", "all_attended"),
        ("　うち、そろった回をすべて欠席した人", "all_missed"),
        ("一つもそろわず、使わなかった人", "persons_left_out"),
        ("使った回答（人・回）", "cells"),
        ("　うち、欠席した回の回答", "missed_cells"),
    ]
    return pd.DataFrame([(what, int(case[key])) for what, key in rows], columns=["what", "n"])


def listed(sentences: list[str]) -> Html:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return Html(f"<ul>{items}</ul>")
