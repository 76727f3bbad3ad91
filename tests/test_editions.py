"""What the editions of the annual report of the sample say: nothing of a few people, in any form."""

import csv
import html
import re
import subprocess

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline import completion, comprehension, themes
from pipeline.disclosure import RATINGS, audit, regroup
from pipeline.findings import BadInput
from pipeline.showing import obligation_views as views
from pipeline.showing import reflection_sentences, shown_counts
from pipeline.showing.shown_people import People
from pipeline.store import INTERNAL, PUBLIC, Store
from pipeline.year import Year
from tests.towns import Town

YEARS = ("R4", "R5")
IDENTITY = re.compile(r"p[0-9a-f]{10}")
CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.DOTALL)
# Columns that count people or their answers: by table, the variables of its CSV file.
PEOPLE = {
    "returned": {"n", "invited", "answered"},
    "nonresponse": {"nonresponse", "not_applicable", "did_not_attend"},  # how many gave no value at all is no secret
    "attendance": {"attended", "caught_up", "missed", "partly", "n"},
    "attendance_by_session": {"attended", "not_attended", "n"},
    "completion": {"n", "hits", "apart"},
    "outcomes": {"completed", "partly", "missed", "not_completed", "none_recorded", "n"},
    "completion_by_position": {"n", "hits"},
    "completion_by_segment": {"n", "hits"},
    "completion_by_office": {"n", "hits"},
    "outstanding_by_office": None,  # all of them
    "satisfaction": None,
    "usefulness": None,
    "comprehension_by_session": None,
    "satisfaction_by_session": None,
    "ratings_by_session": {"n", "1", "2", "3", "4", "5"},
    "themes_by_course": {"n", "base"},
    "obstacles": {"count"},
    "improvements": {"staff", "trained"},
    "headlines": {"n"},
    "evidence": {"n", "base"},
    "beyond": {"n"},
    "proposals": {"n"},
    "by_course": {"n"},
    "effect": {"n"},
    "course_forest": {"n"},
}
# And those that count something else, with what it is.
NOT_PEOPLE = {
    "findings": "findings in the raw files",
    "accounts": "rows of files",
    "sessions": "numbers and hours",
    "programme": "hours",
    "working_groups": "meetings; the rate of places taken is checked below",
    "indicators": "numbers that the town publishes",
    "indicator_slope": "the same",
    "inputs": "rows of files",
    "items": "",
    "plan": "the plan",
    "reflections_on_method": "checked below: numbers within a text",
    "reflections_on_content": "",
    "proposals_in_short": "",
    "scorecard": "checked below: within a text",
    "voices": "options as in the figure obstacles",
    "unmatched": "",
    "aftermath": "checked below: within a text",
    "attendance_map": "",
    "settings": "the computer",
}
# Rows of the evidence that count reports of offices, meetings or indicators, and are as they are.
OFFICES = re.compile(
    "業務改善報告|関連報告|ワーキンググループの(会合|数)|ワーキンググループの数|KPI|会合の回数|より先の段階"
)
# A share that the town has published itself (year.toml), and the counts of answers to its question.
PUBLISHED = {"R4": {"企画立案と発信に至った人"}}


def folder(reports, year, edition):
    return reports / year / ("public" if edition == PUBLIC else "")


