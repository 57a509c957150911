"""What a decision would put out, before it is taken: the paper as text, and laid out as it would be printed.

Laying out takes a moment, and whoever decides looks at a paper more than once: some are kept by what they
say. The bytes are a draft's; nothing is entered or stored. Of a paper that was issued they are its own file.
"""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

from notifications.document import Document as PaperModel
from notifications.plain import as_text
from notifications.typesetting import typeset
from states.office_time import morning_of, office_day
from workflow.errors import NotFound
from workflow.services.documents.showing import check_shown
from workflow.services.documents.words import as_it_reads
from workflow.services.office import Office, Signature
from workflow.services.printing import fonts
from workflow.services.rendering import draft_of, issued_file
from workflow.services.seeing import Onlooker
from workflow.services.signing_room import PAPER, Waiting
from workflow.services.work import begin
from workflow.storage import papers, queries
from workflow.storage.session import reading

PRINTED = ".pdf"
KEPT, LARGEST = 32, 4_000_000
"""So many drafts are kept as they were laid out, none larger than this."""


def preview(office: Office, one: Waiting, *, by: Signature, viewer: Onlooker) -> PaperModel | None:
    """The paper a decision is about, as it reads now; None where there is none.

    Raises as `rendering.draft_of`, and `NotPermitted` where the paper is not shown to whoever looks.
    """
    if one.kind == PAPER:
        return _written(office, one.id, by=by, viewer=viewer)
    if one.paper is None or one.number is None:
        return None
    return draft_of(office, one.number, one.paper, by=by, at=by.recorded_at, viewer=viewer)


def printed(office: Office, one: Waiting, paper: PaperModel, *, by: Signature) -> bytes:
    """What waits as PDF: the file of a paper that was issued, else how it would be printed.

    Raises as `rendering.issued_file`.
    """
    if not one.is_issued:
        return _laid_out(office, paper, by=by)
    with reading(office.engine) as tx:
        document = queries.document(tx, one.id)
    return issued_file(office, document, PRINTED, by=by)


def _laid_out(office: Office, paper: PaperModel, *, by: Signature) -> bytes:
    """A draft as PDF, made once as long as it says the same."""
    day = office_day(by.recorded_at)
    key = sha256(f"{day}\n{office.settings.fonts}\n{paper.model_dump_json()}".encode()).hexdigest()
    return _DRAFTS.get(key) or _DRAFTS.keep(
        key, typeset(paper, fonts(office.settings.fonts), issued_at=morning_of(day))
    )


def words(paper: PaperModel) -> str:
    """What a draft says, as plain text."""
    return as_text(paper)


def _written(office: Office, paper: str, *, by: Signature, viewer: Onlooker) -> PaperModel:
    with reading(office.engine) as tx:
        row = papers.life(tx, paper)
        check_shown(tx, office, row, viewer)
        found = as_it_reads(begin(tx, office, by=by, at=by.recorded_at), row)
    if found is None:
        raise NotFound("该文书作废前没有印发，内容没有留存。", code="text_gone")
    return found


class _Drafts:
    """Drafts that were laid out lately, the newest last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: str, data: bytes) -> bytes:
        with self._lock:
            if len(data) <= LARGEST:
                self._kept[key] = data
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return data


_DRAFTS = _Drafts()
