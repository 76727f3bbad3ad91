"""The made-up answers of R4: the planted truth, and the questionnaires written from it."""

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import NormalDist, mean

import office_files as office
import town_R4 as town
from openpyxl import Workbook

SEED = 6
MISSED, CAUGHT_UP = -0.9, -0.2
SAMPLE = "見本（架空データ）"
ATTENDED = "PLEO"

SESSION_HEAD = [
    "回答ID",
    "回答日時",
    "ステータス",
    "所属",
    "氏名（任意）",
    "Q1 本日の内容を理解できましたか",
    "Q2 本日の研修に満足しましたか",
    "Q3 業務に活かせそうですか",
    "Q4 講師の説明・資料は分かりやすかったですか",
    "Q5 受講方法",
    "Q6 ご意見・ご感想（自由記述）",
]
SESSION_LABELS = (
    ("理解できなかった", "あまり理解できなかった", "どちらともいえない", "理解できた", "よく理解できた"),
    ("不満", "やや不満", "どちらともいえない", "やや満足", "満足"),
    ("活かせない", "あまり活かせない", "どちらともいえない", "いずれ活かせる", "すぐに活かせる"),
    ("そう思わない", "あまりそう思わない", "どちらともいえない", "ややそう思う", "そう思う"),
)
QUESTION = "DXのアイデア実現の検討において、課題があれば教えてください。 ※複数選択可"
FINAL_HEAD = [
    "タイムスタンプ",
    "所属（課）",
    "職位",
    "お名前",
    "欠席した回数（録画視聴は出席に含む）",
    *[f"各回の理解度 [第{n}回]" for n in range(1, 8)],
    "欠席した回（すべて選択）",
    "研修全体の満足度",
    "実務への貢献度",
    QUESTION,
    "研修の良かった点",
    "研修の悪かった点",
    "その他",
]
# 12 o'clock both ways, and the form sent again: (day of October, hour, minute, second)
FINAL_TIMES = {4: (26, 12, 11, 0), 9: (27, 0, 5, 0), 5: (26, 14, 3, 22), 20: (28, 16, 40, 9), 16: (31, 9, 20, 0)}


class Noise:
    """Standard normals and whole numbers that are the same on every machine and version."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def normal(self) -> float:
        # By inversion: of the random module only random() is promised never to change.
        return NormalDist().inv_cdf(min(max(self._rng.random(), 1e-9), 1 - 1e-9))

    def whole(self, below: int) -> int:
        return int(self._rng.random() * below)


class Truth:
    """The planted understanding of every topic by everybody, before rounding (see make_R4)."""

    def __init__(self, seed: int = SEED) -> None:
        noise = Noise(seed)
        missed = {p.no: sum(c in "AD" for c in p.attendance) for p in town.PEOPLE}
        usual = mean(missed.values())
        self.person = {no: 0.55 * noise.normal() - 0.15 * (k - usual) for no, k in missed.items()}
        self.session = [0.25 * noise.normal() for _ in range(7)]
        self.topic = {
            (p.no, n): 3.6
            + self.person[p.no]
            + self.session[n - 1]
            + 0.7 * noise.normal()
            + MISSED * (letter in "AD")
            + CAUGHT_UP * (letter == "R")
            for p in town.PEOPLE
            for n, letter in enumerate(p.attendance, start=1)
        }


def rating(latent: float) -> int:
    """A latent number as the answer to a question of five steps."""
    return min(5, max(1, int(latent + 0.5)))


Form = tuple[datetime, list[str]]


def _sent_after(day: date, noise: Noise, days: int = 0) -> datetime:
    """After the session (it ends at half past three), or in working hours `days` later."""
    begin = datetime.combine(day, time(15, 34)) + timedelta(days=days)
    return begin + timedelta(minutes=noise.whole(95), seconds=noise.whole(60))


def _session_form(truth: Truth, noise: Noise, p: town.Person, n: int, topic: int) -> list[str]:
    """One person's form from 所属 to Q6; the wording of the scale differs between the forms."""
    level = truth.topic[p.no, topic] + 0.4 * noise.normal()
    levels = [
        level,
        level + 0.3 + 0.5 * noise.normal(),
        level - 0.1 + 0.6 * noise.normal(),
        level + 0.4 + 0.5 * noise.normal(),
    ]
    labels = [words[rating(x) - 1] for words, x in zip(SESSION_LABELS, levels, strict=True)]
    if n == 4:
        labels = [label.replace("いえない", "言えない") for label in labels]
    if n == 6 and labels[0] == "理解できた":
        labels[0] = "理解できた　"
    if (n, p.no) in town.NO_SUCH_WORK:
        labels[2] = "該当業務がない"
    if (n, p.no) in town.SKIPPED_CLARITY:
        labels[3] = ""
    moved_to, since = town.NEW_OFFICE.get(p.no, (p.office, 1))
    where = town.SESSION_OFFICES.get((n, p.no), moved_to if n >= since else p.office)
    name = town.SESSION_NAMES.get((n, p.no))
    if name is None:
        plain = town.PLAIN_NAMES.get(p.no, p.name)
        name = plain.replace("　", ("　", " ", "")[(p.no + n) % 3])
    method = "録画視聴" if p.attendance[n - 1] == "R" else "会場"
    return [where, name, *labels, method, town.SESSION_COMMENTS.get((n, p.no), ("", ""))[0]]


