"""``doit lab``: JupyterLab on notebooks/explore.ipynb, for this machine alone, without a network."""

import contextlib
import importlib.util
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterable
from pathlib import Path

from pipeline.failure import Failure
from pipeline.publishing.progress import say
from pipeline.store import LAB, open_stores

START = "notebooks/explore.ipynb"
OWN = "notebooks/my"  # where an analyst's copies lie, outside git
EXTENSIONS = Path(__file__).resolve().parents[1] / "templates/lab"  # a button, the first screen
LOOPBACK = "127.0.0.1"
STARTING = 120  # seconds: a virus scanner can hold up the first start for long
ENDING = 15  # seconds until a server that doesn't end is killed
LONGEST_SOCKET = 100  # bytes of a path; the systems allow 104 or more
# What the first screen is like, where the analyst hasn't decided otherwise.
SCREEN = {
    "@jupyterlab/translation-extension:plugin": {"locale": "ja_JP"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"codeCellConfig": {"lineWrap": True}},
    # The one button that whoever writes no code needs.
    "@jupyterlab/notebook-extension:panel": {
        "toolbar": [{"name": "run-all", "command": "explore-at-once:run-all", "rank": 34}]
    },
}
# Formats that need programs we don't have, or make pages that load scripts from outside; ours for
# the command line stand in the menu under Japanese names.
NOT_OFFERED = (
    "ASCIIDocExporter",
    "LatexExporter",
    "RSTExporter",
    "HTMLExporter",
    "AnnualReportHTML",
    "AnnualReportPDF",
)
OFFERED = ("ReportPageInMenu", "ReportPdfInMenu")


