"""Names and numbers → participant_id: who answered, without a name leaving ``prepare``.

A person is known by the staff number of the roster. The id is a keyed hash of it, stable over the
years as long as the key is; the key never enters git. A name is matched by the analyst's own judgement (別名表),
else by its spelling, in which variants of a character (髙/高) count as the same; two people whose
names are then the same are told apart by their offices or not at all. Nobody is matched by
resemblance: what resembles is offered, not taken.
"""

import difflib
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from pipeline.codebook import lines
from pipeline.findings import Finding, Place, finding
from pipeline.ingest.headings import Cell
from pipeline.text import key, visible


class Person(NamedTuple):
    participant_id: str
    staff_no: str
    name: str
    kana: str
    office: str
    place: Place


class Match(NamedTuple):
    """Who the name or number in a cell is: ``how`` is number, exact, variant, kana, office, alias,
    outsider, or no match: unknown, ambiguous, nameless; and what has to be said of it, if anything."""

    participant_id: str | None
    how: str
    place: Place
    finding: Finding | None = None


class Alias(NamedTuple):
    name: str
    office: str
    staff_no: str
    is_outsider: bool
    place: Place


def participant_id(staff_no: str, secret: bytes) -> str:
    """HMAC-SHA256 of the staff number, 10 hexadecimal digits (collision at 300 people: 4e-8)."""
    return "p" + hmac.new(secret, f"staff:{staff_no}".encode(), hashlib.sha256).hexdigest()[:10]


@cache
def _variants() -> dict[int, str]:
    return {ord(row["variant"]): row["base"] for row in lines("name_variants")}


def folded(name: object) -> str:
    """The name's key with variant characters replaced by their common form."""
    return key(name).translate(_variants())


