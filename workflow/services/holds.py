"""Holds: the scheduled sweep stands still until an officer or the director has looked and lets it go on.

It is held when it would raise far more than on a usual day, after downtime if the policy says so, after an
upgrade, and when the database turns out to be older than it was. Nothing is lost meanwhile: cases stay due.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import FactMissing, NotPermitted
from states.policy.operation import SweepRule
from states.vocabulary import Role
from workflow.errors import NotFound
from workflow.services.batch import Batch
from workflow.services.entries import Act, stamp
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.services.work import Work
from workflow.storage import queries, sweeps
from workflow.storage.session import reading

UNUSUAL, DOWNTIME, UPGRADE, RESTORED = "unusual", "downtime", "upgrade", "restored"
LABELS = {UNUSUAL: "数量异常", DOWNTIME: "停止后恢复", UPGRADE: "数据库升级", RESTORED: "疑由旧备份恢复"}
ANSWERABLE = (Role.OFFICER, Role.DIRECTOR)
LOOKED_BACK, DAYS_FOR_A_USUAL = timedelta(days=30), 5
NEXT = "核对后请用duban sweep release放行"


def hold(batch: Batch, reason: str, told: str, **facts: Any) -> None:
    """Hold the scheduled sweep from now on, with an entry in the journal; once for each reason."""
    if any(row.reason == reason for row in sweeps.holds_in_force(batch.tx)):
        return
    hold_id, at = secrets.token_hex(16), batch.signature.recorded_at
    sweeps.add_hold(batch.tx, id=hold_id, reason=reason, told=told, since=at)
    batch.note(Act("sweep_held", at, details={"hold": hold_id, "held_for": reason, "told": told, **facts}))


def let_go(work: Work, covers: int, reason: str | None) -> list[str]:
    """Release every hold in force, by whoever signs; returns their reasons.

    `covers` is how many escalations wait now. Raises `NotFound` (`hold_unknown`) when nothing is held,
    `NotPermitted` for anybody but an officer or the director.
    """
    person = answerable(work, work.batch.signature)
    rows = sweeps.holds_in_force(work.tx)
    if not rows:
        raise NotFound("巡查没有被暂缓，无须放行。", code="hold_unknown")
    for row in rows:
        told = {"hold": row.id, "held_for": row.reason, "covers": covers}
        sweeps.release_hold(work.tx, row.id, released_at=work.at, released_by=person, covers=covers)
        details = told | ({"reason": reason} if reason else {})
        work.batch.note(Act("hold_released", work.at, person, details))
    return [row.reason for row in rows]


def answerable(
    work: Work, by: Signature, *, on: str = "巡查是否继续", roles: Sequence[Role] = ANSWERABLE
) -> str:
    """The code of whoever signs, who must hold one of these roles; `on` is what they decide."""
    if by.person is None:
        raise FactMissing("请用 --as 写明由谁办理。", code="person_missing", missing="as")
    person = find_person(work.tx, by.person)
    if not {role.value for role in roles} & {
        grant.role for grant in queries.grants_of(work.tx, person.code, work.day)
    }:
        known = "或".join(role.label for role in roles)
        raise NotPermitted(f"只能由{known}决定{on}。", person=person.code)
    return str(person.code)


def usual_of_a_day(tx: Connection, day: date) -> float | None:
    """How many escalations a usual day raises: the median of the last month's, once there are five."""
    counts = sweeps.raised_by_day(tx, day - LOOKED_BACK, day)
    return median(counts) if len(counts) >= DAYS_FOR_A_USUAL else None


def most_unasked(rule: SweepRule, usual: float) -> float:
    """How many escalations one sweep may raise without being held, besides those a release covers."""
    return max(rule.hold_floor, rule.hold_factor * usual)


def covered(tx: Connection, wanted: Sequence[str]) -> int:
    """How many of the escalations wanted, each named by its case, the last release still lets out.

    Only what waited when it was given, so that it ends with the cases it was given for.
    """
    row = sweeps.last_release(tx)
    left = (row.covers or 0) - sweeps.raised_in_runs_since(tx, row.released_at) if row else 0
    if row is None or left <= 0:
        return 0
    waited = {one.number for one in sweeps.due(tx, row.released_at)}
    return min(left, sum(number in waited for number in wanted))


def in_force(office: Office) -> list[dict[str, Any]]:
    """What holds the scheduled sweep now; empty when nothing does."""
    with reading(office.engine) as tx:
        return [as_json(row) for row in sweeps.holds_in_force(tx)]


def list_holds(office: Office, limit: int) -> list[dict[str, Any]]:
    """Every hold, newest first."""
    with reading(office.engine) as tx:
        return [as_json(row) for row in sweeps.latest_holds(tx, limit)]


def as_json(row: Row[Any]) -> dict[str, Any]:
    """A hold as the doors print it."""
    values = row._asdict()
    told = {name: stamp(value) if isinstance(value, datetime) else value for name, value in values.items()}
    return {**told, "in_force": row.released_at is None}
