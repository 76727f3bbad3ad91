"""menu_revision.xlsx: what the CIO decides in, read back as Excel would show it."""

import io
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.codebook import Codebook
from pipeline.fiscal_year import FiscalYear
from pipeline.publishing.revision_workbook import BLANK, COLUMNS, HEAD_ROW, revision_file, revision_workbook
from pipeline.store import Store
from tests.menus import COVER, base, proposal, proposals, row_of, workbook


@pytest.fixture(scope="module")
def book():
    return load_workbook(io.BytesIO(workbook()))


def cells(sheet, decision_id):
    row = row_of(sheet, decision_id)
    return {name: sheet.cell(row, n).value for n, name in enumerate(COLUMNS, start=1)}


def test_every_proposal_is_a_row_with_what_is_and_what_is_proposed(book):
    sheet = book["新旧対照表"]
    assert sheet.max_row == HEAD_ROW + len(proposals())
    hours = cells(sheet, "no06-R16")
    assert (hours["field_label"], hours["number"]) == ("標準時間数", 6)
    assert (hours["before"], hours["proposed"]) == ("2時間", "1.5時間")
    target = cells(sheet, "no01-R17")
    assert (target["field_label"], target["before"], target["proposed"]) == ("対象（主査）", "対象外", "●")
    ended = cells(sheet, "no09-R12")
    assert (ended["before"], ended["proposed"]) == ("実施", "廃止")
    assert "（研修全体に満足（5段階の4・5） 70.0 %（50.0～85.0 %）、n=24、第4章）" in ended["grounds"]


def test_what_waits_for_data_stands_there_too_without_a_proposal(book):
    row = cells(book["新旧対照表"], "no07-R03")
    assert (row["proposed"], row["field_label"]) == (None, None)
    assert row["secretariat"] == "判断保留（データ不足）：欠席した回を補う機会を設けるか"


def test_what_waits_on_several_rules_is_one_sentence():
    """What each of ten rules would propose filled a third of a page; it stands in the table of the rules."""
    one = proposals().iloc[[6]]
    table = pd.concat([one.assign(rule_id=rule_id) for rule_id in ("R02", "R10", "R16")])
    row = cells(load_workbook(io.BytesIO(workbook(table)))["新旧対照表"], "no07-R03")
    assert row["secretariat"] == "判断保留（データ不足）：規則3件に当てはめるデータが足りない"


@pytest.fixture
def trial():
    courses, targets, years = base()
    return courses.head(1).assign(course_id="trial", number=None), targets.head(0), years.head(0)


def test_the_guide_fits_the_book(book, trial):
    def told(book):
        return {str(row[0].value)[2:].strip(): str(row[1].value) for row in book["記入のしかた"].iter_rows(min_row=2)}

    own = told(book)
    assert "シート「新設する研修」" in own["新設"] and "新設する研修" in book.sheetnames
    assert "R6" in own["記入のあと"] and "doit adopt --year R6" in own["記入のあと"]
    assert "令和6年3月25日" in own["決定者・決定日"]
    table = pd.DataFrame([proposal("trial", "R08", "new", "財源を扱う回を設ける")])
    made = load_workbook(io.BytesIO(revision_workbook(table, *trial, FiscalYear(4), COVER, Codebook("R4"))))
    other = told(made)
    assert "新設する研修" not in made.sheetnames and "シート" not in other["新設"]
    assert "doit adopt は使わない" in other["記入のあと"] and "R6" not in other["記入のあと"]
    assert "令和5年3月25日" in other["決定者・決定日"]
    assert "備考に統合先が書かれる" in own["統合"] and "決められない" in other["統合"]
    assert "新しい行" in cells(made["新旧対照表"], "trial-R08")["field_label"]
    assert not [text for text in (*own.values(), *other.values()) if "{" in text]


def test_the_cells_to_fill_in_are_blank_and_offer_a_list(book):
    sheet = book["新旧対照表"]
    for decision_id in proposals()["decision_id"]:
        assert not [n for n in BLANK if cells(sheet, decision_id)[n] is not None]
    lists = {str(v.sqref): (v.formula1, v.showErrorMessage) for v in sheet.data_validations.dataValidation}
    assert lists == {
        "K5:K12": ('"賛成,修正意見,反対"', True),
        "L5:L12": ('"承認,修正,却下,保留"', True),
        # 内容更新 and 継続 without a field of their own, and what waits: whoever amends chooses one.
        "F5 F10 F11": ("'記入のしかた'!$C$2:$C$19", True),
    }


