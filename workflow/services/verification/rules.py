"""Lifecycle tables and policies against their hashes and the journal's entries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from states import lifecycle as lifecycles
from states import policy as policies
from states.errors import Refusal
from states.lifecycle import Lifecycle
from states.policy import Policy
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding


@dataclass(slots=True)
class Rules:
    """The rules whose text is what their hash says, by that hash."""

    lifecycles: dict[str, Lifecycle] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)


def sound_rules(rows: Iterable[Row[Any]]) -> Rules:
    """Read every kept rule; one that is not what its hash says is left out."""
    rules = Rules()
    for row in rows:
        value = _parsed(row)
        if isinstance(value, Lifecycle) and value.digest == row.digest:
            rules.lifecycles[row.digest] = value
        elif isinstance(value, Policy) and value.digest == row.digest:
            rules.policies[row.digest] = value
    return rules


def check_rules(rows: Iterable[Row[Any]], rules: Rules, journal: Iterable[Entry]) -> Iterator[Finding]:
    """Every kept rule is sound and was brought into force by an entry, and every such entry has its rule."""
    entries = list(journal)
    told = {entry.details.digest: entry for entry in entries if entry.kind == "rule_activated"}
    signed = {_signed(entry): entry for entry in entries if entry.kind == "policy_authorised"}
    revoked = {_signed(entry): entry for entry in entries if entry.kind == "policy_revoked"}
    for row in rows:
        where: dict[str, Any] = {"rule": row.digest}
        entry = told.pop(row.digest, None)
        if row.digest not in {*rules.lifecycles, *rules.policies} or not _is_as_read(row, entry):
            yield finding("rule_changed", f"规则“{row.name}”的正文与其哈希不符：规则被改动", **where)
        elif entry is None:
            yield finding("rule_unrecorded", f"规则“{row.name}”没有启用记载：疑似伪造", **where)
        elif _columns(row) != (*_activation(entry), *_authority(row.digest, signed, revoked)):
            yield finding("rule_changed", f"规则“{row.name}”的栏目与启用记载不符：规则被改动", **where)
    for digest in filter(None, told):
        yield finding("rule_missing", f"启用过的规则{digest[:12]}不存在：规则被删除", rule=digest)


def _parsed(row: Row[Any]) -> Lifecycle | Policy | None:
    try:
        return lifecycles.parse(row.source) if row.kind == "lifecycle" else policies.read_kept(row.source)
    except Refusal:
        return None


def _is_as_read(row: Row[Any], entry: Entry | None) -> bool:
    """Whether the text is to the byte what was read, comments too; former releases did not tell."""
    told = (entry.details.model_extra or {}).get("source_sha256") if entry else None
    return told in (None, sha256(row.source.encode()).hexdigest())


def _columns(row: Row[Any]) -> tuple[Any, ...]:
    activation = row.kind, row.name, row.version, row.activated_at, row.activated_by
    return *activation, row.authorised_at, row.authorised_by, row.revoked_at, row.revoked_by


def _activation(entry: Entry) -> tuple[Any, ...]:
    details = entry.details.model_extra or {}
    return details["rule"], details["name"], details["version"], entry.occurred_at, entry.actor


def _authority(digest: str, signed: Mapping[Any, Entry], revoked: Mapping[Any, Entry]) -> tuple[Any, ...]:
    """When and by whom the policy was last signed, and that signature taken back since."""
    given, back = signed.get(digest), revoked.get(digest)
    if given is not None and back is not None and back.seq < given.seq:
        back = None
    return (*_act(given), *_act(back))


def _act(entry: Entry | None) -> tuple[Any, ...]:
    return (entry.occurred_at, entry.actor) if entry else (None, None)


def _signed(entry: Entry) -> Any:
    return (entry.details.model_extra or {})["policy"]
