"""Whoever asks before the counter: what every handler of the API is given.

A seat is taken with the scope that is needed: `Reads` to see, `Listens` for events, `Writes` to act, `Sets`
to change what the office works by, `Hands` to hand items in.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from states.errors import NotPermitted
from states.vocabulary import Role
from workflow.services import readings
from workflow.services.accounts.api_tokens import Holder
from workflow.services.office import Office, Signature
from workflow.services.page_look import page_look
from workflow.services.seeing import Onlooker
from workflow.web.api.bearer import Hander, Listener, Reader, Setter, Writer
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the counter at an instant."""

    counter: Counter
    holder: Holder
    at: datetime

    @property
    def office(self) -> Office:
        """The office behind the counter."""
        return self.counter.office

    @property
    def by(self) -> Onlooker:
        """Whoever a view is shown to."""
        return self.holder.onlooker(self.at)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles he holds himself today."""
        return self.holder.visitor.roles if self.holder.visitor else frozenset()

    @property
    def hats(self) -> frozenset[Role]:
        """Those, and the ones he stands in for today."""
        return self.holder.visitor.hats if self.holder.visitor else frozenset()

    def signature(self, form: str | None = None) -> Signature:
        """Who signs what he brings about."""
        return self.holder.signature(self.at, form=form, clock=self.counter.clock)

    def look(self, *, directory: bool = False) -> AbstractContextManager[object]:
        """One consistent read for all that is asked within, as `Counter.look`."""
        return page_look(self.office, self.by, directory=directory)

    def note(self, numbers: Sequence[str], what: str) -> None:
        """Enter that he looks into these cases. Raises as `readings.note`."""
        readings.note(self.office, numbers, what, by=self.signature())


async def reading(counter: AtCounter, holder: Reader) -> Seat:
    """The seat of somebody who sees."""
    return Seat(counter, holder, counter.clock())


async def listening(counter: AtCounter, holder: Listener) -> Seat:
    """The seat of somebody who is told of events."""
    return Seat(counter, holder, counter.clock())


async def writing(counter: AtCounter, holder: Writer) -> Seat:
    """The seat of somebody who acts."""
    return Seat(counter, holder, counter.clock())


async def setting(counter: AtCounter, holder: Setter) -> Seat:
    """The seat of somebody who looks after the settings."""
    return Seat(counter, holder, counter.clock())


async def handing(counter: AtCounter, holder: Hander) -> Seat:
    """The seat of a system that hands items in. Raises `NotPermitted` (`intake_by_machine`) for a person."""
    if holder.machine is None:
        message = "来件由其他平台以系统接口的令牌移送；人员请在“来件”页办理。"
        raise NotPermitted(message, code="intake_by_machine")
    return Seat(counter, holder, counter.clock())


Reads = Annotated[Seat, Depends(reading)]
Listens = Annotated[Seat, Depends(listening)]
Writes = Annotated[Seat, Depends(writing)]
Sets = Annotated[Seat, Depends(setting)]
Hands = Annotated[Seat, Depends(handing)]