def open_lab(project: Path, root: Path, browser: bool = True) -> None:
    """Run JupyterLab until it is shut down there, or by Ctrl+C here.

    ``project`` holds the notebooks, ``root`` the data they show. Without ``browser``, and where none
    can be opened, the address is only printed. Raises Failure, in Japanese, when it doesn't start.
    """
    project, root = project.resolve(), root.resolve()
    require_jupyterlab(project)
    with tempfile.TemporaryDirectory(prefix="lab", dir=short_folder(), ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        configure(scratch, settings(project, root, scratch))
        (project / OWN).mkdir(parents=True, exist_ok=True)
        say("JupyterLab を始めます（このパソコンの中だけで動き、ネットワークは使いません）。")
        remind_of_tables(root)
        with (scratch / "log").open("wb") as log, ended_with_us():
            server = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab"],
                cwd=project,
                env=environment(project, root, scratch),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                tell(wait_for(server, scratch), scratch, browser)
                server.wait()
            except KeyboardInterrupt:
                say("")
            finally:
                end(server)
    say("JupyterLab を終了しました。")


def require_jupyterlab(project: Path) -> None:
    """Raises Failure, which says what to type, where JupyterLab or its panel's parts were not installed."""
    if all(map(importlib.util.find_spec, ("jupyterlab", "ipywidgets", "itables"))):
        return
    python = Path(sys.executable)
    shown = python.relative_to(project) if python.is_relative_to(project) else python
    raise Failure(
        "JupyterLab が入っていません。次の行を入力して入れてから、もう一度 doit lab を実行してください。\n"
        f'  {shown} -m uv pip install -c requirements.txt -e ".[lab]"'
    )


def settings(project: Path, root: Path, scratch: Path) -> dict:
    """The server's configuration, by section, as Jupyter reads it from JSON."""
    state = root / LAB
    shell = {} if os.name == "nt" else {"shell_command": terminal_shell(scratch)}
    return {
        "ServerApp": {
            "ip": LOOPBACK,
            "open_browser": False,
            "root_dir": str(project),
            "allow_root": True,  # only warns; a container has no other user
            "allow_remote_access": False,
            "log_level": "WARN",
            "terminado_settings": shell,
            "jpserver_extensions": {"pipeline.commands.lab_server": True},
        },
        "KernelManager": {"transport": transport(scratch)},
        "KernelSpecManager": {"allowed_kernelspecs": ["python3"]},  # the project's, see `environment`
        "LanguageServerManager": {"autodetect": False},
        "LabApp": {
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "extension_manager": "readonly",
            "extra_labextensions_path": [str(EXTENSIONS)],
            "user_settings_dir": str(state / "settings"),
            "workspaces_dir": str(scratch / "workspaces"),  # every start shows the same first screen
        },
        **{name: {"enabled": False} for name in NOT_OFFERED},
        **{name: {"enabled": True} for name in OFFERED},
    }


def configure(scratch: Path, sections: dict) -> None:
    """Write the configuration where JupyterLab looks for the user's own."""
    files = {"jupyter_server_config.json": sections, "labconfig/default_setting_overrides.json": SCREEN}
    for name, content in files.items():
        path = scratch / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def environment(project: Path, root: Path, scratch: Path) -> dict[str, str]:
    """The environment of the server, its kernels and terminals: this Python, this ``pipeline``.

    Nothing that the user has set up for other uses of Jupyter is read: it could open the server to
    the network, or start another Python.
    """
    state = root / LAB
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    own = {
        "JUPYTER_CONFIG_DIR": scratch / "config",
        "JUPYTER_RUNTIME_DIR": scratch / "run",
        "JUPYTER_DATA_DIR": state / "data",
        "IPYTHONDIR": scratch / "ipython",  # what was typed there shows single people: it ends with the session
        "PIPELINE_ROOT": root,
        "PATH": joined([Path(sys.executable).parent, os.environ.get("PATH")]),
        "PYTHONPATH": joined([project, os.environ.get("PYTHONPATH")]),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return inherited | {name: str(value) for name, value in own.items()}


def joined(parts: Iterable) -> str:
    return os.pathsep.join(str(part) for part in parts if part)


def short_folder() -> str | None:
    """A folder with a short path: macOS keeps temporary files where a socket's path is too long."""
    return "/tmp" if os.name == "posix" and os.access("/tmp", os.W_OK) else None


def transport(scratch: Path) -> str:
    """``ipc`` where the system has it: any user of the machine could listen to plain TCP."""
    import zmq

    socket = len(os.fsencode(scratch / "run" / f"kernel-{'0' * 36}-ipc-1"))
    return "ipc" if os.name == "posix" and zmq.has("ipc") and socket < LONGEST_SOCKET else "tcp"


def terminal_shell(scratch: Path) -> list[str]:
    """The shell of JupyterLab's terminal, with our Python first: what the user's own set-up puts before
    it (conda, pyenv) comes after."""
    bash = shutil.which("bash")
    if not bash:
        return [os.environ.get("SHELL") or "/bin/sh"]
    start = scratch / "bashrc"
    first = shlex.quote(str(Path(sys.executable).parent))
    start.write_text(f'[ -f ~/.bashrc ] && . ~/.bashrc\nexport PATH={first}:"$PATH"\n', encoding="utf-8")
    return [bash, "--rcfile", str(start), "-i"]


def remind_of_tables(root: Path) -> None:
    """Say which years can't be looked at yet."""
    stores = open_stores(root)
    without = [str(store.year) for store in stores if not store.table("responses").exists()]
    if without or not stores:
        say(
            f"　注意：まだ集計していない年度があります（{'、'.join(without) or '年度なし'}）。"
            "先に doit を実行すると、調べられるようになります。"
        )


def wait_for(server: subprocess.Popen, scratch: Path) -> str:
    """The address of the first page, with its token, as soon as the server answers."""
    since = time.monotonic()
    while time.monotonic() - since < STARTING:
        for path in (scratch / "run").glob("jpserver-*.json"):
            try:
                told = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:  # half written
                break
            return f"http://{LOOPBACK}:{told['port']}/lab/tree/{START}?token={told['token']}"
        if server.poll() is not None:
            raise Failure(f"JupyterLab を始められません。次の記録を開発者に送ってください。\n{tail(scratch)}")
        time.sleep(0.1)
    raise Failure(
        f"{STARTING}秒たっても JupyterLab が始まりません。もう一度 doit lab を実行してください。\n{tail(scratch)}"
    )


def tail(scratch: Path) -> str:
    lines = (scratch / "log").read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-5:])


def tell(address: str, scratch: Path, browser: bool) -> None:
    """Print the address and open it, by way of a page: others could read a command line."""
    page = scratch / "open.html"
    page.write_text(f'<meta http-equiv="refresh" content="0; url={address}">', encoding="utf-8")
    opened = browser and has_screen() and webbrowser.open(page.as_uri())
    if opened:
        say("ブラウザーが開きます。開かないときは、次のアドレスを開いてください。")
    else:
        say("ブラウザーで次のアドレスを開いてください（人に渡さないでください）。")
    say(f"  {address}")
    say("終えるときは、この画面で Ctrl+C を押します。")


def has_screen() -> bool:
    """Whether a browser has where to open; on a bare terminal it would be one made of text."""
    if os.name == "nt" or sys.platform == "darwin":
        return True
    return bool(os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"})


@contextlib.contextmanager
def ended_with_us():
    """While it lasts, what ends doit (a closed window, a kill) ends the server too."""

    def interrupt(*_):
        raise KeyboardInterrupt

    names = ("SIGINT", "SIGTERM", "SIGHUP") if threading.current_thread() is threading.main_thread() else ()
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, interrupt) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end(server: subprocess.Popen) -> None:
    """End the server, which ends its kernels and terminals."""
    try:
        if os.name == "posix":  # on Windows, Ctrl+C has reached it
            server.terminate()
        server.wait(ENDING)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
