"""A published year stays what was published, until a revision says otherwise."""

import json

import pytest

from pipeline.publishing.failure import Failure
from pipeline.publishing.release import changes, compared, latest, release
from pipeline.store import Store

HEAD = "row,course,variable,label,unit,value,symbol\r\n"
FIRST = [{"stage": "確報", "published_on": "2023-06-20", "note": "はじめての公表"}]
SECOND = [*FIRST, {"stage": "訂正", "published_on": "2023-09-01", "note": "No.2の修了を数え直した"}]


def csv(*lines):
    return ("\ufeff" + HEAD + "".join(f"{line}\r\n" for line in lines)).encode()


BEFORE = {"annual_report.completion.csv": csv("1,No.1,n,人数,count,24,", "2,No.2,n,人数,count,,x")}


@pytest.fixture
def built(tmp_path):
    """A year whose reports were made, with one table in each edition."""
    store = Store.open("R4", tmp_path)
    for edition in ("internal", "public"):
        folder = store.edition_dir(edition) / "tables"
        folder.mkdir(parents=True)
        for name, data in BEFORE.items():
            (folder / name).write_bytes(data)
    declare(store, FIRST)
    return store


def declare(store, revisions):
    store.manifest.write_text(json.dumps({"cover": {"revisions": revisions}}), encoding="utf-8")


class TestChanges:
    def test_equal_tables_have_none_and_the_last_digit_is_no_change(self):
        almost = {"annual_report.completion.csv": csv("1,No.1,n,人数,count,24.0000001,",
                                                      "2,No.2,n,人数,count,,x")}  # fmt: skip
        assert changes(BEFORE, BEFORE) == changes(BEFORE, almost) == []

    def test_a_value_a_symbol_and_a_row_are_named(self):
        after = {"annual_report.completion.csv": csv("1,No.1,n,人数,count,23,", "2,No.2,n,人数,count,7,",
                                                     "3,No.3,n,人数,count,9,")}  # fmt: skip
        assert [str(change) for change in changes(BEFORE, after)] == [
            "completion｜No.1｜人数：24 → 23",
            "completion｜No.2｜人数：x → 7",
            "completion｜No.3｜人数：（行なし） → 9",
        ]

    def test_a_table_that_is_gone_is_a_change(self):
        assert [c.after for c in changes(BEFORE, {})] == ["（表なし）"]

    def test_rows_that_only_changed_places_are_no_change(self):
        turned = {"annual_report.completion.csv": csv("1,No.2,n,人数,count,,x", "2,No.1,n,人数,count,24,")}
        assert changes(BEFORE, turned) == []

    def test_words_are_compared_by_column(self):
        words = [f"\ufeffrow,course,proposal\r\n1,No.1,{word}\r\n".encode() for word in ("継続", "廃止")]
        [change] = changes({"r.menu.csv": words[0]}, {"r.menu.csv": words[1]})
        assert str(change) == "menu｜No.1｜proposal：継続 → 廃止"


class TestRelease:
    def test_nothing_is_compared_before_the_first(self, built):
        assert latest(built) is None
        assert compared(built, "annual_report", "internal", {}, 0) == []

    def test_published_numbers_can_not_change_in_silence(self, built):
        release(built, FIRST)
        changed = {"annual_report.completion.csv": csv("1,No.1,n,人数,count,23,")}
        with pytest.raises(Failure, match=r"2か所で変わります(?s:.*)No\.1｜人数：24 → 23(?s:.*)\[\[revision\]\]"):
            compared(built, "annual_report", "public", changed, len(FIRST))
        assert compared(built, "annual_report", "public", BEFORE, len(FIRST)) == []

    def test_a_declared_revision_may_change_them_and_is_told_what(self, built):
        release(built, FIRST)
        changed = {"annual_report.completion.csv": csv("1,No.1,n,人数,count,23,", "2,No.2,n,人数,count,,x")}
        [change] = compared(built, "annual_report", "internal", changed, len(SECOND))
        assert (change.before, change.after) == ("24", "23")

    def test_the_second_release_is_what_is_compared_from_then_on(self, built):
        release(built, FIRST)
        declare(built, SECOND)
        release(built, SECOND)
        assert latest(built).number == 2

    def test_one_revision_is_released_once(self, built):
        release(built, FIRST)
        with pytest.raises(Failure, match="もう控えてあります"):
            release(built, FIRST)

    def test_reports_made_before_the_declaration_was_written_are_not_released(self, built):
        with pytest.raises(Failure, match="作り直していません"):
            release(built, SECOND)
        assert latest(built) is None

    def test_without_a_declared_revision_it_says_what_to_write(self, built):
        with pytest.raises(Failure, match=r"\[\[revision\]\]"):
            release(built, [])
