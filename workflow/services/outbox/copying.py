"""A run of the copies: one after another, in a lane of their own, so that no channel keeps a mail waiting.

A channel that is silent or in trouble gets no more in the run; the others go on.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from notifications.errors import DeliveryFailure
from states.delivery import Outcome
from states.errors import Refusal
from workflow.services.office import Office, Signature
from workflow.services.outbox import attempts, silencing
from workflow.services.outbox.answers import accepted, failed
from workflow.services.outbox.attempts import Answer
from workflow.services.outbox.building import bytes_of
from workflow.services.outbox.copies import hand_over
from workflow.services.outbox.report import SendReport
from workflow.services.outbox.run import Clock, Run, Window, never
from workflow.services.restoring import check_sending
from workflow.storage import outbox
from workflow.storage.outbox import LeaseLostError
from workflow.storage.session import reading, transaction

log = logging.getLogger("duban.outbox")
SILENT = (Outcome.TEMPORARY, Outcome.UNCERTAIN)


def send_copies(
    office: Office,
    *,
    clock: Clock,
    by: Signature,
    in_window: bool = False,
    is_over: Callable[[], bool] = never,
    report: SendReport | None = None,
) -> SendReport:
    """Send every copy whose attempt is due, under the rules of `send_due`; counted into `report` if given.

    Papers are laid out by `send_due` alone. Raises `Held` (`held_restored`).
    """
    check_sending(office, by=by)
    report = report or SendReport()
    run = Run(office, clock, by, report, Window.of(office) if in_window else None, is_over)
    silencing.keep_in_step(office, by=by, at=clock())
    if _is_needed(run):
        _recover(run)
        _send_all(run)
    with reading(office.engine) as tx:
        report.waiting = outbox.count_waiting(tx)
    return report


def _is_needed(run: Run) -> bool:
    with reading(run.office.engine) as tx:
        return run.may_send() and outbox.any_copy_due(tx, run.clock())


def _recover(run: Run) -> None:
    """Enter what nobody knows of copies whose sender ended; one that cannot be entered stops no other."""
    with transaction(run.office.engine) as tx:
        lost = outbox.copies_left_uncertain(tx, run.clock(), attempts.BATCH)
    for copy in lost:
        try:
            _enter(run, copy, attempts.LOST)
        except (Refusal, ValueError) as error:
            log.warning("抄送%s的结果未能登记（%s），下次再试", copy.message_id, type(error).__name__)


def _send_all(run: Run) -> None:
    silent: set[str] = set()
    while (copy := _next(run, silent)) is not None:
        answer = _attempt(run, copy)
        if answer is not None:
            _enter(run, copy, answer)
            silent |= {copy.channel} if answer.outcome in SILENT else set()


def _next(run: Run, silent: set[str]) -> Row[Any] | None:
    if not run.may_send():
        return None
    with transaction(run.office.engine) as tx:
        now = run.clock()
        return outbox.lease_copy(tx, now, now + run.lease, silent)


def _attempt(run: Run, copy: Row[Any]) -> Answer | None:
    """What came of handing it over; None where another sender has taken it over meanwhile."""
    try:
        data, sha256 = bytes_of(run.office, copy, run.clock())
        with transaction(run.office.engine) as tx:
            outbox.hand_over(tx, [copy])
    except Refusal as refusal:
        return Answer(Outcome.PERMANENT, refusal.message)
    except LeaseLostError:
        return None
    return replace(_handed_over(run, copy, data), sha256=sha256)


def _handed_over(run: Run, copy: Row[Any], data: bytes) -> Answer:
    try:
        return accepted(asyncio.run(hand_over(run.office, copy, data)))
    except DeliveryFailure as failure:
        return failed(failure)
    except Refusal as refusal:
        return Answer(Outcome.PERMANENT, refusal.message)


def _enter(run: Run, copy: Row[Any], answer: Answer) -> None:
    with suppress(LeaseLostError):
        with transaction(run.office.engine) as tx:
            (following,) = run.record(tx, [(copy, answer)])
        run.report.count(following.state)
