"""year.toml: every slip of the pen is named, with what to write, all of them at once."""

import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.findings import BadInput, Place
from pipeline.store import INTERNAL, PUBLIC, Store
from pipeline.year import Year

SAMPLE = Path(__file__).parents[1] / "data/sample/R4/year.toml"
TEXT = SAMPLE.read_text(encoding="utf-8")


def declare(tmp_path, text, folder="R4", encoding="utf-8"):
    path = tmp_path / "data/raw" / folder / "year.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode(encoding))
    return Store.open(folder, tmp_path)


def refused(tmp_path, text, **options):
    with pytest.raises(BadInput) as error:
        Year.open(declare(tmp_path, text, **options))
    assert "ファイル「R4/year.toml」" in str(error.value)
    return error.value.findings


def changed(old, new):
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)


def test_the_sample_declares_itself_well(tmp_path):
    year = Year.open(declare(tmp_path, TEXT))
    assert (year.synthetic, year.awaits_answers) == (True, False)
    assert (year.edition(INTERNAL).least, year.edition(PUBLIC).least) == (5, 10)
    assert [source.kind for source in year.sources][:2] == ["roster", "register"]
    assert year.sources[1].legend == {"△": "late", "録": "recording"}
    assert year.plan.margin == 0.5


def test_a_declaration_with_a_mark_of_its_encoding_is_read(tmp_path):
    assert Year.open(declare(tmp_path, TEXT, encoding="utf-8-sig")).cover["stage"] == "確報"


