"""What a reader of a table would miss: signs, units, symbols, and where a column stands."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.showing.tables import RESULT_COLUMNS, interval, kind_of, number, paragraph, table, wareki


@pytest.mark.parametrize(
    ("value", "kind", "text", "reason"),
    [
        (1234, "count", "1,234", "thousands are grouped"),
        (24.0, "count", "24", "a count that pandas made a float is still a count"),
        (21 / 24, "rate", "87.5 %", "a proportion is shown in per cent"),
        (1, "rate", "100.0 %", "all of them: same decimals as its neighbours"),
        (-0.911442786, "estimate", "−0.91", "a real minus sign, never △"),
        (2.675, "estimate", "2.68", "四捨五入 on the digits one sees, not on binary ones"),
        (0.125, "estimate", "0.13", "half goes up, not to even"),
        (-0.001, "estimate", "0.00", "zero has no sign"),
        (3.75, "estimate1", "3.8", "means of ratings have one decimal"),
        (0.0031, "p_value", "0.003", "three decimals"),
        (0.0000196, "p_value", "0.001未満", "never 0.000"),
        (0.001, "p_value", "0.001", "exactly .001 is not below it"),
        (-np.inf, "estimate", "−∞", "an unbounded limit is not an error"),
    ],
)
def test_number(value, kind, text, reason):
    assert number(value, kind) == text, reason


def test_interval_is_joined_and_unbounded_ends_are_words():
    assert interval(-1.345, -0.483) == "−1.35～−0.48"
    assert interval(0.69, 0.957, "rate") == "69.0～95.7 %"
    assert interval(-np.inf, 0.2) == "下限なし～0.20"
    assert interval(0.2, np.inf) == "0.20～上限なし"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2022, 8, 5), "令和4(2022)年8月5日"),
        (dt.date(2019, 5, 1), "令和元(2019)年5月1日"),
        (dt.date(2019, 4, 30), "平成31(2019)年4月30日"),
        (dt.datetime(2022, 8, 5, 9, 30), "令和4(2022)年8月5日 09:30"),
    ],
)
def test_dates_are_japanese_with_the_western_year(day, text):
    assert wareki(day) == text
    assert table(pd.DataFrame({"name": ["a"], "held_on": [pd.Timestamp(day)]}), "表").rows == [["a", text]]


def test_columns_choose_order_and_label():
    df = pd.DataFrame({"n": [3], "office": ["総務課"], "secret": ["z"]})
    shown = table(df, "表", {"office": "所属", "n": "人数"})
    assert [column.label for column in shown.columns] == ["所属", "人数"]
    assert shown.rows == [["総務課", "3"]]
    with pytest.raises(ValueError, match="表「表」に使う列がありません: gone"):
        table(df, "表", {"gone": "なし"})


def labels(shown):
    return [column.label for column in shown.columns]


def aligned(shown):
    return [column.align for column in shown.columns]


def notes(shown):
    return ["".join(map(str, note)) for note in shown.notes]


def test_numbers_stand_on_the_right_and_the_first_column_names_the_row():
    df = pd.DataFrame({"label": ["a", "b"], "n": [3, 10]})
    shown = table(df, "人数", unit="人")
    assert (shown.caption, shown.unit, shown.row_heads) == ("人数", "人", 1)
    assert shown.rows == [["a", "3"], ["b", "10"]] and aligned(shown) == ["left", "right"]
    plain = table(df, "人数", row_headers=0, align={"n": "center"})
    assert plain.row_heads == 0 and aligned(plain) == ["left", "center"]


def test_a_pair_of_labels_makes_a_common_head():
    df = pd.DataFrame({"id": ["P1"], "a": [3.5], "b": [2], "p_value": [0.04]})
    shown = table(df, "表", {"id": "受講者", "a": ("出席", "平均"), "b": ("出席", "回数"), "p_value": "p値"})
    assert [(c.group, c.label) for c in shown.columns] == [
        (None, "受講者"),
        ("出席", "平均"),
        ("出席", "回数"),
        (None, "p値"),
    ]


def test_kinds_of_emptiness_stay_apart_and_are_explained():
    df = pd.DataFrame({"label": ["a", "b"], "n": [3, None], "p_adjusted": [None, 0.02]})
    shown = table(df, "表", not_applicable=["p_adjusted"], note="注")
    assert shown.rows == [["a", "3", "-"], ["b", "…", "0.020"]]
    assert notes(shown) == ["注", "凡例：「…」不詳、「-」該当なし"]
    assert notes(table(df.head(1)[["label", "n"]], "表")) == []


def test_a_symbol_among_numbers_leaves_the_column_numeric():
    shown = table(pd.DataFrame({"label": ["a", "b"], "count": [12, "-"]}), "表")
    assert shown.rows == [["a", "12"], ["b", "-"]] and aligned(shown) == ["left", "right"]
    assert notes(shown) == ["凡例：「-」該当なし"]


def test_result_rows_have_labels_ready():
    row = {"n": 145, "estimate": -0.911, "ci_low": -1.345, "ci_high": -0.483}
    df = pd.DataFrame([{"label": "主分析", **row, "p_value": 2e-5, "p_adjusted": 4e-5}])
    df["method"] = "並べ替え"
    shown = table(df, "表", {"label": "分析", **RESULT_COLUMNS})
    assert shown.rows == [["主分析", "145", "−0.91", "−1.35～−0.48", "0.001未満", "0.001未満", "並べ替え"]]
    assert "95%信頼区間" in labels(shown)


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("n", [1.0, None], "count"),
        ("completion_rate", [0.5], "rate"),
        ("mean", [4.0, 3.0], "estimate"),
        ("answers", [4, 3], "count"),
        ("p_adjusted", [None], "p_value"),
        ("is_new", [True], "text"),
        ("office", ["総務課"], "text"),
    ],
)
def test_kind_is_guessed_from_name_and_dtype(name, values, kind):
    assert kind_of(pd.DataFrame({name: values}), name) == kind


def test_lists_lines_booleans_and_empty_frames():
    df = pd.DataFrame({"id": ["1"], "good": [np.array(["a", "b"])], "none": [[]], "ok": [True]})
    shown = table(df.assign(text="一行目\r\n二行目"), "表")
    assert shown.rows == [["1", ["a", "b"], "-", "はい", "一行目\n二行目"]]
    assert table(df.head(0), "表").rows == []


def test_paragraph_kinds():
    assert paragraph("差は小さい", "verdict").role == "verdict"
    with pytest.raises(ValueError, match="finding・verdict・caution・note"):
        paragraph("差", "shout")
