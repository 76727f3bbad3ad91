"""Scales that may not be what was declared: four points for five, or 1 for the best.

Nothing in an export says what the form looked like; the answers themselves can raise a doubt. The
value is never changed for it: the analyst looks at the form and corrects ``year.toml``.
"""

from collections.abc import Mapping

import pandas as pd

from pipeline.codebook import Codebook, KnownItem, rated
from pipeline.findings import Findings
from pipeline.ingest.headings import Sheet
from pipeline.preparing.survey_answers import Instrument
from pipeline.text import shorten

ENOUGH = 20  # answers: with fewer, an empty middle or a negative correlation is easily chance
CONTRARY = -0.3
RATED = rated()  # more is better


def can_turn(codebook: Codebook, scale_id: str) -> bool:
    """Whether the scale is answered by the numbers 1 to 5: words have their direction in them."""
    labels = codebook.scales.get(scale_id, {})
    valued = {text: label.value for text, label in labels.items() if label.value is not None}
    return set(valued.values()) == {1, 2, 3, 4, 5} and all(
        text.startswith(str(int(value))) for text, value in valued.items()
    )


def doubtful_scales(
    responses: list[dict],
    instrument: Instrument,
    sheet: Sheet,
    items: Mapping[str, KnownItem],
    codebook: Codebook,
    findings: Findings,
) -> None:
    """A finding at the heading of each question whose answers don't look like its scale."""
    if not responses:
        return
    values = pd.DataFrame(responses).pivot(index="response_id", columns="item_id", values="value").astype(float)
    asked = {
        instrument.item_id(c.heading.column, c.match.session): (c, items[c.heading.column])
        for c in sheet.columns
        if c.heading.column in items
    }
    asked = {item_id: asked[item_id] for item_id in map(str, values.columns)}
    graded = [item_id for item_id, (_, item) in asked.items() if item.dimension in RATED]
    for item_id, (column, item) in asked.items():
        place = sheet.grid.place(sheet.head, column.number)
        wording, given = shorten(column.wording), values[item_id]
        if _has_no_middle(given, item.scale_id, codebook):
            findings.add("S12", place, item=wording, n=given.count(), middle=_middle(item.scale_id, codebook))
        rho, n = _with_the_others(values[graded], item_id)
        if rho <= CONTRARY and can_turn(codebook, item.scale_id):
            findings.add("S14", place, item=wording, rho=f"{rho:.2f}".replace("-", "−"), n=n)


def _has_no_middle(values: pd.Series, scale_id: str, codebook: Codebook) -> bool:
    """Whether a scale that also exists with four points looks like that: 1, 2, 4, 5 and no 3."""
    has_sibling = scale_id.endswith("5") and f"{scale_id[:-1]}4" in codebook.scales
    given = values.dropna()
    return has_sibling and len(given) >= ENOUGH and given.nunique() >= 3 and not (given == 3).any()


def _middle(scale_id: str, codebook: Codebook) -> str:
    lines = codebook.read("scales")
    return lines.loc[(lines["scale_id"] == scale_id) & (lines["value"] == "3"), "label"].iloc[0]


def _with_the_others(rated: pd.DataFrame, item_id: str) -> tuple[float, int]:
    """Spearman's correlation with the mean of the person's other ratings; 0 if there is none."""
    if item_id not in rated:
        return 0.0, 0
    pairs = pd.DataFrame({"own": rated[item_id], "others": rated.drop(columns=item_id).mean(axis=1)}).dropna()
    if len(pairs) < ENOUGH or (pairs.nunique() < 2).any():
        return 0.0, len(pairs)
    return float(pairs["own"].rank().corr(pairs["others"].rank())), len(pairs)
