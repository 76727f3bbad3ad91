"""手動分類.csv: the analyst's judgements of comments, as a town hall writes them."""

import csv
import io

import pandas as pd
import pytest

from pipeline import themes
from pipeline.preparing.hand_codes import read_hand_codes
from pipeline.preparing.intake import read_files
from pipeline.preparing.people import read_directory
from pipeline.preparing.prepare import prepare
from pipeline.publishing.comments_file import comments_file
from pipeline.schema import conform
from pipeline.year import Year
from tests.grids import csv_bytes
from tests.readers import raw
from tests.towns import FINAL, Town, survey

HAND = "手動分類.csv"
HEAD = ["ファイル", "セル", "論点", "判断者", "判断日", "理由"]
SHEET = "フォームの回答 1"
WARM, NEAR, PLAIN, EARLY = "R6", "Q14", "Q3", "R20"  # comments of the final questionnaire


def judge(root, *lines, encoding="utf-8-sig", head=HEAD):
    """The sample's year with these judgements, opened."""
    town = Town(root)
    (town.folder / HAND).write_bytes(csv_bytes([head, *lines], encoding))
    path = town.store.declaration
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}\n[[source]]\nfile = "{HAND}"\nkind = "hand_codes"\n', encoding="utf-8")
    return Year.open(town.store)


def line(cell=WARM, theme="なし", file=FINAL, by="企画政策課", on="R5.3.20", why=""):
    return [file, cell, theme, by, on, why]


@pytest.fixture(scope="module")
def judged(year, tables):
    """The reading of a file of judgements, each of a comment of the sample's year."""
    people, _ = read_directory(year, read_files(year)[0])
    comments = tables["comments"].to_dict("records")

    def read(*lines, head=HEAD):
        return read_hand_codes(year, [raw(HAND, "hand_codes", head, *lines)], people, comments)

    return read


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    return judge(
        tmp_path_factory.mktemp("town"),
        line(EARLY, "b_count;b_format", why="開始時刻も日程の話とした（髙﨑太郎に確認）"),
        line("$q$14", "講師から考えの幅が広がるような助言、フィードバックがあった", on="2023/3/20"),  # its name, no 。
        line(PLAIN, "なし"),  # the patterns see two themes here
        line("K12", " Ｇ＿ＩＮＳＴＲＵＣＴＯＲ", survey(1).replace("/", "\\")),  # from Windows, full-width
        line("$q$14", "g_feedback"),  # the same judgement again
    )


@pytest.fixture(scope="module")
def tables(year):
    return prepare(year)


def test_judgements_become_a_table_at_their_comments(tables):
    table = tables["hand_codes"]
    final = f"{FINAL}!{SHEET}!"
    assert table[["source_ref", "theme_id"]].astype(object).where(table.notna(), None).values.tolist() == [
        [final + EARLY, "b_count"],
        [final + EARLY, "b_format"],
        [final + NEAR, "g_feedback"],
        [final + PLAIN, None],
        [f"{survey(1)}!!K12", "g_instructor"],
    ]
    assert set(table["source_ref"]) <= set(tables["comments"]["source_ref"])
    assert set(table["coded_on"]) == {pd.Timestamp(2023, 3, 20)}
    assert table["coded_by"].tolist() == ["企画政策課"] * 5


def test_a_name_in_a_reason_goes_no_further(tables):
    assert tables["hand_codes"]["why"].dropna().tolist() == ["開始時刻も日程の話とした（〔氏名〕に確認）"] * 2


def test_every_line_is_used_or_set_aside(tables):
    account = tables["accounts"].set_index("file").loc[HAND]
    assert (account["rows_read"], account["rows_used"], account["rows_set_aside"]) == (6, 4, 2)
    assert "同じ意見の判断の重複" in account["reasons"]


def test_judgements_take_the_place_of_the_patterns(year, tables):
    book, comments = year.codebook.read("themes"), tables["comments"]
    by_pattern = themes.count(themes.code(comments, book), book).set_index("theme_id")["n"]
    coded = themes.code(comments, book, tables["hand_codes"])
    change = themes.count(coded, book).set_index("theme_id")["n"] - by_pattern
    assert change[change != 0].to_dict() == {
        "g_instructor": -1,
        "g_knowledge": -1,
        "g_feedback": 1,
        "b_count": 1,
        "b_format": 1,
    }
    by_hand = coded[coded["how"] == "hand"]
    assert set(by_hand["source_ref"].str.rsplit("!").str[-1]) == {EARLY, NEAR, PLAIN}
    assert by_hand.loc[by_hand["source_ref"].str.endswith(f"!{PLAIN}"), "theme_id"].isna().all()
    waiting = set(themes.unmatched(coded)["cell"])
    assert WARM in waiting and not waiting & {EARLY, NEAR, PLAIN}


