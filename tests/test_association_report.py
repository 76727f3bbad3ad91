"""The chapters of the association report: what each says of a year, and what it leaves out where something is missing."""

import json
import re
from functools import partial
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from pipeline.inference import tested_year
from pipeline.inference.plan import Plan
from pipeline.inference.planning import chances as all_chances
from pipeline.inference.tested_year import TestedYear
from pipeline.reports.association.answer import answer
from pipeline.reports.association.appendix import assumptions, method, not_said, reproduced
from pipeline.reports.association.basis import answers_used, chances, plan, questionnaires
from pipeline.reports.association.difference import extent, primary
from pipeline.reports.association.robustness import second_best, secondary, sensitivity
from pipeline.reports.association.strata import courses, years
from pipeline.reports.association.told import ToldYear
from pipeline.showing.verdict_sentences import TOO_FEW_COMPARED
from pipeline.store import Store
from pipeline.year import Year
from tests.cohorts import PLAN
from tests.towns import PROJECT
from tests.years import TOWN, town

QUICK = Plan.parse(PLAN | {"draws": 199, "secondary": ["satisfaction", "usefulness"]})
LEAST = 5
ONE = {"no05": (30, 5, -1.2, 0.0)}
CHAPTERS = [
    answer,
    questionnaires,
    lambda year: plan(year, year.tested.plan),
    chances,
    answers_used,
    primary,
    extent,
    sensitivity,
    secondary,
    second_best,
    years,
    courses,
    lambda year: not_said(),
    lambda year: method(),
    assumptions,
    reproduced,
]


def told(tables, earlier=None):
    """The year of ``tables`` as the internal edition tells it; ``earlier``: its label → another such year."""
    accounts = pd.DataFrame([{"file": "回答.csv", "rows_read": 2, "rows_used": 1, "sha256": "0" * 64}])
    tables = tables | {"sessions": tables["sessions"].assign(held_on=pd.NaT, format="room"), "accounts": accounts}
    before = {label: one.tested for label, one in (earlier or {}).items()}
    with mock.patch.object(tested_year, "chances", partial(all_chances, cohorts=2)):
        tested = TestedYear.of(
            "R9",
            tables,
            QUICK,
            {label: one.cells.table for label, one in before.items()},
            {label: one.primary.results for label, one in before.items()},
        )
    declared = Year.open(Store.open("R4", PROJECT))
    return ToldYear(declared, declared.edition("internal"), tables, tested)


def named(blocks):
    """The tables and figures among the blocks, by name."""
    return {block.name: block for block in blocks if getattr(block, "name", "")}


def said(blocks):
    return "\n".join(str(block) for block in blocks if block.kind == "text")


def column(table, name):
    at = [c.name for c in table.columns].index(name)
    return [row[at] for row in table.rows]


def sizes(table):
    return [int(n) for n in column(table, "n")]


def missing_less_than(tables, people):
    """The year in which only the first ``people`` persons missed a session, and each of them one."""
    attendance = tables["attendance"]
    first = sorted(attendance["participant_id"].unique())[:people]
    missed = attendance["participant_id"].isin(first) & attendance["session_id"].str.endswith("-1")
    return tables | {"attendance": attendance.assign(status=np.where(missed, "absent", "present"))}


@pytest.fixture(scope="module")
def several():
    return told(town())


@pytest.fixture(scope="module")
def one():
    return told(town(ONE, singles=False))


@pytest.fixture(scope="module")
def poor():
    """Years in which something is missing, by what is."""
    tables = town(ONE, singles=False)
    nothing = {name: tables[name].iloc[:0] for name in ("responses", "items", "instruments")}
    return {
        "no questionnaire": told(tables | nothing),
        "anonymous answers": told(tables | {"responses": tables["responses"].assign(participant_id=None)}),
        "nobody missed": told(missing_less_than(tables, 0)),
        "few missed": told(missing_less_than(tables, LEAST - 1)),
        "one person": told(missing_less_than(town({"no05": (1, 5, 0.0, 0.0)}, singles=False), 1)),
    }


@pytest.fixture(scope="module")
def everything(several, one, poor):
    return {"several courses": several, "one course": one, **poor}


@pytest.mark.parametrize(
    "name",
    ["several courses", "one course"]
    + ["no questionnaire", "anonymous answers", "nobody missed", "few missed", "one person"],
)
def test_whatever_a_year_lacks_every_chapter_reads_well(everything, name):
    blocks = [block for chapter in CHAPTERS for block in chapter(everything[name])]
    heads = [block.text for block in blocks if block.kind == "heading"]
    assert [head.split()[0] for head in heads] == [*map(str, range(1, 14)), "付録A", "付録B", "付録C"]
    pages = json.dumps([block.data() | {"image": None} for block in blocks], ensure_ascii=False)
    assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b|<NA>|\u241f|(?<!\w)p[0-9]{2}(?!\w)", pages)
    tables = [block if block.kind == "table" else block.behind for block in named(blocks).values()]
    assert not [table.caption for table in tables if "x" in {cell for row in table.rows for cell in row}]


@pytest.mark.parametrize("name", ["several courses", "one course", "few missed", "one person"])
def test_no_group_of_a_few_answers_stands_in_the_report(everything, name):
    year = everything[name]
    shown = named([*primary(year), *extent(year), *second_best(year), *courses(year)])
    for table in ("by_dose", "by_session", "fallback"):
        assert table not in shown or not [n for n in sizes(shown[table]) if 0 < n < LEAST], table
    if "ratings_by_session" in shown:
        assert not [n for n in sizes(shown["ratings_by_session"].behind) if 0 < n < LEAST]
    people = year.tested.by_course.set_index("course_id")["persons"]
    few = set(people.index[people.between(1, LEAST - 1)])
    assert not few & set(year.by_course["course_id"])
    assert set(year.too_small) == {f"No.{int(course[2:])} 研修{course[2:]}" for course in few}


