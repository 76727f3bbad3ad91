"""The tables behind a document as CSV files."""

import csv
import io
from collections.abc import Iterable, Iterator

from pipeline.text import plain_text


def table_files(blocks: Iterable[dict], document: str) -> dict[str, bytes]:
    """File name → contents (UTF-8 with BOM, CRLF, as Excel opens it); columns as in ``long_form``."""
    return {file_name(document, block["name"]): as_csv(data["columns"], data["rows"]) for block, data in tables(blocks)}


def described(blocks: Iterable[dict], document: str) -> dict[str, dict]:
    """File name → caption of the table and labels of its columns: what its readers call them."""
    return {
        file_name(document, block["name"]): {"caption": block["caption"], "labels": data["labels"]}
        for block, data in tables(blocks)
    }


def file_name(document: str, table: str) -> str:
    return f"{document}.{table}.csv"


def tables(blocks: Iterable[dict]) -> Iterator[tuple[dict, dict]]:
    """(block, its data in long form) of every table that has a name, and of the figures with such a table behind them."""
    for block in blocks:
        table = block.get("behind") if block["kind"] == "figure" else block
        if block.get("name") and table and table["data"]:
            yield block, table["data"]


def as_csv(columns: list[str], rows: list[list]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([plain_text(value) for value in row] for row in (columns, *rows))
    return text.getvalue().encode("utf-8-sig")
