"""The lines that give again what the panel shows: for the analyst to go on from."""

from typing import NamedTuple

ALL_COURSES, ALL_SESSIONS, NO_GROUP, EVERYBODY = "すべての研修", "すべての回", "分けない", "全員"


class Selection(NamedTuple):
    """What is chosen in the panel, in its words."""

    year: str
    course: str = ALL_COURSES
    item: str = ""
    session: str = ALL_SESSIONS
    group: str = NO_GROUP
    value: str = EVERYBODY
    theme: str = ""
    page: int = 1

    @property
    def arguments(self) -> dict:
        """The arguments of ``cross`` and ``likert``; groups need one course, and one session at most."""
        found = {"course": None if self.course == ALL_COURSES else self.course}
        found["session"] = None if self.session == ALL_SESSIONS else self.session
        return {k: v for k, v in found.items() if v is not None} | self.groups | self.people

    @property
    def groups(self) -> dict:
        """The argument ``group``, if everybody is to be divided by it."""
        return {"group": self.group} if self.group != NO_GROUP and self.value == EVERYBODY else {}

    @property
    def people(self) -> dict:
        """The argument ``who``, if only some people are chosen."""
        chosen = self.group != NO_GROUP and self.value != EVERYBODY
        return {"who": (self.group, self.value)} if chosen else {}

    @property
    def of_course(self) -> dict:
        return {} if self.course == ALL_COURSES else {"course": self.course}


def code(selection: Selection, part: str) -> str:
    """A few lines of Python that give the part of the panel (of ``PARTS``) again.

    Run in any notebook of the project: ``table`` is the table, and the last line shows the result.
    For answers, also the way to the same counts in pandas.
    """
    lines = [
        f"year = open_year({selection.year!r})",
        f"result = year.{CALLS[part](selection)}",
        "table = result.data   # 画面の数値（pandas の表。部外秘）",
    ]
    if part in ("likert", "cross"):
        by = selection.arguments.get("group")
        by = by or ("course" if selection.course == ALL_COURSES else "session")
        lines += [
            "# 同じ回答を pandas で数えるとき",
            f"answers = year.answers({_arguments(selection.item, selection.arguments)})",
            f'counts = answers.groupby([{by!r}, "value"], dropna=False).size().unstack(fill_value=0)',
        ]
    return "\n".join(["from pipeline import open_year", "", *lines, "result"])


def _arguments(*parts) -> str:
    *given, named = parts
    return ", ".join([*(repr(g) for g in given), *(f"{k}={v!r}" for k, v in named.items())])


CALLS = {
    "likert": lambda c: f"likert({_arguments(c.item, c.arguments)})",
    "cross": lambda c: f"cross({_arguments(c.item, c.arguments)})",
    "map": lambda c: f"attendance_map({_arguments(c.course, ({'page': c.page} if c.page > 1 else {}) | c.people)})",
    "gap": lambda c: f"gap({_arguments(c.of_course | c.groups | c.people)})",
    "comments": lambda c: f"comments({_arguments(({'theme': c.theme} if c.theme else {}) | c.of_course)})",
}
PARTS = list(CALLS)
