"""The numbers on the screen as a table to sort and filter, without a request to anywhere."""

import ipywidgets as w
import pandas as pd
from itables.widget import ITable

from pipeline.exploring.result import HEADINGS, worded

WORDS = {
    "search": "絞り込み：",
    "info": "_TOTAL_行のうち_START_～_END_行",
    "infoEmpty": "0行",
    "infoFiltered": "（全_MAX_行から）",
    "zeroRecords": "当てはまる行がない",
    "emptyTable": "行がない",
    "lengthMenu": "_MENU_行ずつ",
}
# The box to filter by stands there however few rows there are.
OPTIONS = {
    "language": WORDS,
    "showIndex": False,
    "pageLength": 10,
    "classes": "display compact",
    "layout": {"topStart": "search", "topEnd": None, "bottomStart": "info", "bottomEnd": "paging"},
}
HEADING = '<h3 style="margin:.8em 0 0">並べ替え・絞り込みのできる表</h3>'


class SortableTable:
    """A DataTable of a frame; ``widget`` goes into the panel, ``show`` changes what it holds."""

    def __init__(self):
        self.table = ITable(pd.DataFrame(), style="width:680px;margin:0", **OPTIONS)
        self.widget = w.VBox([w.HTML(HEADING), self.table], layout=w.Layout(width="720px"))

    def show(self, data: pd.DataFrame | None) -> None:
        """Hold these numbers; with None the table is out of sight."""
        self.widget.layout.display = "none" if data is None else ""
        if data is not None:
            self.table.update(df=rounded(data), **OPTIONS)


def rounded(data: pd.DataFrame) -> pd.DataFrame:
    """The numbers as one reads them: shares in per cent with one decimal, differences with two."""
    shown = data.copy()
    scale, places, unit = (100, 1, "（%）") if "share" in shown else (1, 2, "")
    for name in {"share", "ci_low", "ci_high", "estimate"} & set(shown):
        shown[name] = (shown[name].astype(float) * scale).round(places)
    share = {HEADINGS["share"]: HEADINGS["share"] + unit}
    return worded(shown.astype(object).where(shown.notna(), "-")).rename(columns=share)
