"""What needn't be kept any longer is deleted, and on record as deleted; the rest stays."""

import csv
import shutil
from datetime import date

import pytest

from pipeline.commands.check import check
from pipeline.commands.purge import RENEWAL, UNDECLARED, purge, purge_key
from pipeline.commands.tasks import stage_of_year, stores
from pipeline.failure import Failure
from pipeline.findings import BadInput
from pipeline.fiscal_year import FiscalYear
from pipeline.preparing.id_key import is_sound, make_key, read_key
from pipeline.retention import ends, months
from pipeline.stages import STAGES
from pipeline.store import Store
from pipeline.year import Year
from tests.towns import PROJECT, ROSTER, SAMPLE

# The sample keeps its raw files for three years after March 2023, its tables for five.
BEFORE, RAW_OVER, ALL_OVER = date(2023, 9, 30), date(2026, 4, 1), date(2028, 4, 1)
MADE = {
    "data/private/R4/未受講者一覧_R4.xlsx": "private",
    "data/private/R4/探索/部外秘_R4_1.csv": "private",
    "data/processed/R4/responses.parquet": "processed",
    "data/processed/R4/runs/annual_report.internal.json": "processed",
    "data/published/R4/1/internal/annual_report.ratings.csv": "internal",
    "reports/R4/失敗_annual_report.ipynb": "failures",
}
KEPT = [
    "data/private/plans/R4.json",
    "data/published/R4/1/public/annual_report.ratings.csv",
    "data/published/R4/1/manifest.json",
    "reports/R4/annual_report.html",
    "reports/R4/public/annual_report.html",
]


@pytest.fixture
def town(tmp_path):
    """A real year that has been evaluated and published, as far as its files go."""
    shutil.copytree(SAMPLE / "R4", tmp_path / "data/raw/R4")
    for name in (*MADE, *KEPT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    make_key(Year.open(Store.open("R4", tmp_path)))
    return Store.open("R4", tmp_path)


def there(store, kinds):
    """Which of MADE of these kinds are there."""
    return [name for name, kind in MADE.items() if kind in kinds and (store.root / name).exists()]


def agree(words):
    return lambda _: words


def record(store):
    with store.purge_record.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("written", "months_", "day"),
    [("3年", 36, date(2026, 4, 1)), ("6か月", 6, date(2023, 10, 1)), ("12か月", 12, date(2024, 4, 1))],
)
def test_a_period_counts_from_the_end_of_the_fiscal_year(written, months_, day):
    assert (months(written), ends(FiscalYear.parse("R4"), written)) == (months_, day)


@pytest.mark.parametrize("written", ["3", "0年", "三年", "3年間", "3ヶ月", ""])
def test_what_is_no_period(written):
    assert months(written) == 0


def test_before_the_time_nothing_goes_and_it_is_said_when(town, capsys):
    purge(town.root, "R4", BEFORE, agree("R4"))
    assert "令和8(2026)年4月1日から消せます" in capsys.readouterr().out
    assert len(there(town, MADE.values())) == len(MADE) and not town.purge_record.exists()


def test_what_is_over_goes_and_the_rest_stays(town):
    names = sorted(path.name for path in town.raw_files if path != town.declaration)
    purge(town.root, "R4", RAW_OVER, agree("R4"))
    assert sorted(p.name for p in town.raw_dir.rglob("*")) == sorted([town.declaration.name, town.purge_record.name])
    assert there(town, ["private", "failures"]) == []
    assert len(there(town, ["processed", "internal"])) == 3
    assert all((town.root / name).exists() for name in KEPT)
    rows = record(town)
    assert len([row for row in rows if row["種類"] == "受け取った資料"]) >= len(names) > 10
    assert {row["根拠"] for row in rows} == {'raw = "3年"', 'private = "3年"', 'failures = "6か月"'}
    purge(town.root, "R4", ALL_OVER, agree("R4"))
    assert there(town, MADE.values()) == [] and town.id_key.exists() and all((town.root / n).exists() for n in KEPT)


