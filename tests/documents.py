"""Executed notebooks and blocks as the publisher makes documents of them."""

from pipeline.document.assembly import assembled
from pipeline.document.html import page
from pipeline.publishing.collecting import collected
from pipeline.publishing.cover import on_cover
from pipeline.store import INTERNAL

COVER = {
    "year_label": "令和4(2022)年度",
    "title": "DX人材育成研修（試行）",
    "stage": "確報",
    "synthetic": True,
    "town": "小山町",
    "department": "企画政策課",
    "revisions": [],
}


def page_of(executed, title, cover=COVER):
    """The page of an executed notebook; ``cover`` as in ``Year.cover``."""
    return page(assembled(collected(executed, is_ours=True), title, on_cover(cover, INTERNAL)))


def document(*blocks, title="題"):
    """The document of some blocks."""
    return assembled([block.data() for block in blocks], title, on_cover(COVER, INTERNAL))
