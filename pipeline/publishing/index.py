"""``reports/index.html``: all years on one page, made from their manifests alone."""

import json
import threading
from pathlib import Path

from pipeline.publishing.publish import FAILED, replace
from pipeline.store import Store, years

TEMPLATES = Path(__file__).parents[1] / "templates"
_one_at_a_time = threading.Lock()   # two years may end at the same moment


def index_path(root: Path) -> Path:
    return root / "reports" / "index.html"


def write_index(root: Path) -> None:
    """Write the index of the current years below ``root``, the latest first.

    A year without a manifest is listed without links; a year whose last run failed says so and
    links to the last good report.
    """
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader([TEMPLATES, TEMPLATES / "report"])
    template = Environment(loader=loader, autoescape=True).get_template("index.html.j2")
    with _one_at_a_time:
        entries = [entry(Store.open(year, root)) for year in reversed(years(root))]
        page = template.render(years=entries, synthetic=any(e["synthetic"] for e in entries))
        index_path(root).parent.mkdir(parents=True, exist_ok=True)
        replace({index_path(root): page.encode("utf-8")})


def entry(store: Store) -> dict:
    """What the index shows of one year."""
    manifest = {"cover": {}, "documents": []}
    if store.manifest.exists():
        manifest = json.loads(store.manifest.read_text(encoding="utf-8"))
    documents = [
        {
            "title": document["title"],
            "links": [
                (Path(output["path"]).suffix[1:].upper(), f"{store.year}/{output['path']}")
                for output in document["outputs"]
            ],
        }
        for document in manifest["documents"]
    ]
    failed = sorted(path.name for path in store.reports_dir.glob(f"{FAILED}*.ipynb"))
    return {
        "name": str(store.year),
        "label": store.year.label_ad,
        "cover": manifest["cover"],
        "documents": documents,
        "synthetic": manifest["cover"].get("synthetic", store.is_sample),
        "failed": failed,
    }
