"""Teams attendance reports: minutes summed over reconnections, and the owner's record first."""

from datetime import date

import pytest

from pipeline.declaration import problems_of
from pipeline.findings import Place
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.teams import read_duration
from pipeline.preparing.logs import fill
from pipeline.preparing.reading import join
from pipeline.preparing.teams import read_meetings
from pipeline.schema import conform
from tests.grids import found
from tests.readers import COURSES, OUTSIDER, accounts, directory, raw, year

FILE = "Teams出席_20230512.csv"
SUMMARY = [
    ["1. 要約"],
    ["会議のタイトル", "R5 DX研修 No.2（一般職員向け）"],
    ["出席した参加者", "4"],
    ["開始時刻", "2023/05/12, 13:30:00"],
    ["終了時刻", "2023/05/12, 15:30:00"],
    ["会議の長さ", "2 時間 0 分 0 秒"],
    [],
]
HEAD = ["名前", "最初の参加", "最後の退出", "会議の長さ", "メール アドレス", "参加者 ID (UPN)", "ロール"]


def stay(name, length, role="出席者"):
    return [name, "2023/05/12, 13:30:00", "2023/05/12, 15:30:00", length, "", "", role]


def report(*stays, summary=SUMMARY, people="2. 参加者"):
    activity = [[s[0], s[1], s[2], s[3]] for s in stays]
    return [
        *summary,
        [people],
        HEAD,
        *stays,
        [],
        ["3. 会議中のアクティビティ"],
        ["名前", "参加時刻", "退出時刻", "期間"],
        *activity,
    ]


YEAR, PEOPLE = year(), directory()


def read(*stays, owner=(), days=(), **made):
    """One report, and what it adds to the owner's record."""
    return read_reports({FILE: report(*stays, **made)}, owner, days)


def read_reports(reports, owner=(), days=(), **source):
    files = [raw(name, "teams", *rows, course="no02", **source) for name, rows in reports.items()]
    session = {"session_id": "no02-1", "course_id": "no02", "number": 1, "title": "", "format": "room"}
    online, reading = read_meetings(YEAR, files, PEOPLE, COURSES, [session | {"held_on": day} for day in days])
    reading = join(reading, fill(YEAR, online, owner))
    accounts(reading, files)  # every row used or set aside
    return reading


def standing(reading):
    return {r["participant_id"]: (r["status"], r["minutes_lost"]) for r in reading.tables["attendance"]}


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("30 分 0 秒", 30),
        ("1 時間 5 分 10 秒", 65 + 10 / 60),
        ("45 秒", 0.75),
        ("2 時間", 120),
        ("１ 時間\xa00 分", 60),
        ("1h 5m 10s", 65 + 10 / 60),
        ("", None),
        ("分", None),
        ("90", None),
        ("1:05:10", None),
        ("-5 分", None),
    ],
)
def test_a_duration_in_its_forms(written, minutes):
    assert read_duration(written) == (None if minutes is None else pytest.approx(minutes))


@pytest.mark.parametrize(
    ("stays", "expected", "why"),
    [
        (["1 時間 36 分 0 秒"], ("online", None), "exactly four fifths of two hours"),
        (["1 時間 35 分 59 秒"], ("partial", 24), "a second less"),
        (["50 分 0 秒", "46 分 0 秒"], ("online", None), "two connections, together enough"),
        (["50 分 0 秒", "5 分 0 秒", "5 分 0 秒"], ("partial", 60), "three, together half"),
        (["2 時間 0 分 30 秒"], ("online", None), "half a minute over the end"),
    ],
)
def test_there_online_if_the_minutes_suffice(stays, expected, why):
    reading = read(*(stay("髙﨑 太郎", length) for length in stays))
    assert standing(reading) == {"p0011": expected}, why
    assert found(reading.findings) == []


