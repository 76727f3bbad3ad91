"""Answers of questionnaires → responses, choices and comments under canonical ids."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from pipeline import ids
from pipeline.codebook import Codebook, KnownItem
from pipeline.findings import Findings, Place
from pipeline.ingest.headings import Cell
from pipeline.ingest.survey import Answer, read_choices
from pipeline.preparing.identity import Match
from pipeline.text import key, shorten


class Instrument(NamedTuple):
    """One questionnaire of the year: the family of its questions, its session if it has one."""

    instrument_id: str
    family: str
    course_id: str
    session: int | None
    tool: str
    link_mode: str
    reversed: tuple[str, ...] = ()  # questions whose numbers run the other way: 1 is best

    def item_id(self, concept: str, session: int | None) -> str:
        return ids.item_id(self.instrument_id, concept, session)

    def session_id(self, session: int | None) -> str | None:
        number = session or self.session
        return ids.session_id(self.course_id, number) if number else None


class Respondent(NamedTuple):
    """An answer that counts, whose it is, and when it was sent."""

    answer: Answer
    match: Match
    sent_at: datetime


def excluded(answer: Answer, rules: list[dict], comments: set[str]) -> str | None:
    """Why an answer doesn't count (draft, withdrawn, test), None if it does, "?" if its status is unknown.

    ``rules`` are the lines of ``set_aside.csv``: column (status, name, comment), pattern, reason.
    """
    texts = {
        "status": [answer.row.get("status").text] if "status" in answer.row.columns else [],
        "name": [key(answer.name)],
        "comment": [key(c.text) for (concept, _), c in answer.answers.items() if concept in comments],
    }
    for column in texts:
        for rule in (r for r in rules if r["column"] == column):
            if any(re.search(rule["pattern"], text, re.I) for text in texts[column]):
                if rule["reason"]:
                    return rule["reason"]
                break
        else:
            if column == "status" and texts["status"]:
                return "?"
    return None


def keep_last(respondents: list[Respondent], findings: Findings) -> tuple[list[Respondent], list[Respondent]]:
    """One answer a person: the last one sent; the others are returned as doubles."""
    by_person: dict[str, list[Respondent]] = {}
    for respondent in respondents:
        if respondent.match.participant_id:
            by_person.setdefault(respondent.match.participant_id, []).append(respondent)
    doubles = []
    for same in by_person.values():
        if len(same) > 1:
            *earlier, last = sorted(same, key=lambda r: (r.sent_at, r.answer.row.number))
            doubles += earlier
            time = last.answer.row["submitted_at"].place
            findings.add("S07", time, count=len(same), kept=time.cell)
    dropped = {id(d) for d in doubles}
    return [r for r in respondents if id(r) not in dropped], doubles


class Tables(NamedTuple):
    """Rows, still as dictionaries, of three canonical tables."""

    responses: list[dict]
    choices: list[dict]
    comments: list[dict]


def tabulate(
    respondents: list[Respondent],
    instrument: Instrument,
    codebook: Codebook,
    mask: Callable[[str], str],
    findings: Findings,
) -> Tables:
    """Every answer of one questionnaire, looked up on its scale or in its list of options.

    An empty cell is ``nonresponse``; a label that stands for no value keeps its reason; a label
    that the codebook doesn't know is a fatal finding. ``mask`` hides names in free text.
    """
    items, tables = codebook.items(instrument.family), Tables([], [], [])
    for answer, match, sent_at in respondents:
        base = {
            "response_id": f"{instrument.instrument_id}-r{answer.row.number}",
            "participant_id": match.participant_id,
        }
        for (concept, session), cell in answer.answers.items():
            item = items[concept]
            row = base | {"item_id": instrument.item_id(concept, session), "source_ref": cell.place.reference}
            if item.dimension == "choice":
                tables.choices.extend(_choices(row, cell, item, codebook, mask, findings))
            elif item.dimension == "comment":
                if cell.text:
                    tables.comments.append(row | {"concept": concept, "text": mask(cell.text)})
            else:
                meaning = _meaning(cell, item, codebook, findings)
                if concept in instrument.reversed and meaning["value"] is not None:
                    meaning = _turned(meaning, cell, item, findings)
                tables.responses.append(
                    row
                    | meaning
                    | {
                        "instrument_id": instrument.instrument_id,
                        "session_id": instrument.session_id(session),
                        "submitted_at": sent_at,
                    }
                )
    return tables


def _meaning(cell: Cell, item: KnownItem, codebook: Codebook, findings: Findings) -> dict:
    label = cell.text
    if not label:
        return {"label": None, "value": None, "missing_reason": "nonresponse"}
    meaning = codebook.scales[item.scale_id].get(key(label))
    if meaning is None:
        findings.add("S01", cell.place, item=item.named, seen=shorten(label), scale=item.scale_id)
        return {"label": label, "value": None, "missing_reason": "nonresponse"}
    return {"label": label, "value": meaning.value, "missing_reason": meaning.missing_reason}


def _turned(meaning: dict, cell: Cell, item: KnownItem, findings: Findings) -> dict:
    """The rating on a scale whose 1 is best. 「5（よい）」 says its own direction: no turning that."""
    if not key(cell.text).isdecimal():
        findings.add("S16", cell.place, item=item.named, seen=shorten(cell.text))
    return meaning | {"value": 6 - meaning["value"]}


def _choices(
    row: dict, cell: Cell, item: KnownItem, codebook: Codebook, mask: Callable[[str], str], findings: Findings
) -> Iterator[dict]:
    if not cell.text:
        return
    options = codebook.choices.get(item.concept, [])
    chosen = read_choices(cell.text, options)
    labels = {option_id: label for option_id, label in reversed(options)}  # the first wording of each
    option_ids = chosen.option_ids
    if chosen.other_text and "other" not in option_ids:
        findings.add("S02", cell.place, item=item.named, seen=shorten(chosen.other_text))
        option_ids = [*option_ids, "other"]
    for option_id in option_ids:
        other_text = mask(chosen.other_text) or None
        yield row | {
            "option_id": option_id,
            "option": labels.get(option_id, "その他"),
            "other_text": other_text if option_id == "other" else None,
        }


class Difference(NamedTuple):
    """Where two exports differ: the cell of each, None where one has no such answer."""

    place: Place
    here: Cell | None
    there: Cell | None


def differences(here: list[Answer], there: list[Answer], codebook: Codebook) -> list[Difference]:
    """Where two exports of the same answers differ.

    Answers are paired by their time, to the second, and their order within it; several options in
    one cell are compared as a set, because each tool joins them in its own way.
    """
    found, partners = [], _by_time(there)
    for when, answer in _by_time(here).items():
        partner = partners.pop(when, None)
        if partner is None:
            time = answer.row["submitted_at"]
            found.append(Difference(time.place, time, None))
            continue
        others = _compared(partner)
        for what, cell in _compared(answer).items():
            other = others.pop(what, None)
            if other is None or _comparable(cell, what[0], codebook) != _comparable(other, what[0], codebook):
                found.append(Difference(cell.place, cell, other))
        found += [Difference(cell.place, None, cell) for cell in others.values()]
    times = [answer.row["submitted_at"] for answer in partners.values()]
    return found + [Difference(time.place, None, time) for time in times]


def _by_time(answers: list[Answer]) -> dict[tuple[datetime, int], Answer]:
    seen: Counter[datetime] = Counter()
    found = {}
    for answer in answers:
        if answer.submitted_at is not None:
            moment = answer.submitted_at.replace(microsecond=0)
            found[moment, seen[moment]] = answer
            seen[moment] += 1
    return found


def _compared(answer: Answer) -> dict[tuple[str, int | None], Cell]:
    return {("name", None): answer.row.get("name"), **answer.answers}


def _comparable(cell: Cell, concept: str, codebook: Codebook) -> object:
    if options := codebook.choices.get(concept):
        chosen = read_choices(cell.text, options)
        return (tuple(chosen.option_ids), key(chosen.other_text))
    return key(cell.text)
