"""The made-up town's R4: same bytes every time, the published counts, and the planted truth.

The files are read here directly, not through the pipeline: what the pipeline must find in them
has to be known without it.
"""

import csv
import re
import subprocess
import sys
import unicodedata
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
R4 = SAMPLE / "R4"
CODEBOOK = SAMPLE.parent.parent / "pipeline" / "codebook"
FINAL = "R4DX研修 最終アンケート（回答）"
PRESENT = set("○〇◯⭕◎ＯO出レ✓1済") | {"出席", "参加"}
ATTENDED = PRESENT | {"△", "遅", "早", "Zoom"}
ON_DUTY = {"公", "公欠", "議会対応", "災害対応"}
MISSED = {"×", "✕", "✖", "ｘ", "X", "╳", "欠", "欠席", "休", "年休"} | ON_DUTY
RECORDING = {"録", "録画", "録画視聴"}


def rows(path, sheet=None):
    book = load_workbook(path)
    return [list(row) for row in (book[sheet] if sheet else book.active).iter_rows()]


def table(path, encoding):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, strict=True))


def folded(name):
    text = re.sub(r"[\s\u200b\U000e0100]", "", unicodedata.normalize("NFKC", name))
    return text.translate(str.maketrans("髙﨑邊邉𠮷齋德澤", "高崎辺辺吉斎徳沢"))


@pytest.fixture(scope="module")
def roster():
    """Staff number → name."""
    body = rows(R4 / "行革幹事名簿_R4.7.20現在.xlsx", "名簿")[4:28]
    return {str(row[6].value).zfill(4): row[4].value for row in body}


@pytest.fixture(scope="module")
def who(roster):
    """(written name, office) → staff number, or None for somebody who is not on the roster."""
    aliases = {(folded(r[0]), r[1]): r[2] for r in table(R4 / "別名表.csv", "utf-8-sig")[1:]}
    names = {folded(name): number for number, name in roster.items()}

    def find(name, office):
        judged = (folded(name), office)
        return (aliases[judged] or None) if judged in aliases else names[folded(name)]

    return find


@pytest.fixture(scope="module")
def register(who):
    """Staff number → the seven marks without what stands in brackets."""
    body = rows(R4 / "DX研修_出席簿(R4)最終.xlsx", "出席簿")[4:28]
    return {who(row[2].value, ""): [re.sub(r"[（(].*", "", str(c.value or "")) for c in row[3:10]] for row in body}


@pytest.fixture(scope="module")
def final(who):
    """Staff number → the row of the final questionnaire that counts (the last one sent)."""
    answers = [[c.value for c in row] for row in rows(R4 / f"{FINAL}.xlsx")[1:]]
    answers = [row for row in answers if row[3] != "テスト"]
    return {who(row[3], row[1]): row for row in sorted(answers, key=lambda row: row[0])}


def cells(register, final):
    """Rating and absence of every person × session that the primary analysis may use."""
    for person, (number, answer) in enumerate(final.items()):
        for session, (mark, value) in enumerate(zip(register[number], answer[5:12], strict=True)):
            if str(value or "").isdigit() and mark in MISSED | ATTENDED:
                yield person, session, int(value), float(mark in MISSED)


def test_generator_writes_the_committed_bytes(tmp_path):
    subprocess.run([sys.executable, SAMPLE / "make_R4.py", tmp_path], check=True)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(R4): p.read_bytes() for p in R4.rglob("*") if p.is_file()}
    kept.pop(Path("year.toml"))
    assert sorted(made) == sorted(kept)
    assert [str(name) for name in made if made[name] != kept[name]] == []


def test_planted_loss_is_there_to_be_found(register, final):
    person, session, rating, missed = map(np.array, zip(*cells(register, final), strict=True))
    size = len(final)
    dummies = np.zeros((len(rating), size + 7))
    dummies[np.arange(len(rating)), person] = 1
    dummies[np.arange(len(rating)), size + session] = 1

    def without_means(values):
        return values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]

    y, a = without_means(rating.astype(float)), without_means(missed)
    estimate = (a @ y) / (a @ a)
    rng = np.random.default_rng(20220805)
    draws = np.empty((5000, len(missed)))
    for one in range(size):
        mine = person == one
        draws[:, mine] = rng.permuted(np.tile(missed[mine], (5000, 1)), axis=1)
    p = (1 + np.sum(draws @ y <= missed @ y + 1e-10)) / 5001
    print(
        f"planted -0.9: {estimate:.4f}, one-sided p {p:.4f}, "
        f"{len(rating)} cells, {int(missed.sum())} missed, {size} people"
    )
    assert -1.1 <= estimate <= -0.7
    assert 2 * p < 0.01


