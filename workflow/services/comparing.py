"""What the records of a case on two days differ in, field by field, and which entry set each field last.

Both are the record as `case show --as-of` has it: what was recorded by then, and of that what the onlooker
may see. Lights and lateness follow from the day and are no part of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from notifications.facts import kind_label
from states.case import SYSTEM
from states.differences import Change, Difference, Place, Record, differences, fields_of, record_of
from states.errors import FactInvalid
from states.facts import to_json
from states.field_labels import FIELDS, LIMITS, MEASURES, PAPERS, PARTS, Vocabulary, called
from states.policy import Policy
from states.vocabulary import ActorKind
from workflow.services.access import shown_case
from workflow.services.histories import History, history_of, shown_history
from workflow.services.known import Columns, Known, known_by
from workflow.services.office import Office
from workflow.services.paper_lives import Telling
from workflow.services.pasts import unit_names
from workflow.services.register import not_registered
from workflow.services.replay import Entry, escalation_columns, read
from workflow.services.seeing import Onlooker, behind, curtain_for
from workflow.services.timeline import Teller, teller_of
from workflow.storage.session import reading

ABSENT, SHOWN_ID = object(), 10
OF_A_LIFE = FIELDS[PAPERS].keys() - {"kind", "number", "issued_at", "sha256", "sent_at"}
"""The fields of a paper that tell where it stands."""

TOLD = ("seq", "kind", "sentence", "actor", "actor_name", "occurred_at", "recorded_at", "hash")


def compare(
    office: Office, number: str, *, since: datetime, until: datetime, by: Onlooker | None = None
) -> list[dict[str, Any]]:
    """The differences of the case's record by `until` from that by `since`, in the order of the record.

    Before its first entry a case has an empty record. To an onlooker the records he may see; a field whose
    entry is kept from him names none. Raises `FactInvalid` (`period_reversed`), `NotFound`, `NotPermitted`.
    """
    if until < since:
        raise FactInvalid("截止时间早于起始时间，请更正。", code="period_reversed")
    with reading(office.engine) as tx:
        row, _ = shown_case(tx, office, number, by)
        older, newer = (_Seen(tx, office, row, instant, by) for instant in (since, until))
        if not newer.record:
            raise not_registered(number)
        teller = teller_of(tx, office, row, newer.drawn, newer.shown, as_of=until)
        entries = {one["seq"]: one for one in teller.all(newer.shown)}
        found = differences(older.record, newer.record)
        setters = _setters(newer, since)
        names = {SYSTEM: ActorKind.SYSTEM.label, **teller.names, **unit_names(tx, until)}
        telling = _Telling(_vocabulary(office.policy(tx, row.policy), teller, names), newer, older)
        return [telling.of(one, entries.get(setters.get(one.place, 0))) for one in found]


class _Seen:
    """A case as it was recorded by an instant, as far as somebody may see it."""

    def __init__(
        self, tx: Connection, office: Office, row: Row[Any], instant: datetime, by: Onlooker | None
    ) -> None:
        known = known_by(tx, row, instant)
        self.drawn = curtain_for(tx, office, row, by, known.escalations)
        self.known: Known = behind(self.drawn, known)
        self.events = history_of(tx, row.id, instant).rows
        self.shown: History = shown_history(tx, row.id, self.drawn, instant)
        self.record: Record = _record(self.known)


def _record(known: Known) -> dict[Place, Any]:
    """The fields of everything known of a case."""
    record = record_of(known.facts)
    for limit in known.limits:
        record |= _fields(LIMITS, _name_of(limit), limit)
    for measure in known.escalations:
        record |= _fields(MEASURES, measure["id"], measure)
    for paper in known.documents:
        standing = paper["life"] or dict.fromkeys(OF_A_LIFE)
        record |= _fields(PAPERS, paper["id"], {**standing, **paper, "sent_at": _left(paper)})
    for draft in known.drafts:
        record |= _fields(PAPERS, draft["id"], {**dict.fromkeys(FIELDS[PAPERS]), **draft})
    return record


def _fields(part: str, whose: str, columns: Mapping[str, Any]) -> dict[Place, Any]:
    """The columns that have a name among the fields of this part, as plain JSON."""
    plain = to_json({name: columns[name] for name in FIELDS[part]})
    return {Place(part, whose, name): _written(value) for name, value in plain.items()}


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _name_of(limit: Columns) -> str:
    return f"{limit['clock']}/{limit['seq']}"


def _left(paper: Columns) -> datetime | None:
    """When the first of a paper's mails left."""
    return min((one["sent_at"] for one in paper["mails"] if one["sent_at"]), default=None)


def _setters(seen: _Seen, since: datetime) -> dict[Place, int]:
    """The entry that set each field last, by its seq, of those recorded after `since`."""
    trail, shown = _Trail(seen), {event.seq for event in seen.shown.rows}
    for entry in map(read, seen.events):
        changed = trail.follow(entry)
        if entry.recorded_at > since and entry.seq in shown:
            trail.setters.update(dict.fromkeys(changed, entry.seq))
        else:
            for place in changed:
                trail.setters.pop(place, None)
    return trail.setters


