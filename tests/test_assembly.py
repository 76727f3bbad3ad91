"""Blocks become a document: one title, numbers, references, contents, turned pages."""

import pytest

from pipeline.document.assembly import assembled
from pipeline.document.blocks import Bullets, Column, Figure, Heading, Image, ListItem, Reference, Table, Text, stored
from pipeline.failure import Failure

COVER = {"town": "小山町", "revisions": []}
SVG = Image("svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')


def table(name="", columns=2, words="", caption="人数", notes=()):
    labels = [Column(f"c{n}", f"列{n}") for n in range(columns)]
    return Table(caption, labels, [[f"{words}{n}" for n in range(columns)]], name, notes=notes)


def document(*blocks):
    return assembled([block.data() for block in blocks], "既定", COVER)


def of_kind(made, kind):
    return [block for block in made["blocks"] if block["kind"] == kind]


def references(made):
    return [span["words"] for block in made["blocks"] for span in block.get("spans", ()) if "ref" in span]


TO_PEOPLE, TO_COMPLETION = Reference("people", "table"), Reference("completion", "table")
BARS = Figure("満足度", "満足度。棒グラフ", SVG, table(caption="満足度（もとの表）"), "bars")


class TestNumbers:
    def test_tables_and_figures_are_numbered_apart_in_their_order(self):
        made = document(table("people"), BARS, table("completion"))
        assert [(b["number"], b["id"]) for b in of_kind(made, "table")] == [
            (1, "table-people"),
            (2, "table-completion"),
        ]
        [figure] = of_kind(made, "figure")
        assert (figure["number"], figure["id"]) == (1, "figure-bars")
        assert figure["behind"]["number"] is None and figure["behind"]["id"] is None

    def test_what_has_no_caption_has_no_number(self):
        made = document(table(caption=""), table("people"))
        assert [block["number"] for block in of_kind(made, "table")] == [None, 1]

    def test_a_name_given_twice_is_refused(self):
        with pytest.raises(Failure, match="bars"):
            document(BARS, table("bars"))
        document(table(), table())  # nothing refers to them

    def test_a_figure_without_words_is_refused(self):
        with pytest.raises(Failure, match="代わりの文（alt）のない図"):
            document(Figure("", " ", SVG))


class TestReferences:
    def test_become_the_numbers_of_what_they_name(self):
        made = document(
            Text(["詳しくは", TO_COMPLETION, "と", Reference("bars", "figure"), "にある。"]),
            table("people"),
            BARS,
            table("completion"),
        )
        assert references(made) == ["表2", "図1"]

    def test_in_notes_and_lists_are_found_too(self):
        inner = Bullets([ListItem("外", [Bullets([ListItem(["内は", TO_PEOPLE])])])])
        made = document(table("people", notes=[[TO_PEOPLE, "の注"]]), inner)
        [note] = of_kind(made, "table")[0]["notes"]
        assert note[0]["words"] == "表1"
        [item] = of_kind(made, "bullets")[0]["items"]
        assert item["inner"][0]["items"][0]["spans"][1]["words"] == "表1"

    @pytest.mark.parametrize("to", [("gone", "table"), ("people", "figure"), ("silent", "table")])
    def test_to_what_the_page_cannot_call_by_a_number_stop_it(self, to):
        with pytest.raises(Failure, match=str(Reference(*to))):
            document(Text([Reference(*to)]), table("people"), table("silent", caption=""))

    def test_what_somebody_typed_into_a_cell_is_none(self):
        made = document(table("people", words="{表:gone}"))
        assert of_kind(made, "table")[0]["rows"][0][0] == "{表:gone}0"


class TestHeadings:
    def test_the_first_of_level_one_is_the_title_and_a_second_one_is_lowered(self):
        made = document(Text("前"), Heading("題", 1), Heading("付録", 1))
        assert made["title"] == "題"
        assert [b["level"] for b in of_kind(made, "heading")] == [2]
        assert made["contents"] == [{"level": 2, "id": "section-1", "text": "付録"}]
        assert document(Text("前"), Heading(" ", 1))["title"] == "既定"

    def test_leave_no_level_out(self):
        made = document(*(Heading(str(level), level) for level in (4, 2, 4, 6, 3, 2)))
        assert [b["level"] for b in of_kind(made, "heading")] == [2, 2, 3, 4, 3, 2]

    def test_keep_the_anchor_they_bring_and_no_two_have_one(self):
        made = document(Heading("甲", id="a"), Heading("乙", 3))
        assert [entry["id"] for entry in made["contents"]] == ["a", "section-2"]
        with pytest.raises(Failure, match="section-2"):
            document(Heading("甲", id="section-2"), Heading("乙"))


class TestPlaces:
    BROAD = "長い文の入る列"

    def wide(self, *blocks):
        return [block.get("text") or block["kind"] for block in document(*blocks)["blocks"] if block["is_wide"]]

    def test_a_broad_table_turns_with_what_leads_to_it(self):
        broad = table("t", 8, self.BROAD)
        assert self.wide(Heading("前"), table(), Heading("章"), Heading("節", 3), Text("前文"), broad, Text("後")) == [
            "章",
            "節",
            "text",
            "table",
        ]
        assert self.wide(Text("前文"), Heading("章"), broad) == ["text", "章", "table"]
        assert self.wide(Heading("章"), table(), Text("注", "note"), Text("所見", "finding"), broad) == [
            "text",
            "table",
        ]

    def test_stays_upright_when_its_rows_fit_on_a_line_or_its_columns_are_few(self):
        assert self.wide(Heading("章"), table("t", 12)) == []
        assert self.wide(Heading("章"), table("t", 7, self.BROAD * 3)) == []
        lists = Table("表", [Column(f"{n}", "列") for n in range(8)], [[["一" * 7, "二" * 7]] * 8])
        assert self.wide(Heading("章"), lists) == ["章", "table"]

    def test_the_summary_is_one_chapter_and_stays_upright(self):
        made = document(Heading("要旨"), table("t", 8, self.BROAD), Heading("節", 3), Heading("1 章"), Text("文"))
        assert [block["in_summary"] for block in made["blocks"]] == [True, True, True, False, False]
        assert not any(block["is_wide"] for block in made["blocks"])


def test_blocks_stay_as_they_were_and_give_the_same_bytes():
    blocks = [block.data() for block in (Heading("章"), Text([TO_PEOPLE]), table("people"), BARS)]
    before = stored({"blocks": blocks})
    first, second = (stored(assembled(blocks, "題", COVER)) for _ in range(2))
    assert first == second and stored({"blocks": blocks}) == before
    assert first.decode("utf-8").startswith('{"title":"題"')


def test_what_no_reader_sees_is_in_no_text_of_a_document():
    hidden = "研\u202e\u2066修\u200b\u00ad{}\x00<b>*x*\ue000\U000e0100"
    seen = "研修{}<b>*x*\ue000\U000e0100"  # a town's own character and a variant of one are seen
    blocks = [
        Heading(hidden),
        Text(hidden),
        Bullets([ListItem(hidden, [Text(hidden)])]),
        table(words=hidden, caption=hidden, notes=[hidden]),
        Figure(hidden, hidden, SVG, table(words=hidden, caption=hidden)),
    ]
    made = assembled([block.data() for block in blocks], hidden, COVER | {"town": hidden})
    assert made["cover"]["town"] == made["title"] == made["contents"][0]["text"] == seen
    told = stored(made).decode("utf-8")
    assert told.count(seen) == 16 and not set(told) & set("\u202e\u2066\u200b\u00ad") and "u0000" not in told
