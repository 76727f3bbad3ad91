"""2 データの状況: who answered, why answers have no value, what the data are like."""

from pipeline import comprehension
from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.showing import course_views, sentences, views
from pipeline.showing.tables import paragraph, table


def chapter(year: Evaluation) -> list[Block]:
    return [Heading("2 データの状況"), *_returned(year), _nonresponse(year), *_findings(year)]


def _returned(year: Evaluation) -> list[Block]:
    """Of one course, who answered its final questionnaire and how much they missed, where it is known who answered."""
    responses, finals = year["responses"], comprehension.finals(year["instruments"])
    answered = responses.loc[responses["instrument_id"].isin(finals), "participant_id"].dropna()
    if not year.is_one or answered.empty:
        rows = course_views.returned(year["instruments"], year.courses)
        columns = year.labels("course", "instrument_label", "invited", "answered", "answer_rate")
        return [
            paragraph(sentences.returned_by_course(rows)),
            table(rows, "アンケートの回収", columns, name="returned"),
        ]
    missed = comprehension.missed_by_person(year["attendance"], year.year.plan.missed)
    bands = comprehension.bands(missed, set(answered))
    bands = comprehension.merged_bands(bands, year.edition.merged(list(bands["answered"])))
    columns = year.labels("band", "n", "answered", "answer_rate")
    return [
        paragraph(sentences.returned(bands)),
        table(bands, "最終アンケートの回収（欠席の回数別）", columns, name="returned"),
    ]


def _nonresponse(year: Evaluation) -> Block:
    rows = views.nonresponse_rows(comprehension.nonresponses(year["responses"], year["items"]))
    return table(
        rows,
        "回答と、値の無い回答の理由（のべ回答数）",
        year.labels("family_label", "dimension_label") | views.NONRESPONSE_COLUMNS,
        note="値の無い回答は、無回答・該当なし・欠席と記入である。どれも点数にはしない。",
        name="nonresponse",
    )


def _findings(year: Evaluation) -> list[Block]:
    return [
        paragraph(sentences.found(year["findings"], year["accounts"])),
        table(
            views.by_severity(year["findings"]),
            "データの所見",
            year.labels("severity", "count"),
            note="一つひとつは「データ品質報告書」にある。",
            name="findings",
        ),
    ]
