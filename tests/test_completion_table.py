"""The completion table: one cell taken apart, what stands beside it, and whose attendance it is."""

from datetime import date

import pytest
from openpyxl import Workbook

from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.completion_table import Record, read_record
from pipeline.schema import conform
from tests.grids import found
from tests.small_towns import COMPLETION, LINES, MENU, REGISTER, SmallTown, completion_page, menu_page

R5 = FiscalYear.parse("R5")


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("●済(動画 5/24)", Record("required", "recording", date(2023, 5, 24))),
        ("●済（動画　５／２４視聴）", Record("required", "recording", date(2023, 5, 24))),
        ("●済(5/24 録画)", Record("required", "recording", date(2023, 5, 24))),
        ("●済（集合）", Record("required", "present")),
        ("○済(eラーニング 10/2)", Record("recommended", "e_learning", date(2023, 10, 2))),
        ("○済（ｅラーニング R6.1.9）", Record("recommended", "e_learning", date(2024, 1, 9))),
        ("〇済(オンライン)", Record("recommended", "online")),
        ("●済", Record("required", "taken")),
        ("●済(5/24)", Record("required", "taken", date(2023, 5, 24))),
        ("済(集合)", Record(None, "present")),
        ("●(動画)", Record("required", "recording")),
        ("●録画済", Record("required", "recording")),
        ("▲ワークショップ", Record("selected", "present")),
        ("●未受講", Record("required", "absent")),
        ("○見送り（高度な水準にあるため）", Record("recommended", "waived", None, "高度な水準にあるため")),
        ("○見送り", Record("recommended", "waived")),
        ("●異動", Record("required", "not_target", None, "異動")),
        ("●育休（6/1～）", Record("required", "not_target", None, "育休6/1~")),
        ("●退職", Record("required", "not_target", None, "退職")),
        ("●対象外", Record("required", "not_target", None, "対象外")),
        ("▲", Record("selected", None)),
        (" ● ", Record("required", None)),
        ("⭕\ufe0f未受講", Record("recommended", "absent")),
        ("", Record(None, None)),
        ("－", Record(None, None)),
        ("対象外", Record(None, None)),
    ],
)
def test_a_cell_is_taken_apart(text, record):
    assert read_record(text, R5) == record


@pytest.mark.parametrize(
    "text",
    [
        "●☆",
        "△済",
        "●済(動画 13/45)",
        "●済(紙 5/24)",
        "●集合(動画)",
        "●動画済(集合)",
        "●済(集合)(5/24)",
        "5/24",
        "●受けた",
    ],
)
def test_what_has_no_meaning_is_not_guessed(text):
    assert read_record(text, R5) is None


@pytest.fixture
def town(tmp_path):
    town = SmallTown(tmp_path)
    town.staff()
    town.workbook(MENU, "menu", menu_page(*LINES))
    for course_id in ("no01", "no03"):
        town.course(course_id)
    return town


def read(town, *rows, numbers=(1, 3), sessions=()):
    town.course("no02", sessions=sessions)
    town.workbook(COMPLETION, "completion", completion_page(*rows, numbers=numbers))
    return town.read()


YAMADA = ["0102", "山田 花子", "税務課", "副主任"]
SUZUKI = ["0103", "鈴木　一郎", "〃", "主事"]


def statuses(run):
    rows = conform("attendance", run.tables["attendance"])
    staff_no = {p.participant_id: p.staff_no for p in run.directory.people}
    return {(staff_no[r.participant_id], r.session_id): r.status for r in rows.itertuples()}


def test_a_row_becomes_attendance_where_it_says_anything(town):
    run = read(town, [*YAMADA, "●済(動画 5/24)", "", "", "○見送り（高度な水準にあるため）"], [*SUZUKI, "", "", "", "▲"])
    assert not run.findings.fatal()
    assert statuses(run) == {
        ("0102", "no01-1"): "recording",
        ("0102", "no03-1"): "waived",
        ("0103", "no03-1"): "unknown",
    }
    first, second, _ = sorted(run.tables["attendance"], key=lambda row: row["source_ref"])
    assert first["caught_up_on"] == date(2023, 5, 24)
    assert first["source_ref"] == f"{COMPLETION}!受講管理表!E4"
    assert second["reason"] == "高度な水準にあるため"
    run.ledger.accounts()


