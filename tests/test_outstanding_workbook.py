"""The one list with names: exactly the people who have still to take a ● course, and nowhere else."""

import io
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.commands.tasks import stage_of_year
from pipeline.failure import Failure
from pipeline.fiscal_year import FiscalYear
from pipeline.preparing.prepare import everybody
from pipeline.publishing.outstanding_workbook import COLUMNS, HEAD_ROW, NO_MENU, outstanding_file, outstanding_workbook
from pipeline.schema import conform
from pipeline.store import Store
from pipeline.year import Year
from tests.towns import Town

COVER = {"town": "小山町", "department": "企画政策課", "stage": "確報", "synthetic": True}
HEADINGS = [heading for heading, _ in COLUMNS.values()]


@pytest.fixture
def store(tmp_path):
    """The sample's R4 with a menu of two courses, and three of its people who owe them something."""
    town = Town(tmp_path)
    people = sorted(everybody(Year.open(town.store)).values(), key=lambda p: p.staff_no)
    ids = [p.participant_id for p in people]
    office = {p.participant_id: p.office for p in people}
    store = town.store
    store.save("courses", pd.DataFrame({"course_id": ["no01", "no02"], "number": [1, 2], "title": ["幹部", "一般"]}))
    store.save("targets", pd.DataFrame({"course_id": ["no01"]}))
    store.save(
        "appointments",
        conform(
            "appointments",
            [
                {
                    "participant_id": i,
                    "office": office[i],
                    "department": "",
                    "position": "主事",
                    "title": "主事",
                    "segments": "",
                    "valid_to": pd.Timestamp("2022-09-30") if i == ids[2] else None,
                }
                for i in ids
            ],
        ),
    )
    store.save(
        "standing",
        pd.DataFrame(
            [
                (ids[0], "no02", "required", "missed"),
                (ids[0], "no01", "required", "none_recorded"),
                (ids[1], "no01", "required", "completed"),
                (ids[2], "no01", "required", "partly"),
                (ids[3], "no01", "required", "waived"),
                (ids[4], "no01", "recommended", "missed"),
                (ids[5], "no01", "required", "not_target"),
            ],
            columns=["participant_id", "course_id", "obligation", "completion"],
        ).assign(by="職位：主事"),
    )
    return store, people


def rows_of(data):
    sheet = load_workbook(io.BytesIO(data)).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD_ROW)]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_the_list_holds_exactly_those_who_have_still_to_take_something(store):
    store, people = store
    [data] = outstanding_file(store, COVER).values()
    listed = [
        (r["職員番号"], r["氏名"], r["所属"], r["研修"], r["受講の状況"], bool(r["確かめること"]), bool(r["備考"]))
        for r in rows_of(data)
    ]
    first, third = people[0], people[2]
    expected = [
        (first.staff_no, first.name, first.office, "No.1 幹部", "記録なし", True, False),
        (first.staff_no, first.name, first.office, "No.2 一般", "未受講", False, False),
        (third.staff_no, third.name, third.office, "No.1 幹部", "一部受講", False, True),  # left in September
    ]
    assert sorted(listed) == sorted(expected)
    assert listed.index(expected[1]) == listed.index(expected[0]) + 1  # of a person in the menu's order


def test_names_lie_with_the_private_files_only(store):
    store, _ = store
    [path] = outstanding_file(store, COVER)
    assert path.relative_to(store.root).as_posix() == "data/private/R4/未受講者一覧_R4.xlsx"
    ignored = (Path(__file__).parents[1] / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "**/data/private/" in ignored


def test_somebody_whom_the_raw_files_no_longer_know_stops_it(store):
    store, _ = store
    standing = store.load("standing")
    standing.loc[0, "participant_id"] = "p0000000000"
    store.save("standing", standing)
    appointments = store.load("appointments")
    appointments.loc[0, "participant_id"] = "p0000000000"
    store.save("appointments", appointments)
    with pytest.raises(Failure, match="もう一度 doit"):
        outstanding_file(store, COVER)
    assert not store.outstanding_list.exists()


def table(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS))


ROW = ("総務課", "0012", "髙橋　花子", "No.1 幹部", "未受講", "職位：主事", None, None)


def test_it_can_be_filtered_printed_and_says_what_it_is():
    book = load_workbook(io.BytesIO(outstanding_workbook(table(ROW, ROW), FiscalYear.parse("R5"), COVER)))
    sheet = book.active
    assert all(word in sheet["A1"].value for word in ("部外秘", "見本（架空データ）", "令和5(2023)年度"))
    assert "見本" in sheet.oddHeader.right.text and "部外秘" in sheet.oddHeader.right.text
    assert sheet.auto_filter.ref == f"A{HEAD_ROW}:H{HEAD_ROW + 2}"
    assert sheet.freeze_panes == f"A{HEAD_ROW + 1}"
    assert sheet.print_title_rows == f"${HEAD_ROW}:${HEAD_ROW}" and sheet.page_setup.fitToHeight == 0
    assert [cell.value for cell in sheet[HEAD_ROW]] == HEADINGS
    assert sheet.cell(HEAD_ROW + 1, 2).value == "0012"  # with its zeros
    real = outstanding_workbook(table(ROW), FiscalYear.parse("R5"), COVER | {"synthetic": False})
    assert "見本" not in load_workbook(io.BytesIO(real)).active["A1"].value


def test_a_name_that_looks_like_a_formula_stays_a_text():
    data = outstanding_workbook(table(("総務課", "0012", "=1+1", *ROW[3:])), FiscalYear.parse("R5"), COVER)
    cell = load_workbook(io.BytesIO(data)).active.cell(HEAD_ROW + 1, 3)
    assert cell.value == "=1+1" and cell.data_type == "s" and cell.quotePrefix


def test_the_same_people_give_the_same_bytes():
    made = [outstanding_workbook(table(ROW), FiscalYear.parse("R5"), COVER) for _ in range(2)]
    assert made[0] == made[1]


def test_a_year_without_a_menu_says_so():
    data = outstanding_workbook(table(), FiscalYear.parse("R4"), COVER, has_menu=False)
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet.cell(HEAD_ROW + 1, 1).value == NO_MENU
    assert "0人" not in sheet["A2"].value  # nobody is known to be missing, nor that nobody is


def test_the_list_belongs_to_the_stage_that_knows_who_completed_what(tmp_path):
    import dodo

    Town(tmp_path)
    store = Store.open("R4", tmp_path)
    made = {name: stage_of_year(stage, store, dodo.HERE)["targets"] for name, stage in dodo.STAGES.items()}
    assert [name for name, targets in made.items() if store.outstanding_list in targets] == ["evaluate"]
