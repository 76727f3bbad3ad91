"""What must stay in the house: who else can read a town's folders, and whether git would take them."""

import os
import stat
import subprocess
from pathlib import Path

from pipeline.store import private_folders

TIME = 10  # seconds for git; a folder on a slow network disk must not hold up the run
PUBLIC_FILES = {"README.md", ".gitkeep"}  # what the project itself keeps there


def readable_by_others(root: Path) -> list[Path]:
    """The private folders that other users of the machine can look into; [] where the system can't say (Windows)."""
    if os.name == "nt":
        return []
    return [path for path in private_folders(root) if stat.S_IMODE(path.stat().st_mode) & 0o077]


def seen_by_git(root: Path) -> list[str]:
    """The folders of personal data with files that are in git, or would be after ``git add``.

    [] outside of a work tree, and where there is no git.
    """
    folders = ("data/raw", "data/private", "data/processed", "data/published", "reports")
    asked = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
    try:
        found = subprocess.run(asked, capture_output=True, timeout=TIME, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    files = [name for name in os.fsdecode(found).split("\0") if name and Path(name).name not in PUBLIC_FILES]
    return [folder for folder in folders if any(name.startswith(f"{folder}/") for name in files)]


def in_git(folders: list[str]) -> str:
    """What to do about folders of personal data that git would take."""
    return (
        f"個人情報が git に入ります（{'、'.join(folders)}）。.gitignore にこのフォルダーを書くか、町のデータを git の外に移し、"
        "もう入れたものは履歴から消してください。"
    )
