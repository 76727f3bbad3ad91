"""The tables behind a document as CSV files, as they stand in its executed notebook."""

import csv
import io
from collections.abc import Iterator

from nbformat import NotebookNode

from pipeline.publishing.excel import plain_text
from pipeline.publishing.failure import Failure
from pipeline.showing.long_form import MIME


def table_files(notebook: NotebookNode, document: str) -> dict[str, bytes]:
    """File name → contents (UTF-8 with BOM, CRLF, as Excel opens it); columns as in ``long_form``.

    Raises Failure where two tables have one name.
    """
    files: dict[str, bytes] = {}
    for table in tables(notebook):
        name = file_name(document, table)
        if name in files:
            raise Failure(f"同じ名前の表が二つあります: {table['name']}（{document}）")
        files[name] = as_csv(table["columns"], table["rows"])
    return files


def described(notebook: NotebookNode, document: str) -> dict[str, dict]:
    """File name → caption of the table and labels of its columns: what its readers call them."""
    return {
        file_name(document, table): {"caption": table["caption"], "labels": dict(table["labels"])}
        for table in tables(notebook)
    }


def file_name(document: str, table: dict) -> str:
    return f"{document}.{table['name']}.csv"


def tables(notebook: NotebookNode) -> Iterator[dict]:
    """Every table that the notebook shows under a name, as in ``long_form``."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if table := output.get("data", {}).get(MIME):
                yield table


def as_csv(columns: list[str], rows: list[list]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([plain_text(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
