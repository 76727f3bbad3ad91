"""Questionnaires of each tool in the exact form of its export, read to the end; and each bad export
with its message."""

import csv
import io
import tomllib
from datetime import date, datetime

import pytest

from pipeline import declaration
from pipeline.codebook import Codebook, codes
from pipeline.evidence.course import quiz_evidence
from pipeline.findings import Place
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.files import read_file
from pipeline.ingest.survey import TOOLS
from pipeline.preparing.contradictions import contradictions
from pipeline.preparing.identity import Alias
from pipeline.preparing.intake import SEPARATORS
from pipeline.preparing.reading import RawFile
from pipeline.preparing.survey import read_surveys
from pipeline.reports.data_quality import match_columns, match_report
from pipeline.schema import conform
from pipeline.year import Source
from tests import declarations
from tests.grids import grid
from tests.readers import accounts, directory, year

SURNAMES = [("髙﨑", "タカサキ"), ("森", "モリ"), ("林", "ハヤシ"), ("小野", "オノ"), ("渡邉", "ワタナベ")]
GIVEN = [("健", "ケン"), ("光", "ヒカル"), ("由佳", "ユカ"), ("一郎", "イチロウ"), ("花", "ハナ"), ("誠", "マコト")]
# 30 people: (staff_no, name, kana), numbers with leading zeros among them.
PEOPLE = [
    (f"{101 + 37 * n:04d}", f"{s} {g}", f"{sk} {gk}")
    for n, ((s, sk), (g, gk)) in enumerate((s, g) for g in GIVEN for s in SURNAMES)
]


def csv_text(rows, separator=",", quoting=csv.QUOTE_MINIMAL):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def people(*persons, aliases=()):
    """The directory of these people, all of one office."""
    return directory([(*person, "総務課") for person in persons], aliases)


class Forms:
    """Questionnaires on the course no01, read without the rest of a year; ``files`` are the earlier ones."""

    def __init__(self, folder):
        self.folder, self.people, self.files = folder, people(*PEOPLE), []
        self.sessions, self.attendance = [], []

    def add(self, content, tool, family, link_mode, name=None, **more):
        """A file: the bytes of a CSV file or the rows of a sheet."""
        name = name or ("回答.csv" if isinstance(content, bytes) else "回答.xlsx")
        source = Source(name, "survey", course="no01", tool=tool, instrument=family, link_mode=link_mode, **more)
        if isinstance(content, bytes):
            (self.folder / name).write_bytes(content)
            [sheet] = read_file(self.folder / name, name, SEPARATORS.get(tool, ","))
        else:
            sheet = grid(*content, file=name, sheet="Sheet")
        self.files.append(RawFile(source, sheet))

    def reading(self, *args, **more):
        self.add(*args, **more)
        return read_surveys(year(), self.files, self.people, self.sessions, self.attendance, [])

    def read(self, *args, **more):
        """The tables, with the findings (a list of dicts), the rows' accounts and the matches."""
        reading = self.reading(*args, **more)
        assert reading.findings.fatal() == []
        written = ("instruments", "items", "responses", "choices", "comments", "scores")
        tables = {name: conform(name, reading.tables[name]) for name in written}
        return tables | {
            "findings": [f._asdict() for f in reading.findings.items],
            "accounts": accounts(reading, self.files),
            "set_aside": conform("set_aside", [s._asdict() for s in reading.ledger.list_set_aside()]),
            "matches": conform("matches", self.people.count(reading.matches)),
        }

    def refused(self, *args, **more):
        return self.reading(*args, **more).findings.fatal()


@pytest.fixture
def forms(tmp_path):
    return Forms(tmp_path)


def ids(tables):
    return [None if p != p else p for p in tables["responses"].drop_duplicates("response_id")["participant_id"]]


def values(tables, concept):
    rows = tables["responses"]
    rows = rows[rows["item_id"].str.endswith(f".{concept}")]
    return [(None if v != v else int(v)) for v in rows["value"]]


def faults(findings):
    return [(f.rule_id, f.file, f.cell) for f in findings]


def noted(tables, *rules):
    return [found for found in tables["findings"] if found["rule_id"] in rules]


def test_every_tool_has_a_name_for_readers():
    assert TOOLS.keys() == set(declaration.TOOLS)


# Microsoft Forms

MS_FIXED = ["ID", "開始時刻", "完了時刻", "メール", "名前"]
FIVE = ["満足度", "理解度", "実務への貢献度", "受講方法", "時間の長さ", "難易度", "自由記述"]
LIKED = ["満足", "理解できた", "いずれ活かせる", "集合", "ちょうどよい", "やや難しい", "良かった"]


