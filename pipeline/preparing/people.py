"""Who there is in a year, and whom a written name means: staff list or roster, transfers, 別名表."""

import re
from collections.abc import Mapping

from pipeline.findings import Findings
from pipeline.preparing.id_key import read_key
from pipeline.preparing.identity import Alias, Directory, Person, participant_id
from pipeline.preparing.intake import Files
from pipeline.preparing.reading import RawFile, Reading, join
from pipeline.preparing.staff import read_staff, staff_no
from pipeline.preparing.transfers import read_transfers
from pipeline.text import key, shorten
from pipeline.year import Year

OUTSIDER, SAME = "名簿外", "同一人"
# What a note on the roster may say that changes who belongs where.
NOTABLE = re.compile("異動|退職|転出|後任|前任|代理|休|旧姓|派遣")


def read_directory(year: Year, files: Files) -> tuple[Directory, Reading]:
    """Everybody of the year, and the tables participants and appointments."""
    aliases, judged = read_aliases(year, files["aliases"])
    secret = read_key(year)
    staff, listed = read_staff(year, files["staff"], secret)
    staff, moved = read_transfers(year, files["transfers"], staff, aliases)
    others, roster = read_roster(year, files["roster"], secret, staff.people)
    # Names of offices are masked, also the short ones, if they can't be ordinary words.
    offices = tuple(name for name in year.codebook.offices if re.search("[課局所室]$", name))
    directory = Directory((*staff.people.values(), *others), tuple(aliases), offices)
    whole = Reading(year, directory, staff.tables(year.codebook), Findings(directory.wrong_aliases()))
    return directory, join(judged, listed, moved, roster, whole)


def read_roster(
    year: Year, files: list[RawFile], secret: bytes, listed: Mapping[str, Person]
) -> tuple[list[Person], Reading]:
    """The people of the rosters, besides those of the staff list (``listed``, by staff number)."""
    reading, people = Reading(year), []
    codebook = year.codebook
    seen = {number: person.place for number, person in listed.items()}
    for _, row in reading.rows(files, "roster"):
        number = staff_no(row["staff_no"], reading.findings)
        office = reading.office(row["office"])
        if not office:
            reading.findings.add("O02", row["office"].place)
        title = row["title"]
        position = codebook.positions.get(key(title.text))
        if position is None:
            reading.findings.add("P01", title.place, seen=shorten(title.text))
        if number in seen:
            reading.findings.add("I06", row["staff_no"].place, first=seen[number].cell)
            number = f"{number}-{row.number}"  # or the rest of the year would not know them
        seen[number] = row["staff_no"].place
        note = row.get("note")
        if NOTABLE.search(note.text):
            reading.findings.add("I14", note.place, text=shorten(_mask_note(note.text)))
        name, person_id = row["name"], participant_id(number, secret)
        people.append(Person(person_id, number, name.text, row.get("kana").text, office, name.place))
        reading.tables["participants"].append({"participant_id": person_id})
        reading.tables["appointments"].append(
            {
                "participant_id": person_id,
                "office": office,
                "department": codebook.offices.get(key(office), ("", ""))[1],
                "position": position,
                "title": title.text,
                "segments": "",
            }
        )
    return people, reading


def _mask_note(note: str) -> str:
    """A note of the roster without the name after 「後任：」 and 「代理：」, who is on no roster."""
    return re.sub(r"(後任|前任|代理|旧姓)([：:\s]*)[^、。)）]+", r"\1\2〔氏名〕", note)


def read_aliases(year: Year, files: list[RawFile]) -> tuple[list[Alias], Reading]:
    """The analyst's judgements: a written name is somebody of the roster, or nobody of it."""
    reading, aliases = Reading(year), []
    for _, row in reading.rows(files, "aliases"):
        judgement, number = row["judgement"], row["staff_no"]
        is_outsider = judgement.text == OUTSIDER
        if judgement.text not in (OUTSIDER, SAME):
            reading.findings.add("I12", judgement.place, seen=shorten(judgement.text))
            is_outsider = not number.text  # told once: the names themselves are not at fault
        office = reading.office(row.get("office"))
        aliases.append(Alias(row["name"].text, office, key(number.text).zfill(4), is_outsider, number.place))
    return aliases, reading
