"""What others wrote in Markdown or HTML → blocks: the notes of a notebook, a frame of pandas, a panel.

Only words, lists, tables and pictures are read. What needs a script, or something from outside, isn't taken over;
the reader says what that was, so that the page can.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from urllib.parse import unquote
from xml.etree import ElementTree

import mistune
from bs4 import BeautifulSoup, Tag
from mistune.plugins.table import table as tables

from pipeline.document.blocks import ROLES, Block, Bullets, Figure, Heading, Image, ListItem, Preformatted, Span, Text
from pipeline.document.markup_tables import attribute, table, text_of, words_of

# tag → what a reader would miss
LOST = {
    "script": "スクリプト",
    "iframe": "ほかのページ",
    "object": "外部の部品",
    "embed": "外部の部品",
    "link": "外部の読み込み",
    "video": "動画",
    "audio": "音声",
    "canvas": "スクリプトの図",
}
PICTURE = "外部の図、または読めない形式の図"
SILENT = ("style", "template", "head", "meta", "noscript", "title")
IN_LINE = frozenset(
    "a abbr b bdi bdo cite code del em font i ins kbd label mark q s samp small span strong sub sup time u var wbr".split()
)
PLAIN = Span("")
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LINK = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
DATA = re.compile(r"data:image/(png|svg\+xml)[^,]*?(;base64)?,(.*)", re.DOTALL)
SVG = "http://www.w3.org/2000/svg"


class Unreadable(ValueError):
    """A picture that isn't what it says it is."""


def from_markdown(
    text: str, attachments: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[list[Block], list[str]]:
    """Blocks of a Markdown text, and what of it isn't among them. ``attachments`` as a notebook's cell has them."""
    return Reader(str(_markdown()(text)), attachments or {}).read()


def from_html(text: str) -> tuple[list[Block], list[str]]:
    """Blocks of a piece of HTML, and what of it isn't among them."""
    return Reader(text, {}).read()


def picture(kind: str, data: str) -> Image:
    """A picture of MIME type ``image/png`` (base64) or ``image/svg+xml`` (text); Unreadable if it is none,
    or needs something from outside."""
    try:
        if kind == "image/svg+xml":
            drawn = ElementTree.fromstring(data)
            inner = (value for node in drawn.iter() for name, value in node.items() if name.endswith("href"))
            if drawn.tag != f"{{{SVG}}}svg" or not all(value.startswith(("#", "data:")) for value in inner):
                raise Unreadable(kind)
            return Image("svg", data[data.index("<svg") :])
        if kind == "image/png" and base64.b64decode(data).startswith(b"\x89PNG"):
            return Image("png", "".join(data.split()))
    except (ElementTree.ParseError, binascii.Error, ValueError):
        pass
    raise Unreadable(kind)


@cache
def _markdown() -> mistune.Markdown:
    # Which addresses may stay, is said in one place: the reader of HTML.
    return mistune.Markdown(mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True), plugins=[tables])


