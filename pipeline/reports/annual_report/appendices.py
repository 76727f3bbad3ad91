"""付録: methods and limits, the data, the questions, the terms, and what repeats the run."""

from pipeline.document.blocks import Block, Bullets, Heading
from pipeline.evaluation import Evaluation
from pipeline.registration import register
from pipeline.reports import reproduction
from pipeline.showing import course_views, question_views, results
from pipeline.showing.tables import paragraph, table

METHODS = [
    "割合の信頼区間はウィルソンの方法、受講者ごとの平均の信頼区間はt分布による。"
    "出欠・業務改善報告・ワーキンググループ・KPIは全数の集計なので、信頼区間を付けない。",
    "自由記述は、論点ごとの言い回しの表（コード表）により分類する。",
    "欠席と理解度の差は、同じ人の同じ研修の中で、欠席した回と出席した回を比べて検定する（できない年度は、第5章に理由を示す）。"
    "方法と前提の詳細は、庁内の文書「理解度の差と欠席の関連」にある。",
    "評価の段階は Kirkpatrick（1959）の反応・学習・行動・成果による。",
]
TERMS = [
    "理解度・満足度・実務への貢献度：受講者の自己評価（段階の数は付録C。数の大きい方が良い）。",
    "両側の尺度：真ん中が最も良い尺度（時間の長さ、難易度）。どちらの端も良くないので、平均しない。",
    "欠席：録画などで補わなかった欠席。遅刻・早退は出席に含める。",
    "95%信頼区間：同じ調べ方を繰り返したとき、100回に95回は本当の値を含む範囲。",
    "n：その数値のもとになった人または回答の数。",
    "記号：「…」は不詳、「-」は該当なし。",
]


def chapter(year: Evaluation) -> list[Block]:
    return [
        Heading("付録A 方法と限界"),
        Bullets(METHODS),
        paragraph(f"答えた人が{year.edition.least}人に満たない研修・区分の値は載せていない。", "note"),
        _evidence(year),
        Heading("付録B データの処理"),
        _accounts(year),
        Heading("付録C 設問と尺度"),
        _questions(year),
        Heading("付録D 凡例・用語"),
        Bullets(TERMS),
        Heading("付録E 再現情報"),
        *_reproduction(year),
    ]


def _evidence(year: Evaluation) -> Block:
    named = [line.id for line in year.indicators.values() if line.is_named]  # they stand in chapters of their own
    return table(
        course_views.by_level(year.shown[~year.shown["evidence_id"].isin(named)], year.courses),
        "評価の段階ごとの指標",
        year.labels("course")
        | {"level": "段階"}
        | year.labels("indicator", "measured", "n", "base", "answer_rate")
        | {"chapter": "章"},
        note=results.LEVELS_NOTE,
        not_applicable=["n", "base", "answer_rate"],
        formats={"n": "count", "base": "count"},
        name="evidence",
    )


def _accounts(year: Evaluation) -> Block:
    columns = year.labels("file", "rows_read", "rows_used", "rows_set_aside", "reasons")
    return table(year["accounts"], "ファイルごとの行の勘定", columns, name="accounts")


def _questions(year: Evaluation) -> Block:
    return table(
        question_views.asked(year["items"], year.year.codebook.read("scales")),
        "設問と尺度",
        year.labels("family_label", "wording", "dimension_label") | {"scale": "尺度"},
        not_applicable=["scale"],
        note="尺度は、段階の数と両端の言葉。言葉は調査票により少し違うことがある。選択・回数・自由記述の設問に、尺度は無い。",
        name="items",
    )


def _reproduction(year: Evaluation) -> list[Block]:
    store, plan = year.year.store, year.year.plan
    registered = register(store.registered_plan, plan)
    return [*reproduction.plan(year.year, registered), *reproduction.tables(year.year, year["accounts"])]
