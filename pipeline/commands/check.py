"""事前点検 (``doit check``): on one screen, before anything runs, what would stop the run."""

import importlib.metadata
import os
import sys
from collections import Counter
from pathlib import Path

from packaging.requirements import Requirement

from pipeline.findings import BadInput, Finding
from pipeline.fiscal_year import FiscalYear
from pipeline.preparing.prepare import read_year
from pipeline.publishing.failure import Failure
from pipeline.publishing.pdf import require_weasyprint
from pipeline.publishing.progress import say
from pipeline.showing.lettering import font_path
from pipeline.store import Store, undeclared, years
from pipeline.year import Year

REQUIREMENTS = Path(__file__).parents[2] / "requirements.txt"


def check(root: Path) -> bool:
    """Print the state of the machine and of every year; True if nothing would stop the run.

    Reads everything that a run reads and writes no report. Fatal findings are shown whole, with
    what to do; the others are counted, because the data quality report lists them.
    """
    say("事前点検")
    sound = all([_environment(), _writable(root)])
    for folder in undeclared(root):
        sound = _line(False, f"{folder.name}", "year.toml が無いか、フォルダー名が R5 の形でない")
    found = years(root)
    if not found:
        sound = _line(False, "年度", "data/raw に年度のフォルダーがありません（doit new --year R6 で作ります）")
    for year in found:
        sound = _year(year, root) and sound
    say("")
    say("このまま doit を実行できます。" if sound else "×の点を直してから、もう一度 doit check を実行してください。")
    return sound


def _line(is_fine: bool, name: str, text: str) -> bool:
    say(f"  {'○' if is_fine else '×'} {name}：{text}")
    return is_fine


def _environment() -> bool:
    fine = _line(sys.version_info >= (3, 11), "Python", sys.version.split()[0])
    different = [f"{name} {version or '無し'}（{pinned}）" for name, pinned, version in _pins() if version != pinned]
    text = "requirements.txt のとおり" if not different else "違う版：" + "、".join(different[:5])
    fine = _line(not different, "部品", text) and fine
    font = Path(font_path())
    fine = _line(font.is_file(), "日本語フォント", font.name) and fine
    try:
        require_weasyprint()
    except Failure as failure:
        return _line(False, "PDF", str(failure))
    return _line(True, "PDF", "WeasyPrint と Pango を使えます") and fine


def _pins() -> list[tuple[str, str, str | None]]:
    """(package, pinned version, installed version) of every package pinned for this machine."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if "==" in line and not line.startswith("#")]
    return [
        (pin.name, str(pin.specifier)[2:], _installed(pin.name))
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    ]


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


def _year(year: FiscalYear, root: Path) -> bool:
    store = Store.open(year, root)
    say("")
    say(f"{year.label_ad}（{store.raw_dir.as_posix()}）")
    try:
        run = read_year(Year.open(store))
    except BadInput as error:
        return _stop(error.findings)
    read = {file for file, _, _ in run.ledger.read}
    _line(True, "年度の宣言", f"year.toml の {len(run.year.sources)} 件の [[source]]")
    fatal = run.findings.fatal()
    missing = [f for f in fatal if f.rule_id.startswith("F")]
    heads = [f for f in fatal if not f.rule_id.startswith("F")]
    _line(not missing, "ファイル", f"{len(read)}個を読めました" + _count(missing))
    _line(not heads, "見出し・選択肢・氏名", "すべて分かります" if not heads else _count(heads)[1:])
    others = Counter(f.severity for f in run.findings.items if f.severity != "fatal")
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
