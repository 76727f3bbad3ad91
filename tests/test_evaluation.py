"""What rests on too few answers isn't shown, nor what is computed from it."""

from dataclasses import fields, replace
from itertools import pairwise

import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.edition import Edition
from pipeline.evaluation import Evaluation, untold
from pipeline.evidence.rows import COLUMNS, WILSON, counted, row
from pipeline.indicators import Indicators
from pipeline.store import INTERNAL

KNOWN = Indicators.of(Codebook("R5"))


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_what_derives_from_a_hidden_number_is_hidden_however_far_back(steps):
    chain = ["satisfaction", *(f"cost_{n}" for n in range(steps))]
    made = {
        to: replace(KNOWN["caught_up"], id=to, unit="yen", counts="yen", derived_from=(source,))
        for source, to in pairwise(chain)
    }
    rows = [row("satisfaction", "no01", 3, (1, 0.4, 1), WILSON), *(counted(one, "no01", 1, 40_000) for one in made)]
    none = pd.DataFrame(columns=["course_id", "persons"])
    tables = {"association_by_course": none, "catch_up_by_course": none}
    evidence = pd.DataFrame(rows[::-1], columns=COLUMNS)
    assert untold(evidence, Edition(INTERNAL, 5), tables, Indicators({**KNOWN, **made}, {})).all()


@pytest.mark.parametrize(("derived_from", "shown"), [((), ["no01", "no02"]), (("satisfaction",), ["no02"])])
def test_what_derives_from_a_hidden_number_is_hidden(derived_from, shown):
    cost = replace(KNOWN["caught_up"], id="cost", unit="yen", counts="yen", derived_from=derived_from)
    rows = [row("satisfaction", f"no0{c}", n, (1, 0.4, 1), WILSON) for c, n in ((1, 3), (2, 30))]
    rows += [counted("cost", course_id, 1, 40_000) for course_id in ("no01", "no02")]
    compared = pd.DataFrame(columns=["course_id", "persons"])
    known = {
        "edition": Edition(INTERNAL, 5),
        "evidence": pd.DataFrame(rows, columns=COLUMNS),
        "indicators": Indicators({**KNOWN, "cost": cost}, {}),
        "tables": {"association_by_course": compared, "catch_up_by_course": compared},
    }
    found = Evaluation(**dict.fromkeys(field.name for field in fields(Evaluation)) | known).shown
    assert list(found.loc[found["evidence_id"] == "satisfaction", "course_id"]) == ["no02"]
    assert list(found.loc[found["evidence_id"] == "cost", "course_id"]) == shown
