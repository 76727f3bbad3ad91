"""Free text → themes → 反映事項 (that the patterns themselves are right: test_sample_town)."""

import pandas as pd
import pytest

from pipeline.codebook import Codebook
from pipeline.showing.reflection_sentences import heading, origin
from pipeline.showing.views import points_and_reflections
from pipeline.themes import code, count, count_by_course, kwic, only_opinions, options_chosen, plain, unmatched

BOOK = Codebook("R4")
THEMES = pd.DataFrame(
    [
        ("g1", "good", "説明が良い", "説明", "説明が(無|な)", "r1", "1"),
        ("g2", "good", "事例が良い", "事例", "", "r1;r2", "2"),
        ("b1", "bad", "説明が長い", "説明", "", "r3", "10"),
        ("b2", "bad", "回数が多い", "回数", "", "r2", "9"),
    ],
    columns=["theme_id", "side", "label", "pattern", "exclude", "reflection_ids", "order"],
)


def coded(*rows):
    """Comments of (answer, asked as, text), coded; the first stands in B2, the next in B3."""
    return code(said(*rows), THEMES)


def said(*rows):
    table = pd.DataFrame(rows, columns=["response_id", "concept", "text"])
    return table.assign(source_ref=[f"回答.csv!!B{n}" for n in range(2, len(table) + 2)])


def by_hand(*judgements):
    """Judgements of (cell, theme or None)."""
    rows = [(f"回答.csv!!{cell}", theme) for cell, theme in judgements]
    return pd.DataFrame(rows, columns=["source_ref", "theme_id"])


@pytest.mark.parametrize(
    ("concept", "text", "ids", "why"),
    [
        ("good", "説明が丁寧", ["g1"], "one theme"),
        ("good", "事例と説明", ["g1", "g2"], "two themes in one comment"),
        ("good", "説明が無かった", [None], "a negation"),
        ("bad", "説明が無かった", ["b1"], "the same words asked as a bad point"),
        ("good", "お茶がおいしい", [None], "no theme: kept for the analyst"),
        ("other", "説明が丁寧", [], "neither asked as good nor as bad"),
        ("good", "ﾃﾞｰﾀの事例", ["g2"], "half-width kana"),
    ],
)
def test_a_comment_carries_its_themes(concept, text, ids, why):
    table = coded(("r1", concept, text))
    assert [None if pd.isna(t) else t for t in table["theme_id"]] == ids, why
    assert set(table["text"]) <= {text}  # as it was written


def test_people_are_counted_and_not_their_words():
    table = count(
        coded(
            ("a", "good", "説明、説明"), ("a", "good", "また説明"), ("b", "good", "説明と事例"), ("c", "bad", "回数")
        ),
        THEMES,
    )
    assert table[["theme_id", "n"]].values.tolist() == [["g1", 2], ["g2", 1], ["b2", 1], ["b1", 0]]


def test_what_no_theme_fits_is_listed():
    table = unmatched(coded(("a", "good", "お茶"), ("b", "good", "説明"), ("c", "bad", "駐車場")))
    assert table.drop(columns="source_ref").values.tolist() == [
        ["good", "お茶", "回答.csv", "B2"],
        ["bad", "駐車場", "回答.csv", "B4"],
    ]


def test_the_address_of_what_waits_survives_marks_in_a_file_name():
    comment = said(("a", "good", "お茶")).assign(source_ref="アンケート!/最終!.xlsx!フォームの回答 1!K5")
    assert unmatched(code(comment, THEMES)).loc[0, ["file", "cell"]].tolist() == ["アンケート!/最終!.xlsx", "K5"]


@pytest.mark.parametrize(
    "text",
    [
        "なし",
        "特になし。",
        "とくにありません",
        "特に無し",
        "ﾅｼ",
        "特にございません。",
        "ないです",
        "悪かった点は特にありません",
        "特に　なし\n",
        "－",
        "n/a",
    ],
)
def test_who_says_that_there_is_nothing_waits_for_nobody(text):
    table = coded(("a", "bad", text))
    assert table["theme_id"].isna().all() and table["how"].tolist() == ["nothing"]
    assert unmatched(table).empty


@pytest.mark.parametrize(
    "text", ["なしとは言えない", "特にありませんが、会場が寒い", "時間がない", "なしくずしに始まる"]
)
def test_who_says_more_than_nothing_is_read(text):
    assert unmatched(coded(("a", "bad", text)))["text"].tolist() == [text]


