"""What many will ask for one by one, read ahead with one statement each by a connection that remembers.

Every function leaves its answers in the look under the names the reads of the same things go by, which then
ask nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, or_, select

from workflow.storage import deputies
from workflow.storage.accounts import ACCOUNT
from workflow.storage.look import Look
from workflow.storage.queries import GRANT, NAMED_UNITS, PERSON, RULES, valid_on
from workflow.storage.role_requests import REQUEST, unconfirmed_of
from workflow.storage.rules import CALENDAR
from workflow.storage.together import Together

WHO: Any = bindparam("who")
DAY: Any = bindparam("day", type_=GRANT.c.valid_from.type)

_CALLED = or_(PERSON.c.code == WHO, PERSON.c.name == WHO)
_CODES, _NAMES_OF = select(PERSON.c.code).where(_CALLED), select(PERSON.c.name).where(_CALLED)
_PEOPLE = Together(
    people=select(PERSON, ACCOUNT.c.disabled_at)
    .join(ACCOUNT, ACCOUNT.c.person == PERSON.c.code, isouter=True)
    .where(or_(_CALLED, PERSON.c.name.in_(_NAMES_OF), PERSON.c.code.in_(_NAMES_OF))),
    grants=select(GRANT).where(GRANT.c.person.in_(_CODES), *valid_on(GRANT, DAY)),
    deputies=deputies.appointments_on(DAY).where(deputies.DEPUTY.c.deputy.in_(_CODES)),
    asked=select(
        REQUEST.c.person, REQUEST.c.change, REQUEST.c.decision, REQUEST.c.proposed_at
    ).where(REQUEST.c.person.in_(_CODES)),
)  # fmt: skip
_NAMES = Together(units=NAMED_UNITS, people=select(PERSON.c.code, PERSON.c.name))
_RULES = Together(
    rules=select(
        *(RULES.c[one] for one in ("digest", "kind", "activated_at", "authorised_at", "revoked_at"))
    ),
    calendars=select(CALENDAR.c.version, CALENDAR.c.previous, CALENDAR.c.loaded_at),
)


def person(look: Look, called: str, day: date) -> None:
    """Somebody by name or code: his account, the roles he holds on a day, whom he stands in for, who else
    bears his name."""
    found = _PEOPLE.read(look, who=called, day=day)
    everybody = sorted(found["people"], key=attrgetter("code"))
    meant = [one for one in everybody if called in (one.code, one.name)]
    look.keep(("accounts", called), meant)
    for name in (called, *(one.code for one in meant), *(one.name for one in meant)):
        look.keep(("people", name), [one for one in everybody if name in (one.code, one.name)])
    for one in meant:
        _keep_roles(look, one.code, day, found)
        asked = [each for each in found["asked"] if each.person == one.code]
        unconfirmed = unconfirmed_of(sorted(asked, key=attrgetter("proposed_at")))
        look.keep(("doubts", one.code, one.name), (unconfirmed, _bear(one.name, everybody)))


def _bear(name: str, people: Iterable[Any]) -> int:
    return sum(one.name == name for one in people)


def _keep_roles(look: Look, code: str, day: date, found: Mapping[str, Any]) -> None:
    appointed = [one for one in found["deputies"] if one.deputy == code]
    appointed.sort(key=attrgetter("valid_from", "person", "id"))
    grants = [one for one in found["grants"] if one.person == code]
    look.keep(("grants", code, day), grants)
    look.keep(("principals", code, day), appointed)
    look.keep(("held", code, day), (grants, appointed))


def names(look: Look) -> None:
    """What every unit and everybody is called."""
    found = _NAMES.read(look)
    look.keep("named units", sorted(found["units"], key=attrgetter("code")))
    look.keep("names", {one.code: one.name for one in found["people"]})


def rules(look: Look) -> None:
    """Which rules and which calendar are in force, and which rules were signed."""
    found = _RULES.read(look)
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for one in sorted(found["rules"], key=attrgetter("digest")):
        by_kind[one.kind].append(one)
    for kind, known in by_kind.items():
        look.keep(("in force", kind), max(known, key=attrgetter("activated_at")).digest)
        look.keep(("digests", kind), [one.digest for one in known])
    look.keep("signatures", {one.digest: one for one in found["rules"]})
    loaded = sorted(found["calendars"], key=lambda one: (one.previous is not None, one.loaded_at))
    look.keep(("calendar", None), loaded[-1].version if loaded else None)
