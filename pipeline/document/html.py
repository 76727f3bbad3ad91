"""A document as one self-contained page, and a block as JupyterLab shows it: Jinja, one macro a kind.

Everything is escaped by Jinja, and pictures stand in ``data:`` addresses, where nothing runs: what somebody typed
stays text.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup, escape

from pipeline.document.blocks import SAMPLE, Block
from pipeline.document.font import font_face

TEMPLATES = Path(__file__).parents[1] / "templates" / "report"
SAFE = " /:;=,()?!*+@.-_~[]{}|$"  # what needs no escape in an address within quotes
ALIGNED = {"left": "", "center": "mid", "right": "num"}


def page(document: dict) -> str:
    """The HTML of a document; the same text for the same document."""
    return lettered(environment().get_template("report.html.j2"), document=document)


def lettered(template: Template, **words: object) -> str:
    """A page of its own, with as much of a Japanese font as its text needs where the machine has none."""
    bare = template.render(font="", sample=SAMPLE, **words)
    return template.render(font=Markup(font_face(bare)), sample=SAMPLE, **words)


def shown(block: Block) -> str:
    """The HTML of one block, as it stands in a page or a notebook."""
    macros = vars(environment().get_template("blocks.html.j2").module)
    return str(macros["block"](block.data()))


@cache
def environment(*folders: Path) -> Environment:
    """Jinja with our filters; templates of ``folders`` are found beside those of the reports."""
    jinja = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    jinja.filters |= {"lines": lines, "runs": runs, "source": source}
    jinja.globals["aligned"] = ALIGNED
    return jinja


def lines(text: str) -> Markup:
    """Escaped, line by line; no line ends between a number and its %."""
    return Markup("<br>").join(escape(line) for line in text.replace(" %", "\u00a0%").split("\n"))


def runs(items: Iterable[dict], key: str) -> Iterator[tuple[object, list[dict]]]:
    """(value, neighbours that share it), in their order."""
    return ((value, list(own)) for value, own in groupby(items, itemgetter(key)))


def source(image: dict) -> str:
    """The address of a picture that holds the picture itself."""
    if image["format"] == "svg":
        return f"data:image/svg+xml,{quote(image['data'], safe=SAFE)}"
    return f"data:image/{image['format']};base64,{image['data']}"