def test_several_courses_are_compared_with_each_other(several):
    blocks = courses(several)
    shown, text = named(blocks), said(blocks)
    assert "関連がある：「No.5 研修05」" in text and "「No.6 研修06」" in text
    assert "意味のある大きさの関連は無い：「No.7 研修07」" in text and "差の大きさは研修によって違う" in text
    assert column(shown["by_course"], "course")[:3] == ["No.5 研修05", "No.6 研修06", "No.7 研修07"]
    assert list(column(shown["course_forest"].behind, "label"))[0] == "この年度（主分析）"
    assert "「No.6 研修06」：録画などで補った回と補わなかった欠席の回の理解度に、差があるとも無いとも言えない" in text
    assert "4研修の回答を合わせた" in said(questionnaires(several)) and "のべ217人" in said(answer(several))
    assert any(name.endswith("研修05：内容1") for name in column(named(extent(several))["by_session"], "session_name"))


def test_a_single_course_is_compared_with_none(one):
    blocks = courses(one)
    assert set(named(blocks)) == {"by_course"}
    assert "研修による違いは、比べられる研修が二つ以上ないので検定しない。" in said(blocks)
    assert "一つの研修の回答による" in said(questionnaires(one)) and "のべ" not in said(answer(one))


def test_the_first_year_is_compared_with_none_and_the_second_with_the_first(one):
    first = years(one)
    assert not named(first) and "まだ一つだけ" in said(first)
    second = years(told(town(ONE, seed=5, singles=False), {"R8": one}))
    shown = named(second)
    assert column(shown["pooled"], "analysis")[:3] == ["R8", "R9", "すべてを合わせて"]
    assert column(shown["pooled_forest"].behind, "label") == ["すべてを合わせて", "R8", "R9"]
    assert "2年度を合わせると、欠席した回の理解度は平均" in said(second)


def test_a_year_of_a_few_keeps_all_years_from_being_put_together(one, poor):
    """The difference of four people would follow from that of all years."""
    blocks = years(told(town(ONE, seed=5, singles=False), {"R8": poor["few missed"]}))
    assert not named(blocks) and "少ない年度があるため、年度ごとの差も、合わせた差も示さない" in said(blocks)


def test_a_difference_made_of_a_few_people_is_said_to_be_untold(poor):
    year = poor["few missed"]
    assert year.tested.primary.counts["informative_persons"] == LEAST - 1
    text = said([*answer(year), *primary(year), *extent(year), *sensitivity(year)])
    assert "判定：" in text and text.count(TOO_FEW_COMPARED) == 4 and "点低" not in text and "点高" not in text
    shown = named([*primary(year), *extent(year), *sensitivity(year), *secondary(year), *courses(year)])
    assert not shown
    assert TOO_FEW_COMPARED in said(courses(year)) and "検定" in said(courses(year))


@pytest.mark.parametrize(
    ("name", "why", "next_time"),
    [
        ("no questionnaire", "理解度の回答がない", "全員に尋ねる"),
        ("anonymous answers", "誰の回答か分からない", "職員番号"),
        ("nobody missed", "欠席した人がいない", "同じ形"),
        ("one person", "回答した人が一人しかいない", "同じ形"),
    ],
)
def test_what_cannot_be_tested_says_why_and_how_to_ask_next_time(poor, name, why, next_time):
    year = poor[name]
    assert f"{why}ためである" in said(answer(year)) and next_time in said(questionnaires(year))
    blocks = sensitivity(year)
    assert not named(blocks) and ("主分析ができない" in said(blocks) or TOO_FEW_COMPARED in said(blocks))
    assert not {"sensitivity", "secondary", "ratings_by_session"} & set(named([*primary(year), *secondary(year)]))


def test_who_answered_whatever_is_counted_by_session_with_those_who_were_away(one):
    table = named(second_best(one))["session_summary"]
    assert [c.label for c in table.columns] == ["回", "題名", "録画等", "欠席", "回答", "理解度の平均"]
    status = one["attendance"]["status"].eq("absent").groupby(one["attendance"]["session_id"]).sum()
    assert list(map(int, column(table, "missed"))) == status.tolist()


def test_a_mean_of_a_few_answers_is_not_given(one):
    tables = dict(one.tables)
    second = tables["responses"]["session_id"] == "no05-2"
    tables["responses"] = tables["responses"][~second | (second.cumsum() < LEAST)]
    table = named(second_best(told(tables)))["session_summary"]
    assert column(table, "answers")[1] == str(LEAST - 1) and column(table, "mean")[1] == "-"


def test_what_is_saved_is_what_was_found(several):
    saved = several.tested.saved
    assert saved["verdict"].loc[0, "persons"] == 217 and saved["verdict"].loc[0, "courses"] == 4
    assert (
        set(saved["association_by_course"]["course_id"]) == set(saved["catch_up_by_course"]["course_id"]) == set(TOWN)
    )
    people = saved["association_by_course"].set_index("course_id")["persons"]
    cells = saved["cells"].assign(course=saved["cells"]["session_id"].str[:4])
    both = cells.groupby(["course", "participant_id"])["missed"].nunique() == 2
    assert people.to_dict() == both.groupby("course").sum().to_dict()
