"""Does the method hold what it promises? False alarms, power, coverage, verdicts by simulation.

    python -m benchmarks.calibrate [--cohorts 2000] [--workers 2] [scenario …]

Work is done in blocks of 100 cohorts, each kept in ``results/blocks`` under the scenario's name
and a digest of its design: a stopped run goes on where it was, a changed design starts anew
(delete the folder after a change of the method). Writes ``results/calibration.csv``: scenario,
label, group, cohorts, measure, value, error (Monte Carlo, one standard error), bar, within
(|value − bar| at most 3 errors of this run and the bar's together, and the bar's rounding).
"""

import argparse
import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from benchmarks import courses
from benchmarks.scenarios import SCENARIOS, Scenario
from pipeline.inference.association import refusal, verdict
from pipeline.inference.cohort import Design, cohort
from pipeline.inference.kendall import concordance
from pipeline.inference.margins import fixed_margins
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from pipeline.inference.planning import CODES
from pipeline.inference.regression import two_way
from pipeline.inference.studentised import studentised
from pipeline.inference.superiority import matched_superiority
from pipeline.inference.within import estimate, fit

RESULTS = Path(__file__).parent / "results"
BLOCK = 100
BAR_COHORTS = 3000
PLAN = Plan(("absent",), ("present",), 0.5, 0.05, 1999, 20220805)
TESTED = ["primary", "estimate", "low", "high", "verdict", "above_low", "above_high"]
LEFT_OUT = pd.DataFrame({"reason": [], "status": []})


def naive(panel: Panel) -> dict[str, float]:
    """p of the usual tests, which take cells or persons for independent."""
    missed = panel.missed == 1
    absent, present = panel.rating[missed], panel.rating[~missed]
    counts, totals = panel.missed.sum(axis=1), panel.rating.sum(axis=1)
    with np.errstate(all="ignore"):
        return {
            "welch": stats.ttest_ind(absent, present, equal_var=False).pvalue,
            "mann_whitney": stats.mannwhitneyu(absent, present).pvalue,
            "kendall": stats.kendalltau(counts, totals).pvalue if np.ptp(counts) else np.nan,
        }


