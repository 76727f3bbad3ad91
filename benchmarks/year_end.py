"""How long the year-end run takes, beside the same work done with the separate command lines.

python benchmarks/year_end.py [runs]

A: ``doit`` on a fresh copy of the sample town, and again when nothing has changed.
B: the same four notebooks by the papermill command line, then ``jupyter nbconvert --to html``, then
Chromium's print-to-pdf, one after the other. B has no checks, template, index or manifest.
Prints wall seconds and the largest single process's peak memory of each run.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
STAGES = ["01_prepare", "02_associate", "03_evaluate", "04_revise"]
CHROMIUM = [
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
]


def fresh_town(folder: Path) -> Path:
    shutil.copytree(PROJECT / "data/sample/R4", folder / "data/sample/R4")
    return folder


def run(*command: object) -> None:
    subprocess.run(
        [str(c) for c in command], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def doit(town: Path) -> None:
    run(BIN / "doit", f"root={town}", "-n", os.cpu_count())


def by_hand(town: Path) -> None:
    for stage in STAGES:
        executed = town / f"{stage}.ipynb"
        run(BIN / "papermill", f"notebooks/{stage}.ipynb", executed, "-p", "root", town, "--no-progress-bar")
        run(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)
        run(
            *CHROMIUM,
            f"--user-data-dir={town / 'chromium'}",
            f"--print-to-pdf={town / stage}.pdf",
            f"file://{town / stage}.html",
        )


def timed(work, town: Path) -> float:
    start = time.perf_counter()
    work(town)
    return time.perf_counter() - start


def main(runs: int) -> None:
    seconds = {"doit (cold)": [], "doit (nothing to do)": [], "papermill + nbconvert + Chromium": []}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            town = fresh_town(Path(one))
            seconds["doit (cold)"].append(timed(doit, town))
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            seconds["doit (nothing to do)"].append(timed(doit, town))
            seconds["papermill + nbconvert + Chromium"].append(timed(by_hand, fresh_town(Path(other))))
    for name, values in seconds.items():
        print(
            f"{name:36} median {statistics.median(values):6.2f} s   ({min(values):.2f}–{max(values):.2f}, {runs} runs)"
        )
    print(f"largest process up to the last cold doit: {peak / 1024:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
