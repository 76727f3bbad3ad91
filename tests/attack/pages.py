"""What is published → every text with a number in it, with the words that say what it is a number of."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
PARAGRAPHS = ("p", "li", "h1", "h2", "h3", "h4", "figcaption", "dt", "dd", "title")
# In files about files: what was run on what, when and how long. Nothing in them counts people.
OF_FILES = {"sha256", "bytes", "seconds", "python", "platform", "packages", "commit", "digest", "registered_digest"}
OF_FILES |= {
    "id",
    "level",
    "number",
    "row_heads",
    "image",
}  # and in documents: what is drawn is said in words beside it
EXPLAINING = {"codebook", "data_dictionary"}  # what codes and columns mean, the same for every town
SENTENCE = 8  # characters from which a text is looked for inside a longer one


@dataclass(frozen=True)
class Told:
    """One text: ``where`` it stands (file, heading, caption, column), what it says, and the cells of its ``row``."""

    where: tuple[str, ...]
    text: str
    row: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{' / '.join(filter(None, (*self.where, *self.row[:1])))}：{self.text}"


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def numbers(text: str) -> list[str]:
    return [found.replace(",", "") for found in NUMBER.findall(plain(text))]


def of_html(page: str, file: str = "") -> list[Told]:
    """Every paragraph, list item, cell and alternative text of a page."""
    reader = _Reader(file)
    reader.feed(page)
    reader.close()
    return reader.told


class _Reader(HTMLParser):
    def __init__(self, file: str):
        super().__init__()
        self.file, self.told = file, []
        self.heading = self.caption = ""
        self.heads: list[str] = []
        self.row: list[tuple[str, str]] | None = None
        self.open: list[tuple[str, list[str]]] = []  # the tags that hold text, innermost last
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        for text in (known.get("alt"), known.get("aria-label"), known.get("title")):
            if text:
                self.told.append(Told((self.file, self.heading, "alt"), plain(text)))
        if tag in ("style", "script"):
            self.silent += 1
        elif tag == "table":
            self.caption, self.heads = "", []
        elif tag == "tr":
            self.row = []
        elif tag in ("caption", "th", "td", *PARAGRAPHS):
            self.open.append((tag, []))

    def handle_data(self, data):
        if not self.silent and self.open:
            self.open[-1][1].append(data)

    def handle_endtag(self, tag):
        if tag in ("style", "script"):
            self.silent -= 1
        elif tag == "tr" and self.row is not None:
            self._end_row()
        elif self.open and self.open[-1][0] == tag:
            text = plain("".join(self.open.pop()[1]))
            if tag == "caption":
                self.caption = text
                self.told.append(Told((self.file, self.heading, "caption"), text))
            elif tag in ("th", "td"):
                self.row.append((tag, text))
            else:
                self.heading = text if tag in ("h2", "h3") else self.heading
                self.told.append(Told((self.file, self.heading, tag), text))

    def _end_row(self):
        cells = [text for _, text in self.row]
        if not any(tag == "td" for tag, _ in self.row):
            self.heads = cells
            self.told += [Told((self.file, self.heading, self.caption, "head"), text) for text in cells]
        else:
            heads = self.heads if len(self.heads) == len(cells) else [""] * len(cells)
            where = self.file, self.heading, self.caption
            self.told += [Told((*where, head), text, tuple(cells)) for head, text in zip(heads, cells, strict=True)]
        self.row = None


def of_csv(data: str, file: str = "") -> list[Told]:
    """The cells of a table: of a long one the values, with the words of their rows."""
    told = []
    for line in csv.DictReader(data.lstrip("\ufeff").splitlines(keepends=True)):
        if {"label", "value", "symbol"} <= line.keys():
            words = [v for k, v in line.items() if k not in ("row", "variable", "label", "unit", "value", "symbol")]
            told.append(Told((file, *words, line["label"]), plain(line["value"] or line["symbol"])))
        else:
            first = next((v for k, v in line.items() if k != "row"), "")
            told += [Told((file, first, k), plain(v)) for k, v in line.items() if k != "row"]
    return told


def of_json(data: object, where: tuple[str, ...] = ()) -> Iterator[Told]:
    """The leaves of a file of data, but for what is known of the files themselves."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name not in OF_FILES:
                yield from of_json(value, (*where, name))
    elif isinstance(data, list):
        counted = where[-2:] == ("data", "rows") or where[-1:] == ("rows",)
        for value in data:
            row = value[1:] if counted and isinstance(value, list) and isinstance(value[0], int) else value
            yield from of_json(row, where)
    elif isinstance(data, int | float | str) and not isinstance(data, bool):
        text = str(data)
        yield Told(where, plain(re.sub(r"<[^>]*>", " ", text) if text.lstrip().startswith("<") else text))


def of_pdf(path: Path) -> list[Told]:
    from pypdf import PdfReader

    return [Told((path.name, "PDF"), plain(page.extract_text())) for page in PdfReader(path).pages]


def of_folder(folder: Path) -> tuple[list[Told], list[Told]]:
    """What the pages of a folder say, and what its other files say that no page does: a table, a document, a PDF."""
    pages = [told for path in sorted(folder.rglob("*.html")) for told in of_html(path.read_text("utf-8"), path.stem)]
    others: list[Told] = []
    for path in sorted(folder.rglob("*")):
        match path.suffix:
            case ".csv" if path.stem not in EXPLAINING:
                others += beyond(of_csv(path.read_text("utf-8"), path.stem), pages)
            case ".json":
                others += beyond(of_json(json.loads(path.read_text("utf-8")), (path.name,)), pages)
            case ".pdf":
                others += beyond_numbers(of_pdf(path), pages)
    return pages, others


def beyond(others: Iterable[Told], pages: Iterable[Told]) -> list[Told]:
    """The texts with a number that no page has: a cell as it is, a longer text also as a part of one."""
    texts = {told.text for told in pages}
    whole = "\n".join(texts)
    return [
        told
        for told in others
        if numbers(told.text) and told.text not in texts and not (len(told.text) >= SENTENCE and told.text in whole)
    ]


def beyond_numbers(others: Iterable[Told], pages: Iterable[Told]) -> list[Told]:
    """The same for text whose lines are broken anywhere: number by number, page numbers apart."""
    known = {number for told in pages for number in numbers(told.text)}
    return [told for told in others if set(numbers(re.sub(r"\d+ / \d+", "", told.text))) - known]
