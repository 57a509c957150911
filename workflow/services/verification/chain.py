"""One chain of entries: places, hashes, keyed codes, the columns beside the payload, people's words."""

import hmac
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from states.history import GENESIS, PROFILES, canonical, chain_hash, personal_hash
from states.redaction import REDACTED
from workflow.digests import check_available
from workflow.secret import Secret
from workflow.services.entries import stamp
from workflow.services.hands import hand_of
from workflow.services.replay import Entry
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding

SAME_IN_PAYLOAD = {"seq": "seq", "kind": "kind", "actor": "actor", "actor_kind": "actor_kind",
                   "schema": "schema_version"}  # fmt: skip


def check_chain(dossier: Dossier, secret: Secret) -> Iterator[Finding]:
    """Every entry against the one before it and against what stands beside it."""
    place, previous, recorded, taken = 1, GENESIS, None, taken_away(dossier.history)
    for event in dossier.events:
        where = {"case": dossier.name, "seq": event.seq}
        if event.seq != place:
            yield _out_of_place(dossier.name, place, event.seq)
            previous = event.previous_hash  # what it followed is not there to be compared
        wrong = _wrong(event, previous, secret, taken.get(event.seq))
        yield from (finding(*one, **where) for one in wrong)
        if recorded is not None and event.recorded_at < recorded:
            yield finding("time_order", "记载时间早于前一条：疑似补写", **where)
        place, previous, recorded = event.seq + 1, event.hash, event.recorded_at


def taken_away(history: Iterable[Entry]) -> dict[int, str]:
    """What lies beside each entry whose words a later one took away."""
    found: dict[int, str] = {}
    for one in history:
        told = (one.details.model_extra or {}) if one.kind == REDACTED else {}
        entry, instead = told.get("entry"), told.get("instead")
        if isinstance(entry, int) and isinstance(instead, dict) and entry < one.seq:
            found[entry] = canonical(instead)
    return found


def unkeyed(dossier: Dossier, secret: Secret) -> int:
    """How many entries carry the code of a key that is not here, so that nobody can judge them."""
    return sum(secret.find(event.key_id) is None for event in dossier.events)


def _out_of_place(case: str, place: int, seq: int) -> Finding:
    """The entries from one place to before another are gone, or one was put where none can be."""
    if seq < place:
        return finding("entry_missing", f"第{seq}条重复或多出：历史条目被插入", case=case, seq=seq)
    lost = f"第{place}条" if seq == place + 1 else f"第{place}条至第{seq - 1}条"
    message = f"{lost}记载不存在：历史条目被删除"
    return finding("entry_missing", message, case=case, seq=place, until_seq=seq - 1)


def _wrong(event: Row[Any], previous: str, secret: Secret, instead: str | None) -> Iterator[tuple[str, str]]:
    broken = link_broken(event, previous)
    if broken:
        yield broken
    else:
        yield from _beside(event, secret, instead)


def link_broken(event: Row[Any], previous: str) -> tuple[str, str] | None:
    """What is wrong with an entry's own hash and its link to the one before, as code and sentence."""
    if event.previous_hash != previous:
        return "chain_broken", "与前一条记载不衔接：历史被改动、删除或重排"
    if event.algorithm not in PROFILES:
        return "algorithm_unknown", "哈希算法无法识别：该行的栏目被改动"
    check_available(event.algorithm)
    if chain_hash(event.payload, event.previous_hash, event.algorithm) != event.hash:
        return "entry_changed", "内容与其哈希不符：该条记载被改动"
    return None


def _beside(event: Row[Any], secret: Secret, instead: str | None) -> Iterator[tuple[str, str]]:
    """What stands beside the hashed bytes of an entry that is itself sound."""
    payload = json.loads(event.payload)
    if not _keyed(event, secret):
        yield "forged", "密钥校验码不符：该条记载不是本系统写入"
    if any(payload.get(name) != value for name, value in _columns(event).items()):
        yield "columns_changed", "检索栏与记载内容不符：该行的栏目被改动"
    yield from _words(event, payload.get("personal"), instead)


def _keyed(event: Row[Any], secret: Secret) -> bool:
    """Whether the code is right; that of a key that is not here is counted as unkeyed instead."""
    hand = hand_of(event, secret)
    return hand is None or hmac.compare_digest(hand.code(event.hash), event.keyed_code)


def _columns(event: Row[Any]) -> dict[str, Any]:
    times = {"occurred_at": stamp(event.occurred_at), "recorded_at": stamp(event.recorded_at)}
    told = {name: getattr(event, column) for name, column in SAME_IN_PAYLOAD.items()}
    return told | times | {"acting_for": event.acting_for}


def _words(event: Row[Any], told: str | None, instead: str | None) -> Iterator[tuple[str, str]]:
    """People's words lie beside the entry under a salted hash, or what a redaction put in their place."""
    if event.personal is None:
        if told is not None:
            yield "words_missing", "该条记载的文字内容不存在：理由、意见等文字被删除"
    elif instead is not None and (event.personal, event.personal_salt) == (instead, ""):
        return
    elif personal_hash(event.personal, event.personal_salt, event.algorithm) != told:
        yield "words_changed", "文字内容与其哈希不符：理由、意见等文字被改动"
    elif instead is not None:
        yield "words_unredacted", "已隐去的文字仍在：隐去后又被放回，或者恢复了旧数据"
