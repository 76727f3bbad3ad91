"""The plan as it was when the year's data were first read, and what was changed since.

A plan that is fitted to the answers proves nothing. Nobody here forbids a change; it is shown, with
both versions, in every report that rests on it.
"""

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from pipeline.inference.plan import Plan


def register(path: Path, plan: Plan) -> Plan:
    """The plan registered at ``path``; at the first reading of the data, that is ``plan`` itself."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(plan), ensure_ascii=False, indent=1, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")
    return Plan.parse(json.loads(path.read_text(encoding="utf-8")))


def versions(registered: Plan, plan: Plan, labels: dict[str, str]) -> pd.DataFrame:
    """Every entry of the plan: what, registered, now, is_changed. ``labels``: entry → words."""
    before, now = asdict(registered), asdict(plan)
    return pd.DataFrame(
        [
            {"what": labels[key], "registered": before[key], "now": now[key], "is_changed": before[key] != now[key]}
            for key in labels
        ]
    )
