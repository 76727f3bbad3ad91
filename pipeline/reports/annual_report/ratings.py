"""4 満足度・理解度・実務への貢献度."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from pipeline import comprehension
from pipeline.codebook import codes
from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.showing import course_views, rating_sentences, sentences
from pipeline.showing.rating_figures import LOOKS, likert, scale_words
from pipeline.showing.tables import paragraph, table

BY_SESSION = ("comprehension", "satisfaction")  # the dimensions that are drawn session by session


def chapter(year: Evaluation) -> list[Block]:
    own = _of_one_course(year) if year.is_one else _of_courses(year)
    return [Heading("4 満足度・理解度・実務への貢献度"), *own]


def _of_one_course(year: Evaluation) -> list[Block]:
    items, drawn = year["items"], year.indicators.drawn
    overall = items[items["dimension"].isin([line.dimension for line in drawn]) & items["session_id"].isna()]
    wordings = dict(zip(overall["item_id"], overall["wording"], strict=True))
    findings = [sentences.rated(year.described, line) for line in drawn]
    asked = "と".join(codes("dimension")[line.dimension] for line in drawn)
    blocks: list[Block] = [
        paragraph("".join(findings)),
        *_likert(year, wordings, findings[0], f"研修全体の{asked}の回答の分布", drawn[0].id),
    ]
    for dimension in BY_SESSION:
        of = f"各回の直後に、{codes('dimension')[dimension]}"
        blocks += _likert(
            year,
            comprehension.session_labels(items, year["sessions"], dimension),
            partial(rating_sentences.best_and_worst, of=of),
            f"各回の直後のアンケートの、{codes('dimension')[dimension]}の回答の分布。その回を受けた人だけが答えている",
            f"{dimension}_by_session",
        )
    return blocks


def _of_courses(year: Evaluation) -> list[Block]:
    scores, drawn = year.indicators.scorecard, year.indicators.drawn

    def finding(evidence_id: str) -> str:
        return course_views.lowest(year.described, year.courses, evidence_id, year.edition.least)

    blocks: list[Block] = [
        paragraph(finding(drawn[0].id)),
        table(
            course_views.scorecard(year.shown, year.courses, year.indicators),
            "研修ごとの主な数値",
            year.labels("course") | scores | {"code": "欠席との関連"},
            note=[
                "かっこ内は95%信頼区間、nは答えた人（修了は●必須の人）。尺度の段階が違う研修は、割合を比べない。",
                course_views.COMPREHENSION_NOTE,
            ],
            not_applicable=[*scores, "code"],
            name="scorecard",
        ),
    ]
    for line in drawn:
        asked = course_views.asked_of_courses(year["items"], year.courses, line.dimension)
        alt = f"研修ごとの{codes('dimension')[line.dimension]}の回答の分布"
        blocks += _likert(year, asked, finding(line.id), alt, line.id)
    return blocks


def _likert(
    year: Evaluation, labels: Mapping[str, str], says: str | Callable[[pd.DataFrame], str], alt: str, name: str
) -> list[Block]:
    """The figure of the questions on the scale that most of them have, and what isn't in it.

    ``labels``: item_id → what its bar is called. ``says``: the finding, or what makes it of the bars
    (``comprehension.bars``). Bars of other scales would look comparable, and a bar of a few people shows what each of
    them said.
    """
    points = year["items"].set_index("item_id")["scale_id"].map(year.year.codebook.points).reindex(list(labels))
    answers = year.spread.groupby("item_id")["n"].sum().reindex(list(labels), fill_value=0)
    usual = course_views.usual_points(points)
    is_drawn, is_enough = points.eq(usual) & points.isin(list(LOOKS)), answers >= year.edition.least
    bars = comprehension.bars(year.spread, {item: labels[item] for item in points.index[is_drawn & is_enough]})
    bars = bars[bars["value"] <= usual]
    figure: list[Block] = []
    if len(bars):
        caption = says if isinstance(says, str) else says(bars)
        figure = [likert(bars, caption, alt, scale_words(range(1, int(usual) + 1)), name=name)]
    left_out = {f"{int(n)}段階で尋ねた": points.index[points == n] for n in sorted(set(points[~is_drawn]))}
    left_out[f"答えた人が{year.edition.least}人に満たない"] = points.index[is_drawn & ~is_enough]
    notes = rating_sentences.not_drawn({why: [labels[item] for item in items] for why, items in left_out.items()})
    return [*figure, *(paragraph(note, "note") for note in notes)]
