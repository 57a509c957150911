"""Statistics of the whole register, read in one transaction and counted while the cases stream by.

The counting is the rule book's (`states.statistics`); here its facts are fetched. Nothing is written.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from states import statistics as judging
from states.errors import NotPermitted
from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.policy import Policy
from states.statistics import By, Matter, Period, Stage, Statistics, stage_of
from states.vocabulary import LookbackFinding
from workflow.services.office import Office
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage import queries, rules
from workflow.storage.marks import cases_with_marks
from workflow.storage.session import reading

FACTS = (
    "lead_unit",
    "complexity",
    "accountable_leader",
    "policy",
    "dispatched_on",
    "due_on",
    "original_due_on",
    "open_ended",
    "clocks",
    "paused_on",
    "suspended_from",
    "extensions",
    "returns",
    "reported_by",
    "reported_on",
    "closed_on",
    "outcome",
    "lookback_finding",
    "lookbacks",
    "relapses",
    "merged_into",
    "origin",
)
"""The facts that statistics look at; the state is looked up in the case's own lifecycle."""

MARKS = {
    "reopened": "reopen",
    "extended": "grant_extension",
    "reported": "report_completion",
    "returned": "return_for_rework",
    "relapsed": "follow_up",
}
"""What statistics ask of a case's history, and the effect of the commands that made it so."""

SETS = {"relapsed": ("lookback_finding", LookbackFinding.RELAPSED.value)}
"""The marks that take more than the kind of an entry: the fact it has to set."""


def statistics(
    office: Office,
    *,
    today: datetime,
    since: date | None = None,
    until: date | None = None,
    by: By | None = None,
) -> Statistics:
    """The statistics of the matters dispatched or due in a period, by what is recorded of them now.

    Lateness and extension are asked of those due in it, everything else of those dispatched in it.
    `today` says by when an open matter counts as overdue, `by` what matters are told apart by. Raises
    `FactInvalid` (`period_reversed`).
    """
    with reading(office.engine) as tx:
        return counted(tx, office, today=today, period=Period(since, until), by=by)


def statistics_shown(
    office: Office,
    *,
    to: Onlooker,
    today: datetime,
    since: date | None = None,
    until: date | None = None,
    by: By | None = None,
) -> Statistics:
    """The same to somebody who sees the whole. Raises `NotPermitted` (`statistics_not_permitted`)."""
    with reading(office.engine) as tx:
        if not Eyes(tx, to).see_everything:
            message = "统计供督查室人员和审计查阅人查看；本单位的情况请看挂图作战。"
            raise NotPermitted(message, code="statistics_not_permitted")
        return counted(tx, office, today=today, period=Period(since, until), by=by)


def counted(tx: Connection, office: Office, *, today: datetime, period: Period, by: By | None) -> Statistics:
    """The same within a transaction."""
    names = {row.code: row.name for row in queries.units(tx)}
    return judging.statistics(
        _matters(tx, office), at=today, calendar=office.calendar(tx), period=period, by=by, names=names
    )


def _matters(tx: Connection, office: Office) -> Iterator[Matter]:
    lifecycles = [office.lifecycle(tx, digest) for digest in rules.rule_digests(tx, "lifecycle")]
    kinds = {mark: _kinds(lifecycles, effect) for mark, effect in MARKS.items()}
    stages = {(one.digest, row.id): stage_of(one, row.id) for one in lifecycles for row in one.states}
    categories = _categories(office.policy(tx, digest) for digest in rules.rule_digests(tx, "policy"))
    for row in cases_with_marks(tx, ("state", "lifecycle", *FACTS), kinds, SETS):
        yield _matter(row, stages[row.lifecycle, row.state], categories.get((row.policy, row.complexity)))


def _kinds(lifecycles: Iterable[Lifecycle], effect: str) -> list[str]:
    """What the entries of commands with this effect are called, in any lifecycle."""
    return sorted({row.event for one in lifecycles for row in one.commands if row.effect == effect})


def _categories(policies: Iterable[Policy]) -> dict[tuple[str | None, str | None], str]:
    """What each policy calls its categories, by its hash and their ids."""
    return {(policy.digest, row.id): row.label for policy in policies for row in policy.categories}


def _matter(row: Row[Any], stage: Stage, category: str | None) -> Matter:
    facts = CaseFacts(state=row.state, **{name: getattr(row, name) for name in FACTS})
    ever = {mark: bool(getattr(row, mark)) for mark in MARKS}
    return Matter(facts, stage, **ever, category=category)
