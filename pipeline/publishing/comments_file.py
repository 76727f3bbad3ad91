"""意見一覧: every comment, what it was read as, and the columns in which the analyst judges and releases it.

Its form is that of 手動分類.csv: a filled copy in the year's folder is read. It goes to ``data/private``.
"""

from pathlib import Path

import pandas as pd

from pipeline import themes
from pipeline.codebook import Codebook
from pipeline.preparing.hand_codes import BETWEEN, NO_THEME, RELEASED
from pipeline.publishing.table_files import as_csv
from pipeline.store import Store

COLUMNS = ("ファイル", "セル", "本文", "読んだ論点", "論点", "判断者", "判断日", "理由", "公開")


def comments_file(store: Store, _cover: dict) -> dict[Path, bytes]:
    """The list of a year whose tables are made: where it belongs, and its bytes; what was judged before stands in it."""
    comments, judged, released = (store.load(name) for name in ("comments", "hand_codes", "releases"))
    lines = Codebook(str(store.year)).read("themes")
    label = dict(zip(lines["theme_id"], lines["label"], strict=True))
    hits = themes.kwic(comments, lines, concepts=[*themes.SIDES, themes.OPEN])
    read = (hits["label"] + "（" + hits["keyword"] + "）").groupby(hits["source_ref"]).agg("；".join)
    named = judged.assign(label=judged["theme_id"].map(label).fillna(NO_THEME)).groupby("source_ref")
    by_hand = named.agg({"label": BETWEEN.join, "coded_by": "first", "coded_on": "first", "why": "first"})
    allowed = released.set_index("source_ref")
    rows = []
    for comment in comments.drop_duplicates("source_ref").to_dict("records"):
        at = comment["source_ref"]
        file, _, cell = at.rsplit("!", 2)
        theme, by, on, why = by_hand.loc[at] if at in by_hand.index else ("", "", None, None)
        if at in allowed.index:
            by, on = allowed.loc[at, ["released_by", "released_on"]]
        given = [theme, by, "" if pd.isna(on) else f"{on:%Y-%m-%d}", "" if pd.isna(why) else why]
        rows.append([file, cell, comment["text"], read.get(at, ""), *given, RELEASED[0] if at in allowed.index else ""])
    store.private_dir.mkdir(parents=True, exist_ok=True)  # for its owner alone; a report's folder would be open
    return {store.comments_list: as_csv(list(COLUMNS), rows)}
