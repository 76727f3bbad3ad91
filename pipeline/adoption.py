"""Proposals and what was decided on them → the next year's menu; no file is touched here.

A proposal changes at most one *field* of one course: a column of the menu table, ``target:<name>`` (the
mark under a 職位 or セグメント) or ``plan`` (the cell of the next fiscal year). A proposal without a field changes
how a course is held, not what the table says of it.
"""

import re

import pandas as pd

from pipeline.fiscal_year import FiscalYear
from pipeline.ingest import menu_table
from pipeline.ingest.decision_book import AMENDED, APPROVED
from pipeline.menu import PENDING
from pipeline.schema import OBLIGATIONS
from pipeline.text import key, visible

FIELDS = {
    "title": "内容", "method": "実施方法", "provider": "研修実施者", "month": "時期",
    "hours": "標準時間数", "plan": "実施年度",
}  # fmt: skip
TARGET = "target:"
SEGMENTS = ("行革幹事", "行革本部", "DX推進部門")
MARKS = dict(zip(OBLIGATIONS, ["●", "○", "▲"], strict=True))
NOT_TARGET = "対象外"
RENEWED, ENDED = "内容を更新して実施", "廃止"
PLANS = {"renewed": RENEWED, "untaken": "未受講者向けに同様の内容を実施", "held": "実施", "none": ENDED}
UNCHANGED = "（メニューの表は変わらない）"
RENEWAL = f"（実施年度の欄を「{RENEWED}」とする）"
ROW_COLUMNS = [
    "decision_id", "course_id", "number", "category", "title", "change", "field", "field_label",
    "before", "proposed", "secretariat",
]  # fmt: skip


def old_and_new(
    proposals: pd.DataFrame, courses: pd.DataFrame, targets: pd.DataFrame,
    course_years: pd.DataFrame, next_year: str,
) -> pd.DataFrame:  # fmt: skip
    """The 新旧対照表 on which is decided, one row a proposal (ROW_COLUMNS, texts as they are shown).

    ``proposals`` may lack decision_id, field and after. A proposal for a course that ``courses`` hasn't is
    kept, with an empty title: it is for whoever reads the decisions to refuse it. Raises ValueError
    for an unknown field, or a value that the field can't have.
    """
    known = {row["course_id"]: row for row in courses.to_dict("records")}
    rows = []
    for proposal in proposals.to_dict("records"):
        course = known.get(proposal["course_id"], {})
        field, after = _text(proposal.get("field")), _text(proposal.get("after"))
        if proposal["change"] == ENDED and not field:
            field, after = "plan", ENDED
        waits = proposal["change"] == PENDING
        is_in_menu = _text(course.get("number")) != ""  # a trial has no cell of the year to change
        if field and not waits and parse(field, after) is None:
            raise ValueError(f"規則 {proposal['rule_id']} の field と after が合いません：{field}＝「{after}」")
        if field and course:
            before = current(field, proposal["course_id"], courses, targets, course_years, next_year)
        else:
            before = "・".join(filter(None, (_text(course.get(c)) for c in ("method", "month"))))
        if waits:
            proposed, secretariat = "", f"{PENDING}：{proposal['proposal']}"
        elif field:
            proposed, secretariat = shown(field, parse(field, after)), proposal["proposal"]
        else:
            proposed, secretariat = proposal["proposal"], "改定案のとおり"
        rows.append({
            "decision_id": f"{proposal['course_id']}-{proposal['rule_id']}",
            "course_id": proposal["course_id"], "number": course.get("number"),
            "category": _text(course.get("category")), "title": _text(course.get("title")),
            "change": proposal["change"], "field": field,
            "field_label": field_label(field, proposal["change"] if is_in_menu else ""),
            "before": before,
            "proposed": proposed, "secretariat": secretariat,
        })  # fmt: skip
    return pd.DataFrame(rows, columns=ROW_COLUMNS).astype({"number": "Int64"})


def field_label(field: str, change: str = "") -> str:
    """A field as the menu calls it: 「標準時間数」, 「対象（主査）」."""
    if field.startswith(TARGET):
        return f"対象（{field.removeprefix(TARGET)}）"
    return FIELDS[field] if field else RENEWAL if change == "内容更新" else UNCHANGED


def field_of(label: str) -> str:
    """The field of a label; "" for one that changes nothing in the table, or that nobody knows."""
    if match := re.fullmatch(r"対象[（(](.+)[）)]", visible(label)):
        return TARGET + match[1]
    return next((field for field, name in FIELDS.items() if key(name) == key(label)), "")


def current(
    field: str, course_id: str, courses: pd.DataFrame, targets: pd.DataFrame,
    course_years: pd.DataFrame, next_year: str,
) -> str:  # fmt: skip
    """What the menu says now of one field of a course, as it is shown."""
    if field.startswith(TARGET):
        own = targets[(targets["course_id"] == course_id)
                      & (targets["name"] == field.removeprefix(TARGET))]  # fmt: skip
        return shown(field, own["obligation"].iloc[0] if len(own) else NOT_TARGET)
    if field == "plan":
        own = course_years[(course_years["course_id"] == course_id)
                           & (course_years["fiscal_year"] == next_year)]  # fmt: skip
        return shown(field, own["plan"].iloc[0]) if len(own) else ""
    value = courses.set_index("course_id").loc[course_id].get(field)
    return "" if _text(value) == "" else shown(field, value)


