"""The staff list and the transfers: who holds which position on which day, and what stops the year."""

from datetime import date

import pytest

from pipeline.ingest.headings import Cell
from pipeline.preparing.id_key import SAMPLE_KEY
from pipeline.preparing.identity import participant_id
from pipeline.schema import conform
from tests.grids import found
from tests.small_towns import PEOPLE, STAFF, TRANSFERS, SmallTown


@pytest.fixture
def town(tmp_path):
    return SmallTown(tmp_path)


def posts(run, staff_no):
    """(office, title, segments, from, to) of one person, in the order of the table."""
    own = participant_id(staff_no, SAMPLE_KEY)
    table = conform("appointments", run.tables["appointments"])
    table = table[table["participant_id"] == own]
    return [
        (
            r.office,
            r.title,
            r.segments,
            r.valid_from.date(),
            None if r.valid_to is None or r.valid_to != r.valid_to else r.valid_to.date(),
        )
        for r in table.itertuples()
    ]


def spoilt(row, **cells):
    """A row of the staff list with some cells changed, by the letter of their column."""
    new = list(PEOPLE[row])
    for letter, value in cells.items():
        new[ord(letter) - ord("A")] = value
    return new


def test_the_list_says_who_holds_which_position(town):
    town.staff()
    run = town.read()
    assert not run.findings.fatal()
    assert posts(run, "0101") == [("総務課", "課長", "行革本部", date(2023, 4, 1), None)]
    assert posts(run, "0102") == [("税務課", "副主任", "行革幹事;DX推進部門", date(2023, 4, 1), None)]
    employed = conform("participants", run.tables["participants"])
    assert sorted(employed["employment"]) == ["再任用", "正規", "正規"]
    positions = {row["title"]: row["position"] for row in run.tables["appointments"]}
    assert positions == {"課長": "部課長", "副主任": "副主任", "主事": "主事"}


def test_half_width_kana_and_padding_do_not_hide_a_person(town):
    town.staff()
    directory = town.read().directory
    [person] = [p for p in directory.people if p.staff_no == "0102"]
    assert person.name == "山田　花子" and person.office == "税務課"
    for kana in ("ヤマダ　ハナコ", "やまだ はなこ"):
        assert directory.match_kana(Cell(kana, person.place)).participant_id == person.participant_id


@pytest.mark.parametrize(
    ("moves", "expected", "why"),
    [
        (
            [["0103", "鈴木　一郎", "R5.7.1", "異動", "総務課", "主査"]],
            [("税務課", "主事", "", (2023, 4, 1), (2023, 6, 30)), ("総務課", "主査", "", (2023, 7, 1), None)],
            "a transfer closes one post and opens the next",
        ),
        (
            [["103", "鈴木一郎", "令和5年10月1日", "昇任", "", "主査"]],
            [("税務課", "主事", "", (2023, 4, 1), (2023, 9, 30)), ("税務課", "主査", "", (2023, 10, 1), None)],
            "a promotion keeps the office; the number lost its zero",
        ),
        (
            [["0103", "鈴木　一郎", "2023/9/30", "退職"]],
            [("税務課", "主事", "", (2023, 4, 1), (2023, 9, 30))],
            "the day of leaving is the last one in office",
        ),
        (
            [["0103", "鈴木　一郎", "R6.1.10", "復帰"], ["0103", "鈴木　一郎", "R5.6.1", "育休"]],
            [("税務課", "主事", "", (2023, 4, 1), (2023, 5, 31)), ("税務課", "主事", "", (2024, 1, 10), None)],
            "leave counts from its own day, and who comes back takes up the old post; in any order",
        ),
        (
            [["0103", "鈴木　一郎", "R5.12.1", "復帰", "総務課", "主事"]],
            [("総務課", "主事", "", (2023, 12, 1), None)],
            "a list of the staff has those on leave, too",
        ),
        (
            [["0103", "鈴木　一郎", "R5.4.1", "異動", "税務課", "主事"]],
            [("税務課", "主事", "", (2023, 4, 1), None)],
            "what the list of that day knows already opens nothing",
        ),
        (
            [["0103", "鈴木　一郎", "R4.10.1", "異動", "総務課", "主事"]],
            [("税務課", "主事", "", (2023, 4, 1), None)],
            "a transfer before the list's day is history",
        ),
    ],
)
def test_a_transfer_closes_and_opens(town, moves, expected, why):
    town.staff()
    town.transfers(*moves)
    run = town.read()
    assert not run.findings.fatal(), why
    assert posts(run, "0103") == [(*what, date(*start), end and date(*end)) for *what, start, end in expected]
    run.ledger.accounts()  # every row is used or set aside


def test_who_joins_in_the_year_is_a_person_from_that_day(town):
    town.staff()
    town.transfers(["0104", "佐藤　梅子", "R5.6.1", "採用", "住民課", "会計年度任用職員"])
    run = town.read()
    assert posts(run, "0104") == [("住民課", "会計年度任用職員", "", date(2023, 6, 1), None)]
    [person] = [p for p in run.directory.people if p.staff_no == "0104"]
    assert run.directory.match(Cell("佐藤梅子", person.place)).participant_id == person.participant_id


