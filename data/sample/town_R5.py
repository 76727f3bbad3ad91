"""The made-up town's R5: 250 people, what each was to take and took, and the planted truth.

Nobody here exists: names are surnames × given names drawn by a fixed seed. Attendance letters as
in town_R4 (P present, L late, E early, O online, R recording, A absent, D absent on duty, U left
blank), and in the completion list: W declined, M not taken, T transferred, K on leave, V e-learning.
"""

from datetime import date
from typing import NamedTuple

import town_R4
from forms_R4 import Noise

SEED = 5
# The gap on the rating of a missed (and of a watched) session, before rounding; the rounding to
# 1…5 takes about a tenth of it away, so that no05 comes out near −0.9.
MISSED = {"no05": -1.0, "no06": -1.1, "no07": 0.0, "no08": -0.8, "no10": -0.5}
CAUGHT_UP = {"no06": -0.05}
SATISFACTION_NO09, USEFULNESS_NO09 = 4.6, 2.0

GRID_SEEDS = {"no05": 29, "no06": 2, "no07": 7, "no08": 1, "no10": 18}  # draws near what is planted

SESSIONS = {
    "no05": (date(2023, 6, 7), date(2023, 6, 21), date(2023, 7, 5), date(2023, 7, 19), date(2023, 8, 2)),
    "no06": (date(2023, 9, 6), date(2023, 9, 20), date(2023, 10, 4), date(2023, 10, 18), date(2023, 11, 1)),
    "no07": (date(2023, 10, 12), date(2023, 10, 26), date(2023, 11, 9), date(2023, 11, 30)),
    "no08": (date(2023, 11, 14), date(2023, 11, 28), date(2023, 12, 12)),
    "no10": (date(2023, 7, 7), date(2023, 8, 25), date(2023, 10, 6)),
}
ROOM_DAYS = {
    "no01": date(2023, 5, 10),
    "no02": date(2023, 5, 12),
    "no03": date(2023, 7, 12),
    "no04": date(2023, 8, 1),
    "no09": date(2023, 10, 20),
}


class Person(NamedTuple):
    """One of the staff on 1 April 2023."""

    staff_no: str
    name: str  # with a full-width space
    kana: str  # hiragana, with a full-width space
    office: str
    title: str
    employment: str
    hired_on: str
    segments: str  # as written in the staff list

    @property
    def position(self) -> str:
        return TITLES[self.title]


TITLES = {
    **dict.fromkeys(("部長", "課長", "局長", "支所長", "事務局長"), "部課長"),
    **dict.fromkeys(("副参事", "課長補佐", "課長補佐兼班長", "主幹"), "副参事"),
    "主任": "主任",
    "副主任": "副主任",
    "主査": "主査",
    "主事": "主事",
    "新規採用": "新規採用職員",
    "会計年度任用職員": "会計年度任用職員",
}
OFFICES = (
    "総務課",
    "企画政策課",
    "危機管理局",
    "税務課",
    "会計収納課",
    "住民課",
    "福祉長寿課",
    "健康増進課",
    "くらし環境課",
    "須走支所",
    "農林課",
    "商工観光課",
    "建設課",
    "上下水道課",
    "学校教育課",
    "こども育成課",
    "生涯学習課",
    "議会事務局",
)
OFFICE_CODES = {office: f"{1010 + 10 * at}" for at, office in enumerate(OFFICES)}
SIZES = {
    "部課長": 22,
    "副参事": 24,
    "主任": 46,
    "副主任": 36,
    "主査": 36,
    "主事": 42,
    "新規採用職員": 8,
    "会計年度任用職員": 36,
}  # 250
HEADS = {"危機管理局": "局長", "須走支所": "支所長", "議会事務局": "事務局長"}
CHIEFS = ("総務課", "住民課", "農林課", "建設課")  # where the 部長 sit

