"""Looking for entries over all cases and the office's journal: by case, person, time, kind and words.

Entries come in pages, oldest or newest first. A page goes on after a cursor, which names the order and the
last entry that was seen, by its time and place: what is written meanwhile neither shifts a page nor is shown
twice.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import UNREADABLE, FactInvalid, NotPermitted
from states.visibility import NO_CURTAIN, Curtain
from states.vocabulary import ActorKind, Labelled
from workflow.services import journal
from workflow.services.access import case_row, shown_case
from workflow.services.batch import JOURNAL
from workflow.services.corrected import CORRECTED
from workflow.services.entries import SYSTEM, stamp
from workflow.services.histories import History
from workflow.services.kinds import Kinds
from workflow.services.office import Office
from workflow.services.people import find_person
from workflow.services.register import units_meant
from workflow.services.seeing import Onlooker
from workflow.services.sights import Sights
from workflow.services.task_trail import TaskTrail
from workflow.services.timeline import Teller, policy_labels, who_acted
from workflow.storage import gathering, queries, searches
from workflow.storage.searches import CHUNK, Sought
from workflow.storage.session import reading

CURSOR = re.compile(r"((?:recorded|occurred)(?:-newest)?)/(\S+)/(\d{1,18})")
NOT_READ = "该条记载已无法读出，请核验历史"
ABOUT_TASKS = re.compile('"tasks?":')
TOLD = (
    "seq", "kind", "sentence", "actor", "actor_name", "actor_kind", "acting_for", "acting_for_name",
    "occurred_at", "recorded_at", "words", "withheld", "corrected_by", "hash",
)  # fmt: skip


class Clock(Labelled):
    """By which of an entry's two times it is bounded and ordered."""

    RECORDED = "recorded", "写入时间"
    OCCURRED = "occurred", "发生时间"

    @property
    def column(self) -> str:
        return f"{self.value}_at"


JOURNAL_ALONE = ""
"""What is named in the place of a case's number to search the office's journal alone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None does not narrow. `kinds` by id or in Chinese, `actor` by name or code.

    `case` is a number, `JOURNAL_ALONE` the office's journal; with kinds of the journal alone a number means
    what the journal tells of that case, as `about` does. `text` stands in people's words or in a value.
    `unit` is one the case concerns, `concerning` a person's code: what he did and what tells of him.
    """

    case: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[str, ...] = ()
    text: str | None = None
    clock: Clock = Clock.RECORDED
    newest_first: bool = False
    about: str | None = None
    unit: str | None = None
    concerning: str | None = None

    @property
    def order(self) -> str:
        """How a cursor names the order of the entries."""
        return f"{self.clock.value}{'-newest' if self.newest_first else ''}"


