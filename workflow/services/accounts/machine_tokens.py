"""Tokens of integrations: an OA, a hotline. A machine is nobody; somebody answers for it.

Once the three administrators (三员) are in office the system administrator proposes one and the security
administrator confirms it, as with roles: it is told once, when it is proposed, and counts from then on only.
It hands in and reads; it never acts in a name. What it sees is named: some units with all below them, or the
whole office without the words about persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.administrators import check_decides
from states.accounts.scopes import SEEING, check_of_machine
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.office_time import office_day
from states.particulars import check
from states.vocabulary import Role
from workflow.errors import Ambiguous, NotFound
from workflow.services.accounts.administrators import are_in_office
from workflow.services.accounts.api_tokens import (
    SHORTEST_ID,
    Asked,
    Made,
    check_asked,
    end,
    entered,
    named,
    new_row,
    new_secret,
    told_of,
)
from workflow.services.accounts.authority import administrator, onlooker
from workflow.services.accounts.role_desk import roles_of, signer_of
from workflow.services.accounts.telling import tell
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_active
from workflow.services.units import one_by_name
from workflow.storage import accounts, api_tokens, queries
from workflow.storage.session import reading, transaction

LISTED, MOST_UNITS, MOST = 200, 50, 50
DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class AskedMachine:
    """A machine's token as it is asked for: who answers for it, and the units it is to see, by name or code;
    `whole` is the whole office."""

    token: Asked
    answerable: str
    units: Sequence[str] = ()
    whole: bool = False


def propose(office: Office, asked: AskedMachine, *, by: Signature, at: datetime) -> Made:
    """Make a machine's token, which counts once it is confirmed where the three are in office.

    Raises `NotPermitted`, `FactInvalid` (`token_name_invalid`, `token_days_invalid`, `scope_of_people`,
    `sight_not_needed`, `machines_too_many`), `FactMissing` (`sight_missing`, `person_missing`), or as
    `find_person` and `one_by_name`.
    """
    check_asked(asked.token)
    check_of_machine(asked.token.scopes)
    secret = new_secret()
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        _check_room(tx, at)
        answerable = _answerable(tx, asked.answerable)
        row = {**new_row(secret, answerable, asked.token, at), "made_by": signer, "machine": True}
        row |= {"units": _units(tx, asked), "waits": are_in_office(tx)}
        api_tokens.add(tx, **row)
        told = entered(office, row, secret) | {"machine": True, "units": _listed(row["units"])}
        waits, at_once = Act("machine_proposed", at, signer, told), Act("machine_made", at, signer, told)
        tell(tx, office, waits if row["waits"] else at_once, by=by)
        return Made(secret, told_of_machine(named(tx, row["id"]), at, _names(tx)))


def _answerable(tx: Connection, name: str) -> str:
    """Whoever answers for it: he can sign in, see it and end it. Raises `FactInvalid` (`account_missing`)."""
    code = str(find_active(tx, name).code)
    if accounts.of_person(tx, code) is None:
        message = "负责人须有可以登录的账号，以便查看和撤销；请先为他开设账号，或者另定负责人。"
        raise FactInvalid(message, code="account_missing", particular="answerable")
    return code


def confirm(office: Office, token_id: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let a machine's token count. Raises `NotPermitted` (`decides_on_himself` among them), `NotFound`,
    `Ambiguous`, `FactInvalid` (`token_decided`)."""
    with transaction(office.engine) as tx:
        row, signer = _to_decide(tx, token_id, by, at)
        _decide(tx, row, {"waits": False}, signer, at)
        tell(tx, office, Act("machine_confirmed", at, signer, _told(row)), by=by)
        return told_of_machine(named(tx, row.id), at, _names(tx))


def decline(
    office: Office, token_id: str, *, reason: str | None, by: Signature, at: datetime
) -> dict[str, Any]:
    """Let it never count. Raises as `confirm`, and `FactMissing` (`reason_missing`)."""
    if not reason:
        raise FactMissing("不予核准须写明理由。", code="reason_missing", missing="reason")
    check("reason", reason)
    with transaction(office.engine) as tx:
        row, signer = _to_decide(tx, token_id, by, at)
        _decide(tx, row, {"ended_at": at, "ended_for": DECLINED}, signer, at)
        tell(tx, office, Act("machine_declined", at, signer, _told(row) | {"reason": reason}), by=by)
        return told_of_machine(named(tx, row.id), at, _names(tx))


