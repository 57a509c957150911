"""A paper that was signed goes out from the signing room: it is issued, entered as served, and filed."""

import pytest

from tests.builders import (
    ARCHIVIST,
    AUDITOR,
    CLERK,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    OPENED,
    UNIT_HEAD,
    a_case,
    a_receipt,
    at,
    rows,
    signed,
)
from tests.web.counting import MOST_STATEMENTS, asked_for
from tests.web.test_signing import decides, form_of, waits_for
from tests.writing import (
    CIRCULAR,
    FOR_LEADER,
    HANDLER,
    OTHER_HANDLER,
    PRINCIPAL,
    TO_PERSON,
    brought_to,
    drafted,
)
from workflow.services import deputies
from workflow.services.documents import issuing
from workflow.services.rendering import render_pending
from workflow.storage.models import Case, Document
from workflow.storage.paper_models import PaperLife

SEAL_KEEPER = "尹修竹"
DEPUTY = "岑朗月"
FOR_PERSON = {"by": HANDLER, "hands": (OTHER_HANDLER, PRINCIPAL)}


def a_paper(office, state, *given, hands=(CLERK, DIRECTOR), **more):
    paper = drafted(office, *(given or (a_case(office, "handling"),)), **more)
    brought_to(office, paper, state, hands=hands)
    return paper


def state_of(office, paper):
    (row,) = (one for one in rows(office, PaperLife) if one.id == paper)
    return row.state


def serves(office, browser, path, *, with_receipt=True, **filled):
    address, hidden = form_of(browser.sees(path), "serve")
    files = {"evidence": ("回执.txt", a_receipt(office)[0].read_bytes())} if with_receipt else None
    return browser.post(address, data={**hidden, **filled}, files=files)


@pytest.mark.parametrize("state", ["signed", "issued"])
def test_what_goes_out_waits_for_officers_and_clerks_and_for_nobody_else(office, pages, state):
    path = f"/signing/paper/{a_paper(office, state)}"
    for person in (OFFICER, CLERK):
        assert path in waits_for(pages, person)
        assert f'href="{path}"' in pages.signed_in(person).sees("/desk")
    for person in (DIRECTOR, LEADER, SEAL_KEEPER, ARCHIVIST, LIAISON, UNIT_HEAD, AUDITOR):
        browser = pages.signed_in(person)
        assert path not in browser.sees("/signing") and path not in browser.sees("/desk")
        assert browser.get(path).status_code == 404


def test_a_signed_paper_is_issued_and_then_entered_as_served(office, pages):
    paper = a_paper(office, "signed")
    path, clerk = f"/signing/paper/{paper}", pages.signed_in(CLERK)
    shown = clerk.sees(path)
    assert "印发督办单" in shown and "（尚未编号）" in shown and "退回修改" not in shown
    assert decides(clerk, path, "issue").status_code == 303
    (number,) = (one.number for one in rows(office, Document) if one.id == paper)
    assert number in clerk.sees(path)
    answer = serves(office, clerk, path, service="hand")
    assert answer.status_code == 303 and state_of(office, paper) == "served"
    assert "已办理：" in clerk.sees(answer.headers["location"])
    assert path not in waits_for(pages, CLERK)


def test_of_an_issued_paper_its_own_print_is_shown(office, pages):
    paper, browser = a_paper(office, "issued"), pages.signed_in(OFFICER)
    assert "已印发的" in browser.sees(f"/signing/paper/{paper}")
    print_ = browser.get(f"/signing/paper/{paper}/preview")
    assert print_.content == browser.get(f"/cases/{rows(office, Case)[0].number}/papers/{paper}").content


def test_without_its_receipt_nothing_is_entered_as_served(office, pages):
    paper, clerk = a_paper(office, "issued"), pages.signed_in(CLERK)
    path = f"/signing/paper/{paper}"
    refused = serves(office, clerk, path, with_receipt=False, service="hand")
    assert refused.status_code == 422 and 'id="evidence-error"' in refused.text
    refused = serves(office, clerk, path, with_receipt=False, service="refused")
    assert refused.status_code == 422 and 'id="reason-error"' in refused.text
    assert state_of(office, paper) == "issued"
    told = {"service": "refused", "reason": "门卫拒收，见证人岑朗月"}
    assert serves(office, clerk, path, with_receipt=False, **told).status_code == 303


