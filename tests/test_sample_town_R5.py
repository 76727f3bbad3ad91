# ruff: noqa: N999 (the year is written R5 in every file name)
"""The made-up town's R5: same bytes every time, the planted truths, and the dirt that was planted.

The files are read here directly, not through the pipeline: what the pipeline must find in them
has to be known without it. Only that it leaves no file unmentioned is asked of the pipeline.
"""

import csv
import io
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from pipeline.preparing.prepare import prepare
from pipeline.store import Store
from pipeline.year import Year

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
R5 = SAMPLE / "R5"
FORMS = R5 / "アンケート"
PRESENT = set("○〇◯出△早") | {"出席", "遅刻", "遅", "Teams", "オンライン", "Zoom"}
MISSED = {"×", "✕", "ｘ", "欠", "欠席", "年休", "休", "公", "公欠", "出張", "窓口当番", "議会対応", "災害対応"}
RECORDING = {"録画", "録", "動画", "録画視聴"}
A_SAN = "0386"
VARIANTS = str.maketrans("髙﨑邊邉齋齊德瀨濵櫻國眞榮", "高崎辺辺斎斉徳瀬浜桜国真栄")


def sheet(path):
    return [[cell.value for cell in row] for row in load_workbook(path).active.iter_rows()]


def table(path, encoding, delimiter=","):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter=delimiter, strict=True))


def folded(name):
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFKC", name)).translate(VARIANTS)


def number_of(typed):
    return unicodedata.normalize("NFKC", str(typed)).zfill(4)


def kana_key(kana):
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", kana))
    return "".join(chr(ord(c) - 96) if "ァ" <= c <= "ヶ" else c for c in text)


@pytest.fixture(scope="module")
def staff():
    """Staff number → the line of the staff list."""
    body = table(R5 / "職員一覧_R050401.csv", "cp932")[1:]
    assert body.pop()[0] == "※見本（架空データ）"
    assert len({row[0].zfill(4) for row in body}) == len(body)  # no number twice
    return {row[0].zfill(4): [cell.strip("　 ") for cell in row] for row in body}


@pytest.fixture(scope="module")
def who(staff):
    """(written name, office) → staff number; None for who the alias table calls an outsider."""
    aliases = {folded(r[0]): r[2] or None for r in table(R5 / "別名表.csv", "utf-8-sig")[1:]}
    names = {}
    for number, row in staff.items():
        names.setdefault(folded(row[1]), []).append((row[4], number))

    def find(name, office=""):
        if folded(name) in aliases:
            return aliases[folded(name)]
        found = names[folded(name)]
        [number] = [n for where, n in found if len(found) == 1 or where == office]
        return number

    return find


@pytest.fixture(scope="module")
def register(who):
    """Course number → staff number → the marks without what stands in brackets."""

    def read(course):
        grid = sheet(R5 / f"出席簿_No{course}.xlsx")
        sessions = sum(str(h).startswith("第") for h in grid[3])
        marks, office = {}, ""
        for row in grid[4:]:
            if not row[2]:
                continue
            office = row[1] if row[1] not in (None, "〃") else office
            marks[who(row[2], office)] = [re.sub(r"[（(].*|\d+分", "", str(c or "")) for c in row[3 : 3 + sessions]]
        return marks

    return {course: read(course) for course in (5, 6, 7, 8, 10)}


def last_answers(rows):
    """(time, person, answers) → the last one of every person."""
    return {person: answers for _, person, answers in sorted(rows, key=lambda row: str(row[0])) if person}


@pytest.fixture(scope="module")
def ratings(who, staff):
    """Course number → staff number → the ratings of all its sessions."""
    five = [(r[0], who(r[3], r[1]), r[4:9]) for r in sheet(FORMS / "No5_Google.xlsx")[1:] if r[3] != "テスト"]
    six = [(r[1], number_of(r[7]), r[8:13]) for r in table(FORMS / "No6_LimeSurvey.csv", "utf-8-sig")[1:] if r[1]]
    kana = {kana_key(row[2]): number for number, row in staff.items()}
    seven = [(r[2], kana[kana_key(r[4])], r[6:10]) for r in sheet(FORMS / "No7_MSForms.xlsx")[1:] if r[4] != "テスト"]
    return {5: last_answers(five), 6: last_answers(six), 7: last_answers(seven)}


