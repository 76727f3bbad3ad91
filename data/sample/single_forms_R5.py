"""The made-up answers of R5 to the questionnaires of the courses of one session, and to the fair's."""

from datetime import datetime, timedelta
from pathlib import Path

import office_files as office
import town_R5 as town
import words_R5 as words
from form_files_R5 import (
    ANSWERED,
    FOLDER,
    METHOD,
    Form,
    logo,
    ms_forms,
    office_on,
    sent_on,
    takers_of,
    two_sided,
    typed_number,
)
from forms_R4 import SAMPLE, SESSION_LABELS, Noise, rating, twelve_hours
from lists_R5 import written_name

COMPREHENSION, SATISFACTION, USEFULNESS = SESSION_LABELS[:3]
FOUR = {
    "satisfaction": ("不満", "やや不満", "やや満足", "満足"),
    "comprehension": ("理解できなかった", "あまり理解できなかった", "理解できた", "よく理解できた"),
    "usefulness": ("活かせない", "あまり活かせない", "いずれ活かせる", "すぐに活かせる"),
}
HEAD5 = ["満足度", "理解度", "実務への貢献度", "受講方法", "時間の長さ", "難易度", "自由記述"]
BEST5 = ["満足", "よく理解できた", "すぐに活かせる", "会場", "ちょうどよい", "ちょうどよい", f"動作確認・{SAMPLE}"]


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
    labels = [scale[s - 1] for scale, s in zip((SATISFACTION, COMPREHENSION, USEFULNESS), steps, strict=True)]
    if at % 17 == 8:
        labels[2] = "該当業務がない"
    middle = {"no02": "どちらとも言えない", "no01": "ふつう"}.get(course)
    return [middle if middle and label == "どちらともいえない" else label for label in labels]


def _opinion(course: str, noise: Noise) -> str:
    bank = words.OPINIONS_NO09 if course == "no09" else words.OPINIONS
    return bank[noise.whole(len(bank))] if noise.whole(100) < 35 else ""


def _course_forms(course: str, number: int, span: int = 12) -> list[Form]:
    """Everybody's answers to a questionnaire of a course of one session, without the names."""
    noise = Noise(town.SEED + 70 + number)
    forms: list[Form] = []
    for at, n in enumerate(takers_of(course)):
        if noise.whole(100) >= ANSWERED:
            continue
        letter = town.COMPLETION[course][n]
        sent = sent_on(noise, town.ROOM_DAYS[course] + timedelta(days=0 if letter == "P" else 7), span)
        if letter == "P" and sent.date() == town.ROOM_DAYS[course]:
            sent = sent.replace(hour=15 + noise.whole(3))
        cells = [
            *_labels(course, noise, town.ABILITY[n], at),
            METHOD[letter],
            *two_sided(noise),
            _opinion(course, noise),
        ]
        if letter in "PR" and at % 6 == 2:
            cells[3] = {"P": "集合", "R": "動画"}[letter]
        forms.append((sent, n, cells))
    forms.sort(key=lambda form: form[0])
    again = forms[len(forms) // 2]  # sent twice, the first time without the comment
    forms.insert(len(forms) // 2, (again[0] - timedelta(minutes=4), again[1], [*again[2][:-1], ""]))
    return forms


def make_no01(out: Path) -> None:
    """Leaders, linked by kana; a no-break space in one heading."""
    head = [*HEAD5[:2], "実務への貢献度\u00a0", *HEAD5[3:]]
    ms_forms(out, "No1_幹部_MSForms.xlsx", head, _course_forms("no01", 1), BEST5)


def make_no02(out: Path) -> None:
    """Everybody else, linked by the number they typed; 12-hour clock; one without a number."""
    head = [
        "タイムスタンプ",
        "メールアドレス",
        "職員番号（4桁）",
        "所属課",
        "お名前",
        "本日の研修に満足しましたか ",
        "本日の内容を理解できましたか",
        "業務に活かせそうですか",
        *HEAD5[3:6],
        "ご意見・ご感想\n（自由記述）",
    ]
    rows = [["2023/05/11 12:05:00 午後 GMT+9", "test@town.example.jp", "", "企画政策課", "テスト", *BEST5]]
    forms = _course_forms("no02", 2)
    for at, (sent, n, cells) in enumerate(forms):
        p = town.BY_NO[n]
        number, name = typed_number(n, at), written_name(p.name, at)
        if at == 30:
            number = name = ""
        where = office_on(p, sent.date()) + ("\u00a0" if at % 13 == 5 else "")
        rows.append([twelve_hours(sent), f"s{n}@town.example.jp" if name else "", number, where, name, *cells])
    rows[5][0] = "2023/05/12 12:11:00 午後 GMT+9"
    office.write_csv([head, *rows], out / FOLDER / "No2_一般_Googleフォーム.csv", "utf-8")


def make_no03(out: Path) -> None:
    """Four steps; a draft, a withdrawn answer and a test."""
    forms = _course_forms("no03", 3)
    best = ["満足", "よく理解できた", "すぐに活かせる", *BEST5[3:]]
    rows: list[list] = [[datetime(2023, 7, 11, 10, 0, 0), "完了", "", "ﾃｽﾄ", *best]]
    for at, (sent, n, cells) in enumerate(forms):
        rows.append([sent, "完了", typed_number(n, at), written_name(town.BY_NO[n].name, at), *cells])
        if at in (12, 40):
            rows.append(
                [
                    sent - timedelta(minutes=9),
                    "下書き" if at == 12 else "取消",
                    n,
                    town.BY_NO[n].name,
                    *cells[:2],
                    *[""] * 5,
                ]
            )
    head = ["職員番号", "氏名", "研修の満足度", "研修の理解度", *HEAD5[2:6], "ご意見・ご感想（自由記述）"]
    logo(out, "No3_セキュリティ_LoGo.csv", head, rows)


def make_no04(out: Path) -> None:
    """LimeSurvey by question codes, semicolons, nobody named; three begun and never sent."""
    noise = Noise(town.SEED + 74)
    head = [
        "id",
        "submitdate",
        "lastpage",
        "startlanguage",
        "seed",
        "startdate",
        "datestamp",
        "Q1",
        "Q2",
        "Q3",
        "Q4",
        "Q5",
        "Q7",
    ]
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
        row = [
            f"{at + 10}",
            done,
            "1" if done else "0",
            "ja",
            f"{10**8 + noise.whole(10**8)}",
            f"{begun:%Y-%m-%d %H:%M:%S}",
            stamp,
            *answers,
        ]
        lines.append(";".join('"' + v.replace('"', '""') + '"' for v in row))
    text = "\ufeff" + "\r\n".join(lines) + "\r\n"
    (out / FOLDER / "No4_JLIS_LimeSurvey.csv").write_bytes(text.encode("utf-8"))


def make_no09(out: Path) -> None:
    """The fair: everybody is pleased, hardly anybody can use it. Linked by number, no names."""
    head = ["タイムスタンプ", "職員番号", "所属（課）", *HEAD5]
    rows = [["2023/10/19 4:30:12 午後 GMT+9", "", "企画政策課", *BEST5[:-1], "テスト"]]
    for at, (sent, n, cells) in enumerate(_course_forms("no09", 9)):
        where = office_on(town.BY_NO[n], sent.date())
        rows.append([twelve_hours(sent), typed_number(n, at), where, *cells])
    office.write_csv([head, *rows], out / FOLDER / "No9_Googleフォーム.csv", "utf-8-sig")
