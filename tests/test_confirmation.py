"""確認票.xlsx: the findings go out to the offices, and their answers come back to the same findings."""

import io
import shutil
from datetime import date
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.codebook import FOLDER, Codebook
from pipeline.commands.new_year import new_year, next_declaration
from pipeline.findings import Place, finding, numbered, rules
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.confirmation_book import ANSWERS
from pipeline.ingest.files import read_file
from pipeline.preparing.confirmation_book import answer_findings
from pipeline.preparing.intake import read_files
from pipeline.preparing.people import read_directory
from pipeline.preparing.prepare import prepare, read_year
from pipeline.preparing.reading import RawFile
from pipeline.publishing.confirmation_workbook import COLUMNS, HEAD_ROW, confirmation_file, confirmation_workbook, owner
from pipeline.store import Store
from pipeline.year import Source, Year
from tests.test_pipeline import SECRETS
from tests.towns import REGISTER, SAMPLE, Town

SOURCE = '[[source]]\nfile = "確認票*.xlsx"\nkind = "answers"\nsheet = "確認票"\n\n[analysis]'
SAID = {"answer": "次回から直す", "answered_by": "企画政策課・主査", "answered_on": "令和5年4月10日"}
WEEKDAY, ABSENT, TOTAL = "G4", "I17", "K19"  # cells of the register: D01, M02, C03


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """(tables, workbook) of the sample town before anybody has answered."""
    town = Town(tmp_path_factory.mktemp("asked"))
    return evaluated(town)


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path)
    town.declare("[analysis]", SOURCE)
    return town


def evaluated(town):
    year = Year.open(town.store)
    tables = prepare(year)
    town.store.save("findings", tables["findings"])
    [workbook] = confirmation_file(town.store, year.cover).values()
    return tables, workbook


def fill(town, data, answers, name="確認票.xlsx"):
    """The workbook back from the office: cell of the register → what is written into its row."""
    book = load_workbook(io.BytesIO(data))
    for cell, written in answers.items():
        write(book["確認票"], row_of(book["確認票"], cell), written)
    book.save(town.folder / name)


def write(sheet, row, written):
    for column, value in written.items():
        sheet.cell(row, list(COLUMNS).index(column) + 1).value = value


def row_of(sheet, cell):
    at = list(COLUMNS).index("cell") + 1
    return next(r for r in range(HEAD_ROW + 1, sheet.max_row + 1) if sheet.cell(r, at).value == cell)


def line(data, cell):
    sheet = load_workbook(io.BytesIO(data))["確認票"]
    row = row_of(sheet, cell)
    return {name: sheet.cell(row, n).value for n, name in enumerate(COLUMNS, start=1)}


def at(tables, cell):
    found = tables["findings"]
    [row] = found[(found["file"] == REGISTER) & (found["cell"] == cell) & (found["severity"] != "minor")].to_dict(
        "records"
    )
    return row


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """What is said of a filled workbook by the findings of the sample town, without reading the town anew."""
    town = Town(tmp_path_factory.mktemp("answered"))
    year = Year.open(town.store)
    asked, people = read_year(year).findings.items, read_directory(year, read_files(year)[0])[0]

    def read(data, answers):
        fill(town, data, answers)
        sheets = {sheet.sheet: sheet for sheet in read_file(town.folder / "確認票.xlsx", "確認票.xlsx")}
        files = [RawFile(Source("確認票.xlsx", "answers"), sheets["確認票"])]
        return answer_findings(year, files, asked, people)[1].findings.items

    return read


def told(town):
    """The findings about the answers, of a run that may be stopped by them."""
    return [f for f in read_year(Year.open(town.store)).findings.items if f.rule_id.startswith("Q")]


def test_the_answers_come_back_on_the_same_findings(town, asked):
    fill(town, asked[1], {WEEKDAY: SAID | {"note": "9日が正しい"}, TOTAL: SAID | {"answer": "分からない"}})
    tables, _ = evaluated(town)
    answered = at(tables, WEEKDAY)
    assert answered["rule_id"] == "D01"
    assert answered["answer"] == "次回から直す"
    assert answered["answer_note"] == "9日が正しい"
    assert answered["answered_by"] == "企画政策課・主査"
    assert answered["answered_on"].date() == date(2023, 4, 10)
    assert at(tables, TOTAL)["answer"] == "分からない"
    assert tables["findings"]["answer"].notna().sum() == 2


