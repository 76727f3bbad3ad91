"""Text as people type it, reduced to keys that can be compared.

Only keys are normalised. What goes into a table keeps its own characters, because 髙 and 高 are
two spellings of a name and neither is a mistake (rule L1-08).
"""

import codecs
import re
import unicodedata

# Zero-width characters, the byte-order mark, soft hyphen: invisible, so never meant.
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
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


def visible(value: object) -> str:
    """The value as a reader sees it: no invisible characters, no space at the ends."""
    if value is None:
        return ""
    return INVISIBLE.sub("", str(value)).replace("\u00a0", " ").strip()


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
