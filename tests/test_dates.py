"""Dates as town halls write them: every form is read, and nothing that is no date is taken for one."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.dates import read_date, read_timestamp

R4 = FiscalYear.parse("R4")
FIRST_SESSION = date(2022, 8, 5)  # a Friday


@pytest.mark.parametrize(
    "written",
    [
        "令和４年８月５日",
        "令和4年8月5日(金)",
        "R4.8.5",
        "R04/08/05",
        "R4-8-5",
        "r4.8.5",
        "㋿4.8.5",
        "8/5（金）",
        "8/5(金)",
        "８／５（金）",
        "8月5日（金曜日）",
        "4.8.5",
        " 4. 8. 5",
        "44778",
        44778,
        44778.0,
        "20220805",
        20220805,
        "2022/08/05",
        "2022/8/5",
        "2022-08-05",
        "2022年8月5日",
        "2022/08/05 2:03:22 午後 GMT+9",
        datetime(2022, 8, 5, 14, 3),
        FIRST_SESSION,
    ],
)
def test_every_form_of_the_first_session_is_read(written):
    assert read_date(written, R4).day == FIRST_SESSION


@pytest.mark.parametrize(
    ("written", "day", "why"),
    [
        ("令和元年5月1日", date(2019, 5, 1), "the first year of an era has no number"),
        ("平成31年4月30日", date(2019, 4, 30), "the last day of Heisei"),
        ("S63.4.1", date(1988, 4, 1), "staff lists hold dates of Showa"),
        ("4/1", date(2022, 4, 1), "first day of the fiscal year"),
        ("12/28（水）", date(2022, 12, 28), "before the new year"),
        ("1/13（金）", date(2023, 1, 13), "January belongs to the second half"),
        ("3/31", date(2023, 3, 31), "last day of the fiscal year"),
        ("5.1.20", date(2023, 1, 20), "an era-less year: 令和5年1月 lies in 令和4年度"),
        ("R6.2.29", date(2024, 2, 29), "a leap day"),
    ],
)
def test_what_isnt_written_is_added_from_the_calendar(written, day, why):
    assert read_date(written, R4).day == day, why


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("26. 4. 8", "平成26年 without its era: nothing says which era"),
        ("12.4.8", "not the fourth of December"),
        ("5.8.5", "令和5年8月 is next year's"),
        ("4.2.10", "令和4年2月 was still 令和3年度"),
        ("04/08/05", "may be a Western year, an era year or a month"),
        ("8/5/2022", "month first is not how Japan writes: perhaps it is the fifth of ..."),
        ("R4.8.5-8.6", "two days, not one"),
        ("2022/13/05", "there is no thirteenth month"),
        ("2023/2/29", "not a leap year"),
        ("8/32", "no such day"),
        (8.1, "8.10 typed into Excel: August 1st or 10th"),
        (4.8, "a number is not a date"),
        (12, "a small number is not a serial"),
        (float("nan"), "an empty number"),
        (True, "a tick"),
        ("99999", "a serial of the year 2173"),
        ("未定", "no date at all"),
        ("", "empty"),
        (None, "empty"),
    ],
)
def test_what_is_not_surely_a_date_is_not_taken_for_one(written, why):
    assert read_date(written, R4) is None, why


@pytest.mark.parametrize(
    ("written", "wrong"), [("9/9（金）", False), ("9/9(木)", True), ("9/23（金・祝）", False), ("9/9", False)]
)
def test_a_weekday_is_checked_where_one_is_printed(written, wrong):
    read = read_date(written, R4)
    assert read.is_weekday_wrong == wrong
    assert read.true_weekday == "金"


def test_what_follows_the_date_is_kept():
    assert read_date("8/30視聴", R4).rest == "視聴"
    assert read_date("8/30（火）視聴", R4).rest == "視聴"


@pytest.mark.parametrize(
    ("written", "hour", "minute", "why"),
    [
        ("2022/08/05 2:03:22 午後 GMT+9", 14, 3, "the usual case"),
        ("2022/08/05 12:11:00 午後 GMT+9", 12, 11, "noon is not midnight"),
        ("2022/08/05 12:05:00 午前 GMT+9", 0, 5, "and midnight not noon"),
        ("2022/08/05 0:11:00 午後", 12, 11, "some clocks say 午後0時"),
        ("2022/08/05 11:59:59 午前 GMT+9", 11, 59, "one second before"),
        ("2022/08/05 7:56:35 AM GMT+9", 7, 56, "the English interface"),
        ("2022/08/05 14:03:22", 14, 3, "24 hours"),
        ("2022-08-05T14:03", 14, 3, "ISO 8601"),
        ("R4.8.5 14:03", 14, 3, "a Japanese date with a clock"),
        ("2022/8/5", 0, 0, "no clock at all"),
        (datetime(2022, 8, 5, 14, 3), 14, 3, "as Excel holds it"),
        (44778.5, 12, 0, "a serial with its day's fraction"),
    ],
)
def test_moments(written, hour, minute, why):
    read = read_timestamp(written, R4)
    assert (read.date(), read.hour, read.minute) == (FIRST_SESSION, hour, minute), why


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2022/08/05 14:03 午後", "14 o'clock in the afternoon is a slip"),
        ("2022/08/05 24:03", "no such hour"),
        ("2022/08/05 10:61", "no such minute"),
        ("2022/08/05 10:00 GMT-7", "another zone's hours are not ours"),
        ("2022/08/05 昼ごろ", "not a clock"),
        ("10:00", "no day"),
        (0.5, "half past nothing"),
        ("", "empty"),
    ],
)
def test_what_is_not_surely_a_moment_is_not_taken_for_one(written, why):
    assert read_timestamp(written, R4) is None, why


def wide(text):
    return text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789/()"})


WAYS = [
    lambda d: f"令和{era(d)}年{d.month}月{d.day}日",
    lambda d: wide(f"令和{era(d)}年{d.month}月{d.day}日"),
    lambda d: f"R{era(d)}.{d.month}.{d.day}",
    lambda d: f"R{era(d):02}/{d.month:02}/{d.day:02}",
    lambda d: f"㋿{era(d)}.{d.month}.{d.day}",
    lambda d: f"{era(d)}.{d.month}.{d.day}",
    lambda d: f"{era(d):2}.{d.month:2}.{d.day:2}",
    lambda d: f"{d.month}/{d.day}（{'月火水木金土日'[d.weekday()]}）",
    lambda d: wide(f"{d.month}/{d.day}"),
    lambda d: f"{d.month}月{d.day}日",
    lambda d: f"{d:%Y/%m/%d}",
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: (d - date(1899, 12, 30)).days,
    lambda d: str((d - date(1899, 12, 30)).days),
]


def era(day):
    return day.year - 2018


@given(st.integers(1, 12).map(lambda n: FiscalYear.parse(f"R{n}")), st.integers(0, 364), st.sampled_from(WAYS))
def test_a_date_written_in_any_form_is_read_back(year, days, write):
    day = year.starts_on + timedelta(days)
    read = read_date(write(day), year)
    assert read.day == day
    assert not read.is_weekday_wrong


@given(st.datetimes(datetime(2022, 4, 1), datetime(2023, 3, 31)), st.booleans())
def test_a_moment_in_twelve_hours_is_read_back(moment, is_english):
    moment = moment.replace(microsecond=0)
    half = ("AM", "PM") if is_english else ("午前", "午後")
    hour = (moment.hour - 1) % 12 + 1  # 12, 1, … 11
    text = f"{moment:%Y/%m/%d} {hour}:{moment:%M:%S} {half[moment.hour >= 12]} GMT+9"
    assert read_timestamp(text, R4) == moment
