"""Unknown counts, and what is known of them: an integer programme. What remains of a count is its least and its most."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

MOST = 10_000  # no town hall is larger
SMALL = range(1, 5)  # what must not be known of anybody's group

Terms = Mapping[str, int]  # count → how often it enters a sum


@dataclass(frozen=True)
class Pinned:
    """A count of which the pages leave one value."""

    what: str
    value: int

    def __str__(self) -> str:
        return f"{self.what} = {self.value}"


@dataclass
class System:
    """Counts by name, and lines between them: ``low`` ≤ sum of terms ≤ ``high``."""

    limits: dict[str, tuple[int, int]] = field(default_factory=dict)
    lines: list[tuple[Terms, float, float]] = field(default_factory=list)
    cases: dict[str, dict[int, dict[str, tuple[int, int]]]] = field(default_factory=dict)

    def count(self, name: str, low: int = 0, high: int = MOST) -> str:
        """A count between two limits; said again, the limits narrow."""
        own = self.limits.get(name, (0, MOST))
        self.limits[name] = (max(low, own[0]), min(high, own[1]))
        return name

    def line(self, terms: Terms, low: float = -np.inf, high: float = np.inf) -> None:
        for name in terms:
            self.count(name)
        self.lines.append((terms, low, high))

    def at_most(self, part: str, whole: str) -> None:
        self.line({whole: 1, part: -1}, low=0)

    def told(self, base: str, part: str, ranges: Mapping[int, tuple[int, int]]) -> None:
        """``base`` is one of the keys, and ``part`` then in the range of its key."""
        self.count(base), self.count(part)
        known = self.cases.setdefault(base, {n: {} for n in range(self.limits[base][0], self.limits[base][1] + 1)})
        kept = {}
        for n in known.keys() & ranges.keys():
            own = known[n].get(part, (0, MOST))
            low, high = max(own[0], ranges[n][0]), min(own[1], ranges[n][1])
            if low <= high:
                kept[n] = known[n] | {part: (low, high)}
        self.cases[base] = kept

    def holds(self, truth: Mapping[str, int]) -> list[str]:
        """What ``truth`` breaks: an attack that excludes the truth is a wrong one."""
        broken = [
            f"{k} = {truth[k]}: {low}～{high}" for k, (low, high) in self.limits.items() if not low <= truth[k] <= high
        ]
        for terms, low, high in self.lines:
            value = _value(terms, truth)
            broken += [] if low <= value <= high else [f"{dict(terms)} = {value}: {low}～{high}"]
        for base, own in self.cases.items():
            ranges = own.get(truth[base])
            if ranges is None:
                broken.append(f"{base} = {truth[base]}: {sorted(own)}")
                continue
            broken += [
                f"{p} = {truth[p]}: {r} ({base} = {truth[base]})"
                for p, r in ranges.items()
                if not r[0] <= truth[p] <= r[1]
            ]
        return broken

    def remains(self, terms: Terms) -> tuple[int, int]:
        """The least and the most of a sum of counts. Raises ValueError where the pages contradict each other."""
        return tuple(_value(terms, self._solution(terms, sign)) for sign in (1, -1))

    def pinned(
        self, watched: Mapping[str, Terms], truth: Mapping[str, int] | None = None, secret: Container[int] = SMALL
    ) -> list[Pinned]:
        """Which of the ``watched`` sums are one number, and a ``secret`` one.

        With ``truth`` only those that are secret are looked at: lines that hold for the truth pin nothing to another value.
        """
        first = truth or self._solution({}, 1)
        seen = {what: _value(terms, first) for what, terms in watched.items()}
        left = {what for what in watched if truth is None or seen[what] in secret}
        for sign in (1, -1, 1, -1):  # one solution disproves many
            if left:
                together: dict[str, float] = {}
                for what in left:
                    for name, n in watched[what].items():
                        together[name] = together.get(name, 0) + n
                other = self._solution(together, sign, gap=0.1)
                left = {what for what in left if _value(watched[what], other) == seen[what]}
        found = []
        for what in watched:
            if what in left:
                low, high = self.remains(watched[what])
                found += [Pinned(what, low)] if low == high and low in secret else []
        return found

    def _solution(self, terms: Terms, sign: int, gap: float = 0) -> dict[str, int]:
        names, lines, bounds = self._matrix
        cost = np.zeros(len(names))
        for name, n in terms.items():
            cost[names[name]] += sign * n
        options = {"mip_rel_gap": gap}
        found = milp(cost, constraints=lines, integrality=np.ones(len(names)), bounds=bounds, options=options)
        if found.x is None:
            raise ValueError(f"the pages leave nothing for {dict(terms)}: {found.message}")
        return dict(zip(names, map(round, found.x), strict=True))

    @cached_property
    def _matrix(self) -> tuple[dict[str, int], LinearConstraint, Bounds]:
        names = {name: n for n, name in enumerate(self.limits)}
        limits = [*self.limits.values()]
        lines = list(self.lines)
        for base, own in self.cases.items():
            chosen = {n: f"{base} is {n}" for n in own}
            for name in chosen.values():
                names[name] = len(names)
                limits.append((0, 1))
            lines.append((dict.fromkeys(chosen.values(), 1), 1, 1))
            lines.append(({base: -1} | {name: n for n, name in chosen.items()}, 0, 0))
            for part in sorted({part for ranges in own.values() for part in ranges}):
                least = {name: -own[n].get(part, (0, MOST))[0] for n, name in chosen.items()}
                most = {name: -own[n].get(part, (0, MOST))[1] for n, name in chosen.items()}
                lines += [({part: 1} | least, 0, np.inf), ({part: 1} | most, -np.inf, 0)]
        at = [(row, names[name], n) for row, (terms, _, _) in enumerate(lines) for name, n in terms.items()]
        rows, columns, values = zip(*at, strict=True) if at else ((), (), ())
        matrix = coo_array((values, (rows, columns)), shape=(len(lines), len(names))).tocsr()
        ends = LinearConstraint(matrix, [low for _, low, _ in lines], [high for *_, high in lines])
        return names, ends, Bounds(*np.array(limits, float).T)


def _value(terms: Terms, counts: Mapping[str, int]) -> int:
    return sum(n * counts[name] for name, n in terms.items())
