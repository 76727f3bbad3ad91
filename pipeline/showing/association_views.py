"""The tables of the association report as a reader sees them."""

from collections.abc import Collection, Mapping, Sequence
from html import escape

import pandas as pd

from pipeline.disclosure import SUPPRESSED, protect, protect_means, protect_shares
from pipeline.inference.association import VERDICTS
from pipeline.inference.extent import doses
from pipeline.inference.layout import ALLOWS, ANALYSES, ASK, NAMES, Layout, ladder
from pipeline.inference.panel import Cells, Panel
from pipeline.inference.sensitivity import LABELS, OTHER_UNITS
from pipeline.showing.course_views import named
from pipeline.showing.rating_figures import LEAST
from pipeline.showing.tables import Html
from pipeline.showing.views import DIMENSION, FAMILY, STATUS
from pipeline.showing.views import left_out as left_out_in_words

PLAN = {
    "outcome": "結果とするもの",
    "missed": "欠席とみなす出欠",
    "attended": "出席とみなす出欠",
    "caught_up": "補ったとみなす出欠（主分析から除く）",
    "margin": "意味のある差（点）",
    "alpha": "有意水準",
    "draws": "並べ替えの回数",
    "seed": "乱数の種",
    "secondary": "副次の結果",
    "few": "補った回を検定するのに要る数",
}
# Rows that answer another question than "how large is the difference": not on the forest's axis.
OTHERS = "そのほか"
OFF_AXIS = {*OTHER_UNITS, "mundlak_between", "carry_over", "tipping_point", "worst_cases"}
EXTENT = {
    "share_of_spread": "個人の平均の散らばりのうち、欠席に伴う割合",
    "overall_loss": "一人・一回あたりにならした差（点）",
    "dose": "欠席回数と平均の順位の関連（ソマーズのD、個人間）",
}
VERDICT_COLUMNS = {
    "linked": "関連がある",
    "no_link": "意味のある関連は無い",
    "undecided": "言えない",
    "reversed": "逆向き",
    "untestable": "検定できない",
}


