"""The year.toml of the small years of the tests: what every year has to say, and entries to add to it."""

YEAR = """\
fiscal_year = "{fiscal_year}"
synthetic = {synthetic}
stage = "{stage}"
title = "{title}"
[town]
name = "小山町"
department = "企画政策課"
[disclosure]
min_cell_internal = 5
min_cell_public = 10
[attendance]
online_share = 0.8
completion_share = 0.8
[analysis]
missed = ["absent"]
attended = ["present"]
margin = 0.5
alpha = 0.05
draws = {draws}
seed = 20220805
"""


def declaration(*entries, fiscal_year="R5", synthetic="true", stage="速報", title="研修", draws=999):
    """The text of a year.toml: YEAR and then ``entries``."""
    head = YEAR.format(fiscal_year=fiscal_year, synthetic=synthetic, stage=stage, title=title, draws=draws)
    return "\n".join([head, *entries])


def course(course_id, sessions=(), **more):
    """A [[course]] with sessions of these numbers."""
    text = _entry("course", course_id=course_id, owner="人事部門", **more)
    for number in sessions:
        text += _entry("course.session", number=number, title=f"第{number}回", format="room", hours=1.0)
    return text


# What a course has to say where no menu table says it.
OF_NO_MENU = {"title": "研修", "category": "DX", "method": "集合", "provider": "講師", "month": "5月", "target": "職員"}


def source(file, kind, **more):
    """A [[source]]; patterns stay as they are written."""
    return _entry("source", file=file, kind=kind, **more)


def _entry(name, **lines):
    def written(value):
        return f"'{value}'" if isinstance(value, str) else value

    return f"[[{name}]]\n" + "".join(f"{key} = {written(value)}\n" for key, value in lines.items())
