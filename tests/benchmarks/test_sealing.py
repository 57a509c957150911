"""What evidence costs: appending with all layers against none, with sealing against without, an idle sealer.

Matters are taken over in batches, as an import does; sealed ones have a checkpoint after each batch.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import LEAD_CODE, OFFICER, TITLE, at, signed
from workflow.services import batch, cases, checkpoints
from workflow.services.cases import Order
from workflow.services.office import Office, open_office
from workflow.services.sealing import seal_all
from workflow.storage.session import transaction

BATCH, ROUNDS, TIMES = 500, 9, 100
NOW = at(2026, 7, 2)
AIM, IDLE_AIM, ROOM = 1.5, 1.0, 1.25
NOTHING_NEW = 30
"""So many times `SELECT 1` a look with nothing to seal may cost: it asks four tables."""


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_appending_with_sealing_costs_at_most_half_as_much_again(
    another_office: Callable[[], Office],
) -> None:
    plain, sealed = another_office(), another_office()
    without: list[Lap] = []
    with_log: list[Lap] = []
    sealing: list[Lap] = []
    for turn in range(1 + ROUNDS):
        without.append(Stopwatch(plain.engine).time(lambda turn=turn: append(plain, turn)))
        appended = Stopwatch(sealed.engine).time(lambda turn=turn: append(sealed, turn))
        sealing.append(Stopwatch(sealed.engine).time(lambda: seal(sealed)))
        with_log.append(appended + sealing[-1])
    cost, each = ratio(with_log[1:], without[1:]), middle(sealing[1:])
    show(
        f"appending {BATCH} entries, {plain.engine.dialect.name}",
        {
            "without the log": f"{middle(without[1:]).cpu / BATCH * 1e6:.0f} µs CPU an entry",
            "sealing": f"{each.wall / BATCH * 1e6:.0f} µs, {each.cpu / BATCH * 1e6:.0f} µs CPU an entry",
            "with it": f"{cost.wall:.2f}× wall, {cost.cpu:.2f}× CPU (aim: {AIM}×)",
        },
    )
    assert cost.cpu <= AIM


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_appending_with_every_layer_costs_at_most_half_as_much_again_as_with_none(
    another_office: Callable[[], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chain, keyed codes, salted words, the log and its checkpoints against the bare entries."""
    bare, whole = another_office(), another_office()
    without: list[Lap] = []
    layered: list[Lap] = []
    for turn in range(1 + ROUNDS):
        with monkeypatch.context() as patched:
            patched.setattr(batch, "hand_in_force", lambda *_: NoHand())
            without.append(Stopwatch(bare.engine).time(lambda turn=turn: append(bare, turn)))
        appended = Stopwatch(whole.engine).time(lambda turn=turn: append(whole, turn))
        layered.append(appended + Stopwatch(whole.engine).time(lambda: seal(whole)))
    cost = ratio(layered[1:], without[1:])
    title = f"appending {BATCH} entries with every layer, {bare.engine.dialect.name}"
    show(title, {"cost": f"{cost.wall:.2f}× wall, {cost.cpu:.2f}× CPU of none (aim: {AIM}×)"})
    assert cost.cpu <= AIM


class NoHand:
    """Entries with nothing that proves them."""

    algorithm, key = "sha256", SimpleNamespace(id="none")

    def hash(self, _payload: str, _previous: str) -> str:
        return "0" * 64

    def code(self, _text: str) -> str:
        return "0" * 64

    def personal_hash(self, _words: str, _salt: str) -> str:
        return "0" * 64


@pytest.mark.benchmark
def test_a_look_with_nothing_new_costs_next_to_nothing(another_office: Callable[[], Office]) -> None:
    office = another_office()
    append(office, 0)
    seal(office)
    watch = Stopwatch(office.engine)
    looking, least = [], []
    for _ in range(1 + ROUNDS):
        looking.append(watch.time(lambda: repeated(lambda: look(office))))
        least.append(watch.time(lambda: repeated(lambda: ask_nothing(office))))
    cost = ratio(looking[1:], least[1:])
    title = f"a look with nothing new, {office.engine.dialect.name}"
    each = middle(looking[1:]).wall / TIMES * 1e3
    show(title, {"look": f"{each:.2f} ms, {cost.wall:.1f}× wall and {cost.cpu:.1f}× CPU of SELECT 1"})
    assert cost.cpu <= NOTHING_NEW * ROOM


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_a_writer_is_not_slowed_by_a_sealer_that_has_nothing_to_do(
    another_office: Callable[[], Office],
) -> None:
    office = another_office()
    watch = Stopwatch(office.engine)
    alone, beside = [], []
    for turn in range(0, 2 * (1 + ROUNDS), 2):
        alone.append(watch.time(lambda turn=turn: append(office, turn)))
        seal(office)
        with an_idle_sealer(office):
            beside.append(watch.time(lambda turn=turn: append(office, turn + 1)))
        seal(office)
    cost = ratio(beside[1:], alone[1:])
    show(f"a writer beside a sealer, {office.engine.dialect.name}", {"beside": f"{cost.wall:.2f}× wall"})
    assert cost.wall <= IDLE_AIM * ROOM


def append(office: Office, turn: int) -> None:
    """A batch of matters, an entry each."""
    details = {"state": "handling", "title": TITLE, "origin": "基准测试", "lead_unit": LEAD_CODE}
    details |= {"due_on": date(2026, 9, 30)}
    orders = [Order("take_over", details=details, new_number=f"基准{turn}-{one}") for one in range(BATCH)]
    cases.perform_all(office, orders, by=signed(OFFICER, NOW), at=NOW)


def seal(office: Office) -> None:
    """What the ticker does, with a checkpoint."""
    checkpoints.checkpoint(office, at=NOW, by=signed(None, NOW))


def look(office: Office) -> None:
    """What the ticker does when nothing is new."""
    assert checkpoints.keep(office, at=NOW + timedelta(hours=1), by=signed(None, NOW)).made is None


def ask_nothing(office: Office) -> None:
    with transaction(office.engine) as tx:
        tx.exec_driver_sql("SELECT 1")


def repeated(work: Callable[[], None]) -> None:
    for _ in range(TIMES):
        work()


@contextmanager
def an_idle_sealer(office: Office) -> Iterator[None]:
    """Another process's sealer, as often as ticks come: it looks, and finds what the writer has committed."""
    stop, own = threading.Event(), open_office(office.settings)

    def tick() -> None:
        while not stop.wait(0.05):
            seal_all(own)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        own.engine.dispose()
