"""Bytes → grids: what kind of file it really is, and every cell with its address.

The kind is judged by the bytes, never by the suffix: a workbook named ``.csv`` is read as what it
is, and a finding says so, because the next person will open the file by its suffix.
"""

import colorsys
import csv
import hashlib
import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath, PurePosixPath

from openpyxl import load_workbook
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import fromstring

from pipeline.findings import BadInput, Finding, Findings, Place, finding
from pipeline.text import decoded, visible

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Grid:
    """One sheet (or one CSV file): its non-empty cells by (row, column), both from 1."""

    file: str
    sheet: str
    cells: Mapping[tuple[int, int], object]
    is_hidden: bool = False
    # What only Excel files have beside their values:
    formulas: set[tuple[int, int]] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    fills: dict[tuple[int, int], str] = field(default_factory=dict)  # RRGGBB
    struck: set[tuple[int, int]] = field(default_factory=set)  # crossed out
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # min/max row, col
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def place(self, row: int, column: int | None = None) -> Place:
        cell = f"{get_column_letter(column)}{row}" if column else f"{row}行"
        return Place(self.file, self.sheet, cell)

    def rows(self) -> list[int]:
        """The numbers of the rows that hold anything."""
        return list(self._by_row)

    def row(self, number: int) -> Mapping[int, object]:
        """The values of a row by column, left to right; {} where it holds none."""
        return self._by_row.get(number, {})

    @cached_property
    def _by_row(self) -> dict[int, dict[int, object]]:
        found: dict[int, dict[int, object]] = {}
        for row, column in sorted(self.cells.keys() | self.formulas):
            values = found.setdefault(row, {})
            if (row, column) in self.cells:
                values[column] = self.cells[row, column]
        return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_file(
    path: Path, name: str, separators: str = ",", has_sections: bool = False, findings: Findings | None = None
) -> list[Grid]:
    """Every sheet of a file as a grid.

    ``name`` is the file's name in messages (relative to the year's folder). ``separators``: those
    expected between the columns of this kind of text file. ``has_sections``: its lines differ in
    length by design, and its first one says nothing of its separator. ``findings`` is told where
    the file is not what its name says and yet could be read. Raises BadInput for a file that is
    missing, empty, protected, damaged, of a format that can't be read, or not in the folder at all.
    """
    place = Place(name)
    if is_elsewhere(path, name):
        raise BadInput([finding("F26", place)])
    if not path.is_file():
        raise BadInput([finding("F01", place)])
    try:
        data = path.read_bytes()
    except OSError:
        raise BadInput([finding("F02", place, reason="ほかのプログラムが使っているか、読む権限がありません")]) from None
    if not data.strip():
        raise BadInput([finding("F03", place)])
    kind, noted = _kind(data), Findings() if findings is None else findings
    if kind in OWN_MESSAGE:
        raise BadInput([finding(OWN_MESSAGE[kind], place, reason="途中で切れているか、壊れています")])
    suffix = path.suffix.lower()
    if kind not in SUFFIXES:
        raise BadInput([finding("F06", place, suffix=suffix or "なし", found=KINDS[kind])])
    if suffix not in SUFFIXES[kind]:
        noted.add("F22", place, suffix=suffix or "なし", found=KINDS[kind], right=SUFFIXES[kind][0])
    if kind == "xlsx":
        return _workbook(data, place, noted)
    text = decode(data, place)
    separator = separators if has_sections else _separator(text, separators)
    if separator not in separators:
        noted.add("F23", place, seen=SEPARATORS[separator])
    return [_csv(text, place, separator, has_sections)]


def is_elsewhere(path: Path, name: str) -> bool:
    """Whether the file, ``name`` in its folder, is a link that leads out of it: what it shows belongs to nobody's year."""
    folder = path.parents[len(PurePath(name).parts) - 1]
    return not path.resolve().is_relative_to(folder.resolve())


OWN_MESSAGE = {"protected": "F04", "xls": "F05", "zip": "F11", "broken": "F02"}
KINDS = {
    "xlsx": "Excelブック（.xlsx）",
    "html": "HTML・XML（ウェブページなど）",
    "pdf": "PDF",
    "csv": "文字だけのファイル（CSVなど）",
    "other": "表のファイルではないもの（画像など）",
}
SUFFIXES = {"xlsx": (".xlsx", ".xlsm"), "csv": (".csv",)}  # the kinds that can be read
SEPARATORS = {",": "カンマ", ";": "セミコロン（;）", "\t": "タブ"}
LARGEST = 200_000_000  # bytes of a workbook, unpacked: a bomb is refused before it is opened
MACROS = "xl/vbaProject.bin"
# What nobody declared and nothing could read: what it is, and what to do before it can be declared.
CLOSED = {
    "protected": ("パスワードで保護されたファイル", "パスワードを外して保存し直し"),
    "xls": ("古い形式のExcel（.xls）", "「Excelブック（.xlsx）」として保存し直し"),
    "zip": ("圧縮ファイル（ZIP）", "「すべて展開」で中のファイルを取り出し"),
}


