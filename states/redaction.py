"""Taking people's own words of an entry away: who may, and what stands in their place.

The entry stays as it was written, with the salted hash of the words; a later entry tells which one was
redacted, by whom and why. The words of an entry go together: one hash covers them all, so a part of them left
standing could no longer be shown to be what was written.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from states import particulars
from states.case import Actor
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.papers.life import UNISSUED
from states.visibility import APPROVERS_STAGE
from states.vocabulary import Role
from states.words import detail_label

REDACTED = "redacted"
ROLES = (Role.DIRECTOR, Role.LEADER)
"""Who may take words away; of his own words it is for another of them."""

UNDECIDED = APPROVERS_STAGE - {"rejected"}
"""States of a measure whose words are still to be put on paper."""

Words = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """An entry whose words are to go: who wrote it, and its words, None where it has none.

    `redacted_by` is the entry that took them away before; `measure` and `paper` the states of the measure and
    of the paper it is about.
    """

    seq: int
    actor: str
    acting_for: str | None
    words: Words | None
    redacted_by: int | None = None
    measure: str | None = None
    paper: str | None = None


def check(spoken: Spoken, actor: Actor, reason: str | None) -> None:
    """Refuse a redaction that may not be. Raises `NotPermitted`, `FactMissing`, `FactInvalid`."""
    _check_reason(reason)
    _check_actor(spoken, actor)
    if spoken.redacted_by is not None:
        raise FactInvalid(
            f"第{spoken.seq}条的文字已经隐去，见第{spoken.redacted_by}条。",
            code="redacted_already",
            entry=spoken.seq,
            redacted_by=spoken.redacted_by,
        )
    if spoken.words is None:
        raise FactInvalid(
            f"第{spoken.seq}条没有另存的文字，无可隐去；其余内容是历史的一部分，不能隐去。",
            code="no_words",
            entry=spoken.seq,
        )
    if spoken.paper in UNISSUED:
        raise FactInvalid(
            f"第{spoken.seq}条的文字是一件未印发文书的内容，请先印发或者作废该文书，再隐去。",
            code="words_in_use",
            entry=spoken.seq,
        )
    if spoken.measure in UNDECIDED:
        raise FactInvalid(
            f"第{spoken.seq}条的文字是一件待批措施的内容，请先审批或者撤回该措施，再隐去。",
            code="words_in_use",
            entry=spoken.seq,
        )


def acting_for(spoken: Spoken, actor: Actor) -> str | None:
    """Whom a deputy takes the words away for; None where the role is his own."""
    return actor.acting_for(ROLES, besides=_writers(spoken))


def mark(by: int) -> str:
    """What is read in the place of words the entry `by` took away."""
    return f"〔已隐去，见第{by}条〕"


def instead(words: Words, by: int) -> dict[str, dict[str, Any]]:
    """What lies beside an entry in the place of these words: the same particulars, each with the mark."""
    return {
        place: {name: _marked(value, by) for name, value in said.items()} for place, said in words.items()
    }


def names_in(left: Words) -> list[str]:
    """The names of the particulars whose words were taken away."""
    return sorted({name for said in left.values() for name in said})


def taken_away(details: Mapping[str, Any]) -> str:
    """第5条的理由、意见, of the particulars of a redaction."""
    return f"第{details['entry']}条的{'、'.join(map(detail_label, names_in(details['instead'])))}"


def texts_in(words: Words) -> frozenset[str]:
    """Every text among words."""
    values = (value for said in words.values() for value in said.values())
    return frozenset(text for value in values for text in _texts(value))


def _texts(value: Any) -> Collection[str]:
    """The texts of a value, however deep they lie in it."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value or "")]


def _marked(value: Any, by: int) -> Any:
    """The mark in the shape of the value; where nothing was said nothing is taken away."""
    if isinstance(value, list):
        return [mark(by)] if value else []
    return value if value in (None, "") else mark(by)


def _check_reason(reason: str | None) -> None:
    if not reason:
        raise FactMissing("隐去文字须写明理由。", code="reason_missing", missing="reason")
    particulars.check("reason", reason)


def _check_actor(spoken: Spoken, actor: Actor) -> None:
    labels = "、".join(role.label for role in ROLES)
    if not actor.holds(ROLES):
        raise NotPermitted(f"隐去文字只能由{labels}决定，请向其提出。", person=actor.person)
    if {actor.person, acting_for(spoken, actor)} & _writers(spoken):
        raise NotPermitted(
            f"第{spoken.seq}条是本人所写，本人的话须由另一人（{labels}）决定隐去。",
            code="words_are_his_own",
            person=actor.person,
        )


def _writers(spoken: Spoken) -> frozenset[str]:
    return frozenset(one for one in (spoken.actor, spoken.acting_for) if one is not None)
