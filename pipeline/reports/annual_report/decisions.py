"""10 前年度の改定のその後 and 11 研修メニュー改定案."""

from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.showing import aftermath_views, course_views, reasons, sentences
from pipeline.showing.tables import paragraph, table


def last_year(year: Evaluation) -> list[Block]:
    heading = Heading("10 前年度の改定のその後")
    if year["decisions"].empty:
        return [heading, paragraph(sentences.none_decided(year.is_first_year), "note")]
    blocks: list[Block] = [heading, paragraph(aftermath_views.came_of_it(year.changed))]
    if year.changed.empty:
        return blocks
    if year.changed["is_comparable"].any():
        blocks.append(paragraph(aftermath_views.CAUTION, "caution"))
    blocks.append(
        table(
            aftermath_views.became(year.changed, year.courses, year.indicators),
            "前年度の改定のその後",
            {"title": "研修", "change": "案の改定区分"}
            | year.labels("decided", "reflected")
            | {"indicator": "比べた指標", "then": "改定の前", "now": "改定の後"}
            | year.labels("sentence"),
            not_applicable=["reflected", "indicator", "then", "now"],
            note="改定の後の値は、反映先の研修のもの。かっこ内は95%信頼区間。",
            name="aftermath",
        )
    )
    return blocks


def next_year(year: Evaluation) -> list[Block]:
    told = reasons.told(year.proposals, year.rules, year.indicators)
    return [
        Heading("11 研修メニュー改定案"),
        paragraph(sentences.proposals(told)),
        table(
            course_views.proposed(told, year.courses),
            "改定案とその根拠",
            year.labels("course", "change", "proposal", "indicator", "measured", "n", "condition", "chapter"),
            not_applicable=["n", "measured", "chapter", "indicator", "condition"],
            name="proposals",
        ),
    ]
