"""再現情報: what whoever repeats the run needs, and what is the same on every machine that repeats it.

The commit, the hours and the machine differ from run to run: they stand in ``manifest.json`` alone.
"""

import hashlib
import importlib.metadata
import platform

import pandas as pd

from pipeline.codebook import codes
from pipeline.document.blocks import Block
from pipeline.inference.plan import Plan
from pipeline.registration import versions
from pipeline.showing import association_sentences, association_views
from pipeline.showing.tables import paragraph, table
from pipeline.store import Store
from pipeline.year import Year

DIGITS = 12  # of a SHA-256 that are shown: enough to tell files apart; all 64 are in the manifest
# What numbers, tables and pages are made with; every other package is in the manifest.
MAIN = ("numpy", "pandas", "scipy", "pyarrow", "openpyxl", "matplotlib", "nbconvert", "typst")
SHORTENED = f"SHA-256は、中身が1文字でも違うと変わる値の、はじめの{DIGITS}桁。全部の桁は manifest.json にある。"
ELSEWHERE = "プログラムの版（コミット）、ほかの部品の版、実行した環境と時間は、manifest.json にある。"


def inputs(store: Store, accounts: pd.DataFrame) -> pd.DataFrame:
    """Every file that was read: file, rows_read, rows_used, sha256 (shortened).

    ``accounts``: the canonical table. The year's declaration has no rows.
    """
    declared = hashlib.sha256(store.declaration.read_bytes()).hexdigest()
    files = accounts[["file", "rows_read", "rows_used", "sha256"]]
    own = pd.DataFrame({"file": [store.declaration.name], "sha256": [declared]})
    if store.declaration.name in set(files["file"]):
        own = own.iloc[:0]
    table = pd.concat([own, files], ignore_index=True)[list(files)]
    return table.assign(sha256=table["sha256"].str[:DIGITS])


def settings(store: Store, plan: Plan) -> pd.DataFrame:
    """What the documents were computed with: what, value."""
    rows = [
        ("年度（fiscal_year）", str(store.year)),
        ("乱数の種", str(plan.seed)),
        ("並べ替えの回数", f"{plan.draws:,}"),
        ("分析計画の指紋", plan.digest[:DIGITS]),
        ("Python", platform.python_version()),
        ("主な部品", "、".join(f"{name} {importlib.metadata.version(name)}" for name in MAIN)),
    ]
    return pd.DataFrame(rows, columns=["what", "value"])


def tables(year: Year, accounts: pd.DataFrame) -> list[Block]:
    """Both, as the documents of the house show them."""
    return [
        table(
            inputs(year.store, accounts),
            "入力ファイル",
            year.codebook.labels("file", "rows_read", "rows_used", "sha256"),
            note=SHORTENED,
            not_applicable=["rows_read", "rows_used"],
        ),
        table(settings(year.store, year.plan), "計算に使ったもの", {"what": "項目", "value": "値"}, note=ELSEWHERE),
    ]


def plan(year: Year, registered: Plan) -> list[Block]:
    """The analysis plan, and whether it is still the one that was ``registered`` when the data were first read."""
    changes = versions(registered, year.plan, codes("plan_entry"))
    return [
        paragraph(association_sentences.amended(changes, year.plan.digest)),
        table(
            association_views.plan_versions(changes),
            "分析計画",
            {"what": "項目"} | year.codebook.labels("registered", "now"),
            name="plan",
        ),
    ]
