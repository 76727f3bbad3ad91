"""The people of a course as several tables count them: what one table hides must not follow from another.

出欠 counts who attended, caught up and missed; 受講の状況 what became of the people with each obligation; 修了 says the
same of those with ●; and 回収 how many were asked. Of a course of one session all of these are the same
people, so that a number hidden in one is a difference of numbers shown in the others. Of a course of
several sessions 出欠 counts man-sessions, and the other three remain.
"""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from pipeline.completion import outcomes
from pipeline.comprehension import attendance_by_session
from pipeline.disclosure import SUPPRESSED
from pipeline.disclosure.linear import Published, secure
from pipeline.obligations import APART
from pipeline.schema import OBLIGATIONS
from pipeline.showing.obligation_views import COUNTED, OUTCOME_PARTS, outcome_rows
from pipeline.showing.shown_counts import (
    ATTENDED,
    ATTENDED_PARTS,
    CAUGHT_UP,
    MISSED,
    PARTLY,
    Attendance,
    attendance,
    attended_groups,
)

NONE, REQUIRED = "none", OBLIGATIONS[0]
# An outcome → how the one session of a course was attended.
WAYS = {"completed": (ATTENDED, CAUGHT_UP), "partly": (PARTLY,), "missed": (MISSED,), "none_recorded": ("",)}
NOT_ASKED = ("none_recorded", "waived", "not_target")
# What it costs to hide a number: totals are what a reader looks for, then who completed or attended.
COSTS = {"n": 16.0, "completed": 4.0, ATTENDED: 8.0}


class Shown(NamedTuple):
    """``attended`` and ``by_duty`` (as from ``outcome_rows``) as an edition shows them, 「x」 where hidden."""

    attended: Attendance
    by_duty: pd.DataFrame


class People(NamedTuple):
    """Who had to take what and what became of it (``standing``), the ``attendance`` of the ``sessions``
    as the ``plan`` reads it, the ``courses``, and how many of each were ``invited`` (by course_id)."""

    standing: pd.DataFrame
    attendance: pd.DataFrame
    sessions: pd.DataFrame
    courses: pd.DataFrame
    plan: object
    invited: pd.Series

    def shown(self, thresholds: Sequence[int]) -> Shown:
        """Both tables, each protected by itself, and then all that count the same people together."""
        by_session = attendance_by_session(self.attendance, self.sessions)
        counts, hidden = self._counts(), set()
        for depth, k in enumerate(thresholds):
            edition = thresholds[: depth + 1]
            own = Shown(
                attendance(by_session, self.plan, edition), outcome_rows(outcomes(self.standing), self.courses, edition)
            )
            cells = _cells(own, self._single())
            for course_id, base in counts.groupby("course_id", sort=False):
                theirs = cells[cells["course_id"] == course_id].reset_index(drop=True)
                hidden |= _secured(base, theirs, self.invited.get(course_id), hidden, k)
        return _masked(own, hidden)

    def _single(self) -> set[str]:
        held = self.sessions.groupby("course_id").size()
        return set(held.index[held == 1])

    def _counts(self) -> pd.DataFrame:
        """course_id, obligation, outcome, way, n: all that a reader can think of, also where it is nobody."""
        ways = {s: way for way, statuses in attended_groups(self.plan).items() for s in statuses}
        course = self.sessions.set_index("session_id")["course_id"]
        own = self.attendance.assign(
            course_id=self.attendance["session_id"].map(course), way=self.attendance["status"].map(ways)
        )
        own = own[own["course_id"].isin(self._single())][["participant_id", "course_id", "way"]]
        people = self.standing.merge(own, on=["participant_id", "course_id"], how="left")
        people = people.assign(way=people["way"].fillna(""), obligation=people["obligation"].fillna(NONE))
        keys = ["course_id", "obligation", "outcome", "way"]
        real = people.groupby(keys).size()
        real = real.reindex([*dict.fromkeys([*real.index, *self._thinkable(real)])], fill_value=0)
        return real.rename("n").rename_axis(keys).reset_index()

    def _thinkable(self, real: pd.Series) -> list[tuple]:
        """A reader sees that nobody counts in a row, or in the column 一部参加, that the tables don't have."""
        counted = real[real.index.get_level_values("outcome").isin(COUNTED)]
        seen = set(counted.index.droplevel(["outcome", "way"]))
        in_part = self.attendance["status"].isin(attended_groups(self.plan)[PARTLY]).any()
        of_one = {o: way for o, way in WAYS.items() if o != "partly" or in_part}
        found = []
        for course_id, duty in product(self.courses["course_id"], [*OBLIGATIONS, NONE]):
            ways = of_one if course_id in self._single() else {o: ("",) for o in COUNTED}
            counts = ways if (course_id, duty) in seen else {}
            found += [(course_id, duty, o, way) for o in counts for way in counts[o]]
            found += [(course_id, duty, o, "") for o in APART]
        return found


