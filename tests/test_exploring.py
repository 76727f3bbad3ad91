"""Exploring a year: what is counted, what is hidden, and the lines that give it again."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import open_year
from pipeline.comprehension import share
from pipeline.disclosure import TOTAL, audit
from pipeline.disclosure.tables import MARGINS
from pipeline.exploring import gaps, groups, protected
from pipeline.exploring.explored_year import ExploredYear
from pipeline.exploring.refusal import Refused
from pipeline.inference.association import primary
from pipeline.inference.panel import Cells, Panel
from pipeline.inference.pooling import SEPARATOR
from pipeline.inference.regression import two_way
from tests.towns import PROJECT

HIDDEN = "x"


@pytest.fixture(scope="module")
def root(reports):
    return reports.parent


@pytest.fixture(scope="module")
def year(root):
    return open_year("R5", root)


def fresh(year, **tables):
    """The year with some of its tables replaced."""
    other = ExploredYear(year.year)
    other._tables = dict(tables)
    return other


def test_the_package_opens_without_waiting_for_pandas():
    code = "import sys, pipeline; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT).returncode == 0


def test_what_can_be_chosen_stands_in_japanese_words(root, year):
    assert repr(open_year(root=root)) == "open_year('R5')"  # without a name, the latest
    assert year.courses[4] == "No.5 業務改善ワークショップ"
    assert year.items == ["満足度", "理解度", "実務への貢献度", "各回の理解度"]
    assert year.groups == ["職位", "セグメント", "所属", "部", "欠席の回数", "受講方法"]
    assert year.items_of("No.5") == ["満足度", "実務への貢献度", "各回の理解度"]
    assert year.values_of("職位")[:2] == ["部課長", "副参事"]  # the official order
    assert year.sessions_of("No.8")[0] == "第1回 オープンデータの考え方とライセンス"
    assert "No.10" in year._repr_html_()
    first = open_year("R4", root)
    assert first.items_of()[-2:] == ["各回直後の説明の分かりやすさ", "各回の理解度"]


def test_a_question_by_group_counts_everybody_once(year):
    shown = year.cross("満足度", "職位", "No.2").data.set_index("職位")
    answers, people = year.table("responses"), year.table("appointments")
    own = answers[(answers["item_id"] == "no02-course5.satisfaction") & answers["value"].notna()]
    latest = people.sort_values("valid_from").drop_duplicates("participant_id", keep="last")
    position = own["participant_id"].map(latest.set_index("participant_id")["position"])
    expected = pd.crosstab(position.fillna(groups.NOBODY_KNOWS), own["value"].astype(int))
    assert set(shown.index) == {*expected.index, protected.WHOLE}
    for name in expected.index:
        for value in range(1, 6):
            assert shown.at[name, value] in (
                HIDDEN,
                expected.reindex(columns=range(1, 6), fill_value=0).at[name, value],
            )
    assert shown.at[protected.WHOLE, "n"] == len(own)
    row = shown[shown["share"] != HIDDEN].iloc[0]
    assert (row["share"], row["ci_low"], row["ci_high"]) == share(row["よい"], row["n"])


@pytest.mark.parametrize(
    "course, group",
    [("No.2", "職位"), ("No.5", "セグメント"), ("No.8", "欠席の回数"), ("No.10", "部"), ("No.10", "所属")],
)
def test_nothing_of_a_few_can_be_worked_out(year, course, group):
    rows = groups.grouped(year.answers("満足度", course), year.members(group), group)
    counts = protected.count(rows, "group", [])
    counts = protected.merged(counts) if group == "所属" else counts
    shown = year.cross("満足度", group, course).data.set_index(group)
    shown = shown.rename(index={protected.WHOLE: TOTAL}, columns={"n": TOTAL})
    mask = shown.drop(columns=protected.SHARE).eq(HIDDEN)
    assert mask.any(axis=None)
    adds_up = group != "セグメント"
    if not adds_up:
        mask.loc[TOTAL] = True
    found = audit(counts, mask, MARGINS if adds_up else ("row",), column_groups=protected.wider(list(counts.columns)))
    few = found[found["value"].between(1, year.min_cell - 1)]
    assert (few["high"] >= year.min_cell).all()


def test_no_number_of_a_few_is_shown_and_no_share_beside_a_hidden_one(year):
    seen = 0
    for course in year.courses:
        for group in ("職位", "セグメント", "部", "欠席の回数", "受講方法"):
            shown = year.cross("満足度", group, course).data.set_index(group)
            numbers = [n for n in shown.drop(columns=protected.SHARE).to_numpy().ravel() if n != HIDDEN]
            assert not [n for n in numbers if 0 < n < year.min_cell]
            hidden = shown[["よい", "n"]].eq(HIDDEN).any(axis=1)
            assert (shown.loc[hidden, protected.SHARE] == HIDDEN).all(axis=None)
            seen += len(numbers)
    assert seen > 500


def test_two_people_of_a_position_of_their_own_stay_hidden(year):
    people = year.table("appointments").copy()
    answered = year.answers("満足度", "No.2", group="職位")
    two = answered.loc[answered["職位"] == "主任", "participant_id"].dropna().head(2)
    people.loc[people["participant_id"].isin(two), "position"] = "部課長"
    shown = fresh(year, appointments=people).cross("満足度", "職位", "No.2")
    table = shown.data.set_index("職位")
    assert (table.loc["部課長"] == HIDDEN).all()
    hidden = table.drop(protected.WHOLE)["n"].eq(HIDDEN)
    assert hidden.sum() > 1  # alone it would follow from 全体
    assert table.at[protected.WHOLE, "n"] == 152
    drawn = fresh(year, appointments=people).likert("満足度", "職位", "No.2")
    assert "部課長" not in drawn.figure.svg and "部課長" in drawn.sentences[0]
    # The same two as the chosen ones: neither they nor all others may be told from the whole.
    for ask in (
        lambda y: y.cross("満足度", course="No.2", who=("職位", "部課長")),
        lambda y: y.cross("満足度", who=("職位", "部課長")),
    ):
        found = ask(fresh(year, appointments=people)).data
        row = found[found.iloc[:, 0].str.contains("No.2|全体")].iloc[0]
        assert set(row.iloc[1:]) == {HIDDEN}


def test_the_whole_reads_alike_whatever_it_is_divided_by(year):
    for course in year.courses:
        wholes = [
            year.cross("満足度", group, course).data.iloc[-1, 1:]
            for group in year.groups
            if group not in ("セグメント", "所属")
        ]
        assert all(list(whole) == list(wholes[0]) for whole in wholes)


def test_people_in_two_segments_are_counted_in_both_and_not_summed(year):
    shown = year.cross("満足度", "セグメント", "No.10")
    assert protected.WHOLE not in set(shown.data["セグメント"])
    assert "両方に数える" in shown.html


def test_scales_are_not_mixed_and_four_points_have_no_middle(year):
    shown = year.cross("満足度")
    assert not shown.data["研修"].str.startswith("No.3 ").any() and "No.3" in shown.html
    alone = year.likert("満足度", "職位", "No.3")
    assert {1, 2, 3, 4} <= set(alone.data.columns) and 5 not in alone.data.columns
    assert "どちらともいえない" not in alone.figure.svg


def test_bars_are_coarser_only_where_that_shows_more():
    fine = pd.DataFrame([[0, 3, 9, 8, 7, 27]], ["主任"], [1, 2, 3, 4, 5, "n"]).assign(**{"よい": 15, "よくない": 3})
    rows, scale = protected.as_bars(fine.astype(object))
    # Beside the single values their sums, for the side of a hidden one.
    assert list(rows["count"]) == [0, 3, 9, 8, 7, 3, 15] and list(scale) == [1, 2, 3, 4, 5]
    assert scale[5] == "5（高い）"
    few = fine.astype(object)
    few.loc["主任", [4, 5]] = HIDDEN
    rows, scale = protected.as_bars(few)
    assert dict(zip(rows["value"], rows["count"], strict=True)) == {"よくない": 3, "どちらともいえない": 9, "よい": 15}


def test_the_gap_is_the_primary_analysis_of_the_selection(year):
    who = ("職位", "主任")
    shown = year.gap("No.5", who=who)
    cells, people = year.table("cells"), set(year.people(who)["participant_id"])
    own = cells[
        cells["session_id"].str.startswith("no05-") & cells["participant_id"].str.split(SEPARATOR).str[-1].isin(people)
    ]
    found = primary(Cells(own, gaps.LEFT_OUT), year.year.plan)
    row = shown.data.iloc[0]
    assert row["n"] == len(own) and row["persons"] == found.counts["informative_persons"] > 3
    for name in ("estimate", "ci_low", "ci_high"):
        assert row[name] == found.results.iloc[0][name]
    matrix = Panel.of(own)  # and that is what least squares says of these rows
    assert row["estimate"] == pytest.approx(two_way(matrix, [matrix.missed]).estimate[0])
    everybody = year.gap()
    assert everybody.data.at[0, "estimate"] == year.table("association").at[0, "estimate"]


def test_the_gap_says_that_it_was_chosen_after_looking_and_gives_no_p_value(year):
    shown = year.gap("No.5")
    assert gaps.CAUTION in shown.html
    assert gaps.CAUTION == "見てから選んだ探索的な結果であり、確かめた結果ではない。"
    assert not [name for name in shown.data if name.startswith("p_")]
    assert "p値" not in shown.html and "有意" not in shown.html
    assert not [sentence for sentence in shown.sentences if "p" in sentence]


def test_the_gap_of_a_few_or_of_nobody_is_a_sentence(year):
    cells = year.table("cells")
    person = cells["participant_id"].str.split(SEPARATOR).str[-1]
    both = cells.assign(person=person).groupby("person")["missed"].agg(["min", "max"])
    two = list(both.index[(both["min"] == 0) & (both["max"] == 1)][:2])
    people = year.table("appointments").assign(position="主事")
    people.loc[people["participant_id"].isin(two), "position"] = "部課長"
    shown = fresh(year, appointments=people).gap(who=("職位", "部課長"))
    assert shown.figure is None and shown.data[["n", "persons", "estimate"]].isna().all(axis=None)
    assert "3人に満たない" in shown.html and gaps.CAUTION in shown.html
    nobody = year.gap("No.2")  # one session: nothing to compare with
    assert "比べられない" in nobody.html and nobody.data.empty


def test_gaps_by_group_stand_beside_that_of_all_and_give_no_few_away(year):
    shown = year.gap("No.5", "職位")
    assert shown.data["selection"].iloc[0].startswith("No.5") and gaps.MANY in shown.html
    alone = year.gap("No.5", who=("職位", "主任")).data.iloc[0]
    row = shown.data.set_index("selection").loc["主任"]
    assert (row["estimate"], row["n"]) == (alone["estimate"], alone["n"])
    people = year.table("appointments").copy()
    own = year.table("cells")
    own = own[own["session_id"].str.startswith("no05-")]
    ids = own["participant_id"].str.split(SEPARATOR).str[-1]
    both = own.groupby(ids)["missed"].agg(["min", "max"])
    two = list(both.index[(both["min"] == 0) & (both["max"] == 1)][:2])
    people.loc[people["participant_id"].isin(two), "position"] = "部課長"
    few = fresh(year, appointments=people).gap("No.5", "職位")
    shown_values = set(few.data["selection"])
    assert "部課長" not in shown_values and "示さない群" in few.sentences[-1]
    assert len({"主任", "副主任", "主査"} - shown_values) == 1  # else the two follow from the rest


def test_attendance_stands_by_id_in_pages_and_not_for_a_few(year):
    first, second, third = (year.attendance_map("No.5", page=page) for page in (1, 2, 3))
    people = year.table("attendance").query("session_id.str.startswith('no05-')")
    seen = {i for shown in (first, second, third) for i in shown.data["participant_id"]}
    assert seen == set(people["participant_id"]) and first.pages == 3
    assert not set(first.data["participant_id"]) & set(second.data["participant_id"])
    missed = first.data["status"].isin(year.year.plan.missed).groupby(first.data["participant_id"]).sum()
    assert list(missed[first.data["participant_id"].unique()]) == sorted(missed, reverse=True)
    ids = sorted(set(people["participant_id"]))[:2]
    appointed = year.table("appointments").assign(position="主事")
    appointed.loc[appointed["participant_id"].isin(ids), "position"] = "部課長"
    few = fresh(year, appointments=appointed).attendance_map("No.5", who=("職位", "部課長"))
    assert few.figure is None and few.data.empty and not any(i in few.html for i in ids)


def test_comments_stand_by_theme_with_the_words_around(year):
    theme = year.themes[0]
    shown = year.comments(theme, "No.5")
    assert len(shown.data) and set(shown.data["研修"]) == {"No.5 業務改善ワークショップ"}
    texts = year.table("comments")["text"]
    word = shown.data["見つけた語"].iloc[0][:4]
    assert texts.str.contains(word).any() and word in shown.html
    counts = year.comments(course="No.8").data["人数"]
    assert not [n for n in counts if n != HIDDEN and n < year.min_cell]


def test_a_name_that_is_not_there_gets_the_names_there_are(year):
    for ask, word in (
        (lambda: year.cross("満足"), None),  # the beginning of one name is enough
        (lambda: year.cross("出来ばえ"), "使える名前：満足度"),
        (lambda: year.cross("満足度", "性別", "No.5"), "職位"),
        (lambda: year.cross("満足度", course="No.77"), "No.5 業務改善ワークショップ"),
        (lambda: year.cross("満足度", who=("職位", "町長")), "部課長"),
        (lambda: year.cross("満足度", who="主任"), "群と値の組"),
        (lambda: year.cross("満足度", "職位"), "先に研修を一つ"),
        (lambda: year.cross("各回の理解度", "職位", "No.5"), "先に回を一つ"),
        (lambda: year.cross("各回の理解度"), "先に研修を一つ"),
        (lambda: year.comments("天気"), "論点「天気」はありません"),
        (lambda: open_year("R9", year.year.store.root), "R4、R5"),
    ):
        if word is None:
            assert len(ask().data)
            continue
        with pytest.raises(Refused, match=word):
            ask()


def test_a_year_that_is_not_built_says_what_to_do(town, tmp_path):
    empty = tmp_path / "empty"
    (empty / "data/sample/R5").mkdir(parents=True)
    (empty / "data/sample/R5/year.toml").write_bytes((town / "data/sample/R5/year.toml").read_bytes())
    with pytest.raises(Refused, match="doit report:R5") as refused:
        open_year("R5", empty)
    assert refused.value._render_traceback_() == [str(refused.value)]  # no traceback in JupyterLab
    (empty / "data/sample/R5/year.toml").write_text("x = [", encoding="utf-8")
    with pytest.raises(Refused, match="doit check"):
        open_year("R5", empty)
    (empty / "data/sample/R5/year.toml").unlink()
    with pytest.raises(Refused, match="year.toml を置いて"):
        open_year(root=empty)


def test_counts_of_enough_people_are_left_as_they_are(year):
    counts = pd.DataFrame([[3, 0, 0, 5, 9]], ["全員"], [1, 2, 3, 4, 5])
    shown = protected.protected(counts, year.min_cell, False, 0.05)
    assert list(shown.loc["全員", [1, 2, 3, 4, 5, "n"]]) == [3, 0, 0, 5, 9, 17]
    assert np.isclose(shown.at["全員", "share"], 14 / 17)


ANSWERS = st.lists(st.integers(0, 9), min_size=5, max_size=5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(ANSWERS, ANSWERS), min_size=1, max_size=3))
def test_parts_read_as_each_in_its_own_table(tables):
    parts = {f"No.{n}": pd.DataFrame(rows, ["own", "rest"], [1, 2, 3, 4, 5]) for n, rows in enumerate(tables)}
    together = protected.protected_part(parts, 3, 0.05)
    for name, table in parts.items():
        alone = protected.protected(table, 3, True, 0.05).loc[["own"]].set_axis([name])
        pd.testing.assert_frame_equal(together.loc[[name]], alone)
