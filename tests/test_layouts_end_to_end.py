"""A year in each layout of answers yields a correct, readable page, and the annual report too."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

import dodo
from pipeline.preparing.prepare import prepare
from pipeline.publishing.execution import execute
from pipeline.publishing.page import page
from pipeline.store import Store
from pipeline.year import Year

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tables():
    return prepare(Year.open(Store.open("R4", PROJECT)))


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


def report(root, name, year="R4"):
    notebook = PROJECT / "notebooks" / f"{dodo.STAGES[name].notebook}.ipynb"
    executed = execute(notebook, {"fiscal_year": year, "root": "."}, root, 300, lambda *_: None)
    cover = Year.open(Store.open(year, root)).cover
    return unescape(re.sub(r"<[^>]+>", "", page(executed, dodo.STAGES[name].title, cover)))


@pytest.mark.parametrize(
    ("change", "answer", "explanation"),
    [
        (as_asked_at_the_end, "判定：関連がある", "全員が全部の回の理解度を答えた"),
        (one_rating_a_person, "判定：検定できない", "研修全体の理解度を一人一つ答えたためである"),
        (only_those_present, "判定：検定できない", "その回に出席した人だけが答えたためである"),
        (without_names, "判定：検定できない", "誰の回答か分からないためである"),
    ],
)
def test_the_page_says_what_the_layout_allows(tables, tmp_path, change, answer, explanation):
    shutil.copytree(PROJECT / "data/sample/R4", tmp_path / "data/sample/R4")
    store = Store.open("R4", tmp_path)
    for name, table in (tables | change(tables)).items():
        store.save(name, table)
    text = report(tmp_path, "associate")
    assert answer in text and explanation in text
    assert "来年度" in text  # how to ask next year
    assert ("ケンドール" in text.split("次善の比較")[-1]) == (change is one_rating_a_person)
    assert ("主分析と食い違うものは無い" in text) == (change is as_asked_at_the_end)
    assert not re.search(r"\bnan\b|\bNone\b|\bNaN\b|<NA>", text)
    annual = report(tmp_path, "evaluate")
    assert ("低かった" in annual.split("目次")[-1].split("主な数値")[0]) == (change is as_asked_at_the_end)
    assert not re.search(r"\bnan\b|\bNone\b|\bNaN\b|<NA>", annual)


def test_a_second_year_is_shown_beside_the_first_and_together_with_it(tables, tmp_path):
    for year in ("R4", "R5"):
        folder = tmp_path / "data/sample" / year
        folder.mkdir(parents=True)
        declaration = (PROJECT / "data/sample/R4/year.toml").read_text(encoding="utf-8")
        (folder / "year.toml").write_text(declaration.replace('"R4"', f'"{year}"'), encoding="utf-8")
        for name, table in tables.items():
            Store.open(year, tmp_path).save(name, table)
    assert "まだ一つだけである" in report(tmp_path, "associate", "R4")
    text = report(tmp_path, "associate", "R5").split("11 年度をまたぐ比較")[-1]
    assert "2つの年度を合わせると、欠席した回の理解度は平均0.9点低い" in text
    assert "R4" in text and "R5" in text and "すべてを合わせて" in text
