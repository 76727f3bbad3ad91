"""Where two sources say different things about the same person or session.

None of them stops the run: the register is followed, and the contradiction is put before the
office in charge.
"""

from pipeline.findings import Findings, Place

ABSENT = ("absent", "absent_duty")
TOOK_PART = ("present", "late", "early", "partial", "online", "recording", "e_learning")
IN_THE_ROOM = 1  # the value of 「会場」 on the scale ``method``


def contradictions(tables: dict[str, list[dict]], findings: Findings) -> None:
    """Adds the findings C01, C02, C04, C05. ``tables`` are the rows of the canonical tables."""
    status = {(row["participant_id"], row["session_id"]): row for row in tables["attendance"]}
    items = {row["item_id"]: row for row in tables["items"]}
    _in_the_room_but_absent(tables, status, items, findings)
    _more_answers_than_attendees(tables, findings)
    _own_word_against_register(tables, status, items, findings)


def _place(reference: str) -> Place:
    table, cell = reference.rsplit("!", 1)
    return Place(*table.split("!", 1), cell)


def _in_the_room_but_absent(tables, status, items, findings: Findings) -> None:
    for response in tables["responses"]:
        if items[response["item_id"]]["dimension"] != "method":
            continue
        entry = status.get((response["participant_id"], response["session_id"]))
        if entry and entry["status"] in ABSENT and response["value"] == IN_THE_ROOM:
            cell = _place(entry["source_ref"]).cell
            findings.add("C01", _place(response["source_ref"]), cell=cell)


def _more_answers_than_attendees(tables, findings: Findings) -> None:
    numbers = {row["session_id"]: row["number"] for row in tables["sessions"]}
    for instrument in tables["instruments"]:
        session_id = instrument["session_id"]
        if session_id is None:
            continue
        attendees = sum(row["status"] in TOOK_PART for row in tables["attendance"] if row["session_id"] == session_id)
        if instrument["answered"] > attendees:
            file = next(
                (
                    _place(r["source_ref"]).file
                    for r in tables["responses"]
                    if r["instrument_id"] == instrument["instrument_id"]
                ),
                "",
            )
            findings.add(
                "C02", Place(file), session=numbers.get(session_id), answers=instrument["answered"], attendees=attendees
            )


def _own_word_against_register(tables, status, items, findings: Findings) -> None:
    """The sessions somebody says to have missed, and their number, against the register."""
    courses = {i["instrument_id"]: i["course_id"] for i in tables["instruments"]}
    said: dict[str, tuple[dict, set[str]]] = {}
    for choice in tables["choices"]:
        if items[choice["item_id"]]["concept"] == "missed_sessions":
            said.setdefault(choice["response_id"], (choice, set()))[1].add(choice["option_id"])
    for choice, ids in said.values():
        course_id = courses[items[choice["item_id"]]["instrument_id"]]
        missed = {
            session_id.rsplit("-", 1)[1]
            for (person_id, session_id), row in status.items()
            if person_id == choice["participant_id"]
            and row["status"] in ABSENT
            and session_id.rsplit("-", 1)[0] == course_id
        }
        own = ids - {"0", "other"}
        if choice["participant_id"] and own != missed:
            findings.add("C04", _place(choice["source_ref"]), said=_numbers(own), register=_numbers(missed))
    counts = {
        r["response_id"]: r
        for r in tables["responses"]
        if items[r["item_id"]]["dimension"] == "missed_count" and r["value"] is not None
    }
    for response_id, response in counts.items():
        _, ids = said.get(response_id, (None, set()))
        own = ids - {"0", "other"}
        if response["value"] != len(own):
            findings.add("C05", _place(response["source_ref"]), count=int(response["value"]), chosen=len(own))


def _numbers(ids: set[str]) -> str:
    return "、".join(f"第{i}回" for i in sorted(ids, key=int)) or "なし"
