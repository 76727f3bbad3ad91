"""The contract of every table that a stage saves: what it promises to those who read it.

SCHEMAS are the canonical tables of ``prepare``, RESULTS what the later stages make of them. ``conform`` gives
a table its columns, in order and with their types, and refuses one that breaks its contract. Ids are
strings; dates are ``datetime64``; an empty value is a missing value.
"""

import pandas as pd
import pandera.pandas as pa

from pipeline.codebook import codes
from pipeline.findings import COLUMNS as FINDING_COLUMNS
from pipeline.findings import SEVERITIES
from pipeline.inference.plan import STATUSES

NOT_APPLICABLE = "not_applicable"
MISSING_REASONS = list(codes("missing_reason"))
FORMATS = list(codes("format"))
# What a record of attendance says of being there; waived, not_target and unknown say neither.
TOOK_PART = ("present", "late", "early", "partial", "online", "recording", "e_learning")
MISSED = ("absent", "absent_duty")
OBLIGATIONS = list(codes("obligation"))  # ● ○ ▲, the strongest first
CONFIDENCE = list(codes("confidence"))
USES = list(codes("use"))


def _text(*allowed: str, nullable: bool = False, unique: bool = False) -> pa.Column:
    checks = pa.Check.isin(list(allowed)) if allowed else None
    return pa.Column("str", checks, nullable=nullable, unique=unique, coerce=True)


def _number(nullable: bool = False) -> pa.Column:
    return pa.Column("float64", nullable=nullable, coerce=True)


def _count(nullable: bool = False) -> pa.Column:
    return pa.Column("Int64", pa.Check.ge(0), nullable=nullable, coerce=True)


def _flag(nullable: bool = False) -> pa.Column:
    return pa.Column("boolean", nullable=nullable, coerce=True)


def _time(nullable: bool = False) -> pa.Column:
    return pa.Column("datetime64[us]", nullable=nullable, coerce=True)


