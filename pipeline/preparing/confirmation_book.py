"""What the offices answered to the findings of an earlier run → beside the findings of this one.

An answer changes no data: the raw file is corrected by its office, a name by 別名表, a comment by
手動分類. It says that somebody has looked, and what is to be done.
"""

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from pipeline.findings import Finding, Findings, numbered
from pipeline.ingest.confirmation_book import MENDED, OfficeAnswer, read_answers
from pipeline.preparing.identity import Directory
from pipeline.preparing.reading import RawFile, Reading
from pipeline.text import key, shorten
from pipeline.year import Year

# What the 確認票 printed of a finding: heading → column. An answer belongs to all of it.
PRINTED = {"規則": "rule_id", "ファイル": "file", "シート": "sheet", "セル": "cell"}


def answer_findings(
    year: Year, files: list[RawFile], asked: list[Finding], directory: Directory
) -> tuple[list[Finding], Reading]:
    """``asked``, the findings of this run, with their ids and answers; and what is wrong with the answers.

    An answer whose finding is gone, or says something else now, is listed and not used.
    """
    reading = Reading(year)
    answered = numbered(asked, str(year.fiscal_year))
    at = {found.finding_id: n for n, found in enumerate(answered) if found.finding_id}
    is_whole = not Findings(asked).fatal()  # without all the files read, it isn't known which are gone
    given: dict[str, OfficeAnswer] = {}
    for raw in files:
        sheet = reading.sheet(raw, "answers")
        for written in read_answers(sheet, year.fiscal_year, reading.findings) if sheet else []:
            answer = _without_names(written, directory)
            if (first := given.get(answer.finding_id)) is not None:
                _second(reading, raw, first, answer)
                continue
            given[answer.finding_id] = answer
            number = at.get(answer.finding_id)
            if number is not None:
                if _is_asked(answered[number], answer, reading.findings):
                    answered[number] = _answered(answered[number], answer)
            elif is_whole:
                place = answer.row["finding_id"].place
                reading.findings.add("Q06", place, id=shorten(answer.finding_id), answer=answer.answer)
    return answered, reading


def _second(reading: Reading, raw: RawFile, first: OfficeAnswer, second: OfficeAnswer) -> None:
    """Two offices send the same sheet back: what both hold counts once, what differs is refused."""
    if first.said == second.said:
        reading.ledger.set_aside(raw.grid, second.row.number, "同じ回答の重複")
        return
    place, before = second.row["answer"].place, first.row["answer"].place
    reading.findings.add("Q05", place, id=second.finding_id, first=f"{before.file} の {before.cell}")


def _is_asked(found: Finding, answer: OfficeAnswer, findings: Findings) -> bool:
    """Whether the answer's line is the finding as it was printed; else a finding says why not."""
    for heading, column in PRINTED.items():
        cell, expected = answer.row.get(column), getattr(found, column) or ""
        if column in answer.row.columns and key(cell.text) != key(expected):
            findings.add(
                "Q07",
                cell.place,
                id=found.finding_id,
                column=heading,
                seen=shorten(cell.text) or "空欄",
                expected=shorten(expected) or "空欄",
            )
            return False
    now = ILLEGAL_CHARACTERS_RE.sub("", found.what)  # as a workbook can hold it
    if key(answer.row["what"].text) != key(now):
        findings.add("Q08", answer.row["what"].place, id=found.finding_id, answer=answer.answer)
        return False
    if answer.answer == MENDED:
        findings.add("Q09", answer.row["answer"].place, id=found.finding_id, file=found.file)
    return True


def _answered(found: Finding, answer: OfficeAnswer) -> Finding:
    return found._replace(
        answer=answer.answer,
        answer_note=answer.note or None,
        answered_by=answer.answered_by,
        answered_on=answer.answered_on,
    )


def _without_names(answer: OfficeAnswer, directory: Directory) -> OfficeAnswer:
    """As the next 確認票 shows it: its file and the one before may both be sent back."""
    note, by = (directory.masked(text, offices=False) for text in (answer.note, answer.answered_by))
    return answer._replace(note=note, answered_by=by)
