"""Every page in real Chromium: axe-core, narrow and enlarged screens, no network, no script, paper."""

import re
from pathlib import Path

import axe_playwright_python
import pytest

from pipeline.showing import rating_figures, slope_figure
from pipeline.showing.canvas import GREY, INK
from pipeline.showing.figures import BLUE, STATUSES
from tests.browser import opened

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["index"] + [
    f"{year}/{document}"
    for year in ("R4", "R5")
    for document in (
        "data_quality",
        "association",
        "annual_report",
        "menu_revision",
        "public/annual_report",
        "public/index",
    )
]
DESK, PHONE, ENLARGED = 1280, 390, 640  # CSS pixels; the last is a desk's screen at 200 %
PAPER = 643  # CSS pixels: the text of an A4 page, 170 mm
CSS = (Path(rating_figures.__file__).parents[1] / "templates/report/report.css").read_text("utf-8")
TEXT, GRAPHICS = 4.5, 3.0  # the contrasts WCAG asks for (1.4.3, 1.4.11)

# Every text of the page with the colours behind it, the nearest opaque one last.
COLOURS = """() => {
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('svg, style')) continue;
    let behind = element, colour;
    do { colour = getComputedStyle(behind).backgroundColor; behind = behind.parentElement; }
    while (behind && /^rgba\\(.*, 0\\)$/.test(colour));
    if (!behind && colour.startsWith('rgba')) colour = 'rgb(255, 255, 255)';
    const ink = getComputedStyle(element).color;
    found.set(ink + '|' + colour, [ink, colour, node.data.trim().slice(0, 40)]);
  }
  return [...found.values()];
}"""


@pytest.mark.parametrize("name", PAGES)
class TestEveryPage:
    @pytest.mark.parametrize("width", [DESK, PHONE])
    def test_has_no_violation_that_axe_finds(self, browser, reports, name, width):
        with opened(browser, reports / f"{name}.html", width) as (page, _):
            page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
            page.evaluate(AXE.read_text("utf-8"))
            options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
            # Colours are those of the wide screen; on a narrow one most cells lie outside the view.
            options["rules"] = {"color-contrast": {"enabled": width == DESK}}
            result = page.evaluate("options => axe.run(document, options)", options)
        assert len(result["passes"]) > 10  # it did look at the page
        broken = [
            (rule["id"], node["html"][:200], node["failureSummary"])
            for rule in result["violations"]
            for node in rule["nodes"]
        ]
        assert broken == []

    @pytest.mark.parametrize("width", [PHONE, ENLARGED])
    def test_never_scrolls_sideways_as_a_whole(self, browser, reports, name, width):
        with opened(browser, reports / f"{name}.html", width) as (page, _):
            assert page.evaluate("document.documentElement.scrollWidth") == width

    def test_asks_for_nothing_and_reads_the_same_without_script(self, browser, reports, name):
        with opened(browser, reports / f"{name}.html", DESK) as (page, requests):
            text = page.locator("body").inner_text()
            assert requests == []
        path, still = reports / f"{name}.html", {"java_script_enabled": False}
        with opened(browser, path, DESK, **still) as (page, _):
            assert page.locator("body").inner_text() == text
        assert len(text) > 200

    def test_fits_on_paper_from_the_browser(self, browser, reports, name):
        with opened(browser, reports / f"{name}.html", PAPER) as (page, _):
            page.emulate_media(media="print")
            # Turned pages are wider than the others.
            page.add_style_tag(content=".wide { width: 261mm }")
            cut = page.evaluate(
                """() => [...document.querySelectorAll('table, figure svg, figure img')]
                    .filter(e => e.getClientRects().length
                        && e.offsetWidth > e.closest('.table, .picture').clientWidth + 1)
                    .map(e => e.textContent.slice(0, 60))"""
            )
            assert cut == []
            assert not page.locator(".skip").is_visible()
            assert page.locator("h1").is_visible()

    def test_every_text_stands_out_from_its_ground(self, browser, reports, name):
        with opened(browser, reports / f"{name}.html", DESK) as (page, _):
            page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
            pairs = page.evaluate(COLOURS)
        assert len(pairs) >= 3  # it did look at the page
        faint = [pair for pair in pairs if contrast(*map(channels, pair[:2])) < TEXT]
        assert faint == []


