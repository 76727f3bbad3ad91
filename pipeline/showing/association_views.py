"""The tables of the association report as a reader sees them."""

import pandas as pd

from pipeline import comprehension
from pipeline.codebook import codes
from pipeline.edition import Edition
from pipeline.inference.extent import doses
from pipeline.inference.layout import Layout, ladder
from pipeline.inference.panel import Cells
from pipeline.inference.sensitivity import OTHER_UNITS
from pipeline.showing.course_views import named

# Rows that answer another question than "how large is the difference": not on the forest's axis.
OFF_AXIS = {*OTHER_UNITS, "mundlak_between", "carry_over", "tipping_point", "worst_cases"}
VERDICT_COLUMNS = {
    "linked": "関連がある",
    "no_link": "意味のある関連は無い",
    "undecided": "言えない",
    "reversed": "逆向き",
    "untestable": "検定できない",
}


def surveys(found: Layout) -> pd.DataFrame:
    """The questionnaires and what each can tell: family_label, layout_name, answers, linked, missed_rated."""
    table = found.surveys
    return table.assign(
        family_label=table["family"].map(codes("family")).fillna(table["family"]),
        layout_name=table["layout"].map(codes("layout")),
    )


def allows(found: Layout) -> str:
    return f"{codes('layout')[found.code]}。{codes('layout_allows')[found.code]}"


def compared(found: Layout, code: str, fallback: pd.DataFrame) -> str:
    """Which comparison was made; ``code`` is the primary's verdict, ``fallback`` what took its place."""
    allowed = ladder(found.code, code)
    made = allowed if allowed == "primary" or fallback["estimate"].notna().any() else "none"
    return f"この年度に行った比較：{codes('comparison')[made]}。"


def next_time(found: Layout) -> str:
    return codes("layout_ask")[found.code]


def plan_versions(versions: pd.DataFrame) -> pd.DataFrame:
    """The versions of the plan with statuses and outcomes in words."""
    words = codes("status") | codes("dimension")

    def worded(entry: object) -> str:
        parts = entry if isinstance(entry, tuple) else (entry,)
        return "、".join(words.get(str(part), str(part)) for part in parts) or "なし"

    return versions.assign(registered=versions["registered"].map(worded), now=versions["now"].map(worded))


def sensitivity_rows(results: pd.DataFrame) -> pd.DataFrame:
    """The sensitivity analyses that there are; none where there is no primary that they could support.

    Some of them can be calculated even then (lateness as absence in a survey of those present), and
    would pass for an answer that the questionnaire can't give.
    """
    rows = results.assign(analysis=results["analysis"].map(codes("sensitivity")))
    done = results[["estimate", "ci_low", "ci_high"]].notna().any(axis=1)
    return rows[done] if has_primary(results) else rows.iloc[:0]


def has_primary(results: pd.DataFrame) -> bool:
    return bool((results["analysis"].eq("primary") & results["estimate"].notna()).any())


