"""What changed since the last publication, as a chapter of its own in front of the document."""

import dataclasses

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from pipeline.publishing.release import CHANGES, Change
from pipeline.showing.tables import paragraph, table

ROWS = 40  # changes that the page shows; all of them are in the file
CORRECTION = "訂正"
TITLES = {CORRECTION: "訂正の内容（前回の公表との違い）"}
TITLE = "前回の公表との違い"
COLUMNS = {"table": "表", "row": "行", "item": "項目", "before": "前回", "after": "今回"}
NOTHING = "この文書の数値は、前回の公表から変わっていない。"


def with_changes(executed: NotebookNode, changed: list[Change], stage: str, document: str) -> NotebookNode:
    """The executed notebook with ``changed`` behind its title, as a table of at most ROWS rows.

    ``stage`` names the chapter; the file of the table, of ``document``, has every row.
    """
    outputs = [new_output("display_data", html._repr_mimebundle_()) for html in shown(changed, document)]
    title = new_markdown_cell(f"## {TITLES.get(stage, TITLE)}", id=f"{CHANGES}-title")
    new = [title, new_code_cell(outputs=outputs, id=CHANGES)]  # ids are random otherwise
    place = next((n for n, cell in enumerate(executed.cells) if cell.cell_type == "markdown"), -1) + 1
    executed.cells[place:place] = new
    return executed


def shown(changed: list[Change], document: str):
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
        dataclasses.replace(part, data=whole.data),
    ]
