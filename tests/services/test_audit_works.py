"""Long work of an audit: asked for once, done beside the pages, left to the next where it was cut off."""

import secrets
import zipfile
from datetime import timedelta

import pytest

from states.errors import NotPermitted, Refusal
from tests.builders import AUDITOR, DIRECTOR, LIAISON, OFFICER, a_case, at, rows, signed
from tests.unguarded import behind_the_application
from workflow.errors import AlreadyDone, EditConflict
from workflow.services import audit_works, checkpoints, journal
from workflow.services.audit_doings import AUDITS, DOINGS, FORMS, Kind
from workflow.services.audit_works import MOST_TRIES, Interrupted, Standing
from workflow.services.office import Signature
from workflow.services.searching import JOURNAL_ALONE, Wanted, search
from workflow.services.seeing import Onlooker
from workflow.storage.work_models import AuditWork

NOW = at(2026, 7, 30)
REPORT = {"first": "2026-07-01", "last": "2026-07-31"}


def asks(office, kind, person=AUDITOR, **given):
    by = Signature(person, "web", NOW, form=secrets.token_urlsafe(16), clock=lambda: NOW)
    return audit_works.ask(office, kind, given, by=by)


def does(office, when=NOW, **how):
    return audit_works.carry_out(office, clock=lambda: when, **how)


def newest(office, kind, person=AUDITOR):
    return audit_works.newest(office, kind, by=Onlooker(person, NOW))[0]


def test_a_verification_tells_every_finding_and_writes_nothing_else(office):
    case = a_case(office)
    behind_the_application(office, "UPDATE cases SET title = '路灯已亮' WHERE id = :id", id=case.id)
    asks(office, Kind.VERIFICATION)
    assert newest(office, Kind.VERIFICATION).standing is Standing.WAITING
    assert does(office) == 1
    done = newest(office, Kind.VERIFICATION, DIRECTOR)
    (found,) = done.told["findings"]
    assert (done.standing, done.told["verdict"], done.told["found"]) == (Standing.DONE, "tampered", 1)
    assert (found["case"], found["code"]) == (case.number, "row_changed") and "事项名称" in found["message"]


def test_a_checkpoint_from_outside_is_taken_along(office):
    a_case(office)
    made = checkpoints.checkpoint(office, at=NOW, by=signed(None, NOW)).made
    behind_the_application(office, "DELETE FROM checkpoints")
    asks(office, Kind.VERIFICATION, checkpoint=made.text)
    does(office)
    assert "checkpoint_newer" in {one["code"] for one in newest(office, Kind.VERIFICATION).told["findings"]}


@pytest.mark.parametrize("form", FORMS)
def test_an_export_is_packed_told_in_the_journal_and_handed_to_whoever_asked(office, form):
    case = a_case(office)
    id = asks(office, Kind.EXPORT, form=form, case=case.number, reason="年度审计")
    does(office)
    done = newest(office, Kind.EXPORT)
    file = audit_works.work_file(office, id, by=Onlooker(AUDITOR, NOW))
    entry = journalled(office, "history_exported")
    assert (entry["actor"], entry["seq"]) == (done.asked_by, done.told["journal_seq"])
    if form == "jsonl":
        assert "verify_history.py" in zipfile.ZipFile(file).namelist()
    with pytest.raises(Refusal):
        audit_works.work_file(office, id, by=Onlooker(DIRECTOR, NOW))


def journalled(office, kind):
    """The last entry of a kind in the journal."""
    found = search(office, Wanted(JOURNAL_ALONE, kinds=(kind,), newest_first=True)).entries
    return found[0]


def test_a_report_is_a_workbook_and_a_paper_and_keeps_nobodys_words_here(office):
    a_case(office)
    id = asks(office, Kind.REPORT, **REPORT)
    does(office)
    file = audit_works.work_file(office, id, by=Onlooker(AUDITOR, NOW))
    assert {name.rpartition(".")[2] for name in zipfile.ZipFile(file).namelist()} == {"xlsx", "pdf"}
    told = newest(office, Kind.REPORT).told
    assert told["counts"]["cases"] == 1 and "departures" not in told["deviations"]
    assert journalled(office, "audit_reported")["seq"] == told["journal_seq"]


