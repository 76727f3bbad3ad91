"""What stands on the cover of a document, in words."""

from datetime import date

from pipeline.showing.tables import wareki
from pipeline.store import EDITIONS, INTERNAL

LIMITED = {INTERNAL: "（庁内限り）"}


def on_cover(cover: dict, edition: str) -> dict:
    """The cover of a document as in ``pipeline.document.blocks``; ``cover`` as in ``Year.cover``."""
    revisions = [
        {"published_on": wareki(date.fromisoformat(one["published_on"])), "stage": one["stage"], "note": one["note"]}
        for one in cover["revisions"]
    ]
    words = {name: cover[name] for name in ("town", "department", "title", "year_label", "stage", "synthetic")}
    return words | {"edition": EDITIONS[edition] + LIMITED.get(edition, ""), "revisions": revisions}
