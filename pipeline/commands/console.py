"""What the analyst sees of doit: errors, results and the files to open, in Japanese.

``pyproject.toml`` registers the three parts with doit ([tool.doit]); `tasks.settings` names the reporter.
"""

import contextlib
import difflib
import os
import re
import sys
from pathlib import Path

from doit import cmd_run, doit_cmd, get_var
from doit.cmd_base import DodoTaskLoader
from doit.dependency import SqliteDB
from doit.exceptions import DependencyError, InvalidCommand, TaskFailed, UnmetDependency
from doit.reporter import ConsoleReporter

from pipeline.commands.alone import READING, locked
from pipeline.commands.guarded import in_git, seen_by_git
from pipeline.publishing.progress import say

INDEX = "index.html"
VARIABLES = {"root"}
NAMES_TASKS = {"list", "info", "forget", "clean", "ignore", "reset-dep"}


class Reporter(ConsoleReporter):
    """One line a notebook while it runs; at the end what failed, what to do, what to open."""

    desc = "日本語の経過と結果"

    def __init__(self, outstream, options):
        super().__init__(outstream, options)
        if hasattr(outstream, "reconfigure"):
            # A console with an old code page must not stop the run at a 髙.
            outstream.reconfigure(errors="replace")
        self.done, self.current, self.held_up = [], [], []
        self.has_run = False

    def write(self, text):
        if self.outstream is sys.stdout:
            say(text)  # above the line that shows the progress
        else:
            self.outstream.write(text + "\n")

    def execute_task(self, task):
        self.has_run = self.has_run or bool(task.actions)

    def skip_uptodate(self, task):
        if task.actions:
            self.current.append(task)

    def skip_ignore(self, task):
        self.write(f"{task.name}: doit ignore で外されているため、実行しません。")

    def add_success(self, task):
        if task.actions:
            self.done.append(task)

    def add_failure(self, task, fail):
        if isinstance(fail, UnmetDependency):
            self.held_up.append(task)
        else:
            self.failures.append((task, fail))

    def cleanup_error(self, exception):
        self.runtime_errors.append(exception.get_msg())

    def complete_run(self):
        for task, fail in self.failures:
            self.write(f"\n【失敗】{task.name}\n{explained(fail)}")
        for message in self.runtime_errors:
            self.write(f"\n【中止】{message}")
        if self.failures:
            held_up = [task.name for task in self.held_up if task.actions]
            self.write(
                f"\n失敗した作業: {len(self.failures)}件（" + "、".join(task.name for task, _ in self.failures) + "）"
            )
            if held_up:
                self.write(f"そのため見送った作業: {'、'.join(held_up)}")
            self.write("上の説明に従って直し、もう一度実行してください。")
            earlier = [task.meta["stands"] for task, _ in self.failures if task.meta]
            if earlier and all(stands() for stands in earlier):
                self.write("前回までの報告書は、そのまま残っています。")
        elif self.current and not self.has_run and not self.runtime_errors:
            self.write("すべて最新です。作り直すものはありません。")
        if any(task.targets for task in self.done + self.current) and (
            seen := seen_by_git(Path(get_var("root") or "."))
        ):
            self.write(f"\n【注意】{in_git(seen)}")
        if pages := self.pages():
            self.write("\n開くファイル:" + "".join(f"\n  {page}" for page in pages))

    def pages(self) -> list[str]:
        """The pages worth opening: the index if it is there, then what this run made.

        A run that found everything up to date names all that it looked at.
        """
        targets = [t for task in self.done or self.current for t in task.targets]
        held_up = [t for task in self.current + self.held_up for t in task.targets]
        index = [t for t in held_up + targets if Path(t).name == INDEX and Path(t).exists()]
        others = [t for t in targets if t.endswith(".html") and t not in index]
        return list(dict.fromkeys(index)) + others


