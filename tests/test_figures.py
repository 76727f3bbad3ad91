"""What a reader of a figure would miss: counts, labels, the text alternative, the same bytes."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from pipeline.showing import figures
from pipeline.showing.lettering import SMALL, MissingGlyphError, text_width, wrap
from pipeline.showing.likert_parts import HIGH, LOW, hidden_parts
from pipeline.showing.sheet import WIDTH, Sheet

RESULT = pd.DataFrame(
    {
        "label": ["主分析", "両周辺固定", "小テスト"],
        "estimate": [-0.911, -0.4, np.nan],
        "ci_low": [-1.345, -np.inf, np.nan],
        "ci_high": [-0.483, 0.2, np.nan],
        "n": [145, 12, 0],
    }
)
RATINGS = pd.DataFrame(
    [
        *[("第1回", v, n) for v, n in zip(range(1, 6), (1, 0, 9, 8, 6), strict=True)],
        *[("全回の合計", v, n) for v, n in zip(range(1, 6), (2, 3, 25, 1070, 47), strict=True)],
    ],
    columns=["label", "value", "count"],
)
STATUSES = pd.DataFrame(
    [
        (p, s, status)
        for p, row in {
            "P1": ("present", "late", "absent", "recording"),
            "P2": ("early", "absent_duty", "not_target", "unknown"),
        }.items()
        for s, status in zip(("第1回", "第2回", "第3回", "第4回"), row, strict=True)
    ],
    columns=["participant_id", "session", "status"],
)
CHOICES = pd.DataFrame({"label": ["財源確保が必要になる", "時間がない"], "count": [8, 2]})
BANDS = pd.DataFrame(
    [("第1回", "attended", 4, 9), ("第1回", "missed", 3, 2), ("第1回", "attended", 5, 1)],
    columns=["session", "group", "value", "count"],
)
SLOPES = pd.DataFrame(
    [("オンライン化した手続き", 34, 58), ("電子申請", 31, 28), ("会議", 30, 30), ("新しい指標", None, 41)],
    columns=["label", "令和4年度", "令和5年度"],
)
DRAW = {
    "likert": lambda c="題", a="説明": figures.likert(RATINGS, c, a),
    "effect": lambda c="題", a="説明": figures.effect(RESULT, 0.5, c, a),
    "attendance_map": lambda c="題", a="説明": figures.attendance_map(STATUSES, c, a),
    "counts": lambda c="題", a="説明": figures.counts(CHOICES, 22, c, a),
    "slope": lambda c="題", a="説明": figures.slope(SLOPES, c, a, "件"),
    "bands": lambda c="題", a="説明": figures.bands(BANDS, c, a),
}
each_figure = pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)


def words(figure):
    """The texts of the drawing: each stands beside its paths as a comment."""
    return re.findall(r"<!-- (.*?) -->", figure.svg, flags=re.S)


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes and checks that they are closed in turn."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.ids = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in ("br", "col"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@each_figure
def test_the_same_frame_gives_the_same_bytes(draw):
    assert draw()._repr_html_() == draw()._repr_html_()


@each_figure
def test_a_figure_says_what_it_shows(draw):
    page = Tags(draw("題 <b>", '説明 "<b>"')._repr_html_())
    assert page.open == []
    svg = next(attrs for tag, attrs in page.tags if tag == "svg")
    # Whoever hears the picture alone hears the finding, and then what is drawn.
    assert svg["role"] == "img" and svg["aria-label"].startswith('題 <b>。説明 "<b>"')
    assert svg["width"] == "100%" and re.match(r"0 0 481\.\d+ ", svg["viewbox"])
    assert [t for t, _ in page.tags if t in ("figcaption", "details", "table", "title", "b")] == [
        "figcaption",
        "title",
        "details",
        "table",
    ]
    for caption, alt in (("題", " "), ("", "説明")):
        with pytest.raises(ValueError, match="代替テキスト"):
            draw(caption, alt)


def test_several_figures_share_a_page():
    html = "".join(draw()._repr_html_() for draw in DRAW.values())
    ids = Tags(html).ids
    assert ids and len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    # A style sheet inside one drawing would style all; patterns and clips differ between viewers.
    assert not re.search(r"<style| style=|<metadata|<\?xml|<!DOCTYPE|clip-path|<pattern", html)
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")


def test_likert_prints_every_count_and_n():
    drawn = words(figures.likert(RATINGS, "題", "説明", {v: f"尺度{v}" for v in range(1, 6)}))
    for expected in ("1", "9", "8", "6", "2", "3", "25", "1,070", "47"):
        assert expected in drawn, "also where a segment is too narrow to hold its count"
    assert "0" not in drawn
    assert {"第1回", "n=24", "全回の合計", "n=1,147"} <= set(drawn)
    assert {f"尺度{v}" for v in range(1, 6)} <= set(drawn)


def test_likert_names_suppressed_and_empty_bars():
    rows = [("秘匿の回", 1, "x"), ("秘匿の回", 5, 7), ("空の回", 1, 0)]
    df = pd.DataFrame(rows, columns=["label", "value", "count"])
    figure = figures.likert(df, "題", "説明")
    assert {"秘匿の回", "n=x", "x（秘匿）", "空の回", "n=0", "回答なし"} <= set(words(figure))
    assert "7" not in words(figure), "a count beside a suppressed one must not be drawn"


def test_hidden_answers_stand_on_no_side_that_is_not_known(drawn_at):
    answers = {"知られた側": (0, 3, 8, "x", "x"), "知られない側": (0, "x", "x", 6, 3)}
    df = pd.DataFrame(
        [(label, v, n, 22) for label, row in answers.items() for v, n in enumerate(row, 1)],
        columns=["label", "value", "count", "n"],
    )
    figure = figures.likert(df, "題", "説明")
    drawn = words(figure)
    assert "11" in drawn and "高い評価の計（内訳は示さない）" in drawn
    assert "13" in drawn and "x どの答えかを示さない回答" in drawn and "低い評価の計（内訳は示さない）" not in drawn
    assert "軸の右に離して" in figure.alt
    known = {ends for ends in drawn_at["box"] if ends[2] == "/" and ends[1] - ends[0] > 7}
    apart = {ends for ends in drawn_at["box"] if ends[2] == "x" and ends[1] - ends[0] > 7}
    assert len(apart) == 1 and len(known) == 1 and min(apart)[0] > max(drawn_at["line"])
    assert ">11<" in figure.table.html and ">13<" not in figure.table.html
    assert "4・5の計" in figure.table.html


@pytest.mark.parametrize(
    ("bar", "sums", "parts", "why"),
    [
        ((0, 3, 8, 7, 4), {}, (0, 0, 0), "nothing is hidden"),
        ((0, 3, 8, None, None), {}, (0, 11, 0), "all that is left of n is good"),
        ((None, None, 8, 7, 4), {}, (3, 0, 0), "all that is left of n is bad"),
        ((0, None, None, 7, 4), {}, (0, 0, 11), "neutral or bad: nobody can say"),
        ((None, None, 8, None, None), {}, (0, 0, 14), "good or bad: nobody can say"),
        ((None, None, 8, None, None), {HIGH: 11}, (3, 11, 0), "what is good is known, the rest is bad"),
        ((None, None, None, None, None), {HIGH: 11}, (0, 11, 11), "what is good is known, and no more"),
        ((None, None, 8, None, 4), {HIGH: 11}, (3, 7, 0), "one of a side is seen"),
        ((None, None, None, None, None), {LOW: 3, HIGH: 11}, (3, 11, 8), "neutral answers stay apart"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_hidden_answers_may_stand(bar, sums, parts, why):
    wide = pd.DataFrame([[*bar, 22]], columns=[1, 2, 3, 4, 5, "n"]).astype(float)
    known = pd.DataFrame([{LOW: np.nan, HIGH: np.nan} | sums])
    assert tuple(hidden_parts(wide, [1, 2, 3, 4, 5], known).iloc[0]) == parts
    merged = pd.DataFrame([[None, None, 15, 22]], columns=[LOW, "どちらともいえない", HIGH, "n"]).astype(float)
    assert hidden_parts(merged, list(merged)[:3], known).iloc[0].tolist() == [0, 0, 7]


def test_ratings_outside_the_scale_are_refused():
    df = pd.DataFrame({"label": ["a"], "value": [9], "count": [1]})
    with pytest.raises(ValueError, match="1～5でない評価"):
        figures.likert(df, "題", "説明")


def test_effect_prints_estimates_margin_and_what_cannot_be_tested():
    drawn = words(figures.effect(RESULT, 0.5, "題", "説明"))
    assert "−0.91（−1.35～−0.48）" in drawn and "−0.40（下限なし～0.20）" in drawn
    assert "意味のある差とみなさない範囲（±0.5点）" in drawn
    assert {"検定できない", "小テスト", "n=0"} <= set(drawn)
    assert "線：95％信頼区間" in drawn
    both = RESULT.assign(ci90_low=-1.2, ci90_high=-0.6)
    assert "細い線：95％信頼区間　太い線：90％信頼区間" in words(figures.effect(both, 0.5, "題", "説明"))


@pytest.fixture
def drawn_at(monkeypatch):
    """What was drawn from where to where (mm), by kind: boxes (with their hatch) and lines."""
    seen = {"box": [], "line": []}
    box, line = Sheet.box, Sheet.line

    def a_box(self, x, y, w, h, fill, hatch="", edge="#4d4d4d"):
        seen["box"].append((round(x, 2), round(x + w, 2), hatch))
        box(self, x, y, w, h, fill, hatch, edge)

    def a_line(self, points, *args, **options):
        seen["line"].append(max(x for x, _ in points))
        line(self, points, *args, **options)

    monkeypatch.setattr(Sheet, "box", a_box)
    monkeypatch.setattr(Sheet, "line", a_line)
    return seen


@pytest.mark.parametrize("low", [-np.inf, -1.345])
def test_an_arrow_ends_before_the_words_beside_it(low, drawn_at):
    open_ended = RESULT.assign(ci_low=[low, -np.inf, np.nan], ci_high=[np.inf, np.inf, np.nan])
    figure = figures.effect(open_ended, 0.5, "題", "説明")
    longest = max(text_width(w, SMALL) for w in words(figure) if "上限なし" in w)
    assert max(drawn_at["line"]) < WIDTH - longest


def test_attendance_map_has_a_symbol_a_cell_and_a_legend_for_those_used():
    drawn = words(DRAW["attendance_map"]())
    legend = {"○": "出席", "遅": "遅刻", "×": "欠席", "公": "欠席（公務）", "録": "録画で補った"}
    for symbol, label in legend.items():
        assert drawn.count(symbol) == 2 and label in drawn, "once in its cell, once in the legend"
    assert "見送り" not in drawn
    gone = STATUSES.drop(index=0)
    assert "?" in words(figures.attendance_map(gone, "題", "説明")), "no row is not an absence"


def test_counts_states_its_base():
    drawn = words(DRAW["counts"]())
    assert {"8人（36.4 %）", "2人（9.1 %）", "複数回答。回答者数 22人"} <= set(drawn)
    unknown = words(figures.counts(CHOICES, None, "題", "説明"))
    assert "8人" in unknown and not [w for w in unknown if "%" in w]
    assert "複数回答。回答者数は不明のため割合は示さない" in unknown
    hidden = CHOICES.assign(count=["x", 2])
    assert "x（秘匿）" in words(figures.counts(hidden, None, "題", "説明"))


def test_bands_prints_mean_and_n_of_each_group():
    figure = DRAW["bands"]()
    assert "平均4.1　n=10" in words(figure)
    assert "n=2" in words(figure)  # and no mean: of two people it would tell their answers
    assert "平均3.0" not in str(figure)
    one_by_one = BANDS.loc[BANDS.index.repeat(BANDS["count"])].drop(columns="count")
    assert figures.bands(one_by_one, "題", "説明").svg == figure.svg
    with pytest.raises(ValueError, match="elsewhere"):
        figures.bands(BANDS.assign(group="elsewhere"), "題", "説明")


def test_a_character_the_font_lacks_is_an_error_that_names_it():
    with pytest.raises(MissingGlyphError, match=r"「𠮷」\(U\+20BB7\).*𠮷田町の事例"):
        figures.counts(CHOICES.assign(label="𠮷田町の事例"), 22, "題", "説明")


def test_dollar_signs_are_not_formulas():
    drawn = figures.counts(CHOICES.assign(label="$100$ の費用"), 22, "題", "説明")
    assert "$100$ の費用" in words(drawn)


def test_long_labels_wrap_between_words_and_lose_nothing():
    label = "ネットワークシステムを使用するため、セキュリティ面の担保ができない（庁内、DX推進）"
    lines = wrap(label, 45).split("\n")
    assert "".join(lines) == label and len(lines) > 1
    assert all(text_width(line) <= 45 for line in lines)
    assert not [line for line in lines if line[0] in "、。）ー" or line[-1] in "（「"]
    assert "ネットワークシステム" in lines[0]
    assert max(text_width(x) for x in wrap("長" * 60, 45).split("\n")) <= 45


def test_drawing_leaves_the_settings_of_the_session_alone():
    import matplotlib

    before = dict(matplotlib.rcParams)
    DRAW["counts"]()
    assert dict(matplotlib.rcParams) == before
