"""Progress lists of an e-learning course, one after the other → who has finished, and scores."""

from datetime import date
from typing import NamedTuple

from pipeline.findings import Findings, Place
from pipeline.ingest.dates import day_in_name, in_words
from pipeline.ingest.headings import Cell, Row
from pipeline.ingest.progress import FULL_SCORE, Standing, of_course, read_standing
from pipeline.preparing.identity import Directory
from pipeline.preparing.logs import Logged, open_session
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.text import key, shorten
from pipeline.year import Year


class ListOf(NamedTuple):
    """One cumulative list: its day, and everybody's standing on it."""

    raw: RawFile
    as_of: date
    standings: dict[str, Standing]


def read_lists(
    year: Year, files: list[RawFile], directory: Directory, courses: Rows, sessions: Rows
) -> tuple[list[Logged], Reading]:
    """What the lists of each course say of everybody, the last list first of all; and the scores."""
    reading = Reading(year, directory)
    by_course: dict[str, list[ListOf]] = {}
    codes: dict[str, Cell] = {}
    for raw in files:
        source, file = raw.source, Place(raw.grid.file)
        sheet = reading.sheet(raw, "progress")
        as_of = day_in_name(source.as_of, raw.grid.file)
        if as_of is None:
            reading.findings.add("E19", file, pattern=source.as_of)
        if sheet is None or as_of is None:
            continue
        mine, others = of_course(sheet, source.about, reading.findings)
        for row in others:
            reading.ledger.set_aside(raw.grid, row.number, "ほかのコースの行")
        for row in mine:
            _check_town(row["town_code"], codes, reading.findings)
        lists = by_course.setdefault(source.course, [])
        if same := next((other for other in lists if other.as_of == as_of), None):
            what = f"{in_words(as_of)}時点の受講状況（もう一つは「{same.raw.grid.file}」）"
            reading.findings.add("F20", file, what=what)
            continue
        lists.append(ListOf(raw, as_of, _standings(reading, raw, mine, as_of)))
    logged = []
    for lists in by_course.values():
        lists.sort(key=lambda one: one.as_of)
        session_id = open_session(reading, lists[0].raw, 1, "e_learning", None, courses, sessions)
        if session_id is not None:
            logged += _latest(reading, lists, session_id)
    return logged, reading


def _check_town(cell: Cell, codes: dict[str, Cell], findings: Findings) -> None:
    """Rows of another town would be matched by staff number: one code only, in all lists."""
    code = key(cell.text)
    first = next(iter(codes.values()), None)
    if first is not None and code not in codes:
        findings.add(
            "E10",
            cell.place,
            seen=shorten(cell.text),
            first=shorten(first.text),
            file=first.place.file,
            cell=first.place.cell,
        )
    codes.setdefault(code, cell)


def _standings(reading: Reading, raw: RawFile, rows: list[Row], as_of: date) -> dict[str, Standing]:
    """Everybody's standing in one list; of a person's two lines the one that is further."""
    standings: dict[str, Standing] = {}
    year = reading.year.fiscal_year
    for row in rows:
        number, name = row["learner_id"], row["name"]
        standing = read_standing(row, as_of, year, reading.findings)
        match = reading.met(reading.directory.match_number(number, name))
        if match.how == "nameless":
            match = reading.met(reading.directory.match(name, reading.office(row.get("office"))))
        person_id = match.participant_id
        if person_id is None:
            reading.ledger.set_aside(raw.grid, row.number, "名簿外の人")
        elif standing is None:
            continue
        elif standing.completed_on and standing.completed_on < year.starts_on:
            reading.ledger.set_aside(raw.grid, row.number, "前の年度に修了")
        elif person_id not in standings:
            standings[person_id] = standing
        else:
            other = standings[person_id]
            reading.findings.add("E17", number.place, first=other.row["learner_id"].place.cell)
            further, behind = sorted([other, standing], key=_how_far, reverse=True)
            standings[person_id] = further
            reading.ledger.set_aside(raw.grid, behind.row.number, "同じ人の行（進んでいない方）")
    return standings


def _how_far(standing: Standing) -> tuple[bool, float]:
    return standing.is_finished, standing.percent or 0.0


def _latest(reading: Reading, lists: list[ListOf], session_id: str) -> list[Logged]:
    """What the last list that has a person says, unless the lists go backwards."""
    logged = []
    people = dict.fromkeys(p for one in lists for p in one.standings)
    for person_id in people:
        history = [(one, one.standings[person_id]) for one in lists if person_id in one.standings]
        for (before, earlier), (_, now) in zip(history, history[1:], strict=False):
            _check_direction(before, earlier, now, reading.findings)
        last, standing = history[-1]
        place = standing.row["status"].place
        if last is not lists[-1]:
            reading.findings.add("E22", place, file=lists[-1].raw.grid.file)
        was_finished = any(s.is_finished for _, s in history)
        if standing.is_finished:
            status, reason = "e_learning", None
        elif was_finished:
            status, reason = "unknown", f"修了の後に{standing.words}"
        else:
            status, reason = "absent", standing.words
        logged.append(Logged(person_id, session_id, status, place, last.as_of, reason=reason))
        if standing.score is not None:
            score = standing.row["score"].place
            reading.tables["scores"].append(
                {
                    "participant_id": person_id,
                    "course_id": last.raw.source.course,
                    "score": standing.score,
                    "full_score": FULL_SCORE,
                    "taken_on": standing.completed_on,
                    "source_ref": score.reference,
                }
            )
    return logged


def _check_direction(before: ListOf, earlier: Standing, now: Standing, findings: Findings) -> None:
    """A cumulative list can't go back: one of the two is wrong."""
    file = before.raw.grid.file
    if earlier.is_finished and not now.is_finished:
        findings.add("E20", now.row["status"].place, file=file, cell=earlier.row["status"].place.cell, now=now.words)
    elif not earlier.is_finished and not now.is_finished:
        was, is_now = earlier.percent, now.percent
        if was is not None and is_now is not None and is_now < was:
            findings.add(
                "E21",
                now.row["progress"].place,
                file=file,
                cell=earlier.row["progress"].place.cell,
                was=f"{was:g}",
                now=f"{is_now:g}",
            )
