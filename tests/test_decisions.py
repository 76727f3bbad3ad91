"""Decisions read back from the filled 新旧対照表: what is clear is taken, all else is refused at once."""

import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.findings import BadInput, Findings
from pipeline.ingest.files import read_file
from pipeline.ingest.headings import read_sheet
from pipeline.menu.adoption import old_and_new
from pipeline.menu.decisions import judge
from pipeline.preparing.prepare import prepare
from pipeline.schema import conform
from pipeline.store import Store
from pipeline.year import Year
from tests.menus import R5, base, fill, proposal, proposals, workbook
from tests.towns import Town

CONTRADICTORY = pd.concat(
    [proposals(), pd.DataFrame([proposal("no06", "R07", "schedule", "増やす", "hours", "3")])], ignore_index=True
)


def read(tmp_path, changes=None, table=None, rows="known", **hands):
    """(decisions, findings) of a filled workbook."""
    table = proposals() if table is None else table
    path = fill(workbook(table), tmp_path / "決定.xlsx", changes, **hands)
    grid = next(g for g in read_file(path, path.name) if g.sheet == "新旧対照表")
    findings = Findings()
    sheet = read_sheet(grid, Codebook("R5").headings("decisions"), "decisions", "R5", findings)
    known = old_and_new(table, *base(), "R6") if rows == "known" else rows
    return judge(sheet, known, R5, findings, Codebook("R5")), findings


def test_a_clear_sheet_becomes_the_table_of_decisions(tmp_path):
    changes = {
        "no06-R16": {"decision": "修正", "after": "90分", "opinion": "修正意見", "note": "1回を2回に"},
        "no09-R12": {"decision": "却下", "opinion": "反対"},
        "no07-R03": {"decision": "保留", "reflected_in": "No.7、10"},
    }
    rows, findings = read(tmp_path, changes)
    assert findings.items == []
    table = conform("decisions", rows).set_index("decision_id")
    assert table["after"].dropna().to_dict() == {
        "no01-R15": "基礎から説明し、難しい部分を分ける",
        "no01-R17": "●",
        "no06-R04": "集合or動画",
        "no06-R14": "集合or動画",
        "no06-R16": "90分",
        "no07-R13": "いまの方法で続ける",
    }
    assert table.index[table["is_edited"]].tolist() == ["no06-R16"]
    amended = table.loc["no06-R16"]
    assert (amended["before"], amended["proposed"], amended["opinion"]) == ("2時間", "1.5時間", "修正意見")
    assert f"{amended['decided_on']:%Y-%m-%d}" == "2024-03-25"
    assert table.loc["no07-R03", "reflected_in"] == "7;10"


@pytest.mark.parametrize(
    ("changes", "rule", "cell", "words"),
    [
        (
            {"no01-R15": {"decision": "可決"}},
            "A01",
            "L5",
            "CIO決定「可決」は「承認」「修正」「却下」「保留」のどれでもありません",
        ),
        (
            {"no01-R15": {"decision": None}, "no07-R13": {"decision": None}},
            "A02",
            "L5",
            "8行のうち2行あります（5行、10行）",
        ),
        ({"no06-R16": {"proposed": "1時間"}}, "A03", None, "「1.5時間」から「1時間」に書き換えられています"),
        ({"no06-R16": {"decision": "修正"}}, "A04", None, "「決定後の内容」が空欄です"),
        ({"no06-R16": {"decided_by": None}}, "A10", None, "決定者が空欄です"),
        ({"no06-R16": {"decided_on": None}}, "A11", None, "決定日が空欄です"),
        ({"no06-R16": {"decided_on": "年度末"}}, "A12", None, "決定日「年度末」"),
        ({"no06-R16": {"decided_on": "令和3年3月25日"}}, "A12", None, "2023年4月1日から2025年3月31日まで"),
        ({"no06-R16": {"opinion": "条件付賛成"}}, "A13", None, "CIO補佐意見「条件付賛成」"),
        ({"no06-R16": {"after": "1時間"}}, "A14", None, "「承認」ですが、「決定後の内容」に「1時間」"),
        ({"no06-R16": {"decision": "修正", "after": "短めに"}}, "A15", None, "標準時間数の決定後の内容「短めに」"),
        ({"no01-R17": {"decision": "修正", "after": "必ず受ける"}}, "A15", None, "対象（主査）の決定後の内容"),
        ({"no06-R16": {"reflected_in": "データ活用"}}, "A16", None, "反映先No.「データ活用」"),
        ({"no06-R16": {"change": "廃止"}}, "A18", None, "「回数・時間調整」から「廃止」に書き換えられています"),
        ({"no06-R16": {"decision": "却下", "proposed": "1時間"}}, "A18", None, "「1.5時間」から「1時間」"),
    ],
)
def test_what_a_line_leaves_unclear_is_refused(tmp_path, changes, rule, cell, words):
    _, findings = read(tmp_path, changes)
    [found] = findings.items
    assert (found.rule_id, found.severity) == (rule, "fatal")
    assert words in found.what
    assert "ください" in found.remedy
    if cell:
        assert found.cell == cell


