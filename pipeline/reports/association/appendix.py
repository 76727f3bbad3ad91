"""13 この結果が言わないこと, and how it was computed: methods, assumptions, what repeats the run."""

from pipeline.document.blocks import Block, Bullets, Heading, ListItem, Span, Text
from pipeline.reports import reproduction
from pipeline.reports.association.told import ToldYear
from pipeline.showing.association_sentences import NOT_SAID
from pipeline.showing.tables import table

METHOD = (
    (
        "推定値",
        "理解度と欠席のそれぞれから、人ごとの平均と回ごとの平均を取り除き（回答の欠けがあるときは収束するまで繰り返す）、"
        "残りどうしの傾きを差とする。人と回のダミー変数を入れた最小二乗法と同じ値である。",
    ),
    (
        "検定",
        "欠席が理解度と無関係なら、同じ人の中でどの回を欠席したかは入れ替えてよい。欠席の回数を人ごとに保って入れ替え、"
        "実際以上の差が出る割合をp値とする（両側。p値は0にならない）。"
        "すべての人が全部の回を評価しているときは、入れ替えをせず正確な分布を計算する。",
    ),
    ("信頼区間", "差がある値だとしたときに検定で捨てられない値の範囲を、同じ入れ替えから求める。"),
    (
        "研修が複数あるとき",
        "平均を取り除くのも入れ替えるのも、同じ人の同じ研修の中だけで行う。"
        "研修ごとの判定は、p値をホルム法で調整してから行う（一つでも誤って「関連がある」となる確率を有意水準以下に保つ）。",
    ),
    (
        "判定",
        "90%信頼区間が意味のある差の内側にあれば「意味のある大きさの関連は無い」、そうでなく有意なら「関連がある」（または逆向き）、"
        "どちらでもなければ「関連があるとも無いとも言えない」。",
    ),
    ("危うい", "ばらつきの扱いを変えた検定（スチューデント化、周辺度数の固定、CR2）の一つでも有意水準をまたぐとき。"),
)
REFERENCES = (
    "参考文献：Marburger (2001, 2006)、Stanca (2006)（問いを欠席した回に合わせ、人で条件付ける）。"
    "Besag & Clifford (1989)、Strona et al. (2014)（周辺度数の固定）。Pustejovsky & Tipton (2018)（CR2）。"
    "Lakens (2017)（同等性）。Manski (1990)（限界）。Credé, Roch & Kieszczynka (2010)（欠席と成績）。"
    "Sitzmann et al. (2010)（自己評価）。"
)
CALIBRATED = "この方法の誤警報の割合と信頼区間の被覆率は、模擬計算で確かめてある（docs/calibration.md）。"


def not_said() -> list[Block]:
    return [Heading("13 この結果が言わないこと"), Bullets(NOT_SAID)]


def method() -> list[Block]:
    return [
        Heading("付録A 方法"),
        Bullets([ListItem([Span(term, bold=True), Span(f"：{meaning}")]) for term, meaning in METHOD]),
        Text(REFERENCES),
        Text(CALIBRATED),
    ]


def assumptions(year: ToldYear) -> list[Block]:
    return [
        Heading("付録B 前提の一覧"),
        Text("同じ一覧が docs/assumptions.md にある。"),
        table(
            year.year.codebook.read("assumptions"),
            "前提",
            year.labels("assumption_id", "assumption", "used_in", "if_wrong"),
            name="assumptions",
        ),
    ]


def reproduced(year: ToldYear) -> list[Block]:
    return [Heading("付録C 再現情報"), *reproduction.tables(year.year, year["accounts"])]
