"""What 更正 may be about as a case stands: the choices of its form.

A fact is called by its label, which says of a task, a milestone or an entry the same as of the matter where
both have it. A day nobody stated is never made up, and is no choice.
"""

from collections.abc import Iterator

from states.corrections import ENTRY_FIELDS, FIELDS, NODE_FIELDS, TASK_FIELDS, Field, Kind
from states.facts import CaseFacts


def correctable(facts: CaseFacts) -> Iterator[tuple[str, str]]:
    """Label by label, each with where it is stated, those of the matter first."""
    told: set[str] = set()
    for field, where in _fields(facts):
        if field.label not in told:
            told.add(field.label)
            yield field.label, f"{field.label}（{where}）" if where else field.label


def _fields(facts: CaseFacts) -> Iterator[tuple[Field, str]]:
    yield from ((one, "") for one in FIELDS.values() if _is_stated(one, facts))
    if facts.tasks:
        yield from ((one, "协办任务") for one in TASK_FIELDS.values())
    if facts.nodes:
        yield from ((one, "节点") for one in NODE_FIELDS.values())
    yield from ((one, "某一条历史") for one in ENTRY_FIELDS.values())


def _is_stated(field: Field, facts: CaseFacts) -> bool:
    return field.kind is not Kind.DAY or getattr(facts, field.name) is not None
