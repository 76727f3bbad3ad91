"""What explains the tables of a year: ``codebook.csv`` (every code) and ``data_dictionary.csv`` (every column).

Both are put together from what the program itself uses: the contracts of ``schema``, the labels that stand in the
documents, and the codebook: ``dictionary.csv`` says of each column what it means, and which codes it has.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandera.pandas as pa

from pipeline.codebook import Codebook, codes
from pipeline.declaration import STAGES
from pipeline.indicators import Indicators
from pipeline.publishing.table_files import as_csv
from pipeline.schema import CONTRACTS
from pipeline.showing.tables import LEGEND
from pipeline.store import EDITIONS, INTERNAL, Store

CODES = ["table", "column", "code", "label"]
COLUMNS = ["table", "title", "column", "variable", "label", "type", "unit", "meaning"]
ANY_FILE = "tables/"  # in dictionary.csv: the columns that every file of tables/ may have
TYPES = {"str": "text", "float": "number", "int": "integer", "bool": "flag", "datetime": "datetime", "object": "list"}
ELSEWHERE = {  # the codes that stand in no table of data/processed: (table, column) → code → word
    ("manifest", "edition"): EDITIONS,
    ("year", "stage"): dict(zip(STAGES, STAGES, strict=True)),
    (ANY_FILE, "symbol"): LEGEND,
}


def dictionary_files(store: Store, records: Sequence[dict]) -> dict[Path, bytes]:
    """path → contents, for every edition that ``records`` (of ``publish``) tell of.

    The public edition explains only the tables that it has.
    """
    book = Codebook(str(store.year))
    words = as_csv(CODES, [list(row) for row in code_rows(book)])
    made = {}
    for edition in dict.fromkeys(record["edition"] for record in records):
        tables = [
            (name, store.tables_dir(edition) / name, table)
            for record in records
            if record["edition"] == edition
            for name, table in record["tables"].items()
        ]
        rows = [*(canonical_rows(book) if edition == INTERNAL else ()), *file_rows(book, tables)]
        made |= dict(zip(store.dictionaries(edition), (words, as_csv(COLUMNS, rows)), strict=True))
    return made


def code_rows(book: Codebook) -> Iterator[tuple[str, str, str, str]]:
    """Every code: the table and column it stands in, the code, what a reader calls it."""
    explained = lines(book)
    sets = [
        (table, column, codes(line["codes"]))
        for table, contract in CONTRACTS.items()
        for column in contract.columns
        if (line := explained[table, column])["codes"]
    ]
    for (table, column), words in [*(((t, c), words) for t, c, words in sets), *ELSEWHERE.items()]:
        yield from ((table, column, code, word) for code, word in words.items())
    for one in book.read("options").to_dict("records"):
        yield "choices", "option_id", one["option_id"], one["label"]
    for one in book.read("themes").to_dict("records"):
        yield "hand_codes", "theme_id", one["theme_id"], one["label"]
    for one in Indicators.of(book).values():
        yield "evidence", "evidence_id", one.id, one.subject
    for one in book.read("scales").to_dict("records"):
        code = one["value"] or one["missing_reason"]
        yield "responses", f"value（{one['scale_id']}）", code, one["label"]
    for one in book.read("marks").to_dict("records"):
        yield "attendance", "出席簿の印", one["mark"], one["status"]


def canonical_rows(book: Codebook) -> Iterator[list[str]]:
    """The columns of every table of data/processed, in the order of its contract."""
    explained, labels = lines(book), heads(book)
    for table, contract in CONTRACTS.items():
        about = explained[table, ""]
        yield [table, about["label"], "", "", about["label"], "table", "", about["meaning"]]
        for column, promise in contract.columns.items():
            line = explained[table, column]
            label = line["label"] or labels[column]
            yield [table, about["label"], column, "", label, kind(promise), "", line["meaning"]]


def kind(promise: pa.Column) -> str:
    named = [check for check in promise.checks or () if check.name == "isin"]
    return "code" if named else next(t for d, t in TYPES.items() if str(promise.dtype).lower().startswith(d))


def file_rows(book: Codebook, tables: Sequence[tuple[str, Path, dict]]) -> Iterator[list[str]]:
    """The columns of every file in ``tables/``, and the variables of those that are long."""
    explained, labels = lines(book), heads(book)
    nothing = {"label": "", "meaning": ""}
    for name, path, table in tables:
        title = table["caption"]
        header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        for column in header:
            own, line = table["labels"].get(column), explained.get((ANY_FILE, column), nothing)
            yield [name, title, column, "", own or line["label"] or labels[column], "text", "", line["meaning"]]
        if "variable" in header:
            at = [header.index(column) for column in ("variable", "label", "unit")]
            for variable, label, unit in dict.fromkeys(tuple(row[n] for n in at) for row in rows):
                meaning = explained.get((ANY_FILE, variable), nothing)["meaning"]
                yield [name, title, "value", variable, label, "number", unit, meaning]


def lines(book: Codebook) -> dict[tuple[str, str], dict[str, str]]:
    """(table, column) → what ``dictionary.csv`` says of it: label, meaning, and the set of its codes.

    A column of which its table says nothing means what it means everywhere.
    """
    found = {(one["table"], one["column"]): one for one in book.read("dictionary").to_dict("records")}
    return {at: one if one["meaning"] else found["", one["column"]] for at, one in found.items()}


def heads(book: Codebook) -> dict[str, str]:
    """column → its label, where ``dictionary.csv`` has no other."""
    table = book.read("columns")
    return dict(zip(table["name"], table["label"], strict=True))