def tables(reports, year, edition, document="annual_report"):
    """name → rows of the CSV file."""
    found = {}
    for path in (folder(reports, year, edition) / "tables").glob(f"{document}.*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[re.sub(r"_\d+$", "", path.name.split(".")[1])] = list(csv.DictReader(file))
    assert found
    return found


def page(reports, year, edition):
    return (folder(reports, year, edition) / "annual_report.html").read_text(encoding="utf-8")


def words(reports, year, edition):
    return html.unescape(re.sub(r"<[^>]+>", "", page(reports, year, edition)))


def printed(reports, year, edition):
    path = folder(reports, year, edition) / "annual_report.pdf"
    return subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()


def declared(year, town):
    return Year.open(Store.open(year, town))


@pytest.mark.parametrize("year", YEARS)
def test_the_public_edition_names_none_of_the_town_s_files(reports, town, year):
    """Neither a raw file nor what it hasn't got; of what kinds they were and how many rows, it says."""
    own = Store.open(year, town)
    accounts = own.load("accounts")
    written = page(reports, year, PUBLIC) + "".join(
        "".join(row.values()) for rows in tables(reports, year, PUBLIC).values() for row in rows
    )
    names = [*accounts["file"], *accounts["sha256"].str[:12], "manifest.json", own.declaration.name]
    assert [name for name in names if name in written] == []
    told = tables(reports, year, PUBLIC)["accounts"]
    for column in ("rows_read", "rows_used", "rows_set_aside"):
        assert sum(int(r["value"]) for r in told if r["variable"] == column) == accounts[column].sum()
    inside = page(reports, year, INTERNAL)
    assert all(html.escape(name) in inside for name in accounts["file"]) and "manifest.json" in inside


@pytest.mark.parametrize("edition", [INTERNAL, PUBLIC])
def test_what_a_year_does_not_evaluate_is_said_in_an_official_s_words(reports, edition):
    text = words(reports, "R4", edition)
    for what in ("必須の研修の修了", "業務改善報告", "ワーキンググループの活動", "KPI"):
        assert f"この年度は、{what}を集計の対象にしていない。" in text
    assert "宣言（year.toml）" not in text


@pytest.mark.parametrize("edition", [INTERNAL, PUBLIC])
def test_small_numbers_that_the_town_published_are_said_to_be_published(reports, town, edition):
    assert "obstacles" in declared("R4", town).published
    assert words(reports, "R4", edition).count(reflection_sentences.PUBLISHED) == 2  # under the table and the figure
    assert reflection_sentences.PUBLISHED not in words(reports, "R5", edition)  # nothing was asked


def small(value, least):
    return value != "" and 0 < float(value) < least


def counts_of_people(year, name, rows, own):
    """Each count of people: the words of its row, its column, its value."""
    for row in rows:
        label = row.get("indicator") or row.get("label") or ""
        if name in ("evidence", "beyond", "proposals") and OFFICES.search(label):
            continue
        if name == "obstacles" and own.published and "その他" not in row[next(iter(row))] + "".join(row.values()):
            continue
        if PEOPLE[name] is None or row.get("variable") in PEOPLE[name]:
            yield "・".join(row.values()), row.get("variable"), row.get("value", "")


@pytest.mark.parametrize("year", YEARS)
def test_the_menu_documents_say_what_the_internal_report_says(reports, year):
    with (reports / year / "tables/menu_revision.grounds.csv").open(encoding="utf-8-sig", newline="") as file:
        grounds = list(csv.DictReader(file))
    same = ("course", "change", "indicator", "measured", "condition", "value", "symbol")
    report = tables(reports, year, INTERNAL)["proposals"]
    assert [[row[c] for c in same] for row in grounds] == [[row[c] for c in same] for row in report]
    sheet = load_workbook(reports / year / "menu_revision.xlsx")["新旧対照表"]
    hidden = {row["course"].split()[0] for row in grounds if row["measured"] == "x"}
    told = [str(row[8].value) for row in sheet.iter_rows(min_row=5) if f"No.{row[1].value}" in hidden]
    assert bool(hidden) == (year == "R5")  # No.8 has seven people
    assert not re.search(r"\d (%|件)|\d点", " ".join(told)), told


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("edition", "least"), [(INTERNAL, 3), (PUBLIC, 5)])
def test_no_count_of_few_people_is_in_any_table(reports, town, year, edition, least):
    own = declared(year, town)
    checked = 0
    for name, rows in tables(reports, year, edition).items():
        assert name in PEOPLE or name in NOT_PEOPLE, f"say what the columns of {name} count"
        if name not in PEOPLE:
            continue
        for where, column, value in counts_of_people(year, name, rows, own):
            if name == "returned" and edition == INTERNAL and column == "answered":
                continue  # how many answered is the base of everything and never hidden
            if re.fullmatch(r"-?\d+(\.0)?", value or ""):
                checked += 1
                assert not small(value, least), f"{name}: {where}"
    assert checked > 30


# Columns of the association report that count people or their answers, by table.
COMPARED = {
    "layouts": {"answers", "linked", "missed_rated"},
    "contributors": {"n"},
    "left_out": {"n"},
    "primary": {"n"},
    "ratings_by_session": {"n", "1", "2", "3", "4", "5"},
    "extent": {"n"},
    "by_dose": {"n"},
    "by_session": {"n"},
    "sensitivity": {"n"},
    "sensitivity_forest": {"n"},
    "session_summary": {"not_attended", "answers"},
    "by_course": {"n"},
    "course_forest": {"n"},
    "pooled": {"n"},
    "pooled_forest": {"n"},
}
NOT_COUNTED = {"plan", "chances", "assumptions", "inputs", "settings"}


