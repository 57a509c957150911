"""A paper and its mail over several matters of a unit: in the text while they are few, else in a table."""

from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.document import Document
from notifications.inspection import examine
from notifications.plain import as_text
from notifications.stationery import Stationery, load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from tests.notifications.matter import AUTHORITY, COMMON, LATE
from tests.notifications.test_messages import mail, read, words

KINDS = ("reminder", "inquiry", "supervision_order")
LIST = "逾期督办事项清单"
PRIOR = [{"step": "reminder", "number": "滨督函〔2026〕3号", "issued_on": "2026-11-03"}]
HOSTILE = "一、“甲|乙”\n@行 1|2|3"


def item(serial: int, **changes: Any) -> dict[str, Any]:
    usual = {
        "number": f"滨督2026-{serial:03}",
        "title": f"第{serial}处堵点整治",
        "co_units": ["市城市管理局"],
        "dispatched_on": "2026-08-31",
        "due_on": "2026-10-30",
        "late": LATE,
        "prior": [],
    }
    return {**usual, **changes}


def facts(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    listed = {"items": list(items), "matters": len(items), "reply_by": "2026-11-24", "authority": AUTHORITY}
    return {name: value for name, value in COMMON.items() if name != "case"} | listed | changes


def paper(kind: str, *items: dict[str, Any], **changes: Any) -> Document:
    return compose(load_stationery(kind), facts(*items, **changes))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [2, 5])
def test_few_matters_stand_in_the_text(kind: str, count: int) -> None:
    made = paper(kind, *(item(one) for one in range(1, count + 1)))
    told = as_text(made)
    assert LIST not in made.attachments
    assert all(f"第{one}处堵点整治”（编号：滨督2026-00{one}）" in told for one in range(1, count + 1))
    assert told.count("已逾期12个工作日（18天）") == count


@pytest.mark.parametrize("kind", KINDS)
def test_more_stand_in_a_table_behind_it(kind: str) -> None:
    made = paper(kind, *(item(one) for one in range(1, 13)))
    (annex,) = (one for one in made.annexes if one.title == LIST)
    assert annex.columns == ("序号", "编号", "事项", "交办日期", "办理时限", "逾期工作日", "协办单位")
    assert annex.rows[11] == (
        "12", "滨督2026-012", "第12处堵点整治", "2026年8月31日", "2026年10月30日", "12", "市城市管理局",
    )  # fmt: skip
    assert LIST in made.attachments
    assert "12项督办事项（见附件）" in as_text(made)


@pytest.mark.parametrize("count", [3, 7])
def test_the_papers_before_are_named_matter_by_matter(count: int) -> None:
    items = [item(one, prior=PRIOR if one == 2 else []) for one in range(1, count + 1)]
    told = as_text(paper("inquiry", *items))
    assert told.count("滨督函〔2026〕3号") == 1
    assert ("此前文书" in told) == (count > 5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [2, 6])
def test_what_is_not_known_or_not_certain_is_said_so(kind: str, count: int) -> None:
    bare = item(1, co_units=[], dispatched_on=None, due_on=None, due_within="自2026年8月31日起60日内")
    told = as_text(paper(kind, bare, *(item(one) for one in range(2, count + 1)), reply_by=None))
    assert "自2026年8月31日起60日内" in told
    assert ("12（暂定）" if count > 5 else "按暂定日历计算已逾期12个工作日") in told


def test_a_date_that_was_moved_is_told_with_the_one_before() -> None:
    told = as_text(
        paper("reminder", item(1, original_due_on="2026-09-30"), item(2, original_within="60日内"))
    )
    assert "（原定时限为2026年9月30日，经批准已作调整）" in told
    assert "（原定时限为60日内，经批准已作调整）" in told


@pytest.mark.parametrize("count", [2, 6])
def test_an_order_of_matters_not_yet_late_counts_no_days(count: int) -> None:
    told = as_text(paper("supervision_order", *(item(one, late=None) for one in range(count))))
    assert ("进度滞后；" in told) == (count == 2)
    assert ("未逾期" in told) == (count == 6)
    assert "已逾期" not in told
    assert "逾期督办事项" not in told


@pytest.mark.parametrize("count", [2, 6])
def test_what_a_title_says_stays_its_text(count: int) -> None:
    made = paper("reminder", *(item(one, title=HOSTILE) for one in range(1, count + 1)))
    assert as_text(made).replace("‘", "“").replace("’", "”").count(HOSTILE.replace("\n", " ")) == count
    assert [len(annex.rows) for annex in made.annexes] == ([] if count == 2 else [6])


@pytest.mark.parametrize("kind", KINDS)
def test_the_mail_names_how_many_and_leaves_the_rest_to_the_paper(kind: str) -> None:
    message = read(mail(kind, facts=facts(item(1), item(2))))
    for subtype in ("plain", "html"):
        assert "2项督办事项" in words(message, subtype)
        assert "堵点" not in words(message, subtype)
    assert "堵点" not in message["Subject"]


def test_wording_tells_whether_it_can_list_matters() -> None:
    assert all(load_stationery(kind).lists_matters for kind in KINDS)
    assert not load_stationery("close_out").lists_matters
    listing = Stationery("reminder", "{% for one in items %}{{ one.title }}{% endfor %}", "提醒", "文", "文")
    assert listing.lists_matters
    of_a_case = Stationery("reminder", listing.notice, "{{ case.title }}", "文", "文")
    assert not of_a_case.lists_matters


@pytest.mark.parametrize("count", [3, 40])
def test_it_is_printed_as_the_standard_asks(count: int, fonts: Any) -> None:
    made = paper("reminder", *(item(one) for one in range(1, count + 1)))
    data = typeset(made, fonts, issued_at=datetime(2026, 11, 17, 1, tzinfo=UTC))
    assert examine(data, made).faults == ()
