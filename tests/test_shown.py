"""What an edition shows of counts, evidence, proposals and comparisons: hidden together, or not."""

import pandas as pd
import pytest

from pipeline.evidence import COLUMNS, latest, row
from pipeline.inference.plan import Plan
from pipeline.showing import obligation_views, shown_association, shown_counts, shown_evidence
from pipeline.showing.course_views import became
from pipeline.showing.rating_figures import likert
from pipeline.showing.sentences import most, out_of
from pipeline.showing.verdict_sentences import TOO_FEW_COMPARED, answer
from pipeline.showing.views import measured, old_and_new, points_and_reflections
from tests.cohorts import PLAN
from tests.test_shown_people import people

INTERNAL, PUBLIC = (3,), (3, 5)
NO_ITEMS = pd.DataFrame(columns=["item_id", "instrument_id", "dimension", "session_id", "scale_id"])


def evidence(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def share(evidence_id, hits, n, course="no01", **more):
    return row(
        evidence_id, course, more.pop("level", "反応"), evidence_id, "rate", n, (hits / n, 0.1, 0.9), "m", "4", **more
    )


def test_a_share_its_interval_and_its_sentence_vanish_together():
    found = evidence(share("satisfaction", 18, 22), share("ideas", 21, 24, level="行動"))
    shown = shown_evidence.shown(found, NO_ITEMS, PUBLIC, shown_evidence.Hidden())
    assert shown["is_hidden"].tolist() == [True, True] and shown["ci_low"].isna().all()
    assert measured(shown)["measured"].tolist() == ["x", "x"] and measured(shown)["n"].tolist() == [22, 24]
    assert out_of(shown, "ideas") == "（人数が少ないため示さない）"
    published = shown_evidence.shown(found, NO_ITEMS, PUBLIC, shown_evidence.Hidden(), ["ideas"])
    assert out_of(published, "ideas").startswith("24人中21人")
    assert not shown_evidence.shown(found, NO_ITEMS, INTERNAL, shown_evidence.Hidden())["is_hidden"].any()


def test_evidence_hides_what_the_table_behind_it_hides():
    found = evidence(
        share("attended", 130, 160, level="実施"),
        share("satisfaction", 15, 30, scale_id="s"),
        share("theme", 9, 30) | {"unit": "count", "estimate": 9},
    )
    items = pd.DataFrame(
        [
            {
                "item_id": "q",
                "instrument_id": "no01-final",
                "dimension": "satisfaction",
                "session_id": None,
                "scale_id": "s",
            }
        ]
    )
    hidden = shown_evidence.Hidden(attended={"no01"}, good=pd.Series({"q": True}), themes={("no01", "theme")})
    assert shown_evidence.shown(found, items, PUBLIC, hidden)["is_hidden"].all()
    assert not shown_evidence.shown(found, items, PUBLIC, shown_evidence.Hidden())["is_hidden"].any()


def test_reports_of_offices_are_no_people_and_few_people_are_marked():
    found = evidence(
        row("improvements", "no01", "成果", "件数", "count", 2, (2, None, None), "m", "8"),
        row("quiz", "no01", "学習", "平均", "score", 7, (80, 70, 90), "m", "4"),
    )
    shown = measured(shown_evidence.shown(found, NO_ITEMS, PUBLIC, shown_evidence.Hidden()))
    assert shown["measured"].tolist() == ["2", "80.00点（70.00～90.00点）＊"]
    internal = measured(shown_evidence.shown(found, NO_ITEMS, INTERNAL, shown_evidence.Hidden()))
    assert "＊" not in internal["measured"].iloc[1]


def test_a_proposal_says_nothing_that_bounds_a_hidden_number():
    found = evidence(share("b_count", 3, 22) | {"unit": "count", "estimate": 3})
    table = pd.DataFrame(
        [
            {
                "course_id": "no01",
                "indicator": "b_count",
                "unit": "count",
                "estimate": 3,
                "ci_low": None,
                "ci_high": None,
                "n": 22,
                "reason": "回答者の1割以上が書いた",
                "condition": "値が10%以上",
            }
        ]
    )
    shown = shown_evidence.shown(found, NO_ITEMS, PUBLIC, shown_evidence.Hidden())
    said = measured(shown_evidence.proposals(table, shown)).iloc[0]
    assert said["measured"] == "x" and "1割" not in said["reason"]
    assert said[["indicator", "n"]].isna().all()
    assert said["condition"] == shown_evidence.BY_OPINION  # why there are no numbers, in words


def test_a_rule_that_waits_does_not_quote_a_hidden_share():
    found = evidence(share("satisfaction", 5, 7))
    table = pd.DataFrame(
        [
            {
                "course_id": "no01",
                "indicator": None,
                "unit": None,
                "estimate": None,
                "ci_low": None,
                "ci_high": None,
                "n": None,
                "reason": "人数が足りない（10人未満）：R08（71.4 %）、R09",
                "condition": None,
            }
        ]
    )
    shown = shown_evidence.shown(found, NO_ITEMS, PUBLIC, shown_evidence.Hidden())
    assert shown_evidence.proposals(table, shown)["reason"].iloc[0] == "人数が足りない（10人未満）：R08、R09"


@pytest.mark.parametrize(
    ("indicator", "n", "said"),
    [
        ("followup", 2, "判断には n=10 以上が要る"),
        ("followup", 4, "判断には n=10 以上が要る（いまは 4）"),
        (None, 2, "判断には n=10 以上が要る：R12"),
        (None, 4, "判断には n=10 以上が要る（いまは 4）：R12"),
    ],
)
def test_a_rule_that_waits_does_not_say_a_hidden_number_of_people(indicator, n, said):
    found = evidence(share("followup", n, n, level="行動"))
    table = pd.DataFrame(
        [
            {
                "course_id": "no01",
                "indicator": indicator,
                "unit": "rate",
                "estimate": 1,
                "ci_low": None,
                "ci_high": None,
                "n": n,
                "reason": f"判断には n=10 以上が要る（いまは {n}）" + ("" if indicator else "：R12"),
                "condition": None,
            }
        ]
    )
    shown = shown_evidence.shown(found, NO_ITEMS, INTERNAL, shown_evidence.Hidden())
    assert shown_evidence.proposals(table, shown)["reason"].iloc[0] == said


def test_the_menu_document_says_no_more_than_the_internal_report():
    """Its grounds are the proposals as saved: a hidden value and a hidden n aren't in them, a shown one is."""
    found = evidence(
        share("satisfaction", 5, 7),
        share("followup", 7, 45, level="行動", base=68),
        share("completion", 2, 2, level="学習"),
    )
    shown = shown_evidence.shown(found, NO_ITEMS, INTERNAL, shown_evidence.Hidden())
    table = pd.DataFrame(
        [
            {
                "course_id": "no01",
                "indicator": i,
                "unit": "rate",
                "estimate": e,
                "ci_low": 0.1,
                "ci_high": 0.9,
                "n": n,
                "base": base,
                "reason": "理由",
                "condition": "条件",
                "chapter": "4",
            }
            for i, e, n, base in (
                ("satisfaction", 5 / 7, 7, None),
                ("followup", 7 / 45, 45, 68),
                ("completion", 1, 2, None),
            )
        ]
    )
    courses = pd.DataFrame({"course_id": ["no01"], "method": ["集合"], "month": ["5月"]})
    assert old_and_new(shown_evidence.proposals(table, shown), courses)["grounds"].tolist() == [
        "理由（satisfaction、人数が少ないため値は示さない、n=7、第4章）",
        "理由（followup 15.6 %（10.0～90.0 %）、n=45（対象68人の66.2 %が回答）、第4章）",
        "理由（completion、人数が少ないため値は示さない、第4章）",
    ]


@pytest.mark.parametrize(
    ("thresholds", "asked", "hidden", "base"),
    [
        (INTERNAL, 88, {}, 68),
        (PUBLIC, 88, {}, None),
        (INTERNAL, 70, {}, None),
        (INTERNAL, 68, {}, 68),
        (INTERNAL, 88, {"caught_up": ["no01"]}, None),
        (INTERNAL, 88, {"attended": ["no02"]}, 68),
    ],
)
def test_those_who_took_a_course_are_no_base_where_their_number_is_hidden(thresholds, asked, hidden, base):
    found = evidence(share("satisfaction", 30, 60, base=asked), share("followup", 20, 45, level="行動", base=68))
    shown = shown_evidence.shown(found, NO_ITEMS, thresholds, shown_evidence.Hidden(**hidden))
    assert shown["base"].iloc[0] == asked
    assert shown["base"].iloc[1] == base if base else pd.isna(shown["base"].iloc[1])


def test_before_and_after_are_hidden_with_what_is_drawn_from_them():
    changed = pd.DataFrame(
        [
            {
                "compared_course_id": "no01",
                "indicator": "b",
                "indicator_after": "b",
                "unit": "rate",
                "n_before": 22,
                "before": 4 / 22,
                "before_low": 0.07,
                "before_high": 0.38,
                "n_after": 60,
                "after": 10 / 60,
                "after_low": 0.1,
                "after_high": 0.3,
                "difference": -0.01,
                "diff_low": -0.2,
                "diff_high": 0.2,
                "is_comparable": True,
                "sentence": "差は…",
            }
        ]
    )
    changed = changed.assign(course_id="no02")
    now = shown_evidence.shown(evidence(), NO_ITEMS, PUBLIC, shown_evidence.Hidden())
    last = latest({})
    courses = pd.DataFrame({"course_id": ["no01"], "number": [1]})
    said = became(shown_evidence.aftermath(changed, last, now, PUBLIC), courses).iloc[0]
    assert said["then"] == "x" and said["now"].startswith("16.7 %")
    assert said["sentence"] == shown_counts.TOO_FEW and pd.isna(said["difference"])
    assert became(shown_evidence.aftermath(changed, last, now, INTERNAL), courses).iloc[0]["sentence"] == "差は…"


@pytest.mark.parametrize(("shown_last_year", "said"), [(True, "差は…"), (False, shown_counts.TOO_FEW)])
def test_what_last_year_did_not_publish_is_not_published_a_year_later(shown_last_year, said):
    changed = pd.DataFrame(
        [
            {
                "course_id": "no02",
                "compared_course_id": "no01",
                "indicator": "b",
                "indicator_after": "b",
                "unit": "rate",
                "n_before": 60,
                "before": 0.5,
                "before_low": 0.4,
                "before_high": 0.6,
                "n_after": 60,
                "after": 0.5,
                "after_low": 0.4,
                "after_high": 0.6,
                "difference": 0,
                "diff_low": -0.2,
                "diff_high": 0.2,
                "is_comparable": True,
                "sentence": "差は…",
            }
        ]
    )
    last = evidence(share("b", 30, 60, course="no02")).assign(is_public=shown_last_year)
    now = shown_evidence.shown(evidence(), NO_ITEMS, PUBLIC, shown_evidence.Hidden())
    public = shown_evidence.aftermath(changed, latest({"R5": last}), now, PUBLIC).iloc[0]
    assert public["sentence"] == said and pd.isna(public["before"]) != shown_last_year
    assert shown_evidence.aftermath(changed, latest({"R5": last}), now, INTERNAL)["sentence"].iloc[0] == "差は…"


def test_attendance_is_by_course_in_public_and_has_no_few():
    by_session = pd.DataFrame(
        {
            "session_id": ["a1", "a2", "b1"],
            "course_id": ["a", "a", "b"],
            "number": [1, 2, 1],
            "present": [20, 18, 6],
            "absent": [3, 6, 1],
            "recording": [1, 0, 0],
            "unknown": [0, 1, 0],
        }
    )
    plan = Plan.parse(PLAN)
    public = shown_counts.attendance(by_session, plan, PUBLIC)
    assert public.sessions.empty and public.courses["course_id"].tolist() == ["a", "b"]
    assert public.courses["n"].tolist() == [48, 7]
    assert public.courses.loc[1, ["attended", "missed"]].tolist() == ["x", "x"]
    internal = shown_counts.attendance(by_session, plan, INTERNAL)
    assert internal.sessions["attended"].tolist() == [20, 18, "x"]
    assert internal.sessions.loc[2, "not_attended"] == "x"


@pytest.mark.parametrize(("thresholds", "bands"), [(INTERNAL, 3), (PUBLIC, 1)])
def test_the_answers_of_a_whole_course_are_always_given(thresholds, bands):
    table = pd.DataFrame({"band": ["欠席0回", "欠席1回", "欠席2回以上"], "n": [10, 5, 9], "answered": [9, 5, 8]})
    shown = shown_counts.returned(table, thresholds)
    assert len(shown) == bands and shown[["n", "answered"]].sum().tolist() == [24, 22]


def test_themes_and_options_keep_their_words_without_a_number():
    points = pd.DataFrame({"side": "bad", "label": ["甲", "乙", "丙"], "n": [7, 3, 0], "reflection_ids": "1"})
    shown = shown_counts.themes(points, 22, PUBLIC)
    assert shown["n"].tolist() == [7, "x", 0]
    answers = pd.DataFrame({"reflection_id": ["1"], "area": ["区"], "text": ["直す"]})
    assert points_and_reflections(shown, answers)["points"].iloc[0] == ["甲（7人）", "乙", "丙（0人）"]
    assert most(shown, "label", 22).startswith("示せるものの中で最も多かったのは「甲」（22人中7人）")
    assert most(shown.iloc[1:2], "label", 22) == "挙げた人の数は、少ないため示さない。"
    options = pd.DataFrame({"option_id": ["O1", "O2", "other"], "option": list("甲乙丙"), "n": [8, 2, 1]})
    assert shown_counts.options(options, 22, PUBLIC, False)["n"].tolist() == [8, "x", "x"]
    assert shown_counts.options(options, 22, PUBLIC, True)["n"].tolist() == [8, 2, "x"]
    assert shown_counts.published_ids(options, ["obstacles"]) == ["obstacles", "O1", "O2"]


def test_a_test_of_few_people_is_not_told():
    sessions = pd.DataFrame({"session_id": ["a1", "a2", "b1", "b2"], "course_id": list("aabb")})
    cells = pd.DataFrame(
        [(f"a{i}", s, int(s == "a2" and i < 8)) for i in range(16) for s in ("a1", "a2")]
        + [(f"b{i}", s, int(s == "b2" and i < 2)) for i in range(16) for s in ("b1", "b2")],
        columns=["participant_id", "session_id", "missed"],
    )
    people = shown_association.people_compared(cells, sessions)
    assert people.to_dict() == {"a": 8, "b": 2}
    few = {"b"}
    tests = pd.DataFrame({"course_id": ["a", "b"], "n": [32, 32], "code": "linked"}).assign(
        **dict.fromkeys(shown_association.TESTED, 0.5)
    )
    assert shown_association.can_be_told(tests, few, PUBLIC)["course_id"].tolist() == ["a"]
    assert shown_association.compared(tests, few)["estimate"].tolist() == [0.5, "x"]


def test_a_segment_of_nearly_everybody_would_give_the_others_away():
    courses = pd.DataFrame({"course_id": ["no01"], "number": [1], "title": ["研修"]})
    everybody = pd.DataFrame({"course_id": ["no01"], "hits": [40], "n": [50]})
    own = pd.DataFrame({"course_id": "no01", "group": ["甲", "乙"], "hits": [39, 20], "n": [48, 26]})
    rows = own.assign(estimate=0.8, ci_low=0.7, ci_high=0.9)
    shown = obligation_views.group_rows(rows, courses, INTERNAL, ["甲", "乙"], everybody=everybody)
    assert shown["n"].tolist() == ["x", 26] and shown["hits"].tolist() == ["x", 20]


def test_a_bar_of_the_public_edition_has_one_part_for_all_that_is_hidden():
    bars = pd.DataFrame(
        {"label": "満足", "value": ["よい", "どちらともいえない", "よくない"], "count": [15, "x", "x"], "n": 22}
    )
    drawn = likert(bars, "題", "説明")
    assert "秘匿" in drawn.table.html and ">15<" in drawn.table.html and ">22<" in drawn.table.html
    assert ">6<" not in drawn.table.html and ">7<" not in drawn.table.html
    nothing = likert(bars.assign(count="x"), "題", "説明")
    assert ">22<" in nothing.table.html and ">15<" not in nothing.table.html


def test_what_is_hidden_of_the_tests_follows_the_people_compared():
    """A difference of few people is hidden with its own row of evidence, and no other is."""
    nothing = pd.DataFrame(columns=["item_id", "value", "n"])
    behind = shown_evidence.Behind(
        people({}),
        nothing,
        NO_ITEMS,
        {},
        pd.DataFrame(columns=["course_id", "theme_id", "n", "base"]),
        compared=pd.Series({"a": 20, "b": 4}),
        closed=pd.Series({"a": 4, "b": 20}),
    )
    found = evidence(
        *(
            row(name, course, "学習", name, "points", 40, (-0.5, -0.9, -0.1), "m", "5")
            for course in "ab"
            for name in ("association", "catch_up")
        )
    )
    shown = shown_evidence.shown(found, NO_ITEMS, PUBLIC, behind.hidden(PUBLIC))
    gone = shown[shown["is_hidden"]]
    assert list(zip(gone["course_id"], gone["evidence_id"], strict=True)) == [("a", "catch_up"), ("b", "association")]
    assert gone["estimate"].isna().all()
    assert not shown_evidence.shown(found, NO_ITEMS, INTERNAL, behind.hidden(INTERNAL))["is_hidden"].any()


@pytest.mark.parametrize(("people", "is_told"), [(0, True), (4, False), (5, True)])
def test_the_difference_of_a_year_of_few_compared_people_is_not_told(people, is_told):
    year = pd.DataFrame({"informative_persons": [people], "persons": [24], "code": "linked"})
    results = pd.DataFrame({"analysis": ["primary", "equivalence"], "estimate": -0.9})
    told = shown_association.of_the_year(results, year, PUBLIC)
    assert len(told) == 2 * is_told
    if not is_told:
        assert answer(year, told) == TOO_FEW_COMPARED


@pytest.mark.parametrize(
    ("thresholds", "shown"),
    [(PUBLIC, {"answered": 19, "no_value": 3, "計": 22}), (INTERNAL, {"answered": 19, "nonresponse": "x", "計": 22})],
)
def test_how_many_gave_a_value_is_said_as_it_follows_from_every_n(thresholds, shown):
    table = pd.DataFrame(
        [
            {
                "family": "course5",
                "dimension": "usefulness",
                "answered": 19,
                "nonresponse": 2,
                "not_applicable": 1,
                "did_not_attend": 0,
            }
        ]
    )
    row = shown_counts.nonresponses(table, thresholds).iloc[0]
    assert row[list(shown)].to_dict() == shown


def test_what_is_hidden_now_stays_hidden_where_the_question_was_worded_anew():
    changed = pd.DataFrame(
        [
            {
                "course_id": "no02",
                "compared_course_id": "no01",
                "indicator": "5段階",
                "indicator_after": "4段階",
                "unit": "rate",
                "n_before": 60,
                "before": 0.5,
                "before_low": 0.4,
                "before_high": 0.6,
                "n_after": 40,
                "after": 0.5,
                "after_low": 0.35,
                "after_high": 0.65,
                "difference": None,
                "diff_low": None,
                "diff_high": None,
                "is_comparable": False,
                "sentence": "比べられない：設問の文が前後で違う。",
            }
        ]
    )
    now = pd.DataFrame({"course_id": ["no01"], "indicator": ["4段階"], "is_hidden": [True]})
    said = shown_evidence.aftermath(changed, latest({}), now, INTERNAL).iloc[0]
    assert said["hidden_after"] and pd.isna(said["after"]) and not said["hidden_before"]
