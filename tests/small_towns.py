"""A very small R5 in a folder of its own: a staff list, a menu, a completion table in their exact form."""

from openpyxl import Workbook
from openpyxl.styles import PatternFill

from pipeline.preparing.prepare import read_year
from pipeline.store import Store
from pipeline.year import Year
from tests import declarations
from tests.grids import csv_bytes

STAFF, TRANSFERS = "職員一覧_R050401.csv", "人事異動_R5.csv"
MENU, COMPLETION, REGISTER = "研修メニュー_R5.xlsx", "R5受講管理表.xlsx", "出席簿_No2.xlsx"
STAFF_HEAD = [
    "職員番号",
    "氏名漢字",
    "氏名カナ",
    "所属コード",
    "所属名",
    "職位",
    "任用区分",
    "採用年月日",
    "セグメント",
]
TRANSFERS_HEAD = ["職員番号", "氏名漢字", "発令日", "異動区分", "新所属名", "新職位", "新セグメント", "備考"]
PEOPLE = [
    ["0101", "髙﨑　太郎　　", "ﾀｶｻｷ ﾀﾛｳ    ", "0010", "総務課　　　　", "課長　　", "正規", "H02.04.01", "行革本部員"],
    [
        "0102",
        "山田　花子　　",
        "ﾔﾏﾀﾞ ﾊﾅｺ    ",
        "0020",
        "税務課　　　　",
        "副主任　",
        "正規",
        "平成20年4月1日",
        "行革幹事;ＤＸ推進部門員",
    ],
    ["0103", "鈴木　一郎　　", "ｽｽﾞｷ ｲﾁﾛｳ   ", "0020", "税務課　　　　", "主事　　", "再任用", "S55.4.1", ""],
]
ALL_POSITIONS = ["部課長", "副参事", "主任", "副主任", "主査", "主事", "新規採用", "会計年度"]
SEGMENTS = ["行革幹事", "行革本部", "DX推進部門"]
YEARS = ["R5", "R6", "R7", "R8"]


class SmallTown:
    """Files are added by kind; ``read`` reads the year as far as it goes."""

    def __init__(self, root):
        self.folder = root / "data/sample/R5"
        self.folder.mkdir(parents=True)
        self.root, self.sources, self.courses, self.menu = root, [], [], ""

    def source(self, file, kind, **more):
        self.sources.append(declarations.source(file, kind, **more))

    def staff(self, rows=PEOPLE, file=STAFF):
        self.source(file, "staff", as_of=r"R(\d\d)(\d\d)(\d\d)")
        (self.folder / file).write_bytes(csv_bytes([STAFF_HEAD, *rows]))

    def transfers(self, *rows):
        self.source(TRANSFERS, "transfers")
        full = [[*row, *[""] * (len(TRANSFERS_HEAD) - len(row))] for row in rows]
        (self.folder / TRANSFERS).write_bytes(csv_bytes([TRANSFERS_HEAD, *full]))

    def course(self, course_id, sessions=(), **more):
        self.courses.append(declarations.course(course_id, sessions, **more))

    def workbook(self, file, kind, page, **more):
        self.source(file, kind, **more)
        page.parent.save(self.folder / file)

    def read(self):
        if not self.courses:
            self.course("trial", **declarations.OF_NO_MENU)
        text = declarations.declaration(self.menu, *self.courses, *self.sources)
        (self.folder / "year.toml").write_text(text, encoding="utf-8")
        return read_year(Year.open(Store.open("R5", self.root)))


def menu_page(*lines, green=()):
    """The menu's sheet: ``lines`` are (No., 区分, 内容, 方法, 実施者, 時期, 時間, targets, years).

    ``targets`` maps a heading to its mark; ``years`` are (first, last, text), merged where they
    differ. ``green``: the numbers of the lines that are painted.
    """
    page = Workbook().active
    page.title = "研修メニュー"
    page.append(["小山町ＤＸ人材育成　研修メニュー（令和５年度）"])
    page.merge_cells("A1:S1")
    page["S2"] = "令和５年４月１日現在"
    first = ["No.", "区分", "内容", "実施方法", "研修実施者", "時期\n※期間中に1回受講", "標準\n時間数"]
    headings = [*ALL_POSITIONS, *SEGMENTS, *YEARS]
    for column, text in enumerate([*first, *headings, "備考"], start=1):
        row = 4 if text in first or text == "備考" else 5
        page.cell(row, column, text)
        if row == 4:
            page.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
    for title, start, end in (("対象（職位）", 8, 15), ("セグメント", 16, 18), ("実施年度", 19, 22)):
        page.cell(4, start, title)
        page.merge_cells(start_row=4, end_row=4, start_column=start, end_column=end)
    for row, (*plain, targets, years) in enumerate(lines, start=6):
        for column, value in enumerate(plain, start=1):
            page.cell(row, column, value)
        for name, mark in targets.items():
            page.cell(row, 8 + headings.index(name), mark)
        for start, end, text in years:
            first_column, last_column = (8 + headings.index(name) for name in (start, end))
            page.cell(row, first_column, text)
            if start != end:
                page.merge_cells(start_row=row, end_row=row, start_column=first_column, end_column=last_column)
        if plain[0] in green:
            for column in range(1, 24):
                page.cell(row, column).fill = PatternFill("solid", fgColor="92D050")
    page.cell(7 + len(lines), 1, "●必須　○推奨　▲指名or公募　空欄：対象外")
    return page


RENEWED = [("R5", "R8", "毎年度内容を更新して実施")]
THEN_REST = [("R5", "R5", "実施"), ("R6", "R8", "未受講者向けに同様の内容を実施")]
LINES = [
    (
        1,
        "DXリテラシー",
        "動向把握（幹部職員向け）",
        "集合or動画",
        "CIO補佐",
        "5月",
        "2時間",
        {"部課長": "●", "行革幹事": "○"},
        RENEWED,
    ),
    (2, "〃", "業務改善ワークショップ", "ワークショップ", "CIO補佐", "6月", "2時間×5回", {"主任": "▲"}, THEN_REST),
    (
        3,
        "デジタルリテラシー",
        "修得コース",
        "eラーニング",
        "J-LIS",
        "例年8月頃～",
        "90分",
        {"主事": "○", "会計年度": "〇"},
        [("R5", "R7", "実施"), ("R8", "R8", "廃止")],
    ),
]


def completion_page(*rows, numbers=(1, 2, 3)):
    """``rows``: (staff number, name, office, title, then three cells a course)."""
    page = Workbook().active
    page.title = "受講管理表"
    page.append(["令和５年度　ＤＸ人材育成研修　受講管理表"])
    page.append([])
    head = ["職員番号", "氏　名", "所属", "職位"]
    for number in numbers:
        head += [f"No.{number}", f"No.{number}受講日", f"No.{number}方法"]
    page.append([*head, "備考"])
    for row in rows:
        page.append(list(row))
    return page
