"""Teams attendance reports → who was there online, and for how long."""

import re
import unicodedata

from pipeline.findings import Place, finding
from pipeline.ingest.headings import Cell, Row
from pipeline.ingest.teams import Meeting, read_duration, read_meeting
from pipeline.preparing.identity import Match
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.preparing.logged import Logged, open_session
from pipeline.text import key, shorten

ORGANISER = {"開催者", "主催者", "organizer"}
GUEST = re.compile(r"^(?P<name>.+?)\s*\((?P<what>[^()]+)\)$")


def read_meetings(run: Run, files: list[RawFile]) -> list[Logged]:
    """One entry a person and session; of several meetings of a session the fullest counts."""
    best: dict[tuple[str, str], Logged] = {}
    for raw in of_kind(files, "teams"):
        share = _online_share(run)
        meeting = read_meeting(raw.grid, run.year.fiscal_year, run.findings)
        for row, reason in meeting.others.items():
            run.ledger.set_aside(raw.grid, row, reason)
        if meeting.people is None:
            continue
        sheet = run.sheet(RawFile(raw.source, meeting.people), "teams")
        number = _session_number(run, raw)
        if sheet is None or number is None or share is None or meeting.minutes is None:
            continue
        run.check_day(meeting.held_on, Place(raw.grid.file))
        session_id = open_session(run, raw, number, "online", meeting.held_on)
        if session_id is None:
            continue
        for log in _stays(run, raw, sheet.rows, meeting, session_id, share):
            at = log.participant_id, log.session_id
            if at not in best or (log.minutes_lost or 0) < (best[at].minutes_lost or 0):
                best[at] = log
    return list(best.values())


def _stays(run: Run, raw: RawFile, rows: list[Row], meeting: Meeting, session_id: str, share: float) -> list[Logged]:
    """Minutes summed over the connections of a person → there online, or for a part only."""
    minutes: dict[str, float] = {}
    first: dict[str, Cell] = {}
    known: dict[str, Match] = {}  # a name stands once a connection and is looked up once
    for row in rows:
        if key(row.get("role").text) in ORGANISER:
            run.ledger.set_aside(raw.grid, row.number, "会議の開催者")
            continue
        name = row["name"]
        if key(name.text) not in known:
            known[key(name.text)] = _who(run, name)
        person_id = known[key(name.text)].participant_id
        if person_id is None:
            run.ledger.set_aside(raw.grid, row.number, "名簿外の人")
            continue
        stayed = read_duration(row["duration"].value)
        if stayed is None:
            run.findings.add("E03", row["duration"].place, seen=shorten(row["duration"].text))
            continue
        first.setdefault(person_id, row["duration"])
        minutes[person_id] = minutes.get(person_id, 0.0) + stayed
    logged = []
    for person_id, stayed in minutes.items():
        place = first[person_id].place
        if stayed > meeting.minutes + 1:
            run.findings.add("E04", place, seen=f"{stayed:.0f}", length=f"{meeting.minutes:.0f}")
        is_there = stayed >= share * meeting.minutes
        lost = None if is_there else round(meeting.minutes - stayed)
        logged.append(Logged(person_id, session_id, "online" if is_there else "partial", place, meeting.held_on, lost))
    return logged


def _who(run: Run, name: Cell) -> Match:
    """The person behind a display name: kanji or kana, with an office or （ゲスト） behind it."""
    match = GUEST.match(unicodedata.normalize("NFKC", name.text))
    if match is None:
        return run.directory.match_kana(name.text, name.place)
    # The original characters before the bracket: NFKC would change those of names.
    plain = re.split(r"[(（]", name.text)[0].strip()
    office = run.year.codebook.offices.get(key(match["what"]))
    if office:
        return run.directory.match(plain, office[0], name.place)
    return run.directory.match_kana(plain, name.place)


def _online_share(run: Run) -> float | None:
    share = run.year.declared.get("attendance", {}).get("online_share")
    if share is None:
        place = Place(f"{run.year.fiscal_year}/year.toml")
        problem = finding("Y04", place, key="online_share", where="[attendance]")
        if problem not in run.findings.items:
            run.findings.items.append(problem)
    return share


def _session_number(run: Run, raw: RawFile) -> int | None:
    """Which session it was: as declared, from the file's name, or the only one."""
    declared = raw.source.session or "1"
    if declared.isdecimal():
        return int(declared)
    match = re.search(declared, unicodedata.normalize("NFKC", raw.grid.file))
    if match is None or not match[1].isdecimal():
        run.findings.add("F19", Place(raw.grid.file), pattern=declared)
        return None
    return int(match[1])
