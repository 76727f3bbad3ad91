"""The sentences that put courses, or years, side by side: what each one's test says, and how they differ."""

from collections.abc import Sequence

import pandas as pd

from pipeline.codebook import codes
from pipeline.inference.courses import NOT_AFTER_HOLM
from pipeline.showing.association_sentences import made_up
from pipeline.showing.tables import number
from pipeline.showing.verdict_sentences import TOO_FEW_COMPARED, between, p_text, points


def together(pooled: pd.DataFrame, alpha: float) -> str:
    """The answer over all years so far, or that there is only one; ``alpha``: for whether the years differ."""
    rows = pooled.set_index("analysis")
    strata = rows["estimate"].drop(["pooled", "heterogeneity"], errors="ignore").dropna()
    if len(strata) < 2:
        known = "まだ一つだけである" if len(strata) else "まだ無い"
        return f"比べられる年度は{known}。二つになった年度から、ここに並べて示す。"
    total, apart = rows.loc["pooled"], rows.loc["heterogeneity"]
    if pd.isna(total["estimate"]):
        return "合わせても検定できない。"
    direction = "低い" if total["estimate"] < 0 else "高い"
    differs = (
        ""
        if pd.isna(apart["p_value"])
        else (
            f"差の大きさは年度によって違う（{p_text(apart['p_value'])}）。合わせた差は年度の平均である。"
            if apart["p_value"] <= alpha
            else f"年度によって差の大きさが違うとまでは言えない（{p_text(apart['p_value'])}）。"
        )
    )
    return (
        f"{len(strata)}年度を合わせると、欠席した回の理解度は平均{points(total['estimate'])}{direction}"
        f"（95%信頼区間{between(total['ci_low'], total['ci_high'])}）。{differs}"
    )


def by_course(results: pd.DataFrame, few: Sequence[str] = ()) -> str:
    """The verdicts of the courses in one paragraph. ``results``: course and by_course's columns.

    ``few``: the names of others, in which too few people were compared to tell.
    """
    if results.empty and not few:
        return "2回以上の出欠または理解度の記録がある研修は無く、研修ごとには比べられない。"
    said = []
    for code, verdict in codes("verdict").items():
        rows = results[results["code"] == code]
        if rows.empty or code == "untestable":
            continue
        sizes = [f"「{row['course']}」（差{number(row['estimate'], 'estimate')}点）" for row in rows.to_dict("records")]
        said.append(f"{verdict}：{'、'.join(sizes)}。")
    if (results["reason"] == NOT_AFTER_HOLM).any():
        said.append("一つだけなら有意でも、複数の研修を調べたことを考えると言えない研修を含む。")
    why = codes("verdict_reason") | codes("layout")
    for reason, rows in results[results["code"] == "untestable"].groupby("reason", sort=False):
        said.append(f"「{'」「'.join(rows['course'])}」は検定できない（{why[reason]}ため）。")
    if results["p_value"].notna().sum() > 1:
        said.append("p値は、調べた研修の数を考えてホルム法で調整した。")
    if few:
        said.append(f"「{'」「'.join(few)}」は、{TOO_FEW_COMPARED}")
    return "".join(said)


def counted(courses: list[str], code: str) -> str:
    """How the courses of the year's design are put together, and how people are counted; ``code``: its layout."""
    if code == "none":
        return "この年度には、判定のもとになる理解度の回答が無い。"
    if len(courses) < 2:
        return "この年度の判定は、一つの研修の回答による。"
    return (
        f"この年度の判定は、{len(courses)}研修の回答を合わせたものである。比べるのは同じ人の同じ研修の中だけで、"
        "二つの研修を受けた人は二人と数える（のべ）。"
    )


def apart(row: dict, alpha: float) -> str:
    """Whether the courses differ by more than chance; ``row`` as from ``courses.differing``."""
    if pd.isna(row["p_value"]):
        return "研修による違いは、比べられる研修が二つ以上ないので検定しない。"
    if row["p_value"] <= alpha:
        return (
            f"差の大きさは研修によって違う（{p_text(row['p_value'])}）。年度全体の差は研修の平均であり、"
            "どの研修にも当てはまるわけではない。"
        )
    return f"研修によって差の大きさが違うとまでは言えない（{p_text(row['p_value'])}）。"


def closed_by_course(results: pd.DataFrame) -> str:
    """What catching up closes, course by course. ``results``: course and RESULT_COLUMNS."""
    rows = results[results["n"] > 0]
    if rows.empty:
        return "録画などで補った回の評価は、どの研修にも無いか、少ない。"
    return "".join(f"「{row['course']}」：{made_up(row)}" for row in rows.to_dict("records"))
