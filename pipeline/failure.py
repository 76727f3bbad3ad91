"""What goes wrong, said once, in words for the analyst."""

import errno
import functools
from collections.abc import Callable
from pathlib import Path


class Failure(Exception):
    """A failure whose ``str()`` is a complete Japanese message; nobody needs its traceback."""


def reported(action: Callable) -> Callable:
    """``action`` as a doit action: a known failure becomes doit's ``TaskFailed`` with its message.

    An exception that nobody foresaw passes through: its traceback is worth seeing.
    """

    @functools.wraps(action)
    def attempt(*arguments, **options):
        from doit.exceptions import TaskFailed

        from pipeline.findings import BadInput

        try:
            action(*arguments, **options)
        except (Failure, BadInput) as failure:
            return TaskFailed(str(failure))
        except OSError as error:
            return TaskFailed(file_trouble(error))
        return None

    return attempt


def file_trouble(error: OSError, path: Path | None = None) -> str:
    """Why a file can't be read or written, and what to do about it."""
    name = path or error.filename2 or error.filename or "ファイル"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return (
            f"「{name}」を読み書きできません。Excel や PDF 閲覧ソフトで開いていれば閉じ、"
            "フォルダーが読み取り専用でないか確かめて、もう一度 doit を実行してください。"
        )
    if error.errno == errno.ENOSPC:
        return f"「{name}」を書けません。ディスクの空きがありません。空きを作って、もう一度 doit を実行してください。"
    if isinstance(error, FileNotFoundError):
        return f"「{name}」がありません。"
    return f"「{name}」を読み書きできません（{error.strerror or error}）。"
