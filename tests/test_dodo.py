"""The `doit` command on a toy town of two years, whose only stage is a notebook of our own."""

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from pipeline.commands.console import explained
from pipeline.publishing.provenance import UNKNOWN, git_state
from tests.declarations import OF_NO_MENU, course, declaration, source

PROJECT = Path(__file__).parents[1]
NOTEBOOKS = Path(__file__).parent / "notebooks"
# The stage has nobody to look for and no findings to ask about: its raw file is a line of text.
ONE_STAGE = """
for name in ("associate", "evaluate", "revise", "inform"):
    STAGES.pop(name)
STAGES["prepare"] = STAGES["prepare"]._replace(workbook="")
actions.look_for_leaks = lambda store, made: None
"""


def doit(folder, *arguments):
    """The finished process of one `doit` command; its ``stdout`` holds both streams."""
    return subprocess.run(
        [sys.executable, "-m", "doit", *arguments],
        cwd=folder,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(PROJECT)},
    )


def declare(folder, year, synthetic="false"):
    raw = folder / "data/raw" / year
    raw.mkdir(parents=True)
    text = declaration(
        course("trial", **OF_NO_MENU),
        source("名簿.xlsx", "roster"),
        fiscal_year=year,
        synthetic=synthetic,
        stage="確報",
        title="DX人材育成研修（試行）",
        draws=20000,
    )
    (raw / "year.toml").write_text(text, encoding="utf-8")
    (raw / "回答.csv").write_text(f"{year} の回答", encoding="utf-8")


def files(folder):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """Our dodo.py and settings with one stage and two years, nothing built."""
    folder = tmp_path_factory.mktemp("町")
    dodo = (PROJECT / "dodo.py").read_text(encoding="utf-8")
    (folder / "dodo.py").write_text(dodo + ONE_STAGE, encoding="utf-8")
    shutil.copy(PROJECT / "pyproject.toml", folder)
    (folder / "notebooks").mkdir()
    shutil.copy(NOTEBOOKS / "writes_every_table.ipynb", folder / "notebooks/01_prepare.ipynb")
    declare(folder, "R4", synthetic="true")
    declare(folder, "R5")
    return folder


@pytest.fixture(scope="module")
def built(empty, tmp_path_factory):
    """The same after ``doit -n 2``. Never changed: tests that change something take a copy."""
    folder = tmp_path_factory.mktemp("built") / "town"
    shutil.copytree(empty, folder)
    first = doit(folder, "-n", "2")
    assert first.returncode == 0, first.stdout
    return folder, first.stdout


@pytest.fixture
def town(built, tmp_path):
    return shutil.copytree(built[0], tmp_path / "town")


class TestList:
    def test_reads_like_a_table_of_contents(self, empty):
        lines = doit(empty, "list").stdout.splitlines()
        told = {line.split()[0]: line for line in lines}
        others = ["new", "adopt", "freeze", "backup", "restore", "purge", "person", "lab"]
        assert list(told) == ["prepare", "report", "index", "check", "verify", *others]
        assert "データ品質報告書" in told["prepare"] and "doit new --year R6" in told["new"]
        assert "doit adopt --year R6" in told["adopt"] and "公表した版を控える" in told["freeze"]

    def test_names_every_year(self, empty):
        text = doit(empty, "list", "--all").stdout
        assert "prepare:R4" in text and "report:R5" in text and "令和5(2023)年度" in text

    def test_leaves_no_trace(self, empty):
        before = files(empty)
        assert doit(empty, "list", "--all", "--status").returncode == 0
        assert files(empty) == before

    def test_does_not_wait_for_heavy_packages(self):
        heavy = "{'pandas', 'numpy', 'papermill', 'nbconvert', 'typst', 'jinja2', 'matplotlib'}"
        asked = f"import sys, dodo; print(sorted({heavy} & set(sys.modules)))"
        loaded = subprocess.run([sys.executable, "-c", asked], cwd=PROJECT, text=True, capture_output=True)
        assert loaded.stdout.strip() == "[]", loaded.stderr