@pytest.mark.parametrize("year", YEARS)
def test_the_association_report_counts_no_few_people_and_shows_nobody(reports, town, year):
    found = tables(reports, year, INTERNAL, "association")
    checked = 0
    for name, rows in found.items():
        assert name in COMPARED or name in NOT_COUNTED, f"say what the columns of {name} count"
        for row in rows:
            if row.get("row_label", row.get("analysis", "")).startswith("年度による違い"):
                continue  # a number of years
            if row.get("variable") in COMPARED.get(name, ()) and row["value"]:
                checked += 1
                assert not small(row["value"], 3), f"{name}: {row}"
    assert checked > 20
    text = (reports / year / "association.html").read_text(encoding="utf-8")
    assert not IDENTITY.search(text), "a person's ratings beside the id"


@pytest.mark.parametrize("year", YEARS)
def test_both_reports_hide_the_same_of_a_session_and_of_a_course(reports, year):
    annual, own = tables(reports, year, INTERNAL), tables(reports, year, INTERNAL, "association")
    value = lambda row: row["value"] or row["symbol"]  # noqa: E731
    away = [value(r) for r in annual["attendance_by_session"] if r["variable"] == "not_attended"]
    here = [value(r) for r in own["session_summary"] if r["variable"] == "not_attended"]
    assert not set(here) - set(away) and ("x" in here) == ("x" in away)
    if year == "R5":
        tested = [[(r["course"], r["variable"], value(r)) for r in table["by_course"]] for table in (annual, own)]
        assert tested[0] == tested[1] and "x" in {v for _, _, v in tested[0]}
        drawn = [{r["row_label"] for r in table["course_forest"]} for table in (annual, own)]
        assert drawn[0] == drawn[1]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("edition", "least"), [(INTERNAL, 3), (PUBLIC, 5)])
def test_no_rate_times_its_base_gives_few_people_or_few_others(reports, year, edition, least):
    """Wherever a percentage stands beside an n in one row, or in one cell."""
    checked = 0
    for name, rows in tables(reports, year, edition).items():
        for row in rows:
            text = " ".join(str(v) for v in row.values())
            if OFFICES.search(text) or any(word in text for word in PUBLISHED.get(year, ())):
                continue
            for rate, n in re.findall(r"([\d.]+) %(?:（[^）]*）)?＊?\s*n=(\d+)", text):
                hits = round(float(rate) / 100 * int(n))
                checked += 1
                assert not small(str(hits), least) and not small(str(int(n) - hits), least), text
        for own in by_row(rows).values():
            said, n = own.get("words", ""), own.get("n", "")
            rate = own.get("rate") or (re.search(r"^([\d.]+) %", said) or ["", ""])[1]
            if (
                name == "returned"
                or not rate
                or not n
                or OFFICES.search(own["all"])
                or any(word in own["all"] for word in PUBLISHED.get(year, ()))
            ):
                continue
            share = float(rate) if "rate" in own else float(rate) / 100
            hits = round(share * float(n))
            checked += 1
            assert not small(str(hits), least) and not small(str(float(n) - hits), least), own
    assert checked > 3


def by_row(rows):
    """row → what its line says: the words of ``measured``, and its numbers by variable."""
    lines = {}
    for row in rows:
        line = lines.setdefault(row["row"], {"all": ""})
        line["words"] = row.get("measured", "")
        line["all"] += " ".join(str(v) for v in row.values())
        if row.get("variable") and row["value"]:
            line[row["variable"]] = row["value"]
    return lines


@pytest.mark.parametrize("year", YEARS)
def test_no_text_of_the_public_edition_counts_few_people(reports, town, year):
    """Captions, sentences, lists in cells: 「（4人）」, 「22人中3人」, 「3件だけ」."""
    text = words(reports, year, PUBLIC)
    for counted in re.findall(r"(?<![\d,.])([1-4])(?:人(?!の)|回答|人・回)", text):
        pytest.fail(f"{counted}人: {text[text.index(counted + '人') - 40 :][:90]}")
    for n, hits in re.findall(r"(\d+)人中(\d+)人", text):
        if (n, hits) == ("24", "21") and year == "R4":
            continue  # published by the town
        if "アンケートには" + f"{n}人中{hits}人" in text:
            continue  # who answered
        assert not small(hits, 5) and not small(str(int(n) - int(hits)), 5)


