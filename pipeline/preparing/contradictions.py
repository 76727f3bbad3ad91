"""Where two sources say different things about the same person or session.

None of them stops the run: the register is followed, and the contradiction is put before the
office in charge.
"""

from collections import Counter
from collections.abc import Mapping

from pipeline.findings import Finding, Findings, Place
from pipeline.ids import parts
from pipeline.preparing.reading import Rows
from pipeline.schema import MISSED, TOOK_PART

IN_THE_ROOM = 1  # the value of 「会場」 on the scale ``method``


def contradictions(tables: Mapping[str, Rows]) -> list[Finding]:
    """The findings C01, C02, C04, C05. ``tables`` are the rows of the canonical tables."""
    findings = Findings()
    items = {row["item_id"]: row for row in tables["items"]}
    _in_the_room_but_absent(tables, items, findings)
    _more_answers_than_attendees(tables, findings)
    _own_word_against_register(tables, items, findings)
    return findings.items


def _place(row: dict) -> Place:
    return Place.parse(row["source_ref"])


def _in_the_room_but_absent(tables: Mapping[str, Rows], items: dict[str, dict], findings: Findings) -> None:
    status = {(row["participant_id"], row["session_id"]): row for row in tables["attendance"]}
    for response in tables["responses"]:
        if items[response["item_id"]]["dimension"] != "method":
            continue
        entry = status.get((response["participant_id"], response["session_id"]))
        if entry and entry["status"] in MISSED and response["value"] == IN_THE_ROOM:
            findings.add("C01", _place(response), cell=_place(entry).cell)


def _more_answers_than_attendees(tables: Mapping[str, Rows], findings: Findings) -> None:
    numbers = {row["session_id"]: row["number"] for row in tables["sessions"]}
    attendees = Counter(row["session_id"] for row in tables["attendance"] if row["status"] in TOOK_PART)
    files: dict[str, str] = {}
    for response in tables["responses"]:
        files.setdefault(response["instrument_id"], _place(response).file)
    for instrument in tables["instruments"]:
        session_id = instrument["session_id"]
        if session_id is not None and instrument["answered"] > attendees[session_id]:
            findings.add(
                "C02",
                Place(files.get(instrument["instrument_id"], "")),
                session=numbers.get(session_id),
                answers=instrument["answered"],
                attendees=attendees[session_id],
            )


def _own_word_against_register(tables: Mapping[str, Rows], items: dict[str, dict], findings: Findings) -> None:
    """The sessions somebody says to have missed, and their number, against the register."""
    courses = {i["instrument_id"]: i["course_id"] for i in tables["instruments"]}
    missed: dict[tuple[str, str], set[str]] = {}
    for row in tables["attendance"]:
        if row["status"] in MISSED:
            course_id, number = parts(row["session_id"])
            missed.setdefault((row["participant_id"], course_id), set()).add(number)
    said: dict[str, tuple[dict, set[str]]] = {}
    for choice in tables["choices"]:
        if items[choice["item_id"]]["concept"] == "missed_sessions":
            said.setdefault(choice["response_id"], (choice, set()))[1].add(choice["option_id"])
    for choice, ids in said.values():
        course_id = courses[items[choice["item_id"]]["instrument_id"]]
        own, known = ids - {"0", "other"}, missed.get((choice["participant_id"], course_id), set())
        if choice["participant_id"] and own != known:
            findings.add("C04", _place(choice), said=_numbers(own), register=_numbers(known))
    counts = {
        r["response_id"]: r
        for r in tables["responses"]
        if items[r["item_id"]]["dimension"] == "missed_count" and r["value"] is not None
    }
    for response_id, response in counts.items():
        _, ids = said.get(response_id, (None, set()))
        own = ids - {"0", "other"}
        if response["value"] != len(own):
            findings.add("C05", _place(response), count=int(response["value"]), chosen=len(own))


def _numbers(ids: set[str]) -> str:
    return "、".join(f"第{i}回" for i in sorted(ids, key=int)) or "なし"
