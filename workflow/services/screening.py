"""Looking a file through for marks of state secrets before it is let in.

Called by the file store. Every text that lies in the file is looked at: under every encoding an office may
have used, in every part of a Word or Excel file, in every file of an archive or a mail. Pictures hold no
text; what should hold text and cannot be read whole is refused, never let through unread.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from importlib import import_module
from io import BytesIO
from pathlib import PurePath
from zipfile import ZipFile, ZipInfo, is_zipfile

from defusedxml.ElementTree import DefusedXMLParser

from states.secrecy import find_mark
from workflow.errors import FileRefused

MAX_MEMBERS = 1_000
MAX_INFLATED = 100 * 1024 * 1024
MAX_RATIO, UNSUSPECTED = 200, 10 * 1024 * 1024
"""An archive may unfold to so many times its size; below the second bound nobody asks."""

MAX_DEPTH = 3
MAX_PAGES = 500

ZIP_SUFFIXES = frozenset({".zip", ".docx", ".xlsx"})
XML_SUFFIXES = frozenset({".xml", ".rels"})
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff")
OLE, ENCRYPTED_STREAM = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
ENCRYPTED_FLAG, UTF8_FLAG = 0x1, 0x800

PARAGRAPHS = frozenset({"p", "si", "is"})
LINE_ENDS = PARAGRAPHS | {"br", "cr", "tab"}


def mark_in(name: str, data: bytes) -> str | None:
    """The first mark in a file, its name or anything in it; None if it bears none.

    Raises `FileRefused` for what cannot be read whole: `file_broken`, `file_encrypted`, `file_too_long` (a
    PDF over 500 pages), `archive_too_large` (over 1,000 members, 100 MiB or 200 times its size) or
    `archive_nested` (archives within archives, more than three deep).
    """
    texts = _Unfolding(name, len(data)).texts(name, data)
    return next((mark for text in texts if (mark := find_mark(text))), None)


class _Unfolding:
    """One file on its way through the check, and how much it may still unfold to."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.members = MAX_MEMBERS
        self.bytes = min(MAX_INFLATED, max(UNSUSPECTED, MAX_RATIO * size))

    def texts(self, name: str, data: bytes, depth: int = 0) -> Iterator[str]:
        """Every text in a file, beginning with its name.

        A damaged file can make a parser raise anything; all of it means the same to the office.
        """
        yield _lines_of(name)
        try:
            yield from self._contents(name, data, depth)
        except FileRefused:
            raise
        except Exception as error:
            raise self._broken(name) from error

    def _contents(self, name: str, data: bytes, depth: int) -> Iterator[str]:
        suffix = PurePath(name).suffix.lower()
        if data.startswith(OLE) and ENCRYPTED_STREAM in data:
            raise self._encrypted(name)
        if suffix in ZIP_SUFFIXES or is_zipfile(BytesIO(data)):
            yield from self._archive(name, data, depth)
        if suffix == ".pdf":
            yield from self._pages(name, data)
        elif suffix == ".eml":
            yield from self._mail(name, data, depth)
        elif suffix in XML_SUFFIXES:
            yield _xml(data)
        elif not data.startswith(PICTURES):
            yield from _plain(data)

    def _archive(self, name: str, data: bytes, depth: int) -> Iterator[str]:
        self._go_deeper(name, depth)
        with ZipFile(BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            self._allow(name, len(members), sum(one.file_size for one in members))
            if any(one.flag_bits & ENCRYPTED_FLAG for one in members):
                raise self._encrypted(name)
            for member in members:  # none unfolds to more than it states: zipfile cuts it off there
                yield from self.texts(_name_of(member), archive.read(member), depth + 1)

    def _pages(self, name: str, data: bytes) -> Iterator[str]:
        pypdf = import_module("pypdf")  # a second to import, and most files are none of it
        reader = pypdf.PdfReader(BytesIO(data))
        try:
            readable = not reader.is_encrypted or reader.decrypt("")
        except pypdf.errors.DependencyError as error:  # a cipher it knows of and cannot undo
            raise self._encrypted(name) from error
        if not readable:
            raise self._encrypted(name)
        if not reader.pages:
            raise self._broken(name)
        if len(reader.pages) > MAX_PAGES:
            raise self._refused(name, "file_too_long", f"超过{MAX_PAGES}页，请拆分后再传")
        for page in reader.pages:
            yield page.extract_text()

    def _mail(self, name: str, data: bytes, depth: int) -> Iterator[str]:
        self._go_deeper(name, depth)
        message = message_from_bytes(data, policy=policy.default)
        yield from (str(part["subject"] or "") for part in message.walk())
        parts = [part for part in message.walk() if not part.is_multipart()]
        contents = [bytes(part.get_payload(decode=True) or b"") for part in parts]
        self._allow(name, len(parts), sum(map(len, contents)))
        for part, content in zip(parts, contents, strict=True):
            yield from self.texts(part.get_filename() or "", content, depth + 1)

    def _go_deeper(self, name: str, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise self._refused(name, "archive_nested", "压缩包层层嵌套，请解开后再传")

    def _allow(self, name: str, members: int, size: int) -> None:
        self.members -= members
        self.bytes -= size
        if self.members < 0 or self.bytes < 0:
            reason = f"内含文件超过{MAX_MEMBERS}个，或解开后过大，请拆分后再传"
            raise self._refused(name, "archive_too_large", reason)

    def _broken(self, name: str) -> FileRefused:
        return self._refused(name, "file_broken", "已损坏，或与扩展名不符，无法读取，请重新导出后再传")

    def _encrypted(self, name: str) -> FileRefused:
        return self._refused(name, "file_encrypted", "设有密码，无法核对内容，请取消密码后再传")

    def _refused(self, name: str, code: str, reason: str) -> FileRefused:
        within = f"中的“{name[:80]}”" if name != self.name else ""
        return FileRefused(f"“{self.name}”{within}{reason}。", code=code, name=self.name)


class _Lines:
    """Takes an XML document in as lines: the runs of a paragraph in one, and every attribute in its own.

    A mark is often set in several runs, for the star wants another font; a watermark is an attribute.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._attributes: list[str] = []
        self._paragraphs = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._attributes += (value for value in attributes.values() if "密" in value)
        if _local(tag) in PARAGRAPHS:
            self._paragraphs += 1
            self._pieces.append("\n")

    def end(self, tag: str) -> None:
        name = _local(tag)
        self._paragraphs -= name in PARAGRAPHS
        if not self._paragraphs or name in LINE_ENDS:
            self._pieces.append("\n")

    def data(self, text: str) -> None:
        self._pieces.append(text)

    def close(self) -> str:
        return "".join(self._pieces) + "\n" + "\n".join(self._attributes)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _xml(data: bytes) -> str:
    parser = DefusedXMLParser(target=_Lines())
    parser.feed(data)
    return str(parser.close())


def _plain(data: bytes) -> Iterator[str]:
    """A text in whatever encoding; a wrong guess invents no mark. Old Excel files may begin one anywhere."""
    yield from (data.decode(encoding, errors="replace") for encoding in ENCODINGS)
    if data.startswith(OLE):
        yield data[1:].decode("utf-16-le", errors="replace")


def _name_of(member: ZipInfo) -> str:
    """A member's name; what is not said to be UTF-8 was most likely written by a Chinese Windows."""
    if member.flag_bits & UTF8_FLAG:
        return member.filename
    written = member.filename.encode("cp437", errors="replace")
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("gb18030", errors="replace")


def _lines_of(name: str) -> str:
    """A name, its folders, and the name without its suffix, each on a line of its own."""
    return "\n".join((name, *re.split(r"[\\/]", name), PurePath(name).stem))
