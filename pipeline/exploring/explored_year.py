"""One fiscal year to be asked: what an analyst calls, in JupyterLab or anywhere else."""

import pandas as pd

from pipeline.comprehension import attendance_grid
from pipeline.exploring import gaps, voices
from pipeline.exploring.crosstab import as_bars, crosstab, values
from pipeline.exploring.refusal import Refused, chosen
from pipeline.exploring.result import Result
from pipeline.exploring.year_tables import YearTables
from pipeline.showing.figures import attendance_map, effect, likert
from pipeline.showing.tables import paragraph, table

PEOPLE_A_PAGE = 20
Who = tuple[str, str]


class ExploredYear(YearTables):
    """One fiscal year's answers, attendance and comments, to be asked in Japanese words.

    >>> year = open_year("R5")                                      # doctest: +SKIP
    >>> year.courses, year.items, year.groups, year.themes          # what can be chosen
    >>> year.cross("満足度", "職位", course="No.5")                   # counts, shares, intervals
    >>> year.likert("満足度")                                        # one bar a course
    >>> year.ratings("No.5", "各回の理解度")                          # figure and table of one course
    >>> year.attendance_map("No.5")
    >>> year.gap("No.5", who=("職位", "主任"))                        # an exploratory estimate
    >>> year.comments(year.themes[0])                               # keyword in context

    Every result shows itself at the end of a cell; ``.data`` is its pandas table. All numbers are real,
    also those of a few people: this is the tool of whoever holds the files, and what leaves the room is
    the report (``handling``). ``who`` is a pair (group, value), such as ("職位", "主任").
    """

    def cross(
        self,
        item: str,
        group: str | None = None,
        course: str | None = None,
        session: str | None = None,
        who: Who | None = None,
    ) -> Result:
        """A question by group: counts of every answer, and the share of good ones with its interval.

        ``item``: of ``items``. ``group``: of ``groups``; then a ``course`` (and for a question asked
        session by session, a ``session``) has to be chosen, so that everybody is counted once.
        Without it: a row a course, or a row a session of the ``course``. ``who``: only these people.
        よい is the upper two of the scale; the interval is Wilson's. ``.data``: a row a group; the
        group, 1…5 (counts), n, よくない, よい, share, ci_low, ci_high.
        """
        found, notes = crosstab(self, item, group, course, session, who)
        by, points = found.index.name, values(found)
        columns = {by: by} | {value: ("回答（人）", str(value)) for value in points}
        columns |= {"n": "n", "share": "よいの割合", ("ci_low", "ci_high"): "95%信頼区間"}
        formats = dict.fromkeys([*points, "n"], "count")
        formats |= {"share": "rate", ("ci_low", "ci_high"): "rate"}
        good = f"よい：{points[-2]}と{points[-1]}。"
        title = _title(item, f"{by}別", course, session, who)
        shown = table(
            found.reset_index(),
            title,
            columns,
            note=[good, *notes],
            formats=formats,
            not_applicable=["share", "ci_low", "ci_high"],
        )
        return Result(found.reset_index(), title, table=shown)

    def likert(
        self,
        item: str,
        group: str | None = None,
        course: str | None = None,
        session: str | None = None,
        who: Who | None = None,
    ) -> Result:
        """The same as :meth:`cross`, as centred bars: one a group, a course or a session.

        ``.figure`` is the drawing, ``.data`` as in ``cross``.
        """
        found, notes = crosstab(self, item, group, course, session, who)
        bars, scale = as_bars(found)
        title = _title(item, f"{found.index.name}別", course, session, who)
        drawn = likert(bars, title, f"{title}の回答の分布を、中央をそろえた帯で示した図", scale)
        return Result(found.reset_index(), title, figure=drawn, after=tuple(paragraph(text, "note") for text in notes))

    def ratings(self, course: str, item: str) -> Result:
        """How one course was rated: figure and table, a row a session where it was asked so."""
        drawn, counted = self.likert(item, course=course), self.cross(item, course=course)
        return Result(counted.data, counted.name, figure=drawn.figure, table=counted.table)

    def attendance_map(self, course: str, page: int = 1, who: Who | None = None) -> Result:
        """Who was there when: a row a person (a pseudonymous id), a column a session.

        Those who missed most come first, 20 a ``page``. ``.data``: participant_id, session, status.
        """
        course_id = self.course_id(course)
        held = self.table("sessions")
        held = held[held["course_id"] == course_id]
        records = self.table("attendance")
        records = records[records["session_id"].isin(held["session_id"])].assign(course_id=course_id)
        if who is not None:
            records = records[self.is_of(records, who)]
        missed = records["status"].isin(self.year.plan.missed).groupby(records["participant_id"]).sum()
        order = list(missed.sort_values(ascending=False, kind="stable").index)
        title = _title("出欠", "", course, None, who)
        if not order:
            return Result(pd.DataFrame(), title, before=(paragraph("出欠の記録が無い。", "note"),))
        pages = -(-len(order) // PEOPLE_A_PAGE)
        page = min(max(int(page), 1), pages)
        here = order[(page - 1) * PEOPLE_A_PAGE : page * PEOPLE_A_PAGE]
        grid = attendance_grid(records[records["participant_id"].isin(here)], held)
        grid = grid.sort_values("participant_id", key=lambda ids: ids.map(here.index), kind="stable", ignore_index=True)
        caption = f"{title}：のべ{len(records)}回のうち欠席は{int(missed.sum())}回"
        drawn = attendance_map(grid, caption, f"{title}を、受講者ごと・回ごとに記号で示した図")
        where = f"{len(order)}人のうち、欠席の多い順に{len(here)}人（{page}／{pages}ページ）。"
        return Result(grid, f"{title} {page}ページ", figure=drawn, after=(paragraph(where, "note"),), pages=pages)

    def gap(self, course: str | None = None, group: str | None = None, who: Who | None = None) -> Result:
        """How much lower the same people rated what they missed, for a selection: exploratory.

        The report's primary analysis on these people's ratings alone, with its interval and without
        a p value: who chooses after looking can't test any more. With ``group``, each group's beside
        that of all. ``.data``: a row a selection; selection, persons (with both missed and attended
        sessions), n (ratings), estimate, ci_low, ci_high (points).
        """
        cells, sessions, plan = self.table("cells"), self.table("sessions"), self.year.plan
        course_id = None if course is None else self.course_id(course)
        title = _title("欠席した回と出席した回の理解度の差", group and f"{group}別", course, None, who)
        if course_id is not None and course_id not in gaps.covered(cells, sessions):
            return Result(pd.DataFrame(), title, before=(paragraph(gaps.NOT_COMPARED, "note"),))
        own = gaps.subset(cells, sessions, course_id, None if who is None else self.people(who))
        name = _title(course or "研修全体", "", None, None, who)
        data, reason = gaps.estimated(own, plan, name)
        before = [paragraph(gaps.sentence(data.iloc[0], reason), "verdict")]
        after = [] if reason or course is not None else [paragraph(gaps.ONCE, "note")]
        if group is not None and not reason:
            parts = {
                value: gaps.subset(own, sessions, None, self.people((group, value)))
                for value in self.values_of(group, course)
            }
            each, nothing = gaps.apart(parts, plan)
            data = pd.concat([data, each], ignore_index=True)
            after += [paragraph(gaps.left_out(nothing), "note")] if nothing else []
        cautions = [gaps.CAUTION, *([gaps.MANY] if group else []), gaps.NOT_CAUSE]
        before += [paragraph(text, "caution") for text in cautions]
        drawn = None
        if not reason:
            rows = data.rename(columns={"selection": "label"})
            drawn = effect(rows, plan.margin, f"{title}（探索的）", f"{title}の推定値と95%信頼区間")
        return Result(data, title, tuple(before), drawn, after=tuple(after))

    def comments(self, theme: str | None = None, course: str | None = None, width: int = 15) -> Result:
        """What was written, by theme, with ``width`` characters around the words that were found.

        Without ``theme``, how many people named each. ``.data``: a row a finding. Names are masked.
        """
        lines = self.year.codebook.read("themes")
        if theme is not None:
            theme = chosen(theme, self.themes, "論点")
            lines = lines[lines["label"] == theme]
        found = voices.in_context(
            self.table("comments"), self.table("items"), self.table("instruments"), self.table("courses"), lines, width
        )
        if course is not None:
            found = found[found["course"] == chosen(course, self.courses, "研修")]
        title = _title("自由記述", theme or "論点ごとの人数", course, None, None)
        if theme is None:
            data = voices.counted(found)
            note = "言い回しの表（コード表）で見つけた人の数。"
            return Result(data, title, table=table(data, title, note=note, align={"人数": "right"}))
        data = found[list(voices.COLUMNS)].rename(columns=voices.COLUMNS).reset_index(drop=True)
        columns = ["前", "見つけた語", "後"] if course else ["研修", "前", "見つけた語", "後"]
        shown = table(
            data,
            title,
            {name: name for name in columns},
            row_headers=0,
            align={"前": "right", "見つけた語": "center"},
            note="氏名と所属は伏せてある。見つけた語の前後だけを示す。",
        )
        return Result(data, title, table=shown)


def _title(what: str, how: str | None, course: str | None, session: str | None, who: Who | None) -> str:
    parts = [what, how, session, course, "：".join(who) if who else ""]
    return "　".join(part for part in parts if part)


__all__ = ["ExploredYear", "Refused", "Result"]
