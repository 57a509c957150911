"""Reading a policy from its TOML text."""

from functools import lru_cache

from states.policy.gates import check
from states.policy.model import Policy
from states.validation import read_table

POLICIES_KEPT = 32


@lru_cache(POLICIES_KEPT)
def parse(text: str, *, kept: bool = False) -> Policy:
    """The policy written in TOML, fit to come into force; or `kept`, as fit as it was when it did.

    Raises `RuleInvalid` naming the entry and the fault: bad syntax (`policy_syntax`), a field missing or not
    of its kind (`policy_field`), or a gate passed by (the finding's code).
    """
    policy = read(text)
    check(policy, kept=kept)
    return policy


def read(text: str) -> Policy:
    """The policy written in TOML, its gates unchecked, for listing all findings. Raises `RuleInvalid`."""
    return read_table(Policy, text, named="督办规则", prefix="policy")
