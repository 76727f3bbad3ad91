"""One notebook, one document: executed, collected, laid out as HTML and PDF, and put in place at the end.

The last good report survives any failure: nothing is replaced before everything is made.
"""

import contextlib
import copy
import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.failure import Failure, file_trouble
from pipeline.publishing.progress import Progress
from pipeline.publishing.provenance import fingerprint, program, relative
from pipeline.publishing.release import compared
from pipeline.store import FAILED, INTERNAL, PUBLIC, Store, draft_of, is_public

CELL_TIMEOUT = 600  # seconds one cell may take


def publish(
    notebook: Path,
    store: Store,
    document: str,
    title: str,
    cover: dict,
    parameters: dict[str, str],
    inputs: Iterable[Path] = (),
    timeout: int = CELL_TIMEOUT,
    edition: str = INTERNAL,
    *,
    inspect: Callable[[dict[Path, bytes]], None],
    saved: Iterable[Path] = (),
    beside: Callable[[Store], dict[Path, bytes]] = lambda drafting: {},
) -> None:
    """Make ``document`` of one year from a notebook: its data, HTML, PDF and the tables behind them as CSV.

    ``cover`` as in ``Year.cover``; ``parameters`` go to the notebook, whose working directory is
    ``store.root``; ``inputs`` are the files it reads, which must be there and stay as they are until the end;
    ``timeout`` is in seconds, for a single cell; ``edition`` says where the document goes;
    ``inspect`` sees all files (path → contents) before they are put in place, and may raise Failure;
    ``saved`` are the tables that the notebook writes, ``beside`` makes the files that go with the document, of those.
    All is put in place together, the record of the run last, with the fingerprints of all that was read and made:
    whatever happens meanwhile, `provenance.differing` finds what isn't of one piece. A ``store`` with drafts keeps all
    of it among those: a later step puts it in place.
    Raises Failure, in Japanese. Where the notebook stopped is then kept with the internal documents.
    """
    from pipeline.document.pdf import require_typst

    told = f"{store.year}  {title}" + ("（公表版）" if edition == PUBLIC else "")
    progress = Progress(told, count_cells(notebook))
    started = time.monotonic()
    try:
        require_typst()  # said at once, not after minutes of computing
        require_writable(store.edition_dir(edition))
        drafting = own_drafts(store, document, edition)
        before = fingerprints(store, [notebook, *inputs])
        made, missing, shown = make(notebook, drafting, document, title, cover, parameters, timeout, edition, progress)
        made |= beside(drafting)
        inspect(made)
        refuse_changed(store, before)
        made |= {path: content(drafting.current(path)) for path in saved}
        seconds = time.monotonic() - started
        record = noted(store.root, edition, notebook, parameters, before, seconds, missing, made, shown)
        made[store.run_record(document, edition)] = record
        replace({store.target(path): data for path, data in made.items()}, inspect)
        if not store.drafts:
            remove_others(store, document, edition, made)
        failed_copy(store, document, edition).unlink(missing_ok=True)
    except Failure as failure:
        progress.end("失敗")
        raise Failure(f"{told}\n{failure}") from None
    except BaseException:
        progress.end("失敗")
        raise
    finally:
        shutil.rmtree(store.draft_dir(document, edition), ignore_errors=True)
    progress.end("完了" + (f"（印刷用の字体にない文字: {'、'.join(missing)}）" if missing else ""))


def make(
    notebook, store, document, title, cover, parameters, timeout, edition, progress
) -> tuple[dict[Path, bytes], list[str], dict[str, dict]]:
    """path → contents of the finished files; the characters that the PDF can't show; the tables."""
    import nbformat

    from pipeline.document.assembly import assembled
    from pipeline.document.blocks import stored
    from pipeline.document.html import page
    from pipeline.document.pdf import pdf
    from pipeline.publishing.collecting import collected
    from pipeline.publishing.correction import with_changes
    from pipeline.publishing.cover import on_cover
    from pipeline.publishing.execution import CellFailure, execute
    from pipeline.publishing.table_files import described, table_files

    refuse_unknown_parameters(notebook, parameters)
    try:
        asked = nbformat.read(notebook, as_version=4)
        executed = execute(asked, parameters, store.root, timeout, progress.step, store.drafts)
    except CellFailure as failure:
        kept = keep_failed(failure, failed_copy(store, document, edition))
        if failure.bare:
            raise
        raise Failure(
            f"ノートブック {notebook.name} の{failure.place}で止まりました。\n"
            f"原因: {failure.cause}\n"
            f"途中までの結果: {kept}"
        ) from None
    progress.note("HTML と PDF を作成中")
    blocks = collected(executed, is_ours=True)
    tables, shown = table_files(blocks, document), described(blocks, document)
    changed = compared(store, document, edition, tables, shown, len(cover["revisions"]))
    if changed is not None:
        blocks = with_changes(blocks, changed, cover["stage"], document)
        tables, shown = table_files(blocks, document), described(blocks, document)
    report = assembled(blocks, title, on_cover(cover, edition))
    printed, missing = pdf(report)
    files = {
        store.document(document, ".json", edition): stored(report),
        store.document(document, ".pdf", edition): printed,
        store.document(document, ".html", edition): page(report).encode("utf-8"),
    }
    files |= {store.tables_dir(edition) / name: data for name, data in tables.items()}
    return files, missing, shown


