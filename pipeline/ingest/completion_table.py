"""The completion table (受講管理表): people × courses, one cell like 「●済(動画 5/24)」 for each.

A cell holds up to four things: the printed obligation (●○▲), what became of it (済, 未受講, 見送り,
異動 …), how it was taken, and when; the last two may stand in columns of their own beside it.
"""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from pipeline.findings import Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import ReadDate, read_date
from pipeline.ingest.headings import Cell, Row, Sheet
from pipeline.ingest.menu_table import TARGET_MARKS
from pipeline.ingest.register import Mark
from pipeline.text import key, shorten

METHODS = {
    "集合": "present",
    "会場": "present",
    "出席": "present",
    "座学": "present",
    "ワークショップ": "present",
    "録画": "recording",
    "動画": "recording",
    "録画視聴": "recording",
    "動画視聴": "recording",
    "eラーニング": "e_learning",
    "e-ラーニング": "e_learning",
    "e-learning": "e_learning",
    "オンライン": "online",
    "web": "online",
    "zoom": "online",
    "teams": "online",
}
TAKEN = {"済", "受講済", "修了", "受講"}
NOT_TAKEN = {
    "未受講": "absent",
    "未": "absent",
    "欠席": "absent",
    "×": "absent",
    "見送り": "waived",
    "免除": "waived",
    "既修": "waived",
    "異動": "not_target",
    "転出": "not_target",
    "育休": "not_target",
    "産休": "not_target",
    "休職": "not_target",
    "退職": "not_target",
    "対象外": "not_target",
}
NOBODY_ASKED = {"", "-", "－", "―", "−", "ー", "対象外"}  # without a printed obligation: no entry
CAUGHT_UP = ("recording", "e_learning")
TOOK_PART = ("present", "online", *CAUGHT_UP)
WITH_DETAIL = re.compile(r"(?P<word>[^(]*)(?:\((?P<detail>[^()]*)\))?", re.S)
A_DATE = re.compile(r"(?:令和|[RHS])?\s*(?:元|\d{1,4})\s*[年./月]\s*\d{1,2}(?:\s*[月./]\s*\d{1,2})?日?")
FILLER = re.compile(r"に?(受講|視聴|で|により)?$")


class Record(NamedTuple):
    """One cell of the table taken apart; ``status`` is None where nothing says what became of it,
    and "taken" where nothing says how it was taken."""

    obligation: str | None
    status: str | None
    taken_on: date | None = None
    reason: str = ""


Beside = tuple[date | None, str | None]  # day, status


class CompletionEntry(NamedTuple):
    """One person × course that has anything to say; ``mark`` as in a register."""

    row: Row
    number: int
    obligation: str | None
    mark: Mark
    taken_on: date | None
    cell: Cell


def read_record(text: str, year: FiscalYear) -> Record | None:
    """The meaning of a cell: ●済(動画 5/24), ▲, ○見送り（理由）, ●未受講; None if it has none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    obligation = TARGET_MARKS.get(plain[:1])
    rest = plain[1:].lstrip() if obligation else plain
    if rest[:1] == "\ufe0f":  # ⭕ as an emoji
        rest = rest[1:]
    if not rest or (obligation is None and key(rest) in NOBODY_ASKED):
        return Record(obligation, None)
    match = WITH_DETAIL.fullmatch(rest.strip())
    if match is None:
        return None
    word, detail = key(match["word"]), (match["detail"] or "").strip()
    if status := NOT_TAKEN.get(word):
        reason = detail if status in ("absent", "waived") else "".join(filter(None, [word, detail]))
        return Record(obligation, status, None, reason)
    read = None
    if dated := A_DATE.search(detail):
        read = read_date(dated[0], year)
        if read is None:
            return None
        detail = detail[: dated.start()] + " " + detail[dated.end() :]
    method = FILLER.sub("", key(detail))
    status = METHODS.get(method) if method else None
    if method and status is None:
        return None
    if by_word := METHODS.get(word.removesuffix("済")):  # 「録画」, 「録画済」
        if status not in (None, by_word):
            return None
        status = by_word
    elif word and word not in TAKEN:
        return None
    return Record(obligation, status or "taken", read.day if read else None)


def read_entries(
    sheet: Sheet, numbers: dict[int, tuple[str, str]], year: FiscalYear, findings: Findings
) -> list[CompletionEntry]:
    """Every person × course that the table says anything of.

    ``numbers``: number of a course → (its method as written, the status of who just took it).
    """
    columns = [sheet.by_session(name) for name in ("mark", "taken_on", "method")]
    entries = []
    for row in sheet.rows:
        for number, (method, usual) in numbers.items():
            cell, day, how = (row.cells[own[number].number] if number in own else None for own in columns)
            if cell is None:
                continue
            record = read_record(cell.text, year)
            if record is None:
                findings.add("N12", cell.place, seen=shorten(cell.text))
                continue
            beside = _beside(day, how, year, findings)
            if beside is None:
                continue
            record = _merge(record, cell, beside, (day, how), findings)
            if record is None or record == Record(None, None):
                continue
            status = record.status or "unknown"
            if status == "taken":
                status = usual
                if "or" in key(method) or "・" in method or "又は" in method:
                    findings.add(
                        "N18",
                        cell.place,
                        seen=shorten(cell.text),
                        method=method,
                        taken="集合" if usual == "present" else "その方法",
                    )
            watched = record.taken_on if status in CAUGHT_UP else None
            mark = Mark(status, None, watched, record.reason)
            entries.append(CompletionEntry(row, number, record.obligation, mark, record.taken_on, cell))
    return entries


def _beside(day: Cell | None, how: Cell | None, year: FiscalYear, findings: Findings) -> Beside | None:
    """What the columns beside the mark say; None if they can't be read."""
    read: ReadDate | None = None
    if day is not None and day.text:
        read = read_date(day.value, year)
        if read is None:
            findings.add("S03", day.place, seen=shorten(day.text))
            return None
    status = None
    if how is not None and key(how.text) not in ("", "-", "ー", "―"):
        status = METHODS.get(key(how.text))
        if status is None:
            findings.add("N12", how.place, seen=shorten(how.text))
            return None
    return read and read.day, status


def _merge(
    record: Record, cell: Cell, beside: Beside, cells: tuple[Cell | None, Cell | None], findings: Findings
) -> Record | None:
    """The cell's own words completed by the columns beside it; the words win."""
    day, status = beside
    if day is None and status is None:
        return record
    written = "・".join(c.text for c in cells if c is not None and c.text)
    if record.status not in (None, "taken", *TOOK_PART):
        findings.add("N14", cell.place, seen=shorten(cell.text), other=shorten(written))
        return None
    if record.status is None:
        findings.add("N16", cell.place)
    for own, other, neighbour in ((record.taken_on, day, cells[0]), (_known(record.status), status, cells[1])):
        if None not in (own, other) and own != other and neighbour is not None:
            findings.add(
                "N15", cell.place, seen=shorten(cell.text), beside=neighbour.place.cell, other=shorten(neighbour.text)
            )
    return record._replace(status=_known(record.status) or status or "taken", taken_on=record.taken_on or day)


def _known(status: str | None) -> str | None:
    return None if status == "taken" else status
