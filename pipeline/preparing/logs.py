"""Records that a system kept by itself (Teams, an e-learning service) → attendance and scores.

They fill only what the owner's record (出席簿, 受講管理表) leaves open. Where the two contradict each
other, the owner's record stands and a finding says so: a log knows connections, not people.
"""

from pipeline.preparing.intake import RawFile, Run
from pipeline.preparing.learner_lists import read_lists
from pipeline.preparing.logged import Logged
from pipeline.preparing.meetings import read_meetings

ATTENDED = {"present", "late", "early", "partial", "online", "recording", "e_learning"}
MISSED = {"absent", "absent_duty"}


def read_logs(run: Run, files: list[RawFile]) -> None:
    """Teams reports and progress lists → what is still missing in attendance, and scores."""
    _fill(run, [*read_meetings(run, files), *read_lists(run, files)])


def _fill(run: Run, logged: list[Logged]) -> None:
    recorded = {(r["participant_id"], r["session_id"]): r for r in run.tables["attendance"]}
    for log in logged:
        at = log.participant_id, log.session_id
        row = recorded.get(at)
        if row is not None and row["status"] != "unknown":
            _compare(run, row, log)
            continue
        if row is None:
            row = recorded[at] = {}
            run.tables["attendance"].append(row)
        row.update(
            participant_id=at[0],
            session_id=at[1],
            status=log.status,
            minutes_lost=log.minutes_lost,
            caught_up_on=None,
            reason=log.reason,
            source_ref="!".join(log.place),
        )
    run.tables["attendance"].sort(key=lambda row: (row["participant_id"], row["session_id"]))


def _compare(run: Run, row: dict, log: Logged) -> None:
    """The owner's record against the log; what happened after the log's day is no contradiction."""
    file, _, cell = (row.get("source_ref") or "!!").split("!", 2)
    owner = row["status"]
    later = row.get("caught_up_on")
    if later and log.known_until and later > log.known_until:
        return
    if owner in MISSED and log.status in ("online", "e_learning"):
        run.findings.add("E23", log.place, file=file, cell=cell, owner="受けていない", log="受けた")
    elif owner in ATTENDED and log.status in MISSED:
        run.findings.add("E23", log.place, file=file, cell=cell, owner="受けた", log="受けていない")
    elif owner == "online" and log.status == "partial":
        run.findings.add("E24", log.place, file=file, cell=cell, minutes=log.minutes_lost)