def _forms_of(truth: Truth, noise: Noise, p: town.Person, n: int) -> list[Form]:
    """What one person left in the form of session `n`: nothing, one form, or more."""
    day = town.DATES[n - 1]
    wrong_form, wrong_no, meant = town.WRONG_FORM
    if (p.no, n) == (wrong_no, wrong_form):
        sent = _sent_after(town.DATES[meant - 1], noise)
        return [(sent, ["完了", *_session_form(truth, noise, p, n, meant)])]
    if p.attendance[n - 1] == "R":
        sent = _sent_after(town.CAUGHT_UP[n, p.no], noise)
    elif p.attendance[n - 1] in ATTENDED or (n, p.no) in town.SAYS_ROOM:
        later = 4 if n in (5, 6) else 3  # the next working day: those Mondays were holidays
        sent = _sent_after(day, noise, days=later if (p.no + n) % 5 == 0 else 0)
    else:
        return []
    if p.no in town.SILENT[n]:
        return []
    form = _session_form(truth, noise, p, n, n)
    forms = [(sent, ["完了", *form])]
    if (n, p.no) in town.RESENT:  # first sent without the comment and with another Q2
        first = [*form[:3], "どちらともいえない", *form[4:7], ""]
        forms.append((sent - timedelta(minutes=6), ["完了", *first]))
    if (n, p.no) in town.DRAFTS:
        forms.append((sent - timedelta(minutes=11), ["下書き", *form[:3], "", "", "", "", ""]))
    if (n, p.no) in town.CANCELLED:
        forms.append((sent - timedelta(minutes=4), ["取消", *form]))
    return forms


def make_session_forms(out: Path) -> None:
    """One export a session as the form tool writes it: cp932, CRLF, every field quoted."""
    truth, noise = Truth(), Noise(SEED + 1)
    folder = out / "各回アンケート"
    folder.mkdir(parents=True, exist_ok=True)
    for n, day in enumerate(town.DATES, start=1):
        best = [words[-1] for words in SESSION_LABELS]
        tested = datetime.combine(day - timedelta(days=1), time(10, 5))
        forms = [(tested, ["完了", "企画政策課", town.TESTERS[n - 1], *best, "会場", f"動作確認・{SAMPLE}"])]
        if n in town.OUTSIDERS:
            good = [words[-2] for words in SESSION_LABELS]
            forms.append((_sent_after(day, noise), ["完了", *town.OUTSIDERS[n], *good, "会場", ""]))
        for p in town.PEOPLE:
            forms += _forms_of(truth, noise, p, n)
        forms.sort(key=lambda form: form[0])
        head = list(SESSION_HEAD)
        if n == 3:
            head[5] = head[5].replace("Q1 ", "Q1　")
        if n == 5:
            head = [text.replace("Q", "Ｑ") for text in head]
        if n == 6:
            head[4] = "氏名(任意)"
        rows = [
            [f"{n}{at:04d}", sent.strftime("%Y/%m/%d %H:%M:%S"), *rest]
            for at, (sent, rest) in enumerate(forms, start=1)
        ]
        office.write_csv([head, *rows], folder / f"第{n}回.csv", "cp932")


