"""確認票: the year's findings as an Excel file that goes to the offices and comes back with answers.

``ingest.confirmation_book`` reads it, so the headings are those of the codebook's table ``answers``.
"""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.codebook import codes
from pipeline.findings import rules
from pipeline.fiscal_year import FiscalYear
from pipeline.ingest.confirmation_book import ANSWERS, AS_IT_IS, MENDED, NEXT_TIME, SHEET, UNKNOWN
from pipeline.ingest.dates import in_words
from pipeline.publishing.excel import GUIDE_SHEET, HEAD_ROW, offer, put, put_guide, put_table, workbook_bytes
from pipeline.store import Store
from pipeline.year import Year

# column → (heading, width in characters); the same names as in the codebook
COLUMNS = {
    "finding_id": ("番号", 14),
    "severity": ("重大度", 8),
    "rule_id": ("規則", 6),
    "file": ("ファイル", 22),
    "sheet": ("シート", 12),
    "cell": ("セル", 7),
    "what": ("内容", 38),
    "remedy": ("確認してほしいこと", 30),
    "owner": ("担当課", 13),
    "answer": ("回答", 16),
    "note": ("回答の説明", 24),
    "answered_by": ("回答者（課・職）", 17),
    "answered_on": ("回答日", 15),
}
TO_FILL_IN = ("answer", "note", "answered_by", "answered_on")
RECORD_COLUMNS = {
    "finding_id": ("番号", 14),
    "rule_id": ("規則", 6),
    "title": ("題名", 24),
    "file": ("ファイル", 26),
    "sheet": ("シート", 14),
    "cell": ("セル", 10),
    "what": ("内容", 60),
    "remedy": ("対応", 50),
}
RECORD_SHEET = "記録"
OURS = re.compile(r"year\.toml|pipeline/codebook|コード表")
NOTHING_TO_ASK = "担当課に確かめることは無い。"
GUIDE = (
    (
        "1 この票",
        "集計の前の点検で、元の資料に、食い違い・空欄・読めないところなどが見つかった。この票は、それを担当課に確かめるためのものである。",
    ),
    (
        "2 記入する欄",
        "右側の「回答」「回答の説明」「回答者」「回答日」に記入する。左側の番号から担当課までは変えない。"
        "行を並べ替えるときは、行全体を並べ替える。「担当課」がほかの課でも、分かることがあれば記入してよい。",
    ),
    (
        "3 回答",
        f"一覧から選ぶ。「{AS_IT_IS}」＝元の資料は正しい。集計での扱いは「内容」のとおりでよい。"
        f"「{MENDED}」＝直した資料を、この票と一緒に渡す。「{NEXT_TIME}」＝今回の資料は直せないが、次回から様式や記入を改める。"
        f"「{UNKNOWN}」＝調べたが分からない。",
    ),
    (
        "4 回答の説明",
        "回答だけで伝わらないときに書く（任意）。例：9月9日（金）が正しい。職員の氏名・職員番号・連絡先は書かない。",
    ),
    (
        "5 回答者・回答日",
        "回答者は課と職で書く（例：企画政策課・主査）。氏名は書かない。回答日は「令和5年4月10日」のように書く。",
    ),
    (
        "6 データは変わらない",
        "回答を書いても、データと集計は変わらない。変えるには、元の資料を直して渡す"
        "（同じ人かどうかは別名表、意見の論点は手動分類で、事務局が決める）。",
    ),
    (
        "7 記入のあと（事務局）",
        f"記入済みの票を、その年度の data/raw のフォルダーに入れ、year.toml に [[source]] を加える"
        f'（file = "確認票.xlsx"、kind = "answers"、sheet = "{SHEET}"）。課ごとに何枚かになるときは、'
        'ファイル名を「確認票_企画政策課.xlsx」のようにし、file = "確認票*.xlsx" とする。'
        "次に doit を実行すると、回答がデータ品質報告書に載り、新しい確認票には、回答が記入済みになる。",
    ),
    (f"8 シート「{RECORD_SHEET}」", "処理のしかたの記録である。回答は要らない。"),
)


