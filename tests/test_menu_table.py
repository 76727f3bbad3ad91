"""The training menu: its merged heads and years, targets, priority by paint, and what nobody may guess."""

import pytest

from pipeline.schema import conform
from tests.grids import found
from tests.small_towns import LINES, MENU, REGISTER, SmallTown, menu_page


@pytest.fixture
def town(tmp_path):
    town = SmallTown(tmp_path)
    town.staff()
    return town


def read(town, *lines, green=(), declared=("no01", "no02", "no03"), change=None):
    page = menu_page(*(lines or LINES), green=green)
    for address, value in (change or {}).items():
        page[address] = value
    town.workbook(MENU, "menu", page)
    for course_id in declared:
        town.course(course_id)
    return town.read()


def table(run, name, *columns):
    rows = conform(name, run.tables[name])
    return [tuple(row) for row in rows[list(columns)].itertuples(index=False)]


def line(**changes):
    """Line 1 of the menu with some of its parts changed."""
    names = ["number", "category", "title", "method", "provider", "month", "hours", "targets", "years"]
    parts = dict(zip(names, LINES[0], strict=True))
    return tuple((parts | changes).values())


def test_a_course_is_what_its_row_says(town):
    run = read(town)
    assert not run.findings.fatal()
    assert table(run, "courses", "course_id", "number", "category", "hours", "owner", "month") == [
        ("no01", 1, "DXリテラシー", 2.0, "人事部門", "5月"),
        ("no02", 2, "DXリテラシー", 10.0, "人事部門", "6月"),  # 〃 above; 2 hours × 5 sessions
        ("no03", 3, "デジタルリテラシー", 1.5, "人事部門", "例年8月頃～"),
    ]
    assert table(run, "courses", "target") == [
        ("必須：部課長／推奨：行革幹事",),
        ("指名or公募：主任",),
        ("推奨：主事・会計年度任用職員",),
    ]
    run.ledger.accounts()
    assert {s.reason for s in run.ledger.list_set_aside() if s.file == MENU} == {"表題・前書き", "見出し", "凡例・注記"}


def test_a_text_that_is_broken_into_lines_is_one_text(town):
    run = read(town, line(title="環境、\n方針の理解", provider="CIO補佐\n業務委託"), declared=["no01"])
    assert table(run, "courses", "title", "provider") == [("環境、方針の理解", "CIO補佐 業務委託")]


def test_targets_are_positions_and_segments_with_their_obligation(town):
    assert table(read(town), "targets", "course_id", "kind", "name", "obligation") == [
        ("no01", "position", "部課長", "required"),
        ("no01", "segment", "行革幹事", "recommended"),
        ("no02", "position", "主任", "selected"),
        ("no03", "position", "主事", "recommended"),
        ("no03", "position", "会計年度任用職員", "recommended"),
    ]


def test_merged_years_speak_for_all_their_years(town):
    plans = dict.fromkeys(["no01", "no02", "no03"], ())
    for course_id, year, plan in table(read(town), "course_years", "course_id", "fiscal_year", "plan"):
        plans[course_id] += ((year, plan),)
    years = ("R5", "R6", "R7", "R8")
    assert plans == {
        "no01": tuple(zip(years, ["renewed"] * 4, strict=True)),
        "no02": tuple(zip(years, ["held", *["untaken"] * 3], strict=True)),
        "no03": tuple(zip(years, [*["held"] * 3, "none"], strict=True)),
    }


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("実施", "held"),
        ("R5開始", "held"),
        ("毎年度内容を更新して実施", "renewed"),
        ("", "none"),
        ("－", "none"),
        ("以降は未受講者向けに同様の内容を実施", "untaken"),
        ("廃止", "none"),
        ("実施しない", "none"),
    ],
)
def test_what_a_year_says(town, text, plan):
    run = read(town, line(years=[("R5", "R5", "実施"), ("R6", "R6", text)]), declared=["no01"])
    assert table(run, "course_years", "fiscal_year", "plan")[1] == ("R6", plan)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("2時間", 2), ("90分", 1.5), ("1時間30分", 1.5), ("約1.5時間×４回", 6), (2, 2), ("45分×2回", 1.5), ("", None)],
)
def test_hours_in_all(town, text, hours):
    run = read(town, line(hours=text), declared=["no01"])
    assert [row["hours"] for row in run.tables["courses"]] == [hours]
    assert "N10" not in [f.rule_id for f in run.findings.items]


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("50,000円", 50_000),
        ("約５万円（税込）", 50_000),
        (1_200.5, 1_200.5),
        ("２千円", 2_000),
        ("－", None),
        ("", None),
    ],
)
def test_what_a_course_costs_where_the_menu_says_it(town, text, cost):
    run = read(town, line(), declared=["no01"], change={"W4": "費用", "W6": text})
    assert [row["cost"] for row in run.tables["courses"]] == [cost]
    assert "E28" not in [f.rule_id for f in run.findings.items]


