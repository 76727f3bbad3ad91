"""Every PDF is what PDF/UA-1 asks for, and reads well on paper: checked in the file itself."""

import io
import re

import pandas as pd
import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from pipeline.publishing.page import TEMPLATES, outline
from pipeline.publishing.pdf import pdf
from pipeline.showing.tables import table

DOCUMENTS = [
    f"{year}/{document}"
    for year in ("R4", "R5")
    for document in ("data_quality", "association", "annual_report", "menu_revision")
]


class Document:
    """A PDF beside the HTML page it was made from, and the elements of its structure."""

    def __init__(self, html, file):
        self.html = html
        self.reader = PdfReader(file)
        self.catalog = self.reader.trailer["/Root"]
        self.texts = [page.extract_text() for page in self.reader.pages]
        self.elements = list(self.walk(self.catalog["/StructTreeRoot"]["/K"]))

    def walk(self, node, above=()):
        """(kind, element, kinds above it), in the order of reading."""
        node = node.get_object()
        if isinstance(node, ArrayObject):
            for child in node:
                yield from self.walk(child, above)
        elif isinstance(node, DictionaryObject) and "/S" in node:
            yield node["/S"], node, above
            yield from self.walk(node.get("/K", ArrayObject()), (*above, node["/S"]))

    def named(self, kind):
        return [element for name, element, _ in self.elements if name == kind]

    def bookmarks(self):
        def flat(outline):
            for entry in outline:
                yield from flat(entry) if isinstance(entry, list) else [entry]

        return list(flat(self.reader.outline))


@pytest.fixture(scope="module", params=DOCUMENTS)
def document(request, reports):
    html = (reports / f"{request.param}.html").read_text(encoding="utf-8")
    return Document(html, reports / f"{request.param}.pdf")


def words(html):
    return "".join(re.sub(r"<[^>]+>", "", html).split())


def test_says_that_it_is_a_tagged_japanese_document_with_a_title(document):
    catalog = document.catalog
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "ja"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    title = re.search("<title>(.*?)</title>", document.html)[1]
    assert document.reader.metadata.title == title
    description = catalog["/Metadata"].get_object().get_data().decode("utf-8")
    assert re.search(rf"<dc:title>.*?{re.escape(title)}.*?</dc:title>", description, re.S)
    assert 'pdfuaid:part="1"' in description or "<pdfuaid:part>1<" in description


def test_its_bookmarks_are_its_headings(document):
    headings = re.findall(r"<h[1-3][^>]*>(.*?)</h[1-3]>", document.html, re.S)
    assert [words(entry.title) for entry in document.bookmarks()] == [words(h) for h in headings]
    tagged = [kind for kind, _, _ in document.elements if re.fullmatch(r"/H\d", kind)]
    assert tagged == [f"/H{level}" for level in re.findall(r"<h([1-6])\b", document.html)]


def test_every_figure_has_its_text_and_its_place(document):
    figures = document.named("/Figure")
    drawn = re.sub(r"<details.*?</details>", "", document.html, flags=re.S)
    assert len(figures) == len(re.findall(r"<svg\b|<img\b", drawn))
    for figure in figures:
        assert len(figure["/Alt"].strip()) > 5
        left, bottom, right, top = figure["/A"]["/BBox"]
        _, _, width, height = figure["/Pg"]["/MediaBox"]
        assert 0 <= left < right <= width and 0 <= bottom < top <= height


def test_every_table_has_headings_with_a_scope(document):
    assert document.named("/Table")
    for kind, cell, above in document.elements:
        if kind == "/TH":
            scope = "/Column" if "/THead" in above else "/Row"
            assert cell["/A"]["/Scope"] == scope
        if kind == "/TR":
            assert above[-1] in ("/THead", "/TBody")


def test_a_table_that_goes_over_pages_repeats_its_head(document):
    """A page's part of a table is a Table of its own: each begins with its head."""
    for part in document.named("/Table"):
        kinds = [child.get_object()["/S"] for child in part["/K"]]
        assert [kind for kind in kinds if kind != "/Caption"][:2] == ["/THead", "/TBody"]


def test_no_row_stands_alone_on_a_page(document):
    """But one of lists may, which fills half of it."""
    printed = re.sub(r"<details.*?</details>", "", document.html, flags=re.S)
    bodies = re.findall("<tbody>.*?</tbody>", printed, re.S)
    single = 0
    for part in document.named("/Table"):
        bodies_of_part = [kid for child in part["/K"] if (kid := child.get_object())["/S"] == "/TBody"]
        inside = [kind for body in bodies_of_part for kind, _, _ in document.walk(body)]
        single += inside.count("/TR") == 1 and "/L" not in inside
    assert single == sum(len(re.findall("<tr", body)) == 1 and "<ul" not in body for body in bodies)


