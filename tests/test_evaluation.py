"""What rests on too few answers isn't shown, nor what is computed from it."""

from dataclasses import fields, replace

import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.edition import Edition
from pipeline.evaluation import Evaluation
from pipeline.evidence.rows import COLUMNS, WILSON, counted, row
from pipeline.indicators import Indicators
from pipeline.store import INTERNAL

KNOWN = Indicators.of(Codebook("R5"))


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
