"""Where the hidden answers of a Likert bar may stand: on a side that is known to be theirs, or apart."""

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.disclosure import RATINGS

LOW, HIGH = RATINGS[1], RATINGS[5]
APART = "apart"


def hidden_parts(wide: pd.DataFrame, values: Sequence, sums: pd.DataFrame) -> pd.DataFrame:
    """The hidden answers of each bar: columns LOW, HIGH and APART (0 where there are none).

    ``wide``: a row a bar, ``values`` from the worst to the best (missing where hidden) and n; ``sums``: LOW and
    HIGH, what the values of a side add up to, missing where that isn't shown. A part stands on a
    side only if its sum is shown, or follows from n as nothing else is hidden; all else is apart.
    Merged answers (one value a side) have no sums: what is hidden of them is apart.
    """
    middle = len(values) // 2
    sides = {LOW: values[:middle], HIGH: values[middle + 1 :]} if middle > 1 else {}
    pairs = zip(wide.to_dict("records"), sums.to_dict("records"), strict=True)
    rows = [_parts(bar, known, values, sides) for bar, known in pairs]
    return pd.DataFrame(rows, wide.index, [LOW, HIGH, APART])


def sums_given(df: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """LOW and HIGH of each of ``labels``, as rows of ``df`` (label, value, count) give them."""
    given = df[df["value"].isin([LOW, HIGH])]
    counts = pd.to_numeric(given["count"], errors="coerce")
    table = counts.groupby([given["label"], given["value"]]).first().unstack()
    return table.reindex(index=labels, columns=[LOW, HIGH]).reset_index(drop=True)


def _parts(bar: Mapping, known: Mapping, values: Sequence, sides: Mapping) -> list[float]:
    hidden = [value for value in values if pd.isna(bar[value])]
    found = {LOW: 0.0, HIGH: 0.0}
    if not hidden or pd.isna(bar["n"]):
        return [0.0, 0.0, 0.0]
    rest = bar["n"] - sum(bar[value] for value in values if value not in hidden)
    unknown = set(hidden)
    for side, own in sides.items():
        if unknown.intersection(own) and not pd.isna(known[side]):
            found[side] = known[side] - sum(bar[value] for value in own if value not in hidden)
            rest -= found[side]
            unknown -= set(own)
    for side, own in sides.items():
        if unknown and unknown <= set(own):
            found[side], rest = rest, 0.0
    return [found[LOW], found[HIGH], rest]
