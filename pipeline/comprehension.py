"""Responses → what was understood, by person and session, and how answers spread."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.codebook import rated

RATED = list(rated())
BANDS = ("欠席0回", "欠席1回", "欠席2回以上")  # by how many sessions somebody missed
MOST_MISSED = len(BANDS) - 1  # who missed more stands with them


def topic_ratings(responses: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Each person's rating of each session's topic, from questionnaires about all sessions.

    Only questionnaires that are not of one session count (layout A: everybody rates every topic,
    also the missed ones). Returns participant_id, session_id, rating; only given answers.
    """
    topics = items[(items["dimension"] == "comprehension") & items["session_id"].notna()]
    one_session = topics.groupby("instrument_id")["session_id"].transform("nunique") == 1
    given = responses[
        responses["item_id"].isin(topics.loc[~one_session, "item_id"])
        & responses["value"].notna()
        & responses["participant_id"].notna()
    ]
    return given.rename(columns={"value": "rating"})[["participant_id", "session_id", "rating"]].reset_index(drop=True)


def finals(instruments: pd.DataFrame) -> list[str]:
    """The questionnaires about a whole course: those that aren't of one session."""
    return list(instruments.loc[instruments["session_id"].isna(), "instrument_id"])


def answered(responses: pd.DataFrame, items: pd.DataFrame, concepts: list[str]) -> int:
    """How many answered the questionnaires that ask one of these questions, whether this one or not."""
    asked = set(items.loc[items["concept"].isin(concepts), "instrument_id"])
    return responses.loc[responses["instrument_id"].isin(asked), "response_id"].nunique()


def distribution(responses: pd.DataFrame, items: pd.DataFrame, instrument_ids: list[str]) -> pd.DataFrame:
    """How many gave which value: item_id, instrument_id, dimension, session_id, value, n.

    Only items on the five-point scales (``RATED``); every value from 1 to 5 has a row, with 0
    where nobody gave it.
    """
    asked = items[items["dimension"].isin(RATED) & items["instrument_id"].isin(instrument_ids)]
    given = responses[responses["item_id"].isin(asked["item_id"]) & responses["value"].notna()]
    counts = given.groupby(["item_id", "value"]).size()
    grid = pd.MultiIndex.from_product([asked["item_id"], [1.0, 2, 3, 4, 5]])
    counts = counts.reindex(grid, fill_value=0).rename_axis(["item_id", "value"])
    return (
        counts.rename("n")
        .reset_index()
        .merge(asked[["item_id", "instrument_id", "concept", "dimension", "session_id"]], on="item_id")
    )


