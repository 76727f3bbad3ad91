"""Names and numbers → participant_id: who answered, without a name leaving ``prepare``.

A person is known by the staff number of the roster. The id is a keyed hash of it, stable over the
years as long as the key is; the key never enters git. A name is matched by the analyst's own judgement (別名表),
else by its spelling, in which variants of a character (髙/高) count as the same; two people whose
names are then the same are told apart by their offices or not at all. Nobody is matched by
resemblance: what resembles is offered, not taken.
"""

import csv
import difflib
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.findings import BadInput, Findings, Place, finding
from pipeline.text import key, visible

VARIANTS = Path(__file__).parents[1] / "codebook" / "name_variants.csv"
# The sample town's key is public, so that its reports come out the same everywhere.
SAMPLE_KEY = "見本（架空データ）".encode()


class Person(NamedTuple):
    participant_id: str
    staff_no: str
    name: str
    kana: str
    office: str
    place: Place


class Match(NamedTuple):
    """Who a written name is: ``how`` is number, exact, variant, kana, office, alias, outsider, or
    no match: unknown, ambiguous, nameless."""

    participant_id: str | None
    how: str


class Alias(NamedTuple):
    name: str
    office: str
    staff_no: str
    is_outsider: bool
    place: Place


def read_secret(path: Path) -> bytes:
    """The key of the ids; made on the first run, readable by its owner only.

    Raises BadInput for a key that was damaged: other ids would break the link between the years.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode())
        try:
            os.link(draft, path)  # whole or not at all; two years may be built at the same time
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    secret = path.read_bytes()
    if not re.fullmatch(rb"[0-9a-f]{64}", secret):
        raise BadInput([finding("K02", Place("/".join(path.parts[-3:])))])
    return secret


def participant_id(staff_no: str, secret: bytes) -> str:
    """HMAC-SHA256 of the staff number, 10 hexadecimal digits (collision at 300 people: 4e-8)."""
    return "p" + hmac.new(secret, f"staff:{staff_no}".encode(), hashlib.sha256).hexdigest()[:10]


@cache
def _variants() -> dict[int, str]:
    with VARIANTS.open(encoding="utf-8-sig", newline="") as lines:
        return {ord(row["variant"]): row["base"] for row in csv.DictReader(lines)}


def folded(name: object) -> str:
    """The name's key with variant characters replaced by their common form."""
    return key(name).translate(_variants())


@dataclass
class Directory:
    """The people of a year's roster, and how to find them by a written name."""

    people: list[Person]
    aliases: list[Alias]
    findings: Findings
    matches: list[tuple[str, Match]] = field(default_factory=list)  # (file, match)

    def __post_init__(self):
        self._by_number = {p.staff_no: p for p in self.people}
        self._by_name: dict[str, list[Person]] = {}
        for person in self.people:
            self._by_name.setdefault(folded(person.name), []).append(person)

    @property
    def names(self) -> list[str]:
        """Every name of a person that is known: as on the roster, in kana, and as written."""
        forms = [n for p in self.people for n in (p.name, p.kana)]
        return list(dict.fromkeys(n for n in [*forms, *(a.name for a in self.aliases)] if n))

    def check_aliases(self) -> None:
        seen: dict[tuple[str, str], Alias] = {}
        for alias in self.aliases:
            if not alias.is_outsider and alias.staff_no not in self._by_number:
                self.findings.add("I11", alias.place)
            first = seen.setdefault((folded(alias.name), alias.office), alias)
            if (first.staff_no, first.is_outsider) != (alias.staff_no, alias.is_outsider):
                self.findings.add("I15", alias.place, first=first.place.cell)

    def match(self, name: str, office: str, place: Place) -> Match:
        """Who wrote ``name`` (of ``office``, "" if not said) in the cell at ``place``."""
        match = self._match(name, office, place)
        self.matches.append((place.file, match))
        return match

    def match_number(self, number: str, name: str, place: Place) -> Match:
        """Who has the staff number written at ``place``; "number" if a name beside it agrees.

        A number that is on no list, or whose person has another name, is a fatal finding: one of
        the two is a slip, and nobody here can say which.
        """
        match = self._match_number(number, name, place)
        self.matches.append((place.file, match))
        return match

    def _match_number(self, number: str, name: str, place: Place) -> Match:
        text = key(number)
        if not text:
            return Match(None, "nameless")
        person = self._by_number.get(text.zfill(4))
        if person is None:
            if any(a.is_outsider and name and key(a.name) == key(name) for a in self.aliases):
                self.findings.add("I05", place)
                return Match(None, "outsider")
            self.findings.add("I16", place)
            return Match(None, "unknown")
        if name and folded(name) not in {folded(person.name), folded(person.kana)}:
            alias = self._alias(name, "") or self._alias(name, person.office)
            if alias is None or alias.staff_no != person.staff_no:
                self.findings.add("I17", place, cell=person.place.cell)
                return Match(None, "unknown")
        return Match(person.participant_id, "number")

    def match_kana(self, kana: str, place: Place) -> Match:
        """Who has exactly this reading of the name: for tools that hold names in kana only."""
        match = self._match_kana(kana, place)
        self.matches.append((place.file, match))
        return match

    def _match_kana(self, kana: str, place: Place) -> Match:
        if not kana:
            return Match(None, "nameless")
        found = [p for p in self.people if p.kana and spelling(p.kana) == spelling(kana)]
        if len(found) == 1:
            return Match(found[0].participant_id, "kana")
        return self._match(kana, "", place)

    def _match(self, name: str, office: str, place: Place) -> Match:
        if not name:
            return Match(None, "nameless")
        if alias := self._alias(name, office):
            if alias.is_outsider:
                self.findings.add("I05", place)
                return Match(None, "outsider")
            if person := self._by_number.get(alias.staff_no):
                self.findings.add("I04", place, cell=person.place.cell)
                return Match(person.participant_id, "alias")
            return Match(None, "unknown")  # its number is wrong, which check_aliases says
        found = self._by_name.get(folded(name), [])
        narrowed = [p for p in found if p.office == office] if len(found) > 1 else found
        if len(narrowed) == 1:
            [person] = narrowed
            if key(person.name) != key(name):
                self.findings.add("I03", place, cell=person.place.cell)
                return Match(person.participant_id, "variant")
            return Match(person.participant_id, "exact" if len(found) == 1 else "office")
        if found:
            cells = "、".join(p.place.cell for p in narrowed or found)
            self.findings.add("I02", place, count=len(narrowed or found), cells=cells)
            return Match(None, "ambiguous")
        self.findings.add("I01", place, hint=self._hint(name))
        return Match(None, "unknown")

    def _alias(self, name: str, office: str) -> Alias | None:
        same = [a for a in self.aliases if key(a.name) == key(name)]
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


