"""A year's evaluation: the canonical tables → evidence, standing, themes and proposals, which every chapter speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline import completion, comprehension, obligations, themes
from pipeline.edition import Edition
from pipeline.evidence.course import completion_evidence, quiz_evidence, stated_evidence, year_evidence
from pipeline.evidence.improvements import improvement_evidence
from pipeline.evidence.kpi import kpi_evidence
from pipeline.evidence.opinions import option_evidence, theme_evidence
from pipeline.evidence.rows import is_told, joined, latest
from pipeline.evidence.working_groups import group_summary, working_group_evidence
from pipeline.indicators import Indicators
from pipeline.menu.aftermath import after
from pipeline.menu.proposals import propose
from pipeline.menu.rules import Rule, read_rules
from pipeline.year import Year

VALUES = ["estimate", "ci_low", "ci_high", "p_value", "p_adjusted"]  # of a row of evidence
ASKED_OPENLY = ["good", "bad"]  # the questions whose answers are sorted by theme


@dataclass(frozen=True)
class Evaluation:
    """What is known of a year. ``tables``: as the stage loads them; ``edition``: who it is shown to.

    ``standing``: who had to take what, and took it; ``open_now``: who has still to take what, by office;
    ``completed``: completion of ● by course. ``spread``: how every rated question was answered. ``points``: the
    themes of the year, ``by_theme`` of each course; ``unmatched``: what fits none, ``released``: which
    comments (source_ref) a person allowed to be quoted. ``obstacles``: the options of that question. ``answered``:
    how many answered what asked for good or bad points. ``evidence``, ``proposals``: as ``evidence`` and ``menu`` have
    them, by the ``indicators`` and ``rules`` of the codebook. ``changed``: what became of last year's decisions.
    """

    year: Year
    edition: Edition
    tables: Mapping[str, pd.DataFrame]
    standing: pd.DataFrame
    completed: pd.DataFrame
    open_now: pd.DataFrame
    spread: pd.DataFrame
    points: pd.DataFrame
    by_theme: pd.DataFrame
    unmatched: pd.DataFrame
    released: set[str]
    obstacles: pd.DataFrame
    was_asked_obstacles: bool
    answered: int
    evidence: pd.DataFrame
    proposals: pd.DataFrame
    changed: pd.DataFrame
    is_first_year: bool
    indicators: Indicators
    rules: list[Rule]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def courses(self) -> pd.DataFrame:
        return self.tables["courses"]

    @property
    def is_one(self) -> bool:
        """Whether the year is about a single course: there is nothing to compare it with."""
        return len(self.courses) == 1

    @property
    def saved(self) -> dict[str, pd.DataFrame]:
        """What later stages and years read, by name."""
        return {
            "evidence": self.evidence,
            "proposals": self.proposals,
            "standing": self.standing,
            "outstanding": self.open_now,
            "theme_counts": self.theme_counts,
        }

    @property
    def theme_counts(self) -> pd.DataFrame:
        """How many named each theme, in the year (course_id "") and in each course: course_id, side, theme_id, n, base."""
        whole = self.points.assign(course_id="", base=self.answered)
        columns = ["course_id", "side", "theme_id", "n", "base"]
        return pd.concat([whole[columns], self.by_theme[columns]], ignore_index=True)

    @property
    def association(self) -> pd.DataFrame:
        """The results of the year's test, or none of them where too few people were compared."""
        return self.edition.of_enough(self["association"], self["verdict"]["informative_persons"].iloc[0])

    @property
    def tests(self) -> pd.DataFrame:
        """The courses' own tests, of those in which enough people, or nobody, could be compared."""
        return self.edition.told(self["association_by_course"], "persons")

    @property
    def catch_ups(self) -> pd.DataFrame:
        """What catching up closes, by course, likewise."""
        return self.edition.told(self["catch_up_by_course"], "persons")

    @property
    def described(self) -> pd.DataFrame:
        """All of the evidence, described: of what isn't told, how many answered."""
        return self.indicators.described(self.evidence)

    @property
    def shown(self) -> pd.DataFrame:
        """The evidence, described, without the rows of which the edition tells nothing."""
        return self.described[self.evidence["is_told"]]

    def labels(self, *names: str) -> dict[Any, str]:
        """Physical column names → what a reader calls them."""
        return self.year.codebook.labels(*names)


def evaluate(
    year: Year,
    edition: Edition,
    tables: Mapping[str, pd.DataFrame],
    earlier_standing: Mapping[str, pd.DataFrame],
    earlier_evidence: Mapping[str, pd.DataFrame],
) -> Evaluation:
    """The evaluation of the year from its ``tables``, and what earlier years left of ``standing`` and ``evidence``."""
    codebook, plan, fiscal_year = year.codebook, year.plan, year.fiscal_year
    courses, items, instruments = tables["courses"], tables["items"], tables["instruments"]
    duties = obligations.obligations(
        tables["appointments"],
        tables["targets"],
        courses,
        tables["course_years"],
        obligations.history(earlier_standing),
        fiscal_year,
    )
    taken = obligations.taken(tables["attendance"], tables["sessions"], year.completion_share)
    standing = obligations.standing(duties, taken)
    completed = completion.by_course(standing)
    by_what_they_say = codebook.read("themes")
    coded = themes.code(tables["comments"], by_what_they_say, tables["hand_codes"])
    by_theme = themes.count_by_course(
        coded, tables["comments"], items, instruments, by_what_they_say, tables["hand_codes"]
    )
    obstacle_ids = set(items.loc[items["concept"] == "obstacles", "item_id"])
    obstacles = themes.options_chosen(tables["choices"], codebook.options("obstacles"), obstacle_ids)
    indicators, rules = Indicators.of(codebook), read_rules(codebook)
    found = joined(
        year_evidence(
            courses,
            tables,
            tables["association_by_course"],
            tables["catch_up_by_course"],
            comprehension.topic_ratings(tables["responses"], items),
            plan,
            indicators,
        ),
        stated_evidence(courses, indicators),
        completion_evidence(completed, completion.completed_all(standing)),
        quiz_evidence(tables["scores"]),
        *theme_evidence(by_theme, instruments),
        option_evidence(obstacles, obstacle_ids, items, instruments),
        working_group_evidence(group_summary(tables["working_groups"])),
        improvement_evidence(tables["improvements"]),
        kpi_evidence(tables["indicators"], str(fiscal_year)),
    )
    # What the edition doesn't tell, no rule sees, and it stands in no table that a document is made of, this year or later;
    # how many answered, and the verdict, do.
    found["is_told"] = is_told(found, edition, indicators)
    found[VALUES] = found[VALUES].where(found["is_told"])
    proposals = propose(found, rules)
    before = latest(earlier_evidence)
    return Evaluation(
        year=year,
        edition=edition,
        tables=tables,
        standing=standing,
        completed=completed,
        open_now=completion.outstanding(completion.still_open(standing, tables["appointments"], fiscal_year.ends_on)),
        spread=comprehension.distribution(tables["responses"], items, list(instruments["instrument_id"])),
        points=themes.count(coded, by_what_they_say),
        by_theme=by_theme,
        unmatched=themes.unmatched(coded),
        released=set(tables["releases"]["source_ref"]),
        obstacles=obstacles,
        was_asked_obstacles=bool(obstacle_ids),
        answered=comprehension.answered(tables["responses"], items, ASKED_OPENLY),
        evidence=found,
        proposals=proposals,
        changed=after(tables["decisions"], before, found, rules, indicators),
        is_first_year=before.empty,
        indicators=indicators,
        rules=rules,
    )
