"""Approving proposals, one or several at once, and sending out what was approved.

Several are one act: all of them or none. Proposals to one unit on one rung that is joint go out as one paper.
What concerns a person is approved one at a time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from states.errors import FactInvalid, Refusal
from workflow.canonical import canonical_text
from workflow.services import people
from workflow.services.handling import Handling
from workflow.services.joint import may_share, parts
from workflow.services.measures import locked
from workflow.services.office import Office, Signature
from workflow.services.papers import Desk
from workflow.services.raising import prior_papers
from workflow.services.unseen import check_still_as_seen
from workflow.services.work import begin
from workflow.storage.session import transaction

APPROVE = "approve"
NOT_SEEN: Mapping[str, int] = MappingProxyType({})


def approve_all(
    office: Office,
    escalations: Sequence[str],
    *,
    seen: Mapping[str, int] = NOT_SEEN,
    by: Signature,
    at: datetime,
    **details: Any,
) -> list[dict[str, Any]]:
    """Approve these proposals, named by their ids or the beginnings of them; returns their new standings.

    `seen` is by id the last entry of its case whoever approves had before him. Raises like
    `escalations.act`, naming the one at fault; `FactInvalid` for several of which one concerns a person
    (`bulk_person_level`) or two are of one case (`bulk_same_case`).
    """
    given = {name: value for name, value in details.items() if value is not None}
    with transaction(office.engine) as tx:
        measures = locked(tx, escalations)
        for case, row in measures:
            check_still_as_seen(tx, case, seen.get(row.id))
        work = begin(tx, office, by=by, at=at)
        actors = people.Actors(tx, by.person, work.day)
        handlings = [Handling(work, case, row) for case, row in measures]
        _check_together(handlings)
        for one in handlings:
            _approve(one, actors, given, is_alone=len(handlings) == 1)
        issue_approved(Desk(work, signer=handlings[0].columns["decided_by"], looks_over=True), handlings)
        for one in handlings:
            one.finish()
        work.batch.flush()
        return [one.told() for one in handlings]


def issue_approved(desk: Desk, handlings: Sequence[Handling]) -> None:
    """Number and freeze the papers of what was approved: one for those that share it."""
    desk.know(one.case for one in handlings)
    prior = prior_papers(desk.work.tx, [one.case.id for one in handlings])
    for some in _sharing(desk, handlings):
        first = some[0]
        if len(some) == 1:
            paper = first.paper(desk, prior.get(first.case.id, []))
            first.issue(desk.issue(first.case, paper))
            continue
        matters = [(one.case, prior.get(one.case.id, [])) for one in some]
        issued = desk.issue_jointly(matters, first.paper(desk, []))
        for one in some:
            one.issue(issued)


def _check_together(handlings: Sequence[Handling]) -> None:
    if len(handlings) < 2:
        return
    for one in handlings:
        if one.rung.addressee == "person":
            raise FactInvalid(
                f"“{one.rung.label}”针对个人，须逐件审批，不能与其他件一并批准；请单独批准。",
                code="bulk_person_level",
                escalation=one.columns["id"],
            )
    cases = [one.case.id for one in handlings]
    if len(set(cases)) < len(cases):
        raise FactInvalid("同一事项的几件措施须逐件审批，请分别批准。", code="bulk_same_case")


def _approve(one: Handling, actors: people.Actors, given: dict[str, Any], *, is_alone: bool) -> None:
    try:
        one.handle(APPROVE, actors.towards(one.case.facts.lead_unit), dict(given))
    except Refusal as refusal:
        if not is_alone:
            refusal.message = f"{one.case.number}“{one.rung.label}”：{refusal.message}其余各件也未批准。"
            refusal.facts = {**refusal.facts, "case": one.case.number, "escalation": one.columns["id"]}
        raise


def _sharing(desk: Desk, handlings: Iterable[Handling]) -> Iterator[tuple[Handling, ...]]:
    """Those that go out on one paper, in their order."""
    found: dict[tuple[object, ...], list[Handling]] = {}
    for one in handlings:
        found.setdefault(_key(desk, one), []).append(one)
    for some in found.values():
        yield from parts(some)


def _key(desk: Desk, one: Handling) -> tuple[object, ...]:
    """What papers have in common that may be one: the unit, the rung, and what people wrote for it."""
    if not may_share(desk, one.rung):
        return (one.columns["id"],)
    facts = one.case.facts
    return facts.lead_unit, facts.lead_group, one.policy.digest, one.rung.step, canonical_text(one.words)
