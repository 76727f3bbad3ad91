"""The public edition tells of takers, proposals and published numbers no more than the numbers beside them do."""

from types import SimpleNamespace

import pytest

from pipeline.edition import Edition
from pipeline.reports.public_report import chapters
from pipeline.reports.public_report.rounded import rounded
from pipeline.store import PUBLIC
from tests.attacked_towns import CHAPTERS, CODEBOOK, FISCAL_YEAR, YEAR, Course, Town, tables_of

NOBODY = dict.fromkeys(("satisfaction", "usefulness", "hard", "long", "followup"), (0, 0))
FEW = {"concerned": 24, "required": 0, "completed": 0, "took_too": 20, "answered": 20}
SILENT = dict.fromkeys(("g_instructor", "b_purpose", "b_practice", "b_count"), 0)


def told(year=YEAR, **counts):
    """The only course of a town, told to the public: of 24 people nobody had to come, 20 came and answered."""
    counts = FEW | counts
    shares, themes = NOBODY | counts.pop("shares", {}), SILENT | counts.pop("themes", {})
    course = Course("No.1 研修", is_open=True, excused=0, partly=0, compared=0, shares=shares, themes=themes, **counts)
    return rounded(year, Edition(PUBLIC, 10), tables_of(Town(50, 50, (course,))))


@pytest.mark.parametrize(
    ("counts", "took"),
    [
        ({}, "20"),
        ({"took_too": 3, "answered": 3}, "5未満"),
        ({"took_too": 0, "answered": 0}, "0"),
        ({"concerned": 9, "took_too": 3, "answered": 3}, "－"),  # everybody knows who the nine are
        ({"concerned": 26, "required": 26, "completed": 22, "took_too": 0}, "25以下"),  # 4 are missing
        ({"concerned": 40, "required": 26, "completed": 22, "took_too": 8}, "30"),
    ],
)
def test_how_many_took_a_course(counts, took):
    assert str(told(**counts).courses[0].took) == took


@pytest.mark.parametrize(
    ("counts", "change"),
    [
        ({"themes": {"b_purpose": 3}}, None),
        ({"themes": {"b_purpose": 10}}, "内容更新"),
        ({"shares": {"satisfaction": (5, 20)}}, None),  # 6 of 20 read alike, and would propose nothing
        ({"concerned": 40, "took_too": 40, "shares": {"satisfaction": (5, 20)}}, "内容更新"),  # 20 didn't answer
        ({"took_too": 24, "answered": 24, "shares": {"satisfaction": (6, 24)}}, "内容更新"),
        ({"shares": {"satisfaction": (2, 20)}}, None),  # told as a bound
    ],
)
def test_a_proposal_is_told_where_it_says_no_more_than_is_told(counts, change):
    assert list(told(**counts).proposals["change"]) == ([change] if change else [])


def test_what_the_town_published_is_told_as_it_did_whatever_is_counted():
    declared = [{"indicator": "O1", "value": "8件", "source": "基本方針"}]
    year = SimpleNamespace(fiscal_year=FISCAL_YEAR, codebook=CODEBOOK, published=declared, awaits_answers=False)
    [(what, value, source)] = told(year).published
    assert "財源確保" in what and (value, source) == ("8件", "基本方針")


def test_few_answers_are_told_in_words():
    text = str(chapters.summary(told(took_too=3, answered=3))[2])
    assert "のべ5件未満" in text


def test_a_preliminary_edition_tells_nothing_of_answers():
    early = SimpleNamespace(**vars(YEAR) | {"awaits_answers": True})
    year = told(early, took_too=24, answered=24, shares={"satisfaction": (6, 24)}, themes={"b_purpose": 12})
    blocks = [block for chapter in CHAPTERS for block in chapter(year)]
    text = "".join(map(str, blocks))
    assert "確報でお知らせします" in text and "見直し" not in text and "論点" not in text
    assert str(year.courses[0].took) == "25" and not year.courses[0].shares


def test_a_proposal_that_cannot_be_told_is_not_denied():
    text = str(chapters.next_year(told(themes={"b_purpose": 3}))[1])
    assert text == "ここに示す見直しの案はありません。"


def test_the_courses_of_the_menu_that_were_not_held_were_not_held():
    more = {"is_open": True, "excused": 0, "partly": 0, "compared": 0, "shares": NOBODY, "themes": SILENT} | FEW
    tables = tables_of(Town(50, 50, tuple(Course(f"No.{n} 研修", **more) for n in (1, 2))))
    sessions = tables["sessions"]
    one = rounded(YEAR, Edition(PUBLIC, 10), tables | {"sessions": sessions[sessions["course_id"] == "no01"]})
    assert len(one.courses) == 1 and "件の研修を" not in str(chapters.programme(one)[1])
    none = rounded(YEAR, Edition(PUBLIC, 10), tables | {"sessions": tables["sessions"].iloc[:0]})
    assert str(chapters.programme(none)[1]) == "この年度に行った研修はありません。"
