"""No file that is put in place shows anybody of the raw files, however it is written."""

import io
import json
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from pipeline.document.blocks import Figure, Image, Text, stored
from pipeline.document.pdf import pdf
from pipeline.failure import Failure
from pipeline.findings import Place
from pipeline.preparing.secrets import NAME, Secret, written
from pipeline.publishing.leaks import found_in, people_of, refuse_leaks
from pipeline.store import Store
from tests.documents import document

PROJECT = Path(__file__).parents[1]
# People of the made-up roster of R4, as somebody may have written them.
FORMS = {
    "as on the roster": "髙﨑　太郎",
    "without a space": "髙﨑太郎",
    "another form of the characters": "高崎 太郎",
    "its reading": "たかさき たろう",
    "its reading in half-width kana": "ﾀｶｻｷ ﾀﾛｳ",
    "parted by a dot": "髙﨑・太郎",
    "parted by brackets": "髙﨑（太郎）",
    "the given name first": "太郎 髙﨑",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("town")
    shutil.copytree(PROJECT / "data/sample/R4", root / "data/sample/R4")
    return Store.open("R4", root)


def html(body):
    return f"<!DOCTYPE html><html lang='ja'><head><title>表題</title></head><body>{body}</body></html>"


def drawn(inside):
    """A document with one picture."""
    picture = Image("svg", f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>')
    return stored(document(Figure("図", "棒グラフ", picture)))


def workbook(value, comment=None):
    book, data = Workbook(), io.BytesIO()
    book.active["B3"] = value
    if comment:
        book.active["B3"].comment = Comment(comment, "x")
    book.save(data)
    return data.getvalue()


def of_kind(store, kind):
    return next(s.form for s in people_of(store) if s.kind == kind)


@pytest.mark.parametrize("written", FORMS.values(), ids=FORMS)
def test_a_name_is_found_however_it_is_written(store, written):
    with pytest.raises(Failure, match="氏名") as stopped:
        refuse_leaks(store, {Path("annual_report.html"): html(f"<td>{written}さんの意見</td>").encode()})
    assert "髙" not in str(stopped.value) and "高崎" not in str(stopped.value)
    assert "行革幹事名簿" in str(stopped.value)  # where the person stands, not who it is


@pytest.mark.parametrize(
    "body",
    [
        '<svg role="img" aria-label="髙﨑太郎の出欠"></svg>',
        "<svg><!-- 髙﨑太郎 --></svg>",
        "<p>髙&#xFA11;\n太郎</p>",
        '<meta name="author" content="高崎太郎">',
    ],
    ids=["alternative text", "words beside the paths of a figure", "entities and a line end", "metadata"],
)
def test_what_one_does_not_see_in_a_page_is_searched_too(store, body):
    with pytest.raises(Failure, match="氏名"):
        refuse_leaks(store, {Path("r.html"): html(body).encode()})


def test_numbers_mail_addresses_and_extensions(store):
    for kind, body in {
        "職員番号": of_kind(store, "職員番号"),
        "メールアドレス": of_kind(store, "メールアドレス").upper(),
        "内線番号": f"内線 {of_kind(store, '内線番号')}",
    }.items():
        with pytest.raises(Failure, match=kind):
            refuse_leaks(store, {Path("r.html"): html(f"<td>{body}</td>").encode()})


def test_a_number_that_only_looks_like_a_staff_number_passes(store):
    number = of_kind(store, "職員番号")
    body = f"<p>p=0.{number}、令和4(2022)年、{number}年、1,{number}</p><style>.a{{color:#{number}}}</style>"
    refuse_leaks(store, {Path("r.html"): html(body).encode()})


def test_every_kind_of_file_is_searched(store):
    printed, _ = pdf(document(Text("あ" * 49 + "高崎太郎の意見")))  # the line ends within the name
    for name, data in {
        "r.pdf": printed,
        "annual_report.json": drawn("<!-- 高崎太郎 -->"),
        "r.xlsx": workbook("高崎　太郎"),
        "comment.xlsx": workbook("意見", comment="高崎太郎"),
        "r.csv": "\ufeffrow,text\r\n1,高崎太郎の意見\r\n".encode(),
        "manifest.json": json.dumps({"inputs": [{"file": "高崎太郎.csv"}]}).encode(),
    }.items():
        with pytest.raises(Failure, match=f"{name}：氏名"):
            refuse_leaks(store, {Path(name): data})


def test_a_picture_is_searched_for_its_words_and_not_for_its_shapes(store):
    number = of_kind(store, "職員番号")
    refuse_leaks(store, {Path("r.json"): drawn(f'<path d="M {number} 0"/>')})
    with pytest.raises(Failure, match="職員番号"):
        refuse_leaks(store, {Path("r.json"): drawn(f"<!-- {number} -->")})


@pytest.mark.parametrize("around", ["{}番の人", "職員{}", "（{}）"])
def test_a_number_is_found_beside_kanji_and_full_width(store, around):
    number = of_kind(store, "職員番号").translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for shown in (number, of_kind(store, "職員番号")):
        with pytest.raises(Failure, match="職員番号"):
            refuse_leaks(store, {Path("r.html"): html(f"<p>{around.format(shown)}</p>").encode()})


def test_a_kind_that_nobody_can_search_is_refused(store):
    with pytest.raises(Failure, match=r"picture\.bmp"):
        refuse_leaks(store, {Path("picture.bmp"): b""})


def test_of_a_name_as_short_as_a_word_only_the_spaced_form_is_searched():
    assert (written("関　心"), written("髙﨑　太郎"), written("関心"), written("森")) == ("関 心", "高崎 太郎", "", "")
    known = [Secret(NAME, written("関　心"), Place("名簿.xlsx"))]
    for shown in ("関 心", "関　心さん", "総務課 関\u00a0心", "総務課\n関 心"):
        assert found_in(Path("r.html"), html(f"<td>{shown}</td>").encode(), known), shown
    for shown in ("関心が高い", "機関 心", "に関\n心", "<td>関</td><td>心</td>"):
        assert not found_in(Path("r.html"), html(f"<td>{shown}</td>").encode(), known), shown


def test_what_holds_nobody_passes(store):
    refuse_leaks(
        store,
        {
            Path("r.html"): html("<p>受講者24人のうち21人</p>").encode(),
            Path("r.csv"): b"row,course,variable,value\r\n1,No.1,n,0123\r\n",
            Path("r.xlsx"): workbook("研修"),
        },
    )
