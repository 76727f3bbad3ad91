"""Which answers count, and what each of them says: draft, test, double, missing for which reason."""

from datetime import datetime

import pytest

from pipeline.codebook import Codebook
from pipeline.findings import Findings
from pipeline.ingest.survey import read_answers
from pipeline.preparing.identity import Match
from pipeline.preparing.survey_answers import Instrument, Respondent, differences, excluded, keep_last, tabulate
from tests.grids import R4, found, grid

BOOK = Codebook("R4")
RULES = BOOK.read("set_aside").to_dict("records")
HEAD = [
    "回答ID",
    "回答日時",
    "ステータス",
    "所属",
    "氏名（任意）",
    "Q1 本日の内容を理解できましたか",
    "Q2 本日の研修に満足しましたか",
    "Q3 業務に活かせそうですか",
    "Q6 ご意見・ご感想（自由記述）",
]
SESSION = Instrument("trial-session-1", "session", "trial", 1, "logoform", "name")
FINAL = Instrument("trial-final", "final", "trial", None, "google_sheet", "name")
FINAL_HEAD = [
    "タイムスタンプ",
    "お名前",
    "各回の理解度 [第1回]",
    "各回の理解度 [第2回]",
    "研修全体の満足度",
    "実務への貢献度",
    "欠席した回（すべて選択）",
    "DXのアイデア実現の検討において、課題があれば教えてください。 ※複数選択可",
    "その他",
]


def answer(
    status="完了", name="森健", time="2022/08/05 15:00", comment="", ratings=("理解できた", "満足", "いずれ活かせる")
):
    return ["1", time, status, "総務課", name, *ratings, comment]


def read(*rows, head=HEAD, tool="logoform", family="session", file="第1回.csv"):
    findings = Findings()
    _, answers = read_answers(grid(head, *rows, file=file, sheet=""), tool, family, BOOK, R4, findings)
    assert not findings.items
    return answers


@pytest.mark.parametrize(
    ("row", "reason", "why"),
    [
        (answer(), None, "an ordinary answer counts"),
        (answer(status="下書き"), "下書き", "not sent yet"),
        (answer(status="取消"), "取消", "withdrawn"),
        (answer(status="受付済"), "?", "an unknown status is asked about, not guessed"),
        (answer(status=""), "?", "an empty one too"),
        (answer(name="テスト"), "テスト回答", "the office's own test"),
        (answer(name="ﾃｽﾄ太郎"), "テスト回答", "half-width"),
        (answer(name="TEST"), "テスト回答", "capitals"),
        (answer(comment="テスト"), "テスト回答", "a test in the free text"),
        (answer(comment="ｔｅｓｔ。"), "テスト回答", "full-width"),
        (answer(comment="ああああ"), "テスト回答", "keys held down"),
        (answer(comment="テストがあると復習になって良い"), None, "about tests, not a test"),
        (answer(comment="ああ、なるほどと思った"), None, "an exclamation"),
    ],
)
def test_drafts_and_tests_do_not_count(row, reason, why):
    [one] = read(row)
    assert excluded(one, RULES, {"opinion"}) == reason, why


def test_a_tool_without_a_status_has_only_sent_answers():
    [one] = read(["2022/10/25", "森健", 5, 4, 4, 4, "", "", ""], head=FINAL_HEAD, tool="google_sheet", family="final")
    assert excluded(one, RULES, {"other"}) is None


def people(answers, *ids):
    """The answers as those of these people."""
    return [
        Respondent(a, Match(i, "exact" if i else "nameless", a.row["submitted_at"].place), a.submitted_at)
        for a, i in zip(answers, ids, strict=True)
    ]


@pytest.mark.parametrize(
    ("times", "kept", "why"),
    [
        (["8/5 15:00", "8/5 16:00"], 3, "the last one sent"),
        (["8/5 16:00", "8/5 15:00"], 2, "by its time, not by its row"),
        (["8/5 15:00", "8/5 15:00"], 3, "in the same minute: the later row"),
    ],
)
def test_of_double_answers_the_last_one_sent_is_kept(times, kept, why):
    answers = read(*(answer(time=f"2022/{time}") for time in times), answer(name="林光"))
    findings = Findings()
    rest, doubles = keep_last(people(answers, "p1", "p1", "p2"), findings)
    assert [r.answer.row.number for r in rest] == [kept, 4], why
    assert [d.answer.row.number for d in doubles] == [5 - kept]
    assert found(findings) == [("S07", f"B{kept}")]


def test_answers_without_a_name_are_never_doubles():
    answers = read(answer(name=""), answer(name=""))
    rest, doubles = keep_last(people(answers, None, None), Findings())
    assert (len(rest), doubles) == (2, [])


def tables(answers, instrument, ids=None, mask=str):
    findings = Findings()
    respondents = people(answers, *(ids or ["p1"] * len(answers)))
    return tabulate(respondents, instrument, BOOK, mask, findings), findings


def values(made):
    return {row["item_id"].split(".", 1)[1]: (row["value"], row["missing_reason"]) for row in made.responses}