def test_the_record_names_no_file_by_the_name_of_a_person(town):
    (town.raw_dir / "髙﨑太郎の回答.xlsx").write_bytes(b"x")
    purge(town.root, "R4", RAW_OVER, agree("R4"))
    files = [row["ファイル"] for row in record(town)]
    assert f"{UNDECLARED}.xlsx" in files and ROSTER in files and "各回アンケート/第*回.csv" in files
    assert "髙﨑" not in town.purge_record.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("answer", ["", "はい", "R5"])
def test_nothing_goes_unless_the_year_is_typed(town, answer):
    before = sorted(town.root.rglob("*"))
    with pytest.raises(Failure, match="何も消しませんでした"):
        purge(town.root, "R4", ALL_OVER, agree(answer))
    assert sorted(town.root.rglob("*")) == before


def test_nothing_goes_where_no_period_is_declared(town):
    text = town.declaration.read_text(encoding="utf-8")
    start, end = text.index("[retention]"), text.index("[attendance]")
    town.declaration.write_text(text[:start] + text[end:], encoding="utf-8")
    with pytest.raises(Failure, match=r"\[retention\]"):
        purge(town.root, "R4", ALL_OVER, agree("R4"))


def test_the_sample_is_never_deleted_nor_asked_for(tmp_path, capsys):
    shutil.copytree(SAMPLE / "R4", tmp_path / "data/sample/R4")
    with pytest.raises(Failure, match="data/raw"):
        purge(tmp_path, "R4", ALL_OVER, agree("R4"))
    check(tmp_path)
    assert "保存期間" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('raw = "3年"\nprocessed = "1年"', "processed(.|\n)*3年(.|\n)*より短くない"),
        ('private = "1年"', "private(.|\n)*定めなし"),
        ('raw = "ずっと"', "raw(.|\n)*6か月"),
        ("raw = 3", "raw(.|\n)*6か月"),
        ('log = "3年"', "知らない項目「log」"),
    ],
)
def test_periods_without_sense_are_refused(town, lines, said):
    text = town.declaration.read_text(encoding="utf-8")
    start, end = text.index("[retention]"), text.index("[attendance]")
    town.declaration.write_text(f"{text[:start]}[retention]\n{lines}\n{text[end:]}", encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        Year.open(town)


def test_a_year_without_its_raw_files_is_closed(town, capsys):
    """Its documents stay, nothing tries to make them again, and the next years have its tables."""
    shutil.copytree(SAMPLE / "R5", town.root / "data/raw/R5")
    following = Store.open("R5", town.root)
    (town.root / "data/processed/R4/cells.parquet").write_bytes(b"x")
    purge(town.root, "R4", RAW_OVER, agree("R4"))
    assert town.is_closed and stores(town.root) == [following]
    assert following.earlier("cells") == [town.table("cells")] and following.earlier("evidence") == []
    inputs = STAGES["associate"].inputs(following)
    assert stage_of_year(STAGES["associate"], following, PROJECT)["task_dep"] == ["prepare:R5"]
    assert town.table("cells") in inputs and town.table("association") not in inputs
    check(town.root)
    assert "廃棄しました" in capsys.readouterr().out


def test_the_check_names_what_is_over(town, capsys):
    check(town.root)  # of today: the failures went half a year after March 2023
    screen = capsys.readouterr().out
    assert "！ 保存期間：失敗の記録" in screen and "doit purge --year R4" in screen


def test_the_key_goes_only_when_it_is_told_by_name(town):
    old = read_key(Year.open(town))
    with pytest.raises(Failure):
        purge_key(town.root, agree("R4"))
    assert read_key(Year.open(town)) == old
    purge_key(town.root, agree(RENEWAL))
    assert read_key(Year.open(town)) != old and is_sound(town)
    assert there(town, ["processed"]) == [] and len(there(town, ["private", "internal"])) == 3
    assert {row["根拠"] for row in record(town)} == {"purge --key"}
