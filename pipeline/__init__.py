"""The annual evaluation of a town hall's DX training: from raw files to a Japanese report.

One idea: a stage is a thin notebook around pure functions; a year is a folder name. Each line may
import only from lines below it (tests/test_architecture.py).

commands       what the analyst types: the tasks of dodo.py and their actions, 事前点検, doit in Japanese
exploring      a year's tables, asked in JupyterLab: the face for analysts (`open_year`, `explore`)
publishing     notebook → executed notebook → blocks → documents, manifest and index
reports        the documents: chapter by chapter, results → blocks
showing        results → tables, figures, sentences
document       what a report is made of: blocks → one document, stored as JSON → HTML, PDF
preparing      raw rows → canonical tables, findings and accounts; names go into no file but the list
               of who has still to take what, which publishing writes to data/private, and stay
               in the memory of a run, which searches for them in all that it publishes
evaluation     the tables of a year → evidence, standing, themes, proposals: what every chapter speaks of
menu           the decision round: evidence → proposals → decisions → the next year's menu → what came of it
evidence       the numbers a decision rests on, by level of evaluation: of courses, opinions, improvement
               reports, working groups and KPI
completion     who completed what they had to, by group, and who has still to take what
obligations    menu × staff × attendance → who has to take what, and who took it
comprehension  responses → ratings, distributions, shares with intervals
themes         free text → coded themes
year           what a year declares in its year.toml
registration   the analysis plan as it was when the data were first read
declaration    how a year.toml is checked
retention      how long what a year left is kept, and what may go
edition        who may see what: rounding, merging, and what is not told at all
stages         the notebooks: what each reads and writes, and the document that comes of it
schema         the contract of every table that is saved
inference      comprehension gaps × missed sessions → estimate, interval, p, verdict
ingest         files → grids of cells → rows under known headings
indicators     what each number of the evaluation is: its words, its unit, what it counts
codebook       what a heading, label or mark means in a given year
store          one year's files: the only code that knows a path
failure        what goes wrong, said once, in words for the analyst
findings       what is wrong with the raw files, in words
fiscal_year    R4 ⇄ 令和4(2022)年度 ⇄ dates
ids            how the ids in the tables are made, and taken apart
text           text as people type it, reduced to keys
"""

# Imported where they are used: `doit` reads this package, and must not wait for pandas.


def open_year(fiscal_year=None, root=None):
    """The answers, attendance and comments of one fiscal year, to be asked: an ``ExploredYear``.

    ``fiscal_year``: 「R5」; without it the latest. ``root``: the folder with ``data``; without it that of
    the project. The year has to be built (``doit report:R5``).

    >>> year = open_year("R5")                                       # doctest: +SKIP
    >>> year.cross("満足度", "職位", course=year.courses[0])           # doctest: +SKIP
    """
    from pipeline.exploring.explored_year import ExploredYear

    return ExploredYear.open(fiscal_year, root)


def explore(fiscal_year=None, root=None):
    """The panel of notebooks/explore.ipynb: choose and look, without writing code."""
    from pipeline.exploring.panel import explore

    return explore(fiscal_year, root)
