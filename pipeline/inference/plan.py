"""The analysis plan: what was fixed before the answers were read."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields

from pipeline.codebook import codes

STATUSES = tuple(codes("status"))


@dataclass(frozen=True)
class Plan:
    """Exposure, outcome, margin and error rate of the one primary test.

    ``missed`` and ``attended`` are attendance statuses; ``caught_up`` are those that the primary
    analysis leaves out and the sensitivity analyses put back. ``margin`` is in rating points.
    ``few`` is the number of caught-up cells under which their contrast is only described.
    """

    missed: tuple[str, ...]
    attended: tuple[str, ...]
    margin: float
    alpha: float
    draws: int
    seed: int
    caught_up: tuple[str, ...] = ("recording", "e_learning")
    outcome: str = "comprehension"
    secondary: tuple[str, ...] = ()
    few: int = 8

    def __post_init__(self):
        for name in ("missed", "attended", "caught_up", "secondary"):
            value = getattr(self, name)
            if isinstance(value, str):
                raise ValueError(f"分析計画の {name} は文字列の並び（リスト）で書いてください。")
            object.__setattr__(self, name, tuple(value))
        for name in ("missed", "attended", "caught_up"):
            for status in getattr(self, name):
                if status not in STATUSES:
                    raise ValueError(f"分析計画の {name} にある出欠区分「{status}」は使えません。")
        if not self.missed or not self.attended:
            raise ValueError("分析計画の missed と attended には出欠区分を一つ以上書いてください。")
        shared = set(self.missed) & set(self.attended) | set(self.caught_up) & (set(self.missed) | set(self.attended))
        if shared:
            raise ValueError(f"分析計画で二つの欄にある出欠区分: {'、'.join(sorted(shared))}")
        for name in ("margin", "alpha", "draws", "seed", "few"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"分析計画の {name} は数で書いてください（いまは「{value}」）。")
        if not self.margin > 0:
            raise ValueError(f"分析計画の margin は0より大きくしてください（{self.margin}）。")
        if not 0 < self.alpha < 0.5:
            raise ValueError(f"分析計画の alpha は0と0.5の間にしてください（{self.alpha}）。")
        if self.draws != int(self.draws) or self.draws < 1:
            raise ValueError(f"分析計画の draws は1以上の整数にしてください（{self.draws}）。")
        if self.seed != int(self.seed) or self.seed < 0:
            raise ValueError(f"分析計画の seed は0以上の整数にしてください（{self.seed}）。")
        for name in ("draws", "seed", "few"):
            object.__setattr__(self, name, int(getattr(self, name)))

    @classmethod
    def parse(cls, plan: object) -> "Plan":
        """The plan in a mapping, or in an object with attributes of these names.

        Raises ValueError, in Japanese, when an entry is missing, unknown or out of range.
        """
        if isinstance(plan, cls):
            return plan
        if plan is None:
            raise ValueError("分析計画（year.toml の [analysis]）がありません。")
        known = {field.name: field for field in fields(cls)}
        if not isinstance(plan, Mapping):
            plan = {name: getattr(plan, name) for name in known if hasattr(plan, name)}
        for name in plan:
            if name not in known:
                raise ValueError(f"分析計画に知らない項目「{name}」があります。")
        for name, field in known.items():
            if field.default is MISSING and plan.get(name) is None:
                raise ValueError(f"分析計画に {name} がありません。year.toml の [analysis] へ。")
        return cls(**{name: value for name, value in plan.items() if value is not None})

    @property
    def digest(self) -> str:
        """SHA-256 of the plan in canonical JSON: the same plan gives the same 64 digits."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