def surveys(found: Layout, thresholds: Sequence[int]) -> pd.DataFrame:
    """The questionnaires and what each can tell: family_label, layout_name, answers, linked, missed_rated.

    How many sessions were missed isn't told again: of several courses the sum would give a hidden one away.
    """
    table = found.surveys
    few = protect_means(table["missed_rated"].astype(int), thresholds)
    return table.assign(
        family_label=table["family"].map(FAMILY).fillna(table["family"]),
        layout_name=table["layout"].map(NAMES),
        missed_rated=table["missed_rated"].astype(object).mask(few, SUPPRESSED),
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

    return versions.assign(registered=versions["registered"].map(read), now=versions["now"].map(read))


def sensitivity_rows(results: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """The sensitivity analyses that there are; none where there is no primary that they could support.

    Some of them can be calculated even then (lateness as absence in a survey of those present), and
    would pass for an answer that the questionnaire can't give.
    """
    few = "|".join(str(n) for n in range(1, thresholds[0]))
    method = results["method"].str.replace(f"（(?:{few})人）", "（少数）", regex=True)
    n = results["n"].astype(object).mask(protect_means(results["n"].astype(int), thresholds), SUPPRESSED)
    rows = results.assign(analysis=results["analysis"].map(LABELS), method=method, n=n)
    done = results[["estimate", "ci_low", "ci_high"]].notna().any(axis=1)
    return rows[done] if has_primary(results) else rows.iloc[:0]


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
    """Mean comprehension by number of sessions missed: 「x」 for few people, no mean of nobody or fewer than LEAST.

    All of them together are said elsewhere, so that none is hidden alone.
    """
    table = doses(data).astype({"n": object, "mean": object})
    table["dose"] = table["dose"].astype(str).str.replace("+", "回以上").str.replace(r"(\d)$", r"\1回", regex=True)
    n = table["n"].astype(int)
    few = protect_means(n, thresholds, pd.Series(0, table.index))
    return table.assign(
        n=table["n"].mask(few, SUPPRESSED), mean=table["mean"].mask(few | (n > 0) & (n < LEAST), SUPPRESSED)
    )


def session_rows(results: pd.DataFrame, sessions: pd.DataFrame, hidden: Collection[str]) -> pd.DataFrame:
    """The difference by session: session_name and RESULT_COLUMNS, 「x」 for the sessions ``hidden``."""
    rows = results.merge(
        sessions[["session_id", "course_id", "number", "title"]], left_on="analysis", right_on="session_id"
    ).sort_values(["course_id", "number"], ignore_index=True)
    values = ["n", "estimate", "ci_low", "ci_high", "p_value", "p_adjusted"]
    rows[values] = rows[values].astype(object).mask(rows["session_id"].isin(hidden), SUPPRESSED)
    return rows.assign(session_name="第" + rows["number"].astype(str) + "回 " + rows["title"])


def sessions_of(sessions: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The sessions; where they are of several courses, with the course in the title."""
    if sessions["course_id"].nunique() < 2:
        return sessions
    titles = sessions["course_id"].map(courses.set_index("course_id")["title"])
    return sessions.assign(title=titles + "：" + sessions["title"])


def session_summary_rows(summary: pd.DataFrame, attended: pd.DataFrame) -> pd.DataFrame:
    """The sessions whoever answered, with ``not_attended`` as the annual report shows it; no mean of few answers.

    ``summary`` as from ``comprehension.session_summary``; ``attended``: the sessions of ``shown_counts.attendance``.
    """
    few = summary["answers"].between(1, LEAST - 1)
    rows = summary.assign(mean=summary["mean"].astype(object).mask(few, SUPPRESSED))
    return rows.merge(attended[["session_id", "not_attended"]], on="session_id", how="left")


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
    names = {"pooled": "すべてを合わせて", "heterogeneity": "年度による違い（I²）"}
    return results.assign(analysis=results["analysis"].replace(names))


def strata_people(strata: Mapping[str, Cells]) -> pd.Series:
    """label → people with a session attended and one missed, of whom alone its difference is made."""
    return pd.Series({label: int(Panel.of(data.table).informative.sum()) for label, data in strata.items()})


def pooled_forest(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of the forest over years, the pooled difference first."""
    rows = pooled_rows(results[results["analysis"] != "heterogeneity"]).rename(columns={"analysis": "label"})
    return pd.concat([rows.iloc[-1:], rows.iloc[:-1]], ignore_index=True)


def fallback_rows(results: pd.DataFrame, verdict: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """The comparisons between people, in words; none that rests on few of them or on few missed cells."""
    few = protect_means(results["n"].astype(int), thresholds)
    few |= protect_means(verdict["missed_cells"].astype(int), thresholds).iloc[0]
    results = results[~few]
    names = {"within_sessions": "回ごとの比較（差、点）", "kendall": "ケンドールのτ-b", "somers_d": "ソマーズのD"}
    return results.assign(analysis=results["analysis"].map(names))


def contributors(verdict: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """Who and what the primary analysis rests on: what, n (「x」 where few, or others in a whole of few)."""
    case = verdict.iloc[0]
    parts = verdict[["informative_persons", "all_attended", "all_missed"]].astype(int)
    hidden = protect(parts, thresholds, ("row",), known=("row",)).iloc[0]
    cells = verdict[["missed_cells", "cells"]].astype(int)
    hidden["missed_cells"] = protect_shares(cells["missed_cells"], cells["cells"], thresholds).rows["hits"].iloc[0]
    hidden["persons_left_out"] = protect_means(verdict["persons_left_out"].astype(int), thresholds).iloc[0]
    rows = [
        ("理解度の回答と出欠がそろった人", "persons"),
        ("　うち、出席した回と欠席した回の両方がある人（差について教えてくれる人）", "informative_persons"),
        ("　うち、そろった回にすべて出席した人", "all_attended"),
        ("　うち、そろった回をすべて欠席した人", "all_missed"),
        ("一つもそろわず、使わなかった人", "persons_left_out"),
        ("使った回答（人・回）", "cells"),
        ("　うち、欠席した回の回答", "missed_cells"),
    ]
    shown = [(what, SUPPRESSED if hidden.get(key, False) else int(case[key])) for what, key in rows]
    return pd.DataFrame(shown, columns=["what", "n"])


def left_out_rows(left_out: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """What the primary analysis doesn't use, in words (``views.left_out``); few are told with others.

    Of one reason the attendance with the fewest go together until they are enough; 「x」 if that isn't enough.
    More than two kinds together aren't named: the names would say that each of them occurs.
    """
    rows = []
    for (unit, reason), own in left_out.groupby(["unit", "reason"], sort=False):
        parts = [([s], n) for s, n in own.sort_values("n", kind="stable")[["status", "n"]].to_numpy()]
        while len(parts) > 1 and min(n for _, n in parts) < thresholds[0]:
            parts = sorted([(parts[0][0] + parts[1][0], parts[0][1] + parts[1][1]), *parts[2:]], key=lambda p: p[1])
        rows += [
            {
                "unit": unit,
                "reason": reason,
                "status": "、".join(STATUS.get(s, "") for s in statuses) if len(statuses) < 3 else OTHERS,
                "n": SUPPRESSED if n < thresholds[0] else n,
            }
            for statuses, n in parts
        ]
    table = pd.DataFrame(rows, columns=["unit", "reason", "status", "n"])
    return left_out_in_words(table).assign(status_label=table["status"].replace("", None))


def listed(sentences: list[str]) -> Html:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return Html(f"<ul>{items}</ul>")