class TestRun:
    def test_makes_every_year_and_says_what_to_open(self, built):
        folder, console = built
        for year in ("R4", "R5"):
            made = {path.name for path in (folder / "reports" / year).iterdir()}
            assert made == {"data_quality.html", "data_quality.json", "data_quality.pdf", "manifest.json", "tables"}
            assert f"{year}  データ品質報告書  完了" in console
        assert "開くファイル:\n  reports/index.html\n" in console

    def test_a_second_run_does_nothing(self, town):
        before = times(town / "reports/R4") | times(town / "reports")
        again = doit(town)
        assert again.returncode == 0 and "すべて最新です" in again.stdout
        assert times(town / "reports/R4") | times(town / "reports") == before

    def test_editing_one_raw_file_rebuilds_only_that_year(self, town):
        before = {year: times(town / "reports" / year) for year in ("R4", "R5")}
        (town / "data/raw/R5/回答.csv").write_text("直した回答", encoding="utf-8")
        (town / "data/raw/R4/~$回答.csv").touch()  # Excel is open
        assert doit(town).returncode == 0
        after = {year: times(town / "reports" / year) for year in ("R4", "R5")}
        assert after["R4"] == before["R4"]
        assert all(after["R5"][name] > before["R5"][name] for name in before["R5"])
        page = (town / "reports/R5/data_quality.html").read_text(encoding="utf-8")
        assert "直した回答" in page

    def test_a_bad_year_fails_alone_and_keeps_its_last_good_report(self, town):
        good = (town / "reports/R4/data_quality.pdf").read_bytes()
        toml = town / "data/raw/R4/year.toml"
        toml.write_text(toml.read_text(encoding="utf-8") + "sead = 1\n", encoding="utf-8")
        (town / "data/raw/R5/回答.csv").write_text("直した回答", encoding="utf-8")
        run = doit(town, "-n", "2")
        assert run.returncode != 0
        assert "【失敗】prepare:R4" in run.stdout and "sead" in run.stdout
        assert "見送った作業: report:R4、index" in run.stdout
        assert "開くファイル:\n  reports/index.html\n  reports/R5/data_quality.html" in run.stdout
        assert "Traceback" not in run.stdout
        assert (town / "reports/R4/data_quality.pdf").read_bytes() == good
        page = (town / "reports/R5/data_quality.html").read_text(encoding="utf-8")
        assert "直した回答" in page

    def test_the_index_says_that_the_last_run_of_a_year_failed(self, town):
        shutil.copy(NOTEBOOKS / "raises.ipynb", town / "notebooks/01_prepare.ipynb")
        assert doit(town, "report:R5").returncode != 0
        index = (town / "reports/index.html").read_text(encoding="utf-8")
        latest, former = index.split('id="R4"')
        assert "直近の実行は失敗しました" in latest and 'href="R5/data_quality.html"' in latest
        assert "失敗しました" not in former

    def test_builds_one_year_with_what_it_needs(self, empty, tmp_path):
        folder = shutil.copytree(empty, tmp_path / "town")
        assert doit(folder, "report:R4").returncode == 0
        assert {path.name for path in (folder / "reports").iterdir()} == {"R4", "index.html"}

    def test_elsewhere_with_root(self, empty, tmp_path):
        declare(tmp_path, "R6")
        run = doit(empty, f"root={tmp_path}")
        assert run.returncode == 0, run.stdout
        assert (tmp_path / "reports/R6/manifest.json").is_file()
        assert not (empty / "reports").exists()


class TestRefusal:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["reprot"], ["「reprot」という作業はありません", "もしかして: report"]),
            (["report:R9"], ["「report:R9」という作業はありません", "年度: R4、R5"]),
            (["R5"], ["もしかして: prepare:R5"]),
            (["list", "reprot"], ["「reprot」という作業はありません", "作業: prepare、"]),
            (["rot=x"], ["「rot=」という指定はありません", "root="]),
            (["root=nowhere"], ["フォルダーがありません: nowhere"]),
            (["new", "--year", "令和6"], ["R4 のように", "doit new --year R6"]),
            (["new"], ["doit new --year R6"]),
            (["adopt", "--year", "令和6"], ["R4 のように", "doit adopt --year R6"]),
            (["freeze", "--year", "令和5"], ["R4 のように", "doit freeze --year R6"]),
            (["freeze", "--year", "R9"], ["令和9年度", "フォルダー", "がありません"]),
            (["freeze", "--year", "R5"], ["報告書がまだありません", "doit report:R5"]),
        ],
    )
    def test_says_what_there_is_instead(self, empty, arguments, words):
        before = files(empty)
        run = doit(empty, *arguments)
        assert run.returncode != 0 and "Traceback" not in run.stdout
        assert [word for word in words if word not in run.stdout] == []
        assert files(empty) - {".doit.lock"} == before - {".doit.lock"}

    def test_of_a_folder_that_is_not_a_year(self, town):
        (town / "data/raw/令和6年度").mkdir()
        (town / "data/raw/令和6年度/出席簿.xlsx").touch()
        run = doit(town)
        assert run.returncode != 0
        assert "令和6年度 は評価の対象になっていません" in run.stdout

    def test_of_a_town_without_any_year(self, empty, tmp_path):
        run = doit(empty, f"root={tmp_path}")
        assert run.returncode != 0 and "評価する年度がありません" in run.stdout

    def test_an_unforeseen_failure_keeps_its_traceback(self):
        from doit.exceptions import TaskError

        try:
            raise KeyError("column")
        except KeyError as error:
            text = explained(TaskError("PythonAction Error", error))
        assert text.startswith("予期しないエラー") and "KeyError: 'column'" in text