def ms_row(number, kana, *answers, changed=False):
    begun, done = datetime(2023, 5, 12, 15, 1), datetime(2023, 5, 12, 15, 4, number)
    return [number, begun, done, "a@example.jp", kana, *([None] if changed else []), *answers]


@pytest.mark.parametrize("changed", [False, True], ids=["five fixed columns", "six fixed columns"])
def test_ms_forms_as_excel(forms, changed):
    head = [
        *MS_FIXED,
        *(["最終変更時刻"] if changed else []),
        "満足度\xa0",
        "理解度\n",
        "実務への\xa0貢献度",
        *FIVE[3:],
    ]
    tables = forms.read(
        [head, ms_row(1, "タカサキ ケン", *LIKED, changed=changed), ms_row(2, "モリケン", *LIKED, changed=changed)],
        "ms_forms",
        "course5",
        "kana",
    )
    assert values(tables, "satisfaction") == [5, 5] and values(tables, "method") == [1, 1]
    assert None not in ids(tables) and len(set(ids(tables))) == 2
    assert str(tables["responses"]["submitted_at"].iloc[0]) == "2023-05-12 15:04:01"
    assert set(tables["matches"]["how"]) == {"kana", "register_only"}
    wording = tables["items"].set_index("concept")["wording"]
    assert wording["comprehension"] == "理解度"


def test_two_people_of_one_reading_are_asked_about(forms):
    two = [("0101", "森 健", "モリ ケン"), ("0102", "毛利 健", "モリ ケン")]
    rows = [[*MS_FIXED, *FIVE], ms_row(1, "モリ ケン", *LIKED)]
    forms.people = people(*two)
    [fault] = forms.refused(rows, "ms_forms", "course5", "kana")
    assert (fault.rule_id, fault.sheet, fault.cell) == ("I01", "Sheet", "E2")
    forms.people = people(*two, aliases=[Alias("モリ ケン", "", "0102", False, Place("別名表.csv"))])
    forms.files.clear()
    assert ids(forms.read(rows, "ms_forms", "course5", "kana")) == ["p0102"]


GRID = ["各回の理解度 [第1回]", "各回の理解度 [第2回]", "研修全体の満足度", "実務への貢献度", "時間の長さ", "難易度"]
MISSED = "欠席した回（すべて選択）"


def test_a_trailing_semicolon_is_no_other_text(forms):
    rows = [
        [*MS_FIXED, *GRID, MISSED],
        ms_row(1, "モリ ケン", 4, 3, 5, 4, "ちょうどよい", "難しい", "第1回;第2回;"),
        ms_row(2, "ハヤシ ケン", 4, 3, 5, 4, "ちょうどよい", "難しい", "欠席なし;"),
    ]
    choices = forms.read(rows, "ms_forms", "course_grid", "kana")["choices"]
    assert list(choices["option_id"]) == ["1", "2", "0"] and choices["other_text"].isna().all()


# Microsoft Forms as a quiz: every question brings its points and its feedback

RULE = "パスワードの使い回しはなぜ危険か"
QUIZ_HEADS = {
    "ja": ([*MS_FIXED, "合計点", "クイズのフィードバック"], "ポイント - {}", "フィードバック - {}"),
    "en": (
        ["ID", "Start time", "Completion time", "Email", "Name", "Total points", "Quiz feedback"],
        "Points - {}",
        "Feedback - {}",
    ),
}


def quiz(*people, language="ja", asked=(RULE,), opinions=FIVE):
    """(reading, total, points of each question of the test) → the sheet; opinions bring no points."""
    fixed, points, feedback = QUIZ_HEADS[language]
    head = [*fixed, *(form.format(q) for q in [*asked, *opinions] for form in ("{}", points, feedback))]
    rows = []
    for number, (kana, total, *own) in enumerate(people, start=1):
        tested = [cell for p in own for cell in ("一つ漏れると全部漏れる", p, "")]
        liked = [cell for answer in LIKED for cell in (answer, None, None)]
        rows.append([*ms_row(number, kana), total, "", *tested, *liked])
    return [head, *rows]


