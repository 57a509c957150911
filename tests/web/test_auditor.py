"""The auditor looks at everything and changes nothing: every route by every method, every form filled in."""

import secrets

import pytest

from states.vocabulary import Role
from tests.builders import rows
from tests.web.playing import BYSTANDER, business
from tests.web.rights import ACCOUNT_ACTS, ACTS, FORMLESS, MEASURE_ACTS, OPENINGS
from tests.web.test_rights import METHODS, SENT, address, form_of, routes_of
from workflow.services import audit_works
from workflow.storage.work_models import AuditWork

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
FILLED = {name: text for form in SENT.values() for name, text in form.items()} | {
    "lead_unit": "市城市管理局",
    "limit": "15wd",
    "requirement": "9月底前修复全部312盏路灯",
    "plan": "分三批抢修",
    "progress": "已修复一百盏",
    "result": "全部复亮",
    "reason": "道路改造",
    "opinion": "属实",
    "cadence": "week",
    "means": "phone",
    "spoke_with": "值班员",
    "answer": "灯具已到货",
    "method": "document",
    "finding": "passed",
    "verification": "抽查40盏均亮",
    "review_on": "2026-08-03",
    "due_on": "2026-08-05",
    "task": "1",
    "question": "为何两次承诺均未兑现？",
    "until": "2026-08-05",
    "reply": "灯具已到货",
    "judgement": "sufficient",
    "form": "csv",
    "first": "2026-07-01",
    "last": "2026-07-02",
}


WORKS = {("verification", False), ("export", False), ("report", False)}


def walks(play, who, methods=METHODS):
    """Somebody sends whatever can be sent to wherever it can be sent. Signing out comes last."""
    token, browser = play.token(who), play.browser(who)
    for path in dict.fromkeys(everywhere(play)):
        for method in methods:
            form = {**FILLED, "_token": token, "_form": secrets.token_urlsafe(16), "_seen": play.seen(path)}
            browser.request(method, path, data=form if method not in ("GET", "HEAD") else None)
    play.leaves(who)


def everywhere(play):
    """Every address of the application, about matters, measures, papers, files and accounts there are."""
    yield from (form_of(play, command) for command in (*ACTS, *OPENINGS, *FORMLESS))
    for number in (play.own.number, play.waiting.number):
        measure = f"/cases/{number}/measures/{play.inquiry(number)[0]}"
        yield from (f"{measure}/acts/{command}" for command in MEASURE_ACTS)
    yield from (f"/accounts/{BYSTANDER}/{act}" for act in ACCOUNT_ACTS)
    routes = sorted(routes_of(play.office), key=lambda one: one.endswith("/sign-out"))
    yield from (address(play, route, number) for route in routes for number in play.numbers)


def test_the_auditor_changes_nothing_by_any_route_and_any_method(play, methods=METHODS):
    play.browser(Role.AUDITOR)
    before = business(play.office)
    walks(play, Role.AUDITOR, methods)
    audit_works.carry_out(play.office, clock=lambda: play.pages.now)
    assert business(play.office) == before
    assert {(row.kind, row.failed) for row in rows(play.office, AuditWork)} == WORKS


def test_on_the_same_walk_whoever_may_act_does(play):
    play.browser(Role.DIRECTOR)
    before = business(play.office)
    walks(play, Role.DIRECTOR, ["POST"])
    assert business(play.office) != before