class Reader:
    """One piece of HTML, read from top to bottom: blocks, and a line of text that isn't a block yet."""

    def __init__(self, text: str, attachments: Mapping[str, Mapping[str, str]]):
        self.text, self.attachments = text, attachments
        self.blocks: list[Block] = []
        self.lost: list[str] = []
        self.line: list[Span] = []

    def read(self) -> tuple[list[Block], list[str]]:
        self.inside(BeautifulSoup(self.text, "html.parser"), "plain")
        self.end_line("plain")
        return self.blocks, list(dict.fromkeys(self.lost))

    def inside(self, parent: Tag, role: str, look: Span = PLAIN) -> None:
        for node in parent.children:
            if isinstance(node, Tag):
                if not _is_hidden(node):
                    self.tag(node, role, look)
            elif text := words_of(node):
                self.line.append(replace(look, text=text))

    def tag(self, node: Tag, role: str, look: Span) -> None:
        name = node.name
        if name in LOST:
            self.lost.append(LOST[name])
        elif name in SILENT:
            return
        elif name == "br":
            self.line.append(replace(look, text="\n"))
        elif name in IN_LINE:
            self.inside(node, role, _looking(node, look))
        elif (maker := self.makers().get(name)) is not None:
            self.end_line(role)
            self.blocks += maker(node)
        else:  # a paragraph, or a box around others
            self.end_line(role)
            own = next((c for c in attribute(node, "class").split() if c in ROLES), role)
            self.inside(node, own, look)
            self.end_line(own)

    def makers(self) -> dict[str, Callable[[Tag], Iterable[Block]]]:
        """tag → what makes blocks of it."""
        return {
            "pre": lambda node: [Preformatted(node.get_text().strip("\n"))],
            "table": lambda node: [table(node)],
            "figure": self.figure,
            "img": self.figure,
            "svg": self.figure,
            "ul": lambda node: [self.bullets(node)],
            "ol": lambda node: [self.bullets(node)],
            **dict.fromkeys(HEADINGS, self.heading),
        }

    def end_line(self, role: str) -> None:
        spans, self.line = _line(self.line), []
        if spans:
            self.blocks.append(Text(spans, role))

    def heading(self, node: Tag) -> Iterator[Block]:
        if words := text_of(node).replace("\n", " "):
            yield Heading(words, HEADINGS[node.name])

    def bullets(self, node: Tag) -> Bullets:
        items = []
        for one in node.find_all("li", recursive=False):
            blocks, lost = _below(self, one)
            self.lost += lost
            first = blocks[0] if blocks else None
            items.append(ListItem(first.spans, blocks[1:]) if isinstance(first, Text) else ListItem("", blocks))
        return Bullets(items, node.name == "ol")

    def figure(self, node: Tag) -> Iterator[Block]:
        drawn = node if node.name != "figure" else node.find(["img", "svg"])
        if drawn is None:
            yield from _below(self, node)[0]
            return
        said, behind = node.find("figcaption"), node.find("table")
        caption = text_of(said) if said else ""
        alt = attribute(drawn, "alt") or attribute(drawn, "aria-label")
        try:
            yield Figure(caption, alt, self.image(drawn), table(behind) if behind else None)
        except Unreadable:
            self.lost.append(PICTURE)

    def image(self, node: Tag) -> Image:
        if node.name == "svg":
            return picture("image/svg+xml", self.as_written(node))
        address = attribute(node, "src")
        for kind, data in self.attachments.get(address.removeprefix("attachment:"), {}).items():
            return picture(kind, data)
        if (found := DATA.fullmatch(address)) is None:
            raise Unreadable(address)
        kind, is_base64, data = found.groups()
        data = unquote(data)
        if kind == "svg+xml" and is_base64:
            data = base64.b64decode(data).decode("utf-8", errors="replace")
        return picture(f"image/{kind}", data)

    def as_written(self, node: Tag) -> str:
        """A drawing with the capitals of its names, which a parser of HTML loses."""
        line, place = node.sourceline or 1, node.sourcepos or 0
        start = sum(len(above) + 1 for above in self.text.split("\n")[: line - 1]) + place
        drawn = self.text[start : self.text.find("</svg>", start) + len("</svg>")]
        return drawn if SVG in drawn else drawn.replace("<svg", f'<svg xmlns="{SVG}"', 1)


def _below(reader: Reader, node: Tag) -> tuple[list[Block], list[str]]:
    """What stands within a tag, as blocks of their own."""
    inner = Reader(reader.text, reader.attachments)
    inner.inside(node, "plain")
    inner.end_line("plain")
    return inner.blocks, inner.lost


def _line(spans: list[Span]) -> list[Span]:
    """Spans without the white space at the ends of lines, neighbours of one look as one."""
    joined: list[Span] = []
    for span in spans:
        before = joined[-1] if joined else Span("\n")
        text = span.text.lstrip(" ") if before.text[-1:] in (" ", "\n") else span.text
        if text.startswith("\n") and joined:
            joined[-1] = replace(before, text=before.text.rstrip(" "))
        if joined and replace(span, text="") == replace(before, text=""):
            joined[-1] = replace(span, text=joined[-1].text + text)
        elif text:
            joined.append(replace(span, text=text))
    if joined:
        last = joined.pop()
        joined += [replace(last, text=text)] if (text := last.text.rstrip(" \n")) else []
    return joined


def _looking(node: Tag, look: Span) -> Span:
    if node.name in ("b", "strong", "em", "i", "mark"):
        return replace(look, bold=True)
    if node.name in ("code", "kbd", "samp"):
        return replace(look, code=True)
    if node.name == "a" and LINK.match(attribute(node, "href")):
        return replace(look, href=attribute(node, "href"))
    return look


def _is_hidden(node: Tag) -> bool:
    return node.has_attr("hidden") or "display:none" in attribute(node, "style").replace(" ", "")