@pytest.mark.parametrize("language", QUIZ_HEADS)
def test_the_total_of_a_quiz_is_the_test_of_the_course(forms, language):
    rows = quiz(
        ("タカサキ ケン", 8, 8),
        ("モリ ケン", "７.５点", 7.5),
        ("ハヤシ ケン", 0, 0),
        ("モリ ケン", 9, 9),
        language=language,
    )
    tables = forms.read(rows, "ms_forms", "course5", "kana", full_score=10)
    scores = tables["scores"]
    assert scores["score"].tolist() == [8, 0, 9]  # the last answer of a person counts
    assert set(scores["full_score"]) == {10} and set(scores["course_id"]) == {"no01"}
    assert set(scores["participant_id"]) == set(ids(tables)) and str(scores["taken_on"][0])[:10] == "2023-05-12"
    assert scores["source_ref"].tolist() == ["回答.xlsx!Sheet!F2", "回答.xlsx!Sheet!F4", "回答.xlsx!Sheet!F5"]
    assert values(tables, "satisfaction") == [5, 5, 5]  # asked in the same form
    [said] = noted(tables, "S21")
    assert (said["cell"], said["severity"]) == ("I1", "minor")
    assert RULE in said["what"] and f"{1 + 2 * 8}列" in said["what"]
    [evidence] = quiz_evidence(scores).to_dict("records")
    assert evidence["n"] == 3 and round(evidence["estimate"], 2) == round(100 * (8 + 0 + 9) / 30, 2)


def test_a_quiz_without_its_full_marks_is_not_used_and_says_so(forms):
    tables = forms.read(quiz(("モリ ケン", 8, 8)), "ms_forms", "course5", "kana")
    assert tables["scores"].empty and values(tables, "satisfaction") == [5]
    [said] = noted(tables, "S18")
    assert (said["severity"], said["sheet"], said["cell"]) == ("major", "Sheet", "F1")
    assert "満点" in said["what"] and "full_score" in said["remedy"]


@pytest.mark.parametrize(
    ("total", "rule", "said"), [("八", "S19", "「八」"), (-1, "S19", "「-1」"), (11, "S20", "10点")]
)
def test_a_total_that_cannot_be_stops_the_year(forms, total, rule, said):
    [fault] = forms.refused(quiz(("モリ ケン", total, 8)), "ms_forms", "course5", "kana", full_score=10)
    assert (fault.rule_id, fault.sheet, fault.cell) == (rule, "Sheet", "F2") and said in fault.what


def test_full_marks_without_a_total_stop_the_year(forms):
    rows = [[*MS_FIXED, *FIVE], ms_row(1, "モリ ケン", *LIKED)]
    [fault] = forms.refused(rows, "ms_forms", "course5", "kana", full_score=10)
    assert (fault.rule_id, fault.cell) == ("S22", "1行") and "合計点" in fault.what


@pytest.mark.parametrize("full_score", ['"10"', "0", "true", "9.5"])
def test_full_marks_are_a_whole_number(full_score):
    asked = {"course": "no01", "tool": "ms_forms", "instrument": "course5", "link_mode": "kana"}
    text = declarations.declaration(
        declarations.course("no01", **declarations.OF_NO_MENU),
        declarations.source("名簿.xlsx", "roster"),
        declarations.source("回答.xlsx", "survey", **asked) + f"full_score = {full_score}\n",
    )
    [fault] = declaration.problems_of(tomllib.loads(text), FiscalYear.parse("R5"), Place("year.toml"))
    assert fault.rule_id == "Y03" and "full_score" in fault.what


def test_a_total_of_nobody_known_is_counted_and_left_out(forms):
    tables = forms.read(
        quiz(("モリ ケン", 8, 8), ("ハヤシ ケン", 6, 6)), "ms_forms", "course5", "anonymous", full_score=10
    )
    assert tables["scores"].empty
    [said] = noted(tables, "S23")
    assert "2件" in said["what"] and said["cell"] == "F1"


def test_two_tests_of_one_course_are_not_mixed(forms):
    forms.add(quiz(("モリ ケン", 8, 8)), "ms_forms", "course5", "kana", "一回目.xlsx", full_score=10)
    rows = quiz(("ハヤシ ケン", 1, 1), ("モリ ケン", 3, 3), opinions=GRID)
    rows[1:] = [[*row[:10], *[c for a in (4, 3, 5, 4, "長い", "易しい") for c in (a, None, None)]] for row in rows[1:]]
    tables = forms.read(rows, "ms_forms", "course_grid", "kana", full_score=5)
    assert sorted(tables["scores"]["score"]) == [1, 8]
    [said] = noted(tables, "S24")
    assert said["cell"] == "F3" and "1人" in said["what"] and "「一回目.xlsx」の F2" in said["what"]


