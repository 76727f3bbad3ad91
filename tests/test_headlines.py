"""The figures of a year in the index: those that the public edition shows."""

import pandas as pd

from pipeline.evidence import COLUMNS, row
from pipeline.publishing.headlines import headlines
from pipeline.publishing.index import written

PUBLIC = (3, 5)


class Town:
    """The tables that the index reads of one year."""

    def __init__(self, informative=20, hidden="no03", done=45, **verdict):
        rows = [
            row("satisfaction", f"no0{i}", "反応", "満足した人", "rate", 40, (i / 10, 0.1, 0.9), "m", "4")
            for i in (3, 4, 5)
        ]
        self.tables = {
            "participants": pd.DataFrame({"participant_id": range(120)}),
            "standing": pd.DataFrame(
                {
                    "participant_id": range(60),
                    "course_id": "no01",
                    "obligation": "required",
                    "outcome": ["completed"] * done + ["missed"] * (60 - done),
                }
            ),
            "evidence": pd.DataFrame(rows, columns=COLUMNS).assign(is_public=lambda t: t["course_id"] != hidden),
            "association": pd.DataFrame({"analysis": ["primary"], "estimate": -0.9, "ci_low": -1.2, "ci_high": -0.6}),
            "verdict": pd.DataFrame([{"code": "linked", "persons": 40, "informative_persons": informative} | verdict]),
        }

    def load(self, name):
        return self.tables[name]


def told(**town):
    return {one["name"]: one for one in headlines(Town(**town), PUBLIC)}


def test_a_share_that_the_public_edition_hides_is_no_end_of_a_range():
    assert (told()["satisfaction"]["low"], told()["satisfaction"]["courses"]) == (0.4, 2)
    assert told(hidden=None)["satisfaction"]["low"] == 0.3


def test_completion_is_of_people_and_hidden_where_few_are_left():
    assert written(told()["completion"]) == ("75.0 %（62.8～84.2 %）", "n=60、●必須の研修をすべて修了した人")
    assert "completion" not in told(done=58)


def test_a_difference_of_few_people_is_hidden_and_one_not_tested_is_not():
    assert written(told()["gap"])[0].startswith("−0.90点")
    assert written(told(informative=4)["gap"])[0] == "x"
    assert written(told(informative=4, code="untestable")["gap"])[0] == "-"
