"""What other organisations' systems say of R5: J-LIS's learner lists and Teams' report."""

from datetime import date, datetime, timedelta
from pathlib import Path

import office_files as office
import town_R5 as town
from forms_R4 import SAMPLE, Noise
from lists_R5 import written_name

COURSE, OTHER = "デジタルリテラシー修得コース", "個人情報保護基礎コース"
TOWN_CODE = "223441"
HEAD = [
    "団体コード",
    "団体名",
    "受講者ID",
    "氏名",
    "所属",
    "コース名",
    "受講開始日",
    "最終アクセス日時",
    "進捗率",
    "確認テスト得点",
    "受講状況",
    "修了日",
]
DAYS = (date(2023, 10, 31), date(2024, 2, 29))


def _histories() -> dict[str, tuple[date | None, date | None, int, int]]:
    """Staff number → (begun, finished, per cent if not, score); finished may lie after a list."""
    noise = Noise(town.SEED + 130)
    found = {}
    for n, letter in town.COMPLETION["no04"].items():
        begun = date(2023, 8, 1) + timedelta(days=noise.whole(70))
        finished = begun + timedelta(days=1 + noise.whole(60))
        per_cent, score = 10 * (1 + noise.whole(7)), 60 + 5 * noise.whole(9)
        if letter == "K" or (letter == "M" and noise.whole(2)):
            begun = finished = None
        elif letter == "M" or (letter == "U" and noise.whole(100) < 35):
            finished = None
        found[n] = (begun, finished, per_cent, score)
    return found


HISTORIES = _histories()
# Finished by October, begun again by February: the list goes backwards.
WENT_BACK = next(
    n
    for n, (_, finished, _, _) in HISTORIES.items()
    if finished and finished < DAYS[0] and town.COMPLETION["no04"][n] == "U"
)


def _row(n: str, at: int, as_of: date, noise: Noise) -> list[str]:
    p = town.BY_NO[n]
    begun, finished, per_cent, score = HISTORIES[n]
    own = [TOWN_CODE, "小山町", n, written_name(p.name, at), p.office, COURSE]
    if begun is None or begun > as_of:
        return [*own, "", "", "0%", "", "未受講", ""]
    clock = f" {9 + noise.whole(8)}:{noise.whole(60):02d}"
    if finished and finished <= as_of and not (n == WENT_BACK and as_of == DAYS[1]):
        return [
            *own,
            f"{begun:%Y/%m/%d}",
            f"{finished:%Y/%m/%d}{clock}",
            "100%",
            str(score),
            "修了",
            f"{finished:%Y/%m/%d}",
        ]
    share = per_cent if as_of == DAYS[1] else per_cent // 20 * 10
    status = "未修了" if as_of == DAYS[1] and at % 3 == 0 else "受講中"
    if n == WENT_BACK:
        status, share = "受講中", 40
    last = f"{min(as_of, begun + timedelta(days=5)):%Y/%m/%d}{clock}"
    percent = f"{share}%" if at % 5 else str(share)
    return [*own, f"{begun:%Y/%m/%d}", last, percent, "", status, ""]


def make_progress(out: Path) -> None:
    """Two cumulative lists, four months apart; a few lines of another course in each."""
    for as_of in DAYS:
        noise = Noise(town.SEED + 140)
        rows = [_row(n, at, as_of, noise) for at, n in enumerate(HISTORIES)]
        for n in list(HISTORIES)[3:6]:
            p = town.BY_NO[n]
            rows.append(
                [
                    TOWN_CODE,
                    "小山町",
                    n,
                    p.name,
                    p.office,
                    OTHER,
                    "2023/09/01",
                    "2023/09/01 10:15",
                    "100%",
                    "90",
                    "修了",
                    "2023/09/01",
                ]
            )
        rows.append([f"※{SAMPLE}", *[""] * 11])
        office.write_csv([HEAD, *rows], out / f"JLIS_受講状況_{as_of:%Y%m%d}.csv", "cp932")


def _duration(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    words = f"{rest // 60} 分 {rest % 60} 秒"
    return f"{hours} 時間 {words}" if hours else words


def make_teams(out: Path) -> None:
    """UTF-16 with tabs, three sections; who reconnected stands twice."""
    noise = Noise(town.SEED + 150)
    start = datetime(2023, 5, 12, 13, 30)
    people = [*town.ON_TEAMS, town.CONTRADICTED, *town.TOO_SHORT]
    stays: list[tuple[str, int, int]] = []  # who, seconds after the start, seconds
    for at, n in enumerate(people):
        late = noise.whole(240)
        whole = 6600 + noise.whole(500)
        if n in town.TOO_SHORT:
            stays.append((n, late, 1800 + noise.whole(600)))
        elif at % 6 == 2:  # the connection broke
            stays += [(n, late, 3000), (n, late + 3120, whole - 3180)]
        else:
            stays.append((n, late, whole))
    stamp = "%Y/%m/%d, %H:%M:%S"
    lines = [
        ["1. 要約"],
        ["会議のタイトル", f"R5 No.2 一般職員向け研修　{SAMPLE}"],
        ["参加者数", str(len(people) + 1)],
        ["開始時刻", start.strftime(stamp)],
        ["終了時刻", (start + timedelta(hours=2)).strftime(stamp)],
        ["会議の長さ", "2 時間 0 分 0 秒"],
        [],
        ["2. 参加者"],
        ["名前", "最初の参加", "最後の退出", "会議の長さ", "メール アドレス", "参加者 ID (UPN)", "ロール"],
    ]
    host = [
        "企画政策課 研修担当",
        start.strftime(stamp),
        (start + timedelta(hours=2)).strftime(stamp),
        "2 時間 0 分 0 秒",
        "kikaku@town.example.jp",
        "kikaku@town.example.jp",
        "開催者",
    ]
    lines.append(host)
    for at, (n, late, seconds) in enumerate(stays):
        name = town.BY_NO[n].name.replace("　", " " if at % 3 else "　")
        joined = start + timedelta(seconds=late)
        mail = f"s{n}@town.example.jp"
        lines.append(
            [
                name,
                joined.strftime(stamp),
                (joined + timedelta(seconds=seconds)).strftime(stamp),
                _duration(seconds),
                mail,
                mail,
                "発表者" if at == 0 else "出席者",
            ]
        )
    lines += [[], ["3. 会議中のアクティビティ"], ["名前", "参加時刻", "退出時刻", "時間", "メール アドレス", "ロール"]]
    for line in lines[10 : 10 + len(stays)]:
        lines.append([*line[:5], line[6]])
    text = "\r\n".join("\t".join(line) for line in lines) + "\r\n"
    (out / "Teams出席_20230512.csv").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))


def make_logs(out: Path) -> None:
    """Both systems' files."""
    make_progress(out)
    make_teams(out)
