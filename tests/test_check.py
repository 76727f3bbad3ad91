"""doit check says on one screen what would stop the run, and writes no report."""

import shutil

from pipeline.commands.check import check
from pipeline.store import Store


def town(tmp_path):
    shutil.copytree("data/sample/R4", tmp_path / "data/raw/R4")
    return tmp_path


def test_a_sound_year_can_be_run(tmp_path, capsys):
    root = town(tmp_path)
    check(root)
    screen = capsys.readouterr().out
    assert "令和4(2022)年度" in screen
    assert "○ ファイル：14個を読めました" in screen
    assert not (root / "reports").exists()
    assert len(screen.splitlines()) < 25


def test_everything_that_would_stop_the_run_is_listed_at_once(tmp_path, capsys):
    root = town(tmp_path)
    folder = Store.open("R4", root).raw_dir
    (folder / "DXアイデア一覧.xlsx").unlink()
    survey = folder / "各回アンケート/第2回.csv"
    survey.write_bytes(survey.read_bytes().replace("やや満足".encode("cp932"), "まあまあ".encode("cp932")))
    assert not check(root)
    screen = capsys.readouterr().out
    assert "DXアイデア一覧.xlsx" in screen
    assert "知らない" in screen or "選択肢に無い" in screen
    assert "scales.csv" in screen
    assert "直してから" in screen


def test_a_folder_that_is_no_year_is_not_passed_over(tmp_path, capsys):
    root = town(tmp_path)
    (root / "data/raw/R５").mkdir()
    (root / "data/raw/R５/名簿.xlsx").write_bytes(b"x")
    assert not check(root)
    assert "R５" in capsys.readouterr().out
