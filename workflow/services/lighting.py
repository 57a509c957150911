"""Keeping beside each case when its light turns, so that the register can be asked for a light."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection

from states.errors import UNREADABLE, Refusal
from states.facts import CaseFacts
from states.turning import GREY, Standing, Turns
from workflow.services.office import Office


def rows_of(
    tx: Connection, office: Office, cases: Iterable[tuple[int, CaseFacts]], *, at: datetime
) -> Iterator[dict[str, Any]]:
    """The rows to keep of these cases, by the rules they are under and the calendar in force."""
    rules = _Rules(tx, office)
    for case_id, facts in cases:
        turns = _turns(rules, facts, at)
        yield {"case_id": case_id, "yellow_at": turns.yellow_at, "red_at": turns.red_at}


class _Rules:
    """The rules of many cases, each asked for once."""

    def __init__(self, tx: Connection, office: Office) -> None:
        self._calendar = cache(partial(office.calendar, tx))
        self._lifecycle = cache(partial(office.lifecycle, tx))
        self._policy = cache(partial(office.policy, tx))

    def standing(self, facts: CaseFacts) -> Standing:
        """A matter under its rules."""
        rules = self._lifecycle(facts.lifecycle), self._policy(facts.policy), self._calendar()
        return Standing(facts, *rules)


def _turns(rules: _Rules, facts: CaseFacts, at: datetime) -> Turns:
    """A matter whose light cannot be told has none to be looked for; its line says what is wrong with it."""
    try:
        return rules.standing(facts).turns(at)
    except (*UNREADABLE, ArithmeticError, Refusal):
        return GREY
