"""The key, the plans and what was published can be put back, and nothing else is touched."""

import shutil

import pytest

from pipeline.commands.backup import SUMS, back_up, restore
from pipeline.failure import Failure
from pipeline.preparing.id_key import make_key, read_key
from pipeline.store import Store
from pipeline.year import Year
from tests.towns import SAMPLE

OTHERS = ["data/private/plans/R4.json", "data/published/R4/1/public/annual_report.ratings.csv"]


@pytest.fixture
def town(tmp_path):
    root = tmp_path / "town"
    shutil.copytree(SAMPLE / "R4", root / "data/raw/R4")
    for name in (*OTHERS, "data/processed/R4/responses.parquet"):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(name)
    make_key(Year.open(Store.open("R4", root)))
    return Store.open("R4", root)


@pytest.fixture
def kept(town, tmp_path):
    return back_up(town.root, tmp_path / "別のディスク")


def test_only_what_nothing_can_make_again_is_kept(kept):
    files = {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()}
    assert files == {SUMS, "data/private/id.key", "data/private/plans/id.key.sha256", *OTHERS}


def test_what_was_lost_comes_back(town, kept):
    year = Year.open(town)
    key = read_key(year)
    shutil.rmtree(town.id_key.parent)
    restore(town.root, kept)
    assert read_key(year) == key and all((town.root / name).read_text() == name for name in OTHERS)
    restore(town.root, kept)  # nothing is missing, nothing happens


def test_a_later_backup_leaves_the_earlier_one(town, kept):
    before = sorted(kept.rglob("*"))
    shutil.move(kept, kept.with_name("控え_20240401_000000"))
    assert back_up(town.root, kept.parent) != kept.with_name("控え_20240401_000000")
    assert len(sorted(kept.with_name("控え_20240401_000000").rglob("*"))) == len(before)


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("0"), lambda path: path.unlink()], ids=["cut", "gone"])
def test_a_backup_that_is_not_whole_puts_nothing_back(town, kept, spoil):
    spoil(kept / OTHERS[0])
    town.id_key.unlink()
    with pytest.raises(Failure, match=r"壊れています(.|\n)*R4\.json"):
        restore(town.root, kept)
    assert not town.id_key.exists()


def test_what_is_there_is_never_replaced(town, kept):
    (town.root / OTHERS[0]).write_text("another plan")
    town.id_key.unlink()
    with pytest.raises(Failure, match=r"何も戻しませんでした: data/private/plans/R4\.json"):
        restore(town.root, kept)
    assert (town.root / OTHERS[0]).read_text() == "another plan" and not town.id_key.exists()


def test_a_list_that_leads_out_of_the_town_is_refused(town, kept, tmp_path):
    with (kept / SUMS).open("a") as lines:
        lines.write(f"{'0' * 64}  ../elsewhere\n")
    with pytest.raises(Failure, match="外を指しています"):
        restore(town.root, kept)


def test_the_key_of_another_town_is_not_taken_for_this_one_s(town, kept, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(SAMPLE / "R4", other / "data/raw/R4")
    make_key(Year.open(Store.open("R4", other)))
    shutil.rmtree(other / "data/private")
    with pytest.raises(Failure, match="作った鍵と違います"):
        restore(other, kept)


def test_a_copy_beside_the_original_is_no_backup(town):
    with pytest.raises(Failure, match="別のディスク"):
        back_up(town.root, town.root / "控え")


def test_a_folder_that_is_no_backup(town, tmp_path):
    with pytest.raises(Failure, match="控えではありません"):
        restore(town.root, tmp_path)
