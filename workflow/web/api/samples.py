"""Values as answers and questions have them, by name and schema: the examples of the description.

Made from the schemas themselves, so that none can say what is not answered.
"""

from collections.abc import Mapping
from typing import Any

from workflow.web.api.examples import ADDRESS, BASIS, CASE, SEEN, TEXTS

Schema = Mapping[str, Any]
DAY, INSTANT, HASH, ID = "2026-07-31", "2026-07-01T09:00:00+08:00", SEEN * 4, "5f1c0d8e9a7b6c34" * 2
BY_FORMAT = {"date": DAY, "date-time": INSTANT}
NAMED: Mapping[str, Any] = {
    **dict.fromkeys(("number", "case", "into"), CASE),
    **dict.fromkeys(("id", "token", "session", "request", "work", "item", "draft", "intake", "webhook"), ID),
    **dict.fromkeys(("measure", "document", "escalation", "paper", "message_id"), ID),
    **dict.fromkeys(
        ("digest", "hash", "sha256", "root", "previous", "version", "policy", "checkpoint"), HASH
    ),
    **dict.fromkeys(("unit", "code", "lead_unit", "parent", "heir", "former"), "BH212"),
    **dict.fromkeys(("unit_name", "parent_name", "short_name", "owner_name"), "市城市管理局"),
    **dict.fromkeys(("person", "actor", "login", "made_by", "asked_by", "decided_by", "to"), "BH212-L"),
    **dict.fromkeys(("person_name", "actor_name", "leader", "accountable_leader"), "盛宁远"),
    **dict.fromkeys(("email", "address"), ADDRESS),
    **dict.fromkeys(("phone", "contact"), "0999-1234567"),
    **dict.fromkeys(("state", "before", "after"), "handling"),
    **dict.fromkeys(("state_label", "before_label", "after_label", "stage"), "限期办结"),
    **dict.fromkeys(("cursor", "next", "prev"), "after.50"),
    **dict.fromkeys(("command", "act"), "log_urge"),
    **dict.fromkeys(("since", "until", "due_from", "due_until", "day", "first", "last", "on"), DAY),
    **dict.fromkeys(("role", "roles"), "liaison"),
    "Idempotency-Key": "5f1c0d8e-9a7b-4c34-9f86-d081884c7d65",
    **dict.fromkeys(("if-match", "if-none-match"), f'"17-{SEEN}"'),
    "title": "海港大道积水点整治",
    "name": "市城市管理局",
    "label": "催办",
    "light": "red",
    "light_label": "红灯",
    "category": "ordinary",
    "complexity": "ordinary",
    "category_label": "一般事项",
    "basis": BASIS,
    "seen": SEEN,
    "texts": TEXTS,
    "text": "学府路与书香街交叉口逢雨积水约三十厘米。",
    "reason": "正在现场核查",
    "source": "市长信箱",
    "external_id": "RX20261127-00318",
    "kind": "reminder",
    "types": "matter.assigned",
    "type": "matter.assigned",
    "fields": "title,due_on,lead_unit",
    "period": "2026-11",
    "span": "month",
    "words": "积水",
    "series": "滨督函",
    "year": 2026,
    "percent": 60,
    "completion_rate": 60,
    "status": 200,
    "detail": "没有这个页面，或者您不能查看它。",
    "message": "没有这个页面，或者您不能查看它。",
}
"""What stands under a name, where its schema takes it."""


def sample(name: str, schema: Schema, parts: Mapping[str, Schema]) -> Any:
    """A value under this name that a schema takes; `parts` are what it may refer to."""
    if "$ref" in schema:
        return sample(name, parts[schema["$ref"].rpartition("/")[2]], parts)
    for known in ("example", "const"):
        if known in schema:
            return schema[known]
    for several in ("examples", "enum"):
        if several in schema:
            return schema[several][0]
    for one_of in ("anyOf", "oneOf", "allOf"):
        if one_of in schema:
            return sample(name, schema[one_of][0], parts)
    return _of_type(name, schema, parts)


def _of_type(name: str, schema: Schema, parts: Mapping[str, Schema]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {one: sample(one, told, parts) for one, told in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(name, schema["items"], parts)] if schema.get("items") else []
    if kind == "string":
        return _words(name, schema)
    if kind == "boolean":
        return bool(schema.get("default", False))
    named = NAMED.get(name)
    return named if kind in ("integer", "number") and isinstance(named, int) else _number(schema)


def _words(name: str, schema: Schema) -> str:
    if "format" in schema:
        return BY_FORMAT[schema["format"]]
    named = NAMED.get(name)
    return named[: schema.get("maxLength")] if isinstance(named, str) else "…"


def _number(schema: Schema) -> int | None:
    return max(1, schema.get("minimum", 1)) if schema.get("type") in ("integer", "number") else None
