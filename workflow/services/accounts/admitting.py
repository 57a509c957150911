"""The second key: admitting what the system administrator prepared for somebody's account, or refusing it.

An invitation that is admitted has a code (核对码), which whoever admits hands to the person himself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from states.accounts.admission import Prepared, Purpose, check_admits, needs_admission
from states.errors import FactMissing
from states.office_time import office_day
from states.particulars import check
from states.vocabulary import ActorKind, Role
from workflow.errors import Ambiguous, NotFound
from workflow.services.accounts import admission_codes, linking
from workflow.services.accounts.administrators import are_in_office, check_in_office
from workflow.services.accounts.authority import admitter, onlooker
from workflow.services.accounts.invitations import LASTS, account_of
from workflow.services.accounts.keyed import SUBJECT, keyed
from workflow.services.accounts.role_desk import roles_of
from workflow.services.accounts.telling import tell
from workflow.services.accounts.tokens import hashed
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.storage import accounts, holdings, queries
from workflow.storage.session import reading, transaction

SHOWN = 12
"""Characters by which what waits is named."""


class Waiting(NamedTuple):
    """Something prepared that waits: `id` names it, `subject` is the name at the provider that is offered."""

    id: str
    purpose: Purpose
    person: str
    name: str
    login: str
    made_by: str
    since: datetime
    until: datetime
    subject: str | None


@dataclass(frozen=True, slots=True)
class Admitted:
    """What was admitted, and the code to be handed to the person himself: shown once. A name at the provider
    (`subject`) and an account let in again have neither code nor end."""

    person: str
    name: str
    login: str
    purpose: Purpose
    until: datetime | None
    code: str | None = field(repr=False)
    subject: str | None = None


def waiting(office: Office, *, by: Signature, at: datetime) -> list[dict[str, Any]]:
    """What waits to be admitted, the oldest first: `person`, `name`, `login`, labels of his `roles`, `what`
    (`added`, `invited`, `reset`, `linked`, `enabled`) with its label, by whom and since when, until when, and
    the `subject` that is offered.

    For the eyes of the three alone. Raises `NotPermitted`, `FactMissing`.
    """
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        return _documents(tx, _waiting(tx, at), at)


def admit(office: Office, person: str, *, which: str | None = None, by: Signature, at: datetime) -> Admitted:
    """Admit what waits for somebody, by name or code; of several the one with the id `which`.

    Raises `NotPermitted` (`admits_himself`), `NotFound` (`nothing_to_admit`), `Ambiguous`
    (`several_to_admit`), `FactInvalid` (`subject_taken`), `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer, one = _taken_up(tx, person, which, by=by, at=at)
        if one.subject is not None:
            return _link(tx, office, one, signer, by=by, at=at)
        if one.purpose is Purpose.ENABLED:
            return _enable(tx, office, one, signer, by=by, at=at)
        code = admission_codes.new_code()
        kept = admission_codes.kept_of(code, one.id, office.secret)
        accounts.change_invitation(tx, one.id, admitted_by=signer, admitted_at=at, code=kept)
        told = {"person": one.person, "what": one.purpose.value, "until": one.until.isoformat()}
        tell(tx, office, Act("invitation_admitted", at, signer, told), by=by)
        return Admitted(one.person, one.name, one.login, one.purpose, one.until, code)


def refuse(
    office: Office,
    person: str,
    *,
    reason: str | None,
    which: str | None = None,
    by: Signature,
    at: datetime,
) -> dict[str, Any]:
    """Refuse what waits for somebody, with a reason; returns it as `waiting` tells of it.

    Raises as `admit`, and `FactMissing` (`reason_missing`).
    """
    if not reason:
        raise FactMissing("不予核准须写明理由。", code="reason_missing", missing="reason")
    check("reason", reason)
    with transaction(office.engine) as tx:
        signer, one = _taken_up(tx, person, which, by=by, at=at)
        told = {"person": one.person, "what": one.purpose.value, "reason": reason}
        tell(tx, office, _declined(tx, office, one, signer, told, at=at), by=by)
        return _documents(tx, [one], at)[0]


def waits_for(tx: Connection, at: datetime) -> frozenset[str]:
    """The codes of those whose invitation waits."""
    return frozenset(one.person for one in _waiting(tx, at) if one.subject is None)


def _link(
    tx: Connection, office: Office, one: Waiting, signer: str, *, by: Signature, at: datetime
) -> Admitted:
    ended = linking.put(tx, account_of(tx, one.person), one.subject, at=at)
    told = {
        "person": one.person,
        **ended,
        "subject": keyed(SUBJECT, one.subject or "", office.secret),
    }
    tell(tx, office, Act("link_admitted", at, signer, told), by=by)
    return Admitted(one.person, one.name, one.login, one.purpose, None, None, one.subject)


def _declined(
    tx: Connection, office: Office, one: Waiting, signer: str, told: dict[str, Any], *, at: datetime
) -> Act:
    """What was prepared is over; returns the entry that says so."""
    if one.subject is not None:
        accounts.withdraw_offers(tx, one.person)
        told = {**told, "subject": keyed(SUBJECT, one.subject, office.secret)}
        return Act("link_declined", at, signer, told)
    accounts.withdraw_invitations(tx, at, one.person)
    if one.purpose is Purpose.ENABLED:
        return Act("enabling_declined", at, signer, told)
    return Act("invitation_declined", at, signer, told)


def _enable(
    tx: Connection, office: Office, one: Waiting, signer: str, *, by: Signature, at: datetime
) -> Admitted:
    accounts.use_invitation(tx, one.id, at)
    accounts.change(tx, one.person, disabled_at=None)
    tell(tx, office, Act("enabling_admitted", at, signer, {"person": one.person}), by=by)
    return Admitted(one.person, one.name, one.login, one.purpose, None, None)


def _taken_up(
    tx: Connection, person: str, which: str | None, *, by: Signature, at: datetime
) -> tuple[str, Waiting]:
    """Who admits, and the one thing that waits; nobody else changes that account meanwhile."""
    check_in_office(tx)
    signer = admitter(tx, by, at=at)
    account = account_of(tx, person)
    found = [one for one in _waiting(tx, at) if one.person == account.person]
    one = _one_of(found, which, account.name)
    prepared = Prepared(one.person, one.name, one.made_by, _is_of_the_only_one(tx, one.person, at))
    check_admits(signer, roles_of(tx, signer, office_day(at)), prepared)
    return signer, one


def _one_of(found: list[Waiting], which: str | None, name: str) -> Waiting:
    named = [one for one in found if which is None or one.id[:SHOWN] == which]
    if not named:
        message = f"{name}的账号没有等待核准的事项，或者已有变动，请重新查看等待核准的事项。"
        raise NotFound(message, code="nothing_to_admit")
    if len(named) > 1:
        raise Ambiguous(
            f"{name}的账号有{len(named)}件等待核准，请写明是哪一件。",
            code="several_to_admit",
            which=[one.id[:SHOWN] for one in named],
        )
    return named[0]


def _is_of_the_only_one(tx: Connection, person: str, at: datetime) -> bool:
    """Whether it is about the security administrator besides whom nobody could admit it."""
    holders = {row.code for row in queries.holders_of(tx, Role.SECURITY_ADMIN, office_day(at))}
    return person in holders and not any(_acts(tx, one) for one in holders - {person})


def _acts(tx: Connection, person: str) -> bool:
    account = accounts.of_person(tx, person)
    return account is None or account.disabled_at is None


def _waiting(tx: Connection, at: datetime) -> list[Waiting]:
    """Everything that waits, the oldest first."""
    if not are_in_office(tx):
        return []
    found = accounts.to_be_admitted(tx, at, at - LASTS)
    invited = (
        Waiting(
            row.id, Purpose(row.purpose), row.person, row.name, row.login,
            row.made_by, row.made_at, row.until, None,
        )
        for row in found["invited"]
        if needs_admission(row.purpose, in_office=True)
    )  # fmt: skip
    offered = (
        Waiting(
            _id_of(row), Purpose.LINKED, row.person, row.name, row.login,
            row.offered_by, row.offered_at, row.offered_at + LASTS, row.offered_external,
        )
        for row in found["offered"]
    )  # fmt: skip
    return sorted((*invited, *offered), key=lambda one: (one.since, one.id))


def _id_of(row: Any) -> str:
    """An offer's id changes with all that is offered."""
    return hashed(f"{row.person}\n{row.offered_at.isoformat()}\n{row.offered_external}")


def _documents(tx: Connection, found: list[Waiting], at: datetime) -> list[dict[str, Any]]:
    """With the roles each person holds: whoever admits sees what he opens, whatever the name says."""
    names, people = queries.names_of_people(tx), [one.person for one in found]
    held = holdings.roles_of(tx, people, office_day(at))
    return [_document(one, names, [Role(role) for role in held.get(one.person, ())]) for one in found]


def _document(one: Waiting, names: dict[str, str], roles: Sequence[Role]) -> dict[str, Any]:
    return {
        "id": one.id[:SHOWN],
        "person": one.person,
        "name": one.name,
        "login": one.login,
        "roles": sorted(role.label for role in roles),
        "what": one.purpose.value,
        "what_label": one.purpose.label,
        "subject": one.subject,
        "made_by": one.made_by,
        "made_by_name": names.get(one.made_by, ActorKind.SYSTEM.label),
        "since": one.since.isoformat(),
        "until": one.until.isoformat(),
    }
