"""Every refusal the rule book can give.

One root, few classes. Each refusal carries a stable `code`, the facts it rests on, and a Chinese sentence
that says what is wrong and what to do next; the doors show that sentence and nothing else.
"""

from collections.abc import Mapping
from typing import Any

UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What reading an entry runs into that was changed behind the application."""


class Refusal(Exception):
    """Root of all refusals. `code` is stable, `facts` are plain JSON values, `message` is for people."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.facts: Mapping[str, Any] = facts

    def as_json(self) -> dict[str, Any]:
        """The refusal as the doors print it."""
        return {"code": self.code, "message": self.message, "facts": dict(self.facts)}


class TransitionRefused(Refusal):
    """The command does not exist in the state the case is in."""

    code = "transition_refused"


class NotPermitted(Refusal):
    """The command exists here, but this actor may not give it."""

    code = "not_permitted"


class FactMissing(Refusal):
    """The command is owed a fact that was not given, such as a reason, a result or evidence."""

    code = "fact_missing"


class FactInvalid(Refusal):
    """A fact was given that cannot be true or cannot be used here."""

    code = "fact_invalid"


class RuleInvalid(Refusal):
    """A lifecycle, policy or calendar cannot be used; the message names the line or entry."""

    code = "rule_invalid"
