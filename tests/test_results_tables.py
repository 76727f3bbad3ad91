"""KPI and improvement reports: tables by year and by office, their sentences, the slope figure."""

import re

import numpy as np
import pandas as pd
import pytest

from pipeline.evidence.improvements import BY_OFFICE, by_office
from pipeline.evidence.kpi import in_percent, kpi_table, percentages
from pipeline.evidence.working_groups import group_summary
from pipeline.schema import conform
from pipeline.showing import results as sentences
from pipeline.showing.long_form import MEASURED
from pipeline.showing.slope_figure import DIRECTIONS, settled, slope
from pipeline.showing.tables import table


def indicators(*rows):
    table = pd.DataFrame(rows, columns=["indicator", "unit", "fiscal_year", "value"])
    return conform("indicators", table.assign(source="事業報告"))


def test_an_indicator_is_one_row_with_its_years_in_order_of_time():
    table = kpi_table(
        indicators(
            ("手続き", "件", "R10", 60),
            ("手続き", "件", "R9", 34),
            ("RPA", "業務", "R9", 12),
            ("RPA", "業務", "R10", 5),
            ("満足", "%", "R10", None),
            ("満足", "%", "R9", 28.0),
            ("手続き", "件", "R8", 99),
            ("手続き", "件", "R11", 70),  # a target
        ),
        "R10",
    )
    assert table.columns.tolist() == ["indicator", "unit", "source", "R8", "R9", "R10", "change_from_last"]
    # In the order of the file; a year that the file doesn't have is missing, and so is its change.
    assert table.astype(object).where(table.notna(), None).values.tolist() == [
        ["手続き", "件", "事業報告", 99, 34, 60, 26],
        ["RPA", "業務", "事業報告", None, 12, 5, -7],
        ["満足", "%", "事業報告", None, 28, None, None],
    ]


def test_one_year_alone_has_no_change():
    table = kpi_table(indicators(("手続き", "件", "R5", 34)), "R5")
    assert table["R5"].tolist() == [34] and table["change_from_last"].isna().all()
    assert sentences.moved(table) == "前の年度と比べられる指標は無い。"
    empty = kpi_table(indicators(), "R5")
    assert empty.empty and sentences.moved(empty) == "前の年度と比べられる指標は無い。"


@pytest.mark.parametrize(("years", "own"), [(["R4", "R5"], "R6"), (["R4", "R6"], "R6"), (["R6", "R7"], "R6")])
def test_what_is_not_of_the_year_and_the_one_before_has_not_moved_since_last_year(years, own):
    """A file that ends earlier, one with a gap, and one with a target for next year."""
    table = kpi_table(indicators(*(("比率", "%", year, n) for n, year in enumerate(years))), own)
    assert table.columns[-2] == own and percentages(table).empty
    assert sentences.moved(table) == "前の年度と比べられる指標は無い。"


def test_only_percentages_share_an_axis():
    table = kpi_table(
        indicators(
            ("比率", "%", "R3", 10),
            ("比率", "%", "R4", 20),
            ("比率", "%", "R5", 31.5),
            ("件数", "件", "R4", 34),
            ("件数", "件", "R5", 58),
        ),
        "R5",
    )
    rows = percentages(table)
    assert rows.columns.tolist() == ["label", "R4", "R5"] and rows.values.tolist() == [["比率", 20, 31.5]]
    drawn = words(slope(rows, "題", "説明", "%", heads={"R5": "令和5(2023)年度"}))
    assert {"31.5 %（+11.5ポイント）　比率", "令和5(2023)年度", "R4"} <= set(drawn)
    # The caption speaks of what is drawn.
    assert (
        sentences.moved(in_percent(table), "割合の") == "前の年度と比べられる割合の1指標のうち、増えたものが1である。"
    )
    assert percentages(kpi_table(indicators(("比率", "%", "R5", 31.5)), "R5")).empty


