"""An executed notebook as one self-contained HTML page, by nbconvert and our own template."""

import re
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from pipeline.publishing.failure import Failure

TEMPLATES = Path(__file__).parents[1] / "templates"
HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
PICTURE = re.compile(r"<svg\b.*?</svg>|<img\b[^>]*>", re.DOTALL)
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
    year_label, title, stage, synthetic, department, town. The same arguments give the same text.
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
        filters={"outline": outline},
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

    body = HEADING.sub(anchored, body)
    body = PICTURE.sub(r'<div class="picture" tabindex="0">\g<0></div>', TABLE.sub(boxed, body))
    return Outline(plain(titles[0]) if titles else title, body, contents)


def boxed(table: re.Match) -> str:
    """A table in a box of its own, which scrolls on a narrow screen, also by keyboard."""
    caption = re.search(r"<caption[^>]*>(.*?)</caption>", table[0], re.DOTALL)
    name = f' role="region" aria-label="{escape(plain(caption[1]))}"' if caption else ""
    return f'<div class="table" tabindex="0"{name}>{table[0]}</div>'


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
