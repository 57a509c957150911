"""The read side: the register as a list, one case, its history.

Nothing here writes. A view of the past is folded from what was recorded by then, never from today's rows.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from notifications.facts import kind_label
from states.calendar import WorkCalendar
from states.case import office_day
from states.deadlines import Timeliness, timeliness
from states.escalation import STATES as ESCALATION_STATES
from states.escalation.table import PENDING
from states.facts import CaseFacts, to_json
from states.lifecycle import Lifecycle
from states.vocabulary import ActorKind, ClockName, Light
from workflow.errors import NotFound
from workflow.services.batch import opened
from workflow.services.held import held_case
from workflow.services.known import Columns, known_by, known_now
from workflow.services.office import Office
from workflow.services.replay import escalations_of, facts_of, read
from workflow.services.set_asides import trouble_of
from workflow.storage import queries
from workflow.storage.guarded import Unreadable, readable
from workflow.storage.session import reading

REACHED = (*PENDING, "concluded")
"""States of an escalation that went out and was not taken back: its level counts, also when it is over."""

UNTOLD = frozenset({"case_id", "object_person"})
SENTENCES = {
    "escalation_reached": "达到督办阶梯的一级",
    "escalation_proposed": "提请审批督办措施",
    "escalation_drafted": "拟写督办措施的内容",
    "escalation_snoozed": "审批人暂缓提醒，期限不变",
    "escalation_recused": "审批人声明回避",
    "escalation_approved": "批准督办措施",
    "escalation_rejected": "不批准督办措施",
    "escalation_issued": "发出督办文书",
    "escalation_served": "督办文书送达",
    "escalation_answered": "登记回复",
    "escalation_accepted": "认定回复符合要求",
    "escalation_faulted": "认定回复不符合要求",
    "escalation_asked_again": "回复未说清问题，再次函询",
    "escalation_lapsed": "逾期未复",
    "escalation_reviewed": "影响期满，作出审核结论",
    "escalation_concluded": "督办措施了结",
    "escalation_withdrawn": "撤回督办措施",
    "document_issued": "印发文书",
    "document_rendered": "文书成稿并留存",
    "document_unrenderable": "文书未能排版，需人工处理",
    "mail_sent": "邮件已由邮件服务器接收",
    "mail_deferred": "邮件暂未发出，稍后重试",
    "mail_failed": "邮件发送失败，需人工处理",
    "mail_uncertain": "邮件是否送出无法确认，将再次发送",
}
"""What a timeline says of entries that are not commands; commands carry their own sentence."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the register on a day."""

    facts: CaseFacts
    state: str
    timeliness: Timeliness
    lead_unit: str | None
    level: str | None

    def as_json(self) -> dict[str, Any]:
        facts, when = self.facts, self.timeliness
        return {
            "number": facts.number,
            "title": facts.title,
            "state": facts.state,
            "state_label": self.state,
            "light": when.light.value,
            "light_label": when.light.label,
            "lead_unit": self.lead_unit,
            "due": facts.due_on.isoformat() if facts.due_on else None,
            "provisional": facts.provisional,
            "open_ended": facts.open_ended,
            "overdue": when.overdue,
            "days_late": when.days_late,
            "working_days_late": when.working_days_late,
            "outcome": facts.outcome,
            "level": self.level,
        }


class Listing(list[Listed]):
    """The lines of the register. `unreadable` are the cases left out, each with what its data ran into."""

    def __init__(self, lines: Iterable[Listed] = ()) -> None:
        super().__init__(lines)
        self.unreadable: list[dict[str, Any]] = []


def list_cases(office: Office, *, today: datetime, as_of: datetime | None = None) -> Listing:
    """The register, by number. With `as_of`, as it was recorded by that instant and seen on that day."""
    with reading(office.engine) as tx:
        seen = View(tx, office, as_of or today)
        if as_of is not None:
            return Listing(sorted(_listed_by(tx, seen, as_of), key=lambda one: str(one.facts.number)))
        return _listed_now(tx, seen)


