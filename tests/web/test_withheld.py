"""What is said about a person, on the pages: for its handlers, and for the auditor who says why."""

import pytest

from tests.builders import AUDITOR, DIRECTOR, OFFICER, UNIT_HEAD, a_case, at, raised, rows
from tests.stories import GROUND, a_case_admonished
from tests.writing import HANDLER, PRINCIPAL
from workflow.storage.models import Event

REASON, LINK = "核查诫勉程序", "/withheld/"


@pytest.fixture
def case(office, pages):
    """A matter whose unit's head was admonished."""
    pages.now = at(2026, 8, 25)
    return a_case_admonished(office)


def home(case):
    return f"/cases/{case.number}"


def place(office, case):
    return f"{home(case)}/withheld/{raised(office, 'admonition').document_id}"


def readings_in(office):
    return [one for one in rows(office, Event) if one.kind == "withheld_read"]


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR, AUDITOR])
def test_the_matter_s_page_tells_that_there_is_an_admonition_and_not_its_ground(pages, case, person):
    shown = pages.signed_in(person).sees(home(case))
    assert "诫勉" in shown and "涉及个人，内容只供经办人阅看" in shown
    assert GROUND["facts"] not in shown and GROUND["clause"] not in shown


@pytest.mark.parametrize("person", [HANDLER, PRINCIPAL, UNIT_HEAD])
def test_who_handles_it_and_the_person_himself_open_its_paper(office, pages, case, person):
    path = f"/papers/{raised(office, 'admonition').document_id}"
    assert path in pages.signed_in(person).sees(home(case))
    assert pages.signed_in(OFFICER).get(home(case) + path).status_code == 404


def test_the_auditor_writes_why_and_reads_it_once(office, pages, case):
    him, path = pages.signed_in(AUDITOR), place(office, case)
    assert LINK in him.sees(home(case)) and GROUND["facts"] not in him.sees(path)
    read = him.sends(path, reason=REASON)
    assert read.status_code == 200 and GROUND["facts"] in read.text
    assert len(readings_in(office)) == 1
    assert GROUND["facts"] not in him.sees(path)


def test_without_a_reason_the_form_comes_back_and_nothing_is_shown(office, pages, case):
    him = pages.signed_in(AUDITOR)
    answer = him.sends(place(office, case), reason=" ")
    assert answer.status_code == 422 and "须写明理由" in answer.text
    assert GROUND["facts"] not in answer.text and readings_in(office) == []


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR, HANDLER, PRINCIPAL, UNIT_HEAD])
def test_to_anybody_else_there_is_no_such_page(office, pages, case, person):
    him, path = pages.signed_in(person), place(office, case)
    assert LINK not in him.sees(home(case))
    assert him.get(path).status_code == 404


def test_of_another_matter_it_is_not_there(office, pages, case):
    measure = raised(office, "admonition").id
    other = a_case(office)
    assert pages.signed_in(AUDITOR).get(f"{home(other)}/withheld/{measure}").status_code == 404
