"""The tables behind a document as CSV files, as they stand in its executed notebook."""

import csv
import io

from nbformat import NotebookNode

from pipeline.publishing.excel import plain_text
from pipeline.publishing.failure import Failure
from pipeline.showing.long_form import MIME


def table_files(notebook: NotebookNode, document: str) -> dict[str, bytes]:
    """File name → contents (UTF-8 with BOM, CRLF, as Excel opens it); columns as in ``long_form``.

    Raises Failure where two tables have one name.
    """
    files: dict[str, bytes] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if table := output.get("data", {}).get(MIME):
                name = f"{document}.{table['name']}.csv"
                if name in files:
                    raise Failure(f"同じ名前の表が二つあります: {table['name']}（{document}）")
                files[name] = as_csv(table["columns"], table["rows"])
    return files


def as_csv(columns: list[str], rows: list[list]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([plain_text(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
