"""Japanese fiscal years, named by era: ``R4`` is April 2022 to March 2023."""

import datetime
import re
from dataclasses import dataclass

REIWA_ZERO = 2018  # 令和0年 would have been 2018: R1 starts in April 2019


@dataclass(frozen=True, order=True)
class FiscalYear:
    """One fiscal year of the Reiwa era, ordered by time (R10 comes after R9).

    >>> str(FiscalYear.parse("R4")), FiscalYear.parse("R4").label
    ('R4', '令和4年度')
    >>> FiscalYear.parse("R10") > FiscalYear.parse("R9")
    True
    """

    number: int

    @classmethod
    def parse(cls, name: str) -> "FiscalYear":
        """The fiscal year called ``name`` (``R`` and a number, half-width, no leading zero).

        Raises ValueError, in Japanese, on anything else.
        """
        match = re.fullmatch(r"R([1-9][0-9]?)", name)
        if match is None:
            raise ValueError(f"年度は R4 のように、半角の R と数字で書いてください: 「{name}」")
        return cls(int(match[1]))

    def __str__(self) -> str:
        return f"R{self.number}"

    @property
    def _era_number(self) -> str:
        return "元" if self.number == 1 else str(self.number)

    @property
    def label(self) -> str:
        """The name in prose: ``令和4年度``."""
        return f"令和{self._era_number}年度"

    @property
    def label_ad(self) -> str:
        """The name with the Western year beside it, for headings: ``令和4(2022)年度``."""
        return f"令和{self._era_number}({self.starts_on.year})年度"

    @property
    def following(self) -> "FiscalYear":
        """The year after this one."""
        return FiscalYear(self.number + 1)

    @property
    def starts_on(self) -> datetime.date:
        return datetime.date(REIWA_ZERO + self.number, 4, 1)

    @property
    def ends_on(self) -> datetime.date:
        """The last day, which belongs to the year: 31 March."""
        return datetime.date(REIWA_ZERO + self.number + 1, 3, 31)

    def __contains__(self, day: datetime.date) -> bool:
        """Whether ``day`` lies in this year, first and last day included."""
        return self.starts_on <= day <= self.ends_on
