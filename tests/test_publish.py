"""From a notebook to HTML and PDF, with real kernels; and what happens when it goes wrong."""

import contextlib
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
import pypdf
import pytest

from pipeline.publishing import publish as publishing
from pipeline.publishing.failure import Failure
from pipeline.publishing.page import outline, refuse_fetching
from pipeline.publishing.publish import publish
from pipeline.store import Store

NOTEBOOKS = Path(__file__).parent / "notebooks"
SAMPLE = "見本（架空データ）"
COVER = {
    "year_label": "令和4(2022)年度",
    "title": "DX人材育成研修（試行）",
    "stage": "確報",
    "synthetic": True,
    "town": "小山町",
    "department": "企画政策課",
    "revisions": [],
}


def make(root, notebook, document="association", cover=COVER, inputs=(), timeout=60, **parameters):
    store = Store.open("R4", root)
    given = {"fiscal_year": "R4", "root": "."} | parameters
    path = NOTEBOOKS / f"{notebook}.ipynb"
    publish(path, store, document, "検定の報告", cover, given, inputs, timeout)
    return store


def bytes_of(store, document="association"):
    return [store.document(document, suffix).read_bytes() for suffix in (".html", ".pdf")]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make(tmp_path_factory.mktemp("town"), "shows_everything")


@pytest.fixture(scope="module")
def html(store):
    return store.document("association").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pdf(store):
    return pypdf.PdfReader(store.document("association", ".pdf"))


@pytest.fixture
def good(tmp_path):
    """A town whose last report is good, and must survive."""
    store = Store.open("R4", tmp_path)
    for suffix in (".html", ".pdf"):
        store.document("association", suffix).parent.mkdir(parents=True, exist_ok=True)
        store.document("association", suffix).write_bytes(b"the last good report")
    return store


def assert_good_survives(store):
    assert bytes_of(store) == [b"the last good report"] * 2
    assert not [p.name for p in store.reports_dir.iterdir() if p.name.startswith(".")]


class TestHtml:
    def test_is_one_japanese_page_with_one_first_heading(self, html):
        assert '<html lang="ja">' in html
        assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == ["理解度の差と欠席の関連"]
        assert f"<title>{SAMPLE}理解度の差と欠席の関連 令和4(2022)年度｜小山町</title>" in html

    def test_has_a_cover(self, html):
        cover = html[html.index("<header") : html.index("</header>")]
        text = ["令和4(2022)年度", "確報", "小山町 企画政策課", "DX人材育成研修（試行）"]
        assert [t for t in text if t not in cover] == []

    def test_contents_lead_to_every_chapter(self, html):
        contents = html[html.index("<nav") : html.index("</nav>")]
        entries = re.findall(r'href="#([^"]+)">([^<]+)<', contents)
        titles = ["1 問い", "1.1 データ", "1.2 図", "2 限界", "付録"]
        assert [title for _, title in entries] == titles
        for anchor, title in entries:
            assert re.search(rf'<h[23] id="{anchor}">{title}</h', html)

    def test_offers_a_way_past_the_contents(self, html):
        assert '<a class="skip" href="#main">' in html and '<main id="main"' in html

    def test_shows_what_the_cells_show_and_no_code(self, html):
        shown = [
            "要旨の文です",
            'class="finding"',
            'class="verdict"',
            "<caption>表1　回ごとの値</caption>",
            "<figcaption>図1",
            "<strong>太字</strong>",
            "標準出力",
        ]
        hidden = ["IPython", "fiscal_year", "library noise", "In&nbsp;[", "¶"]
        assert [s for s in shown if s not in html] == []
        assert [s for s in hidden if s in html] == []

    def test_pictures_are_inside_and_have_words(self, html):
        images = re.findall(r"<img[^>]*>", html)
        assert len(images) == 2
        assert all('src="data:image/' in image for image in images)
        assert [re.search('alt="([^"]*)"', image)[1] for image in images] == ["棒が3本ある図", "点"]

    def test_wide_tables_and_pictures_scroll_in_their_own_box(self, html):
        box = '<div aria-label="表1 回ごとの値" class="table" role="region" tabindex="0"><table'
        assert html.count(box) == 1
        pictures = r'<div class="picture" tabindex="0">\s*<(?:svg|img)'
        assert len(re.findall(pictures, html)) == 3

    def test_needs_nothing_from_outside(self, html):
        without_namespace = html.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?:|//[a-z]", without_namespace)
        assert "<script" not in html and "<link" not in html

    def test_says_that_the_data_are_made_up(self, html):
        assert html.index('class="sample"') < html.index("<header")
        assert f'content: "{SAMPLE}"' in html

    def test_a_real_town_carries_no_mark_of_the_sample(self, tmp_path):
        store = make(tmp_path, "says_where_it_runs", cover=COVER | {"synthetic": False})
        assert "見本" not in store.document("association").read_text(encoding="utf-8")
        printed = pypdf.PdfReader(store.document("association", ".pdf"))
        assert "見本" not in "".join(page.extract_text() for page in printed.pages)

    def test_a_second_first_heading_is_lowered_and_a_missing_one_replaced(self):
        made = outline("<p>a</p><h1>題</h1><h1>付録</h1>", "既定")
        assert (made.title, made.body) == ("題", '<p>a</p><h2 id="section-1">付録</h2>')
        assert outline("<p>a</p>", "既定").title == "既定"


