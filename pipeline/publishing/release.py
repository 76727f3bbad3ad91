"""What a year has published, kept as it was: later builds are compared with it before they replace it.

A release is a copy of every document and of the tables behind them, in ``data/published/<year>/<number>/``.
Numbers that were published change only where ``year.toml`` declares a revision after it; then the document
says what changed. What is read as the same number is the same.
"""

import csv
import io
import itertools
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.failure import Failure
from pipeline.publishing.provenance import manifest_differs, read_own, run_record
from pipeline.store import EDITIONS, INTERNAL, PUBLIC, Store

TOLERANCE = 1e-6  # relative: what another processor may add in the last digits is no change
SHOWN = 3  # changes of a table that a message names
CHANGES = "changes"  # the name of the table of them; it isn't compared itself
# Nor are the records of the work, which go on after a publication: an office's answer to a finding
# adds a file and settles the finding, and changes no result.
RECORDS = {"accounts", "set_aside", "matches", "findings", "findings_by_rule", "to_confirm", "minor_findings"}
NO_TABLE = "（表なし）"
AS_WRITTEN = "measured"  # a column of words that holds a value, in its own unit
NO_ROW = ("（行なし）", "")
KINDS = {"count": "count", "proportion": "rate", "number": "estimate", "probability": "p_value"}


@dataclass(frozen=True)
class Change:
    """One value that isn't what was published: in words, as a reader finds it."""

    table: str
    row: str
    item: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.table}｜{self.row}｜{self.item}：{self.before} → {self.after}"


@dataclass(frozen=True)
class Release:
    """One published state of a year: ``number`` counts from 1, as the year's revisions do."""

    folder: Path
    number: int

    def tables(self, document: str, edition: str) -> dict[str, bytes]:
        """File name → contents, of one document."""
        folder = self.folder / edition / "tables"
        return {
            path.name: path.read_bytes()
            for path in sorted(folder.glob(f"{document}.*.csv"))
            if path.name != f"{document}.{CHANGES}.csv"
        }

    def described(self, document: str, edition: str) -> dict[str, dict]:
        """File name → caption and labels of the table, as the manifest of the release has them."""
        manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        found: dict[str, dict] = {}
        for made in manifest.get("documents", []):
            if (made["name"], made["edition"]) == (document, edition):
                found |= made["tables"]
        return found


def releases(store: Store) -> list[Release]:
    """Every release of the year, the first one first."""
    numbers = sorted(int(p.name) for p in store.published_dir.glob("[0-9]*") if p.name.isdigit())
    return [Release(store.published_dir / str(number), number) for number in numbers]


def latest(store: Store) -> Release | None:
    """The last release of the year, or None: nothing has been published."""
    return next(reversed(releases(store)), None)


def release(store: Store, revisions: list[dict]) -> Path:
    """Keep what lies in ``reports`` as the release of the last of ``revisions``; its folder.

    Raises Failure where there is nothing to keep, where no new revision is declared, or where the
    documents were not made from the raw files that lie there now.
    """
    manifest = read_own(store.manifest)
    if manifest is None:
        raise Failure(f"{store.year.label}の報告書がまだありません。先に doit report:{store.year} を実行してください。")
    if not revisions:
        raise Failure(
            f"{store.declaration.as_posix()} に、公表の記録 [[revision]] がありません。"
            "公表する日・段階・内容を書き、doit で作り直してから、もう一度実行してください。"
        )
    if manifest["cover"].get("revisions") != revisions:
        raise Failure(
            f"year.toml を直したあと、報告書を作り直していません。先に doit report:{store.year} を実行してください。"
        )
    known = latest(store)
    if known and known.number >= len(revisions):
        raise Failure(
            f"{len(revisions)}番目の公表は、もう控えてあります（{known.folder.as_posix()}）。"
            "訂正を公表するときは、year.toml に [[revision]] を加えてください。"
        )
    refuse_stale(store)
    folder = store.published_dir / str(len(revisions))
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    made = [one for document in manifest["documents"] for one in document["outputs"]]
    for path in (store.reports_dir / one["path"] for one in [*made, *manifest["dictionaries"]]):
        edition = PUBLIC if path.is_relative_to(store.edition_dir(PUBLIC)) else INTERNAL
        kept = draft / edition / path.relative_to(store.edition_dir(edition))
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)
    shutil.copyfile(store.manifest, draft / store.manifest.name)
    draft.rename(folder)
    return folder


def refuse_stale(store: Store) -> None:
    """Raise Failure unless the raw files and the documents are those that the manifest describes."""
    if names := "、".join(sorted({name.rpartition("/")[2] for name in manifest_differs(store) or []})):
        raise Failure(
            f"報告書を作ったあとに変わったファイルがあります: {names}\n"
            f"先に doit report:{store.year} を実行してください（報告書は、手で直さないでください）。"
        )


def is_published(store: Store, revisions: int) -> bool:
    """Whether the last of the ``revisions`` that ``year.toml`` declares is published: its numbers stay as they are."""
    known = latest(store)
    return known is not None and known.number >= revisions


def compared(
    store: Store, document: str, edition: str, tables: dict[str, bytes], shown: dict[str, dict], revisions: int
) -> list[Change] | None:
    """What differs from what was published before, for the document to say; None if nothing was.

    ``tables`` and ``shown``: file name → contents, and what a reader calls the table and its columns
    (``table_files.described``). ``revisions``: how many ``year.toml`` declares; the document is that of
    the last one, before and after its release.
    """
    before = [one for one in releases(store) if one.number < revisions]
    return differing(before[-1], document, edition, tables, shown) if before else None