@dataclass(frozen=True, slots=True)
class Page:
    """Entries found, in their order; `next` is the cursor of the page after this one, None after the last."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    next: str | None = None

    @property
    def cases(self) -> list[str]:
        """The numbers of the cases whose entries are on it, each once."""
        return list(dict.fromkeys(one["case"] for one in self.entries if one["case"] is not None))

    def as_json(self) -> dict[str, Any]:
        return {"entries": self.entries, "next": self.next}


def search(
    office: Office,
    wanted: Wanted,
    *,
    limit: int = 100,
    after: str | None = None,
    by: Onlooker | None = None,
) -> Page:
    """At most `limit` entries, of those after the cursor `after`; to an onlooker of those he may see.

    Raises `FactInvalid` (`kind_unknown`, `cursor_invalid`, `period_reversed`), `NotFound` for a case or
    person there is not, `NotPermitted` for an onlooker who may not see the case or the journal.
    """
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise FactInvalid("截止时间早于起始时间，请更正。", code="period_reversed")
    with reading(office.engine) as tx:
        seeker = _Seeker(tx, office, wanted, Sights(tx, office, by))
        found = list(islice(seeker.seen(after, limit), limit + 1))
        entries = seeker.told(found[:limit])
    return Page(entries, _cursor(wanted, found[limit - 1]) if len(found) > limit else None)


class _Seeker:
    """One search in one transaction: what is sought, and what of it somebody sees."""

    def __init__(self, tx: Connection, office: Office, wanted: Wanted, sights: Sights) -> None:
        self.tx, self.office, self.wanted, self.sights = tx, office, wanted, sights
        self.cases: dict[int, Row[Any]] = {}
        self.over_all = NO_CURTAIN
        self.kinds = Kinds(tx, office).read(wanted.kinds) if wanted.kinds else None
        if sights.of_journal:
            self.kinds = sights.of_journal if self.kinds is None else self.kinds & sights.of_journal
        if wanted.case and self.kinds and self.kinds <= journal.SENTENCES.keys():
            self.wanted = wanted = replace(wanted, case=JOURNAL_ALONE, about=wanted.case)
        if wanted.about is not None:
            case_row(tx, wanted.about)
        narrowed = any(one is not None for one in (wanted.text, wanted.about, wanted.concerning))
        self.is_sifting = narrowed or not sights.sees_everything

    def seen(self, after: str | None, limit: int) -> Iterator[Row[Any]]:
        """The entries sought that he sees, in their order, as they are asked for."""
        sought = self._sought(after)
        size = max(CHUNK, limit + 1) if self.is_sifting else limit + 1
        for rows in searches.chunks_found(self.tx, sought, size=size):
            yield from self._sifted(rows) if self.is_sifting else rows

    def _sifted(self, rows: list[Row[Any]]) -> Iterator[Row[Any]]:
        if self.sights.eyes is not None:
            self._learn({row.case_id for row in rows})
        return filter(self._is_seen, rows)

    def told(self, rows: list[Row[Any]]) -> list[dict[str, Any]]:
        """These entries in sentences."""
        self._learn({row.case_id for row in rows})
        told = {row.case_id: self.cases[row.case_id] for row in rows if row.case_id in self.cases}
        about_tasks = {row.case_id for row in rows if ABOUT_TASKS.search(row.payload)}
        telling = _Telling(self.tx, self.office, told, searches.payloads_with_tasks(self.tx, about_tasks))
        return [telling.of(row, self._curtain(row) or NO_CURTAIN) for row in rows]

    def _sought(self, after: str | None) -> Sought:
        wanted = self.wanted
        text = next(filter(None, (wanted.text, wanted.about, wanted.concerning)), None)
        return Sought(
            wanted.clock.column,
            self._case_ids(),
            self._actor(),
            self.kinds,
            wanted.since,
            wanted.until,
            None if text is None else json.dumps(text, ensure_ascii=False)[1:-1],
            None if after is None else _read_cursor(wanted.order, after),
            wanted.newest_first,
            self.sights.sealed,
            self.sights.unseen_kinds,
        )

    def _case_ids(self) -> frozenset[int] | None:
        ids = self._of_case()
        if self.wanted.unit is None:
            return ids
        of_unit = searches.ids_of_concerned(self.tx, units_meant(self.tx, self.wanted.unit), frozenset())
        return of_unit if ids is None else ids & of_unit

    def _of_case(self) -> frozenset[int] | None:
        if self.wanted.case is None:
            return self.sights.case_ids
        if self.wanted.case == JOURNAL_ALONE:
            self._check_journal()
            return frozenset({JOURNAL})
        row, _ = shown_case(self.tx, self.office, self.wanted.case, self.sights.onlooker)
        return frozenset({row.id})

    def _check_journal(self) -> None:
        if self.sights.of_journal == frozenset():
            raise NotPermitted("督查室的工作日志只供督查室和审计人员查看。", code="not_yours")

    def _actor(self) -> str | None:
        if self.wanted.actor is None:
            return None
        machine = (SYSTEM, ActorKind.SYSTEM.label)
        return SYSTEM if self.wanted.actor in machine else str(find_person(self.tx, self.wanted.actor).code)

    def _is_seen(self, row: Row[Any]) -> bool:
        curtain = self._curtain(row)
        if curtain is None:
            return False
        try:
            payload = json.loads(row.payload)
            hidden = curtain.hides(row.kind, payload["details"])
            if hidden or not self._tells_of(payload) or not self._concerns(row, payload):
                return False
            return self.wanted.text is None or self._has_words(row, payload, curtain)
        except UNREADABLE:
            return False

    def _tells_of(self, payload: Mapping[str, Any]) -> bool:
        """Whether an entry of the journal names the case it is to be about."""
        about = self.wanted.about
        return about is None or any(
            one == about or one.startswith(f"{about}/") for one in _strings(payload["details"], keys=True)
        )

    def _concerns(self, row: Row[Any], payload: Mapping[str, Any]) -> bool:
        """Whether an entry is by the person it is to concern, or names him."""
        person = self.wanted.concerning
        if person is None or person in (row.actor, row.acting_for):
            return True
        return any(one == person for one in _strings(payload["details"], keys=True))

    def _has_words(self, row: Row[Any], payload: dict[str, Any], curtain: Curtain) -> bool:
        """Whether the text stands in what he is shown of the entry."""
        told, words = curtain.told(payload, json.loads(row.personal) if row.personal else None)
        shown = curtain.without_names([told["set"], told["details"], words])
        return any(self.wanted.text in one for one in _strings(shown))  # type: ignore[operator]

    def _curtain(self, row: Row[Any]) -> Curtain | None:
        if self.sights.sees_everything:
            return self.over_all
        if row.case_id == JOURNAL and self.sights.of_journal:
            return NO_CURTAIN
        return self.sights.curtain(self.cases[row.case_id]) if row.case_id in self.cases else None

    def _learn(self, case_ids: set[int]) -> None:
        unknown = frozenset(case_ids - self.cases.keys() - {JOURNAL})
        found = searches.cases_by_id(self.tx, unknown)
        for row in found.values():
            gathering.keep_case(self.tx, row)
        self.cases |= found
        if self.sights.sees_everything and unknown:
            self.over_all = self.over_all.and_of(self.sights.over_all(sorted(unknown)))


class _Telling:
    """Tells entries of any case and of the journal, with everybody's names."""

    def __init__(
        self,
        tx: Connection,
        office: Office,
        cases: Mapping[int, Row[Any]],
        with_tasks: Mapping[int, Sequence[tuple[int, str]]],
    ) -> None:
        self.tx, self.office, self.cases, self.with_tasks = tx, office, cases, with_tasks
        self.people = queries.names_of_people(tx)
        self.units = {unit.code: unit.name for unit in queries.units(tx)}
        self.measures: dict[int, list[Row[Any]]] = defaultdict(list)
        for one in queries.escalations_of(tx, list(cases)):
            self.measures[one.case_id].append(one)
        self.corrected: dict[int, list[Row[Any]]] = defaultdict(list)
        for one in searches.entries_of_kind(tx, list(cases), CORRECTED):
            self.corrected[one.case_id].append(one)
        self.labels = {id: self._labels(case) for id, case in cases.items()}

    def of(self, row: Row[Any], drawn: Curtain) -> dict[str, Any]:
        """One entry; `case` is None for the journal's. Of one changed past reading it is told that it is."""
        case = self.cases.get(row.case_id)
        try:
            told = self._of_journal(row) if case is None else self._teller(row, case, drawn).entry(row)
        except UNREADABLE:
            told = self._bare(row) | {"sentence": NOT_READ, "words": None}
        return {"case": None if case is None else case.number} | {name: told[name] for name in TOLD}

    def _teller(self, row: Row[Any], case: Row[Any], drawn: Curtain) -> Teller:
        trail = TaskTrail(self.units)
        trail.follow(self._tasks_before(row))
        corrections = History(self.corrected[case.id]).behind(drawn).corrections
        lifecycle = self.office.lifecycle(self.tx, case.lifecycle)
        return Teller(lifecycle, self.people, self.labels[case.id], trail, drawn, corrections)

    def _labels(self, case: Row[Any]) -> dict[str, str]:
        return self.units | policy_labels(self.tx, self.office, case, self.measures[case.id])

    def _tasks_before(self, row: Row[Any]) -> dict[str, Any]:
        """The last entry before this one that set the case's tasks, where this one is about any."""
        if ABOUT_TASKS.search(row.payload):
            for seq, payload in self.with_tasks[row.case_id]:
                said: dict[str, Any] = json.loads(payload) if seq < row.seq else {"set": {}}
                if "tasks" in said["set"]:
                    return said
        return {"set": {}, "details": {}}

    def _of_journal(self, row: Row[Any]) -> dict[str, Any]:
        payload, words = json.loads(row.payload), json.loads(row.personal) if row.personal else None
        names = self.units | self.people
        sentence = journal.sentence_of(row.kind, payload["details"], names)
        return self._bare(row) | {"sentence": sentence, "words": words}

    def _bare(self, row: Row[Any]) -> dict[str, Any]:
        """What stands in an entry's own columns."""
        return {
            "seq": row.seq,
            "kind": row.kind,
            **who_acted(row, self.people),
            "occurred_at": row.occurred_at.isoformat(),
            "recorded_at": row.recorded_at.isoformat(),
            "withheld": False,
            "corrected_by": [],
            "hash": row.hash,
        }


def _strings(value: Any, *, keys: bool = False) -> Iterator[str]:
    """Every text among the values of something told, of whatever shape; and the `keys` they stand under."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value if keys else ()
        yield from (one for inner in value.values() for one in _strings(inner, keys=keys))
    elif isinstance(value, list | tuple):
        yield from (one for inner in value for one in _strings(inner, keys=keys))


def _cursor(wanted: Wanted, row: Row[Any]) -> str:
    return f"{wanted.order}/{stamp(row._mapping[wanted.clock.column])}/{row.id}"


def _read_cursor(order: str, cursor: str) -> tuple[datetime, int]:
    found = CURSOR.fullmatch(cursor)
    if found is None or found[1] != order:
        raise _no_cursor(cursor)
    try:
        return datetime.fromisoformat(found[2]).astimezone(UTC), int(found[3])
    except (OverflowError, ValueError) as error:
        raise _no_cursor(cursor) from error


def _no_cursor(cursor: str) -> FactInvalid:
    message = "续查的位置无法识别，请原样填写上一页给出的位置，并用同样的时间和顺序；或者回到第一页。"
    return FactInvalid(message, code="cursor_invalid", cursor=cursor[:80])
