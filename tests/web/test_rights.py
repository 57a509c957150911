"""Every page and every act, for everybody: the running application against the table made from the manual."""

import re
import secrets

import pytest
from fastapi.routing import iter_route_contexts

from states.vocabulary import Role
from tests.builders import LEAD_CODE, LIAISON, a_case, give
from tests.web.playing import BYSTANDER, MISSING, business, file_of
from tests.web.rights import (
    ACCOUNT,
    ACTS,
    ASKED,
    EVERY_ROUTE,
    EVERYBODY,
    FORMLESS,
    NOTHING_FOR,
    OPENINGS,
    PARTICIPANTS,
    ROUTES,
    SEALED,
    SIGN_IN,
    STATES,
    TOO_LATE,
    TOO_LATE_TO_OPEN,
    Somebody,
    signed_in,
)
from workflow.web.app import create_app

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
NAMED = {
    "token": "nobody-gave-this",
    "secret": "nobody-made-this",
    "person": BYSTANDER,
    "act": "disable",
    "matter": "nobody-wrote-this",
    "kind": "measure",
    "id": "nobody-raised-this",
    "draft": "nobody-handed-this-in",
    "item": "nobody-sent-this",
    "serial": "999999999",
    "work": "nobody-asked-this",
    "code": LEAD_CODE,
}
PASSWORD = "海港 大道 42 号的灯亮了"
SENT = {
    "POST /sign-in": {"login": "nobody", "password": PASSWORD},
    "POST /invitations/{token}": {"password": PASSWORD, "again": PASSWORD},
    "POST /account/password": {"old": "不是这一个", "new": PASSWORD, "again": PASSWORD},
    "POST /account/second-factor": {"code": "000000"},
    "POST /account/second-factor/drop": {"code": "000000"},
    "POST /accounts": {"person": "没有这个人"},
    "POST /roles": {"person": BYSTANDER, "change": "grant", "role": "clerk"},
    "POST /cases/new/{command}": {"title": "海港大道积水点整治", "source": "市长信箱", "again": "yes"},
    "POST /cases/{number}/acts/{command}": {"text": "完成率与现场不符，请核查"},
}
for_everybody = pytest.mark.parametrize("who", EVERYBODY)
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def routes_of(office, make=create_app):
    """Every route of the pages, by method and path; what is mounted takes what reads. Those of the API have a
    table of their own."""
    every = iter_route_contexts(make(office).routes)
    found = [one for one in every if not str(one.path).startswith("/api/")]
    return {f"{method} {one.path}" for one in found for method in one.methods or ("GET", "HEAD")}


def address(play, route, number):
    """The address of a route where nothing is known but a case."""
    path = route.partition(" ")[2].replace("/static", "/static/duban.css")
    command = "open" if "/new/" in path else "conclude" if "/measures/" in path else "comment"
    measure, paper = play.inquiry(number)
    named = {"sha256": file_of(number), "measure": measure, "paper": paper, **NAMED}
    return path.format(number=number, command=command, **named)


def told(browser, method, path, token="", **filled):
    """What somebody is told: a status, or where he is sent."""
    form = {"_token": token, "_form": secrets.token_urlsafe(16), **filled} if method == "POST" else None
    answer = browser.request(method, path, data=form)
    return answer.headers["location"] if answer.is_redirect else answer.status_code


def differing(found, wanted):
    """What differs; of an address without what it asks, one that ends in a stroke is how it begins."""
    return {name: (one, wanted[name]) for name, one in found.items() if not leads_to(one, wanted[name])}


def leads_to(one, place):
    if isinstance(one, int) or isinstance(place, int):
        return one == place
    path = one.partition("?")[0]
    return path.startswith(place) if place.endswith("/") and place != "/" else path == place


def test_the_table_has_a_line_for_every_route_and_for_every_command(play):
    assert routes_of(play.office) == EVERY_ROUTE.keys()
    with play.office.engine.connect() as tx:
        assert {*ACTS, *OPENINGS, *FORMLESS} == play.office.lifecycle(tx).command_rows.keys()


