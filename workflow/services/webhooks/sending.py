"""A run of the webhooks: each receiver in its turn, all of them at the same time, in a lane of their own.

A receiver that does not take a body gets no more in the run; the others go on. What came of the attempts is
entered all at once, as with mails, and the journal tells where a receiver is handed nothing more.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from notifications.errors import DeliveryFailure
from notifications.webhooks import handing_over, signing
from notifications.webhooks.receivers import Receiver
from states.delivery import Outcome
from states.errors import Refusal
from workflow.services.office import Office, Signature
from workflow.services.outbox import attempts
from workflow.services.outbox.answers import accepted, failed
from workflow.services.outbox.attempts import Answer, Result
from workflow.services.outbox.report import SendReport
from workflow.services.outbox.run import Clock, Run, never
from workflow.services.restoring import check_sending
from workflow.services.webhooks import addresses, standing
from workflow.storage import outbox, webhook_lane, webhooks
from workflow.storage.outbox import LeaseLostError
from workflow.storage.session import reading, transaction

log = logging.getLogger("duban.outbox")
EACH, MOST = 10, 200
"""Of one receiver and in all, leased at a time."""
TAKEN, SHOWN = Outcome.ACCEPTED, 8


def send_webhooks(
    office: Office, *, clock: Clock, by: Signature, is_over: Callable[[], bool] = never
) -> SendReport:
    """Hand over everything that is due, at any hour: programs do not sleep. Raises `Held`
    (`held_restored`)."""
    check_sending(office, by=by)
    run = Run(office, clock, by, SendReport(), None, is_over)
    with reading(office.engine) as tx:
        is_needed = webhook_lane.any_due(tx, clock())
    if is_needed:
        _recover(run)
        _send_all(run)
    return run.report


def _recover(run: Run) -> None:
    """Enter what nobody knows of those whose sender ended; what tells of a matter that was sealed since
    never leaves."""
    with transaction(run.office.engine) as tx:
        standing.cancel_sealed(tx, run.office, by=run.by, at=run.clock())
    with transaction(run.office.engine) as tx:
        lost = webhook_lane.left_uncertain(tx, run.clock(), attempts.BATCH)
    _enter(run, [(one, attempts.LOST) for one in lost])


def _send_all(run: Run) -> None:
    done_with: set[str] = set()
    while messages := _next(run, done_with):
        results = asyncio.run(_hand_over(run, messages))
        tried = {message.id for message, _ in results}
        attempts.give_back(run.office, [one for one in messages if one.id not in tried])
        _enter(run, results)
        done_with |= {message.recipient for message, answer in results if answer.outcome is not TAKEN}


def _next(run: Run, besides: set[str]) -> list[Row[Any]]:
    if not run.may_send():
        return []
    with transaction(run.office.engine) as tx:
        now = run.clock()
        each = max(1, min(EACH, int(run.attempt.total_seconds() // handing_over.PATIENCE)))
        return webhook_lane.lease(tx, now, now + run.lease, each=each, most=MOST, besides=besides)


async def _hand_over(run: Run, messages: Sequence[Row[Any]]) -> list[Result]:
    with reading(run.office.engine) as tx:
        told = webhooks.named(tx, {one.recipient for one in messages})
        bodies = webhooks.bodies(tx, {one.document_id for one in messages})
    turns: dict[str, list[Row[Any]]] = defaultdict(list)
    for message in messages:
        turns[message.recipient].append(message)
    done = await asyncio.gather(*(_in_turn(run, told[one], bodies, turns[one]) for one in turns))
    return [result for results in done for result in results]


async def _in_turn(
    run: Run, webhook: Row[Any], bodies: dict[str, Row[Any]], messages: Iterable[Row[Any]]
) -> list[Result]:
    """One receiver's, one after the other, until it does not take one."""
    results: list[Result] = []
    for message in messages:
        answer = await _attempt(run, webhook, bodies[message.document_id], message)
        if answer is not None:
            results.append((message, answer))
        if answer is None or answer.outcome is not TAKEN:
            break
    return results


async def _attempt(run: Run, webhook: Row[Any], body: Row[Any], message: Row[Any]) -> Answer | None:
    """What came of handing one over; None where another sender has taken it over meanwhile."""
    now, data = run.clock(), body.body.encode()
    patience = min(handing_over.PATIENCE, run.attempt.total_seconds())
    try:
        receiver = Receiver(addresses.check_url(run.office.settings, webhook.url))
        signed = signing.headers(
            addresses.signing(run.office, webhook, now), body.id, int(now.timestamp()), data
        )
        await asyncio.to_thread(_begin, run, message)
        trusted = addresses.listed(run.office.settings)
        return accepted(await handing_over.post(receiver, data, signed, listed=trusted, patience=patience))
    except LeaseLostError:
        return None
    except DeliveryFailure as failure:
        return failed(failure)
    except Refusal as refusal:
        return Answer(Outcome.TEMPORARY, refusal.message)


def _begin(run: Run, message: Row[Any]) -> None:
    with transaction(run.office.engine) as tx:
        outbox.hand_over(tx, [message])


def _enter(run: Run, results: Sequence[Result]) -> None:
    """Enter what came of them; where another has taken one over meanwhile each by itself."""
    if not results:
        return
    try:
        with transaction(run.office.engine) as tx:
            following = run.record(tx, results)
            done_with = standing.tell(tx, run.clock(), results)
    except LeaseLostError:
        for one in results if len(results) > 1 else ():
            _enter(run, [one])
        return
    for after in following:
        run.report.count(after.state)
    for id, because in done_with.items():
        log.warning("推送“%s”已停止：%s", id[:SHOWN], because["answer"])
        standing.stop(run.office, id, because, by=run.by, at=run.clock())
