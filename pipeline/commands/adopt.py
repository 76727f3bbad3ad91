"""``doit adopt --year R6``: the filled 新旧対照表 → next year's menu, and the record of who decided what."""

import csv
import io
from pathlib import Path

import pandas as pd

from pipeline.adoption import applied, current, effect, field_label, is_adopted
from pipeline.codebook import FOLDER, Codebook
from pipeline.findings import BadInput, Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.decision_book import DECISIONS, SHEET
from pipeline.ingest.files import Grid, read_file
from pipeline.ingest.headings import read_sheet
from pipeline.preparing.decisions import BASE, judge, proposed
from pipeline.publishing.excel import FORMULA
from pipeline.publishing.failure import Failure
from pipeline.publishing.menu_workbook import menu_workbook
from pipeline.publishing.progress import say
from pipeline.schema import conform
from pipeline.store import RAW, Store, is_litter
from pipeline.year import Year

RECORD = {
    "decision_id": "案番号", "number": "No.", "title": "内容", "change": "改定区分", "field": "改める項目",
    "before": "現行", "proposed": "改定案", "opinion": "CIO補佐意見", "decision": "CIO決定",
    "after": "決定後の内容", "is_edited": "人が書き改めた", "reflected_in": "反映先No.",
    "decided_by": "決定者", "decided_on": "決定日", "note": "備考",
}  # fmt: skip


def adopt(root: Path, year: str, codebook: Path = FOLDER) -> None:
    """Write the menu of ``year`` and the record of the decisions into ``data/raw/<year>``.

    Raises BadInput with everything that is wrong with the decisions, or Failure where something is
    missing or already there; then nothing has been written.
    """
    target = FiscalYear.parse(year)
    before = Store.open(f"R{target.number - 1}", root) if target.number > 1 else None
    if before is None:
        raise Failure(f"{target.label}より前の年度は扱えません。")
    folder = Path(root) / RAW / str(target)
    tables = _base(before, target)
    declared = Year.open(before)
    paths = {
        "menu": folder / f"{declared.cover['town']}DX人材育成研修メニュー_{target}.xlsx",
        "record": folder / f"採択の記録_{target}.csv",
    }
    if there := [path.name for path in paths.values() if path.exists()]:
        raise Failure(f"{folder.as_posix()} に、もう「{'」「'.join(there)}」があります。上書きはしません。"
                      "作り直すときは、別の所に移してから実行してください。")  # fmt: skip
    decisions = _decisions(folder, before, target, codebook)
    new = applied(*tables, decisions, str(target))
    try:
        headings = _headings(codebook, target)
        menu = menu_workbook(*new, headings, declared.cover["town"], target, declared.synthetic)
    except ValueError as error:
        raise Failure(str(error)) from None
    _write(paths, {"menu": menu, "record": _record(decisions, tables[0])})
    _tell(decisions, tables, new, str(target), paths)


def _base(store: Store, year: FiscalYear) -> list[pd.DataFrame]:
    """courses, targets and course_years of the year before: the menu that is changed."""
    label = store.year.label
    missing = [name for name in (*BASE, "proposals") if not store.table(name).exists()]
    if missing:
        raise Failure(f"{label}の評価がまだ済んでいないので、{year.label}のメニューを作れません"
                      f"（無い表：{'、'.join(missing)}）。先に doit report:{store.year} を実行してください。")  # fmt: skip
    tables = [store.load(name) for name in BASE]
    if "number" not in tables[0] or tables[0]["number"].isna().any():
        raise Failure(f"{label}の研修には研修メニューのNo.がありません。もとになるメニューの表が無いので、"
                      f"{year.label}のメニューは作れません（メニューの表をそのまま data/raw/{year} に入れてください）。")  # fmt: skip
    return tables


