"""What went into the reports of a year: ``manifest.json``, for whoever must repeat the run."""

import hashlib
import importlib.metadata
import json
import platform
import subprocess
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.failure import Failure
from pipeline.stages import Stage
from pipeline.store import EDITIONS, PUBLIC, Store

UNKNOWN = "不明"
PROGRAM = "プログラム"  # among what was read for a document
HEADED = "annual_report"  # the document whose figures stand in the index


def year_files(store: Store, documents: dict[str, str], cover: dict) -> dict[Path, bytes]:
    """What completes a year: path → contents of its dictionaries, of the first page of its public folder, of its manifest.

    ``documents`` maps the names of the year's documents to their titles, in reading order; ``cover`` is what stands
    on their covers. Raises Failure when a file is no longer the one that the reports were made from, or that was made.
    """
    from pipeline.publishing.dictionary import dictionary_files
    from pipeline.publishing.headlines import headlines
    from pipeline.publishing.index import public_index

    records = [
        {"name": name, "title": title, **record}
        for name, title in documents.items()
        for edition in EDITIONS
        if (record := run_record(store, name, edition))
    ]
    inputs = raw_inputs(store)
    refuse_other_inputs(inputs, records)
    if changed := [name for record in records for name in changed_files(store, record["outputs"])]:
        raise Failure(
            f"作ったあとで変わったファイルがあります: {'、'.join(changed)}\nもう一度 doit を実行してください。"
        )
    made = dictionary_files(store, records)
    public = [store.root / name for record in records if record["edition"] == PUBLIC for name in record["outputs"]]
    pages = public_index(store, documents, cover, [*public, *made])
    manifest = {
        "fiscal_year": str(store.year),
        "cover": cover,
        "editions": {name: EDITIONS[name] for name in dict.fromkeys(r["edition"] for r in records)},
        "headlines": headlines(store) if HEADED in documents else [],
        "documents": [described(record, store) for record in records],
        "dictionaries": [output(path, store, content) for path, content in made.items()],
        "pages": [output(path, store, content) for path, content in pages.items()],
        "inputs": inputs,
        "analysis": declared_analysis(store),
        "code": git_state(Path(__file__).parent),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": packages(),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    return made | pages | {store.manifest: text.encode("utf-8")}


def described(record: dict, store: Store) -> dict:
    """One document of one edition: how it was made, its files, and what its tables and columns are called."""
    paths = [path for name in record["outputs"] if (path := store.root / name).is_relative_to(store.reports_dir)]
    return {k: v for k, v in record.items() if k != "inputs"} | {
        "outputs": [output(path, store, store.current(path).read_bytes()) for path in paths]
    }


def raw_inputs(store: Store) -> list[dict]:
    """One entry a raw file: file, bytes, sha256, and the rows that `prepare` accounted for."""
    rows = accounted_rows(store)
    entries = []
    for path in store.raw_files:
        name = path.relative_to(store.raw_dir).as_posix()
        content = path.read_bytes()
        entries.append(
            {
                "file": name,
                "path": path.relative_to(store.root).as_posix(),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                **rows.get(name, {}),
            }
        )
    return entries


def accounted_rows(store: Store) -> dict[str, dict[str, int]]:
    """file → rows_read, rows_used, rows_set_aside (summed over its sheets)."""
    if not store.current(store.table("accounts")).exists():
        return {}
    counts = ["rows_read", "rows_used", "rows_set_aside"]
    sums = store.load("accounts").groupby("file")[counts].sum()
    return {str(file): {name: int(row[name]) for name in counts} for file, row in sums.iterrows()}


def refuse_other_inputs(inputs: Sequence[dict], records: Sequence[dict]) -> None:
    """Raise Failure if a raw file was changed after a notebook had read it."""
    changed = {
        entry["file"]
        for entry in inputs
        for record in records
        if record["inputs"].get(entry["path"], entry["sha256"]) != entry["sha256"]
    }
    if changed:
        raise Failure(
            f"報告書を作った後に、入力が変わりました: {'、'.join(sorted(changed))}\nもう一度 doit を実行してください。"
        )


def run_record(store: Store, document: str, edition: str) -> dict | None:
    """What `publish` noted when it made the document; None when there is no such edition, or no whole record of it."""
    record = read_own(store.current(store.run_record(document, edition)))
    return record if record and isinstance(record["outputs"], dict) else None  # versions before 0.4 had a list


def read_own(path: Path) -> dict | None:
    """One of our own files of data; None where it isn't there, or not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def changed_files(store: Store, noted: Mapping[str, str]) -> list[str]:
    """Those of the files (path from the root → fingerprint) that are gone, or aren't what they were."""
    return [name for name, digest in noted.items() if fingerprint(store.current(store.root / name)) != digest]


def later_files(store: Store, paths: Iterable[Path], noted: Mapping[str, str]) -> list[str]:
    """Those of the files that weren't there yet when the others were noted."""
    return [name for path in paths if (name := relative(path, store.root)) not in noted]


def relative(path: Path, root: Path) -> str:
    """``path`` from ``root`` if it lies below, with forward slashes on every system."""
    path, root = path.resolve(), root.resolve()
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


@cache
def program() -> str:
    """The fingerprint of what makes every document: the code, its codebook and templates, the versions of the packages."""
    package = Path(__file__).parents[1]
    patterns = ("pipeline/**/*.py", "pipeline/codebook/*.csv", "pipeline/templates/**/*.*", "requirements.txt")
    paths = sorted(path for pattern in patterns for path in package.parent.glob(pattern))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(package.parent).as_posix()} {fingerprint(path)}\n".encode())
    return digest.hexdigest()


