"""The same inputs give the same bytes, wherever they lie; and the manifest knows every file."""

import csv
import hashlib
import io
import json
import shutil

import pytest

from pipeline.codebook import Codebook
from pipeline.commands import actions
from pipeline.publishing.dictionary import canonical_rows, code_rows
from pipeline.publishing.provenance import UNKNOWN
from pipeline.reports.reproduction import inputs
from pipeline.schema import CONTRACTS
from pipeline.store import Store
from tests.towns import PROJECT, doit

YEARS = ["R4", "R5"]


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def manifest(reports, year):
    return json.loads((reports / year / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """R4 made a second time, in a folder of another name and depth."""
    root = tmp_path_factory.mktemp("別の所") / "さらに下"
    shutil.copytree(PROJECT / "data/sample/R4", root / "data/sample/R4")
    made = doit(root)
    assert made.returncode == 0, made.stdout + made.stderr
    return root / "reports"


class TestBytes:
    def test_every_file_is_the_same_in_another_folder(self, reports, elsewhere):
        first, second = files(reports / "R4"), files(elsewhere / "R4")
        assert {name.rsplit(".", 1)[1] for name in first} == {"html", "pdf", "csv", "xlsx", "json"}
        assert first.keys() == second.keys()
        differing = [name for name in first if first[name] != second[name]]
        assert differing == ["manifest.json"]

    def test_the_manifests_differ_only_in_what_belongs_to_a_run(self, reports, elsewhere):
        first, second = manifest(reports, "R4"), manifest(elsewhere, "R4")
        for one in (first, second):
            for document in one["documents"]:
                del document["seconds"]
        assert first == second


@pytest.mark.parametrize("year", YEARS)
class TestManifest:
    def test_names_every_file_of_the_year_with_its_digest_and_no_other(self, reports, year):
        told = manifest(reports, year)
        outputs = [output for document in told["documents"] for output in document["outputs"]]
        outputs += [*told["dictionaries"], *told["pages"]]
        found = {
            name: hashlib.sha256(data).hexdigest()
            for name, data in files(reports / year).items()
            if name != "manifest.json"
        }
        assert {output["path"]: output["sha256"] for output in outputs} == found
        assert len(outputs) == len(found)
        assert {"確認票.xlsx", "menu_revision.xlsx"} <= set(found)

    def test_names_every_raw_file_with_its_digest_and_its_rows(self, town, reports, year):
        told = {entry["file"]: entry for entry in manifest(reports, year)["inputs"]}
        raw = Store.open(year, town)
        assert set(told) == {path.relative_to(raw.raw_dir).as_posix() for path in raw.raw_files}
        for path in raw.raw_files:
            entry = told[path.relative_to(raw.raw_dir).as_posix()]
            assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        read = [e for e in told.values() if "rows_read" in e]
        assert len(read) >= 10
        assert all(e["rows_read"] == e["rows_used"] + e["rows_set_aside"] for e in read)

    def test_says_with_what_and_for_whom(self, reports, year):
        told = manifest(reports, year)
        assert told["editions"] == {"internal": "内部版", "public": "公表版"}
        assert told["analysis"]["seed"] and len(told["analysis"]["digest"]) == 64
        assert {document["edition"] for document in told["documents"]} == {"internal", "public"}
        captions = [t["caption"] for document in told["documents"] for t in document["tables"].values()]
        assert len(captions) > 40 and all(captions)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("document", ["annual_report", "association"])
class TestReproductionPage:
    def test_lists_inputs_and_versions_and_nothing_of_this_run(self, town, reports, year, document):
        page = (reports / f"{year}/{document}.html").read_text(encoding="utf-8")
        own = page[page.index("再現情報</h2>") :]
        told = manifest(reports, year)
        for entry in told["inputs"]:
            if "rows_read" in entry:
                assert entry["sha256"][:12] in own and entry["file"] in own
                assert entry["sha256"] not in own
        for words in (
            told["python"],
            told["packages"]["pandas"],
            str(told["analysis"]["seed"]),
            told["analysis"]["digest"][:12],
        ):
            assert words in own
        commit = told["code"]["commit"]  # 不明 outside a repository
        for words in (*([] if commit == UNKNOWN else [commit]), told["platform"], str(town)):
            assert words not in page


def test_the_declaration_stands_among_the_inputs(town, reports):
    store = Store.open("R4", town)
    listed = inputs(store, store.load("accounts")).set_index("file")
    assert listed.loc["year.toml", "sha256"] == hashlib.sha256(store.declaration.read_bytes()).hexdigest()[:12]
    assert listed.index.is_unique and listed["sha256"].str.len().eq(12).all()


@pytest.mark.parametrize("edition", ["", "public"])
@pytest.mark.parametrize("year", YEARS)
class TestDictionary:
    def test_explains_every_column_of_every_table(self, reports, year, edition):
        folder = reports / year / edition / "tables"
        known = {
            (r["table"], r["column"]): r["label"] for r in rows(folder / "data_dictionary.csv") if not r["variable"]
        }
        made = [path for path in folder.glob("*.*.csv")]
        assert len(made) >= (3 if edition else 20)
        for path in made:
            head = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
            assert len(head) == len(set(head)), path.name
            assert [column for column in head if not known.get((path.name, column))] == [], path.name

    def test_explains_every_variable_of_a_long_table(self, reports, year, edition):
        folder = reports / year / edition / "tables"
        known = {(r["table"], r["variable"]): r for r in rows(folder / "data_dictionary.csv")}
        checked = 0
        for path in folder.glob("*.*.csv"):
            for row in rows(path):
                if "variable" in row:
                    assert known[path.name, row["variable"]]["unit"] == row["unit"]
                    checked += 1
        assert edition or checked > 50  # the public tables are words: rounded numbers aren't to be computed with

    def test_explains_no_table_that_the_edition_does_not_have(self, reports, year, edition):
        folder = reports / year / edition / "tables"
        told = {r["table"] for r in rows(folder / "data_dictionary.csv")}
        made = {path.name for path in folder.glob("*.*.csv")}
        assert told - made == (set() if edition else set(CONTRACTS))

    def test_opens_in_excel_as_it_is(self, reports, year, edition):
        for name in ("codebook.csv", "data_dictionary.csv"):
            data = (reports / year / edition / "tables" / name).read_bytes()
            assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data


def test_every_column_of_the_canonical_tables_has_a_label_and_a_meaning():
    told = list(canonical_rows(Codebook("R5")))
    assert {(r[0], r[2]) for r in told if r[2]} == {(t, c) for t, s in CONTRACTS.items() for c in s.columns}
    assert [r for r in told if not r[4] or not r[7]] == []


def test_no_label_and_no_meaning_is_typed_for_what_does_not_exist():
    book = Codebook("R5")
    labels = dict(book.read("columns").values.tolist())
    columns = {c for schema in CONTRACTS.values() for c in schema.columns}
    for one in book.read("dictionary").to_dict("records"):
        if one["table"] == "tables/":
            continue
        assert one["column"] in columns or one["column"] == ""
        assert not one["table"] or one["table"] in CONTRACTS
        assert not one["column"] or one["label"] != labels.get(one["column"])


def test_every_code_that_a_contract_allows_is_in_the_code_table():
    told = {(table, column, code) for table, column, code, _ in code_rows(Codebook("R5"))}
    asked = {
        (table, column, code)
        for table, schema in CONTRACTS.items()
        for column, contract in schema.columns.items()
        for check in contract.checks or ()
        if check.name == "isin"
        for code in check.statistics["allowed_values"]
    }
    assert len(asked) > 30
    assert asked - told == set()


class TestTheLastLook:
    """Nor do the manifest and the index show anybody, whatever they are made from."""

    @pytest.fixture
    def store(self, elsewhere, tmp_path):
        return Store.open("R4", shutil.copytree(elsewhere.parent, tmp_path / "town"))

    def test_a_manifest_that_names_somebody_is_not_written(self, store):
        before = store.manifest.read_bytes()
        (store.raw_dir / "髙﨑太郎さんから.csv").write_text("x", encoding="utf-8")
        told = actions.complete_year(store, {"association": "検定"})
        assert "manifest.json：氏名" in str(told)
        assert store.manifest.read_bytes() == before

    def test_an_index_that_names_somebody_is_not_written(self, store):
        index = store.root / "reports/index.html"
        before = index.read_bytes()
        told = store.manifest.read_text(encoding="utf-8").replace("DX人材育成研修（試行）", "高崎太郎の研修")
        store.manifest.write_text(told, encoding="utf-8")
        assert "index.html：氏名" in str(actions.list_years(store.root))
        assert index.read_bytes() == before