@dataclass(frozen=True)
class Directory:
    """The people of a year, and how to find them by what is written."""

    people: tuple[Person, ...] = ()
    aliases: tuple[Alias, ...] = ()
    offices: tuple[str, ...] = ()  # those whose names are masked in free text

    @cached_property
    def _by_number(self) -> dict[str, Person]:
        return {p.staff_no: p for p in self.people}

    @cached_property
    def _by_name(self) -> dict[str, list[Person]]:
        return _grouped((folded(p.name), p) for p in self.people)

    @cached_property
    def _by_kana(self) -> dict[str, list[Person]]:
        return _grouped((spelling(p.kana), p) for p in self.people if p.kana)

    @cached_property
    def _by_alias(self) -> dict[str, list[Alias]]:
        return _grouped((key(a.name), a) for a in self.aliases)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name of a person that is known: as on the roster, in kana, and as written."""
        forms = [n for p in self.people for n in (p.name, p.kana)]
        return tuple(dict.fromkeys(n for n in [*forms, *(a.name for a in self.aliases)] if n))

    def masked(self, text: str, offices: bool = True) -> str:
        """Free text without names; ideas keep the offices, which are what they are about."""
        return masked(text, self.names, self.offices if offices else (), self._by_number)

    def wrong_aliases(self) -> list[Finding]:
        """The judgements of nobody's number, and those that contradict another."""
        wrong: list[Finding] = []
        seen: dict[tuple[str, str], Alias] = {}
        for alias in self.aliases:
            if not alias.is_outsider and alias.staff_no not in self._by_number:
                wrong.append(finding("I11", alias.place))
            first = seen.setdefault((folded(alias.name), alias.office), alias)
            if (first.staff_no, first.is_outsider) != (alias.staff_no, alias.is_outsider):
                wrong.append(finding("I15", alias.place, first=first.place.cell))
        return wrong

    def count(self, matches: Iterable[Match]) -> list[dict]:
        """The match report: per file, how many answers were matched in which way, and to how many people;
        and how many people are in no answer of it."""
        by_way: dict[tuple[str, str], list[str | None]] = {}
        found: dict[str, set[str | None]] = {}
        for match in matches:
            by_way.setdefault((match.place.file, match.how), []).append(match.participant_id)
            found.setdefault(match.place.file, set()).add(match.participant_id)
        everybody = {person.participant_id for person in self.people}
        return [
            {"source": file, "how": how, "answers": len(ids), "people": len(set(ids) - {None})}
            for (file, how), ids in by_way.items()
        ] + [
            {"source": file, "how": "register_only", "answers": 0, "people": len(everybody - ids)}
            for file, ids in found.items()
        ]

    def match(self, name: Cell, office: str = "") -> Match:
        """Who wrote the name in a cell; ``office``: of which office, "" if not said."""
        written, place = without_reading(name.text), name.place
        if not written:
            return Match(None, "nameless", place)
        if alias := self._alias(written, office):
            if alias.is_outsider:
                return Match(None, "outsider", place, finding("I05", place))
            if person := self._by_number.get(alias.staff_no):
                return Match(person.participant_id, "alias", place, finding("I04", place, cell=person.place.cell))
            return Match(None, "unknown", place)  # its number is wrong, which wrong_aliases says
        found = self._by_name.get(folded(written), [])
        narrowed = [p for p in found if p.office == office] if len(found) > 1 else found
        if len(narrowed) == 1:
            [person] = narrowed
            if key(person.name) != key(written):
                return Match(person.participant_id, "variant", place, finding("I03", place, cell=person.place.cell))
            return Match(person.participant_id, "exact" if len(found) == 1 else "office", place)
        if found:
            cells = "、".join(p.place.cell for p in narrowed or found)
            return Match(None, "ambiguous", place, finding("I02", place, count=len(narrowed or found), cells=cells))
        return Match(None, "unknown", place, finding("I01", place, hint=self._hint(written)))

    def match_number(self, number: Cell, name: Cell) -> Match:
        """Who has the staff number in a cell; "number" if the name beside it, if there is one, agrees.

        A number that is on no list, or whose person has another name, is a fatal finding: one of
        the two is a slip, and nobody here can say which.
        """
        text, written, place = key(number.text), name.text, number.place
        if not text:
            return Match(None, "nameless", place)
        person = self._by_number.get(text.zfill(4))
        if person is None:
            if written and any(a.is_outsider for a in self._by_alias.get(key(written), ())):
                return Match(None, "outsider", place, finding("I05", place))
            return Match(None, "unknown", place, finding("I16", place))
        if written and folded(written) not in {folded(person.name), folded(person.kana)}:
            alias = self._alias(written, "") or self._alias(written, person.office)
            if alias is None or alias.staff_no != person.staff_no:
                return Match(None, "unknown", place, finding("I17", place, cell=person.place.cell))
        return Match(person.participant_id, "number", place)

    def match_kana(self, kana: Cell) -> Match:
        """Who has exactly this reading of the name: for tools that hold names in kana only."""
        found = self._by_kana.get(spelling(kana.text), []) if kana.text else []
        return Match(found[0].participant_id, "kana", kana.place) if len(found) == 1 else self.match(kana)

    def _alias(self, name: str, office: str) -> Alias | None:
        same = self._by_alias.get(key(name), [])
        exact = [a for a in same if a.office and key(a.office) == key(office)]
        return next(iter(exact or [a for a in same if not a.office]), None)

    def _hint(self, name: str) -> str:
        """Which rows of the roster resemble it: by address, because a message shows no name."""
        scores = sorted(
            (
                (
                    max(
                        difflib.SequenceMatcher(None, folded(name), folded(form)).ratio()
                        for form in (p.name, p.kana)
                        if form
                    ),
                    p,
                )
                for p in self.people
            ),
            key=lambda scored: -scored[0],
        )
        near = [p.place.cell for score, p in scores[:3] if score >= 0.5]
        return f"似た氏名：名簿の {'、'.join(near)}。" if near else "名簿に似た氏名はありません。"


def without_reading(written: str) -> str:
    """The name in a cell whose other line is its reading in kana."""
    lines = [line for line in map(visible, written.splitlines()) if line]
    names = [line for line in lines if not re.fullmatch(r"[ぁ-ゖァ-ヺーｦ-ﾟ\s・]+", line)]
    return names[0] if len(lines) == 2 and len(names) == 1 else written


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list]:
    groups: dict[str, list] = {}
    for name, one in pairs:
        groups.setdefault(name, []).append(one)
    return groups


# What may stand between the parts of a name, in the spelling; and what follows one: a reading or first letter in brackets,
# whatever kanji go on (a title, whichever it is), a word of respect.
BETWEEN_PARTS = r"[・･(/、,.\-]{0,2}"
RESPECT = r"(?:さー*ん|さま|様|氏|くん|君|ちゃん|せんせい|先生|りーだー)"
BEHIND = rf"(?:\([^()]{{1,6}}\))?[一-鿿々〇]{{0,6}}{RESPECT}?"
TITLES = "課長補佐|副参事|副主任|主幹|課長|局長|部長|所長|班長|係長|主任|主査|主事|参事|講師|職員|補佐"
PLACES = "町|市|村|県|区|駅|川|山|線"  # 「長田市」 is no 長田
# Mail, telephone (also behind +81) and extensions, as anybody writes them, in half-width characters.
CONTACT = re.compile(
    r"[\w.+-]+\s*(?:@|[(\[]\s*at\s*[)\]]|\bat\b)\s*[\w-]+(?:\.[\w-]+)*"
    r"|(?<!\d)(?:\+81[-\s]?\(?0?\)?|0)\d{0,4}[-\s()]{1,2}\d{1,4}[-\s()]{1,2}\d{3,4}(?!\d)|(?<!\d)0\d{9,10}(?!\d)"
    r"|(?:内線|\(内\)|電話|職員番号|職員)(?:番号|は|が)?\s*[:：]?\s*\d[\d-]*(?:番)?",
    re.A | re.I,
)
TAKEN_FOR = str.maketrans("斉齊", "斎斎")  # other names in a register, but taken for each other in a comment
KATAKANA = dict(zip(range(ord("ァ"), ord("ヶ") + 1), range(ord("ぁ"), ord("ゖ") + 1), strict=True))
# One character with what belongs to it: ｶﾞ, か + combining mark, 辻 + variation selector.
LETTER = re.compile(".[\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f\U000e0100-\U000e01ef]*", re.S)