WAITS = {"decision": "修正", "after": "2時間"}


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        (WAITS, "A20", "「改める項目」が空欄"),
        (WAITS | {"field_label": "時間"}, "A22", "改める項目「時間」は「内容」「実施方法」"),
        (WAITS | {"field_label": "対象（部長）"}, "A22", "改める項目「対象（部長）」は"),
        (WAITS | {"field_label": "標準時間数", "after": "短く"}, "A15", "標準時間数の決定後の内容「短く」"),
        (WAITS | {"field_label": "実施方法", "after": "ハイブリッド"}, "A15", "実施方法の決定後の内容「ハイブリッド」"),
        (WAITS | {"field_label": "標準時間数", "after": None}, "A04", "「決定後の内容」が空欄です"),
        ({"decision": "保留", "field_label": "標準時間数"}, "A21", "「保留」ですが、「改める項目」に「標準時間数」"),
        ({"decision": "承認", "field_label": "標準時間数"}, "A21", "「承認」ですが、「改める項目」に「標準時間数」"),
        (
            WAITS | {"field_label": "実施年度", "after": "統合"},
            "A23",
            "「生成AIの業務活用」を統合すると決まっていますが",
        ),
        (WAITS | {"field_label": "実施年度", "after": "統合", "reflected_in": "1、6"}, "A24", "反映先No.「1、6」"),
        (WAITS | {"field_label": "実施年度", "after": "統合", "reflected_in": "No.7"}, "A27", "その研修自身（No.7）"),
    ],
)
def test_an_amendment_of_what_waits_that_is_unclear_is_refused(tmp_path, change, rule, words):
    others = {"no07-R13": {"decision": "却下"}}  # so that a 統合 contradicts nothing
    _, findings = read(tmp_path, {"no07-R03": change} | others)
    [found] = findings.items
    assert (found.rule_id, found.severity) == (rule, "fatal")
    assert words in found.what


@pytest.mark.parametrize("rows", ["known", None])
def test_what_waits_is_amended_in_the_field_that_was_chosen(tmp_path, rows):
    changes = {
        "no07-R03": WAITS | {"field_label": "標準時間数"},
        "no01-R15": {"decision": "修正", "field_label": "実施方法", "after": "eラーニング"},
    }
    decided, findings = read(tmp_path, changes, rows=rows)
    assert findings.items == []
    by_id = {d["decision_id"]: (d["field"], d["after"]) for d in decided}
    assert by_id["no07-R03"] == ("hours", "2時間")
    if rows == "known":
        assert by_id["no01-R15"] == ("method", "eラーニング")


def test_what_was_proposed_cannot_be_moved_to_another_field(tmp_path):
    """Only a proposal without a field leaves the choice to whoever decides."""
    _, findings = read(tmp_path, {"no06-R16": WAITS | {"field_label": "時期"}})
    assert [f.rule_id for f in findings.items] == ["A18"]
    _, findings = read(tmp_path, {"no01-R15": {"field_label": "標準時間数"}})  # 承認
    assert [f.rule_id for f in findings.items] == ["A18"]


def test_the_amendment_of_what_waits_can_contradict_another_decision(tmp_path):
    table = pd.concat([proposals(), pd.DataFrame([proposal("no06", "R03", "pending", "補うか")])], ignore_index=True)
    _, findings = read(tmp_path, {"no06-R03": WAITS | {"field_label": "標準時間数"}}, table)
    assert [f.rule_id for f in findings.items] == ["A07"]


def test_a_line_without_a_number_is_not_passed_over(tmp_path):
    _, findings = read(tmp_path, add=[("no06-R16", None)])
    assert [(f.rule_id, f.cell) for f in findings.fatal()] == [("A34", "13行")]


