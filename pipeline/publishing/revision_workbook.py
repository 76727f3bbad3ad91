"""The proposed revision as an Excel file to decide in: 新旧対照表, in the columns of the town's menu.

The CIO補佐 and the CIO fill in the last columns; ``ingest.decisions`` reads them back, so the headings
are those of the codebook's table ``decisions``.
"""

import re
from datetime import timedelta
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.codebook import Codebook, codes
from pipeline.fiscal_year import FiscalYear
from pipeline.indicators import Indicators
from pipeline.ingest.decisions import OPINIONS, SHEET
from pipeline.menu.adoption import NEW, old_and_new
from pipeline.menu.fields import HOW, choices
from pipeline.menu.new_courses import SHEET as NEW_SHEET
from pipeline.menu.new_courses import new_course_headings
from pipeline.menu.rules import read_rules
from pipeline.preparing.decisions import base
from pipeline.publishing.excel import (
    GUIDE_SHEET,
    HEAD_ROW,
    offer,
    offer_from,
    put,
    put_guide,
    put_table,
    workbook_bytes,
)
from pipeline.publishing.new_courses_sheet import fill_new_courses
from pipeline.showing import reasons
from pipeline.showing.tables import wareki
from pipeline.store import Store

# column → (heading, width in characters); the same names as in the codebook. All widths together make the
# scale of the print: 220 characters fill an A3 sheet at about 95 %.
COLUMNS = {
    "decision_id": ("案番号", 12),
    "number": ("No.", 4),
    "category": ("区分", 9),
    "title": ("内容", 17),
    "change": ("改定区分", 10),
    "field_label": ("改める項目", 11),
    "before": ("現行", 12),
    "proposed": ("改定案", 18),
    "grounds": ("根拠", 38),
    "secretariat": ("事務局案", 18),
    "opinion": ("CIO補佐意見", 8),
    "decision": ("CIO決定", 7),
    "after": ("決定後の内容（修正のとき）", 18),
    "reflected_in": ("反映先No.", 6),
    "decided_by": ("決定者", 9),
    "decided_on": ("決定日", 11),
    "note": ("備考", 12),
}
BLANK = ("opinion", "decision", "after", "reflected_in", "decided_by", "decided_on", "note")
CHOICES = {"opinion": OPINIONS, "decision": tuple(codes("decision").values())}
GUIDE = (
    (
        "1 記入する欄",
        "右側の「CIO補佐意見」から「備考」までに記入する。左側の案番号から事務局案までは変えない"
        "（「改める項目」だけは、5の場合に選ぶ）。",
    ),
    ("2 CIO補佐意見", "「賛成」「修正意見」「反対」から選ぶ。説明は備考に書く。"),
    (
        "3 CIO決定",
        "すべての行で、一覧から選ぶ。承認＝改定案のとおり。修正＝「決定後の内容」のとおり。却下＝改めない。保留＝今回は決めない。",
    ),
    (
        "4 決定後の内容",
        "「修正」のときだけ書く。「改める項目」の欄に入る言葉で書く（標準時間数なら「1.5時間」、対象なら「●」「○」「▲」「対象外」、"
        "実施年度なら「実施」「内容を更新して実施」「未受講者向けに同様の内容を実施」「廃止」「統合」）。",
    ),
    (
        "5 判断保留の行",
        "データが足りないため、事務局が案を出していない行である。「保留」を選ぶか、改めるなら「修正」を選び、"
        "「改める項目」を右の一覧（C列）から選んで、「決定後の内容」を書く。メニューの表を変えない決定なら"
        f"「{HOW}」を選ぶ（記録だけに残る）。「改める項目」がかっこ書きのほかの行も、同じように項目を選んで「修正」できる。",
    ),
    ("6 反映先No.", "決定を次年度のどの研修に反映するかを、研修メニューのNo.で書く（任意。7の統合では必ず書く）。"),
    ("7 統合", "{merge}"),
    ("8 新設", "{new}"),
    ("9 決定者・決定日", "決定者は職（CIO など）で書き、氏名は書かない。決定日は「{day}」のように書く。"),
    ("10 食い違い", "同じ研修の同じ項目を違う内容に決めることや、廃止・統合と同時にほかの改定を決めることはできない。"),
    (
        "11 記入のあと",
        "このブックを次年度の data/raw のフォルダー（{following}）に入れ、{then}"
        "誤りや空欄があれば、何も書かずに、直す所をすべて示す。",
    ),
)
# What a year with a menu of its own is told, and one without.
WITH_MENU = {
    "merge": "研修をほかの研修に統合するときは、実施年度を「統合」とし、統合する先のNo.を「反映先No.」に1つ書く。"
    "統合された研修は、次年度から「廃止」となり、備考に統合先が書かれる。",
    "new": f"新設の案を「承認」か「修正」としたときは、シート「{NEW_SHEET}」のその案番号の行に、研修メニューの欄をすべて書く。"
    "案に無い研修を加えるときは、同じシートの下の行に、案番号を空欄にして書き、右端に決定者と決定日も書く。",
    "then": "doit adopt --year {following} を実行する。",
}
WITHOUT_MENU = {
    "merge": "研修メニューの表が無い年度なので、統合は決められない。",
    "new": "新設の案を「承認」か「修正」としたときは、担当課が作る次年度の研修メニューに新しい行として書き、そのNo.を「反映先No.」に書く。",
    "then": "doit report:{following} を実行する。もとになる研修メニューの表が無い年度なので、doit adopt は使わない。",
}


