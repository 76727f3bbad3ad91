"""Registers and menus in the forms in which offices keep them, read as they are: nothing is rewritten, nothing lost.

The files of ``cases/`` were made after public descriptions; each lies beside the people of the sample's R4.
"""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from pipeline.codebook import Codebook
from pipeline.findings import Findings
from pipeline.ingest.files import read_file
from pipeline.ingest.headings import read_sheet
from pipeline.ingest.menu_table import read_menu
from pipeline.ingest.register import number_sessions, read_entries, read_session_days
from pipeline.preparing.prepare import read_year
from pipeline.store import Store
from pipeline.year import Year
from tests import declarations
from tests.grids import R4, found, grid

CASES = Path(__file__).parent / "cases"
SAMPLE = Path(__file__).parents[1] / "data/sample/R4"
ROSTER = "行革幹事名簿_R4.7.20現在.xlsx"
BOOK = Codebook("R4")
DAYS = ["2022-08-05", "2022-08-19", "2022-09-02", "2022-09-09", "2022-09-16", "2022-10-07", "2022-10-21"]
ALL_DAYS = [date.fromisoformat(day) for day in DAYS]


def read(case, root, sessions=range(1, 8), held_on=(), **looks):
    """The year of a roster and one register of its only course: the register's findings, marks and days."""
    folder = root / "data/raw/R4"
    folder.mkdir(parents=True)
    for file in (SAMPLE / ROSTER, CASES / case / "出席簿.xlsx"):
        shutil.copy(file, folder)
    course = declarations.course("trial", **declarations.OF_NO_MENU)
    for number in sessions:
        day = f"held_on = {held_on[number - 1]}\n" if held_on else ""
        course += f'[[course.session]]\nnumber = {number}\ntitle = "回"\nformat = "room"\nhours = 1.0\n{day}'
    sources = [
        declarations.source(ROSTER, "roster", sheet="名簿"),
        declarations.source("出席簿.xlsx", "register", course="trial", **looks).replace("True", "true"),
    ]
    text = declarations.declaration(course, *sources, fiscal_year="R4")
    (folder / "year.toml").write_text(text, encoding="utf-8")
    reading = read_year(Year.open(Store.open("R4", root)))
    told = [(f.severity, f.rule_id, f.cell) for f in reading.findings.items if f.file == "出席簿.xlsx"]
    attendance = [row for row in reading.tables["attendance"] if row.get("source_ref")]
    marks = Counter((int(row["session_id"].rsplit("-")[-1]), row["status"]) for row in attendance)
    if not reading.findings.fatal():
        reading.ledger.accounts()  # every row is somewhere
    return told, marks, [str(row["held_on"]) for row in reading.tables["sessions"]]


def marks_of(**changed):
    """Six people, of whom nobody came to the second of seven sessions; but for ``s3={...}``, the third."""
    usual = {n: {"absent" if n == 2 else "present": 6} for n in range(1, 8)}
    usual |= {int(name[1:]): counts for name, counts in changed.items()}
    return Counter({(n, status): count for n, counts in usual.items() for status, count in counts.items()})


ONE_AWAY = {"absent_duty": 1, "present": 5}


@pytest.mark.parametrize(
    ("case", "given", "told", "marks"),
    [
        ("chartsheet", {"sheet": "出席簿"}, [], marks_of()),
        ("formatted_to_row_100000", {}, [], marks_of()),
        (
            "merged_marks",
            {},
            [("minor", "M06", "D2")],
            marks_of(s1=ONE_AWAY, s2={"absent_duty": 1, "absent": 5}, s3=ONE_AWAY),
        ),
        ("struck_out_row", {}, [("major", "L17", "A4")], marks_of()),
        (
            "struck_out_row",
            {"without_struck": True},
            [("major", "L17", "A4")],
            Counter({at: n - 1 for at, n in marks_of().items()}),
        ),
        ("register_uncached", {}, [("major", "M07", "J2")], marks_of(s7={"unknown": 6})),
        ("register_dates_only", {}, [], marks_of()),
        ("register_dates_only", {"held_on": DAYS}, [], marks_of()),
        ("register_no_dates", {"held_on": DAYS}, [], marks_of()),
        ("register_two_blocks", {"sessions": [1]}, [], Counter({(1, "present"): 3, (1, "absent"): 3})),
        ("register_sheet_per_session", {"sheet": "第{session}回"}, [], marks_of(s2={"present": 6})),
        ("register_furigana", {}, [], marks_of()),
        ("threaded_comment", {}, [("major", "L19", "D3")], marks_of()),
    ],
    ids=str,
)
def test_a_register_is_read_in_the_form_it_came_in(case, given, told, marks, tmp_path):
    found_, marks_, days = read(case, tmp_path, **given)
    assert (found_, marks_, days) == (told, marks, DAYS[: len(given.get("sessions", DAYS))])


