"""The few figures of a year that stand side by side with those of other years, for the index.

The index lies beside both editions and is read by all: it has the figures that the public edition shows.
"""

from collections.abc import Sequence

import pandas as pd

from pipeline.completion import completed_all
from pipeline.disclosure import FEW
from pipeline.showing.shown_association import of_the_year
from pipeline.showing.shown_evidence import everybody
from pipeline.store import Store

NEEDED = ("participants", "standing", "evidence", "association", "verdict")


def headlines(store: Store, thresholds: Sequence[int]) -> list[dict]:
    """name, unit and what there is of n, courses, indicator, estimate, low, high, ci_low, ci_high, code.

    ``thresholds``: those of the public edition. A share of one course has its interval; of several
    courses that asked in the same way, ``low`` and ``high`` are the lowest and the highest.
    """
    people, standing, evidence, association, verdict = map(store.load, NEEDED)
    found = [{"name": "people", "unit": "count", "estimate": len(people)}]
    [everyone] = everybody(completed_all(standing), thresholds).to_dict("records")
    if everyone["n"] and pd.notna(everyone["estimate"]):
        found.append(
            {
                "name": "completion",
                "unit": "rate",
                "indicator": "●必須の研修をすべて修了した人",
                "n": int(everyone["n"]),
            }
            | {c: everyone[c] for c in ("estimate", "ci_low", "ci_high")}
        )
    told = evidence[evidence["is_public"] & evidence["estimate"].notna() & (evidence["n"] >= FEW)]
    told = told[told["evidence_id"] == "satisfaction"]
    if len(told):
        same = told[told["indicator"] == told["indicator"].mode().iloc[0]]
        found.append({"name": "satisfaction", "unit": "rate", "indicator": same["indicator"].iloc[0], **share(same)})
    [judged] = verdict.to_dict("records")
    gap = {"name": "gap", "unit": "points", "code": judged["code"]}
    if judged["code"] != "untestable" and len(of_the_year(association, verdict, thresholds)):
        main = association.set_index("analysis").loc["primary"]
        gap |= {"n": int(judged["persons"])} | {c: float(main[c]) for c in ("estimate", "ci_low", "ci_high")}
    return [*found, gap]


def share(rows: pd.DataFrame) -> dict:
    counted = {"n": int(rows["n"].sum()), "courses": len(rows)}
    if len(rows) > 1:
        return counted | {"low": float(rows["estimate"].min()), "high": float(rows["estimate"].max())}
    [one] = rows.to_dict("records")
    return counted | {c: float(one[c]) for c in ("estimate", "ci_low", "ci_high")}
