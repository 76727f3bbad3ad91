"""The chapters of the proposed menu: a line a decision, its grounds, and all the rules there are."""

import re

import numpy as np
import pandas as pd
import pytest

from pipeline.comprehension import share
from pipeline.evidence.rows import COLUMNS, PERMUTATION, WILSON, row
from pipeline.menu.proposals import propose
from pipeline.menu.rules import read_rules
from pipeline.reports.menu_revision import Revision, grounds, proposals, rules
from pipeline.store import Store
from pipeline.year import Year
from tests.menus import base
from tests.towns import PROJECT

EVIDENCE = [
    row("satisfaction", "no06", 20, share(4, 20), WILSON, base=25),  # few were satisfied: R10 speaks
    row("association", "no07", 40, (-0.8, -1.2, -0.4), PERMUTATION, p_value=0.001, code="linked"),  # R02 asks
    row("catch_up", "no06", 3, (np.nan,) * 3, PERMUTATION),  # R04 lacks data
]


@pytest.fixture(scope="module")
def year():
    return Year.open(Store.open("R4", PROJECT))


def revision(year, *evidence):
    found = pd.DataFrame(evidence, columns=COLUMNS)
    courses, targets, course_years = base()
    made = propose(found, read_rules(year.codebook))
    tables = {"courses": courses, "targets": targets, "course_years": course_years}
    return Revision.of(year, tables | {"evidence": found, "proposals": made})


def table(blocks):
    [found] = [block for block in blocks if block.kind == "table"]
    return pd.DataFrame(found.rows, columns=[column.name for column in found.columns])


def test_what_is_decided_at_once_is_one_line(year):
    own = revision(year, *EVIDENCE)
    rows = table(proposals(own))
    assert len(rows) == own["proposals"]["decision_id"].nunique() == len(table(grounds(own)))
    assert rows["title"].str.contains("データ活用基礎").any() and rows["title"].str.contains("生成AI").any()
    assert not rows["grounds"].eq("").any() and (rows[["opinion", "decision"]] == "").all(axis=None)
    [said] = [str(block) for block in proposals(own) if block.kind == "text"]
    counts = own.told["change"].value_counts().reindex(["keep", "pending"], fill_value=0)
    assert [int(n) for n in re.findall(r"(\d+)件", said)] == [
        len(own.told) - counts["keep"] - counts["pending"],
        counts["keep"],
        counts["pending"],
    ]


def test_the_grounds_name_the_value_and_the_chapter_it_stands_in(year):
    rows = table(grounds(revision(year, *EVIDENCE))).set_index("rule_id")
    assert rows.loc["R10", "measured"].startswith("20.0 %（8.1～41.6 %）") and rows.loc["R10", "n"] == "20"
    assert rows["chapter"].drop("R10").ne("").all()


def test_every_rule_is_listed_with_what_came_of_it(year):
    own = revision(year, *EVIDENCE)
    rows = table(rules(own)).set_index("rule_id")["state"]
    assert list(rows.index) == [rule.rule_id for rule in own.rules]
    assert rows["R10"] != rows["R11"] and rows["R10"] != rows["R04"]


def test_a_year_without_evidence_proposes_nothing_and_lists_its_rules(year):
    own = revision(year)
    assert table(proposals(own)).empty and table(grounds(own)).empty
    assert "改める案は0件" in str(proposals(own)[1])
    assert len(table(rules(own))) == len(own.rules)
