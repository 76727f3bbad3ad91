"""Published counts as one linear system: what a reader can work out, and what to hide against it.

Every published number is a sum of the same unknown counts of people. A reader knows the sums that are
shown, that counts are whole and not negative, and that nothing but an empty row's 0 is ever hidden,
so that a hidden number is 1 or more. What he can work out of a hidden number is the range between
its smallest and its largest value over all tables that look the same (Cox 1995: the feasibility
interval; Hundepool et al. 2012, Statistical Disclosure Control, ch. 4).

A number of 1 to k − 1 is safe when its range reaches k, a number that would have been shown: then
nobody can say that it was a few. Any other hidden number is safe when its range has two values.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

WHOLE = 1e-6  # the solver's own tolerance for a whole number


@dataclass(frozen=True)
class Published:
    """The numbers of a table as sums (``forms``, one a row) of its smallest counts (``base``).

    ``weight``: how much is lost when the number is hidden. ``fixed``: it stands elsewhere as well, so
    that hiding it is no use. ``floor``: what a reader knows of the number when it is hidden (0 or 1).
    """

    base: np.ndarray
    forms: csr_array
    weight: np.ndarray
    fixed: np.ndarray
    floor: np.ndarray

    @property
    def values(self) -> np.ndarray:
        return self.forms @ self.base

    def parts(self) -> np.ndarray:
        """A number for each published number: alike for those that have to do with one another."""
        if not len(self.base):
            return np.zeros(self.forms.shape[0], dtype=int)
        _, part = connected_components(self.forms.T @ self.forms, directed=False)
        return part[self.forms.argmax(axis=1)]

    def part(self, chosen: np.ndarray) -> "Published":
        """These numbers alone: all that have to do with one another."""
        forms = self.forms[np.flatnonzero(chosen)]
        counts = np.flatnonzero(forms.sum(axis=0))
        return Published(
            self.base[counts], forms[:, counts], self.weight[chosen], self.fixed[chosen], self.floor[chosen]
        )


def secure(published: Published, hidden: np.ndarray, needed: dict[int, int]) -> tuple[np.ndarray, set[int]]:
    """``hidden`` and what has to be hidden besides, so that each number of ``needed`` might be as large.

    For each number in turn, the cheapest change of the table that carries it there while nothing
    moves but hidden numbers, and numbers hidden for it (the network heuristic of Cox 1995, here with
    whole numbers). The changed table looks the same as the true one to the reader: it is the proof.
    Each change serves all numbers that it carries far enough. The second result are the numbers for
    which there is no such change.
    """
    hidden, failed, parts = hidden.copy(), set(), published.parts()
    for part in np.unique(parts[list(needed)]):
        numbers = np.flatnonzero(parts == part)
        own = published.part(parts == part)
        least = {place: needed[n] for place, n in enumerate(numbers) if n in needed}
        changed = []
        for place in sorted(least, key=lambda place: (own.values[place], place)):
            if any(table[place] >= least[place] for table in changed):
                continue
            change = _cheapest_change(own, hidden[numbers], place, least[place])
            if change is None:
                failed.add(int(numbers[place]))
                continue
            hidden[numbers] |= change != 0
            changed.append(own.values + change)
    return hidden, failed


def ranges(published: Published, hidden: np.ndarray) -> np.ndarray:
    """The smallest and the largest value of each hidden number that the reader can't rule out.

    Two columns, one row a hidden number in order; ∞ where nothing published limits it.
    """
    found, parts = np.empty((len(hidden), 2)), published.parts()
    for part in np.unique(parts[hidden]):
        numbers, own = np.flatnonzero(parts == part), published.part(parts == part)
        low = np.where(hidden[numbers], own.floor, own.values)
        high = np.where(hidden[numbers], np.inf, own.values)
        rest = {
            "integrality": np.ones(len(own.base)),
            "bounds": Bounds(0, np.inf),
            "constraints": LinearConstraint(own.forms, low, high),
        }
        for place in np.flatnonzero(hidden[numbers]):
            form = own.forms[[place], :].toarray()[0]
            least, most = (milp(sign * form, **rest).x for sign in (1, -1))
            # The true table always fits, so that no solution means a range without an end.
            found[numbers[place]] = (round(form @ least), np.inf if most is None else round(form @ most))
    return found[hidden]


def _cheapest_change(published: Published, hidden: np.ndarray, index: int, least: int) -> np.ndarray | None:
    """How each published number changes when number ``index`` is carried to ``least``."""
    forms, values = published.forms, published.values
    numbers, size = forms.shape
    still = published.fixed | (~hidden & (values == 0))
    pays = np.flatnonzero(~hidden & ~still)
    low = np.where(still, 0, published.floor - values).astype(float)
    high = np.where(still, 0, np.inf)
    low[index] = max(low[index], least - values[index])
    # Unknowns: the change of each base count, then the size of the change of each number that pays.
    cost = np.concatenate([np.zeros(size), published.weight[pays]])
    moved, zero = forms[pays], csr_array((numbers, len(pays)))
    sizes = eye_array(len(pays), format="csr")
    constraints = LinearConstraint(
        vstack([hstack([forms, zero]), hstack([moved, sizes]), hstack([-moved, sizes])]).tocsr(),
        np.concatenate([low, np.zeros(2 * len(pays))]),
        np.concatenate([high, np.full(2 * len(pays), np.inf)]),
    )
    bounds = Bounds(np.concatenate([-published.base, np.zeros(len(pays))]), np.inf)
    found = _cheapest_whole(cost, size, bounds, constraints)
    return None if found is None else forms @ found


def _cheapest_whole(cost: np.ndarray, size: int, bounds: Bounds, constraints: LinearConstraint) -> np.ndarray | None:
    """The first ``size`` unknowns of the cheapest solution in which they are whole numbers.

    Rows and columns that add up are a network: without asking for whole numbers they mostly come out
    whole by themselves, in a fifth of the time, and nothing whole is cheaper than that. Where they
    don't, they are asked for.
    """
    whole = np.arange(len(cost)) < size
    for integrality in (np.zeros(len(cost)), whole.astype(int)):
        solved = milp(cost, integrality=integrality, bounds=bounds, constraints=constraints)
        if solved.x is None:
            continue
        found = solved.x[:size]
        if integrality.any() or np.abs(found - np.round(found)).max(initial=0) < WHOLE:
            return np.round(found).astype(int)
    return None
