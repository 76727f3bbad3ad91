"""One doit at a time works on a town; what a run that was killed has left is cleared away first."""

import shutil
import tempfile
from pathlib import Path

from doit.exceptions import InvalidCommand
from filelock import FileLock, Timeout

from pipeline.failure import file_trouble
from pipeline.publishing.progress import say
from pipeline.store import drafts, scratch_prefix

LOCK = ".doit.lock"
READING = ("check", "verify", "lab")  # what may go on beside a run: it changes nothing that a run makes


def locked(root: Path) -> FileLock:
    """The town below ``root``, kept to this process; InvalidCommand, in Japanese, where another doit works on it.

    The system lets go of the lock when the process ends, however it ends.
    """
    lock = FileLock(root / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise InvalidCommand(
            f"ほかの doit が、同じデータ（{root.resolve()}）で動いています。終わるのを待って、もう一度実行してください。"
        ) from None
    except OSError as error:
        raise InvalidCommand(file_trouble(error, root / LOCK)) from None
    clear_away(root)
    return lock


def clear_away(root: Path) -> None:
    """Delete half-written files and the folders of dead kernels."""
    left = drafts(root)
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if left:
        say(f"前回の実行が途中で終わったときの書きかけのファイル（{len(left)}件）を片付けました。")
    for folder in Path(tempfile.gettempdir()).glob(f"{scratch_prefix(root)}*"):
        shutil.rmtree(folder, ignore_errors=True)
