"""Who completed what they had to, by group, and who has still to take what.

Both sides come from ``obligations.standing``. A rate counts persons, never obligations: somebody who
owes three courses is one person, so that Wilson's interval keeps its meaning.
"""

import datetime

import pandas as pd

from pipeline.codebook import codes
from pipeline.comprehension import share
from pipeline.obligations import APART, COMPLETION, groups

RATE = ["n", "hits", "estimate", "ci_low", "ci_high"]
STILL_OPEN = ["participant_id", "course_id", "completion", "by", "office", "is_unconfirmed", "is_here"]


def by_course(standing: pd.DataFrame, by: pd.DataFrame | None = None) -> pd.DataFrame:
    """How many of those with ● completed the course, with Wilson intervals, by course and group.

    ``by`` as from :func:`groups`; without it each course has one row, ``group`` missing. ``n``
    counts completed, partly, missed and those without a record (``none_recorded``, also given
    apart); waived, not_target and unknown are counted apart. A course of which nobody has a record
    isn't judged: n = 0.
    """
    required = _required(standing)
    required = required.assign(group=None) if by is None else required.merge(by, on="participant_id")
    rows = []
    for (course, group), own in required.groupby(["course_id", "group"], dropna=False):
        counts = own["completion"].value_counts()
        n = int(own["is_counted"].sum())
        hits = int(counts.get("completed", 0))
        rows.append(
            (course, group, n, hits, *share(hits, n), *(int(counts.get(o, 0)) for o in ["none_recorded", *APART]))
        )
    table = pd.DataFrame(rows, columns=["course_id", "group", *RATE, "none_recorded", *APART])
    return table.assign(group=table["group"].astype(object).where(table["group"].notna(), None))


def completed_all(standing: pd.DataFrame, by: pd.DataFrame | None = None) -> pd.DataFrame:
    """Of the people with a ● that counts (``n``), how many completed all of theirs, with Wilson intervals.

    One row, ``group`` missing; or, with ``by`` as from :func:`groups`, one row a group.
    """
    counted = _required(standing).query("is_counted")
    hits = counted["completion"].eq("completed").groupby(counted["participant_id"]).all()
    people = pd.DataFrame({"participant_id": hits.index, "hit": hits.to_numpy()})
    parts = [(None, people)] if by is None else list(people.merge(by, on="participant_id").groupby("group"))
    rows = []
    for group, own in parts:
        number = int(own["hit"].sum())
        rows.append((group, len(own), number, *share(number, len(own))))
    return pd.DataFrame(rows, columns=["group", *RATE])


def by_duty(standing: pd.DataFrame) -> pd.DataFrame:
    """How many completed, or didn't, of each duty: course_id, obligation (missing: none), a column a completion, n."""
    named = standing.assign(obligation=standing["obligation"].fillna("none"))
    table = pd.crosstab([named["course_id"], named["obligation"]], named["completion"])
    table = table.reindex(columns=COMPLETION, fill_value=0).rename_axis(columns=None).reset_index()
    order = table["obligation"].map([*codes("obligation"), "none"].index)
    table = table.assign(order=order).sort_values(["course_id", "order"], ignore_index=True)
    obligation = table["obligation"].astype(object).where(table["obligation"] != "none", None)
    return table.assign(obligation=obligation, n=table[COMPLETION].sum(axis=1)).drop(columns="order")


def still_open(standing: pd.DataFrame, appointments: pd.DataFrame, on: datetime.date) -> pd.DataFrame:
    """Who has still to take which ● course (restricted: ids): ``STILL_OPEN``, a row a person and course.

    Waived and 対象外 are settled. ``office`` is that of the latest appointment; ``is_here``: whether an
    appointment is valid on the day ``on`` (who left can't take anything any more, but isn't dropped in
    silence). ``is_unconfirmed``: no record or unknown, so ask first.
    """
    required = standing[standing["obligation"] == "required"]
    still = required[~required["completion"].isin(["completed", "waived", "not_target"])]
    offices = groups(appointments, "office").rename(columns={"group": "office"})
    here = groups(appointments, "office", on)["participant_id"]
    still = still.merge(offices, on="participant_id").assign(
        is_unconfirmed=lambda t: t["completion"].isin(["none_recorded", "unknown"]),
        is_here=lambda t: t["participant_id"].isin(here),
    )
    return still[STILL_OPEN]


def outstanding(still_open: pd.DataFrame) -> pd.DataFrame:
    """The same by office (restricted: ids): one row an office and course.

    office, course_id, count, unconfirmed (of these: ask first), participant_ids (sorted).
    """
    return (
        still_open.groupby(["office", "course_id"])
        .agg(
            count=("participant_id", "size"),
            unconfirmed=("is_unconfirmed", "sum"),
            participant_ids=("participant_id", sorted),
        )
        .reset_index()
        .astype({"participant_ids": object})  # nobody at all would be text
    )


def _required(standing: pd.DataFrame) -> pd.DataFrame:
    """The ● rows, with ``is_counted``: whether the row belongs to the n of a completion rate."""
    recorded = set(standing.loc[standing["completion"] != "none_recorded", "course_id"])
    required = standing[standing["obligation"] == "required"]
    counted = ~required["completion"].isin(APART) & required["course_id"].isin(recorded)
    return required.assign(is_counted=counted)
