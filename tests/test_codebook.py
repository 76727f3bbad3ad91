"""The codebook's tables: sound in themselves, and what the code and they say of each other."""

import re
import shutil
import string
from pathlib import Path

import pandas as pd
import pytest

from pipeline import findings
from pipeline.codebook import FOLDER, Codebook, codes, rated
from pipeline.declaration import TOOLS
from pipeline.findings import BadInput, Findings, Place, finding, rules
from pipeline.indicators import Indicators
from pipeline.inference.plan import STATUSES
from pipeline.menu.rules import read_rules
from pipeline.text import key
from pipeline.themes import SIDES

BOOK = Codebook("R4")
PIPELINE = Path(findings.__file__).parent
FILES = sorted(path.stem for path in FOLDER.glob("*.csv"))
YEARS = [c for c in BOOK.read("headers") if re.fullmatch(r"R\d+", c)]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_codebook_opens_well_in_excel(name):
    data = (FOLDER / f"{name}.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")  # or Excel shows mojibake
    assert data.count(b"\n") == data.count(b"\r\n")  # as Excel saves it: or one new word changes every line
    table = BOOK.read(name)
    assert len(table) and not table.columns.duplicated().any()
    assert not table.map(lambda cell: cell != cell.strip()).any(axis=None)


def test_the_official_order_is_that_of_the_file():
    offices = BOOK.read("offices")
    assert BOOK.order("office") == offices["office"].tolist()
    assert BOOK.order("department") == offices["department"].drop_duplicates().tolist()
    assert BOOK.order("position") == list(dict.fromkeys(BOOK.positions.values()))
    assert set(BOOK.order("segment")) == set(BOOK.segments.values())


def meanings(name, columns, meaning):
    table = BOOK.read(name)
    keys = table[columns].map(key).agg("|".join, axis=1)
    return pd.DataFrame({"key": keys, "meaning": table[meaning].agg("|".join, axis=1)})


@pytest.mark.parametrize(
    ("name", "columns", "meaning"),
    [
        ("marks", ["mark"], ["status"]),
        ("scales", ["scale_id", "label"], ["value", "missing_reason"]),
        ("options", ["concept", "label"], ["option_id"]),
        ("positions", ["title"], ["position"]),
        ("offices", ["office"], ["department"]),
        ("segments", ["written"], ["segment"]),
        ("columns", ["name"], ["label"]),
    ],
)
def test_no_wording_has_two_meanings(name, columns, meaning):
    told = meanings(name, columns, meaning).groupby("key")["meaning"].unique()
    assert told[told.str.len() > 1].to_dict() == {}


def test_no_name_of_an_office_belongs_to_two():
    names = [
        key(name)
        for line in BOOK.read("offices").to_dict("records")
        for name in [line["office"], *filter(None, line["aliases"].split("|"))]
    ]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("name", "column", "allowed"),
    [
        ("marks", "status", STATUSES),
        ("scales", "missing_reason", ["", *codes("missing_reason")]),
        ("headers", "need", ["required", "optional", "ignored"]),
        ("items", "need", ["required", "optional", "ignored"]),
        ("menu_rules", "change", codes("change")),
        ("indicators", "level", codes("level")),
        ("indicators", "unit", [*codes("unit"), "stated"]),
        ("indicators", "counts", [*codes("counts"), "stated"]),
        ("indicators", "of", [*codes("counts"), ""]),
        ("rules", "severity", codes("severity")),
        ("themes", "side", list(SIDES)),
        ("set_aside", "column", ["status", "name", "comment"]),
    ],
)
def test_words_are_those_that_the_code_knows(name, column, allowed):
    assert set(BOOK.read(name)[column]) <= set(allowed)


def test_every_label_has_a_value_or_a_reason_why_not():
    scales = BOOK.read("scales")
    assert ((scales["value"] == "") != (scales["missing_reason"] == "")).all()
    assert scales.loc[scales["value"] != "", "value"].astype(float).between(0, 10).all()


@pytest.mark.parametrize("scale_id", ["comprehension5", "satisfaction5", "usefulness5", "agreement5", "rating5"])
def test_a_five_point_scale_has_all_five_points(scale_id):
    assert {label.value for label in BOOK.scales[scale_id].values()} - {None} == {1, 2, 3, 4, 5}


def test_every_item_has_its_scale_or_its_options():
    items = BOOK.read("items")
    rated = items[~items["dimension"].isin(["comment", "choice"])]
    assert set(rated["scale_id"]) <= set(BOOK.scales)
    choices = items.loc[items["dimension"] == "choice", "concept"]
    assert set(choices) == set(BOOK.read("options")["concept"])


