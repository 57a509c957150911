"""The office in figures, as a monitor reads them: one look at one instant, nobody and no case named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from states.breaker import POSITIONS
from workflow.errors import ConfigurationError
from workflow.services import holds, sweep_record
from workflow.services.office import Office
from workflow.services.outbox.sending import address_of
from workflow.services.outbox.standing import name_of, standing_of
from workflow.services.unprintable import SET_ASIDE
from workflow.storage import figures, log, sweeps
from workflow.storage.session import reading


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, ages in seconds (None where there is nothing yet), sizes in bytes.

    `breaker` has 1 at where that of the relay stands, 0 elsewhere; it is empty where no relay is set.
    """

    messages: Mapping[str, int]
    oldest_unsent: float | None
    breaker: Mapping[str, int]
    cases: Mapping[str, int]
    due: int
    last_sweep: float | None
    set_aside: int
    holds: Mapping[str, int]
    papers_waiting: int
    papers_unprintable: int
    unsealed: int
    checkpoint: float | None
    database: int


def take(office: Office, at: datetime) -> Figures:
    """Everything at once, by statements that cost little at any size."""
    with reading(office.engine) as tx:
        waiting, unprintable = figures.count_unrendered(tx, SET_ASIDE)
        last = log.last_checkpoint(tx)
        return Figures(
            messages=figures.messages_by_state(tx),
            oldest_unsent=_oldest_unsent(tx, office, at),
            breaker=_breaker(tx, office, at),
            cases=figures.cases_by_state(tx),
            due=sweeps.count_due(tx, at),
            last_sweep=_age(sweep_record.last_end(sweeps.latest_runs(tx)), at),
            set_aside=figures.count_set_aside(tx),
            holds=dict.fromkeys(holds.LABELS, 0) | figures.holds_by_reason(tx),
            papers_waiting=waiting,
            papers_unprintable=unprintable,
            unsealed=log.count_unsealed(tx),
            checkpoint=_age(last.made_at if last else None, at),
            database=figures.database_bytes(tx),
        )


def oldest_unsent(office: Office, at: datetime) -> float | None:
    """For how many seconds the oldest message has waited that may leave; None when nothing waits.

    What is written to a domain that is not allowed may not leave, and does not count.
    """
    with reading(office.engine) as tx:
        return _oldest_unsent(tx, office, at)


def _oldest_unsent(tx: Connection, office: Office, at: datetime) -> float | None:
    return _age(figures.oldest_unsent(tx, office.settings.mail_allow), at)


def _breaker(tx: Connection, office: Office, at: datetime) -> Mapping[str, int]:
    """Of the relay the settings name: what a former one was like is nobody's trouble any more."""
    try:
        name = name_of(address_of(office))
    except ConfigurationError:
        return {}
    stands = standing_of(tx, name).position(at)
    return {one: int(one == stands) for one in POSITIONS}


def _age(since: datetime | None, at: datetime) -> float | None:
    """Never negative: another machine's clock may be ahead."""
    return None if since is None else max(0.0, (at - since).total_seconds())
