"""The made-up answers of R5: ten questionnaires and the follow-up, written from town_R5's truth.

The final questionnaires of the courses of several sessions ask everybody to rate every session,
also the missed ones. A rating is a latent number rounded and clipped to 1…5:
    3.6 + ability + session + 0.6·noise + MISSED·missed + CAUGHT_UP·watched   (session: 0.25·noise)
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import office_files as office
import town_R5 as town
import words_R5 as words
from forms_R4 import SAMPLE, SESSION_LABELS, Noise, rating, twelve_hours
from lists_R5 import written_name
from openpyxl import Workbook

COMPREHENSION, SATISFACTION, USEFULNESS = SESSION_LABELS[:3]
FOUR = {
    "satisfaction": ("不満", "やや不満", "やや満足", "満足"),
    "comprehension": ("理解できなかった", "あまり理解できなかった", "理解できた", "よく理解できた"),
    "usefulness": ("活かせない", "あまり活かせない", "いずれ活かせる", "すぐに活かせる"),
}
LENGTH = ("短い", "ちょうどよい", "長い")
DIFFICULTY = ("易しい", "やや易しい", "ちょうどよい", "やや難しい", "難しい")
METHOD = {"P": "会場", "L": "会場", "E": "会場", "R": "録画視聴", "O": "オンライン", "V": "オンライン"}
ANSWERED = 85  # per cent
FOLDER = "アンケート"

Form = tuple[datetime, str, list]  # sent, who ("" for nobody of the town), cells


# Times and names -------------------------------------------------------------------------------


def _sent(noise: Noise, day: date, span: int) -> datetime:
    """In working hours of one of the `span` days from `day` on (no weekend); noon comes up too."""
    moment = datetime.combine(day, time(9, 0)) + timedelta(days=noise.whole(span))
    moment += timedelta(days=7 - moment.weekday() if moment.weekday() > 4 else 0)
    return moment + timedelta(minutes=noise.whole(480), seconds=noise.whole(60))


def katakana(kana: str) -> str:
    """A reading as the directory of the office software holds it."""
    return "".join(chr(ord(c) + 96) if "ぁ" <= c <= "ゖ" else c for c in kana)


def _typed_number(staff_no: str, at: int) -> str:
    """A staff number as typed: as it is, without its zero, or in full width."""
    if at % 9 == 4:
        return staff_no.lstrip("0")
    if at % 11 == 6:
        return "".join(chr(ord(c) + 0xFEE0) for c in staff_no)
    return staff_no


def _office_on(p: town.Person, day: date) -> str:
    """The office that somebody writes: the new one from the day of the transfer on."""
    if p.staff_no == town.MOVED and day >= date(2023, 10, 1):
        return "福祉長寿課"
    if p.staff_no == town.TO_DX and day >= date(2023, 10, 1):
        return "企画政策課"
    return "総務課" if p.staff_no == town.TO_TOWN_HALL and day >= date(2023, 5, 1) else p.office


# Courses of one session ------------------------------------------------------------------------


def _takers(course: str) -> list[str]:
    return [n for n, letter in town.COMPLETION[course].items() if letter in "PROV"]


def _labels(course: str, noise: Noise, ability: float, at: int) -> list[str]:
    """満足度, 理解度, 実務への貢献度, in this order, in the words of the course's scale."""
    level = 3.7 + ability + 0.5 * noise.normal()
    satisfied, useful = level + 0.2 + 0.6 * noise.normal(), level - 0.2 + 0.7 * noise.normal()
    if course == "no09":
        satisfied = town.SATISFACTION_NO09 + 0.3 * (level - 3.7) + 0.7 * noise.normal()
        useful = town.USEFULNESS_NO09 + 0.7 * (level - 3.7) + 0.9 * noise.normal()
    if course == "no03":  # four steps, none in the middle
        steps = [min(4, max(1, int(x * 0.8 + 0.5))) for x in (satisfied, level, useful)]
        return [labels[s - 1] for labels, s in zip(FOUR.values(), steps, strict=True)]
    steps = [rating(x) for x in (satisfied, level, useful)]
    labels = [scale[s - 1] for scale, s in
              zip((SATISFACTION, COMPREHENSION, USEFULNESS), steps, strict=True)]
    if at % 17 == 8:
        labels[2] = "該当業務がない"
    middle = {"no02": "どちらとも言えない", "no01": "ふつう"}.get(course)
    return [middle if middle and label == "どちらともいえない" else label for label in labels]


