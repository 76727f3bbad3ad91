"""Numbers become words once, in the last room, and are never read back."""

import re

import numpy as np
import pandas as pd
import pytest

from pipeline import codebook
from pipeline.codebook import Codebook
from pipeline.evidence.rows import COLUMNS
from pipeline.indicators import Indicators
from pipeline.menu.aftermath import after
from pipeline.menu.proposals import propose, what_came
from pipeline.menu.rules import read_rules
from pipeline.showing import aftermath_views, course_views, reasons, sentences, summary
from tests.reading_back import PACKAGE, found, imported, taken_apart

ROOMS = ("evidence", "menu", "evaluation.py", "completion.py", "comprehension.py", "edition.py", "inference")
ROOMS += ("showing", "reports", "publishing", "document")
# Who reads texts, and of whom: there a text may be taken apart, and is compared with words only as READ says.
READERS = {
    "menu/": "what the CIO filled in, and the lines of menu_rules.csv",
    "publishing/": "executed notebooks, the files of a publication, the names that nothing may show",
    "document/": "foreign notebooks: their Markdown and HTML",
    "inference/": "no words, but numbers in arrays, cut into parts",
    "showing/lettering.py": "where a line may break",
}
USES_RE = {
    *("document/markup.py", "document/markup_tables.py", "document/pdf.py", "menu/fields.py", "showing/lettering.py"),
    *("publishing/confirmation_workbook.py", "publishing/excel.py", "publishing/execution.py", "publishing/leaks.py"),
    "publishing/revision_workbook.py",
}
READ = {
    "comprehension.py": ["missed.clip(upper=len(BANDS) - 1).map(dict(enumerate(BANDS)))"],  # a number becomes a word
    "document/assembly.py": ["block['text'] == SUMMARY"],  # a heading, in foreign notebooks too
    "document/markup_tables.py": [
        "re.compile('[-+−]?[\\\\d,]+(?:\\\\.\\\\d+)?(?:e[-+]?\\\\d+)? ?[%％]?|NaN|nan|NaT|None|', re.IGNORECASE)"
    ],
    "document/pdf.py": ["re.compile('[ぁ-ヿ][゙゚]')"],  # letters made of two
    "evidence/kpi.py": [  # the town's names and units; of the years the last two
        *("absent.set_index(['indicator', 'fiscal_year'])", "kpi.set_index(['indicator', 'fiscal_year'])"),
        *("kpi.drop_duplicates('indicator')", "unit in PERCENT", "years[-2:]"),
        "table.merge(wide.reindex(columns=years), left_on='indicator', right_index=True)",
    ],
    "evidence/working_groups.py": ["groups['phase'] != FIRST_PHASE"],  # the office's word
    "inference/panel.py": ["out.groupby(['reason', 'status'])"],  # a code, as in
    "showing/course_sentences.py": ["results[results['code'] == 'untestable'].groupby('reason', sort=False)"],
    "menu/decisions.py": ["aside.reason == NAMELESS"],
    "menu/fields.py": ["re.fullmatch('対象[（(](.+)[）)]', visible(label))"],
    "publishing/confirmation_workbook.py": ["re.compile('year\\\\.toml|pipeline/codebook|コード表')"],  # in a remedy
    "publishing/leaks.py": [  # in whatever is published
        *("f'内線{secret.form}' in spelled", "secret.kind == EXTENSION", "secret.kind == STAFF_NO"),
        "re.compile('(?<![\\\\w.,:/~～-])\\\\d{3,}(?![\\\\w.,:/%年-])', re.A)",
        "re.search(f'{first}{BETWEEN_PARTS}{last}|{last}{BETWEEN_PARTS}{first}', spelled)",
        "re.search(NO_KANJI_BEFORE + re.escape(secret.form), spaced)",
    ],
    "reports/reproduction.py": ["plan.digest[:DIGITS]", "table['sha256'].str", "table['sha256'].str[:DIGITS]"],
    "showing/association_sentences.py": ["digest[:12]"],
    "showing/canvas.py": [  # what was drawn, and one sentence set behind another
        *("drawn[drawn.index('<svg'):]", "drawn[drawn.index('<svg'):].splitlines()", "line.strip(' ')"),
        *("edges[1:]", "edges[:-1]", "part.strip().rstrip('。')"),
    ],
    "showing/course_views.py": ["asked['instrument_id'].str.rsplit('-', n=1).str"],
    "showing/lettering.py": [
        "re.compile(f'[{NOT_LAST}]*(?:[!-~]+|[ァ-ヺー]+|[一-鿿々]+|.)[ぁ-ん]*[{re.escape(NOT_FIRST)}]*')"
    ],
    "showing/long_form.py": [  # the signs that a table has instead of a number
        "column[[not (isinstance(v, str) and v in SYMBOLS) for v in column]]",
        *("v in SYMBOLS", "value in SYMBOLS"),
    ],
    "showing/question_views.py": [  # what was asked, and the labels of its scale
        *("items['wording'].str", "label.isdigit()", "said[0].lstrip('0123456789')"),
        "said[0].lstrip('0123456789').strip('（）')",
    ],
    "showing/rating_figures.py": ["values[:middle]"],
    "showing/rating_sentences.py": [
        "bars.pivot_table(index='label', columns='value', values='count', aggfunc='sum', sort=False)",
        "sorted(set(bars['value']))[-2:]",
    ],
    "showing/slope_figure.py": ["heights[1:]", "heights[:-1]"],
    "showing/tables.py": ["'～'.join(ends).replace(' %～', '～')", "str(name).split('_')"],
    "showing/views.py": ["ids.split(';')"],
}


