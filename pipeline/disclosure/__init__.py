"""Small groups: merged with what belongs to them first, hidden where that isn't enough.

``merging`` (課→部→全体, neighbouring bands, sessions together) → ``tables`` and ``shares`` (which numbers an
edition doesn't show) → ``system`` (a table with all its sums as one linear system) → ``linear`` (what
a reader can work out of that system, and what to hide against it).

An edition is its thresholds: ``(3,)`` the internal one, ``(3, 5)`` the public one, which is always
protected on top of the internal one, so that the two together say no more than the internal one.
"""

from pipeline.disclosure.merging import (
    BANDS,
    POSITIONS,
    RATINGS,
    merge_bands,
    merge_hierarchy,
    merge_together,
    session_names,
)
from pipeline.disclosure.shares import Shares, protect_means, protect_shares
from pipeline.disclosure.system import TOTAL
from pipeline.disclosure.tables import (
    FEW,
    SUPPRESSED,
    audit,
    is_few,
    protect,
    protect_counts,
    regroup,
    suppress,
    uniform,
    with_margins,
)

__all__ = [
    "BANDS",
    "FEW",
    "POSITIONS",
    "RATINGS",
    "SUPPRESSED",
    "TOTAL",
    "Shares",
    "audit",
    "is_few",
    "merge_bands",
    "merge_hierarchy",
    "merge_together",
    "protect",
    "protect_counts",
    "protect_means",
    "protect_shares",
    "regroup",
    "session_names",
    "suppress",
    "uniform",
    "with_margins",
]
