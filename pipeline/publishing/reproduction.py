"""再現情報: what whoever repeats the run needs, and what is the same on every machine that repeats it.

The commit, the hours and the machine differ from run to run: they stand in ``manifest.json`` alone.
"""

import hashlib
import importlib.metadata
import platform

import pandas as pd

from pipeline.inference.plan import Plan
from pipeline.store import EDITIONS, INTERNAL, PUBLIC, Store

DIGITS = 12  # of a SHA-256 that are shown: enough to tell files apart; all 64 are in the manifest
# What numbers, tables and pages are made with; every other package is in the manifest.
MAIN = ("numpy", "pandas", "scipy", "pyarrow", "openpyxl", "matplotlib", "nbconvert", "weasyprint")
SHORTENED = f"SHA-256は、中身が1文字でも違うと変わる値の、はじめの{DIGITS}桁。全部の桁は manifest.json にある。"
ELSEWHERE = {
    INTERNAL: "プログラムの版（コミット）、ほかの部品の版、実行した環境と時間は、manifest.json にある。",
    PUBLIC: "プログラムの版（コミット）、ほかの部品の版、実行した環境と時間の記録は、町が保管している。",
}
KEPT = "入力ファイルの名前と指紋（SHA-256。中身が1文字でも違うと変わる値）は、町が保管している内部版にある。"


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


def settings(store: Store, plan: Plan, edition: str) -> pd.DataFrame:
    """What the documents were computed with: what, value."""
    rows = [
        ("年度（fiscal_year）", str(store.year)),
        ("版（edition）", f"{EDITIONS[edition]}（{edition}）"),
        ("乱数の種", str(plan.seed)),
        ("並べ替えの回数", f"{plan.draws:,}"),
        ("分析計画の指紋", plan.digest[:DIGITS]),
        ("Python", platform.python_version()),
        ("主な部品", "、".join(f"{name} {importlib.metadata.version(name)}" for name in MAIN)),
    ]
    return pd.DataFrame(rows, columns=["what", "value"])
