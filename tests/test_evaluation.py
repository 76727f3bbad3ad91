"""What rests on too few answers isn't shown, nor what is computed from it."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.edition import Edition
from pipeline.evidence.rows import COLUMNS, PERMUTATION, WILSON, counted, is_told, row
from pipeline.indicators import Indicators
from pipeline.store import INTERNAL

KNOWN = Indicators.of(Codebook("R5"))


def satisfied(course_id, n):
    return row("satisfaction", course_id, n, (1, 0.4, 1), WILSON, persons=n)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_what_derives_from_a_hidden_number_is_hidden_however_far_back(steps):
    chain = ["satisfaction", *(f"cost_{n}" for n in range(steps))]
    made = {
        to: replace(KNOWN["caught_up"], id=to, unit="yen", counts="yen", derived_from=(source,))
        for source, to in pairwise(chain)
    }
    rows = [satisfied("no01", 3), *(counted(one, "no01", 1, 40_000) for one in made)]
    evidence = pd.DataFrame(rows[::-1], columns=COLUMNS)
    assert not is_told(evidence, Edition(INTERNAL, 5), Indicators({**KNOWN, **made}, {})).any()


@pytest.mark.parametrize(("derived_from", "shown"), [((), [True, True]), (("satisfaction",), [False, True])])
def test_what_derives_from_a_hidden_number_is_hidden(derived_from, shown):
    cost = replace(KNOWN["caught_up"], id="cost", unit="yen", counts="yen", derived_from=derived_from)
    rows = [satisfied("no01", 3), satisfied("no02", 30), *(counted("cost", c, 1, 40_000) for c in ("no01", "no02"))]
    told = is_told(pd.DataFrame(rows, columns=COLUMNS), Edition(INTERNAL, 5), Indicators({**KNOWN, "cost": cost}, {}))
    assert list(told) == [False, True, *shown]


def test_the_persons_count_and_not_their_many_answers():
    rows = [row("association", "no01", 40, (-1, -2, 0), PERMUTATION, persons=p) for p in (4, 5)]
    evidence = pd.DataFrame(rows, columns=COLUMNS).assign(course_id=["no01", "no02"])
    assert list(is_told(evidence, Edition(INTERNAL, 5), KNOWN)) == [False, True]
