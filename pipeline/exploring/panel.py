"""The panel of notebooks/explore.ipynb: choose on top, look below. Nothing is computed here."""

import gc
from collections.abc import Callable
from html import escape
from pathlib import Path

import ipywidgets as w

from pipeline.exploring import reproduction as words
from pipeline.exploring.explored_year import ExploredYear
from pipeline.exploring.refusal import Refused
from pipeline.exploring.reproduction import Selection, code
from pipeline.exploring.result import Result, framed, said
from pipeline.exploring.saving import save_figure, save_table
from pipeline.exploring.table_widget import SortableTable
from pipeline.exploring.year_tables import NO_YEAR
from pipeline.store import project_root, years

TABS = {"回答": ("likert", "cross"), "出欠": ("map",), "理解度の差": ("gap",), "自由記述": ("comments",)}
WRAPPED = w.Layout(flex_flow="row wrap")
LINES = (
    '<pre class="explore-lines" style="user-select:all;white-space:pre-wrap;line-height:1.5;'
    'background:#f2f2f2;padding:.6em;margin:.2em 0">{}</pre>'
)
ALL_THEMES = "論点ごとの人数"
UNEXPECTED = "思いがけない問題が起きました。選び直しても続くときは、担当者に次の文を伝えてください："


def explore(fiscal_year: str | None = None, root: str | Path | None = None) -> "w.Widget":
    """The panel as a widget; a sentence in its place when no year can be opened."""
    try:
        panel = ExplorePanel(fiscal_year, root)
    except Refused as refusal:
        return w.HTML(said(str(refusal), "caution"))
    settle()
    return panel.widget


def settle() -> None:
    """Keep what has been loaded so far out of Python's garbage collection, which looks for new garbage only.

    Looking through all the libraries would now and then make somebody wait a tenth of a second more.
    """
    gc.unfreeze()  # a panel opened before is garbage by now
    gc.collect()
    gc.freeze()


