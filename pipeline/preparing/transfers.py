"""The transfers (人事異動) → which posts of the staff list end in the year, and which begin.

A transfer closes an appointment, opens one, or both. An appointment counts from ``valid_from`` to
``valid_to``, both days included. Who holds two positions on one day is nobody's guess: a fatal
finding names both cells.
"""

from datetime import date, timedelta
from typing import NamedTuple

from pipeline.ingest.dates import in_words, read_date
from pipeline.ingest.headings import Row
from pipeline.preparing.identity import Alias, Person, folded
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.preparing.staff import Post, Staff, position_of, segments_of
from pipeline.text import key, shorten

OPENING = ("異動", "昇任", "採用", "復帰")
CLOSING = ("退職", "育休")
JOINING = ("採用", "復帰")  # by these somebody may come who holds no position now


def read_transfers(staff: Staff, files: list[RawFile], aliases: list[Alias]) -> None:
    """Every transfer of the year applied to ``staff``, in the order of their days."""
    moves = []
    for raw in of_kind(files, "transfers"):
        sheet = staff.run.sheet(raw, "transfers")
        for row in sheet.rows if sheet else []:
            if move := _read_move(staff, raw, row):
                moves.append(move)
    moves.sort(key=lambda move: (move.day, move.row.number))
    for move in _one_a_day(staff.run, moves):
        _apply(staff, move, aliases)


class Move(NamedTuple):
    """One line of the transfers, with its day read."""

    number: str
    kind: str
    day: date
    row: Row
    raw: RawFile


def _read_move(staff: Staff, raw: RawFile, row: Row) -> Move | None:
    run, day_cell, kind = staff.run, row["valid_from"], row["move"]
    number = staff.number_of(row["staff_no"])
    read = read_date(day_cell.value, run.year.fiscal_year)
    if read is None:
        run.findings.add("S03", day_cell.place, seen=shorten(day_cell.text))
    if key(kind.text) not in (*OPENING, *CLOSING):
        run.findings.add("I19", kind.place, seen=shorten(kind.text), known="」「".join([*OPENING, *CLOSING]))
        return None
    if read is None:
        return None
    if read.day < staff.as_of:
        run.ledger.set_aside(raw.grid, row.number, "職員一覧の時点より前の発令")
        return None
    run.check_day(read.day, day_cell.place)
    return Move(number, key(kind.text), read.day, row, raw)


def _one_a_day(run: Run, moves: list[Move]) -> list[Move]:
    """The transfers without the second ones of a day, which are reported."""
    seen: dict[tuple[str, date], Move] = {}
    for move in moves:
        first = seen.setdefault((move.number, move.day), move)
        if first is not move:
            run.findings.add("I18", move.row["valid_from"].place, first=first.row["valid_from"].place.cell)
    return list(seen.values())


def _apply(staff: Staff, move: Move, aliases: list[Alias]) -> None:
    run, row, number = staff.run, move.row, move.number
    person, place = staff.people.get(number), row["move"].place
    if person is None:
        if move.kind not in JOINING:
            run.findings.add("I24", row["staff_no"].place, move=move.kind)
        elif post := _new_post(run, move, None):
            employment = "会計年度" if post.position == "会計年度任用職員" else None
            staff.add(number, row, "", employment, post)
        return
    if not _is_named(person, row["name"].text, aliases):
        run.findings.add("I17", row["name"].place, cell=person.place.cell)
        return
    last, until = staff.held[number][-1]
    serving = until is None
    was_away = serving and move.kind == "復帰" and len(staff.held[number]) == 1
    if len(staff.held[number]) == 1 and move.day == last.valid_from and move.kind in OPENING:
        # The list of that day knows it already; if it doesn't, there are two positions.
        post = _new_post(run, move, last)
        if post and not post.is_same_as(last):
            run.findings.add("I29", place, first=last.place.cell)
        return
    if (serving and not was_away) == (move.kind in JOINING) or move.day <= last.valid_from:
        state = f"{in_words(last.valid_from)}から在職" if serving else "在職していない人"
        run.findings.add("I26", place, move=move.kind, state=state, first=last.place.cell)
        return
    if move.kind in CLOSING:
        # The day of leaving is the last one in office; leave counts from its own day.
        staff.close(number, move.day if move.kind == "退職" else move.day - timedelta(days=1))
    elif post := _new_post(run, move, last):
        if was_away:  # a list of the staff has those on leave, too
            run.findings.add("I28", place)
            staff.held[number].clear()
        elif serving:
            staff.close(number, move.day - timedelta(days=1))
        staff.held[number].append((post, None))


def _is_named(person: Person, name: str, aliases: list[Alias]) -> bool:
    if folded(name) in {folded(person.name), folded(person.kana)}:
        return True
    return any(a.staff_no == person.staff_no and key(a.name) == key(name) for a in aliases)


def _new_post(run: Run, move: Move, last: Post | None) -> Post | None:
    """The post that a transfer opens; what it leaves blank stays as it was, if there was anything."""
    row, title = move.row, move.row.get("title")
    office = run.office(row.get("office")) or (last.office if last else "")
    for name, missing in (("所属", not office), ("職位", not title.text and last is None)):
        if missing:
            run.findings.add("I25", row["move"].place, move=move.kind, what=name)
            return None
    position = position_of(run, title) if title.text else last.position
    written = row.get("segments")
    segments = segments_of(run, written)
    if not written.text and last is not None and last.segments:
        if office == last.office:
            segments = last.segments
        elif "segments" in row.columns:
            run.findings.add("I27", written.place, before=last.segments.replace(";", "・"))
    return Post(
        office, position, title.text or last.title, segments, move.day, title.place if title.text else row["move"].place
    )