_SURNAMES = """青木 あおき|秋山 あきやま|池谷 いけがや|石田 いしだ|井上 いのうえ|岩田 いわた|上田 うえだ|内海 うつみ
|遠山 とおやま|大竹 おおたけ|大橋 おおはし|小川 おがわ|奥村 おくむら|落合 おちあい|勝又 かつまた|金子 かねこ|川口 かわぐち
|菊池 きくち|北村 きたむら|木下 きのした|久保田 くぼた|黒田 くろだ|小林 こばやし|近藤 こんどう|酒井 さかい|坂本 さかもと
|櫻井 さくらい|佐々木 ささき|柴田 しばた|清水 しみず|杉本 すぎもと|須藤 すどう|関 せき|高田 たかだ|田代 たしろ|田村 たむら
|千葉 ちば|土屋 つちや|内藤 ないとう|中島 なかじま|永井 ながい|西村 にしむら|野村 のむら|橋本 はしもと|長谷川 はせがわ
|濵田 はまだ|林 はやし|平野 ひらの|廣瀨 ひろせ|福田 ふくだ|藤井 ふじい|古谷 ふるや|堀内 ほりうち|前田 まえだ|増田 ますだ
|水野 みずの|三浦 みうら|宮下 みやした|村田 むらた|望月 もちづき|矢野 やの|湯山 ゆやま|横山 よこやま|米山 よねやま|和田 わだ
|渡邉 わたなべ|齊木 さいき|眞田 さなだ|國分 こくぶ|榮田 えいだ"""
_GIVEN = """明 あきら|愛子 あいこ|綾香 あやか|一樹 かずき|和也 かずや|京子 きょうこ|健司 けんじ|浩 ひろし|紗季 さき|里奈 りな
|茂 しげる|純一 じゅんいち|翔平 しょうへい|慎也 しんや|涼子 りょうこ|隆志 たかし|拓海 たくみ|千尋 ちひろ|剛 つよし|哲也 てつや
|智子 ともこ|直美 なおみ|奈々 なな|典子 のりこ|遥 はるか|秀樹 ひでき|博之 ひろゆき|文子 ふみこ|真央 まお|雅人 まさと|美穂 みほ
|瑞希 みずき|恭平 きょうへい|結衣 ゆい|優斗 ゆうと|由美子 ゆみこ|陽菜 ひな|義雄 よしお|理恵 りえ|蓮 れん|佳代 かよ|悠太 ゆうた
|沙織 さおり|晃一 こういち|恵美 えみ|孝之 たかゆき|聡 さとし|菜摘 なつみ|光 ひかる|亜希 あき"""
A_SAN = "0386"
TWINS = ("0433", "0556")  # two people of the same name: 建設課 主査 and 税務課 主事
TWIN_NAME = ("小林　聡", "こばやし　さとし")


def _pairs(text: str) -> list[tuple[str, str]]:
    return [tuple(part.split()) for part in text.replace("\n", "").split("|")]


def sample(noise: Noise, items: list, size: int) -> list:
    """`size` of the items without replacement, in their own order."""
    left = list(range(len(items)))
    taken = [left.pop(noise.whole(len(left))) for _ in range(size)]
    return [items[at] for at in sorted(taken)]


def shuffled(noise: Noise, items: list) -> list:
    """The items in another order."""
    left = list(items)
    return [left.pop(noise.whole(len(left))) for _ in range(len(left))]


def _names(noise: Noise, taken_kana: set[str], size: int) -> list[tuple[str, str]]:
    """New full names whose reading nobody has yet."""
    surnames, given, found = _pairs(_SURNAMES), _pairs(_GIVEN), []
    while len(found) < size:
        (s, s_kana), (g, g_kana) = surnames[noise.whole(len(surnames))], given[noise.whole(len(given))]
        if (kana := f"{s_kana}　{g_kana}") not in taken_kana:
            taken_kana.add(kana)
            found.append((f"{s}　{g}", kana))
    return found


def _number_blocks(taken: set[str]) -> dict[str, list[str]]:
    """Unused staff numbers in the order of hiring: 会計年度任用職員 have their own."""
    starts = {
        "部課長": 21,
        "副参事": 101,
        "主任": 201,
        "副主任": 361,
        "主査": 421,
        "主事": 505,
        "新規採用職員": 601,
        "会計年度任用職員": 2001,
    }
    return {
        position: [n for at in range(150) if (n := f"{start + at:04d}") not in taken]
        for position, start in starts.items()
    }


def _hired(position: str, staff_no: str, noise: Noise) -> str:
    month = 4
    if position == "新規採用職員":
        return "R05.04.01"
    if position == "会計年度任用職員":
        return f"R{2 + noise.whole(4):02d}.04.01"
    year = {"部課長": 1985, "副参事": 1991, "主任": 1997, "副主任": 2007, "主査": 2012, "主事": 2018}[
        position
    ] + noise.whole(4)
    if year <= 1988:
        return f"S{year - 1925:02d}.{month:02d}.01"
    return f"H{year - 1988:02d}.{month:02d}.01" if year < 2019 else f"R{year - 2018:02d}.04.01"


