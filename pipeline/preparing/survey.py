"""The questionnaires → instruments, items, responses, choices, comments and scores."""

from collections.abc import Mapping
from datetime import date

from pipeline import ids
from pipeline.codebook import KnownItem
from pipeline.findings import Findings, Place
from pipeline.ingest.dates import in_words
from pipeline.ingest.headings import Cell, Sheet
from pipeline.ingest.survey import Answer, read_answers
from pipeline.preparing.identity import Directory, Match
from pipeline.preparing.quiz import record_scores
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.preparing.scale_checks import can_turn, doubtful_scales
from pipeline.preparing.survey_answers import Instrument, Respondent, differences, excluded, keep_last, tabulate
from pipeline.text import shorten
from pipeline.year import Year

LINKED_BY = {"name": ("name", "氏名"), "kana": ("name", "名前"), "staff_no": ("staff_no", "職員番号")}


def read_surveys(
    year: Year, files: list[RawFile], directory: Directory, sessions: Rows, attendance: Rows, scores: Rows
) -> Reading:
    """Every questionnaire; two exports of the same answers are compared and count once.

    ``sessions`` say when an answer can have been sent, ``attendance`` who was asked, ``scores`` who has
    already one in a course.
    """
    reading = Reading(year, directory)
    read: dict[str, list[Answer]] = {}
    copies: list[tuple[RawFile, list[Answer]]] = []
    seen: dict[str, str] = {}
    for raw in files:
        source, findings = raw.source, reading.findings
        sheet, answers = read_answers(
            raw.grid, source.tool, source.instrument, year.codebook, year.fiscal_year, findings
        )
        reading.taken(raw.grid, sheet)
        if sheet is None:
            continue
        read[source.file] = answers
        if source.same_as:
            copies.append((raw, answers))
            for row in sheet.rows:
                reading.ledger.set_aside(raw.grid, row.number, "同じ内容の控え")
            continue
        instrument = _instrument(reading, raw)
        if instrument is None:
            continue
        first = seen.setdefault(instrument.instrument_id, raw.grid.file)
        if first != raw.grid.file:
            findings.add("F20", Place(raw.grid.file), what=f"「{first}」と同じ回・同じ調査票の回答")
            continue
        items = year.codebook.items(instrument.family)
        instrument = _checked(reading, sheet, instrument, items)
        kept = _respondents(reading, raw, answers, instrument, items, sessions)
        tables = tabulate(kept, instrument, year.codebook, directory.masked, findings)
        for name, rows in tables._asdict().items():
            reading.tables[name] += rows
        record_scores(reading, raw, sheet, kept, instrument, scores)
        doubtful_scales(tables.responses, instrument, sheet, items, year.codebook, findings)
        invited = _invited(directory, instrument, sessions, attendance)
        _describe(reading, instrument, sheet, kept, items, invited)
    for raw, answers in copies:
        _compare(reading, raw, answers, read)
    _look_for_missing(year, set(seen), reading.findings)
    return reading


def _look_for_missing(year: Year, found: set[str], findings: Findings) -> None:
    """A pattern of files finds what there is: a session whose file is gone would not be missed."""
    for source in (s for s in year.sources if s.kind == "survey" and s.session):
        numbers = [session["number"] for session in year.course(source.course).get("session", [])]
        missing = [n for n in numbers if ids.instrument_id(source.course, source.instrument, n) not in found]
        if missing and len(missing) < len(numbers):
            findings.add("F21", Place(source.file), sessions="、".join(map(str, missing)))


def _instrument(reading: Reading, raw: RawFile) -> Instrument | None:
    source, session = raw.source, None
    if source.session:
        session = reading.number_in_name(source.session, raw.grid.file)
        if session is None:
            return None
    name = ids.instrument_id(source.course, source.instrument, session)
    return Instrument(
        name, source.instrument, source.course, session, source.tool, source.link_mode, tuple(source.reversed)
    )


def _checked(reading: Reading, sheet: Sheet, instrument: Instrument, items: Mapping[str, KnownItem]) -> Instrument:
    """Says what year.toml declares and the file can't do: linking, turning a scale round; the
    instrument turns only what can be."""
    head = sheet.grid.place(sheet.head)
    column, wanted = LINKED_BY.get(instrument.link_mode, ("", ""))
    if column and not any(c.heading.column == column for c in sheet.columns):
        reading.findings.add("S15", head, mode=instrument.link_mode, wanted=wanted)
    codebook = reading.year.codebook
    turned = [c for c in instrument.reversed if c in items and can_turn(codebook, items[c].scale_id)]
    for concept in sorted(set(instrument.reversed) - set(turned)):
        reading.findings.add("S13", head, concept=concept)
    return instrument._replace(reversed=tuple(turned))


