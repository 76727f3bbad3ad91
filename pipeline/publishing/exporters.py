"""Any notebook in the form of the reports: ``jupyter nbconvert --to annual_report_html`` and JupyterLab's menu.

``pyproject.toml`` registers the classes with nbconvert. JupyterLab shows the name under which a class
is registered, so those of its menu have Japanese names.
"""

from pathlib import Path

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool

from pipeline.document.assembly import assembled
from pipeline.document.blocks import stored
from pipeline.document.html import page
from pipeline.document.pdf import pdf
from pipeline.failure import Failure
from pipeline.publishing.collecting import UNTITLED, collected
from pipeline.publishing.cover import on_cover
from pipeline.publishing.execution import CellFailure, execute
from pipeline.publishing.leaks import refuse_leaks
from pipeline.publishing.publish import CELL_TIMEOUT
from pipeline.store import INTERNAL, Store, project_root, years
from pipeline.year import Year

SETTINGS = "report"  # the key of the notebook's metadata that may hold words for the cover


class AnnualReportHTML(Exporter):
    """A notebook as one self-contained page, with the cover, contents and looks of the reports.

    A notebook without outputs is run first. Its metadata may hold ``{"report": {"title": …,
    "fiscal_year": "R5"}}``; town, department and the mark of the sample come from the year.
    What can't be written out, the page says; Failure, in Japanese, is raised for what no page may show.
    """

    export_from_notebook = "報告書の形（HTML）"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb, resources=None, **kw):
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get("metadata", {})
        name, folder = about.get("name", UNTITLED), Path(about.get("path") or ".")
        notebook = finished(notebook, folder)
        store = newest(notebook)
        document = assembled(collected(notebook, is_ours=False), name, cover(store, notebook))
        if store:
            refuse_leaks(store, {Path(f"{name}.json"): stored(document)})
        resources["output_extension"] = self.file_extension
        return self.laid_out(document), resources

    def laid_out(self, document: dict) -> str | bytes:
        return page(document)


class AnnualReportPDF(AnnualReportHTML):
    """The same as a tagged PDF on A4."""

    export_from_notebook = "報告書の形（PDF）"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def laid_out(self, document: dict) -> bytes:
        return pdf(document)[0]


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


def newest(notebook: NotebookNode) -> Store | None:
    """The year that the notebook says it is about, else the latest there is; None without any."""
    root = project_root()
    asked = notebook.metadata.get(SETTINGS, {}).get("fiscal_year")
    found = [year for year in years(root) if asked in (None, str(year))]
    return Store.open(found[-1], root) if found else None


def cover(store: Store | None, notebook: NotebookNode) -> dict:
    """What stands on the cover; without a year it reads like the sample, which nobody mistakes."""
    words = {"year_label": "年度の指定なし", "town": "", "department": "", "synthetic": True}
    words |= Year.open(store).cover if store else {}
    words |= {"title": UNTITLED, "stage": f"{UNTITLED}（確定した報告書ではない）", "revisions": []}
    own = notebook.metadata.get(SETTINGS, {})
    return on_cover(words | {name: str(own[name]) for name in ("title", "stage") if name in own}, INTERNAL)
