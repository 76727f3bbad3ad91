"""The analyst's judgements of comments (手動分類.csv) → hand_codes: who judged what, when and why."""

import re

from pipeline.findings import Place
from pipeline.ingest.dates import read_date
from pipeline.ingest.headings import Row
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.text import key, shorten

NO_THEME = "なし"
# 「、」 stands inside the themes' names, so only these part two themes of one comment.
BETWEEN_THEMES = re.compile(r"[;；\n]")


def read_hand_codes(run: Run, files: list[RawFile]) -> None:
    """The judgements, each at its comment; after the questionnaires, whose comments they name.

    A judgement of no comment would be lost in silence, so it stops the year; so does one whose
    本文 is not what the comment begins with, because a replaced file may have moved its rows.
    """
    comments: dict[tuple[str, str], dict] = {}
    for comment in run.tables["comments"]:
        file, _, cell = comment["source_ref"].rsplit("!", 2)
        comments[_address(file, cell)] = comment
    known = _themes(run)
    judged: dict[str, tuple[set[str | None], Place]] = {}
    for raw in of_kind(files, "hand_codes"):
        sheet = run.sheet(raw, "hand_codes")
        for row in sheet.rows if sheet else []:
            comment = comments.get(_address(row["file"].text, row["cell"].text))
            reference = comment and comment["source_ref"]
            if reference is not None:
                _check_text(run, row, comment)
            else:
                where = f"{row['file'].text} {row['cell'].text}"
                run.findings.add("G01", row["cell"].place, where=shorten(where, 60))
            theme_ids = _judgement(run, row, known)
            coded_on = read_date(row["coded_on"].value, run.year.fiscal_year)
            if coded_on is None or not row["coded_by"].text:
                at = row["coded_on"] if coded_on is None else row["coded_by"]
                run.findings.add("G04", at.place)
            if reference is None or theme_ids is None or coded_on is None:
                continue
            before, first = judged.setdefault(reference, (theme_ids, row["cell"].place))
            if first != row["cell"].place:
                if before != theme_ids:
                    run.findings.add("G03", row["cell"].place, first=f"{first.file} の {first.cell}")
                run.ledger.set_aside(raw.grid, row.number, "同じ意見の判断の重複")
                continue
            run.tables["hand_codes"] += [
                {
                    "source_ref": reference,
                    "theme_id": theme_id,
                    "coded_by": run.masked(row["coded_by"].text, offices=False),
                    "coded_on": coded_on.day,
                    "why": run.masked(row.get("why").text, offices=False) or None,
                }
                for theme_id in sorted(theme_ids, key=str)
            ]


def _check_text(run: Run, row: Row, comment: dict) -> None:
    """A finding if the line quotes (本文) other words than the comment in its cell begins with."""
    written = row.get("text")
    # Names are hidden in the comments, and may or may not be in what was copied.
    quoted = key(run.masked(written.text).rstrip("…."))
    if not quoted or key(comment["text"]).startswith(quoted):
        return
    file, _, cell = comment["source_ref"].rsplit("!", 2)
    now_at = [
        other["source_ref"].rsplit("!", 1)[1]
        for other in run.tables["comments"]
        if other["source_ref"].rsplit("!", 2)[0] == file and key(other["text"]).startswith(quoted)
    ]
    hint = (
        f"この書き出しの意見は、今は {'、'.join(now_at[:3])} にあります。"
        if now_at
        else "この書き出しの意見は、このファイルに見当たりません。"
    )
    run.findings.add("G05", written.place, seen=shorten(written.text), file=file, cell=cell, hint=hint)


def _address(file: str, cell: str) -> tuple[str, str]:
    """File and cell as anybody writes them: 「各回アンケート\\第1回.csv」, 「$k$6」."""
    return key(file.replace("\\", "/")), key(cell).replace("$", "")


def _themes(run: Run) -> dict[str, str]:
    """Key of a theme's id or name (with or without its full stop) → id."""
    known = {}
    for theme in run.year.codebook.read("themes").to_dict("records"):
        for name in (theme["theme_id"], theme["label"], theme["label"].rstrip("。")):
            known[key(name)] = theme["theme_id"]
    return known


def _judgement(run: Run, row: Row, known: dict[str, str]) -> set[str | None] | None:
    """The themes of one line, {None} for 「なし」; None, with a finding, if one isn't known."""
    cell = row["theme_id"]
    names = [name for name in BETWEEN_THEMES.split(cell.text) if name.strip()]
    theme_ids = {None if key(n) == NO_THEME else known.get(key(n), "?") for n in names}
    if not theme_ids or "?" in theme_ids or (None in theme_ids and len(theme_ids) > 1):
        run.findings.add("G02", cell.place, seen=shorten(cell.text) or "（空欄）")
        return None
    return theme_ids
