"""Text as people type it, reduced to keys that can be compared.

Only keys are normalised. What goes into a table keeps its own characters, because 髙 and 高 are
two spellings of a name and neither is a mistake (rule L1-08).
"""

import re
import unicodedata

# Zero-width characters, the byte-order mark, soft hyphen: invisible, so never meant.
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
DITTO = {"〃", "同上", "々", "”", '"', "″"}


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
