"""Putting a lifecycle table or a policy into force: its row and its entry, whoever does it."""

from datetime import datetime, timedelta
from hashlib import sha256

from states.lifecycle import Lifecycle
from states.policy import Policy
from workflow.services.batch import Batch
from workflow.services.entries import SYSTEM, Act
from workflow.storage import queries, rules
from workflow.storage.models import RuleVersion

TICK = timedelta(microseconds=1)


def put_into_force(
    batch: Batch, kind: str, value: Lifecycle | Policy, source: str, *, at: datetime, actor: str = SYSTEM
) -> None:
    """Let a rule be the one in force from now on; what is pinned to another stays so.

    Never before the rule it follows: the order of activation says which is in force.
    """
    former = rules.rule_in_force(batch.tx, kind)
    at = at if former is None else max(at, former.activated_at + TICK)
    details = {"rule": kind, "name": value.name, "version": value.version, "digest": value.digest}
    details["source_sha256"] = sha256(source.encode()).hexdigest()
    row = {
        "digest": value.digest,
        "kind": kind,
        "name": value.name,
        "version": value.version,
        "source": source,
        "activated_at": at,
        "activated_by": actor,
    }
    queries.upsert(batch.tx, RuleVersion, [row])
    batch.note(Act("rule_activated", at, actor, details=details))
