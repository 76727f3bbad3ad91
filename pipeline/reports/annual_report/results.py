"""8 成果 and 9 KPI: what came of the training beyond the classroom."""

from pipeline.document.blocks import Block, Heading, Reference
from pipeline.evaluation import Evaluation
from pipeline.evidence.improvements import by_office
from pipeline.evidence.kpi import in_percent, kpi_table, percentages
from pipeline.evidence.working_groups import group_summary
from pipeline.indicators import BEYOND
from pipeline.showing import course_views, results, sentences
from pipeline.showing.obligation_views import in_official_order
from pipeline.showing.slope_figure import slope
from pipeline.showing.tables import paragraph, table


def chapter(year: Evaluation) -> list[Block]:
    ideas, improvements = year["ideas"], year["improvements"]
    offices = by_office(improvements, year["appointments"], year.standing)
    blocks: list[Block] = [Heading("8 成果")]
    told = [
        line
        for line in year.indicators.headlines("course")
        if line.level in BEYOND and line.id in set(year.shown["evidence_id"])
    ]
    blocks += [paragraph(sentences.rated(year.described, line)) for line in told]
    if len(improvements):
        blocks.append(paragraph(results.reported(offices)))
    if ideas.empty or improvements.empty:
        blocks.append(paragraph(results.without(ideas, improvements), "note"))
    beyond = year.shown[year.shown["level"].isin(BEYOND)]
    blocks += [
        table(
            course_views.by_level(beyond, year.courses),
            "行動と成果の指標",
            year.labels("course") | {"level": "段階"} | year.labels("indicator", "measured", "n"),
            note=results.LINKS_NOTE if len(improvements) else None,
            not_applicable=["n"],
            formats={"n": "count"},
            name="beyond",
        ),
        paragraph(["反応と学習を含むすべての指標は", Reference("evidence", "table"), "にある。"], "note"),
        *_working_groups(year),
    ]
    if len(improvements):
        blocks += [
            table(
                in_official_order(offices, "office", year.year.codebook.order("office")),
                "業務改善報告と研修（所属別）",
                year.labels("office", "reports", "dx_stated", "dx_reports", "hours_saved", "staff", "trained"),
                formats={"hours_saved": "count"},
                note="「うちDX」は、DXに当たるかどうかが書かれた報告のうちの件数。",
                name="improvements",
            ),
            paragraph(results.CAUTION, "caution"),
        ]
    return blocks


def _working_groups(year: Evaluation) -> list[Block]:
    if year["working_groups"].empty:
        return [paragraph(results.not_evaluated("ワーキンググループの活動"), "note")]
    return [
        table(
            group_summary(year["working_groups"]),
            "ワーキンググループの活動",
            year.labels("theme", "lead_office", "meetings", "attend_rate", "phase"),
            name="working_groups",
        )
    ]


def indicators(year: Evaluation) -> list[Block]:
    heading, stated = Heading("9 KPI"), year["indicators"]
    if stated.empty:
        return [heading, paragraph(results.not_evaluated("KPI"), "note")]
    kpi = kpi_table(stated, str(year.year.fiscal_year))
    years = results.years(kpi)
    blocks: list[Block] = [
        heading,
        paragraph(results.moved(kpi)),
        table(
            results.kpi_rows(kpi, stated),
            "KPIの推移",
            {"indicator": "指標"}
            | year.labels("unit")
            | years
            | {results.CHANGE: "前年度との差"}
            | year.labels("source"),
            formats=dict.fromkeys(years, results.as_stated) | {results.CHANGE: results.signed},
            align=dict.fromkeys([*years, "change_from_last"], "right"),
            note=results.sources(len(year["working_groups"]) > 0),
            name="indicators",
        ),
        paragraph(results.KPI_CAUTION, "caution"),
    ]
    shares = percentages(kpi)
    if len(shares):
        blocks.append(
            slope(
                shares,
                results.moved(in_percent(kpi), "割合の"),
                "割合で表したKPIの、前の年度とこの年度の値を結んだ図",
                "%",
                name="indicator_slope",
                heads=years,
            )
        )
    return blocks
