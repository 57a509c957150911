"""When a fact of one task, or what an earlier entry states, may be corrected: as it could have been stated.

A task's result and date keep to the rules of handing it out. An entry keeps to those of its own command, on
the day it tells of; people's own words are corrected by nobody else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from states.corrections import ENTRY_FIELDS, OCCURRED_AT, Field, Kind, read
from states.earlier import EarlierEntry, unknown_entry
from states.errors import FactInvalid, NotPermitted
from states.guards.correcting_moments import fits_moment
from states.guards.instructing import instructed_by_now
from states.guards.tasks import measurable_task, named_task, task_within_matter
from states.guards.urging import conversation_is_told, promise_is_ahead, reply_is_ahead
from states.guards.verifying import checked_as_asked, checker_is_named, seen_is_shown
from states.nodes.correcting import attribute, counted
from states.question import Question
from states.roads import road_of
from states.vocabulary import UrgeMeans

if TYPE_CHECKING:
    from states.lifecycle import CommandRow

SAID_BESIDE = "请用内部批注另作说明（comment）"
OF_WHAT_IS_STATED = (
    checked_as_asked,
    checker_is_named,
    conversation_is_told,
    instructed_by_now,
    promise_is_ahead,
    reply_is_ahead,
    seen_is_shown,
)
"""The rules of a command that ask nothing but what was stated, and when."""


def present(question: Question, field: Field) -> Any:
    """What the register says now of the fact a correction names."""
    if "entry" in question.details and field.name == OCCURRED_AT:
        return named_entry(question).at
    if "entry" in question.details and field.kind is Kind.FILE:
        return _file_given(question, field)
    if "entry" in question.details:
        return read(field, named_entry(question).stated.get(field.name))
    if "task" in question.details:
        task = named_task(question)
        named = {"task_title": task.title, "due_on": task.clock.due_on}
        return named.get(field.name, task.completion_rate)
    if "node" in question.details:
        return getattr(counted(question.facts.nodes, question.details["node"]), attribute(field.name))
    return getattr(question.facts, field.name)


def _file_given(question: Question, field: Field) -> str | None:
    """The file a correction names, if it came with the entry and was not withdrawn; else those that did."""
    names = [one["name"] for one in named_entry(question).stated.get(field.name) or ()]
    return question.details["old"] if question.details["old"] in names else "、".join(names) or None


def named_entry(question: Question) -> EarlierEntry:
    """The entry a correction names. Raises `FactInvalid` (`entry_unknown`)."""
    if question.earlier is None:
        raise unknown_entry(question.details["entry"])
    return question.earlier


def fits_task(question: Question, field: Field, new: Any) -> None:
    """A task still says what is to be delivered, by a day between its handing out and the matter's date."""
    task, given = named_task(question), replace(question, details={**question.details, field.name: new})
    if field.name == "task_title":
        measurable_task(given)
    if field.name == "due_on":
        _after_it_was_handed_out(task.clock.started_at.astimezone(question.calendar.zone).date(), new)
        task_within_matter(given)


def _after_it_was_handed_out(began: date, due_on: date) -> None:
    if due_on < began:
        raise FactInvalid(
            f"协办期限{due_on}早于分解协办的日期{began}，请核对日期。",
            code="dates_out_of_order",
            first="assigned",
            second="due_on",
        )


def fits_entry(question: Question, field: Field, new: Any) -> None:
    """The entry states this, it is not somebody else's word, and it could have been given like that."""
    entry = named_entry(question)
    row = question.lifecycle.event_rows.get(entry.kind)
    if row is None or row.internal or field.name not in stated_by(row):
        raise _not_stated_there(question, field, row)
    if field.name == OCCURRED_AT:
        fits_moment(question, row, new)
        return
    if field.kind is Kind.FILE:
        _only_withdrawn(new)
        return
    if field.own and entry.actor != question.actor.person:
        raise NotPermitted(
            f"第{question.details['entry']}条的{field.label}是办理人本人的话，只能由其本人更正；"
            f"否则{road_of(row.id, field.name) or SAID_BESIDE}。",
            code="words_of_another",
            person=entry.actor,
        )
    if field.name == "means":
        _not_mailed(entry.stated.get("means"), new)
    as_given = _as_it_would_read(question, entry, field, new)
    for rule in OF_WHAT_IS_STATED:
        if rule.__name__ in row.guards:
            rule(as_given)


def _not_stated_there(question: Question, field: Field, row: CommandRow | None) -> FactInvalid:
    stated = () if row is None or row.internal else stated_by(row)
    known = [ENTRY_FIELDS[name].label for name in stated if name in ENTRY_FIELDS]
    return FactInvalid(
        f"第{question.details['entry']}条没有可更正的{field.label}，可更正的有：{'、'.join(known) or '无'}。",
        code="entry_states_no_such",
        field=field.name,
        known=known,
    )


def stated_by(row: CommandRow) -> tuple[str, ...]:
    """What is stated with a command; an old register states its past by days, not by when it was read."""
    return (*row.needs, *row.accepts, *(() if row.only_states else (OCCURRED_AT,)))


def _only_withdrawn(new: Any) -> None:
    if new is not None:
        raise FactInvalid(
            "误附的材料只能撤回（更正为填“空”）；正确的材料，请以批注附上（comment）。",
            code="file_not_replaced",
        )


def _not_mailed(*means: Any) -> None:
    """A written 催办 was mailed from here: that it was, and by which means, is no slip of the pen."""
    if UrgeMeans.MAIL in means:
        raise FactInvalid(
            "书面催办由系统随邮件送出，方式不能更正；请用log-urge另行登记催办。", code="means_mailed"
        )


def _as_it_would_read(question: Question, entry: EarlierEntry, field: Field, new: Any) -> Question:
    """The command as it would have been given, with the right value, on its day."""
    stated = {name: read(ENTRY_FIELDS.get(name), value) for name, value in entry.stated.items()}
    stated = {name: value for name, value in {**stated, field.name: new}.items() if value is not None}
    return replace(question, details=stated, day=entry.day)
