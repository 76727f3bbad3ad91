"""An executed notebook → the blocks that it shows: its own, and what the outputs of others say.

Code and warnings of libraries aren't shown.
"""

from collections.abc import Iterable, Iterator

from nbformat import NotebookNode

from pipeline.document import markup
from pipeline.document.blocks import MIME, Block, Figure, Preformatted, Text
from pipeline.failure import Failure
from pipeline.publishing.execution import headings_above
from pipeline.publishing.widgets_on_paper import unfolded

PICTURES = ("image/svg+xml", "image/png")
UNTITLED = "個人の分析"


def collected(notebook: NotebookNode, is_ours: bool) -> list[dict]:
    """Every block of an executed notebook, as its ``data()``, in order.

    Of a notebook of ours Failure is raised, in Japanese, for what can't be shown; in those of others a note on the
    page says so, and a picture without words gets some.
    """
    found: list[dict] = []
    for index, cell in enumerate(notebook.cells):
        lost: list[str] = []
        if cell.cell_type == "markdown":
            blocks, lost = markup.from_markdown(cell.source, cell.get("attachments"))
            found += [block.data() for block in blocks]
        for output in cell.get("outputs", ()):
            for piece in unfolded(output, notebook):
                if isinstance(piece, Block):
                    found.append(piece.data())
                else:
                    found += blocks_of(piece, lost)
        if lost and is_ours:
            raise Failure(
                f"報告書に載せられないものが出力にあります: {'、'.join(dict.fromkeys(lost))}\n"
                "報告書は1つのファイルだけで読めなければなりません。ノートブックの出力を直してください。"
            )
        if lost:
            found.append(
                Text(f"ここには、書き出せないものがあった（{'、'.join(dict.fromkeys(lost))}）。", "note").data()
            )
        if not is_ours:
            name_pictures(found, headings_above(notebook, index + 1) or UNTITLED)
    return found


def blocks_of(output: NotebookNode, lost: list[str]) -> Iterator[dict]:
    """The blocks of one output; what can't be shown is added to ``lost``."""
    if output.output_type == "stream":
        if output.name == "stdout" and output.text.strip():
            yield Preformatted(output.text.rstrip("\n")).data()
        return
    if output.output_type == "error":
        lost.append(f"{output.ename} で終わったセルの結果")
        return
    data = output.get("data", {})
    if MIME in data:
        yield from data[MIME] if isinstance(data[MIME], list) else [data[MIME]]
        return
    yield from (block.data() for block in read(data, output.get("metadata", {}), lost))


def read(data: dict, metadata: dict, lost: list[str]) -> Iterable[Block]:
    """The first of an output's forms that has something to show."""
    unread: list[str] = []
    for kind, reader in (("text/html", markup.from_html), ("text/markdown", markup.from_markdown)):
        if kind in data:
            blocks, unread = reader(data[kind])
            if blocks:
                lost += unread
                return blocks
    for kind in PICTURES:
        if kind in data:
            try:
                image = markup.picture(kind, data[kind])
            except markup.Unreadable:
                unread.append(markup.PICTURE)
                continue
            return [Figure("", metadata.get(kind, {}).get("alt", ""), image)]
    lost += unread
    return [Preformatted(data["text/plain"])] if "text/plain" in data and not unread else []


def name_pictures(blocks: list[dict], heading: str) -> None:
    for block in blocks:
        if block["kind"] == "figure" and not block["alt"].strip():
            block["alt"] = f"「{heading}」の図。説明の文は付いていない。"
