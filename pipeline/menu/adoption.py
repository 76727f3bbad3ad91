"""Proposals and what was decided on them → the next year's menu; no file is touched here.

A proposal changes at most one field (``fields``) of one course. A proposal without a field changes how a
course is held, not what the table says of it; a 新設 gives the menu a row, a 統合 ends one course.
"""

from typing import Any

import pandas as pd

from pipeline.codebook import codes, segments
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.decisions import ADOPTED
from pipeline.ingest.menu_table import Line
from pipeline.menu.fields import NEW_LATER, NOT_TARGET, TARGET, UNCHANGED, field_label, parse, shown
from pipeline.menu.rules import PENDING
from pipeline.text import visible

NEW = "new"
ENDS = {"end": "none", "merge": "merged"}  # the change → the plan of the course from the next year on
ROW_COLUMNS = [
    "decision_id",
    "course_id",
    "number",
    "category",
    "title",
    "change",
    "field",
    "field_label",
    "before",
    "proposed",
    "secretariat",
]


def old_and_new(
    proposals: pd.DataFrame, courses: pd.DataFrame, targets: pd.DataFrame, course_years: pd.DataFrame, next_year: str
) -> pd.DataFrame:
    """The 新旧対照表 on which is decided, one row a decision_id: ROW_COLUMNS, ``change`` a code, the others as shown.

    ``proposals``: decision_id, course_id, rule_id, change, proposal, field, after. A proposal for a course that
    ``courses`` hasn't is kept, with an empty title: it is for whoever reads the decisions to refuse it. Raises
    ValueError for an unknown field, or a value that the field can't have.
    """
    known = {row["course_id"]: row for row in courses.to_dict("records")}
    rows = []
    for decision_id, own in proposals.groupby("decision_id", sort=False):
        proposal = own.iloc[0].to_dict()
        course, change = known.get(proposal["course_id"], {}), proposal["change"]
        field, after = proposal["field"], proposal["after"]
        if change in ENDS:
            field, after = "plan", ENDS[change]
        waits = change == PENDING
        if field and not waits and parse(field, after) is None:
            raise ValueError(f"規則 {proposal['rule_id']} の field と after が合いません：{field}＝「{after}」")
        if field and course:
            before = current(field, proposal["course_id"], courses, targets, course_years, next_year)
        else:
            before = "・".join(filter(None, (_text(course.get(c)) for c in ("method", "month"))))
        proposed, secretariat = proposal["proposal"], "改定案のとおり"
        if waits:
            # Several rules in one row: what each would propose stands in the table of the rules.
            what = proposed if len(own) == 1 else f"規則{len(own)}件に当てはめるデータが足りない"
            proposed, secretariat = "", f"{codes('change')[PENDING]}：{what}"
        elif field:
            proposed, secretariat = shown(field, parse(field, after)), proposed
        rows.append(
            {
                "decision_id": decision_id,
                "course_id": proposal["course_id"],
                "number": course.get("number"),
                "category": _text(course.get("category")),
                "title": _text(course.get("title")),
                "change": change,
                "field": field,
                "field_label": _field_label(field, change, course),
                "before": before,
                "proposed": proposed,
                "secretariat": secretariat,
            }
        )
    return pd.DataFrame(rows, columns=ROW_COLUMNS).astype({"number": "Int64"})


def _field_label(field: str, change: str, course: dict) -> str:
    """What the 新旧対照表 calls the field: a trial has no cell of the year to change."""
    if change == PENDING:
        return ""  # what waits has no field yet: whoever amends it chooses one
    if _text(course.get("number")):
        return field_label(field, change)
    return NEW_LATER if change == NEW else UNCHANGED


def current(
    field: str, course_id: str, courses: pd.DataFrame, targets: pd.DataFrame, course_years: pd.DataFrame, next_year: str
) -> str:
    """What the menu says now of one field of a course, as it is shown."""
    if field.startswith(TARGET):
        own = targets[(targets["course_id"] == course_id) & (targets["name"] == field.removeprefix(TARGET))]
        return shown(field, own["obligation"].iloc[0] if len(own) else NOT_TARGET)
    if field == "plan":
        own = course_years[(course_years["course_id"] == course_id) & (course_years["fiscal_year"] == next_year)]
        return shown(field, own["plan"].iloc[0]) if len(own) else ""
    value = courses.set_index("course_id").loc[course_id].get(field)
    return "" if _text(value) == "" else shown(field, value)


