"""研修メニュー改定案: what the rules propose for next year, on what grounds, and which rules there are."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.document.blocks import Block, Heading, Text
from pipeline.indicators import Indicators
from pipeline.menu.adoption import old_and_new
from pipeline.menu.proposals import what_came
from pipeline.menu.rules import Rule, read_rules
from pipeline.showing import course_views, reasons, sentences
from pipeline.showing.tables import paragraph, table
from pipeline.year import Year


@dataclass(frozen=True)
class Revision:
    """``tables``: courses, targets, course_years, evidence, proposals. ``told``: the proposals in words."""

    year: Year
    tables: Mapping[str, pd.DataFrame]
    rules: list[Rule]
    indicators: Indicators
    told: pd.DataFrame

    @classmethod
    def of(cls, year: Year, tables: Mapping[str, pd.DataFrame]) -> "Revision":
        rules, indicators = read_rules(year.codebook), Indicators.of(year.codebook)
        return cls(year, tables, rules, indicators, reasons.told(tables["proposals"], rules, indicators))

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def proposals(revision: Revision) -> list[Block]:
    own, following = revision.year, str(revision.year.fiscal_year.following)
    rows = old_and_new(
        revision["proposals"], revision["courses"], revision["targets"], revision["course_years"], following
    )
    return [
        Heading("1 改定案"),
        paragraph(sentences.proposals(revision.told)),
        table(
            reasons.to_decide(rows, revision.told),
            "新旧対照表",
            own.codebook.labels(
                "title", "change", "field_label", "before", "proposed", "grounds", "opinion", "decision"
            ),
            note="同じ表が menu_revision.xlsx にある。CIO補佐意見とCIO決定は、そこに記入する。",
            not_applicable=["field_label", "before", "proposed"],
            name="old_and_new",
        ),
    ]


def grounds(revision: Revision) -> list[Block]:
    return [
        Heading("2 根拠"),
        table(
            course_views.proposed(revision.told, revision["courses"], rules_are_listed=True),
            "改定案の根拠となる数値と規則",
            revision.year.codebook.labels(
                "course", "rule_id", "change", "indicator", "measured", "n", "condition", "chapter"
            ),
            not_applicable=["n", "measured", "chapter", "indicator", "condition"],
            note="かっこ内は95%信頼区間。章は年次評価報告書の章。",
            name="grounds",
        ),
    ]


def rules(revision: Revision) -> list[Block]:
    came = what_came(revision.rules, revision["proposals"], revision["evidence"])
    return [
        Heading("3 規則の一覧"),
        Text("当てはまらなかった規則も含め、案を作るのに使ったすべての規則を示す。"),
        table(
            reasons.considered(revision.rules, came, revision.indicators),
            "規則と当てはめの結果",
            revision.year.codebook.labels("rule_id", "basis", "condition", "min_n", "change", "proposal", "state"),
            not_applicable=["basis"],
            name="rules",
        ),
    ]
