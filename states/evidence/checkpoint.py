"""A checkpoint: how far the log had come and the root of its tree, as a signed text kept outside.

The text is the evidence, to the byte. Whoever holds one can tell later whether the history still continues
what it was then; each names the hash of the one before, so that none can be left out or put in between.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta

from states.errors import Refusal
from states.history import GENESIS

FORMAT = "duban-checkpoint/1"
DOMAIN = b"duban/checkpoint/1\x00"
ALGORITHMS = ("sha256", "sm3")
TOLERANCE = timedelta(minutes=10)
SHORT = 8
MAX_DIGITS = 18
"""More than any log will ever hold, and within 63 bits."""

HASH, COUNT = r"[0-9a-f]{64}", rf"0|[1-9][0-9]{{0,{MAX_DIGITS - 1}}}"
FORMS = {
    "origin": HASH,
    "number": COUNT,
    "epoch": COUNT,
    "algorithm": "|".join(ALGORITHMS),
    "first": COUNT,
    "size": COUNT,
    "root": HASH,
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "previous": HASH,
    "key": HASH,
    "signature": r"[0-9a-f]{128}",
}
COUNTS = ("number", "epoch", "first", "size")
_PATTERNS = {name: re.compile(form, re.ASCII) for name, form in FORMS.items()}


class CheckpointInvalid(Refusal):
    """A text is no checkpoint; the fact `line` names the first line that is not as it must be."""

    code = "checkpoint_invalid"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The values of a checkpoint, in the order of its lines. Hashes, key and signature are lower-case hex."""

    origin: str
    number: int
    epoch: int
    algorithm: str
    first: int
    size: int
    root: str
    time: datetime
    previous: str
    key: str
    signature: str = ""

    @property
    def signed_part(self) -> str:
        """The lines the signature is over, each with its line feed."""
        written = (f"{one.name}: {self._told(one.name)}\n" for one in fields(self) if one.name != "signature")
        return f"{FORMAT}\n" + "".join(written)

    @property
    def text(self) -> str:
        """The checkpoint as it is kept, mailed and hashed."""
        return f"{self.signed_part}signature: {self.signature}\n"

    @property
    def hash(self) -> str:
        """The hash by which the next one names this, by this one's own algorithm."""
        return hashlib.new(self.algorithm, DOMAIN + self.text.encode()).hexdigest()

    @property
    def short(self) -> str:
        """The short code for people: the first eight digits of its hash."""
        return self.hash[:SHORT]

    @property
    def end(self) -> int:
        """The first global position it does not cover."""
        return self.first + self.size

    def signed(self, signature: str) -> "Checkpoint":
        """The same with its signature."""
        return replace(self, signature=signature)

    def _told(self, name: str) -> str:
        return instant(self.time) if name == "time" else str(getattr(self, name))


def parse(text: str) -> Checkpoint:
    """The checkpoint a text is, to the byte. Raises `CheckpointInvalid` naming the first wrong line."""
    lines = text.split("\n")
    if lines[0] != FORMAT:
        raise _invalid(1, f"第1行应为{FORMAT}")
    values = dict(_value(place, name, lines) for place, name in enumerate(FORMS, start=1))
    if lines[len(FORMS) + 1 :] != [""]:
        raise _invalid(len(FORMS) + 2, "签名行之后应恰有一个换行，再无其他内容")
    return _read(values)


def breaks(former: Checkpoint | None, following: Checkpoint) -> Iterator[str]:
    """Every way in which a checkpoint does not follow the one before, as a short code; none for the first."""
    if former is None:
        if (following.number, following.previous) != (1, GENESIS):
            yield "first"
        return
    if following.origin != former.origin:
        yield "origin"
    if following.number != former.number + 1:
        yield "number"
    if following.previous != former.hash:
        yield "previous"
    if not _goes_on(former, following):
        yield "size"
    if following.time < former.time - TOLERANCE:
        yield "time"


def _goes_on(former: Checkpoint, following: Checkpoint) -> bool:
    """Within an epoch the tree grows; a new epoch begins where the former ended."""
    if following.epoch == former.epoch:
        same = (following.first, following.algorithm) == (former.first, former.algorithm)
        return same and following.size >= former.size
    return following.epoch == former.epoch + 1 and following.first == former.end


def instant(at: datetime) -> str:
    """An instant as checkpoints write it: UTC, microseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _value(place: int, name: str, lines: list[str]) -> tuple[str, str]:
    line = lines[place] if place < len(lines) else ""
    told, _, value = line.partition(": ")
    if told != name or not _PATTERNS[name].fullmatch(value):
        raise _invalid(place + 1, f"第{place + 1}行应为“{name}: …”且格式正确")
    return name, value


def _read(values: dict[str, str]) -> Checkpoint:
    counts = {name: int(values[name]) for name in COUNTS}
    for name in ("number", "epoch"):
        if counts[name] == 0:
            place = list(FORMS).index(name) + 2
            raise _invalid(place, f"第{place}行“{name}”应从1起")
    try:
        time = datetime.fromisoformat(values["time"])
    except ValueError as error:
        place = list(FORMS).index("time") + 2
        raise _invalid(place, f"第{place}行的时间不存在") from error
    return Checkpoint(**(values | counts | {"time": time}))  # type: ignore[arg-type]


def _invalid(line: int, what: str) -> CheckpointInvalid:
    message = f"这不是完整的检查点：{what}；请取原始的检查点文件，不要改动其内容。"
    return CheckpointInvalid(message, line=line)
