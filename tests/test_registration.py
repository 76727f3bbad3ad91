"""A plan that is changed after the data were read is shown as changed, with both versions."""

from dataclasses import replace

from pipeline.codebook import codes
from pipeline.inference.plan import Plan
from pipeline.registration import register, versions
from pipeline.showing.association_sentences import amended
from pipeline.showing.association_views import plan_versions
from tests.cohorts import PLAN

WORDS = codes("plan_entry")


def test_the_plan_of_the_first_reading_stays_registered(tmp_path):
    path, first = tmp_path / "plans/R6.json", Plan.parse(PLAN)
    assert register(path, first) == first
    assert register(path, replace(first, margin=0.1)) == first


def test_an_amended_plan_shows_both_versions(tmp_path):
    first = register(tmp_path / "R6.json", Plan.parse(PLAN))
    now = replace(first, margin=0.8, missed=("absent",))
    table = versions(first, now, WORDS)
    changed = table[table["is_changed"]].set_index("what")
    assert changed.loc["意味のある差（点）", ["registered", "now"]].tolist() == [0.5, 0.8]
    assert set(changed.index) == {"意味のある差（点）", "欠席とみなす出欠"}
    text = amended(table, now.digest)
    assert "意味のある差（点）" in text and "変更された" in text and now.digest[:12] in text


def test_an_unchanged_plan_is_said_to_be_unchanged():
    plan = Plan.parse(PLAN)
    assert "変わっていない" in amended(versions(plan, plan, WORDS), plan.digest)


def test_every_entry_of_a_plan_has_its_words():
    plan = Plan.parse(PLAN)
    table = plan_versions(versions(plan, plan, WORDS))
    assert set(WORDS) == set(Plan.__dataclass_fields__)
    assert "公務による欠席" in table.set_index("what").loc["欠席とみなす出欠", "now"]
