"""The same question asked otherwise: what the answer hangs on, and what it doesn't."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.inference.association import primary, refusal
from pipeline.inference.cumulative_logit import cumulative_logit
from pipeline.inference.margins import fixed_margins
from pipeline.inference.nonresponse import expected_cells, tipping_point, worst_cases
from pipeline.inference.panel import KEYS, Cells, Panel, caught_up, cells
from pipeline.inference.plan import Plan
from pipeline.inference.regression import Slopes, two_way, within_between
from pipeline.inference.results import adjusted, result, table
from pipeline.inference.studentised import studentised
from pipeline.inference.within import Fit, fit

# Analyses whose estimate is not a difference in rating points; they stay out of a common axis.
OTHER_UNITS = {"cumulative_logit": "log odds", "quiz": "share of right answers"}
# A primary result is fragile when one of these disagrees with it about α.
CHECKS = ("studentised", "both_margins", "cr2")
STRAIGHT = 3
MOST_DRAWS = 10_000
NOTHING = (np.nan, np.nan)


def sensitivity(
    ratings: pd.DataFrame,
    attendance: pd.DataFrame,
    plan: Plan | object,
    sessions: pd.DataFrame | None = None,
    quiz: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """All sensitivity analyses, RESULT_COLUMNS, the primary first.

    ``ratings`` and ``attendance`` as for ``panel.cells``; ``sessions``: session_id, course_id,
    number, for the carry-over from the session before; ``quiz``: participant_id, session_id,
    correct (0/1). Analyses: primary, studentised, both_margins, cr2, mundlak_within,
    mundlak_between, cumulative_logit, carry_over, given_carry_over, quiz, no_straight_lines,
    late_missed, recording_attended, recording_missed, tipping_point, worst_cases. One that
    doesn't apply or can't be tested has nan and says so in ``method``. In rating points but for
    OTHER_UNITS. p_adjusted is nan: these are no further hypotheses but the same one again.
    """
    plan = Plan.parse(plan)
    data = cells(ratings, attendance, plan)
    main = primary(data, plan)
    rows = main.results.query("analysis == 'primary'").to_dict("records")
    panel = Panel.of(data.table)
    if refusal(panel, data.left_out, plan):
        names = ["studentised", "both_margins", "cr2", "mundlak_within", "mundlak_between", "cumulative_logit"]
        rows += [_none(name, "検定できない") for name in names]
    else:
        rows += _other_methods(panel, plan)
    rows += _carry_over(panel, attendance, plan, sessions)
    rows.append(_quiz(quiz, attendance, plan))
    rows += _other_cells(ratings, attendance, plan, data)
    rows += [tipping_point(data, attendance, plan), worst_cases(data, attendance, plan)]
    return table(rows)


def disagreeing(results: pd.DataFrame, alpha: float) -> list[str]:
    """Which of CHECKS fall on the other side of ``alpha`` than the primary: the fragile flag."""
    p_value = results.set_index("analysis")["p_value"]
    checks = p_value.reindex(CHECKS).dropna()
    if np.isnan(p_value["primary"]):
        return []
    return list(checks.index[(checks <= alpha) != (p_value["primary"] <= alpha)])


def secondary(outcomes: dict[str, pd.DataFrame], attendance: pd.DataFrame, plan: Plan | object) -> pd.DataFrame:
    """The primary analysis of every declared secondary outcome, Holm over those tested.

    ``outcomes``: ratings (participant_id, session_id, rating) by outcome. RESULT_COLUMNS, one row
    for each outcome of ``plan.secondary`` in its order; nan and a word in ``method`` where an
    outcome wasn't asked or can't be tested.
    """
    plan = Plan.parse(plan)
    rows = []
    for name in plan.secondary:
        if name not in outcomes:
            rows.append(_none(name, "調査していないため検定しない"))
            continue
        data = cells(outcomes[name], attendance, plan)
        row = primary(data, plan).results.iloc[0].to_dict() | {"analysis": name}
        untested = refusal(Panel.of(data.table), data.left_out, plan)
        rows.append(_none(name, "検定できない", len(data.table)) if untested else row)
    return adjusted(table(rows))


def _none(analysis: str, why: str, n: int = 0) -> dict:
    return result(analysis, n, np.nan, NOTHING, np.nan, why)


def _fitted(analysis: str, n: int, found: Fit, method: str) -> dict:
    return result(analysis, n, found.estimate, found.interval, found.p_value, method)


def _slope(analysis: str, n: int, found: Slopes, at: int, plan: Plan, method: str) -> dict:
    interval = found.interval(at, plan.alpha)
    return result(analysis, n, found.estimate[at], interval, found.p_value[at], method)


def _other_methods(panel: Panel, plan: Plan) -> list[dict]:
    n, fewer = panel.n_cells, replace(plan, draws=min(plan.draws, MOST_DRAWS))
    slopes, means = two_way(panel, [panel.missed]), within_between(panel)
    logit = cumulative_logit(panel)
    reach = stats.norm.ppf(1 - plan.alpha / 2) * logit.error
    ends = logit.estimate - reach, logit.estimate + reach
    wald = 2 * stats.norm.sf(abs(logit.estimate / logit.error))
    cr2 = "CR2（個人クラスター）、Satterthwaiteの自由度"
    return [
        _fitted("studentised", n, studentised(panel, fewer), "個人内の並べ替え（スチューデント化）"),
        _fitted("both_margins", n, fixed_margins(panel, fewer), "個人と回の欠席数を固定した並べ替え、mid-p"),
        _slope("cr2", n, slopes, 0, plan, f"個人と回のダミーによる最小二乗、{cr2}"),
        _slope("mundlak_within", n, means, 0, plan, f"Mundlakの回帰の個人内の傾き、{cr2}"),
        _slope("mundlak_between", n, means, 1, plan, f"同じ回帰の個人間の傾き（交絡あり）、{cr2}"),
        result("cumulative_logit", n, logit.estimate, ends, wald, "累積ロジット・個人切片（対数オッズ、記述のみ）"),
    ]


def _carry_over(panel, attendance, plan, sessions) -> list[dict]:
    """The coefficient of having missed the session before, and the primary's beside it."""
    names = "carry_over", "given_carry_over"
    if sessions is None:
        return [_none(name, "回の順序が不明") for name in names]
    ordered = sessions.sort_values(["course_id", "number"])
    before = ordered.groupby("course_id")["session_id"].shift()
    before = dict(zip(ordered["session_id"], before, strict=True))
    missed = expected_cells(attendance, plan).pivot(index="participant_id", columns="session_id", values="missed")
    missed = missed.reindex(index=panel.persons, columns=[before.get(s) for s in panel.sessions])
    missed = missed.to_numpy(float)
    known = ~np.isnan(missed)
    n = int((known & panel.eligible).sum())
    if not n:
        return [_none(name, "検定できない") for name in names]
    slopes = two_way(panel, [missed, panel.missed], usable=known)
    return [
        _slope(names[0], n, slopes, 0, plan, "前の回の欠席の傾き（個人と回のダミー、CR2）"),
        _slope(names[1], n, slopes, 1, plan, "前の回の欠席を入れたときの、その回の欠席の傾き"),
    ]