class _Trail:
    """Follows a history from its first entry, and tells which fields each entry changes."""

    def __init__(self, seen: _Seen) -> None:
        self.setters: dict[Place, int] = {}
        self._of_fact: dict[str, dict[Place, Any]] = {}
        self._measures: dict[str, Columns] = {}
        self._papers = {paper["id"]: paper for paper in seen.known.documents}
        self._lives, self._telling = (
            {**self._papers, **{one["id"]: one for one in seen.known.drafts}},
            Telling(),
        )
        self._standing: dict[str, Columns] = {}
        self._paper_of = {mail["id"]: id for id, paper in self._papers.items() for mail in paper["mails"]}
        self._limits, self._is_drawn = seen.known.limits, seen.drawn.is_drawn

    def follow(self, entry: Entry) -> set[Place]:
        """The fields the next entry changes."""
        papers = (*self._paper(entry), *self._life(entry))
        return {*self._facts(entry), *self._limit(entry), *self._measure(entry), *papers}

    def _facts(self, entry: Entry) -> Iterator[Place]:
        for name, value in (entry.sets | entry.words.get("set", {})).items():
            before, now = self._of_fact.get(name, {}), fields_of({name: value})
            self._of_fact[name] = now
            yield from _differing(before, now)

    def _limit(self, entry: Entry) -> Iterator[Place]:
        for limit in self._limits:
            if limit["seq"] == entry.seq:
                yield from _fields(LIMITS, _name_of(limit), limit)

    def _measure(self, entry: Entry) -> Iterator[Place]:
        about = entry.details.escalation
        if about is None:
            return
        before = self._measures.get(about, {})
        now = before | escalation_columns(entry)
        self._measures[about] = now
        comes_to_sight = self._is_drawn and "issued_on" in now.keys() - before
        names = FIELDS[MEASURES] if comes_to_sight or not before else _differing(before, now)
        yield from (Place(MEASURES, about, name) for name in names)

    def _paper(self, entry: Entry) -> Iterator[Place]:
        details = entry.details
        if details.message in self._paper_of and entry.kind == "mail_sent":
            yield Place(PAPERS, self._paper_of[details.message], "sent_at")
        elif details.document and details.document in self._papers:
            laid_out = entry.kind == "document_rendered"
            names = ("sha256",) if laid_out else FIELDS[PAPERS] if details.facts_sha256 else ()
            yield from (Place(PAPERS, details.document, name) for name in names)

    def _life(self, entry: Entry) -> Iterator[Place]:
        """What an entry means for where papers stand, that it is about or not."""
        self._telling.follow(entry)
        for id, columns in self._telling.lives.of.items():
            before, now = self._standing.get(id, {}), {name: columns.get(name) for name in OF_A_LIFE}
            self._standing[id] = now
            if id in self._lives:
                yield from (Place(PAPERS, id, name) for name in _differing(before, now))


def _differing(before: Mapping[Any, Any], now: Mapping[Any, Any]) -> set[Any]:
    """The keys under which the two have other values."""
    keys = before.keys() | now.keys()
    return {key for key in keys if before.get(key, ABSENT) != now.get(key, ABSENT)}


class _Telling:
    """Tells differences in Chinese, each with the entry that set the field last."""

    def __init__(self, words: Vocabulary, newer: _Seen, older: _Seen) -> None:
        self.words = words
        self.called = {
            one["id"]: name
            for seen in (older, newer)
            for one, name in (*self._measures(seen.known), *self._papers(seen.known))
        }

    def of(self, one: Difference, entry: Mapping[str, Any] | None) -> dict[str, Any]:
        place = one.place
        return {
            "part": place.part,
            "part_label": PARTS[place.part],
            "whose": place.whose,
            "field": place.name,
            "label": called(place, self.called.get(place.whose, "")),
            "change": one.change.value,
            "change_label": one.change.label,
            "old": one.old,
            "new": one.new,
            "old_words": "" if one.change is Change.ADDED else self.words.value(place, one.old),
            "new_words": "" if one.change is Change.REMOVED else self.words.value(place, one.new),
            "entry": None if entry is None else {name: entry[name] for name in TOLD},
        }

    def _measures(self, known: Known) -> Iterable[tuple[Columns, str]]:
        for one in known.escalations:
            yield one, f"{self.words.steps.get(one['step'], one['step'])}（措施{one['id'][:SHOWN_ID]}）"

    def _papers(self, known: Known) -> Iterable[tuple[Columns, str]]:
        every = (*known.documents, *known.drafts)
        yield from ((one, f"{kind_label(one['kind'])}{one['number'] or ''}") for one in every)


def _vocabulary(policy: Policy, teller: Teller, names: Mapping[str, str]) -> Vocabulary:
    return Vocabulary(
        names=names,
        states={state.id: state.label for state in teller.lifecycle.states},
        categories={one.id: one.label for one in policy.categories},
        steps=teller.labels,
        papers=kind_label,
    )
