"""6 主分析 and 7 どのくらいか: the difference, between whom, and how far it goes."""

from pipeline.codebook import codes
from pipeline.document.blocks import Block, Heading
from pipeline.reports.association.told import ToldYear
from pipeline.showing import association_sentences, association_views, rating_sentences
from pipeline.showing.figures import bands
from pipeline.showing.tables import paragraph, table
from pipeline.showing.verdict_sentences import TOO_FEW_COMPARED

ESTIMATE = {"estimate": "差（点）", ("ci_low", "ci_high"): "95%信頼区間"}


def primary(year: ToldYear) -> list[Block]:
    heading, association = Heading("6 主分析"), year.association
    if association.empty:
        return [heading, paragraph(TOO_FEW_COMPARED, "note")]
    return [
        heading,
        table(
            association.assign(analysis=association["analysis"].map(codes("result"))),
            "主分析の結果",
            year.labels("analysis", "n")
            | {"estimate": "推定値", ("ci_low", "ci_high"): "信頼区間"}
            | year.labels("p_value", "method"),
            note="差（点）が負なら、欠席した回の方が理解度が低い。「確率」は0.5なら差が無い。",
            not_applicable=["p_value", "estimate", "ci_low"],
            name="primary",
        ),
        paragraph(association_sentences.of_each_person(year.tested.primary.differences), "note"),
        *_ratings(year),
    ]


def _ratings(year: ToldYear) -> list[Block]:
    """The ratings of those who attended and of those who missed, as dots."""
    cells = year.tested.cells.table
    if cells.empty:
        return [paragraph("比べられる回答が無い。", "note")]
    rows, merged = association_views.rating_rows(cells, year["sessions"], year["courses"], year.edition)
    if rows.empty:
        return [paragraph("欠席した人と出席した人の評価を並べた図は、どちらかがいないか少ないため省く。", "note")]
    unit = "回" if year.is_one else "研修"
    return [
        bands(
            rows,
            rating_sentences.lower_when_missed(rows, "組" if merged else unit, year.edition.least),
            "出席した回と欠席した回の評価を、点で並べた図",
            year.edition.least,
            name="ratings_by_session",
        ),
        *(paragraph(sentence, "note") for sentence in rating_sentences.merged_sessions(merged, unit)),
    ]


def extent(year: ToldYear) -> list[Block]:
    heading, size = Heading("7 どのくらいか"), year.of_enough(year.tested.extent)
    if size.empty:
        return [heading, paragraph(TOO_FEW_COMPARED, "note")]
    return [
        heading,
        paragraph(association_sentences.how_far(size, len(year.tested.design.courses))),
        table(
            association_views.extent_rows(size),
            "欠席に伴う差の大きさ",
            year.labels("analysis", "n")
            | {"estimate": "値", ("ci_low", "ci_high"): "95%信頼区間"}
            | year.labels("p_value", "method"),
            not_applicable=["p_value", "estimate", "ci_low"],
            name="extent",
        ),
        _by_dose(year),
        paragraph(association_sentences.made_up(year.tested.catch_up, year.edition.least)),
        _by_session(year),
    ]


def _by_dose(year: ToldYear) -> Block:
    rows = association_views.dose_rows(year.tested.cells, year.edition)
    if rows.empty:
        return paragraph("欠席の回数ごとの平均は、比べられるだけの人数の組が二つ以上できないため示さない。", "note")
    return table(
        rows,
        "欠席の回数と理解度の平均（個人間の比較）",
        year.labels("dose", "n", "mean"),
        not_applicable=["mean"],
        note="欠席の多い人は、もともと違う人かもしれない。研修が複数ある年度は、研修ごとの水準の違いを除いた。",
        name="by_dose",
    )


def _by_session(year: ToldYear) -> Block:
    tested, least = year.tested, year.edition.least
    rows = association_views.session_rows(tested.cells, tested.by_session, year.sessions, year.edition)
    if rows["estimate"].isna().all():
        return paragraph(
            f"回ごとの差は、出席した人と欠席した人の回答が{least}件ずつそろう回が無いため示さない。", "note"
        )
    few = f"出席した人か欠席した人の回答が{least}件に満たない回は載せない。"
    return table(
        rows,
        "回ごとの差（ホルム法で調整）",
        year.labels("session_name", "n") | ESTIMATE | year.labels("p_value", "p_adjusted"),
        note="nは、欠席した回の理解度を答えた人の数。" + (few if len(rows) < len(tested.by_session) else ""),
        not_applicable=["estimate", "ci_low", "p_value", "p_adjusted"],
        name="by_session",
    )
