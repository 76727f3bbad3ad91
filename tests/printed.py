"""A PDF as its readers find it."""

import io
import re

import numpy as np
import pikepdf
import pypdfium2

from pipeline.document.pdf import pdf
from tests.documents import document


def printed(*blocks, **cover):
    """The PDF of a document of such blocks, with such words on its cover."""
    told = document(*blocks)
    return Printed(pdf(told | {"cover": told["cover"] | cover})[0])


def words(text):
    """``text`` without white space: lines end where a page ends."""
    return "".join(text.split())


def filled(picture):
    """How far down a page, half a pixel a point, is printed: a share of the height between its head and its number."""
    body = picture[28:-24]  # 20 mm above, 16 mm below
    return (np.flatnonzero((body < 200).any(axis=1)).max(initial=-1) + 1) / len(body)


class Printed:
    """The text of every page, the elements of the structure and the bookmarks of a PDF."""

    def __init__(self, data):
        self.file = pikepdf.open(io.BytesIO(data))
        self.pages = list(self.file.pages)
        opened = pypdfium2.PdfDocument(data)
        self.texts = [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in opened]
        self.fills = [filled(page.render(scale=0.5, grayscale=True).to_numpy()) for page in opened]
        opened.close()
        self.elements = list(self.walk(self.file.Root.StructTreeRoot))

    def walk(self, parent, above=()):
        """(kind, element, kinds above it), in the order of reading."""
        for child in parent.get("/K", ()):
            if isinstance(child, pikepdf.Dictionary) and "/S" in child:
                kind = str(child["/S"])
                yield kind, child, above
                yield from self.walk(child, (*above, kind))

    def named(self, kind):
        return [element for name, element, _ in self.elements if name == kind]

    def size(self, page):
        """(width, height) in points."""
        left, bottom, right, top = map(float, self.pages[page].MediaBox)
        return right - left, top - bottom

    def is_turned(self, page):
        width, height = self.size(page)
        return width > height

    def bookmarks(self):
        """(title, index of the page), in their order."""

        def flat(items):
            for item in items:
                yield item.title, self.page_of(item.destination)
                yield from flat(item.children)

        with self.file.open_outline() as outline:
            return list(flat(outline.root))

    def links(self, page):
        """(what a link says, index of the page it leads to or its address) of a page."""
        return [
            (str(note.Contents), self.page_of(note.Dest) if "/Dest" in note else str(note.A.URI))
            for note in self.pages[page].get("/Annots", ())
        ]

    def page_of(self, destination):
        return next(i for i, page in enumerate(self.pages) if page.obj.objgen == destination[0].objgen)

    def body(self, page):
        """The lines of a page between its running head and its number."""
        lines = [line for line in self.texts[page].split("\n") if line.strip()]
        return [
            line
            for line in lines
            if not re.fullmatch(r"\d+ / \d+|見本（架空データ）|.*年度　.*版.*|小山町　.*", line.strip())
        ]