def test_a_judgement_by_hand_takes_the_place_of_the_patterns():
    rows = [
        ("a", "good", "説明と事例"),
        ("b", "good", "説明"),
        ("c", "good", "お茶"),
        ("d", "good", "事例"),
        ("e", "good", "なし"),
    ]
    judged = by_hand(("B3", None), ("B4", "g1"), ("B4", "g2"), ("B5", "b1"), ("B6", "g2"))
    table = code(said(*rows), THEMES, judged)
    assert table[["response_id", "side", "theme_id", "how"]].astype(object).where(
        table[["response_id", "side", "theme_id", "how"]].notna(), None
    ).values.tolist() == [
        ["a", "good", "g1", "pattern"],
        ["a", "good", "g2", "pattern"],  # nobody judged it
        ["b", "good", None, "hand"],  # judged to carry none
        ["c", "good", "g1", "hand"],
        ["c", "good", "g2", "hand"],  # no pattern sees them
        ["d", "bad", "b1", "hand"],  # a complaint written into the good points
        ["e", "good", "g2", "hand"],
    ]
    assert unmatched(table).empty


def test_an_open_opinion_is_read_for_both_sides_when_asked_for():
    rows = [("a", "opinion", "事例は良いが、回数が多い"), ("b", "opinion", "お茶")]
    assert coded(*rows).empty
    table = code(said(*rows), THEMES, concepts=("good", "bad", "opinion"))
    assert table["theme_id"].tolist()[:2] == ["g2", "b2"] and table["side"].tolist() == ["good", "bad", "opinion"]


def test_keywords_stand_in_their_context():
    rows = [
        ("a", "good", "とても丁寧な説明が、隣の市の\nﾃﾞｰﾀの事例とともに良かった"),
        ("b", "good", "説明が無かった"),
        ("c", "bad", "説明、また説明"),
        ("d", "opinion", "説明"),
    ]
    table = kwic(said(*rows), THEMES, width=5)
    assert table[["source_ref", "theme_id", "left", "keyword", "right"]].values.tolist() == [
        ["回答.csv!!B2", "g1", "…ても丁寧な", "説明", "が、隣の市…"],
        ["回答.csv!!B2", "g2", "… データの", "事例", "とともに良…"],
        ["回答.csv!!B4", "b1", "", "説明", "、また説明"],
        ["回答.csv!!B4", "b1", "説明、また", "説明", ""],
    ]
    assert kwic(said(), THEMES).columns.tolist() == table.columns.tolist()


def asked(*concepts, course="no05"):
    """(items, instruments) of one questionnaire with these questions."""
    items = pd.DataFrame({"item_id": [f"{course}-{c}" for c in concepts], "instrument_id": course, "concept": concepts})
    return items, pd.DataFrame({"instrument_id": [course], "course_id": [course]})


def test_people_are_counted_course_by_course():
    rows = [
        ("a", "good", "説明", "no05"),
        ("a", "bad", "なし", "no05"),
        ("b", "good", "説明", "no05"),
        ("b", "good", "また説明", "no05"),
        ("e", "good", "お茶", "no05"),
        ("c", "good", "事例", "no06"),
        ("d", "opinion", "回数", "no09"),
    ]
    comments = said(*(row[:3] for row in rows)).assign(item_id=[f"{row[3]}-{row[1]}" for row in rows])
    sources = [asked("good", "bad"), asked("good", course="no06"), asked("opinion", course="no09")]
    items, instruments = (pd.concat(tables) for tables in zip(*sources, strict=True))
    both = code(comments, THEMES, concepts=("good", "bad", "opinion"))
    table = count_by_course(both, comments, items, instruments, THEMES)
    assert table.groupby(["course_id", "side"], sort=False)[["n", "base"]].agg(list).reset_index().values.tolist() == [
        ["no05", "good", [2, 0], [3, 3]],  # b said it twice
        ["no05", "bad", [0, 0], [1, 1]],  # 「なし」 is an answer
        ["no06", "good", [0, 1], [1, 1]],  # never asked for bad points
        ["no09", "good", [0, 0], [1, 1]],
        ["no09", "bad", [1, 0], [1, 1]],
    ]
    assert table.loc[table["side"] == "bad", "theme_id"].tolist() == ["b2", "b1"] * 2  # the table's order
    total = table.groupby("theme_id")["n"].sum()
    assert total.to_dict() == count(both, THEMES).set_index("theme_id")["n"].to_dict()
    nobody = count_by_course(code(comments[:0], THEMES), comments[:0], items, instruments, THEMES)
    assert nobody.empty and nobody.columns.tolist() == table.columns.tolist()