def _people() -> tuple[Person, ...]:
    noise = Noise(SEED)
    old = [p for p in town_R4.PEOPLE]
    taken_kana = {p.kana for p in old} | {TWIN_NAME[1]}
    numbers = _number_blocks({p.staff_no for p in old} | set(TWINS))
    have: dict[str, int] = {}
    people = []
    for p in old:
        title, position = p.position, TITLES[p.position]
        have[position] = have.get(position, 0) + 1
        office = "税務課" if p.no == 19 else p.office  # moved in R4
        segments = "行革幹事;DX推進部門員" if p.office == "企画政策課" else "行革幹事"
        name = {6: "吉田　直樹", 23: "辻　幸子"}.get(p.no, p.name)  # what cp932 lets through
        people.append(
            Person(p.staff_no, name, p.kana, office, title, "正規", _hired(position, p.staff_no, noise), segments)
        )
    for staff_no, office, title in zip(TWINS, ("建設課", "税務課"), ("主査", "主事"), strict=True):
        have[title] = have.get(title, 0) + 1
        people.append(Person(staff_no, *TWIN_NAME, office, title, "正規", _hired(title, staff_no, noise), ""))
    heads = [(o, HEADS.get(o, "課長")) for o in OFFICES if o != "学校教育課"]  # R4's No. 21 is its 課長
    heads = [*((o, "部長") for o in CHIEFS), *heads]
    second = ("課長補佐", "課長補佐兼班長", "主幹", "副参事")
    names = _names(noise, taken_kana, sum(SIZES.values()) - len(people))
    for position, size in SIZES.items():
        for at in range(size - have.get(position, 0)):
            name, kana = names.pop()
            staff_no = numbers[position][at * (2 if position in ("主任", "副参事") else 1)]
            if position == "部課長":
                office, title = heads[at]
            elif position == "副参事":
                office, title = OFFICES[(at * 5 + 1) % 18], second[at % 4]
            else:
                office = OFFICES[noise.whole(18)]
                title = {"新規採用職員": "新規採用"}.get(position, position)
            segments = ""
            if title == "部長":
                segments = "行革本部長" if office == "総務課" else "行革本部員"
            elif position == "部課長" and at % 3 == 0:
                segments = "行革本部員"
            elif position in ("主任", "副主任", "主査") and office == "企画政策課":
                segments = "DX推進部門員"
            kind = "会計年度" if position == "会計年度任用職員" else "正規"
            if position == "主任" and at in (3, 17):
                kind = "再任用"
            people.append(
                Person(staff_no, name, kana, office, title, kind, _hired(position, staff_no, noise), segments)
            )
    return tuple(sorted(people, key=lambda p: p.staff_no))


PEOPLE = _people()
BY_NO = {p.staff_no: p for p in PEOPLE}
KANJI = [p.staff_no for p in town_R4.PEOPLE]  # the 24 of R4, this year's 行革幹事


def of(*positions: str) -> list[str]:
    """Staff numbers of these positions."""
    return [p.staff_no for p in PEOPLE if p.position in positions]


DX_STAFF = [p.staff_no for p in PEOPLE if "DX推進部門員" in p.segments]

# (staff number, day, kind, new office, new title, new segments, remark)
_plain = [n for n in of("主事") if n not in KANJI and n not in TWINS]
_later = [n for n in of("主査") if n not in KANJI and n not in TWINS and n not in DX_STAFF]
_older = [n for n in of("主任") if n not in KANJI and n not in DX_STAFF]
MOVED, TO_TOWN_HALL = _plain[4], _plain[11]
PROMOTED, TO_DX = _later[3], _later[8]
RETIRED, RETURNED = _older[2], _older[9]
ON_LEAVE = next(n for n in of("副主任") if n not in KANJI and n not in DX_STAFF)
NEWCOMER = Person("2051", "早川　千鶴", "はやかわ　ちづる", "住民課", "会計年度任用職員", "会計年度", "R05.07.01", "")
TRANSFERS = (
    (TO_TOWN_HALL, "R5.5.1", "異動", "総務課", "主事", "", "欠員の補充"),
    (RETURNED, "2023年4月20日", "育休", "", "", "", ""),
    (ON_LEAVE, "R5.6.1", "育休", "", "", "", "令和6年5月31日まで"),
    (NEWCOMER.staff_no, "2023/7/1", "採用", "住民課", "会計年度任用職員", "", ""),
    (RETIRED, "令和５年９月30日", "退職", "", "", "", "自己都合"),
    (MOVED, "R5.10.1", "異動", "福祉長寿課", "主事", "", ""),
    (PROMOTED, "R5.10.1", "昇任", BY_NO[PROMOTED].office, "副主任", "", ""),
    (TO_DX, "R5.10.1", "異動", "企画政策課", "主査", "DX推進部門員", ""),
    (RETURNED, "R5.12.1", "復帰", BY_NO[RETURNED].office, "主任", "", "育児休業から復帰"),
)
_NOT_HERE = {ON_LEAVE, RETIRED, RETURNED}


def _letters(noise: Noise, shares: str, weaker: float, count: int) -> str:
    """Session letters: each drawn from `shares` (one letter a per cent), absences by `weaker`."""
    return "".join(shares[min(99, noise.whole(100) + int(max(0.0, weaker) * 6))] for _ in range(count))