def gaps(marks, answers):
    """What a missed and a watched session cost, within people and sessions: two coefficients."""
    cells = [
        (person, session, marks[number][session], int(value))
        for person, (number, values) in enumerate(answers.items())
        for session, value in enumerate(values)
        if str(value or "").isdigit() and marks[number][session]
    ]
    sessions = len(next(iter(answers.values())))
    design = np.zeros((len(cells), len(answers) + sessions + 2))
    for row, (person, session, mark, _) in enumerate(cells):
        assert mark in PRESENT | MISSED | RECORDING
        design[row, [2 + person, 2 + len(answers) + session]] = 1
        design[row, :2] = mark in MISSED, mark in RECORDING
    rating = np.array([value for *_, value in cells], float)
    counts = design[:, :2].sum(axis=0).astype(int)
    return np.linalg.lstsq(design, rating, rcond=None)[0][:2], counts


def test_generator_writes_the_committed_bytes(tmp_path):
    subprocess.run([sys.executable, SAMPLE / "make_R5.py", tmp_path], check=True)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(R5): p.read_bytes() for p in R5.rglob("*") if p.is_file()}
    kept.pop(Path("year.toml"))
    kept.pop(Path("menu_revision_R4_決定.xlsx"))  # rests on R4's report: decisions_R4.py
    assert sorted(made) == sorted(kept)
    assert [str(name) for name in made if made[name] != kept[name]] == []
    assert max(map(len, made.values())) < 500_000


def test_staff_are_250_and_hold_the_24_of_the_trial(staff):
    assert len(staff) == 250
    trial = sheet(SAMPLE / "R4" / "行革幹事名簿_R4.7.20現在.xlsx")[4:28]
    for row in trial:
        name = re.sub("[\U000e0100]", "", row[4]).replace("𠮷", "吉")  # cp932 lacks these
        own = staff[str(row[6]).zfill(4)]
        assert folded(own[1]) == folded(name)
        assert "行革幹事" in own[8]
    assert sum("行革幹事" in row[8] for row in staff.values()) == 24
    names = Counter(folded(row[1]) for row in staff.values())
    [(twin, _)] = [item for item in names.items() if item[1] > 1]
    assert len({row[4] for row in staff.values() if folded(row[1]) == twin}) == 2


def test_a_missed_session_costs_nine_tenths_in_no05(register, ratings):
    (missed, _), (n_missed, _) = gaps(register[5], ratings[5])
    assert len(register[5]) == 60
    assert n_missed >= 40
    assert -1.05 < missed < -0.75


def test_a_recording_makes_up_for_a_missed_session_in_no06(register, ratings):
    (missed, watched), (_, n_watched) = gaps(register[6], ratings[6])
    assert len(register[6]) == 70
    assert n_watched >= 25
    assert -1.2 < missed < -0.8
    assert abs(watched + 0.05) < 0.15


def test_a_missed_session_costs_nothing_in_no07(register, ratings):
    (missed, _), (n_missed, _) = gaps(register[7], ratings[7])
    assert len(register[7]) == 80
    assert n_missed >= 40
    assert abs(missed) < 0.2


def test_share_of_answers_is_near_85_per_cent(register, ratings):
    for course, answers in ratings.items():
        assert 0.75 < len(answers) / len(register[course]) < 0.95


def test_no08_is_too_small_and_no10_has_everybody(register, staff):
    assert len(register[8]) == 7
    assert set(register[10]) == {n for n, row in staff.items() if "行革幹事" in row[8]}
    assert not list(R5.glob("*アイデア*"))


def test_no09_pleases_and_is_of_little_use():
    head, *body = table(FORMS / "No9_Googleフォーム.csv", "utf-8-sig")
    body = [row for row in body if row[-1] != "テスト"]
    satisfied = [row[head.index("満足度")] in ("満足", "やや満足") for row in body]
    useful = [row[head.index("実務への貢献度")] in ("すぐに活かせる", "いずれ活かせる") for row in body]
    assert np.mean(satisfied) > 0.85
    assert np.mean(useful) < 0.3
    head, *later = table(R5 / "フォローアップ_R6.1.csv", "utf-8-sig")
    uses = [row[4] for row in later if row[3].removeprefix("No.") == "9"]
    assert len(uses) >= 30
    assert 0.05 <= np.mean([use == "活用した" for use in uses]) <= 0.15


