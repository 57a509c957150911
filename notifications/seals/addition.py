"""What a sealer added behind a file: updates that show the same pages, and a signature over the whole.

A service may answer with anything, so its word is not taken: ISO 32000-1, 7.5.6 (updates) and 12.8.1
(`/ByteRange`). Whose signature it is, and whether it is valid, is for who trusts its certificate to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader

from notifications.inspection import PaperUnreadable
from notifications.inspection.reading import read
from notifications.pdf.types import part

START = re.compile(rb"startxref\s+(\d+)\s+%%EOF(?:\r\n|\r|\n)?\Z")
EARLIER = re.compile(rb"/Prev\s+(\d+)")
CONTENTS = re.compile(rb"<((?:[0-9A-Fa-f]{2})+)>")
SEQUENCE, LONG_FORM = 0x30, 0x80


@dataclass(frozen=True, slots=True)
class Signature:
    """Its DER value, and which bytes of the file it covers: two stretches with the value between."""

    value: bytes
    start: int
    length: int
    again: int
    rest: int

    @property
    def reach(self) -> int:
        return self.again + self.rest


def faults_added(before: bytes, after: bytes) -> Iterator[str]:
    """What keeps `after` from being `before` with a whole signature behind it; nothing if it is."""
    if len(after) <= len(before) or not after.startswith(before):
        yield "原件的内容被改动，或者没有加盖"
    elif not _goes_on(before, after):
        yield "原件之后不是完整的增量更新"
    else:
        yield from _faults_shown(before, after)
        yield from _faults_signed(before, after)


def _goes_on(before: bytes, after: bytes) -> bool:
    """Whether the cross-reference sections lead from the end back to the one `before` ends with."""
    end, start = START.search(before), START.search(after)
    place = int(start[1]) if start else 0
    while place >= len(before):
        earlier = EARLIER.search(after, place)
        if earlier is None or int(earlier[1]) >= place:
            return False
        place = int(earlier[1])
    return end is not None and place == int(end[1])


def _faults_shown(before: bytes, after: bytes) -> Iterator[str]:
    try:
        old, new = read(before), read(after)
    except PaperUnreadable as refusal:
        yield f"返回的{refusal.message.rstrip('。')}"
        return
    if new.sheets != old.sheets:
        yield "页面显示的内容与原件不同"
    yield from (f"加入了{one}" for one in new.active if one not in old.active)


def _faults_signed(before: bytes, after: bytes) -> Iterator[str]:
    try:
        newest = max(_signatures(PdfReader(BytesIO(after))), key=lambda one: one.reach, default=None)
    except Exception as error:  # of a broken signature anything may be missing or of another kind
        yield f"签名无法读取（{type(error).__name__}）"
        return
    if newest is None:
        yield "其中没有签名"
    elif not _covers_all(newest, before, after):
        yield "签名没有覆盖整个文件"
    elif not _is_value(newest.value, after[newest.length : newest.again]):
        yield "签名的值不完整"


def _signatures(reader: PdfReader) -> Iterator[Signature]:
    """Of all fields that are signed, however they are grouped."""
    waiting = [*part(part(part(reader.trailer, "/Root"), "/AcroForm"), "/Fields")]
    seen: set[int] = set()
    while waiting:
        field = waiting.pop().get_object()
        if id(field) in seen:
            continue
        seen.add(id(field))
        waiting += part(field, "/Kids")
        value = part(field, "/V")
        if "/ByteRange" in value and value.get("/Type", "/Sig") == "/Sig":
            yield Signature(value["/Contents"].original_bytes, *map(int, value["/ByteRange"]))


def _covers_all(signature: Signature, before: bytes, after: bytes) -> bool:
    """All but the value, which is no part of what was looked over."""
    is_behind = len(before) <= signature.length < signature.again
    return signature.start == 0 and is_behind and signature.rest > 0 and signature.reach == len(after)


def _is_value(value: bytes, written: bytes) -> bool:
    """Whether what is left out of the range is the value of the signature, to the bracket."""
    digits = CONTENTS.fullmatch(written)
    return digits is not None and bytes.fromhex(digits[1].decode()) == value and _is_sequence(value)


def _is_sequence(value: bytes) -> bool:
    """Whether it is one DER SEQUENCE, and room that was left after it (X.690, 8.1.3 and 10.1)."""
    if len(value) < 2 or value[0] != SEQUENCE or value[1] == LONG_FORM:
        return False
    digits = value[1] & 0x7F if value[1] > LONG_FORM else 0
    length = int.from_bytes(value[2 : 2 + digits]) if digits else value[1]
    end = 2 + digits + length
    return length > 0 and end <= len(value) and not any(value[end:])
