"""The last look before anything is put in place: no report holds a name, number or address.

Every file that a run makes is turned into the texts that it holds, what one doesn't see among them
(comments, alternatives of pictures, properties of a workbook), and searched for the people's written forms.
What can't be found so: ``secrets.written``.
"""

import csv
import io
import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from pipeline.failure import Failure
from pipeline.preparing.identity import BETWEEN_PARTS, spelling
from pipeline.preparing.secrets import EXTENSION, SHORTEST, STAFF_NO, Secret, secrets
from pipeline.store import Store
from pipeline.year import Year

# A number on its own, or beside kanji; 「1,234」, 「0.0123」, 「12:34」 are other things.
ALONE = re.compile(r"(?<![\w.,:/~～-])\d{3,}(?![\w.,:/%年-])", re.A)
YEARS = {str(year) for year in range(1900, 2100)}  # as good as every page has one of them
SEEN = {"alt", "title", "aria-label", "content", "value", "placeholder"}
MEASURED = {"row", "value"}
PICTURE = {"format", "data"}  # what a picture in a document has
NO_KANJI_BEFORE = "(?<![々㐀-鿿豈-﫿𠀀-𰿿])"  # 「森林 修了」 isn't 林 修
_known: dict[tuple, list[Secret]] = {}  # in memory only, for all documents of a run
_one_at_a_time = threading.Lock()


def refuse_leaks(store: Store, contents: Mapping[Path, bytes]) -> None:
    """Raise Failure if one of the files would show somebody of the year's raw files.

    ``contents``: path → bytes of HTML, PDF, xlsx, CSV or JSON. The message says where the person
    stands in the raw files, and never who it is.
    """
    known = people_of(store)
    leaks = [leak for path, data in contents.items() for leak in found_in(path, data, known)]
    if leaks:
        lines = "\n".join(f"  {leak}" for leak in dict.fromkeys(leaks))
        raise Failure(
            f"報告書に、個人の分かるものが入ります。報告書は前のままにしました。\n{lines}\n"
            "自由記述に書かれた氏名なら、pipeline/codebook/name_variants.csv の字体か、別名表.csv の"
            "書き方を足すと伏せられます。ほかの所なら、その欄を報告書に出さないでください。"
        )


def people_of(store: Store) -> list[Secret]:
    """The secrets of a year; read once for one state of its files, however many documents follow."""
    state = tuple((p.as_posix(), p.stat().st_mtime_ns, p.stat().st_size) for p in store.raw_files)
    with _one_at_a_time:
        if state not in _known:
            _known[state] = secrets(Year.open(store))
        return _known[state]


def found_in(path: Path, data: bytes, known: Iterable[Secret]) -> list[str]:
    """Where a file shows a secret: 「annual_report.html：氏名（ファイル「名簿.xlsx」…の人）」."""
    pieces = list(texts(path, data))
    spelled = "\x1f".join(map(spelling, pieces))
    lines = (line.split() for piece in pieces for line in piece.splitlines())
    spaced = "\x1f".join(" ".join(map(spelling, words)) for words in lines)
    halved = (unicodedata.normalize("NFKC", piece) for piece in pieces)
    numbers = {number for piece in halved for number in ALONE.findall(piece)} - YEARS

    def shown(secret: Secret) -> bool:
        if secret.kind == STAFF_NO:
            return secret.form in numbers
        if secret.kind == EXTENSION:
            return f"内線{secret.form}" in spelled
        first, _, last = secret.form.partition(" ")
        if not last:
            return secret.form in spelled
        if len(first + last) < SHORTEST:  # words as well, so only as the roster parts them
            return bool(re.search(NO_KANJI_BEFORE + re.escape(secret.form), spaced))
        last = last.replace(" ", "")
        if first not in spelled or last not in spelled:
            return False
        first, last = re.escape(first), re.escape(last)
        return bool(re.search(f"{first}{BETWEEN_PARTS}{last}|{last}{BETWEEN_PARTS}{first}", spelled))

    return [f"{path.name}：{secret.kind}（{secret.place} の人）" for secret in known if shown(secret)]


def texts(path: Path, data: bytes) -> Iterator[str]:
    """Every piece of text in a file, by its suffix; what can't be read is refused, not passed."""
    readers = {".html": _html, ".pdf": _pdf, ".xlsx": _workbook, ".csv": _csv, ".json": _json}
    if path.suffix not in readers:
        raise Failure(f"個人の分かるものが入っていないかを確かめられない種類のファイルです: {path.name}")
    return readers[path.suffix](data)


class _Page(HTMLParser):
    """Texts, alternatives and comments of a page; style sheets are no text."""

    def __init__(self):
        super().__init__()
        self.pieces: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.pieces += [value for name, value in attrs if name in SEEN and value]
        if tag == "style":
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if tag == "style":
            self.inside.clear()

    def handle_data(self, data):
        if not self.inside and data.strip():
            self.pieces.append(data)

    def handle_comment(self, data):
        self.pieces.append(data)


def _html(data: bytes) -> Iterator[str]:
    page = _Page()
    page.feed(data.decode("utf-8"))
    return iter(page.pieces)


def _pdf(data: bytes) -> Iterator[str]:
    import pypdfium2

    with _one_at_a_time:  # PDFium is not made for threads
        document = pypdfium2.PdfDocument(data)
        pieces = [*document.get_metadata_dict().values()]
        for page in document:
            pieces.append(page.get_textpage().get_text_bounded())
        document.close()
    yield from pieces


def _workbook(data: bytes) -> Iterator[str]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    yield from (str(v) for v in vars(book.properties).values() if isinstance(v, str))
    for sheet in book:
        yield sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    yield cell.value
                if cell.comment:
                    yield cell.comment.text


def _csv(data: bytes) -> Iterator[str]:
    for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        yield from (value for name, value in row.items() if name not in MEASURED and value)


def _json(data: bytes) -> Iterator[str]:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict) and set(value) == PICTURE:
            if value["format"] == "svg":  # its words stand beside their shapes
                yield from _html(value["data"].encode("utf-8"))
        elif isinstance(value, dict):
            yield from (s for pair in value.items() for item in pair for s in strings(item))
        elif isinstance(value, list):
            yield from (s for item in value for s in strings(item))

    return strings(json.loads(data))
