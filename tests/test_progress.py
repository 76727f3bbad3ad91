"""Learner lists of an e-learning course: cumulative, and never allowed to go back unnoticed."""

from datetime import date

import pytest

from pipeline.ingest.dates import day_in_name
from pipeline.preparing.logs import fill
from pipeline.preparing.progress import read_lists
from pipeline.preparing.reading import join
from pipeline.schema import conform
from tests.grids import found
from tests.readers import COURSES, OUTSIDER, accounts, directory, raw, year

OCTOBER, FEBRUARY = "JLIS_受講状況_20231031.csv", "JLIS_受講状況_20240229.csv"
HEAD = [
    "団体コード",
    "団体名",
    "受講者ID",
    "氏名",
    "所属",
    "コース名",
    "受講開始日",
    "最終アクセス日時",
    "進捗率",
    "確認テスト得点",
    "受講状況",
    "修了日",
]
COURSE = "デジタルリテラシー修得コース"
AS_OF = r"(\d{4})(\d{2})(\d{2})"


def learner(
    number="0106",
    name="森　真由美",
    status="修了",
    progress="100%",
    score="85",
    done="2023/9/12",
    course=COURSE,
    code="223441",
):
    return [
        code,
        "小山町",
        number,
        name,
        "住民課",
        course,
        "2023/8/21",
        "2023/09/12 10:21:33",
        progress,
        score,
        status,
        done,
    ]


def going(progress="40%", status="受講中", **more):
    return learner(status=status, progress=progress, **{"score": "", "done": "", **more})


YEAR, PEOPLE = year(), directory()


def read(*lists, owner=(), as_of=AS_OF, names=(OCTOBER, FEBRUARY)):
    """The lists, and what they add to the owner's record."""
    files = [
        raw(name, "progress", HEAD, *rows, course="no04", as_of=as_of, about=COURSE)
        for name, rows in zip(names, lists, strict=False)
    ]
    learners, reading = read_lists(YEAR, files, PEOPLE, COURSES, [])
    reading = join(reading, fill(YEAR, learners, owner))
    accounts(reading, files)  # every row used or set aside
    return reading


def rules(reading):
    return [rule for rule, _ in found(reading.findings)]


def standing(reading):
    return {r["participant_id"]: (r["status"], r["reason"]) for r in reading.tables["attendance"]}


@pytest.mark.parametrize(
    ("pattern", "name", "day"),
    [
        (AS_OF, OCTOBER, date(2023, 10, 31)),
        (r"_(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", FEBRUARY, date(2024, 2, 29)),
        (r"R(\d\d)(\d\d)(\d\d)", "職員一覧_R050401.csv", date(2023, 4, 1)),
        (AS_OF, "JLIS_受講状況_20230230.csv", None),  # no such day
        (AS_OF, "JLIS_受講状況.csv", None),
        (r"(\d{4})(\d\d)", OCTOBER, None),  # no day
        (r"(\d{4}", OCTOBER, None),  # no pattern
    ],
)
def test_the_day_in_a_name(pattern, name, day):
    assert day_in_name(pattern, name) == day


@pytest.mark.parametrize(
    ("row", "expected", "why"),
    [
        (learner(), ("e_learning", None), "finished"),
        (learner(progress="100"), ("e_learning", None), "without the sign"),
        (going(), ("absent", "受講中（進捗 40%）"), "on the way"),
        (going("４０％"), ("absent", "受講中（進捗 40%）"), "full-width"),
        (going("100%"), ("absent", "受講中（進捗 100%）"), "all seen, the test not passed"),
        (going("60", "未修了"), ("absent", "未修了（進捗 60%）"), "given up"),
        (going("0%", "未受講"), ("absent", "未受講"), "never begun"),
        (going("", "受講中"), ("absent", "受講中"), "nothing says how far"),
        (learner(number="106"), ("e_learning", None), "a lost zero"),
        (learner(name="モリ　マユミ"), ("e_learning", None), "a name in kana beside the number"),
        (learner(number=""), ("e_learning", None), "no number, but the name"),
        (learner(done="2023/10/31"), ("e_learning", None), "on the very day of the list"),
    ],
)
def test_a_standing_becomes_attendance(row, expected, why):
    reading = read([row])
    assert standing(reading) == {"p0106": expected}, why
    assert rules(reading) == [], why
    assert [r["caught_up_on"] for r in reading.tables["attendance"]] == [None]
    conform("attendance", reading.tables["attendance"])
    assert conform("sessions", reading.tables["sessions"])["format"].tolist() == ["e_learning"]