def refuse_changes(store: Store, titles: dict[str, str]) -> None:
    """Raise Failure when the numbers of the last release would become others. ``titles``: the documents, by name."""
    known = latest(store)
    found = {}
    for name, title in titles.items():
        for edition, word in EDITIONS.items():
            record = run_record(store, name, edition)
            if known and record:
                tables = {
                    path.name: store.current(path).read_bytes()
                    for output in record["outputs"]
                    if (path := store.root / output).parent == store.tables_dir(edition)
                    and path.name != f"{name}.{CHANGES}.csv"
                }
                found[f"{title}（{word}）"] = differing(known, name, edition, tables, record["tables"])
    if any(found.values()):
        raise Failure(would_change(known, found))


def differing(known: Release, document, edition, tables, shown) -> list[Change]:
    return changes(
        results(known.tables(document, edition)), results(tables), known.described(document, edition) | shown
    )


def results(tables: dict[str, bytes]) -> dict[str, bytes]:
    """The tables (by file name: 「document.table.csv」) without the records of the work."""
    return {name: data for name, data in tables.items() if name.split(".")[1] not in RECORDS}


def would_change(known: Release, found: dict[str, list[Change]]) -> str:
    lines = []
    for document, changed in found.items():
        lines += [f"■ {document}：{len(changed)}か所"] if changed else []
        for table, group in itertools.groupby(changed, lambda change: change.table):
            ones = list(group)
            lines += [f"  {table}：{len(ones)}か所"]
            lines += [f"    {one.row}｜{one.item}：{one.before} → {one.after}" for one in ones[:SHOWN]]
            lines += [f"    ほか{len(ones) - SHOWN}か所"] if len(ones) > SHOWN else []
    return "\n".join(
        [
            f"公表した数値（{known.folder.as_posix()}）が、{sum(map(len, found.values()))}か所で変わります。"
            "この年度の文書・表・一覧は、何も置き換えていません。",
            *lines,
            "訂正として公表するときは、year.toml の stage を「訂正」にし、[[revision]] に公表日と訂正の内容を加えてください。"
            "そうでなければ、変えた資料をもとに戻してください。資料を変えていないときは、プログラムの版を確かめてください。",
        ]
    )


def changes(before: dict[str, bytes], after: dict[str, bytes], shown: dict[str, dict]) -> list[Change]:
    """Every value in which two sets of tables (file name → CSV) differ, in the order of the tables."""
    found = []
    for name in dict.fromkeys([*before, *after]):
        told = shown.get(name, {})
        table, labels = told.get("caption") or name.removesuffix(".csv").split(".", 1)[-1], told.get("labels", {})
        if name not in before or name not in after:
            states = ("あり", NO_TABLE) if name in before else (NO_TABLE, "あり")
            found.append(Change(table, "表の全体", "", *states))
            continue
        old, new = _values(before[name]), _values(after[name])
        for key in dict.fromkeys([*old, *new]):
            (was, unit), (now, unit_now) = old.get(key, NO_ROW), new.get(key, NO_ROW)
            if not _same(was, now):
                words = _written(was, unit), _written(now, unit_now)
                row, item, _ = key
                if words[0] != words[1]:
                    found.append(Change(table, row, labels.get(item, item), *words))
    return found


def _values(data: bytes) -> dict[tuple[str, str, int], tuple[str, str]]:
    """(words of the row, label of the value, how often before) → (value or symbol, unit)."""
    from pipeline.showing.long_form import MEASURED  # pandas: doit must not wait for it

    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    values: dict[tuple[str, str, int], tuple[str, str]] = {}
    _, *columns = reader.fieldnames
    is_long = tuple(columns[-len(MEASURED) :]) == MEASURED
    last = None
    for line in reader:
        if is_long:
            words = [line[c] for c in columns[: -len(MEASURED)] if c != AS_WRITTEN]
            name = "・".join(filter(None, words)) or f"{line['row']}行目"
            if AS_WRITTEN in columns and line["row"] != last:
                key = (name, AS_WRITTEN)
                values[(*key, _next(values, key))] = line[AS_WRITTEN], ""
            last, key = line["row"], (name, line["label"])
            values[(*key, _next(values, key))] = line["value"] or line["symbol"], line["unit"]
        else:  # a table of words: its first one names the row
            for column in columns[1:] or columns:
                key = (line[columns[0]], column)
                values[(*key, _next(values, key))] = line[column], ""
    return values


def _next(values: dict, key: tuple[str, str]) -> int:
    number = 1
    while (*key, number) in values:
        number += 1
    return number


def _same(was: str, now: str) -> bool:
    if was == now:
        return True
    try:
        return math.isclose(float(was), float(now), rel_tol=TOLERANCE, abs_tol=1e-9)
    except ValueError:
        return False


def _written(value: str, unit: str) -> str:
    """A value as the document writes it: 「0.875」 of unit proportion as 「87.5 %」."""
    from pipeline.showing.tables import number  # pandas: doit must not wait for it

    try:
        return number(float(value), KINDS[unit])
    except (KeyError, ValueError):
        return value or "（空欄）"
