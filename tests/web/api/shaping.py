"""The shapes of the client, written from the description; `make client` puts them there."""

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.web.api.fuzzing import DOCUMENT

Schema = Mapping[str, Any]
PLACE = Path(__file__).parents[3] / "workflow" / "client" / "shapes.py"
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
HEAD = '''"""What the API answers, by shape. Written from its description by `make client`, never by hand.

Dates and instants are text in ISO 8601. What an answer may lack is `NotRequired`.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''
LIST = re.compile(r"Page_(\w+)_")


def written(document: Schema) -> str:
    """The module of the shapes that answers have, in the order of their names."""
    parts = document["components"]["schemas"]
    shapes = {named(name): parts[name] for name in sorted(told(document, parts), key=named)}
    assert len(shapes) == len(told(document, parts)), "two shapes of one name"
    return "\n\n".join([HEAD.rstrip() + "\n", *(shape(name, one) for name, one in shapes.items())])


def told(document: Schema, parts: Mapping[str, Schema]) -> set[str]:
    """The names of the schemas that answers have, and what they refer to."""
    answers = [
        answer["content"]["application/json"]["schema"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status.startswith("2") and "application/json" in answer.get("content", {})
    ]
    found: set[str] = set()
    waiting = list(referred(answers))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += referred(parts[name])
    return found


def referred(schema: Any) -> Iterator[str]:
    """The names of the parts something refers to."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for one in schema.values():
            yield from referred(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from referred(one)


def named(name: str) -> str:
    """What a part is called in Python: a leaf of a list by its lines, one of two of a name by its room."""
    *_, room, short = ["", *name.split("__")]
    return LIST.sub(r"\1Page", room.capitalize() + short)


def shape(name: str, schema: Schema) -> str:
    """A shape with its fields."""
    owed, fields = set(schema.get("required", ())), schema.get("properties", {})
    lines = {one: field(told, one in owed) for one, told in fields.items()}
    assert all(one.isidentifier() and not keyword.iskeyword(one) for one in lines), name
    return f"class {name}(TypedDict):\n" + "".join(f"    {one}: {kind}\n" for one, kind in lines.items())


def field(schema: Schema, is_owed: bool) -> str:
    """A field, which an answer may lack where it is not owed."""
    return kind_of(schema) if is_owed else f"NotRequired[{kind_of(schema)}]"


def kind_of(schema: Schema) -> str:
    """The type of a value, as a program has it out of JSON."""
    if "$ref" in schema:
        return named(schema["$ref"].rpartition("/")[2])
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(map(kind_of, several)))
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else None):
        return f"Literal[{', '.join(quoted(values))}]"
    if schema.get("type") == "array":
        return f"list[{kind_of(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"dict[str, {kind_of(more) if isinstance(more, Mapping) else 'Any'}]"
    return SCALARS.get(schema.get("type", ""), "Any")


def quoted(values: Iterable[Any]) -> Iterator[str]:
    """Values as they are written in Python."""
    yield from (f'"{one}"' if isinstance(one, str) else repr(one) for one in values)


if __name__ == "__main__":
    PLACE.write_text(written(DOCUMENT), encoding="utf-8")
