"""The slope figure: a few things at two points of time, joined by lines.

Rising, falling and level lines differ in mark and stroke, not only in colour; labels stand at both
ends and make way for each other.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.document.blocks import Figure
from pipeline.evidence.kpi import is_percent
from pipeline.showing.canvas import GREY, INK, RULE, Canvas
from pipeline.showing.lettering import SMALL, text_width, wrap
from pipeline.showing.results import POINTS
from pipeline.showing.tables import number, rounded

# direction: words, mark, stroke
DIRECTIONS = {
    "up": ("増えた", {"kind": "disc", "color": "#0017c1"}, False),
    "down": ("減った（破線）", {"kind": "diamond", "color": "#c74700"}, True),
    "same": ("変わらない", {"kind": "square", "color": GREY}, False),
}
ALONE = ("一方の年だけ", {"kind": "ring", "color": GREY})
LEFT, RIGHT = 62.0, 108.0  # mm: where the two posts stand
LABEL, LEADER = 54.0, 6.0  # mm: how wide a label may be, how far it stands from its post
LINE = 4.2  # mm: the height of one line of a label


class _Row(NamedTuple):
    label: str
    ends: tuple[float, float]
    words: tuple[str, str]  # the values as text; "" where there is none
    change: str
    direction: str | None  # None: nothing to compare
    why: str = ""  # why a value is not there


def slope(
    df: pd.DataFrame, caption: str, alt: str, unit: str = "", name: str = "", heads: Mapping[str, str] | None = None
) -> Figure:
    """Each row as a line from its first to its last value.

    ``df``: label and two columns of numbers, the earlier first; their names, or what ``heads`` calls them,
    stand above the posts. All values share one ``unit``, for they share one axis. A row with one value is a
    point; one with none is named below and not drawn.
    """
    first, last = (column for column in df.columns if column != "label")
    heads = {c: (heads or {}).get(c, str(c)) for c in (first, last)}
    values = df[[first, last]].astype(float)
    rows = _rows(df["label"], values, unit)
    drawn = [row for row in rows if any(row.words)]
    used = {row.direction for row in drawn}
    keys = [(words, mark) for name, (words, mark, _) in DIRECTIONS.items() if name in used]
    keys += [ALONE] if None in used else []
    left = [_Label(i, wrap(f"{r.label}　{r.words[0]}", LABEL, SMALL)) for i, r in enumerate(drawn) if r.words[0]]
    right = [_Label(i, _after(r.words[1] + r.change, r.label)) for i, r in enumerate(drawn) if r.words[1]]
    depth = max([45.0 if drawn else 0.0, *(sum(label.height for label in side) for side in (left, right))])
    absent = [f"{r.label}：{r.why}" for r in rows if r.direction is None]
    note = wrap("比べられないもの　" + "、".join(absent), 165, SMALL) if absent else ""
    top = (Canvas(1).legend(0, keys, draw=False) + 2 if keys else 1.0) + 6.0
    canvas = Canvas(top + depth + 4.0 + LINE * (note.count("\n") + 1 if note else 0))
    canvas.legend(0.3, keys)
    if note:
        canvas.text(0, top + depth + 3.0 + LINE * (note.count("\n") + 1) / 2, note, SMALL, color=GREY)
    if drawn:
        for x, words in ((LEFT, heads[first]), (RIGHT, heads[last])):
            canvas.text(x, top - 3.5, words, SMALL, "center", GREY)
            canvas.line([(x, top), (x, top + depth)], RULE, 0.6)
        y = _heights(drawn, top + 3.0, top + depth - 3.0)
        for row, (start, end) in zip(drawn, y, strict=True):
            _line(canvas, row, start, end)
        _labels(canvas, left, y[:, 0], top, top + depth, LEFT, -1)
        _labels(canvas, right, y[:, 1], top, top + depth, RIGHT, 1)
    behind = df[["label", first, last]].assign(change=values[last] - values[first])
    names = {"label": "項目", **heads, "change": f"差（{POINTS}）" if is_percent(unit) else "差"}
    kind = _kind(values)
    return canvas.figure(caption, alt, behind, names, name, formats=dict.fromkeys([first, last, "change"], kind))


def _after(value: str, label: str) -> str:
    """A label behind its value: on one line, or below it."""
    line = f"{value}　{label}"
    return line if text_width(line, SMALL) <= LABEL else f"{value}\n{wrap(label, LABEL, SMALL)}"


class _Label(NamedTuple):
    row: int
    words: str

    @property
    def height(self) -> float:
        return LINE * (self.words.count("\n") + 1) + 0.8


def _kind(values: pd.DataFrame) -> str:
    """Whole numbers stay whole; otherwise one decimal."""
    known = values.to_numpy()[np.isfinite(values.to_numpy())]
    return "count" if (known == np.round(known)).all() else "estimate1"


def _rows(labels: pd.Series, values: pd.DataFrame, unit: str) -> list[_Row]:
    kind, points = _kind(values), POINTS if is_percent(unit) else ""
    unit = " %" if is_percent(unit) else unit
    rows = []
    for label, ends in zip(labels, values.to_numpy(), strict=True):
        words = tuple(number(v, kind) + unit if np.isfinite(v) else "" for v in ends)
        if not all(words):
            gone = [f"{c}は値なし" for c, w in zip(values.columns, words, strict=True) if not w]
            rows.append(_Row(str(label), tuple(ends), words, "", None, "・".join(gone)))
            continue
        # By what is printed: a change of +0.0 is none to the reader.
        printed = rounded(ends[1] - ends[0], kind)
        shown, direction = number(float(printed), kind), "same" if not printed else "down" if printed < 0 else "up"
        change = {"up": f"（+{shown}{points}）", "down": f"（{shown}{points}）", "same": "（±0）"}[direction]
        rows.append(_Row(str(label), tuple(ends), words, change, direction))
    return rows


def _heights(rows: list[_Row], low: float, high: float) -> np.ndarray:
    """Where each value stands (mm), the largest on top; all alike in the middle."""
    values = np.array([row.ends for row in rows], dtype=float)
    least, most = np.nanmin(values), np.nanmax(values)
    if most == least:
        return np.where(np.isnan(values), np.nan, (low + high) / 2)
    return high - (values - least) / (most - least) * (high - low)


def _line(canvas: Canvas, row: _Row, start: float, end: float) -> None:
    if row.direction is None:
        x, y = (RIGHT, end) if np.isnan(start) else (LEFT, start)
        canvas.marker(x, y, **ALONE[1])
        return
    _, mark, dashed = DIRECTIONS[row.direction]
    canvas.line([(LEFT, start), (RIGHT, end)], mark["color"], 1.1, dashed)
    for x, y in ((LEFT, start), (RIGHT, end)):
        canvas.marker(x, y, **mark)


def _labels(
    canvas: Canvas, labels: list[_Label], at: np.ndarray, top: float, bottom: float, post: float, towards: int
) -> None:
    """The labels of one post, in the order of their points, with a leader where they had to move."""
    labels = sorted(labels, key=lambda label: (at[label.row], label.row))
    wanted = np.array([at[label.row] for label in labels])
    placed = settled(wanted, np.array([label.height for label in labels]), top, bottom)
    for label, point, y in zip(labels, wanted, placed, strict=True):
        x = post + towards * LEADER
        canvas.line([(post + towards * 1.8, point), (x - towards * 0.8, y)], RULE, 0.5)
        canvas.text(x, y, label.words, SMALL, "right" if towards < 0 else "left", INK)


def settled(wanted: np.ndarray, heights: np.ndarray, low: float, high: float) -> np.ndarray:
    """Centres of labels near those ``wanted`` (ascending), none above another, between the limits.

    Labels that collide become a block around the mean of what they wanted; the limits must leave
    room for all of them.
    """
    offsets = np.r_[0.0, (heights[:-1] / 2 + heights[1:] / 2).cumsum()] if len(heights) else heights
    blocks: list[list[float]] = []  # sum of the wanted starts, how many
    for start in wanted - offsets:
        blocks.append([start, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, n = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + n]
    starts = np.repeat([total / n for total, n in blocks], [int(n) for _, n in blocks])
    if not len(starts):
        return starts
    return np.clip(starts, low + heights[0] / 2, high - heights[-1] / 2 - offsets[-1]) + offsets