def test_what_a_year_had_not_is_not_what_nobody_knows():
    own = indicators(
        ("件数", "件", "R4", None),
        ("件数", "件", "R5", 1),
        ("比率", "%", "R4", None),
        ("比率", "%", "R5", 21.1),
        ("業務", "件", "R4", 3),
        ("業務", "件", "R5", 8),
        ("町民", "%", "R4", 34.2),
        ("町民", "%", "R5", 36),
    )
    own.loc[0, "missing_reason"] = "not_applicable"
    rows = sentences.kpi_rows(kpi_table(own, "R5"), own)
    columns = {"indicator": "指標", "R4": "令和4年度", "R5": "令和5年度", sentences.CHANGE: "前年度との差"}
    shown = table(
        rows,
        "KPI",
        columns,
        name="kpi",
        formats={"R4": sentences.as_stated, "R5": sentences.as_stated, sentences.CHANGE: sentences.signed},
    )
    assert [cell for row in shown.rows for cell in row] == [
        "件数",
        "-",
        "1",
        "-",
        "比率",
        "…",
        "21.1",
        "…",
        "業務",
        "3",
        "8",
        "+5",
        "町民",
        "34.2",
        "36",
        "+1.8ポイント",
    ]
    # In the file, numbers stay numbers: a symbol doesn't make a column words.
    assert shown.long["columns"] == ["row", "indicator", "change_unit", *MEASURED]
    values = {(r[1], r[3]): tuple(r[-2:]) for r in shown.long["rows"]}
    assert (values["件数", "R4"], values["比率", "R4"]) == ((None, "-"), (None, "…"))
    assert (values["町民", "change_from_last"], shown.long["rows"][-1][2]) == ((1.8, ""), "ポイント")


def test_the_years_of_the_indicators_are_headed_in_both_calendars():
    own = indicators(("件数", "件", "R10", 1), ("件数", "件", "R9", 1))
    assert list(sentences.years(kpi_table(own, "R10")).items()) == [
        ("R9", "令和9(2027)年度"),
        ("R10", "令和10(2028)年度"),
    ]


def test_a_working_group_is_one_row_with_its_last_phase():
    meetings = pd.DataFrame(
        [
            ("m2", "予約", "総務課", "2023-09-01", 4, 2, "実証"),
            ("m1", "予約", "総務課", "2023-06-01", 6, 3, "企画書"),
            ("m3", "窓口", "住民課", "2023-07-01", 0, 0, "方針検討"),
        ],
        columns=["meeting_id", "theme", "lead_office", "held_on", "members", "attended", "phase"],
    )
    table = group_summary(meetings).set_index("theme")
    assert table.loc["予約", ["meetings", "attend_rate", "phase"]].tolist() == [2, 0.5, "実証"]
    assert pd.isna(table.loc["窓口", "attend_rate"])  # nobody listed: no rate


def improvements(*rows):
    """Reports of (office, DX, hours)."""
    return conform(
        "improvements",
        [
            {
                "report_id": f"{n}",
                "office": office,
                "title": "件名",
                "category": 1,
                "is_dx": is_dx,
                "hours_saved": hours,
                "source_ref": f"一覧.xlsx!Sheet1!A{n}",
            }
            for n, (office, is_dx, hours) in enumerate(rows, start=2)
        ],
    )


def appointments(*rows):
    """People of (id, office, from)."""
    return conform(
        "appointments",
        [
            {
                "participant_id": person,
                "office": office,
                "department": "",
                "position": "主事",
                "title": "主事",
                "segments": "",
                "valid_from": since,
            }
            for person, office, since in rows
        ],
    )


STANDING = pd.DataFrame(
    [
        ("p1", "no01", "completed"),
        ("p1", "no02", "completed"),
        ("p2", "no01", "partly"),
        ("p3", "no01", "completed"),
        ("p4", "no01", "waived"),
        ("p9", "no01", "completed"),
    ],
    columns=["participant_id", "course_id", "completion"],
)
OFFICES = by_office(
    improvements(
        ("税務課", True, 120.0),
        ("税務課", False, None),
        ("税務課", None, 30.0),
        ("総務課", True, None),
        ("旧課", False, 8.0),
    ),
    appointments(
        ("p1", "総務課", None),
        ("p1", "税務課", "2023-10-01"),
        ("p2", "税務課", "2023-04-01"),
        ("p3", "総務課", None),
        ("p4", "住民課", None),
    ),
    STANDING,
)


