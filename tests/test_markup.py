"""What others wrote, in Markdown or HTML, as blocks: nothing of it is lost without a word."""

import pandas as pd
import pytest

from pipeline.document import markup
from pipeline.document.blocks import Bullets, Figure, Heading, Image, ListItem, Preformatted, Span, Text

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg viewBox="0 0 4 1" aria-label="棒"><linearGradient id="g"/></svg>'


def html(text):
    return markup.from_html(text)[0]


def of_markdown(text, attachments=None):
    return markup.from_markdown(text, attachments)[0]


class TestMarkdown:
    def test_headings_paragraphs_and_looks(self):
        assert of_markdown("# 題 `a`\n\n文 **太字** と[目次](#contents)。\n続き{表:a_b}\n\n## 節") == [
            Heading("題 a", 1),
            Text(
                [
                    Span("文 "),
                    Span("太字", bold=True),
                    Span(" と"),
                    Span("目次", href="#contents"),
                    Span("。 続き{表:a_b}"),
                ]
            ),
            Heading("節", 2),
        ]

    def test_lists_within_lists(self):
        [block] = of_markdown("1. 一\n   - 二\n\n     `cp x`\n2. 三")
        [inner] = block.items[0].inner
        assert block.ordered and str(block) == "・一\n  ・二\n    cp x\n・三"
        assert inner == Bullets([ListItem("二", [Text([Span("cp x", code=True)])])])

    def test_code_tables_and_lines(self):
        code, table = of_markdown("```\nx  = 1\n```\n\n| 名 | 数 |\n|---|--:|\n| 一<br>行 | 1,2 |")
        assert code == Preformatted("x  = 1")
        assert table.rows == [["一\n行", "1,2"]] and [c.align for c in table.columns] == ["left", "right"]
        assert [c.label for c in table.columns] == ["名", "数"]

    def test_a_link_that_would_run_something_is_none(self):
        [text] = of_markdown('[押す](javascript:alert(1))<a href="javascript:alert(1)">押す</a>')
        assert text == Text("押す押す")

    def test_pictures_of_the_cell(self):
        blocks, lost = markup.from_markdown("前![点](attachment:a.png)後", {"a.png": {"image/png": DOT}})
        assert blocks == [Text("前"), Figure("", "点", Image("png", DOT)), Text("後")] and lost == []


class TestHtml:
    def test_paragraphs_with_a_role_and_text_between_tags(self):
        assert html('<div class="verdict">関連が<b>ある</b></div><p class="note">注&lt;b&gt;</p>　外 の<br>文') == [
            Text([Span("関連が"), Span("ある", bold=True)], "verdict"),
            Text("注<b>", "note"),
            Text("　外 の\n文"),
        ]

    def test_what_is_hidden_or_no_text_is_left_out(self):
        assert html("<style>p{}</style><!-- x --><p hidden>a</p><p style='display: none'>b</p><!DOCTYPE html> ") == []

    def test_what_needs_a_script_or_something_from_outside_is_named(self):
        blocks, lost = markup.from_html(
            '<p>文</p><script>1</script><iframe src="a"></iframe><img src="http://a/b.png">'
        )
        assert blocks == [Text("文")] and lost == ["スクリプト", "ほかのページ", markup.PICTURE]
        assert markup.from_markdown("![図](figure.png)")[1] == [markup.PICTURE]

    def test_a_figure_keeps_its_words_and_the_table_behind_it(self):
        behind = "<details><summary>表</summary><table><caption>もとの表</caption><tr><td>1</td></tr></table></details>"
        [figure] = html(f"<figure><figcaption>図</figcaption>{SVG}{behind}</figure>")
        assert (figure.caption, figure.alt, figure.behind.caption) == ("図", "棒", "もとの表")
        # A browser draws nothing without the capitals of these names.
        assert 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"' in figure.image.data
        assert '<linearGradient id="g"/>' in figure.image.data

    def test_pictures_in_addresses(self):
        kinds = ("data:image/png;base64," + DOT, "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E")
        images = [figure.image for kind in kinds for figure in html(f'<img alt="点" src="{kind}">')]
        assert [image.format for image in images] == ["png", "svg"]

    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            ("image/png", "bm90IGEgcGljdHVyZQ=="),
            ("image/png", "?"),
            ("image/svg+xml", "<svg><p></svg>"),
            ("image/svg+xml", "<html/>"),
            ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
            ("image/jpeg", DOT),
        ],
    )
    def test_what_only_says_that_it_is_a_picture_is_refused(self, kind, data):
        with pytest.raises(markup.Unreadable):
            markup.picture(kind, data)


class TestTables:
    def test_a_frame_of_pandas(self):
        frame = pd.DataFrame({"研修": ["<b>", "乙"], "人数": [12, 3.5]}, index=["総務課", "税務課"])
        [table] = html(frame._repr_html_())
        assert [(c.label, c.align) for c in table.columns] == [("", "left"), ("研修", "left"), ("人数", "right")]
        assert table.rows == [["総務課", "<b>", "12.0"], ["税務課", "乙", "3.5"]] and table.row_heads == 1

    def test_a_frame_of_several_levels(self):
        frame = pd.DataFrame({("満足", "n"): [1, 2, 3], ("満足", "割合"): [4, 5, 6]})
        frame.index = pd.MultiIndex.from_tuples([("甲", "a"), ("甲", "b"), ("乙", "a")], names=["部", "課"])
        [table] = html(frame._repr_html_())
        assert [(c.group, c.label) for c in table.columns] == [
            (None, "部"),
            (None, "課"),
            ("満足", "n"),
            ("満足", "割合"),
        ]
        assert [row[:2] for row in table.rows] == [["甲", "a"], ["甲", "b"], ["乙", "a"]] and table.row_heads == 2

    def test_spans_lists_and_ragged_rows(self):
        [table] = html(
            "<table><caption>表<br>題</caption><tr><th>a</th><th colspan=2>b</th></tr>"
            "<tr><td rowspan=2>1</td><td colspan=x><ul><li>p</li><li>q</li></ul></td></tr>"
            "<tr><td>2</td><td>3</td><td>4</td></tr></table>"
        )
        assert table.caption == "表\n題" and [c.label for c in table.columns] == ["a", "b", "b", ""]
        assert table.rows == [["1", ["p", "q"], "", ""], ["1", "2", "3", "4"]] and table.row_heads == 0

    def test_one_without_a_head(self):
        [table] = html("<table><tr><td>1</td><td>2</td></tr></table>")
        assert [c.label for c in table.columns] == ["", ""] and table.rows == [["1", "2"]]