def test_a_paper_of_no_matter_is_filed_by_the_archivist_and_others_with_their_matter(office, pages):
    circular = a_paper(office, "served", None, "circular", CIRCULAR, hands=FOR_LEADER)
    with_its_matter = a_paper(office, "served")
    path = f"/signing/paper/{circular}"
    assert waits_for(pages, ARCHIVIST) == [path]
    assert f'href="{path}"' in pages.signed_in(ARCHIVIST).sees("/desk")
    assert decides(pages.signed_in(ARCHIVIST), path, "archive").status_code == 303
    assert (state_of(office, circular), state_of(office, with_its_matter)) == ("archived", "served")


def test_what_a_colleague_issued_meanwhile_is_told_and_not_issued_again(office, pages):
    paper, clerk = a_paper(office, "signed"), pages.signed_in(CLERK)
    address, hidden = form_of(clerk.sees(f"/signing/paper/{paper}"), "issue")
    issuing.issue(office, paper, by=signed(OFFICER), at=OPENED)
    answer = clerk.post(address, data=hidden)
    assert answer.status_code == 409 and "现为“已印发”" in answer.text
    assert len([one for one in rows(office, Document) if one.id == paper]) == 1


def test_what_a_command_or_a_rung_sent_asks_nobody(office, pages):
    case = a_case(office, "assigned")
    assert {one.state for one in rows(office, PaperLife) if one.case_id == case.id} == {"issued"}
    assert waits_for(pages, CLERK) == []


def test_a_paper_about_a_person_goes_out_by_the_organization_department_alone(office, pages):
    paper = drafted(office, a_case(office), "personal_reminder", TO_PERSON, by=HANDLER)
    path = f"/signing/paper/{paper}"
    assert path in waits_for(pages, OTHER_HANDLER) and path not in waits_for(pages, HANDLER)
    brought_to(office, paper, "signed", hands=FOR_PERSON["hands"])
    for step in ("issue", "serve"):
        assert f'/acts/{step}"' in pages.signed_in(HANDLER).sees(path)
        for person in (OFFICER, CLERK, DIRECTOR, UNIT_HEAD, AUDITOR):
            assert path not in waits_for(pages, person)
            assert pages.signed_in(person).get(f"{path}/preview").status_code == 404
        if step == "issue":
            decides(pages.signed_in(HANDLER), path, "issue")
    assert 'value="mail"' not in pages.signed_in(HANDLER).sees(path)


def test_whom_an_issued_paper_concerns_does_not_find_it(office, pages):
    days = {"valid_from": OPENED.date(), "valid_to": at(2026, 8, 31).date()}
    deputies.appoint(office, HANDLER, DEPUTY, "organization", by=signed(HANDLER), at=OPENED, **days)
    about_him = {**TO_PERSON, "person": {**TO_PERSON["person"], "name": DEPUTY}}
    his, anothers = (
        f"/signing/paper/{a_paper(office, 'issued', a_case(office), 'personal_reminder', told, **FOR_PERSON)}"
        for told in (about_him, TO_PERSON)
    )
    assert {his, anothers} <= set(waits_for(pages, OTHER_HANDLER))
    assert waits_for(pages, DEPUTY) == [anothers]


def test_its_pages_ask_as_little_as_any(office, pages):
    clerk = pages.signed_in(CLERK)
    for state in ("signed", "issued"):
        path = f"/signing/paper/{a_paper(office, state)}"
        render_pending(office, by=signed(None))
        for end in ("", "/preview"):
            asked, _ = asked_for(office, clerk, f"{path}{end}")
            assert len(asked) <= MOST_STATEMENTS, (state, end, asked)
