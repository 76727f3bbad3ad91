"""Exploring a year: what can be asked, and that the answers are what the tables say."""

import subprocess
import sys

import pandas as pd
import pytest

from pipeline import open_year
from pipeline.comprehension import missed_by_person, share
from pipeline.exploring import gaps, groups
from pipeline.exploring.crosstab import SHARE, WHOLE
from pipeline.exploring.explored_year import ExploredYear
from pipeline.exploring.refusal import Refused
from pipeline.inference.association import primary
from pipeline.inference.panel import Cells, Panel
from pipeline.inference.pooling import SEPARATOR
from pipeline.inference.regression import two_way
from tests.towns import PROJECT


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


def position_of(year):
    """The last position of every person."""
    latest = year.table("appointments").sort_values("valid_from").drop_duplicates("participant_id", keep="last")
    return latest.set_index("participant_id")["position"]


def test_a_question_by_group_counts_everybody_once(year):
    shown = year.cross("満足度", "職位", "No.2").data.set_index("職位")
    answers = year.table("responses")
    own = answers[(answers["item_id"] == "no02-course5.satisfaction") & answers["value"].notna()]
    position = own["participant_id"].map(position_of(year)).fillna(groups.NOBODY_KNOWS)
    expected = pd.crosstab(position, own["value"].astype(int)).reindex(columns=range(1, 6), fill_value=0)
    pd.testing.assert_frame_equal(
        shown.loc[expected.index, list(range(1, 6))], expected, check_names=False, check_column_type=False
    )
    assert set(shown.index) == {*expected.index, WHOLE}
    assert list(shown.loc[WHOLE, list(range(1, 6))]) == list(expected.sum()) and shown.at[WHOLE, "n"] == len(own)
    for row in shown.to_dict("records"):
        assert row["よい"] == row[4] + row[5] and row["よくない"] == row[1] + row[2]
        assert tuple(row[name] for name in SHARE) == share(row["よい"], row["n"])


def test_two_people_of_a_position_of_their_own_are_counted_as_they_are(year):
    people = year.table("appointments").copy()
    answered = year.answers("満足度", "No.2", group="職位")
    two = answered.loc[answered["職位"] == "主任", "participant_id"].dropna().head(2)
    people.loc[people["participant_id"].isin(two), "position"] = "部課長"
    own = fresh(year, appointments=people)
    shown = own.cross("満足度", "職位", "No.2")
    assert shown.data.set_index("職位").at["部課長", "n"] == 2
    assert "部課長" in own.likert("満足度", "職位", "No.2").figure.image.data
    alone = own.cross("満足度", course="No.2", who=("職位", "部課長")).data.iloc[0]
    given = sorted(answered.loc[answered["participant_id"].isin(two), "value"].astype(int))
    assert sorted(v for v in range(1, 6) for _ in range(alone[v])) == given


def test_courses_that_none_of_the_chosen_answered_stand_with_nobody(year):
    shown = year.cross("満足度", who=("職位", "主任")).data.set_index("研修")
    position = position_of(year)
    for course in shown.index:
        answers = year.answers("満足度", course)
        assert shown.at[course, "n"] == (answers["participant_id"].map(position) == "主任").sum()
    empty = shown[shown["n"] == 0]
    assert len(empty) and empty["share"].isna().all()
    assert "回答なし" in year.likert("満足度", who=("職位", "主任")).figure.image.data


def test_people_are_told_apart_by_how_much_they_missed(year):
    shown = year.cross("満足度", "欠席の回数", "No.8").data.set_index("欠席の回数")
    own = year.table("attendance").query("session_id.str.startswith('no08-')")
    missed = missed_by_person(own, year.year.plan.missed).set_index("participant_id")["missed"]
    answers = year.answers("満足度", "No.8")["participant_id"].map(missed)
    counts = {"欠席0回": answers.eq(0), "欠席1回": answers.eq(1), "欠席2回以上": answers.ge(2)}
    assert shown["n"].drop(WHOLE).to_dict() == {name: n.sum() for name, n in counts.items() if n.any()}


def test_people_in_two_segments_are_counted_in_both_and_not_summed(year):
    shown = year.cross("満足度", "セグメント", "No.10")
    assert WHOLE not in set(shown.data["セグメント"])
    assert "両方に数える" in shown.html


def test_scales_are_not_mixed_and_four_points_have_no_middle(year):
    shown = year.cross("満足度")
    assert not shown.data["研修"].str.startswith("No.3 ").any() and "No.3" in shown.html
    alone = year.likert("満足度", "職位", "No.3")
    assert {1, 2, 3, 4} <= set(alone.data.columns) and 5 not in alone.data.columns
    assert "どちらともいえない" not in alone.figure.image.data


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


def test_the_gap_of_nobody_is_a_sentence(year):
    nobody = year.gap("No.2")  # one session: nothing to compare with
    assert "比べられない" in nobody.html and nobody.data.empty
    none_there = year.gap("No.5", who=("職位", "部課長"))
    assert none_there.figure is None and none_there.data.at[0, "persons"] == 0
    assert "差を出せない" in none_there.html and gaps.CAUTION in none_there.html


def test_of_a_few_there_is_a_gap_only_where_its_interval_has_ends(year):
    """The rule of the primary analysis, and no other: too few is not a matter of who may see it."""
    own = year.table("cells")
    own = own[own["session_id"].str.startswith("no05-")]
    missed = own.groupby("participant_id")["missed"].sum().sort_values()
    most = missed.index[-3:].str.split(SEPARATOR).str[-1]

    def of(people):
        appointments = year.table("appointments").assign(position="主事")
        appointments.loc[appointments["participant_id"].isin(people), "position"] = "部課長"
        return fresh(year, appointments=appointments).gap("No.5", who=("職位", "部課長"))

    one, three = of(most[-1:]), of(most)
    assert one.figure is None and "差を出せない" in one.html
    assert one.data.at[0, "persons"] == 1 and one.data.at[0, "n"] > 1  # how few they are is told
    row = three.data.iloc[0]
    assert row["persons"] == 3 and row["ci_low"] < row["estimate"] < row["ci_high"]


def test_gaps_by_group_stand_beside_that_of_all(year):
    shown = year.gap("No.5", "職位")
    assert shown.data["selection"].iloc[0].startswith("No.5") and gaps.MANY in shown.html
    alone = year.gap("No.5", who=("職位", "主任")).data.iloc[0]
    row = shown.data.set_index("selection").loc["主任"]
    assert (row["estimate"], row["n"]) == (alone["estimate"], alone["n"])
    assert "部課長" not in set(shown.data["selection"]) and "差を出せない群：部課長" in shown.sentences[-1]


def test_attendance_stands_by_id_in_pages(year):
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
    two = fresh(year, appointments=appointed).attendance_map("No.5", who=("職位", "部課長"))
    assert set(two.data["participant_id"]) == set(ids) and all(i in two.figure.image.data for i in ids)


def test_comments_stand_by_theme_with_the_words_around(year):
    theme = year.themes[0]
    shown = year.comments(theme, "No.5")
    assert len(shown.data) and set(shown.data["研修"]) == {"No.5 業務改善ワークショップ"}
    texts = year.table("comments")["text"]
    word = shown.data["見つけた語"].iloc[0][:4]
    assert texts.str.contains(word).any() and word in shown.html
    counts = year.comments(course="No.5").data.set_index("論点")["人数"]
    texts = shown.data.assign(who=shown.data["前"] + shown.data["見つけた語"] + shown.data["後"])
    assert 0 < counts[theme] <= texts["who"].nunique()


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
