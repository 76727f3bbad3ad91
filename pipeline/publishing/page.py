"""An executed notebook as one self-contained HTML page, by nbconvert and our own template."""

import re
import unicodedata
from datetime import date
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from pipeline.publishing.failure import Failure
from pipeline.publishing.numbering import numbered
from pipeline.showing.tables import wareki

TEMPLATES = Path(__file__).parents[1] / "templates"
HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
PICTURE = re.compile(r"<svg\b.*?</svg>|<img\b[^>]*>", re.DOTALL)
SUMMARY = re.compile(r'<h2 id="([^"]+)">要旨</h2>.*?(?=<h2\b|\Z)', re.DOTALL)
PARAGRAPH = r"<p\b{}>(?:(?!</p>).)*</p>"
ANY, TITLES = PARAGRAPH.format("[^>]*"), r"(?:<h[2-4]\b[^>]*>(?:(?!</h).)*</h[2-4]>\s*)+"
FINDING, NOTE = (PARAGRAPH.format(f' class="{kind}"') for kind in ("finding", "note"))
# A broad table with what leads to it and the notes below it: they turn together.
TURNED = re.compile(
    rf"(?:(?:\A\s*(?:{ANY}\s*)*)?{TITLES}(?:{ANY}\s*)*+|(?:{FINDING}\s*)+)?"
    rf'<div class="table broad".*?</table></div>(?:\s*{NOTE})*',
    re.DOTALL,
)
BROAD = 8  # columns from which a table is turned, unless its rows fit on a line
LINE = 53  # full-width characters of a table across A4 upright (170 mm at 9 points)
PADDING = 1.3  # the same, for the space around one cell
SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain"]
# Whatever makes a browser fetch something or run something. A page of ours does neither. Only tags
# and style sheets are looked at: somebody's comment may well say 「src=…」.
FETCHES = re.compile(
    r"<(?:script|iframe|object|embed|link|base)\b[^>]*>"
    r"|<[^>]*\s(?:src|srcset|poster|data|background)\s*=\s*[\"']?(?!data:)[^\s\"'>]+"
    r"|<[^>]*\burl\(\s*[\"']?(?!data:|#)[^)>]*"
    r"|<style\b[^>]*>(?:(?!</style).)*?(?:@import\b[^;]*|url\(\s*[\"']?(?!data:|#)[^)]*)",
    re.IGNORECASE | re.DOTALL,
)
TAG = re.compile(r"<[^>]+>")


class Entry(NamedTuple):
    """A line of the table of contents; ``level`` is 2 or 3."""

    level: int
    anchor: str
    text: str


class Outline(NamedTuple):
    """The body of a page with ids on its headings, its title, and its table of contents."""

    title: str
    body: str
    contents: list[Entry]


def page(notebook: NotebookNode, title: str, cover: dict) -> str:
    """The HTML page of an executed notebook.

    ``title`` is used when the notebook itself has no heading of the first level. ``cover`` holds
    year_label, title, stage, synthetic, department, town, and where known edition and revisions. The same arguments give the same text.
    Raises Failure, in Japanese, when an output would fetch or run something, or shows a picture
    without a text alternative.
    """
    exporter = HTMLExporter(
        config=Config({"NbConvertBase": {"display_data_priority": SHOWN}}),
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        filters={"outline": outline, "wareki": in_wareki},
    )
    html, _ = exporter.from_notebook_node(notebook, {"cover": cover, "title": title})
    refuse_fetching(html)
    return html


def outline(body: str, title: str) -> Outline:
    """``body`` split into the title of the page and the rest with anchors on the headings.

    The first h1 becomes the title of the page and leaves the body; a further one becomes an h2,
    so that the page has a single h1.
    """
    if re.search(r"<img\b(?![^>]*\balt\s*=)", body):
        raise Failure("代わりの文（alt）のない図があります。ノートブックの図に説明を付けてください。")
    titles: list[str] = []
    contents: list[Entry] = []

    def anchored(match: re.Match) -> str:
        level, attributes, inner = int(match[1]), match[2], match[3]
        if level == 1:
            if not titles:
                titles.append(inner)
                return ""
            level = 2
        named = re.search(r"\bid\s*=\s*[\"']([^\"']+)", attributes)
        anchor = named[1] if named else f"section-{len(contents) + 1}"
        if level <= 3:
            contents.append(Entry(level, anchor, plain(inner)))
            if not named:
                attributes += f' id="{anchor}"'
        return f"<h{level}{attributes}>{inner}</h{level}>"

    body = numbered(HEADING.sub(anchored, body))
    body = PICTURE.sub(r'<div class="picture" tabindex="0">\g<0></div>', TABLE.sub(boxed, body))
    body = SUMMARY.sub(r'<section class="summary" aria-labelledby="\1">\n\g<0></section>\n', body)
    body = TURNED.sub(r'<div class="wide">\n\g<0>\n</div>', body)
    return Outline(plain(titles[0]) if titles else title, body, contents)


def in_wareki(day: str) -> str:
    """A day as in a year's revisions, 「2023-06-20」, as a reader sees it."""
    return wareki(date.fromisoformat(day))


def boxed(table: re.Match) -> str:
    """A table in a box of its own, which scrolls on a narrow screen, also by keyboard."""
    caption = re.search(r"<caption[^>]*>(.*?)</caption>", table[0], re.DOTALL)
    name = f' role="region" aria-label="{escape(plain(caption[1]))}"' if caption else ""
    kind = "table broad" if is_broad(table[0]) else "table"
    return f'<div class="{kind}" tabindex="0"{name}>{table[0]}</div>'


def is_broad(table: str) -> bool:
    """Whether the table has many columns and a row that doesn't fit on a line of A4 upright."""
    rows = [
        [plain(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr\b.*?</tr>", table, re.DOTALL)
    ]
    columns = max((len(row) for row in rows), default=0)
    return columns >= BROAD and max(map(breadth, rows)) > LINE


def breadth(row: list[str]) -> float:
    """The width of a row set on one line, in full-width characters."""
    wide = sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for text in row for c in text)
    return wide + PADDING * len(row)


def plain(html: str) -> str:
    """The text of a piece of HTML, on one line."""
    return " ".join(unescape(TAG.sub("", html)).split())


def refuse_fetching(html: str) -> None:
    """Raise Failure if a browser would fetch or run anything: on LGWAN nothing outside is there."""
    if found := FETCHES.search(html):
        raise Failure(
            f"外部の読み込みかスクリプトが報告書に入っています: {found[0][-80:]}\n"
            "報告書は1つのファイルだけで読めなければなりません。ノートブックの出力を直してください。"
        )
