"""Writes the made-up town's files of R4 (令和4年度). Nothing in them is real.

    python data/sample/make_R4.py [OUTDIR]        (default: data/sample/R4; same bytes every run)

Planted truth (forms_R4.Truth). Everybody's understanding of a session's topic is a latent number
    3.6 + person + session + 0.7·noise − 0.9·missed − 0.2·caught up by recording
    person  = 0.55·noise − 0.15·(own missed sessions − mean): weaker people miss a little more
    session = 0.25·noise
and the final questionnaire's rating is that number rounded and clipped to 1…5. So the gap that
the pipeline must find is about −0.9 points; SEED was taken so that this one draw lies near it.
The session forms add 0.4·noise to the same number. What is planted against a careless reader
(names, marks, dates, double forms) is listed in data/sample/README.md.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import office_files as office
import town_R4 as town
from forms_R4 import ATTENDED, SAMPLE, make_final_forms, make_session_forms
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

REGISTER = "DX研修_出席簿(R4)最終.xlsx"
REGISTER_TITLE = "令和４年度　ＤＸ人材育成研修（試行）　出席簿"


def repeated(values: list[str], ditto: str) -> list[str | None]:
    """`values` with what repeats the line above written as `ditto` (empty: left out)."""
    pairs = zip(values, [None, *values], strict=False)
    return [(ditto or None) if value == above else value for value, above in pairs]


def runs(values: list[str]) -> Iterator[tuple[int, int]]:
    """First and last position of every stretch of equal values longer than one."""
    start = 0
    for at in range(1, len(values) + 1):
        if at == len(values) or values[at] != values[start]:
            if at - start > 1:
                yield start, at - 1
            start = at


def merge_down(sheet: Worksheet, column: int, first: int, last: int) -> None:
    """Merge rows `first` to `last` of a column; only the first keeps its value, as in Excel."""
    for row in range(first + 1, last + 1):
        sheet.cell(row, column).value = None
    sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)


def make_roster(out: Path) -> None:
    """The list of the 24: merged title, date line, heads in row 4, merges, 同上 and 〃."""
    book = Workbook()
    sheet = book.active
    sheet.title = "名簿"
    office.title(sheet, "令和４年度　行政改革推進本部幹事会　幹事名簿", "令和４年７月20日現在", "J")
    sheet["A3"] = f"※{SAMPLE}　氏名・職員番号・内線・メールはすべて架空"
    office.put(
        sheet, 4, ["No.", "部", "所属", "職名", "氏　名", "ふりがな", "職員番号", "内線", "メールアドレス", "備考"]
    )
    offices = repeated([p.office for p in town.PEOPLE], "同上")
    offices[4 - 1], offices[10 - 1] = "〃", None
    for p in town.PEOPLE:
        number = int(p.staff_no) if p.no in town.LOST_ZERO else p.staff_no
        office.put(
            sheet,
            p.no + 4,
            [
                p.no,
                p.department,
                offices[p.no - 1],
                p.position,
                p.name,
                p.kana,
                number,
                f"{2100 + p.no * 3}",
                f"{p.login}@town.example.jp",
                p.note or None,
            ],
        )
    for first, last in runs([p.department for p in town.PEOPLE]):
        merge_down(sheet, 2, first + 5, last + 5)
    sheet["A29"] = "※備考「DX推進リーダー」は所属から推薦のあった者"
    office.widths(sheet, [5, 13, 13, 16, 16, 20, 10, 8, 28, 30])
    office.write_workbook(book, out / "行革幹事名簿_R4.7.20現在.xlsx", datetime(2022, 9, 1, 9, 12))


def _register_heads(sheet: Worksheet, date_line: str) -> None:
    office.title(sheet, REGISTER_TITLE, date_line, "L")
    office.put(sheet, 3, ["No.", "所属", "氏　名", "開催回", *[None] * 6, "出席計", "備考"])
    heads = [f"第{n}回\n{day}" for n, day in enumerate(town.DATE_HEADS, start=1)]
    heads[2] = heads[2].replace("第3回", "第３回")
    office.put(sheet, 4, [None, None, None, *heads, None, None])
    sheet.merge_cells("D3:J3")
    for letter in "ABCKL":
        sheet.merge_cells(f"{letter}3:{letter}4")
    office.widths(sheet, [5, 13, 15, *[12] * 7, 8, 40])


def _countif(area: str, marks: set[str]) -> str:
    return "=" + "+".join(f'COUNTIF({area},"{mark}")' for mark in sorted(marks))


def make_register(out: Path) -> None:
    """The register: the sheet that counts, an old copy of it, and a hidden sheet of sums."""
    book = Workbook()
    sheet = book.active
    sheet.title = "出席簿"
    _register_heads(sheet, f"{SAMPLE}　令和４年10月24日現在")
    names = {p.no: town.REGISTER_NAMES.get(p.no, p.name) for p in town.PEOPLE}
    offices = repeated([p.office for p in town.PEOPLE], "")
    offices[4 - 1] = "〃"
    present: list[set[str]] = [set() for _ in range(7)]
    for row, p in enumerate(town.PEOPLE, start=5):
        marks = [int(m) if m == "1" else m or None for m in p.marks.split("|")]
        there = {
            column: str(mark)
            for column, (mark, letter) in enumerate(zip(marks, p.attendance, strict=True))
            if letter in ATTENDED
        }
        for column, mark in there.items():
            present[column].add(mark)
        total = town.TYPED_TOTALS.get(p.no) or _countif(f"D{row}:J{row}", set(there.values()))
        office.put(sheet, row, [p.no, offices[p.no - 1], names[p.no], *marks, total, town.REGISTER_NOTES.get(p.no)])
        for cell in sheet[row][3:11]:
            cell.alignment = Alignment(horizontal="center", vertical="center")
    for first in (10, 15):  # 税務課 and 福祉長寿課, two people each
        merge_down(sheet, 2, first, first + 1)
    sheet.row_dimensions[23].hidden = True  # the one who was transferred
    for address in town.YELLOW_CELLS:
        sheet[address].fill = office.YELLOW
    for address, text in town.BALLOONS.items():
        office.balloon(sheet, address, text)
    totals: list = [_countif(f"{c}5:{c}28", m) for c, m in zip("DEFGHIJ", present, strict=True)]
    totals[3] = 20
    office.put(sheet, 29, ["計", None, None, *totals, None, None])
    sheet.merge_cells("A29:C29")
    sheet["A30"] = "凡例：○出席　×欠席　△遅刻　早＝早退　録＝録画視聴（出席計に含めない）　公＝公欠　－対象外"
    sheet["A31"] = f"※黄色のセルは録画提供済　※{SAMPLE}"
    _old_copy(book, names)
    sums = book.create_sheet("集計")
    office.put(sums, 1, ["回", "出席", "出席以外", f"※{SAMPLE}"], bordered=False)
    for n, column in enumerate("DEFGHIJ", start=1):
        office.put(sums, n + 1, [n, f"=出席簿!{column}29", f"=24-B{n + 1}"], bordered=False)
    sums.sheet_state = "hidden"
    office.write_workbook(book, out / REGISTER, datetime(2022, 10, 24, 17, 3))


def _old_copy(book: Workbook, names: dict[int, str]) -> None:
    """The copy of 16 September: two sessions short, and three marks still as first typed."""
    sheet = book.create_sheet("出席簿 (2)")
    _register_heads(sheet, f"{SAMPLE}　令和４年９月16日現在")
    first_typed = {(12, 2): "×", (16, 1): "×", (6, 3): "×"}  # before they watched the recording
    for row, p in enumerate(town.PEOPLE, start=5):
        marks = [first_typed.get((p.no, n), mark) or None for n, mark in enumerate(p.marks.split("|")[:5], start=1)]
        office.put(sheet, row, [p.no, p.office, names[p.no], *marks, None, None, None, None])


def make_ideas(out: Path) -> None:
    """The 21 ideas, with the day of handing in written in whatever way came to hand."""
    book = Workbook()
    sheet = book.active
    sheet.title = "アイデア一覧"
    office.title(sheet, "令和４年度　ＤＸアイデア一覧", f"{SAMPLE}　令和４年10月28日現在", "L")
    office.put(
        sheet,
        4,
        [
            "No.",
            "提案者",
            "所属",
            "アイデア名",
            "課題",
            "解決策",
            "担当所属",
            "関係所属",
            "行動計画No.",
            "発信方法",
            "提出日",
            "段階",
        ],
    )
    people = {p.no: p for p in town.PEOPLE}
    for at, (no, title, problem, solution, lead, related, action, channel, sent, phase) in enumerate(
        town.IDEAS, start=1
    ):
        p = people[no]
        if at == 2:
            sent = date(2022, 10, 14)
        where = town.IDEA_OFFICES.get(no, p.office)
        office.put(
            sheet,
            at + 4,
            [
                at,
                town.IDEA_NAMES.get(no, p.name),
                where,
                title,
                problem,
                solution,
                lead,
                related or None,
                action,
                channel,
                sent,
                phase,
            ],
        )
    sheet["A26"] = f"※{SAMPLE}　生涯学習課のアイデア名だけは公表された方針から引いた実在の例"
    office.widths(sheet, [5, 15, 13, 34, 26, 26, 13, 18, 9, 12, 16, 12])
    office.write_workbook(book, out / "DXアイデア一覧.xlsx", datetime(2022, 10, 28, 15, 47))


def make_interviews(out: Path) -> None:
    """What staff and the instructor said (page 16 of the policy)."""
    book = Workbook()
    sheet = book.active
    sheet.title = "インタビュー"
    sheet["A1"] = f"令和４年度　ＤＸ人材育成研修　職員・講師インタビュー記録　{SAMPLE}"
    sheet.merge_cells("A1:D1")
    office.put(sheet, 3, ["No.", "対象", "設問", "発言"])
    groups = repeated([group for group, _, _ in town.INTERVIEWS], "")
    questions = repeated([question for _, question, _ in town.INTERVIEWS], "〃")
    groups[7] = "同上"
    for at, (_, _, statement) in enumerate(town.INTERVIEWS):
        office.put(sheet, at + 4, [at + 1, groups[at], questions[at], statement])
    merge_down(sheet, 2, 4, 9)
    office.widths(sheet, [5, 9, 40, 70])
    office.write_workbook(book, out / "インタビュー記録_R4.xlsx", datetime(2022, 11, 10, 13, 5))


def make_aliases(out: Path) -> None:
    """The analyst's own record of who is who, where no rule can say it."""
    make_aliases_of(town.ALIASES, "2022/11/4", out)