@pytest.mark.parametrize("year", YEARS)
def test_every_heading_of_a_year_means_one_column(year):
    book = Codebook(year)
    tables = {table: book.headings(table) for table in book.read("headers")["table"].unique()}
    for family in book.instruments:
        for tool in TOOLS:
            tables[tool, family] = [*tables[tool], *tables["respondent"], *book.item_headings(family)]
    for table, headings in tables.items():
        for heading in headings:
            for wording in heading.wordings:
                example = wording.replace("{session}", "3").replace("{date}", "8/5(金)").replace("{day}", "8/5(金)")
                meant = [h.column for h in headings if h.match(example)]
                assert meant == [heading.column], (table, wording)


def test_a_heading_is_known_in_its_variants():
    name = next(h for h in BOOK.headings("respondent") if h.column == "name")
    for wording in ("氏名（任意）", "氏名(任意)", " 氏 名 ", "お名前\xa0", "\ufeff氏名", "お名\n前"):
        assert name.match(wording), wording
    for wording in ("氏名カナ", "名", "お名前をどうぞ", ""):
        assert not name.match(wording), wording


def test_a_heading_says_its_session_and_day():
    [mark] = [h for h in BOOK.headings("register") if h.column == "mark"]
    assert mark.match("第１０回\n10/7（金）") == (10, "10/7(金)")
    assert mark.match("第3回") == (3, "")
    assert mark.match("第三回") is None


def test_a_year_without_a_column_says_what_to_do():
    with pytest.raises(BadInput, match="headers.csv(.|\n)*R99 の列"):
        Codebook("R99").headings("roster")
    with pytest.raises(BadInput, match="items.csv(.|\n)*R99 の列"):
        Codebook("R99").items("final")


def test_patterns_are_regular_expressions():
    for name, column in (("themes", "pattern"), ("themes", "exclude"), ("set_aside", "pattern")):
        for pattern in BOOK.read(name)[column]:
            re.compile(pattern)


def test_no_theme_matches_what_says_nothing():
    for theme in BOOK.read("themes").to_dict("records"):
        for text in ("", "特になし", "なし", "ありません"):
            assert not re.search(theme["pattern"], text), theme["theme_id"]


def test_name_variants_fold_to_one_form():
    lines = BOOK.read("name_variants")
    assert (lines["variant"].str.len() == 1).all() and (lines["base"].str.len() == 1).all()
    assert not lines["variant"].duplicated().any()
    assert not set(lines["variant"]) & set(lines["base"])  # a chain would fold halfway


def test_every_rule_of_the_menu_names_an_indicator_that_exists():
    lines = BOOK.read("menu_rules")
    assert len(read_rules(BOOK)) == len(lines)  # an unknown id is refused
    assert not lines["rule_id"].duplicated().any()
    assert (lines["min_n"].astype(int) > 0).all()


def test_indicators_refer_to_indicators_and_to_questions_that_are_asked():
    indicators = Indicators.of(BOOK)
    for line in indicators.values():
        assert {*line.derived_from, *filter(None, [line.scorecard])} <= indicators.keys(), line.id
        assert line.id not in line.derived_from
        assert (line.dimension == "") == (line.upper == 0), line.id
    asked = set(BOOK.read("items")["dimension"])
    assert {line.dimension for line in indicators.rated} <= asked
    assert all(line.heading for line in indicators.values() if line.scorecard or line.is_drawn)


def test_an_indicator_says_on_which_scale_it_was_asked():
    """Two scales of one question never read alike: whoever compares them would take one for the other."""
    told = {Indicators.of(BOOK).words("satisfaction", s) for s in ("satisfaction4", "satisfaction5")}
    assert told == {"研修全体に満足（4段階の3・4）", "研修全体に満足（5段階の4・5）"}


def test_every_code_has_a_word_and_one_only():
    lines = BOOK.read("codes")
    assert (lines != "").all(axis=None)
    assert not lines.duplicated(["set", "code"]).any()


def test_more_is_better_on_these_scales_only():
    """Who adds a rated question need not say so; the two-sided ones, counts and ways to take part are none."""
    assert {"comprehension", "satisfaction", "usefulness", "clarity"} <= set(rated())
    assert not {"length", "difficulty", "method", "missed_count", "comment", "choice"} & set(rated())


