"""What a figure of ratings shows, in a sentence, made of the numbers that the figure shows and no others."""

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.showing.tables import number


def best_and_worst(bars: pd.DataFrame, of: str) -> str:
    """Which bars have the highest and the lowest share of good answers: the upper two of the scale.

    ``bars``: as ``comprehension.bars`` has them; ``of``: what is rated, and when, as in 「理解度」.
    """
    upper = sorted(set(bars["value"]))[-2:]
    counts = bars.pivot_table(index="label", columns="value", values="count", aggfunc="sum", sort=False)
    n, good = counts.sum(axis=1), counts[upper].sum(axis=1)
    share = (good / n.where(n > 0)).dropna().sort_values(ascending=False, kind="stable")
    said = f"{of}に{'か'.join(map(str, upper))}と答えた割合は"
    if share.empty:
        return f"{of}の回答が無い。"
    ends = [
        f"「{label}」の{number(share[label], 'rate')}（{int(n[label])}人中{int(good[label])}人）"
        for label in (share.index[0], share.index[-1])
    ]
    if len(share) == 1:
        return f"{said}、{ends[0]}である。"
    if share.iloc[0] == share.iloc[-1]:
        return f"{said}どれも{number(share.iloc[0], 'rate')}である。"
    return f"{said}、最も高いのが{ends[0]}、最も低いのが{ends[1]}である。"


def lower_when_missed(ratings: pd.DataFrame, unit: str, least: int) -> str:
    """In how many sessions those who missed them rated lower, and where most.

    ``ratings``: session, group (attended/missed), value, count: the dots of ``rating_figures.bands``, means of
    ``least`` answers or more. ``unit``: what stands after a number of them: 回, 研修, or 組 where some were taken
    together.
    """
    rows = ratings.assign(sum=ratings["value"] * ratings["count"])
    sums = rows.groupby(["session", "group"], sort=False)[["count", "sum"]].sum()
    mean = (sums["sum"] / sums["count"].where(sums["count"] >= least)).unstack()
    mean = mean.reindex(columns=["missed", "attended"])
    apart = (mean["missed"] - mean["attended"]).dropna()
    if apart.empty:
        return f"欠席した側と出席した側の評価の平均は、どの{unit}でも人数が少ないため比べられない。"
    lower = apart[apart < 0]
    most = f"（差が最も大きいのは「{lower.idxmin()}」の{number(-lower.min(), 'estimate1')}点）" if len(lower) else ""
    among = "比べられる" if len(apart) < len(mean) else ""
    return f"欠席した側の評価の平均は、{among}{len(apart)}{unit}のうち{len(lower)}{unit}で、出席した側より低い{most}。"


def merged_sessions(names: Sequence[str], unit: str) -> list[str]:
    """A sentence on the sessions (or courses: ``unit``) taken together because few missed them, or none.

    ``names``: what those taken together are called in the figure.
    """
    return [f"欠席した人が少ない{unit}は、ほかの{unit}とまとめた（{'、'.join(names)}）。"] if names else []


def not_drawn(why: Mapping[str, Sequence[str]]) -> list[str]:
    """What a figure of ratings leaves out: a sentence a reason. ``why``: the reason → what its bars would be called."""
    return [f"{reason}「{'」「'.join(labels)}」は、図に並べていない。" for reason, labels in why.items() if labels]
