"""The made-up final questionnaires of R5's courses of several sessions, written from the planted truth.

They ask everybody to rate every session, also the missed ones. A rating is a latent number rounded
and clipped to 1…5:
    3.6 + ability + session + 0.6·noise + MISSED·missed + CAUGHT_UP·watched   (session: 0.25·noise)
"""

from datetime import datetime, time, timedelta
from pathlib import Path

import office_files as office
import town_R5 as town
import words_R5 as words
from form_files_R5 import ANSWERED, FOLDER, METHOD, Form, logo, ms_forms, office_on, sent_on, two_sided, typed_number
from forms_R4 import SAMPLE, Noise, rating
from lists_R5 import written_name
from openpyxl import Workbook

SURE = {town.A_SAN, "0419"}  # their names are written as only the alias table knows
STRAIGHT = {"no05": {3}, "no06": {11}, "no07": {20}}  # the same number for every session
WROTE_ABSENT = {"no05": {9}, "no06": {14}, "no07": {30}}  # 「欠席した」 where it was missed
SKIPPED = {"no05": {6, 25}, "no06": {8, 33}, "no07": {12}}  # one session left blank


class Truth:
    """The planted understanding of every session by everybody in the register, before rounding."""

    def __init__(self, course: str) -> None:
        noise = Noise(town.GRID_SEEDS[course])
        sessions = len(town.SESSIONS[course])
        level = [0.25 * noise.normal() for _ in range(sessions)]
        self.topic = {
            (n, k): 3.6
            + town.ABILITY[n]
            + level[k]
            + 0.6 * noise.normal()
            + town.MISSED[course] * (letter in "AD")
            + town.CAUGHT_UP.get(course, 0.0) * (letter == "R")
            for n, letters in town.REGISTERS[course].items()
            for k, letter in enumerate(letters)
        }


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
        cells = [
            *grid,
            missed,
            satisfied,
            useful,
            _method(letters),
            *two_sided(noise),
            good.pop() if n in praises else "",
            bad.pop() if n in complains else "",
        ]
        forms.append((sent_on(noise, town.SESSIONS[course][-1] + timedelta(days=1), 9), n, cells))
    forms.sort(key=lambda form: form[0])
    if course in ("no05", "no06", "no07"):
        sent, n, cells = forms[4]  # changed their mind: the later one counts
        first = [*cells[:-5], "会場", *cells[-4:-2], "", ""]
        first[0] = 1 if cells[0] != 1 else 2
        forms.insert(0, (forms[0][0] - timedelta(hours=1), n, first))
    return forms


def _grid_head(course: str, form: str) -> list[str]:
    return [
        *(form.format(n) for n in range(1, len(town.SESSIONS[course]) + 1)),
        "欠席した回（すべて選択）",
        "研修全体の満足度",
        "実務への貢献度",
        "受講方法（主なもの）",
        "時間の長さ",
        "難易度",
        "研修の良かった点",
        "研修の悪かった点",
    ]


def _flat(cells: list, joint: str, end: str = "") -> list:
    """The list of missed sessions as one cell, in the tool's way."""
    return [joint.join(f"第{k}回" for k in c) + (end if c else "") if isinstance(c, list) else c for c in cells]


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
        rows.append([sent, office_on(p, sent.date()), p.title, written, *flat])
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


def make_no06(out: Path) -> None:
    """LimeSurvey with whole headings, one column for each missed session; two never sent."""
    sessions = range(1, len(town.SESSIONS["no06"]) + 1)
    grid = _grid_head("no06", "第{}回の内容の理解度")
    at_missed = len(sessions)
    head = [
        "回答ID",
        "提出日時",
        "最終ページ",
        "開始言語",
        "シード値",
        "開始日時",
        "最終操作日時",
        "職員番号",
        *grid[:at_missed],
        *(f"欠席した回（すべて選択） [第{k}回]" for k in sessions),
        *grid[at_missed + 1 : -1],
        "改善してほしい点",
    ]
    rows = []
    for at, (sent, n, cells) in enumerate(_grid_forms("no06"), start=1):
        stamp, begun = f"{sent:%Y-%m-%d %H:%M:%S}", f"{sent - timedelta(minutes=6):%Y-%m-%d %H:%M:%S}"
        missed = ["はい" if k in cells[at_missed] else "" for k in sessions]
        own = [f"{at}", stamp, "2", "ja", f"{7 * 10**8 + at * 7919}", begun, stamp, typed_number(n, at)]
        rows.append([*own, *map(str, cells[:at_missed]), *missed, *map(str, cells[at_missed + 1 :])])
        if at in (21, 50):  # somebody began, and came back another day
            rows.append([f"{at + 200}", "", "1", "ja", own[4], begun, begun, own[7], *[""] * (len(head) - 8)])
    office.write_csv([head, *rows], out / FOLDER / "No6_LimeSurvey.csv", "utf-8-sig")


def make_no07(out: Path) -> None:
    """Microsoft Forms: several options end with a semicolon; linked by kana."""
    head = _grid_head("no07", "第{}回の内容の理解度")
    head[1] += "\u00a0"
    forms = [(sent, n, _flat(cells, ";", ";")) for sent, n, cells in _grid_forms("no07")]
    tested = [5, 5, 5, 5, "", 5, 5, "オンライン", "ちょうどよい", "ちょうどよい", f"動作確認・{SAMPLE}", "テスト"]
    ms_forms(out, "No7_MSForms.xlsx", head, forms, tested)


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
    logo(out, "No8_LoGo.csv", head, rows)


def make_no10(out: Path) -> None:
    """The 24; a stand-in answered too, who is nobody's."""
    guest = [
        datetime(2023, 10, 6, 17, 20),
        "税務課",
        "主任",
        "大石　守",
        4,
        4,
        4,
        "第1回, 第3回",
        4,
        4,
        "会場",
        "ちょうどよい",
        "ちょうどよい",
        "",
        "",
    ]
    _google_sheet(out, "no10", "No10_Google.xlsx", [guest])
