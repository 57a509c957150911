"""The same of whatever is not an act on one matter: it comes back filled in, and no secret with it."""

import pytest

from tests.accounts.people import LOGIN, PASSWORD, an_account
from tests.administrators import with_three
from tests.builders import AUDITOR, DIRECTOR, OFFICER, SECURITY_ADMIN, SYSTEM_ADMIN, a_case, raised, rows
from tests.intake import an_arrival, sent
from tests.states.test_minutes import MINUTES
from tests.stories import INQUIRY, a_case_admonished
from tests.web.browsing import account_of
from tests.web.test_forms_signed_in_anew import OURS, TYPED, fresh
from tests.web.test_register_keeping import URGED, filled_in
from tests.web.test_settings_webhooks import GIVEN, PLACE
from tests.web.test_signing import form_of, to_ask
from tests.web.test_signing_together import ticks
from tests.web.test_token_pages import ASKED, MACHINE, MACHINES, TOKENS
from workflow.storage.account_models import ApiToken
from workflow.storage.models import Event

WORDS = "核查三季度通报的口径"


def one_act_on_many(office, pages):
    case = a_case(office, "handling")
    form = filled_in(pages.signed_in(OFFICER), "log_urge", case, **{**URGED, "answer": WORDS})
    return OFFICER, "/register/acts/log_urge", form


def several_decisions(office, pages):
    to_ask(office, 2)
    pages.now = INQUIRY
    his = pages.signed_in(DIRECTOR)
    return DIRECTOR, "/signing", {**his.form("/signing"), "tick": ticks(his), "opinion": WORDS}


def of_settings(office, pages):
    with_three(office)
    form = pages.signed_in(SYSTEM_ADMIN).form(PLACE)
    return SYSTEM_ADMIN, f"{PLACE}/acts/add", {**form, **GIVEN, "name": WORDS}


def of_an_account(office, pages):
    with_three(office)
    form = pages.signed_in(SYSTEM_ADMIN).form("/accounts")
    return SYSTEM_ADMIN, "/accounts", {**form, "person": OFFICER, "login": WORDS}


def of_a_machine(office, pages):
    with_three(office)
    form = pages.signed_in(SYSTEM_ADMIN).form(MACHINES)
    return SYSTEM_ADMIN, MACHINES, {**form, **MACHINE, "name": WORDS}


def of_declining_a_machine(office, pages):
    with_three(office)
    account_of(office, OFFICER)
    pages.signed_in(SYSTEM_ADMIN).sends(MACHINES, **MACHINE)
    (row,) = rows(office, ApiToken)
    form = pages.signed_in(SECURITY_ADMIN).form(MACHINES)
    return SECURITY_ADMIN, f"{MACHINES}/{row.id}/decline", {**form, "reason": WORDS}


def of_an_item(office, pages):
    item = sent(office, an_arrival()).item
    address, hidden = form_of(pages.signed_in(OFFICER).sees(f"/intake/{item}"), "/return")
    return OFFICER, address, {**hidden, "reason": WORDS}


def of_an_auditor(_, pages):
    form = pages.signed_in(AUDITOR).form("/audit/exports")
    return AUDITOR, "/audit/exports", {**form, "form": "jsonl", "reason": WORDS}


FORMS = [
    one_act_on_many, several_decisions, of_settings, of_an_account, of_a_machine, of_declining_a_machine,
    of_an_item, of_an_auditor,
]  # fmt: skip


@pytest.mark.parametrize("about", FORMS)
def test_it_comes_back_as_it_was_filled_in_and_nothing_is_done(office, pages, about):
    person, path, form = about(office, pages)
    before = len(rows(office, Event))
    back = pages.signed_in(person).post(path, data=form, headers=OURS)
    assert back.status_code == 409 and WORDS in back.text and "登录已经过期" in back.text
    assert len(rows(office, Event)) == before
    assert f'value="{form["_form"]}"' not in back.text


@pytest.mark.parametrize("about", [one_act_on_many, several_decisions, of_settings, of_an_item])
def test_it_is_done_once_it_is_sent_again(office, pages, about):
    person, path, form = about(office, pages)
    his, before = pages.signed_in(person), len(rows(office, Event))
    back = his.post(path, data=form, headers=OURS)
    sent_again = his.post(path, data={**form, **fresh(back, path)}, headers=OURS)
    assert sent_again.status_code in (200, 303)
    assert len(rows(office, Event)) > before


@pytest.mark.parametrize("about", [of_settings, of_an_item])
def test_one_that_was_carried_out_before_is_not_shown_again(office, pages, about):
    person, path, form = about(office, pages)
    assert pages.signed_in(person).post(path, data=form).status_code == 403
    his = pages.signed_in(person)
    form = {**form, "_token": his.form("/desk" if person == OFFICER else PLACE)["_token"]}
    his.post(path, data=form)
    before = len(rows(office, Event))
    led = pages.signed_in(person).post(path, data=form, headers=OURS)
    assert led.status_code == 303 and len(rows(office, Event)) == before


def test_no_password_comes_back(office, pages):
    an_account(office, login=LOGIN)
    form = {**pages.signed_in(OFFICER).form(TOKENS), **ASKED, "name": WORDS}
    back = pages.signed_in(OFFICER).post(TOKENS, data=form, headers=OURS)
    assert back.status_code == 409 and WORDS in back.text and PASSWORD not in back.text
    given = {
        **pages.signed_in(OFFICER).form("/account"),
        "old": PASSWORD,
        "new": "a-new-password",
        "again": "x",
    }
    back = pages.signed_in(OFFICER).post("/account/password", data=given, headers=OURS)
    assert back.status_code == 409 and PASSWORD not in back.text and "a-new-password" not in back.text


def test_a_text_to_be_taken_apart_comes_back(office, pages):
    form = {**pages.signed_in(OFFICER).form("/intake/draft"), "text": MINUTES}
    back = pages.signed_in(OFFICER).post("/intake/draft", data=form, headers=OURS)
    assert back.status_code == 409 and MINUTES.strip().splitlines()[-1] in back.text


def test_the_reason_of_a_reading_comes_back_and_nothing_is_read(office, pages):
    pages.now = INQUIRY
    case = a_case_admonished(office)
    place = f"/cases/{case.number}/withheld/{raised(office, 'admonition').document_id}"
    form = {**pages.signed_in(AUDITOR).form(place), "reason": TYPED}
    back = pages.signed_in(AUDITOR).post(place, data=form, headers=OURS)
    assert back.status_code == 409 and TYPED in back.text
    assert not [one for one in rows(office, Event) if one.kind == "withheld_read"]
