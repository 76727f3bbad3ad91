"""The calibration's table and timings as a page: docs/calibration.md with docs/calibration.svg.

    python -m benchmarks.page

Reads ``results/calibration.csv`` and ``results/permutation.csv``; run the two benchmarks first.
"""

from pathlib import Path

import pandas as pd

from pipeline.showing.canvas import GREY, INK, WIDTH, Canvas

RESULTS, DOCS = Path(__file__).parent / "results", Path(__file__).parent.parent / "docs"
# measure: heading, marker, colour
METHODS = {
    "primary": ("主分析", "square", "#0017c1"),
    "studentised": ("スチューデント化", "ring", "#0017c1"),
    "both_margins": ("両周辺固定", "diamond", "#0017c1"),
    "cr2": ("CR2", "triangle", "#0017c1"),
    "welch": ("Welchのt", "square", "#c74700"),
    "mann_whitney": ("Mann–Whitney", "diamond", "#c74700"),
    "kendall": ("Kendall（合計）", "ring", "#c74700"),
}
POWER = {
    "power": "検出力",
    "coverage": "被覆率",
    "width": "区間の幅",
    "linked": "関連あり",
    "no_link": "意味のある関連なし",
    "otherwise": "どちらでもない",
    "undecided": "うち判断できない",
    "reversed": "うち逆向き",
    "untestable": "うち検定できない",
    "superiority": "優越確率の被覆率",
    "estimate": "推定値の平均",
}
YEARS = {
    "family_linked": "差のない研修を誤って「関連あり」（ホルム後、一つでも）",
    "family_alarm": "同、逆向きも数える",
    "family_alone": "同、ホルム法を使わないとき",
    "family_no_link": "差のある研修を誤って「関連なし」（一つでも）",
    "pooled_linked": "年度の判定：関連あり",
    "pooled_no_link": "年度の判定：意味のある関連なし",
    "pooled_coverage": "年度の区間の被覆率",
    "pooled_coverage_of_planted": "同、丸める前の差に対して",
}
BY_COURSE = {
    "linked": "関連あり（ホルム後）",
    "alone": "p≤0.05（ホルム前）",
    "no_link": "意味のある関連なし",
    "undecided": "判断できない",
    "reversed": "逆向き",
    "untestable": "検定できない",
    "coverage": "被覆率",
    "coverage_of_planted": "丸める前の差の被覆率",
    "width": "区間の幅",
}
NOTE = """# 検定の較正

主分析が約束どおりに働くかを、答えの分かっている架空の集団で確かめた結果である。
**誤警報**は、欠席と理解度に関連が無いのに「関連あり」（p≤0.05）とした割合で、0.05に近いのがよい。
括弧内は設計書の目標値、`*` は目標値から偶然の誤差（標準誤差の3倍）を超えて外れたもの。

作り直す: `python -m benchmarks.calibrate` と `python -m benchmarks.permutation` のあと
`python -m benchmarks.page`。途中で止めても続きから再開する。
"""

SEVERAL = """
## 研修が複数ある年度（研修ごとの判定と、年度の判定）

4つの研修（24人×3回、40人×5回、60人×4回、80人×5回）がある架空の年度を、本番と同じ手順で判定した。評定は1～5の整数、欠席は研修により
15％か20％、苦手な人ほど休み、研修の平均は3.3・3.9・3.6・3.6と違う。60人の研修では欠席の3割が録画で補われ、比べるセルから外れる。
±は模擬の誤差（標準誤差）。ここに目標値は無い（設計書は研修ごとの判定の値を定めていない）。

p値は、欠けの無い研修では正確な分布から、ほかは1,999回の並べ替えから求めた。計画の20,000回より少ないが、(B+1)×0.05が整数なので
検定の誤警報は回数によらず0.05以下である。区間は回数が少ない分だけ、わずかに揺れる。

被覆率は、非常に大きい集団での推定値（丸めと1・5の打ち切りを含む差。−0.5は−0.48～−0.49、−0.9は−0.86～−0.88になる）を区間が
含む割合。「丸める前の差」は、仕込んだ値そのものを含む割合で、丸めで差が縮む分だけ低くなる。
"""
REMARKS = """
## 目標値から外れた項目について

- **真の差 −0.25 の判定**: 「どちらでもない」が目標より少なく、「意味のある関連なし」が多い。並べ替えの回数（499～9,999回）を
  変えても同じである。設計書には休み方の作り方が書かれておらず、難しい回ほど休む集団にすると目標の値になる（表の次の行）。
- **欠席5％の区間の幅**: 表は平均。中央値は1.20で目標と同じで、欠席がとても少ない集団の広い区間が平均を上げる。
- **24人で −0.53**: 目標の −0.53 は区間の幅から計算した値に当たる（この計算式も中央値0.52点を返す）。欠席の配置を固定すれば検出力は
  0.80になるが、配置が集団ごとに変わると平均の検出力は下がる。目標の表自体でも −0.5 の検出力0.718からは −0.55 が必要になる。
- **欠席2セル**: 検定できない割合は並べ替えの回数で決まる（999回で約0.17～0.20、1,999回で0.12、9,999回で0.00～0.08）。データと
  同じ並びが偶然多く出ると区間を閉じられないためで、計画の20,000回では、同じ人の2回でなければほとんど起きない。
- **優越確率**: 欠席が8セルだけのときは被覆率が0.88に下がる。欠席のある人が10人に満たない年は目安として読む。

## 研修が複数ある年度について

- **ホルム法が守るのは「関連あり」だけ**: 差のない4研修のどれかを誤って「関連あり」とする割合は0.02、逆向きも数えて0.04で、約束の0.05を
  超えない。ホルム法を使わなければ0.18になる。「意味のある関連なし」は研修ごとに5％の誤りを許す判定で、研修の数だけ重なる：
  4研修とも差がちょうど境（−0.5）なら、どれか一つを「関連なし」とする年度が2割ある。差が−0.9ならほとんど起きない（表）。
- **年度の判定は、研修の平均の話である**: 24～60人の研修一つだけに大きな差（−0.9）があり、ほかに無いとき、合わせた差は小さいので、
  年度の判定は94％以上が「意味のある関連なし」になる（80人の研修でも3割）。その研修の「関連あり」は研修ごとの判定でしか見つからない。必ず両方を読む。
- **小さい研修**: 24人×3回では、差が無くても「意味のある関連なし」と言えるのは1割だけで、ほとんどが「判断できない」になる。
- **誤差と欠席が続く集団**: 主分析だけの7回の研修（上の表で0.066）と違い、3～5回の研修では誤警報の増えは模擬の誤差の範囲にとどまる。
"""


