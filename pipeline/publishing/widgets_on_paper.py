"""A widget of a notebook as what it shows: its choices in words, and the results below them."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_output

from pipeline.document.blocks import Block, Heading, Span, Text

VIEW, STATE = (f"application/vnd.jupyter.widget-{kind}+json" for kind in ("view", "state"))
MODEL = "IPY_MODEL_"
NOT_SAVED = "選ぶための部品は、保存したノートブックからは書き出せません。結果を表示するセルを書いてください。"
PROGRAM = "AnyModel"  # a widget drawn by a script that comes with it: a sortable table


def unfolded(output: NotebookNode, notebook: NotebookNode) -> Iterator[NotebookNode | Block]:
    """The output, or what stands for it where it is a widget: outputs and blocks that a reader saw on the screen.

    The state of the widgets is in the notebook's metadata when it was run outside JupyterLab; where it
    isn't, a sentence says so.
    """
    if VIEW not in output.get("data", {}):
        yield output
        return
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    model_id = output.data[VIEW]["model_id"]
    shown = pieces(model_id, models) if model_id in models else [Text(NOT_SAVED, "note")]
    for kind, group in groupby(shown, type):
        if kind is Choice:
            yield Text([Span("／".join(f"{choice.of}：{choice.words}" for choice in group))])
        elif issubclass(kind, Block):
            yield from group
        else:
            for piece in group:
                piece = new_output("display_data", {"text/html": piece}) if kind is str else NotebookNode(piece)
                yield from unfolded(piece, notebook)


class Choice(NamedTuple):
    """What is chosen in a list: 「研修：…」."""

    of: str
    words: str


def pieces(model_id: str, models: dict) -> Iterator[str | dict | Choice | Block]:
    """HTML, choices, headings and outputs of a widget and all within it, from top to bottom."""
    model = models.get(model_id, {})
    state, kind = model.get("state", {}), model.get("model_name")
    if state.get("layout") and hidden(models.get(state["layout"].removeprefix(MODEL), {})):
        return
    if kind == "OutputModel":
        yield from state.get("outputs", ())
    elif kind in ("HTMLModel", "HTMLMathModel"):
        yield state.get("value", "")
    elif chosen := choice(state):
        yield Choice(state.get("description") or "選択", chosen)
    yield from within(kind, state, models)


def within(kind: str, state: dict, models: dict) -> Iterator[str | dict | Choice | Block]:
    """What a box holds; of tabs the one in front, of a box with a program of its own nothing."""
    children = [child.removeprefix(MODEL) for child in state.get("children", ())]
    if any(models.get(child, {}).get("model_name") == PROGRAM for child in children):
        return
    if kind == "TabModel":
        front = state.get("selected_index") or 0
        children = children[front : front + 1]
        yield Heading("".join(state["titles"][front : front + 1]))
    for child in children:
        yield from pieces(child, models)


def hidden(layout: dict) -> bool:
    state = layout.get("state", {})
    return state.get("display") == "none" or state.get("visibility") == "hidden"


def choice(state: dict) -> str:
    """What is chosen in a list, in the words of the list; empty where the widget is none."""
    labels, index = state.get("_options_labels"), state.get("index")
    if not labels or index is None:
        return ""
    several = index if isinstance(index, (list, tuple)) else [index]
    return "、".join(labels[number] for number in several if number < len(labels))
