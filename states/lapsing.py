"""What falls away by itself as a due date moves: a request for more time, a report of 难以按期."""

from collections.abc import Collection, Iterable, Iterator

from states.facts import CaseFacts
from states.lights import hard_to_meet

GRANTING = "grant_extension"
WORDS = {"extension_to": "延期申请随之了结", "expected_on": "难以按期的说明随之失效"}
"""By the fact that says it, how an answer and a history tell that it fell away."""


def lapsed(before: CaseFacts, after: CaseFacts, effect: str | None) -> Iterator[str]:
    """The facts that say what fell away; a request that is granted has not."""
    if before.due_on == after.due_on:
        return
    if before.extension_to and not after.extension_to and effect != GRANTING:
        yield "extension_to"
    if hard_to_meet(before) and not hard_to_meet(after):
        yield "expected_on"


def told_to_the_giver(before: CaseFacts, names: Collection[str]) -> tuple[str, ...]:
    """A sentence each, to whoever moved the date."""
    if not names:
        return ()
    more = {
        "extension_to": f"（原申请延至{before.extension_to}）；仍需延期的，请重新申请。",
        "expected_on": f"（原预计{before.expected_on}完成）；仍难以按期的，请重新反馈。",
    }
    return tuple(WORDS[name] + more[name] for name in names)


def told_in_history(names: Iterable[str]) -> str:
    """In brackets behind the sentence of the entry that moved the date; nothing where nothing fell away."""
    told = "，".join(WORDS[name] for name in names)
    return f"（{told}）" if told else ""
