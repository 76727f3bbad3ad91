"""``doit purge --year R5``: what a year needn't keep any longer is deleted, and on record as deleted."""

import csv
import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from pipeline.failure import Failure
from pipeline.preparing.id_key import renew_key
from pipeline.publishing.progress import say
from pipeline.retention import KINDS, ends, overdue
from pipeline.showing.tables import wareki
from pipeline.store import Store, years
from pipeline.text import plain_text
from pipeline.year import Source, Year

COLUMNS = ["廃棄した日時", "種類", "根拠", "ファイル", "大きさ（バイト）", "SHA-256"]
RENEWAL = "鍵を作り直す"
UNDECLARED = "（year.toml に無いファイル）"
Ask = Callable[[str], str]


def purge(root: Path, year: str, today: date | None = None, ask: Ask = input) -> None:
    """Delete what is overdue by the year's ``[retention]``, once its name has been typed.

    The public edition, the published tables, the plans and the key stay. Raises Failure where nothing may be
    deleted, or nobody agrees.
    """
    store = Store.open(year, root)
    if store.is_sample or store.year not in years(root):
        raise Failure(f"{store.declaration.as_posix()} がありません。消せるのは、data/raw にある年度だけです。")
    declared = Year.open(store)
    if not declared.retention:
        raise Failure(
            f"{store.declaration.as_posix()} に、保存期間 [retention] が書かれていません。何も消しませんでした"
            "（書き方は data/sample/R5/year.toml にあります）。"
        )
    late = overdue(store, declared.retention, today or date.today())
    if not late:
        say(f"{store.year.label}に、保存期間を過ぎたものはありません。")
        for kind, written in declared.retention.items():
            say(f'  {KINDS[kind]}：{wareki(ends(store.year, written))}から消せます（{kind} = "{written}"）')
        return
    say(f"{store.year.label}の、保存期間を過ぎたもの:")
    for one in late:
        say(f"  {KINDS[one.kind]}：{len(one.files)}個（{one.rule}、{wareki(one.since)}から消せる）")
    kinds = {one.kind for one in late}
    if "raw" in kinds:
        say("資料を消すと、この年度の報告書は、もう作り直せません（今ある報告書は残ります）。")
    if "processed" in kinds and (after := [str(y) for y in years(root) if y > store.year]):
        say(
            f"集計用の表は、あとの年度（{'、'.join(after)}）の修了の記録と比較にも使われています。消すと、使えなくなります。"
        )
    require(str(store.year), ask)
    for one in late:
        delete(store, one.files, KINDS[one.kind], one.rule, declared.sources)
    say(f"消しました。記録：{store.purge_record.as_posix()}")


def purge_key(root: Path, ask: Ask = input) -> None:
    """Another key of the ids, and no table that the old one made: those are made again from the raw files."""
    stores = [Store.open(year, root) for year in years(root)]
    if not stores or stores[0].is_sample:
        raise Failure("data/raw に年度がありません。見本の町の鍵は、作り直せません。")
    say(
        "受講者の番号（仮ID）の鍵を新しく作り、今の鍵で作った集計用の表を消します。表は、次の doit で資料から作り直されます。"
    )
    if closed := [str(store.year) for store in stores if store.is_closed]:
        say(f"資料を廃棄した年度（{'、'.join(closed)}）の表は作り直せず、修了の記録が失われます。")
    require(RENEWAL, ask)
    for store in stores:
        delete(store, store.left("processed"), KINDS["processed"], "purge --key", [])
    renew_key(stores[-1])
    say("鍵を新しくしました。doit で全年度を作り直し、doit backup で控えを取ってください。")


def require(words: str, ask: Ask) -> None:
    """Raises Failure unless these words are typed."""
    try:
        typed = ask(f"消すときは「{words}」と入力してください: ")
    except EOFError:
        typed = ""
    if typed.strip() != words:
        raise Failure("何も消しませんでした。")


def delete(store: Store, files: list[Path], kind: str, rule: str, sources: list[Source]) -> None:
    """Each file, and then its line in the record: no file counts as deleted that is still there."""
    record = store.purge_record
    is_new = not record.exists()
    with record.open("a", encoding="utf-8-sig" if is_new else "utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\r\n")
        if is_new:
            writer.writerow(COLUMNS)
        for path in files:
            data = b"" if path.is_symlink() else path.read_bytes()
            path.unlink()
            row = [f"{datetime.now():%Y-%m-%d %H:%M}", kind, rule, name_of(path, store, sources), len(data)]
            writer.writerow([*map(plain_text, row), hashlib.sha256(data).hexdigest()])
            lines.flush()
    for folder in sorted({parent for path in files for parent in path.parents}, reverse=True):
        if store.root in folder.parents and folder != store.raw_dir and not any(folder.iterdir()):
            folder.rmdir()


def name_of(path: Path, store: Store, sources: list[Source]) -> str:
    """The file without a name of people in it: a raw file goes by the line that declares it."""
    if store.raw_dir not in path.parents:
        return path.relative_to(store.root).as_posix()
    inside = PurePosixPath(path.relative_to(store.raw_dir).as_posix())
    return next((source.file for source in sources if inside.match(source.file)), f"{UNDECLARED}{path.suffix}")