def parse(field: str, text: object) -> object:
    """The value that a text gives a field; None if it is none. Raises ValueError: unknown field.

    hours: a number of hours (「2時間」, 「90分」); targets: an obligation or NOT_TARGET; plan: a key of PLANS.
    """
    short = key(text)
    if field == "hours":
        match = re.fullmatch(r"約?(\d+(?:\.\d+)?)(時間|分)?", short)
        return None if match is None else float(match[1]) / (60 if match[2] == "分" else 1)
    if field.startswith(TARGET):
        return next((o for o, form in TARGET_WORDS.items() if re.fullmatch(form, short)), None)
    if field == "plan":
        if not short or short in PLANS:
            return short or None
        # As the menu itself is read, so that what is written here is read back as the same.
        return next((plan for plan, form in menu_table.PLANS if form.search(short)), None)
    if field not in FIELDS:
        raise ValueError(f"知らない項目です：{field!r}（使えるもの：{'、'.join(FIELDS)}、{TARGET}職位）")
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
        hours = float(value)
        return f"{hours:g}時間" if (2 * hours).is_integer() else f"{round(60 * hours)}分"
    if field.startswith(TARGET):
        return MARKS.get(value, NOT_TARGET)
    return PLANS[value] if field == "plan" else str(value)


def effect(decision: dict) -> tuple[str, object] | None:
    """(field, value) that an adopted decision gives its course; None: the table stays as it is."""
    if decision["decision"] not in (APPROVED, AMENDED):
        return None
    field, after = _text(decision["field"]), _text(decision["after"])
    if field and after:
        return field, parse(field, after)
    return ("plan", "renewed") if decision["change"] == "内容更新" else None


def is_adopted(decision: dict) -> bool:
    """Whether something is changed or expressly kept; to agree that a matter waits adopts nothing."""
    waits = decision["change"] == PENDING and not _text(decision["after"])
    return decision["decision"] in (APPROVED, AMENDED) and not waits


def conflicts(decisions: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Pairs of decisions that can't both be carried out: (what, decision_id, decision_id).

    what: ``field`` (one field of one course set to two values) or ``ended`` (a course that ends is
    changed or kept beside).
    """
    found = []
    rows = [row for row in decisions.to_dict("records") if is_adopted(row)]
    for n, row in enumerate(rows):
        for other in rows[:n]:
            if row["course_id"] != other["course_id"]:
                continue
            effects = effect(row), effect(other)
            pair = other["decision_id"], row["decision_id"]
            ends = [e == ("plan", "none") for e in effects]
            if any(ends) and not all(ends):
                found.append(("ended", *pair))
            elif all(effects) and effects[0][0] == effects[1][0] and effects[0] != effects[1]:
                found.append(("field", *pair))
    return found


def applied(
    courses: pd.DataFrame, targets: pd.DataFrame, course_years: pd.DataFrame,
    decisions: pd.DataFrame, next_year: str,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """The next year's courses, targets and course_years: the old ones with what was adopted.

    A course that ends stays, with the plan ``none`` from ``next_year`` on, so that the numbers of the
    others stay. Raises ValueError for decisions that contradict each other or name an unknown
    course. The tables given are not changed.
    """
    if pairs := conflicts(decisions):
        raise ValueError(f"決定が互いに食い違っています：{'、'.join(f'{a}と{b}' for _, a, b in pairs)}")
    courses, targets, course_years = courses.copy(), targets.copy(), course_years.copy()
    for decision in decisions.to_dict("records"):
        found, course_id = effect(decision), decision["course_id"]
        if found is None:
            continue
        if course_id not in set(courses["course_id"]):
            raise ValueError(f"メニューに無い研修です：{course_id}（{decision['decision_id']}）")
        field, value = found
        if field.startswith(TARGET):
            targets = _targets(targets, course_id, field.removeprefix(TARGET), value)
        elif field == "plan":
            course_years = _plans(course_years, course_id, value, next_year)
        else:
            courses.loc[courses["course_id"] == course_id, field] = value
    return courses, targets.reset_index(drop=True), course_years.reset_index(drop=True)


def _targets(targets: pd.DataFrame, course_id: str, name: str, value: str) -> pd.DataFrame:
    others = targets[(targets["course_id"] != course_id) | (targets["name"] != name)]
    if value == NOT_TARGET:
        return others
    kind = "segment" if name in SEGMENTS else "position"
    new = pd.DataFrame([[course_id, kind, name, value, "stated"]],
                       columns=["course_id", "kind", "name", "obligation", "confidence"])  # fmt: skip
    return pd.concat([others, new], ignore_index=True)


def _plans(
    course_years: pd.DataFrame, course_id: str, value: str, next_year: str
) -> pd.DataFrame:
    """The plan of the next year; an end holds for all years after it too."""
    years = {next_year}
    if value == "none":
        later = course_years["fiscal_year"].map(FiscalYear.parse) > FiscalYear.parse(next_year)
        years |= set(course_years.loc[later, "fiscal_year"])
    others = course_years[(course_years["course_id"] != course_id)
                          | ~course_years["fiscal_year"].isin(years)]  # fmt: skip
    new = pd.DataFrame(
        [[course_id, year, value] for year in sorted(years, key=FiscalYear.parse)],
        columns=["course_id", "fiscal_year", "plan"],
    )
    return pd.concat([others, new], ignore_index=True)


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else visible(value)
