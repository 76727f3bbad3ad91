"""Made-up towns for the attack: the counts of a year drawn at random, with small groups of every kind, and their tables."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from pipeline.codebook import Codebook
from pipeline.completion import by_course, completed_all
from pipeline.comprehension import share
from pipeline.evidence.course import completion_evidence
from pipeline.evidence.opinions import count_evidence
from pipeline.evidence.rows import COLUMNS, WILSON, joined, row
from pipeline.fiscal_year import FiscalYear
from pipeline.menu.proposals import propose
from pipeline.menu.rules import read_rules
from pipeline.obligations import APART
from pipeline.reports.public_report import chapters
from pipeline.showing.obligation_views import names
from tests.attack.pages import plain
from tests.attack.reader_knows import INDICATORS, Group, Public, of

FISCAL_YEAR = FiscalYear.parse("R5")
CODEBOOK = Codebook(str(FISCAL_YEAR))
RULES = CODEBOOK.read("menu_rules")
THEMES = CODEBOOK.read("themes").query("theme_id in ['g_instructor', 'b_purpose', 'b_practice', 'b_count']")
LABELS = dict(zip(THEMES["theme_id"], THEMES["label"], strict=True))
YEAR = SimpleNamespace(fiscal_year=FISCAL_YEAR, codebook=CODEBOOK, published=[], awaits_answers=False)
ASKED = ("satisfaction", "usefulness", "hard", "long")


# What the public edition shows: whatever its notebook prints, the attack reads.
SHOWN = re.findall(
    r"chapters\.(\w+)\(", (Path(__file__).parents[1] / "notebooks/05_inform.ipynb").read_text(encoding="utf-8")
)
CHAPTERS = [getattr(chapters, name) for name in SHOWN]


@dataclass(frozen=True)
class Course:
    """The counts of a course. ``concerned`` people, ``required`` of them; ``excused`` of these don't count. ``partly`` and
    ``took_too`` took it without completing it, or without having to. ``shares``: evidence_id → (hits, base)."""

    name: str
    concerned: int
    is_open: bool  # everybody knows whom it is for
    required: int
    excused: int
    completed: int
    partly: int
    took_too: int
    answered: int
    compared: int
    shares: dict[str, tuple[int, int]]
    themes: dict[str, int]
    asked: bool = True  # openly, for good and bad points

    @property
    def took(self) -> int:
        return self.completed + self.partly + self.took_too


@dataclass(frozen=True)
class Town:
    """``people``: of whom the year's training tells; ``staff``: of the town hall. ``sheets``: answered questionnaires,
    where that aren't the answers to the courses; ``persons``: whom the year's test is about, where that aren't all."""

    staff: int
    people: int
    courses: tuple[Course, ...]
    sheets: int | None = None
    persons: int | None = None

    def with_one_more(self, draw: np.random.Generator) -> "Town":
        """The same town after one more answer, where a course can have one."""
        able = [n for n, course in enumerate(self.courses) if course.answered < course.took]
        if not able:
            return self
        at = int(draw.choice(able))
        old = self.courses[at]
        more = {
            name: (hits + int(draw.integers(2)), base + 1) if name in ASKED else (hits, base)
            for name, (hits, base) in old.shares.items()
        }
        wrote = {theme: n + int(draw.integers(2)) for theme, n in old.themes.items()}
        new = replace(old, answered=old.answered + 1, shares=more, themes=wrote)
        return replace(self, courses=(*self.courses[:at], new, *self.courses[at + 1 :]))


def drawn(seed: int) -> Town:
    """A town of 20 to 300 people with 1 to 10 courses; the trial's 24 people are often one of them."""
    draw = np.random.default_rng(seed)
    people = int(draw.integers(24, 301)) if draw.integers(4) else int(draw.integers(20, 40))
    courses = tuple(_course(draw, n, people) for n in range(1, int(draw.integers(1, 11)) + 1))
    return Town(people + _few(draw), people, courses)


def _few(draw: np.random.Generator) -> int:
    return int(draw.integers(0, 7))


