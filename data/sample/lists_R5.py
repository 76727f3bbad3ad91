"""The registers and lists of R5 that the town keeps over the year: written from town_R5."""

from datetime import date, datetime, timedelta
from pathlib import Path

import office_files as office
import town_R5 as town
from forms_R4 import SAMPLE, Noise
from make_R4 import merge_down, repeated, runs
from openpyxl import Workbook
from openpyxl.styles import Alignment

TITLES = {
    "no05": "業務改善ワークショップ",
    "no06": "データ活用基礎",
    "no07": "生成AIの業務活用",
    "no08": "オープンデータ公開実務",
    "no10": "DX企画立案・発信（幹事会）",
}
# As each clerk typed the dates. 19 July was a Wednesday: one weekday is wrong.
HEADS = {
    "no05": ("6/7（水）", "R5.6.21", "令和５年７月５日", "7/19(火)", "㋿5.8.2"),
    "no06": ("9/6（水）", "9/20（水）", "2023/10/4", "10/18（水）", "45231"),
    "no07": ("10/12（木）", "10/26（木）", "11/9（木）", "R5.11.30"),
    "no08": ("11/14", "11/28", "12/12"),
    "no10": ("R5.7.7", "R5.8.25", "R5.10.6"),
}
MARKS = {  # letter → what this clerk writes, in turn; {n} is a number of minutes
    "no05": {
        "P": ("○",),
        "A": ("×", "×", "欠"),
        "D": ("公", "出張"),
        "L": ("△（遅刻{n}分）", "△"),
        "E": ("早",),
        "R": ("録画",),
    },
    "no06": {
        "P": ("〇",),
        "A": ("欠", "欠席", "年休"),
        "D": ("窓口当番", "議会対応"),
        "L": ("遅刻",),
        "R": ("録画", "録", "動画"),
    },
    "no07": {
        "O": ("Teams", "Teams", "オンライン"),
        "P": ("出席",),
        "A": ("✕", "ｘ"),
        "D": ("公欠",),
        "L": ("遅{n}分",),
        "R": ("録画視聴",),
    },
    "no08": {"P": ("◯",), "A": ("×",)},
    "no10": {"P": ("◯", "出"), "O": ("Zoom",), "A": ("休", "欠席", "×（急用）"), "D": ("公欠", "災害対応")},
}
# The common form of a character for the one in the staff list, as a clerk types it.
PLAIN = str.maketrans("髙﨑邊邉齋齊德瀨濵櫻國眞榮", "高崎辺辺斎斉徳瀬浜桜国真栄")
STAND_IN = ("0535", 2, "欠（代理：大石）")
ATTENDED = "PLEO"


def written_name(name: str, at: int) -> str:
    """A name as somebody types it: spaces differ, and now and then the common character."""
    name = name.translate(PLAIN) if at % 4 == 1 else name
    return name.replace("　", ("　", " ", "", "　")[at % 4])


def _mark(course: str, staff_no: str, session: int, letter: str, noise: Noise) -> str | None:
    if letter == "U":
        return None
    if course == "no10" and (staff_no, session) == STAND_IN[:2]:
        return STAND_IN[2]
    forms = MARKS[course][letter]
    mark = forms[noise.whole(len(forms))].format(n=5 * (1 + noise.whole(4)))
    if letter == "R" and noise.whole(2):
        watched = town.SESSIONS[course][session - 1] + timedelta(days=2 + noise.whole(9))
        mark += f"({watched.month}/{watched.day}視聴)"
    return mark