def test_a_san_took_what_the_policy_tells(staff):
    head, *body = sheet(R5 / "R5受講管理表.xlsx")[3:]
    [own] = [dict(zip(head, row, strict=True)) for row in body if row[0] == A_SAN]
    assert (staff[A_SAN][5], staff[A_SAN][8]) == ("副主任", "行革幹事")
    assert own["No.1"] == "○済(動画 5/24)"
    assert (own["No.2"], own["No.2方法"]) == ("●済", "集合")
    assert own["No.3"] == "○見送り（既に高度な水準にあるため）"


def test_everybody_written_anywhere_is_on_the_staff_list(staff, who):
    """Numbers and names of the completion list, the logs and the forms that carry a number."""
    for row in sheet(R5 / "R5受講管理表.xlsx")[4:254]:
        assert folded(staff[number_of(row[0])][1]) == folded(row[1])
    for day in ("20231031", "20240229"):
        for row in table(R5 / f"JLIS_受講状況_{day}.csv", "cp932")[1:-1]:
            assert folded(staff[row[2]][1]) == folded(row[3])
    for name, encoding, at in (
        ("No2_一般_Googleフォーム.csv", "utf-8", 2),
        ("No3_セキュリティ_LoGo.csv", "cp932", 3),
        ("No6_LimeSurvey.csv", "utf-8-sig", 7),
        ("No9_Googleフォーム.csv", "utf-8-sig", 1),
    ):
        numbers = [row[at] for row in table(FORMS / name, encoding)[1:] if row[at]]
        assert {number_of(n) for n in numbers} <= set(staff)
        assert {len(n) for n in numbers} >= {3, 4}  # some without their zero


def test_one_learner_goes_back_from_finished():
    before, after = (
        {
            row[2]: row[10]
            for row in table(R5 / f"JLIS_受講状況_{day}.csv", "cp932")
            if row[5] == "デジタルリテラシー修得コース"
        }
        for day in ("20231031", "20240229")
    )
    assert [n for n in before if before[n] == "修了" != after[n]] != []
    assert sum(before[n] == "修了" != after[n] for n in before) == 1


def test_two_names_lie_about_what_is_inside():
    """A workbook called .csv, and a sheet saved as 「Unicode テキスト」: UTF-16 and tabs."""
    book = load_workbook(io.BytesIO((R5 / "人事異動_R4年度末.csv").read_bytes()))
    assert book.active["C2"].value == "R5.3.20" and "架空" in book.active["A3"].value
    assert (R5 / "手動分類.csv").read_bytes().startswith(b"\xff\xfe")
    head, *lines = table(R5 / "手動分類.csv", "utf-16", "\t")
    assert len(lines) == 5 and "架空" in lines[0][-2] and [line[-1] for line in lines] == [""] * 3 + ["○"] * 2
    for file, cell, text, *_ in lines:
        assert load_workbook(R5 / file).active[cell].value == text


def test_what_cannot_be_opened_lies_beside_the_rest():
    old = (R5 / "旧様式_出席簿.xls").read_bytes()
    assert old.startswith(b"\xd0\xcf\x11\xe0") and "見本（架空データ）".encode("utf-16-le") in old
    packed = (R5 / "総務課から.zip").read_bytes()
    assert packed.count("出席簿の写し（総務課）.csv".encode("cp932")) == 2  # as Windows names it
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        [member] = archive.infolist()
        assert not member.flag_bits & 0x800 and "架空" in archive.read(member).decode("cp932")
    declared = (R5 / "year.toml").read_text(encoding="utf-8")
    assert '.xls"' not in declared and ".zip" not in declared


