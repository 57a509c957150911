"""Reads of the rules: lifecycles, policies and calendars as they came into force. They never decide."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, desc, func, literal, select, union_all

from workflow.storage.look import known, remembered
from workflow.storage.models import CalendarVersion
from workflow.storage.queries import CASE, EVENT, RULES, entries_with_words, table

CALENDAR = table(CalendarVersion)
_SIGNATURES = select(RULES.c.digest, RULES.c.authorised_at, RULES.c.revoked_at)
LOADED = (CALENDAR.c.loaded_at, CALENDAR.c.version)


def rule(tx: Connection, digest: str) -> Row[Any] | None:
    return tx.execute(select(RULES).where(RULES.c.digest == digest)).first()


def rule_in_force(tx: Connection, kind: str) -> Row[Any] | None:
    """The last activated lifecycle or policy."""
    found = select(RULES).where(RULES.c.kind == kind).order_by(RULES.c.activated_at.desc(), RULES.c.digest)
    return tx.execute(found.limit(1)).first()


def digest_in_force(tx: Connection, kind: str) -> str | None:
    """The same by its hash alone: the text is long, and mostly known."""
    return remembered(tx, ("in force", kind), lambda: _digest_in_force(tx, kind))


def _digest_in_force(tx: Connection, kind: str) -> str | None:
    found = select(RULES.c.digest).where(RULES.c.kind == kind)
    return tx.execute(found.order_by(RULES.c.activated_at.desc(), RULES.c.digest).limit(1)).scalar()


def signatures(tx: Connection) -> dict[str, Any]:
    """When each rule was signed for what goes out by itself, and when that was taken back, by its hash."""
    return remembered(tx, "signatures", lambda: {row.digest: row for row in tx.execute(_SIGNATURES)})


def policies_kept(tx: Connection) -> list[Row[Any]]:
    """Every policy that was ever in force, the last activated at the end."""
    found = select(RULES).where(RULES.c.kind == "policy")
    return list(tx.execute(found.order_by(RULES.c.activated_at, RULES.c.digest.desc())))


def open_cases_by_policy(tx: Connection) -> dict[str, int]:
    """How many cases not struck off are pinned to each policy."""
    pinned = select(CASE.c.policy, func.count()).where(CASE.c.closed_on.is_(None), CASE.c.policy.is_not(None))
    return {policy: int(count) for policy, count in tx.execute(pinned.group_by(CASE.c.policy))}


def events_of_open_cases(tx: Connection, most: int) -> Iterable[Row[Any]]:
    """Every entry of the newest cases that are under a policy and not struck off, case by case, streamed."""
    pinned = CASE.c.closed_on.is_(None), CASE.c.policy.is_not(None)
    newest = select(CASE.c.id).where(*pinned).order_by(CASE.c.id.desc()).limit(most).subquery()
    found = entries_with_words().where(EVENT.c.case_id.in_(select(newest.c.id)))
    ordered = found.order_by(EVENT.c.case_id, EVENT.c.seq)
    return tx.execute(ordered, execution_options={"yield_per": 1000})


def cases_by_lifecycle(tx: Connection, states: Iterable[str]) -> dict[str, int]:
    """How many cases in these states are pinned to each lifecycle table."""
    pinned = select(CASE.c.lifecycle, func.count()).where(CASE.c.state.in_(list(states)))
    return {digest: int(count) for digest, count in tx.execute(pinned.group_by(CASE.c.lifecycle))}


def cases_under_other_lifecycles(tx: Connection, digest: str, states: Iterable[str]) -> list[str]:
    """The numbers of the cases in these states that are pinned to another lifecycle table."""
    found = select(CASE.c.number).where(CASE.c.lifecycle != digest, CASE.c.state.in_(list(states)))
    return list(tx.execute(found.order_by(CASE.c.number)).scalars())


def lifecycles_kept(tx: Connection) -> list[Row[Any]]:
    """Every lifecycle table that was ever in force, the last activated at the end."""
    found = select(RULES).where(RULES.c.kind == "lifecycle")
    return list(tx.execute(found.order_by(RULES.c.activated_at, RULES.c.digest.desc())))


def cases_under_other_policies(tx: Connection, digest: str) -> Iterable[Row[Any]]:
    """Cases not struck off that are pinned to another policy, in the order of their numbers, streamed."""
    found = select(CASE).where(CASE.c.closed_on.is_(None), CASE.c.policy != digest).order_by(CASE.c.number)
    return tx.execute(found, execution_options={"yield_per": 1000})


def rule_digests(tx: Connection, kind: str) -> list[str]:
    """Every lifecycle or policy that was ever in force."""
    return remembered(tx, ("digests", kind), lambda: _rule_digests(tx, kind))


def _rule_digests(tx: Connection, kind: str) -> list[str]:
    return list(tx.execute(select(RULES.c.digest).where(RULES.c.kind == kind)).scalars())


def calendar_in_force(tx: Connection, by: datetime | None = None) -> str | None:
    """The version of the calendar in force: the last an office imported, or else the last packaged one.

    With `by` the one that was in force at that instant; None if none was loaded by then.
    """
    return remembered(tx, ("calendar", by), lambda: _calendar_in_force(tx, by))


def _calendar_in_force(tx: Connection, by: datetime | None) -> str | None:
    loaded = known(tx, "calendars")
    if loaded is not None:
        return next((one.version for one in reversed(loaded) if by is None or one.loaded_at <= by), None)
    found = select(CALENDAR.c.version).order_by(CALENDAR.c.previous.is_(None), CALENDAR.c.loaded_at.desc())
    if by is not None:
        found = found.where(CALENDAR.c.loaded_at <= by)
    return tx.execute(found.limit(1)).scalar_one_or_none()


def _in_force() -> CompoundSelect[Any]:
    activated = select(RULES.c.kind, RULES.c.digest.label("name"), RULES.c.activated_at.label("at"))
    order = CALENDAR.c.previous.is_(None), CALENDAR.c.loaded_at.desc()
    newest = select(CALENDAR.c.version, CALENDAR.c.loaded_at).order_by(*order).limit(1).subquery()
    loaded = select(literal("calendar"), newest.c.version, newest.c.loaded_at)
    return union_all(activated, loaded).order_by("at", desc("name"))


_IN_FORCE = _in_force()


def in_force(tx: Connection) -> dict[str, str]:
    """What is in force of every kind, the calendar among them, by its hash or version."""
    return remembered(tx, "in force", lambda: {row.kind: row.name for row in tx.execute(_IN_FORCE)})


def calendar_version(tx: Connection, version: str) -> Row[Any] | None:
    return tx.execute(select(CALENDAR).where(CALENDAR.c.version == version)).first()


def calendar_versions(tx: Connection) -> list[str]:
    """The calendar versions kept, the one loaded last at the end."""
    return list(tx.execute(select(CALENDAR.c.version).order_by(*LOADED)).scalars())


def kept_calendars(tx: Connection) -> list[Row[Any]]:
    """The same with everything that is kept of them."""
    return list(tx.execute(select(CALENDAR).order_by(*LOADED)))