def effect(decision: dict) -> tuple[str, Any] | None:
    """(field, value) that an adopted decision gives its course; None: the table stays as it is."""
    if decision["decision"] not in ADOPTED:
        return None
    field, after = _text(decision["field"]), _text(decision["after"])
    if field and after:
        value = parse(field, after)
        return field, "none" if value == ENDS["merge"] else value
    return ("plan", "renewed") if decision["change"] == "content" else None


def is_merged(decision: dict) -> bool:
    """Whether a decision ends its course by merging it into another (``reflected_in``)."""
    return (
        decision["decision"] in ADOPTED
        and _text(decision["field"]) == "plan"
        and parse("plan", decision["after"]) == ENDS["merge"]
    )


def is_adopted(decision: dict) -> bool:
    """Whether something is changed or expressly kept; to agree that a matter waits adopts nothing."""
    waits = decision["change"] == PENDING and not _text(decision["after"])
    return decision["decision"] in ADOPTED and not waits


def conflicts(decisions: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Pairs of decisions that can't both be carried out: (what, decision_id, decision_id).

    what: ``field`` (one field of one course set to two values) or ``ended`` (a course that ends is
    changed or kept beside). A new course is another one than that whose evaluation called for it.
    """
    found = []
    rows = [row for row in decisions.to_dict("records") if is_adopted(row) and row["change"] != NEW]
    for n, row in enumerate(rows):
        for other in rows[:n]:
            if row["course_id"] != other["course_id"]:
                continue
            effects = effect(row), effect(other)
            pair = other["decision_id"], row["decision_id"]
            ends = [e == ("plan", "none") for e in effects]
            one, two = effects
            if any(ends) and not all(ends):
                found.append(("ended", *pair))
            elif one and two and one[0] == two[0] and one != two:
                found.append(("field", *pair))
    return found


def applied(
    courses: pd.DataFrame, targets: pd.DataFrame, course_years: pd.DataFrame, decisions: pd.DataFrame, next_year: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
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


def with_new(
    courses: pd.DataFrame, targets: pd.DataFrame, course_years: pd.DataFrame, lines: list[Line]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The tables with the new courses of ``lines``, which have no plan before the years they name."""
    years = list(dict.fromkeys(course_years["fiscal_year"]))
    rows, marks, plans = [], [], []
    for line in lines:
        rows.append(line.course | {"owner": "", "target": "", "confidence": "stated"})
        marks += [(line.course_id, t.kind, t.name, t.obligation, "stated") for t in line.targets]
        plans += [(line.course_id, year, line.plans.get(year, "none")) for year in dict.fromkeys([*years, *line.plans])]
    return (_extended(courses, rows), _extended(targets, marks), _extended(course_years, plans))


def _extended(table: pd.DataFrame, rows: list) -> pd.DataFrame:
    if not rows:
        return table
    more = pd.DataFrame(rows, columns=list(table.columns)).astype(table.dtypes.to_dict())
    return pd.concat([table, more], ignore_index=True)


def _targets(targets: pd.DataFrame, course_id: str, name: str, value: str) -> pd.DataFrame:
    others = targets[(targets["course_id"] != course_id) | (targets["name"] != name)]
    if value == NOT_TARGET:
        return others
    kind = "segment" if name in segments() else "position"
    new = pd.DataFrame(
        [[course_id, kind, name, value, "stated"]], columns=["course_id", "kind", "name", "obligation", "confidence"]
    )
    return pd.concat([others, new], ignore_index=True)


def _plans(course_years: pd.DataFrame, course_id: str, value: str, next_year: str) -> pd.DataFrame:
    """The plan of the next year; an end holds for all years after it too."""
    years = {next_year}
    if value == "none":
        later = course_years["fiscal_year"].map(FiscalYear.parse) > FiscalYear.parse(next_year)
        years |= set(course_years.loc[later, "fiscal_year"])
    others = course_years[(course_years["course_id"] != course_id) | ~course_years["fiscal_year"].isin(years)]
    new = pd.DataFrame(
        [[course_id, year, value] for year in sorted(years, key=FiscalYear.parse)],
        columns=["course_id", "fiscal_year", "plan"],
    )
    return pd.concat([others, new], ignore_index=True)


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else visible(value)
