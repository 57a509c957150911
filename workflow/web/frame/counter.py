"""The counter: what every page is made with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from workflow.services.accounts.visitors import Visitor
from workflow.services.office import Office, Signature
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

    def onlooker(self, visitor: Visitor) -> Onlooker:
        """Whoever a view is shown to now."""
        return Onlooker(visitor.person, self.clock())
