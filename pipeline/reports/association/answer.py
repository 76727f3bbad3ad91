"""1 答え."""

from pipeline.document.blocks import Block, Heading
from pipeline.reports.association.told import ToldYear
from pipeline.showing import verdict_sentences
from pipeline.showing.tables import paragraph


def answer(year: ToldYear) -> list[Block]:
    verdict, association = year.tested.verdict, year.association
    blocks: list[Block] = [
        Heading("1 答え"),
        paragraph(f"判定：{verdict_sentences.judged(verdict)}", "verdict"),
        paragraph(verdict_sentences.answer(verdict, association)),
    ]
    if len(association):
        blocks.append(paragraph(verdict_sentences.how_sure(verdict, association), "note"))
    return [*blocks, paragraph(verdict_sentences.CAUTION, "caution")]
