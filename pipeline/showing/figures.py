"""The figures of the reports: tidy frames in, one figure out. They show, and decide nothing.

Nothing is told by colour alone: every count is printed, groups differ in shape, states carry a
symbol and a hatch. Rows keep the order of the frame. The figures of ratings have a module of their
own and are found here too; see ``canvas.py`` for the paper.
"""

import numpy as np
import pandas as pd

from pipeline.document.blocks import Figure
from pipeline.showing.canvas import GREY, INK, WIDTH, Canvas
from pipeline.showing.lettering import SMALL, text_width, wrap
from pipeline.showing.rating_figures import bands, likert
from pipeline.showing.slope_figure import slope
from pipeline.showing.tables import interval, number

__all__ = ["attendance_map", "bands", "counts", "effect", "likert", "slope"]

BLUE = "#0017c1"
ESTIMATED = ("estimate", "ci_low", "ci_high", "ci90_low", "ci90_high")

# status: symbol, label, fill, hatch
STATUSES = {
    "present": ("○", "出席", "#ffffff", ""),
    "late": ("遅", "遅刻", "#dce5fb", ""),
    "early": ("早", "早退", "#dce5fb", ""),
    "partial": ("△", "一部参加", "#dce5fb", ""),
    "online": ("Ｗ", "オンライン", "#ffffff", ""),
    "recording": ("録", "録画で補った", "#c5dcf5", "/"),
    "e_learning": ("ｅ", "eラーニング", "#c5dcf5", "/"),
    "absent": ("×", "欠席", "#ffb98c", "x"),
    "absent_duty": ("公", "欠席（公務）", "#ffb98c", "x"),
    "waived": ("見", "見送り", "#e8e8eb", ""),
    "not_target": ("－", "対象外", "#e8e8eb", ""),
    "unknown": ("?", "不明", "#ffffff", "/"),
}


def effect(
    df: pd.DataFrame,
    margin: float,
    caption: str,
    alt: str,
    unit: str = "点",
    sides: tuple[str, str] = ("欠席した回の方が低い", "欠席した回の方が高い"),
    name: str = "",
) -> Figure:
    """Estimates with intervals against the band ±``margin`` of differences too small to matter.

    ``df``: label, estimate, ci_low, ci_high; optional n, and ci90_low, ci90_high, drawn thick. The
    first row is the primary analysis. An infinite limit ends in an arrow; a row without an estimate
    says 「検定できない」.
    """
    seen = df[["estimate", "ci_low", "ci_high"]].to_numpy(float)
    reach = np.abs(seen[np.isfinite(seen)]).max(initial=margin * 1.6)
    reach = np.ceil(reach * 2 + 0.2) / 2
    labels = [
        wrap(r["label"], 50) + (f"\nn={number(r['n'], 'count')}" if "n" in r else "") for r in df.to_dict("records")
    ]
    told = [
        "検定できない"
        if pd.isna(r["estimate"])
        else f"{number(r['estimate'], 'estimate')}（{interval(r['ci_low'], r['ci_high'])}）"
        for r in df.to_dict("records")
    ]
    canvas, edges, y = Canvas.for_rows(labels, 10.0, 17.0, above=7.0)
    top, bottom = edges[0], edges[-1]
    # An arrow ends where the axis ends: the axis leaves room for the longest words beside it.
    half = min(37.0, (WIDTH - 54 - 2 - max(text_width(words, SMALL) for words in told or [""])) / 2)
    zero = 54 + half
    at = lambda value: zero + np.clip(value, -reach, reach) / reach * half  # noqa: E731
    canvas.box(at(-margin), top, at(margin) - at(-margin), bottom - top, "#e8e8eb", edge="none")
    for value in (-margin, margin):
        canvas.line([(at(value), top), (at(value), bottom)], GREY, 0.6, dashed=True)
    words = f"意味のある差とみなさない範囲（±{margin:g}{unit}）"
    canvas.text(zero, top - 3, words, SMALL, "center", GREY)
    canvas.text(WIDTH, top - 3, "推定値（95％信頼区間）", SMALL, "right", GREY)
    canvas.line([(zero, top), (zero, bottom)], INK, 0.8)
    canvas.line([(54, bottom), (zero + half, bottom)], GREY, 0.6)
    for tick in np.arange(-reach, reach + 0.1, 0.5 if reach <= 2 else np.ceil(reach / 4)):
        canvas.line([(at(tick), bottom), (at(tick), bottom + 1)], GREY, 0.6)
        canvas.text(at(tick), bottom + 3.5, number(tick, "estimate1"), SMALL, "center", GREY)
    canvas.text(zero - 2, bottom + 9, f"← {sides[0]}", SMALL, "right")
    canvas.text(zero + 2, bottom + 9, f"{sides[1]} →", SMALL)
    inner = {"ci90_low", "ci90_high"} <= set(df)
    words = "細い線：95％信頼区間　太い線：90％信頼区間" if inner else "線：95％信頼区間"
    canvas.text(zero, bottom + 14, words, SMALL, "center", GREY)
    for i, row in enumerate(df.to_dict("records")):
        canvas.text(0, y[i], labels[i])
        canvas.text(WIDTH, y[i], told[i], SMALL, "right", GREY if pd.isna(row["estimate"]) else INK)
        if pd.isna(row["estimate"]):
            continue
        color, size = ("#0017c1", 1.0) if i == 0 else ("#595959", 0.75)
        low, high = at(row["ci_low"]), at(row["ci_high"])
        canvas.line([(low, y[i]), (high, y[i])], color, 1.5 * size)
        for limit, x, turn in ((row["ci_low"], low, 1.8), (row["ci_high"], high, -1.8)):
            turn = turn if np.isinf(limit) else 0
            ends = [(x + turn, y[i] - 1.3), (x, y[i]), (x + turn, y[i] + 1.3)]
            canvas.line(ends, color, 1.3 * size)
        if inner and not pd.isna(row["ci90_low"]):
            ends = [(at(row["ci90_low"]), y[i]), (at(row["ci90_high"]), y[i])]
            canvas.line(ends, color, 4.5 * size)
        canvas.marker(at(row["estimate"]), y[i], "square" if i == 0 else "ring", color, 3.8 * size)
    names = {"label": "分析", "n": "n", "estimate": f"推定値（{unit}）"}
    names |= {("ci_low", "ci_high"): "95%信頼区間", ("ci90_low", "ci90_high"): "90%信頼区間"}
    return canvas.figure(caption, alt, df, names, name, not_applicable=ESTIMATED)


