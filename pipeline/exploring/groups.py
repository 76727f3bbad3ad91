"""Which group each person belongs to, as a person or as a participant of one course."""

import pandas as pd

from pipeline import obligations
from pipeline.codebook import Codebook, codes
from pipeline.comprehension import BANDS, band_of, missed_by_person

# What an analyst chooses → the column of `appointments`, or how it follows from the attendance.
PERSONAL = {"職位": "position", "セグメント": "segment", "所属": "office", "部": "department"}
MISSED, METHOD = "欠席の回数", "受講方法"
GROUPS = [*PERSONAL, MISSED, METHOD]
NOBODY_KNOWS = "回答者が分からない"  # anonymous, or not matched with the roster
NOT_TAKEN, NO_SEGMENT, NO_RECORD = "受講していない", "セグメントなし", "記録なし"
WAYS = {"room": "集合", **{way: codes("format")[way] for way in ("online", "recording", "e_learning")}}
OVERLAPPING = ("セグメント",)  # somebody may be in two: the groups add up to no total


def personal(appointments: pd.DataFrame, group: str) -> pd.DataFrame:
    """participant_id, group: of the latest appointment (as in the report)."""
    return obligations.groups(appointments, PERSONAL[group])


def by_missed(attendance: pd.DataFrame, sessions: pd.DataFrame, missed: tuple) -> pd.DataFrame:
    """participant_id, course_id, group: 「欠席0回」, 「欠席1回」, 「欠席2回以上」 of the course's sessions."""
    course = attendance["session_id"].map(sessions.set_index("session_id")["course_id"])
    tables = []
    for course_id, own in attendance.groupby(course):
        people = missed_by_person(own, missed)
        tables.append(people.assign(course_id=course_id, group=band_of(people["missed"])).drop(columns="missed"))
    names = ["participant_id", "course_id", "group"]
    return pd.concat(tables, ignore_index=True)[names] if tables else pd.DataFrame(columns=names)


def by_method(standing: pd.DataFrame) -> pd.DataFrame:
    """participant_id, course_id, group: how most of the course's sessions were taken, by the register."""
    recorded = standing[standing["completion"] != "none_recorded"]
    return recorded[["participant_id", "course_id"]].assign(group=recorded["how"].map(WAYS).fillna(NOT_TAKEN))


def order(group: str, codebook: Codebook) -> list[str]:
    """The groups in their official order; those that are none come last."""
    own = {MISSED: list(BANDS), METHOD: list(WAYS.values())}
    known = own[group] if group in own else codebook.order(PERSONAL[group])
    return [*known, NOT_TAKEN, NO_SEGMENT, NO_RECORD, NOBODY_KNOWS]


def grouped(answers: pd.DataFrame, members: pd.DataFrame, group: str) -> pd.DataFrame:
    """The answers with a column ``group``; who is in two groups has two rows.

    ``members`` as from the functions above. Nobody is dropped: who is in no group, and whose answer
    it is nobody knows, have groups of their own.
    """
    on = [name for name in ("participant_id", "course_id") if name in members]
    rows = answers.merge(members, on=on, how="left")
    none = NO_SEGMENT if group in OVERLAPPING else NO_RECORD
    rest = pd.Series(none, rows.index).mask(rows["participant_id"].isna(), NOBODY_KNOWS)
    return rows.assign(group=rows["group"].where(rows["group"].notna(), rest).astype(str))
