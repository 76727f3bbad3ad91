"""Tables as a reader sees them: codes in words, values in their own units. Nothing is computed."""

import numpy as np
import pandas as pd

from pipeline.codebook import codes
from pipeline.evidence.kpi import is_percent
from pipeline.findings import rules
from pipeline.fiscal_year import FiscalYear
from pipeline.showing.tables import number, wareki

NONRESPONSE_COLUMNS = {
    "answered": "値のある回答",
    "nonresponse": "無回答",
    "not_applicable": "該当なし",
    "did_not_attend": "欠席と記入",
    "n": "計",
}
NO_DATA = "データ不足"


def by_rule(findings: pd.DataFrame) -> pd.DataFrame:
    """How many findings of each rule: rule_id, severity, title, count; the gravest first."""
    counts = findings.groupby(["severity", "rule_id"]).size().rename("count").reset_index()
    order = list(codes("severity"))
    counts = counts.sort_values(
        ["severity", "rule_id"], key=lambda c: c.map(order.index) if c.name == "severity" else c
    )
    return counts.assign(
        title=[rules()[r]["title"] for r in counts["rule_id"]], severity=counts["severity"].map(codes("severity"))
    )


def by_severity(findings: pd.DataFrame) -> pd.DataFrame:
    """How many findings of each severity that occurs: severity, count."""
    counts = findings["severity"].value_counts()
    told = [(word, counts[code]) for code, word in codes("severity").items() if code in counts]
    return pd.DataFrame(told, columns=["severity", "count"])


