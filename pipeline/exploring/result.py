"""A result as JupyterLab shows it: sentences, a figure and a table, with the numbers at hand."""

from dataclasses import dataclass, field

import pandas as pd

from pipeline.codebook import codes
from pipeline.document import html
from pipeline.document.blocks import MIME, Block, Figure, Table, Text

# Scoped, so that the page around it keeps its own looks. 170 mm is the width of the figures.
STYLE = """<style>
.explored{max-width:680px;overflow-x:auto;color:#1a1a1c;line-height:1.6}
.explored p{margin:.4em 0}
.explored p.caution{border-left:4px solid #c74700;padding-left:.6em}
.explored p.note{color:#4d4d4d;font-size:.9em}
.explored p.verdict{font-weight:700}
.explored figure{margin:.6em 0}
.explored img{max-width:100%}
.explored figcaption,.explored caption{font-weight:700;text-align:left;caption-side:top;padding:.3em 0}
.explored table.data{border-collapse:collapse;font-size:.93em}
.explored table.data th,.explored table.data td{border:1px solid #b3b3b3;padding:.15em .5em;text-align:left}
.explored table.data .num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.explored table.data th[scope=row]{min-width:6em}
.explored summary{cursor:pointer;color:#0017c1}
</style>"""
# Physical names → what a table on the screen or in a file calls them.
HEADINGS = {
    "share": "よいの割合",
    "ci_low": "95%信頼区間の下限",
    "ci_high": "95%信頼区間の上限",
    "participant_id": "受講者",
    "session": "回",
    "status": "出欠",
    "selection": "選んだもの",
    "persons": "人数",
    "n": "n",
    "estimate": "差（点）",
}


def worded(data: pd.DataFrame) -> pd.DataFrame:
    """The numbers of a result under Japanese headings, attendance in words."""
    words = data.assign(status=data["status"].map(codes("status"))) if "status" in data else data
    return words.rename(columns=HEADINGS).rename(columns=str)


@dataclass(frozen=True)
class Result:
    """One answer to one question. In JupyterLab the last line of a cell shows it.

    ``data``: the numbers as a pandas table, as shown.
    ``figure``: the drawing, or None. ``sentences``: what is said above and below.
    ``name``: what its files are called.
    """

    data: pd.DataFrame = field(repr=False)
    name: str
    before: tuple[Text, ...] = field(default=(), repr=False)
    figure: Figure | None = field(default=None, repr=False)
    table: Table | None = field(default=None, repr=False)
    after: tuple[Text, ...] = field(default=(), repr=False)
    pages: int = 1

    @property
    def sentences(self) -> list[str]:
        return [str(text) for text in (*self.before, *self.after)]

    @property
    def blocks(self) -> list[Block]:
        """Everything from top to bottom, as a report would have it."""
        return [block for block in (*self.before, self.figure, self.table, *self.after) if block is not None]

    @property
    def html(self) -> str:
        """Everything as HTML, without the style sheet."""
        return "\n".join(map(html.shown, self.blocks))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        data = [block.data() for block in self.blocks]
        return {MIME: data, "text/html": framed(self.html), "text/plain": str(self)}

    def __str__(self) -> str:
        return "\n".join([*self.sentences, "" if self.data.empty else self.data.to_string()])


def framed(body: str) -> str:
    """HTML in the looks of these results."""
    return f'{STYLE}<div class="explored" lang="ja">{body}</div>'


def said(text: str, kind: str = "note") -> str:
    """A sentence as HTML in these looks; ``kind`` is the role of the text."""
    return framed(html.shown(Text(text, kind)))