def fingerprint(path: Path) -> str:
    """SHA-256 of a file as it is now; "" where there is none."""
    try:
        about = path.stat()
        return _fingerprint(path, about.st_mtime_ns, about.st_size)
    except OSError:
        return ""


@cache
def _fingerprint(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Differing(NamedTuple):
    """What was read for a document, or made with it, and is something else now: paths from the root."""

    read: list[str]
    made: list[str]


def differing(store: Store, stage: Stage) -> Differing | None:
    """What isn't as the record of a stage says; None where there is no whole record.

    The record alone says what is up to date: doit's database knows nothing of a run that was killed or stopped.
    """
    record = run_record(store, stage.document, stage.edition)
    if record is None:
        return None
    read = [
        *changed_files(store, record["inputs"]),
        *later_files(store, stage.inputs(store), record["inputs"]),
        *([] if record.get("program") == program() else [PROGRAM]),
    ]
    return Differing(read, changed_files(store, record["outputs"]))


def manifest_differs(store: Store) -> list[str] | None:
    """The raw files and documents of the manifest that are something else now; None where there is no whole manifest."""
    manifest = read_own(store.manifest)
    if manifest is None:
        return None
    documents = manifest.get("documents", [])
    others = [*manifest.get("dictionaries", []), *manifest.get("pages", [])]
    made = [*others, *(output for one in documents for output in one["outputs"])]
    inputs = {one["path"]: one["sha256"] for one in manifest.get("inputs", [])}
    outputs = {relative(store.reports_dir / one["path"], store.root): one["sha256"] for one in made}
    return changed_files(store, inputs | outputs) + later_files(store, store.raw_files, inputs)


def declared_analysis(store: Store) -> dict:
    """The analysis plan of ``year.toml``, its digest, and that of the plan as first registered."""
    from pipeline.inference.plan import Plan
    from pipeline.registration import register

    declared = tomllib.loads(store.declaration.read_text(encoding="utf-8-sig"))["analysis"]
    plan = Plan.parse(declared)
    registered = register(store.registered_plan, plan)
    return {**declared, "digest": plan.digest, "registered_digest": registered.digest}


def output(path: Path, store: Store, content: bytes) -> dict:
    return {
        "path": path.relative_to(store.reports_dir).as_posix(),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def git_state(folder: Path) -> dict:
    """The commit of the code and whether it has changes of its own; 不明 outside a repository."""

    def git(*arguments: str) -> str:
        # No optional locks: asking must not write to the repository.
        command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return {"commit": UNKNOWN, "changed": UNKNOWN}


def packages() -> dict[str, str]:
    """The version of every installed package, in alphabetical order."""
    found = {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))
