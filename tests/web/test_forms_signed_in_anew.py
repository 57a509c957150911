"""A form filled in before its sender signed in anew: nothing is done, and nothing he typed is lost."""

import pytest

from tests.builders import DIRECTOR, LIAISON, OFFICER, a_case, give, raised, rows, stored
from tests.stories import INQUIRY
from tests.web.browsing import HIDDEN
from tests.web.test_forms import OPENING, acts
from tests.web.test_measures import page_of
from tests.web.test_signing import FORM, form_of, to_ask
from workflow.storage.models import Case, Event

TYPED = "灯具已订货，\n七月底前分三批装完"
OURS = {"Sec-Fetch-Site": "same-origin"}


def filled(browser, path, command=None, **typed):
    """The address and the contents of a form somebody filled in before he signed in anew."""
    if command is None:
        return path, {**browser.form(path), **typed}
    address, hidden = form_of(browser.sees(path), command)
    return address, {**hidden, **typed}


def fresh(back, path):
    """The hidden fields of a form that came back, alone on its page or beside its paper."""
    beside = [inside for address, inside in FORM.findall(back.text) if address == path]
    return dict(HIDDEN.findall(*beside or [back.text]))


def on_a_case(office, pages):
    case = a_case(office, "registered")
    return LIAISON, *filled(pages.signed_in(LIAISON), f"/cases/{case.number}/acts/begin", plan=TYPED)


def for_a_new_one(_, pages):
    return OFFICER, *filled(pages.signed_in(OFFICER), "/cases/new/open", **OPENING, requirement=TYPED)


def on_a_measure(office, pages):
    (case,), pages.now = to_ask(office, 1), INQUIRY
    path = f"{page_of(case, office, 'inquiry')}/acts/reject"
    return DIRECTOR, *filled(pages.signed_in(DIRECTOR), path, reason=TYPED)


def in_the_signing_room(office, pages):
    to_ask(office, 1)
    pages.now = INQUIRY
    path = f"/signing/measure/{raised(office, 'inquiry').id}"
    return DIRECTOR, *filled(pages.signed_in(DIRECTOR), path, "reject", reason=TYPED)


@pytest.mark.parametrize("about", [on_a_case, for_a_new_one, on_a_measure, in_the_signing_room])
def test_it_comes_back_as_it_was_filled_in_and_is_done_once_it_is_sent_again(office, pages, about):
    person, path, form = about(office, pages)
    again, before = pages.signed_in(person), len(rows(office, Event))
    back = again.post(path, data=form, headers=OURS)
    assert back.status_code == 409 and TYPED in back.text and "登录已经过期" in back.text
    assert len(rows(office, Event)) == before
    sent = again.post(path, data={**form, **fresh(back, path)}, headers=OURS)
    assert sent.status_code == 303 and len(rows(office, Event)) == before + 1


def test_what_no_browser_says_is_of_our_own_page_is_refused(office, pages):
    _, path, form = for_a_new_one(office, pages)
    for told in ({}, {"Sec-Fetch-Site": "none"}):
        refused = pages.signed_in(OFFICER).post(path, data=form, headers=told)
        assert refused.status_code == 403 and TYPED not in refused.text
    assert not rows(office, Case)


def test_one_that_was_carried_out_before_leads_where_it_led_then(office, pages):
    case, him = a_case(office, "assigned"), pages.signed_in(LIAISON)
    path = f"/cases/{case.number}/acts/acknowledge"
    form = him.form(path)
    assert him.post(path, data=form).status_code == 303
    led = pages.signed_in(LIAISON).post(path, data=form, headers=OURS)
    assert led.status_code == 303 and led.headers["location"].endswith("done=again")
    assert acts(office, "acknowledged") == 1


def test_what_others_did_meanwhile_is_shown_before_anything_is_done(office, pages):
    case, him = a_case(office, "handling"), pages.signed_in(LIAISON)
    path, form = filled(him, f"/cases/{case.number}/acts/report_progress", progress=TYPED)
    give(office, case, "set_cadence", DIRECTOR, cadence="每周", reason="汛期将至")
    again = pages.signed_in(LIAISON)
    for _ in range(2):
        back = again.post(path, data=form, headers=OURS)
        assert back.status_code == 409 and TYPED in back.text
        form = {**form, **fresh(back, path)}
    assert "在您填写期间" in back.text and stored(office, case).facts.progress is None
    assert again.post(path, data=form, headers=OURS).status_code == 303
