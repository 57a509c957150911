"""The person a proposal concerns, as its entry knows him: by a keyed code.

No name stands in the history before a paper is issued.
"""

import json
from typing import Any

from sqlalchemy import Row

from states.history import keyed_code
from workflow.secret import Secret
from workflow.services.office import Office


def object_code(secret: Secret, person: str | None) -> str | None:
    """The code of a person, which nobody without the key can make or undo."""
    return None if person is None else keyed_code(person, secret.key)


def is_told_of(office: Office, person: str, proposal: Row[Any]) -> bool:
    """Whether the entry that proposed a measure was about this person; entries of old tell of nobody."""
    told = json.loads(proposal.payload)["details"].get("object_code")
    return (
        told is None or proposal.key_id != office.secret.key_id or told == object_code(office.secret, person)
    )