def refuse_unknown_parameters(notebook: Path, parameters: dict) -> None:
    """Raise Failure unless the notebook declares every parameter it is given.

    papermill only warns, and the notebook then reports the year of its default under another name.
    """
    import papermill

    from pipeline.publishing.execution import braced

    known = papermill.inspect_notebook(braced(notebook))
    unknown = [name for name in parameters if name not in known]
    if unknown:
        raise Failure(
            f"ノートブック {notebook.name} にないパラメーターです: {'、'.join(unknown)}\n"
            f"このノートブックのパラメーター: {'、'.join(known) or 'なし'}。"
            "つづりを確かめるか、parameters のタグの付いたセルに加えてください。"
        )


def count_cells(notebook: Path) -> int:
    """How many code cells the notebook has."""
    if not notebook.is_file():
        raise Failure(f"ノートブック {notebook} がありません。")
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells)


def fingerprints(store: Store, paths: Iterable[Path]) -> dict[Path, str]:
    """path → SHA-256. Raises Failure naming the files that aren't there."""
    found = {path: fingerprint(store.current(path)) for path in paths}
    if absent := [str(path) for path, digest in found.items() if not digest]:
        raise Failure("次のファイルがありません: " + "、".join(absent))
    return found


def content(path: Path) -> bytes:
    """What the notebook was to save. Raises Failure where it didn't."""
    if not path.is_file():
        raise Failure(f"ノートブックが表を保存しませんでした: {path.name}")
    return path.read_bytes()


def refuse_changed(store: Store, before: dict[Path, str]) -> None:
    """Raise Failure if an input is no longer what it was: the report would mix two states."""
    if changed := [str(path) for path, was in before.items() if fingerprint(store.current(path)) != was]:
        names = "、".join(changed)
        raise Failure(f"実行している間に、入力が変わりました: {names}\nもう一度 doit を実行してください。")


def require_writable(folder: Path) -> None:
    """Make the folder and try to write in it, before the computing starts."""
    trial = folder / ".trial"
    try:
        make_folder(folder)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise Failure(file_trouble(error, folder)) from None


def own_drafts(store: Store, document: str, edition: str) -> Store:
    try:
        return store.drafting(document, edition)
    except OSError as error:
        raise Failure(file_trouble(error, store.processed_dir)) from None


def make_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, each as readable as the folder that it lies in."""
    for path in (path for path in reversed([folder, *folder.parents]) if not path.exists()):
        path.mkdir(exist_ok=True)
        as_its_folder(path)


def as_its_folder(path: Path) -> None:
    """Give ``path`` the rights of its folder: a command makes everything for its owner alone
    (``console.Loader``), but reports are for whoever may read the town's folder."""
    mode = stat.S_IMODE(path.parent.stat().st_mode)
    with contextlib.suppress(PermissionError):  # a disk that knows no rights
        path.chmod(mode if path.is_dir() else mode & 0o666)


def replace(contents: dict[Path, bytes], inspect: Callable[[dict[Path, bytes]], None]) -> None:
    """Put all files in place, or none: HTML and PDF must come from the same run.

    Nothing else writes reports, so ``inspect`` sees whatever anybody may see before it is there, and may raise Failure.
    """
    inspect({path: data for path, data in contents.items() if is_public(path)})
    drafts = {path: draft_of(path) for path in contents}
    old = {path: path.read_bytes() if path.exists() else None for path in contents}
    done: list[Path] = []
    try:
        for path, draft in drafts.items():
            make_folder(path.parent)
            draft.write_bytes(contents[path])
            as_its_folder(draft)
        for path, draft in drafts.items():
            os.replace(draft, path)
            done.append(path)
    except OSError as error:
        for path in done:
            if old[path] is None:
                path.unlink()
            else:
                path.write_bytes(old[path])
        blamed = next(path for path in contents if path not in done)
        raise Failure(file_trouble(error, blamed)) from None
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def remove_others(store: Store, document: str, edition: str, kept: Iterable[Path]) -> None:
    """Delete the tables of a document that an earlier run made and the one that made ``kept`` didn't."""
    for path in set(store.tables_dir(edition).glob(f"{document}.*.csv")) - set(kept):
        path.unlink()


def failed_copy(store: Store, document: str, edition: str = INTERNAL) -> Path:
    """Where a failed run leaves its record: with the internal documents, whoever the document is for."""
    suffix = "（公表版）" if edition == PUBLIC else ""
    return store.document(FAILED + document + suffix, ".ipynb")


def keep_failed(failure, path: Path) -> Path:
    """Save the notebook with a mark at its top and above the cell, and nothing of what it computed: outputs, messages
    and paths may name people."""
    import nbformat
    from nbformat.v4 import new_markdown_cell

    notebook = copy.deepcopy(failure.notebook)
    top = f"# 失敗した実行の記録\n\n{failure.place}{failure.line}で止まりました（{failure.kind}）。"
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if failure.cell is not None:
        notebook.cells.insert(failure.cell, new_markdown_cell("**▼ 次のセルで止まりました**"))
    notebook.cells.insert(0, new_markdown_cell(top))
    nbformat.write(notebook, path)
    return path


def noted(root, edition, notebook, parameters, inputs, seconds, missing, made, shown) -> bytes:
    """The record of a run: what was read and made, as path → fingerprint; ``shown`` as in ``table_files.described``."""
    outputs = {path: hashlib.sha256(data).hexdigest() for path, data in made.items()}
    record = {
        "edition": edition,
        "notebook": notebook.name,
        "program": program(),
        "parameters": parameters,
        "seconds": round(seconds, 1),
        "characters_not_in_font": missing,
        "inputs": {relative(path, root): digest for path, digest in inputs.items()},
        "outputs": {relative(path, root): digest for path, digest in sorted(outputs.items())},
        "tables": shown,
    }
    return json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8")