def test_a_course_that_only_asks_for_an_opinion_has_its_themes_counted():
    """R5's No.1 asks one open question; the trial asks for good and bad points, and after each
    session for an opinion, which stays out of the published counts."""
    rows = [
        ("a", "opinion", "事例は良いが、回数が多い", "no01"),
        ("b", "opinion", "回数", "no01"),
        ("c", "opinion", "お茶", "no01"),
        ("d", "opinion", "なし", "no01"),
        ("e", "good", "事例", "no05"),
        ("e", "opinion", "回数", "no05"),
    ]
    comments = said(*(row[:3] for row in rows)).assign(item_id=[f"{row[3]}-{row[1]}" for row in rows])
    sources = [asked("opinion", course="no01"), asked("good", "bad", "opinion")]
    items, instruments = (pd.concat(tables, ignore_index=True) for tables in zip(*sources, strict=True))
    judged = by_hand(("B4", "g1"))
    table = count_by_course(code(comments, THEMES, judged), comments, items, instruments, THEMES, judged)
    n = table.set_index(["course_id", "theme_id"])[["n", "base"]].T.to_dict("list")
    assert n == {
        ("no01", "g1"): [1, 4],
        ("no01", "g2"): [1, 4],
        ("no01", "b1"): [0, 4],
        ("no01", "b2"): [2, 4],
        ("no05", "g1"): [0, 1],
        ("no05", "g2"): [1, 1],
    }
    assert only_opinions(comments, items, instruments)["response_id"].tolist() == ["a", "b", "c", "d"]
    waiting = unmatched(code(only_opinions(comments, items, instruments), THEMES, concepts=["opinion"]))
    assert waiting["cell"].tolist() == ["B4"]


def test_spellings_are_made_one_without_touching_what_is_no_spelling():
    assert plain("ｸﾞﾙ－ﾌﾟ ﾜｰｸ（ＧＷ）") == "グループワーク(GW)"
    assert plain("データ―ベース") == "データーベース"
    assert plain("コース-1") == "コース-1"  # a number follows: a hyphen
    assert plain("市\u200b町\u3000の") == "市町の"
    assert plain("甲\n乙") == "甲\n乙"  # a list keeps its lines