def nonresponses(responses: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Why answers have no value: family, dimension, answered, nonresponse, not_applicable,
    did_not_attend (counts of answers)."""
    given = responses.merge(items[["item_id", "family", "dimension"]], on="item_id")
    given = given[given["dimension"].isin(RATED)]
    reason = given["missing_reason"].where(given["value"].isna(), "answered")
    table = given.assign(missing_reason=reason).pivot_table(
        index=["family", "dimension"], columns="missing_reason", values="item_id", aggfunc="count", fill_value=0
    )
    columns = ["answered", "nonresponse", "not_applicable", "did_not_attend"]
    return table.reindex(columns=columns, fill_value=0).reset_index()


def share(hits: int, n: int, alpha: float = 0.05) -> tuple[float, float, float]:
    """A proportion and its Wilson interval (Wilson 1927): covers near 1 − α also at n = 24."""
    if n == 0:
        return np.nan, np.nan, np.nan
    interval = stats.binomtest(hits, n).proportion_ci(1 - alpha, method="wilson")
    return hits / n, interval.low, interval.high


def mean(values: pd.Series, alpha: float = 0.05) -> tuple[float, float, float]:
    """A mean over persons and its t interval; no interval under 5 persons."""
    values = values.dropna()
    if len(values) < 5:
        return (values.mean() if len(values) else np.nan), np.nan, np.nan
    half = stats.t.ppf(1 - alpha / 2, len(values) - 1) * stats.sem(values)
    return values.mean(), values.mean() - half, values.mean() + half


def attendance_by_session(attendance: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """How each session was attended: session_id, course_id, number, held_on, title, format, a column a
    status (counts), and n."""
    counts = pd.crosstab(attendance["session_id"], attendance["status"])
    counts["n"] = counts.sum(axis=1)
    columns = ["session_id", "course_id", "number", "held_on", "title", "format"]
    return (
        sessions[columns]
        .merge(counts.reset_index(), on="session_id", how="left")
        .sort_values("number", ignore_index=True)
    )


ATTENDED, CAUGHT_UP, MISSED, PARTLY = "attended", "caught_up", "missed", "partly"


def attendance_counts(by_session: pd.DataFrame, plan) -> pd.DataFrame:
    """What the plan makes of the attendance of each session: session_id, course_id, number, attended, caught_up,
    missed, partly, n (all of these).

    ``by_session``: as from :func:`attendance_by_session`. 見送り, 対象外 and 不明 aren't counted.
    """
    groups = {ATTENDED: plan.attended, CAUGHT_UP: plan.caught_up, MISSED: plan.missed, PARTLY: ("partial",)}
    counts = {
        name: by_session.reindex(columns=list(statuses)).fillna(0).sum(axis=1).astype(int)
        for name, statuses in groups.items()
    }
    table = by_session[["session_id", "course_id", "number"]].assign(**counts)
    return table.assign(n=table[list(groups)].sum(axis=1))


def attendance_of_courses(sessions: pd.DataFrame) -> pd.DataFrame:
    """The same by course (man-sessions): course_id, attended, caught_up, missed, partly, n."""
    counts = [ATTENDED, CAUGHT_UP, MISSED, PARTLY, "n"]
    return sessions.groupby("course_id", sort=False)[counts].sum().reset_index()


def missed_by_person(attendance: pd.DataFrame, missed: tuple[str, ...]) -> pd.DataFrame:
    """participant_id, missed: how many sessions each person missed (catch-up is not missed)."""
    counts = attendance["status"].isin(missed).groupby(attendance["participant_id"]).sum()
    return counts.rename("missed").reset_index()


def band_of(missed: pd.Series) -> pd.Series:
    """Numbers of missed sessions as ``BANDS``."""
    return missed.clip(upper=len(BANDS) - 1).map(dict(enumerate(BANDS)))


def bands(people: pd.DataFrame, answered: set[str]) -> pd.DataFrame:
    """How many of each attendance band answered: band (「欠席0回」), missed, n, answered, answer_rate.

    ``people``: as from :func:`missed_by_person`; ``missed`` 2 is 2 or more. Who missed much and didn't answer is
    the first doubt about any result, so that the band is shown, not only the total.
    """
    table = (
        people.assign(missed=people["missed"].clip(upper=MOST_MISSED), answered=people["participant_id"].isin(answered))
        .groupby("missed")["answered"]
        .agg(n="size", answered="sum")
        .reset_index()
    )
    return _rated([(low, low) for low in table["missed"]], table)


def merged_bands(table: pd.DataFrame, groups: Sequence[Sequence[int]]) -> pd.DataFrame:
    """The bands taken together as ``groups`` of places say; all of them where there are no groups."""
    groups = groups or [range(len(table))] if len(table) else []
    parts = [table.iloc[list(places)] for places in groups]
    sums = pd.DataFrame([part[["n", "answered"]].sum() for part in parts], columns=["n", "answered"])
    return _rated([(int(part["missed"].min()), int(part["missed"].max())) for part in parts], sums)


def _rated(limits: Sequence[tuple[int, int]], counts: pd.DataFrame) -> pd.DataFrame:
    names = [
        BANDS[low]
        if low == high
        else (f"欠席{low}回以上" if low else "全員")
        if high == MOST_MISSED
        else f"欠席{low}～{high}回"
        for low, high in limits
    ]
    table = counts[["n", "answered"]].astype(int).assign(band=names, missed=[low for low, _ in limits])
    return table.assign(answer_rate=table["answered"] / table["n"])[["band", "missed", "n", "answered", "answer_rate"]]


def bars(counts: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    """The rows of a Likert figure: label, value, count; ``labels`` (item_id → label) chooses and
    orders. ``counts`` as from :func:`distribution`."""
    chosen = counts[counts["item_id"].isin(labels)]
    order = {item_id: n for n, item_id in enumerate(labels)}
    chosen = chosen.sort_values("item_id", key=lambda ids: ids.map(order), kind="stable")
    return pd.DataFrame(
        {"label": chosen["item_id"].map(labels), "value": chosen["value"].astype(int), "count": chosen["n"]}
    ).reset_index(drop=True)


def session_labels(items: pd.DataFrame, sessions: pd.DataFrame, dimension: str) -> dict[str, str]:
    """item_id → 「第1回 題目」 for the questions of one dimension asked after each session."""
    asked = items[(items["family"] == "session") & (items["dimension"] == dimension)]
    asked = asked.merge(sessions[["session_id", "number", "title"]], on="session_id")
    asked = asked.sort_values("number")
    names = [f"第{n}回 {title}" for n, title in zip(asked["number"], asked["title"], strict=True)]
    return dict(zip(asked["item_id"], names, strict=True))


def attendance_grid(attendance: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """The rows of the attendance map: participant_id, session (「第1回」), status."""
    grid = attendance.merge(sessions[["session_id", "number"]], on="session_id")
    grid = grid.sort_values(["participant_id", "number"])
    return grid.assign(session="第" + grid["number"].astype(str) + "回")[
        ["participant_id", "session", "status"]
    ].reset_index(drop=True)


def ratings_by_group(cells: pd.DataFrame, sessions: pd.DataFrame, courses: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every rating with the group it belongs to: session (「第1回」), group (attended/missed),
    value. ``cells``: participant_id, session_id, rating, missed.

    With cells of several courses, ``session`` is the course (its title in ``courses``, else its id).
    """
    rows = cells.merge(sessions[["session_id", "course_id", "number"]], on="session_id")
    if rows["course_id"].nunique() > 1:
        rows = rows.sort_values(["course_id", "missed", "rating"])
        titles = {} if courses is None else dict(courses[["course_id", "title"]].to_numpy())
        label = rows["course_id"].map(titles).fillna(rows["course_id"])
    else:
        rows = rows.sort_values(["number", "missed", "rating"])
        label = "第" + rows["number"].astype(str) + "回"
    return pd.DataFrame(
        {
            "session": label,
            "group": rows["missed"].map({0: "attended", 1: "missed"}),
            "value": rows["rating"].astype(int),
        }
    ).reset_index(drop=True)


def session_summary(
    responses: pd.DataFrame, items: pd.DataFrame, counts: pd.DataFrame, sessions: pd.DataFrame, least: int
) -> pd.DataFrame:
    """What is known of each session whoever answered: number, title, caught_up, missed, answers, mean.

    ``counts``: as from :func:`attendance_counts`. ``answers`` and ``mean`` are of all comprehension ratings of the
    session, linked or not; no mean of fewer than ``least`` answers. Nothing here compares people: it is all that
    an anonymous questionnaire allows.
    """
    asked = items[(items["dimension"] == "comprehension") & items["session_id"].notna()]
    given = responses[responses["item_id"].isin(asked["item_id"]) & responses["value"].notna()]
    means = given.groupby("session_id")["value"].agg(answers="size", mean="mean")
    table = sessions.sort_values(["course_id", "number"])[["session_id", "number", "title"]]
    table = table.merge(counts[["session_id", CAUGHT_UP, MISSED]], on="session_id", how="left")
    table = table.merge(means.reset_index(), on="session_id", how="left")
    return table.assign(
        answers=table["answers"].fillna(0).astype(int), mean=table["mean"].where(table["answers"] >= least)
    )
