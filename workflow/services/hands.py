"""The hand entries are written in: a digest profile and a key.

Which one is in force stands in the database, so that all processes change it at the same entry.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from states.history import chain_hash, keyed_code, personal_hash
from workflow.digests import check_available
from workflow.errors import ConfigurationError
from workflow.secret import Key, Secret
from workflow.services.office import Office
from workflow.services.people import check_none_is_disabled
from workflow.storage import evidence


@dataclass(frozen=True, slots=True)
class Hand:
    """How an entry is hashed and keyed; `tells`: whether anybody outside is told of entries (webhooks)."""

    algorithm: str
    key: Key
    tells: bool = False

    def hash(self, payload: str, previous: str) -> str:
        return chain_hash(payload, previous, self.algorithm)

    def code(self, text: str) -> str:
        return keyed_code(text, self.key.value, self.algorithm)

    def personal_hash(self, words: str, salt: str) -> str:
        return personal_hash(words, salt, self.algorithm)


def hand_in_force(tx: Connection, office: Office) -> Hand:
    """The hand of this transaction; nobody changes what is in force before it ends.

    Raises `ConfigurationError` (`evidence_missing`, `key_unknown`, `digest_unavailable`).
    """
    row = evidence.held_in_force(tx)
    if row is None:
        raise missing()
    return _hand(office, row)


def _hand(office: Office, row: Row[Any]) -> Hand:
    check_available(row.algorithm)
    return Hand(row.algorithm, office.secret.named(row.key_id), row.webhooks)


def hand_with_journal(tx: Connection, office: Office, person: str | None) -> tuple[Hand, Row[Any]] | None:
    """The same and the journal's head, which nobody else moves before this transaction ends, with a single
    question; None where either is not there.

    Raises as `hand_in_force`, and `NotPermitted` (`actor_disabled`) as `check_not_disabled` for a `person`.
    """
    found = evidence.held_with_journal(tx, person)
    if not found:
        return None
    if person is not None:
        check_none_is_disabled([one for one in found if one.code is not None], person)
    return _hand(office, found[0]), found[0]


def hand_of(event: Row[Any], secret: Secret) -> Hand | None:
    """The hand a stored entry says it was written in, None where its key is not here."""
    key = secret.find(event.key_id)
    return None if key is None else Hand(event.algorithm, key)


def missing() -> ConfigurationError:
    """What is wrong with a database that does not say how to write."""
    return ConfigurationError(
        "数据库中没有存证设置（evidence表为空），无法记载；请维护人员核查，并从备份恢复。",
        code="evidence_missing",
    )