def test_a_renamed_question_is_not_taken_for_one_of_the_test(forms):
    """Forms gives an opinion a column of points, too; nobody gets points for an opinion."""
    rows = quiz(("モリ ケン", 8, 8), opinions=[*FIVE[:6], "感想をどうぞ"])
    [fault] = forms.refused(rows, "ms_forms", "course5", "kana", full_score=10)
    assert (fault.rule_id, fault.cell) == ("H02", "AC1") and "感想をどうぞ" in fault.what


# Google フォーム


def google(*rows):
    head = ["タイムスタンプ", "メールアドレス", "職員番号（4桁）", "お名前", *FIVE]
    return csv_text([head, *rows]).encode()


def google_row(number, name="", time="2023/05/15 2:03:22 午後 GMT+9", answers=tuple(LIKED)):
    return [time, "a@example.jp", number, name, *answers]


def test_google_form_by_staff_number(forms):
    content = google(
        google_row("0101", "髙﨑　健"), google_row("138"), google_row("0175", time="2023/05/15 12:05:00 午前 GMT+9")
    )
    tables = forms.read(content, "google_form", "course5", "staff_no")
    assert ids(tables) == ["p0101", "p0138", "p0175"]
    assert tables["responses"]["submitted_at"].max().hour == 14
    assert tables["responses"]["submitted_at"].min().hour == 0
    assert tables["instruments"]["invited"].iloc[0] == 30  # no attendance is known: everybody


@pytest.mark.parametrize(
    ("row", "rule", "said"), [(google_row("9999"), "I16", "名簿"), (google_row("0138", "髙﨑 健"), "I17", "名簿の B")]
)
def test_a_wrong_staff_number_is_named_by_its_cell(forms, row, rule, said):
    [fault] = forms.refused(google(google_row("0101"), row), "google_form", "course5", "staff_no")
    assert (fault.rule_id, fault.file, fault.cell) == (rule, "回答.csv", "C3")
    assert said in fault.what and "髙﨑" not in str(fault)


def test_without_a_number_the_name_is_used_or_the_answer_is_nobodys(forms):
    content = google(google_row("", "林　健"), google_row(""))
    tables = forms.read(content, "google_form", "course5", "staff_no")
    assert [p is None for p in ids(tables)] == [False, True]
    assert [(f["rule_id"], f["cell"]) for f in noted(tables, "S08")] == [("S08", "A3")]


def test_a_link_without_its_column_stops_the_year(forms):
    content = csv_text([["タイムスタンプ", "お名前", *FIVE], ["2023/05/15 9:00:00 午前 GMT+9", "森健", *LIKED]])
    [fault] = forms.refused(content.encode(), "google_form", "course5", "staff_no")
    assert (fault.rule_id, fault.cell) == ("S15", "1行")
    assert "staff_no" in fault.what and "「職員番号」" in fault.what and "link_mode" in fault.remedy


def test_google_sheet_joins_with_comma_and_space(forms):
    rows = [
        ["タイムスタンプ", "お名前", *GRID, MISSED],
        [datetime(2023, 9, 1, 19, 41, 41), "森健", 4, 3, 5, 4, "長い", "易しい", "第2回, 第1回"],
    ]
    tables = forms.read(rows, "google_sheet", "course_grid", "name")
    assert list(tables["choices"]["option_id"]) == ["1", "2"]
    assert values(tables, "topic_comprehension.1") == [4] and values(tables, "length") == [3]


# LoGoフォーム


@pytest.mark.parametrize(
    "fixed", [["回答ID", "回答日時"], ["受付番号", "送信日時"], ["受付NO", "申請日時"]], ids=lambda f: f[0]
)
def test_logoform_under_each_of_its_names(forms, fixed):
    head = [*fixed, "ステータス", "職員番号", *FIVE]
    answers = ["やや不満", "あまり理解できなかった", "該当業務がない", "動画", "短い", "やや易しい", ""]
    content = csv_text(
        [
            head,
            ["1", "2023/07/05 10:00", "完了", "0101", *answers],
            ["2", "2023/07/05 11:00", "下書き", "0138", *answers],
        ],
        quoting=csv.QUOTE_ALL,
    )
    tables = forms.read(content.encode("cp932"), "logoform", "course4", "staff_no")
    assert values(tables, "satisfaction") == [2] and values(tables, "usefulness") == [None]
    assert tables["set_aside"].set_index("row").loc[3, "reason"] == "下書き"


