"""Putting a policy into force from its text, as the director: a signed act, entered in the journal.

Matters stay under the policy they were handed out by; only what is handed out from now on comes under this
one. With it the director may sign for what the system is to issue by itself.
"""

from datetime import datetime

from states import policy as policies
from states.errors import FactInvalid, RuleInvalid
from states.policy import Policy
from states.policy.findings import FAULT
from states.vocabulary import Role
from workflow.services.authorisation import director_of, sign
from workflow.services.office import Office, Signature
from workflow.services.policies import examine
from workflow.services.rules_in_force import put_into_force
from workflow.services.work import begin
from workflow.storage.session import stand_in_line, transaction


def activate(office: Office, source: str, *, authorises: bool = False, by: Signature, at: datetime) -> Policy:
    """Put the policy of this TOML text into force; with `authorises` it is signed too.

    Raises `NotPermitted` for anybody but the director, `RuleInvalid` for what cannot come into force,
    `FactInvalid` (`policy_in_force`) where it is already.
    """
    policy = policies.read(source)
    with transaction(office.engine) as tx:
        stand_in_line(tx)
        work = begin(tx, office, by=by, at=at)
        director = director_of(work, by, f"督办规则只能由{Role.DIRECTOR.label}启用。")
        if work.policy.digest == policy.digest:
            message = f"{policy.reference}已是现行规则，无须再启用。"
            raise FactInvalid(message, code="policy_in_force", policy=policy.digest)
        for one in examine(policy, work.lifecycle, office.settings.templates).findings:
            if one.level == FAULT:
                raise RuleInvalid(one.message, code=one.code, place=one.place)
        put_into_force(work.batch, "policy", policies.parse(source), source, at=at, actor=director)
        if authorises:
            sign(work, policy, director)
        work.batch.flush()
    return policy
