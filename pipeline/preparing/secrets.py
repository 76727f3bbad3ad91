"""What must stand in no report: every written form of the people of a year, read anew from its files.

Nothing is kept: a list of names beside the reports would be one more thing to guard.
"""

import re
from typing import NamedTuple

from pipeline.findings import Place
from pipeline.ingest.files import Grid
from pipeline.preparing.identity import spelling
from pipeline.preparing.intake import Run, read_files
from pipeline.preparing.people import read_aliases, read_people
from pipeline.text import key
from pipeline.year import Year

NAME, STAFF_NO, MAIL, EXTENSION = "氏名", "職員番号", "メールアドレス", "内線番号"
MAIL_FORM = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# A surname alone, of one or two characters, is in many cases an ordinary word (森, 原, 中村).
SHORTEST = 3


class Secret(NamedTuple):
    """One form of one person: ``form`` as :func:`spelling` writes it; where the person stands."""

    kind: str
    form: str
    place: Place


def secrets(year: Year) -> list[Secret]:
    """Names and readings (also those of 別名表), staff numbers, mail addresses and extensions.

    Each form once, with the first place that has it. Raises BadInput for files that can't be read.
    """
    run = Run(year)
    files = read_files(run)
    aliases = read_aliases(run, files)
    people = read_people(run, files, aliases)
    run.findings.stop_if_fatal()
    found = [Secret(NAME, spelling(name), p.place) for p in people for name in (p.name, p.kana)]
    found += [Secret(NAME, spelling(alias.name), alias.place) for alias in aliases]
    found = [secret for secret in found if len(secret.form) >= SHORTEST]
    found += [Secret(STAFF_NO, key(p.staff_no), p.place) for p in people]
    for raw in files:
        found += contacts(raw.grid)
    return list({(s.kind, s.form): s for s in reversed(found)}.values())[::-1]


def contacts(grid: Grid) -> list[Secret]:
    """Mail addresses anywhere in a sheet, and the numbers in a column 「内線」."""
    found, columns = [], set()
    for (row, column), value in sorted(grid.cells.items()):
        text = key(value)
        found += [Secret(MAIL, mail, grid.place(row, column)) for mail in MAIL_FORM.findall(text)]
        if text in ("内線", "内線番号"):
            columns.add(column)
        elif column in columns and re.fullmatch(r"\d{2,5}", text):
            found.append(Secret(EXTENSION, text, grid.place(row, column)))
    return found
