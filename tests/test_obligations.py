"""Who has to take what, what was taken, and what is still open; Aさん of the policy is the oracle."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from pipeline.completion import by_course, by_duty, completed_all, outstanding, still_open
from pipeline.fiscal_year import FiscalYear
from pipeline.obligations import groups, obligations, standing, taken, window
from pipeline.schema import conform
from pipeline.showing import obligation_views as views

R5, R6 = FiscalYear(5), FiscalYear(6)


def appointment(person, position, segments="", start=None, end=None, office="総務課"):
    return {
        "participant_id": person,
        "office": office,
        "department": "企画総務部",
        "position": position,
        "title": position,
        "segments": segments,
        "valid_from": start and pd.Timestamp(start),
        "valid_to": end and pd.Timestamp(end),
    }


def staff(*rows):
    return conform("appointments", list(rows))


def menu(*rows):
    """Rows of (course, kind, name, obligation)."""
    columns = ["course_id", "kind", "name", "obligation"]
    return conform("targets", [dict(zip(columns, r, strict=True), confidence="inferred") for r in rows])


def course_list(**months):
    return conform(
        "courses",
        [
            {
                "course_id": c,
                "number": int(c[2:]),
                "title": f"研修{c[2:]}",
                "category": "DXリテラシー",
                "method": "集合or動画",
                "provider": "CIO補佐",
                "month": month,
                "hours": 2.0,
                "is_priority": False,
                "owner": "DX推進部門",
                "target": "",
                "confidence": "inferred",
            }
            for c, month in months.items()
        ],
    )


def plans(year=R5, **plan):
    return conform("course_years", [{"course_id": c, "fiscal_year": str(year), "plan": p} for c, p in plan.items()])


def past(*rows):
    return pd.DataFrame(rows, columns=["participant_id", "course_id", "fiscal_year"])


def obliged(table):
    return {(r.participant_id, r.course_id): r.obligation for r in table.itertuples()}


def one_session(*courses, form="room"):
    return conform(
        "sessions",
        [
            {
                "session_id": f"{c}-1",
                "course_id": c,
                "number": 1,
                "held_on": None,
                "title": "第1回",
                "format": form,
                "hours": 2.0,
            }
            for c in courses
        ],
    )


def several(course, n, form="workshop"):
    return conform(
        "sessions",
        [
            {
                "session_id": f"{course}-{k}",
                "course_id": course,
                "number": k,
                "held_on": None,
                "title": f"第{k}回",
                "format": form,
                "hours": 2.0,
            }
            for k in range(1, n + 1)
        ],
    )


def record(person, session, status, reason=None, caught_up_on=None):
    return {
        "participant_id": person,
        "session_id": session,
        "status": status,
        "minutes_lost": None,
        "caught_up_on": caught_up_on and pd.Timestamp(caught_up_on),
        "reason": reason,
        "source_ref": None,
    }


def register(*rows):
    return conform("attendance", list(rows))


# Rows 1–4 of the menu as the policy prints them (facts.md).
POLICY = menu(
    ("no01", "position", "部課長", "required"),
    ("no01", "position", "副参事", "required"),
    ("no01", "segment", "行革幹事", "recommended"),
    *[("no02", "position", p, "required") for p in ("主任", "副主任", "主査", "主事")],
    *[("no03", "position", p, "recommended") for p in ("部課長", "副参事", "主任", "副主任", "主査", "主事")],
    ("no04", "position", "主事", "recommended"),
)
COURSES = course_list(no01="5月", no02="5月", no03="7月", no04="例年8月頃～")
PLANS = plans(no01="renewed", no02="renewed", no03="held", no04="held")


def test_a_san_of_the_policy():
    due = obligations(staff(appointment("a", "副主任", "行革幹事")), POLICY, COURSES, PLANS, past(), R5)
    what_became = taken(
        register(
            record("a", "no01-1", "recording"),
            record("a", "no02-1", "present"),
            record("a", "no03-1", "waived", "高度な水準にあるため"),
        ),
        one_session("no01", "no02", "no03", "no04"),
        0.8,
    )
    found = standing(due, what_became)
    columns = ["course_id", "obligation", "by", "completion", "how", "reason"]
    assert found[columns].astype(object).where(found[columns].notna(), None).to_numpy().tolist() == [
        ["no01", "recommended", "セグメント：行革幹事", "completed", "recording", None],
        ["no02", "required", "職位：副主任", "completed", "room", None],
        ["no03", "recommended", "職位：副主任", "waived", None, "高度な水準にあるため"],
    ]


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        ("5月", (2023, 5, 1), (2023, 5, 31)),
        ("８月～１０月", (2023, 8, 1), (2023, 10, 31)),
        ("8〜10月", (2023, 8, 1), (2023, 10, 31)),  # the other wave dash, first 月 left out
        ("例年8月頃～", (2023, 8, 1), (2024, 3, 31)),
        ("12月－翌年2月", (2023, 12, 1), (2024, 2, 29)),  # over New Year, and a leap year
        ("～9月", (2023, 4, 1), (2023, 9, 30)),
        ("5月12日", (2023, 5, 1), (2023, 5, 31)),
        ("令和5年6月中旬", (2023, 6, 1), (2023, 6, 30)),
        ("5月・10月", (2023, 5, 1), (2023, 10, 31)),
        ("5月から7月まで", (2023, 5, 1), (2023, 7, 31)),
        ("", (2023, 4, 1), (2024, 3, 31)),
        ("通年", (2023, 4, 1), (2024, 3, 31)),
        ("随時（年3回）", (2023, 4, 1), (2024, 3, 31)),  # a number that is no month
        ("13月", (2023, 4, 1), (2024, 3, 31)),
        ("3月～5月", (2023, 4, 1), (2024, 3, 31)),  # runs backwards in a fiscal year
    ],
)
def test_the_months_of_a_menu_row(month, first, last):
    assert window(month, R5) == (dt.date(*first), dt.date(*last))


def test_only_those_here_during_the_course_have_to_take_it():
    people = staff(
        appointment("left", "主事", end="2023-04-30"),  # the day before the window
        appointment("leaving", "主事", end="2023-05-01"),  # its first day still counts
        appointment("joining", "主事", start="2023-05-31"),
        appointment("late", "主事", start="2023-06-01"),
    )
    due = obligations(people, POLICY, COURSES, PLANS, past(), R5)
    assert set(due[due["course_id"] == "no02"]["participant_id"]) == {"leaving", "joining"}
    assert set(due[due["course_id"] == "no04"]["participant_id"]) == {"joining", "late"}


def test_somebody_promoted_within_the_year_has_the_obligations_of_each_time():
    people = staff(
        appointment("p", "主任", end="2023-06-30"), appointment("p", "副参事", start="2023-07-01", office="税務課")
    )
    due = obligations(people, POLICY, COURSES, PLANS, past(), R5)
    # No.1 (● 副参事) was in May: not due. No.2 was, as 主任. No.3 in July falls to the new position.
    by = due.set_index("course_id")["by"].to_dict()
    assert by == {"no02": "職位：主任", "no03": "職位：副参事"}


def test_the_strongest_of_two_positions_and_the_segments_counts_and_is_named():
    targets = menu(
        ("no05", "position", "主任", "selected"),
        ("no05", "position", "副参事", "required"),
        ("no05", "segment", "行革本部", "required"),
        ("no05", "segment", "行革幹事", "recommended"),
    )
    people = staff(appointment("p", "主任", "行革幹事;行革本部"), appointment("p", "副参事", office="税務課"))
    due = obligations(people, targets, course_list(no05="通年"), plans(no05="held"), past(), R5)
    assert due.to_dict("records") == [
        {
            "participant_id": "p",
            "course_id": "no05",
            "obligation": "required",
            "by": "職位：副参事、セグメント：行革本部",
            "note": None,
        }
    ]


def test_courses_3_and_4_are_only_for_those_who_have_not_taken_them():
    people = staff(appointment("done", "主事"), appointment("new", "主事"), appointment("later", "主事"))
    later_plans = plans(R6, no01="renewed", no02="renewed", no03="untaken", no04="untaken")
    history = past(
        ("done", "no03", "R5"),
        ("done", "no02", "R5"),
        ("later", "no03", "R6"),  # completed in the year itself: no reason to have no obligation
    )
    due = obligations(people, POLICY, COURSES, later_plans, history, R6)
    notes = due.set_index(["participant_id", "course_id"])["note"]
    assert notes.dropna().to_dict() == {("done", "no03"): "前年度までに受講済み"}
    known = obliged(due)
    assert pd.isna(known[("done", "no03")])
    assert known[("done", "no02")] == "required"  # renewed every year: taken before doesn't matter
    assert known[("done", "no04")] == known[("new", "no03")] == known[("later", "no03")] == "recommended"


def test_ten_is_not_before_nine_among_earlier_years():
    due = obligations(
        staff(appointment("p", "主事")),
        POLICY,
        COURSES,
        plans(FiscalYear(10), no03="untaken"),
        past(("p", "no03", "R9")),
        FiscalYear(10),
    )
    assert due["obligation"].isna().tolist() == [True]


def test_a_course_that_is_not_held_obliges_nobody():
    due = obligations(staff(appointment("p", "主事")), POLICY, COURSES, plans(no02="none", no03="held"), past(), R5)
    assert list(obliged(due)) == [("p", "no03")]


POSITIONS, SEGMENTS = ["主任", "主査", "主事"], ["行革幹事", "行革本部"]
ROLE = st.sampled_from([("position", p) for p in POSITIONS] + [("segment", s) for s in SEGMENTS])
TARGETS = st.dictionaries(ROLE, st.sampled_from(["required", "recommended", "selected"]), max_size=5)
PEOPLE = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(POSITIONS), st.sampled_from(["", *SEGMENTS])),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=40)
@given(TARGETS, PEOPLE, st.randoms())
def test_the_strongest_never_depends_on_the_order_of_rows(wanted, people, random):
    def compute(targets, persons):
        return obligations(
            staff(*[appointment(*p) for p in persons]),
            menu(*[("no05", *role, o) for role, o in targets]),
            course_list(no05="通年"),
            plans(no05="held"),
            past(),
            R5,
        )

    first = compute(list(wanted.items()), people)
    shuffled = random.sample(list(wanted.items()), len(wanted)), random.sample(people, len(people))
    pd.testing.assert_frame_equal(first, compute(*shuffled))
    # Beside an oracle that doesn't know tables: the least rank over all roles of a person.
    strength = ["required", "recommended", "selected"]
    for person in {p for p, _, _ in people}:
        roles = {("position", q) for p, q, _ in people if p == person}
        roles |= {("segment", s) for p, _, s in people if p == person}
        ranks = [strength.index(wanted[r]) for r in roles if r in wanted]
        assert obliged(first).get((person, "no05")) == (strength[min(ranks)] if ranks else None)


@pytest.mark.parametrize(
    ("statuses", "completion", "part", "how"),
    [
        (["present"] * 4 + ["absent"], "completed", 0.8, "room"),  # 4 of 5 is exactly 0.8
        (["present"] * 3 + ["absent"] * 2, "partly", 0.6, "room"),
        (["absent"] * 4 + ["absent_duty"], "missed", 0.0, None),
        (["recording", "recording", "recording", "late", "early"], "completed", 1.0, "recording"),
        (["online", "present", "online", "present", "e_learning"], "completed", 1.0, "room"),  # a draw
        (["partial"] + ["absent"] * 4, "partly", 0.0, None),  # came, but to no whole session
        (["waived"] * 5, "waived", None, None),
        (["not_target"] * 4 + ["waived"], "waived", None, None),
        (["not_target"] * 5, "not_target", None, None),
        (["present"] * 3 + ["not_target"] * 2, "completed", 1.0, "room"),  # moved away after three
        (["unknown"] * 5, "unknown", 0.0, None),
        (["present"] * 3 + ["unknown"] * 2, "unknown", 0.6, "room"),  # may have been enough
        (["present"] * 4 + ["unknown"], "completed", 0.8, "room"),  # enough whatever the fifth was
        (["absent"] * 2 + ["unknown"] * 3, "missed", 0.0, None),  # can't have been enough
        (["present"] * 3, "unknown", 0.6, "room"),  # two sessions without any record
    ],
)
def test_what_became_of_a_person_in_a_course_of_five(statuses, completion, part, how):
    rows = [record("p", f"no05-{n}", s) for n, s in enumerate(statuses, start=1)]
    found = taken(register(*rows), several("no05", 5), 0.8).iloc[0]
    assert (found["completion"], found["how"] if pd.notna(found["how"]) else None) == (completion, how)
    assert found["share"] == pytest.approx(part) if part is not None else pd.isna(found["share"])


def test_a_session_caught_up_later_counts_as_taken_by_recording():
    rows = [
        record("p", "no05-1", "absent", "議会対応", caught_up_on="2023-08-30"),
        record("p", "no05-2", "absent", "議会対応", caught_up_on="2023-09-30"),
        record("p", "no05-3", "absent_duty", "災害対応"),
    ]
    found = taken(register(*rows), several("no05", 3), 0.6).iloc[0]
    assert found[["completion", "how", "reason"]].tolist() == ["completed", "recording", "議会対応、災害対応"]


def test_half_of_the_only_session_is_partly_and_not_unknown():
    found = taken(register(record("p", "no02-1", "partial")), one_session("no02"), 0.8)
    assert found["completion"].tolist() == ["partly"]


def test_being_there_in_an_online_course_is_online():
    found = taken(register(record("p", "no07-1", "present")), one_session("no07", form="online"), 0.8)
    assert found["how"].tolist() == ["online"]


def due(*rows):
    """Rows of (person, course, obligation)."""
    table = pd.DataFrame(rows, columns=["participant_id", "course_id", "obligation"])
    return table.assign(by="職位：主事", note=None)


def became(*rows):
    """Rows of (person, course, completion)."""
    table = pd.DataFrame(rows, columns=["participant_id", "course_id", "completion"])
    return table.assign(share=1.0, how=None, reason=None)


def crowd(course, **sizes):
    """A standing in which so many people with ● had each completion."""
    people = [(f"{outcome}{n}", course, outcome) for outcome, size in sizes.items() for n in range(size)]
    return standing(
        due(*[(p, c, "required") for p, c, _ in people]), became(*[r for r in people if r[2] != "none_recorded"])
    )


def test_no_record_is_not_the_same_as_missed_and_a_volunteer_stays():
    rows = standing(
        due(("a", "no02", "required"), ("b", "no02", "required")),
        became(("b", "no02", "missed"), ("c", "no02", "completed")),
    )
    assert rows.set_index("participant_id")["completion"].to_dict() == {
        "a": "none_recorded",
        "b": "missed",
        "c": "completed",
    }
    assert rows.set_index("participant_id")["obligation"].isna().to_dict() == {"a": False, "b": False, "c": True}


def test_the_same_person_twice_in_a_course_is_refused():
    with pytest.raises(pd.errors.MergeError):
        standing(due(("a", "no02", "required")), became(("a", "no02", "missed"), ("a", "no02", "waived")))


def test_completion_counts_waived_and_unknown_apart_and_agrees_with_statsmodels():
    own = crowd("no02", completed=17, partly=2, missed=4, none_recorded=1, waived=3, not_target=2, unknown=5)
    row = by_course(own).iloc[0]
    assert row[["n", "hits", "none_recorded", "waived", "not_target", "unknown"]].tolist() == [24, 17, 1, 3, 2, 5]
    low, high = proportion_confint(17, 24, method="wilson")
    assert row[["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx([17 / 24, low, high])


def test_recommended_and_selected_do_not_enter_completion():
    own = standing(
        due(("a", "no02", "required"), ("b", "no02", "recommended"), ("c", "no02", "selected")),
        became(("a", "no02", "completed"), ("b", "no02", "missed"), ("d", "no02", "missed")),
    )
    assert by_course(own)[["n", "hits"]].to_numpy().tolist() == [[1, 1]]


def test_a_course_nobody_has_a_record_of_is_not_judged():
    own = pd.concat([crowd("no02", none_recorded=8), crowd("no03", completed=3)], ignore_index=True)
    rows = by_course(own).set_index("course_id")
    assert rows.loc["no02", ["n", "none_recorded"]].tolist() == [0, 8]
    assert pd.isna(rows.loc["no02", "estimate"])
    assert completed_all(own)["n"].tolist() == [3]


def test_completion_by_the_latest_position_and_by_each_segment():
    people = staff(
        appointment("a", "主任", "行革幹事;行革本部"),
        appointment("b", "主事", end="2023-06-30"),
        appointment("b", "主任", start="2023-07-01", office="税務課"),
        appointment("c", "主事"),
    )
    own = standing(
        due(*[(p, "no02", "required") for p in "abc"]),
        became(("a", "no02", "completed"), ("b", "no02", "missed"), ("c", "no02", "missed")),
    )

    def counted(kind, on=None):
        rows = by_course(own, groups(people, kind, on))
        return {r.group: (r.n, r.hits) for r in rows.itertuples()}

    assert counted("position") == {"主任": (2, 1), "主事": (1, 0)}
    assert counted("position", dt.date(2023, 6, 30)) == {"主任": (1, 1), "主事": (2, 0)}
    assert counted("segment") == {"行革幹事": (1, 1), "行革本部": (1, 1)}
    assert counted("office") == {"総務課": (2, 1), "税務課": (1, 0)}


def test_completing_all_is_counted_by_person():
    own = standing(
        due(
            ("a", "no01", "required"),
            ("a", "no02", "required"),
            ("b", "no02", "required"),
            ("c", "no02", "required"),
            ("d", "no02", "required"),
        ),
        became(
            ("a", "no01", "completed"), ("a", "no02", "missed"), ("b", "no02", "completed"), ("c", "no02", "waived")
        ),
    )
    # c was let off and isn't counted; d has no record of a course that has records.
    assert completed_all(own)[["n", "hits"]].to_numpy().tolist() == [[3, 1]]


def test_the_list_of_what_is_open_goes_by_the_present_office_and_names_nobody():
    people = staff(
        appointment("z", "主事"),
        appointment("b", "主事"),
        appointment("w", "主事"),
        appointment("c", "主事"),
        appointment("moved", "主事", end="2023-06-30"),
        appointment("moved", "主事", start="2023-07-01", office="税務課"),
        appointment("left", "主事", end="2023-09-30", office="住民課"),
    )
    persons = ["z", "b", "w", "c", "moved", "left"]
    own = standing(
        due(*[(p, "no02", "required") for p in persons], ("c", "no03", "recommended")),
        became(
            ("z", "no02", "missed"),
            ("w", "no02", "waived"),
            ("c", "no02", "completed"),
            ("moved", "no02", "partly"),
            ("left", "no02", "unknown"),
            ("c", "no03", "missed"),
        ),
    )
    listed = still_open(own, people, dt.date(2024, 3, 31))
    open_ = outstanding(listed)
    assert open_.set_index("office")["participant_ids"].to_dict() == {
        "総務課": ["b", "z"],
        "税務課": ["moved"],
        "住民課": ["left"],
    }
    assert open_.set_index("office")["unconfirmed"].to_dict() == {"総務課": 1, "税務課": 0, "住民課": 1}
    # Who left isn't dropped in silence, but marked.
    assert listed[~listed["is_here"]]["participant_id"].tolist() == ["left"]
    shown = views.open_rows(listed, COURSES, "年度末", ["税務課", "総務課", "住民課"], ["moved", "z", "left", "b"])
    assert shown[["participant_id", "completion_label", "check"]].astype(object).where(
        shown.notna(), None
    ).to_numpy().tolist() == [
        ["moved", "一部受講", None],
        ["z", "未受講", None],
        ["b", "記録なし", views.ASK_FIRST],
        ["left", "不明", views.ASK_FIRST],
    ]
    assert shown["note"].notna().tolist() == [False, False, False, True]


def test_by_office_everybody_counts_once_whatever_they_owe():
    own = standing(
        due(*[(p, c, "required") for p in ("a", "b", "c", "d") for c in ("no01", "no02")]),
        became(
            *[(p, "no01", "completed") for p in "abcd"],
            ("a", "no02", "completed"),
            ("b", "no02", "completed"),
            ("c", "no02", "missed"),
            ("d", "no02", "completed"),
        ),
    )
    offices = pd.DataFrame({"participant_id": list("abcd"), "group": ["総務課", "総務課", "総務課", "税務課"]})
    rows = completed_all(own, offices).set_index("group")
    assert rows.loc[["総務課", "税務課"], ["n", "hits"]].to_numpy().tolist() == [
        [3, 2],
        [1, 1],
    ]  # eight obligations, four people
    low, high = proportion_confint(2, 3, method="wilson")
    assert rows.loc["総務課", ["ci_low", "ci_high"]].tolist() == pytest.approx([low, high])
    assert completed_all(own)[["n", "hits"]].to_numpy().tolist() == [[4, 3]]
    assert completed_all(own, offices.iloc[:0]).empty


def test_offices_stand_in_the_order_of_the_town_and_in_full():
    table = pd.DataFrame(
        [("総務課", 9, 9), ("税務課", 9, 8), ("建設課", 2, 2), ("新しい課", 3, 0)], columns=["group", "n", "hits"]
    ).assign(estimate=0.5, ci_low=0.3, ci_high=0.7)
    shown = views.office_rows(table, ["住民課", "税務課", "総務課", "建設課"])
    assert shown["group"].tolist() == ["税務課", "総務課", "建設課", "新しい課"]  # one the town doesn't list comes last
    assert shown[["n", "hits"]].to_numpy().tolist() == [[9, 8], [9, 9], [2, 2], [3, 0]]


def test_nothing_breaks_where_nothing_is_known():
    empty = standing(
        obligations(staff(), menu(), course_list(), plans(), past(), R5), taken(register(), several("no05", 0), 0.8)
    )
    assert by_course(empty).empty and by_duty(empty).empty
    assert outstanding(still_open(empty, staff(), dt.date(2024, 3, 31))).empty
    sentence = views.completed(completed_all(empty), by_course(empty), COURSES)
    assert sentence == "●必須の研修がある人はいない。"


def test_the_sentence_names_the_course_that_lags_most():
    own = pd.concat([crowd("no01", completed=8), crowd("no02", completed=6, missed=4)], ignore_index=True)
    assert views.completed(completed_all(own), by_course(own), COURSES) == (
        "●必須の研修をすべて修了したのは、対象の12人中8人（66.7 %）で、"
        "修了率が最も低いのは「No.2 研修02」の10人中6人（60.0 %）である。"
    )
    both = pd.concat([own, crowd("no03", completed=3, missed=2)], ignore_index=True)
    assert (
        "最も低いのは「No.2 研修02」の10人中6人（60.0 %）と「No.3 研修03」の5人中3人（60.0 %）である。"
        in views.completed(completed_all(both), by_course(both), COURSES)
    )
    alone = crowd("no02", completed=6, missed=4)
    assert views.completed(completed_all(alone), by_course(alone), COURSES).endswith("6人（60.0 %）である。")
    done = crowd("no01", completed=8)
    assert views.completed(completed_all(done), by_course(done), COURSES) == (
        "●必須の研修をすべて修了したのは、対象の8人中8人（100.0 %）である。"
    )


def test_groups_stand_in_their_official_order():
    own = pd.concat([crowd("no01", completed=14, missed=12), crowd("no02", completed=6)])
    ids = own["participant_id"].drop_duplicates()
    groups = ["部課長", "副参事", "主任"]
    people = pd.DataFrame({"participant_id": ids, "group": [groups[i % 3] for i in range(len(ids))]})
    shown = views.group_rows(by_course(own, people), COURSES, groups)
    assert shown.groupby("course", sort=False)["group"].apply(list).tolist() == [groups, groups]
    assert shown.groupby("course")["n"].sum().tolist() == [26, 6]


def test_nobody_who_does_not_count_is_in_the_sum_of_a_course():
    own = crowd("no02", completed=9, missed=1, none_recorded=4, waived=1)
    shown = views.duty_rows(by_duty(own), COURSES).iloc[0]
    assert shown["obligation_label"] == "●必須"
    assert shown[["completed", "missed", "none_recorded", "n"]].tolist() == [9, 1, 4, 14]


def test_a_volunteer_is_shown_as_no_target():
    own = standing(due(), became(*[(p, "no02", "completed") for p in "abcd"]))
    shown = views.duty_rows(by_duty(own), COURSES)
    assert shown[["obligation_label", "completed", "n"]].to_numpy().tolist() == [["対象外", 4, 4]]


def test_who_is_still_to_take_a_course_is_counted_by_office():
    counts = [("総務課", 2), ("税務課", 4), ("住民課", 7), ("建設課", 9)]
    own = pd.DataFrame(counts, columns=["office", "count"]).assign(course_id="no02")
    town = ["住民課", "税務課", "総務課"]
    shown = views.open_by_office(own, COURSES, town).set_index("office").iloc[:, 0]
    assert shown.to_dict() == dict(counts)
    assert list(shown.index) == [*town, "建設課"]  # one the town doesn't list comes last
