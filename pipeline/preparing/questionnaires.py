"""The questionnaires → instruments, items, responses, choices and comments."""

import re
import unicodedata

from pipeline.findings import Place
from pipeline.ingest.dates import in_words
from pipeline.ingest.headings import Cell, Sheet
from pipeline.ingest.survey import Answer, read_answers
from pipeline.preparing.answers import Instrument, Respondent, differences, excluded, keep_last, tabulate
from pipeline.preparing.identity import Match
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.preparing.quizzes import record_scores
from pipeline.preparing.scale_checks import can_turn, doubtful_scales
from pipeline.text import shorten


def read_surveys(run: Run, files: list[RawFile]) -> None:
    """The questionnaires → instruments, items, responses, choices, comments."""
    read: dict[str, list[Answer]] = {}
    copies, seen = [], {}
    for raw in of_kind(files, "survey"):
        source = raw.source
        sheet, answers = read_answers(
            raw.grid, source.tool, source.instrument, run.year.codebook, run.year.fiscal_year, run.findings
        )
        run.taken(raw.grid, sheet)
        if sheet is None:
            continue
        read[source.file] = answers
        if source.same_as:
            copies.append((raw, answers))
            for answer in sheet.rows:
                run.ledger.set_aside(raw.grid, answer.number, "同じ内容の控え")
            continue
        instrument = _instrument(run, raw)
        if instrument is None:
            continue
        first = seen.setdefault(instrument.instrument_id, raw.grid.file)
        if first != raw.grid.file:
            run.findings.add("F20", Place(raw.grid.file), what=f"「{first}」と同じ回・同じ調査票の回答")
            continue
        _answers(run, raw, sheet, answers, instrument)
    for raw, answers in copies:
        _compare(run, raw, answers, read)
    _look_for_missing(run, set(seen))


def _look_for_missing(run: Run, found: set[str]) -> None:
    """A pattern of files finds what there is: a session whose file is gone would not be missed."""
    for source in (s for s in run.year.sources if s.kind == "survey" and s.session):
        course = next(c for c in run.year.courses if c["course_id"] == source.course)
        numbers = [session["number"] for session in course.get("session", [])]
        missing = [n for n in numbers if f"{source.course}-{source.instrument}-{n}" not in found]
        if missing and len(missing) < len(numbers):
            run.findings.add("F21", Place(source.file), sessions="、".join(map(str, missing)))


def _instrument(run: Run, raw: RawFile) -> Instrument | None:
    source, session = raw.source, None
    if source.session:
        match = re.search(source.session, unicodedata.normalize("NFKC", raw.grid.file))
        if match is None or not match[1].isdecimal():
            run.findings.add("F19", Place(raw.grid.file), pattern=source.session)
            return None
        session = int(match[1])
    name = f"{source.course}-{source.instrument}" + (f"-{session}" if session else "")
    return Instrument(
        name, source.instrument, source.course, session, source.tool, source.link_mode, tuple(source.reversed or ())
    )


def _answers(run: Run, raw: RawFile, sheet: Sheet, answers: list[Answer], instrument: Instrument) -> None:
    codebook, findings = run.year.codebook, run.findings
    rules = codebook.read("set_aside").to_dict("records")
    items = codebook.items(instrument.family)
    comments = set(items.loc[items["dimension"] == "comment", "concept"])
    instrument = _checked(run, sheet, instrument, items)
    respondents = []
    for answer in answers:
        place = answer.row["submitted_at"].place
        reason = excluded(answer, rules, comments)
        if reason == "?":
            status = answer.row.get("status")
            findings.add("S09", status.place, seen=shorten(status.text))
        elif reason:
            run.ledger.set_aside(raw.grid, answer.row.number, reason)
            continue
        run.check_day(answer.submitted_at.date(), place)
        match = _whose(run, answer, instrument)
        if match.how == "outsider":
            run.ledger.set_aside(raw.grid, answer.row.number, "名簿外の人")
            continue
        if match.how == "nameless" and instrument.link_mode != "anonymous":
            findings.add("S08", place)
        _check_time(run, answer, instrument)
        respondents.append(Respondent(answer, match))
    kept, doubles = keep_last(respondents, findings)
    for double in doubles:
        run.ledger.set_aside(raw.grid, double.answer.row.number, "重複回答（先の送信）")
    tables = tabulate(kept, instrument, codebook, run.masked, findings)
    for name, rows in tables._asdict().items():
        run.tables[name] += rows
    record_scores(run, raw, sheet, kept, instrument)
    doubtful_scales(tables.responses, instrument, sheet, items, codebook, findings)
    _describe(run, instrument, sheet, kept, items)


LINKED_BY = {"name": ("name", "氏名"), "kana": ("name", "名前"), "staff_no": ("staff_no", "職員番号")}