SESSION_7 = 'number = 7\ntitle = "発表・発信"\nformat = "workshop"\nhours = 2.0'
ONE_SESSION = re.compile(r"\[\[course\.session\]\].*?(?=\n\[)", re.S)


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        # keys
        ('stage = "確報"', 'stgae = "確報"\nstage = "確報"', "Y02", ["stgae", "stage", "ファイルの先頭"]),
        ('course = "trial"', 'corse = "trial"\ncourse = "trial"', "Y02", ["corse", "2番目の [[source]]"]),
        ("margin = 0.5", "margin = 0.5\nmarign = 0.4", "Y02", ["marign", "[analysis]", "margin"]),
        ("[disclosure]", "[disclosuer]\nx = 1\n[disclosure]", "Y02", ["disclosuer"]),
        ('title = "発表・発信"', 'title = "発表・発信"\ntopic = "発表"', "Y02", ["topic", "の session"]),
        ("seed = 20220805", "", "Y04", ["seed", "[analysis]"]),
        ('name = "小山町"\n', "", "Y04", ["name", "[town]"]),
        ('[town]\nname = "小山町"\ndepartment = "企画政策課"\n', "", "Y04", ["[town]"]),
        ('kind = "roster"', "", "Y04", ["kind", "1番目の [[source]]"]),
        ('link_mode = "name"', "", "Y04", ["link_mode", "3番目の [[source]]"]),
        ('kind = "roster"', 'kind = "ideas"', "Y04", ["roster", "受講者名簿"]),
        # types and values
        ("synthetic = true", 'synthetic = "true"', "Y03", ["synthetic", "'true'", "true か false"]),
        ("synthetic = true", "synthetic = 1", "Y03", ["synthetic", "true か false"]),
        ("min_cell_public = 10", "min_cell_public = 10.5", "Y03", ["min_cell_public", "整数"]),
        ("min_cell_public = 10", "min_cell_public = 9", "Y03", ["10～999"]),
        ("min_cell_public = 10", "min_cell_public = true", "Y03", ["整数"]),
        ("draws = 20000", "draws = 10", "Y03", ["draws", "999"]),
        ("margin = 0.5", "margin = 0", "Y03", ["margin", "0より大きく4以下"]),
        ("margin = 0.5", "margin = 50", "Y03", ["margin", "4以下"]),
        ("margin = 0.5", "margin = inf", "Y03", ["margin", "inf"]),
        ("hours = 2.0", "hours = -2.0", "Y03", ["hours", "0より大きく100以下"]),
        ("completion_share = 0.8", "completion_share = 80", "Y03", ["completion_share", "80", "1以下"]),
        ("online_share = 0.8", "online_share = 0", "Y03", ["online_share", "0より大きく"]),
        ("draws = 20000", "draws = 10000000", "Y03", ["draws", "1000000"]),
        ('name = "小山町"', 'name = ""', "Y03", ["name", "空でない"]),
        ('name = "小山町"', 'name = "　"', "Y03", ["name", "空でない"]),
        ("margin = 0.5", "margin = nan", "Y03", ["margin", "nan"]),
        ("alpha = 0.05", "alpha = 5", "Y03", ["alpha", "0.5より小さい"]),
        ('indicator = "O2"', 'indicator = "other"', "Y03", ["3番目の [[published]]", "'other'", "「ideas」"]),
        ('value = "24人中21人"\n', "", "Y04", ["value", "1番目の [[published]]"]),
        ('stage = "確報"', 'stage = "最終"', "Y03", ["最終", "「速報」「確報」「訂正」"]),
        ('kind = "ideas"', 'kind = "idea"', "Y03", ["'idea'", "「ideas」"]),
        ('kind = "ideas"', 'kind = ["ideas"]', "Y03", ["文字列"]),
        ('format = "room"', 'format = "会場"', "Y03", ["会場", "room"]),
        ('instrument = "final"', 'instrument = "fianl"', "Y03", ["'fianl'", "「final」"]),
        ('course = "trial"', 'course = "trail"', "Y03", ["'trail'", "「trial」"]),
        ('"△" = "late"', '"△" = "遅刻"', "Y03", ["legend の △", "遅刻", "「late」"]),
        ('legend = { "△" = "late", "録" = "recording" }', 'legend = "△は遅刻"', "Y03", ["legend"]),
        ('missed = ["absent", "absent_duty"]', "missed = []", "Y03", ["missed"]),
        ('missed = ["absent"', 'missed = ["abs"', "Y03", ["'abs'", "absent"]),
        ('attended = ["present"', 'attended = ["absent"', "Y03", ["attended", "重ならない"]),
        ('attended = ["present"', 'attended = ["recording"', "Y10", ["recording"]),
        ('session = "第(\\\\d+)回"', 'session = "第(\\\\d+回"', "Y03", ["session", "正規表現"]),
        ('session = "第(\\\\d+)回"', 'session = "第\\\\d+回"', "Y03", ["session", "括弧"]),
        ('file = "DXアイデア一覧.xlsx"', 'file = "../R3/DXアイデア一覧.xlsx"', "Y03", ["年度フォルダの中"]),
        ('file = "DXアイデア一覧.xlsx"', "file = 'C:\\R4\\DXアイデア一覧.xlsx'", "Y03", ["年度フォルダの中"]),
        ("number = 7", "number = 6", "Y09", ["「6」", "1番目の [[course]]"]),
        # structure
        ('fiscal_year = "R4"', 'fiscal_year = "R5"', "Y05", ["「R5」", "「R4」"]),
        ('title = "DX企画立案①"', 'title = "要記入"', "Y07", ["1か所", "行目"]),
        ('file = "DXアイデア一覧.xlsx"', 'file = "要記入"', "Y07", ["1か所", "行目"]),
        ('stage = "確報"', 'stage = "確報', "Y01", ["4行目"]),
        ('stage = "確報"', 'stage = "確報"\nstage = "速報"', "Y01", ["5行目"]),
        ("[town]", "[town", "Y01", ["7行目"]),
    ],
)
def test_one_slip_gives_one_message(tmp_path, old, new, rule, said):
    findings = refused(tmp_path, changed(old, new))
    assert [f.rule_id for f in findings] == [rule]
    for words in said:
        assert words in findings[0].what + findings[0].remedy


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (re.sub(r"\[\[source\]\].*?(?=\n\[analysis\])", "", TEXT, flags=re.S), "[[source]]"),
        (
            'source = ["名簿.xlsx"]\n' + re.sub(r"\[\[source\]\].*?(?=\n\[analysis\])", "", TEXT, flags=re.S),
            "[[source]]",
        ),
        (re.sub(r"\[analysis\].*", "", TEXT, flags=re.S), "[analysis]"),
        ("analysis = 5\n" + re.sub(r"\[analysis\].*", "", TEXT, flags=re.S), "[analysis]"),
    ],
)
def test_a_part_that_is_gone_or_of_another_shape(tmp_path, text, key):
    [finding] = refused(tmp_path, text)
    assert finding.rule_id == "Y04" and key in finding.what


