"""The panel: who rated which session's topic, and whether they had missed it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.inference.plan import Plan

KEYS = ["participant_id", "session_id"]
CELL_COLUMNS = [*KEYS, "rating", "missed"]
SCALE = (1, 5)


@dataclass(frozen=True)
class Cells:
    """The cells of the primary analysis and an account of those that are not in it.

    ``table``: participant_id, session_id, rating (1–5), missed (0/1); sorted, one row per cell.
    ``left_out``: unit, reason, status, n. Units ``cell`` and ``person`` (somebody without any
    cell; no status). Reasons: ``unrated`` (attendance known, no rating), ``unrecorded`` (rated,
    attendance not known), ``caught_up``, ``other_status``; for persons also ``several``.
    """

    table: pd.DataFrame
    left_out: pd.DataFrame


def cells(ratings: pd.DataFrame, attendance: pd.DataFrame, plan: Plan | object) -> Cells:
    """Cells that have a rating and a status that the plan calls missed or attended.

    ``ratings``: participant_id, session_id, rating. ``attendance``: participant_id, session_id,
    status and, where known, caught_up_on: an absence with that date counts as caught up.
    Raises ValueError, in Japanese and naming the cell, for a rating that is missing or off the
    scale, for a cell that occurs twice and for an unknown person or session.
    """
    plan = Plan.parse(plan)
    _refuse_bad_cells(ratings, "評定")
    _refuse_bad_cells(attendance, "出欠")
    _refuse_bad_ratings(ratings)
    both = ratings[[*KEYS, "rating"]].merge(
        attendance[[c for c in [*KEYS, "status", "caught_up_on"] if c in attendance]], on=KEYS, how="outer"
    )
    made_up = caught_up(both, plan)
    reason = np.select(
        [both["rating"].isna(), both["status"].isna(), made_up, ~both["status"].isin(plan.missed + plan.attended)],
        ["unrated", "unrecorded", "caught_up", "other_status"],
        "",
    )
    both = both.assign(reason=reason, missed=both["status"].isin(plan.missed).astype(int))
    table = both.loc[both["reason"] == "", CELL_COLUMNS].sort_values(KEYS, ignore_index=True)
    return Cells(table.astype({"rating": float}), _left_out(both))


def by_content(rows: np.ndarray) -> np.ndarray:
    """The order of ``rows`` (a matrix, one row a person) by what is in them: the first column, then the next."""
    return np.lexsort(rows.T[::-1]) if rows.size else np.arange(len(rows))


def caught_up(attendance: pd.DataFrame, plan: Plan) -> pd.Series:
    """Which rows of attendance were missed in the room but made up for, by status or by date."""
    by_status = attendance["status"].isin(plan.caught_up)
    if "caught_up_on" not in attendance:
        return by_status
    return by_status | attendance["status"].isin(plan.missed) & attendance["caught_up_on"].notna()


def _left_out(both: pd.DataFrame) -> pd.DataFrame:
    """Counts of cells, and of persons without any cell, by reason."""
    out = both[both["reason"] != ""].fillna({"status": ""})
    unseen = out[~out["participant_id"].isin(both.loc[both["reason"] == "", "participant_id"])]
    why = unseen.groupby("participant_id")["reason"].agg(
        lambda reasons: reasons.iloc[0] if reasons.nunique() == 1 else "several"
    )
    by_cell = out.groupby(["reason", "status"]).size().rename("n").reset_index()
    by_person = why.value_counts().sort_index().rename("n").rename_axis("reason").reset_index()
    return pd.concat([by_cell.assign(unit="cell"), by_person.assign(unit="person", status="")], ignore_index=True)[
        ["unit", "reason", "status", "n"]
    ]


def _refuse_bad_cells(table: pd.DataFrame, what: str) -> None:
    if table[KEYS].isna().any(axis=None):
        row = int(np.flatnonzero(table[KEYS].isna().any(axis=1))[0]) + 1
        raise ValueError(f"{what}の表の{row}行目に受講者か回の記号がありません。")
    twice = table[table.duplicated(KEYS)]
    if len(twice):
        person, session = twice[KEYS].astype(object).iloc[0]
        raise ValueError(f"{what}が二重です: 受講者 {person}、回 {session}。一つにしてください。")


def _refuse_bad_ratings(ratings: pd.DataFrame) -> None:
    value = pd.to_numeric(ratings["rating"], errors="coerce")
    bad = ratings[~value.between(*SCALE)]
    if len(bad):
        person, session, rating = bad[[*KEYS, "rating"]].astype(object).iloc[0]
        said = "空欄" if pd.isna(rating) else f"「{rating}」"
        raise ValueError(
            f"評定が{said}です: 受講者 {person}、回 {session}。{SCALE[0]}～{SCALE[1]}の数が"
            "必要です。無回答は表から除いてください。"
        )


@dataclass(frozen=True)
class Panel:
    """Cells as matrices, one row per person and one column per session, 0 where not eligible.

    The persons stand in the order of their cells, never of their ids: seeded draws go by the rows, and
    another key of the ids, or another order of the register, must not move a result.
    """

    persons: np.ndarray
    sessions: np.ndarray
    rating: np.ndarray
    missed: np.ndarray
    eligible: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Panel":
        """The panel of a cell table (participant_id, session_id, rating, missed)."""
        row, persons = pd.factorize(table["participant_id"], sort=True)
        column, sessions = pd.factorize(table["session_id"], sort=True)
        shape = len(persons), len(sessions)
        rating, missed, eligible = np.zeros(shape), np.zeros(shape), np.zeros(shape, bool)
        rating[row, column] = table["rating"]
        missed[row, column] = table["missed"]
        eligible[row, column] = True
        order = by_content(np.hstack([eligible, missed, rating]))
        return cls(np.asarray(persons)[order], np.asarray(sessions), rating[order], missed[order], eligible[order])

    @property
    def n_cells(self) -> int:
        """Eligible cells."""
        return int(self.eligible.sum())

    @property
    def is_full(self) -> bool:
        """Whether every person has every session."""
        return bool(self.eligible.all())

    @property
    def n_eligible(self) -> np.ndarray:
        """Eligible cells of each person."""
        return self.eligible.sum(axis=1)

    @property
    def n_missed(self) -> np.ndarray:
        """Missed cells of each person."""
        return self.missed.sum(axis=1).astype(int)

    @property
    def informative(self) -> np.ndarray:
        """Which persons have both missed and attended cells; only they say anything."""
        return (self.n_missed > 0) & (self.n_missed < self.n_eligible)

    @cached_property
    def _normal(self) -> np.ndarray:
        """Pseudo-inverse of the session dummies' cross product after removing person means."""
        weight = self.eligible / np.maximum(self.n_eligible, 1)[:, None]
        cross = np.diag(self.eligible.sum(axis=0)) - weight.T @ self.eligible
        # The default cut-off would invert the rounding error of the constant, which is no effect.
        return np.linalg.pinv(cross, rcond=1e-9, hermitian=True)

    def session_effects(self, values: np.ndarray) -> np.ndarray:
        """Least-squares effects of the sessions, person effects removed; they sum to zero.

        The same as alternating projections carried to their limit, or as session means minus
        the grand mean on a full grid; exact in one step where cells are missing (Frisch–Waugh).
        """
        values = np.where(self.eligible, values, 0.0)
        return self._normal @ (values - self._person_means(values)).sum(axis=0)

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """``values`` after removing person and session means; 0 where not eligible."""
        values = np.where(self.eligible, values - self.session_effects(values), 0.0)
        return values - self._person_means(values)

    def _person_means(self, values: np.ndarray) -> np.ndarray:
        means = values.sum(axis=1) / np.maximum(self.n_eligible, 1)
        return np.where(self.eligible, means[:, None], 0.0)
