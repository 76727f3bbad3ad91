"""``doit lab``: its configuration, its start and end, and an analyst's morning in real Chromium."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import zmq

from pipeline.commands import lab
from pipeline.commands.lab_server import without_outputs
from pipeline.failure import Failure
from tests.towns import PROJECT

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/lab/tree/notebooks/explore\.ipynb\?token=(\w+)")
SLOW = 90_000  # milliseconds: kernels start slowly on a busy machine
EXPLORE = PROJECT / lab.START


def start(root):
    """A running ``doit lab`` on the town below ``root``."""
    return subprocess.Popen(
        [sys.executable, "-m", "doit", f"root={root}", "lab", "--no-browser"],
        cwd=PROJECT,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def told(process):
    """What it prints until it says how to end it."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl+C" in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


class TestConfiguration:
    @pytest.fixture
    def settings(self, tmp_path):
        scratch = tempfile.mkdtemp(dir=lab.short_folder())
        yield lab.settings(tmp_path / "project", tmp_path / "town", Path(scratch))
        shutil.rmtree(scratch)

    def test_nobody_else_can_connect(self, settings):
        server = settings["ServerApp"]
        assert server["ip"] == "127.0.0.1" and server["allow_remote_access"] is False
        # A token of its own for every start: none is set, so the server makes one.
        assert "IdentityProvider" not in settings and "token" not in server

    @pytest.mark.skipif(os.name == "nt" or not zmq.has("ipc"), reason="the system has no IPC")
    def test_kernels_speak_through_files_unless_their_paths_are_too_long(self, settings):
        assert settings["KernelManager"]["transport"] == "ipc"
        assert lab.transport(Path("/tmp") / ("x" * 90)) == "tcp"

    def test_asks_nothing_of_the_outside(self, settings):
        assert settings["LabApp"]["news_url"] is None
        assert settings["LabApp"]["extension_manager"] == "readonly"
        assert settings["LabApp"]["check_for_updates_class"] == "jupyterlab.NeverCheckForUpdate"
        notices = lab.SCREEN["@jupyterlab/apputils-extension:notification"]
        assert notices == {"fetchNews": "false", "checkForUpdates": False}

    def test_what_was_set_for_other_uses_of_jupyter_is_left_out(self, tmp_path, monkeypatch):
        monkeypatch.setenv("JUPYTER_TOKEN", "known")
        monkeypatch.setenv("JUPYTER_PATH", "/elsewhere")
        own = lab.environment(tmp_path / "project", tmp_path / "town", tmp_path / "scratch")
        assert "JUPYTER_TOKEN" not in own and "JUPYTER_PATH" not in own
        assert own["PIPELINE_ROOT"] == str(tmp_path / "town")
        assert own["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
        assert own["PYTHONPATH"].split(os.pathsep)[0] == str(tmp_path / "project")

    def test_copies_and_the_state_of_jupyterlab_are_not_for_git(self):
        names = ["notebooks/my/山田_試し.ipynb", ".jupyter/settings/x.json"]
        ignored = subprocess.run(["git", "check-ignore", *names], cwd=PROJECT, capture_output=True)
        if b"not a git repository" in ignored.stderr:
            pytest.skip("outside a repository")
        assert len(ignored.stdout.splitlines()) == 2
        kept = ["notebooks/own_analysis_template.ipynb", lab.START]
        assert subprocess.run(["git", "check-ignore", *kept], cwd=PROJECT).returncode == 1


class TestStart:
    @pytest.mark.skipif(os.name == "nt", reason="Windows can't send Ctrl+C to one process")
    def test_on_another_port_where_one_is_taken_until_ctrl_c(self, tmp_path):
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                other.bind((lab.LOOPBACK, 8888))
                other.listen()
            except OSError:
                pass  # taken already: as good
            process = start(tmp_path)
            text = told(process)
            port, token = ADDRESS.search(text).groups()
            assert port != "8888" and len(token) >= 40
            assert "まだ集計していない年度" in text and "doit" in text
            with pytest.raises(ConnectionRefusedError):  # another address of the same machine
                socket.create_connection(("127.0.0.2", int(port)), timeout=5)
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and "終了しました" in rest and "Traceback" not in rest
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((lab.LOOPBACK, int(port)), timeout=5)

    def test_that_fails_says_so_in_japanese(self, tmp_path, monkeypatch):
        monkeypatch.setattr(lab, "settings", lambda *_: {"ServerApp": {"port": "none"}})
        with pytest.raises(Failure, match="JupyterLab を始められません"):
            lab.open_lab(PROJECT, tmp_path, browser=False)

    def test_without_jupyterlab_says_what_to_type(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "jupyterlab", None)
        with pytest.raises(Failure, match=r"JupyterLab が入っていません(.|\n)* -m uv pip install .*\.\[lab\]"):
            lab.open_lab(PROJECT, tmp_path, browser=False)


class TestSaving:
    @staticmethod
    def saved(path, folder):
        class Contents:
            root_dir = str(folder)

        ran = {"cell_type": "code", "source": "1", "metadata": {}, "execution_count": 3, "outputs": [{}]}
        machine = {"language_info": {"name": "python", "version": "3.99"}, "widgets": {}, "own": 1}
        model = {"type": "notebook", "content": {"cells": [ran], "metadata": machine}}
        without_outputs(model=model, path=path, contents_manager=Contents)
        return model["content"]

    def test_empties_the_project_s_notebooks(self, tmp_path):
        (tmp_path / "notebooks").mkdir()
        kept = {"metadata": {"language_info": {"name": "python"}}}
        (tmp_path / "notebooks/explore.ipynb").write_text(json.dumps(kept), encoding="utf-8")
        content = self.saved("notebooks/explore.ipynb", tmp_path)
        assert content["cells"][0]["outputs"] == [] and content["cells"][0]["execution_count"] is None
        assert content["metadata"] == {"language_info": {"name": "python"}, "own": 1}

    def test_leaves_an_analyst_s_copy_as_it_is(self, tmp_path):
        content = self.saved("notebooks/my/own.ipynb", tmp_path)
        assert content["cells"][0]["outputs"] and "widgets" in content["metadata"]


@pytest.fixture(scope="module")
def server(town, run):
    """The address of a JupyterLab on the built sample; explore.ipynb is put back if it was changed."""
    assert run.returncode == 0, run.stdout
    before = EXPLORE.read_bytes()
    process = start(town)
    try:
        yield ADDRESS.search(told(process))[0]
    finally:
        process.terminate()
        process.communicate(timeout=60)
        if EXPLORE.read_bytes() != before:
            EXPLORE.write_bytes(before)


@pytest.fixture(scope="module")
def screen(browser, server):
    """JupyterLab on a screen of 1440 × 900; ``errors`` and ``outside`` collect what must not be."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.errors, page.outside = [], []

    def gate(route):
        if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            return route.continue_()
        page.outside.append(route.request.url)
        return route.abort()

    context.route("**/*", gate)
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(server)
    page.locator(".explore-view-likert img").first.wait_for()  # nobody has clicked anything
    yield page
    context.close()


def wait_until(screen, fulfilled):
    until = time.monotonic() + SLOW / 1000
    while not fulfilled():
        assert time.monotonic() < until
        screen.wait_for_timeout(100)


class TestMorning:
    """In the order of the work, on one screen."""

    def test_the_first_screen_shows_results_in_japanese(self, screen):
        assert screen.get_by_role("menuitem", name="ファイル", exact=True).is_visible()
        assert screen.locator(".explore-course select").is_visible()
        assert screen.locator(".explore-view-cross table").first.is_visible()
        assert not screen.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count()

    def test_another_course_changes_figure_and_table(self, screen):
        course = screen.locator(".explore-course select")
        names = course.locator("option").all_inner_texts()
        figure, table = (screen.locator(f".explore-view-{part}") for part in ("likert", "cross"))
        before = figure.inner_html(), table.inner_html()
        course.select_option(names[2])
        screen.wait_for_function(
            "was => document.querySelector('.explore-view-cross').innerHTML !== was", arg=before[1]
        )
        assert figure.inner_html() != before[0]
        assert names[2].split()[0] in table.inner_text()

    def test_the_screen_gives_its_code(self, screen):
        screen.locator(".explore-button-code").click()
        lines = screen.locator(".explore-lines")
        lines.wait_for()
        assert "open_year('R5')" in lines.inner_text() or 'open_year("R5")' in lines.inner_text()
        compile(lines.inner_text().replace("\xa0", " "), "code", "exec")

    def test_saving_leaves_the_file_in_git_as_it_was(self, screen):
        before, since = EXPLORE.read_bytes(), EXPLORE.stat().st_mtime_ns
        screen.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='save']").click()
        wait_until(screen, lambda: EXPLORE.stat().st_mtime_ns > since)
        assert EXPLORE.read_bytes() == before

    def test_the_export_menu_offers_the_form_of_the_reports(self, screen):
        screen.get_by_role("menuitem", name="ファイル", exact=True).click()
        screen.locator(".lm-Menu-item", has_text="名前を付けてNotebookを書き出す").hover()
        entry = screen.locator(".lm-Menu-item", has_text="報告書の形（HTML）")
        entry.wait_for()
        offered = screen.locator(".lm-Menu").last.locator(".lm-Menu-itemLabel").all_inner_texts()
        assert "報告書の形（PDF）" in offered
        assert not {"HTML", "PDF", "LaTeX", "Annual_report_html"} & set(offered)  # nothing that fails
        made = []

        def keep(route):
            made.append(route.fetch(timeout=SLOW))
            route.fulfill(response=made[0])

        screen.context.route("**/nbconvert/**", keep)
        entry.click()
        wait_until(screen, lambda: made)
        assert made[0].ok and "attachment" in made[0].headers["content-disposition"]
        html = made[0].text()
        assert '<html lang="ja">' in html and "<figure" in html and "<script" not in html

    def test_a_double_click_opens_a_notebook_that_runs(self, screen):
        screen.locator(".jp-DirListing-item", has_text="own_analysis").dblclick()
        panel = screen.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        panel.get_by_role("heading", name="自由分析のひな形").wait_for()
        panel.get_by_role("button", name="すべて実行").click()
        panel.locator(".jp-OutputArea-output .verdict").last.wait_for()  # of the last cell
        assert not panel.locator(".jp-mod-error, [data-mime-type='application/vnd.jupyter.error']").count()

    def test_its_terminal_knows_the_package(self, screen, tmp_path):
        screen.get_by_role("menuitem", name="ファイル", exact=True).click()
        screen.locator(".lm-Menu-item", has_text="新規").first.hover()
        screen.locator(".lm-Menu-item", has_text="ターミナル").first.click()
        screen.locator(".jp-Terminal .xterm-screen").wait_for()
        told = tmp_path / "told"
        command = f"python -c \"import pipeline, sys; open('{told.as_posix()}', 'w').write(sys.prefix)\""
        screen.wait_for_timeout(2000)  # what is typed before the shell listens is lost
        screen.locator(".jp-Terminal textarea").focus()
        screen.keyboard.type(command + "\n")
        wait_until(screen, lambda: told.exists() and told.read_text())
        assert told.read_text() == sys.prefix

    def test_nothing_was_asked_of_the_outside_and_nothing_went_wrong(self, screen):
        assert screen.outside == []
        assert screen.errors == []
