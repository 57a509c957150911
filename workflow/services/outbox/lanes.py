"""The lanes of a run: conversations with the relay beside one another, each mail after mail.

A message's result is written in one transaction with the note that the next one is being handed over, or
after a moment where none follows so soon. So a sender that is killed leaves at most one message a lane of
which nobody knows.
"""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Row

from notifications.bounces import bounce_address
from notifications.errors import DeliveryFailure, RelayTrouble
from notifications.relay import Accepted, Relay, RelayAddress
from states.delivery import Next, Outcome
from states.errors import Refusal
from workflow.services.office import Office
from workflow.services.outbox import attempts
from workflow.services.outbox.ahead import Ahead
from workflow.services.outbox.answers import accepted, failed
from workflow.services.outbox.attempts import Answer
from workflow.services.outbox.building import bytes_of
from workflow.services.outbox.clerk import Clerk
from workflow.services.outbox.run import Run
from workflow.services.outbox.supply import Supply
from workflow.storage.outbox import LeaseLostError

log = logging.getLogger("duban.outbox")
COMPANY = 0.02
"""So many seconds a result waits for the next message to be handed over."""


async def send_all(run: Run, address: RelayAddress) -> RelayTrouble | None:
    """Claim and hand over until nothing is due, the window closes or the relay is in trouble, which is told.

    Nothing is claimed before the relay has answered. Messages that were not tried, or whose failure was the
    relay's, are as they were.
    """
    async with run.relay(address) as relay:
        try:
            await relay.open()
        except RelayTrouble as trouble:
            return trouble
        with run.office.engine.connect() as connection:
            return await _send_by(relay, run, address, Clerk(connection, *run.steps))


async def _send_by(relay: Relay, run: Run, address: RelayAddress, clerk: Clerk) -> RelayTrouble | None:
    """The same, once the relay has answered: this conversation is the first lane's."""
    settings, lanes = run.office.settings, 1 if run.is_probe else run.office.settings.mail_connections
    await _recover(run, clerk)
    supply = Supply(
        lambda: clerk.write(run.claim, attempts.BATCH),
        per_domain=settings.mail_per_domain,
        once=run.is_probe,
    )
    ahead = Ahead(lambda message: bytes_of(run.office, message, run.clock()), lanes)
    first, *more = (_Lane(run, clerk, supply, ahead) for _ in range(lanes))
    try:
        return await _all(first.go(relay, is_first=True), *(_open_and_go(run, address, one) for one in more))
    finally:
        await ahead.end()
        await asyncio.to_thread(attempts.give_back, run.office, supply.leased)


async def _recover(run: Run, clerk: Clerk) -> None:
    """Enter what nobody knows of messages whose sender ended; one that cannot be entered stops no other."""
    for message in await clerk.write(run.lost, attempts.BATCH):
        try:
            await run.count(clerk.write(run.record, (message, attempts.LOST)))
        except (Refusal, ValueError) as error:
            log.warning("邮件%s的结果未能登记（%s），下次再试", message.message_id, type(error).__name__)


async def _all(*lanes: Awaitable[RelayTrouble | None]) -> RelayTrouble | None:
    """What the first lane tells, once all have ended: one that fails takes no other with it.

    Raises what a lane raised.
    """
    tasks = [asyncio.ensure_future(lane) for lane in lanes]
    await asyncio.wait(tasks)
    failed = [error for task in tasks if (error := task.exception()) is not None]
    if failed:
        raise failed[0]
    return tasks[0].result()


async def _open_and_go(run: Run, address: RelayAddress, lane: "_Lane") -> RelayTrouble | None:
    """One more lane, as long as there is work for it and the relay takes one more conversation."""
    async with run.relay(address) as relay:
        return await lane.go(relay)


class _Lane:
    """One conversation, message after message."""

    def __init__(self, run: Run, clerk: Clerk, supply: Supply, ahead: Ahead) -> None:
        self._run, self._clerk, self._supply, self._ahead = run, clerk, supply, ahead
        self._entering: asyncio.Future[Next] | None = None

    async def go(self, relay: Relay, *, is_first: bool = False) -> RelayTrouble | None:
        """Until there is no more work, or the relay is in trouble; the message it had then goes back untried.

        Trouble ends the run where it is the first lane's: of others it may only be that they are too many.
        """
        try:
            while (message := await self._supply.next()) is not None:
                async with self._supply.freed_if_it_fails(message):
                    trouble = await self._deal_with(relay, message)
                if trouble is not None:
                    await (self._supply.stop(message) if is_first else self._supply.put_back(message))
                    return trouble
        finally:
            await self._entered()
        return None

    async def _deal_with(self, relay: Relay, message: Row[Any]) -> RelayTrouble | None:
        if not self._run.may_send():
            await self._supply.stop(message)
        elif not self._run.has_time(message):
            await self._give_back(message)
        else:
            return await self._send(relay, message)
        return None

    async def _give_back(self, message: Row[Any]) -> None:
        """What waited too long for its turn is leased anew."""
        await self._clerk.write(self._run.release, message)
        await self._supply.done(message)

    async def _send(self, relay: Relay, message: Row[Any]) -> RelayTrouble | None:
        try:
            answer = await self._attempt(relay, message)
        except RelayTrouble as trouble:
            return trouble
        except LeaseLostError:
            await self._supply.done(message)
            return None
        former = self._entering
        self._entering = self._clerk.write(self._run.record, (message, answer), patience=COMPANY)
        await self._supply.done(message)
        await self._count(former)
        return None

    async def _attempt(self, relay: Relay, message: Row[Any]) -> Answer:
        try:
            data, sha256 = await self._ahead.built(message)
        except Refusal as refusal:
            return Answer(Outcome.PERMANENT, refusal.message)
        self._ahead.begin(self._supply.leased)
        return replace(await self._handed_over(relay, message, data), sha256=sha256)

    async def _handed_over(self, relay: Relay, message: Row[Any], data: bytes) -> Answer:
        try:
            return accepted(await self._deliver(relay, message, data))
        except RelayTrouble:
            raise
        except DeliveryFailure as failure:
            return failed(failure)
        except Refusal as refusal:
            return Answer(Outcome.PERMANENT, refusal.message)

    async def _deliver(self, relay: Relay, message: Row[Any], data: bytes) -> Accepted:
        sender, handing_over = sender_of(self._run.office, message), partial(self._hand_over, message)
        return await relay.deliver(sender, message.recipient, data, before_end=handing_over)

    async def _hand_over(self, message: Row[Any]) -> None:
        await self._clerk.write(self._run.hand_over, message)

    async def _entered(self) -> None:
        """Wait until the last result is kept."""
        entering, self._entering = self._entering, None
        await self._count(entering)

    async def _count(self, entering: "asyncio.Future[Next] | None") -> None:
        if entering is not None:
            await self._run.count(entering)


def sender_of(office: Office, message: Row[Any]) -> str:
    """The envelope sender: the message's own bounce address where the installation has a mailbox for them."""
    bounces = office.settings.mail_bounces
    return bounce_address(bounces, message.message_id) if bounces else office.settings.mail_from
