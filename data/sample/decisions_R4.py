"""Fills in R4's 新旧対照表 as the CIO might have, for R5's folder. Nobody decided this.

    doit report:R4 && python data/sample/decisions_R4.py      (writes into data/sample/R5; same bytes every run)

It is the one file of the sample that rests on a report: when R4's proposals change, prepare:R5 refuses
it (A02, A03) until it is made again.
"""

from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from pipeline.publishing.excel import workbook_bytes

HERE = Path(__file__).parent
REPORT = HERE.parents[1] / "reports/R4/menu_revision.xlsx"
DECIDED = HERE / "R5/menu_revision_R4_決定.xlsx"
# rule → opinion, decision, what was decided instead, in which course of R5 it was taken up, remark
DECISIONS = {
    "R01": ("賛成", "承認", None, 10, None),
    "R05": ("賛成", "承認", None, 10, "到達目標を初回に示す"),
    "R06": ("賛成", "承認", None, 5, "演習を中心とした研修を設ける"),
    "R07": ("賛成", "承認", None, 10, "7回を3回に"),
    "R08": ("修正意見", "保留", None, None, "財政部門と協議する"),
    "R09": ("賛成", "承認", None, 10, None),
    "R02": ("賛成", "修正", "録画の視聴で補えるようにし、補えたかを確かめる", 6, "新しい研修で試す"),
    "pending": (None, "保留", None, None, "データを待つ"),
}
FIELDS = {"R02": "実施のしかた"}  # what waits has no field of its own: whoever amends chooses


def main() -> None:
    book = load_workbook(REPORT)
    sheet = book["新旧対照表"]
    head = next(r for r in range(1, 20) if sheet.cell(r, 1).value == "案番号")
    columns = {cell.value: cell.column for cell in sheet[head]}
    for row in range(head + 1, sheet.max_row + 1):
        number = sheet.cell(row, 1).value
        if not number or "-" not in str(number):
            continue
        rule = str(number).rpartition("-")[2]
        opinion, decision, instead, reflected, remark = DECISIONS[rule]
        for name, value in (
            ("CIO補佐意見", opinion),
            ("CIO決定", decision),
            ("決定後の内容（修正のとき）", instead),
            ("反映先No.", reflected),
            ("決定者", "CIO（副町長）"),
            ("決定日", "令和5年3月24日"),
            ("備考", remark),
            ("改める項目", FIELDS.get(rule, sheet.cell(row, columns["改める項目"]).value)),
        ):
            sheet.cell(row, columns[name]).value = value
    DECIDED.write_bytes(workbook_bytes(book, sheet["A1"].value, date(2023, 3, 24)))


if __name__ == "__main__":
    main()