def test_the_next_workbook_holds_them_and_can_be_sent_back_as_it_is(town, asked):
    fill(town, asked[1], {WEEKDAY: SAID | {"note": "9日が正しい"}})
    first, data = evaluated(town)
    assert line(data, WEEKDAY) | {"answered_on": ""} == line(asked[1], WEEKDAY) | SAID | {
        "note": "9日が正しい",
        "answered_on": "",
    }
    assert line(data, ABSENT)["answer"] is None
    fill(town, data, {ABSENT: SAID | {"note": "-部署で確認\n2行目"}})
    second, _ = evaluated(town)
    assert at(second, ABSENT)["answer"] == SAID["answer"]
    assert at(second, ABSENT)["answer_note"] == "-部署で確認\n2行目"
    was, now = at(first, WEEKDAY), at(second, WEEKDAY)
    assert was == now
    assert now["answered_on"].date() == date(2023, 4, 10)


def test_an_answer_changes_no_data(town, asked):
    fill(town, asked[1], {ABSENT: SAID | {"answer": "元の資料を直した"}})
    tables = prepare(Year.open(town.store))
    for name in set(tables) - {"findings", "accounts", "set_aside"}:
        left, right = (
            t[name].drop(columns=["participant_id", "response_id"], errors="ignore") for t in (tables, asked[0])
        )
        pd.testing.assert_frame_equal(left, right)


@pytest.mark.parametrize(
    ("written", "rule_id", "column", "words"),
    [
        ({"answer": "たぶん大丈夫"}, "Q01", "answer", "「たぶん大丈夫」は「元の資料のとおりでよい」"),
        ({"finding_id": None}, "Q02", "finding_id", "番号が空欄"),
        ({"answered_by": None}, "Q03", "answered_by", "「回答者」が空欄"),
        ({"answered_on": None}, "Q03", "answered_on", "「回答日」が空欄"),
        ({"answer": None, "note": "9日が正しい"}, "Q03", "answer", "「回答」が空欄"),
        ({"answered_on": "先月"}, "Q04", "answered_on", "「先月」"),
        ({"answered_on": "令和15年4月10日"}, "Q04", "answered_on", "2024年3月31日まで"),
        ({"cell": "G5"}, "Q07", "cell", "セルは「G4」ですが、確認票には「G5」"),
    ],
)
def test_an_answer_that_cannot_be_used_stops_with_its_cell(answered, asked, written, rule_id, column, words):
    [problem] = answered(asked[1], {WEEKDAY: SAID | written})
    assert (problem.rule_id, problem.severity) == (rule_id, "fatal")
    row = row_of(load_workbook(io.BytesIO(asked[1]))["確認票"], WEEKDAY)
    letter = chr(ord("A") + list(COLUMNS).index(column))
    assert (problem.file, problem.sheet, problem.cell) == ("確認票.xlsx", "確認票", f"{letter}{row}")
    assert words in problem.what


def test_rows_may_be_sorted_but_not_one_column_of_them(town, asked):
    book = load_workbook(io.BytesIO(asked[1]))
    sheet = book["確認票"]
    write(sheet, row_of(sheet, WEEKDAY), SAID)
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=HEAD_ROW + 1)]
    for number, values in enumerate(reversed(rows), start=HEAD_ROW + 1):
        for column, value in enumerate(values, start=1):
            sheet.cell(number, column).value = value
    book.save(town.folder / "確認票.xlsx")
    assert told(town) == []
    assert at(prepare(Year.open(town.store)), WEEKDAY)["answer"] == SAID["answer"]
    for number, values in enumerate(rows, start=HEAD_ROW + 1):
        sheet.cell(number, 1).value = values[0]
    book.save(town.folder / "確認票.xlsx")
    assert {p.rule_id for p in told(town)} == {"Q07"}


def test_what_two_offices_say_alike_counts_once_and_what_they_say_differently_is_refused(town, asked):
    fill(town, asked[1], {WEEKDAY: SAID}, "確認票_1.xlsx")
    fill(town, asked[1], {WEEKDAY: SAID, ABSENT: SAID}, "確認票_2.xlsx")
    tables = prepare(Year.open(town.store))
    assert at(tables, WEEKDAY)["answer"] == at(tables, ABSENT)["answer"] == SAID["answer"]
    assert (tables["set_aside"]["reason"] == "同じ回答の重複").sum() == 1
    fill(town, asked[1], {WEEKDAY: SAID | {"answer": "分からない"}}, "確認票_2.xlsx")
    [problem] = told(town)
    assert (problem.rule_id, problem.file, problem.severity) == ("Q05", "確認票_2.xlsx", "fatal")
    assert "確認票_1.xlsx" in problem.what


