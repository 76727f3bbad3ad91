"""Figures and tables of the panel as files in the year's private folder, marked 部外秘 in their names."""

import re
from itertools import count
from pathlib import Path

from pipeline.document.pdf import require_typst
from pipeline.exploring.refusal import Refused
from pipeline.exploring.result import Result, worded
from pipeline.showing.canvas import WIDTH
from pipeline.store import Store
from pipeline.text import plain_text

DPI = 200
MARK = "部外秘"  # real numbers, also of a few: the file says so wherever it goes
FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')
LONGEST = 60  # characters of a file's name: Windows stops at 260 for the whole path


def save_figure(result: Result, store: Store) -> list[Path]:
    """The drawing as SVG and PNG; returns both paths. Refused where there is none."""
    if result.figure is None:
        raise Refused("この画面には、保存できる図がありません。")
    svg = result.figure.image.data
    drawing, picture = _free(store, result.name, ".svg", ".png")
    drawing.write_text(svg, encoding="utf-8")
    picture.write_bytes(png(svg))
    return [drawing, picture]


def save_table(result: Result, store: Store) -> Path:
    """The numbers as shown, as CSV that Excel opens (UTF-8 with BOM, nothing taken for a formula)."""
    if result.data.empty:
        raise Refused("この画面には、保存できる表がありません。")
    [path] = _free(store, result.name, ".csv")
    worded(result.data).map(plain_text).rename(columns=plain_text).to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\r\n"
    )
    return path


def png(svg: str) -> bytes:
    """The drawing as a PNG on white, as wide as a page."""
    page = f'#set page(width: {WIDTH}mm, height: auto, margin: 0pt)\n#image("drawing.svg", width: 100%)'
    files = {"main.typ": page.encode("ascii"), "drawing.svg": svg.encode("utf-8")}
    return require_typst().compile(files, format="png", ppi=DPI)


def _free(store: Store, name: str, *suffixes: str) -> list[Path]:
    """Paths of this name that no file has yet: what somebody saved is never replaced."""
    folder = store.exploring_dir
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{MARK}_{store.year}_{FORBIDDEN.sub('_', name)[:LONGEST]}"
    for n in count(1):
        paths = [folder / f"{stem}_{n}{suffix}" for suffix in suffixes]
        if not any(path.exists() for path in paths):
            return paths
