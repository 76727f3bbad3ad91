"""``doit adopt --year R6``: the filled 新旧対照表 → next year's menu, and the record of who decided what."""

import csv
import io
from pathlib import Path

import pandas as pd

from pipeline.codebook import FOLDER, Codebook, codes
from pipeline.failure import Failure
from pipeline.findings import BadInput, Finding, Findings
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.decisions import SHEET
from pipeline.ingest.files import Grid, read_file
from pipeline.ingest.headings import read_sheet
from pipeline.menu.adoption import NEW, applied, current, effect, is_adopted, is_merged, with_new
from pipeline.menu.decisions import judge
from pipeline.menu.fields import field_label
from pipeline.menu.mergers import check_mergers, merger_notes
from pipeline.menu.new_courses import SHEET as NEW_SHEET
from pipeline.menu.new_courses import NewCourses, read_new_courses
from pipeline.preparing.decisions import BASE, proposed
from pipeline.publishing.menu_workbook import menu_workbook
from pipeline.publishing.progress import say
from pipeline.schema import conform
from pipeline.store import RAW, Store, is_litter
from pipeline.text import plain_text
from pipeline.year import Year

Base = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]  # courses, targets, course_years
RECORD = {
    "decision_id": "案番号",
    "number": "No.",
    "title": "内容",
    "change": "改定区分",
    "field": "改める項目",
    "before": "現行",
    "proposed": "改定案",
    "opinion": "CIO補佐意見",
    "decision": "CIO決定",
    "after": "決定後の内容",
    "is_edited": "人が書き改めた",
    "reflected_in": "反映先No.",
    "decided_by": "決定者",
    "decided_on": "決定日",
    "note": "備考",
}


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
        raise Failure(
            f"{folder.as_posix()} に、もう「{'」「'.join(there)}」があります。上書きはしません。"
            "作り直すときは、別の所に移してから実行してください。"
        )
    decisions, added = _decisions(folder, before, target, tables, codebook)
    notes = merger_notes(decisions)
    new = with_new(*applied(*tables, decisions, str(target)), added.lines)
    try:
        headings = _headings(codebook, target)
        menu = menu_workbook(*new, headings, declared.cover["town"], target, declared.synthetic, notes)
    except ValueError as error:
        raise Failure(str(error)) from None
    decisions = pd.concat([decisions, conform("decisions", added.decisions)], ignore_index=True)
    numbers = dict(zip(new[0]["course_id"], new[0]["number"], strict=True))
    _write(paths, {"menu": menu, "record": _record(decisions, numbers, notes)})
    _tell(decisions, added, tables, new, str(target), paths)


def _base(store: Store, year: FiscalYear) -> Base:
    """courses, targets and course_years of the year before: the menu that is changed."""
    label = store.year.label
    missing = [name for name in (*BASE, "proposals") if not store.table(name).exists()]
    if missing:
        raise Failure(
            f"{label}の評価がまだ済んでいないので、{year.label}のメニューを作れません"
            f"（無い表：{'、'.join(missing)}）。先に doit report:{store.year} を実行してください。"
        )
    tables = store.load(BASE[0]), store.load(BASE[1]), store.load(BASE[2])
    if "number" not in tables[0] or tables[0]["number"].isna().any():
        raise Failure(
            f"{label}の研修には研修メニューのNo.がありません。もとになるメニューの表が無いので、"
            f"{year.label}のメニューは作れません（メニューの表をそのまま data/raw/{year} に入れてください）。"
        )
    return tables


def _decisions(
    folder: Path, before: Store, year: FiscalYear, tables: Base, codebook: Path
) -> tuple[pd.DataFrame, NewCourses]:
    """The decisions on last year's proposals, and the courses that are new; BadInput if one is unclear."""
    grid, new_grid = _find(folder)
    findings = Findings()
    # Its headings are those of the year that handed it out, which the codebook surely has.
    handed_out = Codebook(str(before.year), codebook)
    sheet = read_sheet(grid, handed_out.headings("decisions"), "decisions", str(before.year), findings)
    findings.stop_if_fatal()
    assert sheet is not None  # or its missing headings have stopped us
    rows = judge(sheet, proposed(before, str(year)), before.year, findings, handed_out)
    courses, _, course_years = tables
    added = read_new_courses(new_grid, grid.file, handed_out, before.year, rows, courses, findings)
    titles = {line.course_id: line.title for line in added.lines}
    check_mergers(rows, sheet, courses, course_years, titles, str(year), findings)
    findings.stop_if_fatal()
    for row in rows:  # what only the menu knows: where a new course went, and what a chosen field was
        if row["decision_id"] in added.numbers:
            row["reflected_in"] = row["reflected_in"] or str(added.numbers[row["decision_id"]])
        if row["field"]:
            row["before"] = current(row["field"], row["course_id"], *tables, str(year)) or None
    return conform("decisions", rows), added