@pytest.mark.parametrize(
    ("row", "rule", "cell", "is_used", "why"),
    [
        (going(status="受講予定"), "E13", "K2", False, "a status nobody knows"),
        (going("半分"), "E14", "I2", True, "no number"),
        (going("0.4"), "E14", "I2", True, "a share or a percent: not guessed"),
        (going("140%"), "E14", "I2", True, "more than all"),
        (learner(progress="80%"), "E15", "I2", True, "finished with 80 %"),
        (going(done="2023/9/12"), "E15", "L2", True, "a day of completion, not finished"),
        (learner(done="2023/11/2"), "E16", "L2", True, "finished after the list was made"),
        (learner(done="秋"), "S03", "L2", True, "a day nobody can read"),
        (learner(score="優"), "E18", "J2", True, "a score that is no number"),
        (learner(score="120"), "E18", "J2", True, "over the full score"),
        (learner(number="9999"), "I16", "C2", False, "a number nobody has"),
        (learner(name="渡邊　健一"), "I17", "C2", False, "somebody else's name"),
        (learner(number="9998", name=OUTSIDER), "I05", "C2", False, "judged to be no staff"),
        (learner(course="別のコース"), "E11", "F2", False, "not a row of the course"),
    ],
)
def test_dirt_is_told_with_its_cell(row, rule, cell, is_used, why):
    reading = read([row])
    assert found(reading.findings) == [(rule, cell)], why
    assert bool(reading.tables["attendance"]) == is_used, why


def test_scores_keep_their_day():
    reading = read([learner(score="85点"), going(number="0105", name="長田　彩")])
    [score] = conform("scores", reading.tables["scores"]).to_dict("records")
    assert (score["participant_id"], score["score"], score["full_score"]) == ("p0106", 85, 100)
    assert score["taken_on"].date() == date(2023, 9, 12)
    assert score["source_ref"] == f"{OCTOBER}!!J2"


@pytest.mark.parametrize(
    ("before", "now", "expected", "rules_", "why"),
    [
        (going(), learner(), ("e_learning", None), [], "finished since"),
        (going("40%"), going("70%"), ("absent", "受講中（進捗 70%）"), [], "further"),
        (going("40%"), going("40%"), ("absent", "受講中（進捗 40%）"), [], "not a step"),
        (learner(), learner(), ("e_learning", None), [], "still finished"),
        (learner(), going("90%"), ("unknown", "修了の後に受講中（進捗 90%）"), ["E20"], "back"),
        (learner(), going("0", "未受講"), ("unknown", "修了の後に未受講"), ["E20"], "all the way"),
        (going("70%"), going("40%"), ("absent", "受講中（進捗 40%）"), ["E21"], "less, unfinished"),
        (
            going("70%"),
            learner(number="0105", name="長田　彩"),
            ("absent", "受講中（進捗 70%）"),
            ["E22"],
            "dropped from the list",
        ),
    ],
)
@pytest.mark.parametrize("is_reversed", [False, True], ids=["in order", "declared last first"])
def test_later_lists_replace_earlier_ones(before, now, expected, rules_, why, is_reversed):
    lists, names = [[before], [now]], (OCTOBER, FEBRUARY)
    reading = read(*lists[:: -1 if is_reversed else 1], names=names[:: -1 if is_reversed else 1])
    assert standing(reading)["p0106"] == expected, why
    assert rules(reading) == rules_, why