class TestManifest:
    @pytest.fixture
    def manifest(self, built):
        text = (built[0] / "reports/R4/manifest.json").read_text(encoding="utf-8")
        return json.loads(text)

    def test_knows_every_input(self, built, manifest):
        raw = built[0] / "data/raw/R4"
        assert [entry["file"] for entry in manifest["inputs"]] == ["year.toml", "回答.csv"]
        for entry in manifest["inputs"]:
            content = (raw / entry["file"]).read_bytes()
            assert entry["path"] == f"data/raw/R4/{entry['file']}"
            assert entry["bytes"] == len(content)
            assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        rows = {key: manifest["inputs"][1][key] for key in ("rows_read", "rows_used")}
        assert rows == {"rows_read": 2, "rows_used": 1}

    def test_knows_every_output(self, built, manifest):
        [document] = manifest["documents"]
        paths = [output["path"] for output in document["outputs"]]
        assert paths == ["data_quality.html", "data_quality.json", "data_quality.pdf"]
        for output in document["outputs"]:
            content = (built[0] / "reports/R4" / output["path"]).read_bytes()
            assert output["sha256"] == hashlib.sha256(content).hexdigest()

    def test_knows_how_it_was_made(self, manifest):
        [document] = manifest["documents"]
        assert document["parameters"] == {"fiscal_year": "R4", "root": "."}
        assert document["notebook"] == "01_prepare.ipynb" and document["seconds"] > 0
        assert manifest["analysis"]["seed"] == 20220805
        assert manifest["python"] == sys.version.split()[0]
        assert {"pandas", "typst", "papermill"} <= manifest["packages"].keys()

    def test_git_state_is_unknown_outside_a_repository(self, tmp_path):
        assert git_state(tmp_path) == {"commit": UNKNOWN, "changed": UNKNOWN}

    def test_git_state_tells_a_changed_tree(self, tmp_path):
        def git(*arguments):
            identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
            subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

        git("init")
        git("commit", "--allow-empty", "-m", "x")
        clean = git_state(tmp_path)
        (tmp_path / "new.py").touch()
        assert len(clean["commit"]) == 40 and clean["changed"] is False
        assert git_state(tmp_path) == clean | {"changed": True}

    def test_refuses_reports_of_other_inputs(self, built, tmp_path):
        from pipeline.failure import Failure
        from pipeline.publishing.provenance import year_files
        from pipeline.store import Store

        folder = shutil.copytree(built[0], tmp_path / "town")
        (folder / "data/raw/R4/回答.csv").write_text("後から直した", encoding="utf-8")
        with pytest.raises(Failure, match="入力が変わりました: 回答.csv"):
            year_files(Store.open("R4", folder), {"data_quality": "データ品質報告書"}, {})


