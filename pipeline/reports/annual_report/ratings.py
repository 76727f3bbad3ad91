"""4 満足度・理解度・実務への貢献度."""

from pipeline import comprehension
from pipeline.codebook import codes
from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.showing import course_views, rating_sentences, sentences, views
from pipeline.showing.rating_figures import likert
from pipeline.showing.tables import paragraph, table

BY_SESSION = ("comprehension", "satisfaction")  # the dimensions that are drawn session by session
NOT_DRAWN = "5段階で尋ねた研修を図にした。4段階の研修は{表:scorecard}にある。"


def chapter(year: Evaluation) -> list[Block]:
    own = _of_one_course(year) if year.is_one else _of_courses(year)
    return [Heading("4 満足度・理解度・実務への貢献度"), *own]


def _of_one_course(year: Evaluation) -> list[Block]:
    items, drawn = year["items"], year.indicators.drawn
    overall = items[items["dimension"].isin([line.dimension for line in drawn]) & items["session_id"].isna()]
    chosen = dict(zip(overall["item_id"], overall["wording"], strict=True))
    findings = [f"{line.subject}は{sentences.out_of(year.shown, line.id)}" for line in drawn]
    asked = "と".join(codes("dimension")[line.dimension] for line in drawn)
    blocks: list[Block] = [
        paragraph(f"{'、'.join(findings)}である。"),
        *_likert(year, chosen, findings[0], f"研修全体の{asked}の回答の分布", drawn[0].id),
    ]
    for dimension in BY_SESSION:
        word = codes("dimension")[dimension]
        labels = comprehension.session_labels(items, year["sessions"], dimension)
        bars = comprehension.bars(year.spread, labels)
        blocks += _likert(
            year,
            labels,
            rating_sentences.best_and_worst(bars, f"各回の直後に、{word}") if len(bars) else "",
            f"各回の直後のアンケートの、{word}の回答の分布。その回を受けた人だけが答えている",
            f"{dimension}_by_session",
        )
    return blocks


def _of_courses(year: Evaluation) -> list[Block]:
    scores = year.indicators.scorecard
    blocks: list[Block] = [
        paragraph(course_views.lowest(year.shown, year.courses, "satisfaction")),
        paragraph(NOT_DRAWN, "note"),
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
    for line in year.indicators.drawn:
        chosen = course_views.five_points(year["items"], year.courses, line.dimension, year.year.codebook.points)
        finding = course_views.lowest(year.shown, year.courses, line.id)
        blocks += _likert(year, chosen, finding, f"研修ごとの{codes('dimension')[line.dimension]}の回答の分布", line.id)
    return blocks


def _likert(year: Evaluation, labels: dict[str, str], caption: str, alt: str, name: str) -> list[Block]:
    """The figure of the questions that enough people answered; none if there is none."""
    answers = year.spread.groupby("item_id")["n"].sum()
    enough = {item: label for item, label in labels.items() if answers.get(item, 0) >= year.edition.least}
    bars = comprehension.bars(year.spread, enough)
    return [likert(bars, caption, alt, views.RATING, name=name)] if len(bars) else []