def _cells(own: Shown, single: set[str]) -> pd.DataFrame:
    """The numbers shown or hidden: table, course_id, row, column, value."""
    places = []
    for name, table, key in (("courses", own.attended.courses, None), ("sessions", own.attended.sessions, "number")):
        rows = table[table["course_id"].isin(single)]
        columns = [c for c in table if c not in ("course_id", "session_id", "number")]
        places += [
            (name, row["course_id"], row[key] if key else "", c, row[c])
            for row in rows.to_dict("records")
            for c in columns
        ]
    columns = [c for c in own.by_duty if c in (*OUTCOME_PARTS, "n")]
    places += [
        ("by_duty", row["course_id"], row["obligation"], c, row[c])
        for row in own.by_duty.to_dict("records")
        for c in columns
    ]
    return pd.DataFrame(places, columns=["table", "course_id", "row", "column", "value"])


def _sums(base: pd.DataFrame, cell: dict) -> np.ndarray:
    """Which of the base counts a number sums."""
    if cell["table"] == "by_duty":
        parts = COUNTED if cell["column"] == "n" else OUTCOME_PARTS[cell["column"]]
        return ((base["obligation"] == cell["row"]) & base["outcome"].isin(parts)).to_numpy()
    parts = ATTENDED_PARTS.get(cell["column"], (cell["column"],))
    return base["way"].isin(parts).to_numpy()


def _secured(base: pd.DataFrame, cells: pd.DataFrame, invited: int | None, before: set[tuple], k: int) -> set[tuple]:
    """The places (table, course_id, row, column) of one course that the threshold ``k`` hides."""
    places = list(zip(cells["table"], cells["course_id"], cells["row"], cells["column"], strict=True))
    forms = [_sums(base, cell) for cell in cells.to_dict("records")]
    hidden = [
        value == SUPPRESSED or _was_hidden(place, before) for place, value in zip(places, cells["value"], strict=True)
    ]
    # Completion of ● stands in a table of its own, with its n, and shares of groups that add up to it.
    fixed = [p[0] == "by_duty" and p[2] == REQUIRED and p[3] in ("completed", "n") for p in places]
    asked = ~base["outcome"].isin(NOT_ASKED).to_numpy()
    # Numbers that stand elsewhere: how many were asked, and how many with ● count for nothing.
    apart = (base["obligation"].eq(REQUIRED) & base["outcome"].isin(APART)).to_numpy()
    for own, is_shown in (
        (asked, invited == base.loc[asked, "n"].sum()),
        (apart, not 0 < base.loc[apart, "n"].sum() < k),
    ):
        if is_shown:
            forms, hidden, fixed = [*forms, own], [*hidden, False], [*fixed, True]
    if not any(hidden):
        return set()
    hidden = np.array(hidden)
    counts, sums = base["n"].to_numpy(), csr_array(np.array(forms, dtype=int))
    values = sums @ counts
    weight = np.array([COSTS.get(p[3], 1.0) * (1 if p[0] == "by_duty" else 2) for p in places])
    weight = (
        np.pad(weight, (0, len(values) - len(weight)), constant_values=1)
        * (1 + values / max(values.max(), 1))
        * (1 + 1e-4 * np.arange(len(values)))
    )
    free = np.array(fixed) & ~hidden
    published = Published(counts, sums, weight, free, np.minimum(values, 1))
    needed = {int(n): k if values[n] else 1 for n in np.flatnonzero(hidden & (values < k))}
    hidden, failed = secure(published, hidden, needed)
    if any(values[n] for n in failed):
        hidden = hidden | ~free  # the last resort: nothing of the course but what stands elsewhere too
    return {place for place, gone in zip(places, hidden, strict=False) if gone}


def _was_hidden(place: tuple, before: set[tuple]) -> bool:
    """Whether the edition before hides the number, or a part of it."""
    *where, column = place
    parts = OUTCOME_PARTS.get(column, (column,)) if place[0] == "by_duty" else (column,)
    return any((*where, part) in before for part in (column, *parts))


def _masked(own: Shown, hidden: set[tuple]) -> Shown:
    tables = {"courses": own.attended.courses, "sessions": own.attended.sessions, "by_duty": own.by_duty}
    keys = {"courses": None, "sessions": "number", "by_duty": "obligation"}
    for name, key in keys.items():
        table = tables[name].astype(object)
        for n, row in enumerate(table.to_dict("records")):
            for column in table:
                if (name, row["course_id"], row[key] if key else "", column) in hidden:
                    table.iloc[n, table.columns.get_loc(column)] = SUPPRESSED
        tables[name] = table
    return Shown(Attendance(tables["sessions"], tables["courses"]), tables["by_duty"])
