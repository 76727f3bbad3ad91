"""What `lab` adds to JupyterLab's server: clean notebooks in git, and exports with Japanese names.

The project's own notebooks are in git and without outputs; run in JupyterLab, they show single
comments and small groups, which must not be committed by mistake. An analyst's copies (`lab.OWN`)
keep all.
"""

import json
from pathlib import Path, PurePosixPath

FOLDER = "notebooks"
MACHINE = ("kernelspec", "language_info")  # what a notebook remembers of the Python it last ran in
EXPORT = r"nbconvert/(?P<format>[^/]+)(?P<path>/.+)"


def _jupyter_server_extension_points() -> list[dict]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server) -> None:
    from jupyter_server.nbconvert.handlers import NbconvertFileHandler

    server.contents_manager.register_pre_save_hook(without_outputs)
    # The server's own address of the exports takes ASCII names only.
    server.web_app.add_handlers(".*$", [(server.base_url + EXPORT, NbconvertFileHandler)])


def without_outputs(model: dict, path: str, contents_manager, **_) -> None:
    """Empty the notebook in ``model`` of what running it left, if it is one of the project's own."""
    if model["type"] != "notebook" or str(PurePosixPath(path.strip("/")).parent) != FOLDER:
        return
    notebook = model["content"]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook["metadata"].pop("widgets", None)
    file = Path(contents_manager.root_dir) / path.strip("/")
    if file.is_file():
        before = json.loads(file.read_text(encoding="utf-8"))["metadata"]
        kept = {name: before[name] for name in MACHINE if name in before}
        others = {n: value for n, value in notebook["metadata"].items() if n not in MACHINE}
        notebook["metadata"] = {**kept, **others}
