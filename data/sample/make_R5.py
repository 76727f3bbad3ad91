"""Writes the made-up town's files of R5 (令和5年度). Nothing in them is real.

    python data/sample/make_R5.py [OUTDIR]        (default: data/sample/R5; same bytes every run)

Who took what and the planted truth stand in town_R5.py, the questionnaires in forms_R5.py, the
registers and lists that are kept over the year in lists_R5.py, other organisations' logs in
logs_R5.py, what lies beside them in leftovers_R5.py. What is planted against a careless reader is listed in data/sample/README.md.
"""

import sys
import unicodedata
from datetime import datetime
from pathlib import Path

import office_files as office
import town_R5 as town
from forms_R4 import SAMPLE, Noise
from forms_R5 import make_forms
from leftovers_R5 import make_leftovers
from lists_R5 import make_improvements, make_kpi, make_registers, make_working_groups
from logs_R5 import make_logs
from make_R4 import make_aliases_of, repeated
from openpyxl import Workbook
from openpyxl.styles import PatternFill

GREEN = PatternFill("solid", fgColor="FF92D050")
HALF_KANA = {c: chr(h) for h in range(0xFF66, 0xFF9E) if (c := unicodedata.normalize("NFKC", chr(h)))}
LOST_ZERO = {"0087", "0095", "0123", "0318"}  # numbers that went through Excel


def half_width(kana: str) -> str:
    """Hiragana as the payroll system prints it: half-width katakana, voiced marks apart."""
    katakana = "".join(chr(ord(c) + 96) if "ぁ" <= c <= "ゖ" else c for c in kana)
    decomposed = unicodedata.normalize("NFD", katakana.replace("　", " "))
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    return "".join(marks.get(c) or HALF_KANA.get(c, c) for c in decomposed)


def padded(text: str, width: int) -> str:
    """As from a system with fields of fixed length: filled up with full-width spaces."""
    return text + "　" * max(0, width - len(text))


def note(columns: int) -> list[str]:
    """A last line that says what the file is."""
    return [f"※{SAMPLE}", *[""] * (columns - 1)]


def make_staff(out: Path) -> None:
    """Everybody on 1 April: cp932, padded, kana half-width, four numbers without their zeros."""
    head = ["職員番号", "氏名漢字", "氏名カナ", "所属コード", "所属名", "職位", "任用区分", "採用年月日", "セグメント"]
    rows = []
    for p in town.PEOPLE:
        number = p.staff_no.lstrip("0") if p.staff_no in LOST_ZERO else p.staff_no
        segments = p.segments.replace(";", "；") if p.staff_no == "0452" else p.segments
        rows.append(
            [
                number,
                padded(p.name, 8),
                half_width(p.kana).ljust(16),
                town.OFFICE_CODES[p.office],
                padded(p.office, 8),
                padded(p.title, 8),
                p.employment,
                p.hired_on,
                segments,
            ]
        )
    office.write_csv([head, *rows, note(9)], out / "職員一覧_R050401.csv", "cp932")


def make_transfers(out: Path) -> None:
    """Moves within the year, with the day written in three ways."""
    head = ["職員番号", "氏名漢字", "発令日", "異動区分", "新所属名", "新職位", "新セグメント", "備考"]
    rows = []
    for number, day, kind, where, title, segments, remark in town.TRANSFERS:
        p = town.BY_NO.get(number, town.NEWCOMER)
        rows.append([number, padded(p.name, 8), day, kind, where, title, segments, remark])
    office.write_csv([head, *rows, note(8)], out / "人事異動_R5.csv", "cp932")


