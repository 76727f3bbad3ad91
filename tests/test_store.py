"""Which years there are, which files belong to one, and that a table is never half written."""

import pandas as pd
import pytest

from pipeline.store import Store, undeclared, years


def declare(root, *folders):
    for folder in folders:
        (root / folder).mkdir(parents=True)
        (root / folder / "year.toml").touch()


def test_the_sample_town_stands_in_only_while_there_is_no_real_year(tmp_path):
    declare(tmp_path, "data/sample/R4", "data/sample/R5")
    assert list(map(str, years(tmp_path))) == ["R4", "R5"]
    assert Store.open("R4", tmp_path).raw_dir == tmp_path / "data/sample/R4"
    assert Store.open("R4", tmp_path).is_sample

    declare(tmp_path, "data/raw/R10", "data/raw/R9")
    assert list(map(str, years(tmp_path))) == ["R9", "R10"]
    assert not Store.open("R4", tmp_path).is_sample


def test_a_folder_that_would_be_passed_over_is_named(tmp_path):
    declare(tmp_path, "data/raw/R5", "data/raw/R4旧")
    for folder in ("R6", "令和7年度", "R8", "R9"):
        (tmp_path / "data/raw" / folder).mkdir()
    (tmp_path / "data/raw/R6/出席簿.xlsx").touch()  # no year.toml
    (tmp_path / "data/raw/令和7年度/出席簿.xlsx").touch()  # not a year's name
    (tmp_path / "data/raw/R8/Thumbs.db").touch()  # nobody put that there; R9 is empty
    assert list(map(str, years(tmp_path))) == ["R5"]
    assert [folder.name for folder in undeclared(tmp_path)] == ["R4旧", "R6", "令和7年度"]


def test_raw_files_are_those_that_a_person_put_there(tmp_path):
    declare(tmp_path, "data/raw/R4")
    store = Store.open("R4", tmp_path)
    (store.raw_dir / "各回アンケート").mkdir()
    kept = ["year.toml", "出席簿.xlsx", "各回アンケート/第1回.csv"]
    litter = [
        "~$出席簿.xlsx",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        ".~lock.出席簿.xlsx#",
        "各回アンケート/~$第1回.csv",
    ]
    for name in kept + litter:
        (store.raw_dir / name).touch()
    assert [path.relative_to(store.raw_dir).as_posix() for path in store.raw_files] == kept


def test_a_table_comes_back_as_it_was_saved(tmp_path):
    table = pd.DataFrame({"participant_id": ["p1", "p2"], "value": [1.5, None], "n": [1, 2]})
    store = Store.open("R4", tmp_path)
    store.save("responses", table)
    pd.testing.assert_frame_equal(store.load("responses"), table)


def test_the_same_table_gives_the_same_bytes(tmp_path):
    table = pd.DataFrame({"participant_id": ["p1", "p2"], "value": [1.5, None]})
    first, second = Store.open("R4", tmp_path), Store.open("R5", tmp_path)
    first.save("responses", table)
    second.save("responses", table.copy())
    assert first.table("responses").read_bytes() == second.table("responses").read_bytes()


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path):
    store = Store.open("R4", tmp_path)
    store.save("responses", pd.DataFrame({"value": [1]}))
    with pytest.raises(Exception, match="value"):
        store.save("responses", pd.DataFrame({"value": [1, object()]}))
    assert store.load("responses")["value"].tolist() == [1]
    assert [path.name for path in store.processed_dir.iterdir()] == ["responses.parquet"]


def test_a_missing_table_says_which_and_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="表「responses」がまだありません.*doit"):
        Store.open("R4", tmp_path).load("responses")
