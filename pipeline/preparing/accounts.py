"""Where every raw row went: used, or set aside with a reason; the counts must add up."""

from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from pipeline.ingest.files import Grid
from pipeline.ingest.headings import SetAside, Sheet
from pipeline.schema import conform


@dataclass
class Ledger:
    """The rows of all files: read once, then used or set aside exactly once."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)  # file → (kind, sha256)
    read: set[tuple[str, str, int]] = field(default_factory=set)
    used: set[tuple[str, str, int]] = field(default_factory=set)
    aside: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def open(self, file: str, kind: str, digest: str, grids: list[Grid]) -> None:
        self.files[file] = (kind, digest)
        self.read |= {(g.file, g.sheet, row) for g in grids for row in g.rows()}

    def set_aside_grid(self, grid: Grid, reason: str) -> None:
        self.aside |= {(grid.file, grid.sheet, row): reason for row in grid.rows()}

    def take(self, sheet: Sheet) -> None:
        """The rows of a sheet as ``headings`` divided them; the headings themselves hold no data."""
        grid = sheet.grid
        self.aside |= {(grid.file, grid.sheet, row): "見出し" for row in sheet.head_rows}
        self.used |= {(grid.file, grid.sheet, row.number) for row in sheet.rows}
        self.aside |= {(s.file, s.sheet, s.row): s.reason for s in sheet.set_aside}

    def set_aside(self, grid: Grid, row: int, reason: str) -> None:
        """A row taken before turns out not to count (a draft, a double)."""
        at = (grid.file, grid.sheet, row)
        self.used.discard(at)
        self.aside[at] = reason

    def list_set_aside(self) -> list[SetAside]:
        return [SetAside(*at, reason) for at, reason in sorted(self.aside.items())]

    def accounts(self) -> pd.DataFrame:
        """One row a file: file, kind, sha256, rows_read = rows_used + rows_set_aside, reasons.

        Raises RuntimeError if a row is in neither list or in both: that is our error, not the
        town's, and no report may come of it.
        """
        astray = self.read ^ (self.used | self.aside.keys()) | (self.used & self.aside.keys())
        if astray:
            raise RuntimeError(f"行の勘定が合いません（プログラムの誤り）: {sorted(astray)[:5]}")
        rows = []
        for file, (kind, digest) in self.files.items():
            reasons = Counter(reason for at, reason in self.aside.items() if at[0] == file)
            used = sum(at[0] == file for at in self.used)
            text = "、".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
            rows.append([file, kind, digest, used + reasons.total(), used, reasons.total(), text])
        return conform("accounts", rows)
