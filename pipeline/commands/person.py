"""``doit person --year R5 --staff-no 0101``: what the tables hold of one person, for who asks for their own data."""

from datetime import datetime
from functools import partial
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from pipeline.failure import Failure
from pipeline.preparing.id_key import read_key
from pipeline.preparing.identity import participant_id
from pipeline.publishing.excel import put_table, workbook_bytes
from pipeline.publishing.leaks import refuse_leaks
from pipeline.publishing.progress import say
from pipeline.publishing.publish import replace
from pipeline.store import Store
from pipeline.text import key
from pipeline.year import Year

WIDTH = 18  # characters of a column


def write_person(root: Path, year: str, staff_no: str, now: datetime | None = None) -> Path:
    """A workbook with the rows of this person, one sheet a table; its path in the year's private folder.

    Nobody else's rows are in it, nor the id. Raises Failure where no table knows the person.
    """
    store = Store.open(year, root)
    declared, asked = Year.open(store), now or datetime.now()
    found = rows_of(store, participant_id(key(staff_no).zfill(4), read_key(declared)))
    if not found:
        raise Failure(f"{store.year.label}の集計用の表に、この職員番号の人の行はありません。")
    words = dict(declared.codebook.read("columns")[["name", "label"]].to_numpy().tolist())
    book = Workbook()
    book.remove(book.worksheets[0])  # the empty one that every new workbook has
    for name, rows in found.items():
        columns = {column: (words.get(column, column), WIDTH) for column in map(str, rows)}
        put_table(book.create_sheet(name), columns, rows, f"{store.year.label_ad}　{name}", f"{len(rows)}行")
    path = store.private_dir / f"開示_{asked:%Y%m%d_%H%M%S}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    replace({path: workbook_bytes(book, path.stem, asked.date())}, partial(refuse_leaks, store))
    say(f"{path.as_posix()} に、その人の行（{len(found)}個の表）を書きました。渡したら消してください。")
    return path


def rows_of(store: Store, person: str) -> dict[str, pd.DataFrame]:
    """Table → the rows of the person, without the id; the comments by their answers."""
    paths = sorted(store.processed_dir.glob("*.parquet"))
    tables = {path.stem: pd.read_parquet(path) for path in paths}
    # Where courses are compared, a person is marked with the course: 「no05␟p0123456789」.
    own = {n: t[t["participant_id"].str.endswith(person, na=False)] for n, t in tables.items() if "participant_id" in t}
    if "comments" in tables:
        answers = pd.concat([t["response_id"] for t in own.values() if "response_id" in t])
        own["comments"] = tables["comments"][tables["comments"]["response_id"].isin(answers)]
    return {n: rows.drop(columns="participant_id", errors="ignore") for n, rows in own.items() if len(rows)}
