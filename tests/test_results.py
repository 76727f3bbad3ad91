"""What came of the training: follow-up, working groups, improvement reports, indicators."""

from datetime import date, datetime

import pytest

from pipeline.preparing.results import read_followups, read_improvements, read_indicators
from pipeline.preparing.working_groups import read_working_groups
from pipeline.schema import conform
from tests.grids import found
from tests.readers import COURSES, OUTSIDER, accounts, directory, raw, year

YEAR, PEOPLE = year(), directory()


def checked(reading, files):
    accounts(reading, files)  # every row used or set aside
    return reading


def followups(*rows):
    files = [raw("フォローアップ_R6.1.csv", "followup", ASKED, *rows)]
    return checked(read_followups(YEAR, files, PEOPLE, COURSES), files)


def working_groups(*rows):
    files = [raw("WG活動記録.xlsx", "working_groups", WG, *rows)]
    return checked(read_working_groups(YEAR, files, PEOPLE), files)


def improvements(*rows):
    files = [raw("業務改善報告.xlsx", "improvements", REPORT, *rows)]
    return checked(read_improvements(YEAR, files, PEOPLE, COURSES), files)


def indicators(*rows):
    files = [raw("KPI.xlsx", "kpi", *rows)]
    return checked(read_indicators(YEAR, files), files)


def rules(reading):
    return [rule for rule, _ in found(reading.findings)]


# Follow-up -------------------------------------------------------------------------------------

ASKED = ["回答日時", "職員番号", "氏名", "研修No.", "活用状況", "活用した場面（具体的に）", "所属長確認"]


def used(
    use="活用した",
    course="No.5",
    number="0106",
    name="森　真由美",
    sent="2024/01/15 9:10",
    example="窓口の様式を見直した",
    confirmed="済",
):
    return [sent, number, name, course, use, example, confirmed]


@pytest.mark.parametrize(
    ("written", "use"),
    [
        ("活用した", "used"),
        ("一部活用", "partly"),
        ("一部活用した", "partly"),
        ("機会がない", "no_chance"),
        ("活用していない", "not_used"),
        ("", None),
    ],
)
def test_whether_it_was_used(written, use):
    reading = followups(used(written))
    [row] = reading.tables["followups"]
    assert (row["participant_id"], row["course_id"], row["use"]) == ("p0106", "no05", use)
    assert rules(reading) == []
    conform("followups", reading.tables["followups"])


@pytest.mark.parametrize(
    ("row", "rule", "rows", "why"),
    [
        (used("活用予定"), "S01", 1, "a label nobody knows"),
        (used(confirmed="たぶん"), "S01", 1, "neither yes nor no"),
        (used(sent="先週"), "S03", 1, "a moment nobody can read"),
        (used(sent="2022/01/15 9:10"), "S04", 1, "another year's"),
        (used(course="No.11"), "E25", 0, "a course that is not in the menu"),
        (used(course="業務改善"), "E25", 0, "a title in place of the number"),
        (used(course="No.5、No.6"), "E25", 0, "two courses in one answer"),
        (used(course=""), "E29", 0, "no course"),
        (used(number="9999"), "I16", 1, "a number nobody has"),
        (used(name="長田　彩"), "I17", 1, "somebody else's name"),
        (used(number="9999", name=OUTSIDER), "I05", 0, "judged to be no staff"),
        (used(number="", name=""), "S08", 1, "nobody's answer counts, unlinked"),
    ],
)
def test_dirt_in_a_follow_up(row, rule, rows, why):
    reading = followups(row)
    assert rules(reading) == [rule], why
    assert len(reading.tables["followups"]) == rows, why


@pytest.mark.parametrize(
    ("course", "why"),
    [
        ("No.5", "as in the menu"),
        ("5", "the number alone"),
        ("Ｎｏ．５", "full-width"),
        ("no5", "without the dot"),
        ("05", "two digits"),
    ],
)
def test_a_course_number_in_its_forms(course, why):
    reading = followups(used(course=course))
    assert [r["course_id"] for r in reading.tables["followups"]] == ["no05"], why


def test_the_last_answer_of_a_person_on_a_course_counts():
    later, other = used("機会がない", sent="2024/01/20 9:10"), used(course="No.6", number="106")
    for rows in [[used(), later, other], [other, later, used()]]:
        reading = followups(*rows)
        assert [(r["course_id"], r["use"]) for r in reading.tables["followups"]] == [
            ("no05", "no_chance"),
            ("no06", "used"),
        ]
        assert rules(reading) == ["S07"]
        assert [s.reason for s in reading.ledger.list_set_aside()].count("重複回答（先の送信）") == 1


def test_no_name_leaves_with_an_example():
    reading = followups(used(example="長田　彩さんと直した"))
    assert [r["example"] for r in reading.tables["followups"]] == ["〔氏名〕と直した"]
    [row] = conform("followups", reading.tables["followups"]).to_dict("records")
    assert row["is_confirmed"] and row["submitted_at"] == datetime(2024, 1, 15, 9, 10)


