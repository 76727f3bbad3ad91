"""``doit new --year R6``: the next year's folder from the last one, with the lines to fill in marked."""

import csv
import re
import shutil
from datetime import date
from pathlib import Path

from pipeline.codebook import FOLDER
from pipeline.declaration import MAY_LACK, TO_FILL_IN
from pipeline.failure import Failure
from pipeline.fiscal_year import FiscalYear
from pipeline.publishing.progress import say
from pipeline.store import RAW, Store, years

YEARLY = ("headers.csv", "items.csv")
# The 確認票 comes back during the year: nothing can be declared of it when the folder is made.
ANSWERS = """
# 確認票（reports の 確認票.xlsx）の回答が届いたら、ファイルを入れ、次の4行の先頭の # を消す
# [[source]]
# file = "確認票*.xlsx"
# kind = "answers"
# sheet = "確認票"
"""
YEAR_COLUMN = re.compile(r"R[1-9]\d?$")


def new_year(root: Path, year: str, codebook: Path = FOLDER, today: date | None = None) -> None:
    """Write ``data/raw/<year>/year.toml`` and give the codebook a column for the year.

    The declaration is the one of the latest year before it (of the sample town, if the town has
    none yet); what changes every year reads 「要記入」, which no run accepts. Nothing that exists is
    overwritten: Failure.
    """
    target = FiscalYear.parse(year)
    folder = Path(root) / RAW / str(target)
    if (folder / "year.toml").exists():
        raise Failure(f"{folder.as_posix()} には、もう year.toml があります。上書きはしません。")
    earlier = [y for y in years(root) if y < target]
    if not earlier:
        raise Failure(f"{target.label}より前の年度が無いので、ひな形を作れません。")
    last = Store.open(earlier[-1], root)
    text = next_declaration(last.declaration.read_text(encoding="utf-8-sig"), target, today or date.today())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "year.toml").write_text(text, encoding="utf-8")
    for name in YEARLY:
        add_column(codebook / name, str(target))
    marked = text.count(f'"{TO_FILL_IN}"')
    say(f"{folder.as_posix()}/year.toml を作りました（{last.year.label}をもとに）。")
    say(f"1. year.toml の「{TO_FILL_IN}」{marked}か所を書きます（右に前年度の値があります）。")
    say("2. ファイルを同じフォルダーに入れます。")
    say("3. doit check で点検し、4. doit で報告書を作ります。")


def next_declaration(text: str, year: FiscalYear, today: date) -> str:
    """The text of a ``year.toml`` carried over to ``year``; comments and order stay."""
    lines, table = [], ""
    for line in _without_answers(text).splitlines():
        if line.startswith("["):
            table = line.strip("[] \t")
        if table not in MAY_LACK:  # what was published is the earlier year's own
            lines.append(_carried_over(line, table, year, today))
    return "\n".join(lines) + "\n" + ANSWERS


def _without_answers(text: str) -> str:
    """The declaration without the sources that hold the answers to last year's findings."""
    parts = re.split(r"^(?=\[)", text, flags=re.M)
    text = "".join(
        re.sub(r"^[^#\n].*\n?", "", part, flags=re.M)  # the comments belong to what follows
        if re.search(r'^kind\s*=\s*"answers"', part, re.M)
        else part
        for part in parts
    )
    told = set(ANSWERS.split("\n")) - {""}
    return "\n".join(line for line in text.splitlines() if line not in told)


def _carried_over(line: str, table: str, year: FiscalYear, today: date) -> str:
    key, is_setting, value = (part.strip() for part in line.partition("="))
    if line.startswith("#"):
        return "" if "見本" in line else line
    if not is_setting:
        return line
    value = re.sub(r"\s+#[^\"]*$", "", value)
    match (table, key):
        case ("", "fiscal_year"):
            return f'fiscal_year = "{year}"'
        case ("", "synthetic"):
            return "synthetic = false"
        case ("", "stage"):
            return 'stage = "速報"                # 速報 / 確報 / 訂正'
        case ("analysis", "seed"):
            return f"seed = {today:%Y%m%d}          # 回答を見る前に決めた数（作成日）。あとで変えない"
        case ("source", "file" | "same_as") if "*" not in value:
            return f'{key} = "{TO_FILL_IN}"   # 前年度は {value}'
        case ("course.session", "title"):
            return f'{key} = "{TO_FILL_IN}"   # 前年度は {value}'
    return line


def add_column(path: Path, year: str) -> None:
    """Give a codebook file a column for the year: a copy of the latest year's."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    years_there = [name for name in rows[0] if YEAR_COLUMN.match(name)]
    if year in years_there:
        return
    before = [y for y in years_there if FiscalYear.parse(y) < FiscalYear.parse(year)]
    source = rows[0].index(max(before or years_there, key=FiscalYear.parse))
    rows = [[*rows[0], year], *([*row, row[source]] for row in rows[1:])]
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8-sig", newline="") as lines:
        csv.writer(lines, lineterminator="\r\n").writerows(rows)
    shutil.copymode(path, draft)
    draft.replace(path)