def _find(folder: Path) -> tuple[Grid, Grid | None]:
    """The only sheet 新旧対照表 among the workbooks of the folder, and its sheet of new courses."""
    files = sorted(p for p in folder.rglob("*.xlsx") if not is_litter(p.relative_to(folder)))
    found: list[tuple[Grid, Grid | None]] = []
    unread: list[Finding] = []
    for path in files:
        try:
            grids = read_file(path, path.relative_to(folder).as_posix())
        except BadInput as error:
            unread += error.findings
            continue
        new = next((grid for grid in grids if grid.sheet == NEW_SHEET), None)
        found += [(grid, new) for grid in grids if grid.sheet == SHEET]
    where = folder.as_posix()
    if len(found) == 1:
        return found[0]
    if found:
        names = "」「".join(grid.file for grid, _ in found)
        raise Failure(
            f"シート「{SHEET}」のあるブックが{len(found)}個あります（「{names}」）。"
            f"決定を書いた1個だけを {where} に残してください。"
        )
    if unread:
        raise BadInput(unread)
    raise Failure(
        f"{where} に、シート「{SHEET}」のあるExcelブックがありません。"
        "決定を書き入れた menu_revision.xlsx を入れてください。"
    )


def _headings(codebook: Path, year: FiscalYear) -> list:
    """The menu's headings of the new year, or of the year before where it has no column yet."""
    try:
        return Codebook(str(year), codebook).headings("menu")
    except BadInput:
        return Codebook(f"R{year.number - 1}", codebook).headings("menu")


def _record(decisions: pd.DataFrame, numbers: dict[str, int], notes: dict[str, str]) -> bytes:
    """The decisions as a CSV file that Excel opens as it is. ``notes``: course_id → what its end means."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(RECORD.values())
    for row in decisions.to_dict("records"):
        remarks = [row["note"], notes[row["course_id"]] if is_merged(row) else None]
        row |= {
            "number": numbers[row["course_id"]],
            "change": codes("change")[row["change"]],
            "decision": codes("decision")[row["decision"]],
            "field": field_label("" if pd.isna(row["field"]) else row["field"], row["change"]),
            "decided_on": f"{row['decided_on']:%Y-%m-%d}",
            "is_edited": "はい" if row["is_edited"] else "いいえ",
            "note": "／".join(remark for remark in remarks if pd.notna(remark)),
        }
        writer.writerow([plain_text("" if pd.isna(row[name]) else str(row[name])) for name in RECORD])
    return text.getvalue().encode("utf-8-sig")


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


def _tell(decisions: pd.DataFrame, added: NewCourses, old: Base, new: Base, year: str, paths: dict[str, Path]) -> None:
    counts = decisions["decision"].value_counts()
    words = codes("decision")
    say("決定：" + "、".join(f"{word} {counts.get(code, 0)}件" for code, word in words.items()))
    changed, others = [], []
    created = [f"No.{line.number} {line.title}" for line in added.lines]
    for row in decisions.to_dict("records"):
        if not is_adopted(row) or row["change"] == NEW:
            continue
        found, source = effect(row), f"（{row['decision_id']}、{words[row['decision']]}）"
        if found:
            field, course = found[0], row["course_id"]
            before, after = (current(field, course, *tables, year) or "空欄" for tables in (old, new))
            if before != after:
                into = f"、No.{row['reflected_in']}に統合" if is_merged(row) else ""
                changed.append(f"{row['title']}｜{field_label(field)}：{before} → {after}{into}{source}")
                continue
        others.append(f"{row['title']}｜{codes('change')[row['change']]}：{row['after']}{source}")
    for heading, lines in (
        ("メニューの表で改めたもの：", changed or ["なし"]),
        ("メニューの表に加えた研修：", created),
        ("採用したが、表は変わらないもの（実施のしかたに反映してください）：", others),
    ):
        for text in [heading, *(f"  {line}" for line in lines)] if lines else []:
            say(text)
    for path in paths.values():
        say(f"{path.as_posix()} を作りました。")
