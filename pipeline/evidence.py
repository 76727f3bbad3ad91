"""The numbers that a menu decision rests on, one row an indicator, by level of evaluation.

Levels after Kirkpatrick (1959): 反応 (reaction), 学習 (learning), 行動 (behaviour), 成果 (results: see
``outcome_evidence``); and 実施 (how the training was held), which is no outcome. Scales are never
mixed. An interval is given only where persons are the units and its coverage is known; a register
is counted, not estimated.
"""

import numpy as np
import pandas as pd

from pipeline.comprehension import mean, share

COLUMNS = [
    "evidence_id",
    "course_id",
    "level",
    "indicator",
    "unit",
    "n",
    "base",
    "estimate",
    "ci_low",
    "ci_high",
    "p_value",
    "p_adjusted",
    "method",
    "code",
    "scale_id",
    "wording",
    "chapter",
]
WILSON, T_INTERVAL, COUNTED = (
    "割合、ウィルソンの95%信頼区間",
    "受講者ごとの平均、t分布の95%信頼区間",
    "全数の集計（区間なし）",
)


def row(
    evidence_id: str,
    course_id: str,
    level: str,
    indicator: str,
    unit: str,
    n: int,
    values: tuple[float, float, float],
    method: str,
    chapter: str,
    *,
    base: float = np.nan,
    p_value=np.nan,
    p_adjusted=np.nan,
    code: str | None = None,
    scale_id: str | None = None,
    wording: str | None = None,
) -> dict:
    """One row of evidence; ``values`` = (estimate, ci_low, ci_high); ``code`` is a verdict.

    ``base``: how many were asked, or could have answered (n of them did). ``scale_id`` and ``wording`` say what a later
    year must have kept for the two to be comparable.
    """
    numbers = [n, base, *values, p_value, p_adjusted]
    return dict(
        zip(
            COLUMNS,
            [evidence_id, course_id, level, indicator, unit, *numbers, method, code, scale_id, wording, chapter],
            strict=True,
        )
    )