@pytest.mark.parametrize(
    ("name", "person", "rules", "why"),
    [
        ("髙﨑　太郎", "p0011", [], "as on the staff list"),
        ("タカサキ タロウ", "p0011", [], "kana, as one directory holds it"),
        ("ﾀｶｻｷ ﾀﾛｳ", "p0011", [], "half-width kana"),
        ("渡辺健一", "p0102", ["I03"], "another form of a character"),
        ("鈴木　一郎 (税務課)", "p0104", [], "an office tells two people apart"),
        ("髙﨑太郎（ゲスト）", "p0011", [], "from home, not signed in"),
        ("鈴木　一郎", None, ["I02"], "two of that name"),
        ("山田　花子", None, ["I01"], "nobody"),
        (OUTSIDER, None, ["I05"], "judged to be no staff"),
    ],
)
def test_who_a_display_name_is(name, person, rules, why):
    reading = read(stay(name, "2 時間 0 分 0 秒"), stay(name, "1 分 0 秒"))
    assert list(standing(reading)) == [person] * (person is not None), why
    assert [rule for rule, _ in found(reading.findings) if rule != "E04"] == rules, "told once"


def test_the_organiser_is_no_learner():
    reading = read(stay("長田　彩", "2 時間 0 分 0 秒", "開催者"), stay("森　真由美", "2 時間"))
    assert standing(reading) == {"p0106": ("online", None)}


def test_every_row_is_accounted_for():
    files = [
        raw(FILE, "teams", *report(stay("森　真由美", "2 時間"), stay(OUTSIDER, "2 時間", "発表者")), course="no02")
    ]
    _, reading = read_meetings(YEAR, files, PEOPLE, COURSES, [])
    [account] = accounts(reading, files).to_dict("records")
    assert (account["rows_used"], account["rows_set_aside"]) == (1, 13)
    assert account["reasons"] == (
        "「会議中のアクティビティ」の節 4、「要約」の節 6、名簿外の人 1、表題・前書き 1、見出し 1"
    )


def without(*words):
    return [row for row in SUMMARY if not row or row[0] not in words]


def instead(word, value):
    return [[word, value] if row and row[0] == word else row for row in SUMMARY]


@pytest.mark.parametrize(
    ("summary", "status", "rules", "why"),
    [
        (without("会議の長さ"), "online", [], "from start to end"),
        (without("開始時刻", "終了時刻"), "online", [], "the stated length alone"),
        (without("会議の長さ", "終了時刻"), None, ["E02"], "nothing says how long it was"),
        (instead("会議の長さ", "二時間"), None, ["E02"], "a length nobody can read"),
        (instead("会議の長さ", "0 秒"), None, ["E02"], "no length at all"),
        (instead("会議の長さ", "3 時間 0 分 0 秒"), "partial", ["E06"], "as stated, and reported"),
        (instead("開始時刻", "きのう"), "online", ["S03"], "a moment nobody can read"),
        (
            [["1. 要約"], ["開始時刻", "2022/05/12, 13:30:00"], ["会議の長さ", "2 時間"]],
            "online",
            ["S04"],
            "another year's",
        ),
    ],
)
def test_a_summary_that_is_not_as_it_should_be(summary, status, rules, why):
    reading = read(stay("森　真由美", "2 時間 0 分 0 秒"), summary=summary)
    assert [s for s, _ in standing(reading).values()] == [status] * (status is not None), why
    assert [rule for rule, _ in found(reading.findings)] == rules, why


@pytest.mark.parametrize(
    ("made", "length", "rule", "why"),
    [
        ({"people": "2. 名簿"}, "2 時間", "E01", "no section of participants"),
        ({}, "だいたい全部", "E03", "a length that is none"),
        ({}, "3 時間 0 分", "E04", "longer than the meeting: two devices"),
        ({"days": [date(2023, 5, 19)]}, "2 時間", "E05", "another day than the owner's record"),
    ],
)
def test_what_is_wrong_is_told(made, length, rule, why):
    reading = read(stay("森　真由美", length), **made)
    assert [r for r, _ in found(reading.findings)] == [rule], why


OWNER = {"participant_id": "p0106", "session_id": "no02-1", "source_ref": "R5受講管理表.xlsx!表!G7"}