def show(office: Office, number: str, *, today: datetime, as_of: datetime | None = None) -> dict[str, Any]:
    """Everything known of one case, with its deadlines, escalations and papers. Raises `NotFound`."""
    with reading(office.engine) as tx:
        row = case_row(tx, number)
        known = known_now(tx, row) if as_of is None else known_by(tx, row, as_of)
        if known.facts.number is None:
            raise NotFound(f"事项“{number}”当时尚未登记。", code="case_unknown", number=number)
        seen = View(tx, office, as_of or today)
        line = seen.listed(known.facts, known.escalations)
        co_units = [seen.names.get(code, code) for code in known.facts.co_units]
        return {
            "case": {
                **to_json(_values(known.facts)),
                **line.as_json(),
                "co_unit_names": co_units,
                "complexity_label": seen.category(known.facts),
            },
            "limits": [told_limit(one) for one in known.limits],
            "escalations": [told_escalation(one) for one in known.escalations],
            "documents": [_document(one) for one in known.documents],
        }


def check_filters(office: Office, *, state: str | None, unit: str | None) -> None:
    """Refuse a state or a unit nobody knows, so that an empty list means what it says.

    Raises `NotFound` with what there is.
    """
    with reading(office.engine) as tx:
        lifecycle = office.lifecycle(tx)
        known = {word for row in lifecycle.states for word in (row.id, row.label)}
        if state is not None and state not in known:
            labels = "、".join(row.label for row in lifecycle.states)
            raise NotFound(f"没有“{state}”这个环节，可用的有：{labels}。", code="state_unknown", state=state)
        names = [word for row in queries.units(tx) for word in (row.code, row.name)]
        if unit is not None and not any(unit in name for name in names):
            raise NotFound(f"单位名录中没有“{unit}”。", code="unit_unknown", unit=unit)


