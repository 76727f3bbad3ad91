"""Which notebook is at which cell: one live line on a terminal, two lines in a log."""

import shutil
import sys
import threading
import time
import unicodedata

_lock = threading.RLock()
_running: dict[str, str] = {}  # label → "セル 3/14", for the notebooks that run side by side
_drawn = 0  # columns of the live line now on the screen


class Progress:
    """The progress of one notebook, shown from the first cell to the last.

    Several may run in threads: they share the live line.
    """

    def __init__(self, label: str, cells: int):
        self.label = label
        self.cells = cells
        self.started = time.monotonic()
        say(f"{label}  開始")
        _show(label, f"セル 0/{cells}")

    def step(self, cell: int) -> None:
        _show(self.label, f"セル {cell}/{self.cells}")

    def note(self, what: str) -> None:
        """Say what happens after the last cell (HTML, PDF)."""
        _show(self.label, what)

    def end(self, result: str) -> None:
        with _lock:
            _running.pop(self.label, None)
            say(f"{self.label}  {result}（{time.monotonic() - self.started:.0f}秒）")


def say(text: str) -> None:
    """Print a line of its own above the live line."""
    with _lock:
        _wipe()
        print(text, flush=True)
        _draw()


def _show(label: str, state: str) -> None:
    with _lock:
        _running[label] = state
        _wipe()
        _draw()


def _draw() -> None:
    global _drawn
    if not (_running and sys.stdout.isatty()):
        return
    room = shutil.get_terminal_size().columns - 1
    line = ""
    for character in " | ".join(f"{label}  {state}" for label, state in _running.items()):
        if _columns(line + character) > room:
            break
        line += character
    print(line, end="", flush=True)
    _drawn = _columns(line)


def _wipe() -> None:
    # Blanks, not an escape sequence: older Windows consoles print escapes as text.
    global _drawn
    if _drawn:
        print("\r" + " " * _drawn + "\r", end="")
        _drawn = 0


def _columns(text: str) -> int:
    """Columns on a terminal: a Japanese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
