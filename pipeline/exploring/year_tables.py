"""One fiscal year's tables, and the names by which an analyst chooses from them."""

from functools import cached_property
from pathlib import Path

import pandas as pd

from pipeline.document import html
from pipeline.exploring import groups, questions
from pipeline.exploring.refusal import Refused, chosen
from pipeline.exploring.result import framed
from pipeline.findings import BadInput
from pipeline.showing.obligation_views import names
from pipeline.showing.tables import table
from pipeline.store import INTERNAL, Store, project_root, years
from pipeline.year import Year

NO_YEAR = "年度がありません。data/raw に R5 のような名前のフォルダーを作り、year.toml を置いてください。"


class YearTables:
    """What can be chosen in a year, and the answers as they are. Each table is read once."""

    def __init__(self, year: Year):
        self.year = year
        self._tables: dict[str, pd.DataFrame] = {}

    @classmethod
    def open(cls, fiscal_year: str | None = None, root: str | Path | None = None):
        """The year 「R5」, or the latest; raises Refused, saying what to do, when it isn't built."""
        root = project_root(root)
        known = [str(year) for year in years(root)]
        if not known:
            raise Refused(NO_YEAR)
        name = chosen(fiscal_year or known[-1], known, "年度")
        try:
            opened = cls(Year.open(Store.open(name, root)))
        except BadInput:
            raise Refused(
                f"{name}の year.toml に誤りがあります。ターミナルで doit check を実行すると、どこをどう直すかが出ます。"
            ) from None
        opened.table("responses")
        return opened

    @property
    def name(self) -> str:
        """「R5」"""
        return str(self.year.fiscal_year)

    @property
    def handling(self) -> str:
        """What the numbers are and how far they may go, in words for the screen."""
        least = self.year.edition(INTERNAL).least
        return (
            "少人数のものも伏せない、実際の数値が出ます（部外秘）。人に渡せるのは報告書と同じ範囲だけです"
            f"（内部版は回答が{least}件以上の集計、公表版は丸めた値）。"
        )

    @property
    def courses(self) -> list[str]:
        """The year's courses, in the order of the menu. 「No.5」 is enough to name one."""
        return list(self._course_ids)

    @property
    def items(self) -> list[str]:
        """The rated questions: of a whole course first, then those asked session by session."""
        return list(dict.fromkeys(self._asked.sort_values("session_id", key=pd.notna, kind="stable")["item"]))

    @property
    def groups(self) -> list[str]:
        """By what people can be told apart: 職位, セグメント, 所属, 部, 欠席の回数, 受講方法."""
        return list(groups.GROUPS)

    @property
    def themes(self) -> list[str]:
        """The themes by which comments are sorted (codebook/themes.csv)."""
        return list(dict.fromkeys(self.year.codebook.read("themes")["label"]))

    def items_of(self, course: str | None = None) -> list[str]:
        """The questions that the course was asked; of all courses without one."""
        own = self._asked
        own = own if course is None else own[own["course_id"] == self.course_id(course)]
        return [item for item in self.items if item in set(own["item"])]

    def is_by_session(self, item: str) -> bool:
        """Whether the question was asked session by session."""
        return bool(self._asked.loc[self._asked["item"] == item, "session_id"].notna().any())

    def sessions_of(self, course: str, item: str | None = None) -> list[str]:
        """The sessions of the course: 「第1回 題目」; with ``item``, those the question was asked about."""
        own = self._asked[self._asked["course_id"] == self.course_id(course)]
        held = self.table("sessions").sort_values("number")
        held = held[held["course_id"] == self.course_id(course)]
        if item is not None:
            held = held[held["session_id"].isin(own.loc[own["item"] == item, "session_id"])]
        return list(questions.session_names(held).values())

    def values_of(self, group: str, course: str | None = None) -> list[str]:
        """The values of a group that occur: 「部課長」, 「副参事」, … in their official order."""
        found = self.members(group)
        if course is not None and "course_id" in found:
            found = found[found["course_id"] == self.course_id(course)]
        known = set(found["group"])
        return [value for value in groups.order(group, self.year.codebook) if value in known]

    def table(self, name: str) -> pd.DataFrame:
        """A canonical table (responses, attendance, …) as it is, for one's own calculations.

        What is made of it goes no further than the report's rules (``handling``). Change a copy, not
        the table.
        """
        if name not in self._tables:
            try:
                self._tables[name] = self.year.store.load(name)
            except FileNotFoundError:
                raise Refused(
                    f"{self.name}の表「{name}」がまだありません。ターミナルで doit report:{self.name} を"
                    "実行してから、もう一度開いてください。"
                ) from None
        return self._tables[name]

    def answers(
        self,
        item: str,
        course: str | None = None,
        session: str | None = None,
        group: str | None = None,
        who: tuple[str, str] | None = None,
    ) -> pd.DataFrame:
        """One row an answer, for one's own pandas: participant_id, course, session, item, value, …

        With ``group``, a column of that name.
        """
        rows = self._answers[self._answers["item"] == chosen(item, self.items, "設問")]
        if course is not None:
            rows = rows[rows["course_id"] == self.course_id(course)]
        if session is not None:
            if course is None:
                raise Refused("回を選ぶときは、先に研修を一つ選んでください。")
            rows = rows[rows["session"] == chosen(session, self.sessions_of(course, item), "回")]
        if who is not None:
            rows = rows[self.is_of(rows, who)]
        if group is not None:
            rows = groups.grouped(rows, self.members(group), group).rename(columns={"group": group})
        return rows.reset_index(drop=True)

    def course_id(self, course: str) -> str:
        return self._course_ids[chosen(course, self.courses, "研修")]

    def members(self, group: str) -> pd.DataFrame:
        """participant_id, group; and course_id where it depends on the course."""
        key = f"group {chosen(group, self.groups, '群')}"
        if key not in self._tables:
            if group == groups.MISSED:
                found = groups.by_missed(self.table("attendance"), self.table("sessions"), self.year.plan.missed)
            elif group == groups.METHOD:
                found = groups.by_method(self.table("standing"))
            else:
                found = groups.personal(self.table("appointments"), group)
            self._tables[key] = found
        return self._tables[key]

    def people(self, who: tuple[str, str]) -> pd.DataFrame:
        """The members of one group: who = (group, value)."""
        if isinstance(who, str) or len(who) != 2:
            raise Refused('who は ("職位", "主任") のように、群と値の組で書いてください。')
        group, value = who
        value = chosen(value, self.values_of(group), group)
        members = self.members(group)
        return members[members["group"] == value]

    def is_of(self, rows: pd.DataFrame, who: tuple[str, str]) -> pd.Series:
        """Which rows (participant_id, course_id) are of these people."""
        members = self.people(who)
        on = [name for name in ("participant_id", "course_id") if name in members]
        keys = pd.MultiIndex.from_frame(rows[on].astype(str))
        return pd.Series(keys.isin(pd.MultiIndex.from_frame(members[on].astype(str))), rows.index)

    @cached_property
    def _course_ids(self) -> dict[str, str]:
        return {name: course_id for course_id, name in names(self.table("courses")).items()}

    @cached_property
    def _asked(self) -> pd.DataFrame:
        points = self.year.codebook.points
        return questions.questions(self.table("items"), self.table("instruments"), points)

    @cached_property
    def _answers(self) -> pd.DataFrame:
        return questions.answers(self.table("responses"), self._asked, self.table("sessions"), self.table("courses"))

    def _repr_html_(self) -> str:
        rows = [("研修", self.courses), ("設問", self.items), ("群", self.groups), ("論点", self.themes)]
        caption = f"{self.year.fiscal_year.label_ad} {self.year.declared['title']}で選べるもの"
        listed = pd.DataFrame(rows, columns=["what", "names"])
        return framed(html.shown(table(listed, caption, {"what": "種類", "names": "名前"}, note=self.handling)))

    def __repr__(self) -> str:
        return f"open_year({self.name!r})"
