"""What the public edition tells of a year: every number rounded, before any chapter sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline import edition
from pipeline.codebook import codes
from pipeline.comprehension import share
from pipeline.edition import Edition, Rounded
from pipeline.evidence.rows import WILSON, is_told, row
from pipeline.fiscal_year import FiscalYear
from pipeline.indicators import PEOPLE, Indicator, Indicators
from pipeline.menu.rules import KEPT, PENDING, SPEAKS, Rule, read_rules
from pipeline.showing.obligation_views import names
from pipeline.year import Year

ANSWERED = ("theme_counts", "proposals", "association", "association_by_course")  # tables that are made of answers
TOOK = ("completed", "partly")


@dataclass(frozen=True)
class PublicCourse:
    """One course: what the menu says of it, how many took it, and ``shares`` by evidence_id."""

    name: str
    method: str
    month: str
    target: str
    took: Rounded
    shares: Mapping[str, Rounded]
    verdict: str
    gap: Rounded


@dataclass(frozen=True)
class Gap:
    """The answer to the question of the year. ``code``: its verdict; ``points`` and ``interval`` as told, or missing."""

    code: str
    points: Rounded
    interval: tuple[Rounded, Rounded] | None
    people: Rounded
    margin: float


@dataclass(frozen=True)
class Said:
    """A theme, and how many people named it."""

    side: str
    label: str
    people: Rounded


@dataclass(frozen=True)
class PublicYear:
    """A year as the public edition tells it: words and rounded numbers.

    ``heads``: evidence_id → what the column of its shares is called. ``answers``: of all questionnaires; ``asked``: who answered one that asked for good and bad points.
    ``published``: the numbers that the town has published itself, as it did: what, value, source. ``is_complete``:
    whether all answers are in; until then nothing is told of them.
    """

    fiscal_year: FiscalYear
    rounding: str
    is_complete: bool
    is_one: bool
    people: Rounded
    heads: Mapping[str, str]
    courses: Sequence[PublicCourse]
    answers: Rounded
    gap: Gap
    said: Sequence[Said]
    asked: Rounded
    published: Sequence[tuple[str, str, str]]
    proposals: pd.DataFrame


def rounded(year: Year, public: Edition, tables: Mapping[str, pd.DataFrame]) -> PublicYear:
    """The year as ``public`` may see it.

    ``tables``: courses, sessions, participants, instruments, standing, evidence, proposals, verdict,
    association, association_by_course, theme_counts.
    """
    is_complete = not year.awaits_answers
    tables = tables if is_complete else _registers(tables)
    courses, indicators = tables["courses"], Indicators.of(year.codebook)
    said = tables["theme_counts"].query("course_id == ''")
    return PublicYear(
        fiscal_year=year.fiscal_year,
        rounding=public.rounding,
        is_complete=is_complete,
        is_one=len(courses) == 1,
        people=edition.people(len(tables["participants"])),
        heads=indicators.in_public,
        courses=_courses(public, tables, indicators),
        answers=edition.people(tables["instruments"]["answered"].sum()),
        gap=_gap(public, tables["verdict"], tables["association"]),
        said=[
            Said(codes("side")[row["side"]], indicators.words(row["theme_id"]), edition.people(row["n"]))
            for row in said.to_dict("records")
            if row["n"] >= public.least
        ],
        asked=edition.people(said["base"].max() if len(said) else 0),
        published=[(_what(p["indicator"], indicators), p["value"], p["source"]) for p in year.published],
        proposals=_proposals(public, tables, year, indicators),
    )


def _registers(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables without answers: where these moved a rounded number from 速報 to 確報, a reader would learn what the
    last ones said."""
    registered = tables["evidence"].query("persons.isna()")
    return {**tables, "evidence": registered, **{name: tables[name].iloc[:0] for name in ANSWERED}}


def _courses(public: Edition, tables: Mapping[str, pd.DataFrame], indicators: Indicators) -> list[PublicCourse]:
    courses, evidence, standing = tables["courses"], tables["evidence"], tables["standing"]
    called = names(courses)
    shares = evidence[evidence["evidence_id"].isin(list(indicators.in_public))]
    tests = {test["course_id"]: test for test in tables["association_by_course"].to_dict("records")}
    told = []
    held = courses[courses["course_id"].isin(tables["sessions"]["course_id"])]  # the menu has those of other years too
    for course in held.to_dict("records"):
        course_id = course["course_id"]
        own = shares[shares["course_id"] == course_id].drop_duplicates("evidence_id").set_index("evidence_id")
        test = tests.get(course_id, {"persons": 0})
        enough = test["persons"] >= public.least
        told_shares = {
            name: edition.share(np.round(row["estimate"] * row["n"]), row["n"], public.least)
            for name, row in own.iterrows()
        }
        told.append(
            PublicCourse(
                name=called[course_id],
                method=course["method"] or "",
                month=course["month"] or "",
                target=course["target"] or "",
                took=_took(public, standing[standing["course_id"] == course_id], own["n"], told_shares, indicators),
                shares=told_shares,
                verdict=codes("verdict")[test["code"]] if enough else "",
                gap=edition.mean(test["estimate"], test["persons"], public.least)
                if enough
                else Rounded(edition.NOT_TOLD),
            )
        )
    return told


