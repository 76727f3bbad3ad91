"""1 実施概要."""

from pipeline.codebook import codes
from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.showing import course_views, sentences, views
from pipeline.showing.tables import paragraph, table


def chapter(year: Evaluation) -> list[Block]:
    sessions, participants = year["sessions"], year["participants"]
    return [
        Heading("1 実施概要"),
        paragraph(sentences.held(year.courses, sessions, len(participants))),
        _course(year) if year.is_one else _courses(year),
        _sessions(year),
    ]


def _course(year: Evaluation) -> Block:
    [course] = year.courses.to_dict("records")
    rows = views.outline(course, year["sessions"], year["participants"], year.year.fiscal_year)
    return table(rows, "研修の概要", {"what": "項目", "value": "内容"}, name="programme")


def _courses(year: Evaluation) -> Block:
    # What the menu itself states of a course, where it does.
    stated = [str(name) for name in year.courses if name in year.indicators and year.courses[name].notna().any()]
    return table(
        course_views.programme(year.courses),
        "研修の一覧",
        year.labels("course", "category", "method", "provider", "month", "hours", *stated, "target", "priority"),
        formats={"hours": "estimate1"} | dict.fromkeys(stated, "count"),
        note="重点の研修に◆を付けた。",
        name="programme",
    )


def _sessions(year: Evaluation) -> Block:
    columns = year.labels("number", "held_on", "title", "format", "hours")
    if not year.is_one:
        columns = year.labels("course") | columns
    return table(
        course_views.named(year["sessions"].dropna(subset="held_on"), year.courses),
        "各回の内容",
        columns,
        formats={"format": codes("format").get, "hours": "estimate1"},
        name="sessions",
    )