def _two_sided(noise: Noise) -> list[str]:
    """時間の長さ and 難易度: the middle is best."""
    length = LENGTH[(0, 1, 1, 1, 1, 1, 2, 2)[noise.whole(8)]]
    return [length, DIFFICULTY[(0, 1, 2, 2, 2, 2, 3, 3, 3, 4)[noise.whole(10)]]]


def _opinion(course: str, noise: Noise) -> str:
    bank = words.OPINIONS_NO09 if course == "no09" else words.OPINIONS
    return bank[noise.whole(len(bank))] if noise.whole(100) < 35 else ""


def _course_forms(course: str, number: int, span: int = 12) -> list[Form]:
    """Everybody's answers to a questionnaire of a course of one session, without the names."""
    noise = Noise(town.SEED + 70 + number)
    forms: list[Form] = []
    for at, n in enumerate(_takers(course)):
        if noise.whole(100) >= ANSWERED:
            continue
        letter = town.COMPLETION[course][n]
        sent = _sent(noise, town.ROOM_DAYS[course] + timedelta(days=0 if letter == "P" else 7), span)
        if letter == "P" and sent.date() == town.ROOM_DAYS[course]:
            sent = sent.replace(hour=15 + noise.whole(3))
        cells = [*_labels(course, noise, town.ABILITY[n], at), METHOD[letter], *_two_sided(noise),
                 _opinion(course, noise)]
        if letter in "PR" and at % 6 == 2:
            cells[3] = {"P": "集合", "R": "動画"}[letter]
        forms.append((sent, n, cells))
    forms.sort(key=lambda form: form[0])
    again = forms[len(forms) // 2]  # sent twice, the first time without the comment
    forms.insert(len(forms) // 2, (again[0] - timedelta(minutes=4), again[1], [*again[2][:-1], ""]))
    return forms


HEAD5 = ["満足度", "理解度", "実務への貢献度", "受講方法", "時間の長さ", "難易度", "自由記述"]
BEST5 = ["満足", "よく理解できた", "すぐに活かせる", "会場", "ちょうどよい", "ちょうどよい", f"動作確認・{SAMPLE}"]


def _ms_forms(out: Path, name: str, head: list[str], forms: list[Form], tested: list) -> None:
    """Microsoft Forms' xlsx: five or six columns of its own, names as the directory holds them."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    sheet.append(["ID", "開始時刻", "完了時刻", "メール", "名前", "最終変更時刻", *head])
    day = min(form[0] for form in forms) - timedelta(days=1)
    rows = [(day, "テスト", "test@town.example.jp", tested)]
    for at, (sent, n, cells) in enumerate(forms):
        kana = katakana(town.BY_NO[n].kana)
        rows.append((sent, kana if at % 5 else kana.replace("　", " "),
                     f"s{n}@town.example.jp", cells))
    for at, (sent, who, mail, cells) in enumerate(rows, start=1):
        begun = sent - timedelta(minutes=3, seconds=at % 50)
        sheet.append([at, begun, sent, mail, who, None, *[None if c == "" else c for c in cells]])
        for column in (2, 3):
            sheet.cell(at + 1, column).number_format = "m/d/yy h:mm:ss"
    office.widths(sheet, [6, 18, 18, 26, 18, 14, *[14] * len(head)])
    saved = max(form[0] for form in forms) + timedelta(days=3)
    office.write_workbook(book, out / FOLDER / name, saved.replace(hour=9, minute=0, second=0))


def make_no01(out: Path) -> None:
    """Leaders, linked by kana; a no-break space in one heading."""
    head = [*HEAD5[:2], "実務への貢献度\u00a0", *HEAD5[3:]]
    _ms_forms(out, "No1_幹部_MSForms.xlsx", head, _course_forms("no01", 1), BEST5)


def make_no02(out: Path) -> None:
    """Everybody else, linked by the number they typed; 12-hour clock; one without a number."""
    head = ["タイムスタンプ", "メールアドレス", "職員番号（4桁）", "所属課", "お名前", "本日の研修に満足しましたか ",
            "本日の内容を理解できましたか", "業務に活かせそうですか", *HEAD5[3:6], "ご意見・ご感想\n（自由記述）"]
    rows = [["2023/05/11 12:05:00 午後 GMT+9", "test@town.example.jp", "", "企画政策課", "テスト", *BEST5]]
    forms = _course_forms("no02", 2)
    for at, (sent, n, cells) in enumerate(forms):
        p = town.BY_NO[n]
        number, name = _typed_number(n, at), written_name(p.name, at)
        if at == 30:
            number = name = ""
        where = _office_on(p, sent.date()) + ("\u00a0" if at % 13 == 5 else "")
        rows.append([twelve_hours(sent), f"s{n}@town.example.jp" if name else "", number, where,
                     name, *cells])
    rows[5][0] = "2023/05/12 12:11:00 午後 GMT+9"
    office.write_csv([head, *rows], out / FOLDER / "No2_一般_Googleフォーム.csv", "utf-8")


def _logo(out: Path, name: str, head: list[str], rows: list[list]) -> None:
    """LoGoフォーム's CSV: cp932, numbered answers, a status each."""
    rows = sorted(rows, key=lambda row: row[0])
    body = [[f"5{at:04d}", sent.strftime("%Y/%m/%d %H:%M:%S"), *rest]
            for at, (sent, *rest) in enumerate(rows, start=1)]
    office.write_csv([["回答ID", "回答日時", "ステータス", *head], *body], out / FOLDER / name, "cp932")


def make_no03(out: Path) -> None:
    """Four steps; a draft, a withdrawn answer and a test."""
    forms = _course_forms("no03", 3)
    best = ["満足", "よく理解できた", "すぐに活かせる", *BEST5[3:]]
    rows: list[list] = [[datetime(2023, 7, 11, 10, 0, 0), "完了", "", "ﾃｽﾄ", *best]]
    for at, (sent, n, cells) in enumerate(forms):
        rows.append([sent, "完了", _typed_number(n, at), written_name(town.BY_NO[n].name, at), *cells])
        if at in (12, 40):
            rows.append([sent - timedelta(minutes=9), "下書き" if at == 12 else "取消", n,
                         town.BY_NO[n].name, *cells[:2], *[""] * 5])
    head = ["職員番号", "氏名", "研修の満足度", "研修の理解度", *HEAD5[2:6], "ご意見・ご感想（自由記述）"]
    _logo(out, "No3_セキュリティ_LoGo.csv", head, rows)


def make_no04(out: Path) -> None:
    """LimeSurvey by question codes, semicolons, nobody named; three begun and never sent."""
    noise = Noise(town.SEED + 74)
    head = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp",
            "Q1", "Q2", "Q3", "Q4", "Q5", "Q7"]
    forms = [form for form in _course_forms("no04", 4, span=120)]
    lines = [";".join(f'"{h}"' for h in head)]
    for at, (sent, _, cells) in enumerate(forms, start=1):
        answers = [*cells[:3], *cells[4:]]
        stamp, begun = f"{sent:%Y-%m-%d %H:%M:%S}", sent - timedelta(minutes=5)
        done = stamp
        if at in (7, 19, 28):
            done, answers = "", [*answers[:1], *[""] * 5]
        if at == 3:
            answers[-1] = "テスト"
        row = [f"{at + 10}", done, "1" if done else "0", "ja", f"{10**8 + noise.whole(10**8)}",
               f"{begun:%Y-%m-%d %H:%M:%S}", stamp, *answers]
        lines.append(";".join('"' + v.replace('"', '""') + '"' for v in row))
    text = "\ufeff" + "\r\n".join(lines) + "\r\n"
    (out / FOLDER / "No4_JLIS_LimeSurvey.csv").write_bytes(text.encode("utf-8"))


def make_no09(out: Path) -> None:
    """The fair: everybody is pleased, hardly anybody can use it. Linked by number, no names."""
    head = ["タイムスタンプ", "職員番号", "所属（課）", *HEAD5]
    rows = [["2023/10/19 4:30:12 午後 GMT+9", "", "企画政策課", *BEST5[:-1], "テスト"]]
    for at, (sent, n, cells) in enumerate(_course_forms("no09", 9)):
        where = _office_on(town.BY_NO[n], sent.date())
        rows.append([twelve_hours(sent), _typed_number(n, at), where, *cells])
    office.write_csv([head, *rows], out / FOLDER / "No9_Googleフォーム.csv", "utf-8-sig")


# Courses of several sessions -------------------------------------------------------------------


class Truth:
    """The planted understanding of every session by everybody in the register, before rounding."""

    def __init__(self, course: str) -> None:
        noise = Noise(town.GRID_SEEDS[course])
        sessions = len(town.SESSIONS[course])
        level = [0.25 * noise.normal() for _ in range(sessions)]
        self.topic = {
            (n, k): 3.6 + town.ABILITY[n] + level[k] + 0.6 * noise.normal()
            + town.MISSED[course] * (letter in "AD")
            + town.CAUGHT_UP.get(course, 0.0) * (letter == "R")
            for n, letters in town.REGISTERS[course].items() for k, letter in enumerate(letters)
        }


SURE = {town.A_SAN, "0419"}  # their names are written as only the alias table knows
STRAIGHT = {"no05": {3}, "no06": {11}, "no07": {20}}       # the same number for every session
WROTE_ABSENT = {"no05": {9}, "no06": {14}, "no07": {30}}   # 「欠席した」 where it was missed
SKIPPED = {"no05": {6, 25}, "no06": {8, 33}, "no07": {12}}  # one session left blank


def _method(letters: str) -> str:
    """受講方法（主なもの）: the most frequent one."""
    return METHOD[max("PRO", key=lambda letter: letters.count(letter))]


def _grid_forms(course: str) -> list[Form]:
    """(sent, who, [ratings…, missed sessions, 満足, 貢献, 方法, 長さ, 難易度, good, bad])."""
    truth, noise = Truth(course), Noise(town.SEED + 90 + int(course[2:]))
    register = town.REGISTERS[course]
    share = 100 if course == "no08" else ANSWERED
    who = [n for n in register if noise.whole(100) < share or n in SURE]
    good = town.sample(noise, list(words.GOOD), min(40, len(who) // 2))
    bad = town.sample(noise, list(words.BAD), min(40, len(who) * 2 // 5))
    good, bad = ([text for text, _ in town.shuffled(noise, bank)] for bank in (good, bad))
    praises = set(town.sample(noise, who, len(good)))
    complains = set(town.sample(noise, who, len(bad)))
    if course == "no05":
        bad[0] = "渡邊副参事の進行が早くて、ついていけない場面があった。"  # a name in a comment
    forms: list[Form] = []
    for at, n in enumerate(who):
        letters = register[n]
        grid: list = [rating(truth.topic[n, k]) for k in range(len(letters))]
        if at in STRAIGHT.get(course, ()):
            grid = [4] * len(letters)
        if at in SKIPPED.get(course, ()):
            grid[1] = ""
        missed = [k + 1 for k, letter in enumerate(letters) if letter in "AD"]
        if at in WROTE_ABSENT.get(course, ()) and missed:
            grid[missed[0] - 1] = "欠席した"
        whole = 3.7 + town.ABILITY[n]
        satisfied = rating(whole + 0.3 + 0.6 * noise.normal())
        useful = rating(whole + 0.6 * noise.normal())
        cells = [*grid, missed, satisfied, useful, _method(letters), *_two_sided(noise),
                 good.pop() if n in praises else "", bad.pop() if n in complains else ""]
        forms.append((_sent(noise, town.SESSIONS[course][-1] + timedelta(days=1), 9), n, cells))
    forms.sort(key=lambda form: form[0])
    if course in ("no05", "no06", "no07"):
        sent, n, cells = forms[4]  # changed their mind: the later one counts
        first = [*cells[:-5], "会場", *cells[-4:-2], "", ""]
        first[0] = 1 if cells[0] != 1 else 2
        forms.insert(0, (forms[0][0] - timedelta(hours=1), n, first))
    return forms


def _grid_head(course: str, form: str) -> list[str]:
    return [*(form.format(n) for n in range(1, len(town.SESSIONS[course]) + 1)),
            "欠席した回（すべて選択）", "研修全体の満足度", "実務への貢献度", "受講方法（主なもの）", "時間の長さ", "難易度",
            "研修の良かった点", "研修の悪かった点"]


def _flat(cells: list, joint: str, end: str = "") -> list:
    """The list of missed sessions as one cell, in the tool's way."""
    return [joint.join(f"第{k}回" for k in c) + (end if c else "") if isinstance(c, list) else c
            for c in cells]


def _google_sheet(out: Path, course: str, name: str, others: list[list]) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "フォームの回答 1"
    head = _grid_head(course, "各回の理解度 [第{}回]")
    sheet.append(["タイムスタンプ", "所属（課）", "職位", "お名前", *head[:-1], head[-1] + " "])
    aliases = {town.A_SAN: "岡田　ま学"} if course == "no05" else {"0419": "村上　彩"}
    sessions = len(town.SESSIONS[course])
    tested = [5] * sessions + ["", 5, 5, "会場", "ちょうどよい", "ちょうどよい", f"動作確認・{SAMPLE}", "テスト"]
    first = datetime.combine(town.SESSIONS[course][-1], time(16, 50))
    rows = [[first, "企画政策課", "主査", "テスト", *tested], *others]
    for at, (sent, n, cells) in enumerate(_grid_forms(course)):
        p = town.BY_NO[n]
        written = aliases.get(n) or written_name(p.name, at) + ("\u200b" if at == 7 else "")
        flat = _flat(cells, ", " if at % 8 else "\n")
        if flat[sessions + 1] == 5 and not any("5（よい）" in row for row in rows):
            flat[sessions + 1] = "5（よい）"
        rows.append([sent, _office_on(p, sent.date()), p.title, written, *flat])
    for row in rows:
        sheet.append([None if cell == "" else cell for cell in row])
        sheet.cell(sheet.max_row, 1).number_format = "yyyy/mm/dd h:mm:ss"
    sheet.freeze_panes = "A2"
    office.widths(sheet, [20, 14, 14, 16, *[9] * (sessions + 6), 50, 50])
    saved = datetime.combine(town.SESSIONS[course][-1] + timedelta(days=16), time(10, 30))
    office.write_workbook(book, out / FOLDER / name, saved)


def make_no05(out: Path) -> None:
    """The linked sheet of a form; names as typed, one of them only the alias table knows."""
    _google_sheet(out, "no05", "No5_Google.xlsx", [])


def make_no10(out: Path) -> None:
    """The 24; a stand-in answered too, who is nobody's."""
    guest = [datetime(2023, 10, 6, 17, 20), "税務課", "主任", "大石　守", 4, 4, 4, "第1回, 第3回", 4, 4, "会場",
             "ちょうどよい", "ちょうどよい", "", ""]
    _google_sheet(out, "no10", "No10_Google.xlsx", [guest])


def make_no06(out: Path) -> None:
    """LimeSurvey with whole headings, one column for each missed session; two never sent."""
    sessions = range(1, len(town.SESSIONS["no06"]) + 1)
    grid = _grid_head("no06", "第{}回の内容の理解度")
    at_missed = len(sessions)
    head = ["回答ID", "提出日時", "最終ページ", "開始言語", "シード値", "開始日時", "最終操作日時", "職員番号",
            *grid[:at_missed], *(f"欠席した回（すべて選択） [第{k}回]" for k in sessions),
            *grid[at_missed + 1:-1], "改善してほしい点"]
    rows = []
    for at, (sent, n, cells) in enumerate(_grid_forms("no06"), start=1):
        stamp, begun = f"{sent:%Y-%m-%d %H:%M:%S}", f"{sent - timedelta(minutes=6):%Y-%m-%d %H:%M:%S}"
        missed = ["はい" if k in cells[at_missed] else "" for k in sessions]
        own = [f"{at}", stamp, "2", "ja", f"{7 * 10**8 + at * 7919}", begun, stamp,
               _typed_number(n, at)]
        rows.append([*own, *map(str, cells[:at_missed]), *missed, *map(str, cells[at_missed + 1:])])
        if at in (21, 50):  # somebody began, and came back another day
            rows.append([f"{at + 200}", "", "1", "ja", own[4], begun, begun, own[7],
                         *[""] * (len(head) - 8)])
    office.write_csv([head, *rows], out / FOLDER / "No6_LimeSurvey.csv", "utf-8-sig")


def make_no07(out: Path) -> None:
    """Microsoft Forms: several options end with a semicolon; linked by kana."""
    head = _grid_head("no07", "第{}回の内容の理解度")
    head[1] += "\u00a0"
    forms = [(sent, n, _flat(cells, ";", ";")) for sent, n, cells in _grid_forms("no07")]
    tested = [5, 5, 5, 5, "", 5, 5, "オンライン", "ちょうどよい", "ちょうどよい", f"動作確認・{SAMPLE}", "テスト"]
    _ms_forms(out, "No7_MSForms.xlsx", head, forms, tested)


def make_no08(out: Path) -> None:
    """Seven people; in this form alone 1 is 満足 (year.toml says so)."""
    rows = []
    for at, (sent, n, cells) in enumerate(_grid_forms("no08")):
        p, flat = town.BY_NO[n], _flat(cells, "、")
        flat[4] = 6 - flat[4]
        rows.append([sent, "完了", p.office, written_name(p.name, at), *map(str, flat)])
    tested = ["5", "5", "5", "", "1", "5", "会場", "ちょうどよい", "ちょうどよい", f"動作確認・{SAMPLE}", "テスト"]
    rows.append([datetime(2023, 12, 11, 9, 0), "完了", "企画政策課", "test", *tested])
    head = ["所属", "氏名（任意）", *_grid_head("no08", "各回の理解度 [第{}回]")]
    _logo(out, "No8_LoGo.csv", head, rows)


# Three months later ----------------------------------------------------------------------------

USES = ("活用した", "一部活用", "機会がない", "活用していない")
SHARES = {  # per cent of the four
    "no02": (34, 26, 22, 18), "no05": (52, 22, 16, 10), "no06": (40, 26, 22, 12),
    "no07": (56, 20, 14, 10), "no09": (10, 6, 56, 28), "no10": (42, 28, 20, 10),
}


def make_followup(out: Path) -> None:
    """What was used, course by course: exact shares, so that what is planted stands."""
    noise = Noise(town.SEED + 120)
    head = ["回答日時", "職員番号", "氏名", "研修No.", "活用状況", "活用した場面（具体的に）", "所属長確認"]
    rows = []
    for course, shares in SHARES.items():
        takers = _takers(course) if course in town.COMPLETION else list(town.REGISTERS[course])
        able = [n for n in takers if n not in (town.ON_LEAVE, town.RETIRED)]
        who = town.sample(noise, able, max(1, len(able) * 2 // 3))
        uses = [use for use, per_cent in zip(USES, shares, strict=True)
                for _ in range(round(per_cent * len(who) / 100))]
        uses = town.shuffled(noise, (uses + ["機会がない"] * len(who))[: len(who)])
        for at, (n, use) in enumerate(zip(who, uses, strict=True)):
            sent = _sent(noise, date(2024, 1, 15), 17)
            did = use in USES[:2] and noise.whole(3)
            scene = words.USED[course][noise.whole(len(words.USED[course]))] if did else ""
            number = f"No.{int(course[2:])}" if at % 4 == 1 else str(int(course[2:]))
            seen = ("済", "未", "")[noise.whole(3)] if use in USES[:2] else ""
            name = written_name(town.BY_NO[n].name, at)
            rows.append([f"{sent:%Y/%m/%d %H:%M:%S}", _typed_number(n, at), name, number, use, scene,
                         seen])
    rows.sort(key=lambda row: row[0])
    again = ["2024/02/01 09:12:00", *rows[20][1:]]  # the same once more, after the closing day
    rows += [again, ["", f"※{SAMPLE}", *[""] * 5]]
    office.write_csv([head, *rows], out / "フォローアップ_R6.1.csv", "utf-8-sig")


def make_forms(out: Path) -> None:
    """All ten questionnaires and the follow-up."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    for make in (make_no01, make_no02, make_no03, make_no04, make_no05, make_no06, make_no07,
                 make_no08, make_no09, make_no10, make_followup):
        make(out)