def test_weaker_people_miss_a_little_more(register, final):
    often = [sum(mark in MISSED for mark in register[number]) for number in final]
    attended = [[r for p, _, r, missed in cells(register, final) if p == i and not missed] for i in range(len(final))]
    link = np.corrcoef(often, [np.mean(ratings) for ratings in attended])[0, 1]
    assert -0.7 < link < -0.1


def test_register_has_the_published_size_and_all_states(register, roster):
    marks = [mark for row in register.values() for mark in row]
    assert len(roster) == 24 and register.keys() == roster.keys() and len(marks) == 24 * 7
    assert sum(mark in MISSED for mark in marks) == 25
    assert sum(mark in ON_DUTY for mark in marks) == 5
    assert sum(mark in RECORDING for mark in marks) == 4
    assert [marks.count(""), marks.count("－")] == [2, 1]
    assert all(mark in MISSED | ATTENDED | RECORDING | {"", "－"} for mark in marks)


def test_exactly_one_typed_total_is_wrong(register):
    body = rows(R4 / "DX研修_出席簿(R4)最終.xlsx", "出席簿")[4:28]
    typed = {
        number: row[10].value for number, row in zip(register, body, strict=True) if isinstance(row[10].value, int)
    }
    wrong = [n for n, total in typed.items() if total != sum(m in ATTENDED for m in register[n])]
    assert len(typed) == 11 and wrong == ["0386"]
    assert all(str(row[10].value).startswith("=COUNTIF") for row in body if not isinstance(row[10].value, int))


def test_two_of_24_have_no_final_form_and_21_have_an_idea(final, who, roster):
    assert len(final) == 22
    ideas = rows(R4 / "DXアイデア一覧.xlsx")[4:25]
    assert len({who(row[1].value, "") for row in ideas} & roster.keys()) == 21
    assert all(1 <= int(row[8].value) <= 35 for row in ideas)
    assert "公共施設貸出における施設予約システムと鍵管理システムの導入に向けた検討" in [
        row[3].value for row in ideas if str(row[2].value).startswith("生涯学習")
    ]


def test_obstacles_have_the_published_counts(final):
    published = {
        "財源確保": 8,
        "セキュリティ": 6,
        "意思決定に時間": 6,
        "プロセスが分からない": 4,
        "前提となる事業": 3,
        "検討する時間がない": 2,
        "スキルがない": 2,
    }
    ticked = [answer[15] or "" for answer in final.values()]
    assert {part: sum(part in cell for cell in ticked) for part in published} == published


def test_csv_of_the_final_form_says_the_same_as_the_sheet():
    sheet = [[c.value for c in row] for row in rows(R4 / f"{FINAL}.xlsx")]
    direct = table(R4 / f"{FINAL}.csv", "utf-8")
    tidy = [re.sub(r"\s", "", "".join(map(str, head))) for head in (sheet[0], direct[0])]
    assert tidy[0] == tidy[1] and sheet[0] != direct[0]
    for typed, written in zip(sheet[1:], direct[1:], strict=True):
        clock = re.fullmatch(r"(\S+) (\d+):(\d+:\d+) (午前|午後) GMT\+9", written[0])
        hour = int(clock[2]) % 12 + 12 * (clock[4] == "午後")
        assert datetime.strptime(f"{clock[1]} {hour}:{clock[3]}", "%Y/%m/%d %H:%M:%S") == typed[0]
        for left, right in zip(typed[1:], written[1:], strict=True):
            assert re.sub(r"[, ;\n]", "", str(left or "")) == re.sub(r"[, ;\n]", "", right) or (
                left == 0 and right == "0"
            )


def test_interviews_say_what_page_16_says():
    said = rows(R4 / "インタビュー記録_R4.xlsx")[3:]
    assert len(said) == 8
    assert sum("①" in str(row[2].value) or "②" in str(row[2].value) for row in said) == 2
    statements = "".join(row[3].value for row in said)
    for words in (
        "腹落ち",
        "具体的に何を",
        "着手する余裕",
        "費用対効果",
        "複数課に跨る",
        "役割・ビジョン",
        "24人中、21人",
        "ブラッシュアップとマネジメント",
    ):
        assert words in statements


