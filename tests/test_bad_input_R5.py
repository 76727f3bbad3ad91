# ruff: noqa: N999 (the year is written R5 in every file name)
"""What goes wrong in a year of many courses, one fault in each of its files, all told in one run: by
file, sheet and cell, and with what to do."""

import csv
import io
import shutil

import pytest
from openpyxl import load_workbook

from pipeline.preparing.prepare import read_year
from pipeline.store import Store
from pipeline.year import Year
from tests.menus import base, proposals
from tests.towns import SAMPLE

FORMS = "アンケート"
LOGO, GOOGLE, GRID, NINE = (
    f"{FORMS}/{name}"
    for name in (
        "No3_セキュリティ_LoGo.csv",
        "No2_一般_Googleフォーム.csv",
        "No5_Google.xlsx",
        "No9_Googleフォーム.csv",
    )
)
EIGHT, TABLE, MOVES = f"{FORMS}/No8_LoGo.csv", "R5受講管理表.xlsx", "人事異動_R5.csv"
FOLLOW_UP, FEBRUARY, DECIDED = "フォローアップ_R6.1.csv", "JLIS_受講状況_20240229.csv", "menu_revision_R4_決定.xlsx"
OCTOBER, SHEET = "JLIS_受講状況_20231031.csv", "フォームの回答 1"


def change(path, encoding, edit):
    """The rows of a CSV file after ``edit`` has changed them."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))
    edit(rows)
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def ask_twice(rows):
    """The question was changed after the first ten answers: the form has an old and a new column."""
    at = rows[0].index("本日の研修に満足しましたか ")
    for number, row in enumerate(rows):
        row.append("満足度" if number == 0 else row[at] if number > 10 else "")
        row[at] = row[at] if number <= 10 else ""


def rename(rows):
    rows[0][rows[0].index("難易度")] = "内容のむずかしさ"


def second_post(rows):
    """The move of 1 October once more, to another office."""
    again = next(list(row) for row in rows if row[2] == "R5.10.1" and row[3] == "異動")
    again[4] = "税務課"
    rows.insert(-1, again)


def unknown_course(rows):
    rows[3][rows[0].index("研修No.")] = "No.14"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of the year that knows nothing of the year before."""
    root = tmp_path_factory.mktemp("town")
    shutil.copytree(SAMPLE / "R5", root / "data/sample/R5")
    return root


@pytest.fixture(scope="module")
def sound(root):
    """The findings of the year as it is."""
    return read_year(Year.open(Store.open("R5", root))).findings.items


@pytest.fixture(scope="module")
def found(root, sound):
    """The findings that the sound year doesn't have."""
    folder = root / "data/sample/R5"
    text = (folder / "year.toml").read_text(encoding="utf-8")
    nine, three = (f'file = "{name}"\nkind = "survey"\ntool = "{{}}"\ninstrument = "{{}}"' for name in (NINE, LOGO))
    for old, new in (
        (nine.format("google_form", "course5"), nine.format("logoform", "course5")),
        (three.format("logoform", "course4"), three.format("logoform", "course5")),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "year.toml").write_text(text, encoding="utf-8")
    change(folder / GOOGLE, "utf-8", ask_twice)
    change(folder / EIGHT, "cp932", rename)
    change(folder / MOVES, "cp932", second_post)
    change(folder / FOLLOW_UP, "utf-8-sig", unknown_course)
    book = load_workbook(folder / GRID)
    page = book.active
    column = next(c.column for c in page[1] if str(c.value).strip() == "研修全体の満足度")
    for row in range(2, page.max_row + 1):
        if isinstance(value := page.cell(row, column).value, int):
            page.cell(row, column).value = 6 - value
    book.save(folder / GRID)
    book = load_workbook(folder / TABLE)
    for cell in book["受講管理表"][4]:
        cell.value = str(cell.value).replace("No.9", "No.19")
    book.save(folder / TABLE)
    # The year before as another town has it: nothing of its menu is called 「trial」.
    before = Store.open("R4", root)
    for name, table in zip(("courses", "targets", "course_years"), base(), strict=True):
        before.save(name, table)
    before.save("proposals", proposals())
    spoilt = read_year(Year.open(Store.open("R5", root))).findings.items
    return [f for f in spoilt if f not in sound]


@pytest.mark.parametrize(
    ("rule", "file", "sheet", "cell", "said", "to_do"),
    [
        ("S11", NINE, "", "1行", ["「logoform」", "Google フォーム"], "tool を"),  # another tool's export
        ("H03", GOOGLE, "", "M1", ["「満足度」", "F1"], "一つにまとめ"),  # a question doubled in mid-year
        ("H02", EIGHT, "", "N1", ["内容のむずかしさ"], "items.csv"),  # a question renamed
        ("H04", EIGHT, "", "1行", ["「難易度」"], "items.csv"),
        ("S12", LOGO, "", "F1", ["「研修の満足度」", "どちらともいえない"], "course4"),  # four points for five
        ("S14", GRID, SHEET, "K1", ["研修全体の満足度", "50人"], "reversed"),  # 1 is the best
        ("N11", TABLE, "受講管理表", "Q4", ["No.19"], "受講管理表の見出し"),  # not in the menu
        ("E25", FOLLOW_UP, "", "D4", ["No.14"], "研修メニューの No."),
        ("I18", MOVES, "", "C11", ["C7"], "発令を一つにまとめた"),  # two positions on one day
        ("A06", DECIDED, "新旧対照表", "A5", ["trial", "前年度の研修メニューにありません"], "案番号を元の改定案"),
    ],
)
def test_each_fault_is_named_with_its_place_and_what_to_do(found, rule, file, sheet, cell, said, to_do):
    same = [f for f in found if (f.rule_id, f.file) == (rule, file)]
    assert (sheet, cell) in {(f.sheet, f.cell) for f in same}, same
    first = next(f for f in same if f.cell == cell)
    for words in said:
        assert words in first.what
    assert to_do in first.remedy
    assert f"ファイル「{file}」" in str(first) and cell in str(first) and sheet in str(first)


def test_a_cumulative_list_that_goes_backwards_is_in_the_sample_itself(sound):
    assert not [f for f in sound if f.severity == "fatal"]
    [back] = [f for f in sound if f.rule_id == "E20"]
    assert (back.severity, back.file, back.cell) == ("critical", FEBRUARY, "K4")
    assert f"「{OCTOBER}」の K4" in back.what and "管理画面" in back.remedy


def test_one_fault_does_not_set_off_others(found):
    """The decisions on another menu leave all lines of this one open (A17); nothing else follows."""
    rules = [f.rule_id for f in found]
    assert {rule: rules.count(rule) for rule in rules} == {
        "S11": 1,
        "H03": 1,
        "H02": 1,
        "H04": 1,
        "S12": 3,
        "S14": 1,
        "N11": 1,
        "E25": 1,
        "I18": 1,
        "A06": 8,
        "A17": 1,
    }
