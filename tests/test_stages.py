"""The table of the stages holds together: what a stage reads was written, and it writes what it says."""

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from pipeline.inference.results import RESULT_COLUMNS
from pipeline.schema import CONTRACTS
from pipeline.stages import STAGES, Stage
from pipeline.store import Store


def test_a_stage_reads_only_what_was_written_before_it():
    written = set()
    for stage in STAGES.values():
        assert set(stage.reads) <= written, stage.notebook
        assert not set(stage.writes) & written, stage.notebook
        written |= set(stage.writes)
    earlier = {name for stage in STAGES.values() for name in stage.earlier}
    assert earlier <= written


def test_every_table_has_a_contract_and_every_contract_a_table():
    assert {name for stage in STAGES.values() for name in stage.writes} == set(CONTRACTS)


def test_no_two_documents_lie_in_one_place():
    places = [(stage.document, stage.edition) for stage in STAGES.values()]
    assert len(places) == len(set(places))


@pytest.fixture
def store(tmp_path):
    return Store.open("R4", tmp_path)


CELLS = pd.DataFrame({"participant_id": ["p1"], "session_id": ["s1"], "rating": [4.0], "missed": [0]})
STAGE = Stage("02_associate", "", "", "", writes=["cells", "association"])
RESULTS = pd.DataFrame([("primary", 142, -0.8, -1.2, -0.4, 0.01, None, "方法")], columns=RESULT_COLUMNS)


def test_what_was_saved_is_loaded_by_its_name(store):
    STAGE.save(store, {"association": RESULTS, "cells": CELLS})
    loaded = Stage("03", "", "", "", reads=["cells"]).load(store)
    assert list(loaded) == ["cells"] and loaded["cells"].equals(CELLS)


@pytest.mark.parametrize(
    ("tables", "error", "words"),
    [
        ({"cells": CELLS}, ValueError, "02_associate.*association"),
        ({"cells": CELLS, "association": RESULTS, "evidence": CELLS}, ValueError, "02_associate.*evidence"),
        ({"cells": CELLS, "association": RESULTS.assign(p_value=1.2)}, SchemaErrors, "p_value"),
    ],
    ids=["one missing", "one too many", "one out of its contract"],
)
def test_a_stage_saves_what_it_says_or_nothing(store, tables, error, words):
    with pytest.raises(error, match=words):
        STAGE.save(store, tables)
    assert not store.processed_dir.exists()