def overall(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Layout B: sessions missed and one rating of the whole course, the mean rounded."""
    return panel.missed.sum(axis=1), np.round(panel.rating.mean(axis=1))


def answers(panel: Panel, group: str) -> dict:
    """What the methods of a group say about one cohort."""
    if group == "between":
        found = concordance(*overall(panel), PLAN.alpha, PLAN.draws, PLAN.seed)
        low, high = found.tau_interval
        return {"primary": found.p_value, "estimate": found.tau, "low": low, "high": high}
    if refusal(panel, LEFT_OUT, PLAN):
        return {"verdict": "untestable"}
    found = fit(panel, PLAN)
    row = {
        "primary": found.p_value,
        "estimate": found.estimate,
        "low": found.interval[0],
        "high": found.interval[1],
        "verdict": verdict(found, PLAN).code,
    }
    if group == "power":
        above = matched_superiority(panel, PLAN.alpha)
        return row | dict(zip(("above", "above_low", "above_high"), above, strict=True))
    return (
        row
        | naive(panel)
        | {
            "studentised": studentised(panel, PLAN, bounded=False).p_value,
            "both_margins": fixed_margins(panel, PLAN).p_value,
            "cr2": two_way(panel, [panel.missed]).p_value[0],
        }
    )


def year(scenario: Scenario, rng: np.random.Generator) -> Panel:
    """One cohort of a scenario."""
    design, missed = scenario.design, None
    if scenario.absences:
        missed = np.zeros((design.persons, design.sessions))
        people = rng.choice(design.persons, scenario.absences, replace=False)
        in_turn = np.resize(rng.permutation(design.sessions), scenario.absences)
        missed[people, in_turn] = 1
    panel = cohort(design, rng, missed)
    if not scenario.silent:
        return panel
    # Weaker by one point in the mean, or absent once more: twice as likely not to answer.
    odds = np.log(2) * (panel.n_missed - panel.rating.mean(axis=1))
    odds += np.log(scenario.silent / (1 - scenario.silent)) - odds.mean()
    answers = rng.random(len(odds)) > expit(odds)
    return Panel(
        panel.persons[answers], panel.sessions, panel.rating[answers], panel.missed[answers], panel.eligible[answers]
    )


def block(scenario: Scenario, number: int) -> Path:
    """One block of cohorts, from the cache where it is there."""
    design = f"{scenario.design}{scenario.absences}{scenario.silent}{scenario.courses or ''}{PLAN}"
    digest = hashlib.sha256(design.encode()).hexdigest()[:8]
    path = RESULTS / "blocks" / f"{scenario.name}-{digest}" / f"{number:03}.csv"
    if path.exists():
        return path
    rng = np.random.default_rng([PLAN.seed, crc32(scenario.name.encode()), number])
    rows = [
        courses.answers(scenario.courses, rng, PLAN)
        if scenario.courses
        else answers(year(scenario, rng), scenario.group)
        for _ in range(BLOCK)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(path.with_suffix(".part"), index=False)
    path.with_suffix(".part").replace(path)
    return path


def truth(design: Design, group: str) -> tuple[float, float]:
    """What estimate and superiority come to in very large cohorts, rounding and ends included."""
    rng, large = np.random.default_rng(1), Design(**{**vars(design), "persons": 2000})
    cohorts = [cohort(large, rng) for _ in range(20)]
    if group == "between":
        taus = [concordance(*overall(panel), PLAN.alpha, 1, 1).tau for panel in cohorts]
        return float(np.mean(taus)), np.nan
    return (
        float(np.mean([estimate(panel) for panel in cohorts])),
        float(np.mean([matched_superiority(panel, PLAN.alpha)[0] for panel in cohorts])),
    )


def summary(scenario: Scenario, cohorts: pd.DataFrame) -> pd.DataFrame:
    """The measures of one scenario beside their bars."""
    if scenario.courses:
        return _table(
            [
                [
                    scenario.name,
                    f"{scenario.label}：{end}" if end else scenario.label,
                    group,
                    len(cohorts),
                    measure,
                    value,
                    error,
                    np.nan,
                    "",
                ]
                for group, end, measure, value, error in courses.measures(scenario.courses, cohorts, PLAN)
            ]
        )
    # A block in which nothing could be tested has no other columns.
    cohorts = cohorts.reindex(columns=sorted({*cohorts, *TESTED}))
    n, rows = len(cohorts), []

    def add(measure, value, error):
        bar = scenario.bars.get(measure, np.nan)
        both = error * np.sqrt(1 + n / BAR_COHORTS)
        rounding = 0.005 if round(bar, 2) == bar else 0.0005
        within = "" if np.isnan(bar) else bool(abs(value - bar) <= 3 * both + rounding)
        rows.append([scenario.name, scenario.label, scenario.group, n, measure, value, error, bar, within])

    def add_share(measure, hits):
        # The error at the bar where there is one: at a share of 0 or 1 the own error is 0.
        p = np.clip(scenario.bars.get(measure, hits.mean()), 1 / n, 1 - 1 / n)
        add(measure, hits.mean(), np.sqrt(p * (1 - p) / n))

    if scenario.group == "false_alarm":
        for method in ("primary", "studentised", "both_margins", "cr2", "welch", "mann_whitney", "kendall"):
            # A cohort that can't be tested raises no alarm.
            add_share(method, cohorts[method] <= PLAN.alpha)
        return _table(rows)
    value, above = truth(scenario.design, scenario.group)
    add_share("power", cohorts["primary"] <= PLAN.alpha)
    low, high = cohorts["low"].fillna(-np.inf), cohorts["high"].fillna(np.inf)
    add_share("coverage", (low <= value) & (value <= high))
    if scenario.group == "power":
        planted = scenario.design.difference
        add_share("coverage_of_planted", (low <= planted) & (planted <= high))
        width = (high - low)[np.isfinite(high - low)]
        add("width", width.mean(), width.std() / np.sqrt(len(width)))
        estimates = cohorts["estimate"].dropna()
        add("estimate", estimates.mean(), estimates.std() / np.sqrt(len(estimates)))
        for code in CODES:
            add_share(code, cohorts["verdict"] == code)
        add_share("otherwise", ~cohorts["verdict"].isin(["linked", "no_link"]))
        tested = cohorts.dropna(subset=["above_low"])
        add_share("superiority", tested["above_low"].le(above) & tested["above_high"].ge(above))
    return _table(rows)


def _table(rows: list) -> pd.DataFrame:
    columns = ["scenario", "label", "group", "cohorts", "measure", "value", "error", "bar", "within"]
    return pd.DataFrame(rows, columns=columns)


def keep(table: pd.DataFrame) -> None:
    """Put one scenario's rows into ``results/calibration.csv``, the others' staying as they are."""
    path = RESULTS / "calibration.csv"
    if path.exists():
        others = pd.read_csv(path)
        table = pd.concat([others[others["scenario"] != table["scenario"].iloc[0]], table])
    order = [scenario.name for scenario in SCENARIOS]
    table = table.sort_values("scenario", key=lambda names: names.map(order.index), kind="stable")
    table.to_csv(path, index=False)


def main() -> None:
    """Run what is missing, one scenario after the other, and write the table anew after each."""
    parser = argparse.ArgumentParser(description="検定の較正（シミュレーション）")
    parser.add_argument("scenarios", nargs="*", help="（省略時はすべて）")
    parser.add_argument("--cohorts", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    wanted = parser.parse_args()
    unknown = set(wanted.scenarios) - {scenario.name for scenario in SCENARIOS}
    if unknown:
        parser.error(f"知らない条件です: {'、'.join(sorted(unknown))}")
    chosen = [s for s in SCENARIOS if not wanted.scenarios or s.name in wanted.scenarios]
    numbers = range(-(-wanted.cohorts // BLOCK))
    with ProcessPoolExecutor(wanted.workers) as pool:
        for place, scenario in enumerate(chosen, 1):
            paths = []
            for path in pool.map(partial(block, scenario), numbers):
                paths.append(path)
                print(
                    f"\r[{place}/{len(chosen)}] {scenario.label}: {len(paths) * BLOCK:,}/{len(numbers) * BLOCK:,}",
                    end="",
                    flush=True,
                )
            print()
            keep(summary(scenario, pd.concat(map(pd.read_csv, paths))).round(5))


if __name__ == "__main__":
    main()