def _decisions(folder: Path, before: Store, year: FiscalYear, codebook: Path) -> pd.DataFrame:
    grid = _find(folder)
    findings = Findings()
    # Its headings are those of the year that handed it out, which the codebook surely has.
    headings = Codebook(str(before.year), codebook).headings("decisions")
    sheet = read_sheet(grid, headings, "decisions", str(before.year), findings)
    rows = judge(sheet, proposed(before, str(year)), before.year, findings) if sheet else []
    findings.stop_if_fatal()
    return conform("decisions", rows)


def _find(folder: Path) -> Grid:
    """The only sheet 新旧対照表 among the workbooks of the folder."""
    files = sorted(p for p in folder.rglob("*.xlsx") if not is_litter(p.relative_to(folder)))
    found, unread = [], []
    for path in files:
        try:
            grids = read_file(path, path.relative_to(folder).as_posix())
        except BadInput as error:
            unread += error.findings
            continue
        found += [grid for grid in grids if grid.sheet == SHEET]
    where = folder.as_posix()
    if len(found) == 1:
        return found[0]
    if found:
        names = "」「".join(grid.file for grid in found)
        raise Failure(f"シート「{SHEET}」のあるブックが{len(found)}個あります（「{names}」）。"
                      f"決定を書いた1個だけを {where} に残してください。")  # fmt: skip
    if unread:
        raise BadInput(unread)
    raise Failure(f"{where} に、シート「{SHEET}」のあるExcelブックがありません。"
                  "決定を書き入れた menu_revision.xlsx を入れてください。")  # fmt: skip


def _headings(codebook: Path, year: FiscalYear) -> list:
    """The menu's headings of the new year, or of the year before where it has no column yet."""
    try:
        return Codebook(str(year), codebook).headings("menu")
    except BadInput:
        return Codebook(f"R{year.number - 1}", codebook).headings("menu")


def _record(decisions: pd.DataFrame, courses: pd.DataFrame) -> bytes:
    """The decisions as a CSV file that Excel opens as it is."""
    numbers = dict(zip(courses["course_id"], courses["number"], strict=True))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(RECORD.values())
    for row in decisions.to_dict("records"):
        row |= {
            "number": numbers[row["course_id"]],
            "field": field_label("" if pd.isna(row["field"]) else row["field"], row["change"]),
            "decided_on": f"{row['decided_on']:%Y-%m-%d}",
            "is_edited": "はい" if row["is_edited"] else "いいえ",
        }
        writer.writerow([_plain(row[name]) for name in RECORD])
    return text.getvalue().encode("utf-8-sig")


def _plain(value: object) -> str:
    """A text that Excel will not take for a formula."""
    text = "" if pd.isna(value) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _write(paths: dict[str, Path], contents: dict[str, bytes]) -> None:
    """Both files or none, and neither over one that exists."""
    written = []
    try:
        for name, path in paths.items():
            with path.open("xb") as file:
                written.append(path)
                file.write(contents[name])
    except OSError:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _tell(
    decisions: pd.DataFrame, old: list[pd.DataFrame], new: tuple[pd.DataFrame, ...], year: str,
    paths: dict[str, Path],
) -> None:  # fmt: skip
    counts = decisions["decision"].value_counts()
    say("決定：" + "、".join(f"{word} {counts.get(word, 0)}件" for word in DECISIONS))
    changed, others = [], []
    for row in decisions.to_dict("records"):
        if not is_adopted(row):
            continue
        found, source = effect(row), f"（{row['decision_id']}、{row['decision']}）"
        if found:
            field, course = found[0], row["course_id"]
            before, after = (current(field, course, *tables, year) or "空欄" for tables in (old, new))
            if before != after:
                changed.append(f"{row['title']}｜{field_label(field)}：{before} → {after}{source}")
                continue
        others.append(f"{row['title']}｜{row['change']}：{row['after']}{source}")
    for heading, lines in (
        ("メニューの表で改めたもの：", changed or ["なし"]),
        ("採用したが、表は変わらないもの（実施のしかたに反映してください）：", others),
    ):
        for text in [heading, *(f"  {line}" for line in lines)] if lines else []:
            say(text)
    for path in paths.values():
        say(f"{path.as_posix()} を作りました。")
