"""A published year stays what was published, until a revision says otherwise."""

import json
from hashlib import sha256

import pytest

from pipeline.failure import Failure
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


def declare(store, revisions, tables=None):
    """The manifest of all that lies there, made with ``revisions``; ``tables``: what they are called."""
    documents = [
        {
            "name": "annual_report",
            "edition": edition,
            "tables": tables or {},
            "outputs": [
                {
                    "path": path.relative_to(store.reports_dir).as_posix(),
                    "sha256": sha256(path.read_bytes()).hexdigest(),
                }
                for path in store.tables_dir(edition).glob("*.csv")
            ],
        }
        for edition in ("internal", "public")
    ]
    manifest = {"cover": {"revisions": revisions}, "documents": documents, "dictionaries": []}
    store.manifest.write_text(json.dumps(manifest), encoding="utf-8")


class TestChanges:
    def test_equal_tables_have_none_and_the_last_digit_is_no_change(self):
        almost = {"annual_report.completion.csv": csv("1,No.1,n,人数,count,24.0000001,", "2,No.2,n,人数,count,,x")}
        assert changes(BEFORE, BEFORE, {}) == changes(BEFORE, almost, {}) == []

    def test_a_value_a_symbol_and_a_row_are_named(self):
        after = {
            "annual_report.completion.csv": csv(
                "1,No.1,n,人数,count,23,", "2,No.2,n,人数,count,7,", "3,No.3,n,人数,count,9,"
            )
        }
        assert [str(change) for change in changes(BEFORE, after, {})] == [
            "completion｜No.1｜人数：24 → 23",
            "completion｜No.2｜人数：x → 7",
            "completion｜No.3｜人数：（行なし） → 9",
        ]

    def test_a_table_that_is_gone_is_a_change(self):
        assert [c.after for c in changes(BEFORE, {}, {})] == ["（表なし）"]

    def test_rows_that_only_changed_places_are_no_change(self):
        turned = {"annual_report.completion.csv": csv("1,No.2,n,人数,count,,x", "2,No.1,n,人数,count,24,")}
        assert changes(BEFORE, turned, {}) == []

    def test_words_are_compared_by_column(self):
        words = [f"\ufeffrow,course,proposal\r\n1,No.1,{word}\r\n".encode() for word in ("継続", "廃止")]
        [change] = changes({"r.menu.csv": words[0]}, {"r.menu.csv": words[1]}, {})
        assert str(change) == "menu｜No.1｜proposal：継続 → 廃止"


class TestRelease:
    def test_nothing_is_compared_before_the_first(self, built):
        assert latest(built) is None
        assert compared(built, "annual_report", "internal", {}, {}, 0) is None

    def test_an_answer_to_a_finding_changes_no_published_number(self, built):
        release(built, FIRST)
        answered = BEFORE | {"annual_report.findings.csv": csv("1,要確認,count,件数,count,7,")}
        assert compared(built, "annual_report", "internal", answered, {}, len(SECOND)) == []

    def test_a_declared_revision_may_change_them_and_is_told_what(self, built):
        release(built, FIRST)
        changed = {"annual_report.completion.csv": csv("1,No.1,n,人数,count,23,", "2,No.2,n,人数,count,,x")}
        [change] = compared(built, "annual_report", "internal", changed, {}, len(SECOND))
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