def confirmation_workbook(findings: pd.DataFrame, year: FiscalYear, cover: dict) -> bytes:
    """``確認票.xlsx``: the same bytes for the same findings (schema ``findings``, and ``owner``: the
    office in charge of the file). ``cover`` as in ``Year.cover``.

    What asks something of an office is a row to answer; the rest is listed in a second sheet.
    """
    title = f"{year.label_ad}　{cover['title']}　{SHEET}"
    if cover["synthetic"]:
        title = f"見本（架空データ）　{title}"
    is_record = findings["severity"] == "minor"
    book = Workbook()
    _ask(book.active, _in_order(findings[~is_record]), title, cover)
    _record(book.create_sheet(RECORD_SHEET), findings[is_record], title)
    put_guide(book.create_sheet(GUIDE_SHEET), GUIDE, widths=[24, 110])
    return workbook_bytes(book, title, year.ends_on)


def confirmation_file(store: Store, cover: dict) -> dict[Path, bytes]:
    """The 確認票 of a prepared year: where it belongs, beside the data quality report, and its bytes."""
    findings, year = store.load("findings"), Year.open(store)
    findings["owner"] = [
        owner(year, file, remedy) for file, remedy in zip(findings["file"], findings["remedy"], strict=True)
    ]
    return {store.document(SHEET, ".xlsx"): confirmation_workbook(findings, store.year, cover)}


def owner(year: Year, file: str, remedy: str) -> str:
    """Who is to be asked about a raw file: whoever runs its course, else the department in charge.

    That one is asked too where the ``remedy`` lies in our own files, which no other office has.
    """
    owners = {course["course_id"]: course["owner"] for course in year.courses}
    for source in year.sources:
        if source.course and fnmatchcase(file, source.file.replace("\\", "/")):
            return year.cover["department"] if OURS.search(remedy) else owners[source.course]
    return year.cover["department"]


def _in_order(findings: pd.DataFrame) -> pd.DataFrame:
    """By office, what is gravest first; within that as they were found."""
    rank = {severity: number for number, severity in enumerate(codes("severity"))}
    return findings.sort_values(
        ["owner", "severity"],
        kind="stable",
        ignore_index=True,
        key=lambda column: column.map(rank) if column.name == "severity" else column,
    )


def _ask(sheet: Worksheet, findings: pd.DataFrame, title: str, cover: dict) -> None:
    sheet.title = SHEET
    answered = int(findings["answer"].notna().sum())
    lead = f"{cover['town']}　{cover['department']}（{cover['stage']}）　確かめたいこと{len(findings)}件"
    if len(findings):
        lead += (
            f"（うち回答済み{answered}件）。右の{len(TO_FILL_IN)}つの欄に記入し、{cover['department']}へ返す。"
            f"書き方はシート「{GUIDE_SHEET}」にある。"
        )
    rows = findings.rename(columns={"answer_note": "note"}).assign(
        severity=findings["severity"].map(codes("severity")),
        answered_on=[None if pd.isna(day) else in_words(day) for day in findings["answered_on"]],
    )
    put_table(sheet, COLUMNS, rows, title, lead, TO_FILL_IN)
    if rows.empty:
        put(sheet.cell(HEAD_ROW + 1, 1), NOTHING_TO_ASK, in_table=False)
        return
    hint = sheet.cell(HEAD_ROW - 1, list(COLUMNS).index(TO_FILL_IN[0]) + 1)
    put(hint, "▼ ここから右に記入する", bold=True, in_table=False)
    letter = hint.column_letter
    answers = f"{letter}{HEAD_ROW + 1}:{letter}{HEAD_ROW + len(rows)}"
    offer(sheet, COLUMNS["answer"][0], [answers], ANSWERS)


def _record(sheet: Worksheet, findings: pd.DataFrame, title: str) -> None:
    lead = f"処理の記録{len(findings)}件。回答は要らない。"
    rows = findings.assign(title=[rules()[rule_id]["title"] for rule_id in findings["rule_id"]])
    put_table(sheet, RECORD_COLUMNS, rows, f"{title}　{RECORD_SHEET}", lead)
