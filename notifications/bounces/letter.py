"""Opening a mail nobody vouches for, within bounds and without a raise.

The standard library reads the heads. Its parser of whole mails is not used: it recurses as deep as the mail
says, and looks at every line once for each level. Parts are cut out by their boundaries here, at most 10 MiB,
64 parts, 8 levels. An enclosed mail is one part and is opened no further than its head, so that a report that
somebody forwards is not taken for a report to us.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from functools import cached_property
from itertools import islice, pairwise
from typing import Self

from notifications.bounces import words

MAIL_BOUND = 10 * 1024 * 1024
HEAD_BOUND = 128 * 1024
PARTS_BOUND = 64
DEPTH_BOUND = 8

HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n|\A\r?\n")
ENVELOPE_LINE = re.compile(rb"\s*(?:>?From [^\r\n]*\r?\n)?")
MEDIA_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}", re.ASCII)
ADDRESS = re.compile(
    r"(?!')[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,90}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}", re.ASCII
)
ENCODINGS = ("base64", "quoted-printable")
RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
"""The mail a report gives back, whole or its head."""


@dataclass(frozen=True)
class Letter:
    """A mail, or one part of it: its head read, its body as it came."""

    head: tuple[tuple[str, str], ...]
    """Names in lower case, values as they stand."""
    body: bytes = field(repr=False)

    @classmethod
    def open(cls, data: bytes) -> Self:
        """Never raises. What lies past the bounds is left unread."""
        data = data[:MAIL_BOUND]
        envelope = ENVELOPE_LINE.match(data)
        return cls.open_part(data[envelope.end() if envelope else 0 :])

    @classmethod
    def open_part(cls, data: bytes) -> Self:
        """The same for a part, which may have no head at all."""
        end = HEAD_END.search(data)
        head, body = (data[: end.start()], data[end.end() :]) if end else (data, b"")
        parsed = BytesHeaderParser().parsebytes(head[:HEAD_BOUND] + b"\n\n")
        return cls(tuple((name.lower(), str(value)) for name, value in parsed.raw_items()), body)

    def headers(self, *names: str) -> list[str]:
        """All headers of these names (in lower case), each decoded and on one line."""
        return [words.of_header(value) for name, value in self.head if name in names]

    def header(self, *names: str) -> str:
        """The first of them; empty where there is none."""
        return next(iter(self.headers(*names)), "")

    def addresses(self, *names: str) -> list[str]:
        """The addresses in these headers, in lower case."""
        return [one.lower() for value in self.headers(*names) for one in ADDRESS.findall(value)]

    @cached_property
    def media_type(self) -> str:
        """In lower case; `text/plain` where none is declared."""
        declared = MEDIA_TYPE.match(self.header("content-type"))
        return declared[0].lower() if declared else "text/plain"

    def parameter(self, name: str) -> str:
        """A parameter of the media type; empty where there is none."""
        found = re.search(rf';\s*{name}\s*=\s*(?:"([^"]*)"|([^\s;"]+))', self.header("content-type"), re.I)
        return (found[1] or found[2] or "") if found else ""

    @cached_property
    def leaves(self) -> tuple["Letter", ...]:
        """The parts that hold something, in their order."""
        return tuple(islice(_leaves(self, DEPTH_BOUND), PARTS_BOUND))

    def of_type(self, *media_types: str) -> list["Letter"]:
        """The leaves of these types."""
        return [leaf for leaf in self.leaves if leaf.media_type in media_types]

    @cached_property
    def content(self) -> bytes:
        """The body with its transfer encoding undone, as far as anybody looks at it."""
        encoding = self.header("content-transfer-encoding").lower()
        body = self.body[: 2 * words.TEXT_BOUND]
        if encoding not in ENCODINGS:
            return body
        carrier = Message()
        carrier["Content-Transfer-Encoding"] = encoding
        carrier.set_payload(body.decode("ascii", "surrogateescape"))
        content = carrier.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""

    @property
    def text(self) -> str:
        """The words of this one part, markup taken off."""
        text = words.in_charset(self.content, self.parameter("charset"))
        text = words.of_html(text) if self.media_type == "text/html" else text
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def words(self) -> str:
        """The words of all parts: of the plain ones, or where those are empty, of the HTML."""
        plain = "\n\n".join(one.text for one in self.of_type("text/plain"))
        return plain if plain.strip() else "\n\n".join(one.text for one in self.of_type("text/html"))

    @cached_property
    def returned(self) -> list["Letter"]:
        """The heads of the mails it encloses."""
        return [Letter.open(leaf.content) for leaf in self.of_type(*RETURNED)]

    def pieces(self) -> list[bytes]:
        """What a container holds, cut at its boundary; nothing where there is none."""
        boundary = self.parameter("boundary").encode("utf-8", "replace")
        if not self.media_type.startswith("multipart/") or not boundary:
            return []
        line = re.compile(rb"^--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
        cuts = list(islice(line.finditer(self.body), PARTS_BOUND + 1))
        end = [(len(self.body), len(self.body))]
        places = [*(cut.span() for cut in cuts), *end]
        pieces = [self.body[one[1] : two[0]] for one, two in pairwise(places)]
        return [piece for piece in pieces if piece.strip()]


def _leaves(letter: Letter, depth: int) -> Iterator[Letter]:
    pieces = letter.pieces() if depth else []
    if not pieces:
        yield letter
    for piece in pieces:
        yield from _leaves(Letter.open_part(piece), depth - 1)
