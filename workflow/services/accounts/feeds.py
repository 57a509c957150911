"""Calendars at a secret address: made, renewed and revoked by whoever has them, fetched by his telephone.

The address is the secret and is told once; the database keeps its hash. What a calendar tells is what its
maker may see at the moment it is fetched. A unit's is made by its liaison or its head, and works as long as
he is one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from limits import RateLimitItemPerMinute
from sqlalchemy import Connection, Row

from states.errors import NotPermitted
from states.visibility import sees_no_case
from states.vocabulary import UNIT_ROLES, Role
from workflow.errors import EditConflict, NotFound, TooManyTries
from workflow.services import agendas
from workflow.services.accounts import guessing
from workflow.services.accounts.telling import tell
from workflow.services.accounts.tokens import hashed, new_token
from workflow.services.agendas import Entry
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.page_look import page_look
from workflow.services.seeing import Eyes, Onlooker
from workflow.services.units import one_by_name
from workflow.storage import accounts, feeds, queries
from workflow.storage.session import glance, reading, transaction

FETCHED_EVERY = timedelta(minutes=10)
"""How often it is written down that a calendar is fetched."""
WRONG_ADDRESSES = RateLimitItemPerMinute(60, 10, "feed")
"""Addresses of no calendar, asked for from one place in ten minutes; those that work are not counted."""
PATH = "/calendars/"
TOKEN_BOUND = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Whose calendar there may be: one's own, or that of a unit (`unit`, its code). `made_by`, `made_at` and
    `fetched_at` are of the one that works, None where none does."""

    unit: str
    name: str
    made_by: str | None = None
    made_at: datetime | None = None
    fetched_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        instants = {"made_at": self.made_at, "fetched_at": self.fetched_at}
        told = {name: at.isoformat() if at else None for name, at in instants.items()}
        return {"unit": self.unit or None, "name": self.name, "made_by": self.made_by, **told}


@dataclass(frozen=True, slots=True)
class Made:
    """A calendar whose address is told this once; its path alone where the installation has no address."""

    unit: str
    name: str
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a calendar tells now: whose it is, and the days."""

    name: str
    entries: tuple[Entry, ...]


def places(office: Office, by: Onlooker) -> tuple[Place, ...]:
    """One's own calendar and those of the units one is liaison or head of; none for the three administrators.

    Raises `NotFound` or `Ambiguous` for a person who cannot be told.
    """
    with reading(office.engine) as tx:
        eyes = Eyes(tx, by)
        return () if sees_no_case(eyes.roles) else tuple(_places(tx, eyes))


def make(office: Office, unit: str = "", *, by: Signature, at: datetime) -> Made:
    """A new address of one's own calendar, or of a unit's by code or name; the former one works no more.

    Raises `NotPermitted` (`feed_not_yours`), `NotFound` (`unit_unknown`, `account_unknown`), `FactInvalid`
    (`unit_ambiguous`), `EditConflict` (`feed_conflict`).
    """
    token = new_token()
    with transaction(office.engine) as tx:
        eyes, unit, name = _keeper(tx, unit, by, at)
        person = str(eyes.person.code)
        if accounts.for_update(tx, person) is None:
            message = f"{eyes.person.name}还没有账号，不能生成日历订阅地址；请系统管理员先建立账号。"
            raise NotFound(message, code="account_unknown", person=person)
        replaces = feeds.revoke(tx, at, person=person, unit=unit)
        if not feeds.add(tx, id=hashed(token), person=person, unit=unit, made_at=at):
            raise EditConflict("同时有人生成了这个日历的地址，请刷新页面核对后再办。", code="feed_conflict")
        tell(tx, office, Act("feed_made", at, person, {"unit": unit, "replaces": replaces}), by=by)
    base = (office.settings.public_url or "").rstrip("/")
    return Made(unit, name, f"{base}{PATH}{token}.ics")


def revoke(office: Office, unit: str = "", *, by: Signature, at: datetime) -> str:
    """Let an address work no more; whose calendar it was. Raises as `make`, and `NotFound` (`feed_unknown`)
    where there is none."""
    with transaction(office.engine) as tx:
        eyes, unit, name = _keeper(tx, unit, by, at)
        person = str(eyes.person.code)
        if not feeds.revoke(tx, at, person=person, unit=unit):
            raise NotFound("没有可用的日历订阅地址，无须停用。", code="feed_unknown")
        tell(tx, office, Act("feed_revoked", at, person, {"unit": unit}), by=by)
    return name


def fetch(office: Office, token: str, *, address: str, at: datetime) -> Fetched:
    """What the calendar at an address tells, to whoever knows it.

    Raises `NotFound` (`feed_unknown`) where no calendar is at it, or none is any more, in the same words;
    `TooManyTries` (`address_stopped`) after many such.
    """
    with glance(office.engine) as tx:
        row = feeds.alive(tx, hashed(token[:TOKEN_BOUND]))
    if row is None:
        raise _wrong(office, address, at)
    by = Onlooker(row.person, at)
    with page_look(office, by) as look:
        found = _told(look, office, row, Eyes(look, by), at)
    if row.fetched_at is None or at - row.fetched_at >= FETCHED_EVERY:
        with transaction(office.engine) as tx:
            feeds.fetch(tx, row.id, at)
    return found


def _told(tx: Connection, office: Office, row: Row[Any], eyes: Eyes, at: datetime) -> Fetched:
    if sees_no_case(eyes.roles) or (row.unit and not _keeps(eyes, row.unit)):
        raise _none_such()
    entries = tuple(agendas.ahead(tx, office, eyes, row.unit or None, at=at))
    if not entries and not _sees_any(eyes):
        raise _none_such()
    return Fetched(_called(tx, row.unit, eyes), entries)


def _sees_any(eyes: Eyes) -> bool:
    """Whether he holds a role at all; or is named by a matter as its leader."""
    return bool(eyes.actors.anywhere) or bool(eyes.concerning())


def _keeps(eyes: Eyes, unit: str) -> bool:
    """Whether he is a unit's liaison or head, his own or as a deputy."""
    return unit in eyes.actors.units and eyes.actors.towards(unit).holds(UNIT_ROLES)


