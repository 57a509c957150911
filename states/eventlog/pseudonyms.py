"""Names for people that say nothing of them, the same all through one export and never again.

The key is fresh for every export and kept nowhere, so that nobody can turn a pseudonym back by trying the
codes of the directory, not even who holds the installation's keys; two exports cannot be joined by people.
"""

import hmac
from hashlib import sha256

SHOWN = 16


class Pseudonyms:
    """The pseudonyms of one export, by its key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._given: dict[str, str] = {}

    def of(self, person: str) -> str:
        """What somebody is called here."""
        if person not in self._given:
            code = hmac.new(self._key, person.encode(), sha256).hexdigest()
            self._given[person] = f"P{code[:SHOWN]}"
        return self._given[person]
