"""Lettering of the figures: the font, how wide words are, where a line breaks."""

import re
from collections.abc import Sequence
from functools import cache

from matplotlib.ft2font import FT2Font

from pipeline.document.font import font_path

SIZE, SMALL = 9.5, 9.0  # points
# 禁則: what must not begin and what must not end a line.
NOT_FIRST = "、。，．・：；！？）」』】〕～ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%,.)"
NOT_LAST = "（「『【〔"
# Roughly a phrase (文節): a word in Latin, katakana or kanji with the hiragana that follow it.
TOKEN = re.compile(rf"[{NOT_LAST}]*(?:[!-~]+|[ァ-ヺー]+|[一-鿿々]+|.)[ぁ-ん]*[{re.escape(NOT_FIRST)}]*")


class MissingGlyphError(ValueError):
    """A character the font of the figures does not have: it would be printed as an empty box."""


@cache
def _font() -> FT2Font:
    return FT2Font(font_path())


@cache
def _characters() -> frozenset[int]:
    return frozenset(_font().get_charmap())


def check_glyphs(words: str) -> None:
    """Raise MissingGlyphError naming the characters that the font lacks and the text they stand in."""
    known = _characters()
    if lacking := sorted({c for c in words if c != "\n" and ord(c) not in known}):
        listed = "、".join(f"「{c}」(U+{ord(c):04X})" for c in lacking)
        raise MissingGlyphError(f"図の書体にない文字があります: {listed}。表記「{words}」を別の文字に直してください。")


@cache
def text_width(words: str, size: float = SIZE) -> float:
    """How wide the longest line is, in mm."""
    check_glyphs(words)
    font = _font()
    font.set_size(size, 720)
    widths = []
    for line in words.split("\n"):
        font.set_text(line)
        widths.append(font.get_width_height()[0] / 64 / 720 * 25.4)
    return max(widths)


def wrap(words: object, width: float, size: float = SIZE) -> str:
    """Break ``words`` into lines of at most ``width`` mm, evenly long.

    Words with their endings stay whole unless they alone are too long; 禁則 is kept.
    """
    check_glyphs(str(words))
    paragraphs = [_tokens(p, width, size) for p in str(words).split("\n")]
    return "\n".join(line for tokens in paragraphs for line in _even(tokens, width, size))


def spread(items: Sequence[tuple[float, str]], size: float = SMALL) -> list[tuple[float, str]]:
    """Centres (mm) of words on one line, pushed to the right where they would overlap."""
    placed: list[tuple[float, str]] = []
    for x, words in items:
        if placed:
            before, other = placed[-1]
            x = max(x, before + (text_width(words, size) + text_width(other, size)) / 2 + 1.2)
        placed.append((x, words))
    return placed


def _tokens(words: str, width: float, size: float) -> list[str]:
    tokens = TOKEN.findall(words)
    return [part for t in tokens for part in ([t] if text_width(t, size) <= width else t)]


def _even(tokens: list[str], width: float, size: float) -> list[str]:
    lines = _fill(tokens, width, size)
    # The narrowest measure that needs no further line leaves no single character behind.
    while len(lines) > 1:
        width -= 1.0
        narrower = _fill(tokens, width, size)
        if len(narrower) > len(lines) or any(text_width(n, size) > width for n in narrower):
            break
        lines = narrower
    return lines


def _fill(tokens: list[str], width: float, size: float) -> list[str]:
    lines = [""]
    for token in tokens:
        if lines[-1] and text_width(lines[-1] + token, size) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append(token.lstrip())
        else:
            lines[-1] += token
    return lines
