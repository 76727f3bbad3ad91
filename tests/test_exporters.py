"""Any notebook in the form of the reports, by nbconvert as an analyst calls it."""

import os
import subprocess
import sys

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pipeline.exploring.result import Result
from pipeline.failure import Failure
from pipeline.publishing.exporters import AnnualReportHTML
from pipeline.publishing.leaks import people_of
from pipeline.showing.figures import counts
from pipeline.showing.tables import paragraph
from pipeline.store import Store
from tests.printed import Printed

DRAWING = """\
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show()"""
PANEL = """\
import ipywidgets as w
from IPython.display import HTML, display
out = w.Output()
with out:
    display(HTML("<table><caption>人数</caption><tr><th scope='col'>n</th></tr><tr><td>42</td></tr></table>"))
choice = w.Dropdown(options=["全員", "主任"], value="主任", description="職位")
hidden = w.HTML("見えない所", layout=w.Layout(display="none"))
w.VBox([choice, w.Tab([out, w.HTML("裏のタブ")], titles=("回答", "出欠")), hidden])"""


@pytest.fixture(autouse=True)
def root(town, monkeypatch):
    monkeypatch.setenv("PIPELINE_ROOT", str(town))
    return town


def notebook(*sources, heading="# 欠席の多い課", **metadata):
    cells = [new_markdown_cell(heading), *map(new_code_cell, sources)]
    return new_notebook(cells=cells, metadata=metadata)


def html(book):
    return AnnualReportHTML().from_notebook_node(book)[0]


@pytest.fixture(scope="module")
def converted(tmp_path_factory, town):
    """Both forms of a notebook that was never run, as the command line makes them."""
    folder = tmp_path_factory.mktemp("own")
    nbformat.write(notebook(DRAWING, PANEL), folder / "own.ipynb")
    for form in ("html", "pdf"):
        done = subprocess.run(
            [sys.executable, "-m", "nbconvert", "--to", f"annual_report_{form}", "own.ipynb"],
            cwd=folder,
            text=True,
            capture_output=True,
            env={**os.environ, "PIPELINE_ROOT": str(town)},
        )
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def page(converted):
    return (converted / "own.html").read_text(encoding="utf-8")


class TestPage:
    def test_has_the_cover_of_the_reports_and_says_what_it_is(self, page):
        assert "<h1>欠席の多い課</h1>" in page and '<html lang="ja">' in page
        assert "個人の分析" in page and "令和5(2023)年度" in page
        assert "見本（架空データ）" in page  # the town is the sample

    def test_was_run_and_hides_its_code(self, page):
        assert "data:image/png" in page and "plt.plot" not in page

    def test_gives_every_picture_words(self, page):
        assert 'alt="「欠席の多い課」の図。' in page

    def test_shows_widgets_as_they_stood_on_the_screen(self, page):
        assert "職位：主任" in page and '<td class="num">42</td>' in page and ">回答</h2>" in page
        assert "裏のタブ" not in page and "見えない所" not in page
        assert "VBox(" not in page and "<script" not in page


def test_the_pdf_is_tagged_and_japanese(converted):
    made = Printed((converted / "own.pdf").read_bytes())
    assert str(made.file.Root.Lang) == "ja" and made.file.Root.MarkInfo.Marked
    assert "欠席の多い課" in made.texts[0]


def test_what_was_saved_is_shown_as_it_was_without_its_scripts():
    book = notebook("raise SystemExit   # not run again")
    shown = {"text/html": "<p>保存した結果</p><script>alert(1)</script>", "text/plain": "x"}
    book.cells[1].outputs = [new_output("display_data", shown)]
    page = html(book)
    assert "保存した結果" in page and "alert(1)" not in page
    assert "ここには、書き出せないものがあった（スクリプト）。" in page


def test_outputs_of_every_kind_find_their_place():
    book = notebook("raise SystemExit   # not run again")
    frame = pd.DataFrame({"人数": [3]}, index=["総務課"])
    shown = [
        new_output("stream", text="表示した文\n"),
        new_output("stream", name="stderr", text="library noise"),
        new_output("execute_result", {"text/html": frame._repr_html_(), "text/plain": "素の表"}),
        new_output("display_data", {"text/markdown": "**強い**言葉", "text/plain": "x"}),
        new_output("display_data", {"text/html": "<script>1</script>", "text/plain": "<Plot>"}),
        new_output("display_data", {"text/latex": "$x$", "text/plain": "素の文"}),
        new_output("error", ename="KeyError", evalue="x", traceback=[]),
    ]
    book.cells[1].outputs = shown
    page = html(book)
    words = [
        "<pre>表示した文</pre>",
        '<th scope="row">総務課</th><td class="num">3</td>',
        "<strong>強い</strong>言葉",
        "<pre>素の文</pre>",
        "（スクリプト、KeyError で終わったセルの結果）",
    ]
    assert [w for w in words if w not in page] == []
    assert [w for w in ("library noise", "素の表", "&lt;Plot&gt;") if w in page] == []


def test_what_an_analyst_asked_of_a_year_is_shown_as_a_report_shows_it():
    book = notebook("raise SystemExit   # not run again")
    drawn = counts(pd.DataFrame({"label": ["財源"], "count": [8]}), 22, "財源が最も多い", "棒グラフ")
    result = Result(pd.DataFrame({"n": [8]}), "結果", (paragraph("少ない", "caution"),), drawn)
    book.cells[1].outputs = [new_output("display_data", result._repr_mimebundle_())]
    page = html(book)
    assert '<p class="caution">少ない</p>' in page
    assert "図1　財源が最も多い" in page and "<caption>財源が最も多い（もとの表）</caption>" in page


def test_a_widget_that_nobody_can_draw_any_more_says_so():
    book = notebook("raise SystemExit   # not run again")
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "gone"}, "text/plain": "VBox()"}
    book.cells[1].outputs = [new_output("display_data", view)]
    page = html(book)
    assert "書き出せません" in page and "VBox()" not in page


def test_metadata_choose_the_title_of_the_cover_and_the_year():
    page = html(notebook(report={"title": "研修の記録", "fiscal_year": "R4"}))
    assert "研修の記録" in page and "令和4(2022)年度" in page


def test_a_town_without_years_is_marked_like_the_sample(tmp_path, monkeypatch):
    monkeypatch.setenv("PIPELINE_ROOT", str(tmp_path))
    page = html(notebook())
    assert "年度の指定なし" in page and "見本（架空データ）" in page


def test_a_name_of_the_roster_stops_it(root):
    name = next(s for s in people_of(Store.open("R5", root)) if s.kind == "氏名")
    with pytest.raises(Failure, match="個人の分かるもの") as stopped:
        html(notebook(heading=f"# 分析\n\n{name.form}さんの回答"))
    assert name.form not in str(stopped.value)


def test_a_cell_that_fails_is_named():
    with pytest.raises(Failure, match="見出し「欠席の多い課」のコードセル 2で止まりました(.|\n)*KeyError"):
        html(notebook("1", "{}['x']"))
