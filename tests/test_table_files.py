"""The tables of a document as files: what a person who opens them in Excel or pandas finds."""

import csv
import io
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.publishing.table_files import as_csv, described, table_files
from pipeline.showing.figures import counts
from pipeline.showing.tables import table
from pipeline.text import plain_text, unquoted


def blocks(*shown):
    return [one.data() for one in shown]


def read(data):
    return pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", keep_default_na=False, dtype=str)


COMPLETION = table(
    pd.DataFrame(
        {
            "course": ["No.1", "No.2"],
            "n": [24, "x"],
            "rate": [0.875, None],
            "held_on": pd.to_datetime(["2023-05-12", None]),
        }
    ),
    "修了",
    {"course": "研修", "n": "人数", "rate": "修了率", "held_on": "開催日"},
    name="completion",
)


def test_one_row_a_value_with_the_words_of_its_row():
    [(name, data)] = table_files(blocks(COMPLETION), "annual_report").items()
    assert name == "annual_report.completion.csv"
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    file = read(data)
    assert list(file) == ["row", "course", "held_on", "variable", "label", "unit", "value", "symbol"]
    assert file.values.tolist() == [
        ["1", "No.1", "2023-05-12", "n", "人数", "count", "24", ""],
        ["1", "No.1", "2023-05-12", "rate", "修了率", "proportion", "0.875", ""],
        ["2", "No.2", "", "n", "人数", "count", "", "x"],
        ["2", "No.2", "", "rate", "修了率", "proportion", "", "…"],
    ]


def test_a_table_of_words_keeps_its_rows():
    words = table(pd.DataFrame({"course": ["No.1"], "texts": [["一つ目", "二つ目"]]}), "論点", name="themes")
    [data] = table_files(blocks(words), "r").values()
    assert read(data).values.tolist() == [["1", "No.1", "一つ目\n二つ目"]]


def test_the_table_behind_a_figure_is_a_file_too():
    figure = counts(pd.DataFrame({"label": ["財源"], "count": [8]}), 22, "財源が最も多い", "棒グラフ", name="obstacles")
    [(name, data)] = table_files(blocks(figure), "r").items()
    assert name == "r.obstacles.csv"
    assert read(data)["value"].tolist() == ["8", "0.363636364"]


def test_words_that_a_spreadsheet_would_calculate_stay_words():
    nasty = table(pd.DataFrame({"what": ['=HYPERLINK("http://x")', "+1", "−1"]}), "表", name="t")
    [data] = table_files(blocks(nasty), "r").values()
    assert read(data)["what"].tolist() == ['\'=HYPERLINK("http://x")', "'+1", "−1"]


def test_a_symbol_alone_stays_itself():
    blank = table(
        pd.DataFrame({"what": ["-"], "n": [None], "rate": [0.5]}),
        "表",
        not_applicable=["n"],
        formats={"n": "count"},
        name="t",
    )
    [data] = table_files(blocks(blank), "r").values()
    assert read(data)[["what", "symbol"]].values.tolist() == [["-", "-"], ["-", ""]]


def test_a_column_that_is_called_like_one_of_ours_does_not_stand_twice():
    named = table(
        pd.DataFrame({"label": ["財源"], "unit": ["件"], "n": [8]}),
        "表",
        {"label": "課題", "unit": "単位", "n": "数"},
        name="t",
    )
    [data] = table_files(blocks(named), "r").values()
    assert list(read(data)) == ["row", "row_label", "row_unit", "variable", "label", "unit", "value", "symbol"]
    [told] = described(blocks(named), "r").values()
    assert told == {"caption": "表", "labels": {"row_label": "課題", "row_unit": "単位", "n": "数"}}


SIGNS = st.sampled_from([*"=+-@＝＋－＠", "\t", "\r", "\n", " =", "\u200b+", "　＠", "'", "", "−", "あ"])
TYPED = st.builds(str.__add__, SIGNS, st.text(st.sampled_from([*"1A(漢 '=-"]), max_size=4))


@given(TYPED, TYPED)
def test_no_cell_and_no_head_of_a_file_can_be_calculated(head, text):
    data = as_csv([head, "n"], [[text, 1]])
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    for cell in cells:
        begins = unicodedata.normalize("NFKC", cell.strip(" \u3000\u200b"))[:1]
        assert cell in ("-", "－") or begins not in ("=", "+", "-", "@", "\t", "\r", "\n")
    assert unquoted(cells[2]) == text or text.startswith("'")


@pytest.mark.parametrize("text", ["=1", "＝HYPERLINK(1)", "－1", "\n=1", " +1"])
def test_what_we_wrote_ourselves_is_read_back_as_it_was(text):
    assert plain_text(text) == f"'{text}" and unquoted(plain_text(text)) == text
