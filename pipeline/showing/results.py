"""成果 as a reader sees it: KPI and improvement reports, what was counted, and what it does not show."""

import pandas as pd

from pipeline.document.blocks import Inline, Reference
from pipeline.evidence.kpi import NO_YEARS, is_percent, not_applicable
from pipeline.fiscal_year import FiscalYear
from pipeline.showing import tables
from pipeline.showing.tables import number

POINTS = "ポイント"  # the unit of a difference of percentages
CHANGE = ("change_from_last", "change_unit")
CAUTION = (
    "業務改善報告は、研修が成果を生んだことの証明ではない。報告は個人ではなく所属から出るので、"
    "研修を修了した人がした改善かどうかは分からない。所属ごとに研修と並べたものであり、もともと改善に熱心な所属ほど研修にも人を出す、ということもありうる。"
)
LEVELS_NOTE = (
    "段階は反応・学習・行動・成果（Kirkpatrick, 1959）。「実施」は研修の行い方で、段階ではない。尺度の違う数値は合算しない。"
    "かっこ内は95%信頼区間で、かっこの無い数値は数えただけのものである（方法は付録A）。回収率は、回答を求めた人数が分かるものだけに示す（受講3か月後の活用は、受講した人数に対する割合）。"
)
LINKS_NOTE = (
    "「関連する」業務改善報告は、関連研修No.にその研修を書いた報告である。研修を二つ挙げた報告は、件数も時間も両方に数える。"
    "ワーキンググループとKPIはどの研修にも結び付かないので、研修全体とした。"
    "成果は数えたものであり、研修が生んだことの証明ではない。"
)
KPI_SOURCES = "指標は、それぞれの出どころが数えたものである。"
OTHER_SOURCES = (
    "ほかの表（",
    Reference("working_groups", "table"),
    "など）とは資料が違うので、数え方や時点が同じとは限らない。",
)
KPI_CAUTION = "指標は研修のほか、予算・制度・町民の動きでも変わる。研修が指標を動かしたことの証明ではない。"


def sources(has_groups: bool) -> list[Inline]:
    """Where the KPI come from; ``has_groups``: working groups have a table of their own."""
    return [[KPI_SOURCES, *(OTHER_SOURCES if has_groups else ())]]


def without(ideas: pd.DataFrame, improvements: pd.DataFrame) -> str:
    """Which of the lists of results a year doesn't have."""
    return not_evaluated(
        *(name for name, rows in (("アイデア一覧", ideas), ("業務改善報告", improvements)) if rows.empty)
    )


def not_evaluated(*names: str) -> str:
    """That the year's report is made without these records."""
    return f"この年度は、{'と'.join(names)}を集計の対象にしていない。"


def as_stated(value: float | str) -> str:
    """A value of a KPI: with a decimal only where it has one. 「64」, 「21.1」; a symbol as it is."""
    if isinstance(value, str):
        return value
    return number(value, "count" if float(value).is_integer() else "estimate1")


def signed(change: float | str, unit: str = "") -> str:
    """A change of a KPI with its sign: 「+26」, 「−1.5ポイント」, 「0」; a symbol as it is."""
    if isinstance(change, str):
        return change
    return f"{'+' * (change > 0)}{as_stated(change)}{unit}"


def reported(by_office: pd.DataFrame) -> str:
    """How many offices reported what. ``by_office``: as ``evidence.improvements.by_office`` has it."""
    own = by_office[by_office["reports"] > 0]
    if own.empty:
        return "業務改善報告は無かった。"
    reports, stated = int(own["reports"].sum()), int(own["dx_stated"].sum())
    text = f"業務改善報告は{number(reports, 'count')}件（{len(by_office)}所属のうち{len(own)}所属から）"
    found = f"DXに当たるものは{number(own['dx_reports'].sum(), 'count')}件である。"
    if not stated:
        text += "である。DXの区分を記入した報告は無い。"
    elif stated < reports:
        text += f"で、DXの区分の記入がある{number(stated, 'count')}件のうち{found}"
    else:
        text += f"、うち{found}"
    hours = own["hours_saved"].sum(min_count=1)
    if pd.isna(hours):
        return text + "効果の時間を書いた報告は無い。"
    silent = int(own["hours_saved"].isna().sum())
    rest = f"（ほかに、時間を書いていない所属が{silent}ある）" if silent else ""
    return text + f"書かれた効果の合計は年{number(hours, 'count')}時間である{rest}。"


def moved(kpi: pd.DataFrame, of: str = "") -> str:
    """How many KPI rose and fell. ``kpi``: as ``evidence.kpi.kpi_table`` has it.

    ``of``: which they are, 「割合の」, where they aren't all.
    """
    change = kpi["change_from_last"]
    known = int(change.notna().sum())
    if not known:
        return f"前の年度と比べられる{of}指標は無い。"
    parts = [
        f"{words}ものが{n}"
        for words, n in (
            ("増えた", (change > 0).sum()),
            ("減った", (change < 0).sum()),
            ("変わらない", (change == 0).sum()),
        )
        if n
    ]
    rest = f"（ほかの{len(change) - known}は比べる値が無い）" if known < len(change) else ""
    return f"前の年度と比べられる{of}{known}指標のうち、{'、'.join(parts)}である{rest}。"


def kpi_rows(table: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``evidence.kpi.kpi_table`` with change_unit, and 「-」 where a year has no such thing.

    ``stated``: the KPI as stated. Neither is there a change from or to what a year hasn't.
    """
    absent = not_applicable(stated, table)
    absent["change_from_last"] = absent.iloc[:, -2:].any(axis=1)
    rows = table.astype(dict.fromkeys(absent.columns, object))
    rows[list(absent.columns)] = rows[list(absent.columns)].mask(absent, tables.NOT_APPLICABLE)
    return rows.assign(change_unit=[POINTS if is_percent(unit) else "" for unit in rows["unit"]])


def years(table: pd.DataFrame) -> dict[str, str]:
    """fiscal_year → 「令和4(2022)年度」: the heads of the columns of ``evidence.kpi.kpi_table``."""
    return {year: FiscalYear.parse(year).label_ad for year in table if year not in NO_YEARS}
