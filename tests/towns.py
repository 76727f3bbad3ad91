"""Copies of the sample town for the tests, and hands to change one thing in one file of them."""

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook

from pipeline.store import Store

PROJECT = Path(__file__).parents[1]
SAMPLE = PROJECT / "data/sample"
ROSTER = "行革幹事名簿_R4.7.20現在.xlsx"
REGISTER = "DX研修_出席簿(R4)最終.xlsx"
FINAL = "R4DX研修 最終アンケート（回答）.xlsx"
FINAL_COPY = "R4DX研修 最終アンケート（回答）.csv"
IDEAS = "DXアイデア一覧.xlsx"
INTERVIEWS = "インタビュー記録_R4.xlsx"
ALIASES = "別名表.csv"


def survey(session):
    return f"各回アンケート/第{session}回.csv"


def doit(root, *arguments):
    """The command that the analyst types, on the town below ``root``."""
    return subprocess.run(
        [sys.executable, "-m", "doit", f"root={root}", *arguments],
        cwd=PROJECT,
        text=True,
        encoding="utf-8",
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


class Town:
    """The sample's R4 below ``root``, free to be spoilt."""

    def __init__(self, root):
        shutil.copytree(SAMPLE / "R4", root / "data/sample/R4")
        self.store = Store.open("R4", root)
        self.folder = self.store.raw_dir

    def declare(self, old, new):
        path = self.store.declaration
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def excel(self, name, sheet=None, **cells):
        """Write values into cells of a sheet (the first one, if none is named)."""
        book = load_workbook(self.folder / name)
        page = book[sheet] if sheet else book.worksheets[0]
        for address, value in cells.items():
            page[address] = value
        book.save(self.folder / name)

    def table(self, name, **cells):
        """Write values into cells of a CSV file, keeping its encoding."""
        path = self.folder / name
        data = path.read_bytes()
        encoding = (
            "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else ("cp932" if name.startswith("各回") else "utf-8")
        )
        rows = list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        for address, value in cells.items():
            column, row = ord(address[0]) - ord("A"), int(address[1:])
            rows[row - 1][column] = value
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
        path.write_bytes(text.getvalue().encode(encoding))
