"""The same HTML page as a tagged PDF on A4, by WeasyPrint, with IPAexGothic embedded."""

import importlib.util
import io
import logging
import re
import threading
import unicodedata
from functools import cache
from pathlib import Path

from pipeline.publishing.failure import Failure
from pipeline.publishing.page import plain

FONT = "IPAexGothic"
GETA = "〓"  # what Japanese printers set where they have no type for a character
FETCHABLE = ("data", "file")
POINTS = 0.75  # of a pixel of CSS
_one_at_a_time = threading.Lock()  # Pango and fontconfig keep global state


def pdf(html: str) -> tuple[bytes, list[str]]:
    """The PDF (PDF/UA-1) of an HTML page, and the characters that it shows as 〓.

    IPAexGothic has some 12,000 characters: not 𠮷, nor emoji. Such a character reads 〓 in the
    PDF, and a note at its end names it. The same page gives the same bytes.
    Raises Failure, in Japanese, when WeasyPrint or its libraries are missing.
    """
    weasyprint = require_weasyprint()
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    html, missing = with_geta(html)
    with _one_at_a_time, Complaints() as complaints:
        fonts = FontConfiguration()
        face = weasyprint.CSS(string=font_face(), font_config=fonts)
        page = weasyprint.HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=FETCHABLE))
        result = io.BytesIO()
        page.write_pdf(result, stylesheets=[face], font_config=fonts, pdf_variant="pdf/ua-1", finisher=scoped)
    if complaints.serious:
        raise Failure("PDF を正しく作れません: " + " / ".join(complaints.serious))
    return result.getvalue(), missing


def scoped(_, file) -> None:
    """Give every heading cell of the tagged tables its Scope, and every figure its place.

    WeasyPrint links cells to headings by ids that it neither lists nor makes unique when a table goes
    over pages, so that readers find none; and it measures figures in pixels from the top.
    """
    owner = lambda element, key: file.objects[int(element[key].split()[0])]  # noqa: E731
    for element in file.objects:
        if not isinstance(element, dict) or element.get("Type") != "/StructElem":
            continue
        if element["S"] in ("/TH", "/TD"):
            element.pop("ID", None)
            element["A"].pop("Headers", None)
        if element["S"] == "/TH":
            head = owner(owner(element, "P"), "P")["S"] == "/THead"
            element["A"]["Scope"] = "/Column" if head else "/Row"
        elif element["S"] == "/Figure":
            height = owner(element, "Pg")["MediaBox"][3]
            left, top, right, bottom = (edge * POINTS for edge in element["A"]["BBox"])
            element["A"]["BBox"][:] = [left, height - bottom, right, height - top]


def require_weasyprint():
    """The module ``weasyprint``; Failure says what to install when it can't be loaded."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        # Its import loads Pango, a library that pip can't install.
        raise Failure(
            "PDF を作る部品（WeasyPrint と Pango）を読み込めません。次のどれかで入れてください。\n"
            "  Windows・conda: conda env update -f environment.yml\n"
            "  Debian・Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0\n"
            "  Python の部品:  pip install -r requirements.txt\n"
            f"（詳細: {str(error).splitlines()[0] if str(error) else type(error).__name__}）"
        ) from None
    return weasyprint


def font_path() -> Path:
    """The font file that matplotlib-fontja brings; importing that package would load matplotlib."""
    package = importlib.util.find_spec("matplotlib_fontja")
    path = Path(package.origin).parent / "fonts" / "ipaexg.ttf" if package else None
    if path is None or not path.is_file():
        raise Failure("日本語の字体（IPAexゴシック）がありません。pip install matplotlib-fontja で入れてください。")
    return path


def font_face() -> str:
    """By path: the system's font cache may be stale, or know no Japanese font at all."""
    return f'@font-face{{font-family:"{FONT}";src:url("{font_path().resolve().as_uri()}")}}'


@cache
def known_characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def with_geta(html: str) -> tuple[str, list[str]]:
    """``html`` in the characters of the font, and those that became 〓, each once.

    A kana with a separate voicing mark (as file names on a Mac have it) is composed; selectors of
    a variant and other characters without a shape are dropped.
    """
    html = re.sub("[ぁ-ヿ][\u3099\u309a]", lambda kana: unicodedata.normalize("NFC", kana[0]), html)
    foreign = {c for c in set(html) if ord(c) not in known_characters() and c not in "\t\n\r"}
    shapeless = {c for c in foreign if unicodedata.category(c) in ("Cf", "Mn", "Me", "Cc", "Zs")}
    missing = sorted(foreign - shapeless)
    spaces = {ord(c): " " if unicodedata.category(c) == "Zs" else "" for c in shapeless}
    html = html.translate(spaces | {ord(c): GETA for c in missing})
    if missing:
        codes = "、".join(f"U+{ord(c):04X}" for c in missing)
        note = f'<p class="note">〓は、印刷用の字体にない文字です（{codes}）。HTML版で確かめてください。</p>'
        html = html.replace("</main>", f"{note}</main>", 1)
    return html, missing


class Complaints(logging.Handler):
    """WeasyPrint's log while a PDF is made: kept from the console, serious lines remembered."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.serious: list[str] = []
        self.log = logging.getLogger("weasyprint")

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.levelno >= logging.ERROR or "cannot be loaded" in message:
            self.serious.append(plain(message)[:200])

    def __enter__(self):
        self.before = self.log.handlers[:], self.log.propagate
        self.log.handlers[:], self.log.propagate = [self], False
        return self

    def __exit__(self, *_):
        self.log.handlers[:], self.log.propagate = self.before