def _part(draw: np.random.Generator, n: int) -> int:
    """Some of ``n``: most often almost none or almost all."""
    few = _few(draw)
    return min(n, max(0, (few, n - few, n - few, int(draw.integers(0, n + 1)))[draw.integers(4)]))


def _course(draw: np.random.Generator, number: int, people: int) -> Course:
    sizes = (
        24,
        int(draw.integers(1, 10)),
        int(draw.integers(10, 31)),
        int(draw.integers(10, 61)),
        int(draw.integers(1, people + 1)),
    )
    concerned = min(people, sizes[draw.integers(5)])
    required = (0, concerned, _part(draw, concerned))[draw.integers(3)]
    excused = min(required, _few(draw)) if draw.integers(2) else 0
    completed = _part(draw, required - excused)
    partly = _part(draw, required - excused - completed)
    took_too = _part(draw, concerned - required)
    took = completed + partly + took_too
    answered = _part(draw, took)
    shares = {}
    for name in (*ASKED, "followup"):
        base = answered - min(answered, _few(draw)) * int(draw.integers(2)) if name in ASKED else _part(draw, took)
        shares[name] = (_part(draw, base), base)
    themes = {theme: _part(draw, answered) for theme in THEMES["theme_id"]}
    name = f"No.{number} 研修{'あいうえおかきくけこ'[number - 1]}"
    is_open = bool(draw.integers(3))
    compared = _part(draw, answered)
    return Course(
        name, concerned, is_open, required, excused, completed, partly, took_too, answered, compared, shares, themes
    )


def known_of(town: Town, **more) -> Public:
    """What everybody knows of a town, and a colleague who knows that nobody was excused."""
    groups = {
        c.name: Group(c.concerned if c.is_open else None, c.required, c.excused == 0, c.asked) for c in town.courses
    }
    themes = {label: theme for theme, label in LABELS.items()}
    return Public(town.staff, groups, RULES.to_dict("records"), themes, **more)


def truth_of(town: Town) -> dict[str, int]:
    """The counts as the attack calls them."""
    truth = {"職員": town.staff, "対象者": town.people}
    for c in town.courses:
        own = {"対象": c.concerned, "必須とされた人": c.required, "必須": c.required - c.excused, "修了": c.completed}
        own |= {"受講した人": c.took, "回答": c.answered, "比べた人": c.compared} | c.themes
        for name, (hits, base) in c.shares.items():
            own |= dict(zip(INDICATORS[name], (base, hits), strict=True))
        truth |= {of(c.name, what): n for what, n in own.items()}
    answers = sum(c.answered for c in town.courses)
    truth |= {"のべ回答": town.sheets or answers, "比べた人": town.persons or answers}
    asked = [c for c in town.courses if c.asked]
    wrote = {label: sum(c.themes[theme] for c in asked) for theme, label in LABELS.items()}
    return (
        truth | {f"書いた人：{label}": n for label, n in wrote.items()} | {"尋ねた人": sum(c.answered for c in asked)}
    )


def tables_of(town: Town) -> dict[str, pd.DataFrame]:
    """The tables of the town, as far as the public edition is made of them."""
    ids = {c.name: f"no{n:02d}" for n, c in enumerate(town.courses, start=1)}
    standing = pd.concat([_standing(c, ids[c.name]) for c in town.courses], ignore_index=True)
    everybody = completed_all(standing)
    found = joined(
        completion_evidence(by_course(standing), everybody), *(_evidence(c, ids[c.name]) for c in town.courses)
    )
    answers = sum(c.answered for c in town.courses)
    said = [
        ("", t["side"], t["theme_id"], sum(c.themes[t["theme_id"]] for c in town.courses), answers)
        for t in THEMES.to_dict("records")
    ]
    return {
        "courses": pd.DataFrame(
            [(ids[c.name], n, c.name.split()[1], "集合", "5月", "") for n, c in enumerate(town.courses, start=1)],
            columns=["course_id", "number", "title", "method", "month", "target"],
        ),
        "sessions": pd.DataFrame([(f"{i}-1", i) for i in ids.values()], columns=["session_id", "course_id"]),
        "participants": pd.DataFrame({"participant_id": range(town.people)}),
        "instruments": pd.DataFrame(
            [(ids[c.name], c.answered) for c in town.courses], columns=["course_id", "answered"]
        ),
        "standing": standing,
        "evidence": found,
        "proposals": propose(found, read_rules(CODEBOOK)),
        "verdict": pd.DataFrame(
            [("linked", sum(c.compared for c in town.courses), answers, 0.5)],
            columns=["code", "informative_persons", "persons", "margin"],
        ),
        "association": pd.DataFrame(
            [("primary", -0.7, -1.0, -0.4)], columns=["analysis", "estimate", "ci_low", "ci_high"]
        ),
        "association_by_course": pd.DataFrame(
            [(ids[c.name], "linked", -0.7, c.compared) for c in town.courses],
            columns=["course_id", "code", "estimate", "persons"],
        ),
        "theme_counts": pd.DataFrame(said, columns=["course_id", "side", "theme_id", "n", "base"]),
    }


