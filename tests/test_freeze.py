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

    def publish(self):
        self.declare(FIRST)
        built, told = self.build(), self.freeze()
        assert built.returncode == told.returncode == 0, built.stdout + told.stdout
        return told.stdout

    def page(self, edition=""):
        text = (self.reports / edition / "data_quality.html").read_text(encoding="utf-8")
        return unescape(re.sub(r"<style.*?</style>|<[^>]+>", "", text, flags=re.DOTALL))

    def made(self):
        """Every file of the year that a reader or a later step would meet, and the page of all years."""
        folders = (self.reports, self.folder / "data/processed/R4", self.folder / "data/published")
        return {
            path: path.read_bytes()
            for path in [*(p for folder in folders for p in folder.rglob("*")), self.folder / "reports/index.html"]
            if path.is_file()
        }


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    """A year whose 確報 was published and frozen."""
    office = Office(tmp_path_factory.mktemp("town"))
    return office, office.publish()


@pytest.fixture(scope="module")
def stopped(frozen):
    """The same after a raw cell was changed without a word."""
    office = frozen[0]
    before = office.made()
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
    names = ("data_quality.html", "data_quality.pdf", "data_quality.json", "tables/data_quality.answers.csv")
    assert kept == {f"{edition}/{name}" for edition in ("internal", "public") for name in names}


def test_a_first_publication_has_its_revision_on_the_cover_and_nothing_to_correct(frozen):
    page = Office.page(frozen[0], "public")
    assert "令和5(2023)年6月20日" in page and "はじめての公表" in page


def test_changed_numbers_stop_the_build_and_the_old_report_stays(stopped):
    office, before, failed = stopped
    assert failed.returncode != 0 and "Traceback" not in failed.stdout
    for words in (
        "公表した数値",
        "4か所で変わります",
        "■ データ品質報告書（公表版）：2か所\n  回答の数：2か所\n    回答｜文字数：6 → 11\n    回収｜割合：15.0 % → 27.5 %",
        "[[revision]]",
        "前回までの報告書は、そのまま残っています。",
    ):
        assert words in failed.stdout
    assert office.made() == before


def test_the_published_year_is_up_to_date_again_once_the_file_is_put_back(stopped):
    office, before, _ = stopped
    office.answer("R4 の回答")
    assert "すべて最新です" in office.build().stdout
    assert office.made() == before
    office.answer("R4 の回答、それから")


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
    told = corrected.freeze()
    assert told.returncode == 0 and "data/published/R4/2" in told.stdout
    before = {path: data for path, data in corrected.made().items() if path.suffix in (".html", ".pdf", ".csv")}
    again = corrected.freeze()
    assert again.returncode != 0 and "もう控えてあります" in again.stdout
    (corrected.folder / "data/processed/R4/runs/data_quality.internal.json").unlink()
    assert "データ品質報告書  完了" in corrected.build().stdout
    now = corrected.made()
    assert {path: now[path] for path in before} == before


def test_the_index_lists_the_revisions_latest_first(corrected):
    doit(corrected.folder)
    index = (corrected.folder / "reports/index.html").read_text(encoding="utf-8")
    table = index[index.index("公表と訂正の記録（新しい順）") :]
    assert table.index("回答を1件加えた") < table.index("はじめての公表")
