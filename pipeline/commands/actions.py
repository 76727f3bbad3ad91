"""What the tasks of `dodo.py` do: each action ends well, or as a failure told in Japanese."""

import contextlib
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pipeline.failure import Failure, reported
from pipeline.fiscal_year import FiscalYear
from pipeline.publishing.index import write_index
from pipeline.publishing.progress import say
from pipeline.publishing.provenance import differing, manifest_differs, run_record, year_files
from pipeline.publishing.publish import publish, remove_others, replace
from pipeline.publishing.release import is_published, refuse_changes
from pipeline.stages import STAGES, Stage
from pipeline.store import EDITIONS, Store, open_stores, years

# pipeline.year, .check and .new_year are imported where they are used: they bring in the codebook
# and pandas, and a doit with nothing to do must not wait for those.


@reported
def make_document(notebook: Path, store: Store, stage: Stage) -> None:
    """Run one stage for one year; what it makes of a published year is held back. The index is told of a failure."""
    parameters = {"fiscal_year": str(store.year), "root": "."}  # . is the kernel's
    try:
        told = cover(store)
        held_back = is_published(store, len(told["revisions"]))
        publish(
            notebook,
            store.holding() if held_back else store,
            stage.document,
            stage.title,
            told,
            parameters,
            stage.inputs(store),
            edition=stage.edition,
            inspect=partial(look_for_leaks, store),
            saved=[store.table(name) for name in stage.writes],
            beside=partial(workbooks, stage),
        )
    except Exception:
        with contextlib.suppress(Exception):  # or a second failure would hide the first
            write_index(store.root, partial(look_for_leaks, store))
        raise
    if stage.has_list and not held_back:
        say(f"{store.year}  未受講者一覧（部外秘）: {store.outstanding_list.as_posix()}")


def workbooks(stage: Stage, store: Store) -> dict[Path, bytes]:
    """The files that go with a document: the findings to ask about, what the CIO decides on, and the private lists of
    the comments and of who has still to take what, by name."""
    from pipeline.publishing.comments_file import comments_file
    from pipeline.publishing.confirmation_workbook import confirmation_file
    from pipeline.publishing.outstanding_workbook import outstanding_file
    from pipeline.publishing.revision_workbook import revision_file

    files = {"確認票": (confirmation_file, comments_file), "menu_revision": (revision_file,)}
    made: dict[Path, bytes] = {}
    for make in files.get(stage.workbook, ()):
        made |= make(store, cover(store))
    return made | (outstanding_file(store, cover(store)) if stage.has_list else {})


def look_for_leaks(store: Store, made: dict[Path, bytes]) -> None:
    """Raises Failure if one of the files would show somebody of the year's raw files; what stays with the analyst may."""
    from pipeline.publishing.leaks import refuse_leaks

    refuse_leaks(store, {path: data for path, data in made.items() if not path.is_relative_to(store.private_dir)})


@reported
def complete_year(store: Store, titles: dict[str, str]) -> None:
    """Write the manifest of a year and what explains its tables. ``titles``: those of its documents, by name.

    What is held of a published year takes its place with them, as far as no number of it changes.
    """
    try:
        holding = store.holding()
        if store.held.exists():
            refuse_changes(holding, titles)
        made = year_files(holding, titles, cover(store))
        look_for_leaks(store, made)
        replace(holding.in_drafts() | made, partial(look_for_leaks, store))
    finally:
        shutil.rmtree(store.held, ignore_errors=True)
    for document in titles:
        for edition in EDITIONS:
            if record := run_record(store, document, edition):
                remove_others(store, document, edition, [store.root / name for name in record["outputs"]])
    # Here too: another year's failure must not keep this one off the list.
    write_index(store.root, inspect=partial(look_for_leaks, store))


@reported
def verify(root: Path, year: str) -> None:
    """Whether all documents are what they were made as, of what lies there; of ``year`` alone, where one is named."""
    if year:
        require_year(year, "verify")
    stores = [store for store in open_stores(root) if year in ("", str(store.year))]
    if not stores:
        raise Failure("確かめる年度がありません。年度の名前と、year.toml があることを確かめてください。")
    told = [line for store in stores for line in apart(store)]
    for line in told:
        say(line)
    if told:
        raise Failure(f"合わないもの：{len(told)}件。doit を実行すると、合わないものから作り直します。")
    say(f"{'、'.join(str(s.year) for s in stores)}：どの文書も、いまある資料から作ったままです。")


