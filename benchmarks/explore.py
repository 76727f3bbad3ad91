"""How fast the exploring panel answers, with 250 people in each of 12 courses, and its notebook runs.

python benchmarks/explore.py BUILT_TOWN   (a folder in which doit has built the sample town)

The large year is made of the town's own R5: its people take 12 courses of 5 sessions each and rate
all of them. The panel is opened and walked through in RUNS processes of their own. For each kind of
choice: wall seconds from the change of a widget to the last view drawn, of the first draw of its
kind in each process and of all later ones (none was asked before: that would be kept), as median
(least–most), and the median of the processor seconds. Every reaction should stay under LIMIT; the last
lines name the slowest kind, and how long notebooks/explore.ipynb takes on the sample, with its kernel's
start. Run it a second time on a busy machine, and go by the least.
"""

import shutil
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from pipeline.exploring.panel import TABS, ExplorePanel, settle
from pipeline.inference.pooling import SEPARATOR
from pipeline.store import Store

PROJECT = Path(__file__).parents[1]
COURSES, SESSIONS, YEAR = 12, 5, "R5"
RUNS, LIMIT, OPENED = 5, 0.3, "開く"
TOPICS = [f"topic_comprehension.{n}" for n in range(1, SESSIONS + 1)]
CONCEPTS = {**dict.fromkeys(TOPICS, "comprehension"), "satisfaction": "satisfaction", "usefulness": "usefulness"}


def large_year(town: Path, root: Path) -> None:
    """Write the tables of the large year below ``root``."""
    shutil.copytree(town / "data/sample" / YEAR, root / "data/sample" / YEAR)
    shutil.copytree(town / "data/processed" / YEAR, root / "data/processed" / YEAR)
    store, rng = Store.open(YEAR, root), np.random.default_rng(1)
    people = store.load("participants")["participant_id"].to_numpy()[:250]
    courses = pd.concat([store.load("courses")] * 2, ignore_index=True).head(COURSES)
    ids = [f"no{n:02d}" for n in range(1, COURSES + 1)]
    courses = courses.assign(course_id=ids, number=range(1, COURSES + 1))
    sessions = pd.DataFrame(
        [
            {
                "session_id": f"{c}-{n}",
                "course_id": c,
                "number": n,
                "held_on": pd.NaT,
                "title": f"題目{n}",
                "format": "room",
                "hours": 2.0,
            }
            for c in ids
            for n in range(1, SESSIONS + 1)
        ]
    )
    attendance = pd.MultiIndex.from_product([people, sessions["session_id"]]).to_frame(
        index=False, name=["participant_id", "session_id"]
    )
    status = rng.choice(["present", "absent", "recording", "late"], len(attendance), p=[0.75, 0.15, 0.06, 0.04])
    attendance = attendance.assign(status=status, caught_up_on=pd.NaT)
    sheets = pd.DataFrame(
        {
            "instrument_id": [f"{c}-course_grid" for c in ids],
            "course_id": ids,
            "session_id": None,
            "family": "course_grid",
        }
    )
    items = pd.DataFrame(
        [
            {
                "item_id": f"{c}-course_grid.{k}",
                "instrument_id": f"{c}-course_grid",
                "family": "course_grid",
                "concept": k.split(".")[0],
                "dimension": d,
                "wording": k,
                "scale_id": "rating5",
                "session_id": f"{c}-{k.split('.')[1]}" if "." in k else None,
            }
            for c in ids
            for k, d in CONCEPTS.items()
        ]
    )
    answers = items.merge(pd.DataFrame({"participant_id": people}), how="cross")
    answers = answers.assign(
        response_id=answers["instrument_id"] + answers["participant_id"],
        value=rng.choice([1.0, 2, 3, 4, 5], len(answers), p=[0.02, 0.06, 0.24, 0.4, 0.28]),
    )
    rated = answers[answers["session_id"].notna()].merge(attendance, on=["participant_id", "session_id"])
    rated = rated[rated["status"] != "recording"]
    course = rated["session_id"].str.split("-").str[0]
    cells = pd.DataFrame(
        {
            "participant_id": course + SEPARATOR + rated["participant_id"],
            "session_id": rated["session_id"],
            "rating": rated["value"],
            "missed": (rated["status"] == "absent").astype(int),
        }
    )
    standing = pd.MultiIndex.from_product([people, ids]).to_frame(index=False, name=["participant_id", "course_id"])
    standing = standing.assign(outcome="completed", how=rng.choice(["room", "online", "recording"], len(standing)))
    tables = {
        "courses": courses,
        "sessions": sessions,
        "attendance": attendance,
        "instruments": sheets,
        "items": items,
        "responses": answers,
        "cells": cells,
        "standing": standing,
    }
    for name, table in tables.items():
        store.save(name, table)


