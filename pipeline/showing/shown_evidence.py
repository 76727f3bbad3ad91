"""Rows of evidence as an edition shows them, and the proposals and comparisons that rest on them.

A hidden row keeps its words; its values are missing and ``is_hidden`` is True (``views.measured``
writes 「x」). Sentences take these rows, never the raw ones, and leave out what is missing.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclosure import FEW, SUPPRESSED, is_few, protect_means, protect_shares
from pipeline.evidence import LIKED, whole_course
from pipeline.showing.shown_association import TESTED, few_compared
from pipeline.showing.shown_counts import TOO_FEW, good_ratings_hidden, is_public, themes_hidden
from pipeline.showing.shown_people import People

VALUES = ["estimate", "ci_low", "ci_high"]
DRAWN = ("satisfaction", "usefulness")
# What isn't counted in people: reports of offices, meetings, indicators of the town.
NOT_PEOPLE = ("wg_meetings", "wg_beyond", "improvements", "dx_improvements", "hours_saved", "improving_offices", "kpi")
FEW_NOTE = f"＊ n が{FEW}人未満の値。一人の違いで大きく変わる。"
BY_OPINION = "受講者の意見による（人数が少ないため、数値は示さない）"
# What a rule that can't speak yet has, in the reason of a proposal: 「R08（71.4 %）」, 「（いまは 2）」.
RULE_VALUE = re.compile(r"(?<=\d)（[^（）]*）")
RULE_N = re.compile(r"（いまは \d+）")


class Hidden(NamedTuple):
    """What the tables behind the evidence hide: the evidence hides it too.

    ``attended``, ``caught_up``, ``compared`` (missed sessions with attended ones), ``closed`` (caught up
    with missed): course_ids; ``good``: item_id → whether the good ratings are hidden; ``themes``:
    pairs of course_id and theme_id.
    """

    attended: Collection[str] = ()
    caught_up: Collection[str] = ()
    compared: Collection[str] = ()
    closed: Collection[str] = ()
    good: pd.Series | None = None
    themes: Collection[tuple[str, str]] = ()


class Behind(NamedTuple):
    """The tables behind the evidence, as counted.

    ``spread``, ``items``, ``points`` (scale_id → points): the ratings; ``themes``: by course; ``compared``:
    people with a session attended and one missed, ``closed``: with one caught up and one missed, by course_id.
    """

    people: People
    spread: pd.DataFrame
    items: pd.DataFrame
    points: Mapping[str, int]
    themes: pd.DataFrame
    compared: pd.Series
    closed: pd.Series

    def hidden(self, thresholds: Sequence[int]) -> Hidden:
        """What an edition hides of the attendance, the ratings drawn (of five points), themes and tests."""
        courses = self.people.shown(thresholds).attended.courses.set_index("course_id")
        drawn = pd.concat([whole_course(self.items, dimension) for dimension in DRAWN])
        drawn = drawn.loc[drawn["scale_id"].map(self.points) == 5, "item_id"]
        themes = self.themes[themes_hidden(self.themes, thresholds)]
        few = [few_compared(people, thresholds) for people in (self.compared, self.closed)]
        return Hidden(
            attended=set(courses.index[courses[["attended", "n"]].eq(SUPPRESSED).any(axis=1)]),
            caught_up=set(courses.index[courses[["caught_up", "n"]].eq(SUPPRESSED).any(axis=1)]),
            compared=few[0],
            closed=few[1],
            good=good_ratings_hidden(self.spread, list(drawn), thresholds),
            themes=set(zip(themes["course_id"], themes["theme_id"], strict=True)),
        )


def shown(
    found: pd.DataFrame, items: pd.DataFrame, thresholds: Sequence[int], hidden: Hidden, published: Collection[str] = ()
) -> pd.DataFrame:
    """The evidence of an edition: its own columns and is_hidden, is_n_hidden, is_few.

    ``published``: the evidence_ids that the town has published itself.
    """
    n = found["n"].astype(float).fillna(0).astype(int)
    people = ~found["evidence_id"].isin(NOT_PEOPLE) & found["estimate"].notna()
    is_share = people & ((found["unit"] == "rate") | (found["level"].eq("反応") & (found["unit"] == "count")))
    hits = found["estimate"].astype(float).where(is_share, 0).fillna(0)
    hits = (hits * n.where(found["unit"] == "rate", 1)).round().astype(int)
    shares = protect_shares(hits[is_share], n[is_share], thresholds).rows.reindex(found.index)
    counts = protect_means(n.where(~found["evidence_id"].isin(NOT_PEOPLE), 0), thresholds)
    gone = shares["hits"].fillna(False).astype(bool) | counts
    key = found["evidence_id"]
    for evidence_id, courses in (
        ("attended", hidden.attended),
        ("caught_up", hidden.caught_up),
        ("association", hidden.compared),
        ("catch_up", hidden.closed),
    ):
        gone |= (key == evidence_id) & found["course_id"].isin(courses)
    gone |= np.array([pair in hidden.themes for pair in zip(found["course_id"], key, strict=True)], bool)
    if hidden.good is not None:
        bad = _asked(items, hidden.good[hidden.good].index)
        rows = zip(found["course_id"], key, found["scale_id"], strict=True)
        gone |= np.array([row in bad for row in rows], bool)
    gone &= ~key.isin(list(published))
    empty = found["estimate"].isna()
    few = is_few(n) & people & ~gone & is_public(thresholds)
    # The n of what was caught up is the number itself, that of who attended may be hidden in its table.
    table = found.assign(is_n_hidden=gone & (counts | key.isin(["attended", "caught_up"])), is_few=few)
    table[TESTED] = table[TESTED].astype(float).mask(gone)
    table["base"] = table["base"].astype(float).mask(_base_tells(found, thresholds, hidden))
    return table.assign(n=table["n"].astype(float).mask(table["is_n_hidden"]), is_hidden=gone & ~empty)


def _base_tells(found: pd.DataFrame, thresholds: Sequence[int], hidden: Hidden) -> pd.Series:
    """Where the base is people by attendance (the follow-up's) and gives a hidden number of people.

    It does in the public edition, which shows no attendance by session; beside a hidden attendance; and
    where nearly all those asked of the course took it.
    """
    by_attendance = found["evidence_id"] == "followup"
    asked = found["course_id"].map(found[~by_attendance].groupby("course_id")["base"].max())
    few = (asked - found["base"]).astype(float).between(1, thresholds[0] - 1)
    unseen = found["course_id"].isin({*hidden.attended, *hidden.caught_up})
    return by_attendance & (few | unseen | is_public(thresholds))


def _asked(items: pd.DataFrame, item_ids: Collection[str]) -> set[tuple[str, str, str]]:
    """The rows of evidence that rest on these questions: course_id, evidence_id, scale_id."""
    own = pd.concat([whole_course(items, dimension) for dimension in LIKED])
    own = own[own["item_id"].isin(item_ids)]
    course = own["instrument_id"].str.rsplit("-", n=1).str[0]
    return set(zip(course, own["dimension"], own["scale_id"], strict=True))


def everybody(completed_all: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """Rows of ``completion.RATE`` with values missing where few completed all, or few didn't."""
    mask = protect_shares(completed_all["hits"], completed_all["n"], thresholds).rows
    values = ["hits", *VALUES]
    table = completed_all.astype(dict.fromkeys(["n", *values], float))
    table[values] = table[values].mask(mask["hits"])
    return table.assign(n=table["n"].mask(mask["n"]))


def aftermath(changed: pd.DataFrame, last: pd.DataFrame, now: pd.DataFrame, thresholds: Sequence[int]) -> pd.DataFrame:
    """``aftermath.after`` with what is too few on either side hidden, and no sentence drawn from it.

    ``last``: last year's evidence, as saved; ``now``: this year's, as shown. Adds hidden_before and hidden_after.
    """
    unpublished = last[~last["is_public"].eq(True)] if is_public(thresholds) else last.iloc[:0]
    gone = {
        "before": ("course_id", "indicator", _keys(unpublished)),
        "after": ("compared_course_id", "indicator_after", _keys(now[now["is_hidden"]])),
    }
    table = changed.copy()
    for side, (course, indicator, keys) in gone.items():
        values = table[side].astype(float)
        n = table[f"n_{side}"].astype(float).fillna(0).astype(int)
        rate = (table["unit"] == "rate") & values.notna()
        hits = (values.where(rate, 0) * n).round().astype(int)
        hidden = protect_shares(hits, n, thresholds).rows["hits"].where(rate, protect_means(n, thresholds))
        pairs = zip(table[course], table[indicator], strict=True)
        hidden |= np.array([pair in keys for pair in pairs], bool)
        hidden &= values.notna()
        columns = [side, f"{side}_low", f"{side}_high"]
        table[columns] = table[columns].astype(float).mask(hidden)
        table[f"hidden_{side}"] = hidden
    any_hidden = table["hidden_before"] | table["hidden_after"]
    differences = ["difference", "diff_low", "diff_high"]
    table[differences] = table[differences].astype(float).mask(any_hidden)
    said = table["sentence"].mask(any_hidden & table["is_comparable"].astype(bool), TOO_FEW)
    return table.assign(sentence=said)


def _keys(rows: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(rows["course_id"], rows["indicator"], strict=True))


def proposals(table: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """The proposals without what ``evidence`` (as shown) hides; adds is_hidden, is_n_hidden, is_few.

    A number of people that is hidden is not bounded either: no indicator, no count, and words instead of
    the condition.
    """
    flags = ["is_hidden", "is_n_hidden", "is_few"]
    own = evidence.drop_duplicates(["course_id", "indicator"])[["course_id", "indicator", *flags]]
    rows = table.merge(own, on=["course_id", "indicator"], how="left").set_axis(table.index)
    rows[flags] = rows[flags].eq(True)
    opinion = rows["is_hidden"] & (rows["unit"] == "count")
    rows[VALUES] = rows[VALUES].astype(float).mask(rows["is_hidden"])
    reason = rows["reason"]
    # A row without an indicator speaks for several: whatever its course hides may be one of them.
    for flag, own, words in (("is_hidden", False, RULE_VALUE), ("is_n_hidden", rows["is_n_hidden"], RULE_N)):
        of_course = rows["course_id"].isin(evidence.loc[evidence[flag], "course_id"])
        gone = own | (of_course & rows["indicator"].isna())
        reason = reason.mask(gone, reason.str.replace(words, "", regex=True))
    n = rows["n"].astype(object).mask(rows["is_n_hidden"] | opinion, None)
    return rows.assign(
        reason=reason.mask(opinion, BY_OPINION),
        condition=rows["condition"].mask(opinion, BY_OPINION),
        n=n,
        indicator=rows["indicator"].astype(object).mask(opinion, None),
    )
