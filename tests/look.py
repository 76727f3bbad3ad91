"""Pictures of the documents of a year, for eyes: the pages of its PDFs, its HTML as on a desk and as on a phone.

python -m tests.look reports R5        → look/R5_annual_report_p01.png …, _desk01.png …, _phone01.png …
"""

import io
import sys
from pathlib import Path

import pypdfium2
from PIL import Image

from tests.browser import MISSING, chromium, installed, opened

PICTURES = Path("look")
WIDTHS = {"desk": 1280, "phone": 390}  # CSS pixels
HEIGHT = 1800  # a long page is cut into pictures that one can read
SCALE = 1.5  # of a point of the PDF: 108 dpi, an A4 page is 893 × 1263


def pages(path, name):
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document, 1):
            page.render(scale=SCALE).to_pil().save(PICTURES / f"{name}_p{number:02}.png")


def screens(path, name, browser):
    for screen, width in WIDTHS.items():
        with opened(browser, path.resolve(), width) as (page, _):
            whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
        for number, top in enumerate(range(0, whole.height, HEIGHT), 1):
            part = whole.crop((0, top, whole.width, min(top + HEIGHT, whole.height)))
            part.save(PICTURES / f"{name}_{screen}{number:02}.png")


def main(reports, year):
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob(f"{year}_*.png"):
        old.unlink()
    made = sorted(path for path in (reports / year).rglob("*.*") if path.suffix in (".pdf", ".html"))
    named = {path: "_".join(path.relative_to(reports).with_suffix("").parts) for path in made}
    for path, name in named.items():
        if path.suffix == ".pdf":
            pages(path, name)
    if where := installed():
        with chromium(where) as browser:
            for path, name in named.items():
                if path.suffix == ".html":
                    screens(path, name, browser)
    else:
        print(MISSING)
    print(f"{len(list(PICTURES.glob(f'{year}_*.png')))} pictures in {PICTURES.resolve()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
