"""The panel of notebooks/explore.ipynb, driven without a browser: widgets, files, lines of code."""

import gc
import json
import shutil
import subprocess

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from PIL import Image

import pipeline
from pipeline.exploring import saving
from pipeline.exploring.crosstab import WHOLE
from pipeline.exploring.panel import TABS, ExplorePanel, explore
from pipeline.exploring.reproduction import EVERYBODY
from tests.towns import PROJECT

NOTEBOOK = PROJECT / "notebooks/explore.ipynb"


@pytest.fixture(scope="module")
def root(reports, tmp_path_factory):
    """The built tables of the town, where files may be saved."""
    root = tmp_path_factory.mktemp("exploring")
    shutil.copytree(reports.parent / "data", root / "data", ignore=shutil.ignore_patterns("private"))
    return root


@pytest.fixture
def panel(root):
    return ExplorePanel("R5", root)


def choose(panel, **values):
    for name, value in values.items():
        options = panel.selects[name].options if name != "page" else [value]
        panel.selects[name].value = next(o for o in options if str(o).startswith(str(value)))


def open_tab(panel, name):
    panel.tabs.selected_index = list(TABS).index(name)


def run(lines, root, monkeypatch):
    """What the printed lines leave behind."""
    monkeypatch.setenv("PIPELINE_ROOT", str(root))
    found = {}
    exec(lines, found)
    return found


def test_the_first_screen_shows_figure_table_and_numbers(panel):
    assert panel.status.value == ""
    assert "<img" in panel.views["likert"].value and "<table" in panel.views["cross"].value
    assert panel.table.widget.layout.display == "" and len(panel.table.table.df) == len(panel.results["cross"].data)


def test_the_screen_says_once_that_the_numbers_are_real_and_where_they_may_go(panel):
    said = [box.value for box in (panel.handling, panel.status, *panel.views.values()) if "部外秘" in box.value]
    assert len(said) == 1 and "実際の数値" in said[0] and "回答が5件以上" in said[0] and "丸めた値" in said[0]
    panel.selects["year"].value = "R4"
    assert "部外秘" in panel.handling.value


def test_choices_follow_one_another_and_change_what_is_shown(panel):
    before = panel.views["likert"].value
    choose(panel, course="No.5", group="職位")
    assert panel.views["likert"].value != before and "主任" in panel.views["cross"].value
    assert "理解度" not in panel.selects["item"].options  # No.5 asked it session by session
    assert panel.selects["value"].options[0] == EVERYBODY and not panel.selects["value"].disabled
    choose(panel, item="各回の理解度")
    assert "先に回を一つ" in panel.views["likert"].value and panel.views["cross"].value == ""
    choose(panel, session="第2回")
    assert set(panel.results["cross"].data["職位"]) >= {"主任", WHOLE}
    choose(panel, value="主任")
    assert list(panel.results["cross"].data.iloc[:, 0]) == [WHOLE]
    choose(panel, year="R4")
    assert panel.selection.course == "すべての研修" and panel.selection.session == "すべての回"
    assert panel.selection.group == "職位" and panel.status.value == ""


def test_each_tab_is_drawn_when_it_is_opened(panel):
    choose(panel, course="No.5")
    open_tab(panel, "出欠")
    assert "<img" in panel.views["map"].value and panel.selects["page"].max == 3
    assert "欠席" in set(panel.table.table.df["出欠"])  # in words, not as codes
    first = panel.views["map"].value
    choose(panel, page=2)
    assert panel.views["map"].value != first
    choose(panel, course="すべて")
    assert "研修を一つ選ぶ" in panel.views["map"].value
    open_tab(panel, "理解度の差")
    assert "見てから選んだ探索的な結果" in panel.views["gap"].value
    open_tab(panel, "自由記述")
    counts = panel.views["comments"].value
    choose(panel, theme=panel.year.themes[0][:6])
    assert panel.views["comments"].value != counts and "見つけた語" in panel.views["comments"].value


@pytest.mark.parametrize(
    "tab, choices",
    [
        ("回答", {}),
        ("回答", {"course": "No.5", "group": "職位"}),
        ("回答", {"course": "No.5", "item": "各回の理解度", "session": "第2回", "group": "欠席の回数"}),
        ("回答", {"course": "No.5", "item": "各回の理解度", "group": "職位", "value": "主任"}),
        ("回答", {"group": "部", "value": "企画総務部"}),
        ("出欠", {"course": "No.5", "group": "職位", "value": "主任"}),
        ("理解度の差", {"course": "No.6", "group": "受講方法", "value": "集合"}),
        ("理解度の差", {"group": "職位"}),
        ("自由記述", {"course": "No.5", "theme": "外部講師"}),
        ("自由記述", {}),
    ],
)
def test_the_printed_lines_give_the_same_table(panel, root, monkeypatch, tab, choices):
    open_tab(panel, tab)
    choose(panel, **choices)
    panel.buttons["code"].click()
    assert "from pipeline import open_year" in panel.code.value
    found = run(panel.lines, root, monkeypatch)
    shown = panel.results[TABS[tab][-1]]
    assert panel.status.value == ""
    pd.testing.assert_frame_equal(found["table"], shown.data)
    assert found["result"].html == shown.html
    if "counts" in found:  # what pandas counts is what is shown
        own = shown.data.set_index(shown.data.columns[0])
        for name in set(found["counts"].index) & set(own.index):
            row = found["counts"].loc[name]
            assert all(own.at[name, int(v)] == row[v] for v in row.index)
        assert set(found["counts"].index) & set(own.index) or WHOLE in own.index


