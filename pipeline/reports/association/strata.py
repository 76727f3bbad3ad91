"""11 年度をまたぐ比較 and 12 研修ごとの差: the same difference in other years, and in each course."""

from pipeline.document.blocks import Block, Heading, Text
from pipeline.reports.association.difference import ESTIMATE
from pipeline.reports.association.told import ToldYear
from pipeline.showing import association_views, course_sentences, course_views, summary
from pipeline.showing.figures import effect
from pipeline.showing.tables import paragraph, table

FEW_IN_A_YEAR = "出席した回と欠席した回の両方がある人の少ない年度があるため、年度ごとの差も、合わせた差も示さない。"


def years(year: ToldYear) -> list[Block]:
    heading, together, plan = Heading("11 年度をまたぐ比較"), year.tested.pooled, year.tested.plan
    # The difference of a year of few would follow from that of all of them.
    if year.tested.compared.between(1, year.edition.least - 1).any():
        return [heading, paragraph(FEW_IN_A_YEAR)]
    said = course_sentences.together(together.results, plan.alpha)
    if len(together.weights) < 2:
        return [heading, paragraph(said)]
    return [
        heading,
        paragraph(said),
        table(
            association_views.pooled_rows(together.results),
            "年度ごとの差と、合わせた差",
            year.labels("analysis", "n")
            | {"estimate": "値", ("ci_low", "ci_high"): "95%信頼区間"}
            | year.labels("p_value", "method"),
            not_applicable=["p_value", "estimate", "ci_low"],
            name="pooled",
        ),
        effect(
            association_views.pooled_forest(together.results),
            plan.margin,
            said,
            "年度ごとの差と、合わせた差の95%信頼区間",
            name="pooled_forest",
        ),
    ]


def courses(year: ToldYear) -> list[Block]:
    own, plan = year.by_course, year.tested.plan
    blocks: list[Block] = [
        Heading("12 研修ごとの差"),
        Text("その研修の、欠席した回の理解度は低いか。"),
        paragraph(course_sentences.by_course(own, year.too_small)),
    ]
    if len(own):
        blocks.append(
            table(
                association_views.course_rows(own, year["courses"]),
                "研修ごとの差（ホルム法で調整）",
                year.labels("course", "n") | ESTIMATE | year.labels("p_value", "p_adjusted", "code"),
                not_applicable=["p_value", "p_adjusted", "estimate", "ci_low"],
                name="by_course",
            )
        )
    blocks.append(paragraph(course_sentences.apart(year.tested.differing, plan.alpha)))
    if len(year.tested.by_course) > 1:
        closed = year.edition.told(year.tested.catch_up_by_course, "persons")
        blocks.append(paragraph(course_sentences.closed_by_course(course_views.named(closed, year["courses"]))))
    if len(own) > 1 and association_views.has_primary(own):
        blocks.append(
            effect(
                association_views.course_forest(own, year.association, year["courses"]),
                plan.margin,
                summary.by_course(own, year["courses"]),
                "この年度の主分析と、研修ごとの差の推定値と95%信頼区間",
                name="course_forest",
            )
        )
    return blocks