def grouped(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings of one rule in one sheet as one row: rule_id, title, file, sheet, count, cells."""
    table = findings.fillna({"sheet": "", "cell": ""}).groupby(["rule_id", "file", "sheet"], sort=False)
    rows = table["cell"].agg(count="size", cells="、".join).reset_index()
    rows = rows.sort_values(["rule_id", "file"], kind="stable", ignore_index=True)
    return rows.assign(title=[rules()[r]["title"] for r in rows["rule_id"]], sheet=rows["sheet"].replace("", None))


def set_aside_counts(set_aside: pd.DataFrame) -> pd.DataFrame:
    """How many rows were set aside for each reason: reason, count."""
    return set_aside["reason"].value_counts().rename("count").rename_axis("reason").reset_index()


def attendance_columns(counts: pd.DataFrame) -> dict[str, str]:
    """The columns of ``comprehension.attendance_counts`` in words; 一部参加 only where there was any."""
    words = {
        "number": "回",
        "attended": "出席",
        "caught_up": "録画等",
        "missed": "欠席",
        "partly": "一部参加",
        "n": "計",
    }
    return {name: word for name, word in words.items() if name in counts and (name != "partly" or counts[name].any())}


def effect_rows(association: pd.DataFrame) -> pd.DataFrame:
    """The rows of the figure of the estimate: label, n, estimate, both intervals."""
    rows = association.set_index("analysis")
    main, inner = rows.loc["primary"], rows.loc["equivalence"]
    return pd.DataFrame(
        [
            {
                "label": "欠席した回－出席した回",
                "n": int(main["n"]),
                "estimate": main["estimate"],
                "ci_low": main["ci_low"],
                "ci_high": main["ci_high"],
                "ci90_low": inner["ci_low"],
                "ci90_high": inner["ci_high"],
            }
        ]
    )


def left_out(table: pd.DataFrame) -> pd.DataFrame:
    """What the primary analysis doesn't use: group, reason, status_label, n, in words."""
    return pd.DataFrame(
        {
            "group": table["unit"].map(codes("counted")),
            "reason": table["reason"].map(codes("left_out")),
            "status_label": table["status"].map(codes("status")),
            "n": table["n"],
        }
    )


def outline(course: dict, sessions: pd.DataFrame, participants: pd.DataFrame, year: FiscalYear) -> pd.DataFrame:
    """The training at a glance: what, value; no period where no session has a date."""
    days = pd.to_datetime(sessions["held_on"]).dropna()
    ends = "～".join(dict.fromkeys((wareki(days.min()), wareki(days.max())))) if len(days) else ""
    undated = f"、うち{len(sessions) - len(days)}回は日付が無い" if len(days) < len(sessions) else ""
    period = [("期間", f"{ends}（計{len(sessions)}回{undated}）")] if ends else []
    rows = [
        ("研修", course["title"]),
        ("年度", year.label_ad),
        *period,
        ("対象", f"{course['target']} {len(participants)}人"),
        ("実施方法", course["method"]),
        ("講師", course["provider"]),
        ("担当", course["owner"]),
    ]
    return pd.DataFrame(rows, columns=["what", "value"])


def nonresponse_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Why answers have no value, with the questionnaire and the question in words."""
    return table.assign(
        family_label=table["family"].map(codes("family")).fillna(table["family"]),
        dimension_label=table["dimension"].map(codes("dimension")),
        n=table[[c for c in NONRESPONSE_COLUMNS if c in table]].sum(axis=1),
    )


def with_side(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(side=table["side"].map(codes("side")))


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column ``measured``: each estimate in its unit, with its interval.

    Units: rate (「87.5 %（69.0～95.7 %）」), points (a difference), score (a mean), count, hours (「1,170時間」), yen; any
    other unit is the word of a KPI, which stands behind the number.
    """
    return table.assign(measured=list(map(in_unit, table.to_dict("records"))))


def in_unit(row: dict, gap: str = "") -> str:
    """One estimate in its unit, with its interval (after ``gap``) where it has one.

    ``row``: unit, estimate, ci_low, ci_high.
    """
    if pd.isna(row["estimate"]):
        return NO_DATA
    if np.isinf([row["ci_low"], row["ci_high"]]).any():
        return "範囲を決められない"
    if row["unit"] == "count":
        return number(row["estimate"], "count")
    units = {"rate": (100, "estimate1", " %"), "points": (1, "estimate", "点"), "score": (1, "estimate", "点")}
    if row["unit"] not in units:
        value = number(row["estimate"], "count" if float(row["estimate"]).is_integer() else "estimate1")
        unit = codes("unit").get(row["unit"], row["unit"])
        return f"{value} {unit}" if is_percent(unit) else f"{value}{unit}"
    scale, kind, unit = units[row["unit"]]
    value, low, high = (
        number(scale * row[c], kind) if pd.notna(row[c]) else "" for c in ("estimate", "ci_low", "ci_high")
    )
    return f"{value}{unit}" + (f"{gap}（{low}～{high}{unit}）" if low else "")


def points_and_reflections(points: pd.DataFrame, reflections: pd.DataFrame) -> pd.DataFrame:
    """What was said for and against, beside what is made of it: side, points, area, texts.

    ``points``: side, label, n, reflection_ids. ``reflections``: reflection_id, area, text. One row
    a side and area; ``points`` and ``texts`` are lists, each point with the number who said it.
    """
    rows = []
    for side, said in points.groupby("side", sort=False):
        called = {i for ids in said.loc[said["n"] != 0, "reflection_ids"] for i in ids.split(";")}
        labels = [f"{p['label']}（{p['n']}人）" for p in said.to_dict("records")]
        answers = reflections[reflections["reflection_id"].isin(called)]
        for area, texts in answers.groupby("area", sort=False)["text"]:
            rows.append({"side": codes("side")[side], "points": labels, "area": area, "texts": list(texts)})
            labels = ["（同上）"]
        if answers.empty and (said["n"] > 0).any():  # said, and nothing of the document answers it
            rows.append({"side": codes("side")[side], "points": labels, "area": None, "texts": []})
    return pd.DataFrame(rows, columns=["side", "points", "area", "texts"])


def voices(obstacles: pd.DataFrame, interviews: pd.DataFrame) -> pd.DataFrame:
    """The questionnaire's obstacles and the interviews as one table: source, question, said (a list).

    ``obstacles``: option, n. Interviews are in the words of the record.
    """
    ticked = obstacles[obstacles["n"] != 0]
    rows = [
        {
            "source": "受講者アンケート（複数回答）",
            "question": "DXのアイデア実現の検討における課題",
            "said": [f"{o['option']}（{o['n']}件）" for o in ticked.to_dict("records")],
        }
    ]
    rows += [
        {"source": f"{group}インタビュー", "question": question, "said": list(said["statement"])}
        for (group, question), said in interviews.groupby(["group", "question"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["source", "question", "said"])


def named(instruments: pd.DataFrame) -> pd.DataFrame:
    """The questionnaires with a name for readers in ``instrument_label``."""
    numbers = instruments["session_id"].str.extract(r"-(\d+)$")[0]
    labels = [
        codes("family").get(family, family) if pd.isna(number) else f"第{number}回のアンケート"
        for family, number in zip(instruments["family"], numbers, strict=True)
    ]
    return instruments.assign(instrument_label=labels)
