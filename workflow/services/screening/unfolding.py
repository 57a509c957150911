"""One file and all that lies in it, looked through text by text, as far as it may unfold."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile, is_zipfile
from zlib import decompressobj

from states.secrecy import find_mark
from workflow.errors import FileRefused
from workflow.services.screening import compound, harm, pages, pictures, zips
from workflow.services.screening.plain import is_text, page, plain, table
from workflow.services.screening.signatures import JPEG, OLE, PDF, PNG, TEXT, ZIP, signature
from workflow.services.screening.unfit import Unfit, broken, encrypted, polyglot, too_large
from workflow.services.screening.xml_lines import lines_of

MAX_MEMBERS = 1_000
MAX_INFLATED = 100 * 1024 * 1024
MAX_RATIO, UNSUSPECTED = 200, 10 * 1024 * 1024
"""An archive may unfold to so many times its size; below the second bound nobody asks."""

MAX_DEPTH = 3
MAX_HEADERS, LONGEST_HEADER = 500, 256 * 1024
BOUNDARY, MAX_BOUNDARIES = b"\n--", 10 * MAX_MEMBERS

OFFICE_SUFFIXES = frozenset({".docx", ".xlsx"})
ZIP_SUFFIXES = OFFICE_SUFFIXES | {".zip"}
XML_SUFFIXES = frozenset({".xml", ".rels"})
LOCKED_MAIL = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
DRAWN, GZIP = ".svg", 31
DRAWINGS = frozenset({DRAWN, ".emz", ".wmz"})


def mark_in(name: str, data: bytes) -> str | None:
    """The first mark in a file, its name or anything in it; None if it bears none.

    Raises `FileRefused` for what cannot be read whole: `file_broken`, `file_encrypted`, `file_too_long` (a
    PDF over 500 pages), `archive_too_large` (over 1,000 members, 100 MiB or 200 times its size),
    `archive_nested` (archives within archives, more than three deep), `archive_kind` (none of ZIP),
    `archive_names` (that lead out of its folder); and for what would act: `file_active`, `file_polyglot`.
    """
    texts = _Unfolding(name, len(data)).texts(name, data)
    return next((mark for text in texts if (mark := find_mark(text))), None)


class _Unfolding:
    """One file on its way through the check, and how much it may still unfold to."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.members = MAX_MEMBERS
        self.bytes = min(MAX_INFLATED, max(UNSUSPECTED, MAX_RATIO * size))

    def texts(self, name: str, data: bytes, depth: int = 0, *, within: str = "") -> Iterator[str]:
        """Every text in a file, beginning with its name; `within` is the suffix of what it lies in.

        A damaged file can make a parser raise anything; all of it means the same to the office.
        """
        yield lines_of_name(name)
        try:
            yield from self._contents(name, data, depth, within)
        except FileRefused:
            raise
        except Unfit as unfit:
            raise self._refused(name, unfit) from unfit
        except Exception as error:
            raise self._refused(name, broken()) from error

    def _contents(self, name: str, data: bytes, depth: int, within: str) -> Iterator[str]:
        suffix, kind = PurePath(name).suffix.lower(), signature(data)
        if within in OFFICE_SUFFIXES and suffix in DRAWINGS:
            yield from self._drawing(data, suffix)
            return
        if depth:
            harm.check_name(name)
        harm.check_start(data)
        if kind in (PNG, JPEG, TEXT) and suffix not in ZIP_SUFFIXES:
            _check_no_archive(data)
        if kind == OLE:
            yield from self._old(data, depth)
        elif kind == ZIP or suffix in ZIP_SUFFIXES:
            yield from self._archive(name, data, depth)
        elif kind == PDF or suffix == ".pdf":
            yield from self._pages(data, depth)
        elif kind in (PNG, JPEG):
            pictures.check_nothing_hidden(data)
        elif suffix == ".eml":
            yield from self._mail(data, depth)
        elif suffix in XML_SUFFIXES:
            yield lines_of(data)
        else:
            yield from _words(data, suffix)

    def _archive(self, name: str, data: bytes, depth: int) -> Iterator[str]:
        self._go_deeper(depth)
        with ZipFile(BytesIO(data)) as archive:
            members = zips.members_of(archive, data)
            self._allow(len(members), sum(one.file_size for one in members))
            for remark in zips.remarks_in(archive):
                yield from plain(remark)
            suffix = PurePath(name).suffix.lower()
            for member in members:  # none unfolds to more than it states: zipfile cuts it off there
                content = archive.read(member)
                yield from self.texts(zips.name_of(member), content, depth + 1, within=suffix)

    def _pages(self, data: bytes, depth: int) -> Iterator[str]:
        document = pages.Document(data, self.bytes)
        yield from document.texts()
        yield from self._embedded(data, document.files(), depth)

    def _old(self, data: bytes, depth: int) -> Iterator[str]:
        yield from compound.texts_of(data)
        yield from self._embedded(data, (("", one) for one in compound.embedded_in(data)), depth)

    def _embedded(self, data: bytes, files: Iterable[tuple[str, bytes]], depth: int) -> Iterator[str]:
        """What lies in a file that is no archive. One that is an archive by another's bytes is only that."""
        archives = 0
        for inner, content in files:
            self._go_deeper(depth)
            self._allow(1, len(content))
            archives += signature(content) == ZIP
            yield from self.texts(inner, content, depth + 1)
        if not archives:
            _check_no_archive(data)

    def _drawing(self, data: bytes, suffix: str) -> Iterator[str]:
        """A drawing in an Office file, as text in SVG or packed by gzip."""
        if suffix == DRAWN:
            yield lines_of(data, picture=True)
            return
        grown = decompressobj(GZIP).decompress(data, self.bytes + 1)
        self._allow(1, len(grown))
        yield from plain(grown)

    def _mail(self, data: bytes, depth: int) -> Iterator[str]:
        self._go_deeper(depth)
        harm.check_text(data, is_mail=True)
        if data.count(BOUNDARY) > MAX_BOUNDARIES:
            raise too_large()  # a part takes the parser a while, and there may be millions
        message = message_from_bytes(data)
        yield from (text for part in message.walk() for text in self._headers(part))
        parts = [part for part in message.walk() if not part.is_multipart()]
        contents = [bytes(part.get_payload(decode=True) or b"") for part in parts]
        self._allow(len(parts), sum(map(len, contents)))
        for part, content in zip(parts, contents, strict=True):
            yield from self._part(part, content, depth)

    def _headers(self, part: Message) -> Iterator[str]:
        """What is said above a part of a mail, decoded; its parser takes minutes over headers without end."""
        said = [value for _, value in part.raw_items()]
        if len(said) > MAX_HEADERS or max(map(len, said), default=0) > LONGEST_HEADER:
            raise too_large()
        yield from map(_decoded, said)

    def _part(self, part: Message, content: bytes, depth: int) -> Iterator[str]:
        """A page that is the mail itself is what mail programs show; one attached to it is a page."""
        if part.get_content_type() in LOCKED_MAIL:
            raise encrypted()
        name = _decoded(part.get_filename() or "")
        if part.get_content_type() == "text/html" and not name:
            yield from page(content)
        else:
            yield from self.texts(name, content, depth + 1)

    def _go_deeper(self, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise Unfit("archive_nested", "是层层嵌套的压缩包，请解开后再传")

    def _allow(self, members: int, size: int) -> None:
        self.members -= members
        self.bytes -= size
        if self.members < 0 or self.bytes < 0:
            raise too_large()

    def _refused(self, name: str, unfit: Unfit) -> FileRefused:
        within = f"中的“{name[:80]}”" if name != self.name else ""
        return FileRefused(f"“{self.name}”{within}{unfit.reason}。", code=unfit.code, name=self.name)


def _check_no_archive(data: bytes) -> None:
    """Four bytes by chance do not make an archive: what they point at must be a list of files."""
    if is_zipfile(BytesIO(data)):
        with suppress(BadZipFile, ValueError, OSError), ZipFile(BytesIO(data)) as archive:
            if archive.infolist():
                raise polyglot("同时又是ZIP压缩包")


def _decoded(said: str) -> str:
    """A header or a name as mail programs show it; one in an encoding there is not, as it stands."""
    try:
        return str(make_header(decode_header(said)))
    except (LookupError, ValueError, HeaderParseError):
        return str(said)


def _words(data: bytes, suffix: str) -> Iterator[str]:
    if is_text(data):
        harm.check_text(data)
    if suffix == ".csv":
        harm.check_cells(data)
        yield from table(data)
    yield from plain(data)


def lines_of_name(name: str) -> str:
    """A name, its folders, and the name without its suffix, each on a line of its own."""
    return "\n".join((name, *re.split(r"[\\/]", name), PurePath(name).stem))
