"""Free text → themes → 反映事項: comments coded by an editable table of patterns.

The patterns stand in ``codebook/themes.csv``: a regular expression that a comment must contain,
and one that it must not (negations). A comment can carry several themes; one that matches nothing
is listed for the analyst, never dropped.
"""

import re
import unicodedata

import pandas as pd

SIDES = {"good": "研修の良かった点", "bad": "研修の悪かった点"}


def code(comments: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Which themes each comment carries.

    ``comments``: response_id, concept, text. ``themes``: theme_id, side, label, pattern, exclude.
    Returns response_id, side, theme_id (None where nothing matched), label, text; only comments
    asked as good or bad points.
    """
    rows = []
    for comment in comments[comments["concept"].isin(SIDES)].to_dict("records"):
        text = unicodedata.normalize("NFKC", comment["text"])
        matched = [
            theme
            for theme in themes[themes["side"] == comment["concept"]].to_dict("records")
            if re.search(theme["pattern"], text)
            and not (theme["exclude"] and re.search(theme["exclude"], text))
        ]
        for theme in matched or [{"theme_id": None, "label": None}]:
            rows.append(
                {
                    "response_id": comment["response_id"],
                    "side": comment["concept"],
                    "theme_id": theme["theme_id"],
                    "label": theme["label"],
                    "text": comment["text"],
                }
            )
    return pd.DataFrame(rows, columns=["response_id", "side", "theme_id", "label", "text"])


def count(coded: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """How many people named each theme: side, theme_id, label, n; in the table's order, all of
    them, also with 0."""
    n = coded.groupby("theme_id")["response_id"].nunique()
    table = themes.assign(order=themes["order"].astype(int)).sort_values(["side", "order"])
    return table.assign(n=table["theme_id"].map(n).fillna(0).astype(int))[
        ["side", "theme_id", "label", "n", "reflection_ids"]
    ].sort_values("side", ascending=False, kind="stable", ignore_index=True)


def unmatched(coded: pd.DataFrame) -> pd.DataFrame:
    """The comments that carry no theme: side, text."""
    return coded.loc[coded["theme_id"].isna(), ["side", "text"]].reset_index(drop=True)


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