def test_a_list_going_backwards_names_both_cells():
    reading = read(
        [going(number="0105", name="長田　彩"), learner()], [going("90%"), going(number="0105", name="長田　彩")]
    )
    [back] = [f for f in reading.findings.items if f.rule_id == "E20"]
    assert (back.severity, back.file, back.cell) == ("critical", FEBRUARY, "K2")
    assert OCTOBER in back.what and "K3" in back.what


def test_of_a_person_twice_in_a_list_the_further_line_counts():
    for rows in [[going(), learner()], [learner(), going()]]:
        reading = read([*rows])
        assert standing(reading) == {"p0106": ("e_learning", None)}
        assert rules(reading) == ["E17"]
        assert [s.reason for s in reading.ledger.list_set_aside()].count("同じ人の行（進んでいない方）") == 1


def test_other_courses_and_earlier_years_are_set_aside():
    rows = [
        learner(),
        learner(course="情報セキュリティ"),
        learner(course="情報セキュリティ"),
        learner(number="0105", name="長田　彩", done="2023/3/20"),
    ]
    reading = read(rows)
    assert standing(reading) == {"p0106": ("e_learning", None)}
    assert found(reading.findings) == [("E12", "F3")], "told once"
    reasons = ["見出し", "ほかのコースの行", "ほかのコースの行", "前の年度に修了"]
    assert [s.reason for s in reading.ledger.list_set_aside()] == reasons


def test_rows_of_another_town_stop_the_year():
    other = learner(number="0105", name="長田　彩", code="223425")
    reading = read([learner(), other])
    assert found(reading.findings) == [("E10", "A3")]
    reading = read([learner()], [learner(code="223425")])
    assert [(f.rule_id, f.file) for f in reading.findings.items] == [("E10", FEBRUARY)]


def test_a_list_needs_its_own_day():
    reading = read([learner()], as_of=r"_(\d{2})月")
    assert rules(reading) == ["E19"] and not reading.tables["attendance"]
    reading = read([learner()], [learner()], names=(OCTOBER, "写し_20231031.csv"))
    assert rules(reading) == ["F20"]


OWNER = {
    "participant_id": "p0106",
    "session_id": "no04-1",
    "source_ref": "R5受講管理表.xlsx!表!M9",
    "minutes_lost": None,
    "caught_up_on": None,
    "reason": None,
}


@pytest.mark.parametrize(
    ("owner", "row", "status", "rules_", "why"),
    [
        ({"status": "unknown"}, learner(), "e_learning", [], "unknown: filled"),
        ({"status": "unknown"}, going(), "absent", [], "unknown: filled"),
        ({"status": "e_learning"}, learner(), "e_learning", [], "both say so"),
        ({"status": "absent"}, going(), "absent", [], "both say not"),
        ({"status": "absent"}, learner(), "absent", ["E23"], "the owner's record stands"),
        ({"status": "e_learning"}, going(), "e_learning", ["E23"], "likewise"),
        (
            {"status": "e_learning", "caught_up_on": date(2024, 3, 5)},
            going(),
            "e_learning",
            [],
            "finished after the list",
        ),
        (
            {"status": "e_learning", "caught_up_on": date(2023, 9, 5)},
            going(),
            "e_learning",
            ["E23"],
            "finished before it, says the owner",
        ),
        ({"status": "waived"}, learner(), "waived", [], "took it, though excused"),
    ],
)
def test_a_list_fills_only_what_is_open(owner, row, status, rules_, why):
    reading = read([row], owner=[{**OWNER, **owner}])
    filled = [s for s, _ in standing(reading).values()]
    assert (filled or [owner["status"]]) == [status], why  # the owner's record stands where nothing is added
    assert rules(reading) == rules_, why