def history(office: Office, number: str, *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """The entries of a case, oldest first, each with its sentence, people's words and hash."""
    with reading(office.engine) as tx:
        row = case_row(tx, number)
        lifecycle = office.lifecycle(tx, row.lifecycle)
        names, labels = queries.names_of_people(tx), _step_labels(tx, office, row)
        return [_entry(one, lifecycle, names, labels) for one in queries.events_of(tx, row.id, as_of)]


class View:
    """What every line of the register needs, read once: calendar and unit names."""

    def __init__(self, tx: Connection, office: Office, today: datetime) -> None:
        self.tx, self.office, self.at, self.day = tx, office, today, office_day(today)
        self.calendar: WorkCalendar = office.calendar(tx)
        self.names = {row.code: row.name for row in queries.units(tx)}

    def category(self, facts: CaseFacts) -> str | None:
        """What people call the case's category, by the policy it is under."""
        policy = self.office.policy(self.tx, facts.policy)
        return facts.complexity and policy.category_label(facts.complexity)

    def listed(self, facts: CaseFacts, raised: Iterable[Columns]) -> Listed:
        lifecycle = self.office.lifecycle(self.tx, facts.lifecycle)
        return Listed(
            facts=facts,
            state=lifecycle.label(facts.state),
            timeliness=self._timeliness(facts, lifecycle),
            lead_unit=self.names.get(facts.lead_unit or "", facts.lead_unit),
            level=self._level(raised),
        )

    def _timeliness(self, facts: CaseFacts, lifecycle: Lifecycle) -> Timeliness:
        """Grey where no clock matters; a paused clock stands on the day it was paused, if that is known."""
        clock = lifecycle.clock(facts.state)
        if clock == "none" or lifecycle.state_rows[facts.state].kind == "side":
            return Timeliness(Light.GREY, False, 0, 0, None)
        day = facts.paused_on if clock == "paused" and facts.paused_on else self.day
        due_at = next((one.due_at for one in facts.clocks if one.name is ClockName.HANDLE), None)
        passed = due_at is not None and self.at > due_at
        return timeliness(facts.due_on, facts.dispatched_on, day, self.calendar, hour_passed=passed)

    def _level(self, raised: Iterable[Columns]) -> str | None:
        """The highest step that was issued."""
        issued = [one for one in raised if one["state"] in REACHED]
        return max(issued, key=self._height)["step"] if issued else None

    def _height(self, escalation: Columns) -> int:
        return list(self.office.policy(self.tx, escalation["policy"]).rung_of).index(escalation["step"])


def case_row(tx: Connection, number: str) -> Row[Any]:
    """The row of a case. Raises `NotFound`, and `Refusal` (`case_faulty`) for one that cannot be read."""
    row = next(queries.each_case(tx, number), None)
    if row is None:
        raise NotFound(f"没有编号为“{number}”的事项，请核对编号。", code="case_unknown", number=number)
    if isinstance(row, Unreadable):
        raise trouble_of(row.error) from row.error
    return row


def _listed_now(tx: Connection, seen: View) -> Listing:
    """Every case as its row has it; one that cannot be read is left out and told of."""
    made, raised = Listing(), _by_case(queries.escalations_in(tx, REACHED))
    for row in queries.each_case(tx):
        try:
            made.append(seen.listed(opened(readable(row)).facts, raised[row.id]))
        except DBAPIError:
            raise
        except Exception as error:
            made.unreadable.append(held_case(row.number, error))
    return made


def _listed_by(tx: Connection, seen: View, instant: datetime) -> Iterator[Listed]:
    """Every case that was in the register by an instant, as it was recorded by then."""
    events = (event for event in queries.all_events(tx) if event.case_id and event.recorded_at <= instant)
    for _, group in groupby(events, key=lambda event: event.case_id):
        entries = [read(event) for event in group]
        yield seen.listed(facts_of(entries), escalations_of(entries).values())


def _by_case(rows: Iterable[Row[Any]]) -> dict[int, list[Columns]]:
    found: dict[int, list[Columns]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row._asdict())
    return found


def _step_labels(tx: Connection, office: Office, row: Row[Any]) -> dict[str, str]:
    """What people call the steps of the case's ladders, the one it is pinned to now last."""
    digests = {one.policy for one in queries.escalations_of(tx, [row.id])} | ({row.policy} - {None})
    rungs = (rung for digest in sorted(digests) for rung in office.policy(tx, digest).rungs)
    return {rung.step: rung.label for rung in rungs}


def _entry(
    event: Row[Any], lifecycle: Lifecycle, names: Mapping[str, str], labels: Mapping[str, str]
) -> dict[str, Any]:
    payload = json.loads(event.payload)
    command = lifecycle.event_rows.get(event.kind)
    return {
        "seq": event.seq,
        "kind": event.kind,
        "sentence": (command.sentence if command else SENTENCES.get(event.kind, event.kind))
        + _about(payload["details"], labels)
        + _moved(payload),
        "actor": event.actor,
        "actor_name": names.get(event.actor, ActorKind(event.actor_kind).label),
        "actor_kind": event.actor_kind,
        "acting_for": event.acting_for,
        "acting_for_name": event.acting_for and names.get(event.acting_for, event.acting_for),
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "before": payload["before"],
        "after": payload["after"],
        "before_label": _state_label(lifecycle, payload["before"]),
        "after_label": _state_label(lifecycle, payload["after"]),
        "set": payload["set"],
        "details": payload["details"],
        "words": json.loads(event.personal) if event.personal else None,
        "hash": event.hash,
    }


def _about(details: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Which measure and which paper an entry is about."""
    step, number = details.get("step"), details.get("document_number")
    told = [labels.get(step, step)] if step else []
    told += [number] if number else []
    return f"（{'，'.join(told)}）" if told else ""


def _moved(payload: Mapping[str, Any]) -> str:
    """The dates an entry moved, with what they were before."""
    moved = payload["details"].get("moved") or {}
    told = [f"{ClockName(name).label}期限{old}改为{new}" for name, (old, new) in moved.items()]
    return f"（{'，'.join(told)}）" if told else ""


def _state_label(lifecycle: Lifecycle, state: str | None) -> str:
    """The Chinese name of a state; before its first entry a matter is 未登记."""
    row = lifecycle.state_rows.get(state or "")
    return row.label if row else "未登记"


def told_limit(limit: Columns) -> dict[str, Any]:
    """A due date with its provenance, as documents tell of it."""
    return {**{name: limit[name] for name in ("clock", "epoch", "seq")}, **json.loads(limit["provenance"])}


def told_escalation(escalation: Columns) -> dict[str, Any]:
    """An escalation as documents tell of it; the person one concerns stands in its paper alone."""
    values = {name: value for name, value in escalation.items() if name not in UNTOLD}
    return {**to_json(values), "state_label": ESCALATION_STATES[escalation["state"]]}


def _document(paper: Columns) -> dict[str, Any]:
    """A paper as documents tell of it: when it was issued, and when the first of its mails left."""
    named = {name: paper[name] for name in ("id", "kind", "number", "sha256")}
    mails = [{**one, "sent_at": _instant(one["sent_at"])} for one in paper["mails"]]
    left = min((one["sent_at"] for one in paper["mails"] if one["sent_at"]), default=None)
    return {
        **named,
        "kind_label": kind_label(paper["kind"]),
        "issued_at": paper["issued_at"].isoformat(),
        "sent_at": _instant(left),
        "mails": mails,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _values(facts: CaseFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in CaseFacts.__dataclass_fields__}