@for_everybody
def test_every_route_tells_everybody_what_the_table_says(play, who):
    token, found, wanted = play.token(who), {}, {}
    for route, line in EVERY_ROUTE.items():
        objects = play.numbers if "{number}" in route else ("",)
        for number, expected in zip(objects, line[who], strict=False):
            method, path = route.partition(" ")[0], address(play, route, number)
            filled = {"_seen": play.seen(path), **SENT.get(route, {})}
            found[route, number] = told(play.browser(who), method, path, token, **filled)
            wanted[route, number] = expected
    play.leaves(who)
    assert differing(found, wanted) == {}


@pytest.mark.parametrize("who", [Role.DIRECTOR, Role.AUDITOR, Somebody.STRANGER])
def test_no_other_method_is_taken_by_any_path(play, who):
    paths = {route.partition(" ")[2] for route in ROUTES}
    others = {f"{method} {path}" for method in METHODS for path in paths} - EVERY_ROUTE.keys()
    number, him = play.own.number, play.browser(who)
    found = {one: told(him, one.split()[0], address(play, one, number)) for one in others}
    assert differing(found, dict.fromkeys(others, 405)) == {}


@pytest.mark.parametrize(
    ("who", "elsewhere"), [(Role.OFFICER, ()), (Somebody.DEBTOR, (ACCOUNT,)), (Somebody.STRANGER, (SIGN_IN,))]
)
def test_no_form_is_taken_without_the_token_of_who_sends_it(play, who, elsewhere):
    token, before = play.token(who), business(play.office)
    unsafe = (route for route in ROUTES if route.startswith("POST"))
    number, him = play.own.number, play.browser(who)
    found = {route: told(him, "POST", address(play, route, number)) for route in unsafe}
    turned_away = {one.partition("?")[0] if isinstance(one, str) else one for one in found.values()}
    assert turned_away == {403, *elsewhere}, found
    assert (business(play.office), play.token(who)) == (before, token)


@pytest.mark.parametrize("who", [Role.LIAISON, Role.SYSTEM_ADMIN, Somebody.NO_ROLE])
def test_somebody_elses_matter_is_told_of_in_the_words_of_one_there_is_not(play, who):
    browser, form = play.browser(who), {"_token": play.token(who), "_form": "a"}
    measure, paper = play.inquiry(play.foreign.number)
    named = (f"/files/{file_of(play.foreign.number)}", f"/papers/{paper}", f"/measures/{measure}")
    for end in ("", "/acts/comment", "/acts/nothing-like-it", *named, f"/measures/{measure}/acts/conclude"):
        paths = [f"/cases/{number}{end}" for number in (play.foreign.number, play.sealed.number, MISSING)]
        assert len({words_of(browser.get(path)) for path in paths}) == 1
        assert len({words_of(browser.post(path, data=form)) for path in paths}) == 1


def words_of(answer):
    """What an answer says, but for the number of the request."""
    return answer.status_code, re.sub(r"请求编号 \w+", "", answer.text)


@for_everybody
def test_a_page_offers_the_acts_of_whoever_looks_and_no_others(play, who):
    found = {state: offered(play, who, f"/cases/{case.number}") for state, case in play.cases.items()}
    led_to = ACTS.keys() - NOTHING_FOR
    assert found == {
        state: {one for one in led_to if exists(one, state) and may(one, who)} for state in STATES
    }
    assert offered(play, who, "/cases") == {one for one, those in OPENINGS.items() if who in those}


@for_everybody
def test_the_form_of_an_act_is_there_for_those_who_may_give_it_and_for_nobody_else(play, who):
    token, browser, before = play.token(who), play.browser(who), business(play.office)
    for command in (*ACTS, *OPENINGS, *FORMLESS):
        path, is_his = form_of(play, command), may(command, who)
        found, wanted = (
            {"GET": told(browser, "GET", path)},
            {"GET": 200 if is_his else signed_in(404)[who][0]},
        )
        if not is_his:
            found["POST"] = told(browser, "POST", path, token, _seen=play.seen(path))
            wanted["POST"] = given_back(command, who)
        assert differing(found, wanted) == {}, command
    assert business(play.office) == before


