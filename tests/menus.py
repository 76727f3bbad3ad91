"""A small menu of R5 with proposals, for the tests of deciding; and a hand that fills in the sheet."""

import io

import pandas as pd
from openpyxl import load_workbook

from pipeline.codebook import Codebook
from pipeline.fiscal_year import FiscalYear
from pipeline.publishing.revision_workbook import COLUMNS, HEAD_ROW, revision_workbook
from pipeline.schema import conform

R5 = FiscalYear.parse("R5")
COVER = {
    "town": "小山町",
    "department": "企画政策課",
    "stage": "確報",
    "synthetic": True,
    "title": "DX人材育成研修",
    "year_label": R5.label_ad,
}


def course(number, title, method="集合", hours=2.0, priority=False):
    return {
        "course_id": f"no{number:02d}",
        "number": number,
        "title": title,
        "category": "DXリテラシー",
        "method": method,
        "provider": "CIO補佐",
        "month": "5月",
        "hours": hours,
        "is_priority": priority,
        "cost": 50_000.0 if priority else None,
        "owner": "人事部門",
        "target": "必須：主査",
        "confidence": "stated",
    }


def base():
    """courses, targets, course_years of R5."""
    courses = [
        course(1, "DX推進（幹部職員向け）", "集合or動画"),
        course(6, "データ活用基礎", priority=True),
        course(7, "生成AIの業務活用", "オンライン", 1.5),
        course(9, "最新デジタル技術体験会"),
    ]
    targets = [
        ("no01", "position", "部課長", "required"),
        ("no01", "segment", "行革幹事", "recommended"),
        ("no06", "position", "主査", "recommended"),
        ("no09", "position", "主事", "recommended"),
    ]
    years = [
        (c["course_id"], year, "renewed" if c["number"] == 1 else "held")
        for c in courses
        for year in ("R5", "R6", "R7", "R8")
    ]
    return (
        conform("courses", courses),
        conform(
            "targets",
            [
                dict(zip(("course_id", "kind", "name", "obligation", "confidence"), (*t, "stated"), strict=True))
                for t in targets
            ],
        ),
        conform("course_years", [dict(zip(("course_id", "fiscal_year", "plan"), y, strict=True)) for y in years]),
    )


def proposal(course_id, rule_id, change, text, field="", after="", n=24.0):
    return {
        "decision_id": f"{course_id}-{rule_id}",
        "course_id": course_id,
        "rule_id": rule_id,
        "evidence_id": "satisfaction",
        "state": "speaks",
        "change": change,
        "proposal": text,
        "need": 10,
        "n": n,
        "base": None,
        "estimate": 0.7,
        "ci_low": 0.5,
        "ci_high": 0.85,
        "code": None,
        "scale_id": "satisfaction5",
        "wording": "満足度",
        "field": field,
        "after": after,
    }


def proposals():
    return pd.DataFrame(
        [
            proposal("no01", "R15", "content", "基礎から説明し、難しい部分を分ける"),
            proposal("no01", "R17", "target", "主査にも広げる", "target:主査", "required"),
            proposal("no06", "R04", "method", "録画の視聴を出席に代わる受講の方法とする", "method", "集合or動画"),
            proposal("no06", "R14", "method", "受講の機会を増やす", "method", "集合or動画"),
            proposal("no06", "R16", "schedule", "標準時間数を減らす", "hours", "1.5"),
            proposal("no07", "R13", "keep", "いまの方法で続ける"),
            proposal("no07", "R03", "pending", "欠席した回を補う機会を設けるか"),
            proposal("no09", "R12", "end", "次年度は実施しない", "plan", "廃止"),
        ]
    )


def workbook(table=None, tables=None):
    return revision_workbook(proposals() if table is None else table, *(tables or base()), R5, COVER, Codebook("R5"))


def new_line(row, **values):
    """A line of the sheet 新設する研修, all that a course needs; ``row`` as Excel counts."""
    whole = {
        "No.": 11,
        "区分": "DX実践",
        "内容": "事業化の検討",
        "実施方法": "ワークショップ",
        "研修実施者": "CIO補佐",
        "時期※期間中に1回受講": "9月",
        "標準時間数": "90分",
        "主任": "●",
        "行革幹事": "○",
        "R6": "実施",
        "R7": "内容を更新して実施",
        "R8": "廃止",
    }
    return row, whole | values


def row_of(sheet, decision_id):
    return next(r for r in range(HEAD_ROW + 1, sheet.max_row + 1) if sheet.cell(r, 1).value == decision_id)


def fill(data, path, changes=None, drop=(), add=(), new=()):
    """The workbook filled in: 承認 everywhere, but for ``changes``: decision_id → {column: value}.

    ``drop``: rows deleted by hand; ``add``: rows copied under a new 案番号, as (old, new). ``new``: lines of
    新設する研修, as (row, {heading: value}).
    """
    book = load_workbook(io.BytesIO(data))
    sheet = book["新旧対照表"]
    names = list(COLUMNS)
    standard = {"opinion": "賛成", "decision": "承認", "decided_by": "CIO", "decided_on": "令和6年3月25日"}
    for row in range(HEAD_ROW + 1, sheet.max_row + 1):
        own = standard | (changes or {}).get(sheet.cell(row, 1).value, {})
        for name, value in own.items():
            sheet.cell(row, names.index(name) + 1).value = value
    for old, other in add:
        values = [cell.value for cell in sheet[row_of(sheet, old)]]
        sheet.append([other, *values[1:]])
    for decision_id in drop:
        sheet.delete_rows(row_of(sheet, decision_id))
    for row, values in new:
        heads = {c.value: c.column for head in book["新設する研修"]["4:5"] for c in head}
        for heading, value in values.items():
            book["新設する研修"].cell(row, heads[heading]).value = value
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
