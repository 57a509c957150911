"""Keeping beside each case when its light turns, so that the register can be asked for a light, and what
else is counted of it.
"""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection

from states.errors import UNREADABLE, Refusal
from states.facts import CaseFacts
from states.tallies import OF_COLUMN, week_of
from states.turning import GREY, Standing, alike
from states.vocabulary import Outcome
from workflow.services.office import Office


def rows_of(
    tx: Connection, office: Office, cases: Iterable[tuple[int, CaseFacts]], *, at: datetime
) -> Iterator[dict[str, Any]]:
    """The rows to keep of these cases, by the rules they are under and the calendar in force."""
    rules, known = _Rules(tx, office), dict[Hashable, dict[str, datetime | None]]()
    for case_id, facts in cases:
        key = alike(facts)
        if key not in known:
            known[key] = {**_standing(rules, facts, at), **_flows(facts)}
        yield {"case_id": case_id, "unit": facts.lead_unit, **known[key]}


def unlit(case_id: int) -> dict[str, Any]:
    """The row of a case that is past reading: it is looked for by no light, and counted nowhere."""
    return {"case_id": case_id, "unit": None, **dict.fromkeys(OF_COLUMN)}


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


def _standing(rules: _Rules, facts: CaseFacts, at: datetime) -> dict[str, datetime | None]:
    """A matter whose light cannot be told has none to be looked for; its line says what is wrong with it."""
    try:
        standing = rules.standing(facts)
        turns = standing.turns(at)
        rest = {"overdue_at": standing.overdue_at, "missed_at": standing.missed_at(at)}
    except (*UNREADABLE, ArithmeticError, Refusal):
        turns, rest = GREY, {"overdue_at": None, "missed_at": None}
    return {"yellow_at": turns.yellow_at, "red_at": turns.red_at, **rest}


def _flows(facts: CaseFacts) -> dict[str, datetime | None]:
    """The weeks a matter was handed out and struck off in; one struck off late passed its date in another."""
    is_over = facts.closed_on is not None and facts.outcome != Outcome.WITHDRAWN
    is_late = is_over and facts.outcome == Outcome.LATE and facts.due_on is not None
    closed_in = week_of(facts.closed_on) if is_over else None
    return {
        "opened_in": week_of(facts.dispatched_on),
        "closed_in": closed_in,
        "lapsed_in": week_of(facts.due_on + timedelta(days=1)) if is_late and facts.due_on else None,
        "settled_in": closed_in if is_late else None,
    }
