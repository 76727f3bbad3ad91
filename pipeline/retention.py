"""How long what a year left behind is kept, as the ``[retention]`` of its ``year.toml`` says."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pipeline.fiscal_year import FiscalYear
from pipeline.store import Store

# What may be declared, and what an analyst calls it; `Store.left` knows the files.
KINDS = {
    "raw": "受け取った資料",
    "private": "氏名の入った一覧、探索で保存したもの",
    "processed": "集計用の表",
    "internal": "控えた版のうち内部版の表",
    "failures": "失敗の記録",
}
# As long as there are raw files, these are made again from them, or compared with what is made of them.
NEEDED_WITH_RAW = ("private", "processed", "internal")
FORM = re.compile(r"([1-9]\d?)(年|か月)")


class Overdue(NamedTuple):
    """``files`` of one kind that may go since ``since``, by ``rule``: the line of the declaration."""

    kind: str
    rule: str
    since: date
    files: list[Path]


def months(written: str) -> int:
    """「3年」 → 36, 「6か月」 → 6; 0 for what isn't a period."""
    found = FORM.fullmatch(written)
    return int(found[1]) * (12 if found[2] == "年" else 1) if found else 0


def ends(year: FiscalYear, written: str) -> date:
    """The first day on which it may go: so long after the end of the fiscal year."""
    after = year.following.starts_on
    total = after.month - 1 + months(written)
    return date(after.year + total // 12, total % 12 + 1, 1)


def overdue(store: Store, declared: Mapping[str, str], today: date) -> list[Overdue]:
    """What of the year is still there though its time is over; [] where nothing is declared, and of the sample."""
    if store.is_sample:
        return []
    late = ((kind, declared[kind], ends(store.year, declared[kind])) for kind in KINDS if kind in declared)
    found = [Overdue(k, f'{k} = "{written}"', since, store.left(k)) for k, written, since in late if since <= today]
    return [one for one in found if one.files]
