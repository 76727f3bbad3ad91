"""Who can see a town's files: the other users of the machine, and git."""

import os
import shutil
import subprocess

import pytest

from pipeline.commands.check import check
from pipeline.commands.guarded import readable_by_others, seen_by_git
from tests.towns import PROJECT, SAMPLE, doit

FILES = [
    "data/raw/R6/職員一覧.csv",
    "data/raw/R6/各回アンケート/第1回.csv",
    "data/private/id.key",
    "data/private/R6/未受講者一覧_R6.xlsx",
    "data/processed/R6/responses.parquet",
    "data/published/R6/1/internal/annual_report.ratings.csv",
    "reports/R6/annual_report.html",
    "reports/index.html",
    ".doit.sqlite3",
    ".jupyter/settings/x.json",
]
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")


def git(folder, *arguments):
    done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def clone(tmp_path):
    """A work tree with the project's .gitignore, and a town of real files in a folder of it."""
    git(tmp_path, "init", "-q")
    shutil.copy(PROJECT / ".gitignore", tmp_path)
    for name in FILES:
        path = tmp_path / "町のデータ/小山町" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("個人情報")
    return tmp_path


@needs_git
def test_a_town_in_a_folder_of_the_clone_is_not_seen_by_git(clone):
    assert git(clone, "status", "--porcelain", "--untracked-files=all") == "?? .gitignore\n"
    assert seen_by_git(clone / "町のデータ/小山町") == []


@needs_git
def test_a_town_in_another_work_tree_is(clone):
    (clone / ".gitignore").unlink()
    town = clone / "町のデータ/小山町"
    assert seen_by_git(town) == ["data/raw", "data/private", "data/processed", "data/published", "reports"]
    (clone / ".gitignore").write_text("data/\nreports/\n")
    assert seen_by_git(town) == []


@needs_git
def test_what_was_added_in_spite_of_it_is_seen(clone):
    town = clone / "町のデータ/小山町"
    git(town, "add", "-f", "data/private/id.key")
    assert seen_by_git(town) == ["data/private"]


def test_without_a_work_tree_or_without_git_nothing_is_said(tmp_path, monkeypatch):
    (tmp_path / "data/private").mkdir(parents=True)
    (tmp_path / "data/private/id.key").write_text("0")
    assert seen_by_git(tmp_path) == []
    monkeypatch.setenv("PATH", str(tmp_path))
    assert seen_by_git(tmp_path) == []


@needs_git
def test_the_project_s_own_files_are_not_ignored():
    """What is in git and ignored would be missed by whoever changes it."""
    if not (PROJECT / ".git").exists():
        pytest.skip("no clone")
    ignored = git(
        PROJECT, "ls-files", "--cached", "--ignored", "--exclude-standard", "--", "data", "pipeline", "reports"
    )
    assert ignored == ""


@pytest.fixture
def town(tmp_path):
    shutil.copytree(SAMPLE / "R4", tmp_path / "data/raw/R4")
    for name in ("data/private/plans", "data/processed/R4"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


@needs_git
def test_the_check_and_the_run_say_what_git_would_take(town, capsys):
    git(town, "init", "-q")
    check(town)
    assert "！ git：個人情報が git に入ります（data/raw）" in capsys.readouterr().out
    assert "個人情報が git に入ります（data/raw）" in doit(town, "check").stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise; the handbook says how")
class TestRights:
    def test_an_open_folder_is_named_with_what_to_type(self, town, capsys):
        for path in (town / "data").rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        (town / "data/private").chmod(0o750)
        assert readable_by_others(town) == [town / "data/private"]
        check(town)
        screen = capsys.readouterr().out
        assert f"chmod -R go= {town}/data/private\n" in screen
        (town / "data/private").chmod(0o700)
        assert check(town)
        assert "○ フォルダーの権限" in capsys.readouterr().out

    def test_what_lies_in_a_closed_folder_is_closed(self, town):
        """A file copied by hand keeps the rights it had, and nobody gets at it."""
        for name in ("data/raw/R4", "data/private", "data/processed/R4"):
            (town / name).chmod(0o700)
        (town / "data/raw/R4/year.toml").chmod(0o644)
        assert readable_by_others(town) == []
