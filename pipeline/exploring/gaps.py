"""The gap in comprehension of those who were chosen after looking: an estimate, never a test."""

import numpy as np
import pandas as pd

from pipeline.disclosure import protect_means
from pipeline.inference.association import refusal, verdict
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from pipeline.inference.pooling import SEPARATOR
from pipeline.inference.within import fit
from pipeline.showing.verdict_sentences import REASONS, between, points

CAUTION = "見てから選んだ探索的な結果であり、確かめた結果ではない。"
NOT_CAUSE = "関連であって、欠席が理解度を下げたという意味ではない。"
ONCE = "人数は一人を一度だけ数えた（報告書の人数は、研修ごとに数えた延べ）。"
MANY = "群をいくつも見比べると、偶然の差が大きく見えるものが出やすい。"
NOT_COMPARED = (
    "この研修では、欠席した回と出席した回の理解度を比べられない（回が一つか、欠席した回の理解度を尋ねていない）。"
)
COLUMNS = ["selection", "persons", "n", "estimate", "ci_low", "ci_high"]
LEFT_OUT = pd.DataFrame(columns=["unit", "reason", "status", "n"])  # `cells` holds what is left
FEW = "few"


def subset(
    cells: pd.DataFrame, sessions: pd.DataFrame, course_id: str | None, members: pd.DataFrame | None
) -> pd.DataFrame:
    """The cells of one course and of the chosen people; of all where None.

    ``cells`` as saved by the association notebook: with several courses a person is marked with the
    course. ``members``: participant_id, perhaps course_id.
    """
    course = cells["session_id"].map(sessions.set_index("session_id")["course_id"])
    person = _ids(cells["participant_id"])
    keep = pd.Series(True, cells.index) if course_id is None else course == course_id
    if members is not None:
        on = [name for name in ("participant_id", "course_id") if name in members]
        own = pd.DataFrame({"participant_id": person, "course_id": course})[on]
        keep &= pd.MultiIndex.from_frame(own).isin(pd.MultiIndex.from_frame(members[on]))
    return cells[keep].reset_index(drop=True)


def estimated(cells: pd.DataFrame, plan: Plan, k: int, selection: str) -> tuple[pd.DataFrame, str]:
    """(``COLUMNS`` in one row, the reason why there is no estimate, or "").

    Estimate, interval and refusals of the primary analysis of these cells, without its p value: the
    selection was made after looking. ``persons``: those who missed some sessions of a course and
    attended others, each once; of fewer than ``k`` nothing is shown. ``n``: ratings.
    """
    panel, values = Panel.of(cells), [np.nan] * 3
    persons, reason = _informative(panel), refusal(panel, LEFT_OUT, plan)
    if not reason:
        found = fit(panel, plan)
        judged = verdict(found, plan)
        reason = judged.reason if judged.code == "untestable" else FEW if persons < k else ""
        values = values if reason else [found.estimate, *found.interval]
    counts = [None, None] if persons < k else [persons, panel.n_cells]
    row = pd.DataFrame([[selection, *counts, *values]], columns=COLUMNS)
    return row.astype({"persons": "Int64", "n": "Int64"}), FEW if reason and 0 < persons < k else reason


def apart(rows: dict[str, pd.DataFrame], plan: Plan, k: int) -> tuple[pd.DataFrame, list[str]]:
    """(``COLUMNS``, a row a group; the groups of which nothing is shown). ``rows``: cells by group.

    A group left out alone would follow from that of all: another one is left out with it.
    """
    found = pd.concat([estimated(own, plan, k, name)[0] for name, own in rows.items()], ignore_index=True)
    persons = pd.Series([_informative(Panel.of(own)) for own in rows.values()])
    hidden = protect_means(persons, (k,), pd.Series(0, persons.index))
    found.loc[hidden.to_numpy(), COLUMNS[1:]] = pd.NA
    nothing = found["estimate"].isna()
    return found[~nothing].reset_index(drop=True), list(found.loc[nothing, "selection"])


def sentence(row: pd.Series, reason: str, k: int) -> str:
    """What the selection shows, in one sentence."""
    if reason == FEW:
        return f"両方の回を評価した人が{k}人に満たないため、差は示さない。"
    if reason:
        return f"この選び方では差を出せない。{REASONS[reason]}ためである。"
    direction = "低かった" if row["estimate"] < 0 else "高かった"
    return (
        f"欠席した回の理解度は、出席した回より平均{points(row['estimate'])}{direction}"
        f"（95%信頼区間{between(row['ci_low'], row['ci_high'])}、{int(row['persons'])}人・{int(row['n'])}回答）。"
    )


def left_out(nothing: list[str], k: int) -> str:
    """Which groups aren't shown, and why that may be."""
    return (
        f"示さない群：{'、'.join(nothing)}（両方の回を評価した人が{k}人に満たないか、差を出せないか、"
        "ほかから逆算できる）。"
    )


def covered(cells: pd.DataFrame, sessions: pd.DataFrame) -> set[str]:
    """The courses of which the cells hold sessions."""
    return set(cells["session_id"].map(sessions.set_index("session_id")["course_id"]))


def _informative(panel: Panel) -> int:
    """How many people have both missed and attended sessions of a course."""
    return len(set(_ids(pd.Series(panel.persons[panel.informative], dtype=str))))


def _ids(persons: pd.Series) -> pd.Series:
    """The persons without the course they are marked with: who is in two courses is one person."""
    return persons.astype(str).str.split(SEPARATOR).str[-1]