def closed(path: Path, name: str) -> Finding | None:
    """The finding on a file nobody declared, if it is one that can't be opened as it is."""
    if is_elsewhere(path, name):
        return None
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if (kind := _kind(data)) not in CLOSED:
        return None
    found, first = CLOSED[kind]
    if kind == "zip":
        found = f"圧縮ファイル（ZIP。中身は「{'」「'.join(_members(data)[:5]) or 'なし'}」）"
    return finding("F24", Place(name), found=found, first=first)


def _members(data: bytes) -> list[str]:
    """The names inside a ZIP. Windows writes them in cp932 and doesn't say so."""
    names = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            try:
                is_utf8 = member.flag_bits & 0x800
                names.append(member.filename if is_utf8 else member.filename.encode("cp437").decode("cp932"))
            except UnicodeError:
                names.append(member.filename)
    return names


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
    return "other" if b"\0" in data and not data.startswith(UTF_16) else "csv"


def _separator(text: str, expected: str) -> str:
    """What stands between the columns of the first line, outside of quotation marks.

    Another one than expected is taken only if the line has none of those, or more tabs: a question
    may hold a semicolon, but hardly tabs.
    """
    line = re.sub(r'"[^"]*"', "", text.lstrip()).split("\n", 1)[0]
    possible = f"{expected}\t" if any(s in line for s in expected) else f"{expected},;\t"
    return max(possible, key=line.count)


def _workbook(data: bytes, place: Place, findings: Findings) -> list[Grid]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > LARGEST:
            raise BadInput(
                [finding("F02", place, reason="展開すると大きすぎます。使わない行・列の書式も消してください")]
            )
    try:
        with warnings.catch_warnings():
            # openpyxl warns about features it drops (slicers, print settings): none holds data.
            warnings.simplefilter("ignore")
            values = load_workbook(io.BytesIO(data), data_only=True)
            sources = load_workbook(io.BytesIO(data))
    except Exception:  # a damaged workbook fails in as many ways as there are parts
        raise BadInput([finding("F02", place, reason="ブックの中身が壊れています")]) from None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if MACROS in archive.namelist():
            findings.add("F25", place)
    # A sheet that is a chart is none of the worksheets: it holds no data.
    if not values.worksheets:
        raise BadInput([finding("F03", place)])
    theme, threads = _theme(sources.loaded_theme), _threads(data)
    return [
        _sheet(*both, place.file, theme, threads.get(both[0].title, {}))
        for both in zip(values.worksheets, sources.worksheets, strict=True)
    ]


DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A workbook counts the colours of its theme in another order than it lists them.
THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")


def _theme(part: bytes | None) -> list[str]:
    """The colours of a workbook's theme as RRGGBB, by their number; none where it has no theme."""
    scheme = next(fromstring(part).iter(f"{DRAWING}clrScheme"), ()) if part else ()
    shown = {one.tag.removeprefix(DRAWING): str(one[0].get("lastClr") or one[0].get("val")) for one in scheme}
    return [shown.get(name, "") for name in THEME]


def _colour(color: Color, theme: Sequence[str]) -> str | None:
    """A colour as RRGGBB, given so, by its number or by that of the theme, with its tint; None for the system's own."""
    if color.type == "rgb":
        base = color.rgb[-6:]
    else:
        number, numbered = (color.theme, theme) if color.type == "theme" else (color.indexed, COLOR_INDEX)
        base = numbered[number][-6:] if number is not None and number < len(numbered) else ""
    if not re.fullmatch("[0-9A-Fa-f]{6}", base):
        return None
    if not color.tint:
        return base.upper()
    hue, light, saturation = colorsys.rgb_to_hls(*(int(base[i : i + 2], 16) / 255 for i in (0, 2, 4)))
    light = light * (1 + color.tint) if color.tint < 0 else light * (1 - color.tint) + color.tint
    return "".join(f"{round(255 * part):02X}" for part in colorsys.hls_to_rgb(hue, light, saturation))


