"""Free text → themes → 反映事項: comments coded by an editable table of patterns, and by hand.

The patterns stand in ``codebook/themes.csv``: a regular expression that a comment must contain,
and one that it must not (negations). A comment can carry several themes. A judgement of the analyst
(手動分類.csv) replaces what the patterns say of its comment; what matches nothing is listed for the
analyst, never dropped.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

import pandas as pd

from pipeline.text import visible

SIDES = {"good": "研修の良かった点", "bad": "研修の悪かった点"}
OPEN = "opinion"  # asked for neither side: such a comment may carry themes of both
# How a comment came by its themes; a comment with no answer to that is left to the analyst.
PATTERN, HAND, NOTHING = "pattern", "hand", "nothing"
# 「なし」 in its forms says that there is nothing to name: it is an answer, and needs no judgement.
SAYS_NOTHING = re.compile(
    r"[・\s]*((良|悪)(い|かった)(点|ところ)は)?(特|とく)?に?(は|も)?"
    r"(な(し|い)|無(し|い)?|ナシ|ありません(でした)?|ございません(でした)?|なかった)?"
    r"(です|でした|と思います)?[。.、,!ー\-―~/\s]*|n/?a|none",
    re.I,
)
# A dash typed for 「ー」 after katakana: 「グル－プ」「グル―プ」.
TYPED_DASH = re.compile(r"(?<=[ァ-ヺ])[-‐‑–—―−─](?![0-9A-Za-z])")
# Where a statement ends, and its negation with it: a full stop, a new line, 「…だが、」.
CLAUSE_END = re.compile(
    r"(?<=[。!?\n])|(?<=が、)|(?<=けど、)|(?<=れど、)|(?<=けれども、)|(?<=ものの、)|(?<=一方、)|(?<=一方で、)"
)
ELLIPSIS = "…"


def plain(text: str) -> str:
    """A comment as the patterns see it: full-width kana, half-width letters, no spaces.

    >>> plain("ｸﾞﾙ－ﾌﾟ ﾜｰｸ（ＧＷ）")
    'グループワーク(GW)'
    """
    text = unicodedata.normalize("NFKC", visible(text))
    return TYPED_DASH.sub("ー", re.sub(r"[^\S\n]+", "", text))


def found(text: str, theme: dict) -> Iterator[re.Match]:
    """Where a comment, made ``plain``, carries a theme.

    A negation counts where it stands: 「説明は分かりやすいとは言えないが、資料は分かりやすい」 carries the theme
    in its second half. So each half is read alone; the whole text only if it holds no negation,
    for a statement may run over a line break.
    """
    exclude = re.compile(theme["exclude"], re.I) if theme["exclude"] else None
    starts = [0, *(m.start() for m in CLAUSE_END.finditer(text)), len(text)]
    clauses = [slice(a, b) for a, b in zip(starts, starts[1:], strict=False)]
    if exclude is None or not exclude.search(text):
        clauses = [slice(0, len(text))]
    for clause in clauses:
        if exclude is None or not exclude.search(text[clause]):
            yield from re.compile(theme["pattern"], re.I).finditer(text, clause.start, clause.stop)


def code(
    comments: pd.DataFrame,
    themes: pd.DataFrame,
    hand_codes: pd.DataFrame | None = None,
    concepts: Collection[str] = tuple(SIDES),
) -> pd.DataFrame:
    """Which themes each comment carries, and how that came about.

    ``comments``: response_id, concept, text, source_ref. ``themes``: theme_id, side, label,
    pattern, exclude. ``hand_codes``: source_ref, theme_id (missing: no theme); its judgement of a
    comment takes the place of the patterns. ``concepts``: which comments are read: those asked as
    good or bad points, and also ``OPEN`` ones if it is among them.
    Returns response_id, source_ref, side, theme_id (missing where there is none), label, text, how
    (pattern, hand, nothing for 「なし」; missing where nothing matched). A side is that of the
    theme; without a theme, what was asked.
    """
    lines = themes.to_dict("records")
    by_id = {theme["theme_id"]: theme for theme in lines}
    judged: dict[str, list[dict]] = {}
    for reference, theme_id in () if hand_codes is None else hand_codes[["source_ref", "theme_id"]].to_numpy():
        own = judged.setdefault(reference, [])
        own += [] if pd.isna(theme_id) else [by_id[theme_id]]
    rows = []
    for comment in comments[comments["concept"].isin(concepts)].to_dict("records"):
        text = plain(comment["text"])
        if (carried := judged.get(comment["source_ref"])) is not None:
            how = HAND
        elif SAYS_NOTHING.fullmatch(text):
            carried, how = [], NOTHING
        else:
            carried = [t for t in _asked(lines, comment) if next(found(text, t), None)]
            how = PATTERN if carried else None
        for theme in carried or [{"side": comment["concept"], "theme_id": None, "label": None}]:
            rows.append(
                {name: comment[name] for name in ("response_id", "source_ref", "text")}
                | {name: theme[name] for name in ("side", "theme_id", "label")}
                | {"how": how}
            )
    names = ["response_id", "source_ref", "side", "theme_id", "label", "text", "how"]
    return pd.DataFrame(rows, columns=names)


def _asked(themes: list[dict], comment: dict) -> list[dict]:
    return [t for t in themes if comment["concept"] in (t["side"], OPEN)]


def kwic(
    comments: pd.DataFrame, themes: pd.DataFrame, width: int = 15, concepts: Collection[str] = tuple(SIDES)
) -> pd.DataFrame:
    """Keyword in context: what the patterns found, with ``width`` characters on either side.

    Returns response_id, source_ref, side, theme_id, label, left, keyword, right; in the themes'
    order, so that the findings of one theme stand below each other and a wrong one shows.
    """
    rows = []
    chosen = comments[comments["concept"].isin(concepts)].to_dict("records")
    for theme in _in_order(themes).to_dict("records"):
        for comment in chosen:
            text = plain(comment["text"])
            for hit in found(text, theme) if _asked([theme], comment) else ():
                left, right = text[: hit.start()], text[hit.end() :]
                rows.append(
                    {"response_id": comment["response_id"], "source_ref": comment["source_ref"]}
                    | {name: theme[name] for name in ("side", "theme_id", "label")}
                    | {
                        "left": (ELLIPSIS if len(left) > width else "") + left[-width:],
                        "keyword": hit[0],
                        "right": right[:width] + (ELLIPSIS if len(right) > width else ""),
                    }
                )
    names = ["response_id", "source_ref", "side", "theme_id", "label", "left", "keyword", "right"]
    table = pd.DataFrame(rows, columns=names)
    shown = ["left", "keyword", "right"]  # a line of its own each: no break inside
    return table.assign(**{name: table[name].str.replace("\n", " ") for name in shown if rows})


def count(coded: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """How many people named each theme: side, theme_id, label, n; in the table's order, all of
    them, also with 0."""
    n = coded.groupby("theme_id")["response_id"].nunique()
    table = _in_order(themes)
    return table.assign(n=table["theme_id"].map(n).fillna(0).astype(int))[
        ["side", "theme_id", "label", "n", "reflection_ids"]
    ]


def _in_order(themes: pd.DataFrame) -> pd.DataFrame:
    table = themes.assign(order=themes["order"].astype(int)).sort_values(["side", "order"])
    return table.sort_values("side", ascending=False, kind="stable", ignore_index=True)


def only_opinions(comments: pd.DataFrame, items: pd.DataFrame, instruments: pd.DataFrame) -> pd.DataFrame:
    """The ``OPEN`` comments of the courses that asked for neither good nor bad points.

    Where a course asked for them, its other remarks stay out: the same person would count by two
    kinds of questions.
    """
    course = items["instrument_id"].map(instruments.set_index("instrument_id")["course_id"])
    split = set(course[items["concept"].isin(SIDES)])
    open_items = set(items.loc[(items["concept"] == OPEN) & ~course.isin(split), "item_id"])
    return comments[comments["item_id"].isin(open_items)]


def count_by_course(
    coded: pd.DataFrame,
    comments: pd.DataFrame,
    items: pd.DataFrame,
    instruments: pd.DataFrame,
    themes: pd.DataFrame,
    hand_codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How many people named each theme in each course: course_id, side, theme_id, label, n, base.

    ``coded`` holds the answers on good and bad points; those of ``only_opinions`` are coded here,
    with ``hand_codes``, and count on both sides. ``base``: the people who wrote anything where the
    theme could be named, 「なし」 among them. A course that was never asked for a side has no rows of
    it; one that was asked has every theme.
    """
    opinions = only_opinions(comments, items, instruments)
    opinions = opinions[~opinions["source_ref"].isin(coded["source_ref"])]
    if len(opinions):
        coded = pd.concat([coded, code(opinions, themes, hand_codes, [OPEN])], ignore_index=True)
    course_of_item = items.merge(instruments[["instrument_id", "course_id"]], on="instrument_id")
    course = comments["item_id"].map(course_of_item.set_index("item_id")["course_id"])
    written = comments.assign(course_id=course).drop_duplicates("source_ref")
    written = written[written["source_ref"].isin(coded["source_ref"])]
    named = coded.merge(written[["source_ref", "course_id"]], on="source_ref")
    n = named.groupby(["course_id", "theme_id"])["response_id"].nunique()
    tables = []
    for course_id, own in written.groupby("course_id", sort=True):
        for side, table in _in_order(themes).groupby("side", sort=False):
            base = own.loc[own["concept"].isin([side, OPEN]), "response_id"].nunique()
            if base:
                counts = [n.get((course_id, theme_id), 0) for theme_id in table["theme_id"]]
                tables.append(table.assign(course_id=course_id, n=counts, base=base))
    names = ["course_id", "side", "theme_id", "label", "n", "base"]
    return pd.concat(tables, ignore_index=True)[names] if tables else pd.DataFrame(columns=names)


def unmatched(coded: pd.DataFrame) -> pd.DataFrame:
    """The comments that wait for the analyst: source_ref, side, text, file, cell."""
    left = coded[coded["theme_id"].isna() & coded["how"].isna()].reset_index(drop=True)
    parts = left["source_ref"].str.rsplit("!", n=2)
    return left[["source_ref", "side", "text"]].assign(file=parts.str[0], cell=parts.str[-1])


def options_chosen(choices: pd.DataFrame, options: pd.DataFrame, item_ids: set[str]) -> pd.DataFrame:
    """A multiple-answer question: option_id, option, n (people who ticked it), most first.

    Every listed option has a row, also with 0; 「その他」 comes last.
    """
    chosen = choices[choices["item_id"].isin(item_ids)]
    n = chosen.groupby("option_id")["response_id"].nunique()
    table = options.drop_duplicates("option_id")[["option_id", "label"]]
    table = table.rename(columns={"label": "option"})
    table = table.assign(n=table["option_id"].map(n).fillna(0).astype(int))
    is_other = table["option_id"] == "other"
    table = table.assign(is_other=is_other).sort_values(
        ["is_other", "n"], ascending=[True, False], kind="stable", ignore_index=True
    )
    return table[["option_id", "option", "n"]]
