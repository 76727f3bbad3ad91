"""What a town hall can get wrong, one thing at a time in a copy of the sample: each fault is named by
file, sheet, row and column, with what to do, and all of them are told at once."""

import os
import zipfile
from datetime import datetime

import pytest

from pipeline.findings import BadInput
from pipeline.preparing.id_key import SAMPLE_KEY, make_key
from pipeline.preparing.identity import participant_id
from pipeline.preparing.intake import read_files
from pipeline.preparing.prepare import prepare, read_year
from pipeline.year import Year
from tests.towns import ALIASES, FINAL, FINAL_COPY, IDEAS, INTERVIEWS, REGISTER, ROSTER, Town, survey

PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A year with a fault in every file: (message, findings)."""
    town = Town(tmp_path_factory.mktemp("town"))
    town.excel(ROSTER, D10="統括官", C12="未来課", G9="12A4", G13="0318")
    town.excel(
        REGISTER, "出席簿", E6="☆", G9="◎（欠席）", C14="名簿　にない", D20="録画（2021/8/30視聴）", E4="第2回\n未定"
    )
    town.table(survey(1), F4="まあまあ理解できた", F5="まあまあ理解できた", G6="ふつうに満足")
    town.table(survey(2), E4="山田　梅子", B5="2021/08/19 15:34:25")
    town.table(survey(3), F1="Q1 内容はいかがでしたか")
    town.table(survey(4), C5="受付済", B6="昼すぎ", D8="未来課")
    path = town.folder / survey(5)
    path.write_bytes(path.read_bytes().replace('"会場"'.encode("cp932"), '"会場","余り"'.encode("cp932"), 1))
    (town.folder / survey(6)).write_bytes(b"")
    (town.folder / survey(7)).write_bytes("<html><table><tr><td>回答ID</td></tr></table>".encode())
    town.excel(FINAL, H7="やや高い", A9="2021-10-25 10:00")
    (town.folder / IDEAS).unlink()
    (town.folder / INTERVIEWS).write_bytes(PROTECTED)
    town.table(ALIASES, D2="たぶん同一人", C3="9999")
    (town.folder / "メモ.txt").write_text("あとで", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        prepare(Year.open(town.store))
    return str(error.value), error.value.findings


@pytest.mark.parametrize(
    ("rule", "file", "sheet", "cell", "said"),
    [
        ("P01", ROSTER, "名簿", "D10", ["「統括官」", "positions.csv"]),
        ("O01", ROSTER, "名簿", "C12", ["「未来課」", "offices.csv"]),
        ("I08", ROSTER, "名簿", "G9", ["「12a4」", "4桁"]),
        ("I06", ROSTER, "名簿", "G13", ["G6", "職員番号"]),
        ("M01", REGISTER, "出席簿", "E6", ["「☆」", "legend", "marks.csv"]),
        ("M01", REGISTER, "出席簿", "G9", ["「◎（欠席）」"]),
        ("I01", REGISTER, "出席簿", "C14", ["名簿に無い", "別名表"]),
        ("S04", REGISTER, "出席簿", "D20", ["2021年8月30日", "令和4年度"]),
        ("D03", REGISTER, "出席簿", "E4", ["未定", "held_on"]),
        (
            "S01",
            survey(1),
            "",
            "F4",
            ["まあまあ理解できた", "Q1 本日の内容を理解できましたか", "scales.csv", "comprehension5"],
        ),
        ("S01", survey(1), "", "F5", ["まあまあ理解できた"]),
        ("S01", survey(1), "", "G6", ["ふつうに満足", "satisfaction5"]),
        ("I01", survey(2), "", "E4", ["名簿に無い", "E6", "別名表"]),
        ("S04", survey(2), "", "B5", ["2021年8月19日", "2022年4月1日"]),
        ("H02", survey(3), "", "F1", ["「Q1 内容はいかがでしたか」", "items.csv", "R4 列"]),
        ("H04", survey(3), "", "1行", ["「Q1 本日の内容を理解できましたか」"]),
        ("S09", survey(4), "", "C5", ["「受付済」", "set_aside.csv"]),
        ("S03", survey(4), "", "B6", ["「昼すぎ」"]),
        ("O01", survey(4), "", "D8", ["「未来課」"]),
        ("F08", survey(5), "", "2行", ["12列", "11列"]),
        ("F03", survey(6), "", "", ["空"]),
        ("F06", survey(7), "", "", ["HTML", "CSV（コンマ区切り）"]),
        ("S01", FINAL, "フォームの回答 1", "H7", ["「やや高い」", "rating5"]),
        ("S04", FINAL, "フォームの回答 1", "A9", ["2021年10月25日"]),
        ("F01", IDEAS, "", "", ["見つかりません", "年度フォルダ"]),
        ("F04", INTERVIEWS, "", "", ["パスワード"]),
        ("I12", ALIASES, "", "D2", ["「たぶん同一人」", "名簿外"]),
        ("I11", ALIASES, "", "C3", ["名簿にありません"]),
    ],
)
def test_every_fault_of_a_year_is_told_at_once(stopped, rule, file, sheet, cell, said):
    message, findings = stopped
    [finding] = [f for f in findings if (f.rule_id, f.file, f.sheet, f.cell) == (rule, file, sheet, cell)]
    for words in said:
        assert words in finding.what + finding.remedy
    assert finding.what in message and finding.remedy in message
    assert f"ファイル「{file}」" in message and cell in message


def test_one_slip_does_not_set_off_others(stopped):
    """Twenty-eight slips were made above: a person without an office or number is still known."""
    assert len(stopped[1]) == 28
    assert stopped[0].startswith("このままでは処理できない点が28件あります。")


def test_no_name_is_in_the_message(stopped):
    assert "山田" not in stopped[0] and "梅子" not in stopped[0]


def refused(town):
    with pytest.raises(BadInput) as error:
        prepare(Year.open(town.store))
    return error.value.findings


def faults(findings):
    return [(f.rule_id, f.file, f.cell) for f in findings]


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


def test_two_people_of_one_name_stop_the_year_until_somebody_decides(town):
    town.excel(ROSTER, E6="小野　由佳")  # 山田 becomes a second 小野 of another office
    findings = refused(town)
    assert ("I02", FINAL, "D23") not in faults(findings)  # told apart by the office: 税務課
    collided = [f for f in findings if f.rule_id == "I02"]
    assert all("E6、E11" in f.what and "別名表" in f.remedy for f in collided)
    unknown = [f for f in findings if f.rule_id == "I01"]
    assert {f.rule_id for f in findings} <= {"I01", "I02"} and unknown


def test_two_of_one_name_and_office_are_ambiguous_everywhere(town):
    town.excel(ROSTER, E6="小野　由佳", C6="税務課")
    findings = refused(town)
    assert ("I02", FINAL, "D23") in faults(findings)
    assert ("I02", REGISTER, "C11") in faults(findings)


@pytest.mark.parametrize(
    ("old", "new", "rule", "file", "said"),
    [
        ('sheet = "名簿"', 'sheet = "名薄"', "F13", ROSTER, ["「名薄」", "「名簿」"]),
        ('sheet = "出席簿"\n', "", "F14", REGISTER, ["「出席簿」「出席簿 (2)」", "sheet ="]),
        ('session = "第(\\\\d+)回"', 'session = "(第)"', "F19", survey(1), ["session"]),
        ('session = "第(\\\\d+)回"\n', "", "F20", survey(2), ["第1回.csv"]),
        ('file = "各回アンケート/第*回.csv"', 'file = "各回/第*回.csv"', "F01", "各回/第*回.csv", ["見つかりません"]),
        ('same_as = "R4DX研修 最終アンケート（回答）.xlsx"', 'same_as = "最終.xlsx"', "F18", FINAL_COPY, ["最終.xlsx"]),
        ('file = "別名表.csv"', 'file = "DXアイデア一覧.xlsx"', "F12", IDEAS, ["二つの [[source]]"]),
        ("number = 7", "number = 8", "D04", REGISTER, ["1、2、3、4、5、6、7", "1、2、3、4、5、6、8"]),
    ],
)
def test_a_declaration_that_does_not_fit_its_files(town, old, new, rule, file, said):
    town.declare(old, new)
    found = [f for f in refused(town) if (f.rule_id, f.file) == (rule, file)]
    assert found
    for words in said:
        assert words in found[0].what + found[0].remedy


def test_a_second_register_or_export_of_the_same_is_not_added_up(town):
    (town.folder / "出席簿_旧.xlsx").write_bytes((town.folder / REGISTER).read_bytes())
    (town.folder / "各回アンケート/第5回_修正.csv").write_bytes((town.folder / survey(5)).read_bytes())
    town.declare('file = "各回アンケート/第*回.csv"', 'file = "各回アンケート/第*回*.csv"')
    town.declare(
        '[[source]]\nfile = "各回',
        '[[source]]\nfile = "出席簿_旧.xlsx"\nkind = "register"\nsheet = "出席簿"\ncourse = "trial"\n'
        '[[source]]\nfile = "各回',
    )
    doubled = {f.file: f.what for f in refused(town) if f.rule_id == "F20"}
    assert doubled.keys() == {"出席簿_旧.xlsx", "各回アンケート/第5回_修正.csv"}
    assert survey(5) in doubled["各回アンケート/第5回_修正.csv"]


def test_an_empty_status_is_asked_about(town):
    town.table(survey(1), C5="")
    assert faults(refused(town)) == [("S09", survey(1), "C5")]


def test_headings_without_an_answer(town):
    rows = (town.folder / survey(3)).read_bytes().split(b"\r\n")
    (town.folder / survey(3)).write_bytes(rows[0] + b"\r\n")
    assert faults(refused(town)) == [("H07", survey(3), "1行")]


def test_an_office_left_empty_on_the_roster(town):
    town.excel(ROSTER, C5=None)
    assert ("O02", ROSTER, "C5") in faults(refused(town))


def noted(town, *rules):
    run = read_year(Year.open(town.store))
    assert run.findings.fatal() == []
    return [f for f in run.findings.items if f.rule_id in rules]


def test_what_needs_a_look_does_not_stop_the_year(town):
    """A survey file that is gone, another version, a file nobody declared, two numbers in one cell."""
    (town.folder / survey(7)).unlink()
    (town.folder / "メモ.xlsx").write_bytes(b"x")
    town.excel(FINAL, "フォームの回答 1", N5=1)
    town.excel(IDEAS, I6="33、34")
    found = noted(town, "F21", "F16", "F10", "S10")
    assert faults(found) == [
        ("F10", "メモ.xlsx", ""),
        ("F16", FINAL_COPY, "N5"),
        ("F21", "各回アンケート/第*回.csv", ""),
        ("S10", IDEAS, "I6"),
    ]
    assert "こちらは「4」、あちらは「1」" in found[1].what
    assert "第7回" in found[2].what
    assert "33、34" in found[3].what
    assert {f.severity for f in found} == {"major"}


def test_what_cannot_be_opened_stops_the_year_only_if_it_is_declared(town):
    with zipfile.ZipFile(town.folder / "一式.zip", "w") as archive:
        archive.writestr("回答.csv", b"x")
    (town.folder / "旧様式.xls").write_bytes(PROTECTED[:512])
    (town.folder / "保護.xlsx").write_bytes(PROTECTED)
    found = noted(town, "F24", "F10")
    assert faults(found) == [("F24", "一式.zip", ""), ("F24", "保護.xlsx", ""), ("F24", "旧様式.xls", "")]
    assert {f.severity for f in found} == {"minor"}
    assert "「回答.csv」" in found[0].what and all("[[source]]" in f.remedy for f in found)
    for name in ("一式.zip", "旧様式.xls", "保護.xlsx"):
        town.declare("[analysis]", f'[[source]]\nfile = "{name}"\nkind = "ideas"\n\n[analysis]')
    assert sorted(faults(refused(town))) == [
        ("F04", "保護.xlsx", ""),
        ("F05", "旧様式.xls", ""),
        ("F11", "一式.zip", ""),
    ]


def test_a_workbook_called_csv_is_read_and_named(town):
    sound = read_files(Year.open(town.store))[0]["ideas"][0].grid.cells
    (town.folder / IDEAS).rename(town.folder / "アイデア.csv")
    town.declare(IDEAS, "アイデア.csv")
    files, opened = read_files(Year.open(town.store))
    [found] = [f for f in opened.findings.items if f.rule_id == "F22"]
    assert (found.rule_id, found.file, found.severity) == (
        "F22",
        "アイデア.csv",
        "minor",
    ) and "「.xlsx」" in found.remedy
    assert files["ideas"][0].grid.cells == sound and sound


def test_a_comment_with_a_name_is_masked_in_the_findings_too(town):
    from openpyxl import load_workbook
    from openpyxl.comments import Comment

    book = load_workbook(town.folder / REGISTER)
    book["出席簿"]["D6"].comment = Comment("渡邉健一さんが代わりに記入", "企画政策課")
    book.save(town.folder / REGISTER)
    [found] = [f for f in noted(town, "L19") if f.cell == "D6"]
    assert "〔氏名〕が代わりに記入" in found.what


def test_an_anonymous_questionnaire_is_never_linked(town):
    """Though people sign it: what was promised holds."""
    text = town.store.declaration.read_text(encoding="utf-8")
    assert text.count('link_mode = "name"') == 3
    town.declare('link_mode = "name"', 'link_mode = "anonymous"')
    tables = prepare(Year.open(town.store))
    after = tables["responses"][tables["responses"]["instrument_id"].str.contains("session")]
    assert len(after) > 300 and after["participant_id"].isna().all()
    final = tables["responses"][tables["responses"]["instrument_id"] == "trial-final"]
    assert final["participant_id"].notna().all()
    assert "S08" not in set(tables["findings"]["rule_id"])


def test_a_real_year_never_gets_the_public_key_of_the_sample(tmp_path):
    """A declaration copied from the sample still says ``synthetic``; the people are real."""
    town = Town(tmp_path)
    (tmp_path / "data/raw").mkdir()
    town.folder.rename(tmp_path / "data/raw/R4")
    year = Year.open(type(town.store).open("R4", tmp_path))
    assert year.synthetic
    make_key(year)
    people = read_year(year).directory.people
    assert people[0].participant_id != participant_id(people[0].staff_no, SAMPLE_KEY)
    assert people[0].participant_id == participant_id(people[0].staff_no, year.store.id_key.read_bytes())


def test_times_of_the_register_are_dates_in_excel_too(town):
    """A clerk may let Excel make a date of an idea's day; the same day comes out."""
    town.excel(IDEAS, K6=datetime(2022, 10, 14))
    assert noted(town, "S03", "S04") == []
    town.excel(IDEAS, K6=datetime(2023, 10, 14))
    assert faults(refused(town)) == [("S04", IDEAS, "K6")]


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
class TestLinks:
    def test_one_that_leads_out_of_the_year_s_folder_is_refused_like_a_path(self, town, tmp_path):
        (town.folder / ROSTER).rename(elsewhere := tmp_path / ROSTER)
        (town.folder / ROSTER).symlink_to(elsewhere)
        folder = town.folder / "各回アンケート"
        folder.rename(tmp_path / "別の所")
        folder.symlink_to(tmp_path / "別の所")
        with pytest.raises(BadInput) as error:
            prepare(Year.open(town.store))
        found = {(f.rule_id, f.file) for f in error.value.findings if f.rule_id.startswith("F")}
        assert found == {("F26", ROSTER), *(("F26", survey(session)) for session in range(1, 8))}

    def test_one_within_it_is_read(self, town):
        (town.folder / ROSTER).rename(town.folder / "名簿.xlsx")
        (town.folder / ROSTER).symlink_to("名簿.xlsx")
        assert "F26" not in {f.rule_id for f in read_year(Year.open(town.store)).findings.items}

    def test_nothing_outside_is_opened_that_nobody_declared(self, town, tmp_path):
        (tmp_path / "別.zip").write_bytes(b"PK")
        (town.folder / "別.zip").symlink_to(tmp_path / "別.zip")
        found = {f.rule_id for f in read_year(Year.open(town.store)).findings.items if f.file == "別.zip"}
        assert found == {"F10"}
