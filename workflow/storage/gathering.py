"""What many will ask for one by one, read ahead with one statement each by a connection that remembers.

Every function leaves its answers in the look under the names the reads of the same things go by, which then
ask nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, or_, select

from workflow.storage import deputies
from workflow.storage.accounts import ACCOUNT
from workflow.storage.called import every_name, names_told
from workflow.storage.case_reads import READ
from workflow.storage.duties import HELD
from workflow.storage.intake import TO_DO, WAITING
from workflow.storage.look import Look
from workflow.storage.papers import CASE_ID, in_order, keep_life, parts_around
from workflow.storage.queries import (
    ESCALATION,
    EVENT,
    GRANT,
    IN_ORDER,
    PERSON,
    RULES,
    UNIT,
    entries_with_words,
    valid_on,
)
from workflow.storage.register_views import VIEW
from workflow.storage.role_requests import REQUEST, unconfirmed_of
from workflow.storage.rules import CALENDAR
from workflow.storage.together import Rows, Together


class Beside(Enum):
    """What is asked for together with somebody: nothing, what every unit is called and how he keeps the
    register, what every unit and everybody is called, or the same with who holds which role."""

    NOTHING = auto()
    REGISTER = auto()
    NAMES = auto()
    DIRECTORY = auto()


NAMING = frozenset({Beside.NAMES, Beside.DIRECTORY})
"""Those with which everybody's name is known."""

WHO: Any = bindparam("who")
DAY: Any = bindparam("day", type_=GRANT.c.valid_from.type)