def test_three_kinds_of_emptiness_stay_apart():
    after = read(answer(ratings=("よく理解できた", "", "該当業務がない")))
    assert values(tables(after, SESSION)[0]) == {
        "comprehension": (5, None),
        "satisfaction": (None, "nonresponse"),
        "usefulness": (None, "not_applicable"),
    }
    last = read(
        ["2022/10/25", "森健", "欠席した", "わからない", "5（よい）", "２", "", "", ""],
        head=FINAL_HEAD,
        tool="google_sheet",
        family="final",
    )
    assert values(tables(last, FINAL)[0]) == {
        "topic_comprehension.1": (None, "did_not_attend"),
        "topic_comprehension.2": (None, "not_applicable"),
        "satisfaction": (5, None),
        "usefulness": (2, None),
    }


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("理解できた\u3000", 4),
        ("どちらとも言えない", 3),
        ("普通", 3),
        ("ﾌﾂｳ", None),
        ("あまり理解できなかった", 2),
        ("全く理解できなかった", 1),
        ("満足", None),
        ("4.5", None),
    ],
)
def test_a_label_has_the_value_of_its_own_scale_or_stops_the_year(label, value):
    made, findings = tables(read(answer(ratings=(label, "満足", "活かせない"))), SESSION)
    assert values(made)["comprehension"][0] == value
    assert [(f.rule_id, f.cell) for f in findings.fatal()] == ([] if value else [("S01", "F2")])
    if not value:
        message = str(findings.fatal()[0])
        assert label in message and "Q1 本日の内容を理解できましたか" in message and "scales.csv" in message


def test_a_topic_rating_belongs_to_its_session():
    row = ["2022/10/25", "森健", 5, 4, 4, 4, "", "", ""]
    made, _ = tables(read(row, head=FINAL_HEAD, tool="google_sheet", family="final"), FINAL)
    assert {r["item_id"]: r["session_id"] for r in made.responses} == {
        "trial-final.topic_comprehension.1": "trial-1",
        "trial-final.topic_comprehension.2": "trial-2",
        "trial-final.satisfaction": None,
        "trial-final.usefulness": None,
    }
    made, _ = tables(read(answer()), SESSION)
    assert {r["session_id"] for r in made.responses} == {"trial-1"}


def test_what_people_write_freely_is_masked_everywhere():
    row = ["2022/10/25", "森健", 5, 4, 4, 4, "第1回", "所属内で検討する時間がない、森課長の反対", "森さんに感謝"]
    last = read(row, head=FINAL_HEAD, tool="google_sheet", family="final")
    made, findings = tables(last, FINAL, mask=lambda text: text.replace("森", "〔氏名〕"))
    assert [(c["option_id"], c["other_text"]) for c in made.choices] == [
        ("1", None),
        ("O6", None),
        ("other", "〔氏名〕課長の反対"),
    ]
    assert [c["text"] for c in made.comments] == ["〔氏名〕さんに感謝"]
    assert found(findings) == [("S02", "H2")] and findings.items[0].severity == "major"


def exported(*rows):
    return read(*rows, head=FINAL_HEAD, tool="google_sheet", family="final", file="控え.csv")


COPY = ["2022/10/25 11:00:20", "森 健", 5, 4, 4, 4, "第1回, 第2回", "", "良い"]


@pytest.mark.parametrize(
    ("change", "differs", "why"),
    [
        ({}, [], "the same"),
        ({0: datetime(2022, 10, 25, 11, 0, 20, 345000)}, [], "a sheet also holds milliseconds"),
        ({1: "森　健"}, [], "spaces in a name"),
        ({2: "５"}, [], "full-width digits"),
        ({6: "第2回;第1回"}, [], "the other tool's order and separator"),
        ({2: 4}, ["C2"], "another rating"),
        ({6: "第1回"}, ["G2"], "one option fewer"),
        ({1: "林 光"}, ["B2"], "another person"),
        ({8: ""}, ["I2"], "a comment that is gone"),
    ],
)
def test_two_exports_of_the_same_answers_are_compared(change, differs, why):
    other = [change.get(n, value) for n, value in enumerate(COPY)]
    found = differences(exported(COPY), exported(other), BOOK)
    assert [difference.here.place.cell for difference in found] == differs, why


def test_answers_of_the_same_second_are_compared_in_their_order():
    second = [*COPY[:2], 3, *COPY[3:]]
    assert differences(exported(COPY, second), exported(COPY, second), BOOK) == []


def test_an_answer_that_only_one_export_has_is_a_difference():
    more = ["2022/10/26", "林光", 3, 3, 3, 3, "", "", ""]
    [(place, here, there)] = differences(exported(COPY, more), exported(COPY), BOOK)
    assert (place, there) == (here.place, None) and place.cell == "A3"
    [(place, here, there)] = differences(exported(COPY), exported(COPY, more), BOOK)
    assert (place, here) == (there.place, None) and place.cell == "A3"