TITLES = "課長補佐|副参事|副主任|課長|局長|部長|所長|班長|係長|主任|主査|主事|参事|先生|さん|さま|様|氏|くん|君"
CONTACT = re.compile(r"[\w.+-]+[@＠][\w.-]+\w|(?:内線|電話|職員番号)\s*[:：]?\s*[\d０-９－-]+", re.A | re.I)
KATAKANA = dict(zip(range(ord("ァ"), ord("ヶ") + 1), range(ord("ぁ"), ord("ゖ") + 1), strict=True))
# One character with what belongs to it: ｶﾞ, か + combining mark, 辻 + variation selector.
LETTER = re.compile(".[\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f\U000e0100-\U000e01ef]*", re.S)


def masked(text: str, names: Iterable[str], offices: Iterable[str] = ()) -> str:
    """A comment without names, offices and addresses: 〔氏名〕, 〔所属〕, 〔連絡先〕 in their place.

    A full name is masked wherever it stands and however it is written (髙/高, spaces, half-width
    kana); a surname only before a title or さん, because many surnames are ordinary words (森, 原).
    Surname and given name are told apart by the space in ``names``; without one only the full name
    is known.
    """
    text = CONTACT.sub("〔連絡先〕", text)
    # The spelling is searched, the text itself is cut: what isn't masked stays as written.
    letters = [(c, m.span()) for m in LETTER.finditer(text) for c in spelling(m[0])]
    spelt = "".join(c for c, _ in letters)
    for match in reversed(list(_to_mask(tuple(names), tuple(offices)).finditer(spelt))):
        start, end = letters[match.start()][1][0], letters[match.end() - 1][1][1]
        text = text[:start] + ("〔氏名〕" if match["name"] else "〔所属〕") + text[end:]
    return text


def spelling(text: str) -> str:
    """The text for finding names in it: without spaces, variants of characters and of kana as one."""
    return folded(text).translate(KATAKANA)


@cache
def _to_mask(names: tuple[str, ...], offices: tuple[str, ...]) -> re.Pattern:
    forms = set()
    for name in filter(visible, names):
        surname, *given = name.split()
        forms.add(re.escape(spelling(name)))
        if given:
            forms.add(re.escape(spelling(surname)) + f"(?={TITLES})")
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    places = sorted({re.escape(spelling(o)) for o in offices}, key=lambda o: (-len(o), o))
    never = "(?!)"
    return re.compile(f"(?P<name>{'|'.join(longest_first) or never})|(?P<office>{'|'.join(places) or never})")