def test_session_forms_hold_the_planted_contradictions(register, who):
    more_forms_than_people = []
    for n in range(1, 8):
        path = R4 / "各回アンケート" / f"第{n}回.csv"
        raw = path.read_bytes()
        assert raw.count(b"\r\n") >= 18 and raw.startswith(b'"') and b"\xef\xbb\xbf" not in raw
        body = [
            row for row in table(path, "cp932")[1:] if row[2] == "完了" and not re.match("テスト|test", folded(row[4]))
        ]
        people = {who(row[4], row[3].strip()): row[9] for row in body if row[4]}
        people.pop(None, None)
        room = {number for number, method in people.items() if method == "会場"}
        marks = {number: row[n - 1] for number, row in register.items()}
        contradicting = {number for number in room if marks[number] in MISSED}
        assert contradicting == ({"0461"} if n == 5 else set())
        assert all(marks[number] in RECORDING for number in people.keys() - room)
        nameless = sum(not row[4] for row in body)
        if len(people) + nameless > sum(mark in ATTENDED | RECORDING for mark in marks.values()):
            more_forms_than_people.append(n)
    assert more_forms_than_people == [5]


def test_every_file_says_that_it_is_made_up():
    for path in R4.rglob("*"):
        if path.suffix == ".csv":
            raw = path.read_bytes()
            assert "架空" in raw.decode("cp932" if path.parent != R4 else "utf-8"), path.name
        elif path.suffix == ".xlsx" and not path.name.startswith("~$"):
            for sheet in load_workbook(path):
                assert any("架空" in str(c.value) for row in sheet.iter_rows() for c in row), sheet


def test_readme_lists_the_dirt():
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    kinds = {int(number) for number in re.findall(r"^\| *(\d+) *\|", readme, re.M)}
    assert kinds <= set(range(1, 49)) and len(kinds) >= 30
    assert "−0.9" in readme and "架空" in readme


def themes_of(text, sides):
    plain = unicodedata.normalize("NFKC", text)
    return {
        t["theme_id"]
        for t in csv.DictReader((CODEBOOK / "themes.csv").read_text(encoding="utf-8-sig").splitlines())
        if t["side"] in sides
        and re.search(t["pattern"], plain)
        and not (t["exclude"] and re.search(t["exclude"], plain))
    }


def test_themes_agree_with_the_hand_coding(monkeypatch):
    monkeypatch.syspath_prepend(str(SAMPLE))
    import town_R4 as town

    by_hand = [(text, codes, ("good", "bad")) for text, codes in town.SESSION_COMMENTS.values()]
    for _, good, good_codes, bad, bad_codes, _ in town.FINAL.values():
        by_hand += [(good, good_codes, ("good",)), (bad, bad_codes, ("bad",))]
    wrong = [
        (text, codes, themes_of(text, sides))
        for text, codes, sides in by_hand
        if themes_of(text, sides) != set(codes.split())
    ]
    assert wrong == []
    named = " ".join(codes for _, codes, _ in by_hand).split()
    assert len(set(named)) == 9


# Not in the sample: what the patterns are meant to cover beyond its own sentences.
@pytest.mark.parametrize(
    ("side", "text", "codes"),
    [
        ("good", "テキストの資料がとても解りやすい", "g_instructor"),
        ("good", "講義は分かりやすいとは言えなかった", ""),
        ("good", "いろいろなアドバイスを受けられた", "g_feedback"),
        ("good", "発想の幅が広がった", "g_feedback"),
        ("good", "助言が少なかった", ""),
        ("good", "先進自治体の事例を学べた", "g_knowledge"),
        ("good", "デジタルの知識が身についた", "g_knowledge"),
        ("good", "通常業務に追われることなく参加できた", "g_time"),
        ("good", "お茶がおいしかった", ""),
        ("bad", "研修の目的がわからない", "b_purpose"),
        ("bad", "データ分析がDXにどうつながるのか見えない", "b_purpose"),
        ("bad", "目的がはっきりしていたので不満はない", ""),
        ("bad", "ワークショップの時間を増やしてほしい", "b_practice"),
        ("bad", "全部で七回は多すぎる", "b_count"),
        ("bad", "回数が多いわけではないが準備が大変", ""),
        ("bad", "講義中心の回は一日で済ませたい", "b_format"),
        ("bad", "休んだ人との理解の差が気になった", "b_gap"),
        ("bad", "出席できなかった回があり、次の回でついていけなかった", "b_gap"),
        ("bad", "欠席者はいたが理解度に差はなかった", ""),
        ("bad", "駐車場が少ない", ""),
    ],
)
def test_themes_code_sentences_they_were_not_made_from(side, text, codes):
    assert themes_of(text, (side,)) == set(codes.split())


def test_every_theme_leads_to_a_reflection():
    def read(name):
        lines = (CODEBOOK / name).read_text(encoding="utf-8-sig").splitlines()
        return list(csv.DictReader(lines))

    known = {row["reflection_id"] for row in read("reflections.csv")}
    themes = read("themes.csv")
    assert [sum(t["side"] == side for t in themes) for side in ("good", "bad")] == [4, 5]
    assert {r for t in themes for r in t["reflection_ids"].split(";")} <= known
