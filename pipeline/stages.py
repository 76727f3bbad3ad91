"""The pipeline on one screen: the notebooks in their order, what each reads and writes, and its document.

doit makes its tasks of this table, and each notebook loads and saves by it: a table is named once.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.store import INTERNAL, PUBLIC, Store

if TYPE_CHECKING:  # doit must not wait for it
    import pandas as pd


class Stage(NamedTuple):
    """One notebook: the tables it reads (of ``earlier`` years too) and writes, and its document."""

    notebook: str
    purpose: str
    document: str
    title: str
    reads: Sequence[str] = ()
    writes: Sequence[str] = ()
    earlier: Sequence[str] = ()
    edition: str = INTERNAL  # whom the document is for
    raw: bool = False  # whether it reads the year's raw files
    workbook: str = ""  # the Excel file to fill in that goes with the document, by its name
    has_list: bool = False  # whether a private list with names goes with it

    def tables(self, store: Store) -> list[Path]:
        """The tables that the stage reads of a year, and of the years before."""
        # A year without decisions to read doesn't wait for the year before to be whole.
        before = self.earlier if not self.raw or store.has_decisions else ()
        return [*map(store.table, self.reads), *(path for name in before for path in store.earlier(name))]

    def inputs(self, store: Store) -> list[Path]:
        """Every file of the town that the stage reads for a year."""
        return [*(store.raw_files if self.raw else [store.declaration]), *self.tables(store)]

    def load(self, store: Store) -> "dict[str, pd.DataFrame]":
        """What the stage reads, by name. FileNotFoundError, in Japanese, for a table that isn't there yet."""
        return {name: store.load(name) for name in self.reads}

    def save(self, store: Store, tables: "Mapping[str, pd.DataFrame]") -> None:
        """Write what the stage writes, each table under its contract.

        ValueError if ``tables`` are others than those, SchemaErrors if one breaks its contract: nothing is written then.
        """
        from pipeline.schema import conform  # doit must not wait for it

        if wrong := set(tables) ^ set(self.writes):
            raise ValueError(
                f"{self.notebook} が保存する表が、工程の表（stages.py）と違います: {'、'.join(sorted(wrong))}"
            )
        for name, table in {name: conform(name, table) for name, table in tables.items()}.items():
            store.save(name, table)


STAGES = {
    "prepare": Stage(
        notebook="01_prepare",
        purpose="生データの整形と点検",
        document="data_quality",
        title="データ品質報告書",
        workbook="確認票",
        raw=True,
        writes=(
            "participants appointments courses targets course_years sessions attendance scores instruments "
            "items responses choices comments hand_codes releases interviews ideas followups working_groups wg_people "
            "improvements indicators decisions findings accounts set_aside matches"
        ).split(),
        earlier=("proposals", "courses", "targets", "course_years"),  # what was decided on
    ),
    "associate": Stage(
        notebook="02_associate",
        purpose="理解度の差と欠席の関連の検定",
        document="association",
        title="理解度の差と欠席の関連",
        reads="courses attendance sessions instruments responses items accounts".split(),
        writes="cells association verdict sensitivity catch_up association_by_course catch_up_by_course".split(),
        earlier=("cells", "association"),
    ),
    "evaluate": Stage(
        notebook="03_evaluate",
        purpose="年次評価",
        document="annual_report",
        title="年次評価報告書",
        has_list=True,
        reads=(
            "participants appointments attendance courses targets course_years sessions scores instruments "
            "items responses choices comments hand_codes releases interviews ideas followups working_groups "
            "improvements indicators decisions cells association verdict sensitivity association_by_course "
            "catch_up_by_course findings accounts"
        ).split(),
        writes="evidence proposals standing outstanding theme_counts".split(),
        earlier=("evidence", "standing"),
    ),
    "revise": Stage(
        notebook="04_revise",
        purpose="研修メニューの改定案",
        document="menu_revision",
        title="研修メニュー改定案",
        workbook="menu_revision",
        reads="courses targets course_years evidence proposals".split(),
    ),
    "inform": Stage(
        notebook="05_inform",
        purpose="公表版の作成",
        document="annual_report",
        title="年次評価報告書",
        edition=PUBLIC,
        reads=(
            "courses sessions participants instruments standing evidence proposals verdict association "
            "association_by_course theme_counts"
        ).split(),
    ),
}
