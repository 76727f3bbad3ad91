"""Who has to take what, who took it, and what is still open.

The menu says for whom a course is ● required, ○ recommended or ▲ by selection, by position
(職位) and by segment; a person's obligation is the strongest of these. The register says what was
taken. Both stay visible: somebody without a record is not somebody who missed.
"""

import calendar
import datetime
import re

import numpy as np
import pandas as pd

from pipeline.comprehension import share
from pipeline.fiscal_year import FiscalYear
from pipeline.schema import FORMATS, OBLIGATIONS
from pipeline.text import key

OUTCOMES = [
    "completed", "partly", "missed", "none_recorded", "waived", "not_target", "unknown",
]  # fmt: skip
APART = ["waived", "not_target", "unknown"]  # neither completed nor to be counted as not completed
HOW = ["room", "online", "recording", "e_learning"]
KINDS = {"position": "職位", "segment": "セグメント"}
TAKEN_BEFORE = "前年度までに受講済み"
OBLIGED = ["participant_id", "course_id", "obligation", "by", "note"]
TAKEN = ["participant_id", "course_id", "outcome", "share", "how", "reason"]

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
    return (
        datetime.date(start, numbers[0], 1),
        datetime.date(year, number, calendar.monthrange(year, number)[1]),
    )


def obligations(
    appointments: pd.DataFrame, targets: pd.DataFrame, courses: pd.DataFrame,
    course_years: pd.DataFrame, history: pd.DataFrame, fiscal_year: FiscalYear,
) -> pd.DataFrame:  # fmt: skip
    """One row a person and course of the year: participant_id, course_id, obligation, by, note.

    All appointments count that are valid on any day of the course's window (``valid_to`` is the
    last valid day). ``history``: participant_id, course_id, fiscal_year of completions; where the
    course is only for those who have not taken it, earlier completers have a row with obligation
    missing and a note, so that nobody just disappears.
    """
    held = course_years[
        (course_years["fiscal_year"] == str(fiscal_year)) & (course_years["plan"] != "none")
    ][["course_id", "plan"]]
    months = courses.set_index("course_id")["month"].reindex(held["course_id"]).fillna("")
    windows = [window(month, fiscal_year) for month in months]
    held = held.assign(first=pd.to_datetime([w[0] for w in windows]),
                       last=pd.to_datetime([w[1] for w in windows]))  # fmt: skip
    claims = _roles(appointments).merge(targets, on=["kind", "name"]).merge(held, on="course_id")
    here = (claims["valid_from"].isna() | (claims["valid_from"] <= claims["last"])) & (
        claims["valid_to"].isna() | (claims["valid_to"] >= claims["first"])
    )
    claims = claims[here].assign(rank=claims["obligation"].map(OBLIGATIONS.index))
    strongest = claims.groupby(["participant_id", "course_id"])["rank"].transform("min")
    claims = claims[claims["rank"] == strongest].sort_values(["participant_id", "course_id",
                                                              "kind", "name"])  # fmt: skip
    done = {
        (person, course)
        for person, course, year in history[["participant_id", "course_id", "fiscal_year"]].to_numpy()
        if FiscalYear.parse(year) < fiscal_year
    }
    rows = []
    for (person, course), own in claims.groupby(["participant_id", "course_id"]):
        words = (KINDS[k] + "：" + n for k, n in zip(own["kind"], own["name"], strict=True))
        before = own["plan"].iat[0] == "untaken" and (person, course) in done
        rows.append((person, course, None if before else own["obligation"].iat[0],
                     "、".join(dict.fromkeys(words)), TAKEN_BEFORE if before else None))  # fmt: skip
    return pd.DataFrame(rows, columns=OBLIGED)


