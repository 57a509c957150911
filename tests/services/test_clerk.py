"""What the lanes of a run ask to be written goes into few transactions; what fails takes nothing with it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, update

from states.delivery import Outcome
from tests.builders import LIAISON_MAIL, OFFICER, a_case, kinds, rows, signed
from tests.mailing import NOW
from tests.postbox import PATIENCE
from tests.services.test_mails_that_ended_midway import LEASE, taken
from workflow.services.outbox import attempts, silencing
from workflow.services.outbox.attempts import Answer
from workflow.services.outbox.clerk import Clerk
from workflow.services.outbox.report import SendReport
from workflow.services.outbox.run import Run
from workflow.services.verification import verify
from workflow.services.work import begin
from workflow.storage import joint_papers, outbox, queries
from workflow.storage.bulk import MANY
from workflow.storage.models import OutboxMessage
from workflow.storage.outbox import LeaseLostError
from workflow.storage.session import transaction

pytestmark = pytest.mark.mail

ACCEPTED = Answer(Outcome.ACCEPTED, "250 2.0.0 Ok", "end", 250)


def handed_over(office, count):
    """So many cases, and the message of each as a sender has it that waits for the relay's answer."""
    cases = [a_case(office, "assigned", NOW) for _ in range(count)]
    messages = sorted(taken(office), key=lambda one: one.case_id)
    with transaction(office.engine) as tx:
        outbox.hand_over(tx, messages)
    return cases, messages


def asked(office, *wanted, steps):
    """What came of each step and what is asked of it, asked for all at once; and how many were begun."""
    begun = []

    async def ask(connection):
        clerk = Clerk(connection, *steps)
        asked = (clerk.write(step, of, patience=patience) for step, of, patience in wanted)
        return await asyncio.gather(*asked, return_exceptions=True)

    with office.engine.connect() as connection:
        event.listen(connection, "begin", begun.append)
        return asyncio.run(ask(connection)), len(begun)


def accepted(office, *messages):
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=signed(None, NOW), at=NOW)
        return attempts.record(work, [(message, ACCEPTED) for message in messages])


def told(_, asked):
    return list(asked)


def test_results_and_hand_overs_of_all_lanes_are_one_transaction(office):
    cases, messages = handed_over(office, 3)
    run = Run(office, lambda: NOW, signed(None, NOW), SendReport(), None)
    a_case(office, "assigned", NOW)
    (following,) = taken(office)
    wanted = [(run.hand_over, following, 0), *((run.record, (one, ACCEPTED), 5) for one in messages)]
    _, begun = asked(office, *wanted, steps=run.steps)
    assert begun == 1
    assert [one.state for one in rows(office, OutboxMessage)].count("sent") == 3
    assert all(kinds(office, case)[-1] == "mail_sent" for case in cases)
    assert verify(office).findings == []


def test_so_are_the_results_of_as_many_as_are_changed_by_one_statement(office):
    cases, messages = handed_over(office, MANY)
    assert {one.state for one in accepted(office, *messages)} == {"sent"}
    assert {(one.state, one.last_answer) for one in rows(office, OutboxMessage)} == {("sent", "250 2.0.0 Ok")}
    assert all(kinds(office, case)[-1] == "mail_sent" for case in cases)
    assert verify(office).findings == []


def test_two_mails_of_one_matter_are_entered_one_after_the_other(office):
    (case,), (message,) = handed_over(office, 1)
    with transaction(office.engine) as tx:
        again = message._asdict() | {"id": "f" * 32, "dedupe_key": "again", "message_id": "<again@x>"}
        outbox.add(tx, again | {"state": "uncertain"})
    accepted(office, *rows(office, OutboxMessage))
    assert kinds(office, case)[-2:] == ["mail_sent", "mail_sent"]


def test_results_of_many_mails_never_lock_out_who_takes_the_cases_in_their_order(office):
    """In the order the relay answered in, PostgreSQL would end one of them as a deadlock."""
    _, (first, last) = handed_over(office, 2)
    with ThreadPoolExecutor(1) as pool:
        with transaction(office.engine) as tx:
            joint_papers.cases_by_id_for_update(tx, [first.case_id])
            entering = pool.submit(accepted, office, last, first)
            with pytest.raises(TimeoutError):
                entering.result(timeout=0.5)
            joint_papers.cases_by_id_for_update(tx, [last.case_id])
        assert [one.state for one in entering.result(PATIENCE)] == ["sent", "sent"]


def test_neither_do_the_mails_of_an_address_that_is_silent(office):
    first, last = (a_case(office, "assigned", NOW) for _ in range(2))
    with transaction(office.engine) as tx:
        for place, case in enumerate((last, first)):
            tx.execute(
                update(queries.OUTBOX).where(queries.OUTBOX.c.case_id == case.id).values(id=f"{place}")
            )
    silencing.silence(office, LIAISON_MAIL, by=signed(OFFICER, NOW), at=NOW, reason="已调离")
    with ThreadPoolExecutor(1) as pool:
        with transaction(office.engine) as tx:
            joint_papers.cases_by_id_for_update(tx, [first.id])
            holding = pool.submit(silencing.keep_in_step, office, by=signed(None, NOW), at=NOW)
            with pytest.raises(TimeoutError):
                holding.result(timeout=0.5)
            joint_papers.cases_by_id_for_update(tx, [last.id])
        holding.result(PATIENCE)
    assert [one.state for one in rows(office, OutboxMessage)] == ["held", "held"]


def test_a_result_another_sender_has_overtaken_takes_no_other_with_it(office):
    _, (ours, theirs) = handed_over(office, 2)
    with transaction(office.engine) as tx:
        outbox.change(tx, theirs.id, attempts=theirs.attempts + 1, lease_until=NOW + LEASE)
    run = Run(office, lambda: NOW, signed(None, NOW), SendReport(), None)
    wanted = [(run.record, (one, ACCEPTED), 0) for one in (ours, theirs)]
    (kept, lost), _ = asked(office, *wanted, steps=run.steps)
    assert (kept.state, type(lost)) == ("sent", LeaseLostError)
    assert {one.id: one.state for one in rows(office, OutboxMessage)} == {
        ours.id: "sent",
        theirs.id: "uncertain",
    }
    assert verify(office).findings == []


def test_a_step_that_fails_takes_none_with_it_that_was_asked_for_beside_it(office):
    a_case(office, "assigned", NOW)
    (message,) = rows(office, OutboxMessage)

    def good(tx, asked):
        outbox.change(tx, message.id, last_answer="kept")
        return asked

    def bad(*_):
        raise OSError("disk full")

    (first, failed, last), _ = asked(office, (good, 1, 0), (bad, 2, 0), (good, 3, 0), steps=(good, bad))
    assert (first, last, str(failed)) == (1, 3, "disk full")
    assert rows(office, OutboxMessage)[0].last_answer == "kept"


def test_what_a_lost_connection_ended_is_written_by_another(office):
    lost = iter([True])

    def once_lost(tx, asked):
        if next(lost, False):
            tx.invalidate()
        return [tx.exec_driver_sql("SELECT 1").scalar_one() for _ in asked]

    assert asked(office, (once_lost, None, 0), steps=(once_lost,)) == ([1], 2)


def test_who_has_patience_waits_for_company_and_no_longer(office):
    alone = asked(office, (told, 1, 0.01), steps=(told,))
    beside = asked(office, (told, 1, PATIENCE), (told, 2, 0), steps=(told,))
    assert (alone, beside) == (([1], 1), ([1, 2], 1))
