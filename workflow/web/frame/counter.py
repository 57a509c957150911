"""The counter: what every page is made with."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from workflow.services.accounts.visitors import Visitor
from workflow.services.office import Office, Signature
from workflow.services.page_look import page_look
from workflow.services.seeing import Onlooker

DOOR = "web"


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Counter:
    """The office behind the pages and the clock they go by."""

    office: Office
    clock: Callable[[], datetime] = now

    def signature(self, visitor: Visitor | None, form: str | None = None) -> Signature:
        """An entry's signature: who is signed in, this door, and the form that was sent."""
        person = None if visitor is None else visitor.person
        return Signature(person, DOOR, self.clock(), form=form, clock=self.clock)

    def look(self, visitor: Visitor, *, directory: bool = False) -> AbstractContextManager[object]:
        """One consistent read for all that is asked of services within, for a page of many parts; one that
        tells who may decide rests on the `directory`."""
        return page_look(self.office, self.onlooker(visitor), directory=directory)

    def onlooker(self, visitor: Visitor) -> Onlooker:
        """Whoever a view is shown to now."""
        return Onlooker(visitor.person, self.clock())
