"""The numbers that a menu decision rests on, one row an indicator, by level of evaluation.

Levels after Kirkpatrick (1959): 反応 (reaction), 学習 (learning), 行動 (behaviour), 成果 (results);
and 実施 (how the training was held), which is no outcome. Scales are never mixed. An interval is
given only where persons are the units and its coverage is known; a register is counted, not
estimated.
"""

import numpy as np
import pandas as pd

from pipeline.comprehension import mean, share

COLUMNS = [
    "evidence_id", "course_id", "level", "indicator", "unit", "n", "estimate", "ci_low", "ci_high",
    "p_value", "p_adjusted", "method", "code", "chapter",
]  # fmt: skip
WILSON, T_INTERVAL, COUNTED = "割合、ウィルソンの95%信頼区間", "受講者ごとの平均、t分布の95%信頼区間", "全数の集計（区間なし）"


def row(evidence_id: str, course_id: str, level: str, indicator: str, unit: str, n: int,
        values: tuple[float, float, float], method: str, chapter: str, *, p_value=np.nan,
        code: str | None = None) -> dict:  # fmt: skip
    """One row of evidence; ``values`` = (estimate, ci_low, ci_high); ``code`` is a verdict."""
    numbers = [n, *values, p_value, np.nan]
    return dict(zip(COLUMNS, [evidence_id, course_id, level, indicator, unit, *numbers, method,
                              code, chapter], strict=True))  # fmt: skip


def positive(responses: pd.DataFrame, items: pd.DataFrame, concept: str) -> tuple[int, int]:
    """How many answered 4 or 5 to a question about the whole course, and how many answered."""
    ids = items[(items["concept"] == concept) & items["session_id"].isna()]["item_id"]
    values = responses.loc[responses["item_id"].isin(ids), "value"].dropna()
    return int((values >= 4).sum()), len(values)


HEADLINES = ["attended", "satisfaction", "usefulness", "comprehension", "ideas"]


def course_evidence(
    course_id: str, participants: pd.DataFrame, attendance: pd.DataFrame, responses: pd.DataFrame,
    items: pd.DataFrame, ideas: pd.DataFrame, association: pd.DataFrame, verdict: pd.DataFrame,
    catch_up: pd.DataFrame,
    ratings: pd.DataFrame, plan,
) -> pd.DataFrame:  # fmt: skip
    """The evidence of one course (COLUMNS) from canonical tables and the result of the test.

    ``ratings``: participant_id, session_id, rating; ``catch_up``: the one row of what catching up by
    recording closes (RESULT_COLUMNS).
    """
    people = len(participants)
    cells = attendance
    known = cells[~cells["status"].isin(["unknown", "not_target"])]
    rows = [
        row("attended", course_id, "実施", "出席した割合（のべ人・回）", "rate", len(known),
            (known["status"].isin(plan.attended).mean(), np.nan, np.nan), COUNTED, "3"),
        row("caught_up", course_id, "実施", "録画等で補った回（のべ人・回）", "count",
            int(known["status"].isin(plan.caught_up).sum()),
            (known["status"].isin(plan.caught_up).sum(), np.nan, np.nan), COUNTED, "3"),
    ]  # fmt: skip
    for concept, level, label in (("satisfaction", "反応", "研修全体に満足（5段階の4・5）"),
                                  ("usefulness", "反応", "実務に貢献する（5段階の4・5）")):  # fmt: skip
        hits, n = positive(responses, items, concept)
        rows.append(row(concept, course_id, level, label, "rate", n, share(hits, n), WILSON, "4"))
    persons = ratings.groupby("participant_id")["rating"].mean()
    rows.append(row("comprehension", course_id, "学習", "各回の理解度の平均（1～5）", "score",
                    len(persons), mean(persons), T_INTERVAL, "4"))  # fmt: skip
    test = association.set_index("analysis").loc["primary"]
    rows.append(row("association", course_id, "学習", "欠席した回と出席した回の理解度の差（点）",
                    "points", int(test["n"]), tuple(test[["estimate", "ci_low", "ci_high"]]),
                    test["method"], "5", p_value=test["p_value"],
                    code=verdict["code"].iloc[0]))  # fmt: skip
    closed = catch_up.iloc[0]
    tested = pd.notna(closed["p_value"])  # under the plan's number of cells it is only described
    values = tuple(closed[["estimate", "ci_low", "ci_high"]]) if tested else (np.nan,) * 3
    rows.append(row("catch_up", course_id, "学習", "録画等で補った回と補わなかった欠席の回の差（点）",
                    "points", int(closed["n"]), values, closed["method"], "5",
                    p_value=closed["p_value"]))  # fmt: skip
    authors = ideas["participant_id"].dropna().nunique()
    rows.append(row("ideas", course_id, "行動", "企画立案と発信に至った人", "rate", people,
                    share(authors, people), WILSON, "8"))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def count_evidence(course_id: str, counts: pd.DataFrame, base: int, chapter: str) -> pd.DataFrame:
    """One row a theme or option: how many of ``base`` people named it.

    ``counts``: theme_id or option_id, label or option, n. No interval: comments are not a sample
    of opinions that everybody was asked for.
    """
    key, label = ("theme_id", "label") if "theme_id" in counts else ("option_id", "option")
    rows = [
        row(c[key], course_id, "反応", c[label], "count", base,
            (c["n"], np.nan, np.nan), COUNTED, chapter)
        for c in counts.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def joined(*tables: pd.DataFrame) -> pd.DataFrame:
    """Several tables of evidence as one."""
    return pd.DataFrame([row for table in tables for row in table.to_dict("records")],
                        columns=COLUMNS)  # fmt: skip