def _quiz(quiz, attendance, plan) -> dict:
    if quiz is None or quiz.empty:
        return _none("quiz", "小テストは行っていない")
    # The cell checks are those of ratings: 0/1 is moved to 1/2, which changes no difference.
    moved = quiz[KEYS].assign(rating=quiz["correct"].astype(float) + 1)
    data = cells(moved, attendance, plan)
    return _answered("quiz", data, plan, "小テストの正答（個人内の並べ替え、正答率の差）")


def _answered(analysis: str, data: Cells, plan: Plan, method: str) -> dict:
    panel = Panel.of(data.table)
    if refusal(panel, data.left_out, plan):
        return _none(analysis, "検定できない", panel.n_cells)
    return _fitted(analysis, panel.n_cells, fit(panel, plan), method)


def _other_cells(ratings, attendance, plan, data) -> list[dict]:
    """The primary with other people left out or other statuses called missed."""
    spread = ratings.groupby("participant_id")["rating"].agg(["nunique", "size"])
    straight = spread.index[(spread["nunique"] == 1) & (spread["size"] >= STRAIGHT)]
    late, made_up = attendance["status"] == "late", caught_up(attendance, plan)
    kept = ratings[~ratings["participant_id"].isin(straight)]
    variants = [
        ("no_straight_lines", kept, attendance, "全問同じ評価の人を除く", f"（{len(straight)}人）"),
        ("late_missed", ratings, _called(attendance, late, plan.missed[0]), "遅刻を欠席とみなす", ""),
        (
            "recording_attended",
            ratings,
            _called(attendance, made_up, plan.attended[0]),
            "録画等の受講を出席とみなす",
            "",
        ),
        ("recording_missed", ratings, _called(attendance, made_up, plan.missed[0]), "録画等の受講を欠席とみなす", ""),
    ]
    rows = []
    for analysis, rated, statuses, method, detail in variants:
        other = cells(rated, statuses, plan)
        same = other.table.equals(data.table)
        rows.append(
            _none(analysis, "該当なし", len(other.table)) if same else _answered(analysis, other, plan, method + detail)
        )
    return rows


def _called(attendance: pd.DataFrame, which: pd.Series, status: str) -> pd.DataFrame:
    """Attendance with another status in some rows, whatever was made up for there."""
    changed = attendance.assign(status=attendance["status"].mask(which, status))
    if "caught_up_on" in changed:
        changed["caught_up_on"] = changed["caught_up_on"].mask(which)
    return changed