def test_it_prints_on_a3_and_is_open_to_writing(book):
    sheet = book["新旧対照表"]
    setup = sheet.page_setup
    assert (int(setup.paperSize), setup.orientation) == (8, "landscape")  # 8: A3
    assert (setup.fitToWidth, setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert not sheet.protection.sheet
    # The whole width goes on one page: every character more makes all of them smaller.
    assert sum(d.width for d in sheet.column_dimensions.values()) <= 220
    assert all(sheet.cell(5, n).alignment.wrap_text for n in range(1, len(COLUMNS) + 1))


def test_the_title_says_the_years_and_that_the_town_is_made_up(book):
    title = book["新旧対照表"]["A1"].value
    assert title.startswith("見本（架空データ）")
    assert "令和5(2023)年度の評価による令和6(2024)年度の改定" in title
    assert "承認＝改定案のとおり" in "".join(str(c.value) for row in book["記入のしかた"] for c in row)


def test_a_real_town_is_not_called_made_up(monkeypatch):
    monkeypatch.setitem(COVER, "synthetic", False)
    title = load_workbook(io.BytesIO(workbook()))["新旧対照表"]["A1"].value
    assert "見本" not in title


def test_the_headings_are_those_that_are_read_back(book):
    known = Codebook("R5").headings("decisions")
    for column, (name, (heading, _)) in enumerate(COLUMNS.items(), start=1):
        assert book["新旧対照表"].cell(HEAD_ROW, column).value == heading
        found = [h.column for h in known if h.match(heading)]
        assert found == [name.replace("field_label", "field")]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "＝1+1", "＠SUM(1)"])
def test_a_text_that_looks_like_a_formula_stays_a_text(text):
    table = proposals().assign(proposal=text)
    sheet = load_workbook(io.BytesIO(workbook(table)))["新旧対照表"]
    cell = sheet.cell(row_of(sheet, "no01-R15"), list(COLUMNS).index("proposed") + 1)
    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == (text, "s", True)


def test_letters_that_no_workbook_can_hold_are_left_out():
    sheet = load_workbook(io.BytesIO(workbook(proposals().assign(proposal="制御\x0b文字"))))["新旧対照表"]
    assert cells(sheet, "no07-R13")["proposed"] == "制御文字"


def test_two_runs_write_the_same_bytes_that_carry_no_clock():
    assert workbook() == workbook()
    with ZipFile(io.BytesIO(workbook())) as archive:
        assert {m.date_time for m in archive.infolist()} == {(2024, 3, 31, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2024-03-31T00:00:00Z") == 2


def test_it_is_written_beside_the_years_proposal(tmp_path):
    store = Store.open("R5", tmp_path)
    for name, table in zip(("courses", "targets", "course_years"), base(), strict=True):
        store.save(name, table)
    store.save("proposals", proposals())
    made = revision_file(store, COVER)
    assert made == {tmp_path / "reports/R5/menu_revision.xlsx": workbook()}


def test_a_trial_without_menu_numbers_has_its_workbook_too():
    courses, targets, years = base()
    trial = courses.head(1).assign(course_id="trial", number=None).drop(columns="hours")
    table = proposals().head(1).assign(course_id="trial", decision_id="trial-R15")
    sheet = load_workbook(io.BytesIO(workbook(table, (trial, targets.head(0), years.head(0)))))["新旧対照表"]
    row = cells(sheet, "trial-R15")
    assert row["number"] is None
    assert (row["proposed"], row["before"]) == ("基礎から説明し、難しい部分を分ける", "集合or動画・5月")


def test_a_rule_whose_value_its_field_cannot_have_is_an_error():
    table = proposals()
    table.loc[len(table)] = proposal("no07", "R18", "schedule", "減らす", "hours", "短く")
    with pytest.raises(ValueError, match="R18.*hours＝「短く」"):
        workbook(table)