def test_the_same_is_asked_for_once_by_whomever_and_again_once_it_is_done(office):
    first, second = asks(office, Kind.VERIFICATION), asks(office, Kind.VERIFICATION, OFFICER)
    his, another = asks(office, Kind.REPORT, **REPORT), asks(office, Kind.REPORT, OFFICER, **REPORT)
    assert first == second and his != another
    does(office)
    assert asks(office, Kind.VERIFICATION) != first


def test_what_is_not_the_same_waits_for_what_is_under_way(office):
    made = checkpoints.checkpoint(office, at=NOW, by=signed(None, NOW)).made
    his = asks(office, Kind.VERIFICATION, OFFICER)
    with pytest.raises(EditConflict) as refused:
        asks(office, Kind.VERIFICATION, checkpoint=made.text)
    assert refused.value.facts["work"] == his and OFFICER in refused.value.message
    does(office)
    assert asks(office, Kind.VERIFICATION, checkpoint=made.text) != his


def test_a_form_sent_again_with_something_else_in_it_is_not_answered_by_what_it_brought(office):
    by = Signature(AUDITOR, "web", NOW, form="k", clock=lambda: NOW)
    assert audit_works.ask(office, Kind.REPORT, REPORT, by=by) == "k"
    does(office)
    assert audit_works.ask(office, Kind.REPORT, REPORT, by=by) == "k"
    with pytest.raises(AlreadyDone):
        audit_works.ask(office, Kind.REPORT, {**REPORT, "first": "2026-06-01"}, by=by)


def test_who_is_told_to_stop_leaves_it_to_the_next(office):
    a_case(office)
    asks(office, Kind.VERIFICATION)
    stopped = iter([False, True])
    assert does(office, is_over=lambda: next(stopped, True)) == 0
    assert newest(office, Kind.VERIFICATION).standing is Standing.WAITING
    assert does(office) == 1


def test_who_vanished_is_followed_after_the_lease_and_not_for_ever(office, monkeypatch):
    asks(office, Kind.VERIFICATION)

    def vanishes(*_, **__):
        raise KeyboardInterrupt

    when = NOW
    with monkeypatch.context() as gone:
        gone.setattr("workflow.services.verification.verify", vanishes)
        for _ in range(MOST_TRIES):
            with pytest.raises(KeyboardInterrupt):
                does(office, when)
            assert does(office, when) == 0
            when += timedelta(seconds=office.settings.lease_seconds + 1)
    assert does(office, when) == 1
    done = newest(office, Kind.VERIFICATION)
    assert (done.standing, done.told["code"]) == (Standing.FAILED, "work_given_up")


def test_a_fault_is_told_with_the_work_and_handed_on(office, monkeypatch):
    asks(office, Kind.VERIFICATION)
    monkeypatch.setattr("workflow.services.verification.verify", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        does(office)
    done = newest(office, Kind.VERIFICATION)
    assert (done.standing, done.told["code"]) == (Standing.FAILED, "internal")


def test_how_far_it_is_is_told_while_it_lasts(office):
    for _ in range(3):
        a_case(office)
    asks(office, Kind.VERIFICATION)
    ticks = iter(range(1_000))
    seen = []

    def clock():
        seen.append(next((row.done, row.whole) for row in rows(office, AuditWork)))
        return NOW + timedelta(seconds=next(ticks))

    audit_works.carry_out(office, clock=clock)
    assert any(0 < done <= whole for done, whole in seen)


def test_rights_are_asked_when_it_is_asked_for_and_when_it_is_done(office, monkeypatch):
    for kind in AUDITS:
        with pytest.raises(NotPermitted) as refused:
            asks(office, kind, LIAISON, form="csv", **REPORT)
        assert refused.value.code == "audit_not_permitted"
    asks(office, Kind.EXPORT, OFFICER, form="csv")
    behind_the_application(office, "DELETE FROM role_grants")
    does(office)
    (row,) = rows(office, AuditWork)
    assert row.failed and "export_all_not_permitted" in row.told


def test_every_kind_is_done_and_every_sort_of_entry_is_one_the_audit_administrator_sees():
    from workflow.services.access_log import KINDS

    assert DOINGS.keys() == set(Kind)
    assert frozenset().union(*KINDS.values()) == journal.OF_ACCOUNTS
    assert issubclass(Interrupted, Exception)
