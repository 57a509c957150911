"""What an entry is written with, and that it is never stamped before the one it follows."""

import hmac
import json
from datetime import timedelta

import pytest

from states.facts import CaseFacts
from states.history import GENESIS, PROFILES, chain_hash, personal_hash
from tests.builders import at, signed
from workflow.secret import Key
from workflow.services.batch import OpenCase
from workflow.services.entries import Act, Scribe
from workflow.services.hands import Hand

DOOR = at(2026, 7, 1, 9)
KEY = Key(b"k" * 32)


def written(chain, algorithm="sha256", **details):
    return Scribe(Hand(algorithm, KEY), signed("R011", DOOR)).write(
        chain, Act("acknowledged", DOOR, details=details), "滨督2026-001"
    )


@pytest.mark.parametrize(("earlier", "stamped"), [(60, 60), (0, 0), (-60, 0)])
def test_a_hand_that_waited_writes_after_whoever_went_first(earlier, stamped):
    chain = OpenCase(1, CaseFacts(), seq=1, recorded_at=DOOR + timedelta(seconds=earlier))
    entry = written(chain)
    assert entry.event["recorded_at"] == chain.recorded_at == DOOR + timedelta(seconds=stamped)


@pytest.mark.parametrize("algorithm", PROFILES)
def test_an_entry_is_hashed_keyed_and_salted_by_one_digest_and_names_it(algorithm):
    entry = written(OpenCase(1, CaseFacts()), algorithm, reason="灯具到货推迟")
    event, words = entry.event, entry.words
    assert (event["algorithm"], event["key_id"]) == (algorithm, KEY.id)
    assert event["hash"] == chain_hash(event["payload"], GENESIS, algorithm)
    assert event["keyed_code"] == hmac.new(KEY.value, event["hash"].encode(), algorithm).hexdigest()
    told = json.loads(event["payload"])["personal"]
    assert told == personal_hash(words["text"], words["salt"], algorithm)


def test_the_two_digests_never_agree():
    codes = [written(OpenCase(1, CaseFacts()), algorithm).event["keyed_code"] for algorithm in PROFILES]
    assert len(set(codes)) == 2
