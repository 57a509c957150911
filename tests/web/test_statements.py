"""Every page, before whoever it is for, on one office: how much it asks of the database, and sends."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

import pytest

from states.vocabulary import Role as R
from tests.builders import CLERK, LEAD_CODE, LIAISON, OFFICER, SYSTEM_ADMIN, a_paper_of_proof, rows, signed
from tests.intake import an_arrival, sent
from tests.registers import SAMPLE
from tests.services.test_taking_out_beside import asked_to_take
from tests.stories import QUESTION
from tests.web.counting import MOST_BYTES, MOST_STATEMENTS, answered
from tests.web.playing import BYSTANDER, PEOPLE, file_of, on_measure
from tests.web.rights import ROUTES, Somebody, Who
from tests.web.subscribing import subscribed
from tests.writing import CIRCULAR, HANDLER, TO_PERSON, brought_to, drafted
from workflow.services import audit_works, register_views
from workflow.services.accounts import adding
from workflow.services.documents import judging
from workflow.services.rendering import render_pending
from workflow.storage import case_reads
from workflow.storage.models import Escalation, OutboxMessage
from workflow.storage.work_models import AuditWork

INVITED = "BH209-L"
JULY = "first=2026-07-01&last=2026-07-20"
PAGES: Mapping[str, tuple[Who, ...]] = {
    "/desk": (R.OFFICER, R.DIRECTOR, R.LIAISON, R.UNIT_HEAD, Somebody.DEPUTY, R.SYSTEM_ADMIN),
    "/signing": (R.DIRECTOR, R.LEADER, R.LIAISON, R.CLERK, R.ARCHIVIST),
    "/signing/measure/{waiting}": (R.DIRECTOR, R.LEADER),
    "/signing/measure/{waiting}/acts/approve": (R.DIRECTOR,),
    "/signing/paper/{written}": (R.DIRECTOR,),
    "/signing/paper/{written}/acts/sign": (R.DIRECTOR,),
    "/signing/paper/{written}/preview": (R.DIRECTOR,),
    "/signing/paper/{signed}": (R.CLERK,),
    "/signing/paper/{issued}": (R.OFFICER,),
    "/signing/paper/{issued}/acts/serve": (R.OFFICER,),
    "/signing/paper/{issued}/preview": (R.OFFICER,),
    "/signing/measure/{waiting}/preview": (R.DIRECTOR,),
    "/signing/advance/{draft_number}": (R.DIRECTOR,),
    "/cases": (R.DIRECTOR, R.LIAISON, R.AUDITOR),
    "/cases?state=handling": (R.OFFICER, R.UNIT_HEAD),
    "/register/exports": (R.OFFICER, R.LIAISON, R.AUDITOR),
    "/register/exports/{taken}/file": (R.OFFICER,),
    "/cases/{number}": (R.OFFICER, R.DIRECTOR, R.LIAISON, R.AUDITOR, Somebody.CO_LIAISON),
    "/cases/{number}?paper={paper}": (R.OFFICER,),
    "/cases/{number}/files/{sha256}": (R.OFFICER, R.LIAISON),
    "/cases/{number}/acts/comment": (R.OFFICER, R.DIRECTOR),
    "/cases/{number}/acts/report_progress": (R.LIAISON,),
    "/cases/{number}/acts/add_task": (R.DIRECTOR, R.LIAISON),
    "/cases/{number}/measures/{measure}": (R.OFFICER, R.DIRECTOR, R.LIAISON, R.AUDITOR),
    "/cases/{number}/measures/{measure}/acts/conclude": (R.OFFICER,),
    "/cases/{number}/papers/{paper}": (R.OFFICER, R.LIAISON),
    "/cases/{number}/withheld/{kept}": (R.AUDITOR,),
    "/cases/new/open": (R.OFFICER,),
    "/register/acts?act=comment&tick={number}~{seq}": (R.OFFICER,),
    "/signing?did=case_commented&on={number}": (R.DIRECTOR,),
    "/signing/measure/{waiting}?did=case_commented&on={number}": (R.DIRECTOR,),
    "/signing/paper/{written}?did=case_commented&on={number}": (R.DIRECTOR,),
    "/signing/paper/{circular}": (R.DIRECTOR,),
    "/wall": (R.DIRECTOR, R.LIAISON),
    "/wall/table": (R.DIRECTOR, R.LIAISON),
    "/reports": (R.DIRECTOR, R.LIAISON),
    "/reports?span=month&period=2026-07": (R.DIRECTOR, R.LIAISON),
    "/audit": (R.AUDITOR,),
    "/audit/search": (R.AUDITOR,),
    "/audit/search?case={number}": (R.AUDITOR,),
    "/audit/search?since=2026-07-01": (R.AUDITOR,),
    "/audit/access": (R.AUDITOR, R.AUDIT_ADMIN),
    "/audit/day?day=2026-07-20": (R.AUDITOR,),
    "/audit/day?day=2026-07-20&case={number}": (R.AUDITOR,),
    f"/audit/differences?{JULY}": (R.AUDITOR,),
    f"/audit/differences?{JULY}&case={{number}}": (R.AUDITOR,),
    "/audit/verification": (R.AUDITOR,),
    "/audit/checkpoints": (R.AUDITOR,),
    "/audit/checkpoints/1": (R.AUDITOR,),
    "/audit/exports": (R.AUDITOR,),
    "/audit/report": (R.AUDITOR,),
    "/audit/works/{work}/file": (R.AUDITOR,),
    "/settings": (R.DIRECTOR, R.SYSTEM_ADMIN),
    "/settings/units": (R.DIRECTOR,),
    "/settings/units/{code}": (R.DIRECTOR,),
    "/settings/people": (R.DIRECTOR,),
    "/settings/people/{person}": (R.DIRECTOR,),
    "/settings/calendars": (R.DIRECTOR,),
    "/settings/calendars/impact": (R.DIRECTOR,),
    "/settings/policies": (R.DIRECTOR,),
    "/settings/policies/draft": (R.DIRECTOR,),
    "/settings/mail": (R.DIRECTOR, R.SYSTEM_ADMIN),
    "/settings/mail/queue": (R.DIRECTOR,),
    "/settings/mail/queue/{mail}": (R.DIRECTOR,),
    "/settings/numbers": (R.CLERK,),
    "/settings/webhooks": (R.SYSTEM_ADMIN,),
    "/settings/wordings": (R.OFFICER,),
    "/settings/wordings/urge": (R.OFFICER,),
    "/imports": (R.OFFICER,),
    "/imports/template": (R.OFFICER,),
    "/imports/{draft}": (R.OFFICER,),
    "/intake": (R.OFFICER,),
    "/intake?tab=settled": (R.OFFICER,),
    "/intake/draft": (R.OFFICER,),
    "/intake/{item}": (R.OFFICER,),
    "/intake/{item}/files/{proof}": (R.OFFICER,),
    "/account": (R.OFFICER,),
    "/account/tokens": (R.OFFICER,),
    "/machines": (R.SYSTEM_ADMIN, R.SECURITY_ADMIN),
    "/calendars/{secret}.ics": (Somebody.STRANGER,),
    "/invitations/{token}": (Somebody.STRANGER,),
    "/accounts": (R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN),
    "/accounts/{person}": (R.SYSTEM_ADMIN, R.SECURITY_ADMIN),
    "/roles": (R.SYSTEM_ADMIN, R.SECURITY_ADMIN),
    "/roles/requests": (R.SECURITY_ADMIN,),
    "/sessions": (R.SYSTEM_ADMIN,),
    "/sign-in": (Somebody.STRANGER,),
    "/health/ready": (Somebody.STRANGER,),
}
"""By address, with what it names left open: before whom it is looked at."""

NO_PAGES = frozenset(
    {"GET /", "GET /static", "GET /health/live", "GET /metrics"}
    | {"GET /sign-in/provider", "GET /sign-in/provider/back"}
)
"""What leads elsewhere, or shows nothing of the office."""


@pytest.fixture(scope="module")
def places(play):
    """What the pages are about: something of every kind they show."""
    office, when = play.office, play.pages.now
    waiting = next(one for one in rows(office, Escalation) if one.state == "proposed")
    on_measure(office, waiting, "draft", OFFICER, when, question=QUESTION)
    written = drafted(office, play.waiting, at=when)
    judging.review(office, written, by=signed(CLERK, when), at=when)
    going_out = {one: sent_on(office, play.waiting, one, when) for one in ("signed", "issued")}
    render_pending(office, by=signed(None, when))
    for who in (R.OFFICER, R.UNIT_HEAD):
        register_views.choose_columns(office, PEOPLE[who], {"light", "progress", "why"})
    measure, paper = play.inquiry(play.own.number)
    return {
        "number": play.own.number,
        "seq": play.own.seq,
        "draft_number": play.cases["draft"].number,
        "measure": measure,
        "paper": paper,
        "sha256": file_of(play.own.number),
        "waiting": waiting.id,
        "written": written,
        "circular": drafted(office, None, "circular", CIRCULAR, at=when),
        "kept": drafted(office, play.own, "personal_reminder", TO_PERSON, by=HANDLER, at=when),
        "mail": rows(office, OutboxMessage)[0].id,
        "person": BYSTANDER,
        "code": LEAD_CODE,
        "token": adding.add(office, INVITED, by=signed(SYSTEM_ADMIN, when), at=when).token,
        "secret": subscribed(office, LIAISON, at=when).removeprefix("/calendars/").removesuffix(".ics"),
        **going_out,
        **handed_in(play),
        **came_in(play),
    }


def sent_on(office, case, state, when):
    """A paper of a matter that came so far."""
    paper = drafted(office, case, at=when)
    brought_to(office, paper, state, at=when)
    return paper


def handed_in(play):
    """What a visitor leaves to be carried out: a register, exports, a checkpoint."""
    auditor, officer = play.browser(R.AUDITOR), play.browser(R.OFFICER)
    auditor.sends("/audit/checkpoints", to="/audit/checkpoints")
    auditor.sends("/audit/exports", form="jsonl", reason="年度审计")
    taken = asked_to_take(play.office, PEOPLE[R.OFFICER], play.pages.now)
    assert audit_works.carry_out(play.office, clock=lambda: play.pages.now)
    file = {"file": (SAMPLE.name, SAMPLE.read_bytes())}
    handed = officer.post("/imports", data=officer.form("/imports"), files=file)
    draft = handed.headers["location"].partition("?")[0].rpartition("/")[2]
    (work,) = (one.id for one in rows(play.office, AuditWork) if one.id != taken)
    return {"draft": draft, "work": work, "taken": taken}


def came_in(play):
    """What a platform sent about a matter in hand, with a file."""
    proof = a_paper_of_proof(play.office)
    item = sent(play.office, an_arrival(), proof, at=play.pages.now).item
    sent(play.office, an_arrival(text="补充"), at=play.pages.now)
    return {"item": item, "proof": sha256(proof.read_bytes()).hexdigest()}


def test_every_page_there_is_is_counted():
    routes = {one.removeprefix("GET ") for one in ROUTES.keys() - NO_PAGES if one.startswith("GET ")}
    assert {one for one in routes if not any(is_of(one, page) for page in PAGES)} == set()


def is_of(route, page):
    """Whether a page has the address of a route."""
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", route), page.partition("?")[0])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_few_statements_and_bytes(play, places, page):
    """At the first reading of a day, which enters who looked into a matter, and at the second."""
    path = page.format(**places)
    for who in PAGES[page]:
        browser = play.browser(who)
        with play.office.engine.begin() as tx:
            case_reads.forget_before(tx, date.max)
        for _ in range(2):
            asked, answer = answered(play.office, browser, path)
            assert len(asked) <= MOST_STATEMENTS, (page, who, asked)
            assert len(answer.content) <= MOST_BYTES, (page, who)
