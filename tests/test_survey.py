"""Several answers in one cell: the list of options decides, not the separators."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codebook import Codebook, Option
from pipeline.findings import Findings
from pipeline.ingest.survey import read_answers, read_choices
from tests.grids import R4, found, grid

BOOK = Codebook("R4")
OBSTACLES = BOOK.choices["obstacles"]
LABELS = dict(OBSTACLES)
NAMED = {option_id: label for option_id, label in LABELS.items() if option_id != "other"}
# Google form (CSV, sheet), Microsoft Forms (a trailing one), a line each, Japanese commas, …
SEPARATORS = [";", "; ", ", ", ",", "、", "\n", "\r\n", "／", "/", "・", "；", "，", " 、 "]


def test_the_options_hold_the_separators_that_naive_splitting_breaks():
    text = "".join(NAMED.values())
    assert "、" in text and "・" in text  # or the tests below would prove nothing


@given(st.lists(st.sampled_from(sorted(NAMED)), unique=True), st.sampled_from(SEPARATORS), st.booleans())
def test_any_options_joined_by_any_separator_are_read_back(ids, separator, has_trailing):
    text = separator.join(NAMED[i] for i in ids) + (separator if has_trailing and ids else "")
    chosen = read_choices(text, OBSTACLES)
    assert (chosen.option_ids, chosen.other_text) == (sorted(ids), "")


@given(st.lists(st.sampled_from(sorted(NAMED)), unique=True), st.sampled_from(SEPARATORS), st.integers(0, 7))
def test_other_text_is_kept_wherever_it_stands(ids, separator, position):
    parts = [NAMED[i] for i in ids]
    parts.insert(min(position, len(parts)), "システム更新の時期が合わない")
    chosen = read_choices(separator.join(parts), OBSTACLES)
    assert (chosen.option_ids, chosen.other_text) == (sorted(ids), "システム更新の時期が合わない")


@pytest.mark.parametrize(
    ("text", "ids", "other", "why"),
    [
        ("", [], "", "nothing ticked"),
        ("その他", ["other"], "", "other, without words"),
        ("その他（庁内調整）", ["other"], "庁内調整", "words in brackets"),
        ("その他（庁内、外部との調整）", ["other"], "庁内、外部との調整", "a comma inside"),
        ("その他：庁内調整", ["other"], "庁内調整", "words after a colon"),
        ("その他の課題がある", [], "その他の課題がある", "a sentence, not the option"),
        ("前提となる事業(押印見直し･標準化など)が行われていない", ["O5"], "", "half-width forms"),
        ("所属内で検討する\u3000時間がない", ["O6"], "", "a space that the form put in"),
        ("検討する時間がない", [], "検討する時間がない", "a part of an option is not the option"),
        (f"{LABELS['O6']};{LABELS['O6']}", ["O6"], LABELS["O6"], "twice: shown, not dropped"),
    ],
)
def test_cells_as_they_come(text, ids, other, why):
    assert tuple(read_choices(text, OBSTACLES)) == (ids, other), why


def test_the_longer_of_two_options_wins():
    options = [Option("a", "研修"), Option("b", "研修・演習")]
    assert read_choices("研修・演習", options).option_ids == ["b"]
    assert read_choices("研修・演習、研修", options).option_ids == ["a", "b"]


@pytest.mark.parametrize("text", ["第1回;第3回", "第１回, 第３回", "第1回\n第3回", "第1回・第3回"])
def test_missed_sessions(text):
    assert read_choices(text, BOOK.choices["missed_sessions"]).option_ids == ["1", "3"]


HEAD = [
    "タイムスタンプ",
    "お名前",
    "各回の理解度 [第1回]",
    "各回の理解度 [第２回]",
    "研修全体の満足度",
    "実務への貢献度",
    "研修の良かった点 \xa0",
]


def answers(*rows, head=HEAD):
    findings = Findings()
    sheet, read = read_answers(grid(head, *rows), "google_sheet", "final", BOOK, R4, findings)
    return sheet, read, findings


def test_a_grid_question_is_one_item_a_session():
    _, [answer], findings = answers(["2022/10/25 11:00:20", "森健", 5, "４", 3.0, 4, "良い"])
    assert found(findings) == []
    asked = {key: cell.text for key, cell in answer.answers.items()}
    assert asked == {
        ("topic_comprehension", 1): "5",
        ("topic_comprehension", 2): "４",
        ("satisfaction", None): "3",
        ("usefulness", None): "4",
        ("good", None): "良い",
    }
    assert answer.name == "森健" and answer.submitted_at.hour == 11


def test_an_unreadable_time_is_fatal_and_named_by_its_cell():
    _, read, findings = answers(["昼ごろ", "森健", 5, 4, 3, 4, ""], ["2022/10/25", "林光", 5, 4, 3, 4, ""])
    assert [(f.rule_id, f.cell) for f in findings.fatal()] == [("S03", "A2")]
    assert len(read) == 1


def test_a_question_that_changed_says_which_line_to_add():
    head = [*HEAD[:4], "満足しましたか", *HEAD[5:]]
    sheet, _, findings = answers(["2022/10/25", "森健", 5, 4, 3, 4, ""], head=head)
    assert sheet is None
    unknown, missing = findings.fatal()
    assert (unknown.rule_id, unknown.cell, missing.rule_id) == ("H02", "E1", "H04")
    assert "「満足しましたか」" in unknown.what and "「研修全体の満足度」" in missing.what
    assert "items.csv" in unknown.remedy and "R4 列" in unknown.remedy
