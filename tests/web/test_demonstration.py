"""The door of a demonstration: whoever comes may be anybody there, and nowhere else is there such a door."""

import re
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.builders import AUDITOR, DIRECTOR, LIAISON, OFFICER, OPENED, SYSTEM_ADMIN, a_case, rows, signed
from tests.web.browsing import HTML, Browser, account_of, pages_of
from tests.web.counting import MOST_BYTES, MOST_STATEMENTS, asked_for
from tests.web.rights import DEMONSTRATION, EVERY_ROUTE
from tests.web.serving import answering
from tests.web.test_rights import routes_of
from workflow.errors import ConfigurationError
from workflow.services import demonstration
from workflow.services.accounts import adding, disabling, invitations
from workflow.storage.account_models import SignedSession
from workflow.web.app import create_demonstration

PASSWORD = "海港 大道 42 号的灯亮了"
PEOPLE = (OFFICER, DIRECTOR, AUDITOR)
ROUTE = "/sign-in/demonstration/"
HOSTILE = ("none", "%00", "\u202e", "x" * 5_000, "{{7*7}}", "';--")
on_sqlite = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def can_sign_in(office, person):
    """The code of a person who has an account with a password."""
    invited = adding.add(office, person, by=signed(SYSTEM_ADMIN), at=OPENED)
    invitations.accept(office, invited.token, PASSWORD, at=OPENED)
    return invited.person


@contextmanager
def marked(office):
    """The office as if a demonstration had been played in its folder, until the end of the block."""
    mark = Path(office.engine.url.database).parent / demonstration.MARK
    mark.touch()
    try:
        yield office
    finally:
        mark.unlink()


@pytest.fixture
def codes(office):
    return [can_sign_in(office, person) for person in PEOPLE]


@pytest.fixture
def clock():
    """What the demonstration's clock says, the last of these."""
    return [OPENED]


@pytest.fixture
def visitor(office, codes, clock):
    """A browser before the pages of a demonstration."""
    with ExitStack() as stack:
        stack.enter_context(marked(office))
        url = stack.enter_context(answering(create_demonstration(office, clock=lambda: clock[-1])))
        yield stack.enter_context(Browser(base_url=url, headers=HTML))


def test_no_office_but_a_demonstration_s_gets_such_pages(office):
    with pytest.raises(ConfigurationError) as refused:
        create_demonstration(office, clock=lambda: OPENED)
    assert refused.value.code == "no_demonstration"


def test_nobody_is_played_over_any_other_database(office):
    code = can_sign_in(office, OFFICER)
    with pytest.raises(ConfigurationError):
        demonstration.play(office, code, address="127.0.0.1", agent="", at=OPENED)
    assert rows(office, SignedSession) == []


@on_sqlite
def test_an_ordinary_application_has_no_such_address_even_over_a_demonstration_s_database(office, codes):
    with marked(office), pages_of(office) as pages:
        browser = pages.stranger()
        assert browser.sends("/sign-in", to=ROUTE + codes[0]).status_code == 404
        assert ROUTE not in browser.sees("/sign-in")
        assert "演示数据" not in browser.sees("/sign-in")


@on_sqlite
def test_a_demonstration_has_one_address_more_than_an_ordinary_application(office, codes):
    ordinary = routes_of(office)
    with marked(office):
        shown = routes_of(office, partial(create_demonstration, clock=lambda: OPENED))
    assert ordinary == EVERY_ROUTE.keys() and ordinary.isdisjoint(DEMONSTRATION)
    assert shown == EVERY_ROUTE.keys() | DEMONSTRATION.keys()


@on_sqlite
def test_the_sign_in_page_has_a_form_for_each_of_its_people_and_no_field_for_a_password(visitor, codes):
    shown = visitor.sees("/sign-in")
    assert shown.count('<form method="post"') == len(codes)
    assert all(f'action="{ROUTE}{code}"' in shown for code in codes)
    assert "password" not in shown and "督查室主任" in shown and "市审计局" in shown


@on_sqlite
def test_one_click_signs_in_and_the_page_says_which_day_it_shows(visitor, codes):
    for code, first in zip(codes, ("/desk", "/desk", "/cases"), strict=True):
        assert visitor.sends("/sign-in", to=ROUTE + code).headers["location"] == "/"
        assert visitor.get("/").headers["location"] == first
        assert "日期为2026年7月1日（周三）" in visitor.sees(first)


@on_sqlite
def test_the_page_says_what_waits_for_each(office, visitor):
    can_sign_in(office, LIAISON)
    a_case(office, "assigned", lead_unit="市城市管理局")
    assert "待签收1件" in visitor.sees("/sign-in")


@on_sqlite
@pytest.mark.parametrize(
    "following", ["//elsewhere.example", "https://elsewhere.example", "\\\\x", "\0", "9" * 5_000]
)
def test_whatever_is_typed_into_its_form_is_no_fault_and_leads_nowhere_else(visitor, codes, following):
    for code in (*HOSTILE, codes[0]):
        answer = visitor.sends("/sign-in", to=f"{ROUTE}{quote(code, safe='%')}", next=following)
        assert answer.status_code < 500
        assert "elsewhere" not in answer.headers.get("location", "")
        assert answer.is_redirect or re.search("[一-鿿]", answer.text)


@on_sqlite
def test_nobody_is_anybody_by_a_form_of_another_site_or_without_its_token(office, visitor, codes):
    foreign = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    form = visitor.form("/sign-in")
    assert visitor.post(ROUTE + codes[0], data=form, headers=foreign).status_code == 403
    assert visitor.post(ROUTE + codes[0]).status_code == 403
    assert rows(office, SignedSession) == []


@on_sqlite
def test_whoever_cannot_sign_in_himself_cannot_be_played(office, visitor, codes):
    invited = account_of(office, "阮云舒")
    disabling.disable(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED)
    for code in (invited, codes[0], "nobody"):
        assert visitor.sends("/sign-in", to=ROUTE + code).status_code == 404
        assert f'action="{ROUTE}{code}"' not in visitor.sees("/sign-in")


@on_sqlite
def test_the_door_asks_few_questions_however_much_waits(office, visitor):
    for _ in range(3):
        a_case(office, "assigned")
    asked, shown = asked_for(office, visitor, "/sign-in")
    assert 0 < len(asked) <= MOST_STATEMENTS and len(shown.encode()) <= MOST_BYTES


@on_sqlite
def test_a_session_is_over_by_the_demonstration_s_clock(visitor, codes, clock):
    visitor.sends("/sign-in", to=ROUTE + codes[0])
    clock.append(OPENED + timedelta(minutes=29))
    assert visitor.get("/desk").status_code == 200
    clock.append(OPENED + timedelta(minutes=70))
    assert visitor.get("/desk").headers["location"].startswith("/sign-in?")


@on_sqlite
def test_whoever_takes_another_part_has_left_the_former(office, visitor, codes):
    for code in codes:
        visitor.sends("/sign-in", to=ROUTE + code)
    assert [one.person for one in rows(office, SignedSession) if one.ended_at is None] == codes[-1:]