def _registers() -> dict[str, dict[str, str]]:
    noise = Noise(SEED + 10)
    may = {
        "no05": (of("主任", "副主任", "主査"), 60, [TWINS[0], A_SAN, PROMOTED]),
        "no06": (of("主査", "主事"), 70, [*TWINS, MOVED, TO_DX]),
        "no07": (of("主任", "副主任", "主査", "主事"), 80, [A_SAN, MOVED]),
        "no08": (DX_STAFF, 7, ["0087"]),
        "no10": (KANJI, 24, KANJI),
    }
    # 100 letters: what a draw of 0…99 (plus a shift for the weaker) becomes
    shares = {
        "no05": "P" * 74 + "L" * 4 + "E" * 2 + "R" * 2 + "D" * 3 + "A" * 15,
        "no06": "P" * 69 + "L" * 3 + "R" * 12 + "D" * 2 + "A" * 14,
        "no07": "O" * 72 + "P" * 6 + "L" * 2 + "R" * 4 + "D" * 3 + "A" * 13,
        "no08": "P" * 80 + "A" * 20,
        "no10": "P" * 82 + "O" * 4 + "D" * 4 + "A" * 10,
    }
    found: dict[str, dict[str, str]] = {}
    for course, (candidates, size, sure) in may.items():
        able = [
            n for n in candidates if n not in _NOT_HERE and n not in sure and (course != "no07" or n not in TWINS)
        ]  # kana alone cannot tell the two apart
        chosen = sorted([*sure, *sample(noise, able, size - len(sure))])
        found[course] = {n: _letters(noise, shares[course], -ABILITY[n], len(SESSIONS[course])) for n in chosen}
    found["no05"][A_SAN] = "PPPPA"
    found["no07"][A_SAN] = "OOOO"
    marks = found["no10"]["0535"]
    found["no10"]["0535"] = marks[0] + "A" + marks[2:]  # somebody else sat in for him
    blank = sorted(found["no05"])[40]
    found["no05"][blank] = "PP" + "U" + found["no05"][blank][3:]
    return found


def _ability() -> dict[str, float]:
    noise = Noise(SEED + 20)
    return {p.staff_no: 0.55 * noise.normal() for p in PEOPLE}


ABILITY = _ability()  # how well somebody understands what is taught; the weaker miss a little more
REGISTERS = _registers()

TARGETS = {  # staff number → ● or ○ of the menu, the stronger of position and segment
    "no01": {**dict.fromkeys(KANJI, "○"), **dict.fromkeys(of("部課長", "副参事"), "●")},
    "no02": dict.fromkeys(of("主任", "副主任", "主査", "主事", "新規採用職員", "会計年度任用職員"), "●"),
    "no03": dict.fromkeys(BY_NO, "○"),
    "no04": dict.fromkeys(of("主事", "新規採用職員", "会計年度任用職員"), "○"),
    "no09": dict.fromkeys(of("主事", "新規採用職員", "会計年度任用職員"), "○"),
}
_TAKEN = {  # one letter a per cent
    "no01": "P" * 62 + "R" * 24 + "M" * 14,
    "no02": "P" * 54 + "R" * 24 + "O" * 10 + "M" * 8 + "U" * 4,
    "no03": "P" * 36 + "R" * 30 + "M" * 24 + "W" * 10,
    "no04": "V" * 45 + "U" * 45 + "M" * 10,
    "no09": "P" * 72 + "M" * 28,
}


def _completion() -> dict[str, dict[str, str]]:
    noise = Noise(SEED + 30)
    found = {
        course: {n: _TAKEN[course][noise.whole(100)] for n in sorted(targets)} for course, targets in TARGETS.items()
    }
    found["no01"][A_SAN], found["no02"][A_SAN], found["no03"][A_SAN] = "R", "P", "W"
    for course, people in found.items():
        for n in (ON_LEAVE, RETURNED):
            if n in people and (n == RETURNED or course in ("no03", "no04", "no09")):
                people[n] = "K"
    found["no02"][TO_TOWN_HALL] = "T"
    found["no03"][RETIRED] = "M"
    return found


COMPLETION = _completion()
ON_TEAMS = [n for n, letter in COMPLETION["no02"].items() if letter in "OU" and n not in TWINS]
# The owner's list says 未受講, the log that she was there nearly to the end: the list stands.
CONTRADICTED = next(n for n, letter in COMPLETION["no02"].items() if letter == "M" and n not in TWINS)
TOO_SHORT = [n for n, letter in COMPLETION["no02"].items() if letter == "M" and n not in (*TWINS, CONTRADICTED)][:2]
