"""The fields of the menu table that a decision can change: their names, and their values in words.

A *field* is a column of the menu, ``target:<name>`` (the mark under a 職位 or セグメント) or ``plan`` (the cell of
the next fiscal year).
"""

import re

from pipeline.codebook import KnownHeading, codes
from pipeline.ingest import menu_table
from pipeline.text import key, visible

FIELDS = {
    "title": "内容",
    "method": "実施方法",
    "provider": "研修実施者",
    "month": "時期",
    "hours": "標準時間数",
    "plan": "実施年度",
}
TARGET = "target:"
HOW = "実施のしかた"  # what a decision is about that changes how a course is held, not the table
MARKS, PLANS = codes("obligation_mark"), codes("plan")
NOT_TARGET = "not_target"  # what a decision can make of a target
UNCHANGED = "（メニューの表は変わらない）"
RENEWAL = f"（実施年度の欄を「{PLANS['renewed']}」とする）"
NEW_ROW = "（シート「新設する研修」の行）"
NEW_LATER = "（次年度の研修メニューの新しい行）"  # where this year has no menu to add a row to


def choices(headings: list[KnownHeading]) -> dict[str, str]:
    """What 改める項目 can be: label → field; HOW has none. ``headings``: the codebook's, of the menu."""
    names = [name for kind, _, name in (h.column.partition(":") for h in headings) if kind in ("position", "segment")]
    fields = [*FIELDS, *(f"{TARGET}{name}" for name in names)]
    return {field_label(field): field for field in fields} | {HOW: ""}


def field_label(field: str, change: str = "") -> str:
    """A field as the menu calls it: 「標準時間数」, 「対象（主査）」. ``change``: the code of a change without a field."""
    if field.startswith(TARGET):
        return f"対象（{field.removeprefix(TARGET)}）"
    if field:
        return FIELDS[field]
    return {"content": RENEWAL, "new": NEW_ROW}.get(change, UNCHANGED)


def field_of(label: str) -> str:
    """The field of a label; "" for one that changes nothing in the table, or that nobody knows."""
    if match := re.fullmatch(r"対象[（(](.+)[）)]", visible(label)):
        return TARGET + match[1]
    return next((field for field, name in FIELDS.items() if key(name) == key(label)), "")


def parse(field: str, text: object) -> object:
    """The value that a text gives a field; None if it is none. Raises ValueError: unknown field.

    All is read as the menu itself is, so that what is written here is read back as the same. hours: a
    number of hours (「2時間」, 「90分」); targets: an obligation or NOT_TARGET; plan: a key of PLANS.
    """
    short = key(text)
    if field == "hours":
        match = menu_table.HOURS.fullmatch(short)
        if match is None:
            return None
        return (float(match[1] or 0) + int(match[2] or 0) / 60) * int(match[3] or 1) or None
    if field.startswith(TARGET):
        return next((o for o, form in TARGET_WORDS.items() if re.fullmatch(form, short)), None)
    if field == "plan":
        if not short or short in PLANS:
            return short or None
        if short == PLANS["merged"]:
            return "merged"
        return next((plan for plan, form in menu_table.PLANS if form.search(short)), None)
    if field not in FIELDS:
        raise ValueError(f"知らない項目です：{field!r}（使えるもの：{'、'.join(FIELDS)}、{TARGET}職位）")
    if field == "method" and not any(form.search(short) for _, form in menu_table.FORMATS):
        return None
    return visible(text) or None


TARGET_WORDS = {
    "required": "(●|必須|required|●必須)",
    "recommended": "([○〇◯]|推奨|recommended|[○〇◯]推奨)",
    "selected": "(▲|指名|公募|指名or公募|selected|▲指名or公募)",
    NOT_TARGET: "(対象外|[-ー―–—]|なし)",
}


def shown(field: str, value: object) -> str:
    """A value of a field as the menu shows it."""
    if field == "hours":
        hours = float(str(value))
        return f"{hours:g}時間" if (2 * hours).is_integer() else f"{round(60 * hours)}分"
    if field.startswith(TARGET):
        return MARKS.get(str(value), codes("status")[NOT_TARGET])
    return PLANS[str(value)] if field == "plan" else str(value)
