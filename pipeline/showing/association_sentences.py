"""The sentences of the association report beside the answer itself (``verdict_sentences.answer``)."""

import numpy as np
import pandas as pd

from pipeline.codebook import codes
from pipeline.showing.association_views import OFF_AXIS, forest_rows, has_primary
from pipeline.showing.tables import number
from pipeline.showing.verdict_sentences import TOO_FEW_COMPARED, between, p_text, points

NOT_SAID = [
    "欠席が理解度を下げた、ということ。示したのは関連であって、原因ではない。",
    "忙しい時期のせいではない、ということ。欠席も理解不足も同じ時期に重なるなら、この方法でも見分けられない（模擬計算では3～4割で誤って差が出る）。",
    "知っている内容だから休んだのではない、ということ。その場合、差は小さく、または逆に見える。",
    "前の回の欠席が響いたのではない、ということ。感度分析に、前の回の欠席を考慮した値を示した。",
    "テストの点が低い、ということ。理解度は、欠席したと知っている本人の自己評価である。",
    "遅刻・早退の記録が正しい、ということ。誤りがあれば差は小さく見える。",
    "答えなかった人も同じだ、ということ。無回答者がどうであれば結論が変わるかを、感度分析に示した。",
]

OTHERS_TOO_FEW = "出席した回と欠席した回の両方がある人が少ないため、ほかの結果の差も示さない。"


def robust(results: pd.DataFrame, disagreeing: list[str]) -> str:
    """Whether the answer hangs on the method: the range of estimates, and the fragile flag."""
    if results.empty:
        return TOO_FEW_COMPARED
    if not has_primary(results):
        return "主分析ができないので、感度分析もできない。"
    # What is drawn, and no less: the reader of the figure sees where it ends.
    shown = forest_rows(results)["estimate"]
    low, high = shown.min(), shown.max()
    if len(shown) == 1:
        return f"差の推定値（{number(low, 'estimate')}点）は、ほかのやり方では計算できず、やり方によって変わるかは分からない。"
    spread = f"やり方を変えても、差の推定値は{number(low, 'estimate')}～{number(high, 'estimate')}点である。"
    if disagreeing:
        names = "」「".join(codes("sensitivity")[name] for name in disagreeing)
        return f"{spread}ただし「{names}」では有意水準をまたぐので、この結論は危うい。"
    return f"{spread}主分析と、有意水準をまたいで食い違うものは無い。"


def outside_the_range(results: pd.DataFrame) -> list[str]:
    """What stands in the table of sensitivity analyses and not in the range, and what couldn't be done."""
    if not has_primary(results):
        return []
    words = codes("sensitivity")
    values = results[["estimate", "ci_low", "ci_high"]].notna().any(axis=1)
    others = [words[a] for a in results.loc[values, "analysis"] if a in OFF_AXIS]
    told = (
        [f"「{'」「'.join(others)}」は、理解度の差そのものではないので、本文と図の推定値の範囲に入れない。"]
        if others
        else []
    )
    undone = [f"{words[a]}（{method}）" for a, method in results.loc[~values, ["analysis", "method"]].to_numpy()]
    return told + ([f"この表に無いもの：{'、'.join(undone)}。"] if undone else [])


def how_far(extent: pd.DataFrame, courses: int = 1) -> str:
    """How much of the differences between people goes with missed sessions, worded with care.

    ``courses``: how many the year's design holds; people are then compared within each.
    """
    if extent.empty:
        return TOO_FEW_COMPARED
    rows = extent.set_index("analysis")
    share, loss = rows.loc["share_of_spread"], rows.loc["overall_loss"]
    if pd.isna(share["estimate"]):
        return "主分析ができないので、どのくらいかは言えない。"
    interval = (
        ""
        if pd.isna(share["ci_low"])
        else (
            f"（95%信頼区間{number(100 * share['ci_low'], 'estimate1')}～"
            f"{number(100 * share['ci_high'], 'estimate1')} %）"
        )
    )
    return (
        f"{'同じ研修の中の、' if courses > 1 else ''}人による理解度の違いのうち、欠席に伴うものは{number(share['estimate'], 'rate')}{interval}である。"
        f"欠席した回だけでなく全部の回にならすと、一人・一回あたり{points(loss['estimate'])}"
        f"（{between(loss['ci_low'], loss['ci_high'])}）の差である。"
    ) + ("一回の差が大きくても、人による違いの大部分は欠席では説明されない。" if share["estimate"] < 0.5 else "")