def test_a_five_point_label_is_unknown_on_four_points(forms):
    head = ["回答ID", "回答日時", "ステータス", "職員番号", *FIVE]
    row = ["1", "2023/07/05 10:00", "完了", "0101", "どちらともいえない", *LIKED[1:]]
    [fault] = forms.refused(csv_text([head, row]).encode("cp932"), "logoform", "course4", "staff_no")
    assert (fault.rule_id, fault.cell) == ("S01", "E2")
    assert "どちらともいえない" in fault.what and "satisfaction4" in fault.remedy


# LimeSurvey

CODES = [
    "id",
    "submitdate",
    "lastpage",
    "startlanguage",
    "seed",
    "startdate",
    "datestamp",
    "Q1",
    "Q2",
    "Q3",
    "Q4",
    "Q5",
    "Q7",
]


def lime_row(
    number, submitted="2023-08-21 10:15:00", answers=("満足", "理解できた", "すぐに活かせる", "短い", "難しい", "")
):
    begun = "2023-08-21 10:00:00"
    return [number, submitted, "3", "ja", "123456", begun, begun, *answers]


def lime(rows, separator=",", bom=True):
    text = csv_text([CODES, *rows], separator, csv.QUOTE_ALL)
    return ("\ufeff" if bom else "").encode() + text.encode()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [True, False])
def test_limesurvey_codes_with_each_separator(forms, separator, bom):
    rows = [lime_row(1), lime_row(2, "", ("満足", "", "", "", "", "")), lime_row(3)]
    rows[2][-1] = "分かりやすい、でも長い; 資料が欲しい"
    tables = forms.read(lime(rows, separator, bom), "limesurvey", "course_codes", "anonymous")
    assert values(tables, "satisfaction") == [5, 5] and ids(tables) == [None, None]
    assert tables["set_aside"].set_index("row").loc[3, "reason"] == "未完了の回答"
    account = tables["accounts"].set_index("file").loc["回答.csv"]
    assert (account["rows_used"], account["reasons"]) == (2, "未完了の回答 1、見出し 1")
    assert tables["instruments"]["answered"].iloc[0] == 2
    assert list(tables["comments"]["text"]) == ["分かりやすい、でも長い; 資料が欲しい"]


FULL = ["回答ID", "提出日時", "最終ページ", "開始言語", "シード値", "開始日時", "最終操作日時", "職員番号", *GRID]


def full_row(number, staff_no, *answers):
    moment = "2023-09-29 16:00:00"
    return [number, moment, "2", "ja", "1", moment, moment, staff_no, "4", "2", "5", "4", "長い", "難しい", *answers]


def test_limesurvey_full_headings_with_a_column_an_option(forms):
    head = [*FULL, *(f"{MISSED} [第{n}回]" for n in (1, 2, 3))]
    content = csv_text(
        [
            head,
            full_row("1", "0101", "Y", "", "Y"),
            full_row("2", "0138", "いいえ", "はい", "いいえ"),
            full_row("3", "0175", "", "", ""),
        ],
        quoting=csv.QUOTE_ALL,
    )
    tables = forms.read(b"\xef\xbb\xbf" + content.encode(), "limesurvey", "course_grid", "staff_no")
    assert [(r, o) for r, o in zip(tables["choices"]["source_ref"], tables["choices"]["option_id"], strict=True)] == [
        ("回答.csv!!O2", "1"),
        ("回答.csv!!O2", "3"),
        ("回答.csv!!P3", "2"),
    ]
    assert list(tables["items"]["concept"]).count("missed_sessions") == 1
    assert values(tables, "topic_comprehension.2") == [2, 2, 2]


def test_an_unknown_tick_is_named_by_its_cell(forms):
    content = csv_text([[*FULL, f"{MISSED} [第1回]"], full_row("1", "0101", "たぶん")])
    [fault] = forms.refused(content.encode(), "limesurvey", "course_grid", "staff_no")
    assert (fault.rule_id, fault.cell) == ("S01", "O2") and MISSED in fault.what


# Exports that are not what was declared


