"""What explains the tables of a year: ``codebook.csv`` (every code) and ``data_dictionary.csv`` (every column).

Both are put together from what the program itself uses: the contracts of ``schema``, the words that
``showing`` gives to a code, the labels that stand in the documents, and the codebook.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandera.pandas as pa

from pipeline.codebook import Codebook
from pipeline.declaration import STAGES
from pipeline.inference.association import VERDICTS
from pipeline.menu_fields import PLANS
from pipeline.obligations import KINDS
from pipeline.publishing.table_files import as_csv
from pipeline.schema import SCHEMAS
from pipeline.showing import views
from pipeline.showing.obligation_views import OBLIGATION, OUTCOME
from pipeline.showing.tables import LEGEND
from pipeline.store import EDITIONS, INTERNAL, Store

CODES = ["table", "column", "code", "label"]
COLUMNS = ["table", "title", "column", "variable", "label", "type", "unit", "meaning"]
ANY_FILE = "tables/"  # in dictionary.csv: the columns that every file of tables/ may have
TYPES = {"str": "text", "float": "number", "Int": "integer", "bool": "flag", "datetime": "datetime"}
WORDS = {  # (table, column) → code → what a reader calls it
    ("attendance", "status"): views.STATUS,
    ("sessions", "format"): views.FORMAT,
    ("instruments", "family"): views.FAMILY,
    ("items", "dimension"): views.DIMENSION,
    ("comments", "concept"): views.SIDE,
    ("accounts", "kind"): views.KIND,
    ("findings", "severity"): views.SEVERITY,
    ("targets", "obligation"): OBLIGATION,
    ("targets", "kind"): KINDS,
    ("course_years", "plan"): PLANS,
    ("standing", "outcome"): OUTCOME,
    ("verdict", "code"): VERDICTS,
    ("association", "analysis"): views.ANALYSES,
    ("manifest", "edition"): EDITIONS,
    ("year", "stage"): dict(zip(STAGES, STAGES, strict=True)),
    (ANY_FILE, "symbol"): LEGEND,
}
REASONS = ("nonresponse", "not_applicable", "did_not_attend")


def dictionary_files(store: Store, records: Sequence[dict]) -> dict[Path, bytes]:
    """path → contents, for every edition that ``records`` (of ``publish``) tell of.

    The public edition explains only the tables that it has.
    """
    book = Codebook(str(store.year))
    codes = as_csv(CODES, [list(row) for row in code_rows(book)])
    made = {}
    for edition in dict.fromkeys(record["edition"] for record in records):
        tables = [
            (name, store.tables_dir(edition) / name, table)
            for record in records
            if record["edition"] == edition
            for name, table in record["tables"].items()
        ]
        rows = [*(canonical_rows(book) if edition == INTERNAL else ()), *file_rows(book, tables)]
        made |= dict(zip(store.dictionaries(edition), (codes, as_csv(COLUMNS, rows)), strict=True))
    return made


def code_rows(book: Codebook) -> Iterator[tuple[str, str, str, str]]:
    """Every code: the table and column it stands in, the code, what a reader calls it."""
    for (table, column), words in WORDS.items():
        yield from ((table, column, code, label) for code, label in words.items())
    for reason, label in book.labels(*REASONS).items():
        yield "responses", "missing_reason", reason, label
    for tables, *told in book.read("codes")[CODES].itertuples(index=False):
        yield from ((table, *told) for table in tables.split(";"))
    for one in book.read("options").to_dict("records"):
        yield "choices", "option_id", one["option_id"], one["label"]
    for one in book.read("themes").to_dict("records"):
        yield "hand_codes", "theme_id", one["theme_id"], one["label"]
    for one in book.read("scales").to_dict("records"):
        code = one["value"] or one["missing_reason"]
        yield "responses", f"value（{one['scale_id']}）", code, one["label"]
    for one in book.read("marks").to_dict("records"):
        yield "attendance", "出席簿の印", one["mark"], one["status"]


def canonical_rows(book: Codebook) -> Iterator[list[str]]:
    """The columns of every canonical table, in the order of its contract."""
    words, labels = explained(book)
    for table, contract in SCHEMAS.items():
        title, about = words[table, ""]
        yield [table, title, "", "", title, "table", "", about]
        for column, promise in contract.columns.items():
            label, meaning = words.get((table, column)) or words["", column]
            yield [table, title, column, "", label or labels[column], kind(promise), "", meaning]


def kind(promise: pa.Column) -> str:
    named = [check for check in promise.checks or () if check.name == "isin"]
    return "code" if named else next(t for d, t in TYPES.items() if str(promise.dtype).startswith(d))


def file_rows(book: Codebook, tables: Sequence[tuple[str, Path, dict]]) -> Iterator[list[str]]:
    """The columns of every file in ``tables/``, and the variables of those that are long."""
    words, labels = explained(book)
    for name, path, table in tables:
        title = table["caption"]
        header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        for column in header:
            own, (label, meaning) = table["labels"].get(column), words.get((ANY_FILE, column), ("", ""))
            yield [name, title, column, "", own or label or labels[column], "text", "", meaning]
        if "variable" in header:
            at = [header.index(column) for column in ("variable", "label", "unit")]
            for variable, label, unit in dict.fromkeys(tuple(row[n] for n in at) for row in rows):
                _, meaning = words.get((ANY_FILE, variable), ("", ""))
                yield [name, title, "value", variable, label, "number", unit, meaning]


def explained(book: Codebook) -> tuple[dict[tuple[str, str], tuple[str, str]], dict[str, str]]:
    """((table, column) → label and meaning, column → label): what is typed, and typed once."""
    lines, labels = book.read("dictionary"), book.read("columns")
    return (
        {(one["table"], one["column"]): (one["label"], one["meaning"]) for one in lines.to_dict("records")},
        dict(zip(labels["name"], labels["label"], strict=True)),
    )
