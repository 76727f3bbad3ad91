"""From a notebook to HTML and PDF, with real kernels; and what happens when it goes wrong."""

import contextlib
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

from pipeline.document.html import page as laid_out
from pipeline.failure import Failure
from pipeline.publishing import publish as publishing
from pipeline.publishing.publish import publish
from pipeline.store import INTERNAL, PUBLIC, Store
from tests.documents import COVER
from tests.printed import Printed, words

NOTEBOOKS = Path(__file__).parent / "notebooks"
SAMPLE = "見本（架空データ）"


def make(root, notebook, document="association", cover=COVER, inputs=(), timeout=60, edition=INTERNAL, **parameters):
    store = Store.open("R4", root)
    given = {"fiscal_year": "R4", "root": "."} | parameters
    path = NOTEBOOKS / f"{notebook}.ipynb"
    publish(path, store, document, "検定の報告", cover, given, inputs, timeout, edition, inspect=lambda made: None)
    return store


def bytes_of(store, document="association"):
    return [store.document(document, suffix).read_bytes() for suffix in (".html", ".pdf", ".json")]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make(tmp_path_factory.mktemp("town"), "shows_everything")


@pytest.fixture(scope="module")
def html(store):
    return store.document("association").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pdf(store):
    return Printed(bytes_of(store)[1])


@pytest.fixture
def good(tmp_path):
    """A town whose last report is good, and must survive."""
    store = Store.open("R4", tmp_path)
    for suffix in (".html", ".pdf", ".json"):
        store.document("association", suffix).parent.mkdir(parents=True, exist_ok=True)
        store.document("association", suffix).write_bytes(b"the last good report")
    return store


def assert_good_survives(store):
    assert bytes_of(store) == [b"the last good report"] * 3
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
        assert all('src="data:image/' in image for image in images)
        assert [re.search('alt="([^"]*)"', image)[1] for image in images] == ["棒が3本ある", "棒が3本ある図", "点"]

    def test_wide_tables_and_pictures_scroll_in_their_own_box(self, html):
        assert html.count('<div class="table" tabindex="0" role="region" aria-label="表1　回ごとの値"><table') == 1
        assert html.count('<div class="picture" tabindex="0"><img') == 3

    def test_needs_nothing_from_outside(self, html):
        without_pictures = re.sub(r'src="data:[^"]*"|base64,[^"]*', "", html)
        assert not re.search(r"https?:|//[a-z]", without_pictures)
        assert "<script" not in html and "<link" not in html

    def test_says_that_the_data_are_made_up(self, html):
        assert html.index('class="sample"') < html.index("<header")
        assert f'content: "{SAMPLE}"' in html

    def test_a_real_town_carries_no_mark_of_the_sample(self, tmp_path):
        store = make(tmp_path, "says_where_it_runs", cover=COVER | {"synthetic": False})
        assert "見本" not in store.document("association").read_text(encoding="utf-8")
        assert "見本" not in "".join(Printed(bytes_of(store)[1]).texts)

    def test_is_what_the_document_beside_it_says(self, store, html):
        document = json.loads(store.document("association", ".json").read_text(encoding="utf-8"))
        assert document["title"] == "理解度の差と欠席の関連"
        assert laid_out(document) == html


class TestPdf:
    def test_can_be_searched(self, pdf):
        assert words("欠席した回の理解度は、出席した回より平均0.8点低かった。") in words("".join(pdf.texts))

    def test_has_bookmarks(self, pdf):
        titles = [title for title, _ in pdf.bookmarks()]
        assert titles[:3] == ["理解度の差と欠席の関連", "目次", "1 問い"] and titles[-1] == "付録"

    def test_leaves_the_table_behind_a_figure_to_the_page(self, pdf, html):
        """Paper can't be opened: the figure prints its numbers, the HTML holds the table."""
        assert "図1の値" in html
        assert "図1の値" not in "".join(pdf.texts)

    def test_a_character_without_a_shape_is_marked_and_explained(self, tmp_path, capsys):
        store = make(tmp_path, "shows_rare_characters")
        text = "".join(Printed(bytes_of(store)[1]).texts)
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
        assert not any(cell.get("outputs") for cell in cells)
        assert_good_survives(good)

    def test_of_the_public_edition_leaves_nothing_in_its_folder_and_no_value_anywhere(self, good):
        with pytest.raises(Failure, match="髙﨑"):
            make(good.root, "raises_a_name", edition=PUBLIC)
        assert not list(good.edition_dir(PUBLIC).rglob("*.*"))
        [kept] = good.reports_dir.glob("失敗_*")
        text = kept.read_text(encoding="utf-8")
        assert "髙﨑" not in text and str(Path.cwd()) not in text
        assert "の2行目で止まりました（KeyError）" in text

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
        assert "fiscal_year、root" in str(failure.value)
        assert_good_survives(good)

    @pytest.mark.parametrize(
        ("notebook", "words"),
        [
            ("loads_a_script", "載せられないものが出力にあります: スクリプト"),
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

    def test_of_typst_says_what_to_install_before_anything_runs(self, good, monkeypatch):
        monkeypatch.setitem(sys.modules, "typst", None)
        with pytest.raises(Failure, match="typst.*requirements.txt"):
            make(good.root, "kills_its_kernel")
        assert_good_survives(good)

    @pytest.mark.parametrize("locked", [".html", ".pdf"])
    def test_of_a_report_that_is_open_elsewhere_keeps_all_old_files(self, good, monkeypatch, locked):
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


def test_what_the_last_look_refuses_comes_into_no_folder(tmp_path):
    """Whatever puts files in place shows those for everybody first, the page to begin with and a table alike."""
    store = Store.open("R4", tmp_path)
    shown = [store.document("annual_report", ".html", PUBLIC), store.tables_dir(PUBLIC) / "t.csv"]

    def refuse(made):
        assert list(made) == shown
        raise Failure("個人の分かるものが入ります")

    with pytest.raises(Failure, match="個人"):
        publishing.replace(dict.fromkeys([store.document("annual_report"), *shown], b"x"), refuse)
    assert not store.reports_dir.exists()
