"""What a report is made of. A block is data; how it looks is the business of the layouts.

A notebook shows blocks: JupyterLab their HTML, a console their text; their data stay in the executed notebook
under ``MIME``, where the publisher collects them. No page is ever read back.

Every block's :meth:`data` is JSON with its ``kind`` first::

    {"kind": "heading", "text": "2 実施状況", "level": 2, "id": "section-4"}          level 2 to 6
    {"kind": "text", "spans": [SPAN, …], "role": "finding"}
    {"kind": "bullets", "items": [{"spans": [SPAN, …], "inner": [BLOCK, …]}, …], "ordered": false}
    {"kind": "table", "name": "scorecard", "caption": "…", "unit": "人",
     "columns": [{"name": "n", "label": "人数", "group": null, "align": "right"}, …],
     "rows": [[CELL, …], …], "row_heads": 1, "notes": [[SPAN, …], …], "data": {…}}
    {"kind": "figure", "name": "likert_q1", "caption": "…", "alt": "…",
     "image": {"format": "svg", "data": "<svg …>"}, "behind": TABLE or null, "notes": [[SPAN, …], …]}
    {"kind": "preformatted", "text": "…"}
    {"kind": "pagebreak"}

SPAN is ``{"text": "…"}``, with ``"bold": true``, ``"code": true``, ``"href": "…"`` where it has these marks (notebooks
of others), or a reference ``{"ref": "scorecard", "kind": "table"}`` (or ``"figure"``). CELL is a text, or a list
of texts. 「\\n」 in any text is the end of a line. ``align`` is left, center or right; columns of one ``group`` that
stand side by side have a common head. The first ``row_heads`` cells of a row are its headings; a table without
rows says so. A name is empty where nothing refers to the block; a caption is empty where a notebook of others gave none.
A picture is SVG (text) or PNG (base64). ``data`` of a table is its long form (``showing.long_form``), for the CSV; null
where it has no file.

``pipeline.document.assembly`` makes of the blocks, a title and a cover the document, which is stored as it is
(``document.json``)::

    {"title": "年次評価報告書", "cover": {…}, "contents": [{"level": 2, "id": "section-1", "text": "要旨"}, …],
     "blocks": [BLOCK, …]}

``cover``: town, department, title, year_label, stage, edition (「内部版（庁内限り）」, or empty), synthetic (true: every
page carries the mark ``SAMPLE``), revisions (``[{"published_on": "令和5(2023)年6月20日", "stage": "確報", "note": "…"}, …]``), all
in words. ``contents`` lists the headings of levels 2 and 3. Assembly adds to the blocks: ``id`` to every heading;
``number`` (from 1; tables and figures apart, in the order of the page; null without a caption and for a table behind a
figure) and ``id`` (「table-scorecard」, where a reference leads; null without a name) to tables and figures; ``words``
(「表3」) to references; ``is_wide`` to every block: true for a table that needs a turned page, and for what turns with it
(the headings and texts that lead to it, its notes are its own). Blocks of the chapter 「要旨」 are on pages of their
own: ``in_summary`` is true for them, from its heading on.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import ClassVar

MIME = "application/vnd.annual-evaluation.block+json"
ROLES = ("plain", "finding", "verdict", "caution", "note")
SAMPLE = "見本（架空データ）"
WORDS = {"table": "表", "figure": "図"}


@dataclass(frozen=True)
class Span:
    """Text of one look. ``bold``, ``code`` and ``href`` are for notebooks of others."""

    text: str
    bold: bool = False
    code: bool = False
    href: str = ""

    def data(self) -> dict:
        return {name: value for name, value in asdict(self).items() if value or name == "text"}

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Reference:
    """What points to a table or figure by its name; its number is known when the document is assembled."""

    name: str
    kind: str

    def data(self) -> dict:
        return {"ref": self.name, "kind": self.kind}

    def __str__(self) -> str:
        return f"{{{WORDS[self.kind]}:{self.name}}}"


Inline = Sequence[str | Span | Reference]
Cell = str | Sequence[str]


def inline(text: "str | Inline") -> tuple[Span | Reference, ...]:
    """``text``, or what stands one after another, as spans. Nothing is read in a text: a town may have typed it."""
    parts = [text] if isinstance(text, str) else text
    return tuple(Span(part.replace("\r\n", "\n")) if isinstance(part, str) else part for part in parts if part != "")


def _data(text: "str | Inline") -> list[dict]:
    return [span.data() for span in inline(text)]


class Block:
    """One thing on the page."""

    kind: ClassVar[str]

    def data(self) -> dict:
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        from pipeline.document.html import shown

        return {MIME: self.data(), "text/html": shown(self), "text/plain": str(self)}


@dataclass(frozen=True)
class Heading(Block):
    """``level``: 1 is the title of the page. ``id``: where a link leads; without it assembly gives one."""

    text: str
    level: int = 2
    id: str = ""
    kind: ClassVar[str] = "heading"

    def data(self) -> dict:
        return {"kind": self.kind, **asdict(self)}

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Text(Block):
    """A paragraph. ``role``: plain, finding, verdict, caution or note."""

    spans: str | Inline
    role: str = "plain"
    kind: ClassVar[str] = "text"

    def __post_init__(self):
        if self.role not in ROLES:
            raise ValueError(f"段落の種類は {'・'.join(ROLES)} のどれかです: {self.role!r}")
        object.__setattr__(self, "spans", inline(self.spans))

    def data(self) -> dict:
        return {"kind": self.kind, "spans": _data(self.spans), "role": self.role}

    def __str__(self) -> str:
        return "".join(map(str, self.spans))


@dataclass(frozen=True)
class ListItem:
    """One of a list; ``inner`` are blocks below it, as a list of the next level."""

    spans: str | Inline
    inner: Sequence[Block] = ()

    def __post_init__(self):
        object.__setattr__(self, "spans", inline(self.spans))

    def data(self) -> dict:
        return {"spans": _data(self.spans), "inner": [block.data() for block in self.inner]}

    def __str__(self) -> str:
        below = "\n".join(f"  {line}" for block in self.inner for line in str(block).splitlines())
        return "・" + "".join(map(str, self.spans)) + (f"\n{below}" if below else "")


@dataclass(frozen=True)
class Bullets(Block):
    """A list; ``items`` may be given as texts. ``ordered``: 1, (1), ア as in official documents."""

    items: Sequence[str | ListItem]
    ordered: bool = False
    kind: ClassVar[str] = "bullets"

    def _items(self) -> list[ListItem]:
        return [ListItem(item) if isinstance(item, str) else item for item in self.items]

    def data(self) -> dict:
        return {"kind": self.kind, "items": [item.data() for item in self._items()], "ordered": self.ordered}

    def __str__(self) -> str:
        return "\n".join(map(str, self._items()))


@dataclass(frozen=True)
class Column:
    """``name`` as in the data, ``label`` as read; ``group``: what stands above it and its neighbours."""

    name: str
    label: str
    group: str | None = None
    align: str = "left"


@dataclass(frozen=True)
class Table(Block):
    """``rows``: cells as read, a list in the place of a text where one cell says several things."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]] = field(repr=False)
    name: str = ""
    unit: str = ""
    row_heads: int = 1
    notes: Sequence[str | Inline] = ()
    long: dict | None = field(default=None, repr=False)
    kind: ClassVar[str] = "table"

    def data(self) -> dict:
        return {
            "kind": self.kind,
            "name": self.name,
            "caption": self.caption,
            "unit": self.unit,
            "columns": [asdict(column) for column in self.columns],
            "rows": [[cell if isinstance(cell, str) else list(cell) for cell in row] for row in self.rows],
            "row_heads": self.row_heads,
            "notes": [_data(note) for note in self.notes],
            "data": self.long,
        }

    def __str__(self) -> str:
        return self.caption


