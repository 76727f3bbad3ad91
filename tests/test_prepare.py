"""The sample town from raw files to tables: published figures, accounting, planted faults, no names."""

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline import themes
from pipeline.comprehension import topic_ratings
from pipeline.inference import association
from pipeline.preparing.id_key import SAMPLE_KEY
from pipeline.preparing.identity import participant_id
from pipeline.preparing.prepare import prepare
from pipeline.schema import conform
from pipeline.stages import STAGES
from pipeline.year import Year
from tests.towns import ALIASES, FINAL, FINAL_COPY, IDEAS, INTERVIEWS, REGISTER, ROSTER, SAMPLE, Town, survey


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return Town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def year(town):
    return Year.open(town.store)


@pytest.fixture(scope="module")
def hashes(town):
    """Every raw file before and after the run."""
    return {"before": hashed(town)}


def hashed(town):
    paths = sorted(path for path in town.folder.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def tables(year, hashes):
    return prepare(year)


@pytest.fixture(scope="module")
def truth():
    """The generator's own town: what was planted before it was written into files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SAMPLE))
        import town_R4

        yield town_R4


# --- the published figures (domain facts of R4) ---------------------------------------------------


def test_24_people_in_7_sessions_and_21_with_an_idea(tables):
    assert len(tables["participants"]) == tables["participants"]["participant_id"].nunique() == 24
    assert tables["sessions"]["number"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert tables["sessions"]["held_on"].dt.date.tolist() == [
        date(2022, 8, 5),
        date(2022, 8, 19),
        date(2022, 9, 2),
        date(2022, 9, 9),
        date(2022, 9, 16),
        date(2022, 10, 7),
        date(2022, 10, 21),
    ]
    authors = set(tables["ideas"]["participant_id"])
    assert len(authors) == 21 and authors <= set(tables["participants"]["participant_id"])
    assert tables["ideas"]["action_item"].between(1, 35).all()
    assert "公共施設貸出における施設予約システムと鍵管理システムの導入に向けた検討" in set(tables["ideas"]["title"])


def test_obstacles_have_the_published_counts(year, tables):
    items = tables["items"]
    ids = set(items.loc[items["concept"] == "obstacles", "item_id"])
    counts = themes.options_chosen(tables["choices"], year.codebook.options("obstacles"), ids)
    assert counts["n"].tolist() == [8, 6, 6, 4, 3, 2, 2, 1]
    assert counts["option"].str[:6].tolist() == [
        "多額の費用が",
        "ネットワーク",
        "複数の所属・",
        "所属内でアイ",
        "前提となる事",
        "所属内で検討",
        "担当職員にア",
        "その他",
    ]


def test_good_and_bad_points_are_those_of_the_hand_coding(year, tables, truth):
    coded = themes.code(tables["comments"], year.codebook.read("themes"))
    counts = themes.count(coded, year.codebook.read("themes")).set_index("theme_id")["n"]
    by_hand = Counter(theme for _, _, good, _, bad, _ in truth.FINAL.values() for theme in f"{good} {bad}".split())
    assert counts.to_dict() == dict(by_hand)
    assert len(by_hand) == 9 and min(by_hand.values()) >= 1  # each point of page 15 was said


def test_interviews_have_both_groups_and_their_questions(tables):
    interviews = tables["interviews"]
    assert len(interviews) == 8
    assert set(interviews["group"]) == {"職員", "講師"}
    assert (interviews[["question", "statement"]] != "").all(axis=None)


# --- what was planted is what is read -------------------------------------------------------------

LETTERS = {
    "P": "present",
    "L": "late",
    "E": "early",
    "O": "online",
    "R": "recording",
    "A": "absent",
    "D": "absent_duty",
    "U": "unknown",
    "N": "not_target",
}


def test_every_cell_of_the_register_is_what_was_planted(tables, truth):
    planted = {
        (participant_id(person.staff_no, SAMPLE_KEY), f"trial-{number}"): LETTERS[letter]
        for person in truth.PEOPLE
        for number, letter in enumerate(person.attendance, start=1)
    }
    read = tables["attendance"].set_index(["participant_id", "session_id"])["status"]
    assert read.to_dict() == planted and len(planted) == 24 * 7


def test_what_stood_beside_the_marks_is_kept(tables):
    marks = tables["attendance"].set_index("source_ref")
    marks.index = marks.index.str.rsplit("!", n=1).str[1]
    assert marks.loc["G8", "minutes_lost"] == 15
    assert marks.loc["D20", "caught_up_on"] == pd.Timestamp(2022, 8, 30)
    assert marks.loc[["F24", "I28"], "reason"].tolist() == ["代理", "急用"]


def test_the_planted_association_is_found(year, tables):
    cells = association.cells(topic_ratings(tables["responses"], tables["items"]), tables["attendance"], year.plan)
    # The sample's documentation: 22 people, 142 usable cells, 21 of them missed; planted −0.9.
    assert cells.table["participant_id"].nunique() == 22
    assert (len(cells.table), int(cells.table["missed"].sum())) == (142, 21)
    found = association.primary(cells, year.plan)
    main = found.results.set_index("analysis").loc["primary"]
    assert main["estimate"] == pytest.approx(-0.86, abs=0.005)
    assert main["ci_low"] < -0.9 < main["ci_high"] < 0
    assert main["p_value"] < 0.01
    assert found.verdict.code == "linked"


def test_three_kinds_of_emptiness_stay_apart(tables):
    responses = tables["responses"]
    assert (responses["value"].isna() == responses["missing_reason"].notna()).all()
    reasons = responses["missing_reason"].value_counts()
    assert reasons["did_not_attend"] == 2  # two people wrote 「欠席した」 into the grid
    assert reasons["not_applicable"] > 0 and reasons["nonresponse"] > 0


def test_tables_keep_their_contracts_and_join(tables):
    assert list(tables) == STAGES["prepare"].writes
    for name, table in tables.items():
        pd.testing.assert_frame_equal(conform(name, table), table)
    people = set(tables["participants"]["participant_id"])
    for name in ("attendance", "appointments", "responses", "choices", "ideas"):
        assert set(tables[name]["participant_id"].dropna()) <= people, name
    items = set(tables["items"]["item_id"])
    for name in ("responses", "choices", "comments"):
        assert set(tables[name]["item_id"]) <= items, name
    assert set(tables["items"]["instrument_id"]) == set(tables["instruments"]["instrument_id"])
    answers = tables["responses"].groupby("instrument_id")["response_id"].nunique()
    assert answers.to_dict() == tables["instruments"].set_index("instrument_id")["answered"].to_dict()


def test_the_same_files_give_the_same_tables(year, tables):
    for name, table in prepare(year).items():
        pd.testing.assert_frame_equal(table, tables[name])


# --- accounting -----------------------------------------------------------------------------------


def rows_with_content(path):
    """Rows that hold anything, of all sheets: counted without the pipeline."""
    if path.suffix == ".csv":
        text = path.read_bytes()
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = text.decode("cp932")
        rows = list(csv.reader(io.StringIO(text, newline="")))
    else:
        rows = [[c.value for c in row] for sheet in load_workbook(path) for row in sheet.iter_rows()]
    return sum(any(str(v or "").strip() for v in row) for row in rows)


# The sample's documentation: data rows less those that it says don't count.
USED = {
    ROSTER: 24,
    REGISTER: 24,
    survey(1): 21 - 2,
    survey(2): 22 - 3,
    survey(3): 21 - 2,
    survey(4): 19 - 2,
    survey(5): 22 - 2,
    survey(6): 19 - 2,
    survey(7): 19 - 2,
    FINAL: 25 - 3,
    FINAL_COPY: 0,
    IDEAS: 21,
    INTERVIEWS: 8,
    ALIASES: 9,
}


def test_every_row_is_used_or_set_aside_with_a_reason(town, tables):
    accounts = tables["accounts"].set_index("file")
    read = {name: rows_with_content(town.folder / name) for name in USED}
    assert accounts["rows_read"].to_dict() == read
    assert accounts["rows_used"].to_dict() == USED
    assert (accounts["rows_read"] == accounts["rows_used"] + accounts["rows_set_aside"]).all()
    for name, text in accounts["reasons"].items():
        numbers = [int(n) for n in re.findall(r" (\d+)(?:、|$)", text)]
        assert sum(numbers) == accounts.loc[name, "rows_set_aside"]
    set_aside = tables["set_aside"]
    assert set_aside.groupby("file").size().to_dict() == accounts["rows_set_aside"].to_dict()
    assert (set_aside["reason"] != "").all()


@pytest.mark.parametrize(
    ("reason", "rows"),
    [
        ("下書き", {(survey(1), 3), (survey(4), 3)}),
        ("取消", {(survey(5), 12)}),
        ("テスト回答", {(survey(n), 2) for n in range(1, 8)} | {(FINAL, 2)}),
        ("名簿外の人", {(survey(2), 17), (survey(3), 6), (survey(7), 8)}),
        ("重複回答（先の送信）", {(survey(2), 6), (survey(6), 18), (FINAL, 8), (FINAL, 24)}),
        ("合計の行", {(REGISTER, 29)}),
        ("凡例・注記", {(REGISTER, 30), (REGISTER, 31), (ROSTER, 29), (IDEAS, 26)}),
    ],
)
def test_the_planted_rows_are_set_aside_for_the_right_reason(tables, reason, rows):
    table = tables["set_aside"]
    own = table[table["reason"] == reason]
    assert set(zip(own["file"], own["row"], strict=True)) == rows


def test_raw_files_are_never_changed(town, tables, hashes):
    assert hashed(town) == hashes["before"] and len(hashes["before"]) > 14
    digests = tables["accounts"].set_index("file")["sha256"]
    assert all(digests[name] == hashes["before"][name.split("/")[-1]] for name in USED)


def test_the_match_report_accounts_for_every_name(tables):
    matches = tables["matches"].set_index(["source", "how"])
    for file, used in [(FINAL, 22), (IDEAS, 21), (REGISTER, 24)]:
        own = matches.loc[file]
        found = own.drop("register_only")["people"].sum()
        assert (found, own.loc["register_only", "people"]) == (used, 24 - used), file
    assert matches.loc[survey(2)].loc["outsider", "answers"] == 1
    assert not {"unknown", "ambiguous"} & set(tables["matches"]["how"])


# --- findings -------------------------------------------------------------------------------------

FINAL_SHEET = "フォームの回答 1"
# Every fault of the sample's documentation that somebody must look into, and its cell.
MAJOR = {
    ("L19", REGISTER, "出席簿", "F6"),
    ("L19", REGISTER, "出席簿", "I25"),
    ("L18", REGISTER, "出席簿", "E5"),
    ("D01", REGISTER, "出席簿", "G4"),  # 9/9 is a Friday
    ("M02", REGISTER, "出席簿", "I17"),
    ("M02", REGISTER, "出席簿", "J21"),  # blanks
    ("M04", REGISTER, "出席簿", "F24"),  # a proxy
    ("C03", REGISTER, "出席簿", "K19"),  # 7 written, 6 counted
    ("C01", survey(5), "", "J9"),  # absent, but 「会場」
    ("C02", survey(5), "", ""),  # more answers than people
    ("S02", FINAL, FINAL_SHEET, "P4"),  # words that are no option
}
MINOR = {
    *(("I07", ROSTER, "名簿", cell) for cell in ("G5", "G7", "G25")),  # leading zeros lost
    ("I14", ROSTER, "名簿", "J23"),  # moved in September
    ("F15", REGISTER, "出席簿 (2)", ""),
    ("F15", REGISTER, "集計", ""),
    ("L13", REGISTER, "出席簿", "23行"),
    ("M05", REGISTER, "出席簿", "I28"),  # ×（急用）
    ("C04", FINAL, FINAL_SHEET, "M3"),  # says the fourth, the register the third
    ("F17", FINAL_COPY, "", ""),
    *(("I05", survey(n), "", cell) for n, cell in ((2, "E17"), (3, "E6"), (7, "E8"))),
    *(
        ("I04", survey(n), "", cell)
        for n, cell in ((1, "E7"), (2, "E12"), (2, "E22"), (4, "E7"), (4, "E13"), (5, "E11"), (6, "E20"), (7, "E20"))
    ),
    ("I04", FINAL, FINAL_SHEET, "D4"),
    ("I04", FINAL, FINAL_SHEET, "D17"),
    *(("S06", survey(n), "", cell) for n, cell in ((1, "B22"), (2, "B23"), (3, "B21"), (3, "B22"), (5, "B23"))),
    *(("S07", survey(n), "", cell) for n, cell in ((2, "B8"), (6, "B19"))),
    ("S07", FINAL, FINAL_SHEET, "A12"),
    ("S07", FINAL, FINAL_SHEET, "A25"),
    *(("S08", survey(n), "", cell) for n, cell in ((1, "B21"), (3, "B16"), (6, "B16"))),
}


def places(findings):
    table = findings.fillna("")
    return set(zip(table["rule_id"], table["file"], table["sheet"], table["cell"], strict=True))


def test_every_planted_fault_is_found_at_its_cell(tables):
    findings = tables["findings"]
    assert set(findings["severity"]) == {"major", "minor"}  # nothing that stops the year
    assert places(findings[findings["severity"] == "major"]) == MAJOR
    minor = findings[(findings["severity"] == "minor") & ~findings["rule_id"].isin(["I03", "L16"])]
    assert places(minor) == MINOR


def test_formulas_without_a_value_and_variant_names_are_noted(tables, truth):
    findings = tables["findings"]
    formulas = [
        row[10].coordinate
        for row in load_workbook(SAMPLE / "R4" / REGISTER)["出席簿"].iter_rows(min_row=5, max_row=28)
        if str(row[10].value).startswith("=")
    ]
    assert [c for r, _, _, c in sorted(places(findings)) if r == "L16"] == sorted(formulas)
    spelt = findings.loc[findings["rule_id"] == "I03", "what"]
    assert len(spelt) >= 20 and spelt.str.contains("字体が違います").all()


def test_what_a_finding_quotes_is_right(tables):
    findings = tables["findings"].set_index(["rule_id", "cell"])["what"]
    for place, words in {
        ("D01", "G4"): "2022年9月9日は（金）ですが、（木）",
        ("C03", "K19"): "7 と書かれていますが、数えると 6",
        ("C02", ""): "回答した人（20人）が出席・録画等の人（19人）",
        ("C01", "J9"): "出席簿（H11）",
        ("C04", "M3"): "（第4回）が出席簿の欠席（第3回）",
    }.items():
        assert words in findings.xs(place[0], level=0).loc[place[1]]


# --- nobody's name leaves -------------------------------------------------------------------------


def folded(text):
    text = re.sub(r"[\s\u200b-\u200f\ufe00-\ufe0f\U000e0100-\U000e01ef]", "", unicodedata.normalize("NFKC", text))
    return text.translate(str.maketrans("髙﨑嵜邊邉𠮷齋齊德澤濵廣國", "高崎崎辺辺吉斎斉徳沢浜広国")).casefold()


def strings(tables):
    for name, table in tables.items():
        for column in table:
            if column != "sha256" and not pd.api.types.is_numeric_dtype(table[column]):
                for value in table[column].dropna().astype(str):
                    yield f"{name}.{column}", value


def test_no_name_number_or_address_of_anybody_leaves(town, tables):
    people = load_workbook(town.folder / ROSTER)["名簿"].iter_rows(min_row=5, max_row=28, values_only=True)
    names, numbers = set(), set()
    for row in people:
        names |= {folded(row[4]), folded(row[5]), row[8], row[8].split("@")[0]}
        numbers |= {str(row[6]).zfill(4), str(row[7])}
    with (town.folder / ALIASES).open(encoding="utf-8-sig", newline="") as lines:
        names |= {folded(row["書かれた氏名"]) for row in csv.DictReader(lines)}
    assert len(names) > 100 and len(numbers) == 48
    written = "|".join(map(re.escape, sorted(names)))
    digits = re.compile(rf"(?<![0-9a-z])({'|'.join(numbers)})(?![0-9a-z])")
    for where, value in strings(tables):
        assert not re.search(written, folded(value)), where
        # Ids and dates are digits of their own.
        if not where.endswith(("_id", "_on", "_at", "source_ref")):
            assert not digits.search(value), where


def test_names_in_free_text_are_masked_and_the_rest_is_kept(tables):
    texts = "".join(tables["comments"]["text"])
    assert "〔氏名〕の進行が早くて" in texts  # 渡邊副参事 in the final questionnaire
    assert "①" in texts  # what isn't masked stays as it was written


def test_ids_are_keyed_and_stable(year, tables, truth):
    expected = {participant_id(person.staff_no, SAMPLE_KEY) for person in truth.PEOPLE}
    assert set(tables["participants"]["participant_id"]) == expected
    # In the order of the ids, not of the roster: a row number is a person, too.
    for name in ("participants", "appointments"):
        assert tables[name]["participant_id"].is_monotonic_increasing
    assert tables["participants"]["participant_id"].tolist() != [
        participant_id(person.staff_no, SAMPLE_KEY) for person in truth.PEOPLE
    ]


def test_litter_is_no_undeclared_file(town, tables):
    assert (town.folder / "各回アンケート/Thumbs.db").exists()
    assert "F10" not in set(tables["findings"]["rule_id"])


def test_ratings_are_read_from_the_right_cells(town, tables):
    """Every rating of the final form, looked up again in the sheet at its own address."""
    sheet = load_workbook(town.folder / FINAL).worksheets[0]
    own = tables["responses"][tables["responses"]["instrument_id"] == "trial-final"]
    own = own[own["value"].notna()]
    assert len(own) > 150
    for reference, value in zip(own["source_ref"], own["value"], strict=True):
        cell = sheet[reference.rsplit("!", 1)[1]].value
        assert float(re.search(r"\d+", unicodedata.normalize("NFKC", str(cell)))[0]) == value
    assert np.isfinite(own["value"]).all()
