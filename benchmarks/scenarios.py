"""The cohorts on which the method is checked: one scenario a row of the calibration table."""

from dataclasses import dataclass, replace

from pipeline.inference.cohort import Design

PLAIN = Design()
WEAKER = replace(PLAIN, related=-0.6)


@dataclass(frozen=True)
class Course:
    """One course of a year; ``watched``: the share of its missed cells caught up by recording."""

    design: Design
    watched: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """``group``: false_alarm (every method), power (the primary), between (layout B), years
    (``courses``, judged together and one by one).

    ``absences``: exactly so many missed cells, of different persons and of sessions in turn;
    ``silent``: the share of persons who don't answer, more often the weaker and the often absent. ``bars``: the figures that the
    design note gives, by measure of the calibration table.
    """

    name: str
    label: str
    group: str
    design: Design
    bars: dict[str, float]
    absences: int = 0
    silent: float = 0.0
    courses: tuple[Course, ...] = ()


def _alarm(name, label, design, *bars) -> Scenario:
    columns = ["primary", "studentised", "both_margins", "cr2", "welch", "mann_whitney", "kendall"]
    given = {c: b for c, b in zip(columns, bars, strict=True) if b is not None}
    return Scenario(name, label, "false_alarm", design, given)


def _power(name, label, design, **bars) -> Scenario:
    return Scenario(name, label, "power", design, bars)


# Of the size of a town's year; strict and generous courses, with more and fewer absences.
COURSES = (
    Course(replace(WEAKER, persons=24, sessions=3, share=.20, mean=3.3)),
    Course(replace(WEAKER, persons=40, sessions=5, share=.15, mean=3.9)),
    Course(replace(WEAKER, persons=60, sessions=4, share=.20, mean=3.6), watched=.3),
    Course(replace(WEAKER, persons=80, sessions=5, share=.15, mean=3.6)),
)  # fmt: skip


def _year(name, label, *differences, **change) -> Scenario:
    courses = tuple(
        replace(course, design=replace(course.design, difference=difference, **change))
        for course, difference in zip(COURSES, differences, strict=True)
    )
    return Scenario(name, label, "years", WEAKER, {}, courses=courses)


SCENARIOS = [
    _alarm("plain", "欠席が理解度と無関係", PLAIN, .051, None, .050, .053, .083, .079, .056),
    _alarm("weaker", "苦手な人ほど休む", WEAKER, .042, None, .049, .050, .292, .305, .353),
    _alarm("hard", "さらに難しい回ほど休む", replace(WEAKER, hardness=.65),
           .049, None, .045, .056, .462, .482, .346),
    _alarm("ceiling", "平均4.5（天井）", replace(WEAKER, mean=4.5),
           .050, None, .049, .052, .233, .287, .321),
    _alarm("rare", "欠席5％", replace(WEAKER, share=.05),
           .048, .047, .036, .049, .134, .147, .191),
    _alarm("runs", "誤差と欠席が続く（自己相関0.5）", replace(WEAKER, memory=.5),
           .072, .044, .069, .049, .345, .350, .199),
    _alarm("hundred", "100人、苦手な人ほど休む", replace(WEAKER, persons=100),
           .053, None, .055, .054, .792, .790, .925),
    _power("zero", "真の差 0", WEAKER, linked=.02, no_link=.66, otherwise=.32,
           superiority=.948),
    _power("quarter", "真の差 −0.25", replace(WEAKER, difference=-.25),
           linked=.24, no_link=.35, otherwise=.41),
    _power("quarter_hard", "真の差 −0.25、難しい回ほど休む",
           replace(WEAKER, difference=-.25, hardness=.65), linked=.24, no_link=.35, otherwise=.41),
    _power("half", "真の差 −0.5", replace(WEAKER, difference=-.5), power=.718, coverage=.953,
           width=.76, linked=.72, no_link=.05, otherwise=.24, superiority=.949),
    _power("one", "真の差 −1", replace(WEAKER, difference=-1.0), power=.999, coverage=.954,
           width=.75, linked=1.0, no_link=0.0, otherwise=0.0, superiority=.933),
    _power("rare_zero", "欠席5％、真の差 0", replace(WEAKER, share=.05),
           linked=.02, no_link=.09, otherwise=.88),
    _power("rare_half", "欠席5％、真の差 −0.5", replace(WEAKER, share=.05, difference=-.5),
           power=.350, coverage=.946, width=1.20),
    _power("twelve_half", "12人、真の差 −0.5", replace(WEAKER, persons=12, difference=-.5),
           power=.417),
    _power("twelve_one", "12人、真の差 −1", replace(WEAKER, persons=12, difference=-1.0),
           power=.907),
    _power("hundred_quarter", "100人、真の差 −0.25",
           replace(WEAKER, persons=100, difference=-.25), power=.766, coverage=.947, width=.36),
    _power("detectable_24", "24人、真の差 −0.53", replace(WEAKER, difference=-.53), power=.80),
    _power("detectable_48", "48人、真の差 −0.37",
           replace(WEAKER, persons=48, difference=-.37), power=.80),
    _power("detectable_100", "100人、真の差 −0.26",
           replace(WEAKER, persons=100, difference=-.26), power=.80),
    Scenario("between_zero", "全体評価だけ（B）、真の差 0", "between", PLAIN, {"coverage": .958}),
    Scenario("between_half", "全体評価だけ（B）、真の差 −0.5", "between",
             replace(PLAIN, difference=-.5), {"coverage": .964, "power": .085}),
    Scenario("between_one", "全体評価だけ（B）、真の差 −1", "between",
             replace(PLAIN, difference=-1.0), {"coverage": .949}),
    # The design note's 35 % are of Kendall on totals, above; one rounded rating finds less.
    Scenario("between_weaker", "全体評価だけ（B）、苦手な人ほど休む", "between", WEAKER, {}),
    Scenario("absences_1", "欠席1セル、真の差 −1", "power", replace(WEAKER, difference=-1.0),
             {"untestable": 1.0}, absences=1),
    Scenario("absences_2", "欠席2セル、真の差 −1", "power", replace(WEAKER, difference=-1.0),
             {"untestable": .21}, absences=2),
    Scenario("absences_8", "欠席8セル、真の差 −1", "power", replace(WEAKER, difference=-1.0),
             {"power": .93}, absences=8),
    Scenario("silent", "無回答27％（苦手な人・休む人ほど多い）、真の差 −0.5", "power",
             replace(WEAKER, difference=-.5), {"estimate": -.482}, silent=.27),
    _year("year_null", "4研修とも差なし", 0, 0, 0, 0),
    _year("year_null_runs", "4研修とも差なし、誤差と欠席が続く（自己相関0.5）", 0, 0, 0, 0, memory=.5),
    _year("year_first", "24人×3回の研修だけ −0.9", -.9, 0, 0, 0),
    _year("year_second", "40人×5回の研修だけ −0.9", 0, -.9, 0, 0),
    _year("year_third", "60人×4回の研修だけ −0.9", 0, 0, -.9, 0),
    _year("year_fourth", "80人×5回の研修だけ −0.9", 0, 0, 0, -.9),
    _year("year_half", "4研修とも −0.5", -.5, -.5, -.5, -.5),
    _year("year_large", "4研修とも −0.9", -.9, -.9, -.9, -.9),
]  # fmt: skip
