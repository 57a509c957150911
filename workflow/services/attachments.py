"""The only road to a file that came with an act: whoever may see the entry may have the file, nobody else.

The doors note the reading (`services.readings`) before they answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from states.errors import NotPermitted
from states.particulars import FILES
from states.visibility import Curtain
from states.words import detail_label
from workflow.errors import NotFound
from workflow.services import files
from workflow.services.access import shown_case
from workflow.services.histories import History, shown_history
from workflow.services.office import Office
from workflow.services.seeing import Onlooker
from workflow.storage import queries
from workflow.storage.session import reading

NAMED_FILES = frozenset(FILES)
UNNAMED = "附件"
"""What a file is called before whoever may not know what it says of somebody."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the entry `seq` names it.

    `standing` is False where a correction took it back, `withheld` True where the entry may be seen and the
    file not, because it concerns a person.
    """

    seq: int
    sha256: str
    name: str
    size: int
    media_type: str
    particular: str
    actor: str
    actor_name: str
    recorded_at: str
    scanned_by: str | None
    standing: bool
    withheld: bool

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "particular_label": detail_label(self.particular)}


class Fetched(NamedTuple):
    """A file to be handed out, its hash proved; its media type is one of ours, whatever it was called."""

    name: str
    media_type: str
    data: bytes


def listed(office: Office, number: str, *, by: Onlooker | None) -> list[Listed]:
    """The files of a case, oldest first; nobody named is who operates the machine.

    Raises `NotFound` (`case_unknown`) for a case there is not, and for one that is not shown to him.
    """
    with reading(office.engine) as tx:
        return list(_files(tx, office, number, by))


def fetched(office: Office, number: str, sha256: str, *, by: Onlooker | None) -> Fetched:
    """A file of a case by its hash.

    Raises the same `NotFound` (`attachment_unknown`) for a case or file there is not, and for one that is not
    shown to him; `NotFound` (`file_lost`) and `FileRefused` (`file_changed`) where the store is not whole.
    """
    try:
        shown = listed(office, number, by=by)
    except NotFound as error:
        raise (_unknown() if error.code == UNKNOWN_CASE else error) from None
    found = next((one for one in shown if one.sha256 == sha256 and not one.withheld), None)
    if found is None:
        raise _unknown()
    return Fetched(found.name, found.media_type, files.fetch(office.settings.files, sha256))


UNKNOWN_CASE = "case_unknown"


def _unknown() -> NotFound:
    """One answer to whatever is not there for somebody, so that nobody learns what is there."""
    return NotFound("没有这个附件，请核对事项编号和附件。", code="attachment_unknown")


def _files(tx: Connection, office: Office, number: str, by: Onlooker | None) -> Iterator[Listed]:
    row, drawn = _shown(tx, office, number, by)
    yield from files_in(shown_history(tx, row.id, drawn), drawn, queries.names_of_people(tx))


def files_in(shown: History, drawn: Curtain, names: Mapping[str, str]) -> Iterator[Listed]:
    """The files a history names, oldest first; `names` are those of people by code."""
    for event, told in zip(shown.rows, shown.payloads, strict=True):
        if NAMED_FILES.isdisjoint(told["details"]):
            continue
        withheld = drawn.withholds(told)
        stands = _hashes(shown.corrections.read(event.seq, {**told, "words": {}})["details"])
        for particular in FILES:
            for one in told["details"].get(particular, ()):
                yield Listed(
                    seq=event.seq,
                    sha256=one["sha256"],
                    name=UNNAMED if withheld else one["name"],
                    size=one["size"],
                    media_type=files.media_type_of(one["name"]),
                    particular=particular,
                    actor=event.actor,
                    actor_name=names.get(event.actor, event.actor),
                    recorded_at=event.recorded_at.isoformat(),
                    scanned_by=one.get("scanned_by"),
                    standing=one["sha256"] in stands,
                    withheld=withheld,
                )


def _shown(tx: Connection, office: Office, number: str, by: Onlooker | None) -> tuple[Row[Any], Curtain]:
    """The case and what of it is kept from somebody; one that is not his is none to him."""
    try:
        return shown_case(tx, office, number, by)
    except NotPermitted:
        if by is None:
            raise
        message = f"没有编号为“{number}”的事项，请核对编号。"
        raise NotFound(message, code=UNKNOWN_CASE, number=number) from None


def _hashes(details: Mapping[str, Any]) -> set[str]:
    return {one["sha256"] for name in FILES for one in details.get(name, ())}
