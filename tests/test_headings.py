"""Sheets as town halls make them: heads of two rows, titles above, legends below, 同上 in between."""

import pytest

from pipeline.codebook import Codebook
from pipeline.findings import Findings
from pipeline.ingest.headings import read_sheet
from tests.grids import found, grid

BOOK = Codebook("R4")
ROSTER = ["No.", "部", "所属", "職名", "氏　名", "職員番号"]
PERSON = [1, "企画総務部", "総務課", "主任", "森　健", "0101"]


def read(one, table="roster"):
    findings = Findings()
    return read_sheet(one, BOOK.headings(table), table, "R4", findings), findings


def column(sheet, name):
    return [row[name].text for row in sheet.rows]


TITLE = ["令和４年度　ＤＸ人材育成研修　出席簿"]
UPPER = ["No.", "所属", "氏　名", "開催回", "", "", "出席計"]
LOWER = ["", "", "", "第1回\n8/5（金）", "第2回\nR4.8.19", "第３回\n㋿4.9.2", ""]
MARKS = [1, "総務課", "森　健", "○", "×", "録", 1]
# Rows 3 and 4, from 1: No., 所属, 氏名 and 出席計 reach over both rows, 開催回 over three columns.
MERGES = [(3, 4, 1, 1), (3, 4, 2, 2), (3, 4, 3, 3), (3, 3, 4, 6), (3, 4, 7, 7)]
FILLED = [upper or lower for upper, lower in zip(UPPER, LOWER, strict=True)]


@pytest.mark.parametrize(
    ("head", "merges", "why"),
    [
        ([UPPER, LOWER], MERGES, "merged cells, as Excel saves them"),
        ([UPPER, LOWER], [], "merges dissolved, the rest left empty"),
        (
            [[*UPPER[:3], *["開催回"] * 3, "出席計"], FILLED[:3] + LOWER[3:6] + FILLED[6:]],
            [],
            "merges dissolved, every cell filled",
        ),
        (
            [[*UPPER[:3], "第1回", "第2回", "第3回", "出席計"], ["", "", "", "8/5（金）", "R4.8.19", "㋿4.9.2", ""]],
            MERGES,
            "the day in a row of its own",
        ),
        ([["", *UPPER[1:]], ["No.", *LOWER[1:]]], [], "a heading that stands only below"),
    ],
)
def test_a_head_of_two_rows(head, merges, why):
    sheet, findings = read(grid(TITLE, [], *head, MARKS, merges=merges), "register")
    assert found(findings) == [], why
    assert sheet.head_rows == [3, 4]
    assert [(c.heading.column, c.match.session) for c in sheet.columns] == [
        ("number", None),
        ("office", None),
        ("name", None),
        ("mark", 1),
        ("mark", 2),
        ("mark", 3),
        ("stated_total", None),
    ]
    assert [c.match.date for c in sheet.columns][3:6] == ["8/5(金)", "r4.8.19", "令和4.9.2"]
    assert column(sheet, "name") == ["森　健"]


def test_a_head_of_one_row_is_not_taken_for_two():
    sheet, _ = read(grid(ROSTER, PERSON, [2, "", "", "主事", "林　光", "0102"]))
    assert (sheet.head_rows, column(sheet, "name")) == ([1], ["森　健", "林　光"])


def test_every_row_is_used_or_set_aside_with_its_reason():
    one = grid(
        ["令和４年度　幹事名簿"],
        ["", "", "", "", "", "令和４年７月20日現在"],
        [],
        ROSTER,
        PERSON,
        [],
        ["計", "", "", "", 1],
        ["", "", "", "", "合計", "1人"],
        ["凡例：○出席　×欠席"],
        ["○出席　×欠席"],
        ["※DX推進リーダーを含む"],
        ["注1　職員番号は4桁"],
        ["", "", "", "", "凡例：○出席"],
        ["", "", "税務課", "主任", "", "0103"],
    )
    sheet, findings = read(one)
    assert [row.number for row in sheet.rows] == [5]
    assert {s.row: s.reason for s in sheet.set_aside} == {
        1: "表題・前書き",
        2: "表題・前書き",
        7: "合計の行",
        8: "合計の行",
        9: "凡例・注記",
        10: "凡例・注記",
        11: "凡例・注記",
        12: "凡例・注記",
        13: "凡例・注記",
        14: "氏名・日時などの無い行",
    }
    # A person without a name is not passed over in silence.
    assert found(findings) == [("H06", "14行")]


def test_a_row_of_marks_without_a_name_is_not_a_legend():
    head = ["No.", "所属", "氏名", "第1回8/5", "第2回8/19"]
    _, findings = read(grid(head, [1, "総務課", "森健", "○", "○"], [2, "", "", "○", "×"]), "register")
    assert found(findings) == [("H06", "3行")]
    _, findings = read(grid(head, [1, "総務課", "森健", "○", "○"], ["", "", "", "○", "×"]), "register")
    assert found(findings) == [("H06", "3行")]


