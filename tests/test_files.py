"""Files as they arrive: in any of four encodings, and of another kind than their name says."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from pipeline.findings import BadInput, Findings, Place
from pipeline.ingest.files import closed, decode, read_file
from pipeline.preparing.intake import pick_sheets
from tests.grids import csv_bytes, found, grid

ROWS = [["氏名", "所属"], ["髙﨑　德一", "総務課"], ["森①", "○～ｱﾝｹｰﾄ"]]


def workbook(**sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def read(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    return read_file(tmp_path / name, name)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_the_same_table_in_any_encoding(tmp_path, encoding):
    [one] = read(tmp_path, "回答.csv", csv_bytes(ROWS, encoding))
    assert one.cells == grid(*ROWS).cells


def test_quoted_commas_line_breaks_and_quotes_are_one_cell(tmp_path):
    rows = [["氏名", "感想"], ["森健", '資料が、\r\n「良い」, と"思う"']]
    [one] = read(tmp_path, "回答.csv", csv_bytes(rows))
    assert one.cells[2, 2] == rows[1][1]
    assert one.place(2, 2) == Place("回答.csv", "", "B2")


def test_invisible_characters_alone_are_an_empty_cell(tmp_path):
    [one] = read(tmp_path, "回答.csv", csv_bytes([["氏名", "所属"], ["森健", "\u200b\xa0 "]], "utf-8"))
    assert (2, 2) not in one.cells


def test_a_shift_jis_decoder_would_not_do():
    with pytest.raises(UnicodeDecodeError):
        "髙①".encode("cp932").decode("shift_jis")
    assert decode("髙①".encode("cp932"), Place("回答.csv")) == "髙①"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PROTECTED = OLE + "EncryptedPackage".encode("utf-16-le")  # where Excel puts the real workbook
BOOK = workbook(名簿=ROWS)


def zipped(name, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "rule", "said"),
    [
        ("名簿.xlsx", b"", "F03", "空"),
        ("回答.csv", b"\xef\xbb\xbf\r\n", "F03", "空"),  # only a mark and a line end
        ("名簿.xlsx", PROTECTED, "F04", "パスワードを外して"),
        ("名簿.xls", OLE, "F05", ".xlsx"),
        ("名簿.xlsx", OLE, "F05", "古い形式"),  # renamed by hand
        ("名簿.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "F06", "HTML"),
        ("名簿.csv", b"\r\n<?xml version='1.0'?><Workbook/>", "F06", "XML"),
        ("名簿.xlsx", b"%PDF-1.7 \0", "F06", "PDF"),
        ("名簿.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "F06", "画像"),
        ("回答.csv.zip", zipped("回答.csv", csv_bytes(ROWS)), "F11", "展開"),
        ("名簿.xlsx", zipped("名簿.csv", csv_bytes(ROWS)), "F11", "展開"),
        ("名簿.xlsx", BOOK[:-400], "F02", "壊れて"),  # a copy that broke off
        ("名簿.xlsx", zipped("xl/workbook.xml", "<not-a-workbook"), "F02", "開けません"),
        ("回答.csv", b"\x81\xff\xfe,\x80\n", "F07", "文字コード"),
        ("回答.csv", csv_bytes(ROWS) + b'"x","y" z"\r\n', "F09", "引用符"),
        ("回答.csv", csv_bytes(ROWS) + b'"x,y\r\n"z"\r\n', "F09", "引用符"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(tmp_path, name, data, rule, said):
    findings = Findings()
    with pytest.raises(BadInput) as refused:
        pick_sheets(read(tmp_path, name, data), None, findings)
        findings.stop_if_fatal()
    [finding] = refused.value.findings
    assert (finding.rule_id, finding.file, finding.severity) == (rule, name, "fatal")
    assert said in finding.what + finding.remedy
    assert f"ファイル「{name}」" in str(refused.value)


TABS = csv_bytes(ROWS).replace(b'","', b'"\t"')


@pytest.mark.parametrize(
    ("name", "data", "rules", "said"),
    [
        ("名簿.csv", BOOK, ["F22"], ["「.csv」", "Excelブック", "「.xlsx」"]),
        ("名簿.xls", BOOK, ["F22"], ["「.xls」", "Excelブック"]),
        ("名簿.xlsx", csv_bytes(ROWS), ["F22"], ["「.xlsx」", "CSV", "「.csv」"]),
        ("回答.txt", csv_bytes(ROWS), ["F22"], ["「.txt」"]),
        ("回答", csv_bytes(ROWS), ["F22"], ["「なし」"]),
        ("回答.csv", TABS, ["F23"], ["タブ"]),
        ("回答.csv", csv_bytes(ROWS).replace(b'","', b'";"'), ["F23"], ["セミコロン"]),
        ("回答.xlsx", TABS, ["F22", "F23"], ["タブ"]),
        ("回答.csv", "\t".join(["氏名", "感想"]).encode("utf-16") + "\n森\tよい".encode("utf-16-le"), ["F23"], []),
        ("回答.csv", csv_bytes([["氏名", "課題（a;b;c;d）"], ["森", "a;b"]]), [], []),  # ; inside a question
        ("回答.csv", "氏名,課題;a;b\n森,a\n".encode(), [], []),  # even without quotes
        ("回答.csv", '"氏名";"課題, 意見\n（任意, 記述）"\n"森";"a"\n'.encode(), ["F23"], []),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_read_as_what_it_is(tmp_path, name, data, rules, said):
    findings = Findings()
    (tmp_path / name).write_bytes(data)
    [one] = read_file(tmp_path / name, name, findings=findings)
    assert max(column for _, column in one.cells) == 2
    if data in (BOOK, TABS):
        assert one.cells == grid(*ROWS).cells
    assert [(f.rule_id, f.file, f.severity) for f in findings.items] == [(r, name, "minor") for r in rules]
    for words in said:
        assert words in "".join(f.what + f.remedy for f in findings.items)


def test_macros_are_left_alone_and_mentioned(tmp_path):
    with zipfile.ZipFile(tmp_path / "集計.xlsm", "w") as book, zipfile.ZipFile(io.BytesIO(BOOK)) as source:
        for part in source.namelist():
            book.writestr(part, source.read(part))
        book.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    findings = Findings()
    [one] = read_file(tmp_path / "集計.xlsm", "集計.xlsm", findings=findings)
    assert one.cells == grid(*ROWS).cells
    assert found(findings) == [("F25", "")] and "動かさず" in findings.items[0].what


def windows_zip(*names):
    """As the Explorer of a Japanese Windows packs: cp932, and no flag that says so."""
    stand_ins = [
        f"{n}.{'x' * (len(name.encode('cp932')) - 2)}"[: len(name.encode("cp932"))] for n, name in enumerate(names)
    ]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in stand_ins:
            archive.writestr(name, b"x")
    data = file.getvalue()
    for stand_in, name in zip(stand_ins, names, strict=True):
        data = data.replace(stand_in.encode(), name.encode("cp932"))
    return data


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("旧様式.xls", OLE, ["古い形式のExcel", "「Excelブック（.xlsx）」"]),
        ("旧様式.xlsx", OLE, ["古い形式のExcel"]),
        ("名簿.xlsx", PROTECTED, ["パスワード", "外して"]),
        ("一式.zip", windows_zip("出席簿　髙﨑.xlsx", "回答.csv"), ["「出席簿　髙﨑.xlsx」「回答.csv」", "すべて展開"]),
        ("一式.zip", zipped("名簿ü.csv", b"x"), ["「名簿ü.csv」"]),
    ],
)
def test_what_nobody_declared_and_cannot_be_opened_is_named(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    found_ = closed(tmp_path / name, f"受領/{name}")
    assert (found_.rule_id, found_.severity, found_.file) == ("F24", "minor", f"受領/{name}")
    for words in [*said, "year.toml", "[[source]]", "集計にも使っていません"]:
        assert words in found_.what + found_.remedy


@pytest.mark.parametrize("data", [BOOK, csv_bytes(ROWS), b"", b"%PDF-1.7 \0"])
def test_what_could_be_declared_is_not_called_closed(tmp_path, data):
    (tmp_path / "表").write_bytes(data)
    assert closed(tmp_path / "表", "表") is None


def test_a_missing_file(tmp_path):
    with pytest.raises(BadInput, match="名簿.xlsx(.|\n)*見つかりません"):
        read_file(tmp_path / "名簿.xlsx", "名簿.xlsx")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    def closed(path):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "名簿.xlsx").write_bytes(BOOK)
    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(BadInput, match="名簿.xlsx(.|\n)*開けません"):
        read_file(tmp_path / "名簿.xlsx", "名簿.xlsx")


def test_every_shifted_row_is_named(tmp_path):
    data = '"氏名","所属"\r\n"森健","総務課","余り"\r\n"林光","税務課"\r\n"原直"\r\n'.encode("cp932")
    with pytest.raises(BadInput) as refused:
        read(tmp_path, "回答.csv", data)
    assert [(f.rule_id, f.cell) for f in refused.value.findings] == [("F08", "2行"), ("F08", "4行")]
    assert "3列" in refused.value.findings[0].what and "2列" in refused.value.findings[0].what


def test_a_workbook_keeps_what_stands_beside_its_values(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["氏名", "第1回", "計"])
    sheet.append(["森健", datetime(2022, 8, 5), "=COUNTIF(B2:B2,1)"])
    sheet["B2"].comment = Comment("総務課 山田:\n15分遅刻", "総務課 山田")
    sheet["B2"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet.merge_cells("A4:B5")
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("旧版").sheet_state = "hidden"
    book.create_chartsheet("グラフ").add_chart(BarChart())  # holds no data
    book.save(tmp_path / "出席簿.xlsx")
    first, second = read_file(tmp_path / "出席簿.xlsx", "出席簿.xlsx")
    assert first.cells[2, 2] == datetime(2022, 8, 5)
    assert first.formulas == {(2, 3)} and (2, 3) not in first.cells  # no value was stored
    assert first.comments == {(2, 2): "15分遅刻"}  # without its author's name
    assert first.fills == {(2, 2): "FFFF00"}
    assert (first.merges, first.hidden_rows, first.hidden_columns) == ([(4, 5, 1, 2)], {2}, {2})
    assert (first.is_hidden, second.is_hidden) == (False, True)


def grids(**sheets):
    return [
        grid(*rows, sheet=name.removesuffix("_hidden"), is_hidden=name.endswith("_hidden"))
        for name, rows in sheets.items()
    ]


@pytest.mark.parametrize(
    ("sheets", "name", "chosen", "rules"),
    [
        ({"名簿": ROWS}, None, "名簿", []),
        ({"名簿": ROWS, "集計_hidden": ROWS}, None, "名簿", ["F15"]),
        ({"名簿": ROWS, "空": []}, None, "名簿", []),
        ({"名簿": ROWS, "名簿 (2)": ROWS}, "名簿", "名簿", ["F15"]),
        ({"名簿": ROWS, "名簿 (2)": ROWS}, None, None, ["F14"]),
        ({"名簿": ROWS}, "名薄", None, ["F13"]),
        ({"名簿_hidden": ROWS}, None, None, ["F03"]),
    ],
)
def test_the_sheet_that_is_meant(sheets, name, chosen, rules):
    findings = Findings()
    shown, _ = pick_sheets(grids(**sheets), name, findings)
    one = shown[0][0] if shown else None
    assert (one and one.sheet, [rule for rule, _ in found(findings)]) == (chosen, rules)


def test_a_sheet_of_formulas_without_values_is_not_lost():
    totals = grid(sheet="集計", formulas={(1, 1)})
    _, others = pick_sheets([grid(*ROWS), totals], "Sheet1", Findings())
    assert [one.sheet for one, _ in others] == ["集計"]


def test_a_wrong_sheet_name_lists_the_right_ones():
    findings = Findings()
    pick_sheets(grids(名簿=ROWS, 集計_hidden=ROWS), "名薄", findings)
    assert "「名薄」" in findings.items[0].what and "「名簿」「集計」" in findings.items[0].what
