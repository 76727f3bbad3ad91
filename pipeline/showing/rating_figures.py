"""The figures of ratings from 1 to 5: their distribution, and who gave them where.

Rows keep the order of the frame. Counts are printed, groups differ in shape as well as in colour.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure import RATINGS as MERGED_INTO
from pipeline.showing.lettering import SIZE, SMALL, spread, text_width, wrap
from pipeline.showing.sheet import GREY, INK, RULE, WIDTH, Figure, Sheet
from pipeline.showing.tables import SUPPRESSED, headcount, number

RATINGS = {1: "#c74700", 2: "#ffa66d", 3: "#cccccc", 4: "#7096f8", 5: "#0017c1"}
RATING_HATCH = {1: "x", 2: "/", 3: "", 4: "", 5: ""}
# The public edition's three: よくない, どちらともいえない, よい look like 2, 3 and 5.
MERGED = {MERGED_INTO[value]: value for value in (2, 3, 5)}
HIDDEN = {"fill": "#ffffff", "hatch": "/"}
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
    ``extent`` (shares of the answers, left and right), so that years compare. Counts that aren't
    numbers (suppressed) are one segment 「x」 where n is known: it ends left of the neutral answer and
    says nothing of which ones they are. Without n, or any count, the bar is named, not drawn.
    """
    values, looks = _scale(df)
    scale = scale if values == list(RATINGS) else {v: v for v in values}
    wide = _wide(df, ["label"], values)
    neutral = values[len(values) // 2]
    lows, highs = values[: len(values) // 2], values[len(values) // 2 + 1 :]
    seen = wide[values].fillna(0)
    gone = wide[values].isna()
    # Where nothing seen is left beside what is hidden, the bar would stand on the low side.
    gone[gone.any(axis=1) & (seen.sum(axis=1) == 0)] = True
    rest = (wide["n"] - seen.sum(axis=1)).where(gone.any(axis=1) & ~gone.all(axis=1), 0)
    order = [*lows, SUPPRESSED, neutral, *highs]
    shares = seen.assign(**{SUPPRESSED: rest})[order].div(wide["n"].where(wide["n"] > 0), axis=0)
    middle = shares[[*lows, SUPPRESSED]].sum(axis=1) + shares[neutral] / 2
    starts = shares.cumsum(axis=1).shift(axis=1, fill_value=0).sub(middle, axis=0)
    left = np.nanmax([extent[0], *-starts[order[0]]])
    right = np.nanmax([extent[1], *(starts[order[-1]] + shares[order[-1]])])
    keys = [(scale[v], {"fill": RATINGS[looks[v]], "hatch": RATING_HATCH[looks[v]]})
            for v in values if v in scale and (values == list(RATINGS) or seen[v].any())]  # fmt: skip
    keys += [("x 秘匿（どの答えかは示さない）", HIDDEN)] if (rest > 0).any() else []
    labels = [wrap(label, 50) + f"\nn={headcount(n)}" for label, n in wide[["label", "n"]].to_numpy()]
    sheet, edges, y = Sheet.for_rows(labels, 12.0, 13.0, keys)
    top, bottom = edges[0], edges[-1]
    unit = (WIDTH - 60) / (left + right)
    zero = 54 + left * unit
    for tick in np.arange(-(left // 0.25), right // 0.25 + 1) / 4:
        x, center = zero + tick * unit, tick == 0
        sheet.line([(x, top), (x, bottom)], INK if center else RULE, 0.8 if center else 0.4)
        if tick * 2 % 1 == 0:
            sheet.text(x, bottom + 3, f"{abs(tick) * 100:.0f} %", SMALL, "center", GREY)
    words = "← 低い評価　　回答に占める割合（数字は回答の数）　　高い評価 →"
    sheet.text(zero, bottom + 9, words, SMALL, "center", GREY)
    for i, row in wide.iterrows():
        sheet.text(51, y[i], labels[i], align="right")
        if not row["n"] > 0 or gone.loc[i].all():
            sheet.text(zero + 2, y[i], "回答なし" if row["n"] == 0 else "x（秘匿）", color=GREY)
            continue
        outside = []
        for value in order:
            look = looks.get(value)
            x, w = zero + starts.at[i, value] * unit, shares.at[i, value] * unit
            if not w > 0:
                continue
            words, center = SUPPRESSED if look is None else headcount(row[value]), x + w / 2
            fill = HIDDEN["fill"] if look is None else RATINGS[look]
            hatch = HIDDEN["hatch"] if look is None else RATING_HATCH[look]
            sheet.box(x, y[i] - 2.2, w, 6, fill, hatch)
            if text_width(words) + 1 > w:
                outside.append((center, words))
                continue
            half = text_width(words) / 2 + 0.6
            if hatch:  # so that the count is not read through the hatch
                sheet.box(center - half, y[i] - 1.2, 2 * half, 4, fill, edge="none")
            ink = "#ffffff" if look in (1, 5) else INK
            sheet.text(center, y[i] + 0.8, words, SIZE, "center", ink)
        for x, words in spread(outside):
            sheet.text(x, y[i] - 4.1, words, SMALL, "center", GREY)
    behind = wide.astype(object).where(wide.notna(), SUPPRESSED)
    names, formats = {"label": "項目", "n": "n", **scale}, dict.fromkeys(["n", *scale], "count")
    return sheet.figure(caption, alt, behind, names, name, formats=formats)


def matched(df: pd.DataFrame, caption: str, alt: str, name: str = "") -> Figure:
    """Each person's mean rating of attended and of missed sessions, joined; largest loss on top.

    ``df``: one row a person: participant_id (never a name), attended, missed (means, 1–5),
    n_attended, n_missed (sessions rated).
    """
    df = df.assign(difference=df["missed"] - df["attended"])
    df = df.sort_values(["difference", "participant_id"], ignore_index=True)
    keys = [GROUPS["attended"], GROUPS["missed"]]
    sheet, edges, y = Sheet.for_rows(df["participant_id"], 5.6, 12.0, keys, above=5.0)
    at = lambda value: 30 + (value - 1) * 18  # noqa: E731
    _rating_axis(sheet, at, edges, "評価（1～5）の平均")
    for x, words in ((126, "出席した回"), (149, "欠席した回"), (WIDTH, "差")):
        sheet.text(x, edges[0] - 2.5, words, SMALL, "right", GREY)
    for i, row in df.iterrows():
        sheet.text(0, y[i], str(row["participant_id"]), SMALL)
        sheet.line([(at(row["attended"]), y[i]), (at(row["missed"]), y[i])], GREY, 1.1)
        for x, group in ((126, "attended"), (149, "missed")):
            sheet.marker(at(row[group]), y[i], **GROUPS[group][1])
            words = f"{number(row[group], 'estimate1')}（{headcount(row[f'n_{group}'])}回）"
            sheet.text(x, y[i], words, SMALL, "right")
        sheet.text(WIDTH, y[i], number(row["difference"], "estimate1"), SMALL, "right")
    names = {"participant_id": "受講者", "attended": ("出席した回", "平均")}
    names |= {"n_attended": ("出席した回", "回数"), "missed": ("欠席した回", "平均")}
    names |= {"n_missed": ("欠席した回", "回数"), "difference": "差"}
    formats = dict.fromkeys(("attended", "missed", "difference"), "estimate1")
    return sheet.figure(caption, alt, df, names, name, formats=formats)


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
    if set(df["value"]) & set(MERGED):
        return list(MERGED), MERGED
    return list(RATINGS), {value: value for value in RATINGS}


def _wide(df: pd.DataFrame, index: list[str], values: Sequence = tuple(RATINGS)) -> pd.DataFrame:
    """One row per index, one column per value, and n; NaN where a count is suppressed."""
    values = list(values)
    if strange := set(df["value"].dropna()) - set(values):
        raise ValueError(f"1～5でない評価は図にできません: {sorted(strange, key=str)}")
    numeric = df.assign(count=pd.to_numeric(df["count"], errors="coerce"))
    numeric["count"] = numeric["count"].fillna(np.inf)
    wide = numeric.pivot_table(
        index=index, columns="value", values="count", aggfunc="sum", sort=False, observed=True
    )  # fmt: skip
    wide = wide.reindex(columns=values).fillna(0).replace(np.inf, np.nan)
    total = wide.sum(axis=1, skipna=False)
    if "n" in df:
        known = df.assign(n=pd.to_numeric(df["n"], errors="coerce")).groupby(index, sort=False)["n"].first()
        total = known.reindex(wide.index)
    return wide.assign(n=total).reset_index()


def _rating_axis(
    sheet: Sheet, at: Callable[[float], float], edges: np.ndarray, words: str
) -> None:
    top, bottom = edges[0], edges[-1]
    for value in RATINGS:
        sheet.line([(at(value), top), (at(value), bottom)], RULE, 0.4)
        sheet.text(at(value), bottom + 3, f"{value}", SMALL, "center", GREY)
    sheet.line([(at(1), bottom), (at(5), bottom)], GREY, 0.6)
    sheet.text(at(3), bottom + 8, words, SMALL, "center", GREY)
