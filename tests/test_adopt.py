"""doit adopt: from the filled workbook to next year's menu, or a refusal that leaves nothing behind."""

import csv
import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.codebook import Codebook
from pipeline.commands import actions
from pipeline.commands.adopt import adopt
from pipeline.failure import Failure
from pipeline.findings import BadInput, Findings
from pipeline.ingest.files import read_file
from pipeline.ingest.menu_table import read_menu
from pipeline.menu.adoption import applied, effect
from pipeline.store import Store
from tests.menus import base, fill, proposals, workbook
from tests.towns import SAMPLE

MENU, RECORD = "小山町DX人材育成研修メニュー_R6.xlsx", "採択の記録_R6.csv"
DECIDED = {
    "no06-R14": {"decision": "却下", "opinion": "反対"},
    "no06-R16": {"decision": "修正", "after": "90分", "note": "+2回の案もある"},
    "no07-R03": {"decision": "保留"},
}


def evaluated(root, table=None, tables=None):
    """A town whose R5 has been evaluated, with the empty folder of R6."""
    folder = root / "data/raw/R5"
    folder.mkdir(parents=True)
    declaration = (SAMPLE / "R4/year.toml").read_text(encoding="utf-8")
    (folder / "year.toml").write_text(declaration.replace('"R4"', '"R5"', 1), encoding="utf-8")
    (root / "data/raw/R6").mkdir()
    store = Store.open("R5", root)
    for name, each in zip(("courses", "targets", "course_years"), tables or base(), strict=True):
        store.save(name, each)
    store.save("proposals", proposals() if table is None else table)
    return store


def files(root):
    return sorted(p.name for p in (root / "data/raw/R6").iterdir())


@pytest.fixture
def adopted(tmp_path, capsys):
    evaluated(tmp_path)
    fill(workbook(), tmp_path / "data/raw/R6/決定.xlsx", DECIDED)
    adopt(tmp_path, "R6")
    return tmp_path, capsys.readouterr().out


def cell(sheet, heading, number):
    heads = {c.value: c.column for row in (4, 5) for c in sheet[row] if c.value is not None}
    row = next(r for r in range(6, 20) if sheet.cell(r, 1).value == number)
    return sheet.cell(row, heads[heading])


def test_the_new_menu_is_the_old_one_with_what_was_adopted(adopted):
    sheet = load_workbook(adopted[0] / "data/raw/R6" / MENU)["研修メニュー"]
    assert sheet["A1"].value == "小山町DX人材育成研修メニュー"
    assert cell(sheet, "実施方法", 6).value == "集合or動画"
    assert cell(sheet, "標準時間数", 6).value == "1.5時間"
    assert cell(sheet, "標準時間数", 1).value == "2時間"
    assert cell(sheet, "主査", 1).value == "●"
    assert cell(sheet, "行革幹事", 1).value == "○"
    assert [cell(sheet, year, 9).value for year in ("R5", "R6", "R7", "R8")] == ["実施", "廃止", "廃止", "廃止"]
    assert cell(sheet, "R6", 1).value == "毎年度内容を更新して実施"
    assert cell(sheet, "実施方法", 7).value == "オンライン"


def test_it_has_the_form_of_the_towns_menu(adopted):
    sheet = load_workbook(adopted[0] / "data/raw/R6" / MENU)["研修メニュー"]
    merged = {str(m) for m in sheet.merged_cells.ranges}
    assert {"A4:A5", "H4:O4", "P4:R4", "S4:V4"} <= merged
    assert (sheet["H4"].value, sheet["H5"].value, sheet["S4"].value) == ("対象（職位）", "部課長", "実施年度")
    assert cell(sheet, "内容", 6).fill.fgColor.rgb == "FF92D050"
    assert cell(sheet, "重点", 6).value == "○"
    assert cell(sheet, "内容", 7).fill.fill_type is None
    assert sheet["A11"].value.startswith("凡例：●必須　○推奨　▲指名or公募")


def test_prepare_reads_the_new_menu_back_as_the_tables_that_were_adopted(adopted):
    [grid] = read_file(adopted[0] / "data/raw/R6" / MENU, MENU)
    findings = Findings()
    _, lines = read_menu(grid, Codebook("R5").headings("menu"), "R6", findings)
    assert findings.items == []
    read = {line.course_id: line for line in lines}
    assert set(read) == {"no01", "no06", "no07", "no09"}
    assert (read["no06"].hours, read["no06"].is_priority, read["no07"].hours) == (1.5, True, 1.5)
    assert read["no09"].plans == {"R5": "held", "R6": "none", "R7": "none", "R8": "none"}
    assert read["no01"].plans["R6"] == "renewed"
    assert ("position", "主査", "required") in {t[:3] for t in read["no01"].targets}