def test_an_answer_to_a_finding_that_is_gone_is_listed(town, asked):
    fill(town, asked[1], {ABSENT: SAID | {"answer": "元の資料を直した"}})
    town.excel(REGISTER, "出席簿", **{ABSENT: "○"})
    [note] = told(town)
    assert (note.rule_id, note.severity) == ("Q06", "minor")
    assert at(asked[0], ABSENT)["finding_id"] in note.what


def test_an_answer_to_what_now_says_something_else_is_not_used(town, asked):
    fill(town, asked[1], {TOTAL: SAID})
    town.excel(REGISTER, "出席簿", **{TOTAL: 3})
    tables = prepare(Year.open(town.store))
    assert pd.isna(at(tables, TOTAL)["answer"])
    assert at(tables, TOTAL)["finding_id"] == at(asked[0], TOTAL)["finding_id"]
    assert [f.rule_id for f in told(town)] == ["Q08"]


def test_a_mended_file_that_has_not_arrived_is_told(town, asked):
    fill(town, asked[1], {ABSENT: SAID | {"answer": "元の資料を直した"}})
    [note] = told(town)
    assert (note.rule_id, note.severity) == ("Q09", "minor")
    assert REGISTER in note.what
    assert at(prepare(Year.open(town.store)), ABSENT)["answer"] == "元の資料を直した"


def test_ids_stay_when_other_findings_come(town, asked):
    (town.folder / "確認票_予備.xlsx").write_bytes(asked[1])  # or the declared source has no file
    town.excel(REGISTER, "出席簿", E5=None, E6=None)
    before, now = asked[0]["findings"], prepare(Year.open(town.store))["findings"]
    assert len(now[now["rule_id"] == "M02"]) > len(before[before["rule_id"] == "M02"])
    assert now["finding_id"].is_unique
    ours = before[before["severity"] != "minor"].set_index("finding_id")[["rule_id", "file", "cell"]]
    assert now.set_index("finding_id").loc[ours.index, ["rule_id", "file", "cell"]].equals(ours)


def test_two_findings_at_one_place_and_those_of_two_years_have_ids_of_their_own():
    same = [finding("D01", Place("a.xlsx", "出席簿", "G4"), day="1日", true="金", seen="木")] * 2
    ids = [f.finding_id for year in ("R4", "R5") for f in numbered(same, year)]
    assert len(set(ids)) == 4
    assert numbered([finding("F01", Place("a.xlsx"))], "R4")[0].finding_id is None


def test_what_asks_is_a_row_with_its_office_and_the_rest_is_recorded(asked):
    tables, data = asked
    book = load_workbook(io.BytesIO(data))
    ids = {name: [c.value for c in book[name]["A"][HEAD_ROW:]] for name in ("確認票", "記録")}
    is_record = tables["findings"]["severity"] == "minor"
    assert sorted(ids["確認票"]) == sorted(tables["findings"]["finding_id"][~is_record])
    assert ids["記録"] == tables["findings"]["finding_id"][is_record].tolist()
    assert line(data, WEEKDAY)["owner"] == "DX推進部門"
    assert line(data, WEEKDAY)["severity"] == "要確認"
    assert book["確認票"]["A1"].value == "見本（架空データ）　令和4(2022)年度　DX人材育成研修（試行）　確認票"
    guide = "".join(str(c.value) for row in book["記入のしかた"] for c in row)
    assert "データと集計は変わらない" in guide


def test_what_only_we_can_mend_is_asked_of_us(town):
    year = Year.open(town.store)
    assert owner(year, REGISTER, "出席簿を直してください。") == "DX推進部門"
    assert owner(year, REGISTER, "pipeline/codebook/options.csv に1行を加えてください。") == "企画政策課"
    assert owner(year, REGISTER, rules()["S02"]["remedy"]) == "企画政策課"
    assert owner(year, "メモ.xlsx", "年度フォルダから出してください。") == "企画政策課"


