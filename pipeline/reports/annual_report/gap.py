"""5 欠席と理解度の差: the question of the year, and its answer."""

from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.inference.sensitivity import disagreeing
from pipeline.showing import association_sentences, course_sentences, course_views, summary, verdict_sentences, views
from pipeline.showing.association_views import course_forest, course_rows
from pipeline.showing.figures import effect
from pipeline.showing.tables import paragraph, table


def chapter(year: Evaluation) -> list[Block]:
    blocks = [
        Heading("5 欠席と理解度の差"),
        paragraph("問い：欠席した回の理解度は、出席した回より低いか。", "plain"),
        *_answer(year),
    ]
    return blocks if year.is_one else [*blocks, *_by_course(year)]


def _answer(year: Evaluation) -> list[Block]:
    verdict, sensitivity, plan = year["verdict"], year["sensitivity"], year.year.plan
    association, answer = year.association, verdict_sentences.answer(verdict, year.association)
    caution = paragraph(verdict_sentences.CAUTION, "caution")
    if association.empty:
        return [paragraph(answer), caution]
    doubts = disagreeing(sensitivity, plan.alpha)
    return [
        paragraph(answer),
        paragraph(verdict_sentences.how_sure(verdict, association), "note"),
        paragraph(association_sentences.robust(sensitivity, doubts), "note"),
        caution,
        effect(
            views.effect_rows(association),
            plan.margin,
            answer,
            "欠席した回と出席した回の理解度の差と、その信頼区間",
            name="effect",
        ),
    ]


def _by_course(year: Evaluation) -> list[Block]:
    told = course_views.named(year.tests, year.courses)
    every = course_views.named(year["association_by_course"], year.courses)
    few = every.loc[~every["course_id"].isin(told["course_id"]), "course"]
    blocks: list[Block] = [
        paragraph(course_sentences.by_course(told, list(few))),
        table(
            course_rows(told, year.courses),
            "研修ごとの差（ホルム法で調整）",
            year.labels("course", "n")
            | {"estimate": "差（点）", ("ci_low", "ci_high"): "95%信頼区間"}
            | year.labels("p_value", "p_adjusted", "code"),
            not_applicable=["p_value", "p_adjusted", "estimate", "ci_low"],
            name="by_course",
        ),
        paragraph(course_sentences.closed_by_course(course_views.named(year.catch_ups, year.courses))),
    ]
    if len(told):
        blocks.append(
            effect(
                course_forest(told, year.association, year.courses),
                year.year.plan.margin,
                summary.by_course(told, year.courses),
                "年度全体と研修ごとの差の推定値と95%信頼区間",
                name="course_forest",
            )
        )
    return blocks
