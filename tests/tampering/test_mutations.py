"""Every class of tampering with what a city has written: found, named by its kind, the first bad entry named.

`DUBAN_LIVES` (80) says how many lives tests play; a class is tried once for every 80.
"""

from random import Random

import pytest

from states.history import PROFILES, SHA256
from tests.states.test_any_sequence import LIVES
from tests.tampering.matrix import MATRIX
from tests.tampering.owner import the_owner
from workflow.services.verification import verify

SEEDS = range(max(LIVES // 80, 1))


def test_the_city_has_lived_long_enough_to_prove_something(copy_of):
    assert verify(copy_of()).entries >= 5_000


@pytest.mark.parametrize(
    ("profile", "tampering"),
    [(profile, one) for profile in PROFILES for one in MATRIX if profile == SHA256 or one.hashed],
    ids=lambda one: getattr(one, "name", one),
)
def test_tampering_is_found_and_named(copy_of, tampering):
    missed = [told for seed in SEEDS if (told := missed_in(copy_of(), tampering, seed))]
    assert missed == []


def missed_in(office, tampering, seed):
    """What verification failed to say of one deed; nothing if all is said."""
    with the_owner(office, Random(f"{tampering.name}/{seed}"), seed) as owner:
        victim = tampering.deed(owner)
    codes = {victim.pop("code")} if "code" in victim else tampering.codes  # of what was really done
    assert codes <= tampering.codes
    result = verify(office)
    told = [one for one in result.findings if one["code"] in codes]
    if result.exit_code == 1 and told and names(told[0], victim) and names(result.first, victim):
        return None
    return seed, victim, result.first, result.findings[:4]


def names(finding, victim):
    """Whether a finding points to the victim; a position must lie in the stretch it tells."""
    facts = {name: value for name, value in victim.items() if name != "position"}
    if any(finding.get(name) != value for name, value in facts.items()):
        return False
    start = finding.get("position", -1)
    return "position" not in victim or start <= victim["position"] <= finding.get("until", start)
