"""Run one notebook with papermill, in a kernel of this very Python, and say where it stopped."""

import contextlib
import itertools
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
import papermill
import zmq
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from pipeline.failure import Failure
from pipeline.store import DRAFTS, scratch_prefix

START_TIMEOUT = 180  # seconds: a virus scanner can hold up the first start of a kernel for long
INJECTED = "injected-parameters"
LONGEST = 90  # characters of a path: a socket has 107, and gets an ending
COLOURS, LINE = re.compile(r"\x1b\[[0-9;]*m"), re.compile(r"^-+> (\d+) ", re.MULTILINE)
MISSING_GLYPH = re.compile(r"Glyph (\d+)[^\n]* missing from")
# papermill and nbclient log in English what we say in Japanese.
for name in ("papermill", "traitlets"):
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class CellFailure(Failure):
    """A notebook that didn't come to its end.

    ``notebook`` is what was executed so far, ``cell`` the index in it of the cell that failed
    (None when no cell had begun), ``cause`` the reason in Japanese; ``bare`` says that the cause
    is a complete message to the analyst, which needs no place in the notebook.
    """

    def __init__(self, notebook: NotebookNode, cell: int | None, cause: str, bare: bool = False):
        self.notebook, self.cell, self.cause, self.bare = notebook, cell, cause, bare
        super().__init__(cause)

    @property
    def place(self) -> str:
        """The nearest heading above the cell and its number among the code cells."""
        if self.cell is None:
            return "最初のセルの前"
        heading = headings_above(self.notebook, self.cell)
        return (f"見出し「{heading}」の" if heading else "") + f"コードセル {self.number}"

    @property
    def line(self) -> str:
        """The line of the cell, as IPython's traceback marks it; "" where there is none."""
        marked = LINE.search(COLOURS.sub("", "\n".join(self._raised.get("traceback", ()))))
        return f"の{marked[1]}行目" if marked else ""

    @property
    def kind(self) -> str:
        """What went wrong, without any value: the class of the exception."""
        if self.bare:
            return "入力に、直すべき所があります"
        return self._raised.get("ename", "時間切れか、計算のプロセスの停止")

    @property
    def _raised(self) -> Mapping:
        """The error among the outputs of the cell; empty where there is none."""
        outputs = self.notebook.cells[self.cell].get("outputs", ()) if self.cell is not None else ()
        return next((output for output in outputs if output.output_type == "error"), {})

    @property
    def number(self) -> int:
        """1 for the first code cell of the notebook as the author sees it."""
        return sum(map(is_own_code, self.notebook.cells[: self.cell + 1]))


class OwnKernel(AsyncKernelManager):
    """A kernel of the interpreter that runs doit, whatever kernels are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python", language="python")


class ReportEngine(NBClientEngine):
    """papermill's engine with our kernel, our folder and our progress."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, *, root, drafts, scratch, timeout, on_cell, **_ignored
    ) -> None:
        kernel = OwnKernel(
            kernel_name=kernel_name,
            connection_file=str(scratch / "kernel.json"),
            # ipykernel warns about plain TCP, which any user of the machine could listen to.
            transport="ipc" if os.name == "posix" and zmq.has("ipc") and len(str(scratch)) < LONGEST else "tcp",
        )
        client = PapermillNotebookClient(
            nb_man,
            km=kernel,
            kernel_name=kernel_name,
            log=logging.getLogger("papermill"),
            timeout=timeout,
            startup_timeout=START_TIMEOUT,
            iopub_timeout=60,
            force_raise_errors=True,
            shutdown_kernel="immediate",
            on_cell_start=on_cell,
        )
        with (scratch / "kernel.log").open("wb") as log:
            client.execute(
                cwd=str(root.resolve()), env=environment(scratch, drafts), stdout=log, stderr=log, cleanup_kc=True
            )


papermill_engines.register("report", ReportEngine)