_MEANT = select(PERSON.c.code, PERSON.c.name).where(or_(PERSON.c.code == WHO, PERSON.c.name == WHO)).cte()
_CODES, _NAMES_OF = select(_MEANT.c.code), select(_MEANT.c.name)
_IN_FORCE: Mapping[str, Select[Any]] = {
    "rules": select(
        *(RULES.c[one] for one in ("digest", "kind", "activated_at", "authorised_at", "revoked_at"))
    ),
    "calendars": select(CALENDAR.c.version, CALENDAR.c.previous, CALENDAR.c.loaded_at),
}
_PERSON: Mapping[str, Select[Any]] = {
    "people": select(PERSON, ACCOUNT.c.disabled_at)
    .join(ACCOUNT, ACCOUNT.c.person == PERSON.c.code, isouter=True)
    .where(or_(PERSON.c.name.in_(_NAMES_OF), PERSON.c.code.in_(_NAMES_OF))),
    "roles": select(GRANT).where(GRANT.c.person.in_(_CODES), *valid_on(GRANT, DAY)),
    "appointed": deputies.appointments_on(DAY).where(deputies.DEPUTY.c.deputy.in_(_CODES)),
    "asked": select(REQUEST.c.person, REQUEST.c.change, REQUEST.c.decision, REQUEST.c.proposed_at).where(
        REQUEST.c.person.in_(_CODES)
    ),
    **_IN_FORCE,
}
_HISTORIES = (
    entries_with_words()
    .where(EVENT.c.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(EVENT.c.case_id, EVENT.c.seq)
)
_RULES = Together(**_IN_FORCE)
_CALLED_SO: Mapping[str, Select[Any]] = {"units": select(UNIT), "everybody": every_name(PERSON)}
_BESIDE: Mapping[Beside, Mapping[str, Select[Any]]] = {
    Beside.NOTHING: {},
    Beside.REGISTER: {"called": every_name(UNIT), "views": select(VIEW).where(VIEW.c.person.in_(_CODES))},
    Beside.NAMES: _CALLED_SO,
    Beside.DIRECTORY: {**_CALLED_SO, **HELD, "intake": WAITING},
}
_WHO = {beside: Together(**_PERSON, **parts) for beside, parts in _BESIDE.items()}
_NAMES, _DIRECTORY = (Together(**_BESIDE[one]) for one in (Beside.NAMES, Beside.DIRECTORY))


def _of_cases(are_theirs: Callable[[Any], Any]) -> Together:
    return Together(
        **parts_around(are_theirs),
        measures=select(ESCALATION).where(are_theirs(ESCALATION.c.case_id)),
        reads=select(READ.c.case_id, READ.c.reader).where(
            are_theirs(READ.c.case_id), READ.c.day == DAY, READ.c.reader == WHO
        ),
    )


_CASE = _of_cases(CASE_ID.__eq__)
_CASES = _of_cases(lambda column: column.in_(bindparam("cases", expanding=True)))


def who(look: Look, called: str, day: date, beside: Beside = Beside.NOTHING) -> None:
    """Somebody by name or code: his account, the roles he holds on a day, whom he stands in for, who else
    bears his name. And which rules and which calendar are in force, and which rules were signed; what is to
    be known `beside` comes with the same statement."""
    found = _WHO[beside].read(look, who=called, day=day)
    _keep_person(look, called, day, found)
    _keep_rules(look, found)
    if beside is Beside.REGISTER:
        _keep_register(look, called, found)
    if beside in NAMING:
        _keep_names(look, found)
    if beside is Beside.DIRECTORY:
        _keep_directory(look, day, found)


def _keep_person(look: Look, called: str, day: date, found: Rows) -> None:
    everybody = sorted(found["people"], key=attrgetter("code"))
    meant = _meant(called, everybody)
    look.keep(("accounts", called), meant)
    for name in (called, *(one.code for one in meant), *(one.name for one in meant)):
        look.keep(("people", name), [one for one in everybody if name in (one.code, one.name)])
    for one in meant:
        _keep_roles(look, one.code, day, found)
        asked = [each for each in found["asked"] if each.person == one.code]
        unconfirmed = unconfirmed_of(sorted(asked, key=attrgetter("proposed_at")))
        look.keep(("doubts", one.code, one.name), (unconfirmed, _bear(one.name, everybody)))


def _meant(called: str, people: Iterable[Any]) -> list[Any]:
    return [one for one in people if called in (one.code, one.name)]


def _bear(name: str, people: Iterable[Any]) -> int:
    return sum(one.name == name for one in people)


def _keep_roles(look: Look, code: str, day: date, found: Rows) -> None:
    appointed = [one for one in found["appointed"] if one.deputy == code]
    appointed.sort(key=attrgetter("valid_from", "person", "id"))
    grants = [one for one in found["roles"] if one.person == code]
    look.keep(("grants", code, day), grants)
    look.keep(("held", code, day), (grants, appointed))


def _keep_register(look: Look, called: str, found: Rows) -> None:
    look.keep("names of units", names_told(found["called"]))
    views = sorted(found["views"], key=attrgetter("name"))
    for one in _meant(called, found["people"]):
        look.keep(("views", one.code), [each for each in views if each.person == one.code])


def names(look: Look) -> None:
    """What every unit and everybody is called."""
    _keep_names(look, _NAMES.read(look))


def directory(look: Look, day: date) -> None:
    """The same, and who holds which role on a day, or stands in for whom; and how much has come in."""
    found = _DIRECTORY.read(look, day=day)
    _keep_names(look, found)
    _keep_directory(look, day, found)


def _keep_directory(look: Look, day: date, found: Rows) -> None:
    look.keep(("directory", day), found)
    look.keep(TO_DO, found["intake"][0].waiting)


def _keep_names(look: Look, found: Rows) -> None:
    units = sorted(found["units"], key=attrgetter("code"))
    look.keep("units", units)
    look.keep("named units", units)
    look.keep("names", names_told(found["everybody"]))


def histories(look: Look, case_ids: Sequence[int]) -> None:
    """Every entry of these few cases."""
    found: dict[int, list[Any]] = {case_id: [] for case_id in case_ids}
    for one in look.execute(_HISTORIES, {"cases": list(found)}):
        found[one.case_id].append(one)
    for case_id, entries in found.items():
        look.keep(("events", case_id, None), entries)


def rules(look: Look) -> None:
    """Which rules and which calendar are in force, and which rules were signed."""
    _keep_rules(look, _RULES.read(look))


def case(look: Look, case_id: int, reader: str, day: date) -> None:
    """The measures and the papers of a case, and whether it is noted that somebody, by his code, read it on a
    day."""
    if look.known(("noted", day, reader, case_id)) is None:
        _keep_case(look, case_id, reader, day, _CASE.read(look, case_id=case_id, who=reader, day=day))


def cases(look: Look, case_ids: Sequence[int], reader: str, day: date) -> None:
    """The same of these few cases."""
    found = _CASES.read(look, cases=list(case_ids), who=reader, day=day)
    for case_id in case_ids:
        _keep_case(look, case_id, reader, day, _of_case(found, case_id))


def _of_case(found: Rows, case_id: int) -> Rows:
    """What of that is this case's: of joint papers kept with another those its measures went out with."""
    own = {name: [one for one in found[name] if one.case_id == case_id] for name in ("measures", "reads")}
    raised = {one.document_id for one in own["measures"]}
    papers = ("documents", "lives")
    return own | {
        name: [one for one in found[name] if one.case_id == case_id or one.id in raised] for name in papers
    }


def _keep_case(look: Look, case_id: int, reader: str, day: date, found: Rows) -> None:
    measures = sorted(found["measures"], key=attrgetter(*(one.name for one in IN_ORDER)))
    look.keep(("escalations", case_id), measures)
    look.keep(("papers", case_id), in_order(found))
    for one in found["lives"]:
        keep_life(look, one)
    look.keep(("noted", day, reader, case_id), bool(found["reads"]))


def keep_case(tx: Connection, row: Row[Any]) -> None:
    """Let a connection that remembers know the row of a case, which came by the way."""
    if isinstance(tx, Look):
        tx.keep(("case", row.number), row)
        tx.keep(("case of", row.id), row)


def _keep_rules(look: Look, found: Rows) -> None:
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for one in sorted(found["rules"], key=attrgetter("digest")):
        by_kind[one.kind].append(one)
    in_force = {kind: max(known, key=attrgetter("activated_at")).digest for kind, known in by_kind.items()}
    for kind, known in by_kind.items():
        look.keep(("in force", kind), in_force[kind])
        look.keep(("digests", kind), [one.digest for one in known])
    look.keep("signatures", {one.digest: one for one in found["rules"]})
    loaded = sorted(found["calendars"], key=lambda one: (one.previous is not None, one.loaded_at))
    look.keep("calendars", loaded)
    look.keep(("calendar", None), loaded[-1].version if loaded else None)
    look.keep("in force", in_force | ({"calendar": loaded[-1].version} if loaded else {}))
