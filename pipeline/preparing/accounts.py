"""Where every raw row went: used, or set aside with a reason; the counts must add up."""

from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from pipeline.ingest.files import Grid
from pipeline.ingest.headings import SetAside, Sheet
from pipeline.schema import conform

At = tuple[str, str, int]  # file, sheet, row


@dataclass
class Ledger:
    """The rows of files: read once, then used or set aside exactly once."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)  # file → (kind, sha256)
    read: set[At] = field(default_factory=set)
    went: dict[At, str | None] = field(default_factory=dict)  # why a row was set aside; None: used

    def open(self, file: str, kind: str, digest: str, grids: list[Grid]) -> None:
        self.files[file] = (kind, digest)
        self.read |= {(g.file, g.sheet, row) for g in grids for row in g.rows()}

    def set_aside_grid(self, grid: Grid, reason: str) -> None:
        self.went |= {(grid.file, grid.sheet, row): reason for row in grid.rows()}

    def take(self, sheet: Sheet) -> None:
        """The rows of a sheet as ``headings`` divided them; the headings themselves hold no data."""
        grid = sheet.grid
        self.went |= {(grid.file, grid.sheet, row): "見出し" for row in sheet.head_rows}
        self.went |= {(grid.file, grid.sheet, row.number): None for row in sheet.rows}
        self.went |= {(s.file, s.sheet, s.row): s.reason for s in sheet.set_aside}

    def set_aside(self, grid: Grid, row: int, reason: str) -> None:
        """A row taken before turns out not to count (a draft, a double)."""
        self.went[grid.file, grid.sheet, row] = reason

    def add(self, other: "Ledger") -> None:
        """The rows of another reader. RuntimeError if both tell of the same: that is our error."""
        _refuse(self.went.keys() & other.went.keys())
        self.files |= other.files
        self.read |= other.read
        self.went |= other.went

    def list_set_aside(self) -> list[SetAside]:
        return [SetAside(*at, reason) for at, reason in sorted(self.went.items()) if reason is not None]

    def accounts(self) -> pd.DataFrame:
        """One row a file: file, kind, sha256, rows_read = rows_used + rows_set_aside, reasons.

        Raises RuntimeError if a row was read and went nowhere, or was never read: that is our error,
        not the town's, and no report may come of it.
        """
        _refuse(self.read ^ self.went.keys())
        used: Counter[str] = Counter()
        reasons: dict[str, Counter[str]] = {file: Counter() for file in self.files}
        for (file, _, _), reason in self.went.items():
            if reason is None:
                used[file] += 1
            else:
                reasons[file][reason] += 1
        rows = []
        for file, (kind, digest) in self.files.items():
            aside = reasons[file].total()
            text = "、".join(f"{reason} {count}" for reason, count in sorted(reasons[file].items()))
            rows.append([file, kind, digest, used[file] + aside, used[file], aside, text])
        return conform("accounts", rows)


def _refuse(astray: set[At]) -> None:
    if astray:
        raise RuntimeError(f"行の勘定が合いません（プログラムの誤り）: {sorted(astray)[:5]}")
