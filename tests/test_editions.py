"""What the documents of the built sample show to whom: nobody's id, nothing hidden inside the house, only rounded outside."""

import csv
import json
import re

import pypdfium2
import pytest

from pipeline.findings import BadInput
from pipeline.store import INTERNAL, PUBLIC, Store
from pipeline.year import Year
from tests.towns import Town

YEARS = ("R4", "R5")
IDENTITY = re.compile(r"\bp[0-9a-f]{10}\b")
DOCUMENTS = ("annual_report", "association", "data_quality", "menu_revision")
WORDS = re.compile(r"[、。\s]+")


def document(reports, year, name="annual_report", edition=INTERNAL):
    folder = reports / year / ("public" if edition == PUBLIC else "")
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def cells(blocks):
    """Every cell of every table, those behind figures among them."""
    for block in blocks:
        table = block.get("behind") if block["kind"] == "figure" else block
        if table and table["kind"] == "table":
            for row in table["rows"]:
                for cell in row:
                    yield from [cell] if isinstance(cell, str) else cell


def texts(node):
    """Every text of a document, wherever it stands."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        yield from (text for key, value in node.items() if key != "image" for text in texts(value))
    elif isinstance(node, list):
        yield from (text for value in node for text in texts(value))


@pytest.mark.parametrize("year", YEARS)
def test_no_file_of_the_reports_holds_an_id(reports, year):
    for path in (reports / year).rglob("*"):
        if path.suffix in (".html", ".json", ".csv"):
            assert not IDENTITY.search(path.read_text(encoding="utf-8-sig")), path


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_hidden_from_those_whose_duty_it_is(reports, year, name):
    assert not [cell for cell in cells(document(reports, year, name)["blocks"]) if cell.strip() in ("x", "Ｘ", "秘匿")]


@pytest.mark.parametrize("year", YEARS)
def test_no_table_of_the_house_has_a_row_for_a_person(reports, town, year):
    people = {p for p in Store.open(year, town).load("participants")["participant_id"]}
    for name in DOCUMENTS:
        assert not people & set(cells(document(reports, year, name)["blocks"]))


@pytest.mark.parametrize("year", YEARS)
def test_answers_of_fewer_than_five_are_not_told_inside_the_house(reports, town, year):
    evidence = Store.open(year, town).load("evidence")
    few = evidence[evidence["evidence_id"].isin(["satisfaction", "usefulness", "followup"]) & (evidence["n"] < 5)]
    card = next((b for b in document(reports, year)["blocks"] if b.get("name") == "scorecard"), {"rows": []})
    for course in few["course_id"]:
        number = int(course.removeprefix("no"))
        own = [row for row in card["rows"] if row[0].startswith(f"No.{number} ")]
        assert all(not re.search(r"n=[1-4]\b", cell) for row in own for cell in row[2:])


@pytest.mark.parametrize("year", YEARS)
def test_the_public_edition_is_short(reports, year):
    pdf = pypdfium2.PdfDocument(reports / year / "public/annual_report.pdf")
    assert len(pdf) <= 10


@pytest.mark.parametrize("year", YEARS)
def test_the_public_tables_hold_rounded_numbers_only(reports, year):
    rounded = re.compile(r"約?(0|5未満|[\d,]*[05])(人)?(以下)?|\d+%(未満|以上)?|−?\d+\.\d|－|-|…")
    for block in document(reports, year, edition=PUBLIC)["blocks"]:
        if block["kind"] == "table" and block["name"] != "published":
            right = [place for place, column in enumerate(block["columns"]) if column["align"] == "right"]
            wrong = [row[place] for row in block["rows"] for place in right if not rounded.fullmatch(row[place])]
            assert not wrong, (block["name"], wrong)


@pytest.mark.parametrize("year", YEARS)
def test_the_public_files_say_no_more_than_the_page(reports, year):
    page = set(cells(document(reports, year, edition=PUBLIC)["blocks"]))
    for path in (reports / year / "public/tables").glob("annual_report.*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        assert {value for row in rows for name, value in zip(head, row, strict=True) if name != "row"} <= page | {""}


@pytest.mark.parametrize("year", YEARS)
def test_what_the_town_published_is_public_as_it_did(reports, town, year):
    published = {one["indicator"] for one in Year.open(Store.open(year, town)).published}
    blocks = {b.get("name"): b for b in document(reports, year, edition=PUBLIC)["blocks"]}
    assert ("published" in blocks) == bool(published)
    if "ideas" in published:
        assert ["企画立案と発信に至った人", "24人中21人"] in [row[:2] for row in blocks["published"]["rows"]]


@pytest.mark.parametrize("year", YEARS)
def test_nobody_s_words_are_public(reports, town, year):
    store = Store.open(year, town)
    said = [*store.load("comments")["text"].dropna(), *store.load("interviews")["statement"].dropna()]
    page = WORDS.sub("", " ".join(texts(document(reports, year, edition=PUBLIC))))
    assert not [text for text in said if len(text) > 11 and WORDS.sub("", text) in page]


@pytest.mark.parametrize("year", YEARS)
def test_the_public_edition_answers_the_question_of_the_year(reports, year):
    verdict = next(b for b in document(reports, year, edition=PUBLIC)["blocks"] if b.get("role") == "verdict")
    said = "".join(span["text"] for span in verdict["spans"])
    assert "平均" in said and "点低い" in said  # both sample years are linked


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        ("min_cell_internal = 4", "min_cell_internal"),  # the floors can't be undercut
        ("min_cell_public = 9", "min_cell_public"),
        ("min_cell_internal = 20", "min_cell_public"),  # the public edition never tells more
    ],
)
def test_thresholds_below_the_floors_are_refused(tmp_path, declared, named):
    town = Town(tmp_path)
    key = declared.split()[0]
    before = {"min_cell_internal": "min_cell_internal = 5", "min_cell_public": "min_cell_public = 10"}[key]
    town.declare(before, declared)
    with pytest.raises(BadInput, match=named):
        Year.open(town.store)
