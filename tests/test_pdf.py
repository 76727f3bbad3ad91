"""What paper shows of a document: Japanese as it is set, tables that go over pages, and text that stays text."""

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from matplotlib import font_manager
from PIL import Image as Picture

from pipeline.document.blocks import (
    SAMPLE,
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
    stored,
)
from pipeline.document.pdf import pdf
from pipeline.failure import Failure
from tests.documents import document
from tests.printed import Printed, printed, words

HOSTILE = (
    '#read("/etc/passwd") #import "@preview/x:1.0.0": y #{1 + 1} $x^2$ *太字* _斜_ @table-t <table-t> '
    "= 見出し \\ \\u{41} [x] // c /* d */ `raw` ~ -- “q”"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100">{}</svg>'
SQUARE = Image("svg", SVG.format('<rect width="90" height="90"/>'))


def table(rows, caption="名簿", labels=None, **about):
    labels = labels or [f"列{n}" for n in range(len(rows[0]))]
    return Table(caption, [Column(f"c{n}", label) for n, label in enumerate(labels)], rows, **about)


def png(width, height):
    file = io.BytesIO()
    Picture.new("RGB", (width, height), "red").save(file, "PNG")
    return Image("png", base64.b64encode(file.getvalue()).decode())


class TestText:
    def test_is_never_markup_wherever_it_stands(self):
        blocks = [
            Heading(HOSTILE),
            *(Text(HOSTILE, role) for role in ("plain", "finding", "verdict", "caution", "note")),
            Text([Span(HOSTILE, bold=True), Span(HOSTILE, code=True), Span(HOSTILE, href=HOSTILE)]),
            Bullets([ListItem(HOSTILE, [Bullets([HOSTILE], ordered=True), Preformatted(HOSTILE)])]),
            table([[HOSTILE, [HOSTILE, HOSTILE]]], HOSTILE, [HOSTILE, HOSTILE], unit=HOSTILE, notes=[HOSTILE]),
            Figure(HOSTILE, HOSTILE, SQUARE, notes=[HOSTILE]),
            Preformatted(HOSTILE),
        ]
        report = document(*blocks) | {"title": HOSTILE}
        report["cover"] |= dict.fromkeys(("town", "department", "title", "year_label", "stage", "edition"), HOSTILE)
        report["cover"]["revisions"] = [{"published_on": HOSTILE, "stage": HOSTILE, "note": HOSTILE}]
        made = Printed(pdf(report)[0])
        # Cover 7 and its revisions 3, contents 1, head of the table 2, and the rest once each: running heads apart.
        body = words("".join("\n".join(made.body(page)) for page in range(len(made.pages))))
        assert body.count(words(HOSTILE)) >= 10 + 1 + 2 + 19
        assert [str(figure.Alt) for figure in made.named("/Figure")] == [HOSTILE]
        assert "root:" not in "".join(made.texts)

    def test_links_only_to_what_a_reader_expects(self):
        made = printed(
            Text([Span("外", href="https://example.jp/?a=1&b=#c"), Span("書", href="mailto:a@example.jp")]),
            Text(
                [Span("悪", href="javascript:alert(1)"), Span("内", href="file:///etc/passwd"), Span("無", href="#x")]
            ),
        )
        assert [target for _, target in made.links(1)] == ["https://example.jp/?a=1&b=#c", "mailto:a@example.jp"]

    @pytest.mark.parametrize("text", ["", " ", "\n"])
    def test_may_be_empty(self, text):
        blocks = [Heading(text), Text(text), Text([], "verdict"), Preformatted(text), Bullets([]), Bullets([text])]
        blocks += [PageBreak(), PageBreak(), table([[text, text]], labels=[text, text]), table([[text]], caption="")]
        assert len(printed(*blocks, town="", edition="", synthetic=False).pages) == 3

    def test_of_a_bold_word_is_an_outline_and_can_be_found(self):
        data = pdf(document(Text([Span("ふつう"), Span("太字", bold=True)])))[0]
        page = pypdfium2.PdfDocument(data)[1]
        text = page.get_textpage()
        assert "ふつう太字" in text.get_text_bounded()
        outlined = [
            words(text.get_text_bounded(*shape.get_bounds()))
            for shape in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
            if pdfium.FPDFTextObj_GetTextRenderMode(shape) == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
        ]
        assert "".join(outlined) == f"{SAMPLE}太字"

    def test_has_no_space_between_japanese_and_digits(self):
        page = pypdfium2.PdfDocument(pdf(document(Text("令和5(2023)年度は93%が")))[0])[1]
        text = page.get_textpage()
        start = text.get_text_range().index("令和5(2023)年度は")
        boxes = [text.get_charbox(start + n, loose=True) for n in range(len("令和5(2023)年度は93%が"))]
        assert all(after[0] - before[2] < 0.5 for before, after in zip(boxes, boxes[1:], strict=False))

    @pytest.mark.parametrize("before", range(40, 54))
    def test_breaks_lines_as_a_reader_of_japanese_expects(self, before):
        made = printed(
            Text("あ" * before + "。（「いい」）、12人、のべ1,234人・−0.9点、56.7 %、3か月、令和5(2023)年度の8件。うう")
        )
        lines = made.body(1)
        assert len(lines) == 2
        assert lines[1][0] not in "。、）」・％ーっゃゅょ々" and lines[0][-1] not in "（「−"
        ends = "|".join(lines)
        whole = ["12人", "1,234人", "−0.9点", "56.7 %", "3か月", "令和5(2023)年度", "8件"]
        assert [piece for piece in whole if piece not in ends] == []

    def test_of_a_long_name_breaks_anywhere_and_is_copied_whole(self):
        digest = hashlib.sha256(b"").hexdigest()
        name = "data/raw/R5/アンケート_" + "No1_MSForms_export_" * 12 + ".xlsx"
        rows = [[name, digest, "短い"]]
        made, _ = pdf(document(Text(digest), Text([Span(name, code=True)]), table(rows), Preformatted(name)))
        text = Printed(made).texts[1]
        assert digest in text
        assert words(text).count(digest) == 2 and words(text).count(name) == 3
        page = pypdfium2.PdfDocument(made)[1]
        assert max(shape.get_bounds()[2] for shape in page.get_objects()) < page.get_width() - 48

    def test_lines_end_where_the_text_says(self):
        made = printed(Text("一行目\n二行目"), table([["上\n下"]]), Preformatted("字下げ\n次"))
        assert [made.body(1).index(line) for line in ("一行目", "二行目", "上", "下", "字下げ", "次")] == [
            0,
            1,
            4,
            5,
            6,
            7,
        ]


class TestCharacters:
    def test_that_the_font_lacks_read_geta_and_are_named_at_the_end(self):
        report = document(Heading("𠮷田"), table([["😀", "𠮷"]], notes=["🏯"]), Figure("図", "𠮷の図", SQUARE))
        report["cover"]["town"] = "𠮷町"
        made, missing = pdf(report)
        assert missing == ["🏯", "😀", "𠮷"]
        file = Printed(made)
        text = words("".join(file.texts))
        assert "〓田" in text and "〓町" in text
        assert (
            text.count("〓は、印刷用の字体にない文字です（U+1F3EF、U+1F600、U+20BB7）。HTML版で確かめてください。") == 1
        )
        assert str(file.named("/Figure")[0].Alt) == "〓の図"

    def test_without_a_shape_are_dropped_and_split_kana_joined(self):
        made, missing = pdf(document(Text("か\u3099く\ufe0fハ\u309aン\u200bダ\u202e\x00ー\u2003よ")))
        assert missing == []
        assert "がくパンダー よ" in Printed(made).texts[1]

    def test_in_what_paper_leaves_out_are_no_matter(self):
        behind = table([["😀"]])
        assert pdf(document(Figure("図", "図", SQUARE, behind=behind)))[1] == []


class TestTables:
    def test_of_everybody_repeat_their_head_and_lose_nothing(self):
        rows = [[f"研修{row}-{column}" for column in range(12)] for row in range(250)]
        made = printed(Heading("受講者"), table(rows))
        here = []
        for page in range(1, len(made.pages)):
            assert made.is_turned(page)
            text = words(made.texts[page])
            assert all(f"列{column}" in text for column in range(12))
            cells = re.findall(r"研修(\d+)-(1[01]|\d)", words("".join(made.body(page))))
            assert len(cells) == 12 * len({row for row, _ in cells}) > 12
            here += [int(row) for row, column in cells if column == "0"]
        assert here == list(range(250))
        assert len(made.named("/THead")) == 1

    def test_of_two_thousand_rows_are_whole(self):
        made = printed(table([[f"行{row}", f"注{row}"] for row in range(2000)], notes=["終わりの注"]))
        assert re.findall(r"行(\d+)", "".join(made.texts)) == [str(row) for row in range(2000)]
        assert "終わりの注" in made.texts[-1]

    def test_of_thirty_columns_show_every_cell(self):
        rows = [[f"値{row}-{column}" for column in range(30)] for row in range(20)]
        text = words("".join(printed(table(rows)).texts))
        assert [cell for cell in ("値0-0", "値7-13", "値19-29") if cell not in text] == []

    def test_break_only_a_row_that_fills_half_a_page(self):
        rows = [["あ" * 2000, "い"], ["短い", "う" * 2000], ["終", "わり"]]
        text = words("".join(printed(table(rows)).texts[1:]))
        assert text.count("あ") == 2000 and text.count("う") == 2000

    @pytest.mark.parametrize("above", range(22, 44))
    def test_end_with_their_notes_and_leave_no_row_or_head_alone(self, above):
        """Wherever the page ends: the legend of the symbols would explain nothing on the next one."""
        rows = [[f"行{row}です", str(row)] for row in range(5)]
        notes = ["一つ目の注。", "二つ目の注。"]
        filling = [Text(f"{n}つ目の文は、行の半ばまで続くように書いてある。") for n in range(above)]
        made = printed(Heading("章"), *filling, Heading("節", 3), Text("前書き。"), table(rows, notes=notes))
        pages = [made.body(page) for page in range(1, len(made.pages))]
        for lines in pages:
            assert not lines[-1].startswith(("章", "節", "前書き", "表", "列"))
            assert not lines[0].startswith(("一つ目", "二つ目"))
            assert sum(line.startswith("行") for line in lines) != 1
        assert [line for line in pages[-1] if line.startswith("行4")]

    @pytest.mark.parametrize("above", range(30, 41, 2))
    @pytest.mark.parametrize("role", ["plain", "finding"])
    def test_stand_with_all_that_leads_to_them(self, above, role):
        filling = [Text(f"{n}つ目の文は、行の半ばまで続くように書いてある。") for n in range(above)]
        leading = [Heading("章"), Text("問い：どうか。"), Text("見つけたこと。", role)]
        made = printed(*filling, *leading, table([[f"行{n}です", "甲"] for n in range(5)]), *filling)
        assert re.match(r"行|\d+つ目", made.body(1)[-1])

    def test_without_rows_say_so(self):
        made = printed(Table("空の表", [Column("a", "甲"), Column("b", "乙")], []))
        assert "該当なし" in made.texts[1]
        assert made.named("/TH") and all(cell.A[0].get("/Scope") != "/Row" for cell in made.named("/TH"))

    @pytest.mark.parametrize("columns", [5, 9, 12])
    def test_have_heads_that_break_where_a_reader_pauses(self, columns):
        phrases = ["自由記述を", "書いた", "人数", "調整済み", "p値", "3か月後の", "活用", "差", "（点）", "別名表"]
        labels = ["研修", "".join(phrases[:3]), "".join(phrases[3:5]), "".join(phrases[5:7]), "".join(phrases[7:9])]
        labels += [phrases[9]] * (columns - 5)
        rows = [["DXガイドラインの理解とDXの実践（一般職員向け）", *["0"] * (columns - 1)]] * 3
        made = printed(table([[*row[:-1], "長い文が入る欄。" * 9] for row in rows], labels=labels))
        lines = made.body(1)
        assert [phrase for phrase in phrases[: 9 + (columns > 5)] if not any(phrase in line for line in lines)] == []

    def test_have_common_heads_over_groups_of_columns(self):
        columns = [
            Column("n", "研修"),
            *(Column(x, x, group) for group, x in (("前", "人"), ("前", "%"), ("後", "人"))),
        ]
        made = printed(Table("組", columns, [["一", "2", "3", "4"]], row_heads=2))
        upper, lower = made.named("/THead")[0].K
        spans = [(int(c.A[0].get("/ColSpan", 1)), int(c.A[0].get("/RowSpan", 1))) for c in upper.K]
        assert spans == [(1, 2), (2, 1), (1, 1)] and len(lower.K) == 3
        assert [str(cell["/S"]) for cell in made.named("/TBody")[0].K[0].K] == ["/TH", "/TH", "/TD", "/TD"]

    def test_in_a_list_are_tagged_as_well(self):
        inner = [table([["一", "二"]]), Figure("図", "図の説明", SQUARE), Heading("見出し", 5), PageBreak()]
        made = printed(Bullets([ListItem("項目", inner)], ordered=True), table([["三", "四"]], row_heads=0))
        heads = [[str(cell["/S"]) for cell in part.K[0].K] for part in made.named("/TBody")]
        assert heads == [["/TH", "/TD"], ["/TD", "/TD"]]

    def test_that_are_broad_turn_their_pages_together(self):
        broad = [[f"長い文の入る列{column}" for column in range(9)]] * 3
        made = printed(
            Text("前の文。"),
            Heading("一"),
            table(broad, "広い表"),
            Heading("二"),
            Text("短い文。"),
            Heading("三"),
            table(broad, "次の広い表"),
            Heading("四"),
            *[Text("後の文。" * 20)] * 30,
        )
        assert [made.is_turned(page) for page in range(len(made.pages))] == [False, True, False, False]
        assert "短い文。" in made.texts[1] and "四" in made.body(2)[0]

    def test_are_where_their_numbers_lead(self):
        told = Text([Span("くわしくは"), Reference("t", "table"), Span("と"), Reference("f", "figure")])
        made = printed(told, PageBreak(), table([["一"]], name="t"), PageBreak(), Figure("図", "図", SQUARE, name="f"))
        assert made.links(1) == [("表1, ページ 3", 2), ("図1, ページ 4", 3)]


@pytest.mark.parametrize("above", range(32, 43, 2))
@pytest.mark.parametrize("following", [Text("長い段落。" * 99), Bullets(["一つ目", "二つ目"]), Preformatted("甲\n乙")])
def test_a_heading_and_the_line_below_it_stay_with_what_follows(above, following):
    filling = [Text(f"{n}つ目の文。") for n in range(above)]
    made = printed(Heading("章"), *filling, Heading("節", 3), Text("問い：どうか。"), following)
    assert made.body(1)[-1] not in ("節", "問い：どうか。")


class TestPictures:
    @pytest.mark.parametrize("size", [(40, 20), (4000, 500), (300, 3000)])
    def test_fit_on_the_page_with_caption_and_note(self, size):
        made = printed(Figure("図の題", "赤い面", png(*size), notes=["図の注"]))
        assert "図1　図の題" in made.texts[1] and "図の注" in made.texts[1]
        [about] = made.named("/Figure")
        left, bottom, right, top = map(float, about.A[0].BBox)
        assert 0 < left < right <= made.size(1)[0] - 50 and 40 < bottom < top < made.size(1)[1]
        assert (right - left) / (top - bottom) == pytest.approx(size[0] / size[1], rel=0.02)

    @pytest.mark.parametrize("above", range(0, 60, 4))
    def test_stay_with_what_leads_to_them_and_leave_no_page_half_empty(self, above):
        """A tall one shrinks by a quarter at most; where that isn't enough, what leads to it goes along with it."""
        filling = [Text(f"{n}つ目の文は、行の半ばまで続くように書いてある。") for n in range(above)]
        figure = Figure("図の題", "赤い面", png(800, 700), notes=["図の注"])
        made = printed(
            Heading("一"), *filling, Heading("二"), Text("問い。"), Text("答え。", "finding"), figure, *filling
        )
        [about] = made.named("/Figure")
        left, bottom, right, top = map(float, about.A[0].BBox)
        assert 0.75 * 152 < (top - bottom) / 72 * 25.4 < 153
        [page] = [page for page, text in enumerate(made.texts) if "図の題" in text]
        assert all(words in made.body(page) for words in ("二", "問い。", "答え。", "図の注"))
        assert min(made.fills[1:-1], default=1) > 0.39

    @pytest.mark.parametrize(
        "inner",
        [
            '<image href="file://{}" width="9" height="9"/>',
            '<image href="{}" width="9" height="9"/>',
            '<image href="report.typ" width="9" height="9"/>',
            '<image href="http://127.0.0.1:9/x.png" width="9" height="9"/>',
        ],
    )
    def test_take_nothing_from_outside(self, tmp_path, inner):
        secret = tmp_path / "secret.svg"
        secret.write_text(SVG.format('<text y="20">secret</text>'), encoding="utf-8")
        drawn = Image("svg", SVG.format(inner.format(secret)))
        try:
            made = printed(Figure("図", "図", drawn))
        except Failure as failure:
            assert "PDF を正しく作れません" in str(failure)
        else:
            assert "secret" not in "".join(made.texts)

    def test_that_are_broken_are_said_to_be(self):
        with pytest.raises(Failure, match="PDF を正しく作れません"):
            pdf(document(Figure("図", "図", Image("svg", "<svg"))))


class TestSameDocument:
    REPORT = document(
        Heading("章"),
        Text("本文。"),
        table([["一", "二"]] * 80, name="t"),
        Figure("図", "図", SQUARE),
        Figure("画", "画", png(9, 9)),
    )

    def test_gives_the_same_bytes_on_another_machine(self, tmp_path):
        """Another folder, clock, language and home, and with other fonts in it."""
        (tmp_path / ".fonts").mkdir()
        for font in font_manager.findSystemFonts()[:3] + [font_manager.findfont("DejaVu Sans")]:
            shutil.copy(font, tmp_path / ".fonts")
        told = tmp_path / "document.json"
        told.write_bytes(stored(self.REPORT))
        asked = (
            "import json, sys; from pathlib import Path; from pipeline.document.pdf import pdf;"
            "sys.stdout.buffer.write(pdf(json.loads(Path('document.json').read_bytes()))[0])"
        )
        other = {"HOME": str(tmp_path), "TZ": "America/New_York", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
        made = subprocess.run(
            [sys.executable, "-c", asked], cwd=tmp_path, env=os.environ | other, capture_output=True, check=True
        )
        assert made.stdout == pdf(self.REPORT)[0]

    def test_gives_the_same_bytes_in_several_threads(self):
        others = [document(Heading(f"章{n}"), table([[str(n), "二"]] * 40)) for n in range(6)]
        one_by_one = [pdf(other)[0] for other in others]
        with ThreadPoolExecutor(4) as threads:
            assert [made for made, _ in threads.map(pdf, others)] == one_by_one

    def test_is_left_as_it_is(self):
        before = json.dumps(self.REPORT)
        pdf(self.REPORT)
        assert json.dumps(self.REPORT) == before


def test_what_others_could_not_read_is_no_pdf():
    report = document(Figure("図", "図", SQUARE))
    report["blocks"][0]["alt"] = ""
    with pytest.raises(Failure, match="PDF を正しく作れません.*PDF/UA-1"):
        pdf(report)


@pytest.mark.parametrize("missing", ["typst", "pikepdf"])
def test_what_is_missing_is_said_in_japanese(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(Failure, match="typst と pikepdf.*requirements.txt"):
        pdf(document())
