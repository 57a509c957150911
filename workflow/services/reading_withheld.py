"""The auditor reads what is said about a person (查阅个人文书): once, and his reason is written down first.

The entry and the reading are one transaction: where the journal cannot be written, nothing is shown. The
audit administrator sees that it was read, by whom and why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from notifications.facts import kind_label
from states import particulars
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.handlers import is_about_a_person
from states.vocabulary import Role
from workflow.errors import NotFound
from workflow.services.access import shown_case
from workflow.services.batch import Batch
from workflow.services.documents.showing import said, step
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.services.replay import Entry, readable
from workflow.services.seeing import Onlooker, roles_of
from workflow.services.work import begin
from workflow.storage import measure_reads, papers, queries
from workflow.storage.session import reading, transaction

READ = "withheld_read"
SHORTEST_ID = 6


@dataclass(frozen=True, slots=True)
class Matter:
    """A measure or paper about a person: its case, the measure and the paper, each where there is one."""

    case: str
    case_id: int
    measure: Row[Any] | None
    paper: Row[Any] | None
    label: str

    @property
    def number(self) -> str | None:
        """The number its paper was given."""
        return None if self.paper is None else self.paper.number

    def is_about(self, entry: Entry) -> bool:
        """Whether an entry of its case is about it."""
        by_measure = self.measure is not None and entry.details.escalation == self.measure.id
        return by_measure or (self.paper is not None and entry.details.document == self.paper.id)

    @property
    def details(self) -> dict[str, Any]:
        """How the journal names it: by what everybody sees of it."""
        named = {
            "case": self.case,
            "what": self.label,
            "escalation": self.measure and self.measure.id,
            "document": self.paper and self.paper.id,
            "document_number": self.number,
        }
        return {name: value for name, value in named.items() if value is not None}


def announced(office: Office, name: str, *, by: Onlooker) -> Matter:
    """What would be read, before it is. Raises as `read_withheld` does, but for the reason."""
    with reading(office.engine) as tx:
        return _found(tx, office, name, by)


def read_withheld(office: Office, name: str, *, reason: str | None, by: Signature) -> dict[str, Any]:
    """Enter why the auditor reads a measure or paper about a person, then tell all that it says.

    `name` is a paper's number, or the beginning of the id of a paper or measure. Raises `NotPermitted` for
    anybody else, `FactMissing` (`reason_missing`), `NotFound` (`document_unknown`), and `FactInvalid`
    (`nothing_withheld`) for what concerns no person.
    """
    onlooker = Onlooker(by.person or "", by.recorded_at)
    with transaction(office.engine) as tx:
        matter = _found(tx, office, name, onlooker)
        _check_reason(reason)
        seq = _enter(tx, office, matter, str(reason), by)
        return {**_told(tx, office, matter, by), "journal_seq": seq}


def _found(tx: Connection, office: Office, name: str, by: Onlooker) -> Matter:
    _check_auditor(tx, by)
    matter = _called(tx, name)
    shown_case(tx, office, matter.case, by)
    return matter


def _check_auditor(tx: Connection, by: Onlooker) -> None:
    if not by.person or Role.AUDITOR not in roles_of(tx, by):
        raise NotPermitted(
            f"涉及个人的内容只供经办人阅看；写明理由查阅的只有{Role.AUDITOR.label}，请写明本人。",
            code="not_yours",
            person=by.person or None,
        )


def _check_reason(reason: str | None) -> None:
    if not reason:
        raise FactMissing("查阅涉及个人的内容须写明理由。", code="reason_missing", missing="reason")
    particulars.check("reason", reason)


def _called(tx: Connection, name: str) -> Matter:
    """The matter of a name; a measure has its paper with it, a paper its measure."""
    lives = papers.lives_called(tx, name) if len(name) >= SHORTEST_ID else []
    if len(lives) == 1:
        return _of_paper(tx, lives[0])
    measures = [] if lives or len(name) < SHORTEST_ID else measure_reads.escalations_called(tx, name)
    if len(measures) != 1:
        raise NotFound(
            f"没有编号为“{name[:64]}”的文书或措施，或者不止一件，请核对。", code="document_unknown"
        )
    return _of_measure(tx, measures[0])


def _of_paper(tx: Connection, paper: Row[Any]) -> Matter:
    if not is_about_a_person(paper.kind):
        raise _nothing_withheld()
    measure = papers.measure_of(tx, paper.id)
    row = measure_reads.escalations_called(tx, measure)[0] if measure else None
    return Matter(
        str(papers.case_of(tx, paper.case_id).number), paper.case_id, row, paper, kind_label(paper.kind)
    )


def _of_measure(tx: Connection, measure: Row[Any]) -> Matter:
    if measure.object_person is None:
        raise _nothing_withheld()
    paper = papers.life(tx, measure.document_id) if measure.document_id else None
    label = f"督办措施{measure.id[:10]}" if paper is None else kind_label(paper.kind)
    return Matter(str(papers.case_of(tx, measure.case_id).number), measure.case_id, measure, paper, label)


def _nothing_withheld() -> FactInvalid:
    return FactInvalid("该件不涉及个人，不须写明理由，可以直接查看。", code="nothing_withheld")


def _enter(tx: Connection, office: Office, matter: Matter, reason: str, by: Signature) -> int:
    reader = str(find_person(tx, str(by.person)).code)
    batch = Batch(tx, office, by)
    seq = batch.note(Act(READ, by.recorded_at, reader, {**matter.details, "reason": reason}))
    batch.flush()
    return seq


def _told(tx: Connection, office: Office, matter: Matter, by: Signature) -> dict[str, Any]:
    entries = [one for one in readable(queries.events_of(tx, matter.case_id)) if matter.is_about(one)]
    names, work = queries.names_of_people(tx), begin(tx, office, by=by, at=by.recorded_at)
    return {
        **matter.details,
        "text": None if matter.paper is None else said(work, matter.paper, entries)["text"],
        "steps": list(_steps(entries, names)),
    }


def _steps(entries: list[Entry], names: dict[str, str]) -> Iterator[dict[str, Any]]:
    yield from (step(one, names, withheld=False) for one in entries)
