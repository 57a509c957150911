"""What comes next on a case: which step, on which day, to whom, by whose decision, and what it supposes.

Asked of the planner and the forecast, with the directory beside them. A person a paper would be written to
stands here by post and never by name.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from states.clocks.recounting import recounted
from states.ladder import Ahead, Foreseen, OnLadder, ahead, forecast, plan
from states.ladder.planner import EXTENDABLE
from states.ladder.turning import Standing, turns
from states.lifecycle import SAME
from states.office_time import office_day
from states.policy import Policy, Rung
from states.visibility import NO_CURTAIN, Curtain
from states.vocabulary import IssueMode, Role
from workflow.services.addressees import Directory
from workflow.services.authorisation import Authority
from workflow.services.batch import OpenCase
from workflow.services.deciding import PROPOSED, named, names_of_deciders
from workflow.services.known import Columns
from workflow.services.ladder import on_ladder, raised_by_case
from workflow.services.narrating import day_in_words, narrate
from workflow.services.register import View
from workflow.storage import queries

HORIZON = timedelta(days=365)
DUE, PASSED_OVER, AHEAD, WAITING, FROZEN = "due", "passed_over", "ahead", "waiting", "frozen"


class Outlook:
    """One case as it stands on a day, and what follows from that, before whoever is shown it.

    What a curtain hides of its measures is as if it were not there, so that nothing told can give it away.
    """

    def __init__(
        self, tx: Connection, case: OpenCase, view: View, policy: Policy, drawn: Curtain = NO_CURTAIN
    ) -> None:
        self.tx, self.case, self.view, self.policy, self.drawn = tx, case, view, policy, drawn
        self.lifecycle = view.office.lifecycle(tx, case.facts.lifecycle)
        self.rows = [row for row in queries.escalations_of(tx, [case.id]) if row.id not in drawn.measures]
        raised = raised_by_case(self.rows).get(case.id, [])
        authorised = Authority(tx).covers(policy)
        self.ladder: OnLadder = on_ladder(case.facts, self.lifecycle, policy, raised, authorised=authorised)

    @cached_property
    def directory(self) -> Directory:
        """Who may decide on what."""
        return Directory(self.tx, self.view.day)

    def next(self, *, named: bool = True) -> list[dict[str, Any]]:
        """Every rung still ahead, the nearest first on its clock; not `named`: without who would decide."""
        view, day = self.view, self.view.day
        rungs = ahead(self.ladder, self.policy, view.calendar, day)
        foreseen = forecast(self.ladder, self.policy, view.calendar, day, day + HORIZON) if rungs else ()
        conditions = {(one.rung.step, one.clock): one for one in foreseen}
        told = [(one, conditions.get((one.rung.step, one.rung.clock))) for one in rungs]
        return [self._next(*one, named=named) for one in told if self.drawn.foretells(one[0].rung)]

    def why(self) -> list[str]:
        """Why the case is where it is: what last moved it, what was sent, what is awaited."""
        return [*self._moved(), *self._timed(), *self._measures(), *self._asked(), *self._tasks()]

    def would_change(self) -> list[dict[str, Any]]:
        """The commands that would change what comes next, each with what would then hold."""
        return [
            {
                "command": one.command,
                "label": one.label,
                "by": [role.label for role in one.by],
                "step": one.step,
                "effect": one.effect,
            }
            for one in turns(self._standing())
            if self.drawn.offers(one.by, one.step)
        ]

    def pending_extension(self) -> dict[str, Any] | None:
        """The request for more time that nobody has decided yet."""
        wanted = self.case.facts.extension_to
        if wanted is None:
            return None
        return {"to": wanted.isoformat(), "told": "延期申请待审批，阶梯暂停"}

    def told(self, columns: Columns) -> list[str]:
        """The course of one measure in sentences."""
        rung = self.view.office.policy(self.tx, columns["policy"]).rung_of.get(columns["step"])
        return narrate(columns, rung, self.view.people, self.view.day)

    def _next(self, one: Ahead, foreseen: Foreseen | None, *, named: bool) -> dict[str, Any]:
        rung, status = one.rung, self._status(one)
        return {
            "step": rung.step,
            "label": rung.label,
            "mode": rung.mode.value,
            "on": one.on.isoformat() if one.on else None,
            "waits_for": one.waits_for,
            "clock": rung.clock.value,
            "status": status,
            "mode_label": self._mode(one),
            "to": self._to(rung) | (self._by(rung, automatic=one.automatic) if named else {}),
            "conditional": foreseen.condition if foreseen else None,
            "expected_on": foreseen.on.isoformat() if foreseen else None,
            "told": self._told(one, status, foreseen),
        }

    def _status(self, one: Ahead) -> str:
        if self.ladder.extension_pending and one.rung.offset > 0 and one.rung.clock in EXTENDABLE:
            return FROZEN
        if one.on is None:
            return WAITING
        if one.on > self.view.day:
            return AHEAD
        now = plan(self.ladder, self.policy, self.view.calendar, self.view.day)
        return DUE if any(step.rung == one.rung for step in now.steps) else PASSED_OVER

    def _mode(self, one: Ahead) -> str:
        if one.automatic:
            return "按授权自动发出" if one.rung.is_numbered else "自动发出（邮件提示）"
        withdrawn = one.rung.mode is IssueMode.AUTOMATIC
        return "自动签发的授权已撤销，须审批" if withdrawn else IssueMode.ON_APPROVAL.label

    def _told(self, one: Ahead, status: str, foreseen: Foreseen | None) -> str:
        """Whether one that is reached has been proposed yet is not for its unit to know."""
        if status == DUE and self.drawn.is_drawn and not one.automatic:
            return f"已达到（{day_in_words(one.on)}）"
        return _told(one, status, foreseen)

    def _to(self, rung: Rung) -> dict[str, Any]:
        """To whom: the unit, or its head."""
        unit = self.case.facts.lead_unit
        name = self.view.names.get(unit or "", unit or "")
        to_person = rung.addressee == "person"
        return {"unit": unit, "addressee": f"{name}主要负责人" if to_person else name}

    def _by(self, rung: Rung, *, automatic: bool) -> dict[str, Any]:
        """Through which named handlers, where it is to a person, and who decides on it."""
        return {
            "through": self._holding(Role.ORGANIZATION) if rung.addressee == "person" else None,
            "approvers": [] if automatic or self.drawn.is_drawn else self._deciding(rung),
        }

    def deciders(self, columns: Columns) -> dict[str, Any]:
        """Who may decide on a proposal, as `deciders`; nothing of one that concerns a person."""
        names = names_of_deciders(self.tx, self.view.office, self.directory, columns)
        return {} if names is None else {"deciders": names}

    def _deciding(self, rung: Rung) -> list[dict[str, Any]]:
        """Who could decide if it were proposed today, by role."""
        proposed = {"id": "", "state": PROPOSED, "drafted_by": None, "raised_on": self.view.day}
        concerned = {"unit": self.case.facts.lead_unit, "object_person": None}
        found = self.directory.deciders_by_role({**proposed, **concerned}, rung)
        return [
            {"role": role.value, "label": role.label, "people": [named(one) for one in people]}
            for role, people in found.items()
        ]

    def _holding(self, role: Role) -> dict[str, Any]:
        people = [one.name for one in self.directory.holders(role)]
        return {"role": role.value, "label": role.label, "people": people}

    def _moved(self) -> Iterator[str]:
        """The last command that led to another state."""
        label = self.lifecycle.label(self.case.facts.state)
        for event in reversed(queries.events_of(self.tx, self.case.id)):
            row = self.lifecycle.event_rows.get(event.kind)
            if row is not None and row.to != SAME:
                day = office_day(event.occurred_at)
                yield f"{day_in_words(day)}{row.sentence}，现为“{label}”"
                return

    def _timed(self) -> Iterator[str]:
        facts, clock = self.case.facts, self.lifecycle.clock(self.case.facts.state)
        if clock != "running":
            yield "计时停止，督办阶梯暂停" if clock == "paused" else "没有期限在计算，督办阶梯不起作用"
        elif facts.due_on is None or facts.open_ended:
            yield "没有办结期限"
        else:
            late = self.view.calendar.working_days_between(facts.due_on, self.view.day)
            told = f"已逾期{late}个工作日" if self.view.day > facts.due_on else f"还有{-late}个工作日"
            yield f"办结期限{day_in_words(facts.due_on)}，{told}"

    def _measures(self) -> Iterator[str]:
        for one in self.drawn.shown(row._asdict() for row in self.rows):
            rung = self.view.office.policy(self.tx, one["policy"]).rung_of.get(one["step"])
            yield f"“{rung.label if rung else one['step']}”{'，'.join(self.told(one))}"

    def _asked(self) -> Iterator[str]:
        facts = self.case.facts
        if facts.extension_to is not None:
            yield f"申请延期至{day_in_words(facts.extension_to)}，待审批，阶梯暂停"

    def _tasks(self) -> Iterator[str]:
        for one in self.case.facts.tasks:
            if one.is_open:
                unit = self.view.names.get(one.unit, one.unit)
                due_on = day_in_words(one.clock.due_on)
                yield f"{unit}的协办任务{one.id}（{one.brief}）{one.state.label}，期限{due_on}"

    def _standing(self) -> Standing:
        facts, policy, calendar = self.case.facts, self.policy, self.view.calendar
        declined = facts.calendar_declined == calendar.version
        return Standing(
            facts,
            self.lifecycle,
            self.ladder,
            policy,
            calendar,
            self.view.day,
            recounts=not declined and bool(recounted(facts, calendar, policy)),
        )


def _told(one: Ahead, status: str, foreseen: Foreseen | None) -> str:
    """When it comes, in words."""
    if status == DUE:
        return f"已达到（{day_in_words(one.on)}），待巡查"
    if status == PASSED_OVER:
        return f"已达到（{day_in_words(one.on)}），将由更高一级代替，不再单独办理"
    if status == FROZEN:
        return "延期申请待审批，阶梯暂停"
    if status == AHEAD:
        return day_in_words(one.on)
    condition = f"（{foreseen.conditional_on}，则为{day_in_words(foreseen.on)}）" if foreseen else ""
    return f"待{one.waits_for}{condition}"
