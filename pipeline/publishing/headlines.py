"""The few figures of a year that stand side by side with those of other years, for the index.

The index lies beside the internal documents and is read by whoever may read those.
"""

import pandas as pd

from pipeline.codebook import Codebook
from pipeline.completion import completed_all
from pipeline.indicators import Indicators
from pipeline.showing.course_views import FEW, same_scale
from pipeline.store import Store

NEEDED = ("participants", "standing", "evidence", "association", "verdict")


def headlines(store: Store) -> list[dict]:
    """name, unit and what there is of n, courses, indicator, estimate, low, high, ci_low, ci_high, code.

    A share of one course has its interval; of several
    courses that asked in the same way, ``low`` and ``high`` are the lowest and the highest.
    """
    people, standing, evidence, association, verdict = map(store.load, NEEDED)
    indicators = Indicators.of(Codebook(str(store.year)))
    found = [{"name": "people", "unit": "count", "estimate": len(people)}]
    [everyone] = completed_all(standing).to_dict("records")
    if everyone["n"] and pd.notna(everyone["estimate"]):
        found.append(
            {
                "name": "completion",
                "unit": "rate",
                "indicator": indicators["completed_all"].subject,
                "n": int(everyone["n"]),
            }
            | {c: everyone[c] for c in ("estimate", "ci_low", "ci_high")}
        )
    told = evidence[evidence["estimate"].notna() & (evidence["n"] >= FEW)]
    told = indicators.described(told[told["evidence_id"] == "satisfaction"])
    if len(told):
        same = same_scale(told)
        found.append({"name": "satisfaction", "unit": "rate", "indicator": same["indicator"].iloc[0], **share(same)})
    [judged] = verdict.to_dict("records")
    gap = {"name": "gap", "unit": "points", "code": judged["code"]}
    if judged["code"] != "untestable":
        main = association.set_index("analysis").loc["primary"]
        gap |= {"n": int(judged["persons"])} | {c: float(main[c]) for c in ("estimate", "ci_low", "ci_high")}
    return [*found, gap]


def share(rows: pd.DataFrame) -> dict:
    counted = {"n": int(rows["n"].sum()), "courses": len(rows)}
    if len(rows) > 1:
        return counted | {"low": float(rows["estimate"].min()), "high": float(rows["estimate"].max())}
    [one] = rows.to_dict("records")
    return counted | {c: float(one[c]) for c in ("estimate", "ci_low", "ci_high")}