# Working groups --------------------------------------------------------------------------------

WG = ["テーマ", "主担当課", "リーダー", "メンバー", "開催日", "出席者", "内容", "段階", "伴走"]
MEMBERS = "長田　彩、渡邊　健一、鈴木　一郎（総務課）"


def meeting(
    held_on="R5.6.2",
    present="森　真由美、長田　彩",
    members=MEMBERS,
    phase="方針検討",
    theme="施設予約",
    office="住民課",
    leader="森　真由美",
    content="現状の整理",
):
    return [theme, office, leader, members, held_on, present, content, phase, "CIO補佐"]


def test_a_meeting_and_its_people():
    again = meeting(
        date(2023, 7, 7),
        "全員",
        theme="",
        office="",
        leader="",
        members="〃",
        phase="企画書",
        content="長田　彩が試作した",
    )
    reading = working_groups(meeting(), again)
    assert rules(reading) == []
    first, second = conform("working_groups", reading.tables["working_groups"]).to_dict("records")
    assert [(m["members"], m["attended"], m["phase"]) for m in (first, second)] == [
        (4, 2, "方針検討"),
        (4, 4, "企画書"),
    ]
    assert second["theme"] == "施設予約" and second["content"] == "〔氏名〕が試作した"
    assert [m["held_on"].date() for m in (first, second)] == [date(2023, 6, 2), date(2023, 7, 7)]
    people = conform("wg_people", reading.tables["wg_people"])
    here = people[people["meeting_id"] == "wg-01"].set_index("participant_id")
    assert here["role"].to_dict() == {"p0102": "member", "p0103": "member", "p0105": "member", "p0106": "leader"}
    assert here["is_present"].to_dict() == {"p0102": False, "p0103": False, "p0105": True, "p0106": True}


@pytest.mark.parametrize(
    ("row", "expected", "members", "attended", "why"),
    [
        (meeting(members="渡辺健一、長田彩"), ["I03"], 3, 2, "a variant character, told once"),
        (meeting(present="森　真由美、鈴木　一郎（税務課）"), ["W01"], 4, 1, "a guest of the staff"),
        (meeting(present=f"森　真由美、{OUTSIDER}"), ["I05"], 4, 1, "a guest from outside"),
        (meeting(present="森　真由美、森　真由美"), [], 4, 1, "the same name twice"),
        (meeting(present=""), ["W06"], 4, 0, "nobody knows who came"),
        (meeting(members="森　真由美、長田　彩"), [], 2, 2, "the leader among the members"),
        (meeting(members="長田　彩，渡邊　健一\n"), [], 3, 2, "another comma"),
        (meeting(members="長田"), ["I01", "W01"], 1, 1, "a surname alone"),
        (meeting(members="鈴木　一郎"), ["I02", "W01"], 1, 1, "one of two"),
        (meeting(held_on="来月"), ["S03"], 4, 2, "a day nobody can read"),
        (meeting(held_on="R4.6.2"), ["S04"], 4, 2, "another year's"),
        (meeting(office="宇宙課"), ["O01"], 4, 2, "an office nobody knows"),
    ],
)
def test_dirt_in_a_record_of_meetings(row, expected, members, attended, why):
    reading = working_groups(row)
    assert rules(reading) == expected, why
    [made] = reading.tables["working_groups"]
    assert (made["members"], made["attended"]) == (members, attended), why


def test_a_name_in_every_row_is_looked_up_once():
    rows = [meeting(f"R5.{month}.2", members="渡辺健一") for month in (6, 7, 8)]
    reading = working_groups(*rows)
    assert rules(reading).count("I03") == 1


@pytest.mark.parametrize(
    ("row", "rule"), [(meeting(phase="検討中"), "E27"), (meeting(phase=""), "E29"), (meeting(theme=""), "E29")]
)
def test_a_meeting_without_its_theme_or_phase_stops_the_year(row, rule):
    reading = working_groups(row)
    assert rules(reading) == [rule] and not reading.tables["working_groups"]


def test_two_meetings_of_a_theme_on_one_day_are_doubtful():
    other = meeting(theme="電子申請")
    reading = working_groups(meeting(), other, meeting("2023/6/2"))
    assert found(reading.findings) == [("W02", "E4")]
    assert "E2" in reading.findings.items[0].what
    assert len(reading.tables["working_groups"]) == 3


# Improvement reports ---------------------------------------------------------------------------

REPORT = ["受付番号", "提出日", "所属", "件名", "区分", "DX該当", "関連研修No.", "効果(時間/年)"]


def improvement(
    number="R5-001",
    sent="R5.9.1",
    office="住民課",
    title="申請書の統合",
    category="1",
    is_dx="○",
    courses="No.5",
    hours="120",
):
    return [number, sent, office, title, category, is_dx, courses, hours]