def made_up(catch_up: dict, least: int = 1) -> str:
    """What catching up by recording closes, or that too few did, or that there is nothing to compare it with.

    ``least``: of fewer sessions, or of fewer people compared (``persons``), no number is told.
    """
    n = int(catch_up["n"])
    if not n:
        return "録画などで補った回の評価が無く、補えるかどうかは分からない。"
    if n < least or 0 < catch_up.get("persons", least) < least:
        return "録画などで補った回は少なく、補えるかどうかは言えない（判断保留）。"
    if catch_up.get("persons") == 0:
        return (
            f"録画などで補った回は{n}件あるが、補った回と補わなかった欠席の回の両方がある人がいないため、"
            "比べられず、補えるかどうかは言えない。"
        )
    if pd.isna(catch_up["p_value"]):
        return f"録画などで補った回は{n}件だけで、補えるかどうかは言えない（判断保留）。"
    if not np.isfinite([catch_up["ci_low"], catch_up["ci_high"]]).all():
        return f"録画などで補った回は{n}件あるが、差の範囲を決められず、補えるかどうかは言えない。"
    interval = f"95%信頼区間{between(catch_up['ci_low'], catch_up['ci_high'])}、{p_text(catch_up['p_value'])}"
    if catch_up["ci_low"] <= 0 <= catch_up["ci_high"]:
        return (
            f"録画などで補った回と補わなかった欠席の回の理解度に、差があるとも無いとも言えない（{n}件、{interval}）。"
        )
    direction = "高かった" if catch_up["estimate"] > 0 else "低かった"
    return (
        f"録画などで補った回の理解度は、補わなかった欠席の回より{points(catch_up['estimate'])}{direction}"
        f"（{n}件、{interval}）。"
    )


def planned(chances: pd.DataFrame, margin: float) -> str:
    """What this year's attendance could find, said before the ratings are looked at.

    That a difference isn't 0 and that it is 「関連がある」 are two things: where many are compared, differences far
    smaller than the margin aren't 0.
    """
    row = chances.iloc[(chances["difference"] + margin).abs().argmin()]
    if pd.isna(row["detectable"]) or row["detectable"] == float("inf"):
        return "この年度の人数と欠席では、どのような差も検定で見つけることはできない。"
    return (
        f"この年度の出欠（{int(row['persons'])}人、{int(row['sessions'])}回、欠席約{100 * row['share']:.0f} %）で、"
        f"差が0でないと8割の確率で検定で言えるのは、評価の差が{number(row['detectable'], 'estimate')}点以上のときである。"
        "0でないと言えることと「関連がある」という判定とは別である。0でなくても、"
        f"意味のある差（{number(margin, 'estimate1')}点）に届かないと言えれば「意味のある大きさの関連は無い」と判定する。"
        f"本当の差が{number(abs(row['difference']), 'estimate1')}点なら「関連がある」となる確率は"
        f"{number(row['linked'], 'rate')}、差が無いのに「関連がある」「逆向き」となる確率は"
        f"{number(_false_alarms(chances), 'rate')}である（模擬計算）。"
    )


def _false_alarms(chances: pd.DataFrame) -> float:
    null = chances[chances["difference"] == 0].iloc[0]
    return float(null["linked"] + null["reversed"])


def amended(versions: pd.DataFrame, digest: str) -> str:
    """Whether the plan is still the one that stood when the data were first read."""
    mark = f"（計画の指紋 {digest[:12]}）"
    if not versions["is_changed"].any():
        return f"分析計画は、データを最初に読んだときから変わっていない{mark}。"
    names = "」「".join(versions.loc[versions["is_changed"], "what"])
    return (
        f"分析計画の「{names}」は、データを最初に読んだあとで変更された{mark}。前後の両方を次の表に示す。"
        "結果を見て変えたのであれば、この結論は確かめたことにならない。"
    )


def of_each_person(differences: pd.DataFrame) -> str:
    """How many people rated lower what they missed; never who, or by how much.

    ``differences``: as ``Association.differences``. Where somebody missed one session, that person's difference
    is one answer.
    """
    if differences.empty:
        return "両方の回がある人がいない。"
    size = differences["difference"]
    lower, higher, same = (size < 0).sum(), (size > 0).sum(), (size == 0).sum()
    even = f"、同じ人は{same}人" if same else ""
    return (
        f"両方の回がある{len(size)}人のうち、欠席した回の評価の平均の方が低い人は{lower}人、高い人は{higher}人{even}である"
        "（回ごとの違いを除いた値で比べた）。一人ひとりの差は、その人の回答を明かすことになるので示さない。"
    )


def not_asked(results: pd.DataFrame) -> str:
    """Why there is no table of secondary results. ``results``: as ``association_views.secondary_rows``."""
    if results.empty:
        return OTHERS_TOO_FEW
    asked = results["n"].astype(int) > 0
    reasons = (
        (results.loc[asked, "analysis"], "検定できない"),
        (results.loc[~asked, "analysis"], "欠席した回と出席した回を比べられる形では尋ねていないので、検定しない"),
    )
    return "".join(f"{'・'.join(names)}は、{why}。" for names, why in reasons if len(names))
