"""The person a proposal concerns, as its entry knows him: by a keyed code.

No name stands in the history before a paper is issued.
"""

import json
from typing import Any

from sqlalchemy import Row

from workflow.secret import Secret
from workflow.services.hands import Hand, hand_of


def object_code(hand: Hand, person: str | None) -> str | None:
    """The code of a person, which nobody without the key can make or undo."""
    return None if person is None else hand.code(person)


def is_told_of(secret: Secret, person: str, proposal: Row[Any]) -> bool:
    """Whether the entry that proposed a measure was about this person; entries of old tell of nobody."""
    told, hand = json.loads(proposal.payload)["details"].get("object_code"), hand_of(proposal, secret)
    return told is None or hand is None or told == object_code(hand, person)
