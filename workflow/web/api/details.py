"""The particulars of a command as JSON: their schema, and what came in as services take it.

Made from the same fields as the forms of the pages, so that an office's own stage has its schema without
code.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, JsonValue

from states.errors import FactInvalid, Refusal
from workflow import particulars
from workflow.services.files import Given, from_base64, waiting_room
from workflow.web import fields
from workflow.web.api.seats import Seat
from workflow.web.fields import AT

MOST, LONGEST_FILE_NAME = 64, 255
INTEGERS = frozenset({"task", "entry", "node", "completion_rate"})
FILE = {
    "type": "object",
    "required": ["name", "content"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_FILE_NAME},
        "content": {"type": "string", "contentEncoding": "base64"},
    },
}
Details = Annotated[
    dict[Annotated[str, Field(max_length=particulars.MAX_NAME)], JsonValue],
    Field(max_length=MOST, description="By the names the schema of the command gives them."),
]
At = Annotated[
    AwareDatetime | None,
    Field(description="When it happened, with a zone; left out, now. Never in the future."),
]


def schema_of(wanted: Iterable[fields.Field]) -> dict[str, Any]:
    """The particulars of a command as a JSON schema."""
    known = list(wanted)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [one.name for one in known if one.owed],
        "properties": {one.name: _property(one) for one in known},
    }


@contextmanager
def read(
    seat: Seat, wanted: Sequence[fields.Field], given: Mapping[str, JsonValue]
) -> Iterator[dict[str, Any]]:
    """What came in, as services take it; its files lie in a folder of their own until the end of the block.

    Raises `FactInvalid` (`details_invalid`) with what is wrong, by the name of each particular.
    """
    with TemporaryDirectory(dir=waiting_room(seat.office.settings.files)) as folder:
        yield _read({one.name: one for one in wanted}, given, Path(folder))


def instant(seat: Seat, at: datetime | None) -> datetime:
    """When it happened. Raises `FactInvalid` (`at_ahead`) for what is not over."""
    if at is None:
        return seat.at
    told = particulars.read_instant(at.isoformat())
    wrong = fields.ahead(told, seat.at)
    if wrong:
        raise FactInvalid(wrong[AT], code="at_ahead")
    return told


def _read(known: Mapping[str, fields.Field], given: Mapping[str, JsonValue], folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    errors: dict[str, dict[str, str]] = {}
    for name, value in given.items():
        try:
            found[name] = _value(known, name, value, folder)
        except Refusal as refusal:
            errors[name] = {"code": refusal.code, "message": refusal.message}
    if errors:
        message = "；".join(one["message"] for one in errors.values())
        raise FactInvalid(message, code="details_invalid", errors=errors)
    return {name: value for name, value in found.items() if value is not None}


def _value(known: Mapping[str, fields.Field], name: str, value: JsonValue, folder: Path) -> Any:
    one = known.get(name)
    if one is None:
        raise FactInvalid(f"这一步没有“{name[:40]}”这一项。", code="particular_unknown")
    if value is None:
        return None
    if one.kind == "files":
        return _files(value, folder)
    return particulars.read(name, _plain(one, value))


def _plain(one: fields.Field, value: JsonValue) -> Any:
    """A value as the readers of particulars take it: words, several of them, or a flag."""
    if one.kind == "flag":
        return _of_kind(one, value, isinstance(value, bool))
    if one.name in particulars.SEVERAL or one.kind == "lines":
        several = [value] if isinstance(value, str) else value
        is_several = isinstance(several, list) and all(isinstance(each, str) for each in several)
        return _of_kind(one, several, is_several)
    if isinstance(value, int) and not isinstance(value, bool) and one.name in INTEGERS:
        return str(value)
    return _of_kind(one, value, isinstance(value, str)) or None


def _of_kind(one: fields.Field, value: Any, is_right: bool) -> Any:
    if not is_right:
        raise FactInvalid(f"“{one.label}”的类型不对，请按所列的格式填写。", code="particular_type")
    return value


def _files(value: JsonValue, folder: Path) -> tuple[Given, ...]:
    return tuple(_file(one, folder) for one in (value if isinstance(value, list) else [value]))


def _file(told: JsonValue, folder: Path) -> Given:
    name, content = (told.get("name"), told.get("content")) if isinstance(told, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(content, str) or len(name) > LONGEST_FILE_NAME:
        raise FactInvalid("附件应写明name和content（Base64）。", code="particular_type")
    return from_base64(name, content, folder)


def _property(one: fields.Field) -> dict[str, Any]:
    told: dict[str, Any] = {"title": one.label}
    if one.hint and one.kind != "files":
        told["description"] = one.hint
    return told | _kind(one)


def _kind(one: fields.Field) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "maxLength": one.most}
    if one.kind == "choice":
        return {"type": "string", "oneOf": [{"const": word, "title": label} for word, label in one.choices]}
    if one.kind == "flag":
        return {"type": "boolean"}
    if one.kind == "files":
        return {"type": "array", "items": FILE}
    if one.name in particulars.SEVERAL or one.kind == "lines":
        return {"type": "array", "items": text}
    if one.name in INTEGERS:
        return {"type": "integer", "minimum": 0}
    return {**text, "format": "date"} if one.kind == "day" else text