def _took(
    public: Edition, standing: pd.DataFrame, bases: pd.Series, shares: Mapping[str, Rounded], indicators: Indicators
) -> Rounded:
    """How many took a course. Of a course for few nothing is told: everybody knows for how many it was.

    Who completed took it. So beside a share of those who had to, a number that isn't above theirs would narrow both: of
    26 who had to, 「80%以上」 completed, and 「20」 took it, which is 22, so that 4 are missing.
    """
    if standing["participant_id"].nunique() < public.least:
        return Rounded(edition.NOT_TOLD)
    took = standing.loc[standing["completion"].isin(TOOK), "participant_id"].nunique()
    of_people = [i for i, told in shares.items() if indicators[i].counts == PEOPLE and told.low is not None]
    return edition.people_above(took, bases[of_people].max()) if of_people else edition.people(took)


def _gap(public: Edition, verdict: pd.DataFrame, association: pd.DataFrame) -> Gap:
    [case] = verdict.to_dict("records")
    people = 0 if pd.isna(case["informative_persons"]) else int(case["informative_persons"])
    untold = Gap(case["code"], Rounded(edition.NOT_TOLD), None, edition.people(people), case["margin"])
    found = {row["analysis"]: row for row in association.to_dict("records")}
    main = found.get("primary")
    if people < public.least or main is None or any(pd.isna(main[c]) for c in ("estimate", "ci_low", "ci_high")):
        return untold
    limits = edition.interval(main["ci_low"], main["ci_high"])
    low, high = (edition.mean(limit, people, public.least) for limit in limits)
    points = edition.mean(main["estimate"], people, public.least)
    return Gap(case["code"], points, (low, high), edition.people(case["persons"]), case["margin"])


def _what(evidence_id: str, indicators: Indicators) -> str:
    words = indicators.words(evidence_id)
    return f"アイデア実現の課題：{words}" if indicators[evidence_id].is_named else words


def _proposals(public: Edition, tables: Mapping[str, pd.DataFrame], year: Year, indicators: Indicators) -> pd.DataFrame:
    """What is to change: change, course, proposal; without the numbers that it rests on.

    Whoever knows the rules reads from a proposal what they saw. So it is told where it says no more than what is told.
    """
    proposals, evidence = tables["proposals"], tables["evidence"]
    enough = set(
        evidence.loc[is_told(evidence, public, indicators), ["evidence_id", "course_id"]].itertuples(False, None)
    )
    changing = proposals[~proposals["change"].isin([KEPT, PENDING])]
    published = {one["indicator"] for one in year.published}
    rules = {rule.rule_id: rule for rule in read_rules(year.codebook)}
    told = [
        row["evidence_id"] in published
        or (
            (row["evidence_id"], row["course_id"]) in enough
            and _tells_no_more(public, row, rules[row["rule_id"]], indicators[row["evidence_id"]])
        )
        for row in changing.to_dict("records")
    ]
    rows = changing[pd.Series(told, changing.index, bool)].assign(
        course=lambda t: t["course_id"].map(names(tables["courses"])), change=lambda t: t["change"].map(codes("change"))
    )
    return rows[["change", "course", "proposal"]].drop_duplicates(ignore_index=True)


def _tells_no_more(public: Edition, seen: dict, rule: Rule, indicator: Indicator) -> bool:
    """Whether a proposal says no more of the value that its rule saw than the public edition does.

    Three people's opinion is none for the public edition. Of a share, all that reads alike must speak alike: else a
    reader learns of how many it is, and so how few didn't answer. Where many didn't, he may."""
    if indicator.is_named:
        return seen["estimate"] >= public.least
    if indicator.unit != "rate":
        return True
    told = edition.share(np.round(seen["estimate"] * seen["n"]), seen["n"], public.least)
    if told.low is None or told.low != told.high:
        return False
    return edition.are_far(seen["base"], seen["n"]) or all(
        rule.state(row("", "", n, share(hits, n), WILSON)) == SPEAKS
        for n in edition.alike(seen["n"])
        for hits in range(n + 1)
        if edition.share(hits, n, public.least) == told
    )
