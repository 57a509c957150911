"""Whether the relay is to be tried: after failures of its own in a row it is left alone for a while.

Trouble of the relay is nobody's fault: no message is marked or given up for it, and people are told once.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from notifications.errors import RelayTrouble
from notifications.relay import RelayAddress
from states.breaker import WORKING, Standing, failed
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.work import begin
from workflow.storage import relays
from workflow.storage.session import reading, transaction


def name_of(address: RelayAddress) -> str:
    """What a relay goes by: its host and port."""
    return f"{address.host}:{address.port}"


def standing_of(tx: Connection, name: str) -> Standing:
    """How a relay does, as far as is known."""
    row = relays.standing(tx, name)
    return Standing(row.failures, row.told, row.since, row.closed_until) if row else WORKING


@dataclass(frozen=True, slots=True)
class Circuit:
    """The relay of one run, by its host and port."""

    office: Office
    name: str
    by: Signature

    def standing(self) -> Standing:
        with reading(self.office.engine) as tx:
            return standing_of(tx, self.name)

    def tell_failure(self, trouble: RelayTrouble, now: datetime) -> Standing:
        """Count a failure; the one that makes the relay be left alone is entered into the journal."""
        with transaction(self.office.engine) as tx:
            before = standing_of(tx, self.name)
            after = failed(before, now, trouble.message)
            relays.keep(tx, self.name, **after.as_columns())
            if after.is_left_alone and not before.is_left_alone:
                told = {"relay": self.name, "code": trouble.code, "message": trouble.message}
                self._note(tx, Act("relay_left_alone", now, details=told | dict(trouble.facts)))
        return after

    def tell_success(self, now: datetime) -> None:
        """The relay works again. Where it had been left alone, that is entered too."""
        with transaction(self.office.engine) as tx:
            before = standing_of(tx, self.name)
            relays.keep(tx, self.name, **WORKING.as_columns())
            if before.is_left_alone:
                self._note(tx, Act("relay_back", now, details={"relay": self.name}))

    def _note(self, tx: Connection, act: Act) -> None:
        work = begin(tx, self.office, by=replace(self.by, recorded_at=act.occurred_at), at=act.occurred_at)
        work.batch.note(act)
        work.batch.flush()
