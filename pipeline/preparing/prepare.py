"""Raw files → canonical tables and findings; every raw row accounted for.

The order matters: the staff list or roster says who there is, the judgements of the analyst (別名表)
who is meant by a name, the menu which courses there are, the registers which sessions were held and
the completion table who took the rest; only then can an answer be placed. Problems
are collected and raised together at the end, so that the analyst mends them in one round.
"""

import pandas as pd

from pipeline.preparing.attendance import read_registers
from pipeline.preparing.completions import read_completions
from pipeline.preparing.contradictions import contradictions
from pipeline.preparing.courses import read_courses
from pipeline.preparing.decisions import read_decisions
from pipeline.preparing.hand_codes import read_hand_codes
from pipeline.preparing.identity import Directory, Person
from pipeline.preparing.intake import Run, read_files
from pipeline.preparing.logs import read_logs
from pipeline.preparing.office_answers import answer_findings
from pipeline.preparing.outcomes import read_outcomes
from pipeline.preparing.people import read_aliases, read_people
from pipeline.preparing.questionnaires import read_surveys
from pipeline.preparing.records import read_ideas, read_interviews
from pipeline.schema import conform
from pipeline.year import Year


def prepare(year: Year) -> dict[str, pd.DataFrame]:
    """All canonical tables of a year (see ``schema``), among them findings and accounts.

    Raises BadInput with every fatal finding of the year at once. Raw files are only read.
    """
    run = read_year(year)
    run.findings.stop_if_fatal()
    tables = {name: conform(name, rows) for name, rows in run.tables.items()}
    tables["accounts"] = run.ledger.accounts()
    tables["set_aside"] = conform("set_aside", [s._asdict() for s in run.ledger.list_set_aside()])
    tables["findings"] = conform("findings", [f._asdict() for f in run.findings.items])
    return tables


def read_year(year: Year) -> Run:
    """Everything that can be read of a year, with all findings, fatal ones among them.

    This is also the pre-flight check (``doit check``): it writes nothing but, on the very first
    run, the key of the ids.
    """
    run = Run(year)
    files = read_files(run)
    aliases = read_aliases(run, files)
    run.directory = Directory(read_people(run, files, aliases), aliases, run.findings)
    run.directory.check_aliases()
    read_courses(run, files)
    read_registers(run, files)
    read_completions(run, files)
    read_logs(run, files)
    read_surveys(run, files)
    read_hand_codes(run, files)
    read_ideas(run, files)
    read_interviews(run, files)
    read_outcomes(run, files)
    read_decisions(run, files)
    if not run.findings.fatal():
        contradictions(run.tables, run.findings)
    _matches(run)
    # A finding quotes what it found, a comment of a cell for instance: names stay here.
    run.findings.items = [f._replace(what=run.masked(f.what, offices=False)) for f in run.findings.items]
    answer_findings(run, files)
    return run


def everybody(year: Year) -> dict[str, Person]:
    """participant_id → the person, for the one list that must say names; no table keeps them."""
    run = Run(year)
    files = read_files(run)
    people = read_people(run, files, read_aliases(run, files))
    run.findings.stop_if_fatal()
    return {person.participant_id: person for person in people}


def _matches(run: Run) -> None:
    """The match report: per file, how many names were matched and how."""
    counts: dict[tuple[str, str], list[str | None]] = {}
    for file, match in run.directory.matches:
        counts.setdefault((file, match.how), []).append(match.participant_id)
    for (file, how), ids in counts.items():
        run.tables["matches"].append(
            {"source": file, "how": how, "answers": len(ids), "people": len({i for i in ids if i})}
        )
    everybody = {p.participant_id for p in run.directory.people}
    for file in dict.fromkeys(file for file, _ in run.directory.matches):
        found = {m.participant_id for f, m in run.directory.matches if f == file}
        run.tables["matches"].append(
            {"source": file, "how": "register_only", "answers": 0, "people": len(everybody - found)}
        )