KEY, REF = _text(), _text()
MAYBE = _text(nullable=True)

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    name: pa.DataFrameSchema(columns, strict=True, ordered=True, unique=unique)
    for name, columns, unique in [
        ("participants", {"participant_id": _text(unique=True), "employment": MAYBE}, None),
        (
            "appointments",
            {
                "participant_id": KEY,
                "office": KEY,
                "department": KEY,
                "position": KEY,
                "title": KEY,
                "segments": KEY,
                "valid_from": _time(nullable=True),
                "valid_to": _time(nullable=True),
            },
            None,
        ),
        (
            "courses",
            {
                "course_id": _text(unique=True),
                "number": _count(nullable=True),
                "title": KEY,
                "category": KEY,
                "method": KEY,
                "provider": KEY,
                "month": KEY,
                "hours": _number(nullable=True),
                "is_priority": _flag(),
                "owner": KEY,
                "target": KEY,
                "confidence": _text(*CONFIDENCE),
            },
            None,
        ),
        (
            "targets",
            {
                "course_id": KEY,
                "kind": _text(*codes("target_kind")),
                "name": KEY,
                "obligation": _text(*OBLIGATIONS),
                "confidence": _text(*CONFIDENCE),
            },
            ["course_id", "kind", "name"],
        ),
        ("course_years", {"course_id": KEY, "fiscal_year": KEY, "plan": KEY}, ["course_id", "fiscal_year"]),
        (
            "sessions",
            {
                "session_id": _text(unique=True),
                "course_id": KEY,
                "number": _count(),
                "held_on": _time(nullable=True),
                "title": KEY,
                "format": _text(*FORMATS),
                "hours": _number(nullable=True),
            },
            None,
        ),
        (
            "attendance",
            {
                "participant_id": KEY,
                "session_id": KEY,
                "status": _text(*STATUSES),
                "minutes_lost": _count(nullable=True),
                "caught_up_on": _time(nullable=True),
                "reason": MAYBE,
                "source_ref": MAYBE,
            },
            ["participant_id", "session_id"],
        ),
        (
            "instruments",
            {
                "instrument_id": _text(unique=True),
                "family": KEY,
                "course_id": KEY,
                "session_id": MAYBE,
                "tool": KEY,
                "link_mode": KEY,
                "opened_on": _time(nullable=True),
                "closed_on": _time(nullable=True),
                "invited": _count(),
                "answered": _count(),
            },
            None,
        ),
        (
            "items",
            {
                "item_id": _text(unique=True),
                "instrument_id": KEY,
                "family": KEY,
                "concept": KEY,
                "dimension": KEY,
                "session_id": MAYBE,
                "wording": KEY,
                "scale_id": MAYBE,
            },
            None,
        ),
        (
            "responses",
            {
                "response_id": KEY,
                "participant_id": MAYBE,
                "instrument_id": KEY,
                "item_id": KEY,
                "session_id": MAYBE,
                "value": _number(nullable=True),
                "label": MAYBE,
                "missing_reason": _text(*MISSING_REASONS, nullable=True),
                "submitted_at": _time(),
                "source_ref": REF,
            },
            ["response_id", "item_id"],
        ),
        (
            "choices",
            {
                "response_id": KEY,
                "participant_id": MAYBE,
                "item_id": KEY,
                "option_id": KEY,
                "option": KEY,
                "other_text": MAYBE,
                "source_ref": REF,
            },
            ["response_id", "item_id", "option_id"],
        ),
        ("comments", {"response_id": KEY, "item_id": KEY, "concept": KEY, "text": KEY, "source_ref": REF}, None),
        ("interviews", {"group": KEY, "question": KEY, "statement": KEY}, None),
        (
            "ideas",
            {
                "idea_id": _text(unique=True),
                "participant_id": MAYBE,
                "title": KEY,
                "problem": MAYBE,
                "solution": MAYBE,
                "lead_office": MAYBE,
                "related_offices": MAYBE,
                "action_item": _count(nullable=True),
                "channel": MAYBE,
                "submitted_on": _time(nullable=True),
                "phase": MAYBE,
            },
            None,
        ),
        (
            "followups",
            {
                "participant_id": MAYBE,
                "course_id": KEY,
                "use": _text(*USES, nullable=True),
                "is_confirmed": _flag(nullable=True),
                "example": MAYBE,
                "submitted_at": _time(),
                "source_ref": REF,
            },
            None,
        ),
        (
            "scores",
            {
                "participant_id": KEY,
                "course_id": KEY,
                "score": _number(),
                "full_score": _number(),
                "taken_on": _time(nullable=True),
                "source_ref": REF,
            },
            ["participant_id", "course_id"],
        ),
        (
            "working_groups",
            {
                "meeting_id": _text(unique=True),
                "theme": KEY,
                "lead_office": KEY,
                "held_on": _time(nullable=True),
                "members": _count(),
                "attended": _count(),
                "content": MAYBE,
                "phase": KEY,
                "support": MAYBE,
            },
            None,
        ),
        (
            "wg_people",
            {
                "meeting_id": KEY,
                "theme": KEY,
                "participant_id": KEY,
                "role": _text(*codes("wg_role")),
                "is_present": _flag(),
            },
            ["meeting_id", "participant_id"],
        ),
        (
            "improvements",
            {
                "report_id": _text(unique=True),
                "office": KEY,
                "submitted_on": _time(nullable=True),
                "title": KEY,
                "category": _count(nullable=True),
                "is_dx": _flag(nullable=True),
                "course_ids": MAYBE,
                "hours_saved": _number(nullable=True),
                "source_ref": REF,
            },
            None,
        ),
        (
            "indicators",
            {
                "indicator": KEY,
                "unit": KEY,
                "fiscal_year": KEY,
                "value": _number(nullable=True),
                "missing_reason": _text(NOT_APPLICABLE, nullable=True),
                "source": KEY,
            },
            ["indicator", "fiscal_year"],
        ),
        (
            "decisions",
            {
                "decision_id": _text(unique=True),
                "course_id": KEY,
                "title": KEY,
                "change": KEY,
                "field": MAYBE,
                "before": MAYBE,
                "proposed": MAYBE,
                "after": MAYBE,
                "opinion": MAYBE,
                "decision": _text(*codes("decision")),
                "decided_by": MAYBE,
                "decided_on": _time(nullable=True),
                "note": MAYBE,
                "reflected_in": MAYBE,
                "is_edited": _flag(),
            },
            None,
        ),
        (
            "hand_codes",
            {"source_ref": KEY, "theme_id": MAYBE, "coded_by": KEY, "coded_on": _time(), "why": MAYBE},
            None,
        ),
        (
            "findings",
            {c: MAYBE for c in FINDING_COLUMNS}
            | {"severity": _text(*SEVERITIES), "finding_id": _text(unique=True), "answered_on": _time(nullable=True)},
            None,
        ),
        (
            "accounts",
            {
                "file": KEY,
                "kind": KEY,
                "sha256": KEY,
                "rows_read": _count(),
                "rows_used": _count(),
                "rows_set_aside": _count(),
                "reasons": MAYBE,
            },
            ["file"],
        ),
        ("set_aside", {"file": KEY, "sheet": MAYBE, "row": _count(), "reason": KEY}, ["file", "sheet", "row"]),
        ("matches", {"source": KEY, "how": KEY, "answers": _count(), "people": _count()}, None),
    ]
}


