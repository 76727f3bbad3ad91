"""What a ``year.toml`` may say, and everything that is wrong with one.

The file is written by a person, so every key is checked: an unknown or misspelt one is an error
that lists the known ones. Nothing has a default that changes a result.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from math import inf
from pathlib import PurePosixPath
from typing import NamedTuple

from pipeline.codebook import Codebook, codes, rated
from pipeline.edition import FLOORS
from pipeline.findings import Finding, Place, finding
from pipeline.fiscal_year import FiscalYear
from pipeline.inference.plan import STATUSES, Plan
from pipeline.retention import KINDS as KINDS_KEPT
from pipeline.retention import NEEDED_WITH_RAW, months
from pipeline.store import INTERNAL, PUBLIC

STAGES = ("速報", "確報", "訂正")
KINDS, TOOLS, LINK_MODES, FORMATS = (tuple(codes(name)) for name in ("source_kind", "tool", "link_mode", "format"))
OUTCOMES = rated()
# What a town may have published itself; 「その他」 is none of it.
PUBLISHED = ("ideas", *(i for i in Codebook("").options("obstacles")["option_id"] if i != "other"))
MAY_LACK = ("published", "revision")  # lists of a year that has none yet
TO_FILL_IN = "要記入"

IN_THE_MENU = ("title", "category", "method", "provider", "month", "target")


class Between(NamedTuple):
    """The numbers that make sense: above one, up to another."""

    above: float
    most: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.above < value <= self.most


SHARE = Between(0, 1)  # 0.8, not 80: of 80 sessions in one nobody would have taken enough

Keys = dict[str, tuple]  # key → (type, what to write, required, allowed values)
TEXT, NUMBER, WHOLE, FLAG = (str, '文字列（"…"）'), (float, "数"), (int, "整数"), (bool, "true か false")
TOP: Keys = {
    "fiscal_year": (*TEXT, True, None),
    "synthetic": (*FLAG, True, None),
    "stage": (*TEXT, True, STAGES),
    "title": (*TEXT, True, None),
}
TABLES: dict[str, Keys] = {
    "town": {"name": (*TEXT, True, None), "department": (*TEXT, True, None)},
    "disclosure": {
        "min_cell_internal": (*WHOLE, True, range(FLOORS[INTERNAL], 1000)),
        "min_cell_public": (*WHOLE, True, range(FLOORS[PUBLIC], 1000)),
    },
    # The numbers that the town has published itself: they are told as it did, whatever is counted now.
    "published": {"indicator": (*TEXT, True, PUBLISHED), "value": (*TEXT, True, None), "source": (*TEXT, True, None)},
    # What the menu table says of a course is not said again; without a menu all is needed.
    "course": {
        "course_id": (*TEXT, True, None),
        "owner": (*TEXT, True, None),
        **{k: (*TEXT, False, None) for k in IN_THE_MENU},
    },
    # How long after the end of the fiscal year; what isn't declared stays.
    "retention": {kind: (str, "「3年」か「6か月」のような文字列", False, None) for kind in KINDS_KEPT},
    "menu": {
        "inferred": (list, 'course_id の並び（["no01", …]）', False, None),
        "confirmed": (list, '「course_id:対象」の並び（["no01:行革幹事", …]）', False, None),
    },
    "attendance": {"online_share": (*NUMBER, True, SHARE), "completion_share": (*NUMBER, True, SHARE)},
    # Every publication of the year, the first one first; see publishing.release.
    "revision": {
        "stage": (*TEXT, True, STAGES),
        "note": (*TEXT, True, None),
        "published_on": (date, "日付（2024-06-20 のように、引用符を付けずに）", True, None),
    },
    "session": {
        "number": (*WHOLE, True, range(1, 1000)),
        "title": (*TEXT, True, None),
        "format": (*TEXT, True, FORMATS),
        "hours": (*NUMBER, True, Between(0, 100)),
        "held_on": (date, "日付（2022-08-05 のように、引用符を付けずに）", False, None),
    },
    "source": {
        "file": (*TEXT, True, None),
        "kind": (*TEXT, True, KINDS),
        "sheet": (*TEXT, False, None),
        "course": (*TEXT, False, None),
        "instrument": (*TEXT, False, None),
        "tool": (*TEXT, False, TOOLS),
        "session": (*TEXT, False, None),
        "link_mode": (*TEXT, False, LINK_MODES),
        "same_as": (*TEXT, False, None),
        "as_of": (*TEXT, False, None),
        "about": (*TEXT, False, None),
        "reversed": (list, '設問の並び（["satisfaction", …]）', False, None),
        "full_score": (*WHOLE, False, range(1, 10_001)),
        "fills": (dict, 'fills.FFFF00 = "status" の並び', False, None),
        "cells": (dict, 'cells.D3 = "status" の並び', False, None),
        "without_struck": (*FLAG, False, None),
        "legend": (dict, '表（{ "印" = "status" }）', False, None),
    },
    "analysis": {
        "missed": (list, 'status の並び（["absent", …]）', True, STATUSES),
        "attended": (list, 'status の並び（["present", …]）', True, STATUSES),
        "margin": (*NUMBER, True, Between(0, 4)),  # points of a scale from 1 to 5
        "alpha": (*NUMBER, True, None),
        "draws": (*WHOLE, True, range(999, 1_000_001)),
        "seed": (*WHOLE, True, range(0, 2**32)),
        "outcome": (*TEXT, False, OUTCOMES),
        "caught_up": (list, 'status の並び（["recording", …]）', False, STATUSES),
        "secondary": (list, '結果の並び（["satisfaction", …]）', False, OUTCOMES),
        "few": (*WHOLE, False, range(2, 1000)),
    },
}
# What a register says by looks: how a colour, or a cell, is written.
LOOKS = {
    "fills": ("[0-9A-F]{6}", "FFFF00 のような6桁（大文字）"),
    "cells": ("[A-Z]{1,3}[1-9][0-9]*", "D3 のようなセルの番地"),
}
NEEDED_BY_KIND = {
    "register": ("course",),
    "survey": ("course", "instrument", "tool", "link_mode"),
    "staff": ("as_of",),
    "progress": ("course", "as_of", "about"),
    "teams": ("course",),
}


def problems_of(declared: dict, year: FiscalYear, place: Place) -> list[Finding]:
    """Everything that is wrong with a declaration: of its keys, or, if those are right, its sense."""
    top = {k: v for k, v in declared.items() if k not in TABLES}
    problems = _check_keys(top, TOP, "ファイルの先頭", place, extra=TABLES.keys() - {"session"})
    if isinstance(stated := declared.get("fiscal_year"), str) and stated != str(year):
        problems.append(finding("Y05", place, value=stated, folder=year))
    for name in ("town", "disclosure", "attendance", "analysis"):
        table = declared.get(name)
        if not isinstance(table, dict):
            problems.append(finding("Y04", place, key=f"[{name}]", where="ファイル全体"))
        else:
            problems += _check_keys(table, TABLES[name], f"[{name}]", place)
    for name in ("menu", "retention"):
        if isinstance(table := declared.get(name, {}), dict):
            problems += _check_keys(table, TABLES[name], f"[{name}]", place)
        else:
            problems.append(
                finding("Y03", place, key=name, where="ファイルの先頭", value=repr(table), wanted=f"[{name}] の表")
            )
    for name in ("course", "source", *MAY_LACK):
        rows = declared.get(name, [])
        if not _are_tables(rows) or not (rows or name in MAY_LACK):
            problems.append(finding("Y04", place, key=f"[[{name}]]", where="ファイル全体"))
            continue
        for number, row in enumerate(rows, start=1):
            where = f"{number}番目の [[{name}]]"
            check = {"course": _check_course, "source": _check_source}.get(name)
            problems += check(row, where, place) if check else _check_keys(row, TABLES[name], where, place)
    return problems or _check_sense(declared, year, place)


def unfilled(text: str, place: Place) -> list[Finding]:
    """One finding that lists the lines which ``doit new`` left to be filled in; [] if there are none.

    Looked for in the text, because only there the lines have numbers.
    """
    lines = [
        number for number, line in enumerate(text.splitlines(), start=1) if f'"{TO_FILL_IN}' in line.partition("#")[0]
    ]
    if not lines:
        return []
    return [finding("Y07", place, count=len(lines), lines="、".join(map(str, lines)))]


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _check_course(course: dict, where: str, place: Place) -> list[Finding]:
    course = dict(course)
    sessions = course.pop("session", [])
    problems = _check_keys(course, TABLES["course"], where, place)
    if not _are_tables(sessions):
        return [
            *problems,
            finding("Y03", place, key="session", where=where, value=repr(sessions), wanted="[[course.session]] の表"),
        ]
    for session in sessions:
        problems += _check_keys(session, TABLES["session"], f"{where} の session", place)
    return problems


def _check_source(source: dict, where: str, place: Place) -> list[Finding]:
    problems = _check_keys(source, TABLES["source"], where, place)
    kind, legend = source.get("kind"), source.get("legend")
    for key in NEEDED_BY_KIND.get(kind, ()) if isinstance(kind, str) else ():
        if key not in source:
            problems.append(finding("Y04", place, key=key, where=where))
    for mark, status in legend.items() if isinstance(legend, dict) else ():
        if status not in STATUSES:
            problems.append(_wrong(f"legend の {mark}", status, where, STATUSES, place))
    for name, (form, wanted) in LOOKS.items():
        for what, status in meant.items() if isinstance(meant := source.get(name), dict) else ():
            if not re.fullmatch(form, what):
                problems.append(_wrong(f"{name} の左側", what, where, [wanted], place))
            elif status not in ("", *STATUSES):
                problems.append(_wrong(f"{name} の {what}", status, where, ["", *STATUSES], place))
    return problems


def _check_keys(table: dict, known: Keys, where: str, place: Place, extra: Iterable[str] = ()) -> list[Finding]:
    problems = []
    for key, value in table.items():
        if key not in known:
            names = "、".join([*known, *sorted(extra)])
            problems.append(finding("Y02", place, key=key, where=where, known=names))
            continue
        kind, wanted, required, allowed = known[key]
        numeric = kind is float and isinstance(value, int)
        if isinstance(value, bool) != (kind is bool) or not (isinstance(value, kind) or numeric):
            problems.append(finding("Y03", place, key=key, where=where, value=repr(value), wanted=wanted))
        elif isinstance(value, str) and TO_FILL_IN in value:
            continue  # told once for the whole file, by ``unfilled``
        elif isinstance(value, str) and not value.strip() and (required or value):
            problems.append(finding("Y03", place, key=key, where=where, value=repr(value), wanted="空でない文字列"))
        elif allowed is not None:
            wrong = [v for v in (value if isinstance(value, list) else [value]) if v not in allowed]
            if wrong:
                problems.append(_wrong(key, wrong[0], where, allowed, place))
    problems += [
        finding("Y04", place, key=key, where=where)
        for key, (_, _, required, _) in known.items()
        if required and key not in table
    ]
    return problems


def _wrong(key: str, value: object, where: str, allowed: Iterable, place: Place) -> Finding:
    if isinstance(allowed, range):
        wanted = f"{allowed.start}～{allowed.stop - 1}の整数"
    elif isinstance(allowed, Between):
        wanted = f"{allowed.above:g}より大きく{allowed.most:g}以下の数"
    else:
        wanted = "「" + "」「".join(map(str, allowed)) + "」のどれか"
    return finding("Y03", place, key=key, where=where, value=repr(value), wanted=wanted)


def _check_sense(declared: dict, year: FiscalYear, place: Place) -> list[Finding]:
    """What only shows when the keys are right: references, doubles, patterns, the plan."""
    problems = []
    courses = [course["course_id"] for course in declared["course"]]
    problems += [finding("Y09", place, key="course_id", value=c, where="[[course]]") for c in _doubles(courses)]
    for number, course in enumerate(declared["course"], start=1):
        sessions = [session["number"] for session in course.get("session", [])]
        problems += [
            finding("Y09", place, key="session の number", value=n, where=f"{number}番目の [[course]]")
            for n in _doubles(sessions)
        ]
    known = {"course": courses, "instrument": Codebook(str(year)).instruments}
    for number, source in enumerate(declared["source"], start=1):
        where = f"{number}番目の [[source]]"
        for key, allowed in known.items():
            if source.get(key) not in (None, *allowed):
                problems.append(_wrong(key, source[key], where, allowed, place))
        path = PurePosixPath(source["file"].replace("\\", "/"))
        if not _is_inside(path):
            problems.append(
                finding(
                    "Y03", place, key="file", where=where, value=repr(str(path)), wanted="年度フォルダの中のファイル名"
                )
            )
        is_number = source["kind"] == "teams" and source.get("session", "").isdecimal()
        if "session" in source and not is_number and not _has_group(source["session"]):
            problems.append(
                finding(
                    "Y03",
                    place,
                    key="session",
                    where=where,
                    value=repr(source["session"]),
                    wanted="回の番号を括弧で囲んだ正規表現（第(\\\\d+)回 など）",
                )
            )
    kinds = {source["kind"] for source in declared["source"]}
    for number, course in enumerate(declared["course"] if "menu" not in kinds else [], start=1):
        problems += [
            finding("Y04", place, key=key, where=f"{number}番目の [[course]]")
            for key in IN_THE_MENU
            if key not in course
        ]
    if not kinds & {"roster", "staff"}:
        problems.append(finding("Y04", place, key='kind = "roster" の [[source]]（受講者名簿）', where="ファイル全体"))
    if "teams" in kinds and "attendance" not in declared:
        problems.append(finding("Y04", place, key="[attendance]", where="ファイル全体"))
    days = [revision["published_on"] for revision in declared.get("revision", [])]
    if days != sorted(days) or any(day < year.starts_on for day in days):
        problems.append(
            finding(
                "Y03",
                place,
                key="published_on",
                where="[[revision]]",
                value="、".join(map(str, days)),
                wanted=f"{year.starts_on}以後の日付を、古い順に",
            )
        )
    problems += _check_retention(declared.get("retention", {}), place)
    stated = declared["disclosure"]
    if stated["min_cell_public"] < stated["min_cell_internal"]:
        problems.append(
            finding(
                "Y03",
                place,
                key="min_cell_public",
                where="[disclosure]",
                value=stated["min_cell_public"],
                wanted=f"min_cell_internal（{stated['min_cell_internal']}）以上の整数",
            )
        )
    plan = declared["analysis"]
    for key, is_sound, wanted in (
        ("alpha", 0 < plan["alpha"] < 0.5, "0より大きく0.5より小さい数"),
        ("missed", plan["missed"], "一つ以上の status"),
        (
            "attended",
            plan["attended"] and not set(plan["missed"]) & set(plan["attended"]),
            "missed と重ならない、一つ以上の status",
        ),
    ):
        if not is_sound:
            problems.append(finding("Y03", place, key=key, where="[analysis]", value=repr(plan[key]), wanted=wanted))
    if not problems:
        try:
            Plan.parse(plan)
        except ValueError as error:
            problems.append(finding("Y10", place, reason=error))
    return problems


def _is_inside(path: PurePosixPath) -> bool:
    """Whether this can be the name, or the pattern, of a file in the year's folder."""
    if path.is_absolute() or not path.parts or ".." in path.parts or ":" in path.parts[0] or "\0" in str(path):
        return False
    # No system takes a longer name, and ``**`` is a pattern only as a whole part.
    return all(len(part.encode("utf-8", "replace")) < 256 and ("**" not in part or part == "**") for part in path.parts)


def _check_retention(kept: dict[str, str], place: Place) -> list[Finding]:
    """Periods that can be read; none ends before that of the raw files from which the rest is made again."""
    wrong = {kind: "「3年」か「6か月」のような文字列" for kind, written in kept.items() if not months(written)}
    if not wrong:
        lasting = {kind: months(written) or 0 for kind, written in kept.items()}
        early = [kind for kind in NEEDED_WITH_RAW if lasting.get(kind, inf) < lasting.get("raw", inf)]
        wanted = f"raw（{kept.get('raw', '定めなし')}）より短くない期間（資料がある間は、また作られるため）"
        wrong = dict.fromkeys(early, wanted)
    return [
        finding("Y03", place, key=kind, where="[retention]", value=repr(kept[kind]), wanted=wanted)
        for kind, wanted in wrong.items()
    ]


def _doubles(values: list) -> list:
    return [value for value, count in Counter(values).items() if count > 1]


def _has_group(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups > 0
    except re.error:
        return False
