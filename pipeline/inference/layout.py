"""Which question a year's questionnaires can answer: the layouts A, B, C and anonymous."""

from dataclasses import dataclass, replace

import pandas as pd

from pipeline.inference.nonresponse import expected_cells
from pipeline.inference.panel import KEYS
from pipeline.inference.plan import Plan

ORDER = ["A", "A_blanks", "B", "C", "anonymous", "none"]
# Share of the missed cells that must be rated: under FEW, the odd absent person answered a
# survey of those present; under MOST of the share among the attended, missed topics were skipped.
FEW, MOST = 0.2, 0.8
COLUMNS = [
    "family",
    "layout",
    "answers",
    "linked",
    "persons",
    "missed_cells",
    "missed_rated",
    "attended_cells",
    "attended_rated",
]


@dataclass(frozen=True)
class Layout:
    """The best layout of a year and what each family of questionnaires has.

    ``code``: of ORDER. ``surveys``: COLUMNS, best first; several rows are a mixture.
    ``ratings``: participant_id, session_id, rating (A, C); ``overall``: participant_id, rating
    (B). Only given and linked answers, of the best family.
    """

    code: str
    surveys: pd.DataFrame
    ratings: pd.DataFrame
    overall: pd.DataFrame


def layout(responses: pd.DataFrame, items: pd.DataFrame, attendance: pd.DataFrame, plan: Plan | object) -> Layout:
    """The layout of the answers to the plan's outcome.

    ``responses``: response_id, participant_id (missing where not linked), item_id, value;
    ``items``: item_id, instrument_id, family, dimension, session_id (missing for the course as a
    whole); ``attendance``: participant_id, session_id, status.
    """
    plan = Plan.parse(plan)
    asked = items.loc[items["dimension"] == plan.outcome]
    columns = ["item_id", "instrument_id", "family", "session_id"]
    answers = responses[["response_id", "participant_id", "item_id", "value"]].merge(asked[columns], on="item_id")
    answers = answers[answers["value"].notna()].rename(columns={"value": "rating"})
    expected = expected_cells(attendance, plan)
    rows = [
        _survey(family, answers[answers["family"] == family], own, expected) for family, own in asked.groupby("family")
    ]
    # A questionnaire that asks both of sessions and of the whole course counts as the former.
    surveys = pd.DataFrame(rows, columns=COLUMNS)
    surveys = surveys.sort_values(
        ["layout", "family"], key=lambda c: c.map(ORDER.index) if c.name == "layout" else c, ignore_index=True
    )
    code = surveys["layout"].iloc[0] if len(surveys) else "none"
    best = surveys["family"].iloc[0] if len(surveys) else ""
    given = answers[(answers["family"] == best) & answers["participant_id"].notna()]
    by_session = given["session_id"].notna()
    topics = given.loc[by_session & (code in ("A", "A_blanks", "C")), [*KEYS, "rating"]]
    overall = given.loc[~by_session & (code == "B"), ["participant_id", "rating"]]
    return Layout(code, surveys, topics.reset_index(drop=True), overall.reset_index(drop=True))


def _survey(family: str, answers: pd.DataFrame, items: pd.DataFrame, expected: pd.DataFrame):
    """One row of COLUMNS for one family of questionnaires."""
    linked = answers[answers["participant_id"].notna()]
    topics = linked[linked["session_id"].notna()]
    cells = expected[
        expected["participant_id"].isin(topics["participant_id"]) & expected["session_id"].isin(items["session_id"])
    ]
    rated = cells.merge(topics[KEYS].drop_duplicates(), on=KEYS)
    missed, missed_rated = int(cells["missed"].sum()), int(rated["missed"].sum())
    attended, attended_rated = len(cells) - missed, len(rated) - missed_rated
    per_instrument = items.groupby("instrument_id")["session_id"].nunique()
    if answers.empty:
        code = "none"
    elif linked.empty:
        code = "anonymous"
    elif topics.empty:
        code = "B"
    elif not missed:
        code = "A" if (per_instrument > 1).any() else "C"
    elif missed_rated < FEW * missed:
        code = "C"
    else:
        skipped = missed_rated / missed < MOST * attended_rated / max(attended, 1)
        code = "A_blanks" if skipped else "A"
    return (
        family,
        code,
        len(answers),
        len(linked),
        linked["participant_id"].nunique(),
        missed,
        missed_rated,
        attended,
        attended_rated,
    )


def outcomes(
    responses: pd.DataFrame, items: pd.DataFrame, attendance: pd.DataFrame, plan: Plan | object
) -> dict[str, pd.DataFrame]:
    """Ratings by session of the plan's secondary outcomes, where everybody was asked (layout A)."""
    plan = Plan.parse(plan)
    found = {name: layout(responses, items, attendance, replace(plan, outcome=name)) for name in plan.secondary}
    return {name: one.ratings for name, one in found.items() if one.code in ("A", "A_blanks")}


def ladder(code: str, verdict: str = "") -> str:
    """Which analysis a layout allows, a code of the set ``comparison``; ``verdict`` is the primary's code.

    Layout A that can't be tested within persons falls back on persons within sessions; nothing
    falls back from A to one rating per person.
    """
    if code in ("A", "A_blanks"):
        return "within_sessions" if verdict == "untestable" else "primary"
    return "between_persons" if code == "B" else "none"
