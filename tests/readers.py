"""What the tests of single readers give them: a year R5, its people, and files made of rows."""

from pipeline.findings import Place
from pipeline.preparing.accounts import Ledger
from pipeline.preparing.identity import Alias, Directory, Person
from pipeline.preparing.reading import RawFile
from pipeline.store import Store
from pipeline.year import Source, Year
from tests.grids import grid

PEOPLE = [
    ("0011", "髙﨑　太郎", "タカサキ　タロウ", "総務課"),
    ("0102", "渡邊　健一", "ワタナベ　ケンイチ", "税務課"),
    ("0103", "鈴木　一郎", "スズキ　イチロウ", "総務課"),
    ("0104", "鈴木　一郎", "スズキ　イチロウ", "税務課"),
    ("0105", "長田　彩", "オサダ　アヤ", "建設課"),
    ("0106", "森　真由美", "モリ　マユミ", "住民課"),
]
OUTSIDER = "講師　次郎"
COURSES = [{"course_id": f"no{n:02d}", "number": n, "title": f"研修{n}", "hours": 2.0} for n in range(1, 11)]


def year(fiscal_year="R5", **declared):
    """A year that says these things of itself, and has no folder."""
    known = {
        "fiscal_year": fiscal_year,
        "synthetic": True,
        "attendance": {"online_share": 0.8},
        "course": [{"course_id": c["course_id"]} for c in COURSES],
        "source": [],
    }
    return Year(Store.open(fiscal_year, "nowhere"), known | declared)


def directory(people=PEOPLE, aliases=()):
    """Who there is: (number, name, kana, office), in the rows of a list from its second on."""
    return Directory(
        tuple(Person(f"p{p[0]}", *p, Place("職員一覧.csv", "", f"B{row}")) for row, p in enumerate(people, start=2)),
        (Alias(OUTSIDER, "", "", True, Place("別名表.csv", "", "C2")), *aliases),
    )


def raw(file, kind, *rows, sheet=None, **source):
    """A file of these rows, declared."""
    shown = sheet if sheet is not None else "" if file.endswith("csv") else "Sheet1"
    return RawFile(Source(file, kind, **source), grid(*rows, file=file, sheet=shown))


def accounts(reading, files):
    """What became of the rows of these files; RuntimeError if one is astray."""
    ledger = Ledger()
    for raw in files:
        ledger.open(raw.grid.file, raw.source.kind, "0", [raw.grid])
    ledger.add(reading.ledger)
    return ledger.accounts()
