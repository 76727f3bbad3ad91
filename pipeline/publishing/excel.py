"""What our Excel files have in common: a table, lists to choose from, a guide, cells that are text.

Two runs write the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.text import is_formula

A3 = 8
HEAD_ROW = 4  # of the headings: above them the title, a lead and a row for a hint
GUIDE_SHEET = "記入のしかた"
_THIN = Side(style="thin", color="FF808080")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
HEAD = PatternFill("solid", fgColor="FFE7E6E6")
FONT = "游ゴシック"


def put(
    cell: Cell,
    value: object,
    *,
    bold: bool = False,
    head: bool = False,
    size: int = 10,
    centred: bool = False,
    in_table: bool = True,
) -> None:
    """Write a value with border and wrapping; a text is text, never a formula.

    Whatever begins like a formula is marked as quoted, as if it were typed with a leading
    apostrophe: it stays text also after somebody has edited the cell.
    """
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.value = text or None
        if is_formula(text):
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
    cell.alignment = Alignment(
        vertical="center" if middle else "top", wrap_text=True, horizontal="center" if middle else None
    )


def fit(sheet: Worksheet, widths: Sequence[float], head_rows: tuple[int, int]) -> None:
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


def put_row(
    sheet: Worksheet,
    row: int,
    values: Sequence[object],
    widths: Sequence[float],
    centred: Collection[int] = (),
    as_text: Collection[int] = (),
    least: float = 0.0,
) -> None:
    """One row of a table, as high as its texts need, at least ``least``.

    ``centred``, ``as_text``: numbers of columns; what is typed into the latter stays a text.
    """
    for column, value in enumerate(values, start=1):
        put(sheet.cell(row, column), value, centred=column in centred)
        if column in as_text:
            sheet.cell(row, column).number_format = "@"
    sheet.row_dimensions[row].height = max(least, height(values, widths))


def put_headings(sheet: Worksheet, row: int, headings: Iterable[str]) -> None:
    for column, heading in enumerate(headings, start=1):
        put(sheet.cell(row, column), heading, head=True)


def put_table(
    sheet: Worksheet,
    columns: Mapping[str, tuple[str, float]],
    rows: pd.DataFrame,
    title: str,
    lead: str,
    to_fill_in: Collection[str] = (),
    head_height: float = 24,
    has_filter: bool = True,
) -> None:
    """A sheet of one table: title, lead, headings in ``HEAD_ROW``, a line for each of ``rows``.

    ``columns``: name → (heading, width in characters). What is typed into ``to_fill_in`` stays a text.
    """
    widths = [width for _, width in columns.values()]
    as_text = [number for number, name in enumerate(columns, start=1) if name in to_fill_in]
    fit(sheet, widths, (HEAD_ROW, HEAD_ROW))
    put(sheet["A1"], title, bold=True, size=14, in_table=False)
    put(sheet["A2"], lead, in_table=False)
    put_headings(sheet, HEAD_ROW, [heading for heading, _ in columns.values()])
    sheet.row_dimensions[HEAD_ROW].height = head_height
    for number, row in enumerate(rows[list(columns)].to_dict("records"), start=HEAD_ROW + 1):
        values = [None if pd.isna(value) else value for value in row.values()]
        put_row(sheet, number, values, widths, as_text=as_text)
    if has_filter:
        last = sheet.cell(HEAD_ROW + len(rows), len(columns)).coordinate
        sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}"


def put_guide(
    sheet: Worksheet,
    paragraphs: Iterable[tuple[str, str]],
    widths: Sequence[float],
    headings: Sequence[str] = ("項目", GUIDE_SHEET),
) -> None:
    """How to fill in the workbook, a paragraph a row; columns beyond the second are the caller's."""
    fit(sheet, widths, (1, 1))
    put_headings(sheet, 1, headings)
    for row, texts in enumerate(paragraphs, start=2):
        put_row(sheet, row, texts, widths[:2])


def offer(sheet: Worksheet, title: str, cells: Iterable[str], words: Sequence[str]) -> None:
    """Let only one of ``words`` into ``cells`` (like ``L5:L9``); ``title``: of the message otherwise."""
    offer_from(sheet, title, cells, f'"{",".join(words)}"', f"「{'」「'.join(words)}」")


def offer_from(sheet: Worksheet, title: str, cells: Iterable[str], source: str, told: str) -> None:
    """The same for words that stand in the workbook, at ``source``; ``told``: where, for people."""
    check = DataValidation(
        type="list",
        formula1=source,
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=title,
        error=f"{told}から選んでください。",
    )
    for span in cells:
        check.add(span)
    sheet.add_data_validation(check)


def height(texts: Sequence[object], widths: Sequence[float]) -> float:
    """How high a row must be for its wrapped texts, in points; a Japanese letter is two wide."""
    lines = [
        sum(
            -(-max(1, sum(1 + (ord(c) > 255) for c in part)) // max(1, int(width - 1)))
            for part in str("" if text is None else text).split("\n")
        )
        for text, width in zip(texts, widths, strict=True)
    ]
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