def walk(panel: ExplorePanel) -> list[tuple[str, float, float]]:
    """Choose this and that: (kind of choice, wall seconds, processor seconds) of each."""
    seconds = []

    def timed(kind: str, act) -> None:
        wall, busy = time.perf_counter(), time.process_time()
        act()
        seconds.append((kind, time.perf_counter() - wall, time.process_time() - busy))
        assert not panel.status.value, panel.status.value

    def choose(kind: str, name: str, value: object) -> None:
        timed(kind, lambda: setattr(panel.selects[name], "value", value))

    everything, *courses = panel.selects["course"].options
    for course in courses[:5]:
        choose("研修", "course", course)
        choose("設問", "item", "実務への貢献度")
        for group in panel.year.groups:
            choose(f"群：{group}", "group", group)
        choose("群の値", "value", panel.selects["value"].options[1])
        choose("設問（各回）", "item", "各回の理解度")
        choose("回", "session", panel.selects["session"].options[2])
        for place, tab in list(enumerate(TABS))[1:]:
            timed(f"タブ：{tab}", lambda place=place: setattr(panel.tabs, "selected_index", place))
        panel.tabs.selected_index = 0
        panel.selects["group"].value = panel.selects["group"].options[0]
    choose("すべての研修", "course", everything)
    for group in panel.year.groups:
        panel.selects["group"].value = group
        for value in panel.selects["value"].options[1:6]:
            choose(f"すべての研修・{group}の値", "value", value)
    return seconds


def opened(folder: str) -> list[tuple[str, float, float]]:
    """Open the panel as ``explore`` does and walk through it."""
    wall, busy = time.perf_counter(), time.process_time()
    panel = ExplorePanel(YEAR, folder)
    settle()
    start = (OPENED, time.perf_counter() - wall, time.process_time() - busy)
    return [start, *walk(panel)]


def walked(folder: str) -> list[tuple[str, float, float]]:
    """``opened`` in a new process, where nothing has been drawn before."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(opened, folder).result()


def report(runs: list[list[tuple[str, float, float]]]) -> None:
    found = defaultdict(list)
    for run in runs:
        seen = set()
        for kind, *seconds in run:
            found[kind, "later" if kind in seen else "first"].append(seconds)
            seen.add(kind)
    for (kind, when), seconds in sorted(found.items()):
        wall, busy = zip(*seconds, strict=True)
        print(
            f"{kind:20} {when} {len(wall):3} times: wall median {median(wall):.3f} s "
            f"({min(wall):.3f}–{max(wall):.3f}); busy {median(busy):.3f} s"
        )
    typical = {key: median(wall for wall, _ in seconds) for key, seconds in found.items() if key[0] != OPENED}
    slowest = max(typical, key=typical.get)
    print(f"slowest: {'、'.join(slowest)}: {typical[slowest]:.3f} s of {LIMIT} s")


def run_notebook(town: Path) -> None:
    import nbformat  # not in the panel's process: its grammars would slow down garbage collection
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(town / "data", f"{folder}/data")
        runs = []
        for _ in range(3):
            notebook = nbformat.read(PROJECT / "notebooks/explore.ipynb", as_version=4)
            start = time.perf_counter()
            NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
            runs.append(time.perf_counter() - start)
    print(f"explore.ipynb: median {median(runs):.2f} s ({min(runs):.2f}–{max(runs):.2f}, 3 runs)")


def main(town: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        large_year(town, Path(folder))
        report([walked(folder) for _ in range(RUNS)])
    run_notebook(town)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
