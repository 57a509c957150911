"""Mails as they come back, of invented offices, and what each of them says.

`reports` are in a standard form (RFC 3464, 5965), `notices` in a mail system's own words, `others` are
whatever else comes to the same mailbox. Beside them `expected.toml` says of each: the Message-ID or the token
it is tied by, and its bounces, recipient by recipient.
"""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from notifications.bounces import Bounce, read_bounces

FOLDER = Path(__file__).parent / "samples"
FIELDS = ("kind", "recipient", "status", "smtp_code", "blames_address")


@dataclass(frozen=True)
class Sample:
    """A mail with what is expected of it."""

    path: Path
    expected: dict[str, Any]

    @cached_property
    def data(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def bounces(self) -> tuple[Bounce, ...]:
        return read_bounces(self.data)

    def is_tied(self) -> bool:
        """Whether every bounce names first the mail it is about."""
        named = self.expected.get("message_id"), self.expected.get("verp")
        return any(named) and all(
            one.message_ids[:1] == named[:1] if named[0] else one.verp == named[1] for one in self.bounces
        )


def samples(kind: str) -> list[Sample]:
    """All mails of a folder, each of which has its expectation."""
    expected = tomllib.loads((FOLDER / kind / "expected.toml").read_text(encoding="utf-8"))
    paths = {path.stem: path for path in (FOLDER / kind).glob("*.eml")}
    assert paths.keys() == expected.keys()
    return [Sample(paths[name], expected[name]) for name in sorted(expected)]


def told(bounce: Bounce) -> dict[str, Any]:
    """What a bounce says, without what it does not know."""
    return {name: getattr(bounce, name) for name in FIELDS if getattr(bounce, name)}
