"""What a table holds as data, long: one row a value, beside the words of its row.

The figures leave the notebook with the block that shows them, after everything
that is hidden has been hidden: a file of them can't say more than the page does.
"""

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pandas as pd

MEASURED = ("variable", "label", "unit", "value", "symbol")
SYMBOLS = ("x", "…", "-")
# How a kind of number is measured; a count of what, says the column's own label.
UNITS = {"count": "count", "rate": "proportion", "estimate": "number", "estimate1": "number", "p_value": "probability"}
DIGITS = 9  # significant: more differ between processors


def long_form(df: pd.DataFrame, labels: Mapping, kinds: Mapping, not_applicable: Collection[str] = ()) -> dict:
    """columns, their labels, rows (a list a value), as JSON takes them.

    ``labels``: column, or pair of columns, → what the reader calls it; ``kinds`` as in
    :func:`pipeline.showing.tables.table`. A row: row (from 1), the words of the keys, variable,
    label, unit, value (missing where hidden or empty), symbol (x hidden, … unknown, - not
    applicable). A table of words alone has one row a row, without the last five. A column of words
    that has one of these names is called 「row_label」 and so on.
    """
    columns = [(column, key) for key in labels for column in _columns(key)]
    numbers = [c for c, key in columns if kinds[key] in UNITS or callable(kinds[key]) and _numeric(df[c])]
    keys = [c for c, _ in columns if c not in numbers]
    key_of = dict(columns)
    # A function of a pair takes both: what is no number is a word beside it.
    word_kinds = {c: "text" if isinstance(key, tuple) and callable(kinds[key]) else kinds[key] for c, key in columns}
    rows = []
    for place, row in enumerate(df.to_dict("records"), start=1):
        words = [_word(row[c], word_kinds[c]) for c in keys]
        if not numbers:
            rows.append([place, *words])
        for column in numbers:
            value, symbol = _number(row[column], column in not_applicable)
            kind = kinds[key_of[column]]
            unit = UNITS["count" if callable(kind) else kind]
            rows.append([place, *words, column, _label(labels[key_of[column]]), unit, value, symbol])
    measured = MEASURED if numbers else ()
    # A table's own column of that name would stand there twice.
    written = {c: f"row_{c}" if c in ("row", *measured) else str(c) for c in key_of}
    return {
        "columns": ["row", *(written[c] for c in keys), *measured],
        "rows": rows,
        "labels": {written[c]: _label(labels[key]) for c, key in columns},
    }


def _columns(key) -> tuple[str, ...]:
    return key if isinstance(key, tuple) else (key,)


def _label(label) -> str:
    return "・".join(label) if isinstance(label, tuple) else str(label)


def _numeric(column: pd.Series) -> bool:
    """Whether it holds numbers: a symbol (「x」, 「-」) in the place of one doesn't make them words."""
    own = column[[not (isinstance(v, str) and v in SYMBOLS) for v in column]].infer_objects()
    return pd.api.types.is_numeric_dtype(own) and not pd.api.types.is_bool_dtype(own)


def _number(value: object, is_blank: bool) -> tuple[float | int | str | None, str]:
    if isinstance(value, str):
        return (None, value) if value in SYMBOLS else (value, "")
    if pd.isna(value):
        return None, "-" if is_blank else "…"
    if np.isinf(value):
        return ("inf" if value > 0 else "-inf"), ""
    if float(value).is_integer() and abs(value) < 1e15:
        return int(value), ""
    return float(f"{float(value):.{DIGITS}g}"), ""


def _word(value: object, kind: str | Callable) -> str:
    if isinstance(value, list | tuple | np.ndarray):
        return "\n".join(map(str, value))
    if pd.isna(value):
        return ""
    if callable(kind):
        return str(kind(value))
    if kind == "date":
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    return str(value)
