"""The few figures of a year that stand side by side with those of other years, for the index.

The index lies beside the internal documents and is read by whoever may read those.
"""

import pandas as pd

from pipeline.codebook import Codebook
from pipeline.evidence.rows import YEAR
from pipeline.indicators import Indicators
from pipeline.showing.course_views import FEW, same_scale
from pipeline.store import Store

NEEDED = ("participants", "evidence", "association", "verdict")


def headlines(store: Store) -> list[dict]:
    """name, heading, unit and what there is of n, courses, indicator, estimate, low, high, ci_low, ci_high, code.

    A share of one course, or of the year, has its interval; of several courses that asked in the same way, ``low`` and
    ``high`` are the lowest and the highest.
    """
    people, evidence, association, verdict = map(store.load, NEEDED)
    indicators = Indicators.of(Codebook(str(store.year)))
    found = [{"name": "people", "heading": "対象者", "unit": "count", "estimate": len(people)}]
    for line in indicators.headlines("index"):
        own = evidence[(evidence["evidence_id"] == line.id) & evidence["is_told"]]
        own = indicators.described(own[(own["n"] >= FEW) | (own["course_id"] == YEAR)])
        if len(own):
            same = same_scale(own)
            words = same["indicator"].iloc[0]
            found.append(
                {"name": line.id, "heading": line.heading, "unit": line.unit, "indicator": words, **share(same)}
            )
    [judged] = verdict.to_dict("records")
    line = indicators.question
    gap = {"name": line.id, "heading": line.subject, "unit": line.unit, "code": judged["code"]}
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