@pytest.mark.parametrize(
    ("hands", "expected"),
    [
        ({"add": [("no06-R16", "no06-R77")]}, [("A05", "案番号「no06-R77」は、前年度の改定案にありません")]),
        ({"add": [("no06-R16", "no11-R16")]}, [("A06", "研修「no11」は、前年度の研修メニューにありません")]),
        ({"add": [("no06-R16", "no06-R16")]}, [("A09", "案番号「no06-R16」の行が A9 にもあります")]),
        ({"drop": ["no06-R16", "no07-R03"]}, [("A17", "（no06-R16、no07-R03）")]),
    ],
)
def test_lines_that_are_not_those_of_the_proposals_are_refused(tmp_path, hands, expected):
    _, findings = read(tmp_path, **hands)
    assert [f.rule_id for f in findings.items] == [rule for rule, _ in expected]
    for found, (_, words) in zip(findings.items, expected, strict=True):
        assert words in found.what


def test_a_course_that_the_menu_no_longer_has_is_named(tmp_path):
    table = pd.concat([proposals(), pd.DataFrame([proposal("no05", "R13", "keep", "続ける")])])
    _, findings = read(tmp_path, table=table)
    assert [(f.rule_id, "no05" in f.what) for f in findings.items] == [("A06", True)]


def test_two_values_for_one_field_contradict(tmp_path):
    _, findings = read(tmp_path, table=CONTRADICTORY)
    [found] = findings.items
    assert found.rule_id == "A07"
    assert "研修「データ活用基礎」の標準時間数" in found.what
    assert "「1.5時間」" in found.what
    assert "「3時間」" in found.what


def test_the_same_value_twice_or_one_refused_does_not_contradict(tmp_path):
    same = {"no06-R07": {"decision": "修正", "after": "90分"}}
    assert read(tmp_path, same, CONTRADICTORY)[1].items == []
    assert read(tmp_path, {"no06-R07": {"decision": "却下"}}, CONTRADICTORY)[1].items == []


def test_an_end_beside_another_change_contradicts(tmp_path):
    table = pd.concat(
        [proposals(), pd.DataFrame([proposal("no09", "R07", "schedule", "1日にまとめる")])], ignore_index=True
    )
    _, findings = read(tmp_path, table=table)
    [found] = findings.items
    assert found.rule_id == "A08"
    assert "最新デジタル技術体験会" in found.what
    # To hold the course after all is no end: then both can stand.
    kept = {"no09-R12": {"decision": "修正", "after": "未受講者向けに同様の内容を実施"}}
    assert read(tmp_path, kept, table)[1].items == []


def test_everything_is_told_at_once(tmp_path):
    changes = {
        "no01-R15": {"decision": "OK"},
        "no06-R04": {"decision": None},
        "no06-R16": {"decided_by": None},
        "no09-R12": {"decided_on": "春"},
    }
    _, findings = read(tmp_path, changes, add=[("no06-R16", "no06-R99")])
    with pytest.raises(BadInput) as refused:
        findings.stop_if_fatal()
    assert {f.rule_id for f in refused.value.findings} == {"A01", "A02", "A05", "A10", "A12"}


def test_without_last_years_tables_the_lines_are_checked_among_themselves(tmp_path):
    rows, findings = read(tmp_path, rows=None)
    assert findings.items == []
    assert {r["decision_id"]: r["field"] for r in rows}["no01-R17"] == "target:主査"
    _, findings = read(tmp_path, table=CONTRADICTORY, rows=None)
    assert [f.rule_id for f in findings.items] == ["A07"]


@pytest.fixture
def town(tmp_path):
    """The sample's R4 with decisions on an R3 that nobody evaluated."""
    town = Town(tmp_path)
    path = fill(
        workbook(),
        town.folder / "決定.xlsx",
        {i: {"decided_on": "令和4年3月25日", "note": "髙﨑と相談"} for i in proposals()["decision_id"]},
    )
    text = town.store.declaration.read_text(encoding="utf-8")
    text += f'\n[[source]]\nfile = "{path.name}"\nkind = "decisions"\nsheet = "新旧対照表"\n'
    town.store.declaration.write_text(text, encoding="utf-8")
    return town


def test_prepare_reads_them_and_says_that_it_could_not_compare(town):
    tables = prepare(Year.open(town.store))
    assert len(tables["decisions"]) == len(proposals())
    [found] = tables["findings"].query("rule_id == 'A19'").to_dict("records")
    assert found["severity"] == "major"
    assert "令和3年度の改定案の表" in found["what"]


def test_prepare_compares_with_the_proposals_of_the_year_before(town, tmp_path):
    before = Store.open("R3", tmp_path)
    for name, table in zip(("courses", "targets", "course_years"), base(), strict=True):
        before.save(name, table)
    before.save("proposals", proposals().iloc[1:])
    with pytest.raises(BadInput) as refused:
        prepare(Year.open(town.store))
    assert [(f.rule_id, f.cell) for f in refused.value.findings] == [("A05", "A5")]
