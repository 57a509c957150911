"""The standing authorisation: the director's signature under the policy's automatic rungs.

It is an act of its own in the office's journal, naming the rungs; the papers issued by it carry it. Until it
is given, automatic papers cite the policy alone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, update

from states.case import office_day
from states.errors import NotPermitted
from states.policy import Policy
from states.vocabulary import IssueMode, Role
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.services.work import begin
from workflow.storage import queries, rules
from workflow.storage.session import reading, transaction


def authorise(office: Office, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Sign the policy in force, as the director; returns the policy and the rungs it names.

    Raises `NotPermitted` for anybody else, `NotFound` for an unknown person.
    """
    with transaction(office.engine) as tx:
        person = find_person(tx, by.person or "")
        held = {grant.role for grant in queries.grants_of(tx, person.code, office_day(at))}
        if Role.DIRECTOR.value not in held:
            raise NotPermitted(f"只能由{Role.DIRECTOR.label}授权系统自动签发。", person=person.code)
        work = begin(tx, office, by=by, at=at)
        signed = {"authorised_at": at, "authorised_by": person.code}
        tx.execute(update(queries.RULES).where(queries.RULES.c.digest == work.policy.digest).values(signed))
        details = {"policy": work.policy.digest, "rungs": _automatic(work.policy)}
        work.batch.note(Act("policy_authorised", at, person.code, details))
        work.batch.flush()
    return {"policy": work.policy.reference, "authorised_by": person.code, "rungs": _automatic(work.policy)}


def show(office: Office) -> dict[str, Any]:
    """The policy in force, its rungs, and who authorised it when."""
    with reading(office.engine) as tx:
        policy = office.policy(tx)
        row = rules.rule(tx, policy.digest)
    return {
        "policy": policy.reference,
        "digest": policy.digest,
        "rungs": [rung.model_dump(mode="json") for rung in policy.rungs],
        "authorised_by": row.authorised_by if row else None,
        "authorised_at": row.authorised_at.isoformat() if row and row.authorised_at else None,
    }


def clause(policy: Policy, row: Row[Any] | None, name: str | None) -> str:
    """What an automatic paper says of its authority."""
    if row is None or row.authorised_at is None:
        return f"依据{policy.reference}由督办系统自动签发"
    day = office_day(row.authorised_at)
    return f"依据{policy.reference}，经{name}于{day.year}年{day.month}月{day.day}日授权，由督办系统自动签发"


def _automatic(policy: Policy) -> list[str]:
    return [rung.step for rung in policy.rungs if rung.mode is IssueMode.AUTOMATIC]