@pytest.mark.parametrize(
    ("cell", "day", "method", "status", "watched", "rules"),
    [
        ("●済", "5/24", "録画", "recording", date(2023, 5, 24), set()),
        ("●済", "R5.5.12", "集合", "present", None, set()),
        ("●済（集合）", "5/12", "", "present", None, set()),
        ("●済(動画 5/24)", "5/24", "録画", "recording", date(2023, 5, 24), set()),
        ("●済(動画 5/24)", "5/25", "", "recording", date(2023, 5, 24), {"N15"}),
        ("●済(動画 5/24)", "", "集合", "recording", date(2023, 5, 24), {"N15"}),
        ("●", "5/12", "集合", "present", None, {"N16"}),
        ("●済", "5/12", "", "present", None, {"N18"}),
        ("●未受講", "", "", "absent", None, set()),
    ],
)
def test_the_columns_beside_a_mark_complete_it(town, cell, day, method, status, watched, rules):
    run = read(town, [*YAMADA, cell, day, method])
    assert not run.findings.fatal()
    [row] = run.tables["attendance"]
    assert (row["status"], row["caught_up_on"]) == (status, watched)
    assert {r for r, _ in found(run.findings) if r.startswith("N")} - {"N20"} == rules


def test_who_just_took_a_course_of_one_method_took_it_by_that(town):
    run = read(town, [*SUZUKI, "", "", "", "○済", "9/1"])
    [row] = run.tables["attendance"]
    assert (row["status"], row["caught_up_on"]) == ("e_learning", date(2023, 9, 1))
    assert "N18" not in [f.rule_id for f in run.findings.items]


@pytest.mark.parametrize(
    ("row", "rule", "cell"),
    [
        ([*YAMADA, "●☆"], "N12", "E4"),
        ([*YAMADA, "●済", "", "紙"], "N12", "G4"),
        ([*YAMADA, "●済", "いつか"], "S03", "F4"),
        ([*YAMADA, "●済(集合 4/1)", "R6.4.1"], "N15", "E4"),
        ([*YAMADA, "●済", "R6.4.1", "集合"], "S04", "E4"),
        ([*YAMADA, "●未受講", "5/24"], "N14", "E4"),
        (["0999", "山田花子", "税務課", "", "●済(集合)"], "I16", "A4"),
        (["0103", "山田花子", "税務課", "", "●済(集合)"], "I17", "A4"),
    ],
)
def test_a_fault_is_named_by_its_cell(town, row, rule, cell):
    assert (rule, cell) in found(read(town, row).findings)


def test_the_same_person_twice_is_fatal_and_names_both(town):
    findings = read(town, [*YAMADA, "●未受講"], ["102", "山田花子", "税務課", "", "●済(集合)"]).findings
    [twice] = [f for f in findings.fatal() if f.rule_id == "N17"]
    assert twice.cell == "B5" and "B4" in twice.what


def test_a_column_of_no_course_is_fatal(town):
    run = read(town, [*YAMADA, "●未受講"], numbers=(1, 7))
    assert ("N11", "H3") in found(run.findings)


def test_one_mark_does_not_say_which_of_five_sessions(town):
    run = read(town, [*YAMADA, "▲済(集合)"], numbers=(2,), sessions=[1, 2])
    assert ("N13", "E3") in found(run.findings)
    assert run.tables["attendance"] == []


def test_a_register_stands_against_the_completion_table(town):
    page = Workbook().active
    for row in (
        ["No.", "所属", "氏名", "第1回\n6/7（水）"],
        [1, "税務課", "山田花子", "×"],
        [2, "〃", "鈴木一郎", "○"],
    ):
        page.append(row)
    town.workbook(REGISTER, "register", page, course="no02")
    run = read(town, [*YAMADA, "▲済(集合)"], [*SUZUKI, "▲済(集合)"], numbers=(2,), sessions=[1])
    assert statuses(run) == {("0102", "no02-1"): "absent", ("0103", "no02-1"): "present"}
    assert [cell for rule, cell in found(run.findings) if rule == "N19"] == ["E4"]


def test_no_name_in_a_reason_leaves(town):
    run = read(town, [*YAMADA, "", "", "", "○見送り（鈴木一郎さんが受講したため）"])
    [row] = run.tables["attendance"]
    assert "鈴木" not in row["reason"] and "受講したため" in row["reason"]


def test_a_printed_obligation_is_compared_with_the_menu(town):
    # no01: ● 部課長, ○ 行革幹事 (山田); no03: ○ 主事 (鈴木)
    run = read(
        town,
        [*YAMADA, "○未受講", "", "", "▲"],
        [*SUZUKI, "", "", "", "●未受講"],
        ["0101", "高崎太郎", "総務課", "課長", "●済(集合)", "", "", "○育休"],
    )
    differing = {f.cell: f.what for f in run.findings.items if f.rule_id == "N20"}
    assert sorted(differing) == ["H4", "H5"]
    assert "「▲」" in differing["H4"] and "「対象外」" in differing["H4"]
    assert "「●」" in differing["H5"] and "「○」" in differing["H5"]