@pytest.mark.parametrize("who", [Role.OFFICER, Role.DIRECTOR, Role.UNIT_HEAD])
def test_in_a_state_where_it_does_not_exist_an_act_is_nobodys(play, who):
    token, before = play.token(who), business(play.office)
    for command in ACTS:
        state = next(state for state in STATES if not exists(command, state))
        path = f"/cases/{play.cases[state].number}/acts/{command}"
        sent = told(play.browser(who), "POST", path, token, _seen=play.seen(path))
        assert told(play.browser(who), "GET", path) == 404, command
        assert sent == given_back_in(state, who), command
    assert business(play.office) == before


@pytest.mark.parametrize(("level", "decider"), ASKED.items())
def test_what_a_level_was_asked_is_decided_by_that_level(play, level, decider):
    asked = {"level": level, "blocker": "变压器迁改费用无着落", "wanted": "明确迁改主体"}
    case = give(play.office, a_case(play.office), "request_coordination", LIAISON, **asked)
    deciding = {"decide_coordination", "decline_coordination"}
    for who in (Role.DIRECTOR, Role.LEADER, Role.PRINCIPAL):
        found = offered(play, who, f"/cases/{case.number}") & deciding
        assert found == (deciding if who is decider else set())


@for_everybody
def test_a_sealed_matter_is_there_for_two_roles_and_for_nobody_to_act_on(play, who):
    path, wanted = f"/cases/{play.sealed.number}", SEALED[who][0]
    assert differing({"": told(play.browser(who), "GET", path)}, {"": wanted}) == {}
    assert offered(play, who, path) == set()
    assert play.sealed.number not in play.browser(who).get("/cases").text


def test_a_unit_has_what_its_subtree_leads_and_not_what_its_superior_leads(play):
    above, below = (
        a_case(play.office, "assigned", lead_unit=unit) for unit in ("市公安局", "市公安局交警支队")
    )
    his, theirs = play.pages.signed_in("BH205-L"), play.pages.signed_in("BH230-L")
    assert his.get(f"/cases/{below.number}/acts/acknowledge").status_code == 200
    assert theirs.get(f"/cases/{below.number}/acts/acknowledge").status_code == 200
    assert theirs.get(f"/cases/{above.number}").status_code == 404


def exists(command, state):
    return state in ACTS[command][0].split()


def may(command, who):
    if command in ACTS:
        return who in ACTS[command][1]
    return who in OPENINGS.get(command, ())


def given_back(command, who):
    """What somebody is told who sends the form of an act that is not his: what he typed, where he sees it."""
    if command in ACTS:
        return given_back_in(ACTS[command][0].split()[0], who)
    return (TOO_LATE_TO_OPEN if command in OPENINGS else signed_in(404))[who][0]


def given_back_in(state, who):
    """The same of an act on a matter in a state; what was never handed out is nobody's outside the office."""
    hidden = state in ("draft", "cancelled") and who in PARTICIPANTS
    line = signed_in(404) if hidden else TOO_LATE
    return line[who][0]


def form_of(play, command):
    """The address of a command's form, on a matter where it exists."""
    if command in OPENINGS:
        return f"/cases/new/{command}"
    state = ACTS[command][0].split()[0] if command in ACTS else "handling"
    return f"/cases/{play.cases[state].number}/acts/{command}"


def offered(play, who, path):
    """The acts a page offers; none where somebody is not shown it."""
    buttons = r'href="/cases/[^/"]+/(?:acts/)?(\w+)(?:\?(?:task|node)=\d+)?"'
    return set(re.findall(buttons, play.browser(who).get(path).text))
