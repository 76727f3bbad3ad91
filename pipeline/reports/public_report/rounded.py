"""What the public edition tells of a year: every number rounded, before any chapter sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline import edition
from pipeline.codebook import codes
from pipeline.edition import Edition, Rounded
from pipeline.fiscal_year import FiscalYear
from pipeline.indicators import Indicators
from pipeline.menu.rules import PENDING
from pipeline.showing.obligation_views import names
from pipeline.year import Year

KEPT = "keep"
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
    ``published``: the numbers that the town has published itself, as it did: what, value, source.
    """

    fiscal_year: FiscalYear
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
    courses, indicators = tables["courses"], Indicators.of(year.codebook)
    said = tables["theme_counts"].query("course_id == ''")
    return PublicYear(
        fiscal_year=year.fiscal_year,
        is_one=len(courses) == 1,
        people=edition.people(len(tables["participants"])),
        heads=indicators.in_public,
        courses=_courses(public, tables, list(indicators.in_public)),
        answers=edition.people(tables["instruments"]["answered"].sum()),
        gap=_gap(public, tables["verdict"], tables["association"]),
        said=[
            Said(codes("side")[row["side"]], indicators.words(row["theme_id"]), edition.people(row["n"]))
            for row in said.to_dict("records")
            if row["n"] >= public.least
        ],
        asked=edition.people(said["base"].max() if len(said) else 0),
        published=[(_what(p["indicator"], indicators), p["value"], p["source"]) for p in year.published],
        proposals=_proposals(tables["proposals"], courses),
    )


def _courses(public: Edition, tables: Mapping[str, pd.DataFrame], told_of: list[str]) -> list[PublicCourse]:
    courses, evidence, standing = tables["courses"], tables["evidence"], tables["standing"]
    called = names(courses)
    took = standing[standing["completion"].isin(TOOK)].groupby("course_id")["participant_id"].nunique()
    shares = evidence[evidence["evidence_id"].isin(told_of)]
    tests = {test["course_id"]: test for test in tables["association_by_course"].to_dict("records")}
    told = []
    for course in courses.to_dict("records"):
        course_id = course["course_id"]
        own = shares[shares["course_id"] == course_id].drop_duplicates("evidence_id").set_index("evidence_id")
        test = tests.get(course_id, {"persons": 0})
        enough = test["persons"] >= public.least
        told.append(
            PublicCourse(
                name=called[course_id],
                method=course["method"] or "",
                month=course["month"] or "",
                target=course["target"] or "",
                took=edition.people(took.get(course_id, 0)),
                shares={
                    name: edition.share(np.round(row["estimate"] * row["n"]), row["n"], public.least)
                    for name, row in own.iterrows()
                },
                verdict=codes("verdict")[test["code"]] if enough else "",
                gap=edition.mean(test["estimate"], test["persons"], public.least)
                if enough
                else Rounded(edition.NOT_TOLD),
            )
        )
    return told


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


def _proposals(proposals: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """What is to change: change, course, proposal; without the numbers that it rests on."""
    changing = proposals[~proposals["change"].isin([KEPT, PENDING])]
    rows = changing.assign(
        course=changing["course_id"].map(names(courses)), change=changing["change"].map(codes("change"))
    )
    return rows[["change", "course", "proposal"]].drop_duplicates(ignore_index=True)
