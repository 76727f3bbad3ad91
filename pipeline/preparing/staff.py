"""The personnel system's staff list (職員一覧) → people, and the posts they hold on its day."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipeline.findings import Place
from pipeline.ingest.dates import read_date
from pipeline.ingest.headings import Cell, Row
from pipeline.preparing.identity import Person, folded
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.text import key, shorten

EMPLOYMENTS = {
    written: employment
    for employment, forms in {
        "正規": "正規 正規職員",
        "再任用": "再任用 再任用職員",
        "会計年度": "会計年度 会計年度任用 会計年度任用職員",
    }.items()
    for written in forms.split()
}
SEPARATORS = re.compile(r"[;；、，,／/\n]+")
REIWA_ZERO = 2018


class Post(NamedTuple):
    """What somebody is from one day on."""

    office: str
    position: str | None
    title: str
    segments: str
    valid_from: date
    place: Place

    def is_same_as(self, other: "Post") -> bool:
        return (self.office, self.position) == (other.office, other.position)


@dataclass
class Staff:
    """The people of the list and what became of them: by staff number, their posts in time."""

    run: Run
    number_of: Callable[[Cell], str]
    identify: Callable[[str], str]
    as_of: date
    people: dict[str, Person] = field(default_factory=dict)
    employment: dict[str, str | None] = field(default_factory=dict)
    held: dict[str, list[tuple[Post, date | None]]] = field(default_factory=dict)  # until

    def close(self, number: str, last_day: date) -> None:
        self.held[number][-1] = (self.held[number][-1][0], last_day)

    def add(self, number: str, row: Row, kana: str, employment: str | None, post: Post) -> None:
        place = row["name"].place
        self.people[number] = Person(self.identify(number), number, row["name"].text, kana, post.office, place)
        self.employment[number] = employment
        self.held[number] = [(post, None)]


def read_staff(
    run: Run, files: list[RawFile], number_of: Callable[[Cell], str], identify: Callable[[str], str]
) -> Staff:
    """The people of the staff list and their posts on its day.

    ``number_of`` reads a cell with a staff number, ``identify`` turns the number into an id.
    """
    lists = list(of_kind(files, "staff"))
    for raw in lists[1:]:
        run.findings.add("F20", Place(raw.grid.file), what="職員一覧")
        run.ledger.set_aside_grid(raw.grid, "二つ目の職員一覧")
    staff = Staff(run, number_of, identify, run.year.fiscal_year.starts_on)
    for raw in lists[:1]:
        staff.as_of = _as_of(run, raw)
        sheet = run.sheet(raw, "staff")
        for row in sheet.rows if sheet else []:
            _list_person(staff, row)
    return staff


def _as_of(run: Run, raw: RawFile) -> date:
    """The day of which the list speaks, from its file's name; the year may be of the era."""
    match = re.search(raw.source.as_of, raw.grid.file)
    try:
        year, month, day = (int(part) for part in match.groups())
        return date(year if year > 100 else REIWA_ZERO + year, month, day)
    except (AttributeError, TypeError, ValueError):
        run.findings.add("I23", Place(raw.grid.file), pattern=raw.source.as_of)
        return run.year.fiscal_year.starts_on


def _list_person(staff: Staff, row: Row) -> None:
    run, number = staff.run, staff.number_of(row["staff_no"])
    office = run.office(row["office"])
    if not office:
        run.findings.add("O02", row["office"].place)
    since = staff.as_of
    hired = row.get("hired_on")
    if hired.text:
        read = read_date(hired.value, run.year.fiscal_year)
        if read is None:
            run.findings.add("S03", hired.place, seen=shorten(hired.text))
        else:
            since = max(since, read.day)  # a list may name somebody who comes next month
    title = row["title"]
    post = Post(office, position_of(run, title), title.text, segments_of(run, row.get("segments")), since, title.place)
    employment = _employment(run, row["employment"])
    if number not in staff.people:
        staff.add(number, row, row["kana"].text, employment, post)
        return
    first = staff.held[number][0][0]
    is_same_name = folded(row["name"].text) == folded(staff.people[number].name)
    if is_same_name and not post.is_same_as(first):
        run.findings.add("I20", title.place, first=first.place.cell)
    else:
        run.findings.add("I06", row["staff_no"].place, first=f"{first.place.cell} の行")
    if not is_same_name:  # or the rest of the year would not know them
        staff.add(f"{number}-{row.number}", row, row["kana"].text, employment, post)


def position_of(run: Run, cell: Cell) -> str | None:
    """The position (職位) of a job title; the system may print either."""
    positions = run.year.codebook.positions
    position = positions.get(key(cell.text))
    if position is None and cell.text in positions.values():
        return cell.text
    if position is None:
        run.findings.add("P01", cell.place, seen=shorten(cell.text))
    return position


def segments_of(run: Run, cell: Cell) -> str:
    known = {key(line["written"]): line["segment"] for line in run.year.codebook.read("segments").to_dict("records")}
    found = []
    for part in filter(None, (part.strip() for part in SEPARATORS.split(cell.text))):
        segment = known.get(key(part))
        if segment is None:
            run.findings.add("I21", cell.place, seen=shorten(part))
        elif segment not in found:
            found.append(segment)
    return ";".join(found)


def _employment(run: Run, cell: Cell) -> str | None:
    found = EMPLOYMENTS.get(key(cell.text))
    if found is None:
        run.findings.add("I22", cell.place, seen=shorten(cell.text))
    return found


def tabulate(staff: Staff) -> None:
    """The tables participants and appointments, after the transfers."""
    tables, offices = staff.run.tables, staff.run.year.codebook.offices
    for number, person in staff.people.items():
        tables["participants"].append({"participant_id": person.participant_id, "employment": staff.employment[number]})
        for post, until in staff.held[number]:
            tables["appointments"].append(
                {
                    "participant_id": person.participant_id,
                    "office": post.office,
                    "department": offices.get(key(post.office), ("", ""))[1],
                    "position": post.position,
                    "title": post.title,
                    "segments": post.segments,
                    "valid_from": post.valid_from,
                    "valid_to": until,
                }
            )