def modules():
    for room in ROOMS:
        path = PACKAGE / room
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def read_back(module, source, known):
    """The code of each place that reads, without those that may."""
    places = found(source, known)
    if not module.startswith(tuple(READERS)):
        places += taken_apart(source)
    elif module not in USES_RE:
        places += [place for place in taken_apart(source) if "import" in place]
    return {place.partition(": ")[2] for place in places}


@pytest.mark.parametrize("path", list(modules()), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_nothing_is_read_back(path):
    module = path.relative_to(PACKAGE).as_posix()
    assert read_back(module, path.read_text(encoding="utf-8"), imported(path)) == set(READ.get(module, ()))


@pytest.mark.parametrize(
    "source",
    [
        # A hidden number cut out of the reason of a proposal, by the words around it.
        "RULE_N = re.compile(r'（いまは \\d+）')",
        "reason.mask(gone, table['reason'].str.replace(words, '', regex=True))",
        "evidence.drop_duplicates(['course_id', 'indicator'])",
        "table.merge(own, on=['course_id', 'indicator'], how='left')",
        "set(zip(rows['course_id'], rows['indicator'], strict=True))",
        # What a label says of its scale.
        "scale = re.search(r'\\d段階', same['indicator'].iloc[0])",
        "FOUR = '（4段階）'\nmark = FOUR if FOUR[1:-1] in words else ''",
        "rows[rows['indicator'] == rows['indicator'].mode().iloc[0]]",
        "asked = rows['indicator']\nsame = rows[asked == asked.mode().iloc[0]]",
        # Which of several a row is.
        "last = bands[bands['band'] == '欠席2回以上']",
        "method.removeprefix(LABELS[a] + '：')",
        "joined = [name for name in names if name.startswith('第')]",
        "rule_id.str.contains('、')",
        "text.split('、')",
        "PENDING = '判断保留'\nwaiting = table[table['change'] == PENDING]",
        "match code:\n    case '関連がある':\n        pass",
        # Twelve that the first version of this test let pass.
        "int(re.search(r'\\d+', row['reason'])[0])",
        "int(reason[3:5])",
        "said.split('人')[0]",
        "reason.startswith('いまは')",
        "reason.removeprefix('欠席')",
        "'未受講' in text",
        "rows.query('label == @called')",
        "rows.query('label == \"満足\"')",
        "rows['label'].str.contains(chosen)",
        "rows['reason'].str.extract(pattern)",
        "rows.merge(other, on='label')",
        "text == 'まだ足りない'",
        "MEANS = {'関連がある': 'linked'}\nMEANS[said]",
        "counts['満足']",
        "row.get('修了率')",
        "said.split('(')[1]",
        "rows.filter(like='満足')",
        "rows['band'].isin({'欠席0回'})",
        "from re import search",
        # A number's sign.
        "str(points).removeprefix('−')",
    ],
)
def test_such_places_are_found(source):
    """Planted at the end of a module that says much."""
    path = PACKAGE / "showing/sentences.py"
    before = read_back("showing/sentences.py", path.read_text(encoding="utf-8"), imported(path))
    planted = f"{path.read_text(encoding='utf-8')}\n{source}"
    assert read_back("showing/sentences.py", planted, imported(path)) > before


@pytest.mark.parametrize(
    "source",
    [
        "said = '、'.join(names) + f'{n}人'",
        "table.rename(columns={'indicator': 'label'})[['label', 'indicator']]",
        "rows[rows['evidence_id'] == 'kpi'].merge(told[['decision_id', 'grounds']], on='decision_id')",
        "words = {'rate': '割合'}\nknown = unit in words",
        "BANDS = ('欠席0回', '欠席1回')\nis_last = high == len(BANDS) - 1",
        "f'{value:+.1f}'.replace('-', '−')",
    ],
)
def test_what_only_writes_words_is_left_alone(source):
    assert found(source) == [] == taken_apart(source)


WORDED = {
    "codes": ["word"],
    "indicators": ["words", "subject", "heading", "public"],
    "menu_rules": ["proposal", "reason"],
    "themes": ["label", "short"],
    "options": ["label", "short"],
}
PLACEHOLDER = re.compile(r"(\{\w+\})")


@pytest.fixture
def reworded(tmp_path, monkeypatch):
    """A codebook in which every word is another one, and the way back: signs → words."""
    back = {}

    def sign(text):
        if not text or PLACEHOLDER.fullmatch(text):
            return text
        mark = f"⟦{len(back)}⟧"
        back[mark] = text
        return mark

    for path in codebook.FOLDER.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for column in WORDED.get(path.stem, ()):
            table[column] = ["".join(map(sign, PLACEHOLDER.split(text))) for text in table[column]]
        table.to_csv(tmp_path / path.name, index=False, encoding="utf-8-sig")
    caches = (codebook.codes, codebook._code_sets)
    monkeypatch.setattr(codebook, "FOLDER", tmp_path)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path, back
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


COURSES = pd.DataFrame(
    {"course_id": ["no01", "no02", "no03"], "number": pd.array([1, 2, 3], "Int64"), "title": ["一", "二", "三"]}
)


def evidence(*changes):
    def row(course_id, evidence_id, n, estimate, low=np.nan, high=np.nan, **more):
        values = {"n": n, "estimate": estimate, "ci_low": low, "ci_high": high}
        return dict.fromkeys(COLUMNS) | {"course_id": course_id, "evidence_id": evidence_id} | values | more

    rows = [
        row("no01", "satisfaction", 40, 0.3, 0.2, 0.45, scale_id="satisfaction5", wording="満足", base=50),
        row("no02", "satisfaction", 30, 0.8, 0.6, 0.9, scale_id="rating5", wording="満足"),
        row("no03", "satisfaction", 60, 0.9, 0.8, 0.95, scale_id="satisfaction4", wording="満足"),
        row("no02", "association", 142, -0.9, -1.3, -0.5, code="linked"),
        row("no02", "catch_up", 4, np.nan),
        row("no03", "usefulness", 4, 0.5, scale_id="usefulness5", wording="役立つ"),
        row("no03", "b_count", 20, 5),
        row("no01", "completion", 20, 0.4, 0.2, 0.6),
        row("no01", "session_comprehension", 20, 3.4, 3.1, 3.7),
        row("", "kpi", np.nan, 21.1, scale_id="%", wording="オンライン化した手続き"),
    ]
    return pd.DataFrame(rows).assign(**dict(changes))


def pages(folder):
    """What a reader sees of the same numbers, by the words in ``folder``."""
    book = Codebook("R5", folder)
    indicators, rules = Indicators.of(book), read_rules(book)
    rows = indicators.described(evidence())
    proposals = propose(evidence(), rules)
    told = reasons.told(proposals, rules, indicators)
    decisions = pd.DataFrame(
        {"decision_id": ["no01-R10", "no03-R07"], "course_id": ["no01", "no03"], "title": "題", "decision": "approved"}
    ).assign(change=["content", "schedule"], field=None, after="見直す", reflected_in=None)
    last = evidence(("estimate", 0.5), ("n", 25.0))
    changed = after(decisions, last, evidence(), rules, indicators)
    main = pd.DataFrame([{"analysis": "primary", "estimate": -0.9, "ci_low": -1.3, "ci_high": -0.5}])
    verdict = pd.DataFrame([{"code": "linked", "persons": 40}])
    heads = pd.DataFrame([indicators.scorecard | indicators.in_public])
    return {
        "by level": course_views.by_level(rows, COURSES),
        "scorecard": course_views.scorecard(rows, COURSES, indicators),
        "heads": heads,
        "lowest": pd.DataFrame([course_views.lowest(rows, COURSES, "satisfaction", 5)]),
        "figures": summary.figures(rows, main, verdict, COURSES, indicators, 5),
        "told": told,
        "proposed": course_views.proposed(told, COURSES),
        "in short": summary.proposals(told, COURSES),
        "count": pd.DataFrame([sentences.proposals(told)]),
        "rules": reasons.considered(rules, what_came(rules, proposals, evidence()), indicators),
        "aftermath": aftermath_views.became(changed, COURSES, indicators),
    }


def test_other_words_change_no_number_and_no_meaning(reworded):
    """Whatever asks a label something gets another answer, or none, when the label is another one."""
    folder, back = reworded
    other = pages(folder)
    text = " ".join(table.to_csv() for table in other.values())
    assert len(set(re.findall("⟦\\d+⟧", text))) > 50  # the words are really others

    def restored(value):
        return re.sub("⟦\\d+⟧", lambda mark: back[mark[0]], value) if isinstance(value, str) else value

    restored_pages = {name: table.map(restored) for name, table in other.items()}
    codebook.FOLDER = PACKAGE / "codebook"
    codebook.codes.cache_clear(), codebook._code_sets.cache_clear()
    for name, table in pages(codebook.FOLDER).items():
        pd.testing.assert_frame_equal(restored_pages[name], table.map(restored), check_dtype=False, obj=name)
