"""新設 and 統合: what the CIO decides on whole courses becomes rows of next year's menu, or is refused."""

import csv
import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.codebook import Codebook
from pipeline.commands.adopt import adopt
from pipeline.findings import BadInput, Findings
from pipeline.ingest.files import read_file
from pipeline.ingest.menu_table import read_menu
from tests.menus import fill, new_line, proposal, proposals, workbook
from tests.test_adopt import MENU, RECORD, cell, evaluated, files

NEW = "no06-R08"
TABLE = pd.concat(
    [
        proposals(),
        pd.DataFrame(
            [
                proposal("no06", "R08", "new", "事業化の検討を扱う研修を設ける"),
                proposal("no09", "R11", "merge", "ほかの研修にまとめる"),
            ]
        ),
    ],
    ignore_index=True,
)
# R12 proposes to end what R11 proposes to merge: one of them has to be refused.
STANDARD = {"no09-R12": {"decision": "却下"}, "no09-R11": {"reflected_in": "6"}}
LINE = 6  # the first line of the sheet 新設する研修: that of NEW
FILLED = (new_line(LINE),)
OWN = {"No.": 12, "内容": "経営層の対話", "決定者": "CIO", "決定日": "令和6年3月25日"}


def decide(root, changes=None, new=FILLED):
    """doit adopt on a filled workbook: the findings that refused it, [] if it was adopted."""
    evaluated(root, TABLE)
    fill(workbook(TABLE), root / "data/raw/R6/決定.xlsx", STANDARD | (changes or {}), new=new)
    try:
        adopt(root, "R6")
    except BadInput as refused:
        assert files(root) == ["決定.xlsx"]
        return list(refused.findings)
    return []


def menu(root):
    """The adopted menu as prepare reads it, number → line."""
    [grid] = read_file(root / "data/raw/R6" / MENU, MENU)
    findings = Findings()
    _, lines = read_menu(grid, Codebook("R5").headings("menu"), "R6", findings)
    assert findings.items == []
    return {line.number: line for line in lines}


