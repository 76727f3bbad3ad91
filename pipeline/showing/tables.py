"""Frames as tables of a report: how a number, a date or an emptiness is written.

Nothing is computed here. Numbers round half up (四捨五入), on the decimal digits one sees.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from pipeline.document.blocks import Cell, Column, Inline, Table, Text
from pipeline.showing.long_form import long_form

UNKNOWN, NOT_APPLICABLE = "…", "-"
LEGEND = {UNKNOWN: "不詳", NOT_APPLICABLE: "該当なし"}
ERAS = ((dt.date(2019, 5, 1), "令和"), (dt.date(1989, 1, 8), "平成"), (dt.date(1926, 12, 25), "昭和"))
NUMERIC = ("count", "rate", "estimate", "estimate1", "p_value")
# The columns every result row carries (statistics.md); the pair becomes one cell.
RESULT_COLUMNS = {
    "n": "n",
    "estimate": "推定値",
    ("ci_low", "ci_high"): "95%信頼区間",
    "p_value": "p値",
    "p_adjusted": "調整済みp値",
    "method": "方法",
}

Label = str | tuple[str, ...]
Name = str | tuple[str, str]


def paragraph(text: str | Inline, kind: str = "finding") -> Text:
    """A paragraph of the report; ``kind`` is finding, caution, note or verdict."""
    return Text(text, kind)


def table(
    df: pd.DataFrame,
    caption: str,
    columns: Mapping[Any, Label] | None = None,  # of Name; a Mapping can't be of one of two kinds of key
    note: str | Sequence[str | Inline] | None = None,
    unit: str | None = None,
    align: Mapping[str, str] | None = None,
    formats: Mapping[Any, str | Callable] | None = None,
    row_headers: int = 1,
    not_applicable: Collection[str] = (),
    name: str = "",
) -> Table:
    """The frame as a table with a caption and a 凡例 of the symbols used.

    ``columns`` maps names to Japanese labels, chooses and orders; without it every column is shown
    under its own name. A key ``(low, high)`` joins two columns to an interval. Labels that are
    pairs ``(group, label)`` make a two-storey head. ``formats`` names a kind per column (count,
    rate, estimate, estimate1, p_value, date, text, or a function) where :func:`kind_of` would guess
    another; ``align`` overrides left/center/right. The first ``row_headers`` columns are headings of
    their rows. An empty cell reads 「…」(不詳), in the columns ``not_applicable`` 「-」.
    ``name`` is what a ``Reference`` names, and what the file of the table is called.
    Raises ValueError if a column is not in ``df``.
    """
    labels = dict(columns) if columns is not None else {name: str(name) for name in df.columns}
    absent = [n for key in labels for n in _names(key) if n not in df.columns]
    if absent:
        raise ValueError(f"表「{caption}」に使う列がありません: {'、'.join(map(str, absent))}")
    kinds = {key: (formats or {}).get(key) or kind_of(df, key) for key in labels}
    blanks = {key: NOT_APPLICABLE if set(_names(key)) & set(not_applicable) else UNKNOWN for key in labels}
    rows = [
        [_cell([row[n] for n in _names(key)], kinds[key], blanks[key]) for key in labels]
        for row in df.to_dict("records")
    ]
    seen = {cell for row in rows for cell in row if isinstance(cell, str)}
    notes: list[str | Inline] = [note] if isinstance(note, str) else list(note or ())
    if used := [f"「{s}」{meaning}" for s, meaning in LEGEND.items() if s in seen]:
        notes.append(f"凡例：{'、'.join(used)}")
    return Table(
        caption,
        [_column(key, label, kinds[key], align or {}) for key, label in labels.items()],
        rows,
        name,
        unit or "",
        row_headers,
        notes,
        long_form(df, labels, kinds, not_applicable) if name else None,
    )


def kind_of(df: pd.DataFrame, key: Name) -> str:
    """The kind of a column: by its dtype, and between rates and estimates by its name.

    Proportions are named ``rate``/``share`` or end in it, p values ``p_value``/``p_adjusted``/
    ``p_…``, numbers of things ``n``/``count`` or start or end so. Cells that are text (「x」) don't
    make a column of numbers text.
    """
    name = _names(key)[0]
    values = [v for v in df[name] if not isinstance(v, str) and not _is_missing(v)]
    if values and all(isinstance(v, dt.date | np.datetime64) for v in values):
        return "date"
    if not all(isinstance(v, int | float | np.number | Decimal) for v in values):
        return "text"
    if any(isinstance(v, bool) for v in values):
        return "text"
    words = str(name).split("_")
    if words[0] == "p" and len(words) > 1:
        return "p_value"
    if words[-1] in ("rate", "share"):
        return "rate"
    if name in ("estimate", "ci_low", "ci_high"):
        return "estimate"
    if not values:
        return "text"
    counted = {"n", "count", "number"} & {words[0], words[-1]}
    whole = all(float(v).is_integer() for v in values)
    if whole and (counted or all(isinstance(v, int | np.integer) for v in values)):
        return "count"
    return "estimate"


def number(value: float, kind: str) -> str:
    """One number as text: 1,234 · 87.5 % · −0.91 · 0.003 / 0.001未満."""
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    if kind == "p_value" and Decimal(str(value)) < Decimal("0.001"):
        return "0.001未満"
    printed = rounded(value, kind)
    text = f"{abs(printed):,}" + (" %" if kind == "rate" else "")
    return f"−{text}" if printed < 0 else text


def rounded(value: float, kind: str) -> Decimal:
    """A number as it is printed: half up, in the places of its kind, rates in per cent."""
    exact = Decimal(str(value)) * (100 if kind == "rate" else 1)
    places = {"count": 0, "rate": 1, "estimate": 2, "estimate1": 1, "p_value": 3}[kind]
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def interval(low: float, high: float, kind: str = "estimate") -> str:
    """Two limits as 「−1.35～−0.48」; an infinite one is said in words."""
    ends = (
        "下限なし" if np.isneginf(low) else number(low, kind),
        "上限なし" if np.isposinf(high) else number(high, kind),
    )
    return "～".join(ends).replace(" %～", "～")


def wareki(day: dt.date) -> str:
    """The date as 「令和4(2022)年8月5日」, with the time of day where there is one."""
    time = f" {day:%H:%M}" if isinstance(day, dt.datetime) and day.time() != dt.time() else ""
    day = day.date() if isinstance(day, dt.datetime) else day
    for start, era in ERAS:
        if day >= start:
            year = day.year - start.year + 1
            era_year = f"{era}{'元' if year == 1 else year}({day.year})年"
            return f"{era_year}{day.month}月{day.day}日{time}"
    return f"{day.year}年{day.month}月{day.day}日{time}"


def _cell(values: list, kind: str | Callable[[object], str], blank: str) -> Cell:
    if any(_is_missing(v) for v in values):
        return blank
    value = values[0]
    if callable(kind):
        return _words(kind(*values))
    if isinstance(value, list | tuple | np.ndarray):
        return [_words(one) for one in value] or NOT_APPLICABLE
    if any(isinstance(v, str) for v in values) and kind != "date":
        return "～".join(dict.fromkeys(map(_words, values)))
    if len(values) == 2:
        return interval(*values, kind=kind)
    if kind == "date":
        return wareki(pd.Timestamp(value).to_pydatetime())
    if kind in NUMERIC:
        return number(value, kind)
    if isinstance(value, bool | np.bool_):
        return "はい" if value else "いいえ"
    return _words(value)


def _words(value: object) -> str:
    return str(value).replace("\r\n", "\n")


def _column(key: Name, label: Label, kind: object, align: Mapping[str, str]) -> Column:
    wanted = align.get(key) or align.get(_names(key)[0])
    group, words = label if isinstance(label, tuple) else (None, label)
    return Column(
        "～".join(map(str, _names(key))), str(words), group, wanted or ("right" if kind in NUMERIC else "left")
    )


def _names(key: Name) -> tuple[str, ...]:
    return key if isinstance(key, tuple) else (key,)


def _is_missing(value: object) -> bool:
    return not isinstance(value, list | tuple | np.ndarray) and bool(pd.isna(value))