def _threads(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet → cell → what today's Excel calls comments. In their place older programs see a text on new versions of Excel."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if not any("threadedComments/" in name for name in names):
            return found
        parts = _related(archive, "xl/workbook.xml")
        sheets = [one for one in fromstring(archive.read("xl/workbook.xml")).iter() if one.tag.endswith("}sheet")]
        for sheet in sheets:
            own = found.setdefault(str(sheet.get("name")), {})
            for part in _related(archive, parts.get(str(sheet.get(RELATION)), "")).values():
                if "threadedComments/" not in part or part not in names:
                    continue
                for one in fromstring(archive.read(part)):
                    said = "".join(text.text or "" for text in one if text.tag.endswith("}text"))
                    at = coordinate_to_tuple(str(one.get("ref")))
                    own[at] = "／".join(filter(None, [own.get(at), visible(said)]))  # answers follow what they answer
    return found


def _own_words(comment: str) -> str:
    """What was written, of the text that Excel leaves for older programs in place of a thread: a preface with a link to
    Microsoft, and then each contribution below a line of its own (Comment:, Reply:, コメント:)."""
    paragraphs = re.split(r"\n\s*\n", comment.strip())
    preface = next((n for n, text in enumerate(paragraphs) if "go.microsoft.com/fwlink" in text), None)
    if preface is None:
        return comment
    return "／".join(visible(text.partition("\n")[2]) for text in paragraphs[preface + 1 :])


def _related(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """What a part of a workbook refers to: id → name of the part."""
    where = PurePosixPath(part)
    listed = f"{where.parent}/_rels/{where.name}.rels"
    if listed not in archive.namelist():
        return {}
    targets = {one.get("Id"): str(one.get("Target")) for one in fromstring(archive.read(listed))}
    return {str(i): posixpath.normpath(posixpath.join("/", where.parent, to)).lstrip("/") for i, to in targets.items()}


def _sheet(
    values: Worksheet, sources: Worksheet, file: str, theme: Sequence[str], threads: Mapping[tuple[int, int], str]
) -> Grid:
    cells, formulas, comments, fills, struck = {}, set(), {}, {}, set()
    # Only the cells that the file holds: one at XFD1 and one at A20000 would span 300 million.
    for at, cell in sorted(sources._cells.items()):
        if cell.data_type == "f":
            formulas.add(at)
        if cell.comment:
            # Excel puts its author's name first: a name that must not travel on.
            comments[at] = visible(_own_words(cell.comment.text.removeprefix(f"{cell.comment.author}:")))
        if cell.fill.fill_type == "solid" and (colour := _colour(cell.fill.fgColor, theme)):
            fills[at] = colour
        if cell.font.strike:
            struck.add(at)
        value = values._cells[at].value if at in values._cells else None
        if value is not None and visible(value):
            cells[at] = value
    return Grid(
        file,
        values.title,
        cells,
        is_hidden=values.sheet_state != "visible",
        formulas=formulas,
        comments=comments | dict(threads),
        fills=fills,
        struck=struck,
        merges=[(m.min_row, m.max_row, m.min_col, m.max_col) for m in sources.merged_cells],
        hidden_rows={n for n, d in sources.row_dimensions.items() if d.hidden},
        hidden_columns={
            number
            for dimension in sources.column_dimensions.values()
            if dimension.hidden
            for number in range(dimension.min or 0, (dimension.max or -1) + 1)
        },
    )


def _csv(text: str, place: Place, separator: str, has_sections: bool) -> Grid:
    cells: dict[tuple[int, int], object] = {}
    row_number, shifted = 0, []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    width = None
    try:
        for row_number, row in enumerate(reader, start=1):
            if not any(visible(value) for value in row):
                continue
            width = width or len(row)
            if len(row) != width and not has_sections:
                # A shifted column is worse than a missing row: nothing in it can be trusted.
                shifted.append(finding("F08", Place(place.file, "", f"{row_number}行"), expected=width, found=len(row)))
            cells |= {(row_number, c): v for c, v in enumerate(row, start=1) if visible(v)}
    except csv.Error:
        where = Place(place.file, "", f"{row_number + 1}行付近")
        raise BadInput([*shifted, finding("F09", where)]) from None
    if shifted:
        raise BadInput(shifted)
    return Grid(place.file, "", cells)


def decode(data: bytes, place: Place) -> str:
    """The text of a file; BadInput names the row that can't be read."""
    try:
        return decoded(data)
    except UnicodeDecodeError as error:
        # A line break inside quotation marks begins no row.
        row = re.sub(rb'"[^"]*("|$)', b"", data[: error.start]).count(b"\n") + 1
        raise BadInput([finding("F07", place._replace(cell=f"{row}行"))]) from None
