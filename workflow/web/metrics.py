"""The figures in the text format of Prometheus, and who may read them.

Every look makes a registry of its own, so that nothing of a former one stays. Labels are words of the program
or states of an office's table, never a name or number of a case; beyond `MOST_LABELS` values of one the rest
is counted together.
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from fastapi import Request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from workflow.scheduler import Scheduler
from workflow.services.figures import Figures

__all__ = ["CONTENT_TYPE", "exposition", "may_read"]

MOST_LABELS, OTHERS = 50, "other"
PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""What a proxy writes into a request."""


def exposition(version: str, scheduler: Scheduler, figures: Figures | None) -> bytes:
    """What the scheduler knows, and the figures where the database could be read."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(_of_process(version, scheduler, figures is not None)))
    if figures is not None:
        registry.register(_Told(_of_database(figures)))
    return generate_latest(registry)


def may_read(request: Request, allow: Iterable[str]) -> bool:
    """Whether whoever asks is this machine, or of a network that is listed.

    A proxy on this machine would make everybody look like it: what was passed on is never of this machine.
    """
    address = _address(request)
    if address is None:
        return False
    if address.is_loopback:
        return not any(name in request.headers for name in PASSED_ON)
    return any(address in ip_network(network) for network in allow)


class _Told(Collector):
    """Families made beforehand: a registry wants somebody to ask."""

    def __init__(self, families: Iterable[GaugeMetricFamily | InfoMetricFamily]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[GaugeMetricFamily | InfoMetricFamily]:
        return self._families


def _of_process(
    version: str, scheduler: Scheduler, is_read: bool
) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
    yield InfoMetricFamily("duban_build", "The release that runs.", {"version": version})
    yield _one("duban_database_up", "Whether the database answers with the right schema.", is_read)
    chores = scheduler.chores
    each = {name: chore.age for name, chore in chores.items()}
    yield _each("duban_chore_age_seconds", "Since this process last did a chore well.", "chore", each)
    each = {name: chore.failures for name, chore in chores.items()}
    yield _each("duban_chore_failures", "Runs that failed since then, in this process.", "chore", each)
    each = {name: chore.healthy for name, chore in chores.items()}
    yield _each("duban_chore_healthy", "Whether a chore came through lately.", "chore", each)


def _of_database(told: Figures) -> Iterator[GaugeMetricFamily]:
    yield _each("duban_outbox_messages", "Messages of the outbox.", "state", told.messages)
    yield from _age(
        "duban_outbox_oldest_unsent_seconds", "Age of the oldest message that may leave.", told.oldest_unsent
    )
    yield _each("duban_relay_breaker", "Where the relay's breaker stands.", "state", told.breaker)
    yield _one("duban_papers_waiting", "Issued papers that are not laid out.", told.papers_waiting)
    yield _one("duban_papers_unprintable", "Those of them that could not be.", told.papers_unprintable)
    yield _each("duban_cases", "Cases of the register.", "state", told.cases)
    yield _one("duban_sweep_due_cases", "Cases the sweep wants to look at now.", told.due)
    yield _one("duban_sweep_set_aside_cases", "Cases it set aside, which wait for a person.", told.set_aside)
    yield from _age(
        "duban_sweep_last_run_age_seconds", "Since the last sweep of any process.", told.last_sweep
    )
    yield _each("duban_sweep_holds", "Holds nobody has released.", "reason", told.holds)
    yield _one("duban_log_unsealed_entries", "Entries without a place in the log.", told.unsealed)
    yield from _age("duban_checkpoint_age_seconds", "Since the last checkpoint was made.", told.checkpoint)
    yield _one("duban_database_size_bytes", "What the database takes up.", told.database)


def _one(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)


def _age(name: str, told: str, value: float | None) -> Iterator[GaugeMetricFamily]:
    """Nothing where there is nothing: an age of 0 would look like one."""
    if value is not None:
        yield _one(name, told, value)


def _each(name: str, told: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=[label])
    for value, count in _bounded(values).items():
        family.add_metric([value], count)
    return family


def _bounded(values: Mapping[str, float]) -> Mapping[str, float]:
    """At most so many values; the smallest counts together are the last."""
    if len(values) <= MOST_LABELS:
        return values
    ranked = sorted(values.items(), key=lambda one: (-one[1], one[0]))
    return dict(ranked[: MOST_LABELS - 1]) | {OTHERS: sum(count for _, count in ranked[MOST_LABELS - 1 :])}


def _address(request: Request) -> IPv4Address | IPv6Address | None:
    """Who asks; None where the connection has no address."""
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
