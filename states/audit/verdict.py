"""What is said of an entry that does not keep to the rules."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deviation:
    """One rule an entry breaks: a stable code, and what it breaks in words."""

    code: str
    what: str
