"""How the made-up answers of R5 are sent and how the tools write them down: what its questionnaires share."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import office_files as office
import town_R5 as town
from forms_R4 import Noise
from openpyxl import Workbook

LENGTH = ("短い", "ちょうどよい", "長い")
DIFFICULTY = ("易しい", "やや易しい", "ちょうどよい", "やや難しい", "難しい")
METHOD = {"P": "会場", "L": "会場", "E": "会場", "R": "録画視聴", "O": "オンライン", "V": "オンライン"}
ANSWERED = 85  # per cent
FOLDER = "アンケート"

Form = tuple[datetime, str, list]  # sent, who ("" for nobody of the town), cells


def sent_on(noise: Noise, day: date, span: int) -> datetime:
    """In working hours of one of the `span` days from `day` on (no weekend); noon comes up too."""
    moment = datetime.combine(day, time(9, 0)) + timedelta(days=noise.whole(span))
    moment += timedelta(days=7 - moment.weekday() if moment.weekday() > 4 else 0)
    return moment + timedelta(minutes=noise.whole(480), seconds=noise.whole(60))


def katakana(kana: str) -> str:
    """A reading as the directory of the office software holds it."""
    return "".join(chr(ord(c) + 96) if "ぁ" <= c <= "ゖ" else c for c in kana)


def typed_number(staff_no: str, at: int) -> str:
    """A staff number as typed: as it is, without its zero, or in full width."""
    if at % 9 == 4:
        return staff_no.lstrip("0")
    if at % 11 == 6:
        return "".join(chr(ord(c) + 0xFEE0) for c in staff_no)
    return staff_no


def office_on(p: town.Person, day: date) -> str:
    """The office that somebody writes: the new one from the day of the transfer on."""
    if p.staff_no == town.MOVED and day >= date(2023, 10, 1):
        return "福祉長寿課"
    if p.staff_no == town.TO_DX and day >= date(2023, 10, 1):
        return "企画政策課"
    return "総務課" if p.staff_no == town.TO_TOWN_HALL and day >= date(2023, 5, 1) else p.office


def takers_of(course: str) -> list[str]:
    return [n for n, letter in town.COMPLETION[course].items() if letter in "PROV"]


def two_sided(noise: Noise) -> list[str]:
    """時間の長さ and 難易度: the middle is best."""
    length = LENGTH[(0, 1, 1, 1, 1, 1, 2, 2)[noise.whole(8)]]
    return [length, DIFFICULTY[(0, 1, 2, 2, 2, 2, 3, 3, 3, 4)[noise.whole(10)]]]


def ms_forms(out: Path, name: str, head: list[str], forms: list[Form], tested: list) -> None:
    """Microsoft Forms' xlsx: five or six columns of its own, names as the directory holds them."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    sheet.append(["ID", "開始時刻", "完了時刻", "メール", "名前", "最終変更時刻", *head])
    day = min(form[0] for form in forms) - timedelta(days=1)
    rows = [(day, "テスト", "test@town.example.jp", tested)]
    for at, (sent, n, cells) in enumerate(forms):
        kana = katakana(town.BY_NO[n].kana)
        rows.append((sent, kana if at % 5 else kana.replace("　", " "), f"s{n}@town.example.jp", cells))
    for at, (sent, who, mail, cells) in enumerate(rows, start=1):
        begun = sent - timedelta(minutes=3, seconds=at % 50)
        sheet.append([at, begun, sent, mail, who, None, *[None if c == "" else c for c in cells]])
        for column in (2, 3):
            sheet.cell(at + 1, column).number_format = "m/d/yy h:mm:ss"
    office.widths(sheet, [6, 18, 18, 26, 18, 14, *[14] * len(head)])
    saved = max(form[0] for form in forms) + timedelta(days=3)
    office.write_workbook(book, out / FOLDER / name, saved.replace(hour=9, minute=0, second=0))


def logo(out: Path, name: str, head: list[str], rows: list[list]) -> None:
    """LoGoフォーム's CSV: cp932, numbered answers, a status each."""
    rows = sorted(rows, key=lambda row: row[0])
    body = [[f"5{at:04d}", sent.strftime("%Y/%m/%d %H:%M:%S"), *rest] for at, (sent, *rest) in enumerate(rows, start=1)]
    office.write_csv([["回答ID", "回答日時", "ステータス", *head], *body], out / FOLDER / name, "cp932")
