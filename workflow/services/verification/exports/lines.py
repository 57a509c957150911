"""The lines of an export as typed values. What is not of its form is a finding, never an accident."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from workflow.errors import ConfigurationError

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\z", strict=True)]
Word = Annotated[str, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0, lt=1 << 40)]
Object = Annotated[dict[str, Any], Field(strict=True)]
Stamp = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\z", strict=True)]


class NotAnExport(ConfigurationError):
    """The file cannot be judged: it is no export, or of a form or algorithm this release does not know.

    Doors answer with exit code 2, as for every verification that cannot tell.
    """

    code = "not_an_export"


class Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Epoch(Line):
    epoch: Count
    algorithm: Word
    first: Count


class Header(Line):
    type: Literal["header"]
    format: Word
    origin: Hash
    scope: Literal["all", "case"]
    case: Word | None = None
    sealed: Count
    epochs: Annotated[list[Epoch], Field(min_length=1)]

    @property
    def in_order(self) -> bool:
        """Whether the epochs run 1, 2, 3 … from the log's first place to its last."""
        firsts = [*(one.first for one in self.epochs), self.sealed]
        numbered = [one.epoch for one in self.epochs] == list(range(1, len(self.epochs) + 1))
        return firsts[0] == 0 and firsts == sorted(firsts) and numbered


class CheckpointLine(Line):
    type: Literal["checkpoint"]
    text: Word


class Words(Line):
    text: Word
    salt: Word


class EntryLine(Line):
    type: Literal["entry"]
    position: Count | None
    payload: Word
    previous: Word
    hash: Hash
    code: Hash
    key_id: Word
    algorithm: Word
    words: Words | None = None
    checkpoint: Count | None = None
    proof: tuple[Hash, ...] | None = None


class Payload(Line):
    """The hashed text of an entry, as far as it is looked at."""

    case: Word
    seq: Count
    kind: Word
    recorded_at: Stamp
    sets: Object = Field(alias="set")
    details: Object
    personal: Word | None = None


class BranchLeft(Line):
    """The particulars of an entry by which a branch was left, as far as they are looked at."""

    last_common: Count
    next: Count
    left: Object


class StateLine(Line):
    type: Literal["state"]
    case: Word
    seq: Count
    head: Word
    facts: Object


class EndLine(Line):
    type: Literal["end"]
    lines: Count
    sha256: Word


_LINE: TypeAdapter[Any] = TypeAdapter(
    Annotated[Header | CheckpointLine | EntryLine | StateLine | EndLine, Field(discriminator="type")]
)


def read_line(raw: bytes) -> Any:
    """The line these bytes are. Raises `ValueError` for what is of no form of the format."""
    return _LINE.validate_python(_object(raw))


def read_branch(details: dict[str, Any]) -> BranchLeft:
    """What an entry tells of a branch that was left. Raises `ValueError`."""
    return BranchLeft.model_validate(details)


def read_payload(text: str) -> Payload:
    """What an entry tells. Raises `ValueError`."""
    return Payload.model_validate(_object(text))


def _object(text: bytes | str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("嵌套过深") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ on which of two equal names counts, so none may stand twice."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("同一对象中有重复的名称")
    return told
