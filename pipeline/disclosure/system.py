"""A table with all its published sums as one linear system, and what to hide of it."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from pipeline.disclosure.linear import Published, secure

TOTAL = "計"
# What it costs to hide a number, beside an inner one: sums are what a reader looks for.
MERGED, MARGIN, GRAND, KEPT = 2, 16, 100, 4
OWN, WIDER, ALL = 0, 1, 2  # what a row or column sums: itself, a group, everything

Groups = Mapping[Hashable, Hashable]


@dataclass(frozen=True)
class System:
    """``rows`` and ``columns`` place each published number among the names (「計」 is the last)."""

    published: Published
    rows: np.ndarray
    columns: np.ndarray
    row_names: list
    column_names: list

    def frame(self, numbers: np.ndarray, otherwise) -> pd.DataFrame:
        """One value a published number as a table, ``otherwise`` where nothing is published."""
        cells = np.full((len(self.row_names), len(self.column_names)), otherwise, numbers.dtype)
        cells[self.rows, self.columns] = numbers
        return pd.DataFrame(cells, self.row_names, self.column_names)

    def numbers(self, frame: pd.DataFrame) -> np.ndarray:
        """The values of a table in the order of the published numbers."""
        cells = frame.reindex(index=self.row_names, columns=self.column_names).to_numpy()
        return cells[self.rows, self.columns]

    @property
    def row_totals(self) -> np.ndarray:
        return self.columns == len(self.column_names) - 1

    @property
    def inner(self) -> np.ndarray:
        return ~self.row_totals & (self.rows != len(self.row_names) - 1)

    def of_rows(self, rows: np.ndarray) -> np.ndarray:
        """The inner numbers of the rows of these numbers."""
        return self.inner & np.isin(self.rows, self.rows[rows])


def system(
    table: pd.DataFrame,
    margins: Collection[str],
    known: Collection[str] = (),
    row_groups: Groups | None = None,
    column_groups: Groups | None = None,
    keep: Collection[Hashable] = (),
) -> System:
    """The numbers of the table, of its groups and its margins; arguments as for ``protect``."""
    row_names, row_sums, row_level = _levels(table.index, row_groups)
    column_names, column_sums, column_level = _levels(table.columns, column_groups)
    kinds = np.array([["inner", "row"], ["column", "total"]], dtype=object)
    kinds = kinds[np.ix_((row_level == ALL).astype(int), (column_level == ALL).astype(int))]
    rows, columns = np.nonzero(np.isin(kinds, ["inner", *margins]))
    kind = kinds[rows, columns]
    forms = csr_array(np.kron(row_sums, column_sums))[rows * len(column_names) + columns]
    base = table.to_numpy().astype(int).ravel()
    values = forms @ base
    weight = 1 + values / max(values.max(initial=0), 1)
    weight *= np.where((row_level[rows] == WIDER) | (column_level[columns] == WIDER), MERGED, 1)
    weight *= np.select([kind == "total", kind != "inner"], [GRAND, MARGIN], 1)
    weight *= np.where([column_names[place] in keep for place in columns], KEPT, 1)
    # No two numbers cost quite the same, so that no choice is left to the solver.
    weight *= 1 + 1e-4 * np.arange(len(weight)) / max(len(weight), 1)
    published = Published(base, forms, weight, np.isin(kind, list(known)), np.minimum(values, 1))
    return System(published, rows, columns, row_names, column_names)


def hide(given: System, hidden: np.ndarray, k: int) -> np.ndarray:
    """``hidden`` and all that has to be hidden besides for the threshold k."""
    published, values = given.published, given.published.values
    small = (values > 0) & (values < k)
    fixed = published.fixed & ~small & ~hidden
    hidden = hidden | small | given.of_rows(small & given.row_totals)
    empty = hidden & (values == 0)
    needed = dict.fromkeys(np.flatnonzero(small), k) | dict.fromkeys(np.flatnonzero(empty), 1)
    if not needed:
        return hidden
    hidden, failed = secure(replace(published, fixed=fixed), hidden, needed)
    # The 0 of a column that is empty altogether stays known. For anything else there is a last resort.
    lost = [number for number in failed if not empty[number]]
    if not lost:
        return hidden
    parts = published.parts()
    return hidden | (np.isin(parts, parts[lost]) & ~fixed)


def _levels(labels: pd.Index, groups: Groups | None) -> tuple[list, np.ndarray, np.ndarray]:
    """Names of the labels, of their groups and of the total; which labels each one sums; 0, 1 or 2."""
    parents = [(groups or {}).get(label, label) for label in labels]
    own = list(labels)
    wider = [name for name in dict.fromkeys(parents) if name not in own]
    for label, parent in zip(own, parents, strict=True):
        if parent in own and (parent != label or parents.count(parent) > 1):
            raise ValueError(f"{parent} is a row or column of its own and a group of others")
    sums = [np.eye(len(own), dtype=int)]
    sums += [np.array([[parent == name for parent in parents]], dtype=int) for name in wider]
    sums += [np.ones((1, len(own)), dtype=int)]
    level = np.repeat([OWN, WIDER, ALL], [len(own), len(wider), 1])
    return [*own, *wider, TOTAL], np.vstack(sums), level
