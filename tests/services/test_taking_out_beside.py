"""Taking out more of the register than anybody waits for: done beside the pages, handed to whoever asked."""

import csv
import json
import secrets
from datetime import timedelta

import pytest

from states.errors import NotPermitted
from tests.builders import AUDITOR, LIAISON, OFFICER, SYSTEM_ADMIN, a_case, a_draft, at, rows
from workflow.errors import NotFound
from workflow.services import audit_works, leftovers
from workflow.services.audit_doings import Kind
from workflow.services.audit_works import Standing
from workflow.services.office import Signature
from workflow.services.seeing import Onlooker
from workflow.storage.models import Event
from workflow.storage.work_models import AuditWork

NOW, OTHER = at(2026, 7, 30), "市交通运输局"
REGISTERS = (Kind.REGISTER,)


def asked_to_take(office, person, when, **asked):
    """Ask for the register on a page; the id of the work."""
    by = Signature(person, "web", when, form=secrets.token_urlsafe(16), clock=lambda: when)
    given = {"asked": asked, "columns": [], "form": "csv", "encoding": "utf-8"}
    return audit_works.ask(office, Kind.REGISTER, given, by=by)


def newest(office, person=OFFICER):
    return audit_works.newest(office, Kind.REGISTER, by=Onlooker(person, NOW))[0]


def file_of(office, work, person=OFFICER):
    return audit_works.work_file(office, work, by=Onlooker(person, NOW), kinds=REGISTERS)


def does(office, when=NOW):
    return audit_works.carry_out(office, clock=lambda: when)


def told_in(file):
    return file.read_text(encoding="utf-8-sig")


def test_it_is_made_beside_the_pages_and_told_in_the_journal(office):
    case, draft = a_case(office, "handling"), a_draft(office)
    work = asked_to_take(office, OFFICER, NOW, state="handling")
    assert newest(office).standing is Standing.WAITING and does(office) == 1
    done, (told,) = newest(office), [one for one in rows(office, Event) if one.kind == "register_exported"]
    assert (done.standing, done.told["cases"], told.actor) == (Standing.DONE, 1, "R011")
    lines = list(csv.reader(told_in(file_of(office, work)).splitlines()))
    assert case.number in str(lines) and draft.number not in str(lines)


def test_nobody_else_fetches_it_and_it_is_gone_after_a_day(office):
    a_case(office)
    work = asked_to_take(office, OFFICER, NOW)
    does(office)
    for person in (LIAISON, AUDITOR):
        with pytest.raises(NotFound):
            file_of(office, work, person)
    assert leftovers.clear(office, at=NOW + timedelta(days=365)) == 1
    with pytest.raises(NotFound) as gone:
        file_of(office, work)
    assert gone.value.code == "work_file_gone" and not audit_works.has_file(office, newest(office))


def test_the_audit_hands_out_none_of_it_and_it_none_of_the_audit_s(office):
    a_case(office)
    work = asked_to_take(office, OFFICER, NOW)
    does(office)
    with pytest.raises(NotFound):
        audit_works.work_file(office, work, by=Onlooker(OFFICER, NOW))


def test_a_unit_takes_its_own_alone_and_the_three_take_nothing(office):
    mine, foreign = a_case(office, "handling"), a_case(office, "assigned", lead_unit=OTHER)
    work = asked_to_take(office, LIAISON, NOW)
    does(office)
    found = told_in(file_of(office, work, LIAISON))
    assert mine.number in found and foreign.number not in found
    with pytest.raises(NotPermitted) as refused:
        asked_to_take(office, SYSTEM_ADMIN, NOW)
    assert refused.value.code == "export_not_yours"


def test_the_words_that_were_looked_for_are_not_kept(office):
    a_case(office)
    asked_to_take(office, OFFICER, NOW, words="路灯")
    does(office)
    (row,) = rows(office, AuditWork)
    assert "路灯" not in row.given and json.loads(row.given)["filters"] == ["words"]
