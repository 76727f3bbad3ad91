"""Tables as a reader sees them."""

import pandas as pd
import pytest

from pipeline.fiscal_year import FiscalYear
from pipeline.showing.views import outline

COURSE = {"title": "試行", "target": "行革幹事", "method": "集合", "provider": "講師", "owner": "総務課"}


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (["2022-07-01", "2022-09-30"], "令和4(2022)年7月1日～令和4(2022)年9月30日（計2回）"),
        (["2022-07-01", None], "令和4(2022)年7月1日～令和4(2022)年7月1日（計2回）"),
        ([None, None], None),
        ([], None),
    ],
    ids=["all dates", "one date", "no date", "no session"],
)
def test_the_outline_has_a_period_where_there_are_dates(days, period):
    people = pd.DataFrame({"participant_id": ["p1", "p2"]})
    rows = outline(COURSE, pd.DataFrame({"held_on": days}), people, FiscalYear.parse("R4"))
    values = dict(rows.to_numpy())
    assert values.get("期間") == period and values["対象"] == "行革幹事 2人"
