"""The personnel system's staff list (職員一覧) → people, and the posts they hold on its day."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipeline.codebook import Codebook
from pipeline.findings import Findings, Place
from pipeline.ingest.dates import day_in_name, read_date
from pipeline.ingest.headings import Cell, Row
from pipeline.preparing.identity import Person, folded, participant_id
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.text import key, shorten
from pipeline.year import Year

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

    as_of: date
    secret: bytes  # of the ids
    people: dict[str, Person] = field(default_factory=dict)
    employment: dict[str, str | None] = field(default_factory=dict)
    held: dict[str, list[tuple[Post, date | None]]] = field(default_factory=dict)  # until

    def copy(self) -> "Staff":
        held = {number: list(posts) for number, posts in self.held.items()}
        return Staff(self.as_of, self.secret, dict(self.people), dict(self.employment), held)

    def close(self, number: str, last_day: date) -> None:
        self.held[number][-1] = (self.held[number][-1][0], last_day)

    def add(self, number: str, row: Row, kana: str, employment: str | None, post: Post) -> None:
        name, person_id = row["name"], participant_id(number, self.secret)
        self.people[number] = Person(person_id, number, name.text, kana, post.office, name.place)
        self.employment[number] = employment
        self.held[number] = [(post, None)]

    def tables(self, codebook: Codebook) -> dict[str, Rows]:
        """The rows of participants and appointments."""
        participants, appointments = [], []
        for number, person in self.people.items():
            participants.append({"participant_id": person.participant_id, "employment": self.employment[number]})
            for post, until in self.held[number]:
                appointments.append(
                    {
                        "participant_id": person.participant_id,
                        "office": post.office,
                        "department": codebook.offices.get(key(post.office), ("", ""))[1],
                        "position": post.position,
                        "title": post.title,
                        "segments": post.segments,
                        "valid_from": post.valid_from,
                        "valid_to": until,
                    }
                )
        return {"participants": participants, "appointments": appointments}


def read_staff(year: Year, files: list[RawFile], secret: bytes) -> tuple[Staff, Reading]:
    """The people of the staff list and their posts on its day. ``secret``: the key of their ids."""
    reading = Reading(year)
    staff = Staff(year.fiscal_year.starts_on, secret)
    for raw in files[1:]:
        reading.findings.add("F20", Place(raw.grid.file), what="職員一覧")
        reading.ledger.set_aside_grid(raw.grid, "二つ目の職員一覧")
    for raw in files[:1]:
        as_of = day_in_name(raw.source.as_of, raw.grid.file)
        if as_of is None:
            reading.findings.add("I23", Place(raw.grid.file), pattern=raw.source.as_of)
        staff = Staff(as_of or staff.as_of, secret)
        sheet = reading.sheet(raw, "staff")
        for row in sheet.rows if sheet else []:
            _list_person(reading, staff, row)
    return staff, reading


def staff_no(cell: Cell, findings: Findings) -> str:
    """Four digits; a number that lost its leading zeros in Excel gets them back."""
    text = key(cell.text)
    if re.fullmatch(r"\d{1,3}", text):
        findings.add("I07", cell.place)
        return text.zfill(4)
    if not re.fullmatch(r"\d{4}", text):
        findings.add("I08", cell.place, seen=shorten(text))
    return text


def _list_person(reading: Reading, staff: Staff, row: Row) -> None:
    findings, number = reading.findings, staff_no(row["staff_no"], reading.findings)
    office = reading.office(row["office"])
    if not office:
        findings.add("O02", row["office"].place)
    since = staff.as_of
    hired = row.get("hired_on")
    if hired.text:
        read = read_date(hired.value, reading.year.fiscal_year)
        if read is None:
            findings.add("S03", hired.place, seen=shorten(hired.text))
        else:
            since = max(since, read.day)  # a list may name somebody who comes next month
    title = row["title"]
    position, segments = position_of(reading, title), segments_of(reading, row.get("segments"))
    post = Post(office, position, title.text, segments, since, title.place)
    employment = _employment(row["employment"], findings)
    if number not in staff.people:
        staff.add(number, row, row["kana"].text, employment, post)
        return
    first = staff.held[number][0][0]
    is_same_name = folded(row["name"].text) == folded(staff.people[number].name)
    if is_same_name and not post.is_same_as(first):
        findings.add("I20", title.place, first=first.place.cell)
    else:
        findings.add("I06", row["staff_no"].place, first=f"{first.place.cell} の行")
    if not is_same_name:  # or the rest of the year would not know them
        staff.add(f"{number}-{row.number}", row, row["kana"].text, employment, post)


def position_of(reading: Reading, cell: Cell) -> str | None:
    """The position (職位) of a job title; the system may print either."""
    positions = reading.year.codebook.positions
    position = positions.get(key(cell.text))
    if position is None and cell.text in positions.values():
        return cell.text
    if position is None:
        reading.findings.add("P01", cell.place, seen=shorten(cell.text))
    return position


def segments_of(reading: Reading, cell: Cell) -> str:
    """The segments that a cell names, by ``;``; an unknown one is a fatal finding."""
    known, found = reading.year.codebook.segments, []
    for part in filter(None, (part.strip() for part in SEPARATORS.split(cell.text))):
        segment = known.get(key(part))
        if segment is None:
            reading.findings.add("I21", cell.place, seen=shorten(part))
        elif segment not in found:
            found.append(segment)
    return ";".join(found)


def _employment(cell: Cell, findings: Findings) -> str | None:
    found = EMPLOYMENTS.get(key(cell.text))
    if found is None:
        findings.add("I22", cell.place, seen=shorten(cell.text))
    return found
