"""The figures of ratings from 1 to 5: their distribution, and who gave them where.

Rows keep the order of the frame. Counts are printed, groups differ in shape as well as in colour.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure import RATINGS as MERGED_INTO
from pipeline.showing.lettering import SIZE, SMALL, spread, text_width, wrap
from pipeline.showing.likert_parts import APART, HIGH, LOW, hidden_parts, sums_given
from pipeline.showing.sheet import GREY, INK, RULE, WIDTH, Figure, Sheet
from pipeline.showing.tables import SUPPRESSED, headcount, number

RATINGS = {1: "#c74700", 2: "#ffa66d", 3: "#cccccc", 4: "#7096f8", 5: "#0017c1"}
RATING_HATCH = {1: "x", 2: "/", 3: "", 4: "", 5: ""}
# The public edition's three: よくない, どちらともいえない, よい look like 2, 3 and 5.
MERGED = {MERGED_INTO[value]: value for value in (2, 3, 5)}
# The hidden answers of a side are paler than those shown; what isn't known to be on a side has no colour.
SUMS = {
    LOW: ("低い評価の計（内訳は示さない）", {"fill": "#ffe3cf", "hatch": "/"}),
    HIGH: ("高い評価の計（内訳は示さない）", {"fill": "#d9e2fd", "hatch": "/"}),
}
HIDDEN = ("x どの答えかを示さない回答", {"fill": "#ffffff", "hatch": "x"})
GAP = 0.08  # between the axis and what stands apart, as a share
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
LEAST = 5  # a mean of fewer people says more about them than about the training


def likert(
    df: pd.DataFrame,
    caption: str,
    alt: str,
    scale: Mapping[int, str] = SCALE,
    extent: tuple[float, float] = (0.5, 1.0),
    name: str = "",
) -> Figure:
    """Centred bars of answers 1–5 (or よくない, どちらともいえない, よい), the neutral one split at the centre.

    ``df``: one row per bar and value: label, value, count, optional n. The axis reaches at least
    ``extent`` (shares of the answers, left and right), so that years compare. Beside 1–5 there may be rows
    よくない and よい, the sums of a side: where the counts of a side are hidden (no numbers) and their sum is
    known, it is one hatched part on that side. All other hidden answers stand apart, at the right margin:
    nothing tells on which side they are. Without n, or any count, the bar is named, not drawn.
    """
    values, looks = _scale(df)
    scale = scale if values == list(RATINGS) else {v: v for v in values}
    single = df["value"].isin(values) | ~df["value"].isin(list(MERGED))
    wide = _wide(df[single], ["label"], values)
    sums = sums_given(df[~single], list(wide["label"]))
    unseen = hidden_parts(wide, values, sums)
    middle = len(values) // 2
    lows, highs = [*values[:middle], f"_{LOW}"], [f"_{HIGH}", *values[middle + 1 :]]
    order = [*lows, values[middle], *highs]
    counts = wide[values].fillna(0).assign(**{f"_{side}": unseen[side] for side in (LOW, HIGH)})[order]
    # Where nothing stands on the axis there is no bar: its n alone would draw one.
    drawn = (wide["n"] > 0) & (counts.sum(axis=1) > 0)
    shares = counts.div(wide["n"].where(drawn), axis=0)
    starts = shares.cumsum(axis=1).shift(axis=1, fill_value=0)
    starts = starts.sub(shares[lows].sum(axis=1) + shares[values[middle]] / 2, axis=0)
    left = np.nanmax([extent[0], *-starts[order[0]]])
    right = np.nanmax([extent[1], *(starts[order[-1]] + shares[order[-1]])])
    apart = (unseen[APART] / wide["n"]).where(drawn & (unseen[APART] > 0))
    beyond = GAP + max(0.4, apart.max()) if apart.notna().any() else 0
    keys = [
        (scale[v], _look(v, looks)) for v in values if v in scale and (values == list(RATINGS) or (counts[v] > 0).any())
    ]
    keys += [SUMS[side] for side in SUMS if (counts.loc[drawn, f"_{side}"] > 0).any()]
    keys += [HIDDEN] if beyond else []
    labels = [wrap(label, 50) + f"\nn={headcount(n)}" for label, n in wide[["label", "n"]].to_numpy()]
    sheet, edges, y = Sheet.for_rows(labels, 11.0, 12.0, keys)
    unit = (WIDTH - 60) / (left + right + beyond)
    zero = 54 + left * unit
    margin = zero + (right + GAP) * unit
    _share_axis(sheet, zero, unit, (left, right), edges)
    if beyond:
        alt = f"{alt.rstrip('。')}。どの答えかを示さない回答は、軸の右に離して置いた"
    for i, row in wide.iterrows():
        sheet.text(51, y[i], labels[i], align="right")
        if not drawn[i]:
            sheet.text(zero + 2, y[i], "回答なし" if row["n"] == 0 else "x（秘匿）", color=GREY)
            continue
        parts = [(zero + starts.at[i, v] * unit, counts.at[i, v], _look(v, looks)) for v in order]
        _bar(sheet, y[i], unit / row["n"], [*parts, (margin, unseen.at[i, APART], HIDDEN[1])])
    names = {"label": "項目", "n": "n", **scale}
    if (unseen.loc[drawn, [LOW, HIGH]] > 0).any(axis=None):
        for side, own in ((LOW, values[:middle]), (HIGH, values[middle + 1 :])):
            whole = wide[own].fillna(0).sum(axis=1) + unseen[side]
            wide[side] = whole.where(wide[own].notna().all(axis=1) | (unseen[side] > 0))
            names[side] = "・".join(re.split("[（ ]", scale.get(v, str(v)))[0] for v in own) + "の計"
    behind = wide.astype(object).where(wide.notna(), SUPPRESSED)
    formats = dict.fromkeys([c for c in names if c != "label"], "count")
    return sheet.figure(caption, alt, behind, names, name, formats=formats)


def _look(value: object, looks: Mapping) -> Mapping:
    if value not in looks:
        return SUMS[value[1:]][1]
    shade = looks[value]
    ink = "#ffffff" if shade in (1, 5) else INK
    return {"fill": RATINGS[shade], "hatch": RATING_HATCH[shade], "ink": ink}


def _bar(sheet: Sheet, y: float, unit: float, parts: Sequence[tuple]) -> None:
    """Parts (x, count, look) of one bar with their counts, beside them where they are too narrow."""
    outside = []
    for x, count, look in parts:
        w, words = count * unit, headcount(count)
        if not w > 0:
            continue
        sheet.box(x, y - 2.2, w, 6, look["fill"], look["hatch"])
        if text_width(words) + 1 > w:
            outside.append((x + w / 2, words))
            continue
        half = text_width(words) / 2 + 0.6
        if look["hatch"]:  # so that the count is not read through the hatch
            sheet.box(x + w / 2 - half, y - 1.2, 2 * half, 4, look["fill"], edge="none")
        sheet.text(x + w / 2, y + 0.8, words, SIZE, "center", look.get("ink", INK))
    for x, words in spread(outside):
        sheet.text(x, y - 4.1, words, SMALL, "center", GREY)


def _share_axis(sheet: Sheet, zero: float, unit: float, reach: tuple, edges: np.ndarray) -> None:
    top, bottom = edges[0], edges[-1]
    for tick in np.arange(-(reach[0] // 0.25), reach[1] // 0.25 + 1) / 4:
        x, center = zero + tick * unit, tick == 0
        sheet.line([(x, top), (x, bottom)], INK if center else RULE, 0.8 if center else 0.4)
        if tick * 2 % 1 == 0:
            sheet.text(x, bottom + 3, f"{abs(tick) * 100:.0f} %", SMALL, "center", GREY)
    words = "← 低い評価　　回答に占める割合（数字は回答の数）　　高い評価 →"
    sheet.text(zero, bottom + 9, words, SMALL, "center", GREY)


def bands(df: pd.DataFrame, caption: str, alt: str, name: str = "") -> Figure:
    """Ratings of each session by those who were there and those who missed it: one dot an answer.

    ``df``: session, group (attended/recording/missed), value (1…5), optional count (else each row
    is one answer) and n. A triangle marks the mean, printed with n; there is none of fewer than LEAST, or
    beside a count that is hidden (「x」).
    """
    df = df if "count" in df else df.assign(count=1)
    wide, ratings = _wide(df, ["session", "group"]), list(RATINGS)
    # A mean beside counts of which one is hidden would give it back.
    sums = (wide[ratings] * ratings).sum(axis=1, skipna=False)
    wide["mean"] = sums / wide["n"].where(wide["n"] >= LEAST)
    wide["depth"] = np.ceil(wide[ratings].max(axis=1) / 7).clip(1).fillna(1) * 2.3 + 3.4
    wide["order"] = wide["group"].map(list(GROUPS).index)  # an unknown group is a ValueError
    wide["place"] = pd.factorize(wide["session"])[0]
    wide = wide.sort_values(["place", "order"])
    keys = [look for group, look in GROUPS.items() if group in set(wide["group"])]
    depths = wide.groupby("session", sort=False)["depth"].sum()
    labels = [wrap(session, 48) for session in depths.index]
    sheet, edges, y = Sheet.for_rows(labels, depths.to_numpy() + 2.0, 12.0, keys)
    at = lambda value: 62 + (value - 1) * 18  # noqa: E731
    _rating_axis(sheet, at, edges, "評価（印1つが1件の回答、▲は平均）")
    for i, (session, depth) in enumerate(depths.items()):
        sheet.line([(0, edges[i]), (WIDTH, edges[i])], RULE, 0.4)
        sheet.text(0, y[i], labels[i])
        low = y[i] - depth / 2
        for row in wide[wide["session"] == session].to_dict("records"):
            _band(sheet, at, low, row)
            low += row["depth"]
    behind = wide.assign(group=[GROUPS[g][0] for g in wide["group"]])
    behind = behind.astype(object).where(behind.notna() | (behind["n"] == 0), SUPPRESSED)
    names = {"session": "回", "group": "出欠", "n": "n", "mean": "平均"}
    names |= {value: f"{value}の回答" for value in ratings}
    formats = {"mean": "estimate1", "n": "count", **dict.fromkeys(ratings, "count")}
    return sheet.figure(caption, alt, behind, names, name, formats=formats, not_applicable=["mean"])


def _band(sheet: Sheet, at: Callable[[float], float], low: float, row: Mapping) -> None:
    """The answers of one group in one session as dots, in lines of seven around their rating."""
    look, center = GROUPS[row["group"]][1], low + row["depth"] / 2 - 0.5
    if not row["n"] > 0:
        words = "回答なし" if row["n"] == 0 else "x（秘匿）"
        sheet.text(WIDTH, center, words, SMALL, "right", GREY)
        return
    for value in RATINGS:
        if pd.isna(row[value]):
            sheet.text(at(value), center, SUPPRESSED, SMALL, "center", GREY)
            continue
        lines = np.ceil(row[value] / 7)
        for k in range(int(row[value])):
            across = min(7, row[value] - k // 7 * 7)
            x = at(value) + (k % 7 - (across - 1) / 2) * 2.3
            sheet.marker(x, center + (k // 7 - (lines - 1) / 2) * 2.3, size=1.9, **look)
    words = f"n={headcount(row['n'])}"
    if not pd.isna(row["mean"]):
        sheet.marker(at(row["mean"]), low + row["depth"] - 1.3, "triangle", look["color"], 2.0)
        words = f"平均{number(row['mean'], 'estimate1')}　{words}"
    sheet.text(WIDTH, center, words, SMALL, "right")


def _scale(df: pd.DataFrame) -> tuple[list, dict]:
    """The values of the answers from bad to good, and which of 1–5 each looks like."""
    if set(df["value"]) <= set(MERGED) and len(df):
        return list(MERGED), MERGED
    return list(RATINGS), {value: value for value in RATINGS}


def _wide(df: pd.DataFrame, index: list[str], values: Sequence = tuple(RATINGS)) -> pd.DataFrame:
    """One row per index, one column per value, and n; NaN where a count is suppressed."""
    values = list(values)
    if strange := set(df["value"].dropna()) - set(values):
        raise ValueError(f"1～5でない評価は図にできません: {sorted(strange, key=str)}")
    numeric = df.assign(count=pd.to_numeric(df["count"], errors="coerce"))
    numeric["count"] = numeric["count"].fillna(np.inf)
    wide = numeric.pivot_table(index=index, columns="value", values="count", aggfunc="sum", sort=False, observed=True)
    wide = wide.reindex(columns=values).fillna(0).replace(np.inf, np.nan)
    total = wide.sum(axis=1, skipna=False)
    if "n" in df:
        known = df.assign(n=pd.to_numeric(df["n"], errors="coerce")).groupby(index, sort=False)["n"].first()
        total = known.reindex(wide.index)
    return wide.assign(n=total).reset_index()


def _rating_axis(sheet: Sheet, at: Callable[[float], float], edges: np.ndarray, words: str) -> None:
    top, bottom = edges[0], edges[-1]
    for value in RATINGS:
        sheet.line([(at(value), top), (at(value), bottom)], RULE, 0.4)
        sheet.text(at(value), bottom + 3, f"{value}", SMALL, "center", GREY)
    sheet.line([(at(1), bottom), (at(5), bottom)], GREY, 0.6)
    sheet.text(at(3), bottom + 8, words, SMALL, "center", GREY)