def revoke(office: Office, token_id: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """End a machine's token, at once: an administrator of the system or of security does, or who answers for
    it. Raises `NotPermitted`, `NotFound`, `Ambiguous`, `FactInvalid` (`token_over`)."""
    with transaction(office.engine) as tx:
        row = _one(tx, token_id)
        end(tx, office, row, by=by, at=at, actor=_ender(tx, row, by, at))
        return told_of_machine(named(tx, row.id), at, _names(tx))


def list_machines(office: Office, *, by: Signature, at: datetime) -> list[dict[str, Any]]:
    """The machines' tokens, those that are not over first. Raises `NotPermitted` for whoever is none of the
    three."""
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        names = _names(tx)
        return [told_of_machine(row, at, names) for row in api_tokens.of_machines(tx, LISTED)]


def told_of_machine(row: Row[Any], at: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    """A machine's token as lists and documents tell of it; of units `None` is the whole office."""
    seen = None if row.units is None else [names.get(one, one) for one in row.units]
    return {**told_of(row, at), "units": _listed(row.units), "unit_names": seen,
            "made_by": row.made_by, "decided_by": row.decided_by}  # fmt: skip


def _check_room(tx: Connection, at: datetime) -> None:
    if api_tokens.count_machines(tx, at) >= MOST:
        message = f"系统接口令牌至多{MOST}个，请先撤销不用的。"
        raise FactInvalid(message, code="machines_too_many")


def _units(tx: Connection, asked: AskedMachine) -> tuple[str, ...] | None:
    """The codes of the units it is to see."""
    sees = not SEEING.isdisjoint(asked.token.scopes)
    if not sees and (asked.whole or asked.units):
        raise FactInvalid("只移送登记的接口不查看事项，请不要填写可见范围。", code="sight_not_needed")
    if sees and not asked.whole and not asked.units:
        message = "请写明这个接口可以查看哪些单位的事项，或者全部事项。"
        raise FactMissing(message, code="sight_missing", missing="units")
    if asked.whole:
        return None
    if len(asked.units) > MOST_UNITS:
        raise FactInvalid(f"单位至多{MOST_UNITS}个，请改选上级单位。", code="sight_too_long")
    return tuple(sorted({one_by_name(tx, one) for one in asked.units}))


def _to_decide(tx: Connection, token_id: str, by: Signature, at: datetime) -> tuple[Row[Any], str]:
    """What waits, and who decides on it."""
    signer = signer_of(tx, by)
    check_decides(roles_of(tx, signer, office_day(at)))
    row = _one(tx, token_id)
    if signer in (row.person, row.made_by):
        own = "本人负责的" if signer == row.person else "本人提请的"
        raise NotPermitted(
            f"{own}系统接口不能由本人核准，请由另一位{Role.SECURITY_ADMIN.label}办理。",
            code="decides_on_himself",
            person=signer,
        )
    return row, signer


def _decide(tx: Connection, row: Row[Any], values: Mapping[str, Any], signer: str, at: datetime) -> None:
    if not api_tokens.decide(tx, row.id, **values, decided_by=signer, decided_at=at):
        raise FactInvalid("这个系统接口已有结果，无须再定。", code="token_decided", token=row.id)


def _ender(tx: Connection, row: Row[Any], by: Signature, at: datetime) -> str:
    if by.person is None:
        return administrator(tx, by, at=at)
    signer = signer_of(tx, by)
    held = roles_of(tx, signer, office_day(at))
    if signer != row.person and held.isdisjoint({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}):
        raise NotPermitted("系统接口由系统管理员、安全保密管理员或者其负责人撤销。", person=signer)
    return signer


def _one(tx: Connection, beginning: str) -> Row[Any]:
    found = [row for row in api_tokens.starting(tx, beginning) if row.machine]
    if len(beginning) < SHORTEST_ID or not found:
        message = f"没有编号为“{beginning[:40]}”的系统接口，请核对。"
        raise NotFound(message, code="token_not_found", token=beginning[:40])
    if len(found) > 1:
        raise Ambiguous(f"有多个令牌的编号以“{beginning}”开头，请多写几位。", code="token_ambiguous")
    return found[0]


def _told(row: Row[Any]) -> dict[str, Any]:
    return {"token": row.id, "person": row.person, "name": row.name, "machine": True}


def _listed(units: Sequence[str] | None) -> list[str] | None:
    return None if units is None else list(units)


def _names(tx: Connection) -> dict[str, str]:
    return {row.code: row.name for row in queries.units(tx)}
