"""The transfers (人事異動) → which posts of the staff list end in the year, and which begin.

A transfer closes an appointment, opens one, or both. An appointment counts from ``valid_from`` to
``valid_to``, both days included. Who holds two positions on one day is nobody's guess: a fatal
finding names both cells.
"""

from datetime import date, timedelta
from typing import NamedTuple

from pipeline.findings import Findings
from pipeline.ingest.dates import in_words, read_date
from pipeline.ingest.headings import Row
from pipeline.preparing.identity import Alias, Person, folded
from pipeline.preparing.reading import RawFile, Reading
from pipeline.preparing.staff import Post, Staff, position_of, segments_of, staff_no
from pipeline.text import key, shorten
from pipeline.year import Year

OPENING = ("異動", "昇任", "採用", "復帰")
CLOSING = ("退職", "育休")
JOINING = ("採用", "復帰")  # by these somebody may come who holds no position now


class Move(NamedTuple):
    """One line of the transfers, with its day read."""

    number: str
    kind: str
    day: date
    row: Row


def read_transfers(year: Year, files: list[RawFile], staff: Staff, aliases: list[Alias]) -> tuple[Staff, Reading]:
    """``staff`` after every transfer of the year, in the order of their days."""
    reading, moves, staff = Reading(year), [], staff.copy()
    for raw, row in reading.rows(files, "transfers"):
        if move := _read_move(reading, raw, row, staff.as_of):
            moves.append(move)
    moves.sort(key=lambda move: (move.day, move.row.number))
    for move in _one_a_day(moves, reading.findings):
        _apply(reading, staff, move, aliases)
    return staff, reading


def _read_move(reading: Reading, raw: RawFile, row: Row, as_of: date) -> Move | None:
    findings, day_cell, kind = reading.findings, row["valid_from"], row["move"]
    number = staff_no(row["staff_no"], findings)
    read = read_date(day_cell.value, reading.year.fiscal_year)
    if read is None:
        findings.add("S03", day_cell.place, seen=shorten(day_cell.text))
    if key(kind.text) not in (*OPENING, *CLOSING):
        findings.add("I19", kind.place, seen=shorten(kind.text), known="」「".join([*OPENING, *CLOSING]))
        return None
    if read is None:
        return None
    if read.day < as_of:
        reading.ledger.set_aside(raw.grid, row.number, "職員一覧の時点より前の発令")
        return None
    reading.check_day(read.day, day_cell.place)
    return Move(number, key(kind.text), read.day, row)


def _one_a_day(moves: list[Move], findings: Findings) -> list[Move]:
    """The transfers without the second ones of a day, which are reported."""
    seen: dict[tuple[str, date], Move] = {}
    for move in moves:
        first = seen.setdefault((move.number, move.day), move)
        if first is not move:
            findings.add("I18", move.row["valid_from"].place, first=first.row["valid_from"].place.cell)
    return list(seen.values())


def _apply(reading: Reading, staff: Staff, move: Move, aliases: list[Alias]) -> None:
    findings, row, number = reading.findings, move.row, move.number
    person, place = staff.people.get(number), row["move"].place
    if person is None:
        if move.kind not in JOINING:
            findings.add("I24", row["staff_no"].place, move=move.kind)
        elif post := _new_post(reading, move, None):
            employment = "会計年度" if post.position == "会計年度任用職員" else None
            staff.add(number, row, "", employment, post)
        return
    if not _is_named(person, row["name"].text, aliases):
        findings.add("I17", row["name"].place, cell=person.place.cell)
        return
    last, until = staff.held[number][-1]
    serving = until is None
    was_away = serving and move.kind == "復帰" and len(staff.held[number]) == 1
    if len(staff.held[number]) == 1 and move.day == last.valid_from and move.kind in OPENING:
        # The list of that day knows it already; if it doesn't, there are two positions.
        post = _new_post(reading, move, last)
        if post and not post.is_same_as(last):
            findings.add("I29", place, first=last.place.cell)
        return
    if (serving and not was_away) == (move.kind in JOINING) or move.day <= last.valid_from:
        state = f"{in_words(last.valid_from)}から在職" if serving else "在職していない人"
        findings.add("I26", place, move=move.kind, state=state, first=last.place.cell)
        return
    if move.kind in CLOSING:
        # The day of leaving is the last one in office; leave counts from its own day.
        staff.close(number, move.day if move.kind == "退職" else move.day - timedelta(days=1))
    elif post := _new_post(reading, move, last):
        if was_away:  # a list of the staff has those on leave, too
            findings.add("I28", place)
            staff.held[number].clear()
        elif serving:
            staff.close(number, move.day - timedelta(days=1))
        staff.held[number].append((post, None))


def _is_named(person: Person, name: str, aliases: list[Alias]) -> bool:
    if folded(name) in {folded(person.name), folded(person.kana)}:
        return True
    return any(a.staff_no == person.staff_no and key(a.name) == key(name) for a in aliases)


def _new_post(reading: Reading, move: Move, last: Post | None) -> Post | None:
    """The post that a transfer opens; what it leaves blank stays as it was, if there was anything."""
    row, title, place = move.row, move.row.get("title"), move.row["move"].place
    office = reading.office(row.get("office")) or (last.office if last else "")
    if not office or not (title.text or last):
        reading.findings.add("I25", place, move=move.kind, what="職位" if office else "所属")
        return None
    written = row.get("segments")
    if title.text:
        position, words, place = position_of(reading, title), title.text, title.place
    else:
        position, words = (last.position, last.title) if last else (None, "")
    segments = segments_of(reading, written)
    if not written.text and last is not None and last.segments:
        if office == last.office:
            segments = last.segments
        elif "segments" in row.columns:
            reading.findings.add("I27", written.place, before=last.segments.replace(";", "・"))
    return Post(office, position, words, segments, move.day, place)
