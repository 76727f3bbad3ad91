"""3 受講状況: who attended, who completed what they had to, who has still to take what."""

from pipeline import completion, comprehension, obligations
from pipeline.codebook import codes
from pipeline.document.blocks import Block, Heading
from pipeline.evaluation import Evaluation
from pipeline.showing import course_views, obligation_views, results, sentences, views
from pipeline.showing.tables import paragraph, table

TAKEN_LATER = ("recording", "e_learning")  # formats that nobody attends


def chapter(year: Evaluation) -> list[Block]:
    blocks = [Heading("3 受講状況"), *_attendance(year), Heading("必須の研修の修了", 3)]
    if year["targets"].empty:
        return [*blocks, paragraph(results.not_evaluated("必須の研修の修了"), "note")]
    return [*blocks, *_completion(year), *_by_group(year), *_outstanding(year)]


def _attendance(year: Evaluation) -> list[Block]:
    by_session = comprehension.attendance_by_session(year["attendance"], year["sessions"])
    sessions = comprehension.attendance_counts(by_session, year.year.plan)
    courses = course_views.named(comprehension.attendance_of_courses(sessions), year.courses)
    at_once = year["sessions"].loc[~year["sessions"]["format"].isin(TAKEN_LATER), "course_id"]
    courses = courses.assign(is_attended=courses["course_id"].isin(at_once))
    plan, words = year.year.plan, codes("status")
    counted = course_views.named(sessions, year.courses)
    return [
        paragraph(sentences.attendance(courses)),
        table(
            courses,
            "出欠（のべ人・回）",
            year.labels("course") | views.attendance_columns(courses),
            note="".join(
                f"{told}に数えるのは{'・'.join(words[status] for status in statuses)}。"
                for told, statuses in (("出席", plan.attended), ("録画等", plan.caught_up), ("欠席", plan.missed))
            )
            + "ほかの区分（見送り・対象外・不明など）は計に入れない。",
            name="attendance",
        ),
        table(
            counted,
            "各回の出欠（人）",
            ({} if year.is_one else year.labels("course")) | views.attendance_columns(counted),
            name="attendance_by_session",
        ),
    ]


def _completion(year: Evaluation) -> list[Block]:
    everybody = completion.completed_all(year.standing)
    return [
        paragraph(obligation_views.completed(everybody, year.completed, year.courses)),
        table(
            obligation_views.completion_rows(year.completed, year.courses),
            "●必須の研修の修了",
            obligation_views.COMPLETION_COLUMNS,
            formats=obligation_views.COMPLETION_FORMATS,
            note="見送り・対象外・不明の人は「人数に入れない人」で、修了率の分母に入れない。",
            name="completion",
        ),
        table(
            obligation_views.duty_rows(completion.by_duty(year.standing), year.courses),
            "区分ごとの受講の状況（人）",
            obligation_views.DUTY_COLUMNS,
            note="計は、見送り・対象外・不明の人を含まない。",
            name="by_duty",
        ),
    ]


def _by_group(year: Evaluation) -> list[Block]:
    codebook, appointments = year.year.codebook, year["appointments"]
    notes = {"segment": "二つのセグメントに属する人は両方に数える。どのセグメントにも属さない人は、この表に無い。"}
    blocks: list[Block] = []
    for kind in ("position", "segment"):
        rows = completion.by_course(year.standing, obligations.groups(appointments, kind))
        word = codes("target_kind")[kind]
        if len(rows):
            blocks.append(
                table(
                    obligation_views.group_rows(rows, year.courses, codebook.order(kind)),
                    f"●必須の研修の修了（{word}別）",
                    obligation_views.GROUP_COLUMNS | {"group": word},
                    formats=obligation_views.COMPLETION_FORMATS,
                    note=notes.get(kind),
                    name=f"completion_by_{kind}",
                )
            )
    offices = completion.completed_all(year.standing, obligations.groups(appointments, "office"))
    if len(offices):
        blocks.append(
            table(
                obligation_views.office_rows(offices, codebook.order("office")),
                "●必須の研修をすべて修了した人（所属別）",
                obligation_views.ALL_COLUMNS,
                formats=obligation_views.COMPLETION_FORMATS,
                note="一人に●が幾つかあるので、研修の数ではなく人を数えた。所属は年度の最後の所属。",
                name="completion_by_office",
            )
        )
    return blocks


def _outstanding(year: Evaluation) -> list[Block]:
    if year.open_now.empty:
        return []
    return [
        table(
            obligation_views.open_by_office(year.open_now, year.courses, year.year.codebook.order("office")),
            "●必須の研修をまだ修了していない人数（所属別）",
            {"office": "所属"} | {c: c for c in obligation_views.open_courses(year.open_now, year.courses)},
            name="outstanding_by_office",
        )
    ]
