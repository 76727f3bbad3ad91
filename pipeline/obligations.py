"""Who has to take what, and who took it.

The menu says for whom a course is ● required, ○ recommended or ▲ by selection, by position
(職位) and by segment; a person's obligation is the strongest of these. The register says what was
taken. Both stay visible: somebody without a record is not somebody who missed.
"""

import calendar
import datetime
import re
from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter

import numpy as np
import pandas as pd

from pipeline.codebook import codes
from pipeline.fiscal_year import FiscalYear
from pipeline.text import key

COMPLETION = list(codes("completion"))
APART = ["waived", "not_target", "unknown"]  # neither completed nor to be counted as not completed
HOW = ["room", "online", "recording", "e_learning"]
TAKEN_BEFORE = "前年度までに受講済み"
OBLIGED = ["participant_id", "course_id", "obligation", "by", "note"]
TAKEN = ["participant_id", "course_id", "completion", "share", "how", "reason"]

VAGUE = re.compile("例年|毎年度?|令和[0-9元]+年度?|翌年|[0-9]+日|[上中下初]旬|頃|ごろ|予定|開始|中(?![0-9])")
TO = re.compile("[~〜–—→−-]|から")


def window(month: str, fiscal_year: FiscalYear) -> tuple[datetime.date, datetime.date]:
    """First and last day of a course whose menu row says ``month``; the whole year if unclear.

    >>> [str(day) for day in window("例年8月頃～", FiscalYear.parse("R5"))]
    ['2023-08-01', '2024-03-31']
    """
    text = TO.sub("~", VAGUE.sub("", key(month))).replace("まで", "")
    months = re.fullmatch(r"(?P<first>\d{1,2})?月?(?P<to>~)?(?:(?P<last>\d{1,2})月)?", text)
    listed = re.fullmatch(r"(\d{1,2}月?[、,・/])+\d{1,2}月", text)
    if listed:  # 「5月・10月」: somebody here for either can take it
        numbers = [int(n) for n in re.findall(r"\d+", text)]
    elif months and "月" in text and (months["first"] or months["to"]):
        first, to, last = months["first"], months["to"], months["last"]
        if last and not to:
            return fiscal_year.starts_on, fiscal_year.ends_on
        numbers = [int(first or 4), int(last or (3 if to else first))]
    else:
        return fiscal_year.starts_on, fiscal_year.ends_on
    order = [(n - 4) % 12 for n in numbers]  # April is the first month of the year
    if not all(1 <= n <= 12 for n in numbers) or order != sorted(order):
        return fiscal_year.starts_on, fiscal_year.ends_on
    (start, _), (year, number) = (_month(fiscal_year, n) for n in (numbers[0], numbers[-1]))
    return (datetime.date(start, numbers[0], 1), datetime.date(year, number, calendar.monthrange(year, number)[1]))


def obligations(
    appointments: pd.DataFrame,
    targets: pd.DataFrame,
    courses: pd.DataFrame,
    course_years: pd.DataFrame,
    history: pd.DataFrame,
    fiscal_year: FiscalYear,
) -> pd.DataFrame:
    """One row a person and course of the year: participant_id, course_id, obligation, by, note.

    All appointments count that are valid on any day of the course's window (``valid_to`` is the
    last valid day). ``history``: participant_id, course_id, fiscal_year of completions; where the
    course is only for those who have not taken it, earlier completers have a row with obligation
    missing and a note, so that nobody just disappears.
    """
    held = course_years[(course_years["fiscal_year"] == str(fiscal_year)) & (course_years["plan"] != "none")][
        ["course_id", "plan"]
    ]
    months = courses.set_index("course_id")["month"].reindex(held["course_id"]).fillna("")
    windows = [window(month, fiscal_year) for month in months]
    held = held.assign(first=pd.to_datetime([w[0] for w in windows]), last=pd.to_datetime([w[1] for w in windows]))
    claims = _roles(appointments).merge(targets, on=["kind", "name"]).merge(held, on="course_id")
    here = (claims["valid_from"].isna() | (claims["valid_from"] <= claims["last"])) & (
        claims["valid_to"].isna() | (claims["valid_to"] >= claims["first"])
    )
    claims = claims[here].assign(rank=claims["obligation"].map(list(codes("obligation")).index))
    strongest = claims.groupby(["participant_id", "course_id"])["rank"].transform("min")
    claims = claims[claims["rank"] == strongest].sort_values(["participant_id", "course_id", "kind", "name"])
    done = {
        (person, course)
        for person, course, year in history[["participant_id", "course_id", "fiscal_year"]].to_numpy()
        if FiscalYear.parse(year) < fiscal_year
    }
    rows = []
    for (person, course), own in claims.groupby(["participant_id", "course_id"]):
        words = (codes("target_kind")[k] + "：" + n for k, n in zip(own["kind"], own["name"], strict=True))
        before = own["plan"].iat[0] == "untaken" and (person, course) in done
        rows.append(
            (
                person,
                course,
                None if before else own["obligation"].iat[0],
                "、".join(dict.fromkeys(words)),
                TAKEN_BEFORE if before else None,
            )
        )
    return pd.DataFrame(rows, columns=OBLIGED)