def cell(row: pd.Series) -> str:
    """A value with its bar in brackets, and a star where it is outside."""
    if pd.isna(row["value"]):
        return "-"
    digits = 2 if row["measure"] == "width" else 3
    text = f"{row['value']:.{digits}f}"
    if row["group"] in ("years", "by_course") and row["measure"] != "width":
        return f"{text}±{row['error']:.3f}"
    if pd.isna(row["bar"]):
        return text
    star = "" if str(row["within"]) == "True" else "\\*"
    return f"{text}（{row['bar']:g}）{star}"


def grid(table: pd.DataFrame, measures: dict[str, str]) -> str:
    """A Markdown table, one row a scenario, one column a measure that occurs."""
    texts = table.assign(text=table.apply(cell, axis=1))
    wide = texts.pivot(index=["scenario", "label", "cohorts"], columns="measure", values="text")
    wide = wide.loc[pd.MultiIndex.from_frame(table[["scenario", "label", "cohorts"]].drop_duplicates())]
    shown = [measure for measure in measures if measure in wide]
    lines = ["| 条件 | 集団数 | " + " | ".join(measures[m] for m in shown) + " |", "|---|--:|" + "--:|" * len(shown)]
    for (_, label, cohorts), row in wide[shown].fillna("-").iterrows():
        lines.append(f"| {label} | {cohorts:,} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def drawing(alarms: pd.DataFrame) -> str:
    """False alarms of every method by scenario, as one SVG file."""
    labels = list(dict.fromkeys(alarms["label"]))
    canvas, edges, y = Canvas.for_rows(labels, 9.0, 17.0, above=4.0)
    top, bottom = edges[0], edges[-1]

    def at(share):
        return 66 + share * (WIDTH - 70)

    canvas.line([(at(0.05), top), (at(0.05), bottom)], GREY, 0.8, dashed=True)
    canvas.text(at(0.05), top - 3, "0.05", 8, "center", GREY)
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1.0):
        canvas.line([(at(tick), bottom), (at(tick), bottom + 1)], GREY, 0.6)
        canvas.text(at(tick), bottom + 3.5, f"{tick:g}", 8, "center", GREY)
    words = "横軸：誤警報の割合　青：この検定（■主分析 ○スチューデント化 ◇両周辺固定 ▲CR2）"
    canvas.text(0, bottom + 9, words, 8, "left", GREY)
    words = "赤：よく使われる検定（■Welchのt ◇Mann–Whitney ○Kendall）　破線：約束した0.05"
    canvas.text(0, bottom + 13.5, words, 8, "left", GREY)
    for place, label in enumerate(labels):
        canvas.text(0, y[place], label, 8, "left", INK)
        # The primary comes first in the table and is drawn last, on top.
        for row in alarms[alarms["label"] == label].iloc[::-1].itertuples():
            _, marker, colour = METHODS[row.measure]
            canvas.marker(at(row.value), y[place], marker, colour, 2.6)
    alt = "誤警報の割合。このパイプラインの検定はどの条件でも0.05付近、よく使われる検定は多くの条件で大きく超える。"
    return canvas.figure("誤警報の割合", alt, alarms, {"label": "条件", "value": "割合"}).image.data


def main() -> None:
    """Write the page and its figure."""
    table = pd.read_csv(RESULTS / "calibration.csv")
    parts = {name: own for name, own in table.groupby("group")}
    text = [NOTE]
    if "false_alarm" in parts:
        (DOCS / "calibration.svg").write_text(drawing(parts["false_alarm"]), encoding="utf-8")
        text += [
            "## 誤警報\n",
            "![誤警報の割合](calibration.svg)\n",
            grid(parts["false_alarm"], {m: h for m, (h, *_) in METHODS.items()}),
        ]
    for group, heading in (
        ("power", "検出力・信頼区間・判定（主分析）"),
        ("between", "一人一つの評定だけのとき（B、個人間）"),
    ):
        if group in parts:
            text += [f"\n## {heading}\n", grid(parts[group], POWER)]
    if "years" in parts:
        text += [SEVERAL, grid(parts["years"], YEARS), "\n### 研修ごとの判定\n", grid(parts["by_course"], BY_COURSE)]
    text.append(REMARKS)
    timing = RESULTS / "permutation.csv"
    if timing.exists():
        text += [
            "## 速さ（20,000回の並べ替え、1スレッド）\n",
            "| 人数×回数 | 方法 | 秒 | SciPyの何倍速いか |",
            "|---|---|--:|--:|",
        ]
        for row in pd.read_csv(timing).itertuples():
            text.append(f"| {row.persons}×{row.sessions} | {row.method} | {row.seconds:.4f} | {row.times_scipy:.1f} |")
    (DOCS / "calibration.md").write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