def make_aliases_of(aliases: tuple, decided_on: str, out: Path) -> None:
    """The record of any year: rows of name, office, staff number, judgement and reason."""
    rows = [
        [name, where, number, judgement, "見本担当", decided_on, f"{why}（架空）"]
        for name, where, number, judgement, why in aliases
    ]
    head = ["書かれた氏名", "所属", "職員番号", "判断", "判断者", "判断日", "理由"]
    office.write_csv([head, *rows], out / "別名表.csv", "utf-8-sig")


def make_residue(out: Path) -> None:
    """What Windows and Excel leave in a shared folder."""
    (out / f"~${REGISTER}").write_bytes(office.lock_file("見本（架空）"))
    ole_head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    (out / "各回アンケート" / "Thumbs.db").write_bytes(ole_head)
    text = f"; {SAMPLE}\r\n[.ShellClassInfo]\r\nLocalizedResourceName=令和４年度DX研修\r\n"
    (out / "desktop.ini").write_bytes(text.encode("cp932"))


def main(out: Path) -> None:
    """Write every file of the year into `out`; year.toml is kept by hand beside them."""
    out.mkdir(parents=True, exist_ok=True)
    for make in (
        make_roster,
        make_register,
        make_session_forms,
        make_final_forms,
        make_ideas,
        make_interviews,
        make_aliases,
        make_residue,
    ):
        make(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "R4")