def apart(store: Store) -> Iterator[str]:
    """A line for each document of the year that isn't what was made, or not of what lies there."""
    for stage in STAGES.values():
        name, found = f"{store.year}  {stage.title}", differing(store, stage)
        if found is None:
            yield f"{name}：まだ作っていないか、作る途中で止まりました。"
        elif found.read or found.made:
            read = f"もとの資料が変わりました（{'、'.join(found.read)}）。" if found.read else ""
            made = f"できたファイルが変わったか、無くなりました（{'、'.join(found.made)}）。" if found.made else ""
            yield f"{name}：{read}{made}"
    found_files = manifest_differs(store)
    if found_files is None:
        yield f"{store.year}  再現情報（manifest.json）：無いか、壊れています。"
    elif found_files:
        yield f"{store.year}  再現情報（manifest.json）：いまのファイルと合いません（{'、'.join(found_files)}）。"


@reported
def list_years(root: Path) -> None:
    if not years(root):
        raise Failure(
            "評価する年度がありません。doit new --year R6 のようにして、data/raw に年度のフォルダーを作ってください。"
        )
    for store in open_stores(root):
        write_index(root, inspect=partial(look_for_leaks, store))


@reported
def refuse_folder(folder: Path) -> None:
    """Complain of a folder in ``data/raw`` that nobody would read."""
    raise Failure(
        f"{folder} は評価の対象になっていません。フォルダー名を R5 のような形にし、"
        "中に year.toml を置いてください（doit new --year R5 でひな形ができます）。"
    )


@reported
def check_beforehand(root: Path) -> None:
    from pipeline.commands.check import check

    if not check(root):
        raise Failure("事前点検で、直すべき点が見つかりました。上の一覧を見てください。")


def require_year(year: str, command: str) -> None:
    try:
        FiscalYear.parse(year)
    except ValueError as error:
        raise Failure(f"{error}（例: doit {command} --year R6）") from None


@reported
def make_year(root: Path, year: str) -> None:
    """Make the folder of ``year``, a name like ``R6`` from the command line."""
    require_year(year, "new")
    from pipeline.commands.new_year import new_year

    new_year(root, year)


@reported
def adopt_year(root: Path, year: str) -> None:
    """Make the menu of ``year`` (a name like ``R6`` from the command line) from what was decided."""
    require_year(year, "adopt")
    from pipeline.commands.adopt import adopt

    adopt(root, year)


@reported
def back_up(root: Path, folder: str) -> None:
    """Copy what can't be made again into a new folder below ``folder``."""
    require_folder(folder, "backup")
    from pipeline.commands.backup import back_up

    back_up(root, Path(folder))


@reported
def restore(root: Path, folder: str) -> None:
    """Put back what is missing of the backup in ``folder``."""
    require_folder(folder, "restore")
    from pipeline.commands.backup import restore

    restore(root, Path(folder))


def require_folder(folder: str, command: str) -> None:
    if not folder:
        raise Failure(f"フォルダーを書いてください（例: doit {command} --folder E:\\DX研修の控え）。")


@reported
def purge_year(root: Path, year: str, key: bool) -> None:
    """Delete what is overdue of ``year`` (a name like ``R5`` from the command line); or make another ``key``."""
    from pipeline.commands.purge import purge, purge_key

    if key:
        return purge_key(root)
    require_year(year, "purge")
    purge(root, year)


@reported
def write_person(root: Path, year: str, staff_no: str) -> None:
    """All that the tables of ``year`` hold of one person."""
    require_year(year, "person")
    if not staff_no:
        raise Failure("職員番号を書いてください（例: doit person --year R5 --staff-no 0101）。")
    from pipeline.commands.person import write_person

    write_person(root, year, staff_no)


@reported
def start_lab(project: Path, root: Path, no_browser: bool) -> None:
    """JupyterLab on the notebooks of ``project`` and the data below ``root``."""
    from pipeline.commands.lab import open_lab

    open_lab(project, root, browser=not no_browser)


@reported
def freeze_year(root: Path, year: str) -> None:
    """Keep the published state of ``year`` (a name like ``R5`` from the command line)."""
    require_year(year, "freeze")
    from pipeline.publishing.release import release
    from pipeline.year import Year

    store = Store.open(year, root)
    if store.year not in years(root):
        raise Failure(f"{store.year.label}のフォルダー（{store.declaration.as_posix()}）がありません。")
    revisions = Year.open(store).revisions
    folder = release(store, revisions)
    last = revisions[-1]
    say(
        f"{store.year.label}の{last['stage']}（{last['published_on']}公表）の表を、{folder.as_posix()} に控えました。"
        "これからは、数値が変わるときに、作り直す前に止まります。"
    )


def cover(store: Store) -> dict:
    from pipeline.year import Year

    return Year.open(store).cover
