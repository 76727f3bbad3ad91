"""What must stand in no report: every written form of the people of a year, read anew from its files.

No file is made of them: a list of names beside the reports would be one more thing to guard.
``publishing.leaks`` holds them in memory until the run ends.
"""

import re
from typing import NamedTuple

from pipeline.findings import Place
from pipeline.ingest.files import Grid
from pipeline.preparing.identity import spelling
from pipeline.preparing.intake import read_files
from pipeline.preparing.people import read_directory
from pipeline.preparing.reading import join
from pipeline.text import key
from pipeline.year import Year

NAME, STAFF_NO, MAIL, EXTENSION = "氏名", "職員番号", "メールアドレス", "内線番号"
MAIL_FORM = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# Of fewer characters many names are ordinary words too (森, 中村; 関　心 without its space).
SHORTEST = 3


class Secret(NamedTuple):
    """One form of one person: ``form`` as :func:`written` gives it; where the person stands."""

    kind: str
    form: str
    place: Place


def secrets(year: Year) -> list[Secret]:
    """Names and readings (also those of 別名表), staff numbers, mail addresses and extensions.

    Each form once, with the first place that has it. Raises BadInput for files that can't be read.
    """
    files, opened = read_files(year)
    directory, met = read_directory(year, files)
    join(opened, met).findings.stop_if_fatal()
    names = [(name, p.place) for p in directory.people for name in (p.name, p.kana)]
    names += [(alias.name, alias.place) for alias in directory.aliases]
    found = [Secret(NAME, form, place) for name, place in names if (form := written(name))]
    found += [Secret(STAFF_NO, key(p.staff_no), p.place) for p in directory.people]
    for raw in (raw for kind in files.values() for raw in kind):
        found += contacts(raw.grid)
    return list({(s.kind, s.form): s for s in reversed(found)}.values())[::-1]


def written(name: str) -> str:
    """The form to look for: its parts as :func:`spelling` writes them, the space between kept; "" where it is too short.

    「林　修」 is so found as 「林 修」 and not as 「林修」; nothing is looked for of two characters that the roster
    doesn't part.
    """
    parts = list(filter(None, map(spelling, name.split())))
    return " ".join(parts) if len(parts) > 1 or len("".join(parts)) >= SHORTEST else ""


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
