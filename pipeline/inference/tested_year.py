"""The test of one whole year: comprehension × missed sessions, with all that its report says of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.inference import courses
from pipeline.inference.association import Association, primary, verdict_table
from pipeline.inference.between import fallback
from pipeline.inference.courses import YearDesign
from pipeline.inference.extent import by_session, catch_up, extent
from pipeline.inference.layout import outcomes
from pipeline.inference.panel import Cells, Panel, cells
from pipeline.inference.plan import Plan
from pipeline.inference.planning import attended_or_missed, chances
from pipeline.inference.pooling import Pooled, pooled, strata
from pipeline.inference.results import table
from pipeline.inference.sensitivity import disagreeing, secondary, sensitivity

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class TestedYear:
    """``chances``: what the attendance could find, worked out before any answer is read. ``design``: the courses that
    the verdict rests on, and what they were asked. ``cells``: who rated what, and whether they had missed it.

    ``primary``: the one test; ``verdict``: its one row (``verdict_table``, with the number of courses). ``extent``,
    ``by_session``, ``sensitivity``, ``secondary``, ``fallback``: RESULT_COLUMNS; ``doubts``: the sensitivity analyses
    that disagree with the primary about α. ``catch_up``: one row of results, with persons. ``by_course`` and
    ``catch_up_by_course``: as in ``courses``; ``differing``: whether the courses differ. ``compared``: by year, how many
    had a session attended and one missed; ``pooled``: all years together.
    """

    __test__ = False  # no test for pytest to collect

    plan: Plan
    chances: pd.DataFrame
    design: YearDesign
    cells: Cells
    primary: Association
    verdict: pd.DataFrame
    sensitivity: pd.DataFrame
    doubts: list[str]
    secondary: pd.DataFrame
    fallback: pd.DataFrame
    extent: pd.DataFrame
    by_session: pd.DataFrame
    catch_up: dict
    by_course: pd.DataFrame
    catch_up_by_course: pd.DataFrame
    differing: dict
    compared: pd.Series
    pooled: Pooled

    @classmethod
    def of(cls, year: str, tables: Tables, plan: Plan, earlier_cells: Tables, earlier_results: Tables) -> "TestedYear":
        """The test of ``year`` as the plan says; ``tables``: responses, items, instruments, attendance, sessions, as prepared.

        ``earlier_cells``, ``earlier_results``: the tables ``cells`` and ``association`` of earlier years, by year.
        """
        responses, items, instruments = tables["responses"], tables["items"], tables["instruments"]
        everybody, sessions = tables["attendance"], tables["sessions"]
        chosen = courses.compared(items, sessions, plan)
        planned = attended_or_missed(courses.marked(everybody, sessions, chosen), plan, sessions)
        own = courses.layouts(responses, items, everybody, sessions, instruments, plan)
        design = courses.design(own, chosen, responses, items, everybody, sessions, instruments, plan)
        asked, attendance = design.asked, design.attendance
        data = cells(asked.ratings, attendance, plan)
        found = primary(data, plan)
        others = sensitivity(asked.ratings, attendance, plan, design.sessions)
        doubts = disagreeing(others, plan.alpha)
        by_year = strata(earlier_cells, year, data)
        return cls(
            plan=plan,
            chances=chances(plan, missed=planned),
            design=design,
            cells=data,
            primary=found,
            verdict=verdict_table(found, plan, asked.code, doubts).assign(courses=len(design.courses)),
            sensitivity=others,
            doubts=doubts,
            secondary=secondary(outcomes(design.responses, design.items, attendance, plan), attendance, plan),
            fallback=fallback(asked, data, found.verdict.code, attendance, plan),
            extent=extent(data, plan, found.fit),
            by_session=by_session(data, plan),
            catch_up=catch_up(asked.ratings, attendance, plan),
            by_course=courses.by_course(own, everybody, sessions, plan),
            catch_up_by_course=courses.catch_up_by_course(own, everybody, sessions, plan),
            differing=courses.differing(own, everybody, sessions, plan),
            compared=pd.Series({label: int(Panel.of(one.table).informative.sum()) for label, one in by_year.items()}),
            pooled=pooled(by_year, plan, earlier_results),
        )

    @property
    def saved(self) -> dict[str, pd.DataFrame]:
        """What later stages and years read, by name."""
        return {
            "cells": self.cells.table,
            "association": self.primary.results,
            "verdict": self.verdict,
            "sensitivity": self.sensitivity,
            "catch_up": table([self.catch_up]),
            "association_by_course": self.by_course,
            "catch_up_by_course": self.catch_up_by_course,
        }
