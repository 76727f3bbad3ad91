"""A table written in HTML → a table of a report: heads of one or more storeys, cells that span others."""

import re
from itertools import takewhile

from bs4 import NavigableString, PageElement, Tag
from bs4.element import PreformattedString

from pipeline.document.blocks import Cell, Column, Table

WHITE = re.compile(r"[ \t\r\n\f]+")  # an ideographic space is none to HTML
NUMBER = re.compile(r"[-+−]?[\d,]+(?:\.\d+)?(?:e[-+]?\d+)? ?[%％]?|NaN|nan|NaT|None|", re.IGNORECASE)


def table(node: Tag) -> Table:
    """The table of a ``<table>``; its heads are the rows of ``<thead>``, or the first ones of headings alone."""
    rows = [row for row in node.find_all("tr") if row.find_parent("table") is node]
    heads = list(takewhile(lambda row: row.find_parent("thead") or not row.find("td"), rows))
    head, body = _grid(heads), _grid(rows[len(heads) :])
    width = max((len(row) for row in (*head, *body)), default=0)
    for row in (*head, *body):
        row += [None] * (width - len(row))
    said = node.find("caption")
    return Table(
        text_of(said) if said else "",
        [_column([row[n] for row in head], [row[n] for row in body]) for n in range(width)],
        [[_cell(cell) for cell in row] for row in body],
        row_heads=min((len(list(takewhile(_is_head, row))) for row in body), default=0),
    )


def attribute(node: Tag, name: str) -> str:
    """What an attribute says, several classes with spaces between them; empty where there is none."""
    said = node.get(name) or ""
    return said if isinstance(said, str) else " ".join(said)


def words_of(node: PageElement) -> str:
    """The text of a node; comments and the like have none."""
    if not isinstance(node, NavigableString) or isinstance(node, PreformattedString):
        return ""
    return WHITE.sub(" ", node)


def text_of(node: Tag) -> str:
    """All text within a tag, with its line breaks."""
    pieces = [
        "\n" if isinstance(n, Tag) else words_of(n)
        for n in node.descendants
        if not isinstance(n, Tag) or n.name == "br"
    ]
    return "\n".join(line.strip() for line in "".join(pieces).split("\n")).strip()


def _grid(rows: list[Tag]) -> list[list[Tag | None]]:
    """Rows of cells; one that spans several places stands in each of them."""
    grid: list[dict[int, Tag]] = [{} for _ in rows]
    for at, row in enumerate(rows):
        for cell in row.find_all(["th", "td"], recursive=False):
            first = next(n for n in range(len(grid[at]) + 1) if n not in grid[at])
            wide, deep = (_span(cell, name) for name in ("colspan", "rowspan"))
            for line in grid[at : at + deep]:
                line |= dict.fromkeys(range(first, first + wide), cell)
    return [[row.get(n) for n in range(max(row, default=-1) + 1)] for row in grid]


def _span(cell: Tag, name: str) -> int:
    told = attribute(cell, name)
    return min(int(told), 1000) if told.isdecimal() and int(told) else 1


def _column(heads: list[Tag | None], cells: list[Tag | None]) -> Column:
    told = [cell for cell in dict.fromkeys(heads) if cell is not None and text_of(cell)]
    *groups, label = [text_of(cell) for cell in told] or [""]
    return Column(label, label, "・".join(groups) or None, _align(told[-1:] + [cell for cell in cells if cell]))


def _align(cells: list[Tag]) -> str:
    """As the last cell says, or as numbers ask for."""
    looks = " ".join(attribute(cell, name) for cell in cells[-1:] for name in ("class", "style"))
    told = set(re.findall(r"\b(?:mid|num|center|right)\b", looks))
    if told & {"mid", "center"}:
        return "center"
    words = [text_of(cell) for cell in cells if not _is_head(cell)]
    is_numeric = any(words) and all(map(NUMBER.fullmatch, words))
    return "right" if is_numeric or told & {"num", "right"} else "left"


def _is_head(cell: Tag | None) -> bool:
    return cell is not None and cell.name == "th"


def _cell(cell: Tag | None) -> Cell:
    if cell is None:
        return ""
    listed = [text_of(item) for item in cell.find_all("li")]
    return listed or text_of(cell)
