"""Permutations of the missed sessions within each person: draws, exact law, test inversion."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np

TIE = 1e-10
BLOCK = 1 << 16
LARGEST_TABLE = 4096


@lru_cache(maxsize=256)
def _subsets(n: int, k: int) -> np.ndarray:
    return np.array(list(combinations(range(n), k)), dtype=np.intp)


def shuffles(
    scores: np.ndarray, missed: np.ndarray, eligible: np.ndarray, draws: int, seed: int
) -> Iterator[np.ndarray]:
    """Sums of ``scores`` over each person's missed cells after shuffling which were missed.

    ``scores`` is (m, persons, sessions); yields (m, block, informative persons) with the number
    of missed cells of every person kept, ``draws`` in all, memory bounded by the block. Persons
    with all or none of their cells missed stay as they are and are not among the columns.
    """
    rng = np.random.default_rng(seed)
    k, n = missed.sum(axis=1).astype(int), eligible.sum(axis=1)
    people = np.flatnonzero((k > 0) & (k < n))
    small = [i for i in people if comb(int(n[i]), int(k[i])) <= LARGEST_TABLE]
    large = [i for i in people if i not in set(small)]
    tables = [scores[:, i, eligible[i]][:, _subsets(int(n[i]), int(k[i]))].sum(2) for i in small]
    table = np.concatenate(tables, axis=1) if tables else np.zeros((len(scores), 0))
    sizes = np.array([t.shape[1] for t in tables], dtype=float)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if tables else np.zeros(0)
    width = max(1, len(small) + sum(int(n[i]) for i in large))
    for block in _blocks(draws, max(1, BLOCK // width)):
        # One uniform number picks one of a person's equally likely subsets.
        chosen = (rng.random((block, len(small))) * sizes + starts).astype(np.intp)
        sums = table.take(chosen, axis=1)
        if large:
            sums = np.concatenate([sums, *(_by_keys(scores, eligible, k, i, block, rng) for i in large)], axis=2)
        yield sums


def _blocks(draws: int, size: int) -> Iterator[int]:
    for start in range(0, draws, size):
        yield min(size, draws - start)


def _by_keys(scores, eligible, k, person, block, rng) -> np.ndarray:
    """Random k-subsets by the smallest of random keys, where there are too many to list."""
    keys = rng.random((block, int(eligible[person].sum())))
    chosen = np.argpartition(keys, k[person] - 1, axis=1)[:, : k[person]]
    return scores[:, person, eligible[person]][:, chosen].sum(axis=2)[:, :, None]


def two_sided(observed: float, drawn: np.ndarray) -> float:
    """p = min(1, 2·min(p_less, p_greater)), each (1 + hits)/(draws + 1); never 0."""
    less = np.count_nonzero(drawn <= observed + TIE)
    greater = np.count_nonzero(drawn >= observed - TIE)
    return float(min(1.0, 2 * (1 + min(less, greater)) / (len(drawn) + 1)))


def inverted(d: float, q: float, d_drawn: np.ndarray, q_drawn: np.ndarray, alpha: float) -> tuple[float, float]:
    """The differences b that the two-sided test at ``alpha`` does not reject, as (low, high).

    Testing b replaces the ratings by ratings − b·missed, so that the draw's statistic is
    d_k − b·q_k. Where every q_k ≤ q these are the order statistics m+1 and B′−m of
    b_k = (d − d_k)/(q − q_k) with m = ⌊α/2·(B+1) − 1 − draws equal to the data⌋. A draw with
    q_k > q counts on the other side of its b_k; the curve need not be monotone then, and the
    smallest interval with all accepted b is given. Infinite ends: the data set no limit.
    """
    rise, run = d - d_drawn, q - q_drawn
    flat = np.abs(run) <= TIE
    at = rise[~flat] / run[~flat]
    falls = run[~flat] > 0
    high = _last_accepted(at, falls, np.count_nonzero(rise[flat] >= -TIE), len(rise), alpha)
    low = _last_accepted(-at, falls, np.count_nonzero(rise[flat] <= TIE), len(rise), alpha)
    return -low, high


def _last_accepted(at, falls, always, draws, alpha) -> float:
    """The largest b whose one-sided p, (1 + always + counts at b)/(draws + 1), exceeds α/2.

    A draw that ``falls`` counts while b ≤ at, any other while b ≥ at.
    """
    needed = np.floor(alpha / 2 * (draws + 1) - 1 - always + 1e-9) + 1
    if np.count_nonzero(~falls) >= needed:
        return np.inf
    if falls.all():
        nth = len(at) - int(needed)
        return float(np.partition(at, nth)[nth]) if nth >= 0 else -np.inf
    order = np.argsort(at, kind="stable")
    at, falls = at[order], falls[order]
    first = np.searchsorted(at, at, side="left")
    upto = np.searchsorted(at, at, side="right")
    falling = np.concatenate([[0], np.cumsum(falls)])
    rising = np.concatenate([[0], np.cumsum(~falls)])
    counts = falling[-1] - falling[first] + rising[upto]
    accepted = np.flatnonzero(counts >= needed)
    return float(at[accepted[-1]]) if len(accepted) else -np.inf


def exact(
    values: np.ndarray, missed: np.ndarray, eligible: np.ndarray, limit: float = 2e8
) -> tuple[float, float] | None:
    """(p_less, p_greater) of Σ values over the missed cells under all shuffles within persons.

    ``values`` are integers; the law of the sum is the convolution of every person's equally
    likely choose-k sums. None where that would take more than ``limit`` additions.
    """
    k, n = missed.sum(axis=1).astype(int), eligible.sum(axis=1)
    law, shift, work = np.ones(1), 0, 0.0
    people = np.flatnonzero((k > 0) & (k < n))
    for i in people:
        own = values[i, eligible[i]].astype(np.int64)
        sums, shares = _choose_sums(own, int(k[i]))
        work += len(sums) * len(law)
        if work > limit:
            return None
        wider = np.zeros(len(law) + int(sums[-1] - sums[0]))
        for at, share in zip(sums - sums[0], shares, strict=True):
            wider[at : at + len(law)] += share * law
        law, shift = wider, shift + int(sums[0])
    observed = int((values[people] * missed[people].astype(np.int64)).sum()) - shift
    return min(1.0, float(law[: observed + 1].sum())), min(1.0, float(law[observed:].sum()))


def _choose_sums(values: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Distinct sums of k of the integers, ascending, and the share of the subsets with each."""
    least = values.min()
    values = np.sort(values - least)
    ways = np.zeros((k + 1, int(values[-k:].sum()) + 1))
    ways[0, 0] = 1
    for value in values:
        for size in range(k, 0, -1):
            ways[size, value:] += ways[size - 1, : ways.shape[1] - value]
    sums = np.flatnonzero(ways[k])
    return sums + k * least, ways[k][sums] / ways[k].sum()
