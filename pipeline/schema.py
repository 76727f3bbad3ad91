"""The contract of every table that a stage saves: what it promises to those who read it.

``codebook/dictionary.csv`` has a line for each table (with the columns that tell its rows apart) and for each of its
columns, in order: its type, the set of its codes, its label and meaning; what stands in a line without a table holds
wherever a table doesn't say otherwise. ``conform`` gives a table its columns and types, and refuses one that breaks
its contract. Ids are strings; dates are ``datetime64``; an empty value is a missing value.
"""

import pandas as pd
import pandera.pandas as pa

from pipeline.codebook import codes, lines

# What a record of attendance says of being there; waived, not_target and unknown say neither.
TOOK_PART = ("present", "late", "early", "partial", "online", "recording", "e_learning")
MISSED = ("absent", "absent_duty")
NOT_APPLICABLE = "not_applicable"  # why a value is missing: there can be none

# type in dictionary.csv → type in pandas, range of the values; a 「?」 behind it: a value may be missing.
TYPES: dict[str, tuple[str | type, pa.Check | None]] = {
    "text": ("str", None),
    "prose": ("str", None),  # what somebody typed in their own words: no table has it unmasked (``preparing.prepare``)
    "code": ("str", None),  # one of the set that the line names
    "number": ("float64", None),
    "amount": ("float64", pa.Check.ge(0)),  # of people or answers, as a result has it
    "share": ("float64", pa.Check.in_range(0, 1)),
    "count": ("Int64", pa.Check.ge(0)),
    "whole": ("int64", pa.Check.ge(0)),
    "mark": ("int64", pa.Check.in_range(0, 1)),
    "flag": ("boolean", None),
    "time": ("datetime64[us]", None),
    "list": (object, None),
}
IN_ORDER = pa.Check(lambda t: ~(t["ci_low"] > t["ci_high"]), name="ci_low ≤ ci_high")


def _contracts() -> dict[str, pa.DataFrameSchema]:
    """Table → its contract, by the lines of ``dictionary.csv`` that have a type or name what is unique."""
    found = lines("dictionary")
    shared = {line["column"]: line["codes"] for line in found if not line["table"]}
    keys = {line["table"]: line["type"] for line in found if not line["column"]}
    columns: dict[str, dict[str, pa.Column]] = {table: {} for table in keys}
    for line in found:
        if line["table"] in keys and (name := line["column"]):
            columns[line["table"]][name] = _column(line["type"], line["codes"] or shared.get(name, ""))
    return {
        table: pa.DataFrameSchema(
            own,
            checks=IN_ORDER if "ci_low" in own else None,
            strict=True,
            ordered=True,
            unique=keys[table].split(";") if keys[table] else None,
        )
        for table, own in columns.items()
    }


def _column(kind: str, code_set: str) -> pa.Column:
    name = kind.removesuffix("?")
    dtype, check = TYPES[name]
    if name == "code":
        check = pa.Check.isin(list(codes(code_set)))
    return pa.Column(dtype, check, nullable=kind != name, coerce=True)


CONTRACTS = _contracts()


def conform(name: str, table: pd.DataFrame | list) -> pd.DataFrame:
    """The table under its contract. Raises pandera.errors.SchemaErrors, naming rows and checks."""
    schema = CONTRACTS[name]
    frame = pd.DataFrame(table, columns=list(schema.columns)).reset_index(drop=True)
    for column, contract in schema.columns.items():
        if contract.nullable and frame[column].dtype == object:
            frame[column] = frame[column].where(frame[column].notna(), None)
    return schema.validate(frame, lazy=True)
