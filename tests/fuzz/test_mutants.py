"""Whatever a raw file holds, it is read or refused in Japanese; and what the campaign found, by name."""

import io
import os
import sys
import zipfile

import pytest
from openpyxl import Workbook

from pipeline.findings import BadInput
from pipeline.ingest.files import read_file
from pipeline.preparing.intake import read_files
from pipeline.year import Year
from tests.towns import ROSTER, Town, survey

if sys.platform == "win32":
    pytest.skip("the campaign forks", allow_module_level=True)
from tests.fuzz.run import SOUND, case


@pytest.mark.parametrize("number", range(2000, 2030))
def test_a_spoilt_file_is_read_or_refused_in_japanese(number):
    assert case(number)[2] in SOUND


@pytest.mark.parametrize("name", ["", ".", "第**回.csv", "山" * 120 + ".csv", "a\\\\u0000.csv"])
def test_a_name_that_no_file_can_have_is_told(tmp_path, name):
    town = Town(tmp_path)
    town.declare(f'file = "{ROSTER}"', f'file = "{name}"'.replace("\\\\", "\\"))
    with pytest.raises(BadInput) as error:
        Year.open(town.store)
    assert [f.what.split("「")[1].split("」")[0] for f in error.value.findings] == ["file"]


def test_brackets_nested_too_deep_are_told(tmp_path):
    town = Town(tmp_path)
    town.store.declaration.write_text("a = " + "[" * 5000, encoding="utf-8")
    with pytest.raises(BadInput, match="括弧"):
        Year.open(town.store)


def test_a_name_from_a_zip_of_windows_is_shown_as_windows_does(tmp_path):
    town = Town(tmp_path)
    try:
        (town.folder / os.fsdecode("控え.csv".encode("cp932"))).write_bytes(b"1\n")
    except OSError:
        pytest.skip("a file system that takes no such name")
    [told] = [f for f in read_files(Year.open(town.store))[1].findings.items if f.rule_id == "F10"]
    assert told.file == "控え.csv"


def test_a_cell_far_away_costs_nothing(tmp_path):
    page = Workbook().active
    page["A1"], page["XFD1"], page["A1048576"] = 1, 2, 3
    page.parent.save(tmp_path / "a.xlsx")
    [grid] = read_file(tmp_path / "a.xlsx", "a.xlsx")
    assert grid.cells == {(1, 1): 1, (1, 16384): 2, (1048576, 1): 3}


def test_a_bomb_is_refused_before_it_is_opened(tmp_path):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(250_000_000))
    (tmp_path / "a.xlsx").write_bytes(written.getvalue())
    with pytest.raises(BadInput, match="大きすぎ"):
        read_file(tmp_path / "a.xlsx", "a.xlsx")


def test_a_byte_that_cannot_be_read_names_its_row(tmp_path):
    town = Town(tmp_path)
    path = town.folder / survey(1)
    lines = path.read_bytes().split(b"\n")
    lines[3] = b"\x81\xff" + lines[3]
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(BadInput) as error:
        read_file(path, survey(1))
    assert [(f.rule_id, f.cell) for f in error.value.findings] == [("F07", "4行")]
