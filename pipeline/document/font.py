"""The Japanese typeface of the reports, IPAexGothic: where it lies, what it has, and a part of it for a page."""

import base64
import io
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pipeline.failure import Failure

# The licence of the font keeps its name for the whole of it.
EMBEDDED = "Report Gothic"


@cache
def font_path() -> Path:
    """The font file that matplotlib-fontja brings; importing that package would load Matplotlib and change its settings."""
    package = find_spec("matplotlib_fontja")
    path = Path(package.origin).parent / "fonts" / "ipaexg.ttf" if package and package.origin else None
    if path is None or not path.is_file():
        raise Failure("日本語の字体（IPAexゴシック）がありません。pip install matplotlib-fontja で入れてください。")
    return path


@cache
def known_characters() -> frozenset[int]:
    """The code points that the font has a shape for."""
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def font_face(characters: Iterable[str]) -> str:
    """A style sheet's rule for EMBEDDED with the shapes of ``characters``, as a ``data:`` address.

    A browser reads it only where none of the machine's own fonts has the character.
    """
    return (
        f'@font-face {{ font-family: "{EMBEDDED}"; font-display: block; '
        f'src: url("data:font/woff;base64,{base64.b64encode(_part(characters)).decode()}") format("woff") }}'
    )


def _part(characters: Iterable[str]) -> bytes:
    """WOFF: a quarter larger than WOFF 2, made in a fifth of the time, and by what Matplotlib brings anyway."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True, recalc_timestamp=False)
    parts = Subsetter(options)
    parts.populate(unicodes=map(ord, set(characters)))
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        parts.subset(font)
        font.flavor = "woff"
        made = io.BytesIO()
        font.save(made)
    return made.getvalue()