@pytest.mark.parametrize("year", YEARS)
def test_nobody_s_words_and_nobody_s_number_are_public(reports, town, year):
    store = Store.open(year, town)
    everything = {"HTML": words(reports, year, PUBLIC), "PDF": printed(reports, year, PUBLIC)}
    for path in (folder(reports, year, PUBLIC) / "tables").glob("*.csv"):
        everything[path.name] = path.read_text(encoding="utf-8-sig")
    said = [*store.load("comments")["text"], *store.load("interviews")["statement"]]
    said = {re.sub(r"\s", "", text) for text in said if len(text) > 7}
    assert said
    # What a question or a theme says as well is the town's own text.
    book = declared(year, town).codebook
    known = "".join("".join(book.read(n).astype(str).to_numpy().ravel()) for n in ("themes", "reflections", "options"))
    known = re.sub(r"\s", "", known)
    for place, text in everything.items():
        text = re.sub(r"\s", "", text)
        assert not [s for s in said if s in text and s not in known], place
        assert not IDENTITY.search(text), place
    assert IDENTITY.search(page(reports, "R4", INTERNAL)) or "出欠を記号" in page(reports, "R4", INTERNAL)


@pytest.mark.parametrize("year", YEARS)
def test_what_is_for_the_house_alone_is_not_in_the_public_edition(reports, year):
    names = set(tables(reports, year, PUBLIC))
    assert not names & {"attendance_map", "attendance_by_session", "ratings_by_session", "unmatched"}
    assert {"unmatched", "attendance_by_session"} <= set(tables(reports, year, INTERNAL))
    text = words(reports, year, PUBLIC)
    assert "公表版には載せない" in text and "公表版には載せない" not in words(reports, year, INTERNAL)
    assert "手動分類.csv に写す" not in text


def few_given_away(counts, mask, k, margins=("row",), **groups):
    """The hidden numbers of few people of which a reader can work out that they are few."""
    known = audit(counts, mask, margins, **groups)
    inside = known[known["row"] != "計"]
    return inside[inside["value"].between(1, k - 1) & (inside["high"] < k)].to_dict("records")


def hidden(frame):
    return frame.isin(["x"]).assign(計=False) if "計" not in frame else frame.isin(["x"])


@pytest.fixture(params=[(y, e) for y in YEARS for e in (INTERNAL, PUBLIC)], ids="-".join)
def edition(request, town, reports):
    year, name = request.param
    own = declared(year, town)
    return own, name, own.thresholds(name)


def test_no_rating_can_be_worked_out(edition):
    own, name, thresholds = edition
    items, instruments = own.store.load("items"), own.store.load("instruments")
    spread = comprehension.distribution(own.store.load("responses"), items, list(instruments["instrument_id"]))
    drawn = items.loc[
        items["dimension"].isin(["satisfaction", "usefulness", "comprehension"])
        & (items["scale_id"].map(own.codebook.points) == 5),
        "item_id",
    ]
    bars = shown_counts.ratings(spread, dict.fromkeys(drawn, "設問"), thresholds)
    counts = spread[spread["item_id"].isin(drawn)].assign(value=lambda t: t["value"].astype(int))
    counts = counts.pivot(index="item_id", columns="value", values="n")
    if name == PUBLIC:
        counts = regroup(counts, None, RATINGS)
    mask = hidden(bars.pivot(index="item_id", columns="value", values="count").loc[counts.index])
    groups = {} if name == PUBLIC else {"column_groups": RATINGS}
    if name == INTERNAL:  # the neutral answers have no sum of their own
        mask["どちらともいえない"] = mask[3]
    assert len(counts) > 5 and not few_given_away(counts, mask, thresholds[-1], **groups)


def people(own):
    load = own.store.load
    invited = load("instruments").groupby("course_id")["invited"].max()
    return People(load("standing"), load("attendance"), load("sessions"), load("courses"), own.plan, invited)


def test_no_attendance_can_be_worked_out(edition):
    own, name, thresholds = edition
    sessions = own.store.load("sessions")
    by_session = comprehension.attendance_by_session(own.store.load("attendance"), sessions)
    shown = people(own).shown(thresholds).attended
    table = pd.DataFrame(
        {
            group: by_session.reindex(columns=list(statuses)).fillna(0).sum(axis=1).astype(int)
            for group, statuses in (
                ("attended", own.plan.attended),
                ("caught_up", own.plan.caught_up),
                ("missed", own.plan.missed),
            )
        }
    ).set_axis(by_session["session_id"])
    course = dict(zip(by_session["session_id"], by_session["course_id"], strict=True))
    counts = regroup(table, course)
    of_courses = shown.courses.set_index("course_id").loc[counts.index, counts.columns]
    assert not few_given_away(counts, hidden(of_courses), thresholds[-1])
    assert len(shown.sessions) == (0 if name == PUBLIC else len(sessions))
    if name == INTERNAL:
        both = pd.DataFrame({"attended": table["attended"], "not_attended": table.sum(axis=1) - table["attended"]})
        wide = {s: f"/{c}" for s, c in course.items()}
        inner = shown.sessions.set_index("session_id").loc[both.index, both.columns]
        total = of_courses.eq("x")["attended"].set_axis("/" + of_courses.index)
        mask = pd.concat([hidden(inner), pd.DataFrame({c: total for c in both}).assign(計=False)])
        mask.loc["計"] = True
        assert not few_given_away(both, mask, 3, row_groups=wide)