def forest_rows(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of the forest figure: label, n, estimate, ci_low, ci_high; the primary first."""
    rows = results[~results["analysis"].isin(OFF_AXIS) & results["estimate"].notna()]
    return rows.assign(label=rows["analysis"].map(codes("sensitivity")))[
        ["label", "n", "estimate", "ci_low", "ci_high"]
    ].reset_index(drop=True)


def extent_rows(results: pd.DataFrame) -> pd.DataFrame:
    return results.assign(analysis=results["analysis"].map(codes("extent")))


def dose_rows(data: Cells, edition: Edition) -> pd.DataFrame:
    """Mean comprehension by number of sessions missed: dose, n, mean; neighbours merged until all have enough people.

    No rows where that leaves nothing to compare.
    """
    table = doses(data)
    rows = []
    for places in edition.merged(table["n"].tolist()):
        own = table.iloc[places]
        n, weight = int(own["n"].sum()), own["n"] * own["mean"]
        low, high = places[0], places[-1]
        name = f"{low}回以上" if high == len(table) - 1 else f"{low}回" if low == high else f"{low}～{high}回"
        rows.append((name, n, weight[own["n"] > 0].sum(skipna=False) / n if n else None))
    found = pd.DataFrame(rows, columns=["dose", "n", "mean"])
    return found if (found["n"] > 0).sum() > 1 else found.iloc[:0]


def rating_rows(
    cells: pd.DataFrame, sessions: pd.DataFrame, courses: pd.DataFrame, edition: Edition
) -> tuple[pd.DataFrame, list[str]]:
    """The dots of the figure of ratings (session, group, value, count), and the names of what is taken together.

    Sessions, or courses where the cells are of several, are taken together with their neighbours until those who
    attended and those who missed are enough in each. No rows where nothing can be compared.
    """
    rows = comprehension.ratings_by_group(cells, sessions, courses).assign(count=1)
    sizes = rows.groupby(["session", "group"], sort=False).size().unstack(fill_value=0)
    sizes = sizes.reindex(columns=["attended", "missed"], fill_value=0)
    groups = [[place] for place in range(len(sizes))]
    for group in sizes:
        joined = edition.merged([int(sizes[group].iloc[places].sum()) for places in groups])
        groups = [[place for at in join for place in groups[at]] for join in joined]
    if not any((sizes.iloc[places].sum() > 0).all() for places in groups):
        return rows.iloc[:0], []
    own = list(sizes.index)
    names = {own[place]: "と".join(own[at] for at in places) for places in groups for place in places}
    merged = [names[own[places[0]]] for places in groups if len(places) > 1]
    return rows.assign(session=rows["session"].map(names)), merged


def session_rows(data: Cells, results: pd.DataFrame, sessions: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The difference by session: session_name and RESULT_COLUMNS, of the sessions that enough people missed and
    attended, or nobody missed. ``results``: as ``extent.by_session`` has them for ``data``."""
    attended = data.table.loc[data.table["missed"] == 0, "session_id"].value_counts()
    results = results.assign(attended=results["analysis"].map(attended).fillna(0))
    rows = edition.told(edition.told(results), "attended").merge(
        sessions[["session_id", "course_id", "number", "title"]], left_on="analysis", right_on="session_id"
    )
    rows = rows.sort_values(["course_id", "number"], ignore_index=True)
    return rows.assign(session_name="第" + rows["number"].astype(str) + "回 " + rows["title"])


def sessions_of(sessions: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The sessions; where they are of several courses, with the course in the title."""
    if sessions["course_id"].nunique() < 2:
        return sessions
    titles = sessions["course_id"].map(courses.set_index("course_id")["title"])
    return sessions.assign(title=titles + "：" + sessions["title"])


def course_rows(by_course: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The result by course: course, RESULT_COLUMNS and the verdict in words (``code``)."""
    return named(by_course.assign(code=by_course["code"].map(codes("verdict"))), courses)


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
    return results.assign(analysis=results["analysis"].map(codes("dimension")))


def pooled_rows(results: pd.DataFrame) -> pd.DataFrame:
    names = {"pooled": "すべてを合わせて", "heterogeneity": "年度による違い（I²）"}
    return results.assign(analysis=results["analysis"].replace(names))


def pooled_forest(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of the forest over years, the pooled difference first."""
    rows = pooled_rows(results[results["analysis"] != "heterogeneity"]).rename(columns={"analysis": "label"})
    return pd.concat([rows.iloc[-1:], rows.iloc[:-1]], ignore_index=True)


def fallback_rows(results: pd.DataFrame, verdict: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The comparisons between people, in words; none that rests on few of them or on few missed cells."""
    told = edition.of_enough(edition.told(results.dropna(subset="estimate")), verdict["missed_cells"].iloc[0])
    names = {"within_sessions": "回ごとの比較（差、点）", "kendall": "ケンドールのτ-b", "somers_d": "ソマーズのD"}
    return told.assign(analysis=told["analysis"].map(names))


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