def history(standings: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Completions of earlier years: participant_id, course_id, fiscal_year.

    ``standings``: the table of :func:`standing` of each earlier year.
    """
    tables = [
        table.loc[table["completion"] == "completed", ["participant_id", "course_id"]].assign(fiscal_year=year)
        for year, table in standings.items()
    ]
    columns = ["participant_id", "course_id", "fiscal_year"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def taken(attendance: pd.DataFrame, sessions: pd.DataFrame, completion_share: float) -> pd.DataFrame:
    """What became of each person in each course: completion, share, how (most often), reason.

    ``share`` is of the sessions that concerned the person (neither waived nor 対象外): attended, or
    caught up later. A session in part is not a session. Where the sessions without a record decide,
    the completion is ``unknown`` and not ``missed``.
    """
    columns = ["participant_id", "course_id", "status", "format", "caught_up_on", "reason"]
    records = attendance.merge(sessions[["session_id", "course_id", "number", "format"]], on="session_id")
    records = records.sort_values(["participant_id", "course_id", "number"])[columns]
    held = sessions.groupby("course_id").size()
    rows = []
    for (person, course), own in groupby(records.itertuples(index=False, name=None), key=itemgetter(0, 1)):
        _, _, statuses, formats, days, reasons = zip(*own, strict=True)
        ways = list(map(_way, statuses, formats, days))
        attended = [way for way in ways if way]
        others = Counter(status for status, way in zip(statuses, ways, strict=True) if way is None)
        counted = held[course] - others["waived"] - others["not_target"]
        open_ = counted - len(attended) - others["absent"] - others["absent_duty"] - others["partial"]
        own_share = len(attended) / counted if counted else np.nan
        enough = completion_share * counted - 1e-9  # 0.8 of 5 is 4, also in floating point
        if not counted:
            completion = "waived" if others["waived"] else "not_target"
        elif len(attended) >= enough:
            completion = "completed"
        elif len(attended) + open_ >= enough:
            completion = "unknown"
        else:
            completion = "partly" if attended or others["partial"] else "missed"
        how = max(HOW, key=attended.count) if attended else None
        said = "、".join(dict.fromkeys(reason for reason in reasons if pd.notna(reason)))
        rows.append((person, course, completion, own_share, how, said or None))
    return pd.DataFrame(rows, columns=TAKEN)


def standing(obligations: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    """Obligations beside completion, one row a person and course.

    Nobody is left out: who had to and has no record is ``none_recorded``; who took a course that
    was no obligation has obligation missing.
    """
    table = obligations.merge(taken, on=["participant_id", "course_id"], how="outer", validate="one_to_one")
    return table.assign(completion=table["completion"].fillna("none_recorded"))


def groups(appointments: pd.DataFrame, kind: str, on: datetime.date | None = None) -> pd.DataFrame:
    """The position, segments or office of each person: participant_id, group.

    Those of the day ``on``; without a day, of the latest appointment, also of people who left.
    Somebody in two segments has two rows, so that segments don't add up to a total.
    """
    current = appointments
    if on is not None:
        day = pd.Timestamp(on)
        current = current[
            (current["valid_from"].isna() | (current["valid_from"] <= day))
            & (current["valid_to"].isna() | (current["valid_to"] >= day))
        ]
    begun = current["valid_from"].fillna(pd.Timestamp.min)
    current = current[begun == begun.groupby(current["participant_id"]).transform("max")]
    if kind == "segment":
        roles = _roles(current)
        table = roles.loc[roles["kind"] == "segment", ["participant_id", "name"]].drop_duplicates()
    else:
        table = current[["participant_id", kind]].sort_values(["participant_id", kind])
        table = table.drop_duplicates("participant_id")
    return table.set_axis(["participant_id", "group"], axis=1).sort_values(
        ["participant_id", "group"], ignore_index=True
    )


def _roles(appointments: pd.DataFrame) -> pd.DataFrame:
    """Every position and segment a person holds: participant_id, kind, name, valid_from, valid_to."""
    columns = ["participant_id", "kind", "name", "valid_from", "valid_to"]
    positions = appointments.assign(kind="position", name=appointments["position"])
    segments = appointments.assign(kind="segment", name=appointments["segments"].str.split(";")).explode("name")
    roles = pd.concat([positions[columns], segments[columns]], ignore_index=True)
    return roles[roles["name"].fillna("") != ""]


def _way(status: str, form: str, caught_up_on: datetime.date | float | None) -> str | None:
    """How a session was taken, or None if it was not: room, online, recording, e_learning."""
    if status in ("online", "recording", "e_learning"):
        return status
    if status in ("present", "late", "early"):
        return form if form in codes("format") and form != "workshop" else "room"
    caught_up = pd.notna(caught_up_on) and status not in ("waived", "not_target")
    return "recording" if caught_up else None


def _month(fiscal_year: FiscalYear, number: int) -> tuple[int, int]:
    return fiscal_year.starts_on.year + (number < 4), number
