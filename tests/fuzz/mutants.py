"""One seeded fault in one file of a town: its bytes, its encoding, its lines or its cells."""

import io
import random
from pathlib import Path

from openpyxl import load_workbook

STRANGE = [
    "",
    "　",
    "\0",
    "=1+1",
    "５",
    "①",
    "-1",
    "9999-99-99",
    "1e309",
    "NaN",
    "山" * 40_000,
    "\U0001f600",
    '"',
    "\r\n",
]


def sources(folder: Path) -> list[Path]:
    """What a year is read from, in an order that doesn't depend on the file system."""
    return sorted(
        path for path in folder.rglob("*") if path.suffix in (".csv", ".xlsx", ".toml") and path.name[0] != "~"
    )


def mutate(path: Path, draw: random.Random) -> str:
    """Changes the file in place; the name of what was done to it."""
    kinds = [_bytes, _cut, _doubled, _cells if path.suffix == ".xlsx" else _text]
    kind = draw.choice(kinds)
    path.write_bytes(kind(path.read_bytes(), draw))
    return kind.__name__.strip("_")


def _bytes(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 3, 30))):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data))]


def _doubled(data: bytes, draw: random.Random) -> bytes:
    start, end = sorted(draw.sample(range(len(data)), 2))
    return data[:end] + data[start:]


def _text(data: bytes, draw: random.Random) -> bytes:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp932")
    lines = text.splitlines(keepends=True)
    at = draw.randrange(len(lines))
    fields = lines[at].split(",")
    fields[draw.randrange(len(fields))] = draw.choice(STRANGE)
    lines[at : at + 1] = draw.choice(([], [lines[at], lines[at]], [",".join(fields)], [",".join(fields[:-1])]))
    draw.shuffle(lines) if draw.random() < 0.1 else None
    return "".join(lines).encode(
        draw.choice(("utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp")), "replace"
    )


def _cells(data: bytes, draw: random.Random) -> bytes:
    book = load_workbook(io.BytesIO(data))
    page = draw.choice(book.worksheets)
    row, column = draw.randint(1, page.max_row), draw.randint(1, page.max_column)
    what = draw.choice(("value", "value", "value", "row", "column", "merge", "title", "far"))
    if what == "value":
        for cell in page[row][column - 1 : column]:
            if hasattr(cell, "column_letter") and not type(cell).__name__.startswith("Merged"):
                cell.value = draw.choice([value for value in STRANGE if "\0" not in value and len(value) < 32_000])
    elif what == "row":
        draw.choice((page.delete_rows, page.insert_rows))(row)
    elif what == "column":
        draw.choice((page.delete_cols, page.insert_cols))(column)
    elif what == "merge":
        page.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column + 1)
    elif what == "title":
        page.title = draw.choice(("別の名前", "Sheet1", "a b"))
    else:
        page.cell(*draw.choice(((1, 16_384), (20_000, 1), (1_048_576, 2))), value=draw.choice(("x", "5")))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