def record(root):
    text = (root / "data/raw/R6" / RECORD).read_text(encoding="utf-8-sig")
    return {row["案番号"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_an_approved_new_course_is_a_row_of_the_menu(tmp_path, capsys):
    assert decide(tmp_path) == []
    lines = menu(tmp_path)
    assert set(lines) == {1, 6, 7, 9, 11}
    new = lines[11]
    assert [new.stated[n] for n in ("category", "title", "method", "provider", "month")] == [
        "DX実践",
        "事業化の検討",
        "ワークショップ",
        "CIO補佐",
        "9月",
    ]
    assert (new.hours, new.format, new.is_priority) == (1.5, "workshop", False)
    assert [t[:3] for t in new.targets] == [("position", "主任", "required"), ("segment", "行革幹事", "recommended")]
    assert new.plans == {"R5": "none", "R6": "held", "R7": "renewed", "R8": "none"}
    said = capsys.readouterr().out
    assert "メニューの表に加えた研修：\n  No.11 事業化の検討" in said
    assert record(tmp_path)[NEW]["反映先No."] == "11"


def test_the_rows_that_were_there_stay_as_they_were(tmp_path):
    decide(tmp_path)
    lines = menu(tmp_path)
    assert lines[7].hours == 1.5 and lines[7].plans == dict.fromkeys(("R5", "R6", "R7", "R8"), "held")
    assert [t[:3] for t in lines[1].targets] == [
        ("position", "部課長", "required"),
        ("position", "主査", "required"),
        ("segment", "行革幹事", "recommended"),
    ]


def test_a_course_that_nobody_proposed_can_be_added_by_whoever_decides(tmp_path):
    assert decide(tmp_path, new=(new_line(LINE), new_line(LINE + 2, **OWN))) == []
    assert menu(tmp_path)[12].title == "経営層の対話"
    own = record(tmp_path)["new-12"]
    assert [own[k] for k in ("No.", "改定区分", "CIO決定", "決定後の内容", "人が書き改めた", "決定者", "決定日")] == [
        "12",
        "新設",
        "承認",
        "No.12 経営層の対話",
        "はい",
        "CIO",
        "2024-03-25",
    ]


def test_what_was_not_adopted_needs_no_line_and_adds_none(tmp_path):
    assert decide(tmp_path, {NEW: {"decision": "保留"}}, new=()) == []
    assert set(menu(tmp_path)) == {1, 6, 7, 9}


@pytest.mark.parametrize(
    ("changes", "new", "rule", "at", "words"),
    [
        (
            None,
            (),
            "A29",
            "C6",
            "No.、区分、内容、実施方法、研修実施者、時期、標準時間数、対象、実施年度のR6、実施年度のR7、実施年度のR8",
        ),
        (None, (new_line(LINE, 主任=None, 行革幹事="－"),), "A29", "C6", "（対象）"),
        (None, (new_line(LINE, R6=None),), "A29", "C6", "（実施年度のR6）"),
        (None, (new_line(LINE, R8=None),), "A29", "C6", "（実施年度のR8）"),
        (None, (new_line(LINE, R6="実施しない"),), "A35", None, "R6の欄が「実施しない」"),
        (None, (new_line(LINE, **{"No.": 7}),), "A30", "C6", "No.7は、「生成AIの業務活用」のNo."),
        (None, (new_line(LINE, **{"No.": "新"}),), "N04", "C6", "「新」"),
        (None, (new_line(LINE, 主任="◎"),), "N02", None, "対象の印「◎」"),
        (None, (new_line(LINE, 実施方法="未定"),), "N09", "F6", "実施方法「未定」"),
        (None, (new_line(LINE, 標準時間数="半日"),), "A15", "I6", "標準時間数の決定後の内容「半日」"),
        (
            None,
            (new_line(LINE, 案番号="no06-R09"),),
            "A32 A28",
            "A6",
            "案番号「no06-R09」は、新旧対照表の新設の案にありません",
        ),
        (None, (new_line(LINE), new_line(LINE + 1, 案番号=NEW)), "A33", "A7", f"案番号「{NEW}」の行が二つ以上"),
        (None, (new_line(LINE), new_line(LINE + 1, **OWN | {"No.": 11})), "N05", "C7", "No.11 は C6 にもあります"),
        (None, (new_line(LINE), new_line(LINE + 1, **OWN | {"決定者": None})), "A10", None, "決定者が空欄"),
        (None, (new_line(LINE), new_line(LINE + 1, **OWN | {"決定日": None})), "A11", None, "決定日が空欄"),
        (
            None,
            (new_line(LINE), (LINE + 1, {"区分": "DX実践", "決定者": "CIO", "決定日": "令和6年3月25日"})),
            "A29",
            "C7",
            "No.、内容、実施方法",
        ),
        ({NEW: {"decision": "却下"}}, (new_line(LINE),), "A31", "A6", "の決定は「却下」ですが"),
        ({NEW: {"reflected_in": "12"}}, (new_line(LINE),), "A36", "C6", "反映先No.は「12」"),
    ],
)
def test_a_new_course_that_is_unclear_is_refused(tmp_path, changes, new, rule, at, words):
    found = decide(tmp_path, changes, new)
    assert [f.rule_id for f in found] == rule.split()
    assert words in found[0].what and found[0].sheet == "新設する研修"
    if at:
        assert found[0].cell == at


def test_a_line_or_a_sheet_that_was_deleted_is_missed(tmp_path):
    evaluated(tmp_path, TABLE)
    path = fill(workbook(TABLE), tmp_path / "data/raw/R6/決定.xlsx", STANDARD)
    for change in (lambda book: book["新設する研修"].delete_rows(LINE), lambda book: book.__delitem__("新設する研修")):
        book = load_workbook(path)
        change(book)
        book.save(path)
        with pytest.raises(BadInput) as refused:
            adopt(tmp_path, "R6")
        assert [f.rule_id for f in refused.value.findings] == ["A28"]
        assert f"案番号「{NEW}」の新設が認められていますが" in refused.value.findings[0].what


def test_a_merged_course_ends_and_says_where_it_went(tmp_path, capsys):
    assert decide(tmp_path) == []
    sheet = load_workbook(tmp_path / "data/raw/R6" / MENU)["研修メニュー"]
    assert [cell(sheet, year, 9).value for year in ("R5", "R6", "R7", "R8")] == ["実施", "廃止", "廃止", "廃止"]
    assert cell(sheet, "備考", 9).value == "No.6に統合"
    assert (cell(sheet, "備考", 6).value, cell(sheet, "R6", 6).value) == (None, "実施")
    assert menu(tmp_path)[6].plans["R6"] == "held"
    assert "最新デジタル技術体験会｜実施年度：実施 → 廃止、No.6に統合（no09-R11、承認）" in capsys.readouterr().out
    assert record(tmp_path)["no09-R11"]["備考"] == "No.6に統合"


def test_a_course_can_be_merged_into_a_new_one(tmp_path):
    assert decide(tmp_path, {"no09-R11": {"reflected_in": "11"}}) == []
    sheet = load_workbook(tmp_path / "data/raw/R6" / MENU)["研修メニュー"]
    assert cell(sheet, "備考", 9).value == "No.11に統合"


def test_what_waits_can_be_decided_as_a_merger(tmp_path):
    changes = {
        "no07-R03": {"decision": "修正", "field_label": "実施年度", "after": "統合", "reflected_in": "6"},
        "no07-R13": {"decision": "却下"},
    }
    assert decide(tmp_path, changes) == []
    assert menu(tmp_path)[7].plans == {"R5": "held", "R6": "none", "R7": "none", "R8": "none"}


@pytest.mark.parametrize(
    ("changes", "rule", "words"),
    [
        ({"no09-R11": {"reflected_in": None}}, "A23", "「反映先No.」が空欄"),
        ({"no09-R11": {"reflected_in": "6、7"}}, "A24", "反映先No.「6、7」"),
        ({"no09-R11": {"reflected_in": "5"}}, "A25", "統合先のNo.5が、研修メニューにも「新設する研修」にもありません"),
        ({"no09-R11": {"reflected_in": "9"}}, "A27", "その研修自身（No.9）"),
        (
            {
                "no09-R11": {"reflected_in": "7"},
                "no07-R13": {"decision": "却下"},
                "no07-R03": {"decision": "修正", "field_label": "実施年度", "after": "廃止"},
            },
            "A26",
            "統合先のNo.7「生成AIの業務活用」も、次の年度には実施されません",
        ),
        (
            {"no09-R12": {"decision": "承認"}, "no09-R13": {}, "no09-R11": {"decision": "修正", "after": "実施"}},
            "A08",
            "一方は廃止か統合で、もう一方は続ける",
        ),
    ],
)
def test_a_merger_that_cannot_be_carried_out_is_refused(tmp_path, changes, rule, words):
    [found] = decide(tmp_path, changes)
    assert (found.rule_id, found.severity) == (rule, "fatal")
    assert words in found.what


def test_mergers_in_a_circle_are_refused(tmp_path):
    changes = {
        "no09-R11": {"reflected_in": "7"},
        "no07-R13": {"decision": "却下"},
        "no07-R03": {"decision": "修正", "field_label": "実施年度", "after": "統合", "reflected_in": "9"},
    }
    assert [f.rule_id for f in decide(tmp_path, changes)] == ["A26", "A26"]


def test_the_sheet_has_a_line_for_every_proposed_course_and_offers_what_can_be_written():
    sheet = load_workbook(io.BytesIO(workbook(TABLE)))["新設する研修"]
    heads = [c.value or sheet.cell(4, c.column).value for c in sheet[5]]
    assert heads[:4] == ["案番号", "改定案", "No.", "区分"] and heads[-2:] == ["決定者", "決定日"]
    assert "R5" not in heads and {"R6", "R7", "R8", "主任", "重点"} <= set(heads)
    assert [sheet.cell(LINE, n).value for n in (1, 2, 3)] == [NEW, "事業化の検討を扱う研修を設ける", None]
    assert sheet.cell(LINE + 1, 1).value is None
    offered = {v.formula1 for v in sheet.data_validations.dataValidation}
    assert offered == {'"●,○,▲"', '"実施,内容を更新して実施,未受講者向けに同様の内容を実施,廃止"'}