@pytest.mark.parametrize(
    ("content", "declared", "seen"),
    [
        ([[*MS_FIXED, *FIVE], ms_row(1, "モリ ケン", *LIKED)], "logoform", ["「ms_forms」（Microsoft Forms）"]),
        (google(google_row("0101")), "ms_forms", ["「google_form」（Google フォーム）", "「google_sheet」"]),
        (lime([lime_row(1)]), "google_form", ["「limesurvey」（LimeSurvey）"]),
        (
            csv_text([["受付番号", "送信日時", "ステータス", *FIVE], ["1", "2023/7/5", "完了", *LIKED]]).encode(
                "cp932"
            ),
            "limesurvey",
            ["「logoform」（LoGoフォーム）"],
        ),
    ],
    ids=["Forms as LoGo", "Google as Forms", "LimeSurvey as Google", "LoGo as LimeSurvey"],
)
def test_the_export_of_another_tool_is_one_clear_message(forms, content, declared, seen):
    [fault] = forms.refused(content, declared, "course5", "anonymous")
    assert (fault.rule_id, fault.cell) == ("S11", "1行")
    assert f"tool は「{declared}」" in fault.what and "tool を" in fault.remedy
    for name in seen:
        assert name in fault.what and name in fault.remedy


def test_the_two_exports_of_google_are_not_told_apart(forms):
    assert len(ids(forms.read(google(google_row("0101")), "google_sheet", "course5", "staff_no"))) == 1


def full(separator=","):
    return csv_text([FULL, full_row("1", "0101")], separator, csv.QUOTE_ALL).encode("utf-8-sig")


EXPORTS = {  # one of each tool: file → the tools that it may be of
    "Forms.xlsx": ([[*MS_FIXED, *FIVE], ms_row(1, "モリ ケン", *LIKED)], {"ms_forms"}),
    "Google.csv": (google(google_row("0101")), {"google_form", "google_sheet"}),
    "Google.xlsx": (
        [["タイムスタンプ", "お名前", *FIVE], [datetime(2023, 5, 15, 9), "森健", *LIKED]],
        {"google_form", "google_sheet"},
    ),
    "LoGo.csv": (
        csv_text(
            [["回答ID", "回答日時", "ステータス", *FIVE], ["1", "2023/7/5", "完了", *LIKED]], quoting=csv.QUOTE_ALL
        ).encode("cp932"),
        {"logoform"},
    ),
    "codes.csv": (lime([lime_row(1)]), {"limesurvey"}),
    "semicolons.csv": (lime([lime_row(1)], ";"), {"limesurvey"}),
    "tabs.csv": (lime([lime_row(1)], "\t"), {"limesurvey"}),
    "full.csv": (full(), {"limesurvey"}),
    "full with semicolons.csv": (full(";"), {"limesurvey"}),
}


@pytest.mark.parametrize("declared", TOOLS)
@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_declared_as_every_other_tool(forms, name, declared):
    """Google's two exports have the same columns and are read alike."""
    content, own = EXPORTS[name]
    if declared in own:
        family = "course5" if declared != "limesurvey" else "course_grid" if "full" in name else "course_codes"
        assert len(forms.read(content, declared, family, "anonymous", name=name)["instruments"]) == 1
        return
    [fault] = forms.refused(content, declared, "course5", "anonymous", name=name)
    assert (fault.rule_id, fault.file, fault.cell) == ("S11", name, "1行")
    assert f"tool は「{declared}」" in fault.what
    for tool in own:
        assert f"「{tool}」（{TOOLS[tool]}）" in fault.what and f"「{tool}」" in fault.remedy
    assert "取り違えて" in fault.remedy


def test_a_missing_column_of_the_declared_tool_is_said_as_such(forms):
    content = csv_text([["回答ID", "回答日時", *FIVE], ["1", "2023/7/5 10:00", *LIKED]]).encode("cp932")
    [fault] = forms.refused(content, "logoform", "course5", "anonymous")
    assert fault.rule_id == "H04" and "「ステータス」" in fault.what


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        ("満足度.1", "S17"),
        ("満足度2", "S17"),
        ("満足度 (2)", "S17"),
        ("満足度_2", "S17"),
        ("満足度２", "S17"),
        ("満足度", "H03"),
        ("研修の満足度", "H03"),
        ("満足感", "H02"),
    ],
)
def test_a_question_doubled_in_mid_year(forms, second, rule):
    content = csv_text([["タイムスタンプ", *FIVE, second], ["2023/5/15 9:00:00 午前 GMT+9", *LIKED, "不満"]])
    [fault] = forms.refused(content.encode(), "google_form", "course5", "anonymous")
    assert faults([fault]) == [(rule, "回答.csv", "I1")] and second in fault.what
    if rule != "H02":
        assert "B1" in fault.what and "一つにまとめ" in fault.remedy


# Scales that may not be what was declared

SATISFIED = ["満足", "やや満足", "やや不満", "不満", "どちらともいえない"]