def explained(fail) -> str:
    """The message of a failed task; a traceback only where nobody foresaw the failure."""
    if isinstance(fail, TaskFailed):
        return fail.get_msg().strip()
    if isinstance(fail, DependencyError):
        found = re.search(r"'([^']+)' does not exist|file '([^']+)'", fail.get_msg())
        name = next(filter(None, found.groups())) if found else fail.get_msg().strip()
        return f"必要なファイルがありません: {name}\n前の工程（doit list で見られます）から作り直してください。"
    return f"予期しないエラーです。プログラムの不具合と思われます。次の記録を開発者に送ってください。\n{fail.get_msg()}"


class Run(cmd_run.Run):
    """``doit run``, which says in Japanese what tasks there are when it is given another."""

    name = "run"
    doc_purpose = "作業を実行する（run は省略できます）"

    def execute(self, params, args):
        try:
            return super().execute(params, args)
        except InvalidCommand as error:
            if error.not_found is None:
                raise
            names = [task.name for task in self.task_list]
            raise InvalidCommand(no_such_task(error.not_found, names)) from None
        except KeyboardInterrupt:
            say("\n中断しました。もう一度 doit を実行すると、まだのものから作ります。")
            return 130


class Loader(DodoTaskLoader):
    """doit's own loader; it refuses names that nothing would listen to, and keeps what is made to its owner."""

    def setup(self, opt_values):
        # Raw files, tables, lists of names: whatever a command or one of its kernels writes is the owner's
        # alone, without anybody having to think of it. Reports are opened on purpose (`publish.replace`).
        os.umask(0o077)
        super().setup(opt_values)

    def load_tasks(self, cmd, pos_args):
        unknown = set(getattr(doit_cmd, "_CMDLINE_VARS", None) or {}) - VARIABLES
        if unknown:
            raise InvalidCommand(
                f"「{'、'.join(sorted(unknown))}=」という指定はありません。使える指定: root=（データのあるフォルダー）"
            )
        tasks = super().load_tasks(cmd, pos_args)
        names = [task.name for task in tasks]
        for name in pos_args if cmd.get_name() in NAMES_TASKS else ():
            if name not in names and "*" not in name:
                raise InvalidCommand(no_such_task(name, names))
        first = pos_args[0] if pos_args else "report"
        if cmd.get_name() == "run" and first not in READING and (first in names or "*" in first):
            self.lock = locked(Path(get_var("root") or "."))
        return tasks


def no_such_task(name: str, names: list[str]) -> str:
    """That there is no task of this name, with the nearest ones and all that there are."""
    groups = [n for n in names if ":" not in n]
    years = list(dict.fromkeys(n.split(":", 1)[1] for n in names if ":" in n))
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.7)
    near = [n for n in names if n.endswith(f":{name}")] or near
    return "\n".join(
        filter(
            None,
            [
                f"「{name}」という作業はありません。",
                f"もしかして: {'、'.join(near)}" if near else "",
                f"作業: {'、'.join(groups)}",
                f"年度: {'、'.join(years)}（例: doit report:{years[-1]}）" if years else "年度: なし",
            ],
        )
    )


class Database(SqliteDB):
    """doit's SQLite memory, made on the first run and not before: ``doit list`` leaves no file."""

    desc = "SQLite"

    def _sqlite3(self, name):
        if not _is_sound(name):  # nothing is lost: the records of the runs know what is up to date
            Path(name).unlink()
            say(f"doit の控え（{name}）が壊れていたので、作り直します。")
        self.is_new = not Path(name).exists()
        return super()._sqlite3(":memory:" if self.is_new else name)

    def dump(self):
        if self.is_new and self._dirty:
            self._conn = super()._sqlite3(self.name)
        super().dump()


def _is_sound(name: str) -> bool:
    import sqlite3

    if not Path(name).exists():
        return True
    try:
        with contextlib.closing(sqlite3.connect(name)) as database:
            return database.execute("pragma quick_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False