class TestPdf:
    def test_embeds_the_japanese_font_and_no_other(self, pdf):
        fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"].get("/Font", {}).values()]
        descendants = [f["/DescendantFonts"][0].get_object() for f in fonts]
        assert {d["/BaseFont"].split("+")[1].removesuffix("-Bold") for d in descendants} == {"IPAexGothic"}
        assert all("/FontFile2" in d["/FontDescriptor"] for d in descendants)

    def test_can_be_searched(self, pdf):
        text = "".join(page.extract_text() for page in pdf.pages)
        assert "欠席した回の理解度は、出席した回より平均0.8点低かった。" in text

    def test_is_tagged_and_says_its_language_and_title(self, pdf):
        catalog = pdf.trailer["/Root"]
        assert catalog["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in catalog
        assert catalog["/Lang"] == "ja"
        assert pdf.metadata.title == f"{SAMPLE}理解度の差と欠席の関連 令和4(2022)年度｜小山町"
        assert b"pdfuaid" in catalog["/Metadata"].get_data()

    def test_has_bookmarks(self, pdf):
        flat = [o.title for o in pdf.outline if not isinstance(o, list)]
        chapters = [o.title for o in pdf.outline[1] if not isinstance(o, list)]
        assert flat == ["理解度の差と欠席の関連"]
        assert chapters == ["目次", "1 問い", "2 限界", "付録"]

    def test_every_page_is_numbered_and_marked_as_a_sample(self, pdf):
        count = len(pdf.pages)
        assert count >= 4
        for number, page in enumerate(pdf.pages, start=1):
            text = page.extract_text()
            assert f"{number} / {count}" in text and SAMPLE in text
            assert tuple(map(round, page.mediabox[2:])) == (595, 842)
            if number > 1:
                assert "理解度の差と欠席の関連" in text and "令和4(2022)年度" in text

    def test_repeats_the_head_of_a_long_table_on_every_page(self, pdf):
        pages = [page.extract_text() for page in pdf.pages]
        holding = [text for text in pages if re.search("第(10|40|60)回", text)]
        assert len(holding) >= 3 and all("項目11" in text for text in holding)

    def test_leaves_the_table_behind_a_figure_to_the_page(self, pdf, html):
        """Paper can't be opened: the figure prints its numbers, the HTML holds the table."""
        assert "図1の値" in html
        assert "図1の値" not in "".join(page.extract_text() for page in pdf.pages)

    def test_a_character_without_a_shape_is_marked_and_explained(self, tmp_path, capsys):
        store = make(tmp_path, "shows_rare_characters")
        printed = pypdf.PdfReader(io.BytesIO(bytes_of(store)[1]))
        text = "".join(page.extract_text() for page in printed.pages)
        assert "髙橋・〓田・山﨑と〓とガ" in text and "U+1F600" in text and "U+20BB7" in text
        assert "𠮷田" in store.document("association").read_text(encoding="utf-8")
        assert "𠮷" in capsys.readouterr().out


def test_the_same_notebook_gives_the_same_bytes(store, tmp_path):
    assert bytes_of(make(tmp_path, "shows_everything")) == bytes_of(store)


def test_the_kernel_is_this_python_whatever_kernels_are_installed(tmp_path, monkeypatch):
    spec = tmp_path / "jupyter/kernels/python3/kernel.json"
    spec.parent.mkdir(parents=True)
    other = {"argv": ["no-such-python"], "display_name": "x", "language": "python"}
    spec.write_text(json.dumps(other))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    town = tmp_path / "町{R4}"  # papermill would format the braces of a path
    town.mkdir()
    page = make(town, "says_where_it_runs").document("association").read_text(encoding="utf-8")
    assert f"{town.resolve()} {sys.executable} R4" in page


@pytest.fixture
def anyone_can_read():
    """A folder outside pytest's own, which only its owner may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextlib.contextmanager
def unprivileged():
    """Nobody's rights for a while: nothing is read-only to root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


class TestFailure:
    @pytest.mark.parametrize(
        ("notebook", "words"),
        [
            ("raises", ["raises.ipynb", "見出し「3 検定」", "コードセル 3", "ValueError: 値が違う"]),
            ("hangs", ["見出し「4 待つ」", "コードセル 2", "2秒たっても終わりません"]),
            ("kills_its_kernel", ["コードセル 2", "カーネル）が途中で止まりました"]),
            ("exits", ["コードセル 2", "SystemExit"]),
            ("warns_of_a_missing_glyph", ["コードセル 2", "「𠮷」（U+20BB7）"]),
        ],
    )
    def test_of_a_cell_says_where_and_why_and_keeps_the_notebook(self, good, notebook, words):
        with pytest.raises(Failure) as failure:
            make(good.root, notebook, timeout=2 if notebook == "hangs" else 60)
        message = str(failure.value)
        kept = good.reports_dir / "失敗_association.ipynb"
        assert [w for w in ["R4", "検定の報告", str(kept), *words] if w not in message] == []
        assert "Traceback" not in message
        cells = nbformat.read(kept, as_version=4).cells
        assert "失敗した実行の記録" in cells[0].source
        assert [c.source for c in cells if "papermill" in c.source] == []
        [mark] = [i for i, c in enumerate(cells) if "次のセルで止まりました" in c.source]
        assert cells[mark + 1].cell_type == "code"
        assert_good_survives(good)

    def test_kept_notebook_goes_with_the_next_success(self, good):
        with pytest.raises(Failure):
            make(good.root, "raises")
        make(good.root, "says_where_it_runs")
        assert not list(good.reports_dir.glob("失敗_*"))

    def test_of_the_input_shows_its_whole_message_and_nothing_else(self, good):
        with pytest.raises(Failure) as failure:
            make(good.root, "raises_bad_input")
        title, *message = str(failure.value).splitlines()
        assert "R4" in title and "検定の報告" in title
        assert message == [
            "このままでは処理できない点が1件あります。",
            "[S01] ファイル「出席簿.xlsx」 シート「出席簿」 セル D5",
            "    印「◇」がわからない",
            "    → codebook/marks.csv に加える",
        ]
        assert_good_survives(good)

    def test_of_a_misspelt_parameter_names_it_before_anything_runs(self, good):
        with pytest.raises(Failure, match="fiscal_yaer") as failure:
            make(good.root, "kills_its_kernel", fiscal_yaer="R5")
        assert "fiscal_year、root、edition" in str(failure.value)
        assert_good_survives(good)

    @pytest.mark.parametrize(
        ("notebook", "words"),
        [
            ("loads_a_script", "https://example.org/x.js"),
            ("shows_a_picture_without_words", "代わりの文（alt）のない図"),
        ],
    )
    def test_of_a_page_that_would_not_stand_alone(self, good, notebook, words):
        with pytest.raises(Failure, match=re.escape(words)):
            make(good.root, notebook)
        assert_good_survives(good)

    def test_of_an_input_that_changes_meanwhile(self, good):
        answers = good.root / "回答.csv"
        answers.write_text("before", encoding="utf-8")
        with pytest.raises(Failure, match="実行している間に、入力が変わりました.*回答.csv"):
            make(good.root, "changes_its_input", inputs=[answers])
        assert_good_survives(good)

    def test_of_a_missing_input_names_it(self, good):
        with pytest.raises(Failure, match="次のファイルがありません.*responses.parquet"):
            make(good.root, "kills_its_kernel", inputs=[good.table("responses")])

    @pytest.mark.parametrize(
        "error", [OSError("cannot load library 'libpango-1.0-0'"), ImportError("No module named 'weasyprint'")]
    )
    def test_of_pango_says_what_to_install_before_anything_runs(self, good, monkeypatch, error):
        class Refusing:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] == "weasyprint":
                    raise error

        for name in [n for n in sys.modules if n.split(".")[0] == "weasyprint"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setattr(sys, "meta_path", [Refusing(), *sys.meta_path])
        with pytest.raises(Failure) as failure:
            make(good.root, "kills_its_kernel")
        words = ["environment.yml", "apt-get install libpango-1.0-0", "libpangoft2-1.0-0"]
        assert [w for w in words if w not in str(failure.value)] == []
        assert_good_survives(good)

    @pytest.mark.parametrize("locked", [".html", ".pdf"])
    def test_of_a_report_that_is_open_elsewhere_keeps_both_old_files(self, good, monkeypatch, locked):
        def replace(source, target):
            if Path(target).suffix == locked:  # what Windows does while Acrobat holds the file
                raise PermissionError(13, "Permission denied", str(target))
            os.rename(source, target)

        monkeypatch.setattr(publishing.os, "replace", replace)
        with pytest.raises(Failure, match=f"association{locked}.*閉じ"):
            make(good.root, "says_where_it_runs")
        assert_good_survives(good)

    @pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
    def test_of_a_read_only_reports_folder(self, anyone_can_read, store):
        # `store` has imported all that it takes: nobody may have no right to Python's own files.
        store = Store.open("R4", anyone_can_read)
        store.reports_dir.mkdir(parents=True)
        store.reports_dir.chmod(0o555)
        with unprivileged(), pytest.raises(Failure, match="reports/R4.*読み取り専用"):
            make(anyone_can_read, "kills_its_kernel")

    def test_of_a_folder_that_cannot_be_made(self, tmp_path):
        (tmp_path / "reports").write_text("a file where the folder should be")
        with pytest.raises(Failure, match="読み書きできません"):
            make(tmp_path, "kills_its_kernel")


@pytest.mark.parametrize(
    "html",
    [
        '<img src="http://example.jp/a.png" alt="x">',
        "<script>1</script>",
        '<link rel="stylesheet" href="a.css">',
        '<p style="background: url(a.png)">x</p>',
        '<style>p { color: red }\n@import "a.css";</style>',
        "<style>p { background: url(b.png) }</style>",
        '<iframe\nsrc="a.html"></iframe>',
        "<video poster='a.png'></video>",
    ],
)
def test_a_page_that_would_fetch_or_run_something_is_refused(html):
    with pytest.raises(Failure, match="1つのファイルだけで読めなければ"):
        refuse_fetching(f"<html><body>{html}</body></html>")


def test_what_somebody_wrote_is_not_taken_for_a_load():
    refuse_fetching(
        "<style>p { background: url(data:image/png;base64,AA) }</style>"
        '<p>img src=http://a.jp と書いた。url(http://a.jp) @import "x"; &lt;script&gt; data = 5</p>'
        '<svg><use fill="url(#a)" xlink:href="#b"/></svg><img src="data:image/png;base64,AA" alt="図">'
    )
