"""Deciding on proposals of roles: the security administrator confirms or declines them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.administrators import Change, Decision, check_decides, check_not_his_own
from states.errors import FactInvalid, FactMissing, Refusal
from states.particulars import check
from states.vocabulary import ADMINISTRATORS
from workflow.errors import Ambiguous, NotFound
from workflow.services.accounts import sight_changes
from workflow.services.accounts.authority import onlooker
from workflow.services.accounts.listing import MOST, cursor_unknown
from workflow.services.accounts.role_desk import (
    Asked,
    RoleDesk,
    SightChange,
    Telling,
    asked_in,
    changing,
    proposal_of,
)
from workflow.services.accounts.roles import check_fits
from workflow.services.office import Office, Signature
from workflow.storage import role_requests
from workflow.storage.session import reading

CONFIRMED, DECLINED = "roles_confirmed", "roles_declined"
SHORTEST_ID = 6
"""A proposal may be named by the beginning of its id, as lists print it."""


@dataclass(slots=True)
class Confirmed:
    """What became of proposals: those that were carried out, and those left, each with why."""

    confirmed: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"confirmed": self.confirmed, "left": self.left}


@dataclass(frozen=True, slots=True)
class Declined:
    """The same of proposals that were to be declined."""

    declined: list[dict[str, Any]]
    left: list[dict[str, Any]]


def confirm(office: Office, requests: Sequence[str], *, by: Signature, at: datetime) -> Confirmed:
    """Confirm these proposals, by their ids or the beginnings of them; all of them or none.

    Raises `NotPermitted` (`decides_on_himself`), `NotFound`, `Ambiguous`, `FactInvalid` (`request_decided`,
    or where roles have come to stand otherwise since it was proposed).
    """
    with changing(office, by=by, at=at) as desk:
        deciding = _Deciding(desk)
        for row in _in_order(_named(desk.tx, requests)):
            deciding.confirm(row)
        return deciding.done()


def confirm_all(office: Office, *, by: Signature, at: datetime) -> Confirmed:
    """Confirm every proposal that waits; what cannot be confirmed, or not by him, waits on and is told.

    Raises `NotPermitted` for whoever is no security administrator.
    """
    with changing(office, by=by, at=at) as desk:
        deciding = _Deciding(desk)
        return deciding.confirm_each(role_requests.undecided(desk.tx))


def confirm_each(office: Office, requests: Sequence[str], *, by: Signature, at: datetime) -> Confirmed:
    """The same of these proposals. Raises `NotPermitted`, `FactMissing` (`request_missing`), `NotFound`."""
    with changing(office, by=by, at=at) as desk:
        deciding = _Deciding(desk)
        return deciding.confirm_each(_chosen(desk.tx, requests))


def decline(
    office: Office, requests: Sequence[str], *, reason: str | None, by: Signature, at: datetime
) -> list[dict[str, Any]]:
    """Decline these proposals with a reason; returns them. Raises as `confirm`, and `FactMissing`."""
    said = _checked(reason)
    with changing(office, by=by, at=at) as desk:
        deciding = _Deciding(desk)
        return deciding.decline(_named(desk.tx, requests), said)


def decline_each(
    office: Office, requests: Sequence[str], *, reason: str | None, by: Signature, at: datetime
) -> Declined:
    """Decline those of these proposals that he can; what is not his to decline waits on and is told.

    Raises as `confirm_each`, and `FactMissing` (`reason_missing`), `FactInvalid` for the reason.
    """
    with changing(office, by=by, at=at) as desk:
        deciding = _Deciding(desk)
        rows = _chosen(desk.tx, requests)
        mine = [row for row in rows if deciding.may_decide(row)]
        return Declined(deciding.decline(mine, _checked(reason)), deciding.made.left)


def list_requests(
    office: Office,
    *,
    decided: bool = False,
    after: str | None = None,
    most: int = MOST,
    by: Signature,
    at: datetime,
) -> list[dict[str, Any]]:
    """The proposals that wait, oldest first; with `decided` all there ever were, the newest first.

    `after` is the id of the last that was told. Raises `NotPermitted`, `FactMissing`, `FactInvalid`
    (`cursor_invalid`).
    """
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        read = role_requests.newest_first if decided else role_requests.waiting
        rows = read(tx, _last_told(tx, after), most)
        return Telling(tx).proposals(row._asdict() for row in rows)


def show_request(office: Office, request: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """One proposal. Raises `NotPermitted`, `FactMissing`, `NotFound`, `Ambiguous`."""
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        return Telling(tx).proposal(_one(tx, request)._asdict())


class _Deciding:
    """The security administrator at the desk, and what he has decided so far."""

    def __init__(self, desk: RoleDesk) -> None:
        check_decides(desk.roles)
        self.desk, self.telling = desk, Telling(desk.tx).looking_ahead()
        self.made, self.entered = Confirmed(), list[dict[str, Any]]()

    def confirm(self, row: Row[Any]) -> None:
        """Carry a proposal out, from today on at the earliest."""
        name = self._check_his_to_decide(row)
        done = self._carried_out(row, name)
        told = self.telling.proposal(self.desk.decide(row, Decision.CONFIRMED))
        self.made.confirmed.append({**told, "effective": done.valid_from.isoformat()})
        self.entered.append({"request": row.id, **done.told})

    def _carried_out(self, row: Row[Any], name: str) -> Asked | SightChange:
        asked = asked_in(row)
        if isinstance(asked, SightChange):
            return sight_changes.carry_out(self.desk, asked, row.id)
        check_fits(self.desk, asked, name)
        return self.desk.carry_out(asked)

    def confirm_each(self, rows: Iterable[Row[Any]]) -> Confirmed:
        """Those that can be; what cannot is left."""
        for row in _in_order(rows):
            try:
                self.confirm(row)
            except Refusal as refusal:
                self.leave(row, refusal)
        return self.done()

    def may_decide(self, row: Row[Any]) -> bool:
        """Whether a proposal is his to decide; one that is not is left."""
        try:
            self._check_his_to_decide(row)
        except Refusal as refusal:
            self.leave(row, refusal)
            return False
        return True

    def leave(self, row: Row[Any], refusal: Refusal) -> None:
        told = self.telling.proposal(row._asdict())
        self.made.left.append({**told, "code": refusal.code, "message": refusal.message})

    def decline(self, rows: Sequence[Row[Any]], reason: str) -> list[dict[str, Any]]:
        for row in rows:
            self._check_his_to_decide(row)
        told = [self.desk.decide(row, Decision.DECLINED) for row in rows]
        entered = [{"request": row.id, **asked_in(row).told} for row in rows]
        self.desk.enter(DECLINED, entered, reason=reason)
        return self.telling.proposals(told)

    def done(self) -> Confirmed:
        """Enter what was confirmed."""
        self.desk.enter(CONFIRMED, self.entered)
        return self.made

    def _check_his_to_decide(self, row: Row[Any]) -> str:
        """The name of whom a proposal is about."""
        name = str(self.telling.people.get(row.person, row.person))
        check_not_his_own(self.desk.signer, proposal_of(row, name))
        if row.decision is not None:
            raise FactInvalid(
                f"该项提请{Decision(row.decision).label}，无须再定。", code="request_decided", request=row.id
            )
        return name


def _in_order(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """New administrators first, that the former may go; then what ends, that something else may begin. A unit
    that leaves every other goes before one that comes under it."""
    return sorted(rows, key=_turn)


def _turn(row: Row[Any]) -> int:
    if row.change == Change.END or (row.change == Change.MOVE and not row.value):
        return 1
    return 0 if row.role in ADMINISTRATORS else 2


def _chosen(tx: Connection, requests: Sequence[str]) -> list[Row[Any]]:
    if not requests:
        raise FactMissing("请勾选要办理的提请。", code="request_missing", missing="request")
    return _named(tx, requests)


def _checked(reason: str | None) -> str:
    if not reason:
        raise FactMissing("不予核准须写明理由。", code="reason_missing", missing="reason")
    check("reason", reason)
    return reason


def _last_told(tx: Connection, after: str | None) -> Row[Any] | None:
    found = [] if after is None else role_requests.starting(tx, after)
    if after is not None and (len(after) < SHORTEST_ID or len(found) != 1):
        raise cursor_unknown(after)
    return found[0] if found else None


def _named(tx: Connection, requests: Sequence[str]) -> list[Row[Any]]:
    found = {row.id: row for row in (_one(tx, beginning) for beginning in requests)}
    return list(found.values())


def _one(tx: Connection, beginning: str) -> Row[Any]:
    found = role_requests.starting(tx, beginning) if len(beginning) >= SHORTEST_ID else []
    if not found:
        raise NotFound(
            f"没有编号为“{beginning[:40]}”的职责提请，请核对。",
            code="request_unknown",
            request=beginning[:40],
        )
    if len(found) > 1:
        raise Ambiguous(f"有多项提请的编号以“{beginning}”开头，请多写几位。", code="request_ambiguous")
    return found[0]