def masked(text: str, names: Iterable[str], offices: Iterable[str] = (), numbers: Iterable[str] = ()) -> str:
    """A comment without names, offices and addresses: 〔氏名〕, 〔所属〕, 〔連絡先〕, 〔職員番号〕 in their place.

    A name is masked however it is written (髙/高, spaces, half-width kana) and parted, in either order, with the title
    or word of respect behind it, which may tell who it is. A surname of two kanji and more is masked alone as well; a
    shorter one, one in kana, or a given name, only before a title or a word of respect: they are ordinary words too
    (森, 原). Surname and given name are told apart by the space in ``names``; without one only the full name is known.
    ``numbers``: staff numbers.
    """
    text = _without_contacts(text, frozenset(numbers))
    # The spelling is searched, the text itself is cut: what isn't masked stays as written.
    letters = [(c, m.span()) for m in LETTER.finditer(text) for c in spelling(m[0])]
    spelt = "".join(c for c, _ in letters)
    for match in reversed(list(_to_mask(tuple(names), tuple(offices)).finditer(spelt))):
        start, end = letters[match.start()][1][0], letters[match.end() - 1][1][1]
        text = text[:start] + ("〔氏名〕" if match["name"] else "〔所属〕") + text[end:]
    return text


def _without_contacts(text: str, numbers: frozenset[str]) -> str:
    """The text with addresses and staff numbers masked: searched in half-width characters, one for each of the text."""
    halved = [unicodedata.normalize("NFKC", letter) for letter in text]
    plain = "".join(half if len(half) == 1 else letter for half, letter in zip(halved, text, strict=True))
    plain = re.sub(r"(?<=[\d)])[‐‑–—―−ー－](?=[\d(])", "-", plain)
    found = [(m.span(), "〔連絡先〕") for m in CONTACT.finditer(plain)]
    taken = {place for (start, end), _ in found for place in range(start, end)}
    for match in re.finditer(r"(?<![\d.,:/-])\d+(?![\d.,:/-]|\)?[年～~])", plain, re.A):
        if match[0] in numbers and match.start() not in taken:
            found.append((match.span(), "〔職員番号〕"))
    for (start, end), mask in sorted(found, reverse=True):
        text = text[:start] + mask + text[end:]
    return text


def spelling(text: str) -> str:
    """The text for finding names in it: without spaces, variants of characters and of kana as one."""
    return folded(text).translate(KATAKANA).translate(TAKEN_FOR)


@cache
def _to_mask(names: tuple[str, ...], offices: tuple[str, ...]) -> re.Pattern:
    parts = [[spelling(part) for part in name.split()] for name in filter(visible, names)]
    surnames, given = ({own[n] for own in parts if len(own) > 1} for n in (0, -1))
    alone = {name for name in surnames if re.fullmatch("[一-鿿々ヶ]{2,}", name)}
    called = {name for name in surnames | given if len(name) > 1 or name in surnames}
    first, last, whole = _any(surnames), _any(given), _any({"".join(own) for own in parts})
    name = "|".join(
        [
            rf"(?:{whole}|{first}{BETWEEN_PARTS}{last}\)?|{last}{BETWEEN_PARTS}{first}){BEHIND}",
            rf"{_any(alone)}(?!{PLACES}){BEHIND}",
            rf"{_any(called)}(?=(?:{TITLES}|{RESPECT})){BEHIND}",
        ]
    )
    return re.compile(f"(?P<name>{name})|(?P<office>{_any(set(map(spelling, offices)))})")


def _any(words: set[str]) -> str:
    """One of these words, the longest that fits; nothing where there are none."""
    longest_first = sorted(filter(None, words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})"