def test_files_are_private_and_never_replace_one_another(panel, root):
    choose(panel, course="No.5", group="職位")
    panel.buttons["figure"].click()
    panel.buttons["figure"].click()
    panel.buttons["table"].click()
    folder = root / "data/private/R5/探索"
    names = {path.name for path in folder.iterdir()}
    name = "部外秘_R5_満足度_職位別_No.5_業務改善ワークショップ"
    assert names >= {f"{name}_{n}.{s}" for n in (1, 2) for s in ("svg", "png")}
    assert f"data/private/R5/探索/{name}" in panel.status.value and "部外秘" in panel.status.value
    ignored = subprocess.run(["git", "check-ignore", "-q", "data/private/R5/探索/a.csv"], cwd=PROJECT)
    assert ignored.returncode == 0
    with Image.open(folder / f"{name}_1.png") as picture:
        assert 1300 < picture.width < 1400 and len(picture.convert("RGB").getcolors(1 << 24)) > 4
    assert (folder / f"{name}_1.svg").read_text(encoding="utf-8").count("<svg") == 1
    [csv] = folder.glob(f"{name}_*.csv")
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
    saved = pd.read_csv(csv, encoding="utf-8-sig")
    assert list(saved)[-3:] == ["よいの割合", "95%信頼区間の下限", "95%信頼区間の上限"]
    assert list(saved["n"].astype(str)) == list(panel.results["cross"].data["n"].astype(str))


def test_a_saved_table_holds_no_formula(panel):
    shown = panel.results["cross"]
    text = pd.DataFrame({"後": ["=HYPERLINK(1)", "+1", "-1", "@a", "よい"], "n": [-1, 2, 3, 4, 5]})
    path = saving.save_table(type(shown)(text, "自由記述:a/b"), panel.year.year.store)
    assert path.parent == panel.year.year.store.exploring_dir
    saved = pd.read_csv(path, encoding="utf-8-sig")
    assert list(saved["後"].str[0]) == ["'"] * 4 + ["よ"] and list(saved["n"]) == [-1, 2, 3, 4, 5]


def test_whatever_goes_wrong_becomes_a_sentence(panel, monkeypatch):
    open_tab(panel, "自由記述")
    panel.buttons["figure"].click()
    assert "保存できる図がありません" in panel.status.value
    open_tab(panel, "出欠")
    panel.buttons["code"].click()
    assert "再現するコードもありません" in panel.status.value and panel.code.value == ""
    open_tab(panel, "自由記述")
    monkeypatch.setattr(panel.year, "comments", lambda *a, **k: 1 / 0)
    choose(panel, course="No.6")
    assert "思いがけない問題" in panel.status.value and "ZeroDivisionError" in panel.status.value
    assert "Traceback" not in panel.status.value
    monkeypatch.undo()
    choose(panel, course="No.5")
    assert panel.status.value == ""


def test_a_year_that_is_not_built_is_a_sentence_and_another_can_be_chosen(root, tmp_path):
    shutil.copytree(root / "data", tmp_path / "data")
    shutil.rmtree(tmp_path / "data/processed/R5")
    panel = ExplorePanel(root=tmp_path)
    assert "doit report:R5" in panel.status.value
    choose(panel, year="R4")
    assert panel.status.value == "" and "<img" in panel.views["likert"].value
    assert "年度がありません" in explore(root=tmp_path / "nowhere").value


def test_what_opening_loaded_is_not_looked_through_again(root):
    before = gc.get_freeze_count()
    try:
        assert "explore-panel" in explore("R5", root)._dom_classes
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_the_notebook_runs_in_the_folder_it_lies_in(root, monkeypatch):
    (root / "notebooks").mkdir(exist_ok=True)
    monkeypatch.chdir(root)  # as JupyterLab does, which starts a kernel beside the notebook
    monkeypatch.delenv("PIPELINE_ROOT", raising=False)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert len(notebook.cells) <= 8
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(root / "notebooks")}}
    ).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [o for o in outputs if o.output_type in ("error", "stream")]
    widgets = [o for o in outputs if "application/vnd.jupyter.widget-view+json" in o.get("data", {})]
    assert len(widgets) == 1
    assert any("95%信頼区間" in o["data"].get("text/html", "") for o in outputs)
    assert str(root) not in json.dumps(notebook)


def test_the_help_says_what_a_name_takes_and_gives():
    for name in ("cross", "likert", "ratings", "attendance_map", "gap", "comments", "answers", "table"):
        assert len(getattr(pipeline.exploring.explored_year.ExploredYear, name).__doc__) > 80
    assert "open_year" in dir(pipeline) and "R5" in pipeline.open_year.__doc__
