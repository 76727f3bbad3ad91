"""事前点検 (``doit check``): on one screen, before anything runs, what would stop the run."""

import importlib.metadata
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline.commands.guarded import in_git, readable_by_others, seen_by_git
from pipeline.document.font import font_path
from pipeline.document.pdf import require_typst
from pipeline.failure import Failure
from pipeline.findings import BadInput, Finding
from pipeline.preparing.prepare import read_year
from pipeline.publishing.progress import say
from pipeline.retention import KINDS, overdue
from pipeline.store import RECORD, Store, undeclared, years
from pipeline.year import Year

LOCK = Path(__file__).parents[2] / "requirements.txt"


def check(root: Path) -> bool:
    """Print the state of the machine and of every year; True if nothing would stop the run.

    Reads everything that a run reads and writes no report. Fatal findings are shown whole, with
    what to do; the others are counted, because the data quality report lists them.
    """
    say("事前点検")
    sound = all([_environment(), _writable(root)])
    _guarded(root)
    for folder in undeclared(root):
        sound = _line(False, f"{folder.name}", "year.toml が無いか、フォルダー名が R5 の形でない")
    found = years(root)
    if not found:
        sound = _line(False, "年度", "data/raw に年度のフォルダーがありません（doit new --year R6 で作ります）")
    for year in found:
        store = Store.open(year, root)
        say("")
        say(f"{year.label_ad}（{store.raw_dir.as_posix()}）")
        sound = _year(store) and sound
    say("")
    say("このまま doit を実行できます。" if sound else "×の点を直してから、もう一度 doit check を実行してください。")
    return sound


def _line(is_fine: bool, name: str, text: str) -> bool:
    say(f"  {'○' if is_fine else '×'} {name}：{text}")
    return is_fine


def _environment() -> bool:
    fine = _line(sys.version_info >= (3, 11), "Python", sys.version.split()[0])
    different = list(_different())
    text = f"{LOCK.name} のとおり" if not different else "違う版：" + "、".join(different[:5])
    fine = _line(not different, "部品", text) and fine
    font = font_path()
    fine = _line(font.is_file(), "日本語フォント", font.name) and fine
    try:
        require_typst()
    except Failure as failure:
        return _line(False, "PDF", str(failure))
    return _line(True, "PDF", "Typst を使えます") and fine


def _different() -> Iterator[str]:
    """Every package that isn't there in the version locked for this machine; of JupyterLab's and the tests',
    which one may do without, only those that are there."""
    own = map(Requirement, importlib.metadata.requires("dx-training-evaluation") or ())
    needed = {canonicalize_name(r.name) for r in own if not r.marker or r.marker.evaluate({"extra": ""})}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if "==" not in line or line.startswith("#"):  # the others are fingerprints
            continue
        locked = Requirement(line.rstrip(" \\"))
        version = _installed(locked.name)
        if (locked.marker and not locked.marker.evaluate()) or (not version and locked.name not in needed):
            continue
        if not version or version not in locked.specifier:
            yield f"{locked.name} {version or '無し'}（{locked.specifier}）"


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _writable(root: Path) -> bool:
    closed = [
        name for name in ("reports", "data/processed") if (root / name).exists() and not os.access(root / name, os.W_OK)
    ]
    return _line(not closed, "書き込み", "、".join(closed) + " に書き込めません" if closed else "できます")


def _guarded(root: Path) -> None:
    """What doesn't stop a run, and must be put right all the same: who else can see the town's files."""
    if os.name == "nt":
        _line(
            True, "フォルダーの権限", "Windows では点検できません。手引きの「個人情報を守る」のとおりに確かめてください"
        )
    elif others := readable_by_others(root):
        names = " ".join(path.as_posix() for path in others)
        _warn("フォルダーの権限", f"ほかの利用者が読めます。次のように直してください： chmod -R go= {names}")
    else:
        _line(True, "フォルダーの権限", "ほかの利用者は、個人情報のフォルダーを読めません")
    if seen := seen_by_git(root):
        _warn("git", in_git(seen))


def _warn(name: str, text: str) -> None:
    say(f"  ！ {name}：{text}")


def _year(store: Store) -> bool:
    try:
        declared = Year.open(store)
        for one in overdue(store, declared.retention, date.today()):
            _warn(
                "保存期間",
                f"{KINDS[one.kind]}（{one.rule}）の期限を過ぎています。doit purge --year {store.year} で消します",
            )
        if store.is_closed:
            return _line(True, "資料", f"保存期間を過ぎて廃棄しました（{RECORD}）。報告書は作り直しません")
        read = read_year(declared)
    except BadInput as error:
        return _stop(error.findings)
    _line(True, "年度の宣言", f"year.toml の {len(declared.sources)} 件の [[source]]")
    fatal = read.findings.fatal()
    missing = [f for f in fatal if f.rule_id.startswith("F")]
    heads = [f for f in fatal if not f.rule_id.startswith("F")]
    _line(not missing, "ファイル", f"{len(read.ledger.files)}個を読めました" + _count(missing))
    _line(not heads, "見出し・選択肢・氏名", "すべて分かります" if not heads else _count(heads)[1:])
    others = Counter(f.severity for f in read.findings.items if f.severity != "fatal")
    _line(
        True,
        "所見",
        f"担当課に確かめたいもの {others['major'] + others['critical']}件、"
        f"記録 {others['minor']}件（データ品質報告書に載ります）",
    )
    return not fatal or _stop(fatal)


def _count(findings: list[Finding]) -> str:
    return f"、直すべき点が{len(findings)}件" if findings else ""


def _stop(findings) -> bool:
    for finding in findings:
        say(f"  × {finding}")
    return False
