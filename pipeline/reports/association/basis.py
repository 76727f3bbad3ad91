"""2–5: what the answer rests on, most of it known before any rating is read."""

from pipeline.document.blocks import Block, Heading, Text
from pipeline.inference.plan import Plan
from pipeline.reports import reproduction
from pipeline.reports.association.told import ToldYear
from pipeline.showing import association_sentences, association_views, course_sentences, views
from pipeline.showing.tables import paragraph, table


def questionnaires(year: ToldYear) -> list[Block]:
    design = year.tested.design
    return [
        Heading("2 調査票の形"),
        Text("何を比べられるかは、誰に何を尋ねたかで決まる。"),
        paragraph(association_views.allows(design.asked)),
        paragraph(course_sentences.counted(design.courses, design.asked.code), "note"),
        table(
            association_views.surveys(design.asked),
            "調査票ごとの、分かること",
            year.labels("family_label", "layout_name", "answers", "linked", "missed_rated"),
            name="layouts",
        ),
        paragraph(association_views.next_time(design.asked), "note"),
    ]


def plan(year: ToldYear, registered: Plan) -> list[Block]:
    """``registered``: the plan as it was when the data were first read."""
    return [
        Heading("3 分析計画"),
        Text("何を欠席とし、どのくらいの差を意味のある差とするかは、回答を見る前に決める。"),
        *reproduction.plan(year.year, registered),
    ]


def chances(year: ToldYear) -> list[Block]:
    columns = association_views.VERDICT_COLUMNS
    return [
        Heading("4 この年度の出欠で分かること"),
        Text("理解度の回答を見る前に、出欠だけから計算した。"),
        paragraph(association_sentences.planned(year.tested.chances, year.tested.plan.margin)),
        table(
            year.tested.chances,
            "本当の差ごとの、判定の出る確率（模擬計算）",
            year.labels("difference") | columns | year.labels("cohorts"),
            formats=dict.fromkeys(columns, "rate") | {"difference": "estimate"},
            note="差は評価のもとにある連続の値での差（点）で、5段階に丸めた評価では1割ほど小さくなる。"
            "確率は模擬した集団の割合。",
            name="chances",
        ),
    ]


def answers_used(year: ToldYear) -> list[Block]:
    return [
        Heading("5 使った回答"),
        Text("差について何かを教えてくれるのは、出席した回と欠席した回の両方を評価した人だけである。"),
        table(
            association_views.contributors(year.tested.verdict),
            "人と回答の内訳",
            {"what": "内訳", "n": "数"},
            name="contributors",
        ),
        table(
            views.left_out(year.tested.cells.left_out),
            "比べるのに使わなかった回答",
            year.labels("group", "reason", "status_label", "n"),
            not_applicable=["status_label"],
            name="left_out",
        ),
    ]