def _register(out: Path, course: str) -> None:
    noise = Noise(town.SEED + 50 + int(course[2:]))
    number, days = int(course[2:]), HEADS[course]
    book = Workbook()
    sheet = book.active
    sheet.title = "出席簿"
    last = len(days)
    columns = "ABCDEFGHIJKL"[: last + 5]
    office.title(sheet, f"令和５年度　No.{number}　{TITLES[course]}　出席簿", f"{SAMPLE}", columns[-1])
    office.put(sheet, 3, ["No.", "所属", "氏　名", "開催回", *[None] * (last - 1), "出席計", "備考"])
    heads = [f"第{n}回\n{day}" for n, day in enumerate(days, start=1)]
    if course == "no06":
        heads[2] = heads[2].replace("第3回", "第３回")
    office.put(sheet, 4, [None, None, None, *heads, None, None])
    sheet.merge_cells(start_row=3, end_row=3, start_column=4, end_column=3 + last)
    for column in (*columns[:3], *columns[-2:]):
        sheet.merge_cells(f"{column}3:{column}4")
    people = sorted(
        (town.BY_NO[n] for n in town.REGISTERS[course]), key=lambda p: (town.OFFICES.index(p.office), p.staff_no)
    )
    offices = repeated([p.office for p in people], "〃" if course in ("no05", "no10") else "")
    for at, p in enumerate(people):
        letters = town.REGISTERS[course][p.staff_no]
        marks = [_mark(course, p.staff_no, n, letter, noise) for n, letter in enumerate(letters, start=1)]
        total = sum(letter in ATTENDED for letter in letters)
        if course == "no05" and at == 17:
            total += 1  # the one typed total that is wrong
        remark = None
        if course == "no06" and p.staff_no == town.MOVED:
            remark = "10/1付　福祉長寿課へ異動（研修は継続）"
            sheet.row_dimensions[at + 5].hidden = True
        office.put(sheet, at + 5, [at + 1, offices[at], written_name(p.name, at), *marks, total, remark])
        for cell in sheet[at + 5][3:-1]:
            cell.alignment = Alignment(horizontal="center", vertical="center")
    if course == "no06":
        for first, to in runs([p.office for p in people]):
            merge_down(sheet, 2, first + 5, to + 5)
    if course == "no05":
        office.balloon(sheet, "D8", "途中で電話対応")
        sheet["E9"].fill = office.YELLOW
    below = len(people) + 5
    office.put(
        sheet,
        below,
        [
            "計",
            None,
            None,
            *[sum(town.REGISTERS[course][p.staff_no][n] in ATTENDED for p in people) for n in range(last)],
            None,
            None,
        ],
    )
    sheet.cell(below + 1, 1).value = "凡例：○出席　×欠席　△遅刻　早＝早退　録＝録画視聴（出席計に含めない）　公＝公欠"
    sheet.cell(below + 2, 1).value = f"※黄色は録画提供済　※{SAMPLE}"
    office.widths(sheet, [5, 13, 15, *[14] * last, 8, 36])
    if course == "no08":
        _keep_old_copy(book, last + 3, below)
    saved = datetime.combine(town.SESSIONS[course][-1] + timedelta(days=2), datetime.min.time())
    office.write_workbook(book, out / f"出席簿_No{number}.xlsx", saved.replace(hour=17, minute=5))


def _keep_old_copy(book: Workbook, column: int, below: int) -> None:
    """The sheet as it was before the last session, left beside the one in use."""
    old = book.copy_worksheet(book["出席簿"])
    old.title = "出席簿 (2)"
    for row in range(5, below + 1):
        old.cell(row, column).value = None
        old.cell(row, column + 1).value = None


def make_registers(out: Path) -> None:
    """The five courses of several sessions, one register each."""
    for course in town.SESSIONS:
        _register(out, course)


# theme, office in charge, leader, members, meetings: (day as written, who came, content, phase, help)
_P = {p.staff_no: p.name for p in town.PEOPLE}
GROUPS = (
    (
        "行政手続き等のオンライン化推進",
        "住民課",
        "0156",
        ("0528", "0289", "0377", "0437", "0452"),
        (
            ("R5.6.15", "0528 0289 0377 0437 0452", "対象手続の洗い出し", "方針検討", "CIO補佐"),
            ("R5.8.10", "0528 0289 0437 0452", "優先順位の決定", "方針検討", "企画政策課"),
            ("2023/10/12", "0528 0289 0377 0437", "申請画面の試作", "企画書", "CIO補佐"),
            ("R5.12.14", "0528 0289 0377 0437 0452", "保育所入所申請で試行", "実証", "CIO補佐"),
            ("2/8", "0528 0377 0452", "令和6年度予算の要求内容", "予算化", "企画政策課"),
        ),
    ),
    (
        "公共施設等マネジメントのスマート化",
        "生涯学習課",
        "0347",
        ("0318", "0087", "0302", "0095"),
        (
            ("R5.6.22", "0318 0087 0302", "施設予約と鍵管理の現状", "方針検討", "CIO補佐"),
            ("R5.9.7", "0318 0087 0302 0095", "製品の比較", "企画書", "CIO補佐"),
            ("令和５年11月16日", "0318 0302", "費用と財源", "企画書", "企画政策課"),
            ("R6.1.25", "0318 0087 0302 0095", "一施設での試行の計画", "実証", "企画政策課"),
        ),
    ),
    (
        "災害時のコミュニケーションの強靱化",
        "危機管理局",
        "0294",
        ("0178", "0386", "0470", "0331"),
        (
            ("R5.7.13", "0178 0386 0331", "情報伝達の手段の整理", "方針検討", "CIO補佐"),
            ("R5.10.19", "0178 0386 0470", "避難所の受付の方法", "方針検討", "企画政策課"),
            ("R6.2.15", "0386 0331", "訓練で試す内容", "企画書", "CIO補佐"),
        ),
    ),
)


