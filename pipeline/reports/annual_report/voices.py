"""6 and 7: what people wrote and ticked, and what the town made of it."""

from pipeline import comprehension
from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.showing import course_views, reflection_sentences, sentences, views
from pipeline.showing.figures import counts
from pipeline.showing.tables import paragraph, table

NOBODY_ANSWERED = "この年度は、{}を尋ねた調査票への回答が無い。"


def on_method(year: Evaluation) -> list[Block]:
    reflections = year.year.codebook.read("reflections")
    by_method = reflections[reflections["part"] == "method"]
    points, answered = year.points, year.answered
    blocks: list[Block] = [
        Heading("6 良かった点・悪かった点と反映事項（研修の実施方法）"),
        paragraph(
            sentences.most(points, "label", answered) if answered else NOBODY_ANSWERED.format("良かった点・悪かった点")
        ),
        table(
            views.points_and_reflections(points, by_method),
            "受講者アンケートと反映事項（研修の実施方法に関すること）",
            year.labels("side", "points", "area") | {"texts": reflection_sentences.heading(by_method)},
            note=[
                f"回答者数は{answered}人。自由記述を論点ごとに数えた。一人が複数の論点を書くことがある。",
                *reflection_sentences.origin(by_method),
            ],
            not_applicable=["area"],
            name="reflections_on_method",
        ),
    ]
    if not year.is_one:
        said = year.edition.told(year.by_theme[year.by_theme["n"] > 0], "base")
        blocks.append(
            table(
                views.with_side(course_views.named(said, year.courses)),
                "研修ごとの論点",
                year.labels("course", "side", "label", "n") | {"base": "自由記述を書いた人数"},
                note=f"自由記述を書いた人が{year.edition.least}人以上の研修だけを載せた。",
                name="themes_by_course",
            )
        )
    quoted = year.unmatched[year.unmatched["source_ref"].isin(year.released)]
    blocks.append(paragraph(sentences.unmatched(len(year.unmatched), len(quoted)), "note"))
    if len(quoted):
        blocks.append(
            table(
                views.with_side(quoted),
                "どの論点にも当てはまらなかった意見",
                year.labels("side", "text"),
                note="担当者が読み、載せてよいと決めた意見。氏名と所属は伏せてある。",
                name="unmatched",
            )
        )
    return blocks


def on_content(year: Evaluation) -> list[Block]:
    heading = Heading("7 アイデア実現の課題と反映事項（研修の実施内容）")
    if not year.was_asked_obstacles:
        return [heading, paragraph("この年度は、アイデア実現の課題を尋ねていない。", "note")]
    reflections = year.year.codebook.read("reflections")
    of_content = reflections[reflections["part"] == "content"]
    obstacles = year.obstacles
    answered = comprehension.answered(year["responses"], year["items"], ["obstacles"])
    most = sentences.most(obstacles, "option", answered) if answered else NOBODY_ANSWERED.format("アイデア実現の課題")
    return [
        heading,
        paragraph(most),
        table(
            views.voices(obstacles, year["interviews"]),
            "受講者アンケート、職員・講師のインタビュー",
            year.labels("source", "question", "said"),
            note=f"アンケートの回答者数は{answered}人。複数回答のため、合計は回答者数と一致しない。",
            name="voices",
        ),
        counts(
            obstacles.rename(columns={"option": "label", "n": "count"}),
            answered,
            most,
            "課題ごとの回答者数の棒グラフ",
            name="obstacles",
        ),
        table(
            of_content,
            "反映事項（研修の実施内容に関すること）",
            year.labels("area") | {"text": reflection_sentences.heading(of_content)},
            note=reflection_sentences.origin(of_content),
            name="reflections_on_content",
        ),
    ]
