"""An edition is an audience and what it may see: the one door between the numbers and the pages.

内部版 is for those whose duty the training is: registers in full, answers from ``least`` on, groups of people
merged until each has ``least`` answers. 公表版 is for everybody: all is rounded, so that neither sums,
differences nor a later edition say more than the page does. Nothing is hidden cell by cell: what an audience
may not see is rounded, merged with its neighbour, or not told at all.

Sources: Ofqual's rounding policy (nearest 5, 1–4 as "fewer than 5", a true zero as 0), HESA's rounding strategy,
OpenSAFELY's ehrQL (one function over all results).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor

import pandas as pd

from pipeline.store import EDITIONS, INTERNAL, PUBLIC

STEP = 5  # what the public edition rounds people and answers to
FLOORS = {INTERNAL: 5, PUBLIC: 10}  # a year may declare more, never less
GRIDS = (1, 5, 10)  # what a public share is rounded to, in %
NOT_TOLD = "－"


@dataclass(frozen=True)
class Edition:
    """``least``: the fewest answers of which a value is told (public: the smallest base of a share or mean)."""

    name: str
    least: int

    def __post_init__(self):
        if self.least < FLOORS[self.name]:
            raise ValueError(f"{EDITIONS[self.name]}の最小の数は{FLOORS[self.name]}以上です: {self.least}")

    @property
    def label(self) -> str:
        return EDITIONS[self.name]

    @property
    def rounding(self) -> str:
        """How the public edition rounds, in words: a share is told from the first rounded base that can't be fewer."""
        base = STEP * ceil((self.least + STEP // 2) / STEP)
        return (
            f"人数・件数は{STEP}単位に丸め、1～{STEP - 1}は「{STEP}未満」としました。割合は、もとの人数が丸めて{base}人以上のものだけを"
            f"丸めて示しています（「{NOT_TOLD}」は示さないもの）。合計と内訳が一致しないことがあります。"
        )

    def told(self, table: pd.DataFrame, n: str = "n") -> pd.DataFrame:
        """The rows that rest on enough answers, or on none."""
        sizes = table[n].astype(float)
        return table[(sizes >= self.least) | (sizes == 0)]

    def of_enough(self, results: pd.DataFrame, people: float) -> pd.DataFrame:
        """All of ``results``, or none of them where they rest on too few ``people``; on nobody there is nothing to hide."""
        return results.iloc[:0] if 0 < people < self.least else results

    def merged(self, sizes: Sequence[int]) -> list[list[int]]:
        """Neighbours (by place) taken together until each group has ``least``: the smallest joins its smaller neighbour.

        ``sizes`` stand in an order in which neighbours belong together (bands, positions, sessions). Nobody is
        no small group. If all together are too few, there is no group at all.
        """
        groups = [[place] for place in range(len(sizes))]
        count = [int(size) for size in sizes]
        while small := [n for n, size in enumerate(count) if 0 < size < self.least]:
            if len(groups) == 1:
                return []
            here = min(small, key=lambda n: (count[n], n))
            beside = min((n for n in (here - 1, here + 1) if 0 <= n < len(groups)), key=lambda n: (count[n], n))
            left, right = sorted((here, beside))
            groups[left] += groups.pop(right)
            count[left] += count.pop(right)
        return groups


@dataclass(frozen=True)
class Rounded:
    """A number as the public edition tells it: the words, and the range (``low``–``high``) that they leave open.

    ``low`` = ``high`` where one rounded value is told; both are missing where nothing is.
    """

    text: str
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        return self.text


def people(n: float) -> Rounded:
    """A count of people, answers or records, to the nearest ``STEP``; 1–4 are 「5未満」, a true 0 is 0."""
    if pd.isna(n):
        return Rounded(NOT_TOLD)
    if 0 < n < STEP:
        return Rounded(f"{STEP}未満", 0, STEP)
    value = _nearest(n)
    return Rounded(f"{value:,}", value, value)


def people_above(n: float, others: float) -> Rounded:
    """A count that is told where it is above ``others``, as both are told; else only that it isn't: 「200以下」."""
    most = _nearest(others)
    return people(n) if _nearest(n) > most else Rounded(f"{most:,}以下", 0, most)


def are_far(n: float, fewer: float) -> bool:
    """Whether two counts are told with a step and more between them, so that no small number lies between."""
    return bool(pd.notna(n)) and _nearest(n) - _nearest(fewer) >= 2 * STEP


def alike(n: float) -> range:
    """The counts that are told as ``n`` is."""
    nearest = _nearest(n)
    return range(nearest - STEP // 2, nearest + STEP // 2 + 1)


def share(hits: float, n: float, least: int) -> Rounded:
    """A share of ``n`` people from the exact counts, to the finest of ``GRIDS`` of which a step is a whole person or more.

    A finer one would say how many the base are: of 13 or 14 people 60 % are 8 of 13, and who knows that 14 were asked
    knows that one didn't answer. For the same reason the grid and the bounds are those of the fewest people who are
    told as ``n`` is. With fewer than ``STEP`` on a side, or a value that so few of the base could give, it is a bound
    that is true for all of these. Where the base may be fewer than ``least`` people nothing is told: of 10 to 12 a bound
    and, with the next answer, a value would say that they were 4 of 10 and 5 of 11.
    """
    if pd.isna(hits) or pd.isna(n) or alike(n)[0] < least:
        return Rounded(NOT_TOLD)
    base = alike(n)[0]
    grid = next(grid for grid in GRIDS if grid * base >= 100)
    few = grid * (floor(max(100 * (STEP - 1), 100 * STEP - grid * base / 2) / base / grid) + 1)
    value = grid * int(_half_up(100 * hits / n / grid))
    if hits < STEP or value < few:
        return Rounded(f"{few}%未満", 0, few / 100)
    if n - hits < STEP or value > 100 - few:
        return Rounded(f"{100 - few}%以上", (100 - few) / 100, 1)
    return Rounded(f"{value}%", value / 100, value / 100)


def mean(value: float, n: float, least: int) -> Rounded:
    """A mean or a difference, one decimal, of at least ``least`` people."""
    if pd.isna(value) or pd.isna(n) or n < least:
        return Rounded(NOT_TOLD)
    rounded = float(_half_up(value * 10)) / 10
    return Rounded(f"{abs(rounded):.1f}" if rounded >= 0 else f"−{abs(rounded):.1f}", rounded, rounded)


def interval(low: float, high: float) -> tuple[float, float]:
    """The limits of an interval to one decimal, outward: what is told never claims more than was found."""
    return floor(round(low * 10, 9)) / 10, ceil(round(high * 10, 9)) / 10


def _nearest(n: float) -> int:
    return STEP * int(_half_up(n / STEP))


def _half_up(value: float) -> Decimal:
    return Decimal(str(round(value, 9))).quantize(Decimal(1), ROUND_HALF_UP)
