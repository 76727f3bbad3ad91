"""A year in each layout of answers: what the association report and the annual report say of it."""

from dataclasses import replace
from functools import partial
from unittest import mock

import pytest

from pipeline.evaluation import evaluate
from pipeline.inference import tested_year
from pipeline.inference.planning import chances
from pipeline.inference.tested_year import TestedYear
from pipeline.preparing.prepare import prepare
from pipeline.reports.annual_report import gap, summary
from pipeline.reports.association.answer import answer
from pipeline.reports.association.basis import questionnaires
from pipeline.reports.association.robustness import second_best, sensitivity
from pipeline.reports.association.strata import years
from pipeline.reports.association.told import ToldYear
from pipeline.stages import STAGES
from pipeline.store import Store
from pipeline.year import Year
from tests.towns import PROJECT


@pytest.fixture(scope="module")
def year():
    return Year.open(Store.open("R4", PROJECT))


@pytest.fixture(scope="module")
def tables(year):
    return prepare(year)


def as_asked_at_the_end(tables):
    return {}


def one_rating_a_person(tables):
    """The final questionnaire asks once for the whole course; no survey per session."""
    items, responses = tables["items"], tables["responses"]
    first = "trial-final.topic_comprehension.1"
    drop = items["dimension"].eq("comprehension") & items["item_id"].ne(first)
    items = items[~drop].copy()
    items.loc[items["item_id"] == first, "session_id"] = None
    responses = responses[responses["item_id"].isin(items["item_id"])].copy()
    responses.loc[responses["item_id"] == first, "session_id"] = None
    return {"items": items, "responses": responses}


def only_those_present(tables):
    """No final questionnaire about the sessions: those who were there answered after each."""
    items, responses = tables["items"], tables["responses"]
    present = tables["attendance"].query("status not in ['absent', 'absent_duty']")
    items = items[~(items["dimension"].eq("comprehension") & items["family"].eq("final"))]
    there = set(zip(present["participant_id"], present["session_id"], strict=True))
    answered = [
        row["item_id"] in set(items["item_id"])
        and (row["instrument_id"] == "trial-final" or (row["participant_id"], row["session_id"]) in there)
        for row in responses.to_dict("records")
    ]
    return {"items": items, "responses": responses[answered]}


def without_names(tables):
    return {"responses": tables["responses"].assign(participant_id=None)}


def told(year, tables, label="R4", cells=None, results=None):
    """The year's test as its edition tells it, by fewer draws than the plan has."""
    plan = replace(year.plan, draws=999)
    with mock.patch.object(tested_year, "chances", partial(chances, cohorts=2)):
        tested = TestedYear.of(label, tables, plan, cells or {}, results or {})
    return ToldYear(year, year.edition(STAGES["associate"].edition), tables, tested)


def said(blocks):
    return "\n".join(str(block) for block in blocks if block.kind == "text")


def names(blocks):
    return {getattr(block, "name", "") for block in blocks}


@pytest.mark.parametrize(
    ("change", "judged", "explanation"),
    [
        (as_asked_at_the_end, "判定：関連がある", "全員が全部の回の理解度を答えた"),
        (one_rating_a_person, "判定：検定できない", "研修全体の理解度を一人一つ答えたためである"),
        (only_those_present, "判定：検定できない", "その回に出席した人だけが答えたためである"),
        (without_names, "判定：検定できない", "誰の回答か分からないためである"),
    ],
)
def test_the_reports_say_what_the_layout_allows(year, tables, change, judged, explanation):
    tables = tables | change(tables)
    own = told(year, tables)
    text = said([*answer(own), *questionnaires(own)])
    assert judged in text and explanation in text and "来年度" in text  # how to ask next year
    assert ("fallback" in names(second_best(own))) == (change is one_rating_a_person)
    assert ("食い違うものは無い" in said(sensitivity(own))) == (change is as_asked_at_the_end)

    evaluated = evaluate(year, year.edition("internal"), tables | own.tested.saved, {}, {})
    for chapter in (summary.chapter, gap.chapter):
        assert ("低かった" in said(chapter(evaluated))) == (change is as_asked_at_the_end)
        assert (explanation in said(chapter(evaluated))) == (change is not as_asked_at_the_end)


def test_a_second_year_is_shown_beside_the_first_and_together_with_it(year, tables):
    first = told(year, tables)
    assert "まだ一つだけである" in said(years(first))
    saved = first.tested.saved
    both = years(told(year, tables, "R5", {"R4": saved["cells"]}, {"R4": saved["association"]}))
    assert "2年度を合わせると、欠席した回の理解度は平均0.9点低い" in said(both)
    [table] = [block for block in both if block.kind == "table"]
    assert [row[0] for row in table.rows][:3] == ["R4", "R5", "すべてを合わせて"]