def test_no_outcome_and_nobody_still_to_come_can_be_worked_out(edition):
    own, name, thresholds = edition
    standing, courses = own.store.load("standing"), own.store.load("courses")
    counts = completion.outcomes(standing)
    counts = counts[counts[views.COUNTED].sum(axis=1) > 0].reset_index(drop=True)
    rows = people(own).shown(thresholds).by_duty
    table = counts[views.COUNTED].astype(int)
    table = regroup(table, None, views.NOT_COMPLETED) if name == PUBLIC else table
    mask = hidden(rows[[*table, "n"]].rename(columns={"n": "計"}))
    assert not few_given_away(table, mask, thresholds[-1])
    outstanding = own.store.load("outstanding")
    departments = dict(own.codebook.read("offices")[["office", "department"]].to_numpy())
    still = views.open_by_office(outstanding, courses, departments, thresholds).set_index("office")
    if len(still):
        wide = outstanding.assign(course=outstanding["course_id"].map(views.names(courses)))
        wide = wide.pivot(index="office", columns="course", values="count").fillna(0).astype(int)[list(still)]
        wide = regroup(wide, departments) if name == PUBLIC else wide
        mask = still.loc[wide.index].isin(["x"])
        mask.loc["計"] = False
        assert not few_given_away(wide, mask.assign(計=True), thresholds[-1], ("column",))


def test_no_theme_can_be_worked_out_from_the_sum_of_the_courses(edition):
    own, name, thresholds = edition
    load, book = own.store.load, own.codebook.read("themes")
    coded = themes.code(load("comments"), book, load("hand_codes"))
    by_theme = themes.count_by_course(
        coded, load("comments"), load("items"), load("instruments"), book, load("hand_codes")
    )
    hid = shown_counts.themes_hidden(by_theme, thresholds)
    wide = by_theme.pivot(index="theme_id", columns="course_id", values="n").fillna(0).astype(int)
    mask = by_theme.assign(n=hid).pivot(index="theme_id", columns="course_id", values="n")
    mask = mask.reindex_like(wide).fillna(False).astype(bool)
    assert not by_theme.loc[~hid, "n"].between(1, thresholds[-1] - 1).any()
    total = wide.sum(axis=1).between(1, thresholds[-1] - 1)
    assert not few_given_away(wide, mask.assign(計=total), thresholds[-1])


@pytest.mark.parametrize("year", YEARS)
def test_the_public_edition_still_answers_its_questions(reports, year):
    """Hidden is what has to be: the estimate, the shares of large courses and the completion stay."""
    text = words(reports, year, PUBLIC)
    assert "欠席した回の理解度は、出席した回より平均" in text
    public = tables(reports, year, PUBLIC)
    assert {"headlines", "attendance", "evidence", "proposals", "effect"} <= set(public)
    assert not [row for row in public["headlines"] if row.get("symbol") == "x"]
    if year == "R4":
        assert "24人中21人" in text  # declared as published
        assert [r for r in public["obstacles"] if r["variable"] == "count" and r["value"] == "2"]
    else:
        shown = [r for r in public["completion"] if r["variable"] == "hits"]
        assert [r["value"] for r in shown] == ["38", "193", "13"]


def test_a_public_threshold_under_the_internal_one_is_refused(tmp_path):
    town = Town(tmp_path)
    assert declared("R4", tmp_path).thresholds(PUBLIC) == (3, 5)
    assert declared("R4", tmp_path).thresholds(INTERNAL) == (3,)
    town.declare("min_cell_public = 5", "min_cell_public = 2")
    with pytest.raises(BadInput, match="min_cell_public"):
        declared("R4", tmp_path)
    town.declare("min_cell_public = 2", "min_cell_public = 5")
    town.declare('["ideas", "obstacles"]', '["idea"]')
    with pytest.raises(BadInput, match="published"):
        declared("R4", tmp_path)
