"""The pages of the edition that hid small cells one by one → what they say, hidden cells included.

``former/`` keeps what two publications of the made-up trial printed, the second with one late answer more. The attack
has to find in them what was found by hand: else it would find nothing anywhere.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from tests.attack.pages import Told, of_csv, of_html, plain
from tests.attack.reader_knows import Lines

FOLDER = Path(__file__).parent / "former"
FEWEST = 5  # what was below it was hidden, and what would have told it by a difference
HIDDEN = "x"
GOOD = "よい"
EARLY, LATE = "early", "late"  # 速報, 確報


def told(when: str) -> list[Told]:
    tables = [of_csv(path.read_text("utf-8"), path.stem) for path in sorted((FOLDER / when).glob("*.csv"))]
    page = (FOLDER / when / "page.txt").read_text("utf-8").splitlines()
    return [*(one for table in tables for one in table), *(Told((when, "p"), plain(line)) for line in page)]


def value(page: Sequence[Told], table: str, row: str, column: str) -> int | None:
    """A count of a table, in the row that has these words; None where it is hidden."""
    [text] = [
        one.text
        for one in page
        if one.where[0] == table and one.where[-1] == column and row in " ".join(one.where[1:-1])
    ]
    return None if text == HIDDEN else int(text)


def said(page: Sequence[Told], form: str) -> int:
    return int(next(match[1] for one in page if (match := re.search(form, one.text))))


def attendance(when: str) -> Lines:
    """People and sessions: attended, caught up, missed, unknown; and which of these cells were rated."""
    page, found = told(when), Lines()
    system = found.system
    cells = said(page, r"対象は(\d+)人") * said(page, r"計(\d+)回")
    counted = value(page, "attendance", "研修", "計")
    for name in ("録画等", "欠席", "不明など"):
        system.count(name, 0, cells)
        system.count(f"{name}で評定", 0, cells)
        system.at_most(f"{name}で評定", name)
    attended = system.count("出席", *[value(page, "attendance", "研修", "出席")] * 2)
    system.line({attended: 1, "録画等": 1, "欠席": 1}, counted, counted)
    system.line({"不明など": 1}, cells - counted, cells - counted)
    tested = value(page, "effect", "欠席", "n")
    system.line(
        {"録画等で評定": 1, "不明などで評定": 1}, *[value(page, "nonresponse", "理解度", "値のある回答") - tested] * 2
    )
    system.line({"欠席": 1}, said(page, r"欠席(\d+)回"))
    # Of two hidden cells one is small, the other may only guard it.
    system.count("録画等が少ない", 0, 1), system.count("欠席が少ない", 0, 1)
    system.line({"録画等が少ない": 1, "欠席が少ない": 1}, 1)
    for name in ("録画等", "欠席"):
        system.line({name: 1, f"{name}が少ない": cells}, high=FEWEST - 1 + cells)
        system.line({name: 1}, 1)
    if value(page, "evidence", "録画等で補った回と", "n") is None:
        system.line({"録画等で評定": 1}, high=FEWEST - 1)
    for name in ("録画等", "欠席", "録画等で評定"):
        found.watch(name, {name: 1})
    return found


def late_answers() -> Lines:
    """What those who answered between the two publications said, by their differences."""
    early, late, found = told(EARLY), told(LATE), Lines()
    system = found.system
    answered = _change(found, "回答", *(_exactly(value(page, "satisfaction", "満足", "n")) for page in (early, late)))
    ranges = {}
    for row in ("満足", "実務"):
        ranges[row] = [_exactly(value(page, "satisfaction", row, GOOD)) for page in (early, late)]
    for option in {one.where[1] for one in late if one.where[0] == "obstacles" and one.text != HIDDEN}:
        ranges[option] = [_exactly(value(page, "obstacles", option, "人数")) for page in (early, late)]
    for theme in themes(late):
        ranges[theme] = [themes(page)[theme] for page in (early, late)]
    for what, both in ranges.items():
        name = _change(found, what, *both)
        system.at_most(name, answered)
        found.watch(f"遅れて回答－{what}", {answered: 1, name: -1})
    return found


def _exactly(n: int) -> tuple[int, int]:
    return n, n


def _change(found: Lines, what: str, before: tuple[int, int], after: tuple[int, int]) -> str:
    change, old, new = f"遅れて{what}", f"{EARLY} {what}", f"{LATE} {what}"
    found.system.count(old, *before), found.system.count(new, *after)
    found.system.line({new: 1, old: -1, found.system.count(change): -1}, 0, 0)
    if before[0] < before[1]:
        found.watch(old, {old: 1})
    found.watch(change, {change: 1})
    return change


def themes(page: Sequence[Told]) -> dict[str, tuple[int, int]]:
    """Theme → the range of those who wrote it: without a number they were fewer than ``FEWEST``."""
    points = [one.text for one in page if one.where[0] == "reflections_on_method" and one.where[-1] == "points"]
    found = [match for text in points for match in re.findall(r"([^。]+。)(?:\((\d+)人\))?", text)]
    return {theme.strip(): _exactly(int(n)) if n else (0, FEWEST - 1) for theme, n in found}


def index() -> list[Told]:
    """The index of all years, which once stood beside both editions."""
    return of_html((FOLDER / "index.html").read_text("utf-8"))
