"""What the rule book is told of a stored escalation: who drafted it, whom it concerns, who stands back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from states.case import SYSTEM
from states.escalation import EscalationFacts
from states.policy import Rung
from states.vocabulary import UNIT_ROLES, Role
from workflow.services.drafts import drafted_words, drafters_of
from workflow.services.work import Work
from workflow.storage import measure_reads, outbox, queries

SENT = "sent"


def facts_of(work: Work, columns: Mapping[str, Any], rung: Rung) -> EscalationFacts:
    """The facts of an escalation by its columns, and who has to do with it."""
    return replace(
        own_facts(columns, rung),
        objects=objects_of(work, columns),
        recused=measure_reads.recused_from(work.tx, columns["id"]),
        of_unit=_of_unit(work, columns["unit"]),
        **_draft(work, columns),
        mail_accepted=bool(columns["document_id"]) and _accepted(work, columns["document_id"]),
    )


def _draft(work: Work, columns: Mapping[str, Any]) -> dict[str, Any]:
    if not columns["drafted_by"]:
        return {}
    about = work.tx, columns["case_id"], columns["id"]
    return {"drafted": drafted_words(*about), "drafters": drafters_of(*about)}


def own_facts(columns: Mapping[str, Any], rung: Rung) -> EscalationFacts:
    """The facts that stand in its row: enough for what the machine does by rule."""
    return EscalationFacts(
        state=columns["state"],
        rung=rung,
        drafters=frozenset({columns["drafted_by"] or SYSTEM}),
        raised_on=columns["raised_on"],
        issued_on=columns["issued_on"],
        served_on=columns["served_on"],
        reply_due_on=columns["reply_due_on"],
        review_on=columns["review_on"],
        asked_again=columns["asked_again"],
    )


def objects_of(work: Work, columns: Mapping[str, Any]) -> frozenset[str]:
    """Who must stand back: the heads of the unit, and whoever bears the name of the person concerned.

    One person may go by several codes, and a name is all a paper knows; so a namesake stands back too.
    """
    heads = queries.holders_at(work.tx, Role.UNIT_HEAD.value, columns["unit"], work.day)
    names = {columns["object_person"], *(row.name for row in heads)} - {None}
    return frozenset(row.code for name in names for row in queries.people_called(work.tx, name))


def _of_unit(work: Work, unit: str) -> frozenset[str]:
    """Who holds a role at the unit on the day: a deputy from there would decide on his own house."""
    held = (queries.holders_at(work.tx, role.value, unit, work.day) for role in sorted(UNIT_ROLES))
    return frozenset(row.code for rows in held for row in rows)


def _accepted(work: Work, document_id: str) -> bool:
    return SENT in outbox.states_of(work.tx, document_id)
