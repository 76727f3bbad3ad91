"""The handbook explains every message that an analyst can meet, and names only what exists."""

import re
from pathlib import Path

from pipeline.findings import rules

PROJECT = Path(__file__).parents[1]
HANDBOOK = (PROJECT / "docs/手引き.md").read_text(encoding="utf-8")


def test_every_rule_is_explained_under_its_title():
    lines = dict(re.findall(r"^\| ([A-Z]\d\d) \| [^|]+ \| ([^|]+) \|", HANDBOOK, re.M))
    assert lines == {rule_id: rule["title"] for rule_id, rule in rules().items()}


def test_every_codebook_file_it_names_exists():
    named = set(re.findall(r"`(?:pipeline/codebook/)?(\w+\.csv)`", HANDBOOK)) - {"別名表.csv"}
    assert named
    assert named <= {path.name for path in (PROJECT / "pipeline/codebook").glob("*.csv")}


def test_the_commands_it_names_are_tasks():
    import dodo

    named = set(re.findall(r"^doit (\w+)", HANDBOOK, re.M))
    assert named == {name for name in named if hasattr(dodo, f"task_{name}")}


def test_the_page_of_assumptions_is_the_codebook_s():
    from pipeline.codebook import Codebook

    page = (PROJECT / "docs/assumptions.md").read_text(encoding="utf-8")
    lines = [
        f"| {a['assumption_id']} | {a['assumption']} | {a['used_in']} | {a['if_wrong']} |"
        for a in Codebook("R4").read("assumptions").to_dict("records")
    ]
    assert [line for line in page.splitlines() if line.startswith("| A")] == lines
