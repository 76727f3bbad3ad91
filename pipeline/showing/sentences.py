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

    ``courses``: course, attended, caught_up, missed and n of man-sessions, and ``is_attended``: whether there was
    anything to attend, and not recordings or e-learning alone.
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
    known = courses[(courses["n"] > 0) & courses["is_attended"]]
    if known.empty:
        return "出席を数えられる研修は無い。"
    among = "" if courses["is_attended"].all() else "、録画・eラーニングだけの研修を除く"
    return f"出席した割合（のべ人・回{among}）は、{ends(known['attended'] / known['n'], known['course'])}である。"


def ends(rates: pd.Series, names: pd.Series) -> str:
    """The lowest and the highest of some rates, each with all that have it: 「「甲」の50.0 %から「乙」の90.0 %まで」."""
    said = [
        f"「{'」「'.join(names[rates == value])}」の{number(value, 'rate')}" for value in (rates.min(), rates.max())
    ]
    if len(rates) == 1:
        return said[0]
    return f"どれも{number(rates.min(), 'rate')}" if rates.nunique() == 1 else f"{said[0]}から{said[1]}まで"


def held(courses: pd.DataFrame, sessions: pd.DataFrame, people: int) -> str:
    """What was held in the year, and for how many. The menu has courses of other years as well."""
    own = courses[courses["course_id"].isin(sessions["course_id"])]
    if own.empty:
        return "この年度に行った研修は無い。"
    times = int(sessions["held_on"].notna().sum())
    what = f"「{own['title'].iloc[0]}」" if len(own) == 1 else f"{len(own)}の研修"
    dated = f"日付のある回は計{times}回" if times else "日付のある回は無い"
    return f"{what}を行った（{dated}）。対象は{people}人である。"


def returned_by_course(rows: pd.DataFrame) -> str:
    """The response rates of a year's courses: all together, and the lowest, of the questionnaires for which both numbers
    are known.

    ``rows``: course_id, course, invited, answered; one a questionnaire.
    """
    if rows.empty:
        return "この年度は、アンケートの回答を集計の対象にしていない。"
    is_known = rows["invited"].notna() & (rows["invited"] > 0) & rows["answered"].notna()
    if not is_known.any():
        return "アンケートを求めた人数が分からないので、回収率は示さない。"
    own = rows[is_known].groupby("course_id", sort=False)
    known = own[["invited", "answered"]].sum().astype(float)
    invited, answered = known.sum()
    others = "」「".join(dict.fromkeys(rows.loc[~is_known, "course"]))
    return (
        f"アンケートには、のべ{number(invited, 'count')}人のうち{number(answered, 'count')}人"
        f"（{number(answered / invited, 'rate')}）が答えた。"
        + (f"求めた人数の分からない「{others}」のアンケートは、入れていない。" if others else "")
        + (
            f"研修ごとの回収率は、{ends(known['answered'] / known['invited'], own['course'].first())}である。"
            if len(known) > 1
            else ""
        )
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
    names, each = "」「".join(top[label]), "それぞれ" if len(top) > 1 else ""
    return f"最も多かったのは「{names}」（{each}{base}人中{int(top['n'].iloc[0])}人）である。"


def unmatched(count: int, quoted: int) -> str:
    """How many comments fit no theme, and how many of them are quoted."""
    if not count:
        return "どの論点にも当てはまらなかった意見は無い。"
    return (
        f"どの論点にも当てはまらなかった意見は{count}件である。"
        f"ここに載せるのは担当者が読んで載せてよいと決めた意見だけで、いまは{quoted}件である。"
    )


def found(findings: pd.DataFrame, accounts: pd.DataFrame) -> str:
    """What became of the raw rows, and how many findings wait for an answer."""
    read, used = int(accounts["rows_read"].sum()), int(accounts["rows_used"].sum())
    major = findings[findings["severity"].isin(["critical", "major"])]
    answered = int(major["answer"].notna().sum())
    told = f"（うち{answered}件は回答済み）" if answered else ""
    rows, kept, left = (number(n, "count") for n in (read, used, read - used))
    aside = f"{left}行を理由を付けて除いた" if read > used else "除いた行は無い"
    return (
        f"{len(accounts)}個のファイルの{rows}行を読み、{kept}行を使い、{aside}。"
        f"所見は{len(findings)}件で、うち担当課に確かめたいものは{len(major)}件{told}である。"
    )


def proposals(told: pd.DataFrame) -> str:
    """How many changes are proposed, what stays as it is, and how many wait. ``told``: as ``reasons.told`` has it."""
    kept, waiting = (int((told["change"] == change).sum()) for change in (KEPT, PENDING))
    return f"改める案は{len(told) - kept - waiting}件、いまのまま続ける案は{kept}件、判断を保留したものは{waiting}件である。"
