"""The standing authorisation: the director's signature under the policy's automatic rungs.

It is an act of its own in the office's journal, naming the rungs; the papers issued by it carry it. It is
revoked by another act, and then what was automatic is proposed to the director. An office whose director
never signed anything works by the policy it put into force, and its papers cite that alone; once one
policy was signed, every other needs its own signature.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from states.errors import FactInvalid, FactMissing, NotPermitted
from states.office_time import day_in_words, office_day
from states.policy import Policy
from states.vocabulary import IssueMode, Role
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.services.work import Work, begin
from workflow.storage import queries, rules
from workflow.storage.session import reading, transaction


def authorise(office: Office, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Sign the policy in force, as the director; returns the policy and the rungs it names.

    Raises `NotPermitted` for anybody else, `NotFound` for an unknown person.
    """
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        director = director_of(work, by, f"只能由{Role.DIRECTOR.label}授权系统自动签发。")
        sign(work, work.policy, director)
        work.batch.flush()
    return {"policy": work.policy.reference, "authorised_by": director, "rungs": automatic(work.policy)}


def sign(work: Work, policy: Policy, director: str) -> None:
    """Enter the director's signature under a policy, within a transaction of the caller's."""
    signed = {"authorised_at": work.at, "authorised_by": director, "revoked_at": None, "revoked_by": None}
    _write(work, policy, signed)
    details = {"policy": policy.digest, "rungs": automatic(policy)}
    work.batch.note(Act("policy_authorised", work.at, director, details))


def revoke(
    office: Office, *, by: Signature, at: datetime, reason: str | None = None, policy: str | None = None
) -> dict[str, Any]:
    """Take the system's authority back, as the director: what was automatic is proposed from now on.

    Of the policy in force, or of the one with this hash, which matters may still be pinned to; also of one
    nobody ever signed. Raises `NotPermitted`, `FactMissing` without a reason, or `FactInvalid` with
    `revoked_already`.
    """
    if not reason:
        raise FactMissing("撤销授权须说明理由。", code="reason_missing", missing="reason")
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        director = director_of(work, by, f"只能由{Role.DIRECTOR.label}撤销自动签发的授权。")
        meant = office.policy(tx, policy) if policy else work.policy
        row = rules.rule(tx, meant.digest)
        if row is not None and row.revoked_at is not None:
            raise FactInvalid("这一规则的自动签发授权已经撤销，无须再撤。", code="revoked_already")
        _write(work, meant, {"revoked_at": at, "revoked_by": director})
        details = {"policy": meant.digest, "rungs": automatic(meant), "reason": reason}
        work.batch.note(Act("policy_revoked", at, director, details))
        work.batch.flush()
    return {"policy": meant.reference, "revoked_by": director, "rungs": automatic(meant)}


class Authority:
    """Whether the automatic papers of a policy may go out by themselves; asked once for each policy."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._known: dict[str, bool] = {}

    def covers(self, policy: Policy) -> bool:
        if policy.digest not in self._known:
            self._known[policy.digest] = self._covers(policy.digest)
        return self._known[policy.digest]

    def _covers(self, digest: str) -> bool:
        signatures = rules.signatures(self._tx)
        row = signatures.get(digest)
        if row is not None and row.revoked_at is not None:
            return False
        if row is None or row.authorised_at is None:
            return not any(one.authorised_at for one in signatures.values())
        return True


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
        "revoked_by": row.revoked_by if row else None,
        "revoked_at": row.revoked_at.isoformat() if row and row.revoked_at else None,
    }


def clause(policy: Policy, row: Row[Any] | None, name: str | None, at: datetime) -> str:
    """What an automatic paper of an instant says of its authority; a later signature is not cited."""
    if row is None or row.authorised_at is None or row.authorised_at > at:
        return f"依据{policy.reference}由督办系统自动签发"
    day = office_day(row.authorised_at)
    return f"依据{policy.reference}，经{name}于{day_in_words(day)}授权，由督办系统自动签发"


def automatic(policy: Policy) -> list[str]:
    """The rungs of a policy the system issues by itself."""
    return [rung.step for rung in policy.rungs if rung.mode is IssueMode.AUTOMATIC]


def director_of(work: Work, by: Signature, refusal: str) -> str:
    """The code of the director who signs. Raises `NotPermitted` with this refusal for anybody else."""
    person = find_person(work.tx, by.person or "")
    held = {grant.role for grant in queries.grants_of(work.tx, person.code, work.day)}
    if Role.DIRECTOR.value not in held:
        raise NotPermitted(refusal, person=person.code)
    return str(person.code)


def _write(work: Work, policy: Policy, values: dict[str, Any]) -> None:
    mine = queries.RULES.c.digest == policy.digest
    work.tx.execute(update(queries.RULES).where(mine).values(values))
