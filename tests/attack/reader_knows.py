"""What the pages and public knowledge together say of the counts of a year: the lines of the attack.

Counts are called 「研修：何の人数」; what concerns no course stands without one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.attack.pages import plain
from tests.attack.proposals import ENDS, UNTOLD, Ranges, by_people, by_share, rest
from tests.attack.public_edition import SHARES, TAKEN, Publication
from tests.attack.rounding import LEAST, NOT_TOLD, Said, people, share, table
from tests.attack.system import System, Terms

ANSWERED = "回答"
# Indicators of the menu's rules that are shares of people: evidence_id → (base, part).
INDICATORS = dict(zip(("completion", "satisfaction", "usefulness", "followup"), SHARES.values(), strict=True)) | {
    "hard": ("難しさの回答", "難しい"),
    "long": ("長さの回答", "長い"),
}
OF_ANSWERS = ("満足の回答", "実務の回答", "難しさの回答", "長さの回答")  # an answer may lack the one or the other
KNOWN = ("職員", "対象", "必須とされた人")


@dataclass(frozen=True)
class Group:
    """What everybody knows of a course: how many it is for (None: nobody knows whom it took), how many of them had to.

    ``all_counted``: the reader knows that nobody of ``required`` was excused, moved away or unclear. ``asked``: whether
    it asked openly for good and bad points.
    """

    concerned: int | None = None
    required: int = 0
    all_counted: bool = False
    asked: bool = True


@dataclass(frozen=True)
class Public:
    """What everybody knows. ``staff``: of the town hall. ``rules``: of the menu, as in its open table. ``themes``: label →
    evidence_id of what is written openly. ``said``: how a share is rounded. ``told_from``: the fewest of a theme on which a
    printed proposal rests. ``one_questionnaire``: each course had one. ``takers_answer``: only who took a course was asked.
    """

    staff: int
    courses: Mapping[str, Group]
    rules: Sequence[Mapping[str, str]] = ()
    themes: Mapping[str, str] = field(default_factory=dict)
    said: Said = share
    told_from: int = LEAST
    one_questionnaire: bool = True
    takers_answer: bool = True


@dataclass
class Lines:
    """A system, the sums in it that must not be known, and those of them that can only grow while answers come in."""

    system: System = field(default_factory=System)
    watched: dict[str, Terms] = field(default_factory=dict)
    growing: set[str] = field(default_factory=set)
    parts: list[tuple[str, str]] = field(default_factory=list)

    def part(self, part: str, whole: str, grows: bool = False) -> None:
        """Some of ``whole`` are ``part``: neither the part nor the rest must be known. ``grows``: with later answers."""
        self.parts.append((part, whole))
        self.system.at_most(part, whole)
        self.watch(f"{whole}－{part}", {whole: 1, part: -1}, grows)

    def watch(self, what: str, terms: Terms, grows: bool = False) -> None:
        self.watched[what] = terms
        self.growing |= {what} if grows else set()


def of(course: str, what: str) -> str:
    return f"{course}：{what}"


def lines(page: Publication, known: Public) -> Lines:
    """What one publication says."""
    found = Lines()
    for course, group in known.courses.items():
        _course(found, course, group, page, known)
        if page.of_answers:
            _rules(found, course, page, known)
    _whole(found, page, known)
    sure = {of(course, "必須") for course, group in known.courses.items() if group.all_counted}
    for name in found.system.limits:
        if name.rpartition("：")[2] not in KNOWN and name not in sure:
            found.watch(name, {name: 1}, grows=_is_answered(name))
    _forget_nobody(found)
    return found


def _forget_nobody(found: Lines) -> None:
    """A true 0 is told as 0: then the rest are all, of whom everybody knows how many they are."""
    limits = found.system.limits
    while empty := {part for part, whole in found.parts if limits[whole] == (0, 0) != limits[part]}:
        limits |= dict.fromkeys(empty, (0, 0))
    nobody = {name for name in limits if limits[name] == (0, 0)}
    found.watched = {what: terms for what, terms in found.watched.items() if not terms.keys() & nobody}


def _is_answered(name: str) -> bool:
    return name.rpartition("：")[2] not in (*KNOWN, "対象者", "必須", "修了", TAKEN)


def _course(found: Lines, course: str, group: Group, page: Publication, known: Public) -> None:
    system, told = found.system, page.courses.get(course, {})
    most = known.staff if group.concerned is None else group.concerned

    def part(part: str, whole: str, grows: bool = False) -> None:
        found.part(of(course, part), of(course, whole), grows)

    system.count(of(course, TAKEN), *people(told.get(TAKEN, NOT_TOLD)))
    system.count(of(course, "対象"), most if group.concerned is not None else 0, most)
    part(TAKEN, "対象")
    part(ANSWERED, TAKEN if known.takers_answer else "対象")
    if group.concerned is not None:
        for answers in (ANSWERED, *OF_ANSWERS):
            found.watch(f"{course}：対象－{answers}", {of(course, "対象"): 1, of(course, answers): -1})
    system.count(of(course, "必須とされた人"), group.required, group.required)
    system.count(of(course, "必須"), group.required if group.all_counted else 0, group.required)
    part("必須", "必須とされた人")
    for base, hits in INDICATORS.values():
        system.count(of(course, base), 0, min(most, system.limits.get(of(course, base), (0, most))[1]))
        part(hits, base, grows=base != "必須")
    for column, (base, hits) in SHARES.items() if page.of_answers else [*SHARES.items()][:1]:
        ranges = table(known.said, known.staff).get(told.get(column, NOT_TOLD), {})
        _told(system, of(course, base), of(course, hits), ranges)
    part("修了", TAKEN)
    part("活用の回答", TAKEN)
    for base in OF_ANSWERS:
        part(base, ANSWERED)
    system.count(of(course, "比べた人"), LEAST if course in page.verdicts else 0, most)
    part("比べた人", ANSWERED)
    for theme in known.themes.values():
        part(theme, ANSWERED, grows=True)


def _told(system: System, base: str, part: str, ranges: Ranges) -> None:
    low, high = system.limits[base]
    if any(ranges.get(n) != (0, n) for n in range(low, high + 1)):
        system.told(base, part, {n: own for n, own in ranges.items() if low <= n <= high})


def _rules(found: Lines, course: str, page: Publication, known: Public) -> None:
    """A proposal says that its rule holds; none, that it doesn't, unless the course ends, as the pages say or don't."""
    system, most = found.system, found.system.limits[of(course, "対象")][1]
    changes = {text for name, text in page.proposed if name == course}
    # An end overrules the other rules, and isn't always told itself; on nine answers none rests.
    may_end = course in page.ended or not changes and system.limits[of(course, TAKEN)][1] >= LEAST
    for rule in known.rules:
        stands = plain(rule["proposal"]) in changes
        if rule["change"] in UNTOLD or not stands and may_end:
            continue
        if rule["evidence_id"] in known.themes.values():
            base, part = ANSWERED, rule["evidence_id"]
            holds = by_people(rule, most, known.told_from)
        elif rule["evidence_id"] in INDICATORS:
            base, part = INDICATORS[rule["evidence_id"]]
            ended = bool(changes) and rule["change"] in ENDS and not stands
            asked = None if base == "必須" else system.limits[of(course, TAKEN)]
            spoken = by_share(rule, known.said, known.staff)
            holds = spoken.always if known.told_from < LEAST or ended else spoken.printed(asked, stands)
        else:
            continue
        low, high = system.limits[system.count(of(course, base), 0, most)]
        _told(system, of(course, base), of(course, part), holds if stands else rest(holds, low, high))


def _whole(found: Lines, page: Publication, known: Public) -> None:
    system = found.system
    system.count("職員", known.staff, known.staff)
    system.count("対象者", *people(page.people))
    found.part("対象者", "職員")
    every = {of(course, ANSWERED): 1 for course in known.courses}
    asked = {of(course, ANSWERED): 1 for course, group in known.courses.items() if group.asked}
    system.count("のべ回答", *people(page.total))
    if people(page.total) == (0, 0):
        found.system.limits |= {name: (0, 0) for name in every}
    system.line(every | {"のべ回答": -1}, 0 if known.one_questionnaire else -float("inf"), 0)
    system.count("尋ねた人", *people(page.asked))
    system.line(asked | {"尋ねた人": -1}, 0, 0)
    system.count("比べた人", *people(page.compared))
    system.line(every | {"比べた人": -1}, 0)
    found.watch("回答－比べた人", every | {"比べた人": -1})
    for label, theme in known.themes.items():
        text = page.said.get(plain(label))
        low, high = people(text or NOT_TOLD)
        if page.of_answers:
            low, high = (max(low, LEAST), high) if text else (0, LEAST - 1)
        wrote = system.count(f"書いた人：{label}", low, high)
        system.line(
            {of(course, theme): 1 for course, group in known.courses.items() if group.asked} | {wrote: -1}, 0, 0
        )
        found.part(wrote, "尋ねた人", grows=True)


def two(early: Publication, late: Publication, known: Public, more: int | None = None) -> Lines:
    """What two publications of a year say: answers came in between, ``more`` of them where the reader knows that."""
    parts = {"速報": lines(early, known), "確報": lines(late, known)}
    found = Lines()
    for when, one in parts.items():
        found.system.limits |= {f"{when} {name}": limits for name, limits in one.system.limits.items()}
        found.system.lines += [(_named(when, terms), low, high) for terms, low, high in one.system.lines]
        found.system.cases |= {
            f"{when} {base}": {n: {f"{when} {part}": r for part, r in own.items()} for n, own in cases.items()}
            for base, cases in one.system.cases.items()
        }
    # What nobody did later nobody did before: a true 0 is told as 0.
    both = sorted(parts["速報"].watched.keys() & parts["確報"].watched.keys())
    for when, one in parts.items():
        for what in both if when == "速報" else one.watched:
            found.watch(f"{when} {what}", _named(when, one.watched[what]))
    for what in both:
        change = _named("確報", parts["確報"].watched[what]) | _named("速報", parts["速報"].watched[what], -1)
        if what in parts["確報"].growing:
            found.system.line(change, 0)
            found.watch(f"増えた {what}", change)
        elif not _is_answered(what) and "－" not in what:
            found.system.line(change, 0, 0)
    if more is not None:
        found.system.line({"確報 のべ回答": 1, "速報 のべ回答": -1}, more, more)
    for what in early.exact.keys() & late.exact.keys():
        change = late.exact[what] - early.exact[what]
        found.watch(f"増えた {what}", {found.system.count(f"増えた {what}", change, change): 1})
    return found


def _named(when: str, terms: Terms, sign: int = 1) -> dict[str, int]:
    return {f"{when} {name}": sign * n for name, n in terms.items()}