def rated(labels, answers=LIKED):
    head = ["タイムスタンプ", *FIVE]
    rows = [
        [f"2023/05/15 {1 + n // 60}:{n % 60:02d}:00 午後 GMT+9", label, *answers[1:]] for n, label in enumerate(labels)
    ]
    return csv_text([head, *rows]).encode()


@pytest.mark.parametrize(
    ("labels", "is_doubtful", "why"),
    [
        (SATISFIED[:4] * 5, True, "twenty answers, none in the middle"),
        ((SATISFIED[:3] * 7)[:20], True, "three of the four others"),
        (SATISFIED[:4] * 5 + SATISFIED[4:], False, "one in the middle"),
        (SATISFIED[:2] * 10, False, "everybody content: says nothing of the form"),
        ((SATISFIED[:4] * 5)[:19], False, "too few"),
        (SATISFIED[:4] * 4 + [""] * 10, False, "empty answers don't count"),
    ],
)
def test_four_points_where_five_were_declared(forms, labels, is_doubtful, why):
    tables = forms.read(rated(labels), "google_form", "course5", "anonymous")
    found = noted(tables, "S12")
    assert bool(found) == is_doubtful, why
    if found:
        [fault] = found
        assert (fault["severity"], fault["file"], fault["cell"]) == ("major", "回答.csv", "B1")
        assert "「満足度」" in fault["what"] and "20件" in fault["what"] and "course4" in fault["remedy"]
        assert "どちらともいえない" in fault["what"]


def grid_answers(satisfaction, usefulness, topics):
    rows = [
        [datetime(2023, 9, 1, 10, n), 4 if t is None else t, 4 if t is None else t, s, u, "長い", "易しい"]
        for n, (s, u, t) in enumerate(zip(satisfaction, usefulness, topics, strict=True))
    ]
    return [["タイムスタンプ", *GRID], *rows]


GOOD = [1, 2, 3, 4, 5] * 5


def test_reversed_numbers_are_turned_round(forms):
    rows = grid_answers([6 - g for g in GOOD], GOOD, GOOD)
    tables = forms.read(rows, "google_sheet", "course_grid", "anonymous", reversed=["satisfaction"])
    assert values(tables, "satisfaction") == values(tables, "usefulness") == GOOD
    assert noted(tables, "S14") == []


def test_an_item_that_runs_against_the_others_is_doubted(forms):
    rows = grid_answers([6 - g for g in GOOD], GOOD, GOOD)
    tables = forms.read(rows, "google_sheet", "course_grid", "anonymous")
    [fault] = noted(tables, "S14")
    assert (fault["severity"], fault["sheet"], fault["cell"]) == ("major", "Sheet", "D1")
    assert "−1.00" in fault["what"] and "25人" in fault["what"] and "reversed" in fault["remedy"]
    assert values(tables, "satisfaction") == [6 - g for g in GOOD]  # doubted, not changed


def test_no_doubt_from_few_or_from_people_who_all_say_the_same(forms):
    few = grid_answers([6 - g for g in GOOD[:19]], GOOD[:19], GOOD[:19])
    assert noted(forms.read(few, "google_sheet", "course_grid", "anonymous"), "S14") == []
    forms.files.clear()
    same = grid_answers([5] * 25, GOOD, GOOD)
    assert noted(forms.read(same, "google_sheet", "course_grid", "anonymous"), "S14") == []


def test_words_have_their_direction_in_them(forms):
    """Who is content may well have understood little: no reason to doubt 「よく理解できた」."""
    head, *rows = csv.reader(io.StringIO(rated(SATISFIED * 5).decode()))
    less = ["理解できなかった", "あまり理解できなかった", "理解できた", "よく理解できた", "どちらともいえない"] * 5
    useful = ["すぐに活かせる", "いずれ活かせる", "あまり活かせない", "活かせない", "どちらともいえない"] * 5
    rows = [[*row[:2], c, u, *row[4:]] for row, c, u in zip(rows, less, useful, strict=True)]
    tables = forms.read(csv_text([head, *rows]).encode(), "google_form", "course5", "anonymous")
    both = dict(zip(values(tables, "satisfaction"), values(tables, "comprehension"), strict=True))
    assert both == {5: 1, 4: 2, 3: 3, 2: 4, 1: 5} and noted(tables, "S14") == []


