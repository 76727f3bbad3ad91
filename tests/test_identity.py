"""Who wrote a name: matched by spelling or by a recorded judgement, never by resemblance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.findings import Findings, Place
from pipeline.ingest.headings import Cell
from pipeline.preparing.identity import Alias, Directory, Person, masked, participant_id
from tests.grids import found

PEOPLE = [
    ("0101", "髙﨑　太郎", "たかさき　たろう", "総務課"),
    ("0102", "渡邊 健一", "わたなべ けんいち", "税務課"),
    ("0103", "鈴木　一郎", "すずき　いちろう", "総務課"),
    ("0104", "鈴木　一郎", "すずき　いちろう", "税務課"),
    ("0105", "長田　彩", "おさだ　あや", "建設課"),
    ("0106", "\ufa19谷　真由美", "かみや　まゆみ", "住民課"),
    ("0107", "辻\U000e0100　幸子", "つじ　さちこ", "住民課"),
    ("0108", "𠮷田　直樹", "よしだ　なおき", "住民課"),
]
HERE = Place("第1回.csv", "", "E5")


def directory(people=PEOPLE, aliases=()):
    roster = [
        Person(f"p{no}", no, name, kana, office, Place("名簿.xlsx", "名簿", f"E{row}"))
        for row, (no, name, kana, office) in enumerate(people, start=5)
    ]
    judged = [
        Alias(name, office, no, not no, Place("別名表.csv", "", f"C{row}"))
        for row, (name, office, no) in enumerate(aliases, start=2)
    ]
    return Directory(tuple(roster), tuple(judged))


def match(name, office="", **known):
    """((id, how), what is to be said of it)"""
    got = directory(**known).match(Cell(name, HERE), office)
    return (got.participant_id, got.how), Findings([got.finding] if got.finding else [])


@pytest.mark.parametrize(
    ("written", "person", "how", "why"),
    [
        ("髙﨑　太郎", "p0101", "exact", "as on the roster"),
        ("髙﨑太郎", "p0101", "exact", "without the space"),
        (" 髙﨑  太郎 ", "p0101", "exact", "with too many"),
        ("髙﨑\u200b太郎\xa0", "p0101", "exact", "with invisible ones"),
        ("高﨑太郎", "p0101", "variant", "髙 as 高"),
        ("高崎太郎", "p0101", "variant", "and 﨑 as 崎"),
        ("髙嵜太郎", "p0101", "variant", "and 﨑 as 嵜"),
        ("渡邉健一", "p0102", "variant", "one 邊 of many"),
        ("渡辺健一", "p0102", "variant", "another"),
        ("神谷真由美", "p0106", "exact", "a compatibility form of 神"),
        ("辻　幸子", "p0107", "exact", "without the variation selector"),
        ("吉田直樹", "p0108", "variant", "𠮷 became 吉 in cp932"),
    ],
)
def test_one_name_in_its_spellings(written, person, how, why):
    got, findings = match(written)
    assert got == (person, how), why
    assert found(findings) == ([("I03", "E5")] if how == "variant" else [])


@pytest.mark.parametrize(
    ("written", "near", "why"),
    [
        ("高橋　太郎", "E5", "another name that looks alike"),
        ("たかさき　たろう", "E5", "in kana"),
        ("長田　綾", "E9", "another given name"),
        ("〓田　直樹", "E12", "a character that was lost"),
        ("渡邊", "E6", "a surname alone"),
    ],
)
def test_what_resembles_is_offered_and_not_taken(written, near, why):
    got, findings = match(written)
    assert got == (None, "unknown"), why
    [finding] = findings.fatal()
    assert (finding.rule_id, finding.cell) == ("I01", "E5")
    assert near in finding.what and "別名表" in finding.remedy
    assert written not in finding.what


def test_a_stranger_resembles_nobody():
    _, findings = match("Smith John")
    assert "似た氏名はありません" in findings.items[0].what


@pytest.mark.parametrize(
    ("office", "expected", "why"),
    [
        ("総務課", ("p0103", "office"), "told apart by the office"),
        ("税務課", ("p0104", "office"), "the other one"),
        ("", (None, "ambiguous"), "no office is said"),
        ("建設課", (None, "ambiguous"), "an office of neither"),
    ],
)
def test_two_people_of_one_name(office, expected, why):
    got, findings = match("鈴木一郎", office)
    assert got == expected, why
    if expected[0] is None:
        [finding] = findings.fatal()
        assert finding.rule_id == "I02" and "E7、E8" in finding.what and "別名表" in finding.remedy


def test_people_whose_names_differ_only_by_variants_collide_too():
    people = [("1", "高橋 健", "", "総務課"), ("2", "髙橋 健", "", "税務課")]
    assert match("髙橋健", people=people)[0] == (None, "ambiguous")
    assert match("高橋健", "税務課", people=people)[0] == ("p2", "variant")


def test_two_of_one_name_in_one_office_need_a_judgement():
    people = [("1", "森 健", "", "総務課"), ("2", "森 健", "", "総務課")]
    assert match("森健", "総務課", people=people)[0] == (None, "ambiguous")


ALIASES = [
    ("村上　彩", "建設課", "0105"),
    ("鈴木", "税務課", "0104"),
    ("山本　次郎", "", ""),
    ("高崎　太郎", "", "0102"),
]


@pytest.mark.parametrize(
    ("written", "office", "expected", "rule", "why"),
    [
        ("村上彩", "建設課", ("p0105", "alias"), "I04", "a maiden name"),
        ("村上彩", "総務課", (None, "unknown"), "I01", "somebody else of that name"),
        ("村上彩", "", (None, "unknown"), "I01", "whose office nobody knows"),
        ("鈴木", "税務課", ("p0104", "alias"), "I04", "a surname alone, told by the office"),
        ("山本 次郎", "総務課", (None, "outsider"), "I05", "judged not to be on the roster"),
        ("高崎太郎", "", ("p0102", "alias"), "I04", "the judgement comes before the spelling"),
    ],
)
def test_the_analysts_judgement(written, office, expected, rule, why):
    got, findings = match(written, office, aliases=ALIASES)
    assert got == expected, why
    assert found(findings) == [(rule, "E5")]


@pytest.mark.parametrize(
    ("aliases", "rules", "why"),
    [
        (ALIASES, [], "sound"),
        ([("村上彩", "", "9999")], [("I11", "C2")], "a number that nobody has"),
        ([("村上彩", "", "0105"), ("村上　彩", "", "0106")], [("I15", "C3")], "two people for one name"),
        ([("村上彩", "", "0105"), ("村上彩", "", "")], [("I15", "C3")], "a person and nobody"),
        ([("村上彩", "", "0105"), ("村上彩", "", "0105")], [], "the same said twice"),
        ([("鈴木", "総務課", "0103"), ("鈴木", "税務課", "0104")], [], "told apart by the office"),
    ],
)
def test_judgements_that_contradict_are_not_used(aliases, rules, why):
    findings = Findings(directory(aliases=aliases).wrong_aliases())
    assert found(findings) == rules, why
    assert len(findings.fatal()) == len(rules)


def test_an_empty_name_is_nobody_and_no_fault():
    got, findings = match("")
    assert (got, findings.items) == ((None, "nameless"), [])


def test_every_match_is_on_record():
    people = directory()
    matches = [people.match(Cell(name, HERE)) for name in ("髙﨑太郎", "髙﨑　太郎", "")]
    assert [tuple(row.values()) for row in people.count(matches)] == [
        ("第1回.csv", "exact", 2, 1),
        ("第1回.csv", "nameless", 1, 0),
        ("第1回.csv", "register_only", 0, len(PEOPLE) - 1),
    ]


KEYS = st.from_regex(r"[0-9a-f]{64}", fullmatch=True).map(str.encode)


@given(st.from_regex(r"[0-9]{4}", fullmatch=True), KEYS, KEYS)
def test_an_id_is_stable_and_keyed(staff_no, key, other):
    person = participant_id(staff_no, key)
    assert (person == participant_id(staff_no, other)) == (key == other)
    assert len(person) == 11 and person.startswith("p")


def test_all_staff_numbers_of_a_town_have_ids_of_their_own():
    assert len({participant_id(f"{n:04}", b"key") for n in range(10_000)}) == 10_000


NAMES = directory(aliases=ALIASES).names


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("髙﨑太郎さんの説明", "〔氏名〕の説明", "a full name"),
        ("高崎 太郎の説明", "〔氏名〕の説明", "in other characters, with a space"),
        ("高崎　太\u200b郎", "〔氏名〕", "with an invisible one"),
        ("神谷真由美／辻幸子／吉田直樹", "〔氏名〕／〔氏名〕／〔氏名〕", "compatibility forms and selectors"),
        ("ﾀｶｻｷ ﾀﾛｳさん、オサダアヤさん", "〔氏名〕、〔氏名〕", "in katakana of both widths"),
        ("渡邉副参事の進行", "〔氏名〕の進行", "a surname with its title"),
        ("長田さんと長田市", "〔氏名〕と長田市", "but not as a place"),
        ("村上彩・山本次郎", "〔氏名〕・〔氏名〕", "names of the record of judgements"),
        ("総務課と税務課", "〔所属〕と〔所属〕", "offices"),
        ("a-b.c@town.example.jp へ、内線2103", "〔連絡先〕 へ、〔連絡先〕", "addresses"),
        ("全７回、㈱の話、ｱﾝｹｰﾄ①", "全７回、㈱の話、ｱﾝｹｰﾄ①", "everything else stays as it was written"),
        ("", "", "nothing"),
    ],
)
def test_comments_lose_their_names(text, expected, why):
    assert masked(text, NAMES, ["総務課", "税務課"]) == expected, why


@given(st.text(), st.sampled_from(PEOPLE), st.text())
def test_a_full_name_never_survives(before, person, after):
    name = person[1].replace("　", "")
    assert name not in masked(before + person[1] + after, NAMES)


@given(st.text(st.characters(max_codepoint=0x2FF)))
def test_text_without_names_is_not_touched(text):
    if "@" not in text:
        assert masked(text, NAMES, ["総務課"]) == text


def test_a_judgement_with_a_wrong_number_is_one_fault_and_not_two():
    people = directory(aliases=[("村上彩", "", "9999")])
    got = people.match(Cell("村上彩", HERE))
    assert (got.participant_id, got.finding) == (None, None)
    assert found(Findings(people.wrong_aliases())) == [("I11", "C2")]
