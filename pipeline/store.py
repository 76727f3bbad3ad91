"""One fiscal year's files: the only code that knows where anything lives."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.fiscal_year import FiscalYear

if TYPE_CHECKING:  # pandas takes half a second to import: doit must not wait for it
    import pandas as pd

RAW = "data/raw"
SAMPLE = "data/sample"
DECLARATION = "year.toml"
KEY_MARK = "id.key.sha256"
# The editions of a document, and what a reader calls them.
INTERNAL, PUBLIC = "internal", "public"
EDITIONS = {INTERNAL: "内部版", PUBLIC: "公表版"}
# What Excel, LibreOffice, Windows and macOS leave beside the files of an analyst.
LITTER = ("~$", ".")
LITTER_NAMES = {"thumbs.db", "desktop.ini"}
RECORD = "廃棄の記録.csv"  # what was deleted of a year, and why: beside its declaration
FAILED = "失敗_"  # the notebook of a failed run
DRAFT = ".draft"  # how a file's name ends until it is whole
DRAFTS = "PIPELINE_DRAFTS"  # by which a run tells its kernel where its drafts lie
RUNS = "runs"  # the folder of the records of what was run
LAB = ".jupyter"  # what the analyst changes in JupyterLab's settings and windows


@dataclass(frozen=True)
class Store:
    """The raw files, processed tables and documents of one fiscal year below ``root``.

    ``drafts`` are folders with files of the year that aren't in place yet, each under its path from ``root``: what is
    read is taken from the first that has it, and what is saved goes into the first.
    """

    root: Path
    year: FiscalYear
    drafts: tuple[Path, ...] = ()

    @classmethod
    def open(cls, fiscal_year: str | FiscalYear, root: str | Path = ".") -> "Store":
        """The store of ``fiscal_year`` (``"R4"``); nothing is read or created. In the kernel of a run, with its drafts."""
        drafts = filter(None, os.environ.get(DRAFTS, "").split(os.pathsep))
        return cls(Path(root), FiscalYear.parse(str(fiscal_year)), tuple(map(Path, drafts)))

    def drafting(self, document: str, edition: str) -> "Store":
        """The same year with a folder of drafts of its own for one document, for its owner only."""
        own = self.draft_dir(document, edition)
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir(parents=True)
        return replace(self, drafts=(own, *self.drafts))

    def draft_dir(self, document: str, edition: str) -> Path:
        return self.processed_dir / f".{document}.{edition}{DRAFT}"

    @property
    def held(self) -> Path:
        """Where a run keeps what it makes of a published year, until all of it is made and agrees."""
        return self.draft_dir("held", "year")

    def holding(self) -> "Store":
        """The same year with what is held of it."""
        return replace(self, drafts=(self.held,))

    def current(self, path: Path) -> Path:
        """Where the file of ``path`` is to be read: among the drafts, as far as it is there."""
        inside = path.relative_to(self.root) if self.drafts and path.is_relative_to(self.root) else path
        return next((draft for folder in self.drafts if (draft := folder / inside).exists()), path)

    def in_drafts(self) -> dict[Path, bytes]:
        """What lies in the first folder of drafts, by the place that it is meant for; the records of the runs last."""
        folder = self.drafts[0]
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        found.sort(key=lambda path: path.parent.name == RUNS)
        return {self.root / path.relative_to(folder): path.read_bytes() for path in found}

    def target(self, path: Path) -> Path:
        """Where the file of ``path`` is to be written: in the first folder of drafts, if there is one."""
        return self.drafts[0] / path.relative_to(self.root) if self.drafts else path

    @property
    def is_sample(self) -> bool:
        """Whether this year is read from the made-up town, because there is no real year."""
        return not _declared(self.root / RAW)

    @property
    def raw_dir(self) -> Path:
        return self.root / (SAMPLE if self.is_sample else RAW) / str(self.year)

    @property
    def declaration(self) -> Path:
        """The year's own ``year.toml``."""
        return self.raw_dir / DECLARATION

    @property
    def has_decisions(self) -> bool:
        """Whether the year's declaration names the CIO's decisions on the year before."""
        try:
            return 'kind = "decisions"' in self.declaration.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):  # `Year.open` says what is wrong with it
            return False

    @property
    def raw_files(self) -> list[Path]:
        """Every file below ``raw_dir`` in a fixed order, without the litter of other programs."""
        files = (path for path in self.raw_dir.rglob("*") if path.is_file() and path != self.purge_record)
        return sorted(path for path in files if not is_litter(path.relative_to(self.raw_dir)))

    @property
    def purge_record(self) -> Path:
        """What was deleted of the year, when and by which rule: `commands.purge` writes it."""
        return self.raw_dir / RECORD

    @property
    def is_closed(self) -> bool:
        """Whether the year's raw files were deleted: its documents stay, and can't be made again."""
        return self.purge_record.exists() and self.raw_files == [self.declaration]

    def left(self, kind: str) -> list[Path]:
        """Every file of the year of one kind of `retention.KINDS`, those of other programs too."""
        folder, pattern = {
            "raw": (self.raw_dir, "*"),
            "private": (self.private_dir, "*"),
            "processed": (self.processed_dir, "*"),
            "internal": (self.published_dir, f"*/{INTERNAL}/**/*"),
            "failures": (self.reports_dir, f"{FAILED}*"),
        }[kind]
        files = (path for path in folder.rglob(pattern) if path.is_symlink() or path.is_file())
        return sorted(set(files) - {self.declaration, self.purge_record})

    @property
    def processed_dir(self) -> Path:
        return self.root / "data/processed" / str(self.year)

    @property
    def reports_dir(self) -> Path:
        return self.root / "reports" / str(self.year)

    @property
    def published_dir(self) -> Path:
        """What was published of the year, by number: `publishing.release` writes and compares it."""
        return self.root / "data/published" / str(self.year)

    @property
    def manifest(self) -> Path:
        return self.reports_dir / "manifest.json"

    @property
    def id_key(self) -> Path:
        """The secret key of the participants' ids: the same for all years, never in git."""
        return self.root / "data/private/id.key"

    @property
    def key_marks(self) -> tuple[Path, Path]:
        """Where it is noted which key made the ids: with the plans, and with the year's tables."""
        return self.registered_plan.with_name(KEY_MARK), self.processed_dir / KEY_MARK

    @property
    def registered_plan(self) -> Path:
        """The analysis plan as it was when the year's data were first read."""
        return self.root / "data/private/plans" / f"{self.year}.json"

    @property
    def private_dir(self) -> Path:
        """What names or shows single people of the year: never a report."""
        return self.root / "data/private" / str(self.year)

    @property
    def outstanding_list(self) -> Path:
        """Who has still to take what, by name: private like the raw files, never a report."""
        return self.private_dir / f"未受講者一覧_{self.year}.xlsx"

    @property
    def comments_list(self) -> Path:
        """Every comment of the year, to be judged and released by the analyst: private, for a report quotes few."""
        return self.private_dir / f"意見一覧_{self.year}.csv"

    @property
    def exploring_dir(self) -> Path:
        """What an analyst saved while exploring: private, so that it never travels with the reports."""
        return self.private_dir / "探索"

    def table(self, name: str) -> Path:
        return self.processed_dir / f"{name}.parquet"

    def edition_dir(self, edition: str = INTERNAL) -> Path:
        """Where the documents of an edition lie, and in ``tables/`` the tables behind them."""
        return self.reports_dir / PUBLIC if edition == PUBLIC else self.reports_dir

    def tables_dir(self, edition: str = INTERNAL) -> Path:
        """The tables behind the documents of an edition, and what explains them."""
        return self.edition_dir(edition) / "tables"

    def dictionaries(self, edition: str = INTERNAL) -> list[Path]:
        """What explains the tables of an edition: the codes, and every column."""
        return [self.tables_dir(edition) / f"{n}.csv" for n in ("codebook", "data_dictionary")]

    def document(self, name: str, suffix: str = ".html", edition: str = INTERNAL) -> Path:
        return self.edition_dir(edition) / f"{name}{suffix}"

    def run_record(self, document: str, edition: str = INTERNAL) -> Path:
        """Where `publish` notes what went into a document and how long it took."""
        return self.processed_dir / RUNS / f"{document}.{edition}.json"

    def load(self, name: str) -> "pd.DataFrame":
        """The table ``name``. FileNotFoundError, in Japanese, when no stage has written it."""
        import pandas as pd

        path = self.current(self.table(name))
        if not path.exists():
            raise FileNotFoundError(f"表「{name}」がまだありません（{path}）。doit で前の工程から作り直してください。")
        return pd.read_parquet(path)

    def earlier(self, name: str) -> list[Path]:
        """Where the earlier years keep the table ``name``, oldest first; a closed year may have none any more."""
        before = [Store(self.root, year) for year in years(self.root) if year < self.year]
        return [store.table(name) for store in before if not store.is_closed or store.table(name).exists()]

    def history(self, name: str) -> "dict[str, pd.DataFrame]":
        """The table ``name`` of every earlier year that has it, by year, oldest first."""
        import pandas as pd

        paths = [path for path in self.earlier(name) if path.exists()]
        return {path.parent.name: pd.read_parquet(path) for path in paths}

    def save(self, name: str, table: "pd.DataFrame") -> None:
        """Write the table ``name`` in one step: a reader sees the old file or the new one."""
        path = self.target(self.table(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = draft_of(path)
        try:
            table.to_parquet(draft, index=False)
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def is_public(path: Path) -> bool:
    """Whether a file is meant for everybody: below ``reports/<year>/public``, and among drafts below the same."""
    parts = path.parts
    return any(parts[n] == "reports" and parts[n + 2] == PUBLIC for n in range(len(parts) - 2))


def draft_of(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    return path.with_name(f".{path.name}{DRAFT}")


def drafts(root: Path) -> list[Path]:
    """What runs that were killed have left below ``root``."""
    folders = ("reports", "data/processed", "data/private")
    return [path for folder in folders for path in sorted((root / folder).rglob(f".*{DRAFT}"))]


def scratch_prefix(root: Path) -> str:
    """How the folders of the town's kernels begin, among the temporary files."""
    return f"doit-kernel-{root.resolve().stat().st_ino}-"


def project_root(root: str | Path | None = None) -> Path:
    """``root``, or the folder with ``data`` for whoever doesn't know it, as in a notebook's folder.

    ``PIPELINE_ROOT`` of the environment (``doit lab`` sets it), or the nearest folder upwards that has
    data/raw or data/sample, or the project that this package is installed from.
    """
    if root := root or os.environ.get("PIPELINE_ROOT"):
        return Path(root)
    here = Path.cwd()
    above = [here, *here.parents, Path(__file__).resolve().parents[1]]
    found = (p for p in above if (p / RAW).is_dir() or (p / SAMPLE).is_dir())
    return next(found, here)


def years(root: str | Path = ".") -> list[FiscalYear]:
    """The fiscal years to evaluate, oldest first: those of ``data/raw`` that have a ``year.toml``.

    When there are none, those of the sample town.
    """
    return _declared(Path(root) / RAW) or _declared(Path(root) / SAMPLE)


def open_stores(root: Path) -> list[Store]:
    """The years that can be evaluated, oldest first: without those whose raw files were deleted."""
    stores = (Store.open(year, root) for year in years(root))
    return [store for store in stores if not store.is_closed]


def private_folders(root: Path) -> list[Path]:
    """The folders that hold what only their owner may read, as far as they are there."""
    patterns = (f"{RAW}/*", "data/private", "data/processed/*", "data/published", LAB)
    return sorted(path for pattern in patterns for path in root.glob(pattern) if path.is_dir())


def irreplaceable(root: Path) -> list[Path]:
    """What nothing can make again: the key, the plans, every release, the records of what was deleted."""
    patterns = ("data/private/id.key", "data/private/plans/*", "data/published/**/*", f"{RAW}/*/{RECORD}")
    return sorted(path for pattern in patterns for path in root.glob(pattern) if path.is_file())


def key_marks(root: Path) -> list[Path]:
    """Every note, of whatever year, of the key that made the ids."""
    return sorted(
        path for folder in ("data/private/plans", "data/processed/*") for path in root.glob(f"{folder}/{KEY_MARK}")
    )


def undeclared(root: str | Path = ".") -> list[Path]:
    """The folders of ``data/raw`` that hold files but are not taken as a year.

    Either ``year.toml`` is missing, or the folder isn't named like ``R5``. They would be passed
    over in silence, and the sample town evaluated in their place: whoever builds must complain.
    """
    folders = (path for path in sorted((Path(root) / RAW).glob("*")) if path.is_dir())
    taken = {str(year) for year in _declared(Path(root) / RAW)}
    return [
        folder
        for folder in folders
        if folder.name not in taken
        and any(p.is_file() and not is_litter(p.relative_to(folder)) for p in folder.rglob("*"))
    ]


def is_litter(path: Path) -> bool:
    """Whether ``path`` (relative) is a lock, thumbnail or hidden file that nobody put there."""
    return path.name.lower() in LITTER_NAMES or any(p.startswith(LITTER) for p in path.parts)


def _declared(folder: Path) -> list[FiscalYear]:
    found = []
    for declaration in folder.glob(f"R*/{DECLARATION}"):
        try:
            found.append(FiscalYear.parse(declaration.parent.name))
        except ValueError:  # 「R4旧」 and the like: `undeclared` names it
            continue
    return sorted(found)
