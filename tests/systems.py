"""A small R5 year of eight people for the tests of logs and outcomes: files by kind, no roster file."""

import io

from openpyxl import Workbook

from pipeline.findings import Place
from pipeline.preparing.identity import Alias, Directory, Person
from pipeline.preparing.intake import Run, read_files
from pipeline.store import Store
from pipeline.year import Year

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


def run_of(root, files, **source):
    """The run of a year with these files (name → bytes), all declared alike, ready to be read."""
    folder = root / "data/raw/R5"
    folder.mkdir(parents=True)
    (folder / "year.toml").write_text("", encoding="utf-8")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    declared = {
        "fiscal_year": "R5",
        "synthetic": True,
        "attendance": {"online_share": 0.8},
        "course": [{"course_id": c["course_id"]} for c in COURSES],
        "source": [{"file": name, **source} for name in files],
    }
    run = Run(Year(Store.open("R5", root), declared))
    people = [
        Person(f"p{no}", no, name, kana, office, Place("職員一覧.csv", "", f"B{row}"))
        for row, (no, name, kana, office) in enumerate(PEOPLE, start=2)
    ]
    aliases = [Alias(OUTSIDER, "", "", True, Place("別名表.csv", "", "C2"))]
    run.directory = Directory(people, aliases, run.findings)
    run.tables["courses"] += [dict(course) for course in COURSES]
    return run, read_files(run)


def workbook(rows, sheet="Sheet1"):
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
