"""Deciding on several at once: one opinion, only what is of one kind, and never what concerns a person.

Each is decided by its own command; measures of one unit are approved together, since they may go out as one
paper. What one of them runs into leaves the others as they were decided.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from states.errors import FactInvalid, Refusal
from workflow.services import approving, forms
from workflow.services.breaking_off import broken_off
from workflow.services.documents import judging
from workflow.services.office import Office, Signature
from workflow.services.signing_room import LEAF, MEASURE, PAPER, Room, Waiting

TOGETHER = ("approve", "sign")
"""Approving commands that several may be given at once."""

ENTRY, HASH = re.compile(r"[0-9]{1,18}"), re.compile(r"[0-9a-f]{64}")
"""What a measure and a paper were shown to rest on."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """One that was ticked, and what it rested on when it was shown."""

    kind: str
    id: str
    seen: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one; `trouble` None: it was decided."""

    ticked: Ticked
    waiting: Waiting | None
    trouble: str | None = None


def may_be_ticked(one: Waiting) -> bool:
    """Whether it may be decided with others of its kind, and nothing is left to be written for it."""
    return _goes_together(one) and not one.is_unwritten


def _goes_together(one: Waiting) -> bool:
    return one.commands[0] in TOGETHER and not one.is_personal


def decide_together(
    office: Office,
    room: Room,
    ticked: Sequence[Ticked],
    *,
    opinion: str | None,
    by: Signature,
    at: datetime,
) -> list[Outcome]:
    """Approve or sign what was ticked, each told by itself, in the order it was ticked in.

    Raises `FactInvalid`: `none_ticked`, `too_many`, `bulk_person_level` for one that concerns a person,
    `bulk_mixed` for several kinds; `FormRefused` (`form_incomplete`) for what does not say what was shown.
    """
    here = {one.name: one for one in room.waiting}
    found = [(one, here.get((one.kind, one.id))) for one in dict.fromkeys(ticked)]
    _check(room, found)
    outcomes = {
        one: Outcome(one, None, "已不在等您签批之列，没有办理。") for one, known in found if not known
    }
    waiting = [(one, known) for one, known in found if known is not None]
    for serial, some in enumerate(_groups(waiting)):
        outcomes |= _decided(office, some, opinion, _form_of(by, serial), at)
    return [outcomes[one] for one, _ in found]


def _check(room: Room, found: Sequence[tuple[Ticked, Waiting | None]]) -> None:
    if not found:
        raise FactInvalid("请先勾选要一并批准的。", code="none_ticked")
    if len(found) > LEAF:
        raise FactInvalid(f"一次最多一并批准{LEAF}件，请分次办理。", code="too_many", count=len(found))
    for one, known in found:
        if one.id in room.private or (known is not None and not _goes_together(known)):
            label = known.label if known else "针对个人的措施"
            raise FactInvalid(
                f"“{label}”须逐件办理，不能一并批准；所选的都没有办理，请去掉这一件。",
                code="bulk_person_level",
            )
    if len({known.sort for _, known in found if known is not None}) > 1:
        raise FactInvalid(
            "所选的不是同一种，不能一并批准；所选的都没有办理，请只选同一种的。", code="bulk_mixed"
        )
    if not all(_says_what_was_shown(one, known) for one, known in found if known is not None):
        raise forms.incomplete()


def _says_what_was_shown(one: Ticked, known: Waiting) -> bool:
    if known.kind == PAPER:
        return HASH.fullmatch(one.seen) is not None
    return ENTRY.fullmatch(one.seen) is not None and int(one.seen) <= int(known.seen)


Pair = tuple[Ticked, Waiting]


def _groups(waiting: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Measures of one unit together, everything else one by one."""
    found: dict[object, list[Pair]] = {}
    for one, known in waiting:
        found.setdefault(known.unit if known.kind == MEASURE else known.name, []).append((one, known))
    yield from found.values()


def _decided(
    office: Office, some: list[Pair], opinion: str | None, by: Signature, at: datetime
) -> dict[Ticked, Outcome]:
    give: Callable[..., None] = _approve if some[0][1].kind == MEASURE else _sign
    try:
        give(office, some, opinion=opinion, by=by, at=at)
    except Refusal as refusal:
        return {one: Outcome(one, known, refusal.message) for one, known in some}
    except DBAPIError as error:
        told = broken_off(error, some[0][0].id)
        return {one: Outcome(one, known, told) for one, known in some}
    return {one: Outcome(one, known) for one, known in some}


def _approve(office: Office, some: list[Pair], *, opinion: str | None, by: Signature, at: datetime) -> None:
    seen = {one.id: int(one.seen) for one, _ in some}
    ids = [one.id for one, _ in some]
    approving.approve_all(office, ids, seen=seen, by=by, at=at, opinion=opinion)


def _sign(office: Office, some: list[Pair], *, opinion: str | None, by: Signature, at: datetime) -> None:
    for one, _ in some:
        judging.sign(office, one.id, by=by, at=at, opinion=opinion, seen=one.seen)


def _form_of(by: Signature, serial: int) -> Signature:
    """The signature of one of several acts on a form: each is carried out once."""
    if by.form is None or serial == 0:
        return by
    return replace(by, form=hashlib.sha256(f"{by.form}.{serial}".encode()).hexdigest())
