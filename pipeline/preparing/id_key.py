"""The key of the ids: made once, its loss noticed, and never made anew without a word.

``data/private/id.key`` turns staff numbers into ids. Whoever has it can tell who is behind an id; without it
nobody of a new year meets themselves of the years before. Its fingerprint stands with the plans and with the
tables of every year that it made, so that a lost key is noticed, and another one in its place.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.findings import BadInput, Place, finding
from pipeline.store import Store, key_marks

if TYPE_CHECKING:  # doit asks for the key's state, and must not wait for pandas
    from pipeline.year import Year

# The sample town's key is public, so that its reports come out the same everywhere.
SAMPLE_KEY = "見本（架空データ）".encode()


def read_key(year: "Year") -> bytes:
    """The key of the year's ids. Nothing is written: before the very first run it is one for the moment.

    Raises BadInput for a key that is damaged, lost, or another than made the tables there are: other ids
    would break the link between the years.
    """
    store = year.store
    if _is_made_up(year):
        return SAMPLE_KEY
    marks = _marks(store)  # first: a key made meanwhile by another year's run is there before its marks
    place = Place(store.id_key.relative_to(store.root).as_posix())
    if not store.id_key.exists():
        if marks:
            raise BadInput([finding("K03", place, used=_names(store, marks))])
        return _new()
    secret = store.id_key.read_bytes()
    if not re.fullmatch(rb"[0-9a-f]{64}", secret):
        raise BadInput([finding("K02", place)])
    if others := [path for path, mark in marks.items() if mark != fingerprint(secret)]:
        raise BadInput([finding("K04", place, used=_names(store, others))])
    return secret


def make_key(year: "Year") -> None:
    """Make the key if there never was one, for its owner only, and note what it is with the plans and the year.

    Raises BadInput as :func:`read_key`.
    """
    secret, store = read_key(year), year.store
    if _is_made_up(year):
        return
    _write_once(store.id_key, secret)
    mark = fingerprint(store.id_key.read_bytes()).encode()
    for path in store.key_marks:
        _write_once(path, mark)


def renew_key(store: Store) -> None:
    """Another key in place of the one there is, or was: the tables made with that one must be gone."""
    for path in (store.id_key, *_marks(store)):
        path.unlink(missing_ok=True)
    _write_once(store.id_key, secret := _new())
    _write_once(store.key_marks[0], fingerprint(secret).encode())


def is_sound(store: Store) -> bool:
    """Whether the key is the one that made what there is, or none was needed yet."""
    marks = set(_marks(store).values())
    if store.is_sample or not marks:
        return True
    return store.id_key.exists() and marks == {fingerprint(store.id_key.read_bytes())}


def fingerprint(secret: bytes) -> str:
    """What tells one key from another, and nothing of the key itself."""
    return hashlib.sha256(b"id.key:" + secret).hexdigest()


def _is_made_up(year: "Year") -> bool:
    # A real year whose declaration still says "synthetic" must not get the public key.
    return year.synthetic and year.store.is_sample


def _new() -> bytes:
    return secrets.token_hex(32).encode()


def _marks(store: Store) -> dict[Path, str]:
    return {path: path.read_text(encoding="ascii", errors="replace").strip() for path in key_marks(store.root)}


def _names(store: Store, paths) -> str:
    return "、".join(path.relative_to(store.root).parent.as_posix() for path in paths)


def _write_once(path: Path, data: bytes) -> None:
    """Whole or not at all, and never over what is there: two years may be built at the same time."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
