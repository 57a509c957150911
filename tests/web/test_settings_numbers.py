"""设置, 编号和文号: each series with its next number, and why a number is void."""

import pytest

from tests.builders import (
    AUDITOR,
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    signed,
)
from tests.web.counting import asked_for
from tests.writing import brought_to, drafted
from workflow.services.documents import filing

PATH = "/settings/numbers"


@pytest.fixture
def void(office):
    """The number of a paper that was issued and voided."""
    number = "滨督单〔2026〕1号"
    brought_to(office, drafted(office, a_case(office)), "issued")
    filing.void(office, number, by=signed(DIRECTOR), at=OPENED, reason="发错单位")
    return number


def test_a_series_is_told_with_its_next_number_and_no_gap(office, pages, void):
    code = void.partition("〔")[0]
    shown = pages.signed_in(CLERK).sees(f"{PATH}?series={code}&year=2026")
    assert "没有缺号" in shown and f"{code}〔2026〕2号" in shown and "事项编号" in shown
    assert void in shown and "发错单位" in shown


def test_a_series_there_is_not_is_no_fault(pages):
    assert "没有这个文号系列" in pages.signed_in(OFFICER).sees(f"{PATH}?series=没有&year=2026")


def test_whose_it_is_not_is_refused(pages):
    assert pages.signed_in(LIAISON).get(PATH).status_code == 403
    assert pages.signed_in(AUDITOR).get(PATH).status_code == 200


def test_a_page_costs_few_queries_and_bytes(office, pages, void):
    him, path = pages.signed_in(DIRECTOR), f"{PATH}?series={void.partition('〔')[0]}&year=2026"
    him.sees(path)
    seen, shown = asked_for(office, him, path)
    assert len(seen) <= 12 and len(shown.encode()) <= 150_000
