"""What the offices answered to the findings of an earlier run → beside the findings of this one.

An answer changes no data: the raw file is corrected by its office, a name by 別名表, a comment by
手動分類. It says that somebody has looked, and what is to be done.
"""

import re

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from pipeline.findings import Finding, numbered
from pipeline.ingest.confirmation_book import MENDED, Answer, read_answers
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.text import key, shorten

NUMBER = re.compile(r"(?<!\d)\d{4}(?!\d)")
# What the 確認票 printed of a finding: heading → column. An answer belongs to all of it.
PRINTED = {"規則": "rule_id", "ファイル": "file", "シート": "sheet", "セル": "cell"}


def answer_findings(run: Run, files: list[RawFile]) -> None:
    """Gives the findings their ids and answers; the last step, after names were masked in them.

    An answer whose finding is gone, or says something else now, is listed and not used.
    """
    year, asked = run.year.fiscal_year, len(run.findings.items)
    run.findings.items = numbered(run.findings.items, str(year))
    at = {found.finding_id: n for n, found in enumerate(run.findings.items) if found.finding_id}
    # Without all the files read, it isn't known which findings are gone.
    is_whole = not run.findings.fatal()
    given: dict[str, Answer] = {}
    for raw in of_kind(files, "answers"):
        sheet = run.sheet(raw, "answers")
        for written in read_answers(sheet, year, run.findings) if sheet else []:
            answer = _without_names(run, written)
            if (first := given.get(answer.finding_id)) is not None:
                _second(run, raw, first, answer)
                continue
            given[answer.finding_id] = answer
            if answer.finding_id not in at:
                if is_whole:
                    run.findings.add(
                        "Q06", answer.row["finding_id"].place, id=shorten(answer.finding_id), answer=answer.answer
                    )
                continue
            number = at[answer.finding_id]
            if _is_asked(run, run.findings.items[number], answer):
                run.findings.items[number] = _answered(run.findings.items[number], answer)
    told = [f._replace(what=run.masked(f.what, offices=False)) for f in run.findings.items[asked:]]
    run.findings.items = numbered(run.findings.items[:asked] + told, str(year))


def _second(run: Run, raw: RawFile, first: Answer, second: Answer) -> None:
    """Two offices send the same sheet back: what both hold counts once, what differs is refused."""
    if first.said == second.said:
        run.ledger.set_aside(raw.grid, second.row.number, "同じ回答の重複")
        return
    place = first.row["answer"].place
    run.findings.add("Q05", second.row["answer"].place, id=second.finding_id, first=f"{place.file} の {place.cell}")


def _is_asked(run: Run, found: Finding, answer: Answer) -> bool:
    """Whether the answer's line is the finding as it was printed; else a finding says why not."""
    for heading, column in PRINTED.items():
        cell, expected = answer.row.get(column), getattr(found, column) or ""
        if column in answer.row.columns and key(cell.text) != key(expected):
            run.findings.add(
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
        run.findings.add("Q08", answer.row["what"].place, id=found.finding_id, answer=answer.answer)
        return False
    if answer.answer == MENDED:
        run.findings.add("Q09", answer.row["answer"].place, id=found.finding_id, file=found.file)
    return True


def _answered(found: Finding, answer: Answer) -> Finding:
    return found._replace(
        answer=answer.answer,
        answer_note=answer.note or None,
        answered_by=answer.answered_by,
        answered_on=answer.answered_on,
    )


def _without_names(run: Run, answer: Answer) -> Answer:
    """As the next 確認票 shows it: its file and the one before may both be sent back."""
    numbers = {person.staff_no for person in run.directory.people}

    def hidden(text: str) -> str:
        text = run.masked(text, offices=False)
        return NUMBER.sub(lambda m: "〔職員番号〕" if key(m[0]) in numbers else m[0], text)

    return answer._replace(note=hidden(answer.note), answered_by=hidden(answer.answered_by))
