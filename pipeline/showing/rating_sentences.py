"""What a figure of ratings shows, in a sentence, made of the numbers that the figure shows and no others."""

import pandas as pd

from pipeline.disclosure import RATINGS
from pipeline.showing.rating_figures import LEAST
from pipeline.showing.tables import number

GOOD = RATINGS[5]


def best_and_worst(bars: pd.DataFrame, of: str) -> str:
    """Which bars have the highest and the lowest share of good answers, of those of which it is shown.

    ``bars``: as ``shown_counts.ratings`` has them; ``of``: what is rated, and when, as in 「理解度」.
    """
    upper = [value for value, name in RATINGS.items() if name == GOOD]
    wide = bars.assign(count=pd.to_numeric(bars["count"], errors="coerce"), n=pd.to_numeric(bars["n"], errors="coerce"))
    table = wide.pivot_table(index="label", columns="value", values="count", aggfunc="first", sort=False, dropna=False)
    n = wide.groupby("label", sort=False)["n"].first().reindex(table.index)
    good = table[GOOD] if GOOD in table else table.reindex(columns=upper).sum(axis=1, skipna=False)
    known = (good / n.where(n > 0)).dropna().sort_values(ascending=False, kind="stable")
    if known.empty:
        return f"{of}に4か5と答えた割合は、人数が少ないため示さない。"
    among = "、示せるものの中で" if len(known) < (n.isna() | (n > 0)).sum() else ""
    ends = [
        f"「{label}」の{number(known[label], 'rate')}（{int(n[label])}人中{int(good[label])}人）"
        for label in (known.index[0], known.index[-1])
    ]
    if len(known) == 1:
        return f"{of}に4か5と答えた割合は、{f'示せるものが{ends[0]}だけ' if among else ends[0]}である。"
    if known.iloc[0] == known.iloc[-1]:
        return f"{of}に4か5と答えた割合は{among}どれも{number(known.iloc[0], 'rate')}である。"
    return f"{of}に4か5と答えた割合は{among}、最も高いのが{ends[0]}、最も低いのが{ends[1]}である。".replace(
        "、、", "、"
    )


def lower_when_missed(shown: pd.DataFrame, unit: str) -> str:
    """In how many sessions (or courses: ``unit``) those who missed them rated lower, and where most.

    ``shown``: as ``shown_ratings.ratings_by_group``. Means of what is shown whole, and of LEAST answers or more.
    """
    rows = shown.assign(count=pd.to_numeric(shown["count"], errors="coerce"))
    rows["sum"] = rows["count"] * rows["value"].astype(float)
    sums = rows.groupby(["session", "group"], sort=False)[["count", "sum"]].sum(min_count=rows["value"].nunique())
    mean = (sums["sum"] / sums["count"].where(sums["count"] >= LEAST)).unstack()
    apart = (mean.reindex(columns=["missed", "attended"])["missed"] - mean.get("attended")).dropna()
    if apart.empty:
        return f"欠席した側と出席した側の評価の平均は、どの{unit}でも人数が少ないため示さない。"
    lower = apart[apart < 0]
    most = f"（差が最も大きいのは「{lower.idxmin()}」の{number(-lower.min(), 'estimate1')}点）" if len(lower) else ""
    among = "示せる" if len(apart) < shown["session"].nunique() else ""
    # What was taken together is no single session.
    total, some = (_units(len(rows), unit, shown["sessions"].max() > 1) for rows in (apart, lower))
    where = f"{among}{total}のうち{some}"
    return f"欠席した側の評価の平均は、{where}で、出席した側より低い{most}。"


def _units(count: int, unit: str, are_merged: bool) -> str:
    return f"{count}{'つ' * (count < 10)}のまとまり" if are_merged else f"{count}{unit}"


def merged_sessions(shown: pd.DataFrame, sessions: pd.DataFrame) -> list[str]:
    """A sentence about the sessions that were taken together because few missed them, or none. ``sessions``: number."""
    own = {f"第{n}回" for n in sessions["number"]}
    joined = [name for name in dict.fromkeys(shown["session"]) if name not in own and name.startswith("第")]
    return [f"欠席した人が少ない回は、一つにまとめた（{'、'.join(joined)}）。"] if joined else []
