"""Raw files → canonical tables and findings; every raw row accounted for.

Each reader gets its own files and what it has to know (the people, the courses, the sessions …), and
gives back what it read; here alone that is put together. Problems are collected and raised together
at the end, so that the analyst mends them in one round.
"""

from functools import cache

import pandas as pd

from pipeline.codebook import column_types
from pipeline.findings import Finding, Findings, numbered
from pipeline.obligations import obligations
from pipeline.preparing.completion_table import read_completions
from pipeline.preparing.confirmation_book import answer_findings
from pipeline.preparing.contradictions import contradictions
from pipeline.preparing.decisions import read_decisions
from pipeline.preparing.hand_codes import read_hand_codes
from pipeline.preparing.id_key import make_key
from pipeline.preparing.identity import Directory, Person
from pipeline.preparing.intake import read_files
from pipeline.preparing.logs import fill
from pipeline.preparing.menu_table import read_courses
from pipeline.preparing.people import read_directory
from pipeline.preparing.progress import read_lists
from pipeline.preparing.reading import Reading, join
from pipeline.preparing.records import read_ideas, read_interviews
from pipeline.preparing.register import read_registers
from pipeline.preparing.results import read_followups, read_improvements, read_indicators
from pipeline.preparing.survey import read_surveys
from pipeline.preparing.teams import read_meetings
from pipeline.preparing.working_groups import read_working_groups
from pipeline.schema import conform
from pipeline.stages import STAGES
from pipeline.year import Year


def prepare(year: Year) -> dict[str, pd.DataFrame]:
    """All canonical tables of a year (see ``schema``), among them findings and accounts.

    Raises BadInput with every fatal finding of the year at once. Raw files are only read. On the very first
    run the key of the ids is made.
    """
    make_key(year)
    read = read_year(year)
    read.findings.stop_if_fatal()
    tables = {name: conform(name, read.tables[name]) for name in STAGES["prepare"].writes}
    tables["accounts"] = read.ledger.accounts()
    tables["set_aside"] = conform("set_aside", [s._asdict() for s in read.ledger.list_set_aside()])
    tables["findings"] = conform("findings", [f._asdict() for f in read.findings.items])
    return tables


def read_year(year: Year) -> Reading:
    """Everything that can be read of a year, with all findings, fatal ones among them.

    This is also the pre-flight check (``doit check``): it writes nothing.
    """
    files, opened = read_files(year)
    directory, people = read_directory(year, files)
    menu = read_courses(year, files["menu"])
    courses = menu.tables["courses"]
    registers = read_registers(year, files["register"], directory, courses)
    read = join(opened, people, menu, registers)
    completions = read_completions(
        year,
        files["completion"],
        directory,
        courses,
        read.tables["sessions"],
        read.tables["attendance"],
        _obliged(read) if files["completion"] else None,
    )
    read = join(read, completions)
    online, reports = read_meetings(year, files["teams"], directory, courses, read.tables["sessions"])
    read = join(read, reports)
    learners, lists = read_lists(year, files["progress"], directory, courses, read.tables["sessions"])
    read = join(read, lists, fill(year, [*online, *learners], read.tables["attendance"]))
    surveys = read_surveys(
        year, files["survey"], directory, read.tables["sessions"], read.tables["attendance"], read.tables["scores"]
    )
    read = join(
        read,
        surveys,
        read_hand_codes(year, files["hand_codes"], directory, surveys.tables["comments"]),
        read_ideas(year, files["ideas"], directory),
        read_interviews(year, files["interviews"], directory),
        read_followups(year, files["followup"], directory, courses),
        read_working_groups(year, files["working_groups"], directory),
        read_improvements(year, files["improvements"], directory, courses),
        read_indicators(year, files["kpi"]),
        read_decisions(year, files["decisions"], directory),
    )
    said = [] if read.findings.fatal() else contradictions(read.tables)
    asked = _without_names([*read.findings.items, *said], directory)
    answered, answers = answer_findings(year, files["answers"], asked, directory)
    whole = join(read, answers)
    told = _without_names(answers.findings.items, directory)
    whole.findings = Findings(numbered([*answered, *told], str(year.fiscal_year)))
    whole.tables["matches"] = directory.count(whole.matches)
    mask_prose(whole, directory)
    return whole


def mask_prose(read: Reading, directory: Directory) -> None:
    """Takes the names out of whatever somebody typed, by the types of the columns: no reader can forget one.

    Readers mask before where they quote, or where an office may tell who it is as well.
    """
    masked = cache(lambda text: directory.masked(text, offices=False))
    for table, rows in read.tables.items():
        typed = [name for name, kind in column_types(table).items() if kind.removesuffix("?") == "prose"]
        for row in rows:
            row |= {name: masked(row[name]) for name in typed if isinstance(row.get(name), str)}


def everybody(year: Year) -> dict[str, Person]:
    """participant_id → the person, for the one list that must say names; no table keeps them."""
    files, opened = read_files(year)
    directory, people = read_directory(year, files)
    join(opened, people).findings.stop_if_fatal()
    return {person.participant_id: person for person in directory.people}


def _obliged(read: Reading) -> dict[tuple[str, str], str] | None:
    """(participant_id, course_id) → what the menu obliges to; None where it can't be known."""
    if read.findings.fatal() or not read.tables["targets"]:
        return None
    appointments, targets, courses, course_years = (
        conform(name, read.tables[name]) for name in ("appointments", "targets", "courses", "course_years")
    )
    before = pd.DataFrame(columns=["participant_id", "course_id", "fiscal_year"])
    rows = obligations(appointments, targets, courses, course_years, before, read.year.fiscal_year)
    return dict(zip(zip(rows["participant_id"], rows["course_id"], strict=True), rows["obligation"], strict=True))


def _without_names(findings: list[Finding], directory: Directory) -> list[Finding]:
    """A finding quotes what it found, a comment of a cell for instance: names stay here."""
    return [found._replace(what=directory.masked(found.what, offices=False)) for found in findings]
