"""8–10: the same question asked otherwise, of other outcomes, and the second best where it can't be tested."""

from pipeline import comprehension
from pipeline.codebook import codes
from pipeline.document.blocks import Block, Heading, Text
from pipeline.reports.association.difference import ESTIMATE
from pipeline.reports.association.told import ToldYear
from pipeline.showing import association_sentences, association_views, views
from pipeline.showing.figures import effect
from pipeline.showing.tables import paragraph, table


def sensitivity(year: ToldYear) -> list[Block]:
    others = year.sensitivity
    said = association_sentences.robust(others, year.tested.doubts)
    blocks: list[Block] = [
        Heading("8 感度分析"),
        Text("決め方や計算のしかたを変えても、答えは同じか。"),
        paragraph(said),
    ]
    if not association_views.has_primary(others):
        return blocks
    return [
        *blocks,
        effect(
            association_views.forest_rows(others),
            year.tested.plan.margin,
            said,
            "分析のしかたごとの差の推定値と95%信頼区間",
            name="sensitivity_forest",
        ),
        table(
            association_views.sensitivity_rows(others),
            "感度分析",
            year.labels("analysis", "n")
            | {"estimate": "推定値", ("ci_low", "ci_high"): "95%信頼区間"}
            | year.labels("p_value", "method"),
            note=association_sentences.outside_the_range(others),
            not_applicable=["p_value", "estimate", "ci_low"],
            name="sensitivity",
        ),
    ]


def secondary(year: ToldYear) -> list[Block]:
    outcomes = "・".join(codes("dimension")[name] for name in year.tested.plan.secondary)
    heading = Heading(f"9 ほかの結果（{outcomes}）" if outcomes else "9 ほかの結果")
    if not outcomes:
        return [heading, paragraph("分析計画に、理解度のほかに検定するものは無い。", "note")]
    rows = association_views.secondary_rows(year.of_enough(year.tested.secondary))
    if rows["estimate"].isna().all():
        return [heading, paragraph(association_sentences.not_asked(rows), "note")]
    return [
        heading,
        table(
            rows,
            "副次の結果（ホルム法で調整）",
            year.labels("analysis", "n") | ESTIMATE | year.labels("p_value", "p_adjusted", "method"),
            not_applicable=["p_value", "p_adjusted", "estimate", "ci_low"],
            name="secondary",
        ),
    ]


def second_best(year: ToldYear) -> list[Block]:
    asked, code = year.tested.design.asked, year.tested.primary.verdict.code
    return [
        Heading("10 検定できないときの、次善の比較"),
        paragraph(association_views.compared(asked, code, year.tested.fallback)),
        *_between_people(year),
        _whoever_answered(year),
    ]


def _between_people(year: ToldYear) -> list[Block]:
    found = year.tested.fallback
    if found["estimate"].isna().all():
        return []
    rows = association_views.fallback_rows(found, year.tested.verdict, year.edition)
    if rows.empty:
        return [paragraph("個人間の比較は、人数が少ないため示さない。", "note")]
    return [
        table(
            rows,
            "個人間の比較（誰が休むかは調整していない）",
            year.labels("analysis", "n")
            | {"estimate": "値", ("ci_low", "ci_high"): "95%信頼区間"}
            | year.labels("p_value", "method"),
            name="fallback",
        )
    ]


def _whoever_answered(year: ToldYear) -> Block:
    design, least = year.tested.design, year.edition.least
    by_session = comprehension.attendance_by_session(year["attendance"], year["sessions"])
    counts = comprehension.attendance_counts(by_session, year.tested.plan)
    rows = comprehension.session_summary(design.responses, design.items, counts, year.sessions, least)
    words = views.attendance_columns(counts)
    return table(
        rows,
        "回ごとの集計（誰の回答かを問わない）",
        year.labels("number", "title")
        | {name: words[name] for name in (comprehension.CAUGHT_UP, comprehension.MISSED)}
        | year.labels("answers", "mean"),
        not_applicable=["mean"],
        note="録画等・欠席の人数は、年次評価報告書と同じである。回答は、尋ねたすべてのアンケートの回答の数。"
        f"{least}件に満たない回答の平均は示さない。",
        name="session_summary",
    )
