"""``reports/index.html``: all years on one page, made from their manifests alone."""

import threading
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from pipeline.publishing.provenance import read_own
from pipeline.publishing.publish import replace
from pipeline.store import FAILED, INTERNAL, PUBLIC, Store, years

TEMPLATES = Path(__file__).parents[1] / "templates"
KINDS = {".html": "HTML", ".pdf": "PDF", ".xlsx": "Excel"}
NONE = "-"
_one_at_a_time = threading.Lock()  # two years may end at the same moment


def index_path(root: Path) -> Path:
    return root / "reports" / "index.html"


def write_index(root: Path, inspect: Callable[[dict[Path, bytes]], None]) -> None:
    """Write the index of the current years below ``root``, the latest first.

    A year without a manifest is listed without links; a year whose last run failed says so and
    links to the last good report. ``inspect`` may refuse the page by raising Failure.
    """
    from pipeline.document.html import environment, lettered

    template = environment(TEMPLATES).get_template("index.html.j2")
    with _one_at_a_time:
        entries = [entry(Store.open(year, root)) for year in reversed(years(root))]
        page = lettered(
            template,
            years=entries,
            synthetic=any(e["synthetic"] for e in entries),
            headings={name: heading for e in entries for name, heading in e["headings"].items()},
            compared=[e for e in entries if e["headlines"]],
            revisions=revisions_of(entries),
        )
        made = {index_path(root): page.encode("utf-8")}
        inspect(made)
        replace(made, inspect)


def public_index(store: Store, titles: dict[str, str], cover: dict, made: Iterable[Path]) -> dict[Path, bytes]:
    """The page to begin with in the folder of the public edition: what lies there, and nothing that lies elsewhere.

    ``titles``: of the documents, by name; ``made``: the files of the edition. No page where there is no such edition.
    """
    from pipeline.document.html import environment, lettered

    folder = store.edition_dir(PUBLIC)
    names = sorted(path.relative_to(folder).as_posix() for path in made if path.is_relative_to(folder))
    if not names:
        return {}
    page = lettered(
        environment(TEMPLATES).get_template("public_index.html.j2"),
        cover=cover,
        documents={
            title: [(kind, f"{name}{suffix}") for suffix, kind in KINDS.items() if f"{name}{suffix}" in names]
            for name, title in titles.items()
            if f"{name}.html" in names
        },
        tables=[name for name in names if name.endswith(".csv")],
        revisions=revisions_of([{"label": store.year.label_ad, "cover": cover}]),
    )
    return {folder / "index.html": page.encode("utf-8")}


def entry(store: Store) -> dict:
    """What the index shows of one year."""
    manifest = {"cover": {}, "documents": [], "headlines": [], "dictionaries": []}
    manifest |= read_own(store.manifest) or {}
    failed = [path.name for path in store.reports_dir.glob(f"{FAILED}*.ipynb")]
    return {
        "name": str(store.year),
        "label": store.year.label_ad,
        "cover": manifest["cover"],
        "documents": documents_of(manifest["documents"], str(store.year)),
        "dictionaries": [f"{store.year}/{one['path']}" for one in manifest["dictionaries"]],
        "headings": {one["name"]: one["heading"] for one in manifest["headlines"]},
        "headlines": {one["name"]: written(one) for one in manifest["headlines"]},
        "verdict": judged(manifest["headlines"]),
        "synthetic": manifest["cover"].get("synthetic", store.is_sample),
        "failed": sorted(failed),
    }


def documents_of(documents: list[dict], year: str) -> list[dict]:
    """One row a document: title, and edition → (kind, link) of its files."""
    rows: dict[str, dict] = {}
    for document in documents:
        row = rows.setdefault(document["name"], {"title": document["title"], INTERNAL: [], PUBLIC: []})
        row[document["edition"]] += [
            (KINDS[suffix], f"{year}/{output['path']}")
            for output in document["outputs"]
            if (suffix := Path(output["path"]).suffix) in KINDS
        ]
    return list(rows.values())


def revisions_of(entries: list[dict]) -> list[dict]:
    """Every publication of every year, the latest first: day, label, stage, note."""
    from pipeline.showing.tables import wareki

    found = [(one["published_on"], e["label"], one) for e in entries for one in e["cover"].get("revisions", [])]
    return [
        {"day": wareki(date.fromisoformat(day)), "label": label, "stage": one["stage"], "note": one["note"]}
        for day, label, one in sorted(found, key=lambda found: found[0], reverse=True)
    ]


def judged(rows: list[dict]) -> str:
    from pipeline.codebook import codes

    return next((codes("verdict")[one["code"]] for one in rows if "code" in one), NONE)


def written(one: dict) -> tuple[str, str]:
    """A headline as the index shows it: its value, and what it rests on."""
    from pipeline.showing.tables import interval, number

    if one["unit"] == "count":
        return f"{number(one['estimate'], 'count')}人", ""
    kind, unit = ("rate", "") if one["unit"] == "rate" else ("estimate", "点")
    if "low" in one:
        value = f"{interval(one['low'], one['high'], kind)}（{one['courses']}研修の最低と最高）"
    elif "estimate" in one:
        value = f"{number(one['estimate'], kind)}{unit}（{interval(one['ci_low'], one['ci_high'], kind)}{unit}）"
    else:
        return NONE, ""
    counted = number(one["n"], "count")
    return value, f"n={counted}、{one['indicator']}" if "indicator" in one else f"{counted}人"
