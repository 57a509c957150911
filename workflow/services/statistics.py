"""Statistics of the whole register, read in one transaction and counted while the cases stream by.

The counting is the rule book's (`states.statistics`); here its facts are fetched. Nothing is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row

from states import statistics as judging
from states.errors import NotPermitted
from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.policy import Policy
from states.statistics import By, Happening, Matter, Period, Stage, Statistics, stage_of
from states.vocabulary import LookbackFinding
from workflow.services.office import Office
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage import queries, rules
from workflow.storage.guarded import Unreadable
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

NAMING = ("number", "title", "sealed_on")
"""What it takes besides to name a matter."""

MARKS = {
    "reopened": "reopen",
    "extended": "grant_extension",
    "reported": "report_completion",
    "returned": "return_for_rework",
    "relapsed": "follow_up",
}
"""What statistics ask of a case's history, and the effect of the commands that made it so."""

BEFORE_FACTS = 2
"""The columns of a row that are no facts come first: its state and its lifecycle."""

Happenings = Mapping[str, tuple[tuple[Happening, date], ...]]
"""What happened on which days, by the numbers of the matters."""

NOTHING: Happenings = {}

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
    every = (_read(one) for one in matters(tx, office))
    return judging.statistics(
        every, at=today, calendar=office.calendar(tx), period=period, by=by, names=names
    )


def matters(
    tx: Connection,
    office: Office,
    *,
    named: bool = False,
    among: Sequence[ColumnElement[bool]] = (),
    happened: Happenings = NOTHING,
) -> Iterator[Matter | Unreadable]:
    """The matters of the register as statistics look at them, streamed, `among` those that are asked for;
    with `named`, what they are called besides, and what `happened` to them, by their numbers. A row past
    reading keeps none of the others back."""
    lifecycles = office.every_lifecycle(tx)
    kinds = {mark: kinds_of(lifecycles, effect) for mark, effect in MARKS.items()}
    stages = {(one.digest, row.id): stage_of(one, row.id) for one in lifecycles for row in one.states}
    categories = _categories(office.policy(tx, digest) for digest in rules.rule_digests(tx, "policy"))
    names = (*FACTS, *(NAMING if named else ()))
    for row in cases_with_marks(tx, ("state", "lifecycle", *names), kinds, SETS, among):
        if isinstance(row, Unreadable):
            yield row
        else:
            stage = stages[row.lifecycle, row.state]
            yield _matter(row, names, stage, categories.get((row.policy, row.complexity)), happened)


def _read(one: Matter | Unreadable) -> Matter:
    if isinstance(one, Unreadable):
        raise one.error
    return one


def kinds_of(lifecycles: Iterable[Lifecycle], effect: str) -> list[str]:
    """What the entries of commands with this effect are called, in any lifecycle."""
    return sorted({row.event for one in lifecycles for row in one.commands if row.effect == effect})


def _categories(policies: Iterable[Policy]) -> dict[tuple[str | None, str | None], str]:
    """What each policy calls its categories, by its hash and their ids."""
    return {(policy.digest, row.id): row.label for policy in policies for row in policy.categories}


def _matter(
    row: Row[Any], names: Sequence[str], stage: Stage, category: str | None, happened: Happenings
) -> Matter:
    """By places, not by names: a register has very many rows."""
    end = BEFORE_FACTS + len(names)
    facts = CaseFacts(state=row[0], **dict(zip(names, row[BEFORE_FACTS:end], strict=True)))
    ever = {mark: bool(told) for mark, told in zip(MARKS, row[end:], strict=True)}
    came = happened.get(facts.number or "", ())
    return Matter(facts, stage, category=category, happened=came, **ever)
