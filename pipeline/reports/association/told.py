"""A tested year as its edition tells it: what every chapter of the report speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.edition import Edition
from pipeline.inference.tested_year import TestedYear
from pipeline.showing import association_views, course_views
from pipeline.year import Year


@dataclass(frozen=True)
class ToldYear:
    """``tested``: all that was found; ``tables``: the canonical tables, as the stage loads them."""

    year: Year
    edition: Edition
    tables: Mapping[str, pd.DataFrame]
    tested: TestedYear

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def labels(self, *names: str) -> dict[Any, str]:
        """Physical column names → what a reader calls them."""
        return self.year.codebook.labels(*names)

    def of_enough(self, results: pd.DataFrame) -> pd.DataFrame:
        """``results`` of the whole year, or none of them where too few people were compared."""
        return self.edition.of_enough(results, self.tested.primary.counts["informative_persons"])

    @property
    def association(self) -> pd.DataFrame:
        """The results of the primary analysis."""
        return self.of_enough(self.tested.primary.results)

    @property
    def sensitivity(self) -> pd.DataFrame:
        return self.of_enough(self.tested.sensitivity)

    @property
    def is_one(self) -> bool:
        """Whether the verdict rests on a single course."""
        return len(self.tested.design.courses) == 1

    @property
    def sessions(self) -> pd.DataFrame:
        """The sessions of the verdict's courses; where these are several, with the course in the title."""
        return association_views.sessions_of(self.tested.design.sessions, self["courses"])

    @property
    def by_course(self) -> pd.DataFrame:
        """The courses' own tests, of those in which enough people, or nobody, could be compared."""
        return course_views.named(self.edition.told(self.tested.by_course, "persons"), self["courses"])

    @property
    def too_small(self) -> list[str]:
        """The names of the other courses."""
        everything = course_views.named(self.tested.by_course, self["courses"])
        return list(everything.loc[~everything["course_id"].isin(self.by_course["course_id"]), "course"])
