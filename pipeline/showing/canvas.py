"""The paper the figures are drawn on, in millimetres, and the figure that comes of a drawing.

A canvas is as wide as the text of an A4 page, so that 9 points are 9 points in print. Characters
become paths (no font is needed to read them), hatches are plain lines (patterns and clip paths look
different in every viewer), and the same drawing gives the same bytes. The words of a drawing stand
beside their paths as SVG comments: that is where a scan for names finds them.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Ellipse, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline

from pipeline.document.blocks import Figure, Image
from pipeline.document.font import font_path
from pipeline.showing.lettering import SIZE, SMALL, check_glyphs, text_width
from pipeline.showing.tables import table

WIDTH = 170.0  # mm: A4 less its margins
INK, GREY, RULE = "#1a1a1c", "#4d4d4d", "#b3b3b3"
SETTINGS = {"svg.fonttype": "path", "svg.hashsalt": "figures", "path.simplify": False}
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))

Points = Sequence[tuple[float, float]]


class Canvas:
    """A surface ``WIDTH`` mm wide and ``height`` mm high; (0, 0) is its upper left corner."""

    def __init__(self, height: float):
        self.drawing = Drawing(figsize=(WIDTH / 25.4, height / 25.4))
        self.axes = self.drawing.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set(xlim=(0, WIDTH), ylim=(height, 0))

    @classmethod
    def for_rows(
        cls,
        labels: Iterable[object],
        pitch: float | np.ndarray,
        below: float,
        keys: Iterable[tuple[str, Mapping]] = (),
        above: float = 0.0,
    ) -> "tuple[Canvas, np.ndarray, np.ndarray]":
        """A canvas for rows under a legend: (canvas, edges of the rows, their centres).

        A row is ``pitch`` high, or as its label's lines need; ``above`` and ``below`` the rows
        there is room for headings and an axis.
        """
        keys, lines = list(keys), [str(label).count("\n") + 1 for label in labels]
        top = (cls(1).legend(0, keys, draw=False) + 2 if keys else 1.0) + above
        edges = top + np.r_[0, np.maximum(pitch, np.array(lines) * 4.2 + 1.4).cumsum()]
        canvas = cls(edges[-1] + below)
        canvas.legend(0.3, keys)
        return canvas, edges, (edges[:-1] + edges[1:]) / 2

    def text(self, x: float, y: float, words: str, size: float = SIZE, align: str = "left", color: str = INK) -> None:
        """Write ``words`` around the height ``y``; MissingGlyphError if the font lacks a character."""
        check_glyphs(words)
        # Digits and kana both look centred a third of a millimetre above Matplotlib's centre.
        self.axes.text(
            x,
            y - 0.35,
            words,
            color=color,
            ha=align,
            va="center_baseline",
            linespacing=1.25,
            fontproperties=FontProperties(fname=font_path(), size=size),
            parse_math=False,
        )

    def box(self, x: float, y: float, w: float, h: float, fill: str, hatch: str = "", edge: str = GREY) -> None:
        """A rectangle; ``hatch`` is "" or "/" or "x", drawn in the colour of the edge."""
        style = {"facecolor": fill, "edgecolor": edge, "linewidth": 0.5, "clip_on": False}
        self.axes.add_artist(Rectangle((x, y), w, h, **style))
        segments = _hatch(x, y, w, h, hatch)
        if segments:
            codes = [Outline.MOVETO, Outline.LINETO] * len(segments)
            outline = Outline(np.concatenate(segments), codes)
            style = {"edgecolor": edge, "linewidth": 0.45, "clip_on": False}
            self.axes.add_artist(PathPatch(outline, fill=False, **style))

    def line(self, points: Points, color: str, width: float, dashed: bool = False) -> None:
        """A line through ``points``, ``width`` points thick."""
        style = {"linestyle": (0, (4, 3)) if dashed else "-", "clip_on": False}
        self.axes.add_artist(Polygon(points, closed=False, fill=False, edgecolor=color, linewidth=width, **style))

    def marker(self, x: float, y: float, kind: str, color: str, size: float = 2.6) -> None:
        """A disc, square or triangle (filled), a ring or diamond (hollow), ``size`` mm across."""
        hollow = kind in ("ring", "diamond")
        style = {"facecolor": "#ffffff" if hollow else color, "edgecolor": color}
        style |= {"linewidth": 1.1 if hollow else 0.5, "clip_on": False}
        r = size / 2
        if kind == "square":
            patch = Rectangle((x - r * 0.9, y - r * 0.9), r * 1.8, r * 1.8, **style)
        elif kind == "diamond":
            r *= 1.1
            patch = Polygon([(x - r, y), (x, y - r), (x + r, y), (x, y + r)], **style)
        elif kind == "triangle":
            patch = Polygon([(x - r, y + r * 0.7), (x, y - r * 0.7), (x + r, y + r * 0.7)], **style)
        else:
            patch = Ellipse((x, y), size, size, **style)
        self.axes.add_artist(patch)

    def legend(self, y: float, keys: Iterable[tuple[str, Mapping]], draw: bool = True) -> float:
        """Swatches with labels in as many rows as they need; returns the y below the last row.

        A swatch is given by the keywords of ``box`` (fill, hatch) or ``marker`` (kind, color),
        or by ``symbol``, a character written on a box.
        """
        x = 0.0
        for label, look in keys:
            need = 7.5 + text_width(label, SMALL)
            if x and x + need > WIDTH:
                x, y = 0.0, y + 6
            if draw:
                self._swatch(x, y, look)
                self.text(x + 7.5, y + 2.5, label, SMALL)
            x += need + 6
        return y + 6

    def _swatch(self, x: float, y: float, look: Mapping) -> None:
        if "fill" in look:
            self.box(x, y + 0.4, 6, 4.2, look["fill"], look.get("hatch", ""))
        else:
            self.marker(x + 3, y + 2.5, look["kind"], look["color"])
        if "symbol" in look:
            if look.get("hatch"):
                self.box(x + 1.2, y + 0.6, 3.6, 3.8, look["fill"], edge="none")
            self.text(x + 3, y + 2.5, look["symbol"], SMALL, "center")

    def figure(
        self, caption: str, alt: str, behind: pd.DataFrame, names: Mapping, name: str = "", **options: object
    ) -> Figure:
        """The drawing as a figure, with the frame behind it as a table.

        ``names`` label its columns (those it has); ``name`` is what a ``Reference`` names;
        ``options`` go to :func:`~pipeline.showing.tables.table`. The text alternative is the finding
        (``caption``) and then what is drawn (``alt``), for whoever hears the figure alone.
        Raises ValueError without a caption or a text alternative.
        """
        if not (caption.strip() and alt.strip()):
            raise ValueError("図には見出し(caption)と代替テキスト(alt)が必要です。")
        said = "。".join(part.strip().rstrip("。") for part in dict.fromkeys((caption, alt))) + "。"
        names = {k: v for k, v in names.items() if (set(k) if isinstance(k, tuple) else {k}) <= set(behind.columns)}
        # The file has the name of the figure; the table behind it is called by none.
        under = replace(table(behind, f"{caption}（もとの表）", names, name=name, **options), name="")
        svg = io.StringIO()
        with matplotlib.rc_context(SETTINGS):
            self.drawing.savefig(svg, format="svg", metadata=NO_METADATA)
        drawn = svg.getvalue()
        drawn = " ".join(line.strip(" ") for line in drawn[drawn.index("<svg") :].splitlines())
        return Figure(caption, said, Image("svg", drawn), under, name)


def _hatch(x: float, y: float, w: float, h: float, kind: str) -> list[np.ndarray]:
    """The segments of 45° lines inside a box: "/" rising, "x" rising and falling."""
    return [segment + (x, y) for segment in _strokes(w, h, kind)]


@cache  # a map of attendance has hundreds of boxes of one size
def _strokes(w: float, h: float, kind: str) -> list[np.ndarray]:
    """The segments of a box whose upper left corner is (0, 0)."""
    found = []
    for c in np.arange(0.9, w + h, 1.8) if kind else ():
        (u0, v0), (u1, v1) = (max(0.0, c - h), min(c, h)), (min(c, w), max(0.0, c - w))
        found.append(np.array([(u0, v0), (u1, v1)]))
        if kind == "x":
            found.append(np.array([(w - u0, v0), (w - u1, v1)]))
    return found
