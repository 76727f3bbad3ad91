"""A document as a tagged PDF on A4 (PDF/UA-1), set by Typst in IPAexGothic.

Typst is given the template and the document, and no other file. What somebody typed comes as data: it is no markup.
"""

import io
import json
import re
import struct
import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pipeline.document.assembly import UNREAD
from pipeline.document.blocks import SAMPLE, Column, Table, Text
from pipeline.document.font import font_path, known_characters
from pipeline.failure import Failure
from pipeline.text import each_text

TEMPLATE = Path(__file__).parents[1] / "templates" / "report" / "report.typ"
GETA = "〓"  # what Japanese printers set where they have no type for a character
VOICED = re.compile("[ぁ-ヿ][\u3099\u309a]")
UNPRINTED = ("data", "behind")  # of a table and of a figure: for the CSV, and what paper can't open


def pdf(document: dict) -> tuple[bytes, list[str]]:
    """The PDF of a document (``pipeline.document.blocks``), and the characters that it shows as 〓.

    IPAexGothic has some 12,000 characters: not 𠮷, nor emoji. Such a character reads 〓 in the PDF, and a note at
    its end names it. The same document gives the same bytes, on every machine. Raises Failure, in Japanese, when
    Typst is missing or can't set the document.
    """
    typst = require_typst()
    blocks = [printed(block) for block in document["blocks"]]
    shown, missing = with_geta(document | {"blocks": blocks, "revisions": revisions(document["cover"]["revisions"])})
    if missing:
        shown["blocks"].append(note_on(missing))
    files = {"main.typ": TEMPLATE.read_bytes(), "document.json": json.dumps(shown | {"sample": SAMPLE}).encode("ascii")}
    try:
        made = typst.compile(files, root=TEMPLATE.parent, font_paths=fonts(), pdf_standards="ua-1")
    except typst.TypstError as error:
        raise Failure(f"PDF を正しく作れません: {error.message}") from None
    return with_row_heads(made, tables([*shown["revisions"], *shown["blocks"]])), missing


def require_typst() -> ModuleType:
    """The module ``typst``; Failure says what to install when it or pikepdf can't be loaded."""
    try:
        import pikepdf  # noqa: F401 - needed at the end, missed at the beginning
        import typst
    except ImportError as error:
        raise Failure(
            "PDF を作る部品（typst と pikepdf）を読み込めません。pip install -r requirements.txt で入れてください。\n"
            f"（詳細: {error}）"
        ) from None
    return typst


@cache
def fonts() -> object:
    """IPAexGothic alone: whatever else a machine has, the pages look the same."""
    return require_typst().Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_path().parent]
    )


def printed(block: dict) -> dict:
    """A block with what paper shows of it."""
    shown = {name: value for name, value in block.items() if name not in UNPRINTED}
    if block["kind"] == "bullets":
        shown["items"] = [item | {"inner": [printed(inner) for inner in item["inner"]]} for item in block["items"]]
    elif block["kind"] == "table" and not block["rows"]:
        shown |= {"rows": [["該当なし", *[""] * (len(block["columns"]) - 1)]], "row_heads": 0}
    elif block["kind"] == "figure" and block["image"]["format"] == "png":
        shown["image"] = {"format": "svg", "data": framed(block["image"]["data"])}
    return shown


def framed(png: str) -> str:
    """An SVG that shows a PNG (base64) in its size: Typst reads no bytes out of JSON."""
    width, height = struct.unpack(">II", b64decode(png[:32])[16:24])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{png}"/></svg>'
    )


def with_geta(document: dict) -> tuple[dict, list[str]]:
    """``document`` in the characters of the font, and those that became 〓, each once.

    A kana with a separate voicing mark (as file names on a Mac have it) is composed; selectors of a variant and
    other characters without a shape are dropped.
    """
    seen: set[str] = set()

    def composed(text: str) -> str:
        text = VOICED.sub(lambda kana: unicodedata.normalize("NFC", kana[0]), text)
        seen.update(text)
        return text

    document = each_text(document, composed, UNREAD)
    foreign = {c for c in seen if ord(c) not in known_characters() and c != "\n"}
    shapeless = {c for c in foreign if unicodedata.category(c) in ("Mn", "Me", "Zs")}
    missing = sorted(foreign - shapeless)
    other = {ord(c): " " if c.isspace() else "" for c in shapeless} | {ord(c): GETA for c in missing}
    return each_text(document, lambda text: text.translate(other), UNREAD), missing


def note_on(missing: Iterable[str]) -> dict:
    codes = "、".join(f"U+{ord(c):04X}" for c in missing)
    return Text(f"{GETA}は、印刷用の字体にない文字です（{codes}）。HTML版で確かめてください。", "note").data()


def revisions(all_so_far: list[dict]) -> list[dict]:
    """What was published before and when, as a table on the cover; nothing before the second time."""
    columns = [Column("published_on", "公表日"), Column("stage", "段階"), Column("note", "内容")]
    rows = [[revision[column.name] for column in columns] for revision in all_so_far]
    return [Table("改版履歴", columns, rows).data()] if rows else []


def tables(blocks: Iterable[dict]) -> Iterator[dict]:
    """Every table as it stands on paper, from top to bottom."""
    for block in blocks:
        if block["kind"] == "table":
            yield block
        elif block["kind"] == "bullets":
            for item in block["items"]:
                yield from tables(item["inner"])


def with_row_heads(made: bytes, shown: Iterable[dict]) -> bytes:
    """The PDF with the first cells of each row tagged as its heads, as the tables that it shows ask for.

    Typst can't be told yet: ``pdf.header-cell`` needs a feature that its Python package doesn't switch on. Typst
    also lists the heads of every cell, and where they are listed a scope counts for nothing: the lists go. The
    empty last column is the template's, to keep rows together.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(made)) as file:
        root = file.Root.StructTreeRoot
        if "/IDTree" in root:
            del root.IDTree
        for table, data in zip(elements(root, "/Table"), shown, strict=True):
            for row in elements(table, "/TR"):
                if row.P.S == "/THead" or len(row.K) > len(data["columns"]):
                    del row.K[-1]
                for place, cell in enumerate(row.K):
                    about = cell.A[0]
                    del about.Headers
                    if cell.S == "/TH":
                        del cell.ID
                    elif place < data["row_heads"]:
                        cell.S, about.Scope = pikepdf.Name.TH, pikepdf.Name.Row
        result = io.BytesIO()
        file.save(result, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return result.getvalue()


def elements(parent: Any, kind: str) -> Iterator:
    """The elements of one kind below one of the structure of a PDF, in the order of reading."""
    for child in parent.get("/K", ()):
        if not isinstance(child, int) and "/S" in child:
            if child["/S"] == kind:
                yield child
            else:
                yield from elements(child, kind)