POSITIONS = ("部課長", "副参事", "主任", "副主任", "主査", "主事", "新規採用", "会計年度")
SEGMENTS = ("行革幹事", "行革本部", "DX推進部門")
_LITERACY, _DIGITAL, _PRACTICE = "DXリテラシー", "デジタルリテラシー", "DX実践"
_COUNCIL, _TOWN = "CIO補佐\n業務委託", "企画政策課"
RENEWED, UNTAKEN, HELD = "毎年度内容を更新して実施", "未受講者向けに同様の内容を実施", "実施"
# category, content, method, provider, month, hours, positions, segments, years
MENU = (
    (
        _LITERACY,
        "DX推進 国・他自治体の動向把握と理解（幹部職員向け）",
        "集合or動画",
        _COUNCIL,
        "5月",
        "2時間",
        "●●------",
        "○--",
        RENEWED,
    ),
    (
        _LITERACY,
        "DXガイドラインの理解とDXの実践（一般職員向け）",
        "集合or動画",
        _COUNCIL,
        "5月",
        "2時間",
        "--●●●●●●",
        "---",
        RENEWED,
    ),
    (
        _DIGITAL,
        "町のネットワーク環境、情報セキュリティポリシーの理解",
        "集合or動画",
        _TOWN,
        "7月",
        "1時間",
        "○○○○○○○○",
        "---",
        UNTAKEN,
    ),
    (
        _DIGITAL,
        "デジタルリテラシー修得コース",
        "eラーニング",
        "J-LIS",
        "例年8月頃～",
        "2時間",
        "-----○○○",
        "---",
        UNTAKEN,
    ),
    (_PRACTICE, "業務改善ワークショップ", "ワークショップ", _COUNCIL, "6月～8月", "2時間×5回", "--▲▲▲---", "---", HELD),
    (_DIGITAL, "データ活用基礎", "集合", _TOWN, "9月～11月", "1.5時間×5回", "----○○--", "---", HELD),
    (_DIGITAL, "生成AIの業務活用", "オンライン", _COUNCIL, "10月～11月", "1.5時間×4回", "--○○○○--", "---", HELD),
    (_PRACTICE, "オープンデータ公開実務", "集合", _TOWN, "11月～12月", "2時間×3回", "--------", "--▲", HELD),
    (_LITERACY, "最新デジタル技術体験会", "集合", "民間事業者", "10月", "2時間", "-----○○○", "---", HELD),
    (
        _PRACTICE,
        "DX企画立案・発信（幹事会）",
        "ワークショップ",
        _COUNCIL,
        "7月～10月",
        "3時間×3回",
        "--------",
        "●--",
        HELD,
    ),
)


def make_menu(out: Path) -> None:
    """The menu: two heads one above the other, years merged, priority by nothing but a fill."""
    book = Workbook()
    sheet = book.active
    sheet.title = "研修メニュー"
    office.title(sheet, "小山町ＤＸ人材育成　研修メニュー（令和５年度）", "令和５年４月１日現在", "W")
    sheet["A3"] = f"※{SAMPLE}　No.5～10は架空のメニュー"
    single = ["No.", "区分", "内容", "実施方法", "研修実施者", "時期\n※期間中に1回受講", "標準\n時間数"]
    years = ["R5", "R6", "R7", "R8"]
    office.put(
        sheet,
        4,
        [*single, "対象（職位）", *[None] * 7, "対象（セグメント）", None, None, "実施年度", None, None, None, "備考"],
    )
    office.put(sheet, 5, [*[None] * 7, *POSITIONS, *SEGMENTS, *years, None])
    for area in ("H4:O4", "P4:R4", "S4:V4", *(f"{c}4:{c}5" for c in "ABCDEFGW")):
        sheet.merge_cells(area)
    categories = repeated([row[0] for row in MENU], "〃")
    for at, (_, content, method, by, month, hours, positions, segments, plan) in enumerate(MENU):
        row = at + 6
        marks = [None if mark == "-" else mark for mark in positions + segments]
        if plan == UNTAKEN:
            held = [HELD, UNTAKEN, None, None]
        else:
            held = [RENEWED, None, None, None] if plan == RENEWED else [HELD] * 4
        remark = "Aさん（副主任・行革幹事）の例は方針23ページ" if at == 1 else None
        office.put(sheet, row, [at + 1, categories[at], content, method, by, month, hours, *marks, *held, remark])
        if plan in (RENEWED, UNTAKEN):
            sheet.merge_cells(f"{'S' if plan == RENEWED else 'T'}{row}:V{row}")
        if at + 1 == 5:
            for cell in sheet[row][:22]:
                cell.fill = GREEN
    sheet["A17"] = "凡例：●必須　○推奨　▲指名or公募　空欄：対象外　緑色の行：重点研修メニュー"
    office.widths(sheet, [5, 16, 40, 13, 14, 16, 11, *[8] * 11, *[12] * 4, 30])
    office.write_workbook(book, out / "小山町DX人材育成研修メニュー_R5.xlsx", datetime(2023, 4, 3, 9, 30))


COURSES = ("no01", "no02", "no03", "no04", "no09")
DECLINED = ("見送り（高度な水準にあるため）", "見送り（前職で同等の研修を受講済のため）", "見送り（資格取得済のため）")


def _day_of(course: str, letter: str, noise: Noise) -> tuple[int, int]:
    """Month and day: the room day, or within the weeks in which the recording stood."""
    day = town.ROOM_DAYS[course]
    if letter == "P" or letter == "O":
        return day.month, day.day
    if letter == "V":
        return 8 + noise.whole(4), 1 + noise.whole(28)
    return day.month, day.day + 3 + noise.whole(15)


