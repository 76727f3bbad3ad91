"""What the reports say of years in which something isn't there: true, and not more than that."""

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from pipeline.evaluation import evaluate
from pipeline.preparing.prepare import prepare
from pipeline.publishing.index import index_path, write_index
from pipeline.reports.annual_report import attendance, data, gap, voices
from pipeline.reports.association import basis, difference, robustness, strata
from pipeline.store import FAILED, Store
from pipeline.year import Year
from tests.test_layouts_end_to_end import said, told
from tests.towns import PROJECT


@cache
def sample(label):
    """The year of the sample town, and its tables with those of its test."""
    year = Year.open(Store.open(label, PROJECT))
    tables = prepare(year)
    return year, tables | told(year, tables, label).tested.saved


def without(*names):
    return lambda tables: {name: tables[name].iloc[:0] for name in names}


def everybody(status):
    return lambda tables: {"attendance": tables["attendance"].assign(status=status)}


def nobody_answered(tables):
    return without("responses", "choices", "comments")(tables) | {
        "instruments": tables["instruments"].assign(answered=0)
    }


def anonymous(tables):
    return {"responses": tables["responses"].assign(participant_id=None)}


NO_QUESTIONNAIRE = without("instruments", "items", "responses", "choices", "comments")


def evaluated(label, change=lambda tables: {}, is_tested=False, **declared):
    """The evaluation of a changed year; with the test of the year as it was, unless it ``is_tested`` anew."""
    year, tables = sample(label)
    year, tables = replace(year, declared=year.declared | declared), tables | change(tables)
    tables |= told(year, tables, label).tested.saved if is_tested else {}
    return evaluate(year, year.edition("internal"), tables, {}, {})


@pytest.mark.parametrize(
    ("change", "sentences", "untrue"),
    [
        (
            everybody("present"),
            ["この年度に行った比較：無い（検定しない）。", "組が二つ以上できない"],
            ["個人間の比較", "人数が少なく"],
        ),
        (everybody("absent"), ["この年度に行った比較：無い（検定しない）。"], ["個人間の比較"]),
        (without("attendance"), ["この年度に行った比較：無い（検定しない）。"], ["個人間の比較"]),
        (
            nobody_answered,
            ["比べられるものが無いため、何も言えない", "比べられる年度はまだ無い"],
            ["尋ねていないため、何も"],
        ),
    ],
)
def test_what_cannot_be_compared_is_not_said_to_be_compared(change, sentences, untrue):
    year, tables = sample("R4")
    own = told(year, tables | change(tables))
    chapters = (basis.questionnaires, difference.primary, difference.extent, robustness.second_best, strata.years)
    text = "\n".join(said(chapter(own)) for chapter in chapters)
    assert not [sentence for sentence in sentences if sentence not in text]
    assert not [sentence for sentence in untrue if sentence in text]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (anonymous, "アンケートには、のべ192人のうち150人（78.1 %）が答えた。"),
        (NO_QUESTIONNAIRE, "この年度は、アンケートの回答を集計の対象にしていない。"),
        (nobody_answered, "アンケートには、のべ192人のうち0人（0.0 %）が答えた。"),
    ],
)
def test_who_answered_a_final_questionnaire_is_told_where_it_is_known(change, sentence):
    text = said(data.chapter(evaluated("R4", change)))
    assert sentence in text and "最終アンケート" not in text


def test_a_test_of_nothing_is_not_adjusted_and_courses_alike_are_named_together():
    text = said(gap.chapter(evaluated("R5", NO_QUESTIONNAIRE, is_tested=True)))
    assert "ホルム法" not in text and text.count("は検定できない（理解度の回答がないため）") == 1


def test_who_had_nothing_to_attend_is_not_the_lowest():
    """E-learning has people who missed it, and nobody who attended."""
    text = said(attendance.chapter(evaluated("R5")))
    assert "録画・eラーニングだけの研修を除く）は、「No.3 " in text and "の0.0 %から" not in text


def test_what_counts_as_attended_is_what_the_year_declares():
    own = evaluated("R4")
    plan = own.year.declared["analysis"] | {"attended": ["present", "online"], "missed": ["absent"]}
    for shown, words in ((own, ["遅刻", "公務"]), (evaluated("R4", analysis=plan), [])):
        note = str(next(block.notes for block in attendance.chapter(shown) if block.kind == "table"))
        assert [word for word in ("遅刻", "公務") if word in note] == words


@pytest.mark.parametrize("change", [nobody_answered, NO_QUESTIONNAIRE])
def test_who_was_not_asked_or_did_not_answer_named_nothing(change):
    text = said(voices.on_method(evaluated("R4", change)))
    assert "尋ねた調査票への回答が無い" in text and "挙げた人はいなかった" not in text


def test_a_share_of_those_who_ticked_is_of_those_who_were_asked():
    """Good points were asked in one questionnaire, obstacles in another one, which eight people answered."""
    _, tables = sample("R4")
    is_obstacle = tables["items"]["concept"] == "obstacles"
    items = tables["items"].assign(instrument_id=tables["items"]["instrument_id"].mask(is_obstacle, "other"))
    asked = tables["responses"]["item_id"].isin(items.loc[is_obstacle, "item_id"])
    some = sorted(tables["choices"]["response_id"].unique())[:8]
    answers = tables["choices"][tables["choices"]["response_id"].isin(some)]
    given = tables["responses"][~asked]
    one = given.drop_duplicates("response_id").query("response_id in @some")
    other = one.assign(instrument_id="other", item_id=items.loc[is_obstacle, "item_id"].iloc[0])
    own = evaluated("R4", lambda _: {"items": items, "choices": answers, "responses": pd.concat([given, other])})
    assert "8人中" in said(voices.on_content(own)) and "22人中" in said(voices.on_method(own))


def test_a_year_that_failed_before_any_report_has_none_above(tmp_path):
    for path in ("data/raw/R5/year.toml", f"reports/R5/{FAILED}03_evaluate.ipynb"):
        tmp_path.joinpath(path).parent.mkdir(parents=True)
        tmp_path.joinpath(path).touch()
    write_index(tmp_path, lambda made: None)
    text = index_path(tmp_path).read_text(encoding="utf-8")
    assert "直近の実行は失敗しました" in text and "まだ報告書がありません" in text and "上の報告書" not in text
