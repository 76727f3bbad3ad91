"""What changed since the last publication, as a chapter of its own in front of the document."""

import dataclasses

import pandas as pd

from pipeline.document.blocks import Block, Heading
from pipeline.publishing.release import CHANGES, Change
from pipeline.showing.tables import paragraph, table

ROWS = 40  # changes that the page shows; all of them are in the file
CORRECTION = "訂正"
TITLES = {CORRECTION: "訂正の内容（前回の公表との違い）"}
TITLE = "前回の公表との違い"
COLUMNS = {"table": "表", "row": "行", "item": "項目", "before": "前回", "after": "今回"}
NOTHING = "この文書の数値は、前回の公表から変わっていない。"


def with_changes(blocks: list[dict], changed: list[Change], stage: str, document: str) -> list[dict]:
    """The blocks with ``changed`` before the first chapter, as a table of at most ROWS rows.

    ``stage`` names the chapter; the file of the table, of ``document``, has every row.
    """
    chapters = [n for n, block in enumerate(blocks) if block["kind"] == "heading" and block["level"] > 1]
    place = chapters[0] if chapters else len(blocks)
    title = Heading(TITLES.get(stage, TITLE))
    return [*blocks[:place], *(block.data() for block in (title, *shown(changed, document))), *blocks[place:]]


def shown(changed: list[Change], document: str) -> list[Block]:
    if not changed:
        return [paragraph(NOTHING)]
    frame = pd.DataFrame([dataclasses.asdict(change) for change in changed], columns=list(COLUMNS))
    rest = len(frame) - ROWS
    note = f"ほか{rest}か所。すべては、表のファイル {document}.{CHANGES}.csv にある。" if rest > 0 else None
    whole, part = (
        table(rows, "前回の公表と違う数値", COLUMNS, note=note, name=CHANGES) for rows in (frame, frame.head(ROWS))
    )
    return [
        paragraph(f"前回の公表から、{len(changed)}か所の数値が変わった。"),
        dataclasses.replace(part, long=whole.long),
    ]
