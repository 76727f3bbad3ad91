"""Nobody can tell from what the town publishes what one to four people did, answered or wrote."""

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline.edition import Edition
from pipeline.evaluation import evaluate
from pipeline.inference.tested_year import TestedYear
from pipeline.reports.public_report.rounded import rounded
from pipeline.stages import STAGES
from pipeline.store import INTERNAL, PUBLIC, Store
from pipeline.year import Year
from tests.attack import former_edition, pages, public_edition, reader_knows, rounding
from tests.attack.public_edition import Publication
from tests.attack.reader_knows import Group, Public
from tests.attack.system import MOST
from tests.attacked_towns import CHAPTERS, RULES, YEAR, counted, drawn, known_of, tables_of, truth_of

TOWNS = range(20)
IN_TOWN = 251  # people of the sample's town hall
LATE = "trial-final-r26"  # the answer that came on paper, after the others


def published(year, tables):
    """The publication as a reader finds it: on the page, and in the data behind it."""
    told = rounded(year, Edition(PUBLIC, 10), tables)
    blocks = [block for chapter in CHAPTERS for block in chapter(told)]
    page = pages.of_html("\n".join(block._repr_mimebundle_()["text/html"] for block in blocks))
    assert not pages.beyond(pages.of_json([block.data() for block in blocks]), page)
    return public_edition.read(page)


def refuted(lines, truth):
    """What the attack pins; an attack that excludes the truth is a wrong one."""
    assert not lines.system.holds(truth)
    return lines.system.pinned(lines.watched, truth)


def came_late(town):
    """What a reader knows who knows that one answer came late: in a year of one course, also to which."""
    told = {"のべ回答", "尋ねた人"} | ({f"{town.courses[0].name}：回答"} if len(town.courses) == 1 else set())
    return {f"増えた {what}" for what in told}


def at(when, truth):
    return {f"{when} {name}": n for name, n in truth.items()}


class TestTheAttackFindsWhatWasFoundByHand:
    def test_hidden_cells_of_one_publication(self):
        lines = former_edition.attendance(former_edition.LATE)
        found = {one.what: one.value for one in lines.system.pinned(lines.watched, secret=range(MOST))}
        assert found == {"録画等": 4, "欠席": 25, "録画等で評定": 4}

    def test_the_answer_that_came_late(self):
        lines = former_edition.late_answers()
        found = {one.what: one.value for one in lines.system.pinned(lines.watched)}
        theme = "外部講師の説明や資料が分かりやすかった。"
        assert found[f"遅れて{theme}"] == 1 and found[f"early {theme}"] == 4
        assert found["遅れて満足"] == 1 and found["遅れて回答－実務"] == 1
        ticked = {what for what in found if what.endswith(("財源確保が必要になる", "担保ができない"))}
        assert {what for what in ticked if "－" not in what} == ticked and len(ticked) == 2

    def test_an_exact_number_of_the_index_beside_the_public_edition(self):
        page = public_edition.read(former_edition.index())
        assert any("n=22" in told.text for told in page.unread)
        lines = reader_knows.lines(Publication(), Public(24, {"試行": Group(24)}))
        lines.system.count("試行：回答", 22, 22)
        assert "試行：対象－回答 = 2" in map(str, lines.system.pinned(lines.watched))

    @pytest.mark.parametrize(
        ("told", "asked", "missing"),
        [
            ({"満足した人": "55%"}, 12, "試行：対象－満足の回答 = 1"),  # 6 of 11
            ({"満足した人": "40%未満"}, 13, "試行：対象－満足の回答 = 2"),  # a bound that is of 11 alone
        ],
    )
    def test_how_few_didn_t_answer_by_a_share_too_fine(self, told, asked, missing):
        page = Publication(courses={"試行": told})
        known = Public(30, {"試行": Group(asked)}, said=rounding.finer)
        lines = reader_knows.lines(page, known)
        assert missing in map(str, lines.system.pinned(lines.watched))

    def test_how_few_are_missing_by_who_took_it_beside_who_completed_it(self):
        page = Publication(courses={"試行": {"受講した人": "20", "●必須の人の修了": "80%以上"}})
        lines = reader_knows.lines(page, Public(30, {"試行": Group(26, 26, all_counted=True)}))
        assert "試行：必須－試行：修了 = 4" in map(str, lines.system.pinned(lines.watched))

    def test_three_opinions_by_the_proposals_that_rest_on_them(self):
        [rule] = RULES.query("evidence_id == 'b_purpose'").to_dict("records")
        courses = ("基礎", "応用", "発展")
        page = Publication(proposed={(course, pages.plain(rule["proposal"])) for course in courses})
        known = Public(60, dict.fromkeys(courses, Group(20)), [rule], {"目的": "b_purpose"}, told_from=3)
        lines = reader_knows.lines(page, known)
        assert "基礎：b_purpose = 3" in map(str, lines.system.pinned(lines.watched))

    def test_what_one_late_answer_ticked_by_exact_numbers_of_both_publications(self):
        both = [Publication(exact={"財源の確保": n}) for n in (7, 8)]
        lines = reader_knows.two(*both, Public(24, {"試行": Group(24)}))
        assert "増えた 財源の確保 = 1" in map(str, lines.system.pinned(lines.watched))