WHOLE = pa.Column("int64", pa.Check.ge(0), coerce=True)
VALUE = _number(nullable=True)
PROBABILITY = pa.Column("float64", pa.Check.in_range(0, 1), nullable=True, coerce=True)
INTERVAL = {"estimate": VALUE, "ci_low": VALUE, "ci_high": VALUE}
ESTIMATED = INTERVAL | {"p_value": PROBABILITY, "p_adjusted": PROBABILITY}
RESULT = {"analysis": KEY, "n": WHOLE} | ESTIMATED | {"method": KEY}
VERDICT = _text(*codes("verdict"))
IN_ORDER = pa.Check(lambda t: ~(t["ci_low"] > t["ci_high"]), name="ci_low ≤ ci_high")

RESULTS: dict[str, pa.DataFrameSchema] = {
    name: pa.DataFrameSchema(
        columns, checks=IN_ORDER if "ci_low" in columns else None, strict=True, ordered=True, unique=unique
    )
    for name, columns, unique in [
        (
            "cells",
            {
                "participant_id": KEY,
                "session_id": KEY,
                "rating": _number(),
                "missed": pa.Column("int64", pa.Check.in_range(0, 1), coerce=True),
            },
            ["participant_id", "session_id"],
        ),
        ("association", RESULT, ["analysis"]),
        (
            "verdict",
            {
                "code": VERDICT,
                "reason": KEY,
                "layout": _text(*codes("layout")),
                "doubts": KEY,
                "margin": _number(),
                "alpha": PROBABILITY,
                "draws": WHOLE,
                "seed": WHOLE,
                "plan_digest": KEY,
                "cells": WHOLE,
                "persons": WHOLE,
                "sessions": WHOLE,
                "missed_cells": WHOLE,
                "informative_persons": WHOLE,
                "all_attended": WHOLE,
                "all_missed": WHOLE,
                "persons_left_out": WHOLE,
                "detectable": VALUE,
                "detectable_persons": VALUE,
                "detectable_missed_cells": VALUE,
                "courses": WHOLE,
            },
            None,
        ),
        ("sensitivity", RESULT, ["analysis"]),
        ("catch_up", RESULT, ["analysis"]),
        (
            "association_by_course",
            {"course_id": KEY} | RESULT | {"code": VERDICT, "reason": KEY, "persons": WHOLE},
            ["course_id"],
        ),
        ("catch_up_by_course", {"course_id": KEY} | RESULT | {"persons": WHOLE}, ["course_id"]),
        (
            "evidence",
            {
                "evidence_id": KEY,
                "course_id": KEY,
                "n": pa.Column("float64", pa.Check.ge(0), nullable=True, coerce=True),
                "base": pa.Column("float64", pa.Check.ge(0), nullable=True, coerce=True),
                **ESTIMATED,
                "method": _text(*codes("method")),
                "code": _text(*codes("verdict"), nullable=True),
                "scale_id": MAYBE,
                "wording": MAYBE,
            },
            ["evidence_id", "course_id", "scale_id", "wording"],
        ),
        (
            "theme_counts",
            {"course_id": KEY, "side": _text(*codes("side")), "theme_id": KEY, "n": WHOLE, "base": WHOLE},
            ["course_id", "theme_id"],
        ),
        (
            "proposals",
            {
                "decision_id": KEY,
                "course_id": KEY,
                "rule_id": KEY,
                "evidence_id": KEY,
                "state": _text(*codes("proposal_state")),
                "change": _text(*codes("change")),
                "proposal": KEY,
                "need": WHOLE,
                "n": pa.Column("float64", pa.Check.ge(0), nullable=True, coerce=True),
                "base": pa.Column("float64", pa.Check.ge(0), nullable=True, coerce=True),
                **INTERVAL,
                "code": _text(*codes("verdict"), nullable=True),
                "scale_id": MAYBE,
                "wording": MAYBE,
                "field": KEY,
                "after": KEY,
            },
            ["course_id", "rule_id"],
        ),
        (
            "standing",
            {
                "participant_id": KEY,
                "course_id": KEY,
                "obligation": _text(*OBLIGATIONS, nullable=True),
                "by": MAYBE,
                "note": MAYBE,
                "completion": _text(*codes("completion")),
                "share": PROBABILITY,
                "how": _text(*FORMATS, nullable=True),
                "reason": MAYBE,
            },
            ["participant_id", "course_id"],
        ),
        (
            "outstanding",
            {
                "office": KEY,
                "course_id": KEY,
                "count": WHOLE,
                "unconfirmed": WHOLE,
                "participant_ids": pa.Column(object, coerce=True),  # lists
            },
            ["office", "course_id"],
        ),
    ]
}


def conform(name: str, table: pd.DataFrame | list) -> pd.DataFrame:
    """The table under its contract. Raises pandera.errors.SchemaErrors, naming rows and checks."""
    schema = (SCHEMAS | RESULTS)[name]
    columns = list(schema.columns)
    frame = pd.DataFrame(table, columns=columns).reset_index(drop=True)
    for column, contract in schema.columns.items():
        if contract.nullable and frame[column].dtype == object:
            frame[column] = frame[column].where(frame[column].notna(), None)
    return schema.validate(frame, lazy=True)
