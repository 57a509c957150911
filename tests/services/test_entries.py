"""An entry is never stamped before the one it follows, however long its hand waited for the lock."""

from datetime import timedelta

import pytest

from states.facts import CaseFacts
from tests.builders import at, signed
from workflow.secret import Secret
from workflow.services.batch import OpenCase
from workflow.services.entries import Act, Scribe

DOOR = at(2026, 7, 1, 9)


@pytest.mark.parametrize(("earlier", "stamped"), [(60, 60), (0, 0), (-60, 0)])
def test_a_hand_that_waited_writes_after_whoever_went_first(earlier, stamped):
    chain = OpenCase(1, CaseFacts(), seq=1, recorded_at=DOOR + timedelta(seconds=earlier))
    entry = Scribe(Secret(b"k" * 32), signed("R011", DOOR)).write(
        chain, Act("acknowledged", DOOR), "滨督2026-001"
    )
    assert entry.event["recorded_at"] == chain.recorded_at == DOOR + timedelta(seconds=stamped)
