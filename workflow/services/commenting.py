"""Comments within the office: who is mentioned in one, and that he has seen it.

A comment changes no fact and is in no paper; its words lie beside its entry. Who is mentioned stands in the
entry, and in a row of its own until he puts it behind him, by saying so or by commenting himself.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.case import Decision
from states.errors import FactInvalid, FactMissing
from states.facts import CaseFacts
from states.office_time import office_day
from states.visibility import COMMENTED, MENTION_SEEN, is_of_the_office
from workflow.services.batch import OpenCase, opened
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person, roles_towards
from workflow.services.resolving import held
from workflow.services.work import Work, begin
from workflow.storage import mentions
from workflow.storage.session import transaction
from workflow.storage.work_models import Mention


def follow(work: Work, case: OpenCase, seq: int, decision: Decision, author: str) -> None:
    """Enter whom a comment mentions; what its author was mentioned in before is behind him.

    Raises `FactInvalid` (`mention_outside_office`) for somebody who may not see it.
    """
    if decision.event != COMMENTED:
        return
    _put_behind(work, case, author)
    for person in decision.details.get("mentions", ()):
        _check_is_of_the_office(work, case.facts, person)
        work.batch.add(Mention, case_id=case.id, seq=seq, person=person, mentioned_on=work.day)


def put_behind(office: Office, number: str, *, by: Signature, at: datetime) -> OpenCase:
    """Enter that somebody has seen what he is mentioned in on a case; returns the case.

    Raises `FactInvalid` (`not_mentioned`) where nothing waits for him, `NotFound`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        row = held(tx, number)
        if by.person is None:
            raise FactMissing("请用 --as 写明是谁已阅。", code="person_missing", missing="as")
        work, case = begin(tx, office, by=by, at=at), opened(row)
        person = find_person(tx, by.person)
        if not mentions.open_of(tx, case.id, person.code):
            raise FactInvalid(
                f"事项{number}没有待{person.name}查看的批注。", code="not_mentioned", person=person.code
            )
        state = case.facts.state
        work.batch.enter(case, Act(MENTION_SEEN, at, person.code, before=state, after=state))
        _put_behind(work, case, person.code)
        work.batch.flush()
        return case


def told_comments(events: Iterable[Row[Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The comments among a case's entries as they are shown; `text` None: its words were taken away."""
    return [_told(event, names) for event in events if event.kind == COMMENTED]


def _told(event: Row[Any], names: Mapping[str, str]) -> dict[str, Any]:
    mentioned = json.loads(event.payload)["details"].get("mentions", ())
    words = json.loads(event.personal)["details"] if event.personal else {}
    return {
        "seq": event.seq,
        "at": event.occurred_at.isoformat(),
        "by": event.actor,
        "by_name": names.get(event.actor, event.actor),
        "text": words.get("text"),
        "mentions": [{"person": code, "name": names.get(code, code)} for code in mentioned],
    }


def _put_behind(work: Work, case: OpenCase, person: str) -> None:
    waiting = {"case_id": case.id, "person": person, "seen_on": None}
    work.batch.amend_all(Mention, waiting, seen_on=office_day(work.at))


def _check_is_of_the_office(work: Work, facts: CaseFacts, person: str) -> None:
    if not is_of_the_office(roles_towards(work.tx, person, facts, work.day)):
        name = find_person(work.tx, person).name
        raise FactInvalid(
            f"{name}不是办公室人员，或者在该事项的承办单位任职，看不到内部批注，不能提及；请改提其他人员。",
            code="mention_outside_office",
            person=person,
        )
