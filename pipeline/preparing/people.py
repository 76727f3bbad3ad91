"""The roster or staff list → people; the analyst's judgements (別名表) → who is meant by a name."""

import re

from pipeline.findings import Findings
from pipeline.ingest.headings import Cell
from pipeline.preparing.identity import SAMPLE_KEY, Alias, Person, participant_id, read_secret
from pipeline.preparing.intake import RawFile, Run, of_kind
from pipeline.preparing.staff import read_staff, tabulate
from pipeline.preparing.transfers import read_transfers
from pipeline.text import key, shorten

OUTSIDER, SAME = "名簿外", "同一人"
# What a note on the roster may say that changes who belongs where.
NOTABLE = re.compile("異動|退職|転出|後任|前任|代理|休|旧姓|派遣")


def read_people(run: Run, files: list[RawFile], aliases: list[Alias]) -> list[Person]:
    """The staff list or the roster → people, and the tables participants and appointments."""
    year = run.year
    # A real year whose declaration still says "synthetic" must not get the public key.
    is_made_up = year.synthetic and year.store.is_sample
    secret = SAMPLE_KEY if is_made_up else read_secret(year.store.id_key)
    staff = read_staff(
        run,
        files,
        number_of=lambda cell: _staff_no(cell, run.findings),
        identify=lambda staff_no: participant_id(staff_no, secret),
    )
    read_transfers(staff, files, aliases)
    tabulate(staff)
    people = list(staff.people.values())
    seen = {person.staff_no: person.place for person in people}
    for raw in of_kind(files, "roster"):
        sheet = run.sheet(raw, "roster")
        for row in sheet.rows if sheet else []:
            staff_no = _staff_no(row["staff_no"], run.findings)
            office = run.office(row["office"])
            if not office:
                run.findings.add("O02", row["office"].place)
            title = row["title"]
            position = year.codebook.positions.get(key(title.text))
            if position is None:
                run.findings.add("P01", title.place, seen=shorten(title.text))
            if staff_no in seen:
                run.findings.add("I06", row["staff_no"].place, first=seen[staff_no].cell)
                staff_no = f"{staff_no}-{row.number}"  # or the rest of the year would not know them
            seen[staff_no] = row["staff_no"].place
            if NOTABLE.search(row.get("note").text):
                note = row.get("note")
                run.findings.add("I14", note.place, text=shorten(_mask_note(note.text)))
            person_id = participant_id(staff_no, secret)
            people.append(
                Person(person_id, staff_no, row["name"].text, row.get("kana").text, office, row["name"].place)
            )
            run.tables["participants"].append({"participant_id": person_id})
            department = year.codebook.offices.get(key(office), ("", ""))[1]
            run.tables["appointments"].append(
                {
                    "participant_id": person_id,
                    "office": office,
                    "department": department,
                    "position": position,
                    "title": title.text,
                    "segments": "",
                }
            )
    for name in ("participants", "appointments"):
        # By id, not by row: the order of the roster must not show in any later table.
        # Several appointments of one person stay in their order of time.
        run.tables[name].sort(key=lambda row: row["participant_id"])
    return people


def _mask_note(note: str) -> str:
    """A note of the roster without the name after 「後任：」 and 「代理：」, who is on no roster."""
    return re.sub(r"(後任|前任|代理|旧姓)([：:\s]*)[^、。)）]+", r"\1\2〔氏名〕", note)


def _staff_no(cell: Cell, findings: Findings) -> str:
    """Four digits; a number that lost its leading zeros in Excel gets them back."""
    text = key(cell.text)
    if re.fullmatch(r"\d{1,3}", text):
        findings.add("I07", cell.place)
        return text.zfill(4)
    if not re.fullmatch(r"\d{4}", text):
        findings.add("I08", cell.place, seen=shorten(text))
    return text


def read_aliases(run: Run, files: list[RawFile]) -> list[Alias]:
    """The judgements: a written name is somebody of the roster, or nobody of it."""
    aliases = []
    for raw in of_kind(files, "aliases"):
        sheet = run.sheet(raw, "aliases")
        for row in sheet.rows if sheet else []:
            judgement, number = row["judgement"], row["staff_no"]
            is_outsider = judgement.text == OUTSIDER
            if judgement.text not in (OUTSIDER, SAME):
                run.findings.add("I12", judgement.place, seen=shorten(judgement.text))
                is_outsider = not number.text  # told once: the names themselves are not at fault
            aliases.append(
                Alias(
                    row["name"].text,
                    run.office(row.get("office")),
                    key(number.text).zfill(4),
                    is_outsider,
                    number.place,
                )
            )
    return aliases
