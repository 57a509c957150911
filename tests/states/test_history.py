"""The hashes of history: fixed for ever by these vectors, and broken by any changed byte."""

from datetime import UTC, date

from hypothesis import given
from hypothesis import strategies as st

from states.clocks import Clock, Pause
from states.deadlines import Limit
from states.facts import DATE_FACTS, FACT_NAMES, CaseFacts, fold, to_json
from states.history import GENESIS, SM3, canonical, chain_hash, keyed_code, personal_hash
from states.nodes import Node
from states.tasks import Task, TaskState
from states.vocabulary import ClockName, LimitUnit

PAYLOAD = '{"case":"滨督2026-001","seq":1}'
KEY = bytes(range(32))


def test_these_hashes_never_change():
    entry = chain_hash(PAYLOAD, GENESIS)
    assert entry == "5ba01bee81f20535238f3f7f025c0b9be31f24b6e20a48e7b538ea853b3dac4e"
    assert keyed_code(entry, KEY) == "b8f40ef4f0dc9a0d308c644b6027c40dd34bf7ddd876f22d4c972fb6e0d9dec7"
    assert (
        personal_hash("灯具到货推迟", "salt")
        == "3895268edacab9c06b1c46781e69b50f49f1a31f2a7c73f887ba1ced6aaa8d52"
    )


def test_these_hashes_of_sm3_never_change():
    entry = chain_hash(PAYLOAD, GENESIS, SM3)
    assert entry == "fc894d96c95e9c6a71b4c12955095fffcf1d3db1adba5d62e5132d38d751f4ab"
    assert keyed_code(entry, KEY, SM3) == "cbc6e6cb2e2e251345331ebd92a1d3ecfe55039d4cc1025b373867669feb8670"
    assert (
        personal_hash("灯具到货推迟", "salt", SM3)
        == "ce785ddc1e3107247ddb06848f017a75bc34e91cafa9ac072104ded5fe019097"
    )


@given(st.text(min_size=1, max_size=60), st.data())
def test_changing_a_byte_changes_the_hash(payload, data):
    place = data.draw(st.integers(0, len(payload) - 1))
    changed = payload[:place] + chr(ord(payload[place]) ^ 1) + payload[place + 1 :]
    assert chain_hash(changed, GENESIS) != chain_hash(payload, GENESIS)


def test_an_entry_stands_on_the_one_before_it():
    assert chain_hash(PAYLOAD, GENESIS) != chain_hash(PAYLOAD, chain_hash("{}", GENESIS))


def test_another_key_makes_another_code():
    assert keyed_code(GENESIS, KEY) != keyed_code(GENESIS, KEY[::-1])


def test_another_salt_hides_the_same_words():
    assert personal_hash("灯具到货推迟", "a") != personal_hash("灯具到货推迟", "b")


def test_the_order_of_particulars_does_not_matter_to_the_bytes():
    assert canonical({"b": 1, "a": "喆"}) == '{"a":"喆","b":1}' == canonical({"a": "喆", "b": 1})


INSTANTS = st.datetimes(timezones=st.just(UTC))
PAUSES = st.builds(Pause, INSTANTS, st.none() | INSTANTS, st.sampled_from(["verifying", "suspended"]))
CLOCK = st.builds(
    Clock,
    name=st.sampled_from(ClockName),
    limit=st.none() | st.builds(Limit, st.sampled_from(LimitUnit), st.integers(1, 90)),
    started_at=INSTANTS,
    stopped_at=st.none() | INSTANTS,
    due_at=st.none() | INSTANTS,
    pauses=st.lists(PAUSES, max_size=2).map(tuple),
)
TASK = st.builds(Task, state=st.sampled_from(TaskState), clock=CLOCK)
NODE = st.builds(Node, after=st.lists(st.integers(1, 9), max_size=2).map(tuple))
LISTS = {"clocks": CLOCK, "tasks": TASK, "nodes": NODE}


def _values(name: str) -> st.SearchStrategy:
    if name in LISTS:
        return st.lists(LISTS[name], max_size=2).map(tuple)
    if name in DATE_FACTS:
        return st.dates(date(2000, 1, 1), date(2100, 1, 1))
    default = getattr(CaseFacts(), name)
    if isinstance(default, tuple):
        return st.lists(st.text(max_size=4), max_size=3).map(tuple)
    return (
        st.booleans()
        if isinstance(default, bool)
        else st.integers(0, 99)
        if isinstance(default, int)
        else st.text(max_size=8)
    )


some_names = st.lists(st.sampled_from(FACT_NAMES), max_size=12, unique=True)
changes = some_names.flatmap(lambda names: st.fixed_dictionaries({name: _values(name) for name in names}))


@given(st.lists(changes, max_size=8))
def test_folding_a_history_gives_the_facts_it_led_to(history):
    facts: dict[str, object] = {}
    for change in history:
        facts |= change
    assert fold({"set": to_json(change)} for change in history) == CaseFacts(**facts)