def calls():
    """(rule, names of the facts or None if they are not spelt out) of every finding in the code."""
    made = []
    for path in sorted(PIPELINE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        made += re.findall(r'(?:\.add|finding)\(\s*"([A-Z]\d\d)"', text)
        made += re.findall(r'"[a-z]+": "([A-Z]\d\d)"', text)  # a table of file kinds
    return set(made)


def test_every_finding_has_a_line_of_words_and_every_line_a_finding():
    assert calls() == set(rules())


def test_words_of_a_finding_can_be_filled_in():
    for rule_id, rule in rules().items():
        names = {
            name for text in (rule["what"], rule["remedy"]) for _, name, _, _ in string.Formatter().parse(text) if name
        }
        made = finding(rule_id, Place("表.xlsx", "名簿", "E5"), **dict.fromkeys(names, "◆"))
        assert made.what and made.remedy and "{" not in made.what + made.remedy


def test_words_of_a_finding_are_whole_japanese_sentences():
    for rule_id, rule in rules().items():
        if rule["what"] == "{reason}":
            continue
        for text in (rule["what"], rule["remedy"]):
            assert re.search(r"(。|。）|\{hint\})$", text), rule_id
            assert re.search("[ぁ-ん]", text), rule_id
            assert "  " not in text and "、。" not in text, rule_id
        assert rule["title"]
        if rule["severity"] == "fatal":  # who is stopped must be told what to do
            assert re.search("ください|使います|できません|加え|直し|書き|作り", rule["remedy"]), rule_id


def test_a_message_names_file_sheet_row_and_column():
    findings_ = Findings()
    findings_.add("M01", Place("出席簿.xlsx", "出席簿", "D5"), seen="☆")
    with pytest.raises(BadInput) as stopped:
        findings_.stop_if_fatal()
    message = str(stopped.value)
    assert message.startswith("このままでは処理できない点が1件あります。")
    assert "[M01] ファイル「出席簿.xlsx」 シート「出席簿」 セル D5" in message


def test_one_fault_in_many_cells_is_told_once():
    faults = Findings()
    for row in range(2, 40):
        faults.add("S01", Place("第1回.csv", "", f"F{row}"), item="Q1", seen="まあまあ", scale="x")
    faults.add("S01", Place("第2回.csv", "", "F2"), item="Q1", seen="まあまあ", scale="x")
    message = str(BadInput(faults.items))
    assert message.count("まあまあ") == 2  # once a file
    assert "39件" in message and "F2、F3" in message and "ほか28か所" in message


def test_what_is_no_fault_does_not_stop_the_year():
    noted = Findings()
    noted.add("L16", Place("出席簿.xlsx"))
    noted.stop_if_fatal()
    assert noted.fatal() == []


@pytest.fixture
def edited(tmp_path):
    """A codebook of which one file was changed, as a function of its name and what is done to its bytes."""

    def edit(name, change):
        folder = shutil.copytree(FOLDER, tmp_path / "codebook")
        path = folder / f"{name}.csv"
        path.write_bytes(change(path.read_bytes()))
        return Codebook("R4", folder)

    return edit


def in_cp932(data):
    return data.decode("utf-8-sig").encode("cp932")


def with_comma(data, row):
    return b"".join(line.rstrip() + b"," * (n == row) + b"\r\n" for n, line in enumerate(data.splitlines(), start=1))


def without_mark(data):
    return data.decode("utf-8-sig").encode("utf-8")


@pytest.mark.parametrize("saved", [in_cp932, without_mark])
@pytest.mark.parametrize("name", ["offices", "themes"])
def test_a_codebook_that_excel_or_an_editor_saved_in_its_own_way_is_read(edited, name, saved):
    pd.testing.assert_frame_equal(edited(name, saved).read(name), BOOK.read(name))


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("offices", lambda d: with_comma(d, 3), ["offices.csv", "3行目", "列の数"]),
        ("scales", lambda d: d + b'x,"y\n\n\n', ["scales.csv", f"{len(BOOK.read('scales')) + 2}行目", "引用符"]),
        ("offices", lambda d: d.replace(b",", b";"), ["offices.csv", "1行目", "コンマ"]),
        ("themes", lambda d: b"", ["themes.csv", "コンマ"]),
        ("items", lambda d: d[:200] + b"\xff" + d[200:], ["items.csv", "行目", "文字コード"]),
        ("scales", lambda d: re.sub(rb",5,", ",5点,".encode(), d, count=1), ["scales.csv", "行目", "「5点」"]),
        ("marks", lambda d: d.replace(b"present", b"sleepy", 1), ["marks.csv", "行目", "「sleepy」"]),
    ],
)
def test_a_codebook_that_was_damaged_is_named_with_its_row(edited, name, change, said):
    book = edited(name, change)
    with pytest.raises(BadInput) as told:
        book.read(name), book.scales, book.marks
    assert [word for word in said if word not in str(told.value)] == []
