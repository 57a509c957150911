"""The whole examination of a policy: everything wrong or doubtful in it, found before it comes into force."""

from typing import TYPE_CHECKING

from states.policy.coverage import unclocked_states, uncovered_limits, unfit_starts
from states.policy.findings import PolicyFinding
from states.policy.gates import gate_faults
from states.policy.model import Policy
from states.policy.reach import unreachable_rungs

if TYPE_CHECKING:  # the lifecycle's effects ask the policy: importing it here would be a circle
    from states.lifecycle import Lifecycle


def examine(policy: Policy, lifecycle: "Lifecycle") -> tuple[PolicyFinding, ...]:
    """All findings, the gates first. Never raises; without findings the policy does what it says."""
    return (
        *gate_faults(policy),
        *unreachable_rungs(policy),
        *unfit_starts(policy),
        *uncovered_limits(policy),
        *unclocked_states(policy, lifecycle),
    )