@pytest.mark.parametrize(
    ("case", "held_on", "rules"),
    [
        ("register_no_dates", [], ["D03"]),  # one cause, one finding
        ("register_sheet_per_session", [], ["F14"]),
        ("register_dates_only", ["2022-08-06", *DAYS[1:]], ["D06", "D04"]),
        ("merged_marks", ["2022-08-06", *DAYS[1:]], ["D05", "M06"]),
    ],
)
def test_what_cannot_be_told_is_asked(case, held_on, rules, tmp_path):
    told, _, _ = read(case, tmp_path, held_on=held_on)
    assert [rule for _, rule, _ in told] == rules


def test_a_thread_is_told_in_its_own_words():
    [sheet] = read_file(CASES / "threaded_comment/出席簿.xlsx", "出席簿.xlsx")
    assert list(sheet.comments.values()) == ["15分遅刻、第2回は録画で受講"]


def sheet_of(*rows, **looks):
    findings = Findings()
    given = grid(*rows, **{name: value for name, value in looks.items() if name != "meant"})
    sheet = read_sheet(given, BOOK.headings("register"), "register", "R4", findings, looks.get("meant", ()))
    return sheet, findings


HEAD = ["所属", "氏名", "第1回\n8/5", "第2回\n8/19", "備考"]
THREE = [["総務課", "山田花子", "○", "×", ""], ["総務課", "森健", "○", "", ""], ["税務課", "谷瞳", "○", "○", ""]]
YELLOW = {(2, 4): "FFFF00", (3, 4): "FFFF00"}


@pytest.mark.parametrize(
    ("fills", "statuses", "rules"),
    [
        ({"FFFF00": "recording"}, ["recording", "recording", "present"], []),
        ({"FFFF00": ""}, ["absent", "unknown", "present"], ["M02"]),
        ({}, ["absent", "unknown", "present"], ["L18", "M02"]),
        ({"FFFF00": "late"}, ["absent", "late", "present"], ["M08"]),  # whoever is absent isn't late
    ],
)
def test_a_colour_means_what_is_declared_of_it(fills, statuses, rules):
    sheet, findings = sheet_of(HEAD, *THREE, fills=YELLOW, meant=fills)
    entries = read_entries(sheet, BOOK.marks, R4, findings, fills)
    assert [e.mark.status for e in entries if e.session == 2] == statuses
    assert [rule for rule, _ in found(findings)] == rules


@pytest.mark.parametrize(
    "fills",
    [{(3, c): "EEEEFF" for c in range(1, 6)}, {(r, 4): "EEEEFF" for r in range(2, 5)}],
    ids=["stripes", "a column"],
)
def test_paint_of_the_sheet_is_no_question(fills):
    _, findings = sheet_of(HEAD, *THREE, fills=fills)
    assert {rule for rule, _ in found(findings)} == {"L11"}


def test_what_was_decided_on_a_cell_is_used_and_said():
    sheet, findings = sheet_of(HEAD, *THREE, comments={(2, 4): "録画で受講"}, meant=("D2",))
    entries = read_entries(sheet, BOOK.marks, R4, findings, decided={"D2": "recording", "C2": ""})
    assert [e.mark.status for e in entries][:2] == ["present", "recording"]
    assert found(findings) == [("M09", "D2"), ("M02", "D3")]


@pytest.mark.parametrize(
    ("heads", "days"),
    [
        (["R4.8.5", "R4.8.19"], ALL_DAYS[:2]),
        ([ALL_DAYS[0].strftime("%Y/%m/%d"), "8月19日(金)"], ALL_DAYS[:2]),
        (["8/19", "8/5(金)"], ALL_DAYS[1::-1]),  # the first session stands last
    ],
)
def test_days_alone_stand_for_sessions_in_order_of_time(heads, days):
    sheet, findings = sheet_of(["氏名", *heads], ["森健", "○", "×"])
    number_sessions(sheet, {1: None, 2: None}, R4, findings)
    assert read_session_days(sheet, R4, findings) == {1: ALL_DAYS[0], 2: ALL_DAYS[1]}
    columns = sheet.by_session("mark")
    assert [columns[n].number for n in (1, 2)] == [2 + days.index(day) for day in ALL_DAYS[:2]]


def test_blocks_side_by_side_are_all_read_and_a_doubled_heading_alone_is_still_refused():
    sheet, findings = sheet_of(
        [*HEAD[:3], None, *HEAD[:3]], [*THREE[0][:3], None, "", "計", ""], [*THREE[1][:3], None, *THREE[2][:3]]
    )
    assert [(row["name"].text, row["name"].place.cell) for row in sheet.rows] == [
        ("山田花子", "B2"),
        ("森健", "B3"),
        ("谷瞳", "F3"),
    ]
    assert sheet_of(["氏名", "第1回\n8/5", "第1回\n8/5"], ["森健", "○", "○"])[0] is None


def test_a_painted_row_of_the_menu_is_a_priority_in_a_colour_of_the_theme():
    case = CASES / "menu_green_of_theme"
    [file] = case.iterdir()
    [menu] = [g for g in read_file(file, file.name) if g.sheet == "研修メニュー"]
    findings = Findings()
    _, lines = read_menu(menu, Codebook("R5").headings("menu"), "R5", findings)
    assert [line.number for line in lines if line.is_priority] == [5]
    assert [rule for rule, _ in found(findings)] == ["N01"]