def _keeper(tx: Connection, unit: str, by: Signature, at: datetime) -> tuple[Eyes, str, str]:
    """Who asks for a calendar, the code of its unit, and its name. Raises `NotPermitted`, `NotFound`."""
    eyes = Eyes(tx, Onlooker(str(by.person), at))
    unit = one_by_name(tx, unit) if unit else ""
    if sees_no_case(eyes.roles) or not (_keeps(eyes, unit) if unit else _sees_any(eyes)):
        roles = "或".join(role.label for role in (Role.LIAISON, Role.UNIT_HEAD))
        who = f"单位日历由该单位的{roles}生成、停用。" if unit else "与您有关的事项才有日历，您目前没有。"
        raise NotPermitted(who, code="feed_not_yours")
    return eyes, unit, _called(tx, unit, eyes)


def _called(tx: Connection, unit: str, eyes: Eyes) -> str:
    """What a calendar is called by: its unit's name, or its person's."""
    return str(queries.units_by_code(tx, [unit])[unit].name if unit else eyes.person.name)


def _places(tx: Connection, eyes: Eyes) -> list[Place]:
    person = str(eyes.person.code)
    seats = sorted(one for one in eyes.actors.seats if _keeps(eyes, one))
    kept = {row.unit: row for row in feeds.kept(tx, person, seats)}
    named = queries.units_by_code(tx, seats) if seats else {}
    names = {"": str(eyes.person.name), **{code: str(row.name) for code, row in named.items()}}
    return [_place(unit, name, kept.get(unit)) for unit, name in sorted(names.items())]


def _place(unit: str, name: str, row: Row[Any] | None) -> Place:
    if row is None:
        return Place(unit, name)
    return Place(unit, name, str(row.name), row.made_at, row.fetched_at)


def _wrong(office: Office, address: str, at: datetime) -> NotFound | TooManyTries:
    """Nobody guesses 32 bytes; but whoever tries is counted, told of once, and then not answered."""
    place = guessing.place_of(address)
    with transaction(office.engine) as tx:
        line = guessing.stand(tx, place, at, limit=WRONG_ADDRESSES)
        if line.is_first:
            tell(tx, office, Act("feed_address_stopped", at, details={"address": place}))
    if not line.retry_after:
        return _none_such()
    message = "试过的日历订阅地址太多，请稍后再试。"
    return TooManyTries(message, code="address_stopped", retry_after=line.retry_after)


def _none_such() -> NotFound:
    return NotFound("没有这个日历，或者它的订阅地址已经停用；请在“我的账号”中重新生成。", code="feed_unknown")