@pytest.mark.parametrize("seed", TOWNS)
def test_no_small_number_of_a_random_town(seed):
    town = drawn(seed)
    page = published(YEAR, tables_of(town))
    assert not page.unread
    assert not refuted(reader_knows.lines(page, known_of(town)), truth_of(town))


@pytest.mark.parametrize("seed", TOWNS)
def test_no_small_number_by_one_more_answer_in_a_random_town(seed):
    """From 速報 to 確報, for a reader who knows that just one answer came in between."""
    town = drawn(seed)
    later = town.with_one_more(np.random.default_rng(seed))
    early = SimpleNamespace(**vars(YEAR) | {"awaits_answers": True})
    both = published(early, tables_of(town)), published(YEAR, tables_of(later))
    assert not both[0].unread
    lines = reader_knows.two(*both, known_of(town), more=later != town)
    truth = at("速報", truth_of(town)) | at("確報", truth_of(later))
    assert {found.what for found in refuted(lines, truth)} <= came_late(town)


@pytest.mark.parametrize("year", ["R4", "R5"])
def test_no_small_number_of_the_sample(reports, town, year):
    told, elsewhere = pages.of_folder(reports / year / "public")
    page = public_edition.read(told)
    assert not page.unread and not elsewhere
    store = Store.open(year, town)
    counts = counted({name: store.load(name) for name in (*STAGES["inform"].reads, "items")}, IN_TOWN)
    known = known_of(counts, one_questionnaire=False, takers_answer=False)
    assert not refuted(reader_knows.lines(page, known), truth_of(counts))


def test_no_late_answer_of_the_sample(run, town):
    """The answer that the former edition gave away, for a reader who knows that just this one came late."""
    store = Store.open("R4", town)
    year = Year.open(store)
    later = {name: store.load(name) for name in STAGES["evaluate"].reads}
    assert (later["responses"]["response_id"] == LATE).any()
    early = {n: t[t["response_id"] != LATE] if "response_id" in t else t for n, t in later.items()}
    sheets = early["instruments"]
    is_final = sheets["session_id"].isna()
    early["instruments"] = sheets.assign(answered=sheets["answered"] - is_final.astype(int))
    early |= TestedYear.of("R4", early, year.plan, {}, {}).saved
    both = [tables | evaluate(year, year.edition(INTERNAL), tables, {}, {}).saved for tables in (early, later)]
    towns = [counted(tables, IN_TOWN) for tables in both]
    known = known_of(towns[0], one_questionnaire=False, takers_answer=False)
    lines = reader_knows.two(*(published(year, tables) for tables in both), known, more=1)
    truth = at("速報", truth_of(towns[0])) | at("確報", truth_of(towns[1]))
    truth |= {name: low for name, (low, high) in lines.system.limits.items() if low == high and name not in truth}
    assert {found.what for found in refuted(lines, truth)} <= came_late(towns[0])