def test_the_record_says_who_decided_what(adopted):
    data = (adopted[0] / "data/raw/R6" / RECORD).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = {r["案番号"]: r for r in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))}
    assert rows.keys() == set(proposals()["decision_id"])
    hours = rows["no06-R16"]
    assert [hours[k] for k in ("現行", "改定案", "決定後の内容", "人が書き改めた", "決定者", "決定日")] == [
        "2時間",
        "1.5時間",
        "90分",
        "はい",
        "CIO",
        "2024-03-25",
    ]
    assert hours["備考"] == "'+2回の案もある"  # a formula must not come alive in Excel
    assert (rows["no06-R14"]["CIO決定"], rows["no06-R14"]["決定後の内容"]) == ("却下", "")


def test_it_says_what_has_changed_and_what_the_table_cannot_show(adopted):
    said = adopted[1]
    assert "決定：承認 5件、修正 1件、却下 1件、保留 1件" in said
    assert "データ活用基礎｜標準時間数：2時間 → 1.5時間（no06-R16、修正）" in said
    # Its content was to be renewed every year anyway: the table says nothing new.
    assert "DX推進（幹部職員向け）｜内容更新：基礎から説明し、難しい部分を分ける（no01-R15、承認）" in said
    assert "最新デジタル技術体験会｜実施年度：実施 → 廃止" in said
    assert "生成AIの業務活用｜継続：いまの方法で続ける" in said
    assert "no06-R14" not in said


def test_wrong_decisions_leave_nothing_behind_and_are_all_told(tmp_path):
    evaluated(tmp_path)
    fill(
        workbook(),
        tmp_path / "data/raw/R6/決定.xlsx",
        {"no01-R15": {"decision": "はい"}, "no06-R04": {"decision": None}},
    )
    with pytest.raises(BadInput) as refused:
        adopt(tmp_path, "R6")
    assert {f.rule_id for f in refused.value.findings} == {"A01", "A02"}
    assert files(tmp_path) == ["決定.xlsx"]
    failed = actions.adopt_year(tmp_path, "R6")
    assert "このままでは処理できない点が2件あります" in failed.message


@pytest.mark.parametrize("name", [MENU, RECORD])
def test_nothing_is_overwritten(tmp_path, name):
    evaluated(tmp_path)
    fill(workbook(), tmp_path / "data/raw/R6/決定.xlsx")
    (tmp_path / "data/raw/R6" / name).write_bytes("前のもの".encode())
    with pytest.raises(Failure, match=f"もう「{name}」があります。上書きはしません"):
        adopt(tmp_path, "R6")
    assert files(tmp_path) == sorted(["決定.xlsx", name])
    assert (tmp_path / "data/raw/R6" / name).read_bytes() == "前のもの".encode()


def test_the_workbook_must_be_there_once(tmp_path):
    evaluated(tmp_path)
    with pytest.raises(Failure, match="シート「新旧対照表」のあるExcelブックがありません"):
        adopt(tmp_path, "R6")
    for name in ("決定.xlsx", "決定（写し）.xlsx"):
        fill(workbook(), tmp_path / "data/raw/R6" / name)
    with pytest.raises(Failure, match="2個あります（「決定.xlsx」「決定（写し）.xlsx」）"):
        adopt(tmp_path, "R6")


def test_a_broken_workbook_is_named(tmp_path):
    evaluated(tmp_path)
    (tmp_path / "data/raw/R6/決定.xlsx").write_bytes(workbook()[:3000])
    with pytest.raises(BadInput, match="決定.xlsx"):
        adopt(tmp_path, "R6")


def test_a_year_before_that_is_not_evaluated_is_named(tmp_path):
    with pytest.raises(Failure, match="令和5年度の評価がまだ済んでいない.*doit report:R5"):
        adopt(tmp_path, "R6")


def test_a_trial_is_no_menu_to_start_from(tmp_path):
    courses, *others = base()
    evaluated(tmp_path, tables=(courses.assign(number=pd.array([None] * 4, dtype="Int64")), *others))
    with pytest.raises(Failure, match="No.がありません"):
        adopt(tmp_path, "R6")


def test_a_year_beyond_the_menus_columns_is_said(tmp_path):
    courses, targets, years = base()
    years.loc[len(years)] = ["no01", "R12", "held"]
    evaluated(tmp_path, tables=(courses, targets, years))
    fill(workbook(), tmp_path / "data/raw/R6/決定.xlsx")
    with pytest.raises(Failure, match="year:R12.*headers.csv"):
        adopt(tmp_path, "R6")
    assert files(tmp_path) == ["決定.xlsx"]


