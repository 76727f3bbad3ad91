"""The analysis plan: what is refused, and that its digest follows its content."""

from types import SimpleNamespace

import pytest

from pipeline.inference.plan import Plan
from tests.cohorts import PLAN


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"margin": 0}, "margin"),
        ({"margin": -0.5}, "margin"),
        ({"margin": "0.5"}, "margin"),
        ({"alpha": 0.5}, "alpha"),
        ({"draws": 0}, "draws"),
        ({"draws": 10.5}, "draws"),
        ({"seed": None}, "seed がありません"),
        ({"seed": -1}, "seed"),
        ({"missed": []}, "missed"),
        ({"missed": "absent"}, "missed"),
        ({"missed": ["gone"]}, "gone"),
        ({"attended": ["present", "absent"]}, "absent"),
        ({"attended": ["present", "recording"]}, "recording"),
        ({"margni": 0.5}, "margni"),
    ],
)
def test_a_wrong_plan_is_refused_by_name(change, said):
    with pytest.raises(ValueError, match=said):
        Plan.parse(PLAN | change)


def test_no_plan_is_refused():
    with pytest.raises(ValueError, match="分析計画"):
        Plan.parse(None)


def test_a_plan_may_come_as_attributes():
    assert Plan.parse(SimpleNamespace(**PLAN, other=1)) == Plan.parse(PLAN)


def test_the_digest_changes_with_the_plan_and_with_nothing_else():
    plan = Plan.parse(PLAN)
    assert plan.digest == Plan.parse(dict(reversed(PLAN.items()))).digest
    assert plan.digest != Plan.parse(PLAN | {"margin": 0.4}).digest
