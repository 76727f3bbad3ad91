"""What a year has published, kept as it was: later builds are compared with it before they replace it.

A release is a copy of the tables behind the documents, in ``data/published/<year>/<number>/``. Numbers
that were published change only where ``year.toml`` declares a revision after it; then the document
says what changed.
"""

import csv
import io
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.publishing.failure import Failure
from pipeline.store import EDITIONS, Store

TABLES = "tables"   # the folder, beside the documents of an edition
TOLERANCE = 1e-6   # relative: what another processor may add in the last digits is no change
SHOWN = 12         # changes that a message names
MEASURED = ("variable", "label", "unit", "value", "symbol")
NO_TABLE = "（表なし）"


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
        folder = self.folder / edition
        return {path.name: path.read_bytes() for path in sorted(folder.glob(f"{document}.*.csv"))}


def latest(store: Store) -> Release | None:
    """The last release of the year, or None: nothing has been published."""
    numbers = [int(p.name) for p in store.published_dir.glob("[0-9]*") if p.name.isdigit()]
    return Release(store.published_dir / str(max(numbers)), max(numbers)) if numbers else None


def release(store: Store, revisions: list[dict]) -> Path:
    """Keep what lies in ``reports`` as the release of the last of ``revisions``; its folder.

    Raises Failure where there is nothing to keep, where no new revision is declared, or where the
    documents were not made from the raw files that lie there now.
    """
    if not store.manifest.exists():
        raise Failure(f"{store.year.label}の報告書がまだありません。先に doit report:{store.year} を実行してください。")
    if not revisions:
        raise Failure(
            f"{store.declaration.as_posix()} に、公表の記録 [[revision]] がありません。"
            "公表する日・段階・内容を書き、doit で作り直してから、もう一度実行してください。"
        )
    manifest = json.loads(store.manifest.read_text(encoding="utf-8"))
    if manifest["cover"].get("revisions") != revisions:
        raise Failure(f"year.toml を直したあと、報告書を作り直していません。先に doit report:{store.year} を実行してください。")
    known = latest(store)
    if known and known.number >= len(revisions):
        raise Failure(
            f"{len(revisions)}番目の公表は、もう控えてあります（{known.folder.as_posix()}）。"
            "訂正を公表するときは、year.toml に [[revision]] を加えてください。"
        )
    folder = store.published_dir / str(len(revisions))
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    for edition in EDITIONS:
        (draft / edition).mkdir(parents=True)
        for path in sorted((store.edition_dir(edition) / TABLES).glob("*.csv")):
            shutil.copyfile(path, draft / edition / path.name)
    shutil.copyfile(store.manifest, draft / store.manifest.name)
    draft.rename(folder)
    return folder


def compared(
    store: Store, document: str, edition: str, tables: dict[str, bytes], revisions: int
) -> list[Change]:
    """What differs from the last release, for the document to say; empty where nothing was published.

    ``revisions``: how many ``year.toml`` declares. Raises Failure when published numbers would change
    without a revision declared after them.
    """
    known = latest(store)
    if known is None:
        return []
    found = changes(known.tables(document, edition), tables)
    if found and revisions <= known.number:
        lines = [f"  {change}" for change in found[:SHOWN]]
        rest = [f"  ほか{len(found) - SHOWN}か所"] if len(found) > SHOWN else []
        raise Failure("\n".join([
            f"公表した数値（{known.folder.as_posix()}）が、{len(found)}か所で変わります。報告書は前のままにしました。",
            *lines, *rest,
            "訂正として公表するときは、year.toml の stage を「訂正」にし、[[revision]] に公表日と訂正の内容を加えてください。"
            "変わるはずがないときは、入力とプログラムの版を確かめてください。",
        ]))  # fmt: skip
    return found


def changes(before: dict[str, bytes], after: dict[str, bytes]) -> list[Change]:
    """Every value in which two sets of tables (file name → CSV) differ, in the order of the tables."""
    found = []
    for name in dict.fromkeys([*before, *after]):
        table = name.removesuffix(".csv").split(".", 1)[-1]
        if name not in before or name not in after:
            states = ("あり", NO_TABLE) if name in before else (NO_TABLE, "あり")
            found.append(Change(table, "表の全体", "", *states))
            continue
        old, new = _values(before[name]), _values(after[name])
        for key in dict.fromkeys([*old, *new]):
            was, now = old.get(key, "（行なし）"), new.get(key, "（行なし）")
            if not _same(was, now):
                found.append(Change(table, *key[:2], was or "（空欄）", now or "（空欄）"))
    return found


def _values(data: bytes) -> dict[tuple[str, str, int], str]:
    """(words of the row, label of the value, how often before) → value or symbol."""
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    values: dict[tuple[str, str, int], str] = {}
    for line in reader:
        words = [line[c] for c in reader.fieldnames if c not in ("row", *MEASURED)]
        if "value" in line:
            key, value = ("・".join(filter(None, words)), line["label"]), line["value"] or line["symbol"]
            number = _next(values, key)
            values[(*key, number)] = value
        else:   # a table of words: its first one names the row
            for column, word in zip(reader.fieldnames[2:], words[1:], strict=True):
                key = (words[0], column)
                values[(*key, _next(values, key))] = word
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
