"""Excel files that two runs write with the same bytes, and cells that are text whatever they hold."""

import io
import re
import zipfile
from datetime import date, datetime, time

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

A3 = 8
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_THIN = Side(style="thin", color="FF808080")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
HEAD = PatternFill("solid", fgColor="FFE7E6E6")
FONT = "游ゴシック"


def put(cell: Cell, value: object, *, bold: bool = False, head: bool = False, size: int = 10,
        centred: bool = False, in_table: bool = True) -> None:  # fmt: skip
    """Write a value with border and wrapping; a text is text, never a formula.

    Whatever begins like a formula is marked as quoted, as if it were typed with a leading
    apostrophe: it stays text also after somebody has edited the cell.
    """
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.value = text or None
        if text.startswith(FORMULA):
            cell.data_type = "s"
            cell.quotePrefix = True
    else:
        cell.value = value
    cell.font = Font(name=FONT, size=size, bold=bold or head)
    if not in_table:
        return
    cell.border = GRID
    if head:
        cell.fill = HEAD
    middle = head or centred
    cell.alignment = Alignment(vertical="center" if middle else "top", wrap_text=True,
                               horizontal="center" if middle else None)  # fmt: skip


def plain_text(value: object) -> object:
    """A cell of a CSV file: a text that a spreadsheet would calculate gets an apostrophe.

    「-」 alone calculates nothing, and is one of our symbols.
    """
    is_formula = isinstance(value, str) and value.startswith(FORMULA) and value != "-"
    return f"'{value}" if is_formula else value


def fit(sheet: Worksheet, widths: list[float], head_rows: tuple[int, int]) -> None:
    """Column widths, A3 landscape on the width of one page, headings repeated and in view."""
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[sheet.cell(1, number).column_letter].width = width
    sheet.page_setup.paperSize = A3
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = f"{head_rows[0]}:{head_rows[1]}"
    sheet.freeze_panes = f"A{head_rows[1] + 1}"
    sheet.oddFooter.center.text = "&P / &N"


def height(texts: list[object], widths: list[float]) -> float:
    """How high a row must be for its wrapped texts, in points; a Japanese letter is two wide."""
    lines = [
        sum(-(-max(1, sum(1 + (ord(c) > 255) for c in part)) // max(1, int(width - 1)))
            for part in str("" if text is None else text).split("\n"))
        for text, width in zip(texts, widths, strict=True)
    ]  # fmt: skip
    return 16.0 * max(lines) + 4


def workbook_bytes(book: Workbook, title: str, day: date) -> bytes:
    """The workbook as bytes in which ``day`` is every date that it and its zip carry.

    Members are stored, not deflated: zlib builds differ in their output.
    """
    book.properties.creator = "DX人材育成研修の年次評価"
    book.properties.title = title
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    stamp = datetime.combine(day, time()).strftime("%Y-%m-%dT%H:%M:%SZ")
    with zipfile.ZipFile(raw) as saved, zipfile.ZipFile(out, "w") as written:
        for name in saved.namelist():
            body = saved.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"(W3CDTF\">)[^<]*", rb"\g<1>" + stamp.encode(), body)
            member = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            member.create_system = 0
            member.external_attr = 0
            written.writestr(member, body)
    return out.getvalue()
