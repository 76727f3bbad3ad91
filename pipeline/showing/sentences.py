"""Results → plain Japanese sentences, so that prose can't contradict the numbers.

A sentence is what a 課長 reads once: the finding first, the figures behind it in brackets. The answer to
the report's question stands in ``verdict_sentences``.
"""

import pandas as pd

from pipeline.indicators import Indicator
from pipeline.menu.rules import KEPT, PENDING
from pipeline.showing.tables import interval, number


def attendance(courses: pd.DataFrame) -> str:
    """How the sessions of the one course were attended, or the range over several.

    ``courses``: course, attended, caught_up, missed and n of man-sessions.
    """
    words = {"attended": "出席", "missed": "欠席", "caught_up": "録画などで補った回"}
    if len(courses) == 1:
        row = courses.iloc[0]
        if not row["n"]:
            return "出欠の記録が無い。"
        said = [
            f"{word}は{number(row[key], 'count')}（{number(row[key] / row['n'], 'rate')}）"
            for key, word in words.items()
        ]
        return f"出欠の分かるのべ{number(row['n'], 'count')}人・回のうち、{'、'.join(said)}だった。"
    # Nobody attends e-learning.
    known = courses[courses["attended"] > 0]
    if known.empty:
        return "出席の記録がある研修は無い。"
    shares = known["attended"] / known["n"]
    low, high = (
        f"「{known.loc[i, 'course']}」の{number(shares[i], 'rate')}" for i in (shares.idxmin(), shares.idxmax())
    )
    return f"出席した割合（のべ人・回）は、{low}から{high}までである（eラーニングを除く）。"


def held(courses: pd.DataFrame, sessions: pd.DataFrame, people: int) -> str:
    """What was held in the year, and for how many."""
    times = int(sessions["held_on"].notna().sum())
    what = f"「{courses['title'].iloc[0]}」" if len(courses) == 1 else f"{len(courses)}の研修"
    return f"{what}を行った（日付のある回は計{times}回）。対象は{people}人である。"


def returned_by_course(rows: pd.DataFrame) -> str:
    """The response rates of a year's courses: all together, and the lowest.

    ``rows``: course, invited, answered, answer_rate.
    """
    invited, answered = int(rows["invited"].sum()), int(rows["answered"].sum())
    if not invited:
        return "アンケートを求めた人数が分からないので、回収率は示さない。"
    low = rows.loc[rows["answer_rate"].astype(float).idxmin()]
    return (
        f"アンケートには、のべ{number(invited, 'count')}人のうち{number(answered, 'count')}人"
        f"（{number(answered / invited, 'rate')}）が答えた。回収率が最も低いのは"
        f"「{low['course']}」の{number(low['answer_rate'], 'rate')}である。"
    )


def none_decided(is_first_year: bool) -> str:
    """Why nothing is said of last year's changes, where no decision has been read."""
    if is_first_year:
        return "この評価の最初の年度のため、前年度の改定案は無い。"
    return "前年度の改定案についての決定は、まだ取り込まれていない。"


def returned(bands: pd.DataFrame) -> str:
    """The response rate of the final questionnaire, and of those who missed most.

    ``bands``: as ``comprehension.bands`` has it, merged.
    """
    n, answered = int(bands["n"].sum()), int(bands["answered"].sum())
    if not n:
        return "出欠の分かる人がいないので、最終アンケートの回収率は示さない。"
    tail = ""
    if len(bands) > 1:
        last = bands.iloc[-1]
        tail = f"{last['band']}の人では{last['n']}人中{last['answered']}人が答えた。"
    return f"最終アンケートには{n}人中{answered}人（{number(answered / n, 'rate')}）が答えた。{tail}"


def rated(evidence: pd.DataFrame, line: Indicator) -> str:
    """A proportion with its base and interval: 「研修全体に満足した人は22人中18人（81.8 %、95%信頼区間…）である。」

    ``evidence``: as described, with what isn't told, of one course. What isn't in it wasn't asked. What was asked on two
    scales is told of each.
    """
    rows = evidence[evidence["evidence_id"] == line.id]
    if rows.empty:
        return f"{line.subject}は、尋ねていないため不明である。"
    if not rows["n"].any():
        return f"{line.subject}は、回答が無いため不明である。"
    told = rows[rows["is_told"].astype(bool) & (rows["n"] > 0)]
    if told.empty:
        return f"{line.subject}は、答えた人が少ないため示さない。"
    each = [
        (f"{int(row['points'])}段階で尋ねた" if len(rows) > 1 else "")
        + f"{int(row['n'])}人中{round(row['estimate'] * row['n'])}人（{number(row['estimate'], 'rate')}、"
        f"95%信頼区間{interval(row['ci_low'], row['ci_high'], 'rate')}）"
        for row in told.to_dict("records")
    ]
    return f"{line.subject}は{'、'.join(each)}である。"


def most(counts: pd.DataFrame, label: str, base: int) -> str:
    """What was named most often, with all that tie: 「…（22人中8人）」."""
    if not counts["n"].max() > 0:
        return "挙げた人はいなかった。"
    top = counts[counts["n"] == counts["n"].max()]
    names = "」「".join(top[label])
    return f"最も多かったのは「{names}」（{base}人中{int(top['n'].iloc[0])}人）である。"


def found(findings: pd.DataFrame, accounts: pd.DataFrame) -> str:
    """What became of the raw rows, and how many findings wait for an answer."""
    read, used = int(accounts["rows_read"].sum()), int(accounts["rows_used"].sum())
    major = int(findings["severity"].isin(["critical", "major"]).sum())
    return (
        f"{len(accounts)}個のファイルの{read}行を読み、{used}行を使い、{read - used}行を理由を付けて除いた。"
        f"所見は{len(findings)}件で、うち担当課に確かめたいものは{major}件である。"
    )


def proposals(told: pd.DataFrame) -> str:
    """How many changes are proposed, what stays as it is, and how many wait. ``told``: as ``reasons.told`` has it."""
    kept, waiting = (int((told["change"] == change).sum()) for change in (KEPT, PENDING))
    return f"改める案は{len(told) - kept - waiting}件、いまのまま続ける案は{kept}件、判断を保留したものは{waiting}件である。"
