"""The figures of ratings from 1 to 5: their distribution, and who gave them where.

Rows keep the order of the frame. Counts are printed, groups differ in shape as well as in colour.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from pipeline.showing.lettering import SIZE, SMALL, spread, text_width, wrap
from pipeline.showing.sheet import GREY, INK, RULE, WIDTH, Figure, Sheet
from pipeline.showing.tables import SUPPRESSED, headcount, number

RATINGS = {1: "#c74700", 2: "#ffa66d", 3: "#cccccc", 4: "#7096f8", 5: "#0017c1"}
RATING_HATCH = {1: "x", 2: "/", 3: "", 4: "", 5: ""}
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
FEW = 5  # a mean of fewer people says more about them than about the training


def likert(
    df: pd.DataFrame,
    caption: str,
    alt: str,
    scale: Mapping[int, str] = SCALE,
    extent: tuple[float, float] = (0.5, 1.0),
    name: str = "",
) -> Figure:
    """Centred bars of answers 1–5, the neutral answer split at the centre.

    ``df``: one row per bar and value: label, value (1…5), count. The axis reaches at least
    ``extent`` (shares of the answers, left and right), so that years compare. A bar with a count
    that isn't a number (suppressed) is named, not drawn.
    """
    wide = _wide(df, ["label"])
    shares = wide[list(RATINGS)].div(wide["n"].where(wide["n"] > 0), axis=0)
    starts = shares.cumsum(axis=1).shift(axis=1, fill_value=0).sub(
        shares[1] + shares[2] + shares[3] / 2, axis=0
    )  # fmt: skip
    left = np.nanmax([extent[0], *-starts[1]])
    right = np.nanmax([extent[1], *(starts[5] + shares[5])])
    keys = [(scale[v], {"fill": RATINGS[v], "hatch": RATING_HATCH[v]}) for v in RATINGS]
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
        if not row["n"] > 0:
            sheet.text(zero + 2, y[i], "回答なし" if row["n"] == 0 else "x（秘匿）", color=GREY)
            continue
        outside = []
        for value, color in RATINGS.items():
            x, w, words = zero + starts.at[i, value] * unit, shares.at[i, value] * unit, row[value]
            if not words:
                continue
            words, center = headcount(words), x + w / 2
            sheet.box(x, y[i] - 2.2, w, 6, color, RATING_HATCH[value])
            if text_width(words) + 1 > w:
                outside.append((center, words))
                continue
            half = text_width(words) / 2 + 0.6
            if RATING_HATCH[value]:  # so that the count is not read through the hatch
                sheet.box(center - half, y[i] - 1.2, 2 * half, 4, color, edge="none")
            ink = "#ffffff" if value in (1, 5) else INK
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
    is one answer). A triangle marks the mean, printed with n; a mean of fewer than FEW isn't given.
    """
    df = df if "count" in df else df.assign(count=1)
    wide, ratings = _wide(df, ["session", "group"]), list(RATINGS)
    wide["mean"] = (wide[ratings] * ratings).sum(axis=1) / wide["n"].where(wide["n"] >= FEW)
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


def _wide(df: pd.DataFrame, index: list[str]) -> pd.DataFrame:
    """One row per index, one column per rating, and n; NaN where a count is suppressed."""
    if strange := set(df["value"].dropna()) - set(RATINGS):
        raise ValueError(f"1～5でない評価は図にできません: {sorted(strange)}")
    numeric = df.assign(count=pd.to_numeric(df["count"], errors="coerce"))
    numeric["count"] = numeric["count"].fillna(np.inf)
    wide = numeric.pivot_table(
        index=index, columns="value", values="count", aggfunc="sum", sort=False, observed=True
    )  # fmt: skip
    wide = wide.reindex(columns=list(RATINGS)).fillna(0).replace(np.inf, np.nan)
    return wide.assign(n=wide.sum(axis=1, skipna=False)).reset_index()


def _rating_axis(
    sheet: Sheet, at: Callable[[float], float], edges: np.ndarray, words: str
) -> None:
    top, bottom = edges[0], edges[-1]
    for value in RATINGS:
        sheet.line([(at(value), top), (at(value), bottom)], RULE, 0.4)
        sheet.text(at(value), bottom + 3, f"{value}", SMALL, "center", GREY)
    sheet.line([(at(1), bottom), (at(5), bottom)], GREY, 0.6)
    sheet.text(at(3), bottom + 8, words, SMALL, "center", GREY)
