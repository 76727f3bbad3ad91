"""What a proposal says of the numbers behind it, and what none says: the rules of the menu are open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil, sqrt

from tests.attack.rounding import LEAST, STEP, Said

ENDS = ("end", "merge")  # no other change of the course stands beside it
UNTOLD = ("keep", "pending")  # stand in no public edition
Z = 1.959963984540054
Ranges = Mapping[int, tuple[int, int]]  # base → the least and the most hits


def by_people(rule: Mapping[str, str], most: int, told_from: int) -> Ranges:
    """How many of each base must have said a thing for a rule on it; ``told_from``: on fewer no printed proposal rests."""
    value, is_share = rule["value"].rstrip("%"), rule["value"].endswith("%")
    fewest = max(int(rule["min_people"] or 0), told_from)
    found = {}
    for n in range(int(rule["min_n"]), most + 1):
        low = max(fewest, ceil(float(value) * n / 100 - 1e-9) if is_share else int(value))
        if low <= n:
            found[n] = low, n
    return found


@dataclass(frozen=True)
class Spoken:
    """With which hits a rule speaks: ``always`` when it does, where the share is ``told`` as a value, and where beside that
    all that reads alike speaks, so that it is ``sure``."""

    always: dict[int, tuple[int, int]] = field(default_factory=dict)
    told: dict[int, tuple[int, int]] = field(default_factory=dict)
    sure: dict[int, tuple[int, int]] = field(default_factory=dict)

    def printed(self, asked: tuple[int, int] | None, stands: bool) -> Ranges:
        """The hits with which the proposal is printed: may be, where it ``stands``, and surely, where it doesn't.

        Where many of those who were ``asked`` (least and most) didn't answer it is printed whenever the rule speaks.
        """
        most = 0 if asked is None else asked[1 if stands else 0]
        near = {n: own for n, own in self.sure.items() if _step(most) - _step(n) < 2}
        return near | {n: own for n, own in self.told.items() if _step(most) - _step(n) >= 2}


def by_share(rule: Mapping[str, str], said: Said, most: int) -> Spoken:
    """The same for a rule on an end of a share's interval, with bases of up to ``most``."""
    return _by_share(rule["column"], float(rule["value"]), int(rule["min_n"]), said, most)


@lru_cache
def _by_share(column: str, limit: float, least: int, said: Said, most: int) -> Spoken:
    speaking = {n: [h for h in range(n + 1) if _speaks(column, limit, h, n)] for n in range(LEAST, most + STEP)}
    silent = {(said(h, n), _step(n)) for n, own in speaking.items() for h in set(range(n + 1)) - set(own)}
    found = Spoken()
    for n in range(least, most + 1):
        told = [hits for hits in speaking[n] if said(hits, n).endswith("%")]
        sure = [hits for hits in told if (said(hits, n), _step(n)) not in silent]
        for ranges, hits in ((found.always, speaking[n]), (found.told, told), (found.sure, sure)):
            ranges |= {n: (hits[0], hits[-1])} if hits else {}
    return found


def _step(n: int) -> int:
    return (n + STEP // 2) // STEP


def _speaks(column: str, limit: float, hits: int, n: int) -> bool:
    middle, half = (hits + Z**2 / 2) / (n + Z**2), Z * sqrt(hits * (n - hits) / n + Z**2 / 4) / (n + Z**2)
    return middle + half < limit if column == "ci_high" else middle - half > limit


def rest(taken: Ranges, low: int, high: int) -> Ranges:
    """The hits outside ranges, of bases from ``low`` to ``high``; what is left on both sides is taken for all."""
    found = {}
    for n in range(low, high + 1):
        first, last = taken.get(n, (0, -1))
        if last < first or first > 0 and last < n:
            found[n] = 0, n
        else:
            found[n] = (last + 1, n) if first == 0 else (0, first - 1)
    return found
