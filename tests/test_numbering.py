"""Numbers of tables and figures, and what points to them."""

import pytest

from pipeline.publishing.failure import Failure
from pipeline.publishing.numbering import numbered

PAGE = """
<p>詳しくは{表:completion}と{図:bars}にある。</p>
<table class="data" id="table-people">
<caption>人数</caption></table>
<figure id="figure-bars">
<figcaption>満足度</figcaption><svg/><details><summary>もとの表</summary>
<table class="data">
<caption>満足度（もとの表）</caption></table></details></figure>
<table class="data" id="table-completion">
<caption>修了</caption></table>
"""


def test_tables_and_figures_are_numbered_apart_in_their_order():
    page = numbered(PAGE)
    assert "<caption>表1　人数</caption>" in page
    assert "<figcaption>図1　満足度</figcaption>" in page
    assert "<caption>表2　修了</caption>" in page


def test_a_table_behind_a_figure_has_no_number_of_its_own():
    assert "<caption>満足度（もとの表）</caption>" in numbered(PAGE)


def test_a_reference_becomes_a_link_with_the_number():
    page = numbered(PAGE)
    assert '<a href="#table-completion">表2</a>と<a href="#figure-bars">図1</a>' in page


def test_a_reference_to_nothing_stops_the_page():
    with pytest.raises(Failure, match="{表:gone}"):
        numbered(PAGE + "<p>{表:gone}</p>")
