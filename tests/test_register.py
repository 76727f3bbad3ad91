"""The attendance register: what a mark means, and that nothing unknown or empty becomes an absence."""

from datetime import date

import pytest

from pipeline.codebook import Codebook
from pipeline.findings import Findings
from pipeline.ingest.headings import read_sheet
from pipeline.ingest.register import Mark, meanings, read_entries, read_mark, read_session_days
from tests.grids import R4, found, grid

BOOK = Codebook("R4")
COMMON = meanings(BOOK.marks, {})
LEGEND = meanings(BOOK.marks, {"△": "late", "録": "recording"})


# The vocabulary of the domain's table of marks, not of marks.csv.
@pytest.mark.parametrize(
    ("status", "marks"),
    [
        ("present", "○ 〇 ◯ ⭕ ⭕\ufe0f ◎ Ｏ O o 出 出席 参加 1 １ レ ✓ 済"),
        ("late", "遅 遅刻 △（遅刻） 遅10分"),
        ("early", "早 早退 △（早退）"),
        ("partial", "△ ▲"),
        ("recording", "録 録画 録画視聴 動画 後日視聴 ●(動画) ●（動画）"),
        ("online", "Web web ＷＥＢ オンライン Teams Zoom ZOOM"),
        ("absent_duty", "公 公欠 出張 議会対応 窓口当番 災害対応"),
        ("absent", "× ✕ ✖ ｘ x X Ｘ ╳ 欠 欠席 休 年休 病休 0"),
        ("not_target", "－ ― - − 対象外 転出 退職 （異動後）"),
        ("waived", "見送り 既修 免除"),
        ("unknown", "? ？ 未確認"),
    ],
)
def test_marks_mean_what_the_vocabulary_says(status, marks):
    assert {mark: read_mark(mark, COMMON, R4).status for mark in marks.split()} == dict.fromkeys(marks.split(), status)


@pytest.mark.parametrize(
    ("written", "mark", "why"),
    [
        ("△（遅刻15分）", Mark("late", 15), "the words say which kind of △"),
        ("△（15分遅刻）", Mark("late", 15), "the same, the other way round"),
        ("△(早退30分)", Mark("early", 30), "half-width brackets"),
        ("遅10分", Mark("late", 10), "no brackets at all"),
        ("○（遅刻10分）", Mark("late", 10), "who came late was not there from the start"),
        ("○（Zoom）", Mark("online"), "who came by Zoom was not in the room"),
        ("○（録画）", Mark("recording"), "a recording is no attendance"),
        ("録画(8/30視聴)", Mark("recording", None, date(2022, 8, 30)), "when it was watched"),
        ("録（視聴8/30）", Mark("recording", None, date(2022, 8, 30)), "the other way round"),
        ("録画(1/10視聴)", Mark("recording", None, date(2023, 1, 10)), "January: next year"),
        ("欠（8/30録画視聴）", Mark("recording", None, date(2022, 8, 30)), "absent, but caught up"),
        ("録画（90分）", Mark("recording", None, None, "90分"), "its length is not lost time"),
        ("欠（出張）", Mark("absent_duty", None, None, "出張"), "away on duty, and why"),
        ("×（急用）", Mark("absent", None, None, "急用"), "a reason of no other kind"),
        ("△（議会対応）", Mark("partial", None, None, "議会対応"), "why, not: absent on duty"),
        ("録画（出張）", Mark("recording", None, None, "出張"), "made up, whatever the reason"),
        ("欠（代理：山本）", Mark("absent", None, None, "代理"), "no name of a proxy is kept"),
        ("○（代理：山本）", Mark("absent", None, None, "代理"), "a proxy is not the person"),
        ("×（山本が代理）", Mark("absent", None, None, "代理"), "nor here"),
    ],
)
def test_a_mark_with_brackets_is_taken_apart(written, mark, why):
    assert read_mark(written, COMMON, R4) == mark, why


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("☆", "no vocabulary has it"),
        ("●", "a recording in one town, present in another"),
        ("◆（遅刻）", "an unknown sign stays unknown beside known words"),
        ("○（欠席）", "one of the two is a slip"),
        ("×（出席）", "likewise"),
        ("×（遅刻）", "likewise"),
        ("○×", "two marks in one cell"),
        ("2", "a number that is no mark"),
        ("#REF!", "a broken formula"),
    ],
)
def test_what_is_not_surely_known_stays_unknown(written, why):
    assert read_mark(written, LEGEND, R4) is None, why


def test_the_files_own_legend_comes_before_the_codebook():
    assert read_mark("△", COMMON, R4).status == "partial"
    assert read_mark("△", LEGEND, R4).status == "late"
    assert read_mark("△（早退）", LEGEND, R4).status == "early"  # but words come before signs
    assert read_mark("○", meanings(BOOK.marks, {"〇": "late"}), R4).status == "present"


HEAD = ["No.", "所属", "氏　名", "第1回\n8/5（金）", "第2回\n8/19(金)", "出席計"]


def register(*rows):
    findings = Findings()
    sheet = read_sheet(grid(HEAD, *rows), BOOK.headings("register"), "register", "R4", findings)
    return sheet, read_entries(sheet, COMMON, R4, findings), findings


def test_an_empty_cell_is_unknown_and_never_absent():
    _, entries, findings = register([1, "総務課", "山田花子", "○", ""], [2, "", "森健", " ", "×"])
    assert [e.mark.status for e in entries] == ["present", "unknown", "unknown", "absent"]
    assert found(findings) == [("M02", "E2"), ("M02", "D3")]


def test_every_unknown_mark_is_fatal_and_named_by_its_cell():
    _, _, findings = register([1, "総務課", "山田花子", "☆", "○"], [2, "", "森健", "○", "◇"])
    assert [(f.rule_id, f.sheet, f.cell) for f in findings.fatal()] == [
        ("M01", "Sheet1", "D2"),
        ("M01", "Sheet1", "E3"),
    ]
    message = str(findings.fatal()[0])
    assert "「☆」" in message and "legend" in message and "marks.csv" in message


def test_what_had_to_be_decided_is_said():
    _, _, findings = register(
        [1, "総務課", "山田花子", "△", "欠（代理：山本）"], [2, "", "森健", "×（急用）", "欠（出張）"]
    )
    assert found(findings) == [("M03", "D2"), ("M04", "E2"), ("M05", "D3")]
    assert not findings.fatal()
    assert "山本" not in findings.items[1].what


def test_numbers_of_a_spreadsheet_are_marks_too():
    _, entries, _ = register([1, "総務課", "山田花子", 1, 0.0])
    assert [e.mark.status for e in entries] == ["present", "absent"]


def test_days_come_from_the_headings_and_are_checked():
    findings = Findings()
    head = ["No.", "氏名", "第1回\n8/5（木）", "第2回\n9/23(金)", "第3回\n未定"]
    sheet = read_sheet(grid(head, [1, "森健", "○", "○", "○"]), BOOK.headings("register"), "register", "R4", findings)
    days = read_session_days(sheet, R4, findings)
    assert days == {1: date(2022, 8, 5), 2: date(2022, 9, 23)}
    assert found(findings) == [("D01", "C1"), ("D02", "D1"), ("D03", "E1")]
    wrong, holiday, unreadable = findings.items
    assert "（金）" in wrong.what and "（木）" in wrong.what
    assert "秋分の日" in holiday.what
    assert unreadable.severity == "fatal" and "未定" in unreadable.what
