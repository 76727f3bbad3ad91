"""What else lies in R5's folder: names that lie, files nobody can open, what Windows leaves behind."""

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import office_files as office
import town_R5 as town
from forms_R4 import SAMPLE
from openpyxl import Workbook, load_workbook

OLE_HEAD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
SENT = datetime(2023, 3, 20, 9, 15)
TRANSFERS_HEAD = ["職員番号", "氏名漢字", "発令日", "異動区分", "新所属名", "新職位", "新セグメント", "備考"]
HAND_CODES_HEAD = ["ファイル", "セル", "本文", "論点", "判断者", "判断日", "理由", "公開"]
# file, cell, theme, why: comments that no pattern reads; without a theme: which of them may be quoted
JUDGED = (
    ("アンケート/No5_Google.xlsx", "Q11", "なし", "機器の不具合で、研修の内容のことではない"),
    ("アンケート/No5_Google.xlsx", "Q16", "なし", "会場への行き方のことで、研修の内容のことではない"),
    ("アンケート/No7_MSForms.xlsx", "Q16", "g_feedback", "講師がその場で見てくれたことを、助言とみなした"),
    ("アンケート/No5_Google.xlsx", "P29", "", "だれのことか分からない"),
    ("アンケート/No7_MSForms.xlsx", "R19", "", "だれのことか分からない"),
)


def make_leftovers(out: Path) -> None:
    """After the questionnaires, whose comments are quoted."""
    _earlier_transfers(out)
    _hand_codes(out)
    _unreadable(out)
    (out / "~$R5受講管理表.xlsx").write_bytes(office.lock_file("見本（架空）"))
    (out / "アンケート" / "Thumbs.db").write_bytes(OLE_HEAD)
    text = f"; {SAMPLE}\r\n[.ShellClassInfo]\r\nLocalizedResourceName=令和５年度DX研修\r\n"
    (out / "desktop.ini").write_bytes(text.encode("cp932"))


def _earlier_transfers(out: Path) -> None:
    """A workbook that somebody renamed to .csv; its move is older than the staff list."""
    book = Workbook()
    sheet = book.active
    sheet.title = "異動"
    office.put(sheet, 1, TRANSFERS_HEAD)
    p = town.BY_NO[town.MOVED]
    office.put(sheet, 2, [p.staff_no, p.name, "R5.3.20", "異動", p.office, p.title, "", "職員一覧に反映済"])
    office.put(sheet, 3, [f"※{SAMPLE}"], bordered=False)
    office.write_workbook(book, out / "人事異動_R4年度末.csv", SENT)


def _hand_codes(out: Path) -> None:
    """As Excel's 「Unicode テキスト」 writes it, renamed to .csv: UTF-16 and tabs."""
    rows = [
        [
            file,
            cell,
            load_workbook(out / file).active[cell].value,
            theme,
            "見本担当",
            "R6.1.22",
            f"{why}（架空）",
            "" if theme else "○",
        ]
        for file, cell, theme, why in JUDGED
    ]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter="\t", lineterminator="\r\n").writerows([HAND_CODES_HEAD, *rows])
    (out / "手動分類.csv").write_bytes(b"\xff\xfe" + stream.getvalue().encode("utf-16-le"))


def _unreadable(out: Path) -> None:
    """Sent along by an office, declared by nobody: an old .xls and a ZIP packed by Windows."""
    mark = f"{SAMPLE} 旧様式の出席簿".encode("utf-16-le")
    (out / "旧様式_出席簿.xls").write_bytes(OLE_HEAD + mark.ljust(512, b"\0"))
    name = "出席簿の写し（総務課）.csv".encode("cp932")
    stand_in = b"x" * len(name)  # zipfile would write a name in Japanese as UTF-8, and flag it
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        member = zipfile.ZipInfo(stand_in.decode(), SENT.timetuple()[:6])
        member.create_system = 0
        member.external_attr = 0
        archive.writestr(member, f'"{SAMPLE}"\r\n'.encode("cp932"))
    (out / "総務課から.zip").write_bytes(packed.getvalue().replace(stand_in, name))
