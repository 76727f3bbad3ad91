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
from tests.reading_back import PACKAGE, found, imported

ROOMS = ("evidence", "menu", "evaluation.py", "completion.py", "comprehension.py", "inference", "showing", "reports")
# What somebody outside has written, and a program has to read; and how signs and lines are set.
READ = {
    "evidence/kpi.py": [  # the town's names and units
        "table.merge(wide.reindex(columns=years), left_on='indicator', right_index=True)",
        "kpi.drop_duplicates('indicator')",
        "kpi.set_index(['indicator', 'fiscal_year'])",
        "absent.set_index(['indicator', 'fiscal_year'])",
        "unit in PERCENT",
    ],
    "evidence/working_groups.py": ["groups['phase'] != FIRST_PHASE"],
    "menu/decisions.py": ["aside.reason == NAMELESS"],
    "menu/fields.py": ["re.fullmatch('対象[（(](.+)[）)]', visible(label))"],
    "showing/lettering.py": [
        "re.compile(f'[{NOT_LAST}]*(?:[!-~]+|[ァ-ヺー]+|[一-鿿々]+|.)[ぁ-ん]*[{re.escape(NOT_FIRST)}]*')",
        "TOKEN.findall(words)",
    ],
    "showing/long_form.py": ["v in SYMBOLS", "value in SYMBOLS"],
    "showing/question_views.py": ["said[0].lstrip('0123456789').strip('（）')"],  # the label of a scale
}


def modules():
    for room in ROOMS:
        path = PACKAGE / room
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


@pytest.mark.parametrize("path", list(modules()), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_nothing_is_read_back(path):
    places = [place.partition(": ")[2] for place in found(path.read_text(encoding="utf-8"), imported(path))]
    assert sorted(places) == sorted(READ.get(path.relative_to(PACKAGE).as_posix(), []))


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
        # A number's sign.
        "str(points).removeprefix('−')",
    ],
)
def test_such_places_are_found(source):
    assert found(f"import re\n{source}")


@pytest.mark.parametrize(
    "source",
    [
        "said = '、'.join(names) + f'{n}人'",
        "table.rename(columns={'indicator': 'label'})[['label', 'indicator']]",
        "rows[rows['evidence_id'] == 'kpi'].merge(told[['decision_id', 'grounds']], on='decision_id')",
        "words = {'rate': '割合'}\nknown = unit in words",
        "BANDS = ('欠席0回', '欠席1回')\nis_last = high == len(BANDS) - 1",
        "f'{value:+.1f}'.replace('-', '−')",
        "person.rpartition('\u241f')",
    ],
)
def test_what_only_writes_words_is_left_alone(source):
    assert found(source) == []


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
