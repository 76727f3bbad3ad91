"""The chapters of the public edition, in です・ます, made of rounded numbers alone."""

import pandas as pd

from pipeline.document.blocks import Block, Bullets, Heading
from pipeline.edition import NOT_TOLD, Rounded
from pipeline.reports.public_report.rounded import Gap, PublicYear
from pipeline.showing.tables import paragraph, table

QUESTION = "研修を欠席した回の内容は、出席した回より理解されていないのでしょうか。"
CAUTION = (
    "これは関連であり、欠席が理解度を下げたことの証明ではありません。忙しい時期に欠席と理解不足が重なることや、"
    "理解度が本人の自己評価であることは、この方法では取り除けません。"
)
LATER = "アンケートの結果は、回答がそろってから、確報でお知らせします。"
TOO_FEW = "比べられる人がいないか少ないため、結果は示しません。"


def summary(year: PublicYear) -> list[Block]:
    if not year.is_complete:
        return [Heading("要旨"), Bullets([_held(year), LATER]), paragraph(year.rounding, "note")]
    return [
        Heading("要旨"),
        paragraph(answer(year.gap), "verdict"),
        Bullets([_held(year), f"アンケートへの回答は、のべ{_about(year.answers, '件')}でした。", _proposed(year)]),
        paragraph(CAUTION, "caution"),
        paragraph(year.rounding, "note"),
    ]


def programme(year: PublicYear) -> list[Block]:
    rows = pd.DataFrame(
        [(c.name, c.method, c.month, c.target) for c in year.courses], columns=["name", "method", "month", "target"]
    )
    columns = {"name": "研修", "method": "実施方法", "month": "時期", "target": "対象"}
    return [Heading("1 実施した研修"), paragraph(_held(year)), table(rows, "研修の一覧", columns, name="programme")]


def courses(year: PublicYear) -> list[Block]:
    asked = {name: word for name, word in year.heads.items() if any(name in c.shares for c in year.courses)}
    rows = pd.DataFrame(
        [
            {"name": c.name, "took": str(c.took), **{name: str(c.shares.get(name, NOT_TOLD)) for name in asked}}
            for c in year.courses
        ]
    )
    return [
        Heading("2 受講と評価"),
        table(
            rows,
            "研修ごとの受講と評価",
            {"name": "研修", "took": "受講した人"} | asked,
            note=[year.rounding, "尺度の段階が違う研修は、割合を比べられません。"],
            align=dict.fromkeys(["took", *asked], "right"),
            name="courses",
        ),
    ]


def question(year: PublicYear) -> list[Block]:
    if not year.is_complete:
        return []
    blocks: list[Block] = [
        Heading("3 欠席と理解度"),
        paragraph(QUESTION, "plain"),
        paragraph(answer(year.gap)),
        paragraph(CAUTION, "caution"),
    ]
    told = [c for c in year.courses if c.verdict]
    if year.is_one or not told:
        return blocks
    rows = pd.DataFrame([(c.name, c.verdict, str(c.gap)) for c in told], columns=["name", "verdict", "gap"])
    columns = {"name": "研修", "verdict": "判定", "gap": "差（点）"}
    note = "差は、欠席した回の理解度から出席した回の理解度を引いた値です。比べられる人が少ない研修は載せていません。"
    return [*blocks, table(rows, "研修ごとの結果", columns, note=note, align={"gap": "right"}, name="by_course")]


def voices(year: PublicYear) -> list[Block]:
    blocks: list[Block] = [Heading("4 受講した人の声")] if year.is_complete else []
    if year.said:
        rows = pd.DataFrame(
            [(s.side, s.label, _about(s.people)) for s in year.said], columns=["side", "label", "people"]
        )
        columns = {"side": "区分", "label": "論点", "people": "書いた人"}
        note = f"良い点・悪い点などを尋ねたアンケートに答えた{_about(year.asked)}の自由記述を、論点ごとに数えました。多くの人が書いた論点だけを載せています。"
        blocks.append(table(rows, "多かった意見", columns, note=note, align={"people": "right"}, name="said"))
    elif year.is_complete:
        blocks.append(paragraph("公表できるほど多くの人が書いた論点は、ありませんでした。"))
    if year.published:
        rows = pd.DataFrame(year.published, columns=["what", "value", "source"])
        blocks.append(
            table(
                rows,
                "町がすでに公表している数",
                {"what": "内容", "value": "数", "source": "公表した文書"},
                note="この表の数だけは、町が公表したとおりに示しています。",
                align={"value": "right"},
                name="published",
            )
        )
    return blocks


def next_year(year: PublicYear) -> list[Block]:
    if not year.is_complete:
        return []
    heading = Heading("5 来年度に向けた見直しの案")
    if year.proposals.empty:
        return [heading, paragraph(_proposed(year))]
    columns = {"course": "研修", "change": "区分", "proposal": "案"}
    return [
        heading,
        paragraph(_proposed(year)),
        table(
            year.proposals,
            "研修メニューの見直しの案",
            columns,
            note="これは案です。決めるのはCIOです。",
            name="proposals",
        ),
    ]


def answer(gap: Gap) -> str:
    """The answer to the question of the year, for every verdict, as far as it is told."""
    if gap.code == "untestable" or gap.interval is None:
        return TOO_FEW
    low, high = gap.interval
    size = f"95%信頼区間は{low}～{high}点、{_about(gap.people)}の回答による"
    lower = f"95%信頼区間は{_size(high)}～{_size(low)}点、{_about(gap.people)}の回答による"
    match gap.code:
        case "linked":
            return f"欠席した回の理解度は、出席した回より平均{_size(gap.points)}点低いという結果でした（{lower}）。"
        case "reversed":
            return f"欠席した回の理解度の方が平均{gap.points}点高いという結果でした（{size}）。記録の誤りがないかを確かめています。"
        case "no_link":
            return f"欠席した回と出席した回の理解度に、意味のある大きさ（{gap.margin:g}点）の差はありませんでした（{size}）。"
        case "undecided":
            return f"欠席した回と出席した回の理解度に、差があるともないとも言えませんでした（{size}）。"
    raise ValueError(gap.code)


def _about(count: Rounded, of: str = "人") -> str:
    """「約25人」, 「5人未満」, 「0人」"""
    if count.low != count.high:
        return f"{count.high}{of}未満"
    return f"約{count}{of}" if count.high else f"{count}{of}"


def _size(points: Rounded) -> str:
    return str(abs(points.low or 0))


def _held(year: PublicYear) -> str:
    if not year.courses:
        return "この年度に行った研修はありません。"
    if len(year.courses) == 1:
        return f"「{year.courses[0].name}」を、{_about(year.people)}を対象に行いました。"
    return f"{len(year.courses)}件の研修を、{_about(year.people)}の職員を対象に行いました。"


def _proposed(year: PublicYear) -> str:
    changed = year.proposals["course"].nunique()
    # Others may be proposed of which the public edition can't tell.
    return (
        f"来年度に向けて見直しの案を示す研修は、{changed}件です。" if changed else "ここに示す見直しの案はありません。"
    )