@dataclass(frozen=True)
class Image:
    """``data``: SVG as text, PNG in base64."""

    format: str
    data: str = field(repr=False)


@dataclass(frozen=True)
class Figure(Block):
    """``caption`` states the finding, ``alt`` says it and what is drawn, ``behind`` holds its numbers."""

    caption: str
    alt: str = field(repr=False)
    image: Image = field(repr=False)
    behind: Table | None = field(default=None, repr=False)
    name: str = ""
    notes: Sequence[str | Inline] = ()
    kind: ClassVar[str] = "figure"

    def data(self) -> dict:
        return {
            "kind": self.kind,
            "name": self.name,
            "caption": self.caption,
            "alt": self.alt,
            "image": asdict(self.image),
            "behind": self.behind.data() if self.behind else None,
            "notes": [_data(note) for note in self.notes],
        }

    def __str__(self) -> str:
        return self.caption


@dataclass(frozen=True)
class Preformatted(Block):
    """Text in lines as it was printed."""

    text: str
    kind: ClassVar[str] = "preformatted"

    def data(self) -> dict:
        return {"kind": self.kind, "text": self.text}

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class PageBreak(Block):
    """What follows begins a page, where there are pages."""

    kind: ClassVar[str] = "pagebreak"

    def data(self) -> dict:
        return {"kind": self.kind}

    def __str__(self) -> str:
        return ""


def stored(document: dict) -> bytes:
    """A document as ``document.json`` keeps it: the same bytes for the same document."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
