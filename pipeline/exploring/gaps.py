"""The gap in comprehension of those who were chosen after looking: an estimate, never a test."""

import numpy as np
import pandas as pd

from pipeline.codebook import codes
from pipeline.inference.association import refusal, verdict
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from pipeline.inference.pooling import SEPARATOR
from pipeline.inference.within import fit
from pipeline.showing.verdict_sentences import between, points

CAUTION = "見てから選んだ探索的な結果であり、確かめた結果ではない。"
NOT_CAUSE = "関連であって、欠席が理解度を下げたという意味ではない。"
ONCE = "人数は一人を一度だけ数えた（報告書の人数は、研修ごとに数えた延べ）。"
MANY = "群をいくつも見比べると、偶然の差が大きく見えるものが出やすい。"
NOT_COMPARED = (
    "この研修では、欠席した回と出席した回の理解度を比べられない（回が一つか、欠席した回の理解度を尋ねていない）。"
)
COLUMNS = ["selection", "persons", "n", "estimate", "ci_low", "ci_high"]
LEFT_OUT = pd.DataFrame(columns=["unit", "reason", "status", "n"])  # `cells` holds what is left


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


def estimated(cells: pd.DataFrame, plan: Plan, selection: str) -> tuple[pd.DataFrame, str]:
    """(``COLUMNS`` in one row, the reason why there is no estimate, or "").

    Estimate, interval and refusals of the primary analysis of these cells, without its p value: the
    selection was made after looking. How few people are too few is said by that analysis: those of
    whom the interval has no end. ``persons``: those who missed some sessions of a course and attended
    others, each once. ``n``: ratings.
    """
    panel, values = Panel.of(cells), [np.nan] * 3
    reason = refusal(panel, LEFT_OUT, plan)
    if not reason:
        found = fit(panel, plan)
        judged = verdict(found, plan)
        reason = judged.reason if judged.code == "untestable" else ""
        values = values if reason else [found.estimate, *found.interval]
    persons = len(set(_ids(pd.Series(panel.persons[panel.informative], dtype=str))))
    return pd.DataFrame([[selection, persons, panel.n_cells, *values]], columns=COLUMNS), reason


def apart(rows: dict[str, pd.DataFrame], plan: Plan) -> tuple[pd.DataFrame, list[str]]:
    """(``COLUMNS``, a row a group; the groups that allow no estimate). ``rows``: cells by group."""
    found = [estimated(own, plan, name) for name, own in rows.items()]
    possible = [row for row, reason in found if not reason]
    nothing = [name for name, (_, reason) in zip(rows, found, strict=True) if reason]
    return pd.concat(possible, ignore_index=True) if possible else pd.DataFrame(columns=COLUMNS), nothing


def sentence(row: pd.Series, reason: str) -> str:
    """What the selection shows, in one sentence."""
    if reason:
        return f"この選び方では差を出せない。{codes('verdict_reason')[reason]}ためである。"
    direction = "低かった" if row["estimate"] < 0 else "高かった"
    return (
        f"欠席した回の理解度は、出席した回より平均{points(row['estimate'])}{direction}"
        f"（95%信頼区間{between(row['ci_low'], row['ci_high'])}、{int(row['persons'])}人・{int(row['n'])}回答）。"
    )


def left_out(nothing: list[str]) -> str:
    """Which groups allow no estimate, and why that may be."""
    return f"差を出せない群：{'、'.join(nothing)}（両方の回を評価した人がいないか、少なくて区間が決まらない）。"


def covered(cells: pd.DataFrame, sessions: pd.DataFrame) -> set[str]:
    """The courses of which the cells hold sessions."""
    return set(cells["session_id"].map(sessions.set_index("session_id")["course_id"]))


def _ids(persons: pd.Series) -> pd.Series:
    """The persons without the course they are marked with: who is in two courses is one person."""
    return persons.astype(str).str.split(SEPARATOR).str[-1]