# Each sentence: asked as, as it was typed, the themes a person gives it, and what makes it hard.
SENTENCES = [
    # 表記ゆれ: one word in several spellings
    ("good", "説明がわかりやすかった", "g_instructor", "hiragana"),
    ("good", "説明が分かり易かった", "g_instructor", "分かり易い"),
    ("good", "資料が判りやすい", "g_instructor", "判りやすい"),
    ("good", "先生の話が解り易かったです", "g_instructor", "解り易い"),
    ("good", "説明が分りやすい", "g_instructor", "送り仮名「か」 left out"),
    ("good", "ﾃｷｽﾄがわかりやすかった", "g_instructor", "half-width kana, another word for 資料"),
    ("good", "講師の方の説明が明快で理解し易かった", "g_instructor", "理解し易い"),
    ("good", "スライドが見やすくて良かった", "g_instructor", "見やすい スライド"),
    ("good", "説明が 分かり やすい", "g_instructor", "spaces inside a word"),
    ("good", "丁寧な説明で、よくわかった", "g_instructor", "よくわかった instead of わかりやすい"),
    ("good", "フィードバックが的確", "g_feedback", "full-width"),
    ("good", "ﾌｨｰﾄﾞﾊﾞｯｸがもらえた", "g_feedback", "half-width with voicing marks"),
    ("good", "フイードバックがよかった", "g_feedback", "large イ"),
    ("good", "フィ－ドバックが励みになった", "g_feedback", "a full-width minus for 長音"),
    ("good", "フィードバッグが役に立った", "g_feedback", "a common slip: グ"),
    ("good", "講師からｱﾄﾞﾊﾞｲｽを頂けた", "g_feedback", "half-width アドバイス"),
    ("good", "他自治体の事例がとても参考になった", "g_knowledge", "事例が参考に"),
    ("good", "近隣市町の取り組みを知ることができた", "g_knowledge", "取り組み instead of 事例"),
    ("good", "新たな知見が得られた", "g_knowledge", "知見 instead of 知識"),
    ("good", "業務を離れて集中できたこと", "g_time", "を離れて"),
    ("bad", "ＧＷをもっと増やしてほしい", "b_practice", "full-width ＧＷ"),
    ("bad", "GWの時間が短い", "b_practice", "half-width GW, 短い"),
    ("bad", "gwが物足りない", "b_practice", "small letters"),
    ("bad", "ｸﾞﾙｰﾌﾟﾜｰｸが少ない", "b_practice", "half-width kana"),
    ("bad", "グル―プワークの時間が足りなかった", "b_practice", "a dash (U+2015) for 長音"),
    ("bad", "グループ ワークを増やしてほしい", "b_practice", "a space inside the word"),
    ("bad", "グループ演習をもう少しやりたかった", "b_practice", "やりたかった"),
    ("bad", "ワークショプが少ない", "b_practice", "ッ left out"),
    ("bad", "回数がおおすぎる", "b_count", "hiragana おおすぎる"),
    ("bad", "回数が多過ぎる", "b_count", "多過ぎる in kanji"),
    ("bad", "研修の回数をへらしてほしい", "b_count", "hiragana へらす"),
    ("bad", "７回は多すぎます", "b_count", "a full-width digit"),
    ("bad", "座学なら１日で十分", "b_format", "a full-width digit, 座学なら…1日で"),
    ("bad", "最終的なｺﾞｰﾙがわからない", "b_purpose", "half-width ゴール"),
    ("bad", "ｄｘとの関連が分かりづらい", "b_purpose", "full-width small letters, づらい"),
    ("bad", "欠席した回の内容が解らなかった", "b_gap", "解らない"),
    # 否定: the words are there, the meaning is not
    ("good", "説明は分かりやすいとは言えない", "", "とは言えない"),
    ("good", "説明が分かりやすいとは思わなかった", "", "とは思わない"),
    ("good", "資料は分かりやすくはなかった", "", "くはない"),
    ("good", "説明が分かりやすいわけではない", "", "わけではない"),
    ("good", "話はわかりやすいとまでは言えません", "", "とまでは言えません"),
    ("good", "助言がもらえなかった", "", "もらえなかった"),
    ("good", "アドバイスはありませんでした", "", "polite past negation"),
    ("good", "考えの幅が広がったとは言えない", "", "a negation of the other alternative"),
    ("good", "知識が増えたとは思わない", "", "とは思わない after 知識"),
    ("good", "業務から離れられたとは言えない", "", "とは言えない after 離れる"),
    ("bad", "回数が多いとは思わない", "", "とは思わない"),
    ("bad", "回数は多くなかった", "", "くなかった"),
    ("bad", "研修の回数が多いわけではない", "", "わけではない"),
    ("bad", "回数は多いと感じませんでした", "", "と感じません"),
    ("bad", "目的が分からないわけではない", "", "二重否定: hedged, not the complaint"),
    ("bad", "ゴールが不明瞭だとは思わない", "", "とは思わない after 不明瞭"),
    ("bad", "グループワークが少ないとは思わない", "", "とは思わない after 少ない"),
    ("bad", "演習が足りないわけではない", "", "二重否定"),
    ("bad", "座学を１日でまとめるのは無理がある", "", "against it"),
    ("bad", "欠席したが、理解度に差が出たとは思わない", "", "とは思わない after 差"),
    ("good", "説明が分かりやすくないとは言えない", "", "二重否定: left to the analyst"),
    # one half denies, the other affirms
    ("good", "講義は分かりやすいとは言えないが、資料は分かりやすい", "g_instructor", "denied, then affirmed"),
    ("good", "説明は分かりやすかったが、分かりやすいとは言えない資料もあった", "g_instructor", "affirmed, then denied"),
    ("good", "助言は少なかったけれど、講師のアドバイスは的確だった", "g_feedback", "けれど、"),
    ("bad", "回数が多いとは思わない。ただ、グループワークが少ない", "b_practice", "two sentences"),
    ("bad", "目的ははっきりしていたが、DXとの関係が分からない回があった", "b_purpose", "目的 is clear, DX is not"),
    (
        "good",
        "これほど説明が分かりやすいとは思わなかった。期待以上だった。",
        "",
        "an idiom of praise: for the analyst to judge",
    ),
    ("good", "・説明が分かりやすい\n・事例が参考になった", "g_instructor g_knowledge", "a list on two lines"),
    ("good", "かみくだいた説明をしてくれて、\nわかりやすい", "g_instructor", "a line break inside a statement"),
    # no theme, though a word of one occurs
    ("good", "資料が届くのが早かった", "", "資料 without わかりやすい"),
    ("bad", "回数券のように自由に選べるとよい", "", "回数券"),
    ("bad", "目的地の会場が遠い", "", "目的地"),
    ("bad", "講義が一日中続いて疲れた", "", "一日中 is no wish for one day"),
    ("bad", "GW明けは人が少ない", "", "GW is Golden Week here"),
    ("bad", "欠席の連絡先がわからない", "", "欠席 and わからない, but of the office to call"),
    ("bad", "演習時間がもう少しあれば良かった", "b_practice", "もう少しあれば"),
    ("bad", "実践の場が足りているとは言えない", "b_practice", "足りて + a negation is the complaint"),
    ("good", "アドバイスだけでなく講評も頂けた", "g_feedback", "だけでなく is no negation of it"),
    ("bad", "一日中座っていて腰が痛い", "", "一日 without 座学だけ"),
]


