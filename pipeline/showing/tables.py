"""Tables and short paragraphs as HTML: how a number, a date or an emptiness is written.

Nothing is computed here. Every text is escaped, so that what somebody typed into a questionnaire
is shown and never executed. Numbers round half up (四捨五入), on the decimal digits one sees.
The classes a style sheet may rely on: ``table.data``, ``th``/``td`` with ``num`` (right) or
``mid`` (centre), ``.unit``, ``p.note``, ``p.finding``, ``p.caution``, ``p.verdict``.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from itertools import groupby

import numpy as np
import pandas as pd

from pipeline.showing.long_form import MIME, long_form

UNKNOWN, NOT_APPLICABLE, SUPPRESSED = "…", "-", "x"
LEGEND = {UNKNOWN: "不詳", NOT_APPLICABLE: "該当なし", SUPPRESSED: "秘匿"}
ERAS = ((dt.date(2019, 5, 1), "令和"), (dt.date(1989, 1, 8), "平成"), (dt.date(1926, 12, 25), "昭和"))
PARAGRAPHS = ("finding", "caution", "note", "verdict")
NUMERIC = ("count", "rate", "estimate", "estimate1", "p_value")
ALIGNED = {"left": "", "center": "mid", "right": "num"}
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


@dataclass(frozen=True)
class Html:
    """A piece of HTML that a notebook shows; ``summary`` is what a console shows instead.

    ``data``: what a table holds, in its long form; it goes with the HTML into the notebook.
    """

    html: str = field(repr=False)
    summary: str = ""
    data: dict | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        named = {MIME: self.data} if self.data and self.data["name"] else {}
        return {"text/html": self.html} | named

    def __str__(self) -> str:
        return self.html


def paragraph(text: str, kind: str = "finding") -> Html:
    """``<p class=kind>``, escaped; ``kind`` is finding, caution, note or verdict."""
    if kind not in PARAGRAPHS:
        raise ValueError(f"段落の種類は {'・'.join(PARAGRAPHS)} のどれかです: {kind!r}")
    return Html(f'<p class="{kind}">{_lines(text)}</p>', text)


def table(
    df: pd.DataFrame,
    caption: str,
    columns: Mapping[Name, Label] | None = None,
    note: str | Sequence[str] | None = None,
    unit: str | None = None,
    align: Mapping[str, str] | None = None,
    formats: Mapping[Name, str | Callable[[object], str]] | None = None,
    row_headers: int = 1,
    not_applicable: Collection[str] = (),
    name: str = "",
) -> Html:
    """The frame as ``<table class="data">`` with caption, scopes and a 凡例 of the symbols used.

    ``columns`` maps names to Japanese labels, chooses and orders; without it every column is shown
    under its own name. A key ``(low, high)`` joins two columns to an interval. Labels that are
    pairs ``(group, label)`` make a two-storey head. ``formats`` names a kind per column (count,
    rate, estimate, estimate1, p_value, date, text, or a function) where :func:`kind_of` would guess
    another; ``align`` overrides left/center/right. The first ``row_headers`` columns are
    ``<th scope="row">``. An empty cell reads 「…」(不詳), in the columns ``not_applicable`` 「-」.
    ``name`` is what the text refers to (「{表:name}」) and the file of the table is called.
    Raises ValueError if a column is not in ``df``.
    """
    labels = dict(columns) if columns is not None else {name: str(name) for name in df.columns}
    absent = [n for key in labels for n in _names(key) if n not in df.columns]
    if absent:
        raise ValueError(f"表「{caption}」に使う列がありません: {'、'.join(map(str, absent))}")
    kinds = {key: (formats or {}).get(key) or kind_of(df, key) for key in labels}
    classes = {key: _class(key, kinds[key], align or {}) for key in labels}
    body, symbols = [], set()
    for row in df.to_dict("records"):
        cells = []
        for position, key in enumerate(labels):
            blank = NOT_APPLICABLE if set(_names(key)) & set(not_applicable) else UNKNOWN
            text = _cell([row[n] for n in _names(key)], kinds[key], blank)
            symbols.add(text)
            tag, scope = ("th", ' scope="row"') if position < row_headers else ("td", "")
            cells.append(f"<{tag}{scope}{classes[key]}>{text}</{tag}>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    if not body:
        body = [f'<tr><td colspan="{max(len(labels), 1)}">該当なし</td></tr>']
    notes = [note] if isinstance(note, str) else list(note or ())
    if used := [f"「{s}」{meaning}" for s, meaning in LEGEND.items() if s in symbols]:
        notes.append(f"凡例：{'、'.join(used)}")
    measure = f'<span class="unit">（単位：{escape(unit)}）</span>' if unit else ""
    anchor = f' id="table-{name}"' if name else ""
    parts = [
        f'<table class="data"{anchor}>\n<caption>{_lines(caption)}{measure}</caption>',
        _head(labels, classes),
        "<tbody>",
        *body,
        "</tbody>\n</table>",
        *(f'<p class="note">{_lines(n)}</p>' for n in notes),
    ]
    data = long_form(df, name, caption, labels, kinds, not_applicable)
    return Html("\n".join(parts), caption, data)


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
    exact = Decimal(str(value))
    if kind == "p_value" and exact < Decimal("0.001"):
        return "0.001未満"
    if kind == "rate":
        exact *= 100
    places = {"count": 0, "rate": 1, "estimate": 2, "estimate1": 1, "p_value": 3}[kind]
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,}" + (" %" if kind == "rate" else "")
    return f"−{text}" if rounded < 0 else text


def headcount(value: float) -> str:
    """A number of people or answers; 「x」 where it is suppressed (NaN)."""
    return SUPPRESSED if pd.isna(value) else number(value, "count")


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


def _cell(values: list, kind: str | Callable[[object], str], blank: str) -> str:
    if any(_is_missing(v) for v in values):
        return blank
    value = values[0]
    if callable(kind):
        return _lines(kind(*values))
    if isinstance(value, list | tuple | np.ndarray):
        return _list(value)
    if any(isinstance(v, str) for v in values) and kind != "date":
        return _lines("～".join(dict.fromkeys(map(str, values))))
    if len(values) == 2:
        return interval(*values, kind=kind)
    if kind == "date":
        return wareki(pd.Timestamp(value).to_pydatetime())
    if kind in NUMERIC:
        return number(value, kind)
    if isinstance(value, bool | np.bool_):
        return "はい" if value else "いいえ"
    return _lines(value)


def _head(labels: Mapping[Name, Label], classes: Mapping[Name, str]) -> str:
    two = any(isinstance(label, tuple) for label in labels.values())
    upper, lower, groups = [], [], []
    for top, run in groupby(labels, lambda k: labels[k][0] if isinstance(labels[k], tuple) else k):
        keys = list(run)
        if not isinstance(labels[keys[0]], tuple):
            text, deep = labels[keys[0]], ' rowspan="2"' if two else ""
            upper.append(f'<th scope="col"{deep}{classes[keys[0]]}>{_lines(text)}</th>')
            groups.append("<colgroup><col></colgroup>")
            continue
        upper.append(f'<th scope="colgroup" colspan="{len(keys)}" class="mid">{_lines(top)}</th>')
        lower += [f'<th scope="col"{classes[k]}>{_lines(labels[k][-1])}</th>' for k in keys]
        groups.append(f"<colgroup>{'<col>' * len(keys)}</colgroup>")
    rows = [f"<tr>{''.join(upper)}</tr>"] + ([f"<tr>{''.join(lower)}</tr>"] if two else [])
    return ("".join(groups) + "\n" if two else "") + f"<thead>{''.join(rows)}</thead>"


def _class(key: Name, kind: object, align: Mapping[str, str]) -> str:
    wanted = align.get(key) or align.get(_names(key)[0])
    name = ALIGNED[wanted] if wanted else "num" if kind in NUMERIC else ""
    return f' class="{name}"' if name else ""


def _list(values: Sequence) -> str:
    if len(values) == 0:
        return NOT_APPLICABLE
    return f"<ul>{''.join(f'<li>{_lines(v)}</li>' for v in values)}</ul>"


def _lines(text: object) -> str:
    """Escaped, line by line; no line ends between a number and its %."""
    return escape(str(text)).replace("\r\n", "\n").replace("\n", "<br>").replace(" %", "\u00a0%")


def _names(key: Name) -> tuple[str, ...]:
    return key if isinstance(key, tuple) else (key,)


def _is_missing(value: object) -> bool:
    return not isinstance(value, list | tuple | np.ndarray) and bool(pd.isna(value))