def test_reports_and_training_stand_side_by_side_office_by_office():
    assert OFFICES.columns.tolist() == BY_OFFICE
    assert OFFICES.astype(object).where(OFFICES.notna(), None).values.tolist() == [
        ["税務課", 3, 2, 1, 150, 2, 1],  # p1, once, where the year left them; of two reports it is known
        ["旧課", 1, 1, 0, 8, 0, 0],  # nobody is there any more
        ["総務課", 1, 1, 1, None, 1, 1],  # hours not stated are not 0 hours
        ["住民課", 0, 0, 0, 0, 1, 0],  # no reports; 見送り is not trained
    ]


def test_reports_that_leave_dx_open_are_not_none():
    own = improvements(("税務課", None, 9.0), ("総務課", True, 9.0), ("総務課", None, 9.0), ("水道課", None, 9.0))
    people = appointments(("p1", "税務課", None), ("p2", "住民課", None))
    offices = by_office(own, people, STANDING)
    assert offices["dx_reports"].isna().tolist() == [
        False,
        True,
        True,
        False,
    ]  # 住民課 has no reports, and so none of DX
    told = [dx for _, dx in table(offices, "報告", {"office": "所属", "dx_reports": "うちDX"}).rows]
    assert told.count("…") == 2 and "0" in told and "1.00" not in told
    assert sentences.reported(offices).startswith(
        "業務改善報告は4件（4所属のうち3所属から）で、DXの区分の記入がある1件のうちDXに当たるものは1件である。"
    )
    silent = offices[offices["office"] == "水道課"]
    assert sentences.reported(silent).startswith(
        "業務改善報告は1件（1所属のうち1所属から）である。DXの区分を記入した報告は無い。"
    )


def test_everybody_counts_once_and_nothing_names_a_person():
    assert OFFICES["staff"].sum() == 4  # p9 has no office: of no one's staff
    assert not [c for c in OFFICES.columns if "participant" in c]
    assert by_office(improvements(), appointments(), STANDING).empty


def test_the_sentence_counts_what_was_reported():
    assert sentences.reported(OFFICES) == (
        "業務改善報告は5件（4所属のうち3所属から）で、DXの区分の記入がある4件のうちDXに当たるものは2件である。"
        "書かれた効果の合計は年158時間である（ほかに、時間を書いていない所属が1ある）。"
    )
    every = OFFICES[OFFICES["office"] != "税務課"]
    assert sentences.reported(every).startswith(
        "業務改善報告は2件（3所属のうち2所属から）、うちDXに当たるものは1件である。"
    )
    assert sentences.reported(OFFICES[OFFICES["reports"] == 0]) == "業務改善報告は無かった。"
    assert sentences.reported(OFFICES[OFFICES["office"] == "総務課"]).endswith("効果の時間を書いた報告は無い。")


def test_the_sentence_counts_what_moved():
    table = pd.DataFrame({"change_from_last": [3.0, 0.5, -1.0, 0.0, np.nan]})
    assert sentences.moved(table) == (
        "前の年度と比べられる4指標のうち、増えたものが2、減ったものが1、変わらないものが1である（ほかの1は比べる値が無い）。"
    )


@pytest.mark.parametrize(
    ("value", "stated", "change"),
    [
        (64.0, "64", "+64"),
        (21.1, "21.1", "+21.1"),
        (-1.5, "−1.5", "−1.5"),
        (0.0, "0", "0"),
        (1234.0, "1,234", "+1,234"),
    ],
)
def test_a_kpi_shows_a_decimal_only_where_it_has_one(value, stated, change):
    assert (sentences.as_stated(value), sentences.signed(value)) == (stated, change)


def test_the_caution_claims_no_effect():
    assert "研修が成果を生んだことの証明ではない" in sentences.CAUTION
    assert "個人ではなく所属から" in sentences.CAUTION
    assert "証明ではない" in sentences.KPI_CAUTION


def test_what_a_year_leaves_out_is_said_without_our_files():
    some, none = improvements(("税務課", True, 1.0)), improvements()
    assert sentences.without(none, some) == "この年度は、アイデア一覧を集計の対象にしていない。"
    assert sentences.without(none, none) == "この年度は、アイデア一覧と業務改善報告を集計の対象にしていない。"


