"""The policy of an office: what its limits are, when they pause and move, and how lateness is answered.

A typed, validated, hashed value read from TOML. A case is pinned to the version it was assigned under.
`parse()` refuses a policy that could skip a gate; `examine()` tells everything that is wrong or doubtful in
one; `diff()` says in sentences what changed between two.
"""

from states.policy.checks import examine
from states.policy.diff import Change, diff
from states.policy.findings import PolicyFinding
from states.policy.former import read_kept
from states.policy.gates import check
from states.policy.limits import (
    EVERY_CATEGORY,
    Category,
    Ceiling,
    ExtensionRule,
    FeedbackRule,
    LimitRule,
    PauseRule,
    Start,
    VerificationRule,
)
from states.policy.milestones import MilestoneRule
from states.policy.model import Policy
from states.policy.operation import MailRule, SweepRule
from states.policy.reading import parse, read
from states.policy.retention import RetentionRule
from states.policy.rungs import After, Rung

__all__ = [
    "EVERY_CATEGORY",
    "After",
    "Category",
    "Ceiling",
    "Change",
    "ExtensionRule",
    "FeedbackRule",
    "LimitRule",
    "MailRule",
    "MilestoneRule",
    "PauseRule",
    "Policy",
    "PolicyFinding",
    "RetentionRule",
    "Rung",
    "Start",
    "SweepRule",
    "VerificationRule",
    "check",
    "diff",
    "examine",
    "parse",
    "read",
    "read_kept",
]
