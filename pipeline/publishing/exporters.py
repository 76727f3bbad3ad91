"""Any notebook in the form of the reports: ``jupyter nbconvert --to annual_report_html`` and JupyterLab's menu.

``pyproject.toml`` registers the classes with nbconvert. JupyterLab shows the name under which a class
is registered, so those of its menu have Japanese names.
"""

import re
from pathlib import Path

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool

from pipeline.publishing.execution import CellFailure, execute, headings_above
from pipeline.publishing.failure import Failure
from pipeline.publishing.leaks import refuse_leaks
from pipeline.publishing.page import FETCHES, page
from pipeline.publishing.pdf import pdf
from pipeline.publishing.publish import CELL_TIMEOUT
from pipeline.publishing.widgets_on_paper import unfolded
from pipeline.store import EDITIONS, INTERNAL, Store, project_root, years
from pipeline.year import Year

OWN = "個人の分析"
SETTINGS = "report"  # the key of the notebook's metadata that may hold words for the cover
PICTURES = ("image/svg+xml", "image/png")


class AnnualReportHTML(Exporter):
    """A notebook as one self-contained page, with the cover, contents and looks of the reports.

    A notebook without outputs is run first. Its metadata may hold ``{"report": {"title": …,
    "fiscal_year": "R5"}}``; town, department and the mark of the sample come from the year.
    Raises Failure, in Japanese, for what no report may show.
    """

    export_from_notebook = "報告書の形（HTML）"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb, resources=None, **kw):
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get("metadata", {})
        folder = Path(about.get("path") or ".")
        notebook = readable(finished(notebook, folder))
        store = newest(notebook)
        html = page(notebook, about.get("name", OWN), cover(store, notebook))
        if store:
            refuse_leaks(store, {Path(f"{about.get('name', OWN)}.html"): html.encode("utf-8")})
        resources["output_extension"] = self.file_extension
        return self.printed(html), resources

    def printed(self, html: str) -> str | bytes:
        return html


class AnnualReportPDF(AnnualReportHTML):
    """The same as a tagged PDF on A4."""

    export_from_notebook = "報告書の形（PDF）"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def printed(self, html: str) -> bytes:
        return pdf(html)[0]


class ReportPageInMenu(AnnualReportHTML):
    """The same under a Japanese name, which only the server of ``doit lab`` can serve."""

    enabled = Bool(False).tag(config=True)


class ReportPdfInMenu(AnnualReportPDF):
    """The same under a Japanese name, which only the server of ``doit lab`` can serve."""

    enabled = Bool(False).tag(config=True)


def finished(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook with outputs: as it was saved, or run from top to bottom where it has none."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if not code or any(cell.outputs for cell in code):
        return notebook
    try:
        return execute(notebook, {}, folder, CELL_TIMEOUT, lambda number: None)
    except CellFailure as failure:
        raise Failure(
            f"ノートブックの{failure.place}で止まりました。\n原因: {failure.cause}\n"
            "JupyterLab ですべて実行し、直してから、もう一度書き出してください。"
        ) from None


def readable(notebook: NotebookNode) -> NotebookNode:
    """The notebook as paper can show it: widgets as what they show, scripts left out, pictures named."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        cell.outputs = [without_scripts(shown) for output in cell.outputs for shown in unfolded(output, notebook)]
        for output in cell.outputs:
            for kind in PICTURES:
                if kind in output.get("data", {}):
                    heading = headings_above(notebook, index)
                    named = output.metadata.setdefault(kind, {})
                    named.setdefault("alt", f"「{heading or OWN}」の図。説明の文は付いていない。")
    notebook.metadata.pop("widgets", None)
    return notebook


def without_scripts(output: NotebookNode) -> NotebookNode:
    """The output without HTML that would run or fetch something; its text remains."""
    html = output.get("data", {}).get("text/html", "")
    if FETCHES.search(html):
        bare = re.sub(r"<(script|style|iframe|object)\b.*?</\1>", "", html, flags=re.DOTALL | re.IGNORECASE)
        if FETCHES.search(bare):
            del output["data"]["text/html"]
        else:
            output["data"]["text/html"] = bare
    return output


def newest(notebook: NotebookNode) -> Store | None:
    """The year that the notebook says it is about, else the latest there is; None without any."""
    root = project_root()
    asked = notebook.metadata.get(SETTINGS, {}).get("fiscal_year")
    found = [year for year in years(root) if asked in (None, str(year))]
    return Store.open(found[-1], root) if found else None


def cover(store: Store | None, notebook: NotebookNode) -> dict:
    """What stands on the cover; without a year it reads like the sample, which nobody mistakes."""
    words = {"year_label": "年度の指定なし", "town": "", "department": "", "synthetic": True}
    if store:
        words |= Year.open(store).cover
    words |= {
        "title": OWN,
        "stage": f"{OWN}（確定した報告書ではない）",
        "revisions": [],
        "changes": [],
        "edition": EDITIONS[INTERNAL],
    }
    own = notebook.metadata.get(SETTINGS, {})
    return words | {name: str(own[name]) for name in ("title", "stage") if name in own}
