"""doit new: the next year's folder, from which nothing can be run before it is filled in."""

import os
import shutil
import stat
from datetime import date

import pytest

from pipeline.codebook import FOLDER, Codebook
from pipeline.commands.new_year import new_year
from pipeline.failure import Failure
from pipeline.findings import BadInput
from pipeline.store import Store
from pipeline.year import Year


@pytest.fixture
def root(tmp_path):
    shutil.copytree("data/sample/R4", tmp_path / "data/sample/R4")
    shutil.copytree(FOLDER, tmp_path / "codebook")
    return tmp_path


def make(root, year="R6"):
    new_year(root, year, codebook=root / "codebook", today=date(2023, 4, 3))
    return Store.open(year, root)


def test_the_new_declaration_is_refused_until_its_marked_lines_are_filled_in(root):
    store = make(root)
    with pytest.raises(BadInput) as refused:
        Year.open(store)
    [refusal] = refused.value.findings
    assert refusal.rule_id == "Y07"
    text = store.declaration.read_text(encoding="utf-8")
    marked = [n for n, line in enumerate(text.splitlines(), start=1) if '"要記入"' in line]
    assert f"{len(marked)}か所" in refusal.what
    assert "、".join(map(str, marked)) in refusal.what
    store.declaration.write_text(text.replace("要記入", "記入した"), encoding="utf-8")
    year = Year.open(store)
    assert (year.declared["fiscal_year"], year.synthetic, year.awaits_answers) == ("R6", False, True)
    assert year.plan.seed == 20230403


def test_last_years_values_stand_beside_the_marked_lines(root):
    text = make(root).declaration.read_text(encoding="utf-8")
    assert '前年度は "DX研修_出席簿(R4)最終.xlsx"' in text
    assert "見本" not in text


def test_the_codebook_understands_the_new_year_as_the_last_one(root):
    make(root)
    old, new = (Codebook(year, root / "codebook") for year in ("R5", "R6"))
    assert new.headings("register") == old.headings("register")
    assert new.items("course5") == old.items("course5")
    for path in (root / "codebook").glob("*.csv"):
        assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n"), path.name


def test_nothing_that_exists_is_overwritten(root):
    before = make(root).declaration.read_bytes()
    with pytest.raises(Failure, match="上書きはしません"):
        make(root)
    assert Store.open("R6", root).declaration.read_bytes() == before


def test_a_year_before_all_others_has_no_model(root):
    with pytest.raises(Failure, match="ひな形"):
        make(root, "R4")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise; the handbook says how")
def test_the_new_folder_is_its_owner_s_and_the_codebook_stays_everybody_s(root):
    (root / "codebook/headers.csv").chmod(0o644)
    before = os.umask(0o077)  # as every command has it
    try:
        store = make(root)
    finally:
        os.umask(before)
    paths = store.raw_dir, store.declaration, root / "codebook/headers.csv"
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o700, 0o600, 0o644]