@pytest.mark.parametrize("concept", ["satisfaction", "length", "satisfacton"])
def test_words_are_not_turned_round(forms, concept):
    [fault] = forms.refused(rated(["満足"]), "google_form", "course5", "anonymous", reversed=[concept])
    assert (fault.rule_id, fault.file, fault.cell) == ("S13", "回答.csv", "1行")
    assert f"「{concept}」" in fault.what and "reversed" in fault.remedy


def test_a_number_with_its_direction_beside_it_is_not_turned(forms):
    rows = grid_answers([1, "5（よい）"], [1, 2], [1, 2])
    [fault] = forms.refused(rows, "google_sheet", "course_grid", "anonymous", reversed=["satisfaction"])
    assert (fault.rule_id, fault.cell) == ("S16", "D3") and "5（よい）" in fault.what


# Who was asked, and what the register says of it


@pytest.mark.parametrize(
    ("marks", "asked"), [(("present", "absent"), 4), (("present", "waived"), 4), (("not_target", "waived"), 3)]
)
def test_who_was_asked_are_those_of_the_course_whom_it_concerned(forms, marks, asked):
    forms.sessions = [
        {"session_id": f"no01-{n}", "course_id": "no01", "number": n, "held_on": date(2023, 9, 1)} for n in (1, 2)
    ]
    others = [(number, mark) for number, _, _ in PEOPLE[:3] for mark in ("present", "absent")]
    forms.attendance = [
        {"participant_id": f"p{number}", "session_id": f"no01-{n % 2 + 1}", "status": status}
        for n, (number, status) in enumerate([*((PEOPLE[3][0], mark) for mark in marks), *others])
    ]
    rows = [
        ["タイムスタンプ", "お名前", *GRID, MISSED],
        [datetime(2023, 9, 9, 9), PEOPLE[0][1], 4, 3, 5, 4, "長い", "易しい", "第1回"],
    ]
    tables = forms.read(rows, "google_sheet", "course_grid", "name")
    assert tables["instruments"]["invited"].iloc[0] == asked
    assert tables["items"].set_index("item_id")["session_id"]["no01-course_grid.topic_comprehension.2"] == "no01-2"
    assert tables["instruments"]["session_id"].isna().all()  # a questionnaire of the whole course


def test_missed_sessions_are_those_of_the_same_course():
    """Somebody may say to have missed nothing of one course and yet have missed another."""

    def entry(course, status):
        return {"participant_id": "p1", "session_id": f"{course}-1", "status": status, "source_ref": "a!b!A1"}

    tables = {
        "attendance": [entry("no05", "present"), entry("no06", "absent")],
        "sessions": [],
        "responses": [],
        "instruments": [{"instrument_id": f"{c}-grid", "course_id": c, "session_id": None} for c in ("no05", "no06")],
        "items": [
            {
                "item_id": f"{c}-grid.m",
                "instrument_id": f"{c}-grid",
                "concept": "missed_sessions",
                "dimension": "choice",
            }
            for c in ("no05", "no06")
        ],
        "choices": [
            {
                "response_id": f"{c}-r1",
                "participant_id": "p1",
                "item_id": f"{c}-grid.m",
                "option_id": "0",
                "source_ref": f"{c}.csv!!C2",
            }
            for c in ("no05", "no06")
        ],
    }
    assert faults(contradictions(tables)) == [("C04", "no06.csv", "C2")]


def test_the_match_report_shows_every_way_of_matching(forms):
    content = google(google_row("0101"), google_row("", "林　健"), google_row(""))
    tables = forms.read(content, "google_form", "course5", "staff_no")
    report = match_report(tables["matches"], len(PEOPLE))
    [row] = report.to_dict("records")
    assert (row["number_match"], row["exact"], row["nameless"], row["register_only"]) == (1, 1, 1, 28)
    # The ways add up to the answers, and the people to the roster.
    assert (row["answers"], row["people"]) == (3, 2) and row["people"] + row["register_only"] == 30
    # Readings have no column where no file of the year holds them.
    assert list(match_columns(report, {"number_match": "番号", "kana_match": "読み"})) == ["number_match"]
    forms.files.clear()
    tables = forms.read([[*MS_FIXED, *FIVE], ms_row(1, "モリ ケン", *LIKED)], "ms_forms", "course5", "kana")
    assert match_report(tables["matches"], len(PEOPLE))["kana_match"].tolist() == [1]


def test_readers_have_words_for_every_family_and_kind_of_question():
    items = Codebook("R5").read("items")
    assert set(items["instrument"]) <= codes("family").keys()
    assert set(items["dimension"]) <= codes("dimension").keys()
