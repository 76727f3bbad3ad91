"""``doit backup`` and ``doit restore``: the key, the plans and what was published, which nothing can make again."""

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from pipeline.failure import Failure
from pipeline.preparing.id_key import is_sound
from pipeline.publishing.progress import say
from pipeline.store import Store, irreplaceable, years

SUMS = "SHA256SUMS"  # as ``sha256sum -c`` reads it


def back_up(root: Path, folder: Path, now: datetime | None = None) -> Path:
    """A new folder below ``folder`` with copies that have been read back; its path.

    Raises Failure where there is nothing to keep, or where the copies would lie with the originals.
    """
    files = [path.relative_to(root) for path in irreplaceable(root)]
    if not files:
        raise Failure("控えを取るもの（鍵・分析計画・公表した版）が、まだありません。")
    if folder.resolve().is_relative_to(root.resolve()):
        raise Failure(f"{folder} は、元のデータと同じ所です。別のディスクのフォルダーを書いてください。")
    target = folder / f"控え_{now or datetime.now():%Y%m%d_%H%M%S}"
    sums = {name: copied(root / name, target / name) for name in files}
    text = "".join(f"{digest}  {name.as_posix()}\n" for name, digest in sums.items())
    (target / SUMS).write_text(text, encoding="utf-8", newline="\n")
    say(f"{target} に、{len(files)}個のファイルの控えを取り、読み直して確かめました。")
    say("鍵と内部版の表が入っています。個人情報と同じ扱いで保管してください。")
    return target


def restore(root: Path, folder: Path) -> None:
    """Put back what is missing; nothing that is there is replaced.

    Raises Failure, before anything is written, for a backup that isn't whole, and for files that are
    there and different.
    """
    if not (folder / SUMS).is_file():
        raise Failure(
            f"{folder} は控えではありません（{SUMS} がありません）。「控え_日付」のフォルダーを書いてください。"
        )
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    outside = [n for n in sums if not (root / n).resolve().is_relative_to(root.resolve())]
    refuse("控えが、このフォルダーの外を指しています", outside)
    refuse("控えが壊れています", [n for n, digest in sums.items() if sha256(folder / n) != digest])
    refuse(
        "今あるファイルと控えが違います。戻すなら、今のファイルを先に別の名前にしてください",
        [n for n, digest in sums.items() if sha256(root / n) not in ("", digest)],
    )
    missing = [name for name in sums if not (root / name).exists()]
    for name in missing:
        copied(folder / name, root / name)
    say(f"{len(missing)}個のファイルを戻し、読み直して確かめました（初めから同じもの {len(sums) - len(missing)}個）。")
    if any(not is_sound(Store.open(year, root)) for year in years(root)[-1:]):
        raise Failure("戻した鍵は、今ある集計用の表を作った鍵と違います。手引きの「鍵を無くしたとき」を見てください。")


def refuse(why: str, names: list[str]) -> None:
    if names:
        raise Failure(f"{why}。何も戻しませんでした: {'、'.join(names)}")


def copied(path: Path, target: Path) -> str:
    """Copy the file; the SHA-256 of the copy. Raises Failure if it isn't that of the original."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    digest = sha256(target)
    if digest is None or digest != sha256(path):
        raise Failure(f"{target} を読み直すと、元のファイルと違います。ディスクを確かめてください。")
    return digest


def sha256(path: Path) -> str:
    """The SHA-256 of the file, "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
