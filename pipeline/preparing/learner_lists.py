"""Progress lists of an e-learning course, one after the other → who has finished, and scores."""

from datetime import date
from typing import NamedTuple

from pipeline.findings import Place
from pipeline.ingest.dates import in_words
from pipeline.ingest.headings import Cell, Row
from pipeline.ingest.progress import FULL_SCORE, Standing, day_in_name, of_course, read_standing
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.preparing.logged import Logged, open_session
from pipeline.text import key, shorten


class ListOf(NamedTuple):
    """One cumulative list: its day, and everybody's standing on it."""

    raw: RawFile
    as_of: date
    standings: dict[str, Standing]


def read_lists(run: Run, files: list[RawFile]) -> list[Logged]:
    """What the lists of each course say of everybody, the last list first of all."""
    by_course: dict[str, list[ListOf]] = {}
    codes: dict[str, Cell] = {}
    for raw in of_kind(files, "progress"):
        sheet = run.sheet(raw, "progress")
        as_of = day_in_name(raw.source.as_of, raw.grid.file)
        if as_of is None:
            run.findings.add("E19", Place(raw.grid.file), pattern=raw.source.as_of)
        if sheet is None or as_of is None:
            continue
        mine, others = of_course(sheet, raw.source.about, run.findings)
        for row in others:
            run.ledger.set_aside(raw.grid, row.number, "ほかのコースの行")
        for row in mine:
            _check_town(run, row["town_code"], codes)
        lists = by_course.setdefault(raw.source.course, [])
        if same := next((other for other in lists if other.as_of == as_of), None):
            run.findings.add(
                "F20",
                Place(raw.grid.file),
                what=f"{in_words(as_of)}時点の受講状況（もう一つは「{same.raw.grid.file}」）",
            )
            continue
        lists.append(ListOf(raw, as_of, _standings(run, raw, mine, as_of)))
    logged = []
    for lists in by_course.values():
        lists.sort(key=lambda one: one.as_of)
        if session_id := open_session(run, lists[0].raw, 1, "e_learning", None):
            logged += _latest(run, lists, session_id)
    return logged


def _check_town(run: Run, cell: Cell, codes: dict[str, Cell]) -> None:
    """Rows of another town would be matched by staff number: one code only, in all lists."""
    code = key(cell.text)
    first = next(iter(codes.values()), None)
    if first is not None and code not in codes:
        run.findings.add(
            "E10",
            cell.place,
            seen=shorten(cell.text),
            first=shorten(first.text),
            file=first.place.file,
            cell=first.place.cell,
        )
    codes.setdefault(code, cell)


def _standings(run: Run, raw: RawFile, rows: list[Row], as_of: date) -> dict[str, Standing]:
    """Everybody's standing in one list; of a person's two lines the one that is further."""
    standings: dict[str, Standing] = {}
    year = run.year.fiscal_year
    for row in rows:
        number, name = row["learner_id"], row["name"]
        standing = read_standing(row, as_of, year, run.findings)
        match = run.directory.match_number(number.text, name.text, number.place)
        if match.how == "nameless":
            match = run.directory.match(name.text, run.office(row.get("office")), name.place)
        person_id = match.participant_id
        if person_id is None:
            run.ledger.set_aside(raw.grid, row.number, "名簿外の人")
        elif standing is None:
            continue
        elif standing.completed_on and standing.completed_on < year.starts_on:
            run.ledger.set_aside(raw.grid, row.number, "前の年度に修了")
        elif person_id not in standings:
            standings[person_id] = standing
        else:
            other = standings[person_id]
            run.findings.add("E17", number.place, first=other.row["learner_id"].place.cell)
            further, behind = sorted([other, standing], key=_how_far, reverse=True)
            standings[person_id] = further
            run.ledger.set_aside(raw.grid, behind.row.number, "同じ人の行（進んでいない方）")
    return standings


def _how_far(standing: Standing) -> tuple[bool, float]:
    return standing.is_finished, standing.percent or 0.0


def _latest(run: Run, lists: list[ListOf], session_id: str) -> list[Logged]:
    """What the last list that has a person says, unless the lists go backwards."""
    logged = []
    people = dict.fromkeys(p for one in lists for p in one.standings)
    for person_id in people:
        history = [(one, one.standings[person_id]) for one in lists if person_id in one.standings]
        for (before, earlier), (_, now) in zip(history, history[1:], strict=False):
            _check_direction(run, before, earlier, now)
        last, standing = history[-1]
        place = standing.row["status"].place
        if last is not lists[-1]:
            run.findings.add("E22", place, file=lists[-1].raw.grid.file)
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
            run.tables["scores"].append(
                {
                    "participant_id": person_id,
                    "course_id": last.raw.source.course,
                    "score": standing.score,
                    "full_score": FULL_SCORE,
                    "taken_on": standing.completed_on,
                    "source_ref": "!".join(score),
                }
            )
    return logged


def _check_direction(run: Run, before: ListOf, earlier: Standing, now: Standing) -> None:
    """A cumulative list can't go back: one of the two is wrong."""
    file = before.raw.grid.file
    if earlier.is_finished and not now.is_finished:
        run.findings.add(
            "E20", now.row["status"].place, file=file, cell=earlier.row["status"].place.cell, now=now.words
        )
    elif not earlier.is_finished and not now.is_finished:
        was, is_now = earlier.percent, now.percent
        if was is not None and is_now is not None and is_now < was:
            run.findings.add(
                "E21",
                now.row["progress"].place,
                file=file,
                cell=earlier.row["progress"].place.cell,
                was=f"{was:g}",
                now=f"{is_now:g}",
            )
