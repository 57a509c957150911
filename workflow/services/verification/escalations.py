"""Escalations against the entries that raised, issued, served and answered them."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from workflow.secret import Secret
from workflow.services.objects import object_code
from workflow.services.replay import escalations_of
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding


def check_escalations(dossier: Dossier, secret: Secret) -> Iterator[Finding]:
    """Every row has its entries, every entry its row, and they say the same."""
    told, objects = escalations_of(dossier.history), _objects(dossier, secret)
    papers = {paper.id: paper for paper in dossier.papers}
    for row in dossier.escalations:
        where = {"case": dossier.name, "escalation": row.id}
        columns = told.pop(row.id, None)
        if columns is None:
            yield finding("escalation_unrecorded", "督办措施没有对应的历史记载：疑似伪造", **where)
            continue
        columns |= _person(papers.get(row.document_id))
        different = sorted(name for name, value in columns.items() if getattr(row, name) != value)
        if objects.get(row.id, object_code(secret, row.object_person)) != object_code(
            secret, row.object_person
        ):
            different = sorted({*different, "object_person"})
        if different:
            message = f"督办措施与历史不符（{'、'.join(different)}）：绕过系统改动了督办措施"
            yield finding("escalation_changed", message, **where)
    for lost in told:
        message = "历史记载的督办措施不存在：督办措施被删除"
        yield finding("escalation_missing", message, case=dossier.name, escalation=lost)


def _objects(dossier: Dossier, secret: Secret) -> dict[str, str]:
    """By whose code the proposals of a case tell of their persons, where this key can judge it."""
    keyed = zip(dossier.events, dossier.entries, strict=True)
    told = (entry for event, entry in keyed if entry is not None and event.key_id == secret.key_id)
    codes = (
        (entry.details.escalation, (entry.details.model_extra or {}).get("object_code")) for entry in told
    )
    return {str(escalation): code for escalation, code in codes if escalation and code}


def _person(paper: Row[Any] | None) -> dict[str, Any]:
    """The person an issued paper concerns stands in the paper alone; a proposal's no entry names."""
    if paper is None:
        return {}
    person = json.loads(paper.facts).get("person")
    return {"object_person": person["name"] if person else None}
