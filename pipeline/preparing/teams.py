"""Teams attendance reports → who was there online, and for how long."""

import re
import unicodedata

from pipeline.findings import Place
from pipeline.ingest.headings import Cell, Row
from pipeline.ingest.teams import read_duration, read_meeting
from pipeline.preparing.identity import Directory, Match
from pipeline.preparing.logs import Logged, open_session
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.text import key, shorten
from pipeline.year import Year

ORGANISER = {"開催者", "主催者", "organizer"}
GUEST = re.compile(r"^(?P<name>.+?)\s*\((?P<what>[^()]+)\)$")


def read_meetings(
    year: Year, files: list[RawFile], directory: Directory, courses: Rows, sessions: Rows
) -> tuple[list[Logged], Reading]:
    """One entry a person and session, of several meetings of a session the fullest; and the sessions
    that the reports open or date."""
    reading = Reading(year, directory)
    best: dict[tuple[str, str], Logged] = {}
    share = _online_share(reading) if files else None
    for raw in files:
        meeting = read_meeting(raw.grid, year.fiscal_year, reading.findings)
        for row, reason in meeting.others.items():
            reading.ledger.set_aside(raw.grid, row, reason)
        if meeting.people is None:
            continue
        sheet = reading.sheet(RawFile(raw.source, meeting.people), "teams")
        number = _session_number(reading, raw)
        if sheet is None or number is None or share is None or meeting.minutes is None:
            continue
        reading.check_day(meeting.held_on, Place(raw.grid.file))
        session_id = open_session(reading, raw, number, "online", meeting.held_on, courses, sessions)
        if session_id is None:
            continue
        for person_id, (stayed, place) in _stays(reading, raw, sheet.rows).items():
            if stayed > meeting.minutes + 1:
                length = f"{meeting.minutes:.0f}"
                reading.findings.add("E04", place, seen=f"{stayed:.0f}", length=length)
            is_there = stayed >= share * meeting.minutes
            status, lost = ("online", None) if is_there else ("partial", round(meeting.minutes - stayed))
            at = person_id, session_id
            if at not in best or (lost or 0) < (best[at].minutes_lost or 0):
                best[at] = Logged(person_id, session_id, status, place, meeting.held_on, lost)
    return list(best.values()), reading


def _stays(reading: Reading, raw: RawFile, rows: list[Row]) -> dict[str, tuple[float, Place]]:
    """Person → minutes summed over the connections, and the cell of the first one."""
    stays: dict[str, tuple[float, Place]] = {}
    known: dict[str, Match] = {}  # a name stands once a connection and is looked up once
    for row in rows:
        if key(row.get("role").text) in ORGANISER:
            reading.ledger.set_aside(raw.grid, row.number, "会議の開催者")
            continue
        name = row["name"]
        if key(name.text) not in known:
            known[key(name.text)] = reading.met(_who(reading, name))
        person_id = known[key(name.text)].participant_id
        if person_id is None:
            reading.ledger.set_aside(raw.grid, row.number, "名簿外の人")
            continue
        duration = row["duration"]
        stayed = read_duration(duration.value)
        if stayed is None:
            reading.findings.add("E03", duration.place, seen=shorten(duration.text))
            continue
        minutes, place = stays.get(person_id, (0.0, duration.place))
        stays[person_id] = minutes + stayed, place
    return stays


def _who(reading: Reading, name: Cell) -> Match:
    """The person behind a display name: kanji or kana, with an office or （ゲスト） behind it."""
    match = GUEST.match(unicodedata.normalize("NFKC", name.text))
    if match is None:
        return reading.directory.match_kana(name)
    # The original characters before the bracket: NFKC would change those of names.
    plain = name._replace(value=re.split(r"[(（]", name.text)[0])
    office = reading.year.codebook.offices.get(key(match["what"]))
    return reading.directory.match(plain, office[0]) if office else reading.directory.match_kana(plain)


def _online_share(reading: Reading) -> float | None:
    share = reading.year.declared.get("attendance", {}).get("online_share")
    if share is None:
        place = Place(f"{reading.year.fiscal_year}/year.toml")
        reading.findings.add("Y04", place, key="online_share", where="[attendance]")
    return share


def _session_number(reading: Reading, raw: RawFile) -> int | None:
    """Which session it was: as declared, from the file's name, or the only one."""
    declared = raw.source.session or "1"
    return int(declared) if declared.isdecimal() else reading.number_in_name(declared, raw.grid.file)
