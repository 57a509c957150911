"""A paper of a case before somebody who may read it: its words on the screen, or the file that was issued."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Row

from notifications.facts import kind_label
from workflow.errors import NotFound
from workflow.services.access import shown_case
from workflow.services.office import Office, Signature
from workflow.services.page_look import page_look
from workflow.services.rendering import issued_file, render_to
from workflow.services.seeing import Onlooker
from workflow.storage import papers

PRINTED, WORDS = ".pdf", ".txt"


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """An issued paper as a file, under a name that says what it is."""

    name: str
    data: bytes


def printed(office: Office, number: str, paper: str, *, by: Signature, viewer: Onlooker) -> ReadPaper:
    """The PDF of an issued paper of a case, by its id.

    Raises `NotFound` (`case_unknown`; `paper_unknown` also for one that is kept from him) and `NotPermitted`
    where the case is not his; `NoticeUnrenderable` and `FileRefused` as the file is found.
    """
    row = _shown(office, number, paper, viewer)
    called = row.number or kind_label(row.kind)
    return ReadPaper(f"{called}{PRINTED}", issued_file(office, row, PRINTED, by=by))


def words_of(office: Office, number: str, paper: str, *, by: Signature, viewer: Onlooker) -> str:
    """What an issued paper says, as plain text. Raises as `printed`."""
    row = _shown(office, number, paper, viewer)
    return issued_file(office, row, WORDS, by=by).decode()


def draft_of(office: Office, number: str, kind: str, *, by: Signature, viewer: Onlooker) -> str:
    """What a paper of a kind would say if it went out now, as plain text. Raises as `render_to`."""
    with TemporaryDirectory(prefix="duban-") as folder:
        out = Path(folder) / f"draft{WORDS}"
        render_to(office, number, kind, out, by=by, at=by.recorded_at, anew=True, viewer=viewer)
        return out.read_text(encoding="utf-8")


def _shown(office: Office, number: str, paper: str, viewer: Onlooker) -> Row[Any]:
    with page_look(office, viewer) as tx:
        case, drawn = shown_case(tx, office, number, viewer)
        return _one_of(tx, case.id, paper, drawn.papers | drawn.wordless)


def _one_of(tx: Connection, case_id: int, paper: str, kept: frozenset[str]) -> Row[Any]:
    row: Row[Any] | None = next((one for one in papers.around(tx, case_id)[0] if one.id == paper), None)
    if row is None or row.id in kept:
        raise NotFound("没有这份文书，或者您不能查看它。", code="paper_unknown")
    return row
