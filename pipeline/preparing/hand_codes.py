"""The analyst's judgements of comments (手動分類.csv) → hand_codes and releases: who judged what, when and why; and which
comments a person has read and allowed to be quoted."""

import re

from pipeline.codebook import Codebook
from pipeline.findings import Findings, Place
from pipeline.ingest.dates import read_date
from pipeline.ingest.headings import Row
from pipeline.preparing.identity import Directory
from pipeline.preparing.reading import RawFile, Reading, Rows
from pipeline.text import key, shorten, unquoted
from pipeline.year import Year

NO_THEME = "なし"
RELEASED, KEPT = ("○", "〇", "◯", "はい", "可"), ("", "×", "✕", "いいえ", "不可", "否")
# 「、」 stands inside the themes' names, so only these part two themes of one comment.
BETWEEN = "；"
BETWEEN_THEMES = re.compile(rf"[;{BETWEEN}\n]")


def read_hand_codes(year: Year, files: list[RawFile], directory: Directory, comments: Rows) -> Reading:
    """The judgements, each at its comment; a line that judges nothing is set aside.

    A judgement of no comment would be lost in silence, so it stops the year; so does one whose
    本文 is not what the comment begins with, because a replaced file may have moved its rows.
    """
    reading, known = Reading(year, directory), _themes(year.codebook)
    at = {_address(place.file, place.cell): comment for comment in comments for place in [_place(comment)]}
    judged: dict[str, tuple[set[str | None], Place]] = {}
    for raw, row in reading.rows(files, "hand_codes"):
        if not row["theme_id"].text and not row.get("release").text:
            reading.ledger.set_aside(raw.grid, row.number, "判断の無い行")
            continue
        comment = at.get(_address(row["file"].text, row["cell"].text))
        if comment is not None:
            _check_text(reading, row, comment, comments)
        else:
            where = f"{row['file'].text} {row['cell'].text}"
            reading.findings.add("G01", row["cell"].place, where=shorten(where, 60))
        is_released = _is_released(row, reading.findings)
        theme_ids = _judgement(row, known, reading.findings) if row["theme_id"].text else set()
        coded_on = read_date(row["coded_on"].value, year.fiscal_year)
        if coded_on is None or not row["coded_by"].text:
            wrong = row["coded_on"] if coded_on is None else row["coded_by"]
            reading.findings.add("G04", wrong.place)
        if comment is None or theme_ids is None or coded_on is None:
            continue
        before, first = judged.setdefault(comment["source_ref"], (theme_ids, row["cell"].place))
        if first != row["cell"].place:
            if before != theme_ids:
                reading.findings.add("G03", row["cell"].place, first=f"{first.file} の {first.cell}")
            reading.ledger.set_aside(raw.grid, row.number, "同じ意見の判断の重複")
            continue
        coded_by = directory.masked(row["coded_by"].text, offices=False)
        if is_released:
            release = {"source_ref": comment["source_ref"], "released_by": coded_by, "released_on": coded_on.day}
            reading.tables["releases"].append(release)
        reading.tables["hand_codes"] += [
            {
                "source_ref": comment["source_ref"],
                "theme_id": theme_id,
                "coded_by": coded_by,
                "coded_on": coded_on.day,
                "why": directory.masked(row.get("why").text, offices=False) or None,
            }
            for theme_id in sorted(theme_ids, key=str)
        ]
    return reading


def _check_text(reading: Reading, row: Row, comment: dict, comments: Rows) -> None:
    """A finding if the line quotes (本文) other words than the comment in its cell begins with."""
    written = row.get("text")
    # Names are hidden in the comments, and may or may not be in what was copied.
    quoted = key(reading.directory.masked(unquoted(written.text)).rstrip("…."))
    if not quoted or key(comment["text"]).startswith(quoted):
        return
    place = _place(comment)
    now_at = [
        _place(other).cell
        for other in comments
        if _place(other).file == place.file and key(other["text"]).startswith(quoted)
    ]
    hint = (
        f"この書き出しの意見は、今は {'、'.join(now_at[:3])} にあります。"
        if now_at
        else "この書き出しの意見は、このファイルに見当たりません。"
    )
    reading.findings.add("G05", written.place, seen=shorten(written.text), file=place.file, cell=place.cell, hint=hint)


def _place(comment: dict) -> Place:
    return Place.parse(comment["source_ref"])


def _address(file: str, cell: str) -> tuple[str, str]:
    """File and cell as anybody writes them: 「各回アンケート\\第1回.csv」, 「$k$6」."""
    return key(file.replace("\\", "/")), key(cell).replace("$", "")


def _themes(codebook: Codebook) -> dict[str, str]:
    """Key of a theme's id or name (with or without its full stop) → id."""
    known = {}
    for theme in codebook.read("themes").to_dict("records"):
        for name in (theme["theme_id"], theme["label"], theme["label"].rstrip("。")):
            known[key(name)] = theme["theme_id"]
    return known


def _is_released(row: Row, findings: Findings) -> bool:
    """Whether the line lets the comment be quoted; a word that is neither yes nor no is a finding."""
    cell = row.get("release")
    if key(cell.text) not in map(key, (*RELEASED, *KEPT)):
        findings.add("G06", cell.place, seen=shorten(cell.text))
    return key(cell.text) in map(key, RELEASED)


def _judgement(row: Row, known: dict[str, str], findings: Findings) -> set[str | None] | None:
    """The themes of one line, {None} for 「なし」; None, with a finding, if one isn't known."""
    cell = row["theme_id"]
    names = [name for name in BETWEEN_THEMES.split(cell.text) if name.strip()]
    theme_ids = {None if key(n) == NO_THEME else known.get(key(n), "?") for n in names}
    if not theme_ids or "?" in theme_ids or (None in theme_ids and len(theme_ids) > 1):
        findings.add("G02", cell.place, seen=shorten(cell.text) or "（空欄）")
        return None
    return theme_ids
