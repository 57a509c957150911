"""Which key signs checkpoints: the one the office's journal announced last."""

import json

from sqlalchemy import Connection

from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.settings import Settings
from workflow.signing import ANNOUNCED, ROTATED, SigningKey, keep_signing_key, read_signing_key
from workflow.storage import journal

MOST_KEYS = 1_000


def announced(tx: Connection) -> list[str]:
    """The public halves the journal tells of, the one in force first."""
    told = journal.newest_entries(tx, [ANNOUNCED, ROTATED], MOST_KEYS)
    return [str(json.loads(entry.payload)["details"].get("public")) for entry in told]


def in_force(tx: Connection, settings: Settings) -> SigningKey:
    """The key that signs now. Raises `ConfigurationError` when it is not in this host's file."""
    return read_signing_key(settings.secret_file, next(iter(announced(tx)), None))


def announce(batch: Batch, keys: list[SigningKey]) -> None:
    """Enter the public half of the file's key, unless the journal knows one of the file's.

    A change that was cut off after its entry is brought to its end: the former key goes.
    """
    known, secret_file = announced(batch.tx), batch.office.settings.secret_file
    if keys and not {key.public for key in keys} & set(known):
        details = {"public": keys[-1].public}
        batch.note(Act("signing_key_announced", batch.signature.recorded_at, details=details))
    for key in keys:
        if [key.public] == known[:1]:
            keep_signing_key(secret_file, key)
