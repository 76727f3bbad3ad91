"""Finds code that reads a number or a meaning back out of words: out of a sentence, a label or a column of them.

Words are made once, in the last room. Code that searches in them is right until somebody rewords them, and then wrong
in silence. No form of reading is listed: what isn't known to write counts as reading, and what isn't a key of a table
counts as words.
"""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

import pipeline
from pipeline.codebook import FOLDER

PACKAGE = Path(pipeline.__file__).parent
# What a reader sees and no id is: kana, kanji, full-width letters, ●, and the minus of a page. Not the separator of ids.
WORDY = re.compile("[^\x00-\x7f\u241f]")
TEXTS = {name for kind in (str, re, pd.Series.str) for name in dir(kind)}
TABLES = {name for kind in (dict, list, pd.Series, pd.DataFrame) for name in dir(kind)}
WRITES = {"add", "agg", "append", "assign", "fillna", "insert", "join", "mask", "rename", "setdefault", "where"}
WRITES |= {"center", "encode", "escape", "format", "format_map", "ljust", "lower", "rjust", "title", "upper", "zfill"}
READS = (TEXTS | TABLES) - WRITES
BY = {"drop_duplicates", "duplicated", "groupby", "join", "merge", "pivot", "pivot_table", "set_index", "sort_values"}
STRIPS = {"lstrip", "rstrip", "strip"}  # without an argument: white space
KEYED = {"by", "columns", "index", "keys", "left_on", "on", "right_on", "subset"}

# Names that the town or its files give to their things, and what a module calls the groups and places of its own.
NAMES = {"area", "document", "fiscal_year", "file", "group", "office", "question", "session", "sheet", "source"}
NAMES |= {"source_ref"}
NAMES |= {"at", "card", "dated", "dose", "is_counted", "level", "made_of", "order", "owner", "pending", "place", "pool"}
NAMES |= {"rank", "reports", "theme", "wording"}

# Columns of words, in the codebook and of what is shown: they are copied, and asked nothing.
WORDS = {"basis", "condition", "decided", "grounds", "heading", "indicator", "label", "measured", "proposal", "public"}
WORDS |= {"sentence", "short", "subject", "word", "words"}


def _keys() -> frozenset[str]:
    """What a table may be joined, grouped, sorted or looked up by: what the dictionary has as an id, a code, no text."""
    lines = pd.read_csv(FOLDER / "dictionary.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    is_coded = lines["codes"].ne("") | lines["column"].str.endswith("_id")
    is_no_text = lines["type"].ne("") & ~lines["type"].str.match("text|prose") & lines["column"].ne("")
    return frozenset(lines.loc[is_coded | is_no_text, "column"]) | NAMES


KEYS = _keys()


def found(source: str, imported: Mapping[str, bool] | None = None) -> list[str]:
    """The places that read words back, 「line: code」. ``imported``: name → whether it holds words."""
    tree = ast.parse(source)
    known = dict(imported or {}) | constants(tree, imported or {})
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_words(node.value)]
    known |= {target.id: True for node in named for target in node.targets if isinstance(target, ast.Name)}
    return [f"{n.lineno}: {ast.unparse(n)}" for n in ast.walk(tree) if _asks(n, known) or _joins(n)]


def taken_apart(source: str) -> list[str]:
    """The places that read a part of a text, whatever it says: by a pattern, a method of texts, or its places."""
    return [f"{n.lineno}: {ast.unparse(n)}" for n in ast.walk(ast.parse(source)) if _takes_apart(n)]


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


def _asks(node: ast.AST, known: Mapping[str, bool]) -> bool:
    """Whether something is compared with words, looked up by them or searched for them."""
    asked: list[ast.AST] = []
    match node:
        case ast.Compare(left=left, comparators=others):
            asked = [left, *others]
        case ast.MatchValue(value=value):
            asked = [value]
        case ast.Subscript(slice=key, ctx=ast.Load()):
            asked = [key]
        case ast.Set(elts=elements):
            asked = elements
        case ast.Dict(keys=keys):
            asked = [key for key in keys if isinstance(key, ast.Constant)]
        case ast.Call(func=ast.Attribute(attr=name), args=args, keywords=keywords) if name in READS:
            asked = [*args[:1], *(k.value for k in keywords)]
    return any(_says(one, known) for one in asked) or _asks_column(node)


def _asks_column(node: ast.AST) -> bool:
    """Whether a column of words is compared, or asked what is in it."""
    match node:
        case ast.Compare(left=left, comparators=others):
            return any(map(_is_words, [left, *others]))
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return any(map(_is_words, ast.walk(node)))
        case ast.Call(func=ast.Attribute(value=on, attr=name)) if name in READS - {"map", "tolist"}:
            return _is_words(on)
    return False


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value in WORDS


def _joins(node: ast.AST) -> bool:
    """Whether a table is joined, grouped or looked up by what is no key, in a call or in a query."""
    match node:
        case ast.Call(func=ast.Attribute(attr="query" | "eval"), args=[ast.Constant(value=str(text)), *_]):
            return any(
                isinstance(n, ast.Name) and n.id not in KEYS
                for n in ast.walk(ast.parse(text.replace("@", ""), mode="eval"))
            )
        case ast.Call(func=ast.Attribute(attr=name, value=on)) if name in BY and not isinstance(on, ast.Constant):
            by = [*node.args, *(k.value for k in node.keywords if k.arg in KEYED)]
            lists = [one.elts if isinstance(one, ast.List | ast.Tuple) else [one] for one in by]
            names = [n.value for own in lists for n in own if isinstance(n, ast.Constant)]
            return any(isinstance(name, str) and name not in KEYS for name in names)
    return False


def _takes_apart(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return "re" in {alias.name for alias in names}
        case ast.ImportFrom(module=module):
            return module == "re"
        case ast.Subscript(value=on, slice=ast.Slice()):
            return not (isinstance(on, ast.Attribute) and on.attr in ("iloc", "loc"))
        case ast.Attribute(value=on, attr="str"):
            return not (isinstance(on, ast.Subscript) and isinstance(on.slice, ast.Constant) and _is_id(on.slice.value))
        case ast.Call(func=ast.Attribute(value=on, attr=name)) if not isinstance(on, ast.Constant):
            is_read = name in TEXTS - TABLES - WRITES and (node.args or name not in STRIPS)
            return bool(is_read) and not (isinstance(on, ast.Attribute) and on.attr == "str")
    return False


def _is_id(column: object) -> bool:
    return str(column).endswith(("_id", "_ids"))