def _completion_cells(course: str, number: str, noise: Noise) -> list[str | None]:
    """Mark, day and method as the three columns have them: sometimes all in one cell."""
    sign = town.TARGETS[course].get(number)
    letter = town.COMPLETION[course].get(number, "N")
    if sign is None:
        return ["－" if noise.whole(3) else "対象外", None, None]
    if number == town.A_SAN:
        own = {
            "no01": ["○済(動画 5/24)", None, None],
            "no02": ["●済", "R5.5.12", "集合"],
            "no03": ["○見送り（既に高度な水準にあるため）", None, None],
        }
        return own[course]
    if letter == "W":
        return [sign + DECLINED[noise.whole(3)], None, None]
    if letter == "U":
        return [None if course == "no02" else sign, None, None]
    if letter in "MTK":
        word = {"M": "未受講", "T": "異動", "K": "育休"}[letter]
        return [sign + word, None, None]
    month, day = _day_of(course, letter, noise)
    method = {"P": "集合", "R": ("録画", "動画")[noise.whole(2)], "O": "オンライン", "V": "eラーニング"}[letter]
    form = noise.whole(4)
    if form == 0:
        return [f"{sign}済({method} {month}/{day})", None, None]
    if form == 1:
        return [f"{sign}済（{method}）", f"{month}/{day}", None]
    written = (f"R5.{month}.{day}", f"2023/{month}/{day}", f"{month}月{day}日")[noise.whole(3)]
    return [f"{sign}済", written, method]


def make_completion(out: Path) -> None:
    """Everybody × the courses of one session, kept by 人事部門: several facts in one cell."""
    noise = Noise(town.SEED + 40)
    book = Workbook()
    sheet = book.active
    sheet.title = "受講管理表"
    office.title(sheet, "令和５年度　ＤＸ人材育成研修　受講管理表", "令和６年３月１日現在", "T")
    sheet["A3"] = f"※{SAMPLE}"
    numbers = [int(course[2:]) for course in COURSES]
    office.put(
        sheet,
        4,
        [
            "職員番号",
            "氏　名",
            "所属",
            "職位",
            *(f"No.{n}{part}" for n in numbers for part in ("", "受講日", "方法")),
            "備考",
        ],
    )
    people = sorted(town.PEOPLE, key=lambda p: (town.OFFICES.index(p.office), p.staff_no))
    offices = repeated([p.office for p in people], "〃")
    for at, p in enumerate(people):
        row = at + 5
        number: str | int = int(p.staff_no) if p.staff_no in LOST_ZERO else p.staff_no
        name = p.name.replace("　", ("　", " ", "")[at % 3])
        cells = [c for course in COURSES for c in _completion_cells(course, p.staff_no, noise)]
        if at in (60, 151):  # 指名 outside the menu's targets, nothing taken yet
            cells[12] = "▲"
        remark = "10/1付 福祉長寿課へ異動" if p.staff_no == town.MOVED else None
        office.put(sheet, row, [number, name, offices[at], p.title, *cells, remark])
    hidden = 5 + next(at for at, p in enumerate(people) if p.staff_no == town.RETIRED)
    sheet.row_dimensions[hidden].hidden = True
    last = len(people) + 5
    sheet.cell(last, 1).value = "凡例：●必須　○推奨　▲指名or公募　済＝受講済　－＝対象外"
    sheet.cell(last + 1, 1).value = f"※空欄は担当に未確認　※{SAMPLE}"
    office.widths(sheet, [9, 15, 13, 16, *[20, 10, 11] * 5, 26])
    office.write_workbook(book, out / "R5受講管理表.xlsx", datetime(2024, 3, 1, 17, 15))


ALIASES = (
    ("村上　彩", "商工観光課", "0419", "同一人", "旧姓で回答（本人に確認）"),
    ("岡田　ま学", "くらし環境課", "0386", "同一人", "変換の誤り（本人に確認）"),
    ("大石　守", "税務課", "", "名簿外", "德永主事の代理で出席した前の担当（町を離れた人）"),
)


def main(out: Path) -> None:
    """Write every file of the year into `out`; year.toml is kept by hand beside them."""
    out.mkdir(parents=True, exist_ok=True)
    for make in (
        make_staff,
        make_transfers,
        make_menu,
        make_completion,
        make_registers,
        make_working_groups,
        make_improvements,
        make_kpi,
        make_forms,
        make_logs,
        make_leftovers,
    ):
        make(out)
    make_aliases_of(ALIASES, "2024/1/15", out)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "R5")