class TestWhatARevisionShows:
    CHANGED = {"annual_report.completion.csv": csv("1,No.1,n,人数,count,23,", "2,No.2,n,人数,count,,x")}

    def test_values_are_written_as_the_document_writes_them(self):
        name = "annual_report.completion.csv"
        before, after = ({name: csv(f"1,No.1,rate,修了率,proportion,{v},")} for v in ("0.875", "0.8333333"))
        [change] = changes(before, after, {name: {"caption": "●必須の研修の修了"}})
        assert str(change) == "●必須の研修の修了｜No.1｜修了率：87.5 % → 83.3 %"

    def test_words_are_told_by_their_column_s_label(self):
        words = [f"\ufeffrow,course,value\r\n1,No.1,{word}\r\n".encode() for word in ("継続", "廃止")]
        shown = {"r.menu.csv": {"caption": "改定案", "labels": {"course": "研修", "value": "案"}}}
        [change] = changes({"r.menu.csv": words[0]}, {"r.menu.csv": words[1]}, shown)
        assert str(change) == "改定案｜No.1｜案：継続 → 廃止"

    @pytest.mark.parametrize("head", ["label,method", "what,value", "unit,label,symbol"])
    def test_a_table_of_words_may_have_columns_of_these_names(self, head):
        row = ",".join("abc"[: head.count(",") + 1])
        data = {"r.t.csv": f"\ufeffrow,{head}\r\n1,{row}\r\n".encode()}
        assert changes(data, data, {}) == []
        other = {"r.t.csv": data["r.t.csv"].replace(row[-1].encode() + b"\r", b"z\r")}
        [change] = changes(data, other, {})
        assert (change.before, change.after) == (row[-1], "z")

    def test_a_value_written_in_words_is_a_value_and_no_name_of_its_row(self):
        head = "row,course,measured,variable,label,unit,value,symbol\r\n"
        lines = "1,No.1,{0} %,n,人数,count,24,\r\n1,No.1,{0} %,base,回答を求めた人数,count,,-\r\n"
        before, after = ({"r.t.csv": f"\ufeff{head}{lines.format(v)}".encode()} for v in ("82.4", "83.0"))
        [change] = changes(before, after, {"r.t.csv": {"labels": {"measured": "値"}}})
        assert (change.row, change.item, change.before, change.after) == ("No.1", "値", "82.4 %", "83.0 %")

    def test_a_row_without_words_is_told_by_its_place(self):
        head = "row,variable,label,unit,value,symbol\r\n"
        before, after = ({"r.t.csv": f"\ufeff{head}4,absent,欠席,count,{n},\r\n".encode()} for n in (3, 2))
        [change] = changes(before, after, {})
        assert (change.row, change.item) == ("4行目", "欠席")

    def test_a_change_too_small_to_be_seen_is_none(self):
        before, after, seen = ({"r.t.csv": csv(f"1,No.1,rate,率,proportion,{v},")} for v in (0.87501, 0.87502, 0.87551))
        assert changes(before, after, {}) == []
        assert [(one.before, one.after) for one in changes(before, seen, {})] == [("87.5 %", "87.6 %")]

    def test_it_goes_on_showing_them_after_its_own_release(self, built):
        release(built, FIRST)
        (built.tables_dir() / "annual_report.completion.csv").write_bytes(self.CHANGED["annual_report.completion.csv"])
        (built.tables_dir() / "annual_report.changes.csv").write_bytes(csv("1,表,x,x,count,1,"))
        declare(built, SECOND)
        release(built, SECOND)
        [change] = compared(built, "annual_report", "internal", self.CHANGED, {}, len(SECOND))
        assert (change.before, change.after) == ("24", "23")

    def test_an_edition_is_compared_with_its_own_tables_only(self, built):
        (built.tables_dir("public") / "annual_report.completion.csv").write_bytes(csv("1,計,n,人数,count,31,"))
        declare(built, FIRST)
        release(built, FIRST)
        now = {"annual_report.completion.csv": csv("1,計,n,人数,count,30,")}
        [change] = compared(built, "annual_report", "public", now, {}, len(SECOND))
        assert (change.row, change.before, change.after) == ("計", "31", "30")

    def test_a_table_that_is_gone_keeps_the_name_it_had(self, built):
        declare(built, FIRST, {"annual_report.completion.csv": {"caption": "●必須の研修の修了"}})
        release(built, FIRST)
        [change] = compared(built, "annual_report", "internal", {}, {}, len(SECOND))
        assert (change.table, change.after) == ("●必須の研修の修了", "（表なし）")


class TestOnlyWhatWasMadeFromTheFilesIsReleased:
    @pytest.fixture
    def described(self, built):
        raw = built.root / "data/sample/R4/回答.csv"
        raw.parent.mkdir(parents=True)
        (raw.parent / "year.toml").write_text("")
        raw.write_text("1")
        report = built.document("annual_report")
        report.write_text("2")
        inputs = [
            {"path": p.relative_to(built.root).as_posix(), "sha256": sha256(p.read_bytes()).hexdigest()}
            for p in built.raw_files
        ]
        made = {
            "name": "annual_report",
            "edition": "internal",
            "tables": {},
            "outputs": [{"path": "annual_report.html", "sha256": sha256(b"2").hexdigest()}],
        }
        manifest = {"cover": {"revisions": FIRST}, "inputs": inputs, "documents": [made], "dictionaries": []}
        built.manifest.write_text(json.dumps(manifest), encoding="utf-8")
        return built, raw, report

    def test_what_fits_is_released(self, described):
        assert release(described[0], FIRST).is_dir()

    @pytest.mark.parametrize("which", [1, 2], ids=["raw file", "document"])
    def test_a_file_that_was_changed_since_is_named(self, described, which):
        described[which].write_text("changed")
        with pytest.raises(Failure, match=described[which].name):
            release(described[0], FIRST)
        assert latest(described[0]) is None

    def test_a_raw_file_that_came_later_is_named(self, described):
        (described[1].parent / "後から.csv").write_text("")
        with pytest.raises(Failure, match=r"後から\.csv"):
            release(described[0], FIRST)
