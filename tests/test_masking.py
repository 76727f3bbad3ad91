"""Comments without names, numbers and addresses, however somebody writes them: a table of spellings, each with its reason."""

import pytest

from pipeline.codebook import lines
from pipeline.preparing.identity import masked
from pipeline.preparing.prepare import mask_prose
from pipeline.preparing.reading import Reading
from tests.readers import directory, year

NAMES = (
    "髙﨑　太郎",
    "タカサキ　タロウ",
    "鈴木　陽子",
    "スズキ　ヨウコ",
    "森　真由美",
    "モリ　マユミ",
    "渡邊　健一",
    "ワタナベ　ケンイチ",
    "齋藤　隆",
    "サイトウ　タカシ",
    "中山　裕子",
    "ナカヤマ　ユウコ",
    "林　修",
    "ハヤシ　オサム",
    "西村京子",
)
SPELLINGS = {
    "a surname of two kanji alone, with whatever title": [
        ("髙﨑が怒鳴った", "〔氏名〕が怒鳴った"),
        ("髙﨑さーん", "〔氏名〕"),
        ("髙﨑ちゃん", "〔氏名〕"),
        ("髙﨑主幹", "〔氏名〕"),
        ("髙﨑補佐", "〔氏名〕"),
        ("髙﨑リーダー", "〔氏名〕"),
        ("髙﨑講師", "〔氏名〕"),
        ("髙﨑職員", "〔氏名〕"),
        ("髙﨑統括監の話", "〔氏名〕の話"),
    ],
    "a given name with a word of respect": [
        ("太郎さん", "〔氏名〕"),
        ("たろうさん", "〔氏名〕"),
        ("タロウくん", "〔氏名〕"),
    ],
    "a full name, parted or not, in either order and width": [
        ("髙﨑・太郎", "〔氏名〕"),
        ("髙﨑（太郎）", "〔氏名〕"),
        ("髙﨑/太郎", "〔氏名〕"),
        ("髙﨑、太郎", "〔氏名〕"),
        ("髙﨑，太郎", "〔氏名〕"),
        ("太郎 髙﨑", "〔氏名〕"),
        ("髙﨑　太郎", "〔氏名〕"),
        ("髙﨑太郎", "〔氏名〕"),
        ("高崎太郎", "〔氏名〕"),
        ("髙崎　太郎氏", "〔氏名〕"),
        ("ﾀｶｻｷ ﾀﾛｳ", "〔氏名〕"),
    ],
    "in kana": [("たかさきたろう", "〔氏名〕"), ("タカサキさん", "〔氏名〕"), ("たかさきさん", "〔氏名〕")],
    "a given name in kana or abbreviated behind the surname": [
        ("鈴木ようこさん", "〔氏名〕"),
        ("鈴木（陽）さん", "〔氏名〕"),
        ("鈴木(ス)の資料", "〔氏名〕の資料"),
        ("中山ゆうこ", "〔氏名〕"),
    ],
    "in variant characters": [
        ("斉藤隆", "〔氏名〕"),
        ("斎藤隆", "〔氏名〕"),
        ("齊藤さん", "〔氏名〕"),
        ("渡部健一", "渡部健一"),
        ("渡辺健一", "〔氏名〕"),
        ("渡邉 健一様", "〔氏名〕"),
        ("ワタナベ課長", "〔氏名〕"),
    ],
    "a telephone number": [
        ("0550-76-1111", "〔連絡先〕"),
        ("０５５０－７６－１１１１", "〔連絡先〕"),
        ("0550(76)1111", "〔連絡先〕"),
        ("0550 76 1111", "〔連絡先〕"),
        ("090-1234-5678", "〔連絡先〕"),
        ("09012345678", "〔連絡先〕"),
        ("+81-90-1234-5678", "〔連絡先〕"),
        ("+81 90 1234 5678", "〔連絡先〕"),
    ],
    "a staff number, beside kanji and full-width": [
        ("0123番の人", "〔職員番号〕番の人"),
        ("職員0123", "〔連絡先〕"),
        ("０１２３", "〔職員番号〕"),
        ("0123さん", "〔職員番号〕さん"),
        ("番号は0123です", "番号は〔職員番号〕です"),
    ],
    "an extension": [("内線は2103", "〔連絡先〕"), ("（内）2103", "〔連絡先〕"), ("内線：2103", "〔連絡先〕")],
    "a mail address": [
        ("t-takasaki@town.example.jp", "〔連絡先〕"),
        ("t-takasaki＠town.example.jp", "〔連絡先〕"),
        ("t-takasaki [at] town.example.jp", "〔連絡先〕"),
        ("t-takasaki(at)town.example.jp", "〔連絡先〕"),
    ],
    "an office before the name": [("総務課の髙﨑", "〔所属〕の〔氏名〕"), ("総務課髙﨑係長", "〔所属〕〔氏名〕")],
    "a short surname, which is a word as well": [
        ("森さんの説明", "〔氏名〕の説明"),
        ("森係長の説明", "〔氏名〕の説明"),
        ("もりさん", "〔氏名〕"),
        ("森真由美", "〔氏名〕"),
        ("森・真由美", "〔氏名〕"),
        ("林修", "〔氏名〕"),
        ("林 修さん", "〔氏名〕"),
        ("林、修さん", "〔氏名〕"),
    ],
    "a name that the roster leaves whole: only whole": [("西村京子さん", "〔氏名〕"), ("西村さん", "西村さん")],
    "ordinary words and numbers stay": [
        ("森の中を歩くような研修", "森の中を歩くような研修"),
        ("林業の話", "林業の話"),
        ("関心が高い", "関心が高い"),
        ("もりだくさんの内容", "もりだくさんの内容"),
        ("はやし立てる", "はやし立てる"),
        ("中山町の事例", "中山町の事例"),
        ("長い時間で疲れた", "長い時間で疲れた"),
        ("1時間半で終わった", "1時間半で終わった"),
        ("2023年度から", "2023年度から"),
        ("午後1330から", "午後1330から"),
        ("全7回のうち3回", "全7回のうち3回"),
        ("10:30～12:00", "10:30～12:00"),
        ("https://example.jp/0123", "https://example.jp/0123"),
        ("費用は1,234円", "費用は1,234円"),
        ("約12345件", "約12345件"),
        ("研修の内容が高度だった", "研修の内容が高度だった"),
        ("太郎という例題", "太郎という例題"),
        ("鈴木式の方法", "〔氏名〕の方法"),
        ("隆盛を極める", "隆盛を極める"),
        ("修了した人が多い", "修了した人が多い"),
    ],
}


@pytest.mark.parametrize(
    ("written", "left"),
    [pytest.param(*pair, id=f"{why}: {pair[0]}") for why, pairs in SPELLINGS.items() for pair in pairs],
)
def test_what_is_left_of_a_spelling(written, left):
    assert masked(written, NAMES, ["総務課"], {"0123", "2103"}) == left


def test_what_somebody_typed_is_masked_in_every_table():
    """The 出典 of a KPI, a theme of a working group, a 備考: by the type of the column, so that no reader can forget one."""
    reading = Reading(year())
    typed = [(line["table"], line["column"]) for line in lines("dictionary") if line["type"].startswith("prose")]
    for table, column in typed:
        reading.tables[table].append({column: "渡邊副参事調べ（髙﨑・太郎）"})
    mask_prose(reading, directory())
    assert {("indicators", "source"), ("working_groups", "theme"), ("courses", "provider")} <= set(typed)
    left = "".join(text for rows in reading.tables.values() for row in rows for text in row.values())
    assert left.count("〔氏名〕") == 2 * len(typed)
    assert not [part for part in ("渡邊", "副参事", "髙﨑", "太郎") if part in left]
