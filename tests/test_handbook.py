"""The handbook explains every message that an analyst can meet, and names only what exists."""

import re
from pathlib import Path

from pipeline.codebook import FOLDER, Codebook
from pipeline.declaration import TABLES, TOP
from pipeline.findings import rules
from pipeline.stages import STAGES

PROJECT = Path(__file__).parents[1]
HANDBOOK = (PROJECT / "docs/手引き.md").read_text(encoding="utf-8")

BOOK = Codebook("R4")


def test_every_rule_is_explained_under_its_title():
    lines = dict(re.findall(r"^\| ([A-Z]\d\d) \| [^|]+ \| ([^|]+) \|", HANDBOOK, re.M))
    assert lines == {rule_id: rule["title"] for rule_id, rule in rules().items()}


def test_every_codebook_file_it_names_exists():
    named = set(re.findall(r"`(?:pipeline/codebook/)?(\w+\.csv)`", HANDBOOK)) - {"別名表.csv"}
    assert named
    assert named <= {path.name for path in (PROJECT / "pipeline/codebook").glob("*.csv")}


def test_every_key_and_code_it_names_exists():
    """Of year.toml, of the codebook and of its codes; the rest are commands, folders and documents."""
    named = {*re.findall(r"`([a-z][a-z_]*)`", HANDBOOK), *re.findall(r"`\[\[?([a-z_]+)\]\]?`", HANDBOOK)}
    declared = {*TOP, *TABLES, *(key for keys in TABLES.values() for key in keys)}
    columns = {column for path in FOLDER.glob("*.csv") for column in BOOK.read(path.stem).columns}
    documents = {stage.document for stage in STAGES.values()}
    others = {"cmd", "data", "doit", "p", "year"}
    assert named - declared - columns - documents - others - set(BOOK.read("codes")["code"]) == set()


def test_every_column_that_it_explains_is_one_of_that_file():
    explained = re.findall(r"^`(\w+)\.csv` は、1行が.*\n\n((?:\|.*\n)+)", HANDBOOK, re.M)
    assert {name for name, _ in explained} == {"menu_rules", "indicators"}
    for name, lines in explained:
        heads = [line.split("|")[1] for line in lines.splitlines()[2:]]
        columns = re.findall(r"`(\w+)`", " ".join(heads))
        assert len(columns) >= len(heads) and set(columns) <= set(BOOK.read(name).columns), name


def test_the_commands_it_names_are_tasks():
    import dodo

    named = set(re.findall(r"^doit (\w+)", HANDBOOK, re.M))
    assert named == {name for name in named if hasattr(dodo, f"task_{name}")}


def test_the_page_of_assumptions_is_the_codebook_s():
    page = (PROJECT / "docs/assumptions.md").read_text(encoding="utf-8")
    lines = [
        f"| {a['assumption_id']} | {a['assumption']} | {a['used_in']} | {a['if_wrong']} |"
        for a in BOOK.read("assumptions").to_dict("records")
    ]
    assert [line for line in page.splitlines() if line.startswith("| A")] == lines