def whole_course(items: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The questions of one dimension about a course as a whole."""
    return items[(items["dimension"] == dimension) & items["session_id"].isna()]


def in_range(
    responses: pd.DataFrame, items: pd.DataFrame, dimension: str, low: float, high: float = np.inf
) -> tuple[int, int]:
    """How many answers about the whole course lie in low…high, and how many answered."""
    ids = whole_course(items, dimension)["item_id"]
    values = responses.loc[responses["item_id"].isin(ids), "value"].dropna()
    return int(values.between(low, high).sum()), len(values)


LEVELS = ["実施", "反応", "学習", "行動", "成果"]
BEYOND = ["行動", "成果"]  # what came of the training beyond the classroom
HEADLINES = ["attended", "satisfaction", "usefulness", "comprehension", "ideas"]
# dimension → (level, words); answered on scales where more is better, the upper ones counted.
LIKED = {
    "satisfaction": ("反応", "研修全体に満足"),
    "usefulness": ("反応", "実務に貢献する"),
    "comprehension": ("学習", "研修全体を理解できた"),
}
# Two-sided scales: neither end is good. evidence_id → (dimension, lowest value counted, words).
TWO_SIDED = {"hard": ("difficulty", 4, "難しい・やや難しい"), "long": ("length", 3, "時間が長い")}


def course_evidence(
    course_id: str,
    participants: pd.DataFrame,
    attendance: pd.DataFrame,
    responses: pd.DataFrame,
    items: pd.DataFrame,
    ideas: pd.DataFrame,
    test: pd.DataFrame,
    catch_up: pd.DataFrame,
    ratings: pd.DataFrame,
    plan,
    points: dict[str, int],
    asked: float = np.nan,
) -> pd.DataFrame:
    """The evidence of one course (COLUMNS) from its own rows of the canonical tables.

    ``participants``: the people whom the course is about. ``test``: the one row of its association
    test with its code, or none; ``catch_up``: the one row of what catching up by recording closes
    (RESULT_COLUMNS), or none. ``ratings``: participant_id, session_id, rating. ``points``: scale_id
    → number of points: of five the upper two count as good, of four the upper two as well, and the
    indicator says which scale it was. ``asked``: how many the questionnaire went to.
    """
    known = attendance[~attendance["status"].isin(["unknown", "not_target", "waived"])]
    rows = []
    if len(known):
        rows += [
            row(
                "attended",
                course_id,
                "実施",
                "出席した割合（のべ人・回）",
                "rate",
                len(known),
                (known["status"].isin(plan.attended).mean(), np.nan, np.nan),
                COUNTED,
                "3",
            ),
            row(
                "caught_up",
                course_id,
                "実施",
                "録画等で補った回（のべ人・回）",
                "count",
                int(known["status"].isin(plan.caught_up).sum()),
                (known["status"].isin(plan.caught_up).sum(), np.nan, np.nan),
                COUNTED,
                "3",
            ),
        ]
    for dimension, (level, label) in LIKED.items():
        rows += _liked(course_id, dimension, level, label, responses, items, points, asked)
    for evidence_id, (dimension, low, label) in TWO_SIDED.items():
        if len(whole_course(items, dimension)):
            hits, n = in_range(responses, items, dimension, low)
            rows.append(
                row(
                    evidence_id,
                    course_id,
                    "反応",
                    f"{label}（両側の尺度）",
                    "rate",
                    n,
                    share(hits, n),
                    WILSON,
                    "4",
                    base=asked,
                )
            )
    if len(ratings):
        persons = ratings.groupby("participant_id")["rating"].mean()
        rows.append(
            row(
                "comprehension",
                course_id,
                "学習",
                "各回の理解度の平均（1～5）",
                "score",
                len(persons),
                mean(persons),
                T_INTERVAL,
                "4",
                base=asked,
            )
        )
    for one in test.to_dict("records"):
        rows.append(
            row(
                "association",
                course_id,
                "学習",
                "欠席した回と出席した回の理解度の差（点）",
                "points",
                int(one["n"]),
                (one["estimate"], one["ci_low"], one["ci_high"]),
                one["method"],
                "5",
                p_value=one["p_value"],
                p_adjusted=one["p_adjusted"],
                code=one["code"],
            )
        )
    for closed in catch_up.to_dict("records"):
        # Under the plan's number of cells it is only described.
        described = pd.isna(closed["p_value"])
        values = (np.nan,) * 3 if described else tuple(closed[c] for c in ("estimate", "ci_low", "ci_high"))
        rows.append(
            row(
                "catch_up",
                course_id,
                "学習",
                "録画等で補った回と補わなかった欠席の回の差（点）",
                "points",
                int(closed["n"]),
                values,
                closed["method"],
                "5",
                p_value=closed["p_value"],
            )
        )
    if len(ideas):
        people, authors = len(participants), ideas["participant_id"].dropna().nunique()
        rows.append(
            row(
                "ideas",
                course_id,
                "行動",
                "企画立案と発信に至った人",
                "rate",
                people,
                share(authors, people),
                WILSON,
                "8",
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _liked(course_id, dimension, level, label, responses, items, points, asked) -> list[dict]:
    """One row a scale on which the question was asked: scales are never mixed."""
    rows = []
    for scale_id, own in whole_course(items, dimension).groupby("scale_id"):
        top = points[scale_id]
        hits, n = in_range(responses, own, dimension, top - 1)
        rows.append(
            row(
                dimension,
                course_id,
                level,
                f"{label}（{top}段階の{top - 1}・{top}）",
                "rate",
                n,
                share(hits, n),
                WILSON,
                "4",
                base=asked,
                scale_id=scale_id,
                wording=own["wording"].iloc[0],
            )
        )
    return rows


def year_evidence(
    courses: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    tests: pd.DataFrame,
    catch_ups: pd.DataFrame,
    ratings: pd.DataFrame,
    plan,
    points: dict[str, int],
) -> pd.DataFrame:
    """The evidence of every course of the year.

    ``tables``: participants, attendance, sessions, responses, items, instruments, ideas, followups.
    ``tests``, ``catch_ups``: a row a course, with course_id. Ideas are those of the year's only
    course: a list of ideas doesn't say from which of several they came.
    """
    found = []
    # Nobody attends e-learning: whether it was taken is what completion says.
    met = tables["sessions"][~tables["sessions"]["format"].isin(["e_learning", "recording"])]
    course_of = tables["sessions"].set_index("session_id")["course_id"]
    for course_id in courses["course_id"]:
        own = {
            name: table[table["session_id"].map(course_of) == course_id]
            for name, table in (("attendance", tables["attendance"]), ("ratings", ratings))
        }
        sheets = tables["instruments"][tables["instruments"]["course_id"] == course_id]
        items = tables["items"][tables["items"]["instrument_id"].isin(sheets["instrument_id"])]
        people = tables["participants"]
        if len(courses) > 1:
            people = people[people["participant_id"].isin(own["attendance"]["participant_id"])]
        found.append(
            course_evidence(
                course_id,
                people,
                own["attendance"][own["attendance"]["session_id"].isin(met["session_id"])],
                tables["responses"],
                items,
                tables["ideas"] if len(courses) == 1 else tables["ideas"].iloc[:0],
                tests[tests["course_id"] == course_id],
                catch_ups[catch_ups["course_id"] == course_id],
                own["ratings"],
                plan,
                points,
                sheets["invited"].max() if len(sheets) else np.nan,
            )
        )
        took = own["attendance"]["status"].isin([*plan.attended, *plan.caught_up])
        people = own["attendance"].loc[took, "participant_id"].nunique()
        found.append(followup_evidence(course_id, tables["followups"], people))
    return joined(*found)


def followup_evidence(course_id: str, followups: pd.DataFrame, took: int) -> pd.DataFrame:
    """Who used what was learnt three months later: of those who answered, no chance included.

    ``took``: how many took the course, by attendance. The question is for them.
    """
    own = followups[(followups["course_id"] == course_id) & followups["use"].notna()]
    if not len(own):
        return pd.DataFrame(columns=COLUMNS)
    hits = int(own["use"].isin(["used", "partly"]).sum())
    # Nobody noted to whom it went. More answers than people who took the course: the register lacks some.
    base = took if took >= len(own) else np.nan
    return pd.DataFrame(
        [
            row(
                "followup",
                course_id,
                "行動",
                "受講3か月後に活用した（一部を含む）",
                "rate",
                len(own),
                share(hits, len(own)),
                WILSON,
                "8",
                base=base,
            )
        ],
        columns=COLUMNS,
    )


def quiz_evidence(scores: pd.DataFrame) -> pd.DataFrame:
    """The test at the end of a course, of 100 points: what was learnt, not what people say of it.

    ``scores``: participant_id, course_id, score, full_score.
    """
    rows = []
    for course_id, own in scores.groupby("course_id", sort=False):
        values = 100 * own["score"].astype(float) / own["full_score"].astype(float)
        rows.append(
            row(
                "quiz",
                course_id,
                "学習",
                "確認テストの平均（100点満点に換算）",
                "score",
                len(values),
                mean(values),
                T_INTERVAL,
                "4",
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def completion_evidence(completed: pd.DataFrame) -> pd.DataFrame:
    """Completion of ● by course as evidence: course_id, n, estimate, ci_low, ci_high."""
    rows = [
        row(
            "completion",
            c["course_id"],
            "学習",
            "●必須の人の修了",
            "rate",
            int(c["n"]),
            (c["estimate"], c["ci_low"], c["ci_high"]),
            WILSON,
            "3",
        )
        for c in completed.to_dict("records")
        if c["n"]
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def count_evidence(course_id: str, counts: pd.DataFrame, base: int, chapter: str) -> pd.DataFrame:
    """One row a theme or option: how many of ``base`` people named it.

    ``counts``: theme_id or option_id, label or option, n. No interval: comments are not a sample
    of opinions that everybody was asked for.
    """
    key, label = ("theme_id", "label") if "theme_id" in counts else ("option_id", "option")
    rows = [
        row(c[key], course_id, "反応", c[label], "count", base, (c["n"], np.nan, np.nan), COUNTED, chapter)
        for c in counts.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def theme_evidence(by_course: pd.DataFrame, instruments: pd.DataFrame, chapter: str) -> list[pd.DataFrame]:
    """The themes of each course as evidence: of those who answered its final questionnaire.

    ``by_course``: course_id, theme_id, label, n.
    """
    whole = instruments[instruments["session_id"].isna()].groupby("course_id")["answered"].max()
    return [
        count_evidence(course_id, rows, int(whole.get(course_id, 0)), chapter)
        for course_id, rows in by_course.groupby("course_id", sort=False)
    ]


def option_evidence(
    counts: pd.DataFrame, item_ids: set[str], items: pd.DataFrame, instruments: pd.DataFrame, chapter: str
) -> pd.DataFrame:
    """The options of a multiple-answer question as evidence of the course that was asked it."""
    asked = items.loc[items["item_id"].isin(item_ids), "instrument_id"]
    own = instruments[instruments["instrument_id"].isin(asked)]
    if own.empty:
        return pd.DataFrame(columns=COLUMNS)
    return count_evidence(own["course_id"].iloc[0], counts, int(own["answered"].max()), chapter)


def latest(history: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The evidence of the last of several years, COLUMNS and ``is_public``; no rows where there is none.

    ``is_public``: whether that year's public edition showed the value. ``history``: as ``Store.history`` has it.
    """
    tables = list(history.values()) or [pd.DataFrame()]
    return tables[-1].reindex(columns=[*COLUMNS, "is_public"])


def joined(*tables: pd.DataFrame) -> pd.DataFrame:
    """Several tables of evidence as one."""
    return pd.DataFrame([row for table in tables for row in table.to_dict("records")], columns=COLUMNS)