def test_every_font_is_embedded(document):
    fonts = {
        font.idnum: font.get_object()
        for page in document.reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    for font in fonts.values():
        [descendant] = font["/DescendantFonts"]
        assert {"/FontFile2", "/FontFile3"} & set(descendant["/FontDescriptor"])


def test_every_page_shows_its_number_and_its_running_head(document):
    pages = document.texts
    report = words(re.search(r"<h1[^>]*>(.*?)</h1>", document.html)[1])
    for number, page in enumerate(pages, 1):
        text = words(page)
        assert f"{number}/{len(pages)}" in text
        assert report in text


def test_pages_are_a4_and_broad_tables_lie_on_turned_ones(document):
    for page in document.reader.pages:
        size = sorted(round(float(edge)) for edge in page.mediabox[2:])
        assert size == [595, 842]
    printed = re.sub(r"<details.*?</details>", "", document.html, flags=re.S)
    pages = zip(document.reader.pages, document.texts, strict=True)
    turned = [text for page, text in pages if page.mediabox.width > page.mediabox.height]
    heads = [words(html) for html in re.findall(r'class="table broad".*?<caption>(.*?)</caption>', printed, re.S)]
    assert bool(turned) == bool(heads)
    text = words("".join(turned))
    assert [head for head in heads if head not in text] == []


def test_a_heading_is_never_the_last_line_of_a_page(document):
    headings = [words(h) for h in re.findall(r"<h[2-4][^>]*>(.*?)</h[2-4]>", document.html, re.S)]
    for page in document.texts:
        lines = [words(line) for line in page.splitlines() if line.strip()]
        lines = [line for line in lines if not re.fullmatch(r"\d+/\d+", line)]
        assert lines[-1] not in headings


@pytest.mark.parametrize("above", range(18, 27))
def test_a_table_and_all_its_notes_end_on_one_page(above):
    """Wherever the page ends: the legend of the symbols would explain nothing on the next one."""
    css = (TEMPLATES / "report/report.css").read_text(encoding="utf-8")
    rows = pd.DataFrame({"名": ["あ", "い", "う", "え"], "数": [3, "x", None, 5]})
    shown = table(rows, "表", note=["一つ目の注。", "二つ目の注。"]).html
    body = outline(f"<h2>章</h2>{'<p>前の文。</p>' * above}{shown}", "題").body
    html = f'<!DOCTYPE html><html lang="ja"><head><title>題</title><style>{css}</style></head><body><main>{body}</main></body></html>'
    for page in Document(html, io.BytesIO(pdf(html)[0])).texts:
        assert not page.lstrip().startswith(("一つ目", "二つ目", "凡例"))


def test_the_summary_is_one_page_of_its_own(document):
    marks = document.bookmarks()
    place = document.reader.get_destination_page_number
    for before, entry, after in zip(marks, marks[1:], marks[2:], strict=False):
        if entry.title == "要旨":
            assert place(before) < place(entry) == place(after) - 1
            assert re.search(r'<section\b[^>]*class="summary"', document.html)
            break
    else:
        assert "<h2" in document.html and ">要旨</h2>" not in document.html


def broad_table(rows, columns, words):
    return table(
        pd.DataFrame({f"列{c}": [f"{words}{r}-{c}" for r in range(rows)] for c in range(columns)}), "名簿"
    ).html


class TestBroadTables:
    BOX = r'<div class="wide">\s*<h2 id="a">章</h2>\s*<p>前文</p>.*?</table></div>\s*<p class="note">注</p>\s*</div>'

    def test_turn_with_their_heading_and_their_notes(self):
        body = f'<h2 id="a">章</h2><p>前文</p>{broad_table(2, 8, "長い文の入る列")}<p class="note">注</p><p>後</p>'
        assert re.search(self.BOX, outline(body, "題").body, re.S)

    def test_stay_upright_when_their_rows_fit_on_a_line(self):
        assert "wide" not in outline(f"<h2>章</h2>{broad_table(2, 12, '')}", "題").body
        assert "wide" not in outline(f"<h2>章</h2>{broad_table(2, 7, '長い文の入る列' * 3)}", "題").body

    def test_leave_the_chapters_before_and_after_upright(self):
        body = f"<h2>前の章</h2><p>文</p>{broad_table(2, 3, '短')}<h2>章</h2>{broad_table(2, 8, '長い文の入る列')}<h2>次</h2>"
        made = outline(body, "題").body
        assert made.index("前の章") < made.index('<div class="wide">') < made.index(">章</h2>")
        assert made.rindex("</div>") < made.index("次")


def test_a_list_of_everybody_stays_readable_over_its_pages():
    """250 people, 12 columns: on turned pages, every row whole, the head on each page."""
    css = (TEMPLATES / "report/report.css").read_text(encoding="utf-8")
    body = outline(f"<h2>受講者</h2>{broad_table(250, 12, '研修メニュー')}", "題").body
    html = f'<!DOCTYPE html><html lang="ja"><head><title>題</title><style>{css}</style></head><body><main>{body}</main></body></html>'
    made, missing = pdf(html)
    assert missing == []
    document = Document(html, io.BytesIO(made))
    rows = 0
    for page, text in zip(document.reader.pages, map(words, document.texts), strict=True):
        assert page.mediabox.width > page.mediabox.height
        assert all(f"列{c}" in text for c in range(12))
        here = {int(row) for row in re.findall(r"研修メニュー(\d+)-", text)}
        cells = {(int(row), int(column)) for row, column in re.findall(r"ニュー(\d+)-(1[01]|\d)", text)}
        assert cells == {(row, column) for row in here for column in range(12)}
        rows += len(here)
    assert rows == 250
    assert len(document.named("/THead")) == len(document.reader.pages)