def history(standings: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Completions of earlier years: participant_id, course_id, fiscal_year.

    ``standings``: the table of :func:`standing` of each earlier year.
    """
    tables = [
        table.loc[table["outcome"] == "completed", ["participant_id", "course_id"]].assign(
            fiscal_year=year
        )
        for year, table in standings.items()
    ]
    columns = ["participant_id", "course_id", "fiscal_year"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def taken(
    attendance: pd.DataFrame, sessions: pd.DataFrame, completion_share: float
) -> pd.DataFrame:
    """What became of each person in each course: outcome, share, how (most often), reason.

    ``share`` is of the sessions that concerned the person (neither waived nor 対象外): attended, or
    caught up later. A session in part is not a session. Where the sessions without a record decide,
    the outcome is ``unknown`` and not ``missed``.
    """
    records = attendance.merge(sessions[["session_id", "course_id", "number", "format"]],
                               on="session_id").sort_values("number")  # fmt: skip
    held = sessions.groupby("course_id").size()
    rows = []
    for (person, course), own in records.groupby(["participant_id", "course_id"]):
        ways = [_way(*record) for record in
                zip(own["status"], own["format"], own["caught_up_on"], strict=True)]  # fmt: skip
        attended = [way for way in ways if way]
        status = own["status"][np.array([way is None for way in ways])]
        counted = held[course] - int(status.isin(["waived", "not_target"]).sum())
        open_ = counted - len(attended) - int(status.isin(["absent", "absent_duty", "partial"]).sum())
        own_share = len(attended) / counted if counted else np.nan
        enough = completion_share * counted - 1e-9  # 0.8 of 5 is 4, also in floating point
        if not counted:
            outcome = "waived" if (status == "waived").any() else "not_target"
        elif len(attended) >= enough:
            outcome = "completed"
        elif len(attended) + open_ >= enough:
            outcome = "unknown"
        else:
            outcome = "partly" if attended or (status == "partial").any() else "missed"
        how = max(HOW, key=attended.count) if attended else None
        reasons = "、".join(dict.fromkeys(own["reason"].dropna())) or None
        rows.append((person, course, outcome, own_share, how, reasons))
    return pd.DataFrame(rows, columns=TAKEN)


def standing(obligations: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    """Obligations beside outcomes, one row a person and course.

    Nobody is left out: who had to and has no record is ``none_recorded``; who took a course that
    was no obligation has obligation missing.
    """
    table = obligations.merge(taken, on=["participant_id", "course_id"], how="outer",
                              validate="one_to_one")  # fmt: skip
    return table.assign(outcome=table["outcome"].fillna("none_recorded"))


def groups(
    appointments: pd.DataFrame, kind: str, on: datetime.date | None = None
) -> pd.DataFrame:
    """The position, segments or office of each person: participant_id, group.

    Those of the day ``on``; without a day, of the latest appointment, also of people who left.
    Somebody in two segments has two rows, so that segments don't add up to a total.
    """
    current = appointments
    if on is not None:
        day = pd.Timestamp(on)
        current = current[(current["valid_from"].isna() | (current["valid_from"] <= day))
                          & (current["valid_to"].isna() | (current["valid_to"] >= day))]  # fmt: skip
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


def completion(standing: pd.DataFrame, by: pd.DataFrame | None = None) -> pd.DataFrame:
    """How many of those with ● completed the course, with Wilson intervals, by course and group.

    ``by`` as from :func:`groups`; without it each course has one row, ``group`` missing. ``n``
    counts completed, partly, missed and those without a record (``none_recorded``, also given
    apart); waived, not_target and unknown are counted apart. A course of which nobody has a record
    isn't judged: n = 0.
    """
    required = _required(standing)
    required = required.assign(group=None) if by is None else required.merge(by, on="participant_id")
    rows = []
    for (course, group), own in required.groupby(["course_id", "group"], dropna=False):
        counts = own["outcome"].value_counts()
        n = int(own["is_counted"].sum())
        hits = int(counts.get("completed", 0))
        rows.append((course, group, n, hits, *share(hits, n),
                     *(int(counts.get(o, 0)) for o in ["none_recorded", *APART])))  # fmt: skip
    table = pd.DataFrame(rows, columns=["course_id", "group", "n", "hits", "estimate", "ci_low",
                                        "ci_high", "none_recorded", *APART])  # fmt: skip
    return table.assign(group=table["group"].astype(object).where(table["group"].notna(), None))


def completed_all(standing: pd.DataFrame) -> pd.DataFrame:
    """One row: of the people with a ● that counts (``n``), how many completed all of theirs."""
    counted = _required(standing).query("is_counted")
    people = counted["outcome"].eq("completed").groupby(counted["participant_id"]).all()
    values = (len(people), int(people.sum()), *share(int(people.sum()), len(people)))
    return pd.DataFrame([values], columns=["n", "hits", "estimate", "ci_low", "ci_high"])


def outcomes(standing: pd.DataFrame) -> pd.DataFrame:
    """How many had which outcome: course_id, obligation (missing: none), a column an outcome, n."""
    named = standing.assign(obligation=standing["obligation"].fillna("none"))
    table = pd.crosstab([named["course_id"], named["obligation"]], named["outcome"])
    table = table.reindex(columns=OUTCOMES, fill_value=0).rename_axis(columns=None).reset_index()
    order = table["obligation"].map([*OBLIGATIONS, "none"].index)
    table = table.assign(order=order).sort_values(["course_id", "order"], ignore_index=True)
    obligation = table["obligation"].astype(object).where(table["obligation"] != "none", None)
    return table.assign(obligation=obligation, n=table[OUTCOMES].sum(axis=1)).drop(columns="order")


def outstanding(
    standing: pd.DataFrame, appointments: pd.DataFrame, on: datetime.date | None = None
) -> pd.DataFrame:
    """Who still has to take what, for the office that has to see to it (restricted: ids).

    One row an office and course: office, course_id, count, unconfirmed (of these: no record or
    unknown, so ask first), participant_ids (sorted). ● only; waived and 対象外 are settled. With
    ``on``, who has no appointment that day isn't listed.
    """
    required = standing[standing["obligation"] == "required"]
    still = required[~required["outcome"].isin(["completed", "waived", "not_target"])]
    offices = groups(appointments, "office", on).rename(columns={"group": "office"})
    still = still.merge(offices, on="participant_id").assign(
        unconfirmed=lambda t: t["outcome"].isin(["none_recorded", "unknown"])
    )
    return still.groupby(["office", "course_id"]).agg(
        count=("participant_id", "size"), unconfirmed=("unconfirmed", "sum"),
        participant_ids=("participant_id", sorted),
    ).reset_index()  # fmt: skip


def _required(standing: pd.DataFrame) -> pd.DataFrame:
    """The ● rows, with ``is_counted``: whether the row belongs to the n of a completion rate."""
    recorded = set(standing.loc[standing["outcome"] != "none_recorded", "course_id"])
    required = standing[standing["obligation"] == "required"]
    counted = ~required["outcome"].isin(APART) & required["course_id"].isin(recorded)
    return required.assign(is_counted=counted)


def _roles(appointments: pd.DataFrame) -> pd.DataFrame:
    """Every position and segment a person holds: participant_id, kind, name, valid_from, valid_to."""
    columns = ["participant_id", "kind", "name", "valid_from", "valid_to"]
    segments = appointments["segments"].str.split(";")
    positions = appointments.assign(kind="position", name=appointments["position"])
    segments = appointments.assign(kind="segment", name=segments).explode("name")
    roles = pd.concat([positions[columns], segments[columns]], ignore_index=True)
    return roles[roles["name"].fillna("") != ""]


def _way(status: str, form: str, caught_up_on: object) -> str | None:
    """How a session was taken, or None if it was not: room, online, recording, e_learning."""
    if status in ("online", "recording", "e_learning"):
        return status
    if status in ("present", "late", "early"):
        return form if form in FORMATS and form != "workshop" else "room"
    caught_up = pd.notna(caught_up_on) and status not in ("waived", "not_target")
    return "recording" if caught_up else None


def _month(fiscal_year: FiscalYear, number: int) -> tuple[int, int]:
    return fiscal_year.starts_on.year + (number < 4), number