def test_what_windows_and_a_careful_clerk_leave_behind():
    assert {p.name for p in R5.rglob("*") if p.name.startswith("~$") or p.suffix in (".db", ".ini")} == {
        "~$R5受講管理表.xlsx",
        "Thumbs.db",
        "desktop.ini",
    }
    book = load_workbook(R5 / "出席簿_No8.xlsx")
    assert book.sheetnames == ["出席簿", "出席簿 (2)"]
    now, before = ([[c.value for c in row] for row in s.iter_rows(min_row=5, max_row=11)] for s in book)
    assert [row[:5] for row in now] == [row[:5] for row in before]
    assert all(row[5] for row in now) and not any(row[5] or row[6] for row in before)


def test_the_pipeline_reads_or_names_every_file_of_the_year(tmp_path):
    """Two files nobody declared are named, the litter isn't; the counts of the README hold."""
    shutil.copytree(R5, tmp_path / "data/sample/R5")
    tables = prepare(Year.open(Store.open("R5", tmp_path)))
    findings = tables["findings"]
    told = {
        (f["rule_id"], f["file"]): f["what"]
        for f in findings.to_dict("records")
        if f["rule_id"] in ("F10", "F15", "F22", "F23", "F24")
    }
    assert set(told) == {
        ("F22", "人事異動_R4年度末.csv"),
        ("F23", "手動分類.csv"),
        ("F24", "旧様式_出席簿.xls"),
        ("F24", "総務課から.zip"),
        ("F15", "出席簿_No8.xlsx"),
        ("F15", "menu_revision_R4_決定.xlsx"),
    }
    assert "出席簿の写し（総務課）.csv" in told["F24", "総務課から.zip"]
    accounts = tables["accounts"].set_index("file")
    assert (accounts["rows_read"] == accounts["rows_used"] + accounts["rows_set_aside"]).all()
    used = accounts["rows_used"]
    assert (used["人事異動_R4年度末.csv"], used["手動分類.csv"], used["出席簿_No8.xlsx"]) == (0, 5, 7)
    assert "旧版とみられるシート 14" in accounts.loc["出席簿_No8.xlsx", "reasons"]
    on_disk = {unicodedata.normalize("NFC", p.relative_to(R5).as_posix()) for p in R5.rglob("*") if p.is_file()}
    assert on_disk - set(accounts.index) == {
        "year.toml",
        "旧様式_出席簿.xls",
        "総務課から.zip",
        "~$R5受講管理表.xlsx",
        "アンケート/Thumbs.db",
        "desktop.ini",
    }


def test_the_two_years_hold_all_48_kinds_of_dirt():
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| *(\d+(?:[・～]\d+)*) *\|", readme, re.M)
    kinds = set()
    for row in rows:
        for part in row.split("・"):
            first, *last = map(int, part.split("～"))
            kinds |= set(range(first, (last or [first])[0] + 1))
    assert kinds == set(range(1, 49))


def test_teams_report_is_utf16_with_sections_and_reconnections():
    text = (R5 / "Teams出席_20230512.csv").read_bytes()
    assert text.startswith(b"\xff\xfe")
    lines = text.decode("utf-16").split("\r\n")
    people = lines[lines.index("2. 参加者") + 2 : lines.index("3. 会議中のアクティビティ") - 1]
    names = Counter(line.split("\t")[0].replace("　", " ") for line in people)
    assert max(names.values()) == 2
    assert sum(names.values()) > len(names) >= 25


@pytest.mark.parametrize(
    ("name", "encoding"), [("No5_Google.xlsx", ""), ("No7_MSForms.xlsx", ""), ("No6_LimeSurvey.csv", "utf-8-sig")]
)
def test_comments_vary_and_about_a_quarter_belong_to_no_theme(name, encoding):
    sys.path.insert(0, str(SAMPLE))
    import words_R5 as words

    codes = dict([*words.GOOD, *words.BAD])
    body = (table(FORMS / name, encoding) if encoding else sheet(FORMS / name))[1:]
    own = [text for row in body for text in row[-2:] if text in codes]
    assert 30 <= len(own) <= 70
    assert len(set(own) - {"特になし"}) == sum(text != "特になし" for text in own)
    assert 0.15 < np.mean([codes[text] == "" for text in own]) < 0.4