def _standing(course: Course, course_id: str) -> pd.DataFrame:
    counted = course.required - course.excused
    own = ["required completed"] * course.completed + ["required partly"] * course.partly
    own += ["required missed"] * (counted - len(own)) + ["required waived"] * course.excused
    own += ["recommended completed"] * course.took_too
    own += ["recommended missed"] * (course.concerned - len(own))
    rows = [(n, course_id, *words.split()) for n, words in enumerate(own)]
    return pd.DataFrame(rows, columns=["participant_id", "course_id", "obligation", "completion"])


def _evidence(course: Course, course_id: str) -> pd.DataFrame:
    rows = [
        row(evidence_id, course_id, base, share(hits, base), WILSON, persons=base, base=course.took)
        for evidence_id, (hits, base) in course.shares.items()
        if base
    ]
    counts = pd.DataFrame(course.themes.items(), columns=["theme_id", "n"])
    return joined(pd.DataFrame(rows, columns=COLUMNS), count_evidence(course_id, counts, course.answered))


def counted(tables: dict[str, pd.DataFrame], staff: int) -> Town:
    """A year that was built, as counts. ``tables``: as a stage leaves them."""
    standing, evidence, items = tables["standing"], tables["evidence"], tables["items"]
    instruments = tables["instruments"].set_index("instrument_id")
    openly = set(instruments.loc[items.loc[items["concept"].isin(["good", "bad"]), "instrument_id"], "course_id"])
    written = tables["theme_counts"].set_index(["course_id", "theme_id"])["n"]
    compared = tables["association_by_course"].set_index("course_id")["persons"]
    courses = []
    for course_id, name in names(tables["courses"]).items():
        own = standing[standing["course_id"] == course_id]
        had_to = own[own["obligation"] == "required"]
        took = own["completion"].isin(["completed", "partly"])
        finals = instruments[(instruments["course_id"] == course_id) & instruments["session_id"].isna()]
        shares = evidence[evidence["course_id"] == course_id].drop_duplicates("evidence_id").set_index("evidence_id")
        courses.append(
            Course(
                name=plain(name),
                concerned=own["participant_id"].nunique(),
                is_open=not (own["obligation"] == "selected").any(),
                required=len(had_to),
                excused=int(had_to["completion"].isin(APART).sum()),
                completed=int((had_to["completion"] == "completed").sum()),
                partly=int((had_to["completion"] == "partly").sum()),
                took_too=int((took & (own["obligation"] != "required")).sum()),
                answered=int(finals["answered"].max()) if len(finals) else 0,
                compared=int(compared.get(course_id, 0)),
                shares={
                    i: (round(shares.at[i, "estimate"] * shares.at[i, "n"]), int(shares.at[i, "n"]))
                    if i in shares.index
                    else (0, 0)
                    for i in (*ASKED, "followup")
                },
                themes={theme: int(written.get((course_id, theme), 0)) for theme in LABELS},
                asked=course_id in openly,
            )
        )
    persons = int(tables["verdict"]["persons"].iloc[0])
    sheets = int(instruments["answered"].sum())
    return Town(staff, len(tables["participants"]), tuple(courses), sheets, persons)
