"""Figures and tables of the panel as files in the year's private folder."""

import io
import re
from itertools import count
from pathlib import Path

from pipeline.exploring.refusal import Refused
from pipeline.exploring.shown import Shown, worded
from pipeline.showing.sheet import WIDTH
from pipeline.store import Store

DPI = 200
FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')
LONGEST = 60  # characters of a file's name: Windows stops at 260 for the whole path


def save_figure(shown: Shown, store: Store) -> list[Path]:
    """The drawing as SVG and PNG; returns both paths. Refused where there is none."""
    if shown.figure is None:
        raise Refused("この画面には、保存できる図がありません。")
    svg = _standalone(shown.figure.svg)
    drawing, picture = _free(store, shown.name, ".svg", ".png")
    drawing.write_text(svg, encoding="utf-8")
    picture.write_bytes(png(svg))
    return [drawing, picture]


def save_table(shown: Shown, store: Store) -> Path:
    """The numbers as shown, as CSV that Excel opens (UTF-8 with BOM, nothing taken for a formula)."""
    if shown.data.empty:
        raise Refused("この画面には、保存できる表がありません。")
    # What writes workbooks takes a while to load, and isn't needed before.
    from pipeline.publishing.excel import plain_text

    [path] = _free(store, shown.name, ".csv")
    worded(shown.data).map(plain_text).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return path


def png(svg: str) -> bytes:
    """The drawing as a PNG on white, as wide as a page."""
    import pypdfium2
    from weasyprint import HTML

    high, wide = (float(n) for n in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()[::-1])
    page = f"@page{{size:{WIDTH}mm {WIDTH * high / wide + 0.5:.2f}mm;margin:0}}body{{margin:0}}svg{{display:block}}"
    pdf = HTML(string=f"<style>{page}</style><body>{svg}").write_pdf()
    target = io.BytesIO()
    document = pypdfium2.PdfDocument(pdf)
    document[0].render(scale=DPI / 72).to_pil().save(target, "PNG")
    document.close()
    return target.getvalue()


def _standalone(svg: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + svg.replace('width="100%"', f'width="{WIDTH}mm"', 1)


def _free(store: Store, name: str, *suffixes: str) -> list[Path]:
    """Paths of this name that no file has yet: what somebody saved is never replaced."""
    folder = store.exploring_dir
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{store.year}_{FORBIDDEN.sub('_', name)[:LONGEST]}"
    for n in count(1):
        paths = [folder / f"{stem}_{n}{suffix}" for suffix in suffixes]
        if not any(path.exists() for path in paths):
            return paths
