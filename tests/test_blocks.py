"""A block shows itself, and what somebody typed stays text in every kind of it."""

from html.parser import HTMLParser

import pytest

from pipeline.document.assembly import assembled
from pipeline.document.blocks import (
    MIME,
    Bullets,
    Column,
    Figure,
    Heading,
    Image,
    ListItem,
    PageBreak,
    Preformatted,
    Reference,
    Span,
    Table,
    Text,
    inline,
)
from pipeline.document.html import page, shown

NASTY = "<script>alert(1)</script>\"'&{{ 7*7 }}{% raw %}]]>--><!--#let x = \\ $1$ </style></title>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20pt"><!-- "#%<>" --><script>alert(1)</script></svg>'
COLUMNS = [Column(NASTY, NASTY), Column("a", NASTY, NASTY, "right"), Column("b", NASTY, NASTY, "center")]
HOSTILE = Table(NASTY, COLUMNS, [[NASTY, [NASTY, NASTY], NASTY]], "t", NASTY, notes=[NASTY])
BLOCKS = {
    "heading": Heading(NASTY),
    "text": Text([Span(NASTY), Span(NASTY, bold=True, code=True), Span(NASTY, href="#" + NASTY)], "note"),
    "bullets": Bullets([ListItem(NASTY, [Bullets([NASTY], True), Preformatted(NASTY)])]),
    "table": HOSTILE,
    "figure": Figure(NASTY, NASTY, Image("svg", SVG), HOSTILE, "f", [NASTY]),
    "preformatted": Preformatted(NASTY),
    "pagebreak": PageBreak(),
}
NAMES = ("town", "department", "title", "year_label", "stage", "edition")
REVISION = {"published_on": NASTY, "stage": NASTY, "note": NASTY}
COVER = dict.fromkeys(NAMES, NASTY) | {"synthetic": True, "revisions": [REVISION]}
# Tags whose end HTML knows by itself.
VOID = ("meta", "br", "col", "img")


class Tags(HTMLParser):
    """The tags of a page with their attributes; each is closed in its turn."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.texts, self.comments = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.comments.append(data)


def document(*blocks, title="題", cover=COVER):
    return assembled([block.data() for block in blocks], title, cover)


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_nothing_typed_by_anybody_becomes_markup(block):
    for html in (shown(block), page(document(block, title=NASTY))):
        read = Tags(html)
        assert "script" not in {tag for tag, _ in read.tags} and read.comments == []
        assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
        typed = [text.replace("\u00a0", " ") for text in read.texts if "alert(1)" in text]
        assert all(NASTY in text for text in typed)
    heard = [attributes["alt"] for tag, attributes in Tags(shown(block)).tags if tag == "img"]
    assert heard in ([], [NASTY])


def test_a_picture_stands_in_the_page_where_nothing_of_it_runs():
    [source] = [attributes["src"] for tag, attributes in Tags(shown(BLOCKS["figure"])).tags if tag == "img"]
    assert source.startswith("data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22")
    assert not set('"#<>\n') & set(source)  # what ends an attribute or an address


def test_a_page_may_load_and_run_nothing():
    [policy] = [a["content"] for tag, a in Tags(page(document())).tags if tag == "meta" and "http-equiv" in a]
    assert policy.startswith("default-src 'none';") and "script" not in policy and "http" not in policy


def test_heads_of_one_group_stand_below_a_common_one():
    columns = [Column("id", "受講者"), Column("a", "平均", "出席"), Column("b", "回数", "出席"), Column("p", "p値")]
    html = shown(Table("表", columns, [["P1", "3.5", "2", "0.04"]]))
    head = html[html.index("<thead>") : html.index("</thead>")]
    assert '<th scope="col" rowspan="2">受講者</th>' in head
    assert '<th scope="colgroup" colspan="2" class="mid">出席</th>' in head
    assert head.count("<tr>") == 2 and head.index("平均") > head.index("p値")
    assert html.count("<col>") == 4 and '<th scope="row">P1</th><td>3.5</td>' in html


def test_lines_lists_units_and_tables_without_rows():
    html = shown(
        Table("人\n数", [Column("a", "名"), Column("n", "数", None, "right")], [["一\n二", ["x", "y"]]], unit="人")
    )
    assert "一<br>二" in html and '<td class="num"><ul><li>x</li><li>y</li></ul></td>' in html
    assert '<caption>人<br>数<span class="unit">（単位：人）</span></caption>' in html
    assert 'role="region" aria-label="人 数"' in html
    assert '<td colspan="2">該当なし</td>' in shown(Table("表", [Column("a", "名"), Column("b", "数")], []))
    assert "<p>87.5\u00a0%<br>次</p>" in shown(Text("87.5 %\n次"))


def test_the_column_of_a_frame_that_has_no_name_is_no_heading():
    html = shown(Table("", [Column("", ""), Column("n", "数")], [["総務課", "3"]]))
    assert "<thead><tr><td></td><th" in html and "<caption" not in html and "role=" not in html
    assert "<thead" not in shown(Table("", [Column("", "")], [["3"]]))


def test_a_reference_is_a_link_once_the_document_is_assembled():
    text = Text([Reference("t", "table"), "と", Reference("f", "figure"), "。"])
    assert shown(text) == "<p>{表:t}と{図:f}。</p>"
    html = page(document(text, BLOCKS["figure"], Table("表", [Column("a", "名")], [], "t")))
    assert '<a href="#table-t">表1</a>と<a href="#figure-f">図1</a>' in html
    assert 'id="table-t"' in html and '<figure id="figure-f">' in html


def test_nothing_is_read_in_a_text_that_a_town_may_have_typed():
    assert inline("DX研修{表:改訂版}\r\n次") == (Span("DX研修{表:改訂版}\n次"),)
    assert inline(["前", Reference("a", "table"), ""]) == (Span("前"), Reference("a", "table"))
    assert "DX研修{表:t}" in page(document(Text("DX研修{表:t}"), Table("表", [Column("a", "名")], [], "t")))


def test_a_notebook_keeps_the_data_and_a_console_shows_the_words():
    bundle = HOSTILE._repr_mimebundle_()
    assert bundle[MIME] == HOSTILE.data() and bundle["text/plain"] == NASTY
    assert bundle["text/html"] == shown(HOSTILE)
    assert str(Bullets(["甲", ListItem("乙", [Bullets(["丙"])])])) == "・甲\n・乙\n  ・丙"


def test_a_text_has_one_of_the_known_roles():
    with pytest.raises(ValueError, match="finding・verdict"):
        Text("差", "shout")


def test_the_page_brings_the_characters_it_needs():
    few, many = (page(document(Text(words))) for words in ("あ", "亜" + "".join(map(chr, range(0x4E00, 0x4F00)))))
    assert 'font-family: "Report Gothic"' in few
    assert len(many) - len(few) > 10_000  # some 200 shapes more
