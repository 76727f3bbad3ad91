"""The ids in the tables: made of their parts here, and taken apart again nowhere else."""

import re

from pipeline.text import key


def course_id(number: int) -> str:
    """The id of a course of the menu by its No.: ``no05``."""
    return f"no{number:02d}"


def course_number(written: object) -> int | None:
    """The No. of a course as somebody writes it, None if it is none.

    >>> course_number("Ｎｏ．５"), course_number("05"), course_number("5と6")
    (5, 5, None)
    """
    match = re.fullmatch(r"(?:no\.?)?(\d{1,2})", key(written))
    return int(match[1]) if match else None


def session_id(course: str, number: int) -> str:
    """The id of a session by its course's id and its number: ``no05-1``."""
    return f"{course}-{number}"


def instrument_id(course: str, family: str, session: int | None = None) -> str:
    """The id of a questionnaire on a course, or on one session of it: ``trial-session-3``."""
    return f"{course}-{family}" + (f"-{session}" if session else "")


def item_id(instrument: str, concept: str, session: int | None = None) -> str:
    """The id of a question, or of its part on one session: ``trial-final.comprehension.3``."""
    return f"{instrument}.{concept}" + (f".{session}" if session else "")


def decision_id(course: str, rule_id: str) -> str:
    """The 案番号 of a proposal: the course's id and the rule it comes from."""
    return f"{course}-{rule_id}"


def parts(made: str) -> tuple[str, str]:
    """A session's or decision's id taken apart; ("", …) where it is of no course.

    >>> parts("no05-1"), parts("no05-M02"), parts("案1")
    (('no05', '1'), ('no05', 'M02'), ('', '案1'))
    """
    course, _, rest = made.rpartition("-")
    return course, rest
