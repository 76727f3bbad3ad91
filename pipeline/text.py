"""Text as people type it, reduced to keys that can be compared.

Only keys are normalised. What goes into a table keeps its own characters, because 髙 and 高 are
two spellings of a name and neither is a mistake (rule L1-08).
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Container
from typing import Any

VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
OPERATORS = ("=", "+", "-", "@")  # a text that begins so is calculated by a spreadsheet
SYMBOLS = ("-", "－")  # ours: alone they calculate nothing
DITTO = {"〃", "同上", "々", "”", '"', "″"}


def decoded(data: bytes) -> str:
    """The text of a file that somebody saved: UTF-8, cp932 as Japanese Windows has it, or UTF-16 with its mark.

    Not ``shift_jis``: it can't decode 髙 or ①. No guessing by statistics: short files of names are taken for Korean.
    With its mark a file is UTF-8: one wrong byte mustn't turn all of it into other characters. Raises
    UnicodeDecodeError, of the encoding that came furthest.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith(codecs.BOM_UTF8):
            raise
        utf_8 = error
    try:
        return data.decode("cp932")
    except UnicodeDecodeError as cp932:
        raise max(utf_8, cp932, key=lambda error: error.start) from None


def printable(text: str) -> str:
    """``text`` without what no reader sees: controls, marks of direction, joiners (the categories Cc and Cf).

    The end of a line stays, other white space among them is a space. A town's own characters (外字) and the selectors
    of a variant are none of these.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c in "\t\r\n" or unicodedata.category(c) not in ("Cc", "Cf") else " " * c.isspace() for c in text
    )


def each_text(value: Any, change: Callable[[str], str], but: Container[str] = ()) -> Any:
    """A copy of ``value``, as JSON and TOML have them, with every text changed, but those under the keys ``but``."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [each_text(one, change, but) for one in value]
    if isinstance(value, dict):
        return {name: one if name in but else each_text(one, change, but) for name, one in value.items()}
    return value


def visible(value: object) -> str:
    """The value as a reader sees it: no invisible characters, no space at the ends."""
    return "" if value is None else printable(str(value)).replace("\u00a0", " ").strip()


def key(value: object) -> str:
    """The value for comparing headers, labels and marks: NFKC, without any space.

    >>> key("第３回\\n ９/２（金）")
    '第3回9/2(金)'
    """
    text = VARIATION_SELECTOR.sub("", unicodedata.normalize("NFKC", visible(value)))
    return re.sub(r"\s+", "", text).casefold()


def is_ditto(value: object) -> bool:
    """Whether the cell says 「同上」 in one of its forms."""
    return visible(value) in DITTO


def shorten(value: object, width: int = 30) -> str:
    """The value on one line for a message, cut at ``width`` characters."""
    text = re.sub(r"\s+", " ", visible(value))
    return text if len(text) <= width else text[: width - 1] + "…"


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may calculate the text: by its first sign that is seen, full-width signs as well, or because
    it begins with what breaks a cell (tab, line end).

    Source: OWASP, CSV Injection.
    """
    first = unicodedata.normalize("NFKC", visible(text))[:1]
    return text not in SYMBOLS and (first in OPERATORS or text[:1] in ("\t", "\r", "\n"))


def plain_text(value: object) -> object:
    """A cell of a CSV file, of its head too: a text that a spreadsheet would calculate gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def unquoted(text: str) -> str:
    """What :func:`plain_text` was given, of a CSV file that we wrote ourselves."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text
