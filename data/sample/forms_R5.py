"""The made-up questionnaires of R5: all ten of the courses, and the follow-up three months later.

single_forms_R5 has the questionnaires of the courses of one session, final_forms_R5 those of the
others and their planted truth, form_files_R5 what they share.
"""

from datetime import date
from pathlib import Path

import office_files as office
import town_R5 as town
import words_R5 as words
from final_forms_R5 import make_no05, make_no06, make_no07, make_no08, make_no10
from form_files_R5 import FOLDER, sent_on, takers_of, typed_number
from forms_R4 import SAMPLE, Noise
from lists_R5 import written_name
from single_forms_R5 import make_no01, make_no02, make_no03, make_no04, make_no09

USES = ("活用した", "一部活用", "機会がない", "活用していない")
SHARES = {  # per cent of the four
    "no02": (34, 26, 22, 18),
    "no05": (52, 22, 16, 10),
    "no06": (40, 26, 22, 12),
    "no07": (56, 20, 14, 10),
    "no09": (10, 6, 56, 28),
    "no10": (42, 28, 20, 10),
}


def make_followup(out: Path) -> None:
    """What was used, course by course: exact shares, so that what is planted stands."""
    noise = Noise(town.SEED + 120)
    head = ["回答日時", "職員番号", "氏名", "研修No.", "活用状況", "活用した場面（具体的に）", "所属長確認"]
    rows = []
    for course, shares in SHARES.items():
        takers = takers_of(course) if course in town.COMPLETION else list(town.REGISTERS[course])
        able = [n for n in takers if n not in (town.ON_LEAVE, town.RETIRED)]
        who = town.sample(noise, able, max(1, len(able) * 2 // 3))
        uses = [
            use for use, per_cent in zip(USES, shares, strict=True) for _ in range(round(per_cent * len(who) / 100))
        ]
        uses = town.shuffled(noise, (uses + ["機会がない"] * len(who))[: len(who)])
        for at, (n, use) in enumerate(zip(who, uses, strict=True)):
            sent = sent_on(noise, date(2024, 1, 15), 17)
            did = use in USES[:2] and noise.whole(3)
            scene = words.USED[course][noise.whole(len(words.USED[course]))] if did else ""
            number = f"No.{int(course[2:])}" if at % 4 == 1 else str(int(course[2:]))
            seen = ("済", "未", "")[noise.whole(3)] if use in USES[:2] else ""
            name = written_name(town.BY_NO[n].name, at)
            rows.append([f"{sent:%Y/%m/%d %H:%M:%S}", typed_number(n, at), name, number, use, scene, seen])
    rows.sort(key=lambda row: row[0])
    again = ["2024/02/01 09:12:00", *rows[20][1:]]  # the same once more, after the closing day
    rows += [again, ["", f"※{SAMPLE}", *[""] * 5]]
    office.write_csv([head, *rows], out / "フォローアップ_R6.1.csv", "utf-8-sig")


def make_forms(out: Path) -> None:
    """All ten questionnaires and the follow-up."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    for make in (
        make_no01,
        make_no02,
        make_no03,
        make_no04,
        make_no05,
        make_no06,
        make_no07,
        make_no08,
        make_no09,
        make_no10,
        make_followup,
    ):
        make(out)
