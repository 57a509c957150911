"""A form is carried out once, whoever clicks how often, and what comes too late leaves nothing behind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import DIRECTOR, LEAD, LIAISON, OFFICER, OPENED, a_draft, kinds, row_counts, rows, signed
from workflow.errors import AlreadyDone
from workflow.services import cases, forms
from workflow.storage.account_models import DoneForm

KEY = "3f5c0d1e9a7b4c2d8e6f1a2b3c4d5e6f"


def on_form(person, when=OPENED, key=KEY):
    return replace(signed(person, when), form=key)


def reports(office, case, key=KEY, when=OPENED):
    """A second 催办 would be a second entry: nothing but the form keeps it away."""
    spoken = {"means": "phone", "spoke_with": LIAISON, "answer": "已在抢修"}
    return cases.perform(office, case.number, "log_urge", by=on_form(OFFICER, when, key), at=when, **spoken)


def assigned(office):
    case = a_draft(office)
    order = {"lead_unit": LEAD, "due_on": OPENED.date() + timedelta(days=21)}
    return cases.perform(office, case.number, "assign", by=signed(DIRECTOR), at=OPENED, **order)


def test_a_form_that_comes_again_is_told_what_was_done_on_it(office):
    case = assigned(office)
    reports(office, case)
    with pytest.raises(AlreadyDone) as refused:
        reports(office, case)
    assert refused.value.code == "already_done"
    assert (refused.value.facts["case"], refused.value.facts["command"]) == (case.number, "log_urge")
    assert kinds(office, case).count("urged") == 1


def test_a_form_that_comes_again_leaves_nothing_behind(office):
    case = assigned(office)
    reports(office, case)
    before = row_counts(office)
    with pytest.raises(AlreadyDone):
        reports(office, case)
    assert row_counts(office) == before


def test_another_form_is_another_act(office):
    case = assigned(office)
    reports(office, case)
    reports(office, case, key="another")
    assert kinds(office, case).count("urged") == 2


def test_a_double_click_is_one_act(office):
    case = assigned(office)

    def click(_):
        try:
            return bool(reports(office, case))
        except AlreadyDone:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == [False, False, False, True]
    assert kinds(office, case).count("urged") == 1


def test_a_matter_is_opened_once_on_a_form(office):
    matter = {"title": "路灯", "source": "来信", "requirement": "修好"}
    case = cases.open_matter(office, by=on_form(OFFICER), at=OPENED, **matter)
    with pytest.raises(AlreadyDone) as refused:
        cases.open_matter(office, by=on_form(OFFICER), at=OPENED, **matter)
    assert refused.value.facts["case"] == case.number


def test_what_was_refused_may_be_sent_again_on_the_same_form(office):
    case = assigned(office)
    with pytest.raises(Exception, match="催办"):
        cases.perform(office, case.number, "log_urge", by=on_form(OFFICER), at=OPENED)
    assert rows(office, DoneForm) == []
    reports(office, case)


def test_a_form_is_forgotten_after_thirty_days(office):
    case = assigned(office)
    reports(office, case)
    reports(office, case, key="in time", when=OPENED + timedelta(days=30))
    assert len(rows(office, DoneForm)) == 2
    reports(office, case, key="later", when=OPENED + timedelta(days=31))
    assert {row.key for row in rows(office, DoneForm)} == {"in time", "later"}


def test_what_was_done_on_a_form_is_told_to_whose_it_is(office):
    reports(office, assigned(office))
    assert forms.carried_out_before(office, KEY, person=OFFICER) is not None
    assert forms.carried_out_before(office, KEY, person=DIRECTOR) is None
