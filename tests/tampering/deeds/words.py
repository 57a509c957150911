"""Deeds done to the words that lie beside an entry."""

import sqlite3

from sqlalchemy import select

from states.history import personal_hash
from tests.tampering.deeds.victims import (
    Victim,
    at_entry,
)
from tests.tampering.lived_city import EARLIER
from tests.tampering.owner import EVENT, WORDS, Owner, retold
from workflow.storage.models import (
    Event,
    EventWords,
)

SPOKEN = WORDS.c.salt != ""
"""Words that no redaction has taken away."""


def change_words(owner: Owner) -> Victim:
    row = owner.any_row(EventWords, SPOKEN)
    owner.change(row, EventWords, text=row.text.replace('":"', '":"不', 1))
    return at_entry(owner, row)


def remove_words(owner: Owner) -> Victim:
    row = owner.any_row(EventWords, SPOKEN)
    owner.remove(row, EventWords)
    return at_entry(owner, row)


def put_redacted_words_back(owner: Owner) -> Victim:
    """From an older copy of the database, with their salt."""
    with sqlite3.connect(owner.outside.parent / EARLIER) as older:
        (row,) = owner.rows(EventWords, WORDS.c.salt == "")
        found = "SELECT text, salt FROM event_words WHERE case_id = ? AND seq = ?"
        said, salt = older.execute(found, (row.case_id, row.seq)).fetchone()
    older.close()
    owner.change(row, EventWords, text=said, salt=salt)
    return at_entry(owner, row)


def replace_words_and_salt(owner: Owner) -> Victim:
    row = owner.any_row(EventWords, SPOKEN)
    owner.change(row, EventWords, text='{"details":{},"set":{}}', salt="ab" * 16)
    return at_entry(owner, row)


def replace_words_with_their_hash(owner: Owner) -> Victim:
    """The entry is made to tell the hash of the new words, and its chain is hashed anew."""
    words = owner.dice.choice([one for one in owner.rows(EventWords, SPOKEN) if one.case_id])
    row = next(one for one in owner.chain(words.case_id) if one.seq == words.seq)
    text = words.text.replace('":"', '":"不', 1)
    owner.change(words, EventWords, text=text)
    told = personal_hash(text, words.salt, row.algorithm)
    owner.change(row, Event, payload=retold(row, personal=told))
    owner.hash_again(row.case_id)
    return at_entry(owner, row)


def lay_words_beside(owner: Owner) -> Victim:
    """Words beside an entry that had none."""
    spoken = select(WORDS.c.case_id).where(WORDS.c.case_id == EVENT.c.case_id, WORDS.c.seq == EVENT.c.seq)
    row = owner.entry(~spoken.exists())
    words = {
        "case_id": row.case_id,
        "seq": row.seq,
        "text": '{"details":{"opinion":"同意"}}',
        "salt": "ab" * 16,
    }
    owner.add(EventWords, words)
    return at_entry(owner, row)