def test_a_menu_without_costs_has_none(town):
    assert conform("courses", read(town).tables["courses"])["cost"].isna().all()


def test_a_cost_that_cannot_be_read_is_named_with_its_column(town):
    run = read(town, change={"W4": "費用", "W7": "職員対応"})
    [told] = [f for f in run.findings.items if f.rule_id == "E28"]
    assert (told.severity, told.cell) == ("major", "W7")
    assert "費用" in told.what and "職員対応" in told.what


def test_green_paint_makes_a_priority_and_says_so_once(town):
    run = read(town, green=[2])
    assert table(run, "courses", "is_priority") == [(False,), (True,), (False,)]
    assert [f.rule_id for f in run.findings.items if f.rule_id in ("N01", "L11")] == ["N01"]
    assert ("N01", "A7") in found(run.findings)


def test_a_course_of_one_session_has_that_session(town):
    columns = ("session_id", "title", "format", "hours")
    assert table(read(town), "sessions", *columns) == [
        ("no01-1", "動向把握（幹部職員向け）", "room", 2.0),
        ("no02-1", "業務改善ワークショップ", "workshop", 10.0),
        ("no03-1", "修得コース", "e_learning", 1.5),
    ]


@pytest.mark.parametrize(
    ("method", "format_"),
    [
        ("集合", "room"),
        ("集合or動画", "room"),
        ("動画", "recording"),
        ("録画視聴", "recording"),
        ("ｅラーニング", "e_learning"),
        ("オンライン", "online"),
        ("ワークショップ", "workshop"),
    ],
)
def test_a_method_has_its_format(town, method, format_):
    run = read(town, line(method=method), declared=["no01"])
    assert table(run, "sessions", "format") == [(format_,)]


def test_what_was_only_inferred_is_marked_until_it_is_confirmed(town):
    town.menu = '[menu]\ninferred = ["no01"]\nconfirmed = ["no01:行革幹事"]\n'
    run = read(town)
    assert table(run, "targets", "name", "confidence")[:3] == [
        ("部課長", "inferred"),
        ("行革幹事", "stated"),
        ("主任", "stated"),
    ]
    assert table(run, "courses", "confidence") == [("inferred",), ("stated",), ("stated",)]


@pytest.mark.parametrize(
    ("address", "value", "rule", "severity"),
    [
        ("H6", "△", "N02", "fatal"),
        ("H6", "必", "N02", "fatal"),
        ("S7", "たぶん", "N03", "fatal"),
        ("A7", "二", "N04", "fatal"),
        ("A7", 1, "N05", "fatal"),
        ("D7", "未定", "N09", "fatal"),
        ("G7", "半日", "N10", "major"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_cell(town, address, value, rule, severity):
    findings = read(town, change={address: value}).findings
    assert [(f.severity, f.cell) for f in findings.items if f.rule_id == rule] == [(severity, address)]


def test_the_menu_and_year_toml_must_know_the_same_courses(town):
    run = read(town, declared=["no01", "no02", "no11"])
    assert {("N06", ""), ("N07", "C8")} <= set(found(run.findings))
    [unknown] = [f for f in run.findings.items if f.rule_id == "N06"]
    assert "no11" in unknown.what and "3番目" in unknown.what


@pytest.mark.parametrize("menu", ['inferred = ["no07"]', 'confirmed = ["no01:主任"]', 'confirmed = ["行革幹事"]'])
def test_a_confidence_must_be_of_something_on_the_menu(town, menu):
    town.menu = f"[menu]\n{menu}\n"
    assert ("N08", "") in found(read(town).findings)


def test_a_course_with_a_register_has_the_registers_sessions_and_people(town):
    from openpyxl import Workbook

    page = Workbook().active
    page.title = "出席簿"
    for row in (["No.", "所属", "氏名", "第1回\n6/7（水）", "第2回\n6/14（水）"], [1, "税務課", "山田花子", "○", "×"]):
        page.append(row)
    town.workbook(REGISTER, "register", page, course="no02")
    town.course("no02", sessions=[1, 2])
    run = read(town, declared=["no01", "no03"])
    assert not run.findings.fatal()
    assert [s for (s,) in table(run, "sessions", "session_id")] == ["no01-1", "no02-1", "no02-2", "no03-1"]
    assert table(run, "attendance", "session_id", "status") == [("no02-1", "present"), ("no02-2", "absent")]
    assert "I10" not in [f.rule_id for f in run.findings.items]  # the other staff had not to come
