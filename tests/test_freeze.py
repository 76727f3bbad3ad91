"""速報 → 確報 → 訂正 as the analyst goes through it, on a toy town whose report counts letters."""

import csv
import io
import re
import shutil
from html import unescape

import pytest

from tests.test_dodo import NOTEBOOKS, ONE_STAGE, PROJECT, declare, doit

TWO_EDITIONS = (
    ONE_STAGE + 'STAGES["inform"] = STAGES["prepare"]._replace(edition="public", reads=["accounts"], writes=())\n'
)
FIRST = '[[revision]]\nstage = "確報"\npublished_on = 2023-06-20\nnote = "はじめての公表"\n'
SECOND = '[[revision]]\nstage = "訂正"\npublished_on = 2023-09-01\nnote = "回答を1件加えた"\n'


class Office:
    """The toy town, and the hands of the analyst."""

    def __init__(self, folder):
        self.folder, self.reports = folder, folder / "reports/R4"
        dodo = (PROJECT / "dodo.py").read_text(encoding="utf-8")
        (folder / "dodo.py").write_text(dodo + TWO_EDITIONS, encoding="utf-8")
        shutil.copy(PROJECT / "pyproject.toml", folder)
        (folder / "notebooks").mkdir()
        shutil.copy(NOTEBOOKS / "counts_its_answers.ipynb", folder / "notebooks/01_prepare.ipynb")
        declare(folder, "R4")

    def build(self):
        return doit(self.folder, "report:R4")

    def freeze(self):
        return doit(self.folder, "freeze", "--year", "R4")

    def declare(self, text, stage="確報"):
        path = self.folder / "data/raw/R4/year.toml"
        told = path.read_text(encoding="utf-8").replace('stage = "確報"', f'stage = "{stage}"', 1)
        path.write_text(told + text, encoding="utf-8")

    def answer(self, text):
        (self.folder / "data/raw/R4/回答.csv").write_text(text, encoding="utf-8")

    def page(self, edition=""):
        text = (self.reports / edition / "data_quality.html").read_text(encoding="utf-8")
        return unescape(re.sub(r"<style.*?</style>|<[^>]+>", "", text, flags=re.DOTALL))

    def documents(self):
        return {
            path.relative_to(self.reports): path.read_bytes()
            for path in self.reports.rglob("*")
            if path.is_file() and path.name != "manifest.json"
        }


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    """A year whose 確報 was published and frozen."""
    office = Office(tmp_path_factory.mktemp("town"))
    office.declare(FIRST)
    built = office.build()
    assert built.returncode == 0, built.stdout
    told = office.freeze()
    assert told.returncode == 0, told.stdout
    return office, told.stdout


@pytest.fixture(scope="module")
def stopped(frozen):
    """The same after a raw cell was changed without a word."""
    office = frozen[0]
    before = office.documents()
    office.answer("R4 の回答、それから")
    return office, before, office.build()


@pytest.fixture(scope="module")
def corrected(stopped):
    """The same after a 訂正 was declared."""
    office = stopped[0]
    office.declare(SECOND, stage="訂正")
    built = office.build()
    assert built.returncode == 0, built.stdout
    return office


def test_freezing_says_what_was_kept_and_where(frozen):
    office, told = frozen
    assert "令和4年度の確報（2023-06-20公表）" in told and "data/published/R4/1" in told
    kept = {
        path.relative_to(office.folder / "data/published/R4/1").as_posix()
        for path in (office.folder / "data/published/R4/1").rglob("data_quality.*")
    }
    assert kept == {f"{edition}/data_quality.answers.csv" for edition in ("internal", "public")}


def test_a_first_publication_has_its_revision_on_the_cover_and_nothing_to_correct(frozen):
    page = Office.page(frozen[0], "public")
    assert "令和5(2023)年6月20日" in page and "はじめての公表" in page


def test_changed_numbers_stop_the_build_and_the_old_report_stays(stopped):
    office, before, failed = stopped
    assert failed.returncode != 0 and "Traceback" not in failed.stdout
    for words in (
        "公表した数値",
        "2か所で変わります",
        "回答の数｜回答｜文字数：6 → 11",
        "回答の数｜回収｜割合：15.0 % → 27.5 %",
        "[[revision]]",
    ):
        assert words in failed.stdout
    now = office.documents()
    assert {path: now[path] for path in before} == before


@pytest.mark.parametrize("edition", ["", "public"])
def test_a_declared_correction_shows_what_changed_and_every_revision(corrected, edition):
    page = corrected.page(edition)
    for words in (
        "令和5(2023)年6月20日",
        "はじめての公表",
        "令和5(2023)年9月1日",
        "回答を1件加えた",
        "訂正の内容（前回の公表との違い）",
        "前回の公表から、2か所の数値が変わった。",
    ):
        assert words in page
    file = corrected.reports / edition / "tables/data_quality.changes.csv"
    head, first, _ = csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert dict(zip(head, first, strict=True)) == {
        "row": "1",
        "table": "回答の数",
        "row_row": "回答",
        "item": "文字数",
        "before": "6",
        "after": "11",
    }


def test_the_correction_goes_on_being_shown_when_it_is_frozen_and_made_again(corrected):
    before = corrected.documents()
    told = corrected.freeze()
    assert told.returncode == 0 and "data/published/R4/2" in told.stdout
    again = corrected.freeze()
    assert again.returncode != 0 and "もう控えてあります" in again.stdout
    doit(corrected.folder, "forget", "prepare:R4")
    assert corrected.build().returncode == 0
    assert corrected.documents() == before


def test_the_index_lists_the_revisions_latest_first(corrected):
    doit(corrected.folder)
    index = (corrected.folder / "reports/index.html").read_text(encoding="utf-8")
    table = index[index.index("公表と訂正の記録（新しい順）") :]
    assert table.index("回答を1件加えた") < table.index("はじめての公表")
