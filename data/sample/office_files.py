"""How a town hall's Excel and CSV files are written so that two runs give the same bytes.

openpyxl stamps the time of saving into docProps and into the zip; both are set to the day the
file pretends to be saved. Members are stored, not deflated: zlib builds differ in their output.
"""

import csv
import io
import os
import re
import zipfile
from datetime import datetime
from pathlib import Path

# The two XML writers that openpyxl can use differ in bytes; take the one that is always there.
os.environ["OPENPYXL_LXML"] = "False"

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

YELLOW = PatternFill("solid", fgColor="FFFFFF00")
_THIN = Side(style="thin")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FONT = Font(name="ＭＳ 明朝", size=10.5)


def write_workbook(book: Workbook, path: Path, saved_at: datetime) -> None:
    """Save `book` with `saved_at` as every date the file and its zip carry."""
    book.properties.creator = "見本（架空データ）"
    book.properties.title = "見本（架空データ）"
    stream = io.BytesIO()
    book.save(stream)
    stamp = saved_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    with zipfile.ZipFile(stream) as saved, zipfile.ZipFile(path, "w") as out:
        for name in saved.namelist():
            body = saved.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"(W3CDTF\">)[^<]*", rb"\g<1>" + stamp.encode(), body)
            member = zipfile.ZipInfo(name, saved_at.timetuple()[:6])
            member.create_system = 0
            member.external_attr = 0
            out.writestr(member, body)


def write_csv(rows: list[list[str]], path: Path, encoding: str) -> None:
    """Every field quoted, CRLF at the end of a row; a letter `encoding` lacks is an error."""
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))


def put(sheet: Worksheet, row: int, values: list, bordered: bool = True) -> None:
    """Write `values` from column A; None leaves a cell without a value but with its border."""
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column)
        if value is not None:
            cell.value = value
        if isinstance(value, str) and not value.startswith("="):
            cell.number_format = "@"
        if bordered:
            cell.border = _GRID
        cell.font = _FONT
        cell.alignment = Alignment(vertical="center", wrap_text=True)


def title(sheet: Worksheet, text: str, date_line: str, last_column: str) -> None:
    """A merged title in row 1 and a right-aligned date line in row 2."""
    sheet["A1"] = text
    sheet["A1"].font = Font(name="ＭＳ 明朝", size=14, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.merge_cells(f"A1:{last_column}1")
    sheet[f"{last_column}2"] = date_line
    sheet[f"{last_column}2"].alignment = Alignment(horizontal="right")


def balloon(sheet: Worksheet, address: str, text: str) -> None:
    """A cell comment, as Excel's 校閲 puts it."""
    sheet[address].comment = Comment(text, "見本", height=60, width=140)


def widths(sheet: Worksheet, sizes: list[float]) -> None:
    """Column widths from A on, in characters."""
    for letter, size in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", sizes, strict=False):
        sheet.column_dimensions[letter].width = size


def lock_file(user: str) -> bytes:
    """The 165-byte owner file `~$…` that Excel leaves while a book is open."""
    narrow = user.encode("cp932")
    wide = user.ljust(54).encode("utf-16-le")
    return bytes([len(narrow)]) + narrow.ljust(54, b" ") + bytes([len(user), 0]) + wide
