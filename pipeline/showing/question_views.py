"""The questions of a year as a reader sees them: what was asked, and on which scale."""

import pandas as pd

from pipeline.codebook import codes
from pipeline.text import key

# What is chosen or counted has values, but no order from good to bad.
NO_SCALE = ("method", "choice", "missed_count", "comment")


def asked(items: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Every question once: family_label, wording, dimension_label, scale (missing where it has none).

    ``scales``: those of the codebook, see :func:`scale_words`.
    """
    once = items.assign(wording=items["wording"].str.replace(r"\s+", " ", regex=True))
    # Each session's form was typed anew: a space more or less doesn't make another question.
    once = once[~once.assign(wording=once["wording"].map(key)).duplicated(["family", "wording"])]
    words = once["scale_id"].map(scale_words(scales))
    return once.assign(
        family_label=once["family"].map(codes("family")),
        dimension_label=once["dimension"].map(codes("dimension")),
        scale=words.mask(once["dimension"].isin(NO_SCALE)),
    )


def scale_words(scales: pd.DataFrame) -> dict[str, str]:
    """scale_id → its steps and the words at its ends: 「5段階（5 満足～1 不満）」.

    ``scales``: scale_id, label, value, is_two_sided, all text. Of several labels of a value the first
    that says more than a number. Of a scale with the best in the middle (両側) no end is the better one.
    """
    told = {}
    for scale_id, own in scales[scales["value"] != ""].groupby("scale_id", sort=False):
        ends = own.assign(value=own["value"].astype(int)).groupby("value")["label"].agg(_word)
        top, bottom = ends.index[-1], ends.index[0]
        told[scale_id] = (
            f"両側の{len(ends)}段階（{ends[top]}～{ends[bottom]}）"
            if (own["is_two_sided"] == "1").any()
            else f"{len(ends)}段階（{f'{top} {ends[top]}'.strip()}～{f'{bottom} {ends[bottom]}'.strip()}）"
        )
    return told


def _word(labels: pd.Series) -> str:
    """The first label that isn't the bare number; without the number that it may begin with."""
    said = [label for label in labels if not label.isdigit()]
    return said[0].lstrip("0123456789").strip("（）") if said else ""
