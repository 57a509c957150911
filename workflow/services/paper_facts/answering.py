"""回函: the form in which a 函询 is answered, question by question, and what came back on it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from workflow.services.batch import OpenCase
from workflow.services.paper_facts.trail import Told, Trail, names_of, said
from workflow.services.paper_values import iso, matters_of
from workflow.services.papers import Desk
from workflow.storage import papers, queries

ANSWERED = "escalation_answered"
NUMBERED = re.compile(r"^\s*(?:[0-9]+[.．、]|[（(][0-9]+[）)]|[一二三四五六七八九十]+、)\s*")
"""The number a question was written with; the form numbers them itself."""

NOBODY: Told = {}


def inquiry_reply(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """回函 of the unit to the inquiry it was sent last; of a joint one it lists every matter."""
    reply = _reply(desk, case, newest(desk, case, "inquiry"))
    return {"reply": reply, "addressee": desk.letterhead("office").name}


def personal_inquiry_reply(desk: Desk, case: OpenCase, named: Told) -> Mapping[str, Any]:
    """回函 of a person to the inquiry he was sent last; who he is stands in that paper alone.

    `named` is the person the form is for; without one it is for whoever was asked last.
    """
    paper = newest(desk, case, "personal_inquiry", named)
    return {
        "reply": _reply(desk, case, paper),
        "person": said_by(paper).get("person"),
        "addressee": desk.letterhead("organization").name,
    }


def newest(desk: Desk, case: OpenCase, kind: str, named: Told = NOBODY) -> Row[Any] | None:
    """The numbered paper of a kind that was issued last, to the person `named` where one is."""
    found = papers.issued_of(desk.work.tx, case.id, kind)
    return next((one for one in found if _is_to(said_by(one).get("person") or {}, named)), None)


def said_by(paper: Row[Any] | None) -> Told:
    """What a paper says; nothing where there is none."""
    return json.loads(paper.facts) if paper else {}


def _is_to(person: Told, named: Told) -> bool:
    """Whether a paper is to the person of this name and unit, as far as they are stated."""
    return all(named.get(part) in (None, person.get(part)) for part in ("name", "unit"))


def _reply(desk: Desk, case: OpenCase, paper: Row[Any] | None) -> Told:
    """Which paper is answered, what it asked, by when; and the reply where one was entered."""
    if paper is None:
        return {"evidence": []}
    asked, measure = said_by(paper), _measure(desk, case, paper)
    reply: Told = {
        "number": paper.number,
        "issued_on": asked.get("date"),
        "matters": [{name: one[name] for name in ("number", "title")} for one in matters_of(asked)],
        "questions": [NUMBERED.sub("", one) for one in (asked.get("question") or "").splitlines()],
        "reply_by": iso(measure.reply_due_on) if measure else asked.get("reply_by"),
        "evidence": [],
    }
    return reply | _received(desk, case, measure)


def _measure(desk: Desk, case: OpenCase, paper: Row[Any]) -> Row[Any] | None:
    measures = queries.escalations_of(desk.work.tx, [case.id])
    return next((one for one in measures if one.document_id == paper.id), None)


def _received(desk: Desk, case: OpenCase, measure: Row[Any] | None) -> Told:
    """The reply as it was entered: its words, what came with it, and when."""
    if measure is None or measure.answered_on is None:
        return {}
    trail = Trail.of(desk, case)
    entered = [one for one in trail.every(ANSWERED) if one.details.escalation == measure.id]
    if not entered:
        return {}
    last = entered[-1]
    return {
        "words": said(last, "reply"),
        "evidence": names_of(last.details.evidence),
        "received": trail.signed(last) | {"on": iso(measure.answered_on)},
    }
