"""要旨: the answer, the figures and the proposals on one page."""

from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.menu.rules import PENDING
from pipeline.showing import course_views, reasons, sentences, summary, verdict_sentences, views
from pipeline.showing.tables import paragraph, table


def chapter(year: Evaluation) -> list[Block]:
    verdict = year["verdict"]
    blocks: list[Block] = [Heading("要旨"), paragraph(verdict_sentences.answer(verdict, year.association), "verdict")]
    if not year.is_one:
        blocks.append(paragraph(summary.by_course(year.tests, year.courses)))
    return [*blocks, paragraph(verdict_sentences.CAUTION, "caution"), _figures(year), *_proposals(year)]


def _figures(year: Evaluation) -> Block:
    note = "かっこ内は95%信頼区間。四捨五入のため合計が一致しない場合がある。"
    if year.is_one:
        headlines = [line.id for line in year.indicators.headlines("course")]
        rows = views.measured(year.shown[year.shown["evidence_id"].isin(headlines)])
    else:
        least = year.edition.least
        rows = summary.figures(year.shown, year.association, year["verdict"], year.courses, year.indicators, least)
        note = (
            f"かっこ内は95%信頼区間か、その研修。割合の範囲は、{max(course_views.FEW, least)}人以上が答えた研修のもの。"
            "四捨五入のため合計が一致しない場合がある。"
        )
    columns = year.labels("indicator", "measured", "n", "chapter")
    return table(rows, "主な数値", columns, note=note, name="headlines")


def _proposals(year: Evaluation) -> list[Block]:
    told = reasons.told(year.proposals, year.rules, year.indicators)
    if year.is_one:
        rows = course_views.proposed(told[told["change"] != PENDING], year.courses)
    else:
        rows = summary.proposals(told, year.courses)
    return [
        paragraph(sentences.proposals(told)),
        table(
            rows,
            "研修メニュー改定案の要点",
            year.labels("change", "course", "proposal", "reason"),
            not_applicable=["reason"],
            note="案は規則による（第11章）。決めるのはCIOである。",
            name="proposals_in_short",
        ),
    ]
