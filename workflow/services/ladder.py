"""What the planner needs of stored cases, and when it wants to look at them again."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row

from states.case import OFFICE_ZONE
from states.ladder import OnLadder, Raised, plan
from states.lifecycle import Lifecycle
from workflow.services.batch import OpenCase
from workflow.services.work import Work


def on_ladder(case: OpenCase, lifecycle: Lifecycle, raised: Iterable[Raised]) -> OnLadder:
    """The case as the planner sees it."""
    facts = case.facts
    return OnLadder(
        running=lifecycle.clock(facts.state) == "running" and not facts.open_ended,
        due_on=facts.due_on,
        epoch=facts.epoch,
        raised=tuple(raised),
        extension_pending=facts.extension_to is not None,
    )


def raised_by_case(rows: Iterable[Row[Any]]) -> dict[int, list[Raised]]:
    """Stored escalations as the planner sees them, by case id."""
    found: dict[int, list[Raised]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(
            Raised(row.step, row.clock, row.epoch, row.state, row.issued_on, row.reply_due_on, row.judgement)
        )
    return found


def look_again(work: Work, case: OpenCase, raised: Iterable[Raised]) -> datetime | None:
    """The instant the sweep should look at this case: now if a step is due, else the planner's next day."""
    seen = on_ladder(case, work.lifecycle_of(case), raised)
    wanted = plan(seen, work.policy_of(case), work.calendar, work.day)
    next_on = work.day if wanted.steps else wanted.next_on
    return None if next_on is None else start_of(next_on)


def start_of(day: date) -> datetime:
    """The instant an office day begins."""
    return datetime.combine(day, time(), OFFICE_ZONE)