def execute(
    notebook: NotebookNode,
    parameters: dict,
    root: Path,
    timeout: int,
    on_cell: Callable[[int], None],
    drafts: Sequence[Path] = (),
) -> NotebookNode:
    """The notebook, executed; nothing is left on the disk but what it saved, among ``drafts``.

    ``root`` is the kernel's working directory, ``timeout`` the seconds a single cell may take,
    ``on_cell`` is told the number of each code cell before it runs. Raises CellFailure.
    """
    begun: list[int] = []  # the index of every cell that was begun
    numbers = itertools.count(1)

    def started(cell: NotebookNode, cell_index: int) -> None:
        begun.append(cell_index)
        if is_own_code(cell):
            on_cell(next(numbers))

    with tempfile.TemporaryDirectory(prefix=scratch_prefix(root), ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        target = scratch / "executed.ipynb"
        try:
            papermill.execute_notebook(
                notebook,
                braced(target),
                parameters,
                engine_name="report",
                kernel_name="python3",
                language="python",
                progress_bar=False,
                autosave_cell_every=0,
                root=root,
                drafts=drafts,
                scratch=scratch,
                timeout=timeout,
                on_cell=started,
            )
        except PapermillExecutionError as error:
            bare = error.ename == "BadInput"
            raise CellFailure(executed(target), error.cell_index, cause(error), bare) from None
        except CellTimeoutError:
            why = f"{timeout}秒たっても終わりません（時間切れ）。"
            raise CellFailure(executed(target), begun[-1], why) from None
        except (DeadKernelError, RuntimeError) as error:
            why = "計算のプロセス（カーネル）が途中で止まりました。メモリー不足か、プログラムの異常終了です。"
            if not begun:
                why = f"計算のプロセス（カーネル）を始められません。{error} {log_tail(scratch)}"
            cell = begun[-1] if begun else None
            raise CellFailure(executed(target), cell, why) from None
        done = executed(target)
    refuse_unfinished(done)
    return done


def refuse_unfinished(notebook: NotebookNode) -> None:
    """Raise CellFailure for what papermill lets pass.

    A cell that calls ``exit()`` ends the run without an error, so that half a report would replace
    the last good one; and matplotlib only warns about a character that its font doesn't have.
    """
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise CellFailure(notebook, index, f"{output.ename} で終わりました。")
            if output.output_type == "stream" and (found := MISSING_GLYPH.search(output.text)):
                glyph = chr(int(found[1]))
                why = f"図の字体にない文字「{glyph}」（U+{ord(glyph):04X}）があり、図で読めません。"
                raise CellFailure(notebook, index, why)


def cause(error: PapermillExecutionError) -> str:
    """What the cell raised; a message of our own comes without the name of its class."""
    if error.ename == "BadInput":
        return error.evalue
    if error.ename == "PermissionError":
        return (
            f"ファイルを読み書きできません。ほかのソフトで開いていないか、読み取り専用でないか"
            f"確かめてください（{error.evalue}）。"
        )
    return f"{error.ename}: {error.evalue}" if error.evalue else error.ename


def environment(scratch: Path, drafts: Sequence[Path]) -> dict[str, str]:
    """The kernel's environment: this ``pipeline``, the drafts, a fixed order of sets, nobody's IPython set-up."""
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    own = {
        "PYTHONPATH": path,
        DRAFTS: os.pathsep.join(str(folder.resolve()) for folder in drafts),
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": str(scratch / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return {**os.environ, **own}


def executed(target: Path) -> NotebookNode:
    """What papermill has saved so far, without the markers (in English) that it adds on errors."""
    notebook = nbformat.read(target, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    return notebook


def is_own_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and INJECTED not in cell.metadata.get("tags", [])


def headings_above(notebook: NotebookNode, cell: int) -> str:
    """The nearest Markdown heading above the cell with this index; empty when there is none."""
    for above in reversed(notebook.cells[:cell]):
        if above.cell_type == "markdown":
            found = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", above.source, flags=re.MULTILINE)
            if found:
                return found[-1]
    return ""


def braced(path: Path) -> str:
    """``path`` for papermill, which formats ``{…}`` in paths."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")


def log_tail(scratch: Path) -> str:
    with contextlib.suppress(OSError):
        lines = (scratch / "kernel.log").read_text(encoding="utf-8", errors="replace").split("\n")
        return " ".join(lines[-4:]).strip()
    return ""
