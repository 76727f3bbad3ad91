"""The pages of the public edition → what each number says of the counts behind it.

Whatever has a number must be known here: a text of which the attack doesn't know what it tells of is ``unread``, and the
test fails until somebody has thought about it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.attack.pages import Told, numbers
from tests.attack.rounding import NOT_TOLD

# column → (what it is a share of, what it counts)
SHARES = {
    "●必須の人の修了": ("必須", "修了"),
    "満足した人": ("満足の回答", "満足"),
    "実務に役立つと答えた人": ("実務の回答", "実務"),
    "3か月後に使った人": ("活用の回答", "活用"),
}
TAKEN = "受講した人"
ENDING = ("統合", "廃止")
WAITS = "回答がそろってから"
PEOPLE = r"(約[\d,]+人|\d+人未満|0人)"
SENTENCES = {
    "people": PEOPLE + "(?:の職員)?を対象に",
    "total": "のべ" + PEOPLE.replace("人", "件") + "でした",
    "compared": PEOPLE + "の回答による",
    "asked": "アンケートに答えた" + PEOPLE + "の自由記述",
}
# Numbers that count no people: courses, chapters, points and intervals of a scale, the note on rounding.
HARMLESS = re.compile(
    r"人数・件数は5単位に丸め、1~4は「5未満」|もとの人数が丸めて15人以上のものだけ|95%信頼区間は[-−]?[\d.]+~[-−]?[\d.]+点"
    r"|平均[-−]?[\d.]+点|大きさ\([\d.]+点\)|\d+件の研修を|見直しの案を示す研修は、\d+件|^\d+ |No\.\d+|3か月後|1日|1つ|令和\d+\(\d{4}\)年|[表図]\d+"
)
# Columns of words, whose numbers are months, numbers of courses and points of a scale.
WORDS = ("研修", "実施方法", "時期", "対象", "区分", "論点", "内容", "公表した文書", "判定", "差(点)")


@dataclass
class Publication:
    """What one public edition says, as texts. ``exact``: what the town published itself. ``of_answers``: whether it tells
    of answers at all, or waits for the last."""

    people: str = NOT_TOLD
    total: str = NOT_TOLD
    compared: str = NOT_TOLD
    asked: str = NOT_TOLD
    courses: dict[str, dict[str, str]] = field(default_factory=dict)
    verdicts: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    proposed: set[tuple[str, str]] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    exact: dict[str, int] = field(default_factory=dict)
    unread: list[Told] = field(default_factory=list)
    of_answers: bool = True


def read(pages: Iterable[Told]) -> Publication:
    """The publication whose pages these are."""
    found = Publication()
    for told in pages:
        column, (row, label, *_) = told.where[-1], (*told.row, "", "")
        if column in (TAKEN, *SHARES):
            found.courses.setdefault(row, {})[column] = told.text
        elif column == "判定":
            found.verdicts.add(row)
        elif column == "書いた人":
            found.said[label] = told.text
        elif column == "数":
            found.exact |= dict(zip((row, f"{row}のもと"), map(int, reversed(numbers(told.text))), strict=False))
        elif column == "案":
            found.proposed.add((row, told.text))
        elif column == "区分" and told.text in ENDING:
            found.ended.add(row)
        elif column not in WORDS:
            rest = told.text
            found.of_answers &= WAITS not in rest
            for name, form in SENTENCES.items():
                if match := re.search(form, rest):
                    setattr(found, name, match[1])
                    rest = rest.replace(match[0], "")
            if numbers(HARMLESS.sub("", rest)):
                found.unread.append(told)
    return found
