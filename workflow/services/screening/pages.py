"""A PDF: the text of its pages and of everything that hangs on it, the files in it, and what in it acts."""

from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import Any

from workflow.services.screening.plain import page, plain
from workflow.services.screening.signatures import LEADING
from workflow.services.screening.unfit import Unfit, active, broken, encrypted, polyglot, too_large

MAX_PAGES = 500
MAX_OBJECTS = 300_000
END = b"%%EOF"
ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData"})
MOVING = frozenset({"/RichMedia", "/3D"})


class Document:
    """A PDF that can be read whole, and unfolds to so many bytes at most.

    Raises `Unfit`: `file_broken`, `file_encrypted`, `file_too_long` over 500 pages, `file_polyglot`,
    `file_active` for scripts, commands and dynamic forms, `archive_too_large`.
    """

    def __init__(self, data: bytes, room: int) -> None:
        pypdf = import_module("pypdf")  # a second to import, and most files are none of it
        _check_end(data)
        self._room = room
        self._reader = pypdf.PdfReader(BytesIO(data))
        try:
            readable = not self._reader.is_encrypted or self._reader.decrypt("")
        except pypdf.errors.DependencyError as error:  # a cipher it knows of and cannot undo
            raise encrypted() from error
        if not readable:
            raise encrypted()
        self._no_end = pypdf.errors.LimitReachedError
        self._embedded: list[tuple[str, Any]] = []

    def texts(self) -> Iterator[str]:
        """Every text in it, in its pages and beside them."""
        if not self._reader.pages:
            raise broken()
        if len(self._reader.pages) > MAX_PAGES:
            raise Unfit("file_too_long", f"超过{MAX_PAGES}页，请拆分后再传")
        try:
            yield from self._beside()
            for one in self._reader.pages:
                yield one.extract_text()
        except self._no_end as error:
            raise too_large() from error

    def files(self) -> Iterator[tuple[str, bytes]]:
        """What is embedded in it, by name, once its texts were read."""
        for name, stream in self._embedded:
            yield name, stream.get_data()

    def _beside(self) -> Iterator[str]:
        """What is in no page: properties, annotations and their looks, forms, bookmarks, names of files."""
        for one in self._objects():
            if isinstance(one, str):
                yield one
            elif isinstance(one, bytes):
                yield from plain(one)
            elif isinstance(one, dict):
                _check_inert(one)
                self._unfold(one)
                yield from self._of(one)

    def _objects(self) -> Iterator[Any]:
        """Everything a reader can come to from the trailer, each once."""
        waiting: list[Any] = [self._reader.trailer]
        seen: set[tuple[int, int]] = set()
        while waiting:
            one = waiting.pop()
            if hasattr(one, "idnum"):
                if (one.idnum, one.generation) in seen:
                    continue
                seen.add((one.idnum, one.generation))
                one = one.get_object()
            if len(seen) > MAX_OBJECTS:
                raise Unfit("file_too_long", "内容过于繁多，请拆分后再传")
            waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
            yield one

    def _unfold(self, one: Any) -> None:
        """Count what a stream comes to. Of pictures nothing is read, nor of files yet."""
        is_left = one.get("/Subtype") == "/Image" or one.get("/Type") == "/EmbeddedFile"
        if hasattr(one, "get_data") and not is_left:
            self._room -= len(one.get_data())
            if self._room < 0:
                raise too_large()

    def _of(self, one: Any) -> Iterator[str]:
        if one.get("/Type") == "/Metadata":
            yield from page(one.get_data())
        for look in _resolved(one.get("/AP"), dict).values():
            yield from self._look(look.get_object())
        name = str(one.get("/UF") or one.get("/F") or "")
        for stream in _resolved(one.get("/EF"), dict).values():
            self._embedded.append((name, stream.get_object()))

    def _look(self, look: Any) -> Iterator[str]:
        """The text a stamp or a field shows, in each of the states it has."""
        states = (
            [look]
            if hasattr(look, "get_data")
            else [one.get_object() for one in _resolved(look, dict).values()]
        )
        for one in states:
            if hasattr(one, "get_data"):
                yield self._reader.pages[0].extract_xform_text(one)


def _resolved(value: Any, kind: type) -> Any:
    found = value.get_object() if hasattr(value, "get_object") else value
    return found if isinstance(found, kind) else kind()


def _check_end(data: bytes) -> None:
    end = data.rfind(END)
    if end < 0:
        raise broken()
    if data[end + len(END) :].strip(LEADING):
        raise polyglot("在PDF结尾之后还有内容")


def _check_inert(one: dict[str, Any]) -> None:
    if "/JS" in one or one.get("/S") in ACTIONS:
        raise active("内有脚本或命令")
    if one.get("/Subtype") in MOVING or "/XFA" in one:
        raise active("内有动态内容")
