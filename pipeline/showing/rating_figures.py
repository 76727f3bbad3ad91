"""The figures of ratings: their distribution, and who gave them where.

Rows keep the order of the frame. Counts are printed, groups differ in shape as well as in colour.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.document.blocks import Figure
from pipeline.showing.canvas import GREY, INK, RULE, WIDTH, Canvas
from pipeline.showing.lettering import SIZE, SMALL, spread, text_width, wrap
from pipeline.showing.tables import number

RATINGS = {1: "#c74700", 2: "#ffa66d", 3: "#cccccc", 4: "#7096f8", 5: "#0017c1"}
RATING_HATCH = {1: "x", 2: "/", 3: "", 4: "", 5: ""}
# How many points a scale has → which of RATINGS each looks like; of four points none is neutral.
LOOKS = {5: (1, 2, 3, 4, 5), 4: (1, 2, 4, 5)}
SCALE = {
    1: "1 そう思わない",
    2: "2 あまりそう思わない",
    3: "3 どちらともいえない",
    4: "4 ややそう思う",
    5: "5 そう思う",
}
GROUPS = {
    "attended": ("出席した回", {"kind": "disc", "color": "#0017c1"}),
    "recording": ("録画で補った回", {"kind": "square", "color": "#0877d7"}),
    "missed": ("欠席した回", {"kind": "diamond", "color": "#c74700"}),
}


def scale_words(values: Sequence[int]) -> dict[int, str]:
    """The words of a scale of which only the points are known: 「1（低い）」, 「2」, … 「5（高い）」."""
    low, *_, high = values
    return {value: str(value) for value in values} | {low: f"{low}（低い）", high: f"{high}（高い）"}


def likert(
    df: pd.DataFrame,
    caption: str,
    alt: str,
    scale: Mapping[int, str] = SCALE,
    extent: tuple[float, float] = (0.5, 1.0),
    name: str = "",
) -> Figure:
    """Centred bars of answers: low ones left, high ones right of the centre, a neutral one split by it.

    ``df``: one row per bar and value: label, value, count, optional n (else the sum of the counts).
    ``scale``: the words for 1…5, or for 1…4, which has no neutral answer. The axis reaches at least
    ``extent`` (shares of the answers, left and right), so that years compare. Raises ValueError for a
    value that isn't on the scale.
    """
    values, middle = list(scale), len(scale) // 2
    wide = _wide(df, ["label"], values)
    shares = wide[values].div(wide["n"].where(wide["n"] > 0), axis=0)
    left_of_centre = shares[values[:middle]].sum(axis=1)
    if len(values) % 2:
        left_of_centre += shares[values[middle]] / 2
    starts = shares.cumsum(axis=1).shift(axis=1, fill_value=0).sub(left_of_centre, axis=0)
    left = np.nanmax([extent[0], *left_of_centre])
    right = np.nanmax([extent[1], *(shares.sum(axis=1) - left_of_centre)])
    looks = {value: _look(shade) for value, shade in zip(values, LOOKS[len(values)], strict=True)}
    labels = [wrap(label, 50) + f"\nn={number(n, 'count')}" for label, n in wide[["label", "n"]].to_numpy()]
    canvas, edges, y = Canvas.for_rows(labels, 11.0, 12.0, [(scale[value], looks[value]) for value in values])
    unit = (WIDTH - 60) / (left + right)
    zero = 54 + left * unit
    _share_axis(canvas, zero, unit, (left, right), edges)
    for i, row in wide.iterrows():
        canvas.text(51, y[i], labels[i], align="right")
        if not row["n"]:
            canvas.text(zero + 2, y[i], "回答なし", color=GREY)
            continue
        parts = [(zero + starts.at[i, value] * unit, row[value], looks[value]) for value in values]
        _bar(canvas, y[i], unit / row["n"], parts)
    names = {"label": "項目", "n": "n", **scale}
    return canvas.figure(caption, alt, wide, names, name, formats=dict.fromkeys(["n", *values], "count"))


def _look(shade: int) -> Mapping:
    ink = "#ffffff" if shade in (1, 5) else INK
    return {"fill": RATINGS[shade], "hatch": RATING_HATCH[shade], "ink": ink}


def _bar(canvas: Canvas, y: float, unit: float, parts: Sequence[tuple]) -> None:
    """Parts (x, count, look) of one bar with their counts, beside them where they are too narrow."""
    outside = []
    for x, count, look in parts:
        w, words = count * unit, number(count, "count")
        if not w > 0:
            continue
        canvas.box(x, y - 2.2, w, 6, look["fill"], look["hatch"])
        if text_width(words) + 1 > w:
            outside.append((x + w / 2, words))
            continue
        half = text_width(words) / 2 + 0.6
        if look["hatch"]:  # so that the count is not read through the hatch
            canvas.box(x + w / 2 - half, y - 1.2, 2 * half, 4, look["fill"], edge="none")
        canvas.text(x + w / 2, y + 0.8, words, SIZE, "center", look["ink"])
    for x, words in spread(outside):
        canvas.text(x, y - 4.1, words, SMALL, "center", GREY)


def _share_axis(canvas: Canvas, zero: float, unit: float, reach: tuple, edges: np.ndarray) -> None:
    top, bottom = edges[0], edges[-1]
    for tick in np.arange(-(reach[0] // 0.25), reach[1] // 0.25 + 1) / 4:
        x, center = zero + tick * unit, tick == 0
        canvas.line([(x, top), (x, bottom)], INK if center else RULE, 0.8 if center else 0.4)
        if tick * 2 % 1 == 0:
            canvas.text(x, bottom + 3, f"{abs(tick) * 100:.0f} %", SMALL, "center", GREY)
    words = "← 低い評価　　回答に占める割合（数字は回答の数）　　高い評価 →"
    canvas.text(zero, bottom + 9, words, SMALL, "center", GREY)


def bands(df: pd.DataFrame, caption: str, alt: str, least: int, name: str = "") -> Figure:
    """Ratings of each session by those who were there and those who missed it: one dot an answer.

    ``df``: session, group (attended/recording/missed), value (1…5), optional count (else each row
    is one answer). A triangle marks the mean, printed with n; there is none of fewer than ``least``:
    it would say more about them than about the training.
    """
    df = df if "count" in df else df.assign(count=1)
    ratings = list(RATINGS)
    wide = _wide(df[["session", "group", "value", "count"]], ["session", "group"], ratings)
    wide["mean"] = (wide[ratings] * ratings).sum(axis=1) / wide["n"].where(wide["n"] >= least)
    wide["depth"] = np.ceil(wide[ratings].max(axis=1) / 7).clip(1) * 2.3 + 3.4
    wide["order"] = wide["group"].map(list(GROUPS).index)  # an unknown group is a ValueError
    wide["place"] = pd.factorize(wide["session"])[0]
    wide = wide.sort_values(["place", "order"])
    keys = [look for group, look in GROUPS.items() if group in set(wide["group"])]
    depths = wide.groupby("session", sort=False)["depth"].sum()
    labels = [wrap(session, 48) for session in depths.index]
    canvas, edges, y = Canvas.for_rows(labels, depths.to_numpy() + 2.0, 12.0, keys)
    at = lambda value: 62 + (value - 1) * 18  # noqa: E731
    _rating_axis(canvas, at, edges, "評価（印1つが1件の回答、▲は平均）")
    for i, (session, depth) in enumerate(depths.items()):
        canvas.line([(0, edges[i]), (WIDTH, edges[i])], RULE, 0.4)
        canvas.text(0, y[i], labels[i])
        low = y[i] - depth / 2
        for row in wide[wide["session"] == session].to_dict("records"):
            _band(canvas, at, low, row)
            low += row["depth"]
    behind = wide.assign(group=[GROUPS[g][0] for g in wide["group"]])
    names = {"session": "回", "group": "出欠", "n": "n", "mean": "平均"}
    names |= {value: f"{value}の回答" for value in ratings}
    formats = {"mean": "estimate1", "n": "count", **dict.fromkeys(ratings, "count")}
    return canvas.figure(caption, alt, behind, names, name, formats=formats, not_applicable=["mean"])


def _band(canvas: Canvas, at: Callable[[float], float], low: float, row: Mapping) -> None:
    """The answers of one group in one session as dots, in lines of seven around their rating."""
    look, center = GROUPS[row["group"]][1], low + row["depth"] / 2 - 0.5
    if not row["n"]:
        canvas.text(WIDTH, center, "回答なし", SMALL, "right", GREY)
        return
    for value in RATINGS:
        lines = np.ceil(row[value] / 7)
        for k in range(int(row[value])):
            across = min(7, row[value] - k // 7 * 7)
            x = at(value) + (k % 7 - (across - 1) / 2) * 2.3
            canvas.marker(x, center + (k // 7 - (lines - 1) / 2) * 2.3, size=1.9, **look)
    words = f"n={number(row['n'], 'count')}"
    if not pd.isna(row["mean"]):
        canvas.marker(at(row["mean"]), low + row["depth"] - 1.3, "triangle", look["color"], 2.0)
        words = f"平均{number(row['mean'], 'estimate1')}　{words}"
    canvas.text(WIDTH, center, words, SMALL, "right")


def _wide(df: pd.DataFrame, index: list[str], values: Sequence[int]) -> pd.DataFrame:
    """One row per index, one column per value, and n (given, or their sum)."""
    if strange := set(df["value"]) - set(values):
        raise ValueError(f"{values[0]}～{values[-1]}でない評価は図にできません: {sorted(strange, key=str)}")
    wide = df.pivot_table(index=index, columns="value", values="count", aggfunc="sum", sort=False, observed=True)
    wide = wide.reindex(columns=values).fillna(0)
    n = df.groupby(index, sort=False)["n"].first() if "n" in df else wide.sum(axis=1)
    return wide.assign(n=n).reset_index()


def _rating_axis(canvas: Canvas, at: Callable[[float], float], edges: np.ndarray, words: str) -> None:
    top, bottom = edges[0], edges[-1]
    for value in RATINGS:
        canvas.line([(at(value), top), (at(value), bottom)], RULE, 0.4)
        canvas.text(at(value), bottom + 3, f"{value}", SMALL, "center", GREY)
    canvas.line([(at(1), bottom), (at(5), bottom)], GREY, 0.6)
    canvas.text(at(3), bottom + 8, words, SMALL, "center", GREY)
