"""Bytes → grids: what kind of file it really is, and every cell with its address.

The kind is judged by the first bytes, never by the suffix; a suffix that says otherwise is an
error, because the next person will open the file by its suffix.
"""

import csv
import hashlib
import io
import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from pipeline.findings import BadInput, Place, finding
from pipeline.text import visible

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Grid:
    """One sheet (or one CSV file): its non-empty cells by (row, column), both from 1."""

    file: str
    sheet: str
    cells: dict[tuple[int, int], object]
    is_hidden: bool = False
    # What only Excel files have beside their values:
    formulas: set[tuple[int, int]] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    fills: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # min/max row, col
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def place(self, row: int, column: int | None = None) -> Place:
        cell = f"{get_column_letter(column)}{row}" if column else f"{row}行"
        return Place(self.file, self.sheet, cell)

    def rows(self) -> list[int]:
        """The numbers of the rows that hold anything."""
        return sorted({row for row, _ in self.cells} | {row for row, _ in self.formulas})

    def row(self, number: int) -> dict[int, object]:
        return {c: v for (r, c), v in sorted(self.cells.items()) if r == number}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_file(
    path: Path, name: str, separators: str = ",", has_sections: bool = False
) -> list[Grid]:
    """Every sheet of a file as a grid.

    ``name`` is the file's name in messages (relative to the year's folder). ``separators``: those
    between the columns of this kind of text file; the one that its first full line has most often
    is taken. ``has_sections``: its lines differ in length by design. Raises BadInput for a file that
    is missing, empty, protected, of an old or unknown format, or not what its suffix says.
    """
    place = Place(name)
    if not path.is_file():
        raise BadInput([finding("F01", place)])
    try:
        data = path.read_bytes()
    except OSError:
        raise BadInput([finding("F02", place, reason="ほかのプログラムが使っているか、読む権限がありません")]) from None
    if not data.strip():
        raise BadInput([finding("F03", place)])
    kind = _kind(data)
    if kind == "tsv" and "\t" in separators:
        kind = "csv"
    if kind in OWN_MESSAGE:
        raise BadInput([finding(OWN_MESSAGE[kind], place, reason="途中で切れているか、壊れています")])
    expected = {".xlsx": "xlsx", ".xlsm": "xlsx", ".csv": "csv"}.get(path.suffix.lower())
    if kind != expected:
        raise BadInput([finding("F06", place, suffix=path.suffix or "なし", found=KINDS[kind])])
    if kind == "xlsx":
        return _workbook(data, place)
    return [_csv(data, place, separators, has_sections)]


OWN_MESSAGE = {"protected": "F04", "xls": "F05", "zip": "F11", "broken": "F02"}
KINDS = {
    "xlsx": "Excelブック（.xlsx）",
    "html": "HTML・XML（ウェブページなど）",
    "pdf": "PDF",
    "tsv": "タブ区切りのテキスト",
    "csv": "カンマ区切りのテキスト（CSV）",
    "other": "表のファイルではないもの（画像など）",
}


def _kind(data: bytes) -> str:
    """What the bytes are, a key of ``KINDS`` or of ``OWN_MESSAGE``."""
    if data.startswith(OLE):
        # Excel wraps a password-protected .xlsx in the container of the old .xls.
        return "protected" if ENCRYPTED in data else "xls"
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return "xlsx" if "xl/workbook.xml" in archive.namelist() else "zip"
        except zipfile.BadZipFile:
            return "broken"
    head = data[:2000].lstrip(b"\xef\xbb\xbf \r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<?xml")):
        return "html"
    if data.startswith(b"%PDF"):
        return "pdf"
    if b"\0" in data and not data.startswith(UTF_16):
        return "other"
    head = data[:2000] if data.startswith(UTF_16) else data.split(b"\n", 1)[0]
    return "tsv" if head.count(b"\t") > head.count(b",") else "csv"


def _workbook(data: bytes, place: Place) -> list[Grid]:
    try:
        with warnings.catch_warnings():
            # openpyxl warns about features it drops (slicers, print settings): none holds data.
            warnings.simplefilter("ignore")
            values = load_workbook(io.BytesIO(data), data_only=True)
            sources = load_workbook(io.BytesIO(data))
    except Exception as error:  # a damaged workbook fails in as many ways as there are parts
        raise BadInput([finding("F02", place, reason=type(error).__name__)]) from None
    return [_sheet(values[name], sources[name], place.file) for name in values.sheetnames]


def _sheet(values, sources, file: str) -> Grid:
    grid = Grid(file, values.title, {}, is_hidden=values.sheet_state != "visible")
    for row in sources.iter_rows():
        for cell in row:
            at = (cell.row, cell.column)
            if cell.data_type == "f":
                grid.formulas.add(at)
            if cell.comment:
                # Excel puts its author's name first: a name that must not travel on.
                text = cell.comment.text.removeprefix(f"{cell.comment.author}:")
                grid.comments[at] = visible(text)
            if cell.fill.fill_type == "solid" and cell.fill.fgColor.type == "rgb":
                grid.fills[at] = cell.fill.fgColor.rgb[-6:]
            value = values.cell(*at).value
            if value is not None and visible(value):
                grid.cells[at] = value
    grid.merges = [(m.min_row, m.max_row, m.min_col, m.max_col) for m in sources.merged_cells]
    grid.hidden_rows = {n for n, d in sources.row_dimensions.items() if d.hidden}
    grid.hidden_columns = {
        number
        for dimension in sources.column_dimensions.values()
        if dimension.hidden
        for number in range(dimension.min or 0, (dimension.max or -1) + 1)
    }
    return grid


def _csv(data: bytes, place: Place, separators: str, has_sections: bool) -> Grid:
    text = decode(data, place)
    cells, row_number, shifted = {}, 0, []
    first_line = text.split("\n", 1)[0]
    separator = max(separators, key=first_line.count) if len(separators) > 1 else separators
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    width = None
    try:
        for row_number, row in enumerate(reader, start=1):
            if not any(visible(value) for value in row):
                continue
            width = width or len(row)
            if len(row) != width and not has_sections:
                # A shifted column is worse than a missing row: nothing in it can be trusted.
                shifted.append(finding("F08", Place(place.file, "", f"{row_number}行"),
                                       expected=width, found=len(row)))
            cells |= {(row_number, c): v for c, v in enumerate(row, start=1) if visible(v)}
    except csv.Error:
        where = Place(place.file, "", f"{row_number + 1}行付近")
        raise BadInput([*shifted, finding("F09", where)]) from None
    if shifted:
        raise BadInput(shifted)
    return Grid(place.file, "", cells)


def decode(data: bytes, place: Place) -> str:
    """BOM, then strict UTF-8, then cp932: cp932 text is practically never valid UTF-8.

    Not ``shift_jis``: it can't decode 髙 or ①. No guessing by statistics: short files of names
    are taken for Korean.
    """
    for encoding in ["utf-16"] if data.startswith(UTF_16) else ["utf-8-sig", "cp932"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput([finding("F07", place)])
