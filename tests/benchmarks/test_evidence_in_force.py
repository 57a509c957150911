"""What the digest costs an entry, and what it costs to ask the database which one is in force.

A transaction of one entry is the shortest that asks; a sweep asks once for hundreds.
"""

from collections.abc import Callable

import pytest

from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import OPENED, signed
from workflow.services import evidence as changing
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.office import Office
from workflow.storage import evidence
from workflow.storage.session import reading, transaction

ROUNDS, TIMES, MANY = 9, 100, 2_000
DETAILS = {"from": "2026-07-01", "until": "2026-07-02", "told": "望海街道路灯成片不亮" * 12}
AIM_SM3, AIM_READ, ROOM = 1.2, 1.3, 1.25
Subjects = dict[str, tuple[Office, Callable[[], None]]]


@pytest.mark.benchmark
def test_sm3_costs_an_entry_little(another_office: Callable[[], Office]) -> None:
    plain, domestic = another_office(), another_office()
    changing.switch(domestic, "sm3", reason="测量", by=signed(None))
    subjects: Subjects = {
        "sha256, one entry a transaction": (plain, singly(plain)),
        "sm3, one entry a transaction": (domestic, singly(domestic)),
        "sha256, entries in one transaction": (plain, together(plain)),
        "sm3, entries in one transaction": (domestic, together(domestic)),
    }
    laps = measured(subjects)
    sha_alone, sm3_alone, sha_many, sm3_many = laps.values()
    alone, many = ratio(sm3_alone, sha_alone), ratio(sm3_many, sha_many)
    tell("Digest of entries", laps, {"sm3 : sha256, one entry": alone, "sm3 : sha256, many": many})
    assert max(alone.cpu, many.cpu) <= AIM_SM3 * ROOM


@pytest.mark.benchmark
def test_asking_what_is_in_force_costs_a_transaction_little(
    another_office: Callable[[], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = another_office()
    with reading(office.engine) as tx:
        row = evidence.in_force(tx)

    def without() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(evidence, "held_in_force", lambda _: row)
            singly(office)()

    laps = measured({"asking": (office, singly(office)), "not asking": (office, without)})
    cost = ratio(laps["asking"], laps["not asking"])
    tell("Asking what is in force", laps, {"asking : not asking": cost})
    assert cost.cpu <= AIM_READ * ROOM


def singly(office: Office) -> Callable[[], None]:
    """A hundred transactions of one entry each."""

    def enter() -> None:
        for _ in range(TIMES):
            with transaction(office.engine) as tx:
                batch = Batch(tx, office, signed(None))
                batch.note(Act("sweep_gap", OPENED, details=DETAILS))
                batch.flush()

    return enter


def together(office: Office) -> Callable[[], None]:
    """As many entries as a long sweep makes, in one transaction."""

    def enter() -> None:
        with transaction(office.engine) as tx:
            batch = Batch(tx, office, signed(None))
            for _ in range(MANY):
                batch.note(Act("sweep_gap", OPENED, details=DETAILS))
            batch.flush()

    return enter


def measured(subjects: Subjects) -> dict[str, list[Lap]]:
    """Every subject in every round; the first round warms the caches."""
    laps: dict[str, list[Lap]] = {name: [] for name in subjects}
    for _ in range(1 + ROUNDS):
        for name, (office, subject) in subjects.items():
            laps[name].append(Stopwatch(office.engine).time(subject))
    return {name: taken[1:] for name, taken in laps.items()}


def tell(title: str, laps: dict[str, list[Lap]], ratios: dict[str, Lap]) -> None:
    rows = {name: f"{middle(taken).cpu * 1e3:8.1f} ms of CPU" for name, taken in laps.items()}
    show(title, rows | {name: f"{one.cpu:.2f} (wall {one.wall:.2f})" for name, one in ratios.items()})