def spoil(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


class TestWhatWasMade:
    """It is up to date when it is what was made, of what lies there: whatever happened to it meanwhile."""

    MADE = (
        "reports/R4/data_quality.html",
        "reports/R4/data_quality.pdf",
        "reports/R4/data_quality.json",
        "data/processed/R4/findings.parquet",
        "reports/R5/tables/codebook.csv",
        "reports/R4/manifest.json",
        "data/processed/R5/runs/data_quality.internal.json",
    )

    @pytest.mark.parametrize("harm", [spoil, Path.unlink])
    def test_is_made_again_where_it_was_cut_or_lost(self, built, town, harm):
        for name in self.MADE:
            harm(town / name)
        told = doit(town, "verify")
        assert told.returncode == 1 and "Traceback" not in told.stdout
        assert [name for name in self.MADE[:4] if name not in told.stdout] == []
        again = doit(town)
        assert again.returncode == 0 and "作り直します：" in again.stdout, again.stdout
        for name in self.MADE[:5]:  # the others say how long the run took
            assert (town / name).read_bytes() == (built[0] / name).read_bytes()
        assert doit(town, "verify").returncode == 0
        assert doit(town, "verify", "--year", "R9").returncode != 0  # of a year that isn't there nothing is well
        assert "すべて最新です" in doit(town).stdout

    def test_is_made_again_after_a_run_that_was_killed_between_its_tables_and_its_report(self, town):
        """The table is made of another file, which is gone: what doit remembers fits, and is wrong."""
        table = town / "data/processed/R4/findings.parquet"
        right = table.read_bytes()
        pd.DataFrame({"what": ["another file"]}).to_parquet(table)
        again = doit(town)
        assert "作り直します：data/processed/R4/findings.parquet" in again.stdout
        assert table.read_bytes() == right

    def test_is_put_in_place_with_its_tables_or_not_at_all(self, town):
        """The tables are saved before a later cell fails: the old ones stay beside the old report, and fit it."""
        notebook = town / "notebooks/01_prepare.ipynb"
        before, good = states(town), notebook.read_bytes()
        cells = json.loads(good)
        cells["cells"].append(cells["cells"][-1] | {"id": "last", "source": ["raise ValueError"]})
        notebook.write_text(json.dumps(cells), encoding="utf-8")
        (town / "data/raw/R4/回答.csv").write_text("ほかの回答", encoding="utf-8")
        assert doit(town, "report:R4").returncode != 0
        assert states(town) == before
        notebook.write_bytes(good)
        (town / "data/raw/R4/回答.csv").write_text("R4 の回答", encoding="utf-8")
        assert doit(town, "verify").returncode == 0

    def test_is_made_with_a_broken_memory_of_doit(self, town):
        (town / ".doit.sqlite3").write_bytes(b"SQLite format 3\x00 and nothing that follows")
        for command in (["list"], []):
            run = doit(town, *command)
            assert run.returncode == 0 and "Traceback" not in run.stdout, run.stdout
        assert "すべて最新です" in doit(town).stdout

    def test_waits_for_no_other_run(self, town):
        with FileLock(town / ".doit.lock"):
            run = doit(town)
            assert run.returncode != 0 and "ほかの doit が" in run.stdout and "Traceback" not in run.stdout
            assert doit(town, "verify").returncode == 0
        assert doit(town).returncode == 0

    def test_is_cleared_of_what_a_killed_run_left(self, town):
        left = [town / "reports/R4/tables/.x.csv.draft", town / "data/processed/R4/.findings.parquet.draft"]
        for path in left:
            path.write_bytes(b"half")
        assert "書きかけのファイル（2件）" in doit(town).stdout
        assert not any(path.exists() for path in left)


class TestIndex:
    def test_lists_the_years_latest_first_with_working_links(self, built):
        folder = built[0] / "reports"
        index = (folder / "index.html").read_text(encoding="utf-8")
        assert index.index("令和5(2023)年度") < index.index("令和4(2022)年度")
        links = [part.split('"')[0] for part in index.split('href="')[1:]]
        links = [link for link in links if not link.startswith("#")]
        assert len(links) == 2 * len(["html", "pdf", "codebook", "data_dictionary", "manifest"])
        assert [link for link in links if not (folder / link).is_file()] == []
        assert '<html lang="ja">' in index and not re.search("https?:", index)

    def test_marks_the_sample_and_only_the_sample(self, built):
        index = (built[0] / "reports/index.html").read_text(encoding="utf-8")
        heads = [line for line in index.splitlines() if line.startswith("<h2")]
        assert ["見本（架空データ）" in head for head in heads] == [False, True]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise; the handbook says how")
class TestRights:
    """Everything is its owner's alone, but what is made for readers."""

    def test_of_what_is_kept_to_its_owner(self, town):
        kept = [p for top in ("data/processed/R4", ".doit.sqlite3") for p in below(town / top)]
        assert len(kept) > 5
        assert {p: oct(mode(p)) for p in kept if mode(p) & 0o077} == {}

    def test_of_the_reports(self, town):
        assert {oct(mode(p)) for p in below(town / "reports") if p.is_dir()} == {oct(mode(town))}
        assert {oct(mode(p)) for p in below(town / "reports") if p.is_file()} == {oct(mode(town) & 0o666)}

    def test_of_the_reports_of_a_town_that_nobody_else_may_read(self, empty, tmp_path):
        town = shutil.copytree(empty, tmp_path / "town")
        town.chmod(0o700)
        assert doit(town, "report:R4").returncode == 0
        assert {mode(p) & 0o077 for p in below(town / "reports")} == {0}


@pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")
def test_a_run_says_that_git_would_take_the_raw_files(town):
    subprocess.run(["git", "init", "-q"], cwd=town, check=True)
    assert "【注意】個人情報が git に入ります（data/raw、" in doit(town).stdout
    (town / ".gitignore").write_text("data/\nreports/\n", encoding="utf-8")
    assert "【注意】" not in doit(town).stdout


def below(path):
    return [path, *path.rglob("*")]


def states(town):
    """Every file of what was made of R4, but the record of the failed run."""
    made = [p for top in ("data/processed/R4", "reports/R4") for p in below(town / top)]
    return {p: p.read_bytes() for p in made if p.is_file() and not p.name.startswith("失敗_")}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)
