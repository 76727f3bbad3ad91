"""The page on reproducibility points at what exists, and says why where there is nothing to point at."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PAGE = (PROJECT / "docs/rap.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| (\S+) \| ([^|]+) \|$", PAGE, re.M)


def test_every_path_it_names_exists():
    named = {name for name in re.findall(r"`([^`\n]+)`", PAGE) if " " not in name and name != "doit"}
    assert len(named) > 40
    assert [name for name in sorted(named) if not (PROJECT / name).exists()] == []


def test_every_item_has_a_state_and_a_place_or_a_reason():
    assert len(ROWS) > 60
    assert {state for _, state, _ in ROWS} - {"state"} == {"yes", "partly", "no"}
    assert [
        item for item, state, where in ROWS if state == "yes" and "`" not in where and "repository" not in where
    ] == []
    assert [item for item, state, where in ROWS if len(where) < 10 and state != "state"] == []
