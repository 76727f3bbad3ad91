"""Blocks, a title and a cover → the document: numbered, its references resolved, its contents listed.

The shape of the document stands in ``pipeline.document.blocks``.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from pipeline.document.blocks import WORDS
from pipeline.failure import Failure
from pipeline.text import each_text, printable

UNREAD = ("href", "image")  # no text that somebody reads
SUMMARY = "要旨"  # the chapter that has pages of its own
IN_CONTENTS = 3  # the deepest level of heading that the contents list
BROAD = 8  # columns from which a table is turned, unless its rows fit on a line
LINE = 58  # full-width characters of a table across A4 upright (174 mm at 8.5 points)
PADDING = 1.1  # the same, for the space around one cell
STOREYS = 3  # lines that a label may take


def assembled(blocks: Iterable[dict], title: str, cover: dict) -> dict:
    """The document of ``blocks`` (each as its ``data()``), as ``document.json`` keeps it.

    The first heading of level 1 is the title and leaves the blocks, a further one is lowered to level 2, and no
    level is left out; without any, ``title`` is used. Raises Failure, in Japanese, for a reference to what the document
    doesn't have, for two tables or figures of one name, and for a figure without a text alternative.
    """
    blocks = each_text(list(blocks), printable, UNREAD)
    first = next((b for b in blocks if b["kind"] == "heading" and b["level"] == 1 and b["text"].strip()), None)
    blocks = [block for block in blocks if block is not first]
    headings = [block for block in blocks if block["kind"] == "heading"]
    above = 1
    for number, heading in enumerate(headings, start=1):
        above = heading["level"] = min(max(heading["level"], 2), above + 1)
        heading["id"] = heading["id"] or f"section-{number}"
    refuse_gaps(blocks)
    give_numbers(blocks)
    resolve_references(blocks)
    give_places(blocks)
    listed = [heading for heading in headings if heading["level"] <= IN_CONTENTS]
    return {
        "title": first["text"] if first else printable(title),
        "cover": each_text(cover, printable),
        "contents": [{name: heading[name] for name in ("level", "id", "text")} for heading in listed],
        "blocks": blocks,
    }


def refuse_gaps(blocks: Sequence[dict]) -> None:
    """Raise Failure for figures without words, and for names or anchors that occur twice."""
    if any(block["kind"] == "figure" and not block["alt"].strip() for block in blocks):
        raise Failure("代わりの文（alt）のない図があります。ノートブックの図に説明を付けてください。")
    # A table and a figure of one name would have one file.
    for key, words in (("name", "同じ名前の表か図"), ("id", "同じ行き先（id）の見出し")):
        twice = [name for name, n in Counter(b[key] for b in blocks if b.get(key)).items() if n > 1]
        if twice:
            raise Failure(f"{words}が二つあります: {'、'.join(twice)}")


def give_numbers(blocks: Sequence[dict]) -> None:
    """Give tables and figures their number and anchor; what has no caption can't be called by a number."""
    given: Counter[str] = Counter()
    for block in blocks:
        if block["kind"] not in WORDS:
            continue
        given[block["kind"]] += bool(block["caption"])
        block["number"] = given[block["kind"]] if block["caption"] else None
        block["id"] = f"{block['kind']}-{block['name']}" if block["name"] else None
        if block.get("behind"):
            block["behind"] |= {"number": None, "id": None}


def resolve_references(blocks: Sequence[dict]) -> None:
    """Give every reference the words it is read as; Failure where it leads nowhere."""
    known = {(b["kind"], b["name"]): b["number"] for b in blocks if b["kind"] in WORDS and b["name"]}
    for span in (span for block in blocks for span in spans(block) if "ref" in span):
        word = WORDS[span["kind"]]
        if (found := known.get((span["kind"], span["ref"]))) is None:
            raise Failure(f"本文が、このページに無い{word}を指しています: {{{word}:{span['ref']}}}")
        span["words"] = f"{word}{found}"


def spans(block: dict) -> Iterator[dict]:
    """Every piece of running text of a block, those of what it holds among them."""
    yield from block.get("spans", ())
    for item in block.get("items", ()):
        yield from item["spans"]
        for inner in item["inner"]:
            yield from spans(inner)
    for note in block.get("notes", ()):
        yield from note
    if block.get("behind"):
        yield from spans(block["behind"])


def give_places(blocks: Sequence[dict]) -> None:
    """Say of every block whether it stands in the summary, and whether it lies on a turned page."""
    in_summary = False
    for block in blocks:
        if block["kind"] == "heading" and block["level"] == 2:
            in_summary = block["text"] == SUMMARY
        block |= {"is_wide": False, "in_summary": in_summary}
    for index, block in enumerate(blocks):
        if block["kind"] == "table" and not block["in_summary"] and is_broad(block):
            for turned in blocks[leading(blocks, index) : index + 1]:
                turned["is_wide"] = True


def is_broad(table: dict) -> bool:
    """Whether a table has many columns and a row that doesn't fit on a line of A4 upright, or labels on three."""
    labels = [column["label"][::STOREYS] for column in table["columns"]]
    rows = [labels, *table["rows"]]
    return len(table["columns"]) >= BROAD and max(map(breadth, rows)) > LINE


def breadth(row: Sequence) -> float:
    """The width of a row set on one line, in full-width characters."""
    texts = [cell if isinstance(cell, str) else "".join(cell) for cell in row]
    wide = sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for text in texts for c in text)
    return wide + PADDING * len(row)


def leading(blocks: Sequence[dict], table: int) -> int:
    """Where what leads to a table begins: its headings with the texts below them, or else its findings."""

    def back(start: int, is_part: Callable[[dict], bool]) -> int:
        while start and is_part(blocks[start - 1]):
            start -= 1
        return start

    texts = back(table, lambda block: block["kind"] == "text")
    headings = back(texts, lambda block: block["kind"] == "heading")
    if headings == texts:
        return back(table, lambda block: block.get("role") == "finding")
    # A text alone before the first chapter would make a page of its own.
    return 0 if back(headings, lambda block: block["kind"] == "text") == 0 else headings
