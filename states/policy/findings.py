"""What an examination finds: a value the gates raise as a refusal and the doors print in a table."""

from dataclasses import asdict, dataclass
from typing import Literal

FAULT: Literal["fault"] = "fault"
WARNING: Literal["warning"] = "warning"


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """One finding. `place` is the path of the entry (`rungs.inquiry`), `message` a sentence for people.

    A policy with a `fault` cannot do what it says; a `warning` is for a person to look at.
    """

    level: Literal["fault", "warning"]
    code: str
    place: str
    message: str

    def as_json(self) -> dict[str, str]:
        """The finding as the doors print it."""
        return asdict(self)


def fault(code: str, place: str, message: str) -> PolicyFinding:
    return PolicyFinding(FAULT, code, place, message)


def warning(code: str, place: str, message: str) -> PolicyFinding:
    return PolicyFinding(WARNING, code, place, message)
