"""A title is text wherever it comes to stand: it is read back as typed, less what nobody sees."""

import html
import re

import pytest

from tests.printed import Printed, words
from tests.towns import Town, doit

TYPED = "DX研修{表:改訂版}<b>\u202e\u2066*x*"
SEEN = "DX研修{表:改訂版}<b>*x*"


@pytest.mark.built
def test_a_hostile_title_is_read_back_from_the_html_and_the_pdf(tmp_path):
    town = Town(tmp_path)
    for _ in range(2):  # of the year and of its only course
        town.declare('title = "DX人材育成研修（試行）"', f'title = "{TYPED}"')
    run = doit(tmp_path, "prepare:R4")
    assert run.returncode == 0, run.stdout + run.stderr
    path = tmp_path / "reports/R4/data_quality.html"
    page = path.read_text(encoding="utf-8")
    on_paper = words("".join(Printed(path.with_suffix(".pdf").read_bytes()).texts))
    on_screen = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert on_screen.count(SEEN) > 1 and on_paper.count(SEEN) > 1
    assert not set("\u202e\u2066") & {*page, *on_paper}
