"""Escalations against the entries that raised, issued, served and answered them."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from workflow.secret import Secret
from workflow.services.hands import hand_of
from workflow.services.objects import object_code
from workflow.services.replay import escalations_of
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding


def check_escalations(dossier: Dossier, secret: Secret) -> Iterator[Finding]:
    """Every row has its entries, every entry its row, and they say the same."""
    told, changed = escalations_of(dossier.history), _other_objects(dossier, secret)
    papers = {paper.id: paper for paper in dossier.papers}
    for row in dossier.escalations:
        where = {"case": dossier.name, "escalation": row.id}
        columns = told.pop(row.id, None)
        if columns is None:
            yield finding("escalation_unrecorded", "督办措施没有对应的历史记载：疑似伪造", **where)
            continue
        columns |= _person(papers.get(row.document_id))
        different = sorted(name for name, value in columns.items() if getattr(row, name) != value)
        if row.id in changed:
            different = sorted({*different, "object_person"})
        if different:
            message = f"督办措施与历史不符（{'、'.join(different)}）：绕过系统改动了督办措施"
            yield finding("escalation_changed", message, **where)
    for lost in told:
        message = "历史记载的督办措施不存在：督办措施被删除"
        yield finding("escalation_missing", message, case=dossier.name, escalation=lost)


def _other_objects(dossier: Dossier, secret: Secret) -> set[str]:
    """The escalations that are about another person than their proposal tells, where a key can judge it."""
    persons = {row.id: row.object_person for row in dossier.escalations}
    changed = set()
    for event, entry in zip(dossier.events, dossier.entries, strict=True):
        hand = hand_of(event, secret)
        code = (entry.details.model_extra or {}).get("object_code") if entry is not None else None
        about = str(entry.details.escalation) if entry is not None and code else ""
        if hand is not None and about in persons and object_code(hand, persons[about]) != code:
            changed.add(about)
    return changed


def _person(paper: Row[Any] | None) -> dict[str, Any]:
    """The person an issued paper concerns stands in the paper alone; a proposal's no entry names."""
    if paper is None:
        return {}
    person = json.loads(paper.facts).get("person")
    return {"object_person": person["name"] if person else None}
