"""Sending: at least once, the same bytes every time, to allowed domains only, whatever the relay says."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import update

from tests.builders import HANDLERS, LEAD_CODE, LIAISON_MAIL, TITLE, a_case, at, kinds, rows, signed
from tests.postbox import PATIENCE, free_port, open_postbox, writing_to
from tests.stories import a_case_admonished
from workflow.errors import ConfigurationError
from workflow.services import files
from workflow.services.outbox.sending import send_due
from workflow.services.outbox.viewing import list_outbox
from workflow.services.rendering import render_pending
from workflow.services.verification import verify
from workflow.storage import outbox, queries
from workflow.storage.models import Document, OutboxMessage
from workflow.storage.session import transaction

pytestmark = pytest.mark.mail

NOW = at(2026, 9, 1)
TOO_LONG = "亮" * 6_001
MINUTE, LEASE = timedelta(minutes=1), timedelta(seconds=900)


def send(office, when=NOW):
    return send_due(office, clock=lambda: when, by=signed(None, when))


def without_address(office):
    with transaction(office.engine) as tx:
        tx.execute(update(queries.UNIT).where(queries.UNIT.c.code == LEAD_CODE).values(email=None))


def shorten(office, case):
    """What a new release may do: lay out what could not be laid out before."""
    papers = queries.DOCUMENT
    (paper,) = (one for one in rows(office, Document) if one.case_id == case.id)
    with transaction(office.engine) as tx:
        fitting = paper.facts.replace(TOO_LONG, "亮灯")
        tx.execute(update(papers).where(papers.c.id == paper.id).values(facts=fitting))


def the_message(office):
    (found,) = rows(office, OutboxMessage)
    return found


def outbox_order(office):
    return sorted(rows(office, OutboxMessage), key=lambda one: (one.dated, one.id))


def lease(office, when=NOW):
    """What a sender does before it is killed: it takes the messages, and nothing more."""
    render_pending(office, by=signed(None, when))
    with transaction(office.engine) as tx:
        outbox.take_back(tx, when)
        return outbox.lease(tx, when, when + LEASE, ["*"], 20)


def test_a_mail_carries_its_paper_to_the_unit_s_liaison(office):
    a_case(office, "assigned")
    with open_postbox(office) as (home, postbox):
        assert send(home).sent == 1
    (mail,), (paper,) = postbox.mails, rows(office, Document)
    assert postbox.recipients == [LIAISON_MAIL]
    attached, _appointment = mail.iter_attachments()
    assert attached.get_filename() == f"{paper.number}.pdf"
    assert attached.get_content() == files.fetch(office.settings.files, paper.sha256)


def test_a_sent_mail_is_entered_in_its_case_with_the_relay_s_answer(office):
    case = a_case(office, "assigned")
    with open_postbox(office, "250 2.0.0 queued as 4T9") as (home, _):
        send(home)
    message = the_message(office)
    assert (message.state, message.attempts, message.sent_at) == ("sent", 1, NOW)
    assert "queued as 4T9" in message.last_answer
    assert kinds(office, case)[-2:] == ["document_rendered", "mail_sent"]
    assert verify(office).exit_code == 0


def test_a_sent_mail_is_not_sent_again(office):
    a_case(office, "assigned")
    with open_postbox(office) as (home, postbox):
        assert [send(home, NOW + day * timedelta(days=1)).sent for day in range(3)] == [1, 0, 0]
    assert len(postbox.taken) == 1


def test_a_message_that_must_wait_is_tried_again_after_longer_and_longer_waits(office):
    case = a_case(office, "assigned", NOW)
    with open_postbox(office, *["451 4.3.0 later"] * 4) as (home, postbox):
        when, waits = NOW, [1, 5, 15, 30]
        for wait in waits:
            assert send(home, when).deferred == 1
            assert the_message(office).next_attempt_at == when + wait * MINUTE
            assert send(home, when + wait * MINUTE - timedelta(seconds=1)).deferred == 0
            when += wait * MINUTE
        assert send(home, when).sent == 1
    assert Counter(kinds(office, case))["mail_deferred"] == 4
    assert len(set(postbox.taken)) == 1
    assert {mail["Message-ID"] for mail in postbox.mails} == {the_message(office).message_id}


def test_a_message_is_given_up_after_four_days_without_rest_days_and_told(office):
    case = a_case(office, "assigned", NOW)
    with open_postbox(office, *["451 4.3.0 later"] * 3) as (home, _):
        assert send(home).deferred == 1
        assert send(home, NOW + timedelta(days=4, seconds=1)).deferred == 1  # Saturday
        assert send(home, NOW + timedelta(days=6, seconds=1)).failed == 1
    assert (the_message(office).state, kinds(office, case)[-1]) == ("gave_up", "mail_gave_up")


def test_a_refused_message_fails_with_the_relay_s_words(office):
    case = a_case(office, "assigned")
    with open_postbox(office, "554 5.7.1 looks like spam") as (home, postbox):
        report = send(home)
        assert (report.failed, report.waiting) == (1, 0)
        assert send(home, NOW + timedelta(days=1)).failed == 0
    assert "looks like spam" in the_message(office).last_answer
    assert (kinds(office, case)[-1], len(postbox.taken)) == ("mail_failed", 1)


def test_one_refused_message_does_not_hold_up_the_next(office):
    for _ in range(3):
        a_case(office, "assigned")
    with open_postbox(office, "250 ok", "550 5.1.1 no such user") as (home, _):
        report = send(home)
    assert (report.sent, report.failed, report.waiting) == (2, 1, 0)


def test_a_relay_that_is_down_is_told_and_no_message_is_touched(office):
    case = a_case(office, "assigned")
    report = send(writing_to(office, f"smtp://127.0.0.1:{free_port()}?tls=none"))
    assert (report.sent, report.failed, report.deferred, report.waiting) == (0, 0, 0, 1)
    assert report.as_json()["relay"]["code"] == "relay_trouble"
    assert (the_message(office).state, the_message(office).attempts) == ("queued", 0)
    assert kinds(office, case)[-1] == "document_rendered"
    with open_postbox(office) as (home, _):
        assert send(home).sent == 1


def test_a_relay_that_refuses_one_message_gives_the_others_back(office):
    for _ in range(3):
        a_case(office, "assigned")
    with open_postbox(office, refusing_sender="550 5.7.1 not you") as (home, _):
        report = send(home)
    assert (report.sent, report.failed, report.deferred, report.waiting) == (0, 0, 0, 3)
    assert report.relay.stage == "mail"
    assert {(one.state, one.attempts) for one in rows(office, OutboxMessage)} == {("queued", 0)}


def test_a_fault_nobody_foresaw_keeps_no_other_message_back(office):
    for _ in range(3):
        a_case(office, "assigned")
    render_pending(office, by=signed(None, NOW))
    first = outbox_order(office)[0]
    (paper,) = (one for one in rows(office, Document) if one.id == first.document_id)
    place = next(office.settings.files.rglob(paper.sha256))
    place.unlink()
    place.mkdir()
    with open_postbox(office) as (home, _):
        with pytest.raises(OSError, match="directory"):
            send(home)
        assert [one.state for one in outbox_order(office)] == ["leased", "sent", "sent"]


def test_an_attempt_begins_in_the_first_half_of_its_lease(office, monkeypatch):
    """By a clock that shows a hundred seconds more at every look, a batch is too long for one lease. Threads
    look at it in any order, so that the last may be left for the next run.
    """
    for _ in range(4):
        a_case(office, "assigned")
    looks, leased, claim = count(), [], outbox.lease
    monkeypatch.setattr(outbox, "lease", lambda *words: leased.append(claim(*words)) or leased[-1])
    with open_postbox(office, mail_connections=1) as (home, postbox):
        sent = [
            send_due(
                home, clock=lambda: NOW + next(looks) * timedelta(seconds=100), by=signed(None, NOW)
            ).sent
            for _ in range(2)
        ]
    assert (sum(sent), len(postbox.taken)) == (4, 4)
    assert len(leased[0]) == 4 > len(leased[1]) > 0


def test_a_lease_begins_when_it_is_taken(office):
    a_case(office, "assigned")
    with open_postbox(office, "held 250 late") as (home, postbox), ThreadPoolExecutor(1) as pool:
        clock = iter([NOW, *[NOW + timedelta(hours=3)] * 90]).__next__
        slow = pool.submit(send_due, home, clock=clock, by=signed(None, NOW))
        assert postbox.holding.wait(PATIENCE)
        held = the_message(office)
        postbox.release.set()
        assert slow.result(PATIENCE).sent == 1
    assert held.lease_until == NOW + timedelta(hours=3) + LEASE


def test_a_lease_given_back_late_does_not_take_the_next_sender_s(office):
    a_case(office, "assigned")
    (slow,) = lease(office)
    (quick,) = lease(office, NOW + LEASE + MINUTE)
    with transaction(office.engine) as tx:
        outbox.release(tx, [slow])
    assert (the_message(office).state, the_message(office).attempts) == ("leased", quick.attempts)


def test_a_relay_that_refuses_the_office_fails_nothing(office):
    a_case(office, "assigned")
    with open_postbox(office, refusing_sender="550 5.7.1 not you") as (home, _):
        report = send(home, NOW + timedelta(days=90))
    assert (report.failed, report.deferred, report.waiting) == (0, 0, 1)


def test_a_mail_of_which_nobody_knows_whether_it_arrived_is_sent_again_unchanged(office):
    case = a_case(office, "assigned", NOW)
    with open_postbox(office, "drop") as (home, postbox):
        assert send(home).deferred == 1
        assert kinds(office, case)[-1] == "mail_uncertain"
        assert send(home, NOW + MINUTE).sent == 1
    first, second = postbox.taken
    assert first == second


def test_a_killed_sender_s_lease_is_taken_up_when_it_has_run_out(office):
    a_case(office, "assigned")
    lease(office)
    with open_postbox(office) as (home, postbox):
        assert send(home, NOW + LEASE).sent == 0
        assert send(home, NOW + LEASE + timedelta(seconds=1)).sent == 1
    assert (len(postbox.taken), the_message(office).attempts) == (1, 2)


@pytest.mark.parametrize("answer", ["250 late", "554 late", "451 late"])
def test_a_result_that_comes_after_another_sender_took_over_changes_nothing(office, answer):
    case = a_case(office, "assigned", NOW)
    with open_postbox(office, f"held {answer}") as (home, postbox), ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send, home)
        assert postbox.holding.wait(PATIENCE)
        assert send(home, NOW + LEASE + MINUTE).deferred == 1
        assert send(home, NOW + LEASE + 2 * MINUTE).sent == 1
        before = the_message(office), kinds(office, case)
        postbox.release.set()
        report = slow.result(PATIENCE)
    assert (report.sent, report.failed, report.deferred) == (0, 0, 0)
    assert (the_message(office), kinds(office, case)) == before
    assert len(set(postbox.taken)) == 1


def test_a_late_result_leaves_the_next_sender_its_lease(office):
    case = a_case(office, "assigned", NOW)
    with open_postbox(office, "held 554 late") as (home, postbox), ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send, home)
        assert postbox.holding.wait(PATIENCE)
        assert send(home, NOW + LEASE + MINUTE).deferred == 1
        (taken_over,) = lease(office, NOW + LEASE + 2 * MINUTE)
        postbox.release.set()
        assert slow.result(PATIENCE).failed == 0
    assert (the_message(office).state, the_message(office).attempts) == ("leased", taken_over.attempts)
    assert kinds(office, case)[-1] == "mail_uncertain"


def test_a_fresh_installation_writes_to_nobody(office):
    a_case(office, "assigned")
    assert office.settings.mail_allow == ()
    report = send(office)
    assert (report.rendering.rendered, report.sent, report.waiting) == (1, 0, 1)
    assert the_message(office).attempts == 0


@pytest.mark.parametrize(
    "domain", ["example", "other.example", "xbinhai.example", "binhai.example.cn", "%", "_"]
)
def test_a_domain_that_is_not_allowed_waits(office, domain):
    a_case(office, "assigned")
    report = send(writing_to(office, "smtp://127.0.0.1:9?tls=none", domain))
    assert (report.sent, report.deferred, report.waiting) == (0, 0, 1)


@pytest.mark.parametrize("allowed", [("*",), ("other.example", "BINHAI.example")])
def test_an_allowed_domain_is_written_to(office, allowed):
    a_case(office, "assigned")
    with open_postbox(office) as (home, _):
        assert send(writing_to(home, home.settings.smtp_url, *allowed)).sent == 1


def test_messages_to_other_domains_stay_while_ours_leave(office):
    a_case(office, "assigned")
    a_case(office, "assigned")
    redirected = next(one.id for one in rows(office, OutboxMessage))
    table = queries.OUTBOX
    with transaction(office.engine) as tx:
        tx.execute(update(table).where(table.c.id == redirected).values(recipient="a@elsewhere.example"))
    with open_postbox(office) as (home, postbox):
        report = send(home)
    assert (report.sent, report.waiting, postbox.recipients) == (1, 1, [LIAISON_MAIL])


@pytest.mark.parametrize(("url", "code"), [(None, "relay_missing"), ("mail", "relay_address_invalid")])
def test_messages_that_may_leave_need_a_relay_and_wait_for_it(office, url, code):
    a_case(office, "assigned")
    with pytest.raises(ConfigurationError) as refused:
        send(writing_to(office, url))
    assert refused.value.code == code
    assert (the_message(office).state, the_message(office).attempts) == ("queued", 0)


def test_two_senders_at_once_send_each_message_once(office):
    for _ in range(30):
        a_case(office, "assigned")
    ready = Barrier(2)

    def run(_):
        ready.wait(timeout=30)
        return send(home).sent

    with open_postbox(office) as (home, postbox):
        render_pending(home, by=signed(None, NOW))
        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(run, range(2))) == 30
    assert len({mail["Message-ID"] for mail in postbox.mails}) == len(postbox.mails) == 30
    assert verify(office).exit_code == 0


def test_a_mail_about_a_person_tells_nothing_and_carries_nothing(office):
    case = a_case_admonished(office)
    with open_postbox(office) as (home, postbox):
        send(home)
    about_a_person = [mail for mail in postbox.mails if mail["To"].addresses[0].addr_spec in HANDLERS]
    assert len(about_a_person) == len(HANDLERS)
    for mail in about_a_person:
        assert not list(mail.iter_attachments())
        told = mail["Subject"] + "".join(
            part.get_content() for part in mail.walk() if not part.is_multipart()
        )
        assert not any(secret in told for secret in (TITLE, case.number, "诫", "宋宁远"))


def test_a_file_lost_from_the_store_fails_its_message_only(office):
    a_case(office, "assigned")
    render_pending(office, by=signed(None, NOW))
    (paper,) = rows(office, Document)
    next(office.settings.files.rglob(paper.sha256)).unlink()
    a_case(office, "assigned")
    with open_postbox(office) as (home, _):
        report = send(home)
    assert (report.sent, report.failed) == (1, 1)
    assert {one.last_answer for one in rows(office, OutboxMessage) if one.state == "failed"} == {
        f"文件库中缺少文件{paper.sha256[:12]}，请从备份恢复。"
    }


def test_the_outbox_lists_every_message_with_its_case_and_standing(office):
    case = a_case(office, "assigned")
    with open_postbox(office) as (home, _):
        send(home)
    (listed,), message = list_outbox(office), the_message(office)
    assert (listed["case"], listed["recipient"], listed["state"]) == (case.number, LIAISON_MAIL, "sent")
    assert (listed["message_id"], listed["sha256"]) == (message.message_id, message.sha256)


def test_nothing_due_asks_no_relay(office):
    assert send(writing_to(office, "smtp://127.0.0.1:9?tls=none")).as_json() == {
        "rendered": 0,
        "unrenderable": [],
        "sent": 0,
        "deferred": 0,
        "failed": 0,
        "waiting": 0,
        "undelivered": 0,
        "relay": None,
        "relay_closed_until": None,
        "window_opens_at": None,
    }


def test_a_paper_that_cannot_be_laid_out_stops_neither_others_nor_itself_once_mended(office):
    unfit = a_case(office, "assigned", requirement=TOO_LONG)
    a_case(office, "assigned")
    with open_postbox(office) as (home, _):
        first, second = send(home), send(home)
        assert (first.sent, second.sent, first.waiting) == (1, 0, 0)
        assert first.rendering.failed == second.rendering.failed
        (aside,) = (one for one in rows(office, OutboxMessage) if one.case_id == unfit.id)
        assert (aside.state, aside.attempts, "超过6000字" in aside.last_answer) == ("held", 0, True)
        shorten(office, unfit)
        assert send(home).sent == 1
    assert kinds(office, unfit)[-3:] == ["document_unrenderable", "document_rendered", "mail_sent"]


def test_nobody_is_told_of_a_paper_that_is_not_laid_out(office):
    """A plain mail is told in full by itself and waits for nothing."""
    a_case_admonished(office)
    table = queries.OUTBOX
    with transaction(office.engine) as tx:
        assert {one.kind for one in outbox.lease(tx, NOW, NOW + LEASE, ["*"], 20)} == {"due_soon"}
    render_pending(office, by=signed(None, NOW))
    with transaction(office.engine) as tx:
        assert "admonition" in {one.kind for one in outbox.lease(tx, NOW, NOW + LEASE, ["*"], 20)}
        assert tx.execute(table.select().where(table.c.state != "leased")).all() == []


def test_a_paper_nobody_can_be_mailed_is_counted(office):
    without_address(office)
    a_case(office, "assigned")
    with open_postbox(office) as (home, postbox):
        report = send(home)
    assert (report.rendering.rendered, report.sent, report.undelivered) == (1, 0, 1)
    assert postbox.taken == []