def _respondents(
    reading: Reading,
    raw: RawFile,
    answers: list[Answer],
    instrument: Instrument,
    items: Mapping[str, KnownItem],
    sessions: Rows,
) -> list[Respondent]:
    """The answers that count, and whose they are; the others are set aside."""
    rules = reading.year.codebook.read("set_aside").to_dict("records")
    comments = {concept for concept, item in items.items() if item.dimension == "comment"}
    held = {row["session_id"]: row["held_on"] for row in sessions if row["course_id"] == instrument.course_id}
    respondents = []
    for answer in answers:
        place, sent_at = answer.row["submitted_at"].place, answer.submitted_at
        if sent_at is None:
            reading.ledger.set_aside(raw.grid, answer.row.number, "未完了の回答")
            continue
        reason = excluded(answer, rules, comments)
        if reason == "?":
            status = answer.row.get("status")
            reading.findings.add("S09", status.place, seen=shorten(status.text))
        elif reason:
            reading.ledger.set_aside(raw.grid, answer.row.number, reason)
            continue
        reading.check_day(sent_at.date(), place)
        match = reading.met(_whose(reading, answer, instrument))
        if match.how == "outsider":
            reading.ledger.set_aside(raw.grid, answer.row.number, "名簿外の人")
            continue
        if match.how == "nameless" and instrument.link_mode != "anonymous":
            reading.findings.add("S08", place)
        _check_time(place, sent_at.date(), instrument, held, reading.findings)
        respondents.append(Respondent(answer, match, sent_at))
    kept, doubles = keep_last(respondents, reading.findings)
    for double in doubles:
        reading.ledger.set_aside(raw.grid, double.answer.row.number, "重複回答（先の送信）")
    return kept


def _whose(reading: Reading, answer: Answer, instrument: Instrument) -> Match:
    """Who answered. An anonymous questionnaire is never linked, though somebody signs it."""
    directory, name, number = reading.directory, answer.row.get("name"), answer.row.get("staff_no")
    office = reading.office(answer.row.get("office"))
    if instrument.link_mode == "staff_no" and number.text:
        return directory.match_number(number, name)
    if instrument.link_mode == "anonymous" or not name.text:
        return directory.match(answer.row["submitted_at"]._replace(value=""), office)
    if instrument.link_mode == "kana":
        return directory.match_kana(name)
    return directory.match(name, office)


def _check_time(
    place: Place, sent: date, instrument: Instrument, held: Mapping[str, date | None], findings: Findings
) -> None:
    """An answer sent before its session, or after the next one, may belong elsewhere.

    ``held``: the days of the course's sessions.
    """
    held_on = held.get(instrument.session_id(None) or "")
    if held_on is None:
        return
    following = [day for day in held.values() if day and day > held_on]
    if sent < held_on:
        findings.add("S05", place, session=instrument.session, held_on=in_words(held_on), seen=in_words(sent))
    elif following and sent >= min(following):
        findings.add("S06", place, next_on=in_words(min(following)), seen=in_words(sent))


def _describe(
    reading: Reading,
    instrument: Instrument,
    sheet: Sheet,
    kept: list[Respondent],
    items: Mapping[str, KnownItem],
    invited: int,
) -> None:
    """The questionnaire and its questions, as asked: the wording travels with the data."""
    times = [r.sent_at for r in kept]
    reading.tables["instruments"].append(
        {
            "instrument_id": instrument.instrument_id,
            "family": instrument.family,
            "course_id": instrument.course_id,
            "session_id": instrument.session_id(None),
            "tool": instrument.tool,
            "link_mode": instrument.link_mode,
            "opened_on": min(times, default=None),
            "closed_on": max(times, default=None),
            "invited": invited,
            "answered": len(kept),
        }
    )
    described = set()
    for column in sheet.columns:
        concept, session = column.heading.column, column.match.session
        if concept not in items:
            continue
        if items[concept].dimension == "choice":
            session = None
        if (concept, session) in described:
            continue  # another option of the same question
        described.add((concept, session))
        reading.tables["items"].append(
            {
                "item_id": instrument.item_id(concept, session),
                "instrument_id": instrument.instrument_id,
                "family": instrument.family,
                "concept": concept,
                "dimension": items[concept].dimension,
                "session_id": instrument.session_id(session),
                "wording": column.wording,
                "scale_id": items[concept].scale_id or None,
            }
        )


def _invited(directory: Directory, instrument: Instrument, sessions: Rows, attendance: Rows) -> int:
    """How many could have answered: who has an attendance in the course, else everybody.

    Who was excused (見送り) or not concerned wasn't asked.
    """
    own = {row["session_id"] for row in sessions if row["course_id"] == instrument.course_id}
    recorded = [row for row in attendance if row["session_id"] in own]
    asked = {row["participant_id"] for row in recorded if row["status"] not in ("waived", "not_target")}
    return len(asked) if recorded else len(directory.people)


def _compare(reading: Reading, raw: RawFile, answers: list[Answer], read: Mapping[str, list[Answer]]) -> None:
    year, other, findings = reading.year, raw.source.same_as, reading.findings
    if other not in read:
        if other not in {source.file for source in year.sources}:
            findings.add("F18", Place(raw.grid.file), other=other)
        return

    def shown(cell: Cell | None) -> str:
        return "（無し）" if cell is None else shorten(reading.directory.masked(cell.text)) or "（空欄）"

    different = differences(answers, read[other], year.codebook)
    for place, here, there in different:
        findings.add("F16", place, other=other, here=shown(here), there=shown(there))
    if not different:
        findings.add("F17", Place(raw.grid.file), other=other, rows=len(answers))
