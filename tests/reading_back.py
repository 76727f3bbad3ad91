"""Finds code that reads a number or a meaning back out of words: out of a sentence, a label or a column of them.

Words are made once, in the last room. Code that searches in them is right until somebody rewords them, and then wrong
in silence. ``found`` looks at the source: it knows which names of a module, and of what it imports, hold words, and
reports every place where a program asks them something.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pipeline

PACKAGE = Path(pipeline.__file__).parent
# What a reader sees and no id is: kana, kanji, full-width letters, ●, and the minus of a page. Not the separator of ids.
WORDY = re.compile("[^\x00-\x7f\u241f]")
# Columns that hold words for readers: nothing is joined, counted or looked up by them.
COLUMNS = {
    *("indicator", "subject", "words", "sentence", "measured", "condition", "basis", "grounds", "decided", "proposal"),
    *("completion_label", "obligation_label", "family_label", "dimension_label", "instrument_label", "status_label"),
}
SEARCHES = {"search", "match", "fullmatch", "findall", "finditer", "sub", "split", "compile"}
READS = {
    *("startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition", "split", "rsplit", "strip"),
    *("find", "rfind", "index", "count", "contains", "extract", "extractall", "isin", "eq", "ne", *SEARCHES),
}
KEYED = {"merge": ("on", "left_on", "right_on"), "pivot_table": ("index", "columns"), "pivot": ("index", "columns")}
BY = {"groupby", "set_index", "drop_duplicates", "duplicated", "sort_values"}
ASKED = {"isin", "eq", "ne", "mode", "unique", "nunique", "value_counts", "duplicated", "map", "replace"}


def found(source: str, imported: Mapping[str, bool] | None = None) -> list[str]:
    """The places that read words back, 「line: code」. ``imported``: name → whether it holds words."""
    tree = ast.parse(source)
    known = dict(imported or {}) | constants(tree, imported or {})
    taken = {  # columns of words under a name of their own
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_column(node.value, ())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return [f"{n.lineno}: {ast.unparse(n)}" for n in ast.walk(tree) if _asks_words(n, known) or _asks_column(n, taken)]


def constants(tree: ast.Module, known: Mapping[str, bool]) -> dict[str, bool]:
    """The names that a module gives to values of its own, and whether they hold words."""
    own = dict(known)
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                many = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                pairs = zip(target.elts, node.value.elts, strict=True) if many else [(target, node.value)]
                own |= {name.id: _says(value, own) for name, value in pairs if isinstance(name, ast.Name)}
    return own


def imported(path: Path) -> dict[str, bool]:
    """The names that a module takes from others of the package, and whether they hold words."""
    known = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
            other = PACKAGE.joinpath(*node.module.split(".")[1:]).with_suffix(".py")
            own = constants(ast.parse(other.read_text(encoding="utf-8")), {}) if other.is_file() else {}
            known |= {alias.asname or alias.name: own.get(alias.name, False) for alias in node.names}
    return known


def _says(node: ast.AST, known: Mapping[str, bool]) -> bool:
    """Whether an expression is, or holds, words. How many there are of them is no word."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        return False
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(WORDY.search(node.value))
    if isinstance(node, ast.Dict):
        return any(_says(key, known) for key in node.keys if key)  # asked whether it has a key, it tells no word
    if isinstance(node, ast.Name):
        return known.get(node.id, False)
    return any(_says(child, known) for child in ast.iter_child_nodes(node))


def _asks_words(node: ast.AST, known: Mapping[str, bool]) -> bool:
    """A comparison with words, or a search for them."""
    if isinstance(node, ast.Compare):
        is_asked = any(isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in node.ops)
        return is_asked and any(_says(side, known) for side in [node.left, *node.comparators])
    if isinstance(node, ast.MatchValue):
        return _says(node.value, known)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    name, on = node.func.attr, node.func.value
    if name in SEARCHES and isinstance(on, ast.Name) and known.get(on.id, False):
        return True  # a pattern compiled of words
    is_pandas = isinstance(on, ast.Attribute) and on.attr == "str"
    return (name in READS or (name == "replace" and is_pandas)) and any(_says(arg, known) for arg in node.args[:1])


def _asks_column(node: ast.AST, taken: Collection[str]) -> bool:
    """A join, a count or a look-up by a column of words."""
    if isinstance(node, ast.Compare):
        return any(_is_column(side, taken) for side in [node.left, *node.comparators])
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in ("set", "dict", "frozenset") and any(_is_column(n, taken) for n in ast.walk(node))
    if not isinstance(node.func, ast.Attribute):
        return False
    name, on = node.func.attr, node.func.value
    if any(isinstance(n, ast.Constant) and n.value in COLUMNS for value in _keys(node, name) for n in ast.walk(value)):
        return True
    if isinstance(on, ast.Attribute) and on.attr == "str":
        return _is_column(on.value, taken) or (isinstance(on.value, ast.Subscript) and _named(on.value) == "reason")
    return name in ASKED and _is_column(on, taken)


def _keys(call: ast.Call, name: str) -> Iterator[ast.AST]:
    """What a table is joined, grouped or looked up by."""
    if name in BY:
        yield from call.args
    yield from (
        k.value for k in call.keywords if k.arg in (*KEYED.get(name, ()), *(("by", "subset") if name in BY else ()))
    )


def _named(node: ast.Subscript) -> object:
    return node.slice.value if isinstance(node.slice, ast.Constant) else None


def _is_column(node: ast.AST, taken: Collection[str]) -> bool:
    return (isinstance(node, ast.Subscript) and _named(node) in COLUMNS) or (
        isinstance(node, ast.Name) and node.id in taken
    )