def revision_workbook(
    proposals: pd.DataFrame,
    courses: pd.DataFrame,
    targets: pd.DataFrame,
    course_years: pd.DataFrame,
    year: FiscalYear,
    cover: dict,
    codebook: Codebook,
) -> bytes:
    """``menu_revision.xlsx``: the same bytes for the same tables. ``cover`` as in ``Year.cover``.

    ``codebook``: of ``year``. A year without a menu of its own has no sheet for new courses.
    """
    following = year.following
    rows = old_and_new(proposals, courses, targets, course_years, str(following))
    told = reasons.told(proposals, read_rules(codebook), Indicators.of(codebook))
    title = f"{cover['town']}DX人材育成研修メニュー　改定案（新旧対照表）　{year.label_ad}の評価による{following.label_ad}の改定"
    if cover["synthetic"]:
        title = f"見本（架空データ）　{title}"
    book = Workbook()
    fields = list(choices(codebook.headings("menu")))
    _decide(
        book.active, rows, reasons.to_decide(rows, told), title, cover, f"'{GUIDE_SHEET}'!$C$2:$C${len(fields) + 1}"
    )
    headings = new_course_headings(codebook, year)
    has_menu = bool(headings) and bool(courses["number"].notna().all())
    if has_menu:
        proposed = rows[rows["change"] == NEW]
        fill_new_courses(book.create_sheet(NEW_SHEET), headings, proposed, year, title)
    _guide(book.create_sheet(GUIDE_SHEET), fields, guide(following, has_menu))
    return workbook_bytes(book, title, year.ends_on)


def revision_file(store: Store, cover: dict) -> dict[Path, bytes]:
    """The workbook of an evaluated year: where it belongs, beside the 改定案, and its bytes."""
    data = revision_workbook(store.load("proposals"), *base(store), store.year, cover, Codebook(str(store.year)))
    return {store.document("menu_revision", ".xlsx"): data}


def _decide(sheet: Worksheet, rows: pd.DataFrame, worded: pd.DataFrame, title: str, cover: dict, fields: str) -> None:
    """``worded``: the rows as they are handed out; ``fields``: where the words stand that 改める項目 can be."""
    sheet.title = SHEET
    lead = f"{cover['department']}（{cover['stage']}）　記入のしかたは、シート「{GUIDE_SHEET}」にある。"
    put_table(
        sheet, COLUMNS, worded.assign(**dict.fromkeys(BLANK)), title, lead, BLANK, head_height=36, has_filter=False
    )
    letters = {name: get_column_letter(n) for n, name in enumerate(COLUMNS, start=1)}
    # In 改める項目 only where whoever decides may choose it.
    free = [
        f"{letters['field_label']}{row}"
        for row, (field, change) in enumerate(zip(rows["field"], rows["change"], strict=True), start=HEAD_ROW + 1)
        if not field and change != NEW
    ]
    if free:
        told = f"シート「{GUIDE_SHEET}」のC列にある言葉"
        offer_from(sheet, COLUMNS["field_label"][0], free, fields, told)
    for name, words in CHOICES.items() if len(rows) else ():
        cells = f"{letters[name]}{HEAD_ROW + 1}:{letters[name]}{HEAD_ROW + len(rows)}"
        offer(sheet, COLUMNS[name][0], [cells], words)


def guide(following: FiscalYear, has_menu: bool) -> list[tuple[str, str]]:
    """GUIDE for a book that is filled in before ``following``; ``has_menu``: its year has a menu."""
    day = following.starts_on - timedelta(days=7)  # in the last days of the year, as is usual
    words = {"following": str(following), "day": re.sub(r"\(.*\)", "", wareki(day))}
    fit_in = {key: text.format(**words) for key, text in (WITH_MENU if has_menu else WITHOUT_MENU).items()}
    return [(item, text.format(**words, **fit_in)) for item, text in GUIDE]


def _guide(sheet: Worksheet, fields: list[str], texts: list[tuple[str, str]]) -> None:
    headings = ("項目", GUIDE_SHEET, "「改める項目」に選べる言葉")
    put_guide(sheet, texts, [22, 110, 26], headings)
    for row, field in enumerate(fields, start=2):
        put(sheet.cell(row, 3), field)
