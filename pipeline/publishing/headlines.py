"""The few figures of a year that stand side by side with those of other years, for the index.

The index lies beside both editions and is read by all: no share of few people, and no difference between few, is in it. Only the number itself is looked
at here, not what could be worked out from others: that is what ``showing.shown_evidence`` does.
"""

import pandas as pd

from pipeline.store import Store

FEW = 10   # answers from which a course counts in a range, as in the 要旨
# evidence_id → what it is called
SHARES = {"completion": "●修了", "satisfaction": "満足"}
NEEDED = ("participants", "evidence", "association", "verdict")


def headlines(store: Store, least: int) -> list[dict]:
    """name, label, unit and what there is of n, courses, estimate, low, high, ci_low, ci_high, code.

    ``least``: the public edition's smallest number of people. A share of one course has its interval;
    of several courses that asked in the same way, ``low`` and ``high`` are the lowest and the highest.
    """
    people, evidence, association, verdict = map(store.load, NEEDED)
    found = [{"name": "people", "label": "対象者", "unit": "count", "estimate": len(people)}]
    for name, label in SHARES.items():
        own = showable(evidence[evidence["evidence_id"] == name], least)
        if len(own):
            same = own[own["indicator"] == own["indicator"].mode().iloc[0]]
            found.append({"name": name, "label": label, "unit": "rate", "indicator": same["indicator"].iloc[0],
                          **share(same)})  # fmt: skip
    [judged] = verdict.to_dict("records")
    gap = {"name": "gap", "label": "欠席した回と出席した回の差", "unit": "points", "code": judged["code"]}
    if judged["code"] != "untestable" and judged["informative_persons"] >= least:
        main = association.set_index("analysis").loc["primary"]
        gap |= {"n": int(judged["persons"])} | {
            c: float(main[c]) for c in ("estimate", "ci_low", "ci_high")
        }
    return [*found, gap]


def showable(evidence: pd.DataFrame, least: int) -> pd.DataFrame:
    """The shares of enough people, of whom neither those counted nor the others are too few."""
    own = evidence[evidence["estimate"].notna() & (evidence["n"] >= FEW)]
    hits = (own["estimate"] * own["n"]).round()
    few = [(count > 0) & (count < least) for count in (hits, own["n"] - hits)]
    return own[~(few[0] | few[1])]


def share(rows: pd.DataFrame) -> dict:
    counted = {"n": int(rows["n"].sum()), "courses": len(rows)}
    if len(rows) > 1:
        return counted | {"low": float(rows["estimate"].min()), "high": float(rows["estimate"].max())}
    [one] = rows.to_dict("records")
    return counted | {c: float(one[c]) for c in ("estimate", "ci_low", "ci_high")}