def test_a_name_that_is_no_year_is_refused(tmp_path):
    assert "例: doit adopt --year R6" in actions.adopt_year(tmp_path, "令和6").message


def decision(course_id, change, field=None, after=None, word="approved", decision_id="x"):
    return {
        "decision_id": decision_id,
        "course_id": course_id,
        "change": change,
        "field": field,
        "after": after,
        "decision": word,
    }


def test_applied_changes_no_table_that_it_was_given():
    courses, targets, years = base()
    copies = courses.copy(), targets.copy(), years.copy()
    decisions = pd.DataFrame(
        [
            decision("no06", "method", "hours", "3時間"),
            decision("no01", "target", "target:部課長", "対象外"),
            decision("no06", "content", after="組み直す"),
        ]
    )
    new_courses, new_targets, new_years = applied(courses, targets, years, decisions, "R6")
    for old, copy in zip((courses, targets, years), copies, strict=True):
        pd.testing.assert_frame_equal(old, copy)
    assert new_courses.set_index("course_id")["hours"].to_dict() == {"no01": 2, "no06": 3, "no07": 1.5, "no09": 2}
    assert "部課長" not in set(new_targets["name"])
    assert len(new_targets) == len(targets) - 1
    plans = new_years.set_index(["course_id", "fiscal_year"])["plan"]
    assert (plans["no06", "R6"], plans["no06", "R7"]) == ("renewed", "held")


@pytest.mark.parametrize("word", ["rejected", "held"])
def test_what_was_not_adopted_changes_nothing(word):
    decisions = pd.DataFrame([decision("no06", "method", "hours", "3時間", word)])
    for old, new in zip(base(), applied(*base(), decisions, "R6"), strict=True):
        pd.testing.assert_frame_equal(old, new)


def test_to_agree_that_a_matter_waits_changes_nothing_but_an_amendment_may():
    waiting = decision("no06", "pending")
    assert effect(waiting) is None
    amended = decision("no06", "pending", "method", "オンライン", "amended")
    assert effect(amended) == ("method", "オンライン")


def test_an_amendment_of_what_waits_may_change_a_column_of_the_menu(tmp_path, capsys):
    evaluated(tmp_path)
    fill(
        workbook(),
        tmp_path / "data/raw/R6/決定.xlsx",
        {
            "no07-R03": {"decision": "修正", "field_label": "標準時間数", "after": "2時間"},
            "no07-R13": {"decision": "修正", "field_label": "対象（主査）", "after": "▲"},
        },
    )
    adopt(tmp_path, "R6")
    sheet = load_workbook(tmp_path / "data/raw/R6" / MENU)["研修メニュー"]
    assert (cell(sheet, "標準時間数", 7).value, cell(sheet, "主査", 7).value) == ("2時間", "▲")
    assert "生成AIの業務活用｜標準時間数：1.5時間 → 2時間（no07-R03、修正）" in capsys.readouterr().out
    record = (tmp_path / "data/raw/R6" / RECORD).read_text(encoding="utf-8-sig")
    assert "標準時間数,1.5時間,,賛成,修正,2時間,はい" in record  # what it was, not what was handed out


def test_an_amendment_of_how_a_course_is_held_is_kept_in_the_record_alone(tmp_path, capsys):
    evaluated(tmp_path)
    fill(
        workbook(),
        tmp_path / "data/raw/R6/決定.xlsx",
        {"no07-R03": {"decision": "修正", "field_label": "実施のしかた", "after": "補講を1回行う"}},
    )
    adopt(tmp_path, "R6")
    said = capsys.readouterr().out
    assert (
        "生成AIの業務活用｜判断保留（データ不足）：補講を1回行う（no07-R03、修正）"
        in said.split("表は変わらないもの")[1]
    )
    assert "補講を1回行う" in (tmp_path / "data/raw/R6" / RECORD).read_text(encoding="utf-8-sig")


def test_contradictions_and_unknown_courses_are_errors_of_the_caller():
    two = [
        decision("no06", "method", "hours", "3時間", decision_id="a"),
        decision("no06", "schedule", "hours", "1時間", decision_id="b"),
    ]
    with pytest.raises(ValueError, match="aとb"):
        applied(*base(), pd.DataFrame(two), "R6")
    with pytest.raises(ValueError, match="no05"):
        applied(*base(), pd.DataFrame([decision("no05", "method", "hours", "1時間")]), "R6")