def test_a_list_may_name_who_comes_next_month(town):
    town.staff([spoilt(2, H="R5.5.1")])
    assert posts(town.read(), "0103")[0][3] == date(2023, 5, 1)


def test_segments_end_with_the_office_unless_they_are_written_again(town):
    town.staff()
    town.transfers(
        ["0102", "山田　花子", "R5.7.1", "異動", "総務課", "主任"],
        ["0101", "髙﨑　太郎", "R5.7.1", "異動", "税務課", "課長", "行革本部長"],
    )
    run = town.read()
    assert [p[2] for p in posts(run, "0102")] == ["行革幹事;DX推進部門", ""]
    assert [p[2] for p in posts(run, "0101")] == ["行革本部", "行革本部"]
    assert ("I27", "G2") in found(run.findings)


@pytest.mark.parametrize(
    ("rows", "rule", "cell", "said"),
    [
        ([*PEOPLE, spoilt(2, F="主任")], "I20", "F5", "F4"),
        ([*PEOPLE, PEOPLE[2]], "I06", "A5", "F4"),
        ([*PEOPLE, spoilt(2, B="別の　人")], "I06", "A5", "F4"),
        ([spoilt(0, F="統括官")], "P01", "F2", "統括官"),
        ([spoilt(0, E="未来課")], "O01", "E2", "未来課"),
        ([spoilt(0, G="派遣")], "I22", "G2", "派遣"),
        ([spoilt(0, I="行革本部員;謎の会")], "I21", "I2", "謎の会"),
        ([spoilt(0, A="01A1")], "I08", "A2", "01a1"),
        ([spoilt(0, A="101")], "I07", "A2", "先頭の0"),
        ([spoilt(0, H="昭和のころ")], "S03", "H2", "昭和のころ"),
    ],
)
def test_a_fault_of_the_list_is_named_by_its_cell(town, rows, rule, cell, said):
    town.staff(rows)
    findings = [f for f in town.read().findings.items if f.rule_id == rule]
    assert [(f.file, f.cell) for f in findings] == [(STAFF, cell)]
    assert said in findings[0].what


@pytest.mark.parametrize(
    ("moves", "rule", "cell", "said"),
    [
        (
            [
                ["0103", "鈴木　一郎", "R5.7.1", "異動", "総務課", "主事"],
                ["0103", "鈴木　一郎", "令和５年７月１日", "昇任", "", "主査"],
            ],
            "I18",
            "C3",
            "C2",
        ),
        ([["0103", "鈴木　一郎", "R5.4.1", "異動", "総務課", "主事"]], "I29", "D2", "F4"),
        ([["0103", "鈴木　一郎", "R5.7.1", "配置換", "総務課", "主事"]], "I19", "D2", "配置換"),
        ([["0103", "鈴木　一郎", "R5.7.1", "採用", "総務課", "主事"]], "I26", "D2", "在職"),
        (
            [["0103", "鈴木　一郎", "R5.7.1", "退職"], ["0103", "鈴木　一郎", "R5.8.1", "異動", "総務課", "主事"]],
            "I26",
            "D3",
            "在職していない",
        ),
        ([["0999", "鈴木　一郎", "R5.7.1", "退職"]], "I24", "A2", "退職"),
        ([["0999", "新　人", "R5.7.1", "採用", "総務課", ""]], "I25", "D2", "職位"),
        ([["0999", "新　人", "R5.7.1", "採用", "", "主事"]], "I25", "D2", "所属"),
        ([["0103", "別の　人", "R5.7.1", "退職"]], "I17", "B2", "B4"),
        ([["0103", "鈴木　一郎", "そのうち", "退職"]], "S03", "C2", "そのうち"),
        ([["0103", "鈴木　一郎", "R6.4.1", "異動", "総務課", "主事"]], "S04", "C2", "2024年4月1日"),
    ],
)
def test_a_fault_of_the_transfers_is_fatal_and_named_by_its_cell(town, moves, rule, cell, said):
    town.staff()
    town.transfers(*moves)
    findings = [f for f in town.read().findings.fatal() if f.file == TRANSFERS]
    assert [(f.rule_id, f.cell) for f in findings] == [(rule, cell)]
    assert said in findings[0].what


def test_the_day_of_the_list_must_be_in_its_name(town):
    town.staff(file="職員一覧.csv")
    assert ("I23", "") in found(town.read().findings)


def test_a_former_name_is_settled_by_the_table_of_aliases(town):
    town.staff()
    town.transfers(["0102", "旧姓　花子", "R5.7.1", "退職"])
    town.source("別名表.csv", "aliases")
    (town.folder / "別名表.csv").write_text(
        "書かれた氏名,所属,職員番号,判断,判断者,判断日,理由\n旧姓 花子,,0102,同一人,担当,R5.8.1,改姓\n",
        encoding="utf-8",
    )
    assert posts(town.read(), "0102")[0][4] == date(2023, 7, 1)
