"""Taking away what an item says: its words, what was sent after it, and the names of its files.

The journal keeps the hash of what came, so that the same body is still known as one that came before; what is
left in its place is hashed by the entry that tells of the redaction. Whoever turned to the platform is
forgotten with it. What a matter's history took over from the item is redacted there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from sqlalchemy import Row

from states.errors import FactInvalid, FactMissing, NotPermitted
from states.intake import IntakeState
from states.particulars import check
from states.redaction import ROLES, mark
from workflow.canonical import canonical_text
from workflow.services import redacting
from workflow.services.entries import Act
from workflow.services.intake.items import TEXTS, unknown
from workflow.services.office import Office, Signature
from workflow.services.people import Actors
from workflow.services.work import Work, begin
from workflow.storage import done_forms, intake
from workflow.storage.session import transaction

REDACTED = "intake_redacted"


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was taken away: of which item, by which entry of the journal, in how many bodies; `erased` as of
    every redaction."""

    item: str
    seq: int
    bodies: int
    erased: bool | None


def redact(office: Office, item: str, *, reason: str | None, by: Signature, at: datetime) -> Redacted:
    """Take the words of a settled item away, in all its bodies.

    Raises `NotPermitted` for anybody but the director or a leader, and for whoever dealt with it
    (`words_are_his_own`); `FactMissing` (`reason_missing`), `FactInvalid` (`intake_waits`,
    `redacted_already`), `NotFound` (`intake_unknown`).
    """
    if not reason:
        raise FactMissing("隐去文字须写明理由。", code="reason_missing", missing="reason")
    check("reason", reason)
    with transaction(office.engine) as tx:
        row = intake.held(tx, item)
        if row is None:
            raise unknown()
        work = begin(tx, office, by=by, at=at)
        actor = Actors(tx, by.person, work.day).towards(None)
        if not actor.holds(ROLES):
            labels = "、".join(role.label for role in ROLES)
            raise NotPermitted(f"隐去文字只能由{labels}决定，请向其提出。", person=actor.person)
        _check(row, actor.person)
        seq, bodies = _taken_away(work, row, reason, actor.person, actor.acting_for(ROLES))
    return Redacted(row.id, seq, bodies, redacting.erase(office))


def _check(row: Row[Any], person: str) -> None:
    if row.state == IntakeState.WAITING.value:
        raise FactInvalid("来件尚待办理，请先登记、并入或者退回，再隐去。", code="intake_waits")
    if row.decided_by == person:
        message = "这个来件由本人办理，须由另一人决定隐去。"
        raise NotPermitted(message, code="words_are_his_own", person=person)


def _taken_away(
    work: Work, row: Row[Any], reason: str, person: str, acting_for: str | None
) -> tuple[int, int]:
    """Put the mark in the place of the words; returns the entry's seq and how many bodies there are."""
    seq, sent = work.batch.open_journal().seq + 1, intake.supplements(work.tx, [row.id])
    left = {0: _left(row, seq), **{one.number: _left(one, seq) for one in sent}}
    if all(left[number]["content"] == one.content for number, one in enumerate((row, *sent))):
        raise FactInvalid("这个来件的文字已经隐去。", code="redacted_already")
    told: dict[str, Any] = {"intake": row.id, "source": row.source, "external_id": row.external_id}
    told |= {"left": {str(number): _hash(one["content"]) for number, one in left.items()}, "reason": reason}
    work.batch.note(Act(REDACTED, work.at, person, told, acting_for=acting_for))
    intake.change(work.tx, row.id, **left.pop(0))
    for number, values in left.items():
        intake.change_supplement(work.tx, row.id, number, **values)
    work.batch.flush()
    done_forms.forget_answers(work.tx)
    return seq, len(sent) + 1


def _left(row: Row[Any], seq: int) -> dict[str, Any]:
    """The columns of a body without its words; one that has none any more stays as it is."""
    if _hash(row.content) != row.sha256:
        return {"content": row.content, "files": row.files, "applicant": None}
    told = json.loads(row.content)
    words = {name: mark(seq) for name in TEXTS if told[name]}
    files = [_unnamed(one, seq) for one in json.loads(row.files)]
    return {
        "content": canonical_text(told | words),
        "files": json.dumps(files, ensure_ascii=False),
        "applicant": None,
    }


def _unnamed(file: Mapping[str, Any], seq: int) -> dict[str, Any]:
    return {**file, "name": mark(seq) + PurePath(str(file["name"])).suffix}


def _hash(content: str) -> str:
    return sha256(content.encode()).hexdigest()
