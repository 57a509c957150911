"""Taking people's own words of an entry away, from a case's history or from the office's journal.

The words and their salt go, wherever the system itself still reads them: beside the entry, in the register
where the fact has its value from them, in the directory where it is nobody's who serves, in views of the
register people keep, in what programs were answered. Papers, mails and files that left keep what they say, as
do backups and exports; the answer names the papers and the other entries that say the same.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import OperationalError

from notifications.facts import kind_label
from states.directory import standing_from
from states.facts import amended
from states.redaction import REDACTED, Spoken, acting_for, check, instead, names_in, texts_in
from states.words import detail_label
from workflow.canonical import canonical_text
from workflow.errors import NotFound
from workflow.services import directory_record
from workflow.services.batch import JOURNAL, OpenCase, opened
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import Actors
from workflow.services.replay import readable
from workflow.services.resolving import held
from workflow.services.stated_times import check_not_ahead
from workflow.services.work import Work, begin
from workflow.storage import done_forms, intake, papers, queries, redaction, register_views
from workflow.storage.models import EventWords
from workflow.storage.session import transaction

TOLD_APART = 4
"""Texts shorter than this stand everywhere, and are not looked for."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was taken away: the entry, the one that tells of it, and the particulars by their labels.

    `elsewhere` are entries that hold the same text, `papers` papers and mails that do: they stand as they
    are; so many `views` of the register that did went with them. `erased` tells whether the bytes are out of
    the database's file: None where its owner has to see to that (PostgreSQL), False while others were reading
    it.
    """

    case: str | None
    entry: int
    seq: int
    fields: list[str]
    elsewhere: list[dict[str, Any]] = field(default_factory=list)
    papers: list[dict[str, Any]] = field(default_factory=list)
    erased: bool | None = None
    views: int = 0

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def redact(
    office: Office, number: str | None, entry: int, *, reason: str | None, by: Signature, at: datetime
) -> Redacted:
    """Take the words of an entry away; without `number` of one in the office's journal.

    Raises `NotPermitted` for anybody but the director or a leader, and for his own words
    (`words_are_his_own`); `FactMissing` without a reason; `FactInvalid` (`no_words`, `redacted_already`,
    `words_in_use`); `NotFound`.
    """
    with transaction(office.engine) as tx:
        if number is None:
            directory_record.stand_in_line_for(tx)
        work = begin(tx, office, by=by, at=at)
        redacting = _Redacting(work, _chain(work, number), by.person)
        made = redacting.of(entry, reason)
        work.batch.flush()
        done_forms.forget_answers(tx)
        texts = [one for one in texts_in(redacting.words) - redacting.told_anew if len(one) >= TOLD_APART]
        found, views = _still_standing(tx, texts), _clear_views(tx, texts)
    return Redacted(number, entry, made, redacting.labels, *found, erase(office), views)


def erase(office: Office) -> bool | None:
    """Write a SQLite database's file anew, so that no bytes of what was taken away are left in it.

    False where others use it, to be done again when they do not; None on PostgreSQL.
    """
    try:
        return redaction.erase_residue(office.engine)
    except OperationalError:  # another process wrote for longer than one waits
        return False


class _Redacting:
    """One redaction in one transaction."""

    def __init__(self, work: Work, chain: OpenCase, person: str | None) -> None:
        self.work, self.chain = work, chain
        self.actor = Actors(work.tx, person, work.day).towards(None)
        self.words: Mapping[str, Any] = {}
        self.labels: list[str] = []
        self.told_anew: frozenset[str] = frozenset()

    def of(self, seq: int, reason: str | None) -> int:
        """Enter it, and put what stands in their place where the words were; returns the entry's seq."""
        events = queries.events_of(self.work.tx, self.chain.id)
        event = next((one for one in events if one.seq == seq), None)
        if event is None:
            raise NotFound(f"没有第{seq}条记载，请用历史中所列的序号。", code="entry_unknown", entry=seq)
        spoken = self._spoken(event, events)
        check(spoken, self.actor, reason)
        check_not_ahead(self.work, self.chain, self.actor)
        self.words = spoken.words or {}
        left = instead(self.words, self.chain.seq + 1)
        self.labels = [detail_label(name) for name in names_in(left)]
        made = self._enter(self._act(event, spoken, left, str(reason)))
        beside = {"case_id": self.chain.id, "seq": seq}
        self.work.batch.amend_all(EventWords, beside, text=canonical_text(left), salt="")
        self._clear_facts(seq, left["set"], events)
        self._clear_item(event, left["details"])
        if event.kind in directory_record.TOLD:
            self._clear_directory(seq, made, events)
        return made

    def _spoken(self, event: Row[Any], events: Iterable[Row[Any]]) -> Spoken:
        words = None if event.personal is None else json.loads(event.personal)
        earlier = (one for one in events if one.kind == REDACTED)
        taken = {json.loads(one.payload)["details"]["entry"]: one.seq for one in earlier}
        about = json.loads(event.payload)["details"]
        return Spoken(
            event.seq,
            event.actor,
            event.acting_for,
            words,
            taken.get(event.seq),
            self._measure(about.get("escalation")),
            self._paper(about.get("document")),
        )

    def _paper(self, document: str | None) -> str | None:
        lives = papers.lives_of(self.work.tx, [self.chain.id]) if document else ()
        return next((str(one.state) for one in lives if one.id == document), None)

    def _measure(self, escalation: str | None) -> str | None:
        if escalation is None:
            return None
        return str(queries.escalation_for_update(self.work.tx, escalation).state)

    def _act(self, event: Row[Any], spoken: Spoken, left: Mapping[str, Any], reason: str) -> Act:
        """What the entry is and which measure it is about: who is not shown that is not shown this."""
        measure = json.loads(event.payload)["details"].get("escalation")
        told = {"entry": event.seq, "entry_kind": event.kind, "instead": left, "reason": reason}
        told |= {} if measure is None else {"entry_measure": measure}
        state = None if self._is_journal else self.chain.facts.state
        return Act(
            REDACTED, self.work.at, self.actor.person, told, before=state, after=state,
            acting_for=acting_for(spoken, self.actor),
        )  # fmt: skip

    @property
    def _is_journal(self) -> bool:
        return self.chain.id == JOURNAL

    def _enter(self, act: Act) -> int:
        return self.work.batch.note(act) if self._is_journal else self.work.batch.enter(self.chain, act)

    def _clear_facts(self, seq: int, left: Mapping[str, Any], events: Iterable[Row[Any]]) -> None:
        """The register's row has the value from the last entry that set it."""
        last: dict[str, int] = {}
        for entry in readable(events):
            last |= dict.fromkeys(entry.sets | entry.words.get("set", {}), entry.seq)
        changes = {name: value for name, value in left.items() if last.get(name) == seq}
        self.chain.facts = amended(self.chain.facts, changes)
        self.chain.touched.update(changes)

    def _clear_item(self, event: Row[Any], left: Mapping[str, Any]) -> None:
        """An item that was returned has its reason from the entry of that."""
        if event.kind == "intake_returned" and "reason" in left:
            item = json.loads(event.payload)["details"]["intake"]
            intake.unsay(self.work.tx, item, event.occurred_at, left["reason"])

    def _clear_directory(self, seq: int, made: int, events: Iterable[Row[Any]]) -> None:
        """The directory's rows have values from the last entry that told them, as the register's do."""
        told = (one for one in events if one.kind in directory_record.TOLD)
        cells = standing_from(seq, ((one.seq, json.loads(one.payload)["details"]) for one in told))
        self.told_anew = directory_record.take_away(self.work.batch, cells, made, at=self.work.at)


def _chain(work: Work, number: str | None) -> OpenCase:
    if number is None:
        return work.batch.open_journal()
    return opened(held(work.tx, number))


def _clear_views(tx: Connection, texts: Sequence[str]) -> int:
    """Do away with the views that hold one of these texts, or words that stand in one; how many."""
    views = register_views.of_all(tx) if texts else []
    holding = [one for one in views if any(_told_in(said, texts) for said in (one.name, *_asked_in(one)))]
    for one in holding:
        register_views.drop(tx, one.person, one.name)
    return len(holding)


def _asked_in(view: Row[Any]) -> Iterable[str]:
    asked = json.loads(view.asked)
    return asked.values() if isinstance(asked, dict) else ()


def _told_in(said: str, texts: Sequence[str]) -> bool:
    return len(said) >= TOLD_APART and any(one in said or said in one for one in texts)


def _still_standing(
    tx: Connection, sought: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The entries and the papers that hold one of these texts."""
    if not sought:
        return [], []
    entries = [{"case": row.number, "seq": row.seq} for row in redaction.entries_with(tx, sought)]
    papers = [
        {"number": row.number, "kind_label": kind_label(row.kind), "waiting": row.waiting}
        for row in redaction.papers_with(tx, sought)
    ]
    return entries, papers
