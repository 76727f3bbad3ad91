"""What a rounded number of the public edition says: the rules that its note and its open code tell everybody.

Written anew, not taken from the program: where the two differ, the truth falls outside what the reader concludes, and
the test says so.
"""

from collections.abc import Callable
from functools import lru_cache

from tests.attack.system import MOST

STEP, LEAST = 5, 10
SHARED = 13  # the fewest of whom a share is told: of 10 to 12 none is
NOT_TOLD = "-"  # as ``pages.plain`` writes 「－」
Said = Callable[[int, int], str]  # (hits, base) → the share as printed


def people(text: str) -> tuple[int, int]:
    """The range of a count of people or answers. Raises ValueError for what is no rounded count."""
    text = text.replace(",", "").removeprefix("約").replace("人", "").replace("件", "")
    if text == NOT_TOLD:
        return 0, MOST
    if text == f"{STEP}未満":
        return 1, STEP - 1
    number = text.removesuffix("以下")
    if not number.isdigit() or int(number) % STEP:
        raise ValueError(f"a count that isn't rounded: {text}")
    value = int(number)
    if not value:
        return 0, 0
    return 0 if number != text else max(STEP, value - STEP // 2), value + STEP // 2


def share(hits: int, n: int) -> str:
    """A share as the public edition prints it."""
    if n < SHARED:
        return NOT_TOLD
    base = (n + STEP // 2) // STEP * STEP - STEP // 2
    grid = next(grid for grid in (1, 5, 10) if grid * base >= 100)
    few = grid
    while few * base <= 400 or (2 * few + grid) * base <= 1000:
        few += grid
    value = (200 * hits + grid * n) // (2 * grid * n) * grid
    if hits < STEP or value < few:
        return f"{few}%未満"
    if n - hits < STEP or value > 100 - few:
        return f"{100 - few}%以上"
    return f"{value}%"


def finer(hits: int, n: int) -> str:
    """The share as it was first printed: finer, so that it told of how many it was the share. For the test of the attack."""
    if n < LEAST:
        return NOT_TOLD
    grid = 1 if n >= 50 else 5
    if hits < STEP:
        return f"{grid * (400 // (grid * n) + 1)}%未満"
    if n - hits < STEP:
        return f"{grid * (100 * (n - 4) // (grid * n))}%以上"
    return f"{min(max((200 * hits + grid * n) // (2 * grid * n) * grid, grid), 100 - grid)}%"


@lru_cache
def table(said: Said, most: int) -> dict[str, dict[int, tuple[int, int]]]:
    """Every text a share can have → base → the least and the most hits that are printed so."""
    found: dict[str, dict[int, tuple[int, int]]] = {NOT_TOLD: {}}
    for n in range(most + 1):
        for hits in range(n + 1):
            own = found.setdefault(said(hits, n), {})
            own[n] = (own.get(n, (hits, hits))[0], hits)
    return found
