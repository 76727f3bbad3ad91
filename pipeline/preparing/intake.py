"""The files that a year declares, opened, and the sheet that is meant; and what else lies in its folder."""

import os
import re
from collections import defaultdict
from pathlib import Path

from pipeline.findings import BadInput, Findings, Place, finding
from pipeline.ingest.files import Grid, closed, read_file, sha256
from pipeline.preparing.reading import RawFile, Reading
from pipeline.store import is_litter
from pipeline.text import key
from pipeline.year import Year

# Text files whose columns are not always parted by commas, and those made of several sections.
SEPARATORS = {"limesurvey": ",;\t", "teams": "\t"}
WITH_SECTIONS = {"teams"}
OLD_COPY = re.compile(r"\(\d+\)$|（\d+）$|コピー|copy|旧|old|bak", re.I)

Files = dict[str, list[RawFile]]  # by kind, in the order of their declaration


def read_files(year: Year) -> tuple[Files, Reading]:
    """Every declared file by its kind; the rest of the folder is listed, not ignored in silence."""
    files: Files = defaultdict(list)
    reading, declared = Reading(year), set()
    folder = year.store.raw_dir
    for source in year.sources:
        paths = [folder / source.file]
        if "*" in source.file:
            found = sorted(folder.glob(source.file))
            paths = [p for p in found if p.is_file() and not is_litter(p.relative_to(folder))]
        if not paths:
            reading.findings.add("F01", Place(source.file))
        for path in paths:
            name = _name(path, folder)
            if path in declared:
                reading.findings.add("F12", Place(name))
                continue
            declared.add(path)
            try:
                form = source.tool or source.kind
                grids = read_file(path, name, SEPARATORS.get(form, ","), form in WITH_SECTIONS, reading.findings)
            except BadInput as error:
                reading.findings.items += error.findings
                continue
            reading.ledger.open(name, source.kind, sha256(path), grids)
            chosen, others = pick_sheets(grids, source.sheet, reading.findings)
            for grid, reason in others:
                reading.ledger.set_aside_grid(grid, reason)
            files[source.kind] += [RawFile(source, grid, session) for grid, session in chosen]
    for path in year.store.raw_files:
        if path not in declared and path != year.store.declaration:
            name = _name(path, folder)
            reading.findings.items.append(closed(path, name) or finding("F10", Place(name)))
    return files, reading


def _name(path: Path, folder: Path) -> str:
    """The name in the year's folder; of a file from a ZIP of Windows that Linux unpacked, as Windows shows it."""
    name = path.relative_to(folder).as_posix()
    is_text = not any("\ud800" <= letter <= "\udfff" for letter in name)
    return name if is_text else os.fsencode(name).decode("cp932", "replace")


def pick_sheets(
    grids: list[Grid], name: str | None, findings: Findings
) -> tuple[list[tuple[Grid, int | None]], list[tuple[Grid, str]]]:
    """The declared sheet, or the only visible one; and the others, each with what it is.

    A name with {session} declares a sheet for each session: they have its number. None is chosen, with a fatal finding,
    where the sheet is missing or nothing says which one is meant.
    """
    filled = [g for g in grids if g.cells]
    place = Place(grids[0].file)
    if name is not None and grids[0].sheet:
        pattern = re.compile(re.escape(key(name)).replace(re.escape("{session}"), r"(\d+)"))
        named = [(g, found) for g in grids if (found := pattern.fullmatch(key(g.sheet)))]
        chosen = [(g, int(found[1]) if found.groups() else None) for g, found in named]
        if "{session}" not in name:
            chosen = [(g, None) for g in grids if g.sheet == name]
        if not chosen:
            names = "」「".join(g.sheet for g in grids)
            findings.add("F13", place, sheet=name, sheets=names)
            return [], []
    else:
        shown = [g for g in filled if not g.is_hidden]
        if not shown:
            findings.add("F03", place)
            return [], []
        if len(shown) > 1:
            names = "」「".join(g.sheet for g in shown)
            findings.add("F14", place, count=len(shown), sheets=names)
            return [], []
        chosen = [(shown[0], None)]
    others = []
    for grid in grids:
        if any(grid is one for one, _ in chosen) or not grid.rows():
            continue
        kind = (
            "非表示のシート"
            if grid.is_hidden
            else "旧版とみられるシート"
            if OLD_COPY.search(grid.sheet)
            else "宣言の無いシート"
        )
        findings.add("F15", Place(grid.file, grid.sheet), kind=kind, rows=len(grid.rows()))
        others.append((grid, kind))
    return chosen, others