def make_working_groups(out: Path) -> None:
    """Three working groups: the facts of a group once, its meetings below one another."""
    book = Workbook()
    sheet = book.active
    sheet.title = "活動記録"
    office.title(sheet, "令和５年度　行革幹事会　ワーキンググループ活動記録", f"{SAMPLE}", "I")
    office.put(sheet, 3, ["テーマ", "主担当課", "リーダー", "メンバー", "開催日", "出席者", "内容", "段階", "伴走"])
    row = 4
    for theme, where, leader, members, meetings in GROUPS:
        for at, (day, came, content, phase, by) in enumerate(meetings):
            first = [theme, where, _P[leader], "、".join(_P[m] for m in members)]
            present = [leader, *came.split()]
            joint = "、" if at % 2 == 0 else "，"
            names = joint.join(written_name(_P[n], at + k) for k, n in enumerate(present))
            if len(present) == len(members) + 1 and at == 0:
                names = "全員"
            office.put(sheet, row, [*(first if at == 0 else [None] * 4), day, names, content, phase, by])
            row += 1
        for column in range(1, 5):
            merge_down(sheet, column, row - len(meetings), row - 1)
    sheet.cell(row, 1).value = f"※{SAMPLE}　テーマは方針21ページの候補による"
    office.widths(sheet, [28, 12, 14, 40, 16, 40, 28, 10, 12])
    office.write_workbook(book, out / "WG活動記録_R5.xlsx", datetime(2024, 2, 20, 9, 40))


# number, day, office, subject, category, DX or not, courses, hours a year
REPORTS = (
    ("R5-001", "R5.5.31", "税務課", "封入作業の外部委託", "2", "", "", 60),
    ("R5-002", "R5.6.30", "住民課", "窓口の番号札の見直し", "1", "", "", "約40"),
    ("R5-003", "R5.7.14", "総務課", "起案文書の電子決裁の試行", "3", "○", "2", 120),
    ("R5-004", "2023/8/10", "福祉長寿課", "訪問記録のタブレット入力", "3", "○", "No.5", "180時間"),
    ("R5-005", "R5.8.31", "会計収納課", "消込みの自動化", "3", "○", "No.5", 150),
    ("R5-006", "R5.9.15", "建設課", "道路損傷の通報フォーム", "3", "○", "5", 48),
    ("R5-007", "R5.9.29", "くらし環境課", "ごみ分別の案内の統一", "1", "×", "", 24),
    ("R5-008", "令和５年10月13日", "こども育成課", "入所選考の集計の自動化", "3", "○", "No.5、No.6", "200"),
    ("R5-009", "R5.11.10", "健康増進課", "健診予約のフォーム化", "3", "○", "6", 96),
    ("R5-010", "R5.11.24", "企画政策課", "会議録の要約に生成AI", "4", "○", "No.7", 110),
    ("R5-011", "R5.12.1", "商工観光課", "来場者アンケートの電子化", "3", "○", "No.6・No.7", 36),
    ("R5-012", "R5.12.15", "上下水道課", "検針票の様式の見直し", "2", "", "", ""),
    ("R5-013", "R6.1.12", "企画", "通知文の下書きに生成AI", "4", "○", "7", "80"),
    ("R5-014", "R6.1.26", "学校教育課", "文書連絡のファイル共有", "3", "○", "2", "1,050"),
    ("R5-014", "R6.1.26", "学校教育課", "文書連絡のファイル共有", "3", "○", "2", "1,050"),
    ("R5-015", "R6.2.9", "須走支所", "本庁との遠隔窓口", "3", "○", "No.10", "集計中"),
    ("R5-016", "R6.2.22", "議会事務局", "会議録の音声認識", "4", "○", "No.7", 140),
)


def make_improvements(out: Path) -> None:
    """The 業務改善報告 of the year; one was entered twice."""
    book = Workbook()
    sheet = book.active
    sheet.title = "報告一覧"
    office.title(sheet, "令和５年度　業務改善報告一覧", f"{SAMPLE}", "H")
    office.put(sheet, 3, ["受付番号", "提出日", "所属", "件名", "区分", "DX該当", "関連研修No.", "効果\n(時間/年)"])
    for at, values in enumerate(REPORTS):
        office.put(sheet, at + 4, [None if v == "" else v for v in values])
    office.widths(sheet, [10, 18, 14, 34, 7, 8, 14, 12])
    office.write_workbook(book, out / "業務改善報告一覧_R5.xlsx", datetime(2024, 3, 4, 10, 0))


INDICATORS = (
    ("オンライン化した行政手続きの件数", "件", 38, 64, "企画政策課調べ"),
    ("オンライン化した行政手続きの比率", "%", 12.5, "21.1%", "企画政策課調べ"),
    ("RPA導入により効率化した業務数", "業務", 3, 8, "企画政策課調べ"),
    ("町民意識調査「町は行政サービスのデジタル化を進めている」", "%", 34.2, 39.8, "町民意識調査"),
    ("ワーキンググループの事業化件数", "件", "－", 1, "行革幹事会"),
)


def make_kpi(out: Path) -> None:
    """The year's indicators beside those of the year before."""
    book = Workbook()
    sheet = book.active
    sheet.title = "KPI"
    office.title(sheet, "DXガイドライン　KPIの状況", f"{SAMPLE}　{date(2024, 3, 8):%Y/%m/%d}現在", "E")
    office.put(sheet, 3, ["指標", "単位", "R4", "R5", "出典"])
    for at, values in enumerate(INDICATORS):
        office.put(sheet, at + 4, list(values))
    office.widths(sheet, [52, 8, 10, 10, 18])
    office.write_workbook(book, out / "KPI_R5.xlsx", datetime(2024, 3, 8, 11, 20))
