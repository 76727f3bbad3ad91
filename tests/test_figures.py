"""What a reader of a figure would miss: counts, labels, the text alternative, the same bytes."""

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from pipeline.showing import figures
from pipeline.showing.canvas import WIDTH, Canvas
from pipeline.showing.lettering import SMALL, MissingGlyphError, text_width, wrap

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
    "bands": lambda c="題", a="説明": figures.bands(BANDS, c, a, 5),
}
each_figure = pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)


def words(figure):
    """The texts of the drawing: each stands beside its paths as a comment."""
    return re.findall(r"<!-- (.*?) -->", figure.image.data, flags=re.S)


def cells(figure):
    """Every cell of the table behind a figure."""
    return [cell for row in figure.behind.rows for cell in row]


@each_figure
def test_the_same_frame_gives_the_same_bytes(draw):
    assert draw() == draw()


@each_figure
def test_a_figure_says_what_it_shows(draw):
    figure = draw("題 <b>", '説明 "<b>"')
    # Whoever hears the picture alone hears the finding, and then what is drawn.
    assert figure.alt.startswith('題 <b>。説明 "<b>"') and figure.caption == "題 <b>"
    assert figure.behind.rows and not figure.behind.name
    for caption, alt in (("題", " "), ("", "説明")):
        with pytest.raises(ValueError, match="代替テキスト"):
            draw(caption, alt)


@each_figure
def test_a_drawing_stands_alone_and_is_as_wide_as_a_page(draw):
    svg = ElementTree.fromstring(draw().image.data)
    assert svg.attrib["width"] == f"{WIDTH / 25.4 * 72:.6f}pt"
    # Patterns and clips differ between viewers; a date or a version would make other bytes.
    assert not [node.tag for node in svg.iter() if re.search("clipPath|pattern|metadata|text$", str(node.tag))]
    links = [value for node in svg.iter() for name, value in node.attrib.items() if name.endswith("href")]
    assert all(link.startswith("#") for link in links)


def test_likert_prints_every_count_and_n():
    drawn = words(figures.likert(RATINGS, "題", "説明", {v: f"尺度{v}" for v in range(1, 6)}))
    for expected in ("1", "9", "8", "6", "2", "3", "25", "1,070", "47"):
        assert expected in drawn, "also where a segment is too narrow to hold its count"
    assert "0" not in drawn
    assert {"第1回", "n=24", "全回の合計", "n=1,147"} <= set(drawn)
    assert {f"尺度{v}" for v in range(1, 6)} <= set(drawn)


def test_likert_names_empty_bars():
    df = pd.DataFrame([("空の回", v, 0) for v in range(1, 6)], columns=["label", "value", "count"])
    assert {"空の回", "n=0", "回答なし"} <= set(words(figures.likert(df, "題", "説明")))


@pytest.mark.parametrize(
    ("answers", "left"),
    [((1, 2, 4, 2, 1), 0.5), ((2, 3, 5, 0), 0.5), ((1, 3, 5, 1), 0.4), ((0, 0, 8, 1, 1), 0.4)],
    ids=["the neutral one is split", "four points have none", "four", "nobody low"],
)
def test_low_answers_stand_left_of_the_centre_and_high_ones_right(answers, left, drawn_at):
    df = pd.DataFrame([("回", v, n) for v, n in enumerate(answers, 1)], columns=["label", "value", "count"])
    scale = {v: f"尺度{v}" for v in range(1, len(answers) + 1)}
    drawn = words(figures.likert(df, "題", "説明", scale))
    # The legend's swatches are 6 mm wide, and what lies under a count on a hatch is narrower.
    bars = [ends for ends in drawn_at["box"] if ends[1] - ends[0] > 6.01]
    centre = 54 + 0.5 * (WIDTH - 60) / 1.5
    first, last = min(x for x, _, _ in bars), max(x for _, x, _ in bars)
    assert (centre - first) / (last - first) == pytest.approx(left, abs=0.005)
    assert set(scale.values()) <= set(drawn)


def test_likert_takes_the_number_of_answers_where_it_is_given():
    rows = RATINGS[RATINGS["label"] == "第1回"].assign(n=25)  # rounded apart from its parts
    assert "n=25" in words(figures.likert(rows, "題", "説明"))


def test_ratings_outside_the_scale_are_refused():
    df = pd.DataFrame({"label": ["a"], "value": [5], "count": [1]})
    with pytest.raises(ValueError, match="1～4でない評価"):
        figures.likert(df, "題", "説明", dict.fromkeys(range(1, 5), ""))
    with pytest.raises(ValueError, match="1～5でない評価"):
        figures.bands(BANDS.assign(value=9), "題", "説明", 5)


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
    box, line = Canvas.box, Canvas.line

    def a_box(self, x, y, w, h, fill, hatch="", edge="#4d4d4d"):
        seen["box"].append((round(x, 2), round(x + w, 2), hatch))
        box(self, x, y, w, h, fill, hatch, edge)

    def a_line(self, points, *args, **options):
        seen["line"].append(max(x for x, _ in points))
        line(self, points, *args, **options)

    monkeypatch.setattr(Canvas, "box", a_box)
    monkeypatch.setattr(Canvas, "line", a_line)
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


def test_bands_prints_mean_and_n_of_each_group():
    figure = DRAW["bands"]()
    assert "平均4.1　n=10" in words(figure)
    assert "n=2" in words(figure)  # and no mean: of two people it would tell their answers
    assert "平均3.0" not in words(figure)
    one_by_one = BANDS.loc[BANDS.index.repeat(BANDS["count"])].drop(columns="count")
    assert figures.bands(one_by_one, "題", "説明", 5).image == figure.image
    with pytest.raises(ValueError, match="elsewhere"):
        figures.bands(BANDS.assign(group="elsewhere"), "題", "説明", 5)


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
