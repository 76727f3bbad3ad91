"""Seconds for 20,000 within-person shuffles, beside ``scipy.stats.permutation_test``.

    python -m benchmarks.permutation

SciPy has no strata, so that it gets the same shuffle as ``samples`` of the rows' own statistic:
each person's ratings are exchanged within the person by a vectorised statistic. Both give the
two-sided p; the package also inverts the test into two intervals. Where R and its package coin are
installed (Debian: r-cran-coin), coin's approximate test with persons as blocks is timed too, inside
R, without its start. Writes
``results/permutation.csv``: persons, sessions, draws, method, seconds (best of three), p_value,
times_scipy.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.inference import permutation
from pipeline.inference.cohort import Design, cohort
from pipeline.inference.panel import Panel
from pipeline.inference.plan import Plan
from pipeline.inference.within import shuffled

DRAWS = 20_000
PLAN = Plan(("absent",), ("present",), 0.5, 0.05, DRAWS, 20220805)
SIZES = [(24, 7), (300, 12)]
ROUNDS = 3


def scipy_p(panel: Panel, batch: int) -> float:
    """The same test by SciPy: pairings within each person, one sample a person.

    ``permutation_type='pairings'`` shuffles every sample on its own; the samples are the absence
    rows of the persons who missed some and attended some, the statistic Σ absence × residual.
    """
    people = panel.informative
    left = panel.residuals(panel.rating)[people]
    rows = [row for row in panel.missed[people]]

    def statistic(*samples, axis=-1):
        return sum((sample * own).sum(axis=axis) for sample, own in zip(samples, left, strict=True))

    found = stats.permutation_test(
        rows,
        statistic,
        permutation_type="pairings",
        vectorized=True,
        n_resamples=DRAWS,
        batch=batch,
        rng=np.random.default_rng(PLAN.seed),
        alternative="two-sided",
    )
    return float(found.pvalue)


def p_alone(panel: Panel) -> float:
    """The package's p without the intervals: what SciPy does."""
    scores = panel.residuals(panel.rating)[None]
    blocks = permutation.shuffles(scores, panel.missed, panel.eligible, DRAWS, PLAN.seed)
    drawn = np.concatenate([block[0].sum(axis=1) for block in blocks])
    return permutation.two_sided(float((scores[0] * panel.missed).sum()), drawn)


def p_and_intervals(panel: Panel) -> float:
    """The package's p with both intervals by inversion."""
    rating, absence = panel.residuals(panel.rating), panel.residuals(panel.missed)
    return shuffled(rating, absence, panel.missed, panel.eligible, PLAN).p_value


COIN = """
suppressMessages(library(coin))
cells <- read.csv(commandArgs(TRUE)[1])
cells$person <- factor(cells$person)
run <- function() {
  set.seed(1)
  pvalue(independence_test(rating ~ missed | person, cells,
                           distribution = approximate(nresample = %d)))
}
times <- replicate(%d, { start <- proc.time()[3]; p <<- run(); proc.time()[3] - start })
cat(min(times), p)
"""


def coin_seconds(panel: Panel) -> tuple[float, float] | None:
    """(seconds, p) of R's coin on the session-centred ratings; None where it isn't installed."""
    if shutil.which("Rscript") is None:
        return None
    person, session = np.nonzero(panel.eligible)
    rating = panel.rating - panel.rating.mean(axis=0)
    cells = pd.DataFrame({"person": person, "rating": rating[person, session], "missed": panel.missed[person, session]})
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        cells.to_csv(file, index=False)
        file.flush()
        done = subprocess.run(["Rscript", "-e", COIN % (DRAWS, ROUNDS), file.name], capture_output=True, text=True)
    if done.returncode:
        return None
    seconds, p_value = map(float, done.stdout.split())
    return seconds, p_value


def timed(work, *given) -> tuple[float, float]:
    """(seconds of the fastest of ROUNDS, what ``work`` gave)."""
    seconds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        answer = work(*given)
        seconds.append(perf_counter() - start)
    return min(seconds), answer


def main() -> None:
    """Measure and write the table."""
    rows = []
    for persons, sessions in SIZES:
        panel = cohort(Design(persons=persons, sessions=sessions), np.random.default_rng(4))
        reference, p_value = timed(scipy_p, panel, 2000)
        rows.append((persons, sessions, "scipy.stats.permutation_test", reference, p_value))
        if coin := coin_seconds(panel):
            rows.append((persons, sessions, "R coin, blocks", *coin))
        for name, work in (("pipeline: p", p_alone), ("pipeline: p, intervals", p_and_intervals)):
            rows.append((persons, sessions, name, *timed(work, panel)))
    table = pd.DataFrame(rows, columns=["persons", "sessions", "method", "seconds", "p_value"])
    table.insert(2, "draws", DRAWS)
    reference = table.groupby(["persons", "sessions"])["seconds"].transform("first")
    table["times_scipy"] = reference / table["seconds"]
    target = Path(__file__).parent / "results" / "permutation.csv"
    target.parent.mkdir(exist_ok=True)
    table.round(4).to_csv(target, index=False)
    print(table.round(4).to_string(index=False))


if __name__ == "__main__":
    main()
