"""Results → plain Japanese sentences, so that prose can't contradict the numbers.

A sentence is what a 課長 reads once: the finding first, the figures behind it in brackets. The answer to
the report's question stands in ``verdict_sentences``.
"""

import pandas as pd

from pipeline.showing.tables import SUPPRESSED, number


def attendance(courses: pd.DataFrame) -> str:
    """How the sessions of the one course were attended, or the range over several, as far as it is shown.

    ``courses``: course, attended, caught_up, missed and n of man-sessions, as an edition shows them.
    """
    words = {"attended": "出席", "missed": "欠席", "caught_up": "録画などで補った回"}
    if len(courses) == 1:
        row = courses.iloc[0]
        said = [
            f"{word}は{number(row[key], 'count')}（{number(row[key] / row['n'], 'rate')}）"
            for key, word in words.items()
            if row["n"] and SUPPRESSED not in (row[key], row["n"])
        ]
        who = f"出欠の分かるのべ{row['n']}人・回のうち、"
        return f"{who}{'、'.join(said)}だった。" if said else "出欠は、人数が少ないため示さない。"
    # Nobody attends e-learning.
    known = courses[~courses["attended"].isin([SUPPRESSED, 0]) & (courses["n"] != SUPPRESSED)]
    if known.empty:
        return "研修ごとの出席の割合は、人数が少ないため示さない。"
    shares = (known["attended"] / known["n"]).astype(float)
    low, high = (
        f"「{known.loc[i, 'course']}」の{number(shares[i], 'rate')}" for i in (shares.idxmin(), shares.idxmax())
    )
    return f"出席した割合（のべ人・回）は、{low}から{high}までである（eラーニングと人数の少ない研修を除く）。"


def protected(thresholds: tuple[int, ...]) -> str:
    """How small numbers are kept from the reader. ``thresholds``: as ``Year.thresholds`` has them."""
    maps = "付録Fは、一人ひとりの出欠を担当者が確かめるためのもので、この限りでない。" if len(thresholds) == 1 else ""
    return (
        f"{thresholds[-1]}人に満たない値と、合計やほかの版との差からそれが分かってしまう値は、まとめるか x とした。"
        "対象の人、出欠が不明の人、回答した人、回答しなかった人の数は、どの割合のもとにもなるので、少なくても示す。"
    ) + maps


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


def came_of_it(changed: pd.DataFrame) -> str:
    """What can be said of last year's adopted changes. ``changed``: as ``aftermath.after`` has it."""
    if changed.empty:
        return "前年度に採用した改定は無い。"
    amended = int(changed["is_amended"].sum())
    of_them = f"（うち案を修正して採用したもの{amended}件）" if amended else ""
    # A difference that the edition hides is no comparison that the reader can see.
    compared = changed[changed["is_comparable"] & changed["difference"].notna()]
    if compared.empty:
        return f"前年度に採用した改定{len(changed)}件{of_them}のうち、指標を前後で比べて示せるものは無い。"
    sure = compared[(compared["diff_low"] > 0) | (compared["diff_high"] < 0)]
    said = f"変わったと言えるものは{len(sure)}件である" if len(sure) else "変わったと言えるものは無い"
    return f"前年度に採用した改定{len(changed)}件{of_them}のうち、指標を前後で比べて示せるものは{len(compared)}件で、{said}。"


def none_decided(is_first_year: bool) -> str:
    """Why nothing is said of last year's changes, where no decision has been read."""
    if is_first_year:
        return "この評価の最初の年度のため、前年度の改定案は無い。"
    return "前年度の改定案についての決定は、まだ取り込まれていない。"


def returned(bands: pd.DataFrame) -> str:
    """The response rate of the final questionnaire, and of those who missed most."""
    n, answered = int(bands["n"].sum()), int(bands["answered"].sum())
    if not n:
        return "出欠の分かる人がいないので、最終アンケートの回収率は示さない。"
    last = bands[bands["band"] == "欠席2回以上"]
    tail = ""
    if len(last):
        row = last.iloc[0]
        tail = f"欠席が2回以上の人では{row['n']}人中{row['answered']}人が答えた。"
    return f"最終アンケートには{n}人中{answered}人（{number(answered / n, 'rate')}）が答えた。{tail}"


def out_of(evidence: pd.DataFrame, evidence_id: str) -> str:
    """A proportion with its base and interval: 「22人中18人（81.8 %、95%信頼区間61.5～92.7 %）」.

    It stands before 「である」. What isn't in the evidence wasn't asked.
    """
    rows = evidence.set_index("evidence_id")
    if evidence_id not in rows.index:
        return "尋ねていないため不明"
    row = rows.loc[evidence_id]
    if bool(row.get("is_hidden", False)):
        return "（人数が少ないため示さない）"
    if not row["n"]:
        return "回答なし"
    hits = round(row["estimate"] * row["n"])
    low, high = (number(100 * row[c], "estimate1") for c in ("ci_low", "ci_high"))
    return f"{int(row['n'])}人中{hits}人（{number(row['estimate'], 'rate')}、95%信頼区間{low}～{high} %）"


def most(counts: pd.DataFrame, label: str, base: int) -> str:
    """What was named most often of what is shown, with all that tie: 「…（8人）」."""
    among = "示せるものの中で" if (counts["n"] == SUPPRESSED).any() else ""
    counts = counts[counts["n"] != SUPPRESSED]
    if counts.empty:
        return "挙げた人の数は、少ないため示さない。"
    if not counts["n"].max() > 0:
        return "挙げた人はいなかった。"
    top = counts[counts["n"] == counts["n"].max()]
    names = "」「".join(top[label])
    return f"{among}最も多かったのは「{names}」（{base}人中{int(top['n'].iloc[0])}人）である。"


def found(findings: pd.DataFrame, accounts: pd.DataFrame) -> str:
    """What became of the raw rows, and how many findings wait for an answer."""
    read, used = int(accounts["rows_read"].sum()), int(accounts["rows_used"].sum())
    major = int(findings["severity"].isin(["critical", "major"]).sum())
    return (
        f"{len(accounts)}個のファイルの{read}行を読み、{used}行を使い、{read - used}行を理由を付けて除いた。"
        f"所見は{len(findings)}件で、うち担当課に確かめたいものは{major}件である。"
    )


def proposals(table: pd.DataFrame, pending: str) -> str:
    """How many changes are proposed, and how many wait for data."""
    waiting = int((table["change"] == pending).sum())
    return f"改定案は{len(table) - waiting}件、データが足りず判断を保留したものは{waiting}件である。"
