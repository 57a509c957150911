"""台账: looked through by filters, told what is wrong beside the field, leafed through both ways."""

import json
from base64 import urlsafe_b64encode
from itertools import product

import pytest

from tests.builders import DIRECTOR, OFFICER, a_case, a_draft
from workflow.services import leafing


def test_an_empty_register_leads_to_where_matters_come_from(pages):
    shown = pages.signed_in(OFFICER).sees("/cases").partition("还没有与您有关的事项")[2]
    assert 'href="/imports"' in shown and 'href="/cases/new/open"' in shown
    assert "/imports" not in pages.signed_in(DIRECTOR).sees("/cases").partition("还没有与您有关")[2]


def test_what_is_looked_for_stands_above_the_list_and_goes_with_one_click(office, pages):
    draft, handling = a_draft(office), a_case(office, "handling")
    shown = pages.signed_in(OFFICER).sees("/cases?state=handling&words=路灯")
    assert handling.number in shown and f">{draft.number}<" not in shown
    assert 'href="/cases?words=%E8%B7%AF%E7%81%AF"' in shown and "环节：限期办结" in shown


def test_a_wrong_filter_is_told_beside_its_field(office, pages):
    answer = pages.signed_in(OFFICER).get("/cases?due_from=昨天&light=紫&unit=天外局")
    assert answer.status_code == 200
    for name in ("due_from", "light", "unit"):
        assert f'id="{name}-error"' in answer.text and f'aria-describedby="{name}-error"' in answer.text


def test_nothing_found_says_what_to_do(office, pages):
    assert "去掉全部条件" in pages.signed_in(OFFICER).sees("/cases?words=没有这样的事")


def place(at="2026-07-01T08:00:00+08:00", kind="n", key="", case_id=0):
    return urlsafe_b64encode(json.dumps([0, kind, key, case_id, at]).encode()).decode().rstrip("=")


NONE = ["x", "W10", "WzAsICJuIiwgIiIsIDFd", "%00", "A" * 5000, "WzAsMSwyLDMsNF0"]
UNTRUE = [
    place("9999-12-31T23:59:59-12:00"),
    place("0001-01-01T00:00:00+14:00"),
    place("2036-07-01T08:00:00+08:00"),
    place("2026-06-29T08:00:00+08:00"),
    place("2026-07-01T08:00:00"),
    place(7),
    place(kind="s", key="\ud800"),
    place(kind="s", key="a\0b"),
    place(kind="s", key=["x"]),
    place(kind="t", key="0001-01-01T00:00:00+14:00"),
    place(kind="t", key="2026-07-01T08:00:00"),
    place(case_id=2**63),
]


def test_a_place_nobody_gave_begins_at_the_first_page(office, pages):
    case, him = a_draft(office), pages.signed_in(OFFICER)
    for given, order in product(NONE + UNTRUE, ("number", "changed")):
        shown = him.sees(f"/cases?order={order}&after={given}")
        assert "现从第一页列起" in shown and case.number in shown, given


def test_a_next_leaf_leads_back(office, pages, monkeypatch):
    monkeypatch.setitem(leafing.leaf.__kwdefaults__, "size", 2)
    numbers = [a_draft(office).number for _ in range(3)]
    him = pages.signed_in(OFFICER)
    after = him.sees("/cases").split('rel="next"')[0].rsplit('href="', 1)[1].rstrip('" ')
    shown = him.sees(after)
    assert numbers[0] in shown and 'rel="prev"' in shown and 'rel="next"' not in shown


def test_a_whole_page_is_ticked_without_a_script(office, pages):
    a_draft(office), a_draft(office)
    him = pages.signed_in(OFFICER)
    assert him.sees("/cases").count(" checked>") + 2 == him.sees("/cases?ticked=all").count(" checked>")


def test_what_takes_too_long_is_given_up_and_says_what_to_add(office, pages, monkeypatch):
    a_draft(office)
    him = pages.signed_in(OFFICER)
    monkeypatch.setattr("workflow.storage.patience.STEPS", 1)
    monkeypatch.setattr("workflow.services.leafing.PATIENCE", 0.0 if is_sqlite(office) else 0.001)
    slow = "SELECT pg_sleep(0.1)"
    if not is_sqlite(office):
        monkeypatch.setattr("workflow.storage.leafing.each", lambda tx, *_, **__: tx.exec_driver_sql(slow))
    assert "请再加上环节、单位、期限等条件" in him.sees("/cases?words=灯")


def is_sqlite(office):
    return office.engine.dialect.name == "sqlite"


@pytest.mark.parametrize(
    ("words", "found"), [("2026-001", True), ("２０２６－００１", True), ("２０２７", False)]
)
def test_a_number_is_found_in_full_width_digits_as_well(office, pages, words, found):
    number = a_case(office).number
    assert (f">{number}<" in pages.signed_in(OFFICER).sees(f"/cases?words={words}")) is found


@pytest.mark.parametrize("words", ["城管", "城管局", "城市管理", "BH212", "市城管局"])
def test_a_unit_is_found_by_part_of_any_name_it_goes_by(office, pages, words):
    case, other = a_case(office), a_case(office, "assigned", lead_unit="市水务局")
    shown = pages.signed_in(OFFICER).sees(f"/cases?unit={words}")
    assert case.number in shown and other.number not in shown
