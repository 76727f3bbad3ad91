"""Seeded faults in the raw files of the sample's R4, each read in a process of its own.

    python -m tests.fuzz.run 2000 results.csv

A case is its number: it can be had again alone, and a run that was stopped goes on where it was.
"""

import csv
import hashlib
import multiprocessing
import random
import re
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path

from pipeline.failure import Failure
from pipeline.findings import BadInput
from pipeline.preparing.prepare import prepare
from pipeline.year import Year
from tests.fuzz.mutants import mutate, sources
from tests.towns import Town

SECONDS, MEMORY = 20, 1_500_000_000
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
SOUND = ("refused", "read")


def case(number: int) -> tuple[str, str, str, str]:
    """(file, what was done, the outcome, of what kind) of one case; the outcome is one of ``SOUND`` or a fault."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as folder:
        draw = random.Random(number)
        town = Town(Path(folder))
        path = draw.choice(sources(town.folder))
        done = mutate(path, draw)
        process = multiprocessing.get_context("fork").Process(target=_read, args=(town, sender))
        process.start()
        sender.close()
        try:
            outcome = receiver.recv() if receiver.poll(SECONDS) else ("slow", "")
        except EOFError:
            outcome = ("died", "")
        process.kill()
        process.join()
        return path.name, done, *outcome


def _read(town: Town, sender) -> None:
    resource.setrlimit(
        resource.RLIMIT_AS, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + MEMORY * 2,) * 2
    )
    before = _hashes(town.folder)
    try:
        prepare(Year.open(town.store))  # raises RuntimeError for a row without account
        outcome = ("read", "")
    except (Failure, BadInput) as failure:
        english = [line for line in str(failure).splitlines() if line.strip() and not JAPANESE.search(line)]
        outcome = ("English", english[0]) if english else ("refused", "")
    except BaseException as error:  # the very thing that is looked for
        last = error.__traceback__
        while last.tb_next:
            last = last.tb_next
        outcome = (
            "exception",
            f"{type(error).__name__} {Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}",
        )
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > MEMORY:
        outcome = ("memory", "")
    sender.send(("changed", "") if _hashes(town.folder) != before else outcome)


def _hashes(folder: Path) -> dict[Path, str]:
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in sources(folder)}


def main(count: int, results: Path) -> int:
    known = list(csv.reader(results.open(encoding="utf-8", newline=""))) if results.exists() else []
    with results.open("a", encoding="utf-8", newline="") as file:
        for number in range(len(known), count):
            known.append([str(number), *case(number)])
            csv.writer(file).writerow(known[-1])
            file.flush()
    for outcome, times in Counter(row[3] for row in known).most_common():
        print(f"{times:6} {outcome}")
    wrong = [row for row in known if row[3] not in SOUND]
    for row in wrong:
        print(*row)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
