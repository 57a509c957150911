"""Named reads and claims. They never commit and never decide.

Every service reads through here, so that rights and locks have one place to be looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from states.vocabulary import ActorKind
from workflow.storage.directory_models import Person, Post, RoleGrant, Unit, UnitAlias, UnitGroup
from workflow.storage.guarded import Read, each, readable
from workflow.storage.look import is_look, known, remembered
from workflow.storage.models import (
    Case,
    Document,
    Escalation,
    Event,
    EventWords,
    Journal,
    OutboxMessage,
    RuleVersion,
    Stationery,
)
from workflow.storage.together import named

MAX_BOUND = 1_000


def table(model: type[SQLModel]) -> Any:
    """The Core table of a model."""
    return model.__table__  # type: ignore[attr-defined]


CASE, UNIT = table(Case), table(Unit)
EVENT, WORDS = table(Event), table(EventWords)
PERSON, GRANT, ESCALATION = table(Person), table(RoleGrant), table(Escalation)
DOCUMENT, OUTBOX = table(Document), table(OutboxMessage)
RULES, JOURNAL = table(RuleVersion), table(Journal)
IN_ORDER = (ESCALATION.c.raised_on, ESCALATION.c.id)
_CALLED = select(CASE).where(CASE.c.number == bindparam("number"))
_CHILDREN = select(CASE).where(CASE.c.parent == bindparam("number")).order_by(CASE.c.number)
_MEASURES = select(ESCALATION).where(ESCALATION.c.case_id == bindparam("case_id")).order_by(*IN_ORDER)


def case_by_id_for_update(tx: Connection, case_id: int) -> Row[Any]:
    return tx.execute(select(CASE).where(CASE.c.id == case_id).with_for_update()).one()


def case_called(tx: Connection, number: str) -> Read | None:
    """The case of a number, which may be past reading; None where there is none."""
    return remembered(tx, ("case", number), lambda: next(each_case(tx, number), None))


def case_by_number(tx: Connection, number: str) -> Row[Any] | None:
    if is_look(tx):
        found = case_called(tx, number)
        return None if found is None else readable(found)
    return tx.execute(select(CASE).where(CASE.c.number == number)).first()


def id_of_case(tx: Connection, number: str) -> int:
    return int(tx.execute(select(CASE.c.id).where(CASE.c.number == number)).scalar_one())


def number_of_case(tx: Connection, case_id: int) -> str | None:
    """What a case is called by its row, if it has one."""
    return tx.execute(select(CASE.c.number).where(CASE.c.id == case_id)).scalar_one_or_none()


def children_of(tx: Connection, number: str) -> list[Row[Any]]:
    """The rows of the cases that came out of this one, by number."""
    return list(tx.execute(_CHILDREN, {"number": number}).all())


def cases_for_update(tx: Connection, numbers: Sequence[str]) -> list[Row[Any]]:
    """The rows of several cases, locked in the order of their numbers so that writers cannot deadlock."""
    rows: list[Row[Any]] = []
    for part in parts(sorted(set(numbers))):
        found = select(CASE).where(CASE.c.number.in_(part)).order_by(CASE.c.number)
        rows += tx.execute(found.with_for_update())
    return rows


def due_cases(tx: Connection, as_of: datetime) -> list[Row[Any]]:
    """The cases whose planner asked to be woken by `as_of`, without locks, for a dry run."""
    return list(tx.execute(_due(as_of)))


def _due(as_of: datetime) -> Select[Any]:
    due = select(CASE).where(CASE.c.next_action_at.is_not(None), CASE.c.next_action_at <= as_of)
    return due.order_by(CASE.c.next_action_at, CASE.c.id)


def each_due_case(tx: Connection, as_of: datetime) -> Iterator[Read]:
    """The due cases, with those past reading among them."""
    return each(tx, _due(as_of), CASE)


def each_case(tx: Connection, number: str | None = None, *, still: datetime | None = None) -> Iterator[Read]:
    """All cases, or one by its number, in the order of their numbers, with those past reading among them.

    With `still` those that have not gone on since that instant.
    """
    if number is not None:
        return each(tx, _CALLED, CASE, at_once=True, number=number)
    found = select(CASE).order_by(CASE.c.number)
    if still is not None:
        found = found.where(CASE.c.recorded_at <= still)
    return each(tx, found, CASE)


def known_numbers(tx: Connection) -> frozenset[str]:
    return frozenset(tx.execute(select(CASE.c.number)).scalars())


def cases_by_fingerprint(tx: Connection) -> dict[str, str]:
    """Fingerprint to number, for matters that came without a number."""
    found = select(CASE.c.fingerprint, CASE.c.number).where(CASE.c.fingerprint.is_not(None))
    return {row.fingerprint: row.number for row in tx.execute(found)}


def escalations_of(tx: Connection, case_ids: Sequence[int]) -> list[Row[Any]]:
    """The escalations of some cases, in the order of the days they were raised on."""
    return remembered(tx, ("escalations", *case_ids), lambda: _escalations_of(tx, case_ids))


def _escalations_of(tx: Connection, case_ids: Sequence[int]) -> list[Row[Any]]:
    if len(case_ids) == 1:
        return list(tx.execute(_MEASURES, {"case_id": case_ids[0]}))
    rows: list[Row[Any]] = []
    for part in parts(case_ids):
        found = select(ESCALATION).where(one_of(tx, ESCALATION.c.case_id, part))
        rows += tx.execute(found.order_by(*IN_ORDER))
    return rows


def escalations_about_persons(tx: Connection, case_ids: Sequence[int] | None) -> list[Row[Any]]:
    """The escalations that concern a person, of some cases; None: of all."""
    found = select(ESCALATION).where(ESCALATION.c.object_person.is_not(None))
    if case_ids is None:
        return list(tx.execute(found))
    parted = parts(case_ids)
    return [row for part in parted for row in tx.execute(found.where(one_of(tx, ESCALATION.c.case_id, part)))]


def each_escalation_of(tx: Connection, case_ids: Sequence[int]) -> Iterator[Read]:
    """The escalations of some cases, with those past reading among them."""
    for part in parts(case_ids):
        found = select(ESCALATION).where(one_of(tx, ESCALATION.c.case_id, part))
        yield from each(tx, found.order_by(ESCALATION.c.id), ESCALATION, at_once=True)


def one_of(tx: Connection | str, column: Any, values: Sequence[Any]) -> Any:
    """That a column has one of these values, in a dialect or that of a connection; PostgreSQL's driver takes
    hundreds faster as one array."""
    if (tx if isinstance(tx, str) else tx.dialect.name) == "postgresql":
        return column == any_(bindparam(None, list(values), type_=postgresql.ARRAY(column.type)))
    return column.in_(values)


def parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """A long list in parts a statement can bind."""
    for start in range(0, len(values), MAX_BOUND):
        yield values[start : start + MAX_BOUND]


def escalation_for_update(tx: Connection, escalation_id: str) -> Row[Any]:
    return tx.execute(select(ESCALATION).where(ESCALATION.c.id == escalation_id).with_for_update()).one()


def events_of(tx: Connection, case_id: int, until: datetime | None = None) -> list[Row[Any]]:
    """The history of one case (0: the office's journal), oldest first, as it was recorded by `until`."""
    return remembered(tx, ("events", case_id, until), lambda: _events_of(tx, case_id, until))


def _events_of(tx: Connection, case_id: int, until: datetime | None) -> list[Row[Any]]:
    if until is None:
        return list(map(_entry, tx.execute(_HISTORY, {"case_id": case_id}).all()))
    if is_look(tx) and case_id != 0:
        return [one for one in events_of(tx, case_id) if one.recorded_at <= until]
    found = _HISTORY.where(EVENT.c.recorded_at <= until)
    return list(map(_entry, tx.execute(found, {"case_id": case_id}).all()))


def acts_after(tx: Connection, case_id: int, seq: int) -> int:
    """How many entries people have made in the history of a case after one of them."""
    later = (EVENT.c.case_id == case_id) & (EVENT.c.seq > seq) & (EVENT.c.actor_kind == ActorKind.HUMAN)
    return int(tx.execute(select(func.count()).where(later)).scalar_one())


def all_events(tx: Connection) -> Iterable[Row[Any]]:
    """Every entry, case by case and in order, streamed."""
    return tx.execute(_in_order(), execution_options={"yield_per": 1000})


def each_event(tx: Connection) -> Iterator[Read]:
    """The same with the entries past reading among them."""
    return each(tx, _in_order(), EVENT)


def _in_order() -> Select[Any]:
    return entries_with_words().order_by(EVENT.c.case_id, EVENT.c.seq)


def events_of_kind(tx: Connection, case_id: int, kind: str, until: datetime | None = None) -> list[Row[Any]]:
    """The entries of one kind in the history of a case, oldest first, as they were recorded by `until`."""
    whole = known(tx, ("events", case_id, until))
    if whole is not None:
        return [one for one in whole if one.kind == kind]
    found = entries_with_words().where(EVENT.c.case_id == case_id, EVENT.c.kind == kind)
    if until is not None:
        found = found.where(EVENT.c.recorded_at <= until)
    asked = ("events", case_id, until, kind)
    return remembered(tx, asked, lambda: list(tx.execute(found.order_by(EVENT.c.seq))))


def events_about(tx: Connection, case_id: int, kind: str, escalation_id: str) -> list[Row[Any]]:
    """The entries of one kind about one escalation, oldest first."""
    if is_look(tx):
        found = events_of_kind(tx, case_id, kind)
        return [one for one in found if escalation_id in one.payload]
    about = (EVENT.c.case_id == case_id) & (EVENT.c.kind == kind) & EVENT.c.payload.contains(escalation_id)
    return list(tx.execute(entries_with_words().where(about).order_by(EVENT.c.seq)))


def entries_with_words() -> Select[Any]:
    """Entries with the words that lie beside them, as `personal` and `personal_salt`."""
    beside = (WORDS.c.case_id == EVENT.c.case_id) & (WORDS.c.seq == EVENT.c.seq)
    words = (WORDS.c.text.label("personal"), WORDS.c.salt.label("personal_salt"))
    return select(EVENT, *words).join(WORDS, beside, isouter=True)


_HISTORY = entries_with_words().where(EVENT.c.case_id == bindparam("case_id")).order_by(EVENT.c.seq)
_entry = named("Entry", _HISTORY)
NAMED_UNITS = select(*(UNIT.c[one] for one in ("code", "parent", "name", "liaison_name", "email")))
_NAMES = select(PERSON.c.code, PERSON.c.name)


def journal_for_update(tx: Connection) -> Row[Any] | None:
    return tx.execute(select(JOURNAL).where(JOURNAL.c.id == 0).with_for_update()).first()


def journal(tx: Connection) -> Row[Any] | None:
    return tx.execute(select(JOURNAL).where(JOURNAL.c.id == 0)).first()


def units(tx: Connection) -> list[Row[Any]]:
    return remembered(tx, "units", lambda: list(tx.execute(select(UNIT).order_by(UNIT.c.code))))


def named_units(tx: Connection) -> list[Row[Any]]:
    """Every unit by code, with its name, its parent, its liaison and its address."""
    return remembered(tx, "named units", lambda: list(tx.execute(NAMED_UNITS.order_by(UNIT.c.code))))


def units_by_code(tx: Connection, codes: Iterable[str]) -> dict[str, Row[Any]]:
    """These units; those nobody knows are left out."""
    wanted = frozenset(codes)
    if not wanted:
        return {}
    if is_look(tx):
        return {row.code: row for row in units(tx) if row.code in wanted}
    found = select(UNIT).where(UNIT.c.code.in_(sorted(wanted)))
    return {row.code: row for row in tx.execute(found)}


def unit_tree(tx: Connection) -> list[Row[Any]]:
    """What every unit is called, and its parent, for walking up the tree."""
    if is_look(tx):
        return named_units(tx)
    return list(tx.execute(select(UNIT.c.code, UNIT.c.parent, UNIT.c.name)))


def unit_parents(tx: Connection) -> dict[str, str | None]:
    """Each unit's parent."""
    return {row.code: row.parent for row in unit_tree(tx)}


def units_called(tx: Connection, name: str) -> frozenset[str]:
    """The codes of the units that are called this: by code, or in part of a name they go by."""
    aliases = table(UnitAlias)
    names = (UNIT.c.name, UNIT.c.short_name)
    is_called = (UNIT.c.code == name, *(one.contains(name, autoescape=True) for one in names))
    by_alias = select(aliases.c.unit).where(aliases.c.alias.contains(name, autoescape=True))
    return frozenset(tx.execute(select(UNIT.c.code).where(or_(*is_called)).union(by_alias)).scalars())


def unit_aliases(tx: Connection) -> list[Row[Any]]:
    return list(tx.execute(select(table(UnitAlias))))


def unit_groups(tx: Connection) -> list[Row[Any]]:
    return list(tx.execute(select(table(UnitGroup))))


def people_called(tx: Connection, name_or_code: str) -> list[Row[Any]]:
    """People with this code or this name."""
    return remembered(tx, ("people", name_or_code), lambda: _people_called(tx, name_or_code))


def _people_called(tx: Connection, name_or_code: str) -> list[Row[Any]]:
    called = or_(PERSON.c.code == name_or_code, PERSON.c.name == name_or_code)
    return list(tx.execute(select(PERSON).where(called).order_by(PERSON.c.code)))


def grants_of(tx: Connection, person: str, day: date) -> list[Row[Any]]:
    """The roles a person holds on a day."""
    return remembered(tx, ("grants", person, day), lambda: _grants_of(tx, person, day))


def _grants_of(tx: Connection, person: str, day: date) -> list[Row[Any]]:
    return list(tx.execute(select(GRANT).where(GRANT.c.person == person, *valid_on(GRANT, day))))


def holders_of(tx: Connection, role: str, day: date) -> list[Row[Any]]:
    """The people who hold a role on a day."""
    held = select(PERSON).join(GRANT, GRANT.c.person == PERSON.c.code)
    return list(tx.execute(held.where(GRANT.c.role == role, *valid_on(GRANT, day)).order_by(PERSON.c.code)))


def names_of_people(tx: Connection) -> dict[str, str]:
    """Everybody's name by code."""
    return remembered(tx, "names", lambda: {one.code: one.name for one in tx.execute(_NAMES)})


def holders_at(tx: Connection, role: str, unit: str, day: date) -> list[Row[Any]]:
    """The people who hold a unit role at this very unit on a day."""
    held = select(PERSON).join(GRANT, GRANT.c.person == PERSON.c.code)
    return list(tx.execute(held.where(GRANT.c.role == role, GRANT.c.unit == unit, *valid_on(GRANT, day))))


def units_of_people(tx: Connection, people: Sequence[str]) -> frozenset[str]:
    """The units where these people hold posts."""
    posts = table(Post)
    return frozenset(tx.execute(select(posts.c.unit).where(posts.c.person.in_(people))).scalars())


def holder_of_unit(tx: Connection, role: str, unit: str) -> str:
    """The code of a person who holds a unit role at a unit. There must be one."""
    held = select(GRANT.c.person).where(GRANT.c.role == role, GRANT.c.unit == unit).order_by(GRANT.c.person)
    return str(tx.execute(held.limit(1)).scalar_one())


def valid_on(rows: Any, day: Any) -> tuple[Any, ...]:
    """That rows which bear their first and last day, none for an open end, hold on a day."""
    return (
        or_(rows.c.valid_from.is_(None), rows.c.valid_from <= day),
        or_(rows.c.valid_to.is_(None), rows.c.valid_to >= day),
    )


def provisional_due_dates(tx: Connection, states: Sequence[str]) -> list[date]:
    """The due dates reckoned without an announced calendar, of cases in these states."""
    found = select(CASE.c.due_on).where(
        CASE.c.provisional, CASE.c.due_on.is_not(None), CASE.c.state.in_(states)
    )
    return list(tx.execute(found).scalars())


def keep_stationery(tx: Connection, digest: str, kind: str, source: str) -> None:
    """Keep a wording under its hash, once."""
    insert = dialect_insert(tx)(table(Stationery)).values(digest=digest, kind=kind, source=source)
    tx.execute(insert.on_conflict_do_nothing(index_elements=["digest"]))


def upsert(tx: Connection, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, replacing those with the same primary key."""
    if not rows:
        return
    target = table(model)
    keys = [column.name for column in target.primary_key.columns]
    insert = dialect_insert(tx)(target)
    rest = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    if rest:
        tx.execute(insert.on_conflict_do_update(index_elements=keys, set_=rest), list(rows))
    else:
        tx.execute(insert.on_conflict_do_nothing(index_elements=keys), list(rows))


def add_missing(tx: Connection, model: type[SQLModel], row: Mapping[str, Any]) -> bool:
    """Insert a row, unless there is one with its primary key, which stays; whether it was inserted."""
    target = table(model)
    insert = dialect_insert(tx)(target).values(dict(row)).on_conflict_do_nothing()
    return tx.execute(insert.returning(*target.primary_key.columns)).first() is not None


def stationery(tx: Connection, digest: str) -> str:
    kept = table(Stationery)
    found = select(kept.c.source).where(kept.c.digest == digest)
    return remembered(tx, ("stationery", digest), lambda: str(tx.execute(found).scalar_one()))


def document(tx: Connection, document_id: str) -> Row[Any]:
    found = select(DOCUMENT).where(DOCUMENT.c.id == document_id)
    return remembered(tx, ("document", document_id), lambda: tx.execute(found).one())


def all_documents(tx: Connection) -> Iterable[Row[Any]]:
    """Every paper, streamed."""
    ordered = select(DOCUMENT).order_by(DOCUMENT.c.issued_at, DOCUMENT.c.id)
    return tx.execute(ordered, execution_options={"yield_per": 1000})


def documents_of(tx: Connection, case_id: int, kind: str | None = None) -> list[Row[Any]]:
    """The papers of a case, newest first; joint ones that are kept with another case are among them."""
    newest_first = (DOCUMENT.c.issued_at.desc(), DOCUMENT.c.id)
    its_own = or_(DOCUMENT.c.case_id == case_id, DOCUMENT.c.id.in_(papers_raised_on(case_id)))
    found = select(DOCUMENT).where(its_own).order_by(*newest_first)
    return list(tx.execute(found.where(DOCUMENT.c.kind == kind) if kind else found))


def papers_raised_on(case_id: Any) -> Select[Any]:
    """The ids of the papers the measures of a case went out with."""
    measures = (ESCALATION.c.case_id == case_id) & ESCALATION.c.document_id.is_not(None)
    return select(ESCALATION.c.document_id).where(measures)


def unrendered_documents(tx: Connection) -> list[Row[Any]]:
    """Papers issued but not laid out yet, oldest first. Plain mails, which have no number, never are."""
    found = select(DOCUMENT).where(DOCUMENT.c.sha256.is_(None), DOCUMENT.c.number.is_not(None))
    return list(tx.execute(found.order_by(DOCUMENT.c.issued_at, DOCUMENT.c.id)))


def is_noted(tx: Connection, case_id: int, kind: str, document_id: str) -> bool:
    """Whether a case's history has an entry of this kind about this paper."""
    about = (EVENT.c.case_id == case_id) & (EVENT.c.kind == kind) & EVENT.c.payload.contains(document_id)
    return tx.execute(select(EVENT.c.id).where(about).limit(1)).first() is not None


def keep_rendering(tx: Connection, document_id: str, sha256: str) -> bool:
    """Enter a paper's file, unless somebody has; whether it was entered now."""
    once = update(DOCUMENT).where(DOCUMENT.c.id == document_id, DOCUMENT.c.sha256.is_(None))
    return tx.execute(once.values(sha256=sha256)).rowcount == 1


def count_rows(tx: Connection, model: type[SQLModel]) -> int:
    return int(tx.execute(select(func.count()).select_from(table(model))).scalar_one())


def dialect_insert(tx: Connection) -> Any:
    """`INSERT … ON CONFLICT` as the database at hand spells it."""
    return postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