def test_a_session_written_as_a_single_table(tmp_path):
    text = ONE_SESSION.sub("", TEXT).replace("[[source]]", "[course.session]\nnumber = 1\n[[source]]", 1)
    [finding] = refused(tmp_path, text)
    assert finding.rule_id == "Y03" and "[[course.session]]" in finding.remedy


def test_a_second_course_of_the_same_id(tmp_path):
    course = TEXT[TEXT.index("[[course]]") : TEXT.index("[[course.session]]")]
    [finding] = refused(tmp_path, TEXT.replace("[[source]]", course + "[[source]]", 1))
    assert finding.rule_id == "Y09" and "「trial」" in finding.what


def test_all_slips_are_named_in_one_message(tmp_path):
    text = (
        TEXT.replace('fiscal_year = "R4"', 'fiscal_year = "R5"')
        .replace("margin = 0.5", 'margin = "0.5"')
        .replace('stage = "確報"', 'stage = "最終"')
        .replace('sheet = "名簿"', 'sheat = "名簿"')
        .replace('title = "発表・発信"', 'title = "要記入"')
    )
    findings = refused(tmp_path, text)
    assert {f.rule_id for f in findings} == {"Y02", "Y03", "Y05", "Y07"}
    assert len(findings) == 5
    message = str(BadInput(findings))
    assert "5件" in message
    for words in ("sheat", "'0.5'", "最終", "「R5」", "要記入"):
        assert words in message


def test_no_english_of_the_parser_reaches_the_analyst(tmp_path):
    [finding] = refused(tmp_path, changed("synthetic = true", "synthetic = yes"))
    assert finding.rule_id == "Y01"
    assert not re.search(r"[A-Za-z]{6,}", finding.what.replace("year.toml", ""))


def test_a_declaration_saved_in_shift_jis(tmp_path):
    text = TEXT.replace("～", "から")
    [finding] = refused(tmp_path, text, encoding="cp932")
    assert finding.rule_id == "Y08" and "UTF-8" in finding.remedy


def test_a_year_without_a_declaration_is_told_how_to_get_one(tmp_path):
    (tmp_path / "data/raw/R5").mkdir(parents=True)
    with pytest.raises(BadInput, match="doit new --year R5"):
        Year.open(Store.open("R5", tmp_path))


@pytest.mark.parametrize(
    ("day", "is_fine"),
    [
        (date(2022, 4, 1), True),
        (date(2023, 3, 31), True),
        (date(2022, 3, 31), False),
        (date(2023, 4, 1), False),
        (date(2202, 8, 5), False),
    ],
)
def test_a_day_outside_the_year_is_a_finding(tmp_path, day, is_fine):
    year = Year.open(declare(tmp_path, TEXT))
    finding = year.check_day(day, Place("第1回.csv", "", "B2"))
    assert (finding is None) == is_fine
    if finding:
        assert (finding.rule_id, finding.severity, finding.cell) == ("S04", "fatal", "B2")
        assert f"{day.year}年{day.month}月{day.day}日" in finding.what
        assert "2022年4月1日～2023年3月31日" in finding.what
