"""What reports units are asked for: read for whoever looks, and weighed before a unit is asked for more.

The counting is the rule book's (`states.burden`); here its facts are fetched.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row

from states.burden import LOOKING_BACK, NONE, Burdens, asked_term, burdens, told_number
from states.case import Decision
from states.clocks.cadence import reports_a_month
from states.deadlines import Limit
from states.errors import FactInvalid
from states.facts import CaseFacts
from states.office_time import office_day
from states.policy import Policy
from workflow.services import units
from workflow.services.batch import OpenCase
from workflow.services.office import Office
from workflow.services.work import Work
from workflow.storage import burden as reads
from workflow.storage import queries
from workflow.storage.session import reading

REPORTING = "report_progress"
ASKING = frozenset({"assign", "set_cadence", "reassign", "reopen", "reclassify", "retarget"})
"""The effects by which a unit may come to be asked for more reports.

A reform is none of them: whoever succeeds by law takes over what was asked, and is told of it. A matter that
is resumed or returned asks for what it asked before.
"""
PAST_THE_CAP = "over_cap"


def burden(office: Office, *, today: datetime, unit: str | None = None) -> Burdens:
    """What every unit, or one by code or name, is asked for in a month and gave in the last 30 days.

    Raises `NotFound` (`unit_unknown`) for a unit nobody knows.
    """
    day = office_day(today)
    with reading(office.engine) as tx:
        wanted = None if unit is None else units.codes_by_name(tx, [unit], day)[unit]
        given: Mapping[str, int] = _given(tx, _kinds(tx, office), today)
        if wanted is not None:
            given = {code: given.get(code, 0) for code in wanted}
        asking = ((row.lead_unit, term) for row, term in _asking(tx, office, day, wanted))
        cap = office.policy(tx).feedback.reports_per_unit_month
        names = {row.code: row.name for row in queries.units(tx)}
        return burdens(asking, given, day=day, cap=cap, names=names)


def asked_of(work: Work, wanted: Sequence[str]) -> dict[str, Fraction]:
    """What each of these units is asked for in a month, by everything this transaction has written so far."""
    found = dict.fromkeys(wanted, NONE)
    for row, term in _asking(work.tx, work.office, work.day, tuple(wanted)):
        found[row.lead_unit] += reports_a_month(term)
    return found


class Weighing:
    """Whether one transaction asks units for more reports than they may be asked for."""

    def __init__(self, work: Work, cases: Mapping[int, OpenCase]) -> None:
        self.work, self.cases = work, cases

    def weigh(self, case: OpenCase, decision: Decision, policy: Policy) -> None:
        """Refuse a decision that asks a unit for more, past the cap, unless the director means to.

        What asks for no more than before is never refused. Raises `FactInvalid` (`burden_over_cap`).
        """
        cap = self.work.policy.feedback.reports_per_unit_month
        if cap is None:
            return
        row = self.work.lifecycle_of(case).command_rows.get(decision.command)
        if row is None or row.effect not in ASKING or decision.details.get(PAST_THE_CAP):
            return
        after = replace(case.facts, **decision.changes)
        same_unit = after.lead_unit == case.facts.lead_unit
        before, wanted = self._asked(case.facts) if same_unit else NONE, self._asked(after, policy)
        others = self._asked_by_others(after.lead_unit or "", case.id)
        if wanted > before and others + wanted > cap:
            figures = (others, others + wanted, cap)
            raise self._too_much(after.lead_unit or "", figures, knows_a_road=PAST_THE_CAP in row.accepts)

    def _asked_by_others(self, unit: str, case_id: int) -> Fraction:
        """What all other matters ask of the unit: those of this transaction as they are by now."""
        stored = _asking(self.work.tx, self.work.office, self.work.day, (unit,))
        untouched = [reports_a_month(term) for row, term in stored if row.id not in self.cases]
        in_hand = [one.facts for one in self.cases.values() if one.id != case_id]
        here = [self._asked(facts) for facts in in_hand if facts.lead_unit == unit]
        return sum((*untouched, *here), NONE)

    def _asked(self, facts: CaseFacts, policy: Policy | None = None) -> Fraction:
        tx, office = self.work.tx, self.work.office
        lifecycle = office.lifecycle(tx, facts.lifecycle)
        if not lifecycle.is_running(facts.state):
            return NONE
        term = asked_term(facts, policy or office.policy(tx, facts.policy), self.work.day)
        return NONE if term is None else reports_a_month(term)

    def _too_much(
        self, unit: str, figures: tuple[Fraction, Fraction, int], *, knows_a_road: bool
    ) -> FactInvalid:
        """A matter whose own table knows no way past the cap comes to one under the table in force."""
        (now, then, cap), rule = figures, self.work.policy.reference
        row = queries.units_by_code(self.work.tx, [unit]).get(unit)
        name, first = row.name if row else unit, "" if knows_a_road else "先改用现行流程（adopt），再"
        return FactInvalid(
            f"{name}其他事项每月已须反馈{told_number(now)}次，加上本事项为{told_number(then)}次，超过上限{cap}次"
            f"（{rule}）；请改用较长的反馈周期，或先调整其他事项的周期；确需超过的，由督查室主任{first}写明理由。",
            code="burden_over_cap",
            unit=unit,
            asked_a_month=told_number(now),
            would_be=told_number(then),
            cap=cap,
        )


def _asking(
    tx: Connection, office: Office, day: date, wanted: tuple[str, ...] | None
) -> Iterator[tuple[Row[Any], Limit]]:
    """Every matter that is in a unit's hands and asks for reports, with their term."""
    every = office.every_lifecycle(tx)
    running = {(one.digest, row.id) for one in every for row in one.states if row.clock == "running"}
    for row in reads.cases_in(tx, {state for _, state in running}, wanted):
        facts = CaseFacts(lead_unit=row.lead_unit, complexity=row.complexity, cadence=row.cadence)
        term = asked_term(facts, office.policy(tx, row.policy), day)
        if term is not None and (row.lifecycle, row.state) in running:
            yield row, term


def _given(tx: Connection, kinds: set[str], until: datetime) -> Counter[str]:
    """How many reports each unit gave: one counts for the unit that led when it was entered."""
    given: Counter[str] = Counter()
    leads: dict[int, str | None] = {}
    for row in reads.reports_and_leads(tx, kinds, until - LOOKING_BACK, until):
        written = json.loads(row.payload)["set"]
        lead = leads[row.case_id] = written.get("lead_unit", leads.get(row.case_id))
        if row.is_report and lead is not None:
            given[lead] += 1
    return given


def _kinds(tx: Connection, office: Office) -> set[str]:
    """What the entries of reports are called, in any lifecycle."""
    return {
        row.event for one in office.every_lifecycle(tx) for row in one.commands if row.effect == REPORTING
    }
