"""Dates and times in all the forms in which a town hall writes them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pipeline.fiscal_year import FiscalYear

ERA_ZERO = {"令和": 2018, "R": 2018, "㋿": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
ERA = r"(?P<era>令和|平成|昭和|[RHS])"
YEAR = r"(?P<year>元|\d{1,4})"
DATE_FORMS = [
    re.compile(rf"{ERA}\s*{YEAR}\s*[年./-]\s*(?P<month>\d+)\s*[月./-]\s*(?P<day>\d+)日?"),
    re.compile(r"(?P<year>\d{4})[年./-](?P<month>\d{1,2})[月./-](?P<day>\d{1,2})日?"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
    # An era year without its era ("4.8.5", "26. 4. 8"): true only if it is this fiscal year's.
    re.compile(r"(?P<bare_era>\d{1,2})\s*\.\s*(?P<month>\d{1,2})\s*\.\s*(?P<day>\d{1,2})"),
    re.compile(r"(?P<month>\d{1,2})[/月.](?P<day>\d{1,2})日?"),
]
# What follows a date must not go on like one: "8/5/2022" and "04/08/05" are not 8/5 and 4/8.
GOES_ON = re.compile(r"[\d/.年月-]")
WEEKDAY = re.compile(r"^\s*\(([月火水木金土日])(?:・?[祝休])?(?:曜日?)?\)")
# Another zone than Japan's is refused: its hours would be read as ours.
CLOCK = re.compile(
    r"[\sT]*(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(午前|午後|AM|PM)?(?:\s*GMT\+0?9(?::?00)?)?\s*$", re.I
)
EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = range(36526, 54789)  # 2000-01-01 … 2049-12-31: other numbers are not dates


class ReadDate(NamedTuple):
    """A date, the weekday printed beside it ("" if none), and what follows both."""

    day: date
    weekday: str
    rest: str

    @property
    def true_weekday(self) -> str:
        return "月火水木金土日"[self.day.weekday()]

    @property
    def is_weekday_wrong(self) -> bool:
        return bool(self.weekday) and self.weekday != self.true_weekday


def in_words(day: date) -> str:
    """The day as messages have it: 「2022年8月5日」."""
    return f"{day.year}年{day.month}月{day.day}日"


def read_date(value: object, year: FiscalYear) -> ReadDate | None:
    """The date at the start of a cell; None if there is none.

    A date without a year belongs to the fiscal year (January to March: to its second half). An era
    year without an era counts only if the day lies in the fiscal year: "26. 4. 8" in R4 is not a
    date of 2014 but something to ask about. A number is a serial of Excel's or eight digits: 8.10
    typed for the tenth of August has become 8.1.
    """
    if isinstance(value, datetime):
        return ReadDate(value.date(), "", "")
    if isinstance(value, date):
        return ReadDate(value, "", "")
    if isinstance(value, (int, float)) and SERIALS.start <= value < SERIALS.stop:
        return ReadDate(EXCEL_EPOCH + timedelta(days=int(value)), "", "")
    if isinstance(value, float):
        return None
    # ㋿ becomes 令和 under NFKC.
    text = unicodedata.normalize("NFKC", str(value or "")).strip().upper()
    if re.fullmatch(r"\d{5}", text) and int(text) in SERIALS:
        return read_date(int(text), year)
    for form in DATE_FORMS:
        match = form.match(text)
        if match and (day := _day(match.groupdict(), year)):
            rest = text[match.end() :]
            if GOES_ON.match(rest):
                continue
            weekday = WEEKDAY.match(rest)
            return ReadDate(day, weekday[1] if weekday else "", rest[weekday.end() :] if weekday else rest)
    return None


def _day(parts: Mapping[str, str], year: FiscalYear) -> date | None:
    month, day = int(parts["month"]), int(parts["day"])
    if parts.get("era"):
        number = 1 if parts["year"] == "元" else int(parts["year"])
        calendar_year = ERA_ZERO[parts["era"]] + number
    elif parts.get("bare_era"):
        calendar_year = ERA_ZERO["R"] + int(parts["bare_era"])
    elif parts.get("year"):
        calendar_year = int(parts["year"])
    else:
        calendar_year = year.starts_on.year + (month <= 3)
    try:
        found = date(calendar_year, month, day)
    except ValueError:
        return None
    return None if parts.get("bare_era") and found not in year else found


def read_timestamp(value: object, year: FiscalYear) -> datetime | None:
    """A moment: an Excel date-time, or a date followed by a 12- or 24-hour clock.

    Twelve o'clock is the trap: 「12:11:00 午後」 is 12:11 and 「12:05:00 午前」 is 00:05.
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, float) and SERIALS.start <= value < SERIALS.stop:
        moment = datetime(1899, 12, 30) + timedelta(days=value)
        return (moment + timedelta(milliseconds=500)).replace(microsecond=0)  # float noise
    read = read_date(value, year)
    if read is None:
        return None
    if not read.rest.strip():
        return datetime.combine(read.day, datetime.min.time())
    clock = CLOCK.match(read.rest)
    if clock is None:
        return None
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    half = (clock[4] or "").upper()
    if half:
        if hour > 12:
            return None
        hour = hour % 12 + (12 if half in ("午後", "PM") else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime(read.day.year, read.day.month, read.day.day, hour, minute, second)


def day_in_name(pattern: str, name: str) -> date | None:
    """The day that stands in a file's name, by a pattern with groups year, month, day.

    The groups may be unnamed, in this order. A year below 100 is one of the era 令和.

    >>> day_in_name(r"_(?P<year>\\d{4})(?P<month>\\d\\d)(?P<day>\\d\\d)", "受講状況_20231031.csv")
    datetime.date(2023, 10, 31)
    """
    try:
        match = re.search(pattern, name)
        parts = match and (match.groupdict() or dict(zip(("year", "month", "day"), match.groups(), strict=False)))
        if not parts:
            return None
        year, month, day = (int(parts[part]) for part in ("year", "month", "day"))
        return date(year + (ERA_ZERO["R"] if year < 100 else 0), month, day)
    except (re.error, KeyError, TypeError, ValueError):
        return None