@pytest.mark.parametrize("ditto", ["", None, "同上", "〃", "〃　", "々", "”"])
def test_same_as_above_is_filled_in(ditto):
    sheet, _ = read(
        grid(
            ROSTER,
            PERSON,
            [2, ditto, ditto, "主事", "林　光", "0102"],
            [3, ditto, "税務課", "主事", "原　直", "0103"],
            [4, ditto, ditto, "主事", "東　優", "0104"],
        )
    )
    assert column(sheet, "office") == ["総務課", "総務課", "税務課", "税務課"]
    assert column(sheet, "department") == ["企画総務部"] * 4


def test_only_what_is_shared_downwards_is_filled_in():
    sheet, _ = read(grid(ROSTER, PERSON, [2, "", "", "", "林　光", ""]))
    assert column(sheet, "title") == ["主任", ""]
    assert column(sheet, "staff_no") == ["0101", ""]


@pytest.mark.parametrize(
    ("head", "rule", "cell", "said", "why"),
    [
        ([*ROSTER[:3], "役職", *ROSTER[4:]], "H02", "D2", "「役職」", "a new word for 職名"),
        ([*ROSTER, "勤務地"], "H02", "G2", "「勤務地」", "a new column"),
        ([*ROSTER, "職　名"], "H03", "G2", "D2", "the same column twice"),
        ([*ROSTER[:5]], "H04", "2行", "「職員番号」", "a column that is gone"),
    ],
)
def test_a_heading_that_is_not_as_known(head, rule, cell, said, why):
    sheet, findings = read(grid(["幹事名簿"], head, [*PERSON[: len(head)], ""]))
    assert sheet is None, why
    finding = findings.items[0]
    assert (finding.rule_id, finding.file, finding.sheet, finding.cell) == (rule, "表.xlsx", "Sheet1", cell)
    assert said in finding.what
    if rule in ("H02", "H04"):
        for part in ("headers.csv", "「roster」の行", "R4 列"):
            assert part in finding.remedy  # which line of the codebook to change


def test_all_that_is_wrong_with_a_head_is_said_at_once():
    _, findings = read(grid([*ROSTER[:3], "役職", "なまえ", *ROSTER[5:]], PERSON))
    assert [f.rule_id for f in findings.items] == ["H02", "H02", "H04", "H04"]


def test_a_sheet_without_known_headings():
    sheet, findings = read(grid(["議事録"], ["8月5日", "研修について"]))
    assert sheet is None
    assert found(findings) == [("H01", "")] and "職員番号" in findings.items[0].what


@pytest.mark.parametrize(
    ("table", "head", "row", "cell"),
    [
        ("roster", ROSTER, [*PERSON, "備考らしきもの"], "G2"),
        ("register", ["氏名", "第1回8/5"], ["森健", "○", "×"], "C2"),  # the second session?
    ],
)
def test_values_without_a_heading_are_not_dropped(table, head, row, cell):
    _, findings = read(grid(head, row), table)
    assert [(f.rule_id, f.cell) for f in findings.fatal()] == [("H05", cell)]


def test_a_statement_may_begin_like_a_remark():
    head = ["No.", "対象", "設問", "発言"]
    rows = [[1, "職員", "課題", "忙しい"], ["", "", "", "注目されていない"], ["", "", "", "※人手が要る"]]
    sheet, _ = read(grid(head, *rows), "interviews")
    assert column(sheet, "statement") == ["忙しい", "注目されていない", "※人手が要る"]
    assert column(sheet, "group") == ["職員"] * 3


def test_a_note_beside_the_totals_needs_no_heading():
    _, findings = read(grid(ROSTER, PERSON, ["計", "", "", "", "", "", "", "1人"]))
    assert found(findings) == []


def test_headings_without_a_row_below_are_an_empty_table():
    _, findings = read(grid(ROSTER))
    assert [(f.rule_id, f.severity) for f in findings.items] == [("H07", "fatal")]


def test_the_record_of_judgements_may_be_empty():
    head = ["書かれた氏名", "所属", "職員番号", "判断", "判断者", "判断日", "理由"]
    sheet, findings = read(grid(head), "aliases")
    assert (sheet.rows, findings.items) == ([], [])


def test_what_only_looks_say_is_reported():
    one = grid(
        ROSTER,
        PERSON,
        [2, "", "税務課", "主任", "林光", "0102"],
        hidden_rows={3},
        hidden_columns={2},
        comments={(2, 5): "9月から育休"},
        fills={(2, 5): "FFFF00", (3, 5): "FFFF00", (1, 1): "CCCCCC", (3, 6): "FFFFFF"},
    )
    sheet, findings = read(one)
    assert len(sheet.rows) == 2  # hidden is not gone
    assert found(findings) == [("L13", "3行"), ("L13", "B1"), ("L10", "E2"), ("L11", "E2")]
    assert "9月から育休" in findings.items[2].what
    assert "E2、E3" in findings.items[3].what  # neither the head's colour nor white