def _final_form(truth: Truth, noise: Noise, p: town.Person) -> list:
    """One person's final form from 所属（課） on; lists are answers of several options."""
    ticked, good, _, bad, _, other = town.FINAL[p.no]
    missed = [n for n, c in enumerate(p.attendance, start=1) if c in "AD"]
    said = town.SAYS_MISSED.get(p.no, missed)
    which = [] if said is None else [f"第{n}回" for n in said] or [town.NEVER_MISSED]
    grid: list = []
    for n in range(1, 8):
        straight = town.STRAIGHT_LINE.get(p.no)
        value: int | str = straight or rating(truth.topic[p.no, n])
        if (n, p.no) in town.WROTE_ABSENT:
            value = "欠席した"
        if (n, p.no) in town.LEFT_BLANK:
            value = ""
        grid.append(value)
    if p.no == 16:  # typed in from paper, with the figures of the paper
        grid[3] = "１２３４５"[grid[3] - 1]
    whole = 3.7 + truth.person[p.no]
    satisfied: int | str = rating(whole + 0.3 + 0.6 * noise.normal())
    useful: int | str = rating(whole - 0.1 + 0.7 * noise.normal())
    if p.no == 16:
        satisfied = "5（よい）"
    options = [town.OPTIONS[int(o) - 1] for o in ticked]
    options += [town.OTHER_TICKED[p.no]] if p.no in town.OTHER_TICKED else []
    name = town.FINAL_NAMES.get(p.no, p.name)
    return [
        town.FINAL_OFFICES.get(p.no, p.office),
        p.position,
        name,
        town.SAID_COUNTS.get(p.no, len(said or [])),
        *grid,
        which,
        satisfied,
        useful,
        options,
        good,
        bad,
        other,
    ]


def _final_forms(truth: Truth, noise: Noise) -> list[tuple[datetime, list]]:
    forms: list[tuple[datetime, list]] = [
        (
            datetime(2022, 10, 24, 16, 58, 3),
            [
                "企画政策課",
                "主査",
                "テスト",
                0,
                *[5] * 7,
                [town.NEVER_MISSED],
                5,
                5,
                [town.OPTIONS[0]],
                "テスト",
                "テスト",
                f"動作確認・{SAMPLE}",
            ],
        )
    ]
    for p in town.PEOPLE:
        if p.no in town.NOT_ANSWERED:
            continue
        form = _final_form(truth, noise, p)
        day, hour, minute, second = FINAL_TIMES.get(
            p.no, (25 + noise.whole(4), 9 + noise.whole(9), noise.whole(60), noise.whole(60))
        )
        sent = datetime(2022, 10, day, hour, minute, second)
        forms.append((sent, form))
        if p.no == 5:  # changed his mind and sent it again the day after: this is the first one
            first = [*form[:4], 3, *form[5:11], form[11], 2, 3, [town.OPTIONS[0], town.OPTIONS[5]], "", "", ""]
            forms.append((sent - timedelta(hours=20, minutes=17), first))
        if p.no == 20:  # pressed the button twice
            forms.append((sent + timedelta(seconds=7), list(form)))
    return sorted(forms, key=lambda form: form[0])


def make_final_forms(out: Path) -> None:
    """The final questionnaire twice: the linked sheet's xlsx, and the form's own CSV."""
    forms = _final_forms(Truth(), Noise(SEED + 2))
    book = Workbook()
    sheet = book.active
    sheet.title = "フォームの回答 1"
    head = list(FINAL_HEAD)
    head[16] += " "
    head[17] += "\u00a0"
    sheet.append(head)
    for sent, form in forms:
        # The row from paper was typed with a line break where the tool writes a comma.
        joint = "\n" if form[-1].startswith("紙で") else ", "
        cells = [joint.join(value) if isinstance(value, list) else value for value in form]
        sheet.append([sent, *[None if cell == "" else cell for cell in cells]])
        sheet.cell(sheet.max_row, 1).number_format = "yyyy/mm/dd h:mm:ss"
    office.widths(sheet, [20, 14, 14, 16, 12, *[9] * 7, 20, 9, 9, 60, 50, 50, 30])
    sheet.freeze_panes = "A2"
    name = "R4DX研修 最終アンケート（回答）"
    office.write_workbook(book, out / f"{name}.xlsx", datetime(2022, 11, 2, 10, 30))
    head = list(FINAL_HEAD)
    head[15] = QUESTION.replace(" ※", "\n※")
    head[18] += " "
    rows = [
        [twelve_hours(sent), *[";".join(v) if isinstance(v, list) else str(v) for v in form]] for sent, form in forms
    ]
    office.write_csv([head, *rows], out / f"{name}.csv", "utf-8")


def twelve_hours(moment: datetime) -> str:
    """A moment as the form tool's CSV has it: 12:11 is 「12:11:00 午後」."""
    half = "午後" if moment.hour >= 12 else "午前"
    return f"{moment:%Y/%m/%d} {(moment.hour - 1) % 12 + 1}:{moment:%M:%S} {half} GMT+9"
