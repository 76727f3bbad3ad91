"""Tables as a reader sees them: codes in words, values in their own units. Nothing is computed."""

import numpy as np
import pandas as pd

from pipeline.findings import rules
from pipeline.fiscal_year import FiscalYear
from pipeline.outcomes import PERCENT
from pipeline.schema import FORMATS
from pipeline.showing.tables import SUPPRESSED, number, wareki

SEVERITY = {"fatal": "停止", "critical": "重大", "major": "要確認", "minor": "記録"}
STATUS = {
    "present": "出席",
    "late": "遅刻",
    "early": "早退",
    "partial": "一部参加",
    "online": "オンライン",
    "recording": "録画視聴",
    "e_learning": "eラーニング",
    "absent": "欠席",
    "absent_duty": "公務による欠席",
    "waived": "見送り",
    "not_target": "対象外",
    "unknown": "不明",
}
FORMAT = dict(zip(FORMATS, ["集合", "演習", "オンライン", "録画", "eラーニング"], strict=True))
SIDE = {"good": "良かった点", "bad": "悪かった点", "opinion": "ご意見"}
KIND = {
    "roster": "名簿",
    "register": "出席簿",
    "survey": "アンケート",
    "ideas": "アイデア一覧",
    "interviews": "インタビュー",
    "aliases": "別名表",
    "staff": "職員一覧",
    "transfers": "人事異動",
    "menu": "研修メニュー",
    "completion": "受講管理表",
    "progress": "eラーニングの受講状況",
    "teams": "Teamsの出席記録",
    "followup": "フォローアップ",
    "working_groups": "WG活動記録",
    "improvements": "業務改善報告",
    "kpi": "KPI",
    "decisions": "改定の決定",
    "hand_codes": "手動分類",
    "answers": "確認票の回答",
}
FAMILY = {
    "session": "各回のアンケート",
    "final": "最終アンケート",
    "course5": "研修後のアンケート（5段階）",
    "course4": "研修後のアンケート（4段階）",
    "course_codes": "eラーニングのアンケート（5段階）",
    "course_grid": "全回終了後のアンケート",
}
DIMENSION = {
    "comprehension": "理解度",
    "satisfaction": "満足度",
    "usefulness": "実務への貢献度",
    "clarity": "説明の分かりやすさ",
    "method": "受講方法",
    "choice": "複数回答",
    "comment": "自由記述",
    "missed_count": "欠席の回数",
    "length": "時間の長さ",
    "difficulty": "難易度",
    "quiz": "確認テスト",
}
ANALYSES = {
    "primary": "主分析：欠席した回－出席した回（95%信頼区間）",
    "equivalence": "同じ推定値の90%信頼区間",
    "superiority": "出席した回の理解度の方が高い確率",
}
LEFT_OUT = {
    "unrated": "理解度の回答が無い",
    "unrecorded": "出欠の記録が無い",
    "caught_up": "録画などで補った",
    "other_status": "出席とも欠席とも決められない",
    "several": "いくつかの理由が重なる",
}
RATING = {1: "1（低い）", 2: "2", 3: "3", 4: "4", 5: "5（高い）"}
UNIT = {"cell": "人・回", "person": "人"}
NO_DATA = "データ不足"
FEW_MARK = "＊"  # of fewer than ``disclosure.FEW`` people (public edition)


def by_rule(findings: pd.DataFrame) -> pd.DataFrame:
    """How many findings of each rule: rule_id, severity, title, count; the gravest first."""
    counts = findings.groupby(["severity", "rule_id"]).size().rename("count").reset_index()
    order = list(SEVERITY)
    counts = counts.sort_values(
        ["severity", "rule_id"], key=lambda c: c.map(order.index) if c.name == "severity" else c
    )
    return counts.assign(
        title=[rules()[r]["title"] for r in counts["rule_id"]], severity=counts["severity"].map(SEVERITY)
    )


def by_severity(findings: pd.DataFrame) -> pd.DataFrame:
    """How many findings of each severity that occurs: severity, count."""
    counts = findings["severity"].value_counts()
    return pd.DataFrame([(SEVERITY[s], counts[s]) for s in SEVERITY if s in counts], columns=["severity", "count"])