def _checked(run: Run, sheet: Sheet, instrument: Instrument, items) -> Instrument:
    """Says what year.toml declares and the file can't do: linking, turning a scale round; the
    instrument turns only what can be."""
    head = sheet.grid.place(max(sheet.head_rows))
    column, wanted = LINKED_BY.get(instrument.link_mode, ("", ""))
    if column and not any(c.heading.column == column for c in sheet.columns):
        run.findings.add("S15", head, mode=instrument.link_mode, wanted=wanted)
    scales = dict(zip(items["concept"], items["scale_id"], strict=True))
    turned = [c for c in instrument.reversed if can_turn(run.year.codebook, scales.get(c, ""))]
    for concept in sorted(set(instrument.reversed) - set(turned)):
        run.findings.add("S13", head, concept=concept)
    return instrument._replace(reversed=tuple(turned))


def _whose(run: Run, answer: Answer, instrument: Instrument) -> Match:
    """Who answered. An anonymous questionnaire is never linked, though somebody signs it."""
    name, office = answer.row.get("name"), run.office(answer.row.get("office"))
    number = answer.row.get("staff_no")
    if instrument.link_mode == "staff_no" and number.text:
        return run.directory.match_number(number.text, name.text, number.place)
    if instrument.link_mode == "anonymous" or not name.text:
        return run.directory.match("", office, answer.row["submitted_at"].place)
    if instrument.link_mode == "kana":
        return run.directory.match_kana(name.text, name.place)
    return run.directory.match(name.text, office, name.place)


def _check_time(run: Run, answer: Answer, instrument: Instrument) -> None:
    """An answer sent before its session, or after the next one, may belong elsewhere."""
    held_on = run.days.get(instrument.session_id(None) or "")
    if held_on is None:
        return
    place, sent = answer.row["submitted_at"].place, answer.submitted_at.date()
    following = [
        row["held_on"]
        for row in run.tables["sessions"]
        if row["course_id"] == instrument.course_id and row["held_on"] > held_on
    ]
    if sent < held_on:
        run.findings.add("S05", place, session=instrument.session, held_on=in_words(held_on), seen=in_words(sent))
    elif following and sent >= min(following):
        run.findings.add("S06", place, next_on=in_words(min(following)), seen=in_words(sent))


def _describe(run: Run, instrument: Instrument, sheet: Sheet, kept: list, items) -> None:
    """The questionnaire and its questions, as asked: the wording travels with the data."""
    times = [r.answer.submitted_at for r in kept]
    run.tables["instruments"].append(
        {
            "instrument_id": instrument.instrument_id,
            "family": instrument.family,
            "course_id": instrument.course_id,
            "session_id": instrument.session_id(None),
            "tool": instrument.tool,
            "link_mode": instrument.link_mode,
            "opened_on": min(times, default=None),
            "closed_on": max(times, default=None),
            "invited": _invited(run, instrument),
            "answered": len(kept),
        }
    )
    by_concept, described = items.set_index("concept"), set()
    for column in sheet.columns:
        concept, session = column.heading.column, column.match.session
        if concept in by_concept.index:
            item = by_concept.loc[concept]
            session = None if item["dimension"] == "choice" else session
            if (concept, session) in described:
                continue  # another option of the same question
            described.add((concept, session))
            run.tables["items"].append(
                {
                    "item_id": instrument.item_id(concept, session),
                    "instrument_id": instrument.instrument_id,
                    "family": instrument.family,
                    "concept": concept,
                    "dimension": item["dimension"],
                    "session_id": instrument.session_id(session),
                    "wording": column.wording,
                    "scale_id": item["scale_id"] or None,
                }
            )


def _invited(run: Run, instrument: Instrument) -> int:
    """How many could have answered: who has an attendance in the course, else everybody.

    Who was excused (見送り) or not concerned wasn't asked.
    """
    sessions = {row["session_id"] for row in run.tables["sessions"] if row["course_id"] == instrument.course_id}
    recorded = [row for row in run.tables["attendance"] if row["session_id"] in sessions]
    asked = {row["participant_id"] for row in recorded if row["status"] not in ("waived", "not_target")}
    return len(asked) if recorded else len(run.directory.people)


def _compare(run: Run, raw: RawFile, answers: list[Answer], read: dict[str, list[Answer]]) -> None:
    other = raw.source.same_as
    if other not in read:
        if other not in {source.file for source in run.year.sources}:
            run.findings.add("F18", Place(raw.grid.file), other=other)
        return
    different = differences(answers, read[other], run.year.codebook)
    for here, there in different:
        place = (here or there).place
        run.findings.add("F16", place, other=other, here=_shown(run, here), there=_shown(run, there))
    if not different:
        run.findings.add("F17", Place(raw.grid.file), other=other, rows=len(answers))


def _shown(run: Run, cell: Cell | None) -> str:
    return "（無し）" if cell is None else shorten(run.masked(cell.text)) or "（空欄）"
