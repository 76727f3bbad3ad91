"""Every built PDF is what PDF/UA-1 asks for, and reads well on paper: checked in the file itself."""

import json
import re

import pytest

from pipeline.document.blocks import SAMPLE
from tests.printed import Printed, words

INTERNAL = ("data_quality", "association", "annual_report", "menu_revision")
DOCUMENTS = [f"{year}/{name}" for year in ("R4", "R5") for name in (*INTERNAL, "public/annual_report")]


class Built(Printed):
    """A PDF beside the document it was made from."""

    def __init__(self, path):
        super().__init__(path.read_bytes())
        self.document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        self.cover = self.document["cover"]
        self.title = self.document["title"]

    def blocks(self, kind):
        return [block for block in self.document["blocks"] if block["kind"] == kind]


@pytest.fixture(scope="module", params=DOCUMENTS)
def built(request, reports):
    return Built(reports / f"{request.param}.pdf")


def test_says_that_it_is_a_tagged_japanese_document_with_a_title(built):
    catalog = built.file.Root
    assert catalog.MarkInfo.Marked
    assert str(catalog.Lang) == "ja"
    assert catalog.ViewerPreferences.DisplayDocTitle
    title = f"{SAMPLE}{built.title} {built.cover['year_label']}｜{built.cover['town']}"
    assert str(built.file.docinfo.Title) == title
    with built.file.open_metadata() as metadata:
        assert metadata["dc:title"] == title
        assert metadata["pdfuaid:part"] == "1"


def test_its_headings_are_its_bookmarks_and_its_contents(built):
    headings = [built.title, "目次", *(block["text"] for block in built.blocks("heading"))]
    assert [title for title, _ in built.bookmarks()] == headings
    levels = [1, 2, *(block["level"] for block in built.blocks("heading"))]
    assert [kind for kind, _, _ in built.elements if re.fullmatch(r"/H\d", kind)] == [f"/H{level}" for level in levels]
    listed = [entry["text"] for entry in built.document["contents"]]
    assert len(built.named("/TOCI")) == len(listed)
    pages = dict(built.bookmarks())
    led_to = [page for said, page in built.links(0) if "“" in said]
    assert led_to == [pages[text] for text in listed]


def test_every_figure_has_its_text_and_its_place(built):
    figures = built.named("/Figure")
    assert [str(figure.Alt) for figure in figures] == [block["alt"] for block in built.blocks("figure")]
    for figure in figures:
        place = next(about.BBox for about in figure.A if "/BBox" in about)
        left, bottom, right, top = map(float, place)
        _, _, width, height = map(float, figure.Pg.MediaBox)
        assert 0 <= left < right <= width and 0 <= bottom < top <= height


def test_every_cell_of_a_table_is_tagged_and_its_heads_have_a_scope(built):
    tables = built.named("/Table")[bool(built.cover["revisions"]) :]
    assert len(tables) == len(built.blocks("table"))
    for table, block in zip(tables, built.blocks("table"), strict=True):
        caption, head, body = table.K
        assert [str(part["/S"]) for part in table.K] == ["/Caption", "/THead", "/TBody"], caption
        assert len(body.K) == (len(block["rows"]) or 1)
        cells = [cell for row in head.K for cell in row.K]
        assert {(str(cell["/S"]), str(cell.A[0].Scope)) for cell in cells} == {("/TH", "/Column")}
        assert len(head.K[-1].K) == len(block["columns"])
        for row in body.K:
            heads = [cell for cell in row.K if cell["/S"] == "/TH"]
            assert len(row.K) == len(block["columns"])
            assert heads == list(row.K)[: block["row_heads"]]
            assert {str(cell.A[0].Scope) for cell in heads} <= {"/Row"}


def test_a_number_of_a_table_leads_to_it(built):
    known = {
        f"{word}{block['number']}" for word, kind in (("表", "table"), ("図", "figure")) for block in built.blocks(kind)
    }
    links = [(said.split(",")[0], page) for page in range(len(built.pages)) for said, page in built.links(page)]
    called = [(name, page) for name, page in links if name in known]
    spans = json.dumps(built.document, ensure_ascii=False).count('"words":')
    assert len(called) >= spans
    for name, page in called:
        assert f"{name}　" in built.texts[page]


def test_its_one_font_is_embedded(built):
    fonts = [font for page in built.pages for font in page.Resources.get("/Font", {}).values()]
    assert {str(font.BaseFont).partition("+")[2] for font in fonts} == {"IPAexGothic"}
    for font in fonts:
        assert {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys())


def test_every_page_shows_its_number_its_running_head_and_the_mark(built):
    for number, text in enumerate(map(words, built.texts), 1):
        assert f"{number}/{len(built.pages)}" in text
        assert SAMPLE in text and built.title in text
        assert words(built.cover["year_label"] + built.cover["edition"]) in text or number == 1


def test_pages_are_a4_and_broad_tables_lie_on_turned_ones(built):
    for page in range(len(built.pages)):
        assert sorted(map(round, built.size(page))) == [595, 842]
    turned = words("".join(text for page, text in enumerate(built.texts) if built.is_turned(page)))
    broad = [block["caption"] for block in built.blocks("table") if block["is_wide"]]
    assert bool(turned) == bool(broad)
    assert [caption for caption in broad if words(caption) not in turned] == []


def test_a_heading_is_never_the_last_line_of_a_page(built):
    headings = {words(block["text"]) for block in built.blocks("heading")}
    captions = {words(f"表{block['number']}{block['caption']}") for block in built.blocks("table")}
    for page in range(1, len(built.pages)):
        assert words(built.body(page)[-1]) not in headings | captions


def test_the_summary_is_a_page_of_its_own(built):
    headings = [block for block in built.blocks("heading") if block["level"] == 2]
    pages = dict(built.bookmarks())
    for heading, following in zip(headings, headings[1:], strict=False):
        if heading["in_summary"]:
            assert pages[following["text"]] == pages[heading["text"]] + 1 == 2


def test_no_page_is_nearly_empty_but_the_last_of_a_chapter_and_before_one_that_is_turned(built):
    chapters = {block["text"] for block in built.blocks("heading") if block["level"] == 2}
    begun = {page for title, page in built.bookmarks() if title in chapters}
    last = {page - 1 for page in begun} | {len(built.pages) - 1}
    turned = {page for page in range(len(built.pages) - 1) if built.is_turned(page) != built.is_turned(page + 1)}
    low = {page + 1: fill for page, fill in enumerate(built.fills) if fill < 0.4 and page not in last | turned}
    assert low == {}