def test_what_waits_can_be_copied_into_the_file(tmp_path, tables, year):
    waiting = themes.unmatched(themes.code(tables["comments"], year.codebook.read("themes")))
    assert len(waiting) >= 5
    lines = [[r["file"], r["cell"], r["text"], *line()[2:]] for r in waiting.to_dict("records")]
    again = prepare(judge(tmp_path, *lines, head=QUOTED))
    coded = themes.code(again["comments"], year.codebook.read("themes"), again["hand_codes"])
    assert themes.unmatched(coded).empty


@pytest.mark.parametrize(
    ("rule", "cell", "said", "lines"),
    [
        ("G01", "B2", f"{FINAL} Q99", [line("Q99")]),  # beyond the sheet
        ("G01", "B2", f"{FINAL} H6", [line("H6")]),  # a rating, no comment
        ("G01", "B2", "第9回.csv K6", [line("K6", file="第9回.csv")]),  # no such file
        ("G02", "C2", "「会場が暑い」", [line(theme="会場が暑い")]),  # no theme of the list
        ("G02", "C2", "「b_count;なし」", [line(theme="b_count;なし")]),  # both at once
        ("G03", "B3", f"{HAND} の B2", [line(theme="b_count"), line(theme="なし")]),
        ("G04", "D2", "判断者", [line(by="")]),
        ("G04", "E2", "判断日", [line(on="先週")]),
    ],
)
def test_a_judgement_that_cannot_be_used_stops_the_year(judged, rule, cell, said, lines):
    (found,) = judged(*lines).findings.fatal()
    assert (found.rule_id, found.file, found.cell) == (rule, HAND, cell)
    assert said in found.what


QUOTED = ["ファイル", "セル", "本文", "論点", "判断者", "判断日", "理由"]


def quoting(text, cell=WARM):
    file, cell, *rest = line(cell)
    return [file, cell, text, *rest]


def test_a_judgement_may_quote_what_it_judges(judged):
    reading = judged(
        quoting("会議室 が"),
        quoting("他の市町の事例が聞けた…", "Q3"),
        quoting("", "Q14"),
        quoting("渡邊副参事の", "R4"),
        head=QUOTED,
    )
    assert len(reading.tables["hand_codes"]) == 4 and not reading.findings.items


@pytest.mark.parametrize(
    ("text", "hint"), [("他の市町の事例", "今は Q3 にあります"), ("開始時刻が早い", "見当たりません")]
)
def test_a_judgement_of_a_row_that_moved_stops_the_year(judged, text, hint):
    """A replaced file with one row more: the address is right, the comment another one."""
    (found,) = judged(quoting(text), head=QUOTED).findings.fatal()
    assert (found.rule_id, found.file, found.cell) == ("G05", HAND, "C2")
    assert f"「{text}」" in found.what and f"ファイル「{FINAL}」の {WARM}" in found.what
    assert hint in found.what and "セルに直して" in found.remedy


def test_a_year_without_the_file_has_an_empty_table(tmp_path):
    assert prepare(Year.open(Town(tmp_path).store))["hand_codes"].empty


RELEASING = [*HEAD, "公開"]


@pytest.mark.parametrize(
    ("theme", "written", "released", "rules"),
    [
        ("なし", "○", True, []),
        ("", "〇", True, []),  # its themes are those that the patterns read
        ("なし", "", False, []),
        ("なし", "×", False, []),
        ("", "", False, []),  # copied, not yet judged
        ("", "たぶん", False, ["G06"]),
    ],
)
def test_a_comment_is_quoted_only_where_a_person_says_so(judged, theme, written, released, rules):
    reading = judged([*line(theme=theme), written], head=RELEASING)
    assert bool(reading.tables["releases"]) is released
    assert len(reading.tables["hand_codes"]) == (theme != "")
    assert [f.rule_id for f in reading.findings.items] == rules


def test_the_list_of_comments_is_read_back_as_it_is_and_filled_in(year, tables, tmp_path):
    """意見一覧 holds every comment and what was judged before; a copy with a mark in it is a file of judgements."""
    for name in ("comments", "hand_codes", "releases"):
        conform(name, tables[name])
        year.store.save(name, tables[name])
    [(path, data)] = comments_file(year.store, {}).items()
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert path.is_relative_to(year.store.private_dir) and len(lines) == tables["comments"]["source_ref"].nunique()
    chosen = next(one for one in lines if one["セル"] == WARM and not one["論点"])
    chosen |= {"公開": "○", "判断者": "企画政策課", "判断日": "R5.3.20"}
    again = prepare(judge(tmp_path, *(list(one.values()) for one in lines), head=list(lines[0])))
    pd.testing.assert_frame_equal(
        again["hand_codes"].sort_values(["source_ref", "theme_id"], ignore_index=True),
        tables["hand_codes"].sort_values(["source_ref", "theme_id"], ignore_index=True),
    )
    assert [ref.rsplit("!")[-1] for ref in again["releases"]["source_ref"]] == [WARM]
