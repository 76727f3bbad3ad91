"""How long the raw files of a year take to be read, and a sheet by its rows.

python -m benchmarks.reading [ROOT]   (a folder with data/sample; without it the project's own)

Processor seconds: of ``prepare`` for each year, the least of RUNS, and of all rows of a sheet of 30
columns, which must grow as the sheet does.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.ingest.files import Grid
from pipeline.preparing.prepare import prepare
from pipeline.store import Store, years
from pipeline.year import Year

PROJECT = Path(__file__).parents[1]
RUNS, COLUMNS, ROWS = 3, 30, (250, 500, 1000, 2000)


def least(work: Callable[[], object]) -> float:
    """The least processor seconds of RUNS calls."""
    taken = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def all_rows(count: int) -> None:
    cells: dict[tuple[int, int], object] = {(r, c): "○" for r in range(1, count + 1) for c in range(1, COLUMNS + 1)}
    grid = Grid("", "", cells)
    for number in grid.rows():
        grid.row(number)


def main(root: Path) -> None:
    for year in years(root):
        opened = Year.open(Store.open(year, root))
        print(f"prepare({year})：{least(lambda opened=opened: prepare(opened)):.2f}秒")
    for count in ROWS:
        print(f"{count}行×{COLUMNS}列：{least(lambda count=count: all_rows(count)):.3f}秒")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT)
