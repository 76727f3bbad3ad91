"""What an analyst asked for and can't have, in one Japanese sentence."""

from collections.abc import Iterable


class Refused(ValueError):
    """A question that can't be answered; the text says why, and what to do instead.

    IPython shows the sentence alone: an analyst gets no traceback for a name mistyped.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def chosen(value: str, known: Iterable[str], what: str) -> str:
    """The one of ``known`` that is ``value`` or alone begins with it; else Refused with all names.

    >>> chosen("No.1", ["No.1 情報", "No.10 企画"], "研修")
    'No.1 情報'
    """
    known = list(known)
    for begins in (f"{value} ", value):
        found = [value] if value in known else [k for k in known if value and k.startswith(begins)]
        if len(found) == 1:
            return found[0]
    raise Refused(f"{what}「{value}」はありません。使える名前：{'、'.join(known) or 'なし'}。")