def grouped(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings of one rule in one sheet as one row: rule_id, title, file, sheet, count, cells."""
    table = findings.fillna({"sheet": "", "cell": ""}).groupby(["rule_id", "file", "sheet"], sort=False)
    rows = table["cell"].agg(count="size", cells="、".join).reset_index()
    rows = rows.sort_values(["rule_id", "file"], kind="stable", ignore_index=True)
    return rows.assign(title=[rules()[r]["title"] for r in rows["rule_id"]], sheet=rows["sheet"].replace("", None))


def set_aside_counts(set_aside: pd.DataFrame) -> pd.DataFrame:
    """How many rows were set aside for each reason: reason, count."""
    return set_aside["reason"].value_counts().rename("count").rename_axis("reason").reset_index()


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
            "group": table["unit"].map(UNIT),
            "reason": table["reason"].map(LEFT_OUT),
            "status_label": table["status"].map(STATUS),
            "n": table["n"],
        }
    )


def outline(course: dict, sessions: pd.DataFrame, participants: pd.DataFrame, year: FiscalYear) -> pd.DataFrame:
    """The training at a glance: what, value; no period where no session has a date."""
    days = pd.to_datetime(sessions["held_on"]).dropna()
    period = [("期間", f"{wareki(days.min())}～{wareki(days.max())}（計{len(sessions)}回）")] if len(days) else []
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
        family_label=table["family"].map(FAMILY).fillna(table["family"]),
        dimension_label=table["dimension"].map(DIMENSION),
    )


def with_side(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(side=table["side"].map(SIDE))


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column ``measured``: each estimate in its unit, with its interval.

    Units: rate (「87.5 %（69.0～95.7 %）」), points (a difference), score (a mean), count; any other unit is a
    word that stands behind the number (「1,170時間」). Where an edition hides a value (``is_hidden``) it
    reads 「x」, and so does an n (``is_n_hidden``); few people (``is_few``) are marked with 「＊」.
    """
    rows = table.to_dict("records")
    told = [SUPPRESSED if row.get("is_hidden") else _measured(row) + FEW_MARK * bool(row.get("is_few")) for row in rows]
    if "is_n_hidden" in table:
        table = table.assign(n=table["n"].astype(object).mask(table["is_n_hidden"], SUPPRESSED))
    return table.assign(measured=told)


def _measured(row: dict) -> str:
    if pd.isna(row["estimate"]):
        return NO_DATA
    if np.isinf([row["ci_low"], row["ci_high"]]).any():
        return "範囲を決められない"
    if row["unit"] == "count":
        return number(row["estimate"], "count")
    units = {"rate": (100, "estimate1", " %"), "points": (1, "estimate", "点"), "score": (1, "estimate", "点")}
    if row["unit"] not in units:
        value = number(row["estimate"], "count" if float(row["estimate"]).is_integer() else "estimate1")
        return f"{value} {row['unit']}" if row["unit"] in PERCENT else f"{value}{row['unit']}"
    scale, kind, unit = units[row["unit"]]
    value, low, high = (
        number(scale * row[c], kind) if pd.notna(row[c]) else "" for c in ("estimate", "ci_low", "ci_high")
    )
    return f"{value}{unit}" + (f"（{low}～{high}{unit}）" if low else "")


def old_and_new(proposals: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The 新旧対照表: title, current, change, proposal, grounds, and empty opinion and decision."""
    joined = measured(proposals).merge(courses, on="course_id", how="left", suffixes=("", "_now"))
    grounds = [_grounds(row) for row in joined.to_dict("records")]
    return joined.assign(current=joined["method"] + "・" + joined["month"], grounds=grounds, opinion="", decision="")


def _grounds(row: dict) -> str:
    """The reason, and in brackets the indicator with what is shown of it: value, n, share that answered."""
    if pd.isna(row["indicator"]):
        return row["reason"]
    hidden = row["measured"] == SUPPRESSED
    parts = [row["indicator"] if hidden else f"{row['indicator']} {row['measured']}"]
    parts += ["人数が少ないため値は示さない"] if hidden else []
    if pd.notna(row["n"]) and row["n"] != SUPPRESSED:
        base = row.get("base")
        asked = (
            "" if base is None or not base > 0 else (f"（対象{int(base)}人の{number(row['n'] / base, 'rate')}が回答）")
        )
        parts.append(f"n={int(row['n'])}{asked}")
    parts.append(f"第{row['chapter']}章")
    return f"{row['reason']}（{'、'.join(parts)}）"


def with_grounds(rows: pd.DataFrame, old_and_new: pd.DataFrame) -> pd.DataFrame:
    """The rows of the workbook with their grounds and the cells left blank for the CIO."""
    grounds = old_and_new[["decision_id", "grounds", "opinion", "decision"]]
    return rows.merge(grounds, on="decision_id")


def points_and_reflections(points: pd.DataFrame, reflections: pd.DataFrame) -> pd.DataFrame:
    """What was said for and against, beside what is made of it: side, points, area, texts.

    ``points``: side, label, n, reflection_ids. ``reflections``: reflection_id, area, text. One row
    a side and area; ``points`` and ``texts`` are lists, each point with the number who said it (none
    where it is hidden).
    """
    rows = []
    for side, said in points.groupby("side", sort=False):
        called = {i for ids in said.loc[said["n"] != 0, "reflection_ids"] for i in ids.split(";")}
        labels = [p["label"] + _people(p["n"]) for p in said.to_dict("records")]
        answers = reflections[reflections["reflection_id"].isin(called)]
        for area, texts in answers.groupby("area", sort=False)["text"]:
            rows.append({"side": SIDE[side], "points": labels, "area": area, "texts": list(texts)})
            labels = ["（同上）"]
    return pd.DataFrame(rows, columns=["side", "points", "area", "texts"])


def _people(n: int | str) -> str:
    return "" if n == SUPPRESSED else f"（{n}人）"


def voices(obstacles: pd.DataFrame, interviews: pd.DataFrame) -> pd.DataFrame:
    """The questionnaire's obstacles and the interviews as one table: source, question, said (a list).

    ``obstacles``: option, n (「x」 where it is hidden). Interviews are in the words of the record.
    """
    ticked = obstacles[obstacles["n"] != 0]
    rows = [
        {
            "source": "受講者アンケート（複数回答）",
            "question": "DXのアイデア実現の検討における課題",
            "said": [
                f"{o['option']}（{o['n']}{'' if o['n'] == SUPPRESSED else '件'}）" for o in ticked.to_dict("records")
            ],
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
        FAMILY.get(family, family) if pd.isna(number) else f"第{number}回のアンケート"
        for family, number in zip(instruments["family"], numbers, strict=True)
    ]
    return instruments.assign(instrument_label=labels)