def test_a_page_that_breaks_the_rules_is_found_out(browser, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text(
        '<!DOCTYPE html><html><head><title>x</title></head><body><img src="a.png">'
        '<p style="color: #999999; width: 700px">text</p></body></html>',
        encoding="utf-8",
    )
    with opened(browser, path, PHONE) as (page, requests):
        page.evaluate(AXE.read_text("utf-8"))
        found = {rule["id"] for rule in page.evaluate("axe.run()")["violations"]}
        assert {"image-alt", "html-has-lang", "color-contrast"} <= found
        assert page.evaluate("document.documentElement.scrollWidth") > PHONE
        assert [url.rsplit("/", 1)[1] for url in requests] == ["a.png"]
        assert any(contrast(*map(channels, pair[:2])) < TEXT for pair in page.evaluate(COLOURS))


def channels(colour):
    """Red, green and blue from 0 to 1 of 「#rrggbb」 or 「rgb(…)」."""
    if colour.startswith("#"):
        return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    numbers = [float(n) for n in re.findall(r"[\d.]+", colour)]
    assert len(numbers) == 3, f"a colour that shines through: {colour}"
    return [n / 255 for n in numbers]


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return sum(c * share for c, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one, other):
    """The contrast of WCAG, from 1 to 21."""
    dark, light = sorted(luminance(rgb) for rgb in (one, other))
    return (light + 0.05) / (dark + 0.05)


def between(one, other):
    return contrast(channels(one), channels(other))


def test_contrast_is_what_wcag_says_it_is():
    assert between("#000000", "#ffffff") == pytest.approx(21)
    assert between("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


class TestStyleSheet:
    TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", CSS))
    GROUNDS = ["key-wash", "alert-wash", "note-wash", "head", "stripe"]

    @pytest.mark.parametrize("ground", GROUNDS)
    def test_ink_reads_on_every_ground(self, ground):
        assert between(self.TOKENS["ink"], self.TOKENS[ground]) >= 7

    @pytest.mark.parametrize("ink", ["grey", "key", "alert"])
    def test_coloured_text_reads_on_white_and_on_a_stripe(self, ink):
        assert between(self.TOKENS[ink], "#ffffff") >= TEXT
        assert between(self.TOKENS[ink], self.TOKENS["stripe"]) >= TEXT

    def test_rules_and_bars_are_seen(self):
        assert between(self.TOKENS["line"], "#ffffff") >= GRAPHICS
        bars = re.findall(r"border-left: 6px solid (#[0-9a-f]{6})", CSS)
        assert bars and all(between(bar, "#ffffff") >= GRAPHICS for bar in bars)

    def test_the_running_heads_on_paper_read(self):
        heads = CSS[CSS.index("@page") : CSS.index("@media print")]
        colours = re.findall(r"(?<!-)color: (#[0-9a-f]{6})", heads)
        assert colours and all(between(colour, "#ffffff") >= TEXT for colour in colours)


class TestFigures:
    RATINGS = rating_figures.RATINGS

    def test_counts_read_on_their_bars(self):
        for value, fill in self.RATINGS.items():
            ink = "#ffffff" if value in (1, 5) else INK
            assert between(ink, fill) >= TEXT, value

    def test_bars_are_told_apart_in_grey(self):
        """Neighbours differ in lightness, or one of them is hatched; every bar has an outline."""
        for left, right in zip(self.RATINGS, list(self.RATINGS)[1:], strict=False):
            step = between(self.RATINGS[left], self.RATINGS[right])
            hatches = {rating_figures.RATING_HATCH[left], rating_figures.RATING_HATCH[right]}
            assert step >= 1.5 or len(hatches) == 2, (left, right, step)
        low, high = (sorted(self.RATINGS)[:3], sorted(self.RATINGS)[2:])
        for side in (low, high[::-1]):  # from the extreme to the middle: ever lighter
            shades = [luminance(channels(self.RATINGS[value])) for value in side]
            assert shades == sorted(shades)
        assert between(GREY, "#ffffff") >= TEXT

    def test_marks_are_seen_on_white(self):
        looks = [look for _, look in rating_figures.GROUPS.values()]
        looks += [mark for _, mark, _ in slope_figure.DIRECTIONS.values()]
        for look in looks:
            assert between(look["color"], "#ffffff") >= GRAPHICS
        assert between(BLUE, "#ffffff") >= GRAPHICS

    def test_symbols_of_the_attendance_map_read_on_their_cells(self):
        for symbol, label, fill, _ in STATUSES.values():
            assert symbol and label
            assert between(INK, fill) >= TEXT
