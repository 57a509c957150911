"""Files that come with an act: kept in the store, named in its entry by hash, and attached to it.

They are looked through before the transaction begins, which may take a minute: nobody else waits for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states import attachments
from states.particulars import FILES
from workflow.services import files
from workflow.services.batch import JOURNAL, Batch
from workflow.services.files import Given, Kept
from workflow.services.office import Office
from workflow.services.work import Work
from workflow.storage import attached
from workflow.storage.models import Attachment

Details = Mapping[str, Any]
Sizes = Mapping[str, int]
"""Of files in bytes, by hash."""


@contextmanager
def received(office: Office, details: Details) -> Iterator[dict[str, Any]]:
    """The details of a command with its files, which were paths or `Given`, taken in.

    They wait until the act stands, which puts them into the store; of one that is refused nothing is left
    after the block. Raises like `files.take_in`, and `FactInvalid` for more than may come with one act
    (`too_many_files`, `files_too_large`).
    """
    named = {name: tuple(details[name]) for name in FILES if details.get(name)}
    given = [one for several in named.values() for one in several if not isinstance(one, Kept)]
    attachments.check_act([_size(one) for one in given])
    folder, scanner = office.settings.files, office.settings.scan
    kept: dict[Path | Given, Kept] = {}
    try:
        for one in dict.fromkeys(given):
            kept[one] = files.take_in(folder, one, scanner=scanner)
        put = {name: tuple(kept.get(one, one) for one in several) for name, several in named.items()}
        yield {**details, **put}
    finally:
        files.dismiss(kept.values())


def entered(work: Work, several: Iterable[Kept]) -> list[dict[str, Any]]:
    """Files of the store, entered in the database, as an entry names them."""
    return [_entered(work, one) for one in several]


def with_evidence(work: Work, details: Details) -> dict[str, Any]:
    """The details of a command with the files that were received for it as an entry names them."""
    return {**details, **{name: entered(work, details[name]) for name in FILES if details.get(name)}}


def attach(batch: Batch, case_id: int, seq: int, details: Details) -> Sizes:
    """Attach every file the details name to the entry `seq` of a case, each once; for `check_room`."""
    named = {one["sha256"]: one for name in FILES for one in details.get(name, ())}
    for sha256, one in named.items():
        batch.add(Attachment, case_id=case_id, seq=seq, sha256=sha256, name=one["name"])
    return {sha256: one["size"] for sha256, one in named.items()}


def check_room(tx: Connection, added: Mapping[int, Sizes]) -> None:
    """Refuse what a transaction attaches to cases where one would come to hold too much.

    One query for all of them. The journal is no case. Raises `FactInvalid` (`case_files_too_large`).
    """
    wanted = {case_id: files for case_id, files in added.items() if files and case_id != JOURNAL}
    held = attached.sizes(tx, wanted) if wanted else {}
    for case_id, news in wanted.items():
        before = held.get(case_id, {})
        attachments.check_case(sum(before.values()), sum(news[one] for one in news.keys() - before.keys()))


def _entered(work: Work, kept: Kept) -> dict[str, Any]:
    files.record(work.tx, kept, at=work.batch.signature.recorded_at)
    work.batch.place(kept)
    return named(kept)


def named(kept: Kept) -> dict[str, Any]:
    """A file as an entry names it."""
    scanned = {"scanned_by": kept.scanned_by} if kept.scanned_by else {}
    return {"sha256": kept.sha256, "size": kept.size, "name": kept.name, **scanned}


def _size(given: Path | Given) -> int:
    """Nothing for one that is not there, which is refused by its name later."""
    path = given.path if isinstance(given, Given) else given
    return path.stat().st_size if path.is_file() else 0
