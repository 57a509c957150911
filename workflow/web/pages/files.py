"""Files at the counter: one that is handed in, and one that is handed out.

A file is handed out as a download and nothing else: no browser shows it, guesses at it, or runs it as ours.
"""

import re
import secrets
from pathlib import Path, PurePath
from urllib.parse import quote

from fastapi import APIRouter, Response
from starlette.datastructures import UploadFile

from states.attachments import MAX_FILE_BYTES
from states.file_names import cleaned
from workflow.services import attachments, readings
from workflow.services.files import Given, too_large
from workflow.web.frame.visiting import AtCounter, CaseNumber, Who

CHUNK = 256 * 1024
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ -]")
FALLBACK = "file"

router = APIRouter()


@router.get("/cases/{number}/files/{sha256}")
def hand_out(counter: AtCounter, who: Who, number: CaseNumber, sha256: str) -> Response:
    """A file of a case, if it is shown to the visitor. The reading is noted before he has it."""
    with counter.look(who):
        found = attachments.fetched(counter.office, number, sha256, by=counter.onlooker(who))
        readings.note(counter.office, [number], "attachment", by=counter.signature(who))
    headers = {"Content-Type": found.media_type, "Content-Disposition": disposition(found.name)}
    return Response(found.data, headers={**HEADERS, **headers})


def disposition(name: str) -> str:
    """The header that has a file saved under a name (RFC 6266, RFC 8187), whatever the name holds."""
    safe = cleaned(name)
    suffix = NOT_PLAIN.sub("", PurePath(safe).suffix)
    stem = NOT_PLAIN.sub("", PurePath(safe).stem).strip(" .-") or FALLBACK
    return f"attachment; filename=\"{stem}{suffix}\"; filename*=UTF-8''{quote(safe, safe='')}"


def received(upload: UploadFile, folder: Path) -> Given:
    """Write an upload into a folder, in pieces and under a name of our own; its own name is kept beside it.

    Raises `FileRefused` (`file_too_large`) as soon as it is past the bound, and leaves nothing of it.
    """
    given = Given(folder / secrets.token_hex(16), upload.filename or "")
    try:
        _write(upload, given)
    except BaseException:
        given.path.unlink(missing_ok=True)
        raise
    return given


def _write(upload: UploadFile, given: Given) -> None:
    room = MAX_FILE_BYTES
    with given.path.open("xb") as file:
        given.path.chmod(0o600)
        while piece := upload.file.read(CHUNK):
            room -= len(piece)
            if room < 0:
                raise too_large(cleaned(given.name))
            file.write(piece)
