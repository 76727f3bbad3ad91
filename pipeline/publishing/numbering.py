"""Tables and figures numbered in the order of the page, and the references to them in its text.

「{表:completion}」 in a text becomes 「表3」, a link to the table of that name. Numbers are given when the
page is made: a table that a year doesn't have leaves no gap.
"""

import re

from pipeline.publishing.failure import Failure

# A table behind a figure stands in its <details> and belongs to the figure.
NUMBERED = re.compile(
    r"<details\b.*?</details>"
    r"|<(?P<tag>table|figure)\b(?P<attributes>[^>]*)>\s*(?P<caption><(?:caption|figcaption)>)",
    re.DOTALL,
)
ANCHOR = re.compile(r'\bid="((?:table|figure)-[\w-]+)"')
REFERENCE = re.compile(r"\{(表|図):([\w-]+)\}")
WORDS = {"table": "表", "figure": "図"}
KINDS = {word: tag for tag, word in WORDS.items()}


def numbered(body: str) -> str:
    """``body`` with 「表1　」 and 「図1　」 before its captions, and its references resolved.

    Raises Failure for a reference to a table or figure that the page doesn't have.
    """
    given: dict[str, int] = {}
    known: dict[str, str] = {}

    def count(match: re.Match) -> str:
        tag = match["tag"]
        if tag is None:
            return match[0]
        given[tag] = given.get(tag, 0) + 1
        number = f"{WORDS[tag]}{given[tag]}"
        if anchor := ANCHOR.search(match["attributes"]):
            known[anchor[1]] = number
        return f"{match[0]}{number}　"

    def refer(match: re.Match) -> str:
        anchor = f"{KINDS[match[1]]}-{match[2]}"
        if anchor not in known:
            raise Failure(f"本文が、このページに無い{match[1]}を指しています: {match[0]}")
        return f'<a href="#{anchor}">{known[anchor]}</a>'

    return REFERENCE.sub(refer, NUMBERED.sub(count, body))
