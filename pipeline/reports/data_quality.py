"""データ品質報告書: what was read of each file, what was set aside, and what to ask the offices about."""

from collections.abc import Mapping

import pandas as pd

from pipeline.codebook import codes
from pipeline.document.blocks import Block, Heading, Text
from pipeline.showing import course_views, views
from pipeline.showing.sentences import found
from pipeline.showing.tables import paragraph, table
from pipeline.year import Year

LINKED = ("number", "kana")  # ways of matching that only some tools allow
Tables = Mapping[str, pd.DataFrame]  # as ``preparing.prepare`` makes them
CONFIRMED_IN = "確認票.xlsx で確かめる。回答は次の実行で読む。回答しても、データは変わらない。"


def files(year: Year, tables: Tables) -> list[Block]:
    return [
        Heading("1 読んだファイル"),
        paragraph(found(tables["findings"], tables["accounts"])),
        table(
            tables["accounts"],
            "ファイルごとの行の勘定",
            year.codebook.labels("file", "kind", "rows_read", "rows_used", "rows_set_aside", "reasons"),
            formats={"kind": codes("source_kind").get},
            note="読んだ行＝使った行＋除いた行。空の行は数えない。",
            name="accounts",
        ),
    ]


def set_aside(year: Year, tables: Tables) -> list[Block]:
    return [
        Heading("2 除いた行"),
        Text("除いた行は、消したのではなく、理由を付けて別に置いている。"),
        table(
            views.set_aside_counts(tables["set_aside"]),
            "除いた行の理由",
            year.codebook.labels("reason", "count"),
            name="set_aside",
        ),
    ]


def matches(year: Year, tables: Tables) -> list[Block]:
    people = len(tables["participants"])
    rows = match_report(tables["matches"], people)
    ways = "number_match kana_match exact variant office_match alias outsider nameless".split()
    return [
        Heading("3 名簿との突合"),
        Text(
            "職員番号や氏名の読みを聞いたファイルは、番号か読みで名簿と突き合わせる。"
            "氏名は、別名表、名簿と同じ書き方、字体の違い（髙と高など）の順に名簿と突き合わせる。"
            "似ているだけの氏名は結び付けない。"
        ),
        table(
            rows,
            "突合の結果（回答・記載の件数）",
            match_columns(rows, year.codebook.labels("source", *ways))
            | {"answers": "計", "people": "回答・記載のある人"}
            | year.codebook.labels("register_only"),
            note=[
                "計は、突き合わせ方ごとの件数の合計。同じ人の二度目の回答も1件と数えた。",
                f"「回答・記載のある人」と「回答・記載なし」の人数を足すと、名簿の{people}人になる。",
            ],
            name="matches",
        ),
    ]


def questionnaires(year: Year, tables: Tables) -> list[Block]:
    rows = course_views.returned(tables["instruments"], tables["courses"])
    return [
        Heading("4 調査票"),
        table(
            rows,
            "調査票ごとの回収",
            year.codebook.labels(
                "course", "instrument_label", "invited", "answered", "answer_rate", "opened_on", "closed_on"
            ),
            name="instruments",
        ),
    ]


def findings(year: Year, tables: Tables) -> list[Block]:
    labels, every = year.codebook.labels, tables["findings"]
    is_minor = every["severity"] == "minor"
    return [
        Heading("5 所見"),
        Text(
            "「重大」は、どちらが正しいか決まらず、結果を「不明」としたもので、先に担当課に確かめる。"
            "「要確認」も担当課に確かめる。「記録」は、処理のしかたの記録である。"
        ),
        table(
            views.by_rule(every), "所見の件数", labels("rule_id", "severity", "title", "count"), name="findings_by_rule"
        ),
        table(
            every[~is_minor].fillna({"answer": "未回答"}),
            "担当課に確かめること",
            labels("rule_id", "file", "sheet", "cell", "what", "remedy", "answer", "answered_on"),
            not_applicable=["sheet", "cell", "answered_on"],
            note=CONFIRMED_IN,
            name="to_confirm",
        ),
        table(
            views.grouped(every[is_minor]),
            "処理の記録",
            labels("rule_id", "title", "file", "sheet", "count") | {"cells": "セル"},
            not_applicable=["sheet"],
            name="minor_findings",
        ),
    ]


def comments(year: Year, tables: Tables) -> list[Block]:
    """How many comments there are. What they say stands with the analyst: a report quotes what a person has released."""
    count, released = len(tables["comments"]), len(tables["releases"])
    name = year.store.comments_list.name
    return [
        Heading("6 自由記述"),
        paragraph(f"自由記述は{count}件あり、報告書に載せてよいと担当者が決めたものは{released}件である。"),
        Text(
            f"すべての自由記述は、コード表（themes.csv）がどの言葉をどの論点と読んだかとともに、担当者だけが読める「{name}」にある。"
            "読み違いと、報告書に載せてよいかは、その写しに書き、手動分類.csv として年度フォルダーに入れる（書き方は手引き）。"
        ),
    ]


def kept() -> list[Block]:
    return [Heading("7 保存"), Text("整形した表は data/processed の年度フォルダに保存した。氏名・職員番号は含まない。")]


def match_report(matches: pd.DataFrame, people: int) -> pd.DataFrame:
    """One row a file: a column a way of matching (answers), their sum, and people with and without.

    ``people`` are on the roster: they stand in ``people`` or in ``register_only``. Staff numbers and
    readings have a column where a file of the year holds them.
    """
    table = matches.pivot_table(index="source", columns="how", values="answers", aggfunc="sum", sort=False)
    linked = [way for way in LINKED if way in table]
    ways = [*linked, "exact", "variant", "office", "alias", "outsider", "nameless"]
    missing = matches[matches["how"] == "register_only"].set_index("source")["people"]
    table = table.reindex(columns=ways).fillna(0).astype(int)
    table = table.assign(answers=table.sum(axis=1), people=people - missing, register_only=missing)
    other = {way: f"{way}_match" for way in (*LINKED, "office")}
    return table.rename(columns=other).reset_index()


def match_columns(report: pd.DataFrame, labels: Mapping[str, str]) -> dict[str, str]:
    """``labels`` of the columns of :func:`match_report`, without those that it doesn't have."""
    return {column: words for column, words in labels.items() if column in report}