# --- the slope figure -----------------------------------------------------------------------------

ROWS = pd.DataFrame(
    [("手続き", 34, 58), ("電子申請", 31, 28), ("会議", 30, 30), ("新しい指標", None, 41), ("まだ無い", None, None)],
    columns=["label", "令和4年度", "令和5年度"],
)


def words(figure):
    return re.findall(r"<!-- (.*?) -->", figure.image.data, flags=re.S)


def test_both_ends_of_a_line_carry_label_and_value():
    drawn = words(slope(ROWS, "題", "説明", "件"))
    assert {
        "令和4年度",
        "令和5年度",
        "手続き　34件",
        "58件（+24）　手続き",
        "電子申請　31件",
        "28件（−3）　電子申請",
        "会議　30件",
        "30件（±0）　会議",
        "41件　新しい指標",
    } <= set(drawn)


def test_what_cannot_be_compared_is_named():
    figure = slope(ROWS, "題", "説明", "件")
    note = "".join(words(figure))  # its lines stand one after another
    assert "比べられないもの　新しい指標" in note
    assert "新しい指標：令和4年度は値なし" in note
    assert "まだ無い：令和4年度は値なし・令和5年度は値なし" in note
    alone = slope(ROWS[4:], "題", "説明")
    assert [w for w in words(alone) if "まだ無い" in w] and "令和4年度" not in words(alone)


def test_directions_differ_in_more_than_colour():
    legend = [words_ for words_, _, _ in DIRECTIONS.values()]
    assert set(legend) <= set(words(slope(ROWS, "題", "説明")))
    assert legend[1] not in words(slope(ROWS[:1], "題", "説明"))  # a legend of what is there
    assert len({mark["kind"] for _, mark, _ in DIRECTIONS.values()}) == 3
    falling, rising = (slope(ROWS[i : i + 1], "題", "説明").image.data for i in (1, 0))
    assert "stroke-dasharray" in falling and "stroke-dasharray" not in rising


def test_numbers_are_as_exact_as_their_unit():
    rates = pd.DataFrame({"label": ["比率"], "R4": [28.0], "R5": [33.25]})
    assert {"比率　28.0 %", "33.3 %（+5.3ポイント）　比率"} <= set(words(slope(rates, "題", "説明", "%")))


@pytest.mark.parametrize("n", [2, 8, 25])
def test_dense_labels_do_not_overlap(n):
    rng = np.random.default_rng(n)
    wanted, heights = np.sort(rng.normal(50, 2, n)), rng.choice([5.0, 9.2], n)
    low, high = 20.0, 20.0 + heights.sum()  # no room to spare
    placed = settled(wanted, heights, low, high)
    tops, bottoms = placed - heights / 2, placed + heights / 2
    assert (tops[1:] >= bottoms[:-1] - 1e-9).all()
    assert tops[0] >= low - 1e-9 and bottoms[-1] <= high + 1e-9


def test_labels_with_room_stay_where_they_belong():
    assert settled(np.array([10.0, 20, 40]), np.array([5.0, 5, 5]), 0, 50).tolist() == [10, 20, 40]
    # Two that collide share the way; the third is not touched.
    assert settled(np.array([20.0, 21, 40]), np.array([5.0, 5, 5]), 0, 50).tolist() == [18, 23, 40]
    assert settled(np.array([1.0]), np.array([5.0]), 0, 50).tolist() == [2.5]  # not over the edge
    assert settled(np.array([]), np.array([]), 0, 50).tolist() == []


def test_many_equal_values_make_the_figure_higher_not_the_labels_fewer():
    many = pd.DataFrame({"label": [f"指標{i}" for i in range(30)], "R4": 5, "R5": 5})
    figure = slope(many, "題", "説明")
    assert sum(w.endswith("　5") for w in words(figure)) == sum(w.startswith("5（±0）") for w in words(figure)) == 30
    height = float(re.search(r'viewBox="0 0 \S+ (\S+)"', figure.image.data)[1])
    assert height > 30 * 4.5 / 25.4 * 72
