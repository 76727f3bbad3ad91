"""A row of evidence: ids and numbers, no words. What an id means stands in ``indicators``.

Scales are never mixed: a question asked on two scales has a row for each. An interval is given only where persons
are the units and its coverage is known; a register is counted, not estimated.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.edition import Edition
from pipeline.indicators import Indicators

COLUMNS = [
    "evidence_id",
    "course_id",
    "n",
    "persons",
    "base",
    "estimate",
    "ci_low",
    "ci_high",
    "p_value",
    "p_adjusted",
    "method",
    "code",
    "scale_id",
    "wording",
    "is_told",
]
# How a value was come by (the codes of the set ``method``).
WILSON, T_INTERVAL, COUNTED, PERMUTATION = "wilson", "t_interval", "counted", "permutation"
YEAR = ""  # the course_id of what belongs to no course, but to the year's training as a whole


def row(
    evidence_id: str,
    course_id: str,
    n: float,
    values: tuple[float, float, float],
    method: str,
    *,
    persons: float = np.nan,
    base: float = np.nan,
    p_value: float = np.nan,
    p_adjusted: float = np.nan,
    code: str | None = None,
    scale_id: str | None = None,
    wording: str | None = None,
) -> dict:
    """One row of COLUMNS; ``values`` = (estimate, ci_low, ci_high); ``code`` is a verdict.

    ``persons``: of how many people's answers the value is made, who may have given ``n`` of them; missing where it is
    made of registers and records, which nobody has to be kept out of.
    ``base``: how many were asked, or could have answered (n of them did). ``scale_id`` and ``wording`` say what a later
    year must have kept for the two to be comparable; of a KPI they are its unit and its name.
    """
    cells = [
        evidence_id,
        course_id,
        n,
        persons,
        base,
        *values,
        p_value,
        p_adjusted,
        method,
        code,
        scale_id,
        wording,
        True,
    ]
    return dict(zip(COLUMNS, cells, strict=True))


def counted(evidence_id: str, course_id: str, n: float, value: float, persons: float = np.nan) -> dict:
    """One row of what was counted in full, and so has no interval."""
    return row(evidence_id, course_id, n, (value, np.nan, np.nan), COUNTED, persons=persons)


def is_told(evidence: pd.DataFrame, edition: Edition, indicators: Indicators) -> pd.Series:
    """Which rows ``edition`` tells: not those of fewer people's answers than it tells of, nor what is computed from them.

    ``evidence``: evidence_id, course_id, persons. What is computed from what (``derived_from``) is followed however far.
    """
    places = list(zip(evidence["evidence_id"], evidence["course_id"], strict=True))
    enough = edition.told(evidence.fillna({"persons": 0}), "persons").index
    hidden = {place for place, index in zip(places, evidence.index, strict=True) if index not in enough}
    while new := {(i, at) for i, at in places if {(s, at) for s in indicators[i].derived_from} & hidden} - hidden:
        hidden |= new
    return pd.Series([place not in hidden for place in places], evidence.index, dtype=bool)


def latest(history: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The evidence of the last of several years (COLUMNS); no rows where there is none.

    ``history``: as ``Store.history`` has it.
    """
    tables = list(history.values()) or [pd.DataFrame()]
    return tables[-1].reindex(columns=COLUMNS)


def joined(*tables: pd.DataFrame) -> pd.DataFrame:
    """Several tables of evidence as one."""
    return pd.DataFrame([row for table in tables for row in table.to_dict("records")], columns=COLUMNS)