@pytest.mark.parametrize(
    ("row", "expected", "rules_", "why"),
    [
        (improvement(), (1, True, "no05", 120), [], "as it should be"),
        (improvement(category="①", hours="1,200時間"), (1, True, "no05", 1200), [], "with a unit"),
        (improvement(category=3, hours=36.5), (3, True, "no05", 36.5), [], "Excel's numbers"),
        (improvement(category="2 事務の効率化", hours="約40"), (2, True, "no05", 40), [], "in words"),
        (improvement(is_dx="×", courses="－"), (1, False, None, 120), [], "of no course"),
        (improvement(is_dx="", courses="", hours=""), (1, None, None, None), [], "left open"),
        (improvement(courses="No.5、No.7"), (1, True, "no05;no07", 120), [], "two courses"),
        (improvement(courses="5・7"), (1, True, "no05;no07", 120), [], "another separator"),
        (improvement(courses="No.5\nNo.5"), (1, True, "no05", 120), [], "the same one twice"),
        (improvement(courses=5), (1, True, "no05", 120), [], "a number"),
        (improvement(courses="No.5、No.12"), (1, True, "no05", 120), ["E25"], "not in the menu"),
        (improvement(courses="No.5～7"), (1, True, None, 120), ["E25"], "a range is not guessed at"),
        (improvement(category="5"), (None, True, "no05", 120), ["E27"], "no such category"),
        (improvement(category="12"), (None, True, "no05", 120), ["E27"], "one or two?"),
        (improvement(is_dx="△"), (1, None, "no05", 120), ["S01"], "neither yes nor no"),
        (improvement(hours="多数"), (1, True, "no05", None), ["E28"], "no number"),
        (improvement(hours="60分"), (1, True, "no05", None), ["E28"], "another unit"),
        (improvement(sent="秋"), (1, True, "no05", 120), ["S03"], "a day nobody can read"),
        (improvement(office="宇宙課"), (1, True, "no05", 120), ["O01"], "an unknown office"),
    ],
)
def test_an_improvement_report(row, expected, rules_, why):
    reading = improvements(row)
    [made] = reading.tables["improvements"]
    got = tuple(made[c] for c in ("category", "is_dx", "course_ids", "hours_saved"))
    assert got == expected, why
    assert rules(reading) == rules_, why
    conform("improvements", reading.tables["improvements"])


@pytest.mark.parametrize(
    ("other", "rule", "why"),
    [
        (improvement(), "W04", "the same row twice"),
        (improvement(title="別の件"), "W03", "two reports under one number"),
    ],
)
def test_a_number_that_stands_twice(other, rule, why):
    reading = improvements(improvement(), other, improvement("R5-002"))
    assert found(reading.findings) == [(rule, "A3")], why
    assert [r["report_id"] for r in reading.tables["improvements"]] == ["R5-001", "R5-002"]


def test_a_report_without_its_office_stops_the_year():
    reading = improvements(improvement(office=""))
    assert found(reading.findings) == [("E29", "C2")]


# Indicators ------------------------------------------------------------------------------------

KPI = ["指標", "単位", "R4", "R5", "出典"]


def test_indicators_become_one_row_a_year():
    reading = indicators(
        ["令和５年度　KPI"],
        KPI,
        ["オンライン化した行政手続きの件数", "件", 38, "1,061", "企画政策課調べ"],
        ["オンライン化した行政手続きの比率", "％", "12.5%", 21.4, "企画政策課調べ"],
        ["町民意識調査", "％", "未調査", "", "町民意識調査"],
        ["事業化件数", "件", "－", 1, "行革幹事会"],
    )
    table = conform("indicators", reading.tables["indicators"])
    assert rules(reading) == []
    assert table["fiscal_year"].tolist() == ["R4", "R5"] * 4
    assert table["value"].tolist()[:4] == [38, 1061, 12.5, 21.4]
    assert table["value"].isna().tolist() == [False] * 4 + [True] * 3 + [False]
    # 「－」 says that there is no such thing; 「未調査」 and an empty cell, that nobody knows.
    assert table["missing_reason"].eq("not_applicable").tolist() == [False] * 6 + [True, False]


@pytest.mark.parametrize(
    ("row", "rule", "cell", "why"),
    [
        (["業務数", "件", 1, "多い", "調べ"], "E28", "D2", "no number"),
        (["業務数", "件", "3人", 4, "調べ"], "E28", "C2", "another unit"),
        (["比率", "%", 12.5, 0.21, "調べ"], "W05", "D2", "Excel's 21 % beside 12.5"),
        (["業務数", "", 1, 2, "調べ"], "E29", "B2", "no unit"),
        (["業務数", "件", 1, 2, ""], "E29", "E2", "no source"),
    ],
)
def test_dirt_in_the_indicators(row, rule, cell, why):
    reading = indicators(KPI, row)
    assert found(reading.findings) == [(rule, cell)], why


def test_an_indicator_stands_once():
    row = ["業務数", "件", 1, 2, "調べ"]
    reading = indicators(KPI, row, ["業務 数", *row[1:]])
    assert found(reading.findings) == [("F20", "A3")]
    assert len(reading.tables["indicators"]) == 2