def attendance_map(df: pd.DataFrame, caption: str, alt: str, name: str = "") -> Figure:
    """Who was there when: one row a person, one column a session, a symbol in every cell.

    ``df``: participant_id, session (heading of the column), status (see tables.md). For the
    internal edition only; split the frame beyond some 40 persons, a figure stays on one page.
    """
    grid = df.pivot(index="participant_id", columns="session", values="status")
    grid = grid.reindex(df["participant_id"].unique())[df["session"].unique()].fillna("unknown")
    present = set(grid.to_numpy().ravel())
    keys = [
        (label, {"symbol": symbol, "fill": fill, "hatch": hatch})
        for status, (symbol, label, fill, hatch) in STATUSES.items()
        if status in present
    ]
    step = (WIDTH - 28.3) / grid.shape[1]
    heads = [wrap(session, step - 1.5, SMALL) for session in grid.columns]
    above = max(h.count("\n") + 1 for h in heads) * 4.2 + 1
    canvas, edges, y = Canvas.for_rows(grid.index, 5.6, 1.0, keys, above)
    for j, head in enumerate(heads):
        canvas.text(28 + (j + 0.5) * step, edges[0] - above / 2 - 0.5, head, SMALL, "center")
    for i, (person, row) in enumerate(grid.iterrows()):
        canvas.text(0, y[i], str(person), SMALL)
        for j, status in enumerate(row):
            symbol, _, fill, hatch = STATUSES[status]
            x = 28 + j * step
            canvas.box(x, y[i] - 2.8, step, 5.6, fill, hatch, edge="#8c8c8c")
            if hatch:
                canvas.box(x + step / 2 - 2.3, y[i] - 2.1, 4.6, 4.2, fill, edge="none")
            canvas.text(x + step / 2, y[i], symbol, SMALL, "center")
    shown = grid.map(lambda status: STATUSES[status][1]).reset_index()
    names = {"participant_id": "受講者", **{s: s for s in grid.columns}}
    return canvas.figure(caption, alt, shown, names, name)


def counts(df: pd.DataFrame, base: int | None, caption: str, alt: str, name: str = "") -> Figure:
    """Bars for a question with several answers.

    ``df``: label, count. ``base``: the number of respondents; without it (None) the figure shows no
    percentages and says why.
    """
    labels = [wrap(label, 74) for label in df["label"]]
    canvas, edges, y = Canvas.for_rows(labels, 8.4, 8.0)
    top, bottom = edges[0], edges[-1]
    unit = 62 / max(df["count"].max(), base or 0, 1)
    for i, value in enumerate(df["count"]):
        canvas.text(76, y[i], labels[i], align="right")
        canvas.box(78, y[i] - 2.6, value * unit, 5.2, BLUE, edge=BLUE)
        share = f"（{number(value / base, 'rate')}）" if base else ""
        canvas.text(80 + value * unit, y[i], f"{number(value, 'count')}人{share}")
    canvas.line([(78, top), (78, bottom)], INK, 0.8)
    known = f"回答者数 {number(base, 'count')}人" if base else "回答者数は不明のため割合は示さない"
    canvas.text(WIDTH, bottom + 4, f"複数回答。{known}", SMALL, "right", GREY)
    behind = df.assign(rate=df["count"] / base) if base else df
    names = {"label": "選択肢", "count": "人数", "rate": "回答者に占める割合"}
    return canvas.figure(caption, alt, behind, names, name)
