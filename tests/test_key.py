"""The key of the ids: made once, its loss noticed, and no result hangs on it."""

import re
import shutil
import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.commands.check import check
from pipeline.commands.person import write_person
from pipeline.failure import Failure
from pipeline.findings import BadInput
from pipeline.inference.tested_year import TestedYear
from pipeline.preparing.id_key import is_sound, make_key, read_key, renew_key
from pipeline.preparing.intake import read_files
from pipeline.preparing.people import read_directory
from pipeline.preparing.prepare import prepare
from pipeline.publishing.excel import HEAD_ROW
from pipeline.store import Store
from pipeline.year import Year


def a_town(root, key=None):
    """The sample's R4 as a real year, with few draws, whose ids are made with ``key``."""
    shutil.copytree("data/sample/R4", root / "data/raw/R4")
    store = Store.open("R4", root)
    text = re.sub(r"^draws = \d+", "draws = 999", store.declaration.read_text(encoding="utf-8"), flags=re.M)
    store.declaration.write_text(text, encoding="utf-8")
    if key:
        store.id_key.parent.mkdir(parents=True)
        store.id_key.write_text(key)
    return Year.open(store)


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """One year, tested with two keys: (tables, what was found) of each."""
    found = []
    for digit in "0f":
        year = a_town(tmp_path_factory.mktemp(digit), digit * 64)
        tables = prepare(year)
        found.append((tables, TestedYear.of("R4", tables, year.plan, {}, {})))
    return found


def test_another_key_makes_other_ids(two_years):
    one, other = (set(tables["participants"]["participant_id"]) for tables, _ in two_years)
    assert len(one) == len(other) == 24 and not one & other


@pytest.mark.parametrize("name", ["verdict", "association", "sensitivity", "catch_up", "association_by_course"])
def test_no_result_hangs_on_the_key(two_years, name):
    """Verdict, p, interval: also what is drawn at random."""
    one, other = (tested.saved[name] for _, tested in two_years)
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize("name", ["chances", "extent", "secondary", "fallback", "by_session"])
def test_nothing_that_is_said_of_it_hangs_on_the_key(two_years, name):
    one, other = (getattr(tested, name) for _, tested in two_years)
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_the_key_is_made_once_for_its_owner_only(tmp_path):
    year = a_town(tmp_path)
    with ThreadPoolExecutor(8) as pool:  # as with doit -n
        list(pool.map(lambda _: make_key(year), range(40)))
    path = year.store.id_key
    assert read_key(year) == path.read_bytes()
    assert [p.name for p in sorted(path.parent.rglob("*"))] == ["id.key", "plans", "id.key.sha256"]
    if sys.platform != "win32":
        assert {stat.S_IMODE(p.stat().st_mode) for p in (path, *year.store.key_marks)} == {0o600}
    assert path.read_text() not in "".join(p.read_text() for p in year.store.key_marks)


def test_the_check_beforehand_makes_no_key(tmp_path):
    year = a_town(tmp_path)
    assert check(tmp_path)
    assert not (tmp_path / "data/private").exists() and is_sound(year.store)


@pytest.mark.parametrize("damage", [b"", b"0123", b"\0" * 64])
def test_a_damaged_key_stops_the_run(tmp_path, damage):
    year = a_town(tmp_path)
    make_key(year)
    year.store.id_key.write_bytes(damage)
    with pytest.raises(BadInput, match="data/private/id.key(.|\n)*鍵"):
        read_key(year)
    assert not is_sound(year.store)


@pytest.mark.parametrize("gone", ["data/private/id.key", "data/private"])
def test_a_lost_key_stops_the_run_and_is_not_made_anew(tmp_path, gone, capsys):
    """Also where the whole folder is lost: the tables know which key made them."""
    year = a_town(tmp_path)
    make_key(year)
    path = tmp_path / gone
    path.unlink() if path.is_file() else shutil.rmtree(path)
    with pytest.raises(BadInput, match="K03(.|\n)*data/processed/R4(.|\n)*doit restore"):
        prepare(year)
    assert not check(tmp_path) and "K03" in capsys.readouterr().out
    assert not year.store.id_key.exists() and not is_sound(year.store)


def test_another_key_stops_the_run(tmp_path, capsys):
    year = a_town(tmp_path)
    make_key(year)
    year.store.id_key.write_text("0" * 64)
    with pytest.raises(BadInput, match="K04(.|\n)*data/processed/R4"):
        prepare(year)
    assert not check(tmp_path) and "K04" in capsys.readouterr().out
    assert not is_sound(year.store)


def test_the_loss_of_the_key_of_one_year_stops_the_next(tmp_path):
    make_key(a_town(tmp_path))
    Store.open("R4", tmp_path).id_key.unlink()
    folder = shutil.copytree("data/sample/R4", tmp_path / "data/raw/R5")
    text = (folder / "year.toml").read_text(encoding="utf-8")
    (folder / "year.toml").write_text(text.replace('fiscal_year = "R4"', 'fiscal_year = "R5"'), encoding="utf-8")
    with pytest.raises(BadInput, match="K03"):
        prepare(Year.open(Store.open("R5", tmp_path)))


def test_a_renewed_key_is_taken_once_the_tables_of_the_old_one_are_gone(tmp_path):
    year = a_town(tmp_path)
    make_key(year)
    old = read_key(year)
    shutil.rmtree(year.store.processed_dir)
    renew_key(year.store)
    make_key(year)
    assert read_key(year) != old and is_sound(year.store)


def test_somebody_s_own_data_are_theirs_alone(tmp_path):
    """The rows of one person in every table, by the staff number and the key."""
    year = a_town(tmp_path)
    tables = prepare(year)
    for name, table in tables.items():
        year.store.save(name, table)
    person = read_directory(year, read_files(year)[0])[0].people[0]
    book = load_workbook(write_person(tmp_path, "R4", person.staff_no))
    own = tables["attendance"].query("participant_id == @person.participant_id")
    sheet = book["attendance"]
    assert sheet.max_row == HEAD_ROW + len(own) == HEAD_ROW + 7
    texts = [str(value) for page in book for row in page.iter_rows(values_only=True) for value in row]
    ids = set(tables["participants"]["participant_id"])
    assert not [text for text in texts if any(one in text for one in ids)]
    with pytest.raises(Failure):
        write_person(tmp_path, "R4", "9999")