class ExplorePanel:
    """The widgets, the year they show, and what is shown.

    ``selects``: year, course, item, session, group, value, theme, page. Every box has a CSS class
    ``explore-<name>``. ``results``: those of the tab in front, by part.
    """

    def __init__(self, fiscal_year: str | None = None, root: str | Path | None = None):
        self.root = project_root(root)
        known = [str(year) for year in years(self.root)][::-1]
        if not known:
            raise Refused(NO_YEAR)
        self._years: dict[str, ExploredYear] = {}
        self.results: dict[str, Result] = {}
        self._quiet = False
        self.selects = {
            "year": _select("年度", known, fiscal_year if fiscal_year in known else known[0]),
            "course": _select("研修"),
            "item": _select("設問"),
            "session": _select("回"),
            "group": _select("群"),
            "value": _select("群の値"),
            "theme": _select("論点"),
            "page": w.BoundedIntText(1, min=1, max=1, description="ページ", layout=w.Layout(width="150px")),
        }
        self.handling, self.status = w.HTML(), w.HTML()
        self.views = {part: w.HTML() for part in words.PARTS}
        for part, width in (("likert", "480px"), ("cross", "400px")):  # side by side at 1440 pixels
            self.views[part].layout = w.Layout(flex=f"1 1 {width}", width=width, min_width=width)
        self.table = SortableTable()
        self.code = w.HTML()
        buttons = {
            "figure": ("この図を保存", self.save_figure),
            "table": ("この表をCSVで保存", self.save_table),
            "code": ("この画面を再現するコード", self.show_code),
        }
        self.buttons = {name: _button(text, self._guarded(act)) for name, (text, act) in buttons.items()}
        self.tabs = w.Tab(
            [
                w.HBox([self.views["likert"], self.views["cross"]], layout=WRAPPED),
                w.VBox([self.selects["page"], self.views["map"]]),
                w.VBox([self.views["gap"]]),
                w.VBox([self.selects["theme"], self.views["comments"]]),
            ],
            titles=tuple(TABS),
        )
        for name, widget in {
            **self.selects,
            "handling": self.handling,
            "status": self.status,
            "tabs": self.tabs,
            "code": self.code,
            **{f"view-{n}": v for n, v in self.views.items()},
            **{f"button-{n}": b for n, b in self.buttons.items()},
        }.items():
            widget.add_class(f"explore-{name}")
        tops = [n for n in self.selects if n not in ("theme", "page")]
        boxes = [w.HBox([self.selects[n] for n in row]) for row in (tops[:3], tops[3:])]
        # What a button says stands beside the button, on the first screen.
        buttons = w.HBox(list(self.buttons.values()), layout=w.Layout(margin="4px 0 4px 90px"))
        self.widget = w.VBox([self.handling, *boxes, buttons, self.status, self.code, self.tabs, self.table.widget])
        self.widget.add_class("explore-panel")
        self.table.widget.add_class("explore-sortable")
        self._changed("year")
        for name, select in self.selects.items():
            select.observe(lambda change, name=name: self._changed(name), "value")
        self.tabs.observe(lambda change: self._guarded(self.draw)(), "selected_index")

    @property
    def selection(self) -> Selection:
        chosen = {name: select.value for name, select in self.selects.items()}
        return Selection(**{**chosen, "theme": "" if chosen["theme"] == ALL_THEMES else chosen["theme"] or ""})

    @property
    def year(self) -> ExploredYear:
        name = self.selects["year"].value
        if name not in self._years:
            self._years[name] = ExploredYear.open(name, self.root)
        return self._years[name]

    @property
    def front(self) -> str:
        return list(TABS)[self.tabs.selected_index or 0]

    def draw(self) -> None:
        """Show the tab in front; the others are drawn when they are opened."""
        self.code.value, self.status.value, self.results = "", "", {}
        selection, year = self.selection, self.year
        said_before = ""
        for part in TABS[self.front]:
            try:
                self.results[part] = _asked(year, selection, part)
                self.views[part].value = framed(self.results[part].html)
            except Refused as refusal:  # figure and table refuse alike: once is enough
                self.views[part].value = "" if str(refusal) == said_before else said(str(refusal))
                said_before = str(refusal)
        data = [result.data for result in self.results.values() if len(result.data)]
        self.table.show(data[-1] if data else None)
        self._count_pages(year, selection)

    def save_figure(self) -> None:
        drawn = next((result for result in self.results.values() if result.figure is not None), None)
        if drawn is None:
            raise Refused("この画面には、保存できる図がありません。")
        self._said_saved(save_figure(drawn, self.year.year.store))

    def save_table(self) -> None:
        if not self.results:
            raise Refused("この画面には、保存できる表がありません。")
        self._said_saved([save_table(list(self.results.values())[-1], self.year.year.store)])

    def show_code(self) -> None:
        part = TABS[self.front][-1]
        if part not in self.results:
            raise Refused("この画面には結果が無いので、再現するコードもありません。選び直してください。")
        text, self.status.value = code(self.selection, part), ""
        self.code.value = LINES.format(escape(text))
        self.lines = text

    def _said_saved(self, paths: list[Path]) -> None:
        names = "、".join(str(path.relative_to(self.root)) for path in paths)
        self.status.value = said(f"保存しました：{names}（部外秘。報告書とは別に扱う）")

    def _changed(self, name: str) -> None:
        if self._quiet:
            return

        def follow():
            self._quiet = True
            try:
                self._refill(name)
            finally:
                self._quiet = False
            self.draw()

        self._guarded(follow)()

    def _refill(self, name: str) -> None:
        """Offer what goes with the choice just made; what was chosen stays where it can."""
        year, selects = self.year, self.selects
        if name == "year":
            self.handling.value = said(year.handling, "caution")
            _offer(selects["course"], [words.ALL_COURSES, *year.courses])
            _offer(selects["group"], [words.NO_GROUP, *year.groups])
            _offer(selects["theme"], [ALL_THEMES, *year.themes])
        course = self.selection.of_course.get("course")
        if name in ("year", "course"):
            items = year.items_of(course)
            _offer(selects["item"], items if course else [i for i in items if not year.is_by_session(i)] or items)
        if name in ("year", "course", "item"):
            asked = year.sessions_of(course, selects["item"].value) if course else []
            _offer(selects["session"], [words.ALL_SESSIONS, *asked])
        if name in ("year", "course", "group"):
            group = selects["group"].value
            values = [] if group == words.NO_GROUP else year.values_of(group, course)
            _offer(selects["value"], [words.EVERYBODY, *values])
        if name != "page":
            selects["page"].value = 1

    def _count_pages(self, year: ExploredYear, selection: Selection) -> None:
        if "map" in self.results:
            self._quiet = True
            self.selects["page"].max = self.results["map"].pages
            self._quiet = False

    def _guarded(self, act: Callable[[], None]) -> Callable:
        """``act`` for a widget: whatever goes wrong becomes a sentence in the panel."""

        def run(*_):
            try:
                act()
            except Refused as refusal:
                self.status.value = said(str(refusal), "caution")
            except Exception as error:  # a traceback in a panel helps nobody who uses it
                self.status.value = said(f"{UNEXPECTED}{type(error).__name__}：{error}", "caution")

        return run


def _asked(year: ExploredYear, selection: Selection, part: str) -> Result:
    """The result of one part of the panel, by the same call that ``reproduction.code`` prints."""
    if part in ("likert", "cross"):
        return getattr(year, part)(selection.item, **selection.arguments)
    if part == "map":
        if not selection.of_course:
            raise Refused("出欠の図は、研修を一つ選ぶと出ます。")
        return year.attendance_map(selection.course, selection.page, **selection.people)
    if part == "gap":
        return year.gap(**selection.of_course, **selection.groups, **selection.people)
    return year.comments(selection.theme or None, **selection.of_course)


def _select(text: str, options: list[str] = (), value: str | None = None) -> w.Dropdown:
    return w.Dropdown(options=list(options), value=value, description=text, layout=w.Layout(width="330px"))


def _offer(select: w.Dropdown, options: list[str]) -> None:
    """New options; the value stays if it is still among them, else the first one."""
    before = select.value
    if list(select.options) != options:
        select.options = options
    select.value = before if before in options else options[0]
    select.disabled = len(options) < 2


def _button(text: str, act: Callable) -> w.Button:
    button = w.Button(description=text, layout=w.Layout(width="auto"))
    button.on_click(act)
    return button