@pytest.mark.parametrize(
    ("owner", "length", "kept", "rules", "why"),
    [
        (None, "2 時間", ("online", None), [], "missing: filled"),
        ("unknown", "2 時間", ("online", None), [], "unknown: filled"),
        ("unknown", "30 分", ("partial", 90), [], "unknown: filled with what it was"),
        ("present", "2 時間", ("present", None), [], "both say there"),
        ("present", "30 分", ("present", None), [], "in the room, and a while on the screen"),
        ("absent", "2 時間", ("absent", None), ["E23"], "the owner's record stands"),
        ("absent_duty", "2 時間", ("absent_duty", None), ["E23"], "likewise"),
        ("absent", "3 分", ("absent", None), [], "a look inside is no attendance"),
        ("online", "30 分", ("online", None), ["E24"], "for a part only"),
        ("waived", "2 時間", ("waived", None), [], "nothing to contradict"),
    ],
)
def test_a_log_fills_only_what_is_open(owner, length, kept, rules, why):
    rows = [{**OWNER, "status": owner, "minutes_lost": None}] if owner else []
    reading = read(stay("森　真由美", length), owner=rows)
    filled = standing(reading) or {"p0106": (owner, None)}  # the owner's record stands where nothing is added
    assert filled == {"p0106": kept}, why
    assert [rule for rule, _ in found(reading.findings)] == rules, why
    if rules:
        assert "R5受講管理表.xlsx" in reading.findings.items[0].what
        assert "G7" in reading.findings.items[0].what
    conform("attendance", reading.tables["attendance"])


def test_the_session_gets_its_day_from_the_meeting():
    reading = read(stay("森　真由美", "2 時間"), days=[None])
    assert [s["held_on"] for s in reading.tables["sessions"]] == [date(2023, 5, 12)]


def test_a_session_that_nobody_declared_is_made_only_if_it_is_the_one():
    reports = {FILE: report(stay("森　真由美", "2 時間"))}
    reading = read_reports(reports)
    assert conform("sessions", reading.tables["sessions"])["session_id"].tolist() == ["no02-1"]
    assert [rule for rule, _ in found(read_reports(reports, session="3").findings)] == ["E07"]
    assert [rule for rule, _ in found(read_reports(reports, session=r"第(\d)回").findings)] == ["F19"]


def test_of_two_meetings_of_a_session_the_fuller_counts():
    reports = {"Teams_1.csv": report(stay("森　真由美", "30 分")), "Teams_2.csv": report(stay("森　真由美", "2 時間"))}
    for order in (reports, dict(reversed(reports.items()))):
        assert standing(read_reports(order)) == {"p0106": ("online", None)}


def test_a_fixed_session_number_is_for_meetings_only():
    base = {
        "fiscal_year": "R5",
        "synthetic": True,
        "stage": "速報",
        "title": "t",
        "town": {"name": "t", "department": "d"},
        "disclosure": {"min_cell_internal": 5, "min_cell_public": 10},
        "analysis": {
            "missed": ["absent"],
            "attended": ["present"],
            "margin": 0.5,
            "alpha": 0.05,
            "draws": 999,
            "seed": 1,
        },
        "course": [{"course_id": "no02", "owner": "人事部門"}],
    }
    others = [{"file": "s.csv", "kind": "staff", "as_of": "(.)(.)(.)"}, {"file": "m.xlsx", "kind": "menu"}]
    teams = {"file": "t.csv", "kind": "teams", "course": "no02", "session": "1"}
    survey = {**teams, "kind": "survey", "instrument": "final", "tool": "ms_forms", "link_mode": "kana"}
    share = {"attendance": {"online_share": 0.8, "completion_share": 0.8}}

    def rules(source, **more):
        declared = {**base, **more, "source": [*others, source]}
        found_ = problems_of(declared, FiscalYear.parse("R5"), Place("year.toml"))
        return [(f.rule_id, "session" in f.what, "[attendance]" in f.what) for f in found_]

    assert rules(teams, **share) == []
    assert rules(survey, **share) == [("Y03", True, False)]
    assert rules(teams) == [("Y04", False, True)]