def test_it_offers_the_answers_prints_wide_and_can_be_filtered(asked):
    sheet = load_workbook(io.BytesIO(asked[1]))["確認票"]
    last = sheet.max_row
    [offer] = sheet.data_validations.dataValidation
    letter = chr(ord("A") + list(COLUMNS).index("answer"))
    assert (str(offer.sqref), offer.formula1) == (f"{letter}5:{letter}{last}", f'"{",".join(ANSWERS)}"')
    assert len(offer.formula1) <= 257  # Excel's limit, with the quotation marks
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.auto_filter.ref == f"A4:M{last}"


def test_the_headings_are_those_that_are_read_back():
    known = Codebook("R5").headings("answers")
    for name, (heading, _) in COLUMNS.items():
        assert [h.column for h in known if h.match(heading)] == [name]


def test_two_runs_write_the_same_bytes_that_carry_no_clock(asked):
    tables, data = asked
    year = Year.open(Store.open("R4", SAMPLE.parents[1]))
    owners = tables["findings"].assign(owner="DX推進部門")
    twice = [confirmation_workbook(owners, year.fiscal_year, year.cover) for _ in range(2)]
    assert twice[0] == twice[1]
    with ZipFile(io.BytesIO(data)) as archive:
        assert {m.date_time for m in archive.infolist()} == {(2023, 3, 31, 0, 0, 0)}


def test_no_name_is_in_it_whatever_the_office_wrote(town, asked):
    names = load_workbook(town.folder / "行革幹事名簿_R4.7.20現在.xlsx")["名簿"]
    name = next(c.value for row in names.iter_rows(min_row=5) for c in row if "　" in str(c.value))
    head = next(c for row in names.iter_rows() for c in row if c.value == "職員番号")
    number = names.cell(head.row + 5, head.column).value
    written = {
        "note": f"{name}（{number}）に内線2103と（tarou@example.jp）で確かめた",
        "answered_by": f"総務課・{name}",
    }
    fill(town, asked[1], {WEEKDAY: SAID | written})
    tables, data = evaluated(town)
    assert line(data, WEEKDAY)["note"] == "〔氏名〕に〔連絡先〕と（〔連絡先〕）で確かめた"
    assert line(data, WEEKDAY)["answered_by"] == "総務課・〔氏名〕"
    secrets = [*SECRETS["R4"](), "tarou@example.jp"]
    shown = [str(c.value) for sheet in load_workbook(io.BytesIO(data)) for row in sheet for c in row]
    text = "".join("\n".join(shown).replace("　", " ").split(" "))
    assert [s for s in secrets if s in text or s in tables["findings"].to_csv()] == []
    fill(town, data, {}, "確認票_2.xlsx")  # both are in the folder now, and say the same
    assert told(town) == []


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)"])
def test_a_text_that_looks_like_a_formula_stays_a_text(asked, text):
    table = asked[0]["findings"].assign(owner="DX推進部門", what=text, answer_note=text)
    cover = Year.open(Store.open("R4", SAMPLE.parents[1])).cover
    sheet = load_workbook(io.BytesIO(confirmation_workbook(table, FiscalYear.parse("R4"), cover)))["確認票"]
    for name in ("what", "note"):
        cell = sheet.cell(HEAD_ROW + 1, list(COLUMNS).index(name) + 1)
        assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == (text, "s", True)


def test_a_year_without_anything_to_ask_says_so(asked):
    table = asked[0]["findings"].assign(owner="")
    cover = Year.open(Store.open("R4", SAMPLE.parents[1])).cover
    minor = table[table["severity"] == "minor"]
    sheet = load_workbook(io.BytesIO(confirmation_workbook(minor, FiscalYear.parse("R4"), cover)))["確認票"]
    assert sheet.cell(HEAD_ROW + 1, 1).value == "担当課に確かめることは無い。"


def test_a_new_year_says_how_to_declare_it_and_takes_over_no_answers(tmp_path):
    town = Town(tmp_path)
    town.declare("[analysis]", "# 分析計画\n" + SOURCE.replace("[analysis]", "# 回答の後\n[analysis]"))
    shutil.copytree(FOLDER, tmp_path / "codebook")
    new_year(tmp_path, "R5", codebook=tmp_path / "codebook", today=date(2023, 4, 3))
    text = Store.open("R5", tmp_path).declaration.read_text(encoding="utf-8")
    assert '\nkind = "answers"' not in text
    assert text.count('\n# kind = "answers"') == 1
    assert "# 回答の後\n[analysis]" in text
    again = next_declaration(text, FiscalYear.parse("R6"), date(2024, 4, 1))
    assert again.count('# kind = "answers"') == 1
