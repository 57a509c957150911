"""Roles of people: who holds which, and proposing that somebody is given one or loses one.

Until the three administrators are in office roles come by the directory alone. From then on the system
administrator proposes and the security administrator confirms; a role is taken away at once, unless it is one
of the three or the auditor's (`states.accounts.administrators`).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from states.accounts.administrators import Change, check_goes_with, check_proposes, check_unit
from states.errors import FactInvalid
from states.office_time import office_day
from states.vocabulary import ADMINISTRATORS, UNIT_ROLES, Role
from workflow.services.accounts.administrators import check_in_office
from workflow.services.accounts.authority import onlooker
from workflow.services.accounts.listing import MOST, cursor_unknown
from workflow.services.accounts.role_desk import (
    Asked,
    RoleDesk,
    Telling,
    changing,
    role_called,
    unit_called,
)
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.services.units import one_by_name
from workflow.storage import role_requests
from workflow.storage.session import reading

ENDED = "roles_ended"
PLACE = re.compile(rf"(.+)/({'|'.join(Role)})/(.*)")


def propose(
    office: Office,
    person: str,
    role: str,
    change: Change,
    *,
    unit: str = "",
    valid_from: date | None = None,
    by: Signature,
    at: datetime,
) -> dict[str, Any]:
    """Propose a role for somebody, or its end; an end that needs no confirmation is made at once.

    The person by name or code, the role by identifier or label. Returns the proposal; of a role that ended
    `request` is None and `decision` `confirmed`. Raises `NotPermitted`, `FactInvalid` (`role_set_apart`,
    `role_held`, `role_not_held`, `role_waits`, `role_in_the_past`), `FactMissing`, `NotFound`, `Ambiguous`.
    """
    with changing(office, by=by, at=at) as desk:
        check_proposes(desk.roles)
        check_in_office(desk.tx)
        asked = _asked(desk, person, role, change, unit=unit, valid_from=valid_from)
        _check(desk, asked)
        if not change.waits(asked.role):
            return _ended(desk, asked)
        rows = desk.lay_before([asked])
        if not rows:
            raise FactInvalid("同样的提请已在等待核准，无须再提。", code="role_waits", person=asked.person)
        return Telling(desk.tx).proposal(rows[0])


def list_roles(
    office: Office,
    person: str | None = None,
    *,
    role: str | None = None,
    unit: str | None = None,
    after: str | None = None,
    most: int = MOST,
    by: Signature,
    at: datetime,
) -> list[dict[str, Any]]:
    """The roles people hold or are to hold: somebody's, one role, those at this very unit; or all.

    `after` is what `place_of` makes of a line. Raises `NotPermitted`, `NotFound`, `Ambiguous`, `FactMissing`,
    `FactInvalid` (`cursor_invalid`).
    """
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        which = {} if person is None else {"person": str(find_person(tx, person).code)}
        which |= {} if role is None else {"role": role_called(role).value}
        which |= {} if unit is None else {"unit": one_by_name(tx, unit)}
        rows = role_requests.held(tx, office_day(at), which, _place(after), most)
        telling = Telling(tx)
        return [telling.grant(row) for row in rows]


def place_of(line: Mapping[str, Any]) -> str:
    """Where a list of roles goes on after this line."""
    return f"{line['person']}/{line['role']}/{line['unit']}"


def _place(after: str | None) -> tuple[str, ...] | None:
    if after is None:
        return None
    found = PLACE.fullmatch(after)
    if found is None:
        raise cursor_unknown(after)
    return found.groups()


def _asked(
    desk: RoleDesk, person: str, role: str, change: Change, *, unit: str, valid_from: date | None
) -> Asked:
    """The change in codes; of an end the unit may be left out where he holds the role at one alone."""
    found, wanted = find_person(desk.tx, person), role_called(role)
    place, first = unit_called(desk.tx, wanted, unit, desk.day), valid_from or desk.day
    asked = Asked(str(found.code), wanted, place, change, first)
    if change is Change.END and wanted in UNIT_ROLES and not place:
        held = role_requests.standing(desk.tx, desk.day, person=asked.person, role=wanted.value)
        return replace(asked, unit=held[0].unit) if len(held) == 1 else asked
    return asked


def _check(desk: RoleDesk, asked: Asked) -> None:
    name = str(find_person(desk.tx, asked.person).name)
    check_unit(asked.role, asked.unit)
    if asked.valid_from < desk.day:
        raise FactInvalid(
            f"起始日期{asked.valid_from}已经过去，职责只能从今天或以后起变动，请更正。",
            code="role_in_the_past",
        )
    check_fits(desk, asked, name)


def check_fits(desk: RoleDesk, asked: Asked, name: str) -> None:
    """Whether the change can be made as roles stand. Raises `FactInvalid`."""
    facts = {"person": asked.person, "role": asked.role.value, "unit": asked.unit}
    if asked.change is Change.GRANT:
        if desk.has(asked):
            raise FactInvalid(f"{name}已任{asked.role.label}，无须再授。", code="role_held", **facts)
        check_goes_with(name, asked.role, desk.held(asked.person))
    elif not desk.has(asked):
        raise FactInvalid(f"{name}不担任{asked.role.label}，无可终止。", code="role_not_held", **facts)
    elif asked.role in ADMINISTRATORS:
        _check_not_last(desk, asked)


def _check_not_last(desk: RoleDesk, asked: Asked) -> None:
    """None of the three offices is left empty: without its holder nothing could be proposed or confirmed."""
    holders = role_requests.standing(desk.tx, desk.day, role=asked.role.value)
    if not any(_goes_on(one, asked) for one in holders):
        raise FactInvalid(
            f"{asked.role.label}不得空缺，请先提请并核准接任的人，再终止本人的职责。",
            code="administrator_last",
            role=asked.role.value,
        )


def _goes_on(holder: Row[Any], asked: Asked) -> bool:
    """Whether somebody else holds the role on that day, with no end in sight."""
    begins = holder.valid_from is None or holder.valid_from <= asked.valid_from
    return bool(holder.person != asked.person and holder.valid_to is None and begins)


def _ended(desk: RoleDesk, asked: Asked) -> dict[str, Any]:
    done = desk.carry_out(asked)
    desk.enter(ENDED, [done.told])
    decided = {"decided_by": desk.signer, "decided_at": desk.at, "decision": "confirmed"}
    row = {"id": None, "proposed_by": desk.signer, "proposed_at": desk.at, **done.told, **decided}
    return Telling(desk.tx).proposal(row)
