"""The fast encoder writes the bytes the slow one defines."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.history import canonical
from states.vocabulary import ClockName
from workflow.canonical import canonical_text

SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(ClockName)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(st.dictionaries(st.text(), VALUES))
def test_the_bytes_are_the_same(payload):
    assert canonical_text(payload) == canonical(payload)


def test_a_number_of_any_length_and_keys_of_any_kind_are_kept():
    payload = {"serial": 2**70, "by_year": {2026: 1}, "clock": {ClockName.HANDLE: 1}}
    assert canonical_text(payload) == canonical(payload)


def test_what_is_no_plain_value_is_refused():
    with pytest.raises(TypeError):
        canonical_text({"due_on": date(2026, 7, 22)})
