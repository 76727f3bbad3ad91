"""The figures of the sample that a later version of the program must find again.

Renew the files on purpose, after having built the sample and looked at what has changed:

    .venv/bin/python -m tests.figures data/processed
"""

import csv
import math
import sys
from pathlib import Path

import pandas as pd

STORED = Path(__file__).parent / "stored_figures"
NUMBERS = ["n", "base", "estimate", "ci_low", "ci_high", "p_value", "p_adjusted"]
# table → the ids that tell its rows apart: no words of ours, so that a reworded label is no changed figure
TABLES = {
    "evidence": ["course_id", "evidence_id", "scale_id", "kpi"],
    "association": ["analysis"],
    "association_by_course": ["course_id"],
    "catch_up_by_course": ["course_id"],
}
HEAD = ["table", "row", "measure", "value"]


def figures(processed: Path) -> list[list[str]]:
    """HEAD: every number of the headline tables of one year, to six digits, and every verdict."""
    rows = []
    for table, keys in TABLES.items():
        for row in pd.read_parquet(processed / f"{table}.parquet").to_dict("records"):
            if row.get("evidence_id") == "kpi":
                row["kpi"] = row["wording"]  # the town's name for it
            name = "/".join(str(row[key]) for key in keys if pd.notna(row.get(key)))
            rows += [[table, name, c, _written(row[c])] for c in [*NUMBERS, "code"] if c in row and pd.notna(row[c])]
    [verdict] = pd.read_parquet(processed / "verdict.parquet").to_dict("records")
    rows += [["verdict", "year", name, _written(value)] for name, value in verdict.items()]
    return rows


def changed(processed: Path, stored: Path) -> list[str]:
    """What isn't as it is stored, a line a value; empty where nothing has changed."""
    old, new = ({tuple(row[:3]): row[3] for row in rows} for rows in (read(stored), figures(processed)))
    return [
        f"{'｜'.join(key)}：{old.get(key, '（なし）')} → {new.get(key, '（なし）')}"
        for key in dict.fromkeys([*old, *new])
        if not _same(old.get(key, ""), new.get(key, ""))
    ]


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == HEAD
    return rows


def write(processed: Path, stored: Path) -> None:
    with stored.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEAD, *figures(processed)])


def _same(was: str, now: str) -> bool:
    """Equal, or apart by no more than the last of six digits, where two machines may round apart."""
    try:
        return was == now or math.isclose(float(was), float(now), rel_tol=2e-6)
    except ValueError:
        return False


def _written(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    for stored_file in sorted(STORED.glob("R*.csv")):
        write(Path(sys.argv[1]) / stored_file.stem, stored_file)
        print(stored_file)