@pytest.mark.parametrize(("side", "text", "codes", "why"), SENTENCES, ids=[s[1] for s in SENTENCES])
def test_real_japanese_is_coded_as_a_person_would(side, text, codes, why):
    table = code(said(("a", side, text)), BOOK.read("themes"))
    assert set(table["theme_id"].dropna()) == set(codes.split()), why


def test_the_sentences_try_every_theme_and_its_negation():
    carried = {code for _, _, codes, _ in SENTENCES for code in codes.split()}
    assert carried == set(BOOK.read("themes")["theme_id"])
    assert len({text for _, text, _, _ in SENTENCES}) == len(SENTENCES) >= 40


def test_only_themes_that_somebody_named_call_for_a_reflection():
    answers = pd.DataFrame(
        [("r1", "OJT", "甲"), ("r2", "OFF-JT", "乙"), ("r3", "OFF-JT", "丙")], columns=["reflection_id", "area", "text"]
    )
    table = points_and_reflections(count(coded(("a", "good", "事例")), THEMES), answers)
    assert table[["side", "area", "texts"]].values.tolist() == [
        ["良かった点", "OJT", ["甲"]],
        ["良かった点", "OFF-JT", ["乙"]],
    ]
    assert table["points"][0] == ["説明が良い（0人）", "事例が良い（1人）"]
    assert points_and_reflections(count(coded(), THEMES), answers).empty


def test_options_are_counted_by_answers_with_the_unticked_and_other_last():
    options = BOOK.options("obstacles")
    choices = pd.DataFrame(
        [
            ("a", "q", "O2"),
            ("b", "q", "O2"),
            ("b", "q", "other"),
            ("c", "q", "other"),
            ("d", "q", "other"),
            ("d", "q", "O7"),
            ("d", "elsewhere", "O1"),
        ],
        columns=["response_id", "item_id", "option_id"],
    )
    table = options_chosen(choices, options, {"q"})
    assert table[["option_id", "n"]].values.tolist() == [
        ["O2", 2],
        ["O7", 1],
        ["O1", 0],
        ["O3", 0],
        ["O4", 0],
        ["O5", 0],
        ["O6", 0],
        ["other", 3],
    ]


def test_a_reflection_is_quoted_from_a_document_and_not_made_here():
    table = BOOK.read("reflections")
    method = table[table["part"] == "method"]
    assert heading(method) == "小山町DX人材育成基本方針の反映事項"
    assert origin(method) == [
        "反映事項は、町が令和4(2022)年度の試行を受けて小山町DX人材育成基本方針（令和5(2023)年3月）の15ページに定めたものの引用である。"
        "文中の「本方針」はこの文書を指す。この報告書の回答から新たに定めたものではない。"
    ]
    assert "の16ページに" in origin(table[table["part"] == "content"])[0]
    # Another town's, or a later one beside it, is named beside it; none has no heading of one.
    other = method.head(1).assign(document="次の方針", page="3ページ", text="実践を増やす。")
    assert heading(pd.concat([method, other])) == "小山町DX人材育成基本方針・次の方針の反映事項"
    assert "「本方針」" not in origin(other)[0]
    assert (heading(method.iloc[:0]), origin(method.iloc[:0])) == ("反映事項", [])


def test_every_reflection_of_the_policy_can_be_reached():
    table = BOOK.read("reflections")
    called = {i for ids in BOOK.read("themes")["reflection_ids"] for i in ids.split(";")}
    assert called == set(table.loc[table["part"] == "method", "reflection_id"])
