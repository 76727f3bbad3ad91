"""The figures of a year in the index: those of the house, which the index belongs to."""

import pandas as pd

from pipeline.evidence.rows import COLUMNS, YEAR, row
from pipeline.fiscal_year import FiscalYear
from pipeline.publishing.headlines import headlines
from pipeline.publishing.index import written


class Town:
    """The tables that the index reads of one year."""

    year = FiscalYear.parse("R5")

    def __init__(self, answers=40, **verdict):
        rows = [row("completed_all", YEAR, 60, (0.75, 0.628, 0.842), "wilson")]
        rows += [
            row("satisfaction", f"no0{i}", n, (i / 10, 0.1, 0.9), "wilson", scale_id="five")
            for i, n in ((3, answers), (4, 40), (5, 40))
        ]
        self.tables = {
            "participants": pd.DataFrame({"participant_id": range(120)}),
            "evidence": pd.DataFrame(rows, columns=COLUMNS),
            "association": pd.DataFrame({"analysis": ["primary"], "estimate": -0.9, "ci_low": -1.2, "ci_high": -0.6}),
            "verdict": pd.DataFrame([{"code": "linked", "persons": 40, "informative_persons": 20} | verdict]),
        }

    def load(self, name):
        return self.tables[name]


def told(**town):
    return {one["name"]: one for one in headlines(Town(**town))}


def test_a_share_of_few_answers_is_no_end_of_a_range():
    assert (told()["satisfaction"]["low"], told()["satisfaction"]["courses"]) == (0.3, 3)
    assert (told(answers=9)["satisfaction"]["low"], told(answers=9)["satisfaction"]["courses"]) == (0.4, 2)


def test_completion_is_of_people():
    assert written(told()["completed_all"]) == ("75.0 %（62.8～84.2 %）", "n=60、●必須の研修をすべて修了した人")


def test_a_difference_that_was_not_tested_is_none():
    assert written(told()["association"])[0].startswith("−0.90点")
    assert written(told(code="untestable")["association"])[0] == "-"
