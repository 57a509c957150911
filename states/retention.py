"""How long a matter's file is kept (保管期限), and what becomes of it then: it is sealed, never purged.

The classes 永久, 30年 and 10年 are those of 国家档案局令第8号 《机关文件材料归档范围和文书档案保管期限规定》.
A term runs from the year after the matter was struck off, so that it ends with a year. A matter whose term
has ended may be sealed (封存): it is kept whole and goes on being verified, but is in no list or search, and
nobody acts on it, until it is unsealed (启封).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from states import particulars
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.facts import CaseFacts
from states.redaction import REDACTED
from states.vocabulary import RetentionClass, Role

CLASSIFIED, SEALED, UNSEALED = "retention_set", "matter_sealed", "matter_unsealed"
FILING = (Role.ARCHIVIST, Role.DIRECTOR)
SEALING = (Role.DIRECTOR,)
IN_SPITE_OF_A_SEAL = frozenset({SEALED, UNSEALED, REDACTED})
"""What is still entered into the history of a sealed matter, beside what the machine has to note."""

Changes = Mapping[str, Any]


def kept_until(facts: CaseFacts) -> date | None:
    """The last day of the term; None for ever, or where class or closing day is not known."""
    if facts.retention is None or facts.closed_on is None:
        return None
    years = RetentionClass(facts.retention).years
    return None if years is None else date(facts.closed_on.year + years, 12, 31)


def has_ended(facts: CaseFacts, day: date) -> bool:
    """Whether the term is over on a day (到期待鉴定)."""
    last = kept_until(facts)
    return last is not None and last < day


def classified(facts: CaseFacts, word: str | None, roles: frozenset[Role], reason: str | None) -> Changes:
    """The class by its label or identifier, of a matter that was struck off; shorter only by the director.

    Raises `FactMissing`, `FactInvalid`, `NotPermitted`.
    """
    _check_reason(reason)
    _check_held(roles, FILING, "定保管期限")
    if facts.closed_on is None:
        raise FactInvalid("事项没有销号，不定保管期限。", code="retention_before_closing")
    new = _class_called(word)
    if new == facts.retention:
        raise FactInvalid(f"保管期限已是{new.label}，无须再定。", code="retention_unchanged")
    if asked_to_classify(facts.retention, new) == SEALING:
        _check_held(roles, SEALING, "缩短保管期限")
    return {"retention": new.value}


def asked_to_classify(former: str | None, new: str | None) -> tuple[Role, ...]:
    """The roles a class is set by in place of a former one: a shorter term is the director's."""
    if former is None or new is None:
        return FILING
    return SEALING if RetentionClass(new).is_shorter_than(RetentionClass(former)) else FILING


def sealed(
    facts: CaseFacts, roles: frozenset[Role], reason: str | None, day: date, *, is_filed: bool
) -> Changes:
    """A matter sealed on a day; `is_filed`: it was archived. Raises as `classified`."""
    _check_reason(reason)
    _check_held(roles, SEALING, "封存事项")
    if facts.sealed_on is not None:
        raise FactInvalid(f"事项已于{facts.sealed_on}封存。", code="sealed_already")
    if not is_filed:
        raise FactInvalid("只有归档的事项才能封存，请先归档。", code="seal_before_filing")
    if not has_ended(facts, day):
        raise FactInvalid(f"{_why_not(facts)}，不能封存。", code="retention_running")
    return {"sealed_on": day}


def unsealed(facts: CaseFacts, roles: frozenset[Role], reason: str | None) -> Changes:
    """A sealed matter opened again. Raises as `classified`."""
    _check_reason(reason)
    _check_held(roles, SEALING, "启封事项")
    if facts.sealed_on is None:
        raise FactInvalid("事项没有封存，无须启封。", code="not_sealed")
    return {"sealed_on": None}


def check_not_sealed(facts: CaseFacts, kind: str) -> None:
    """Nobody acts on a sealed matter. Raises `NotPermitted` (`matter_sealed`)."""
    if facts.sealed_on is not None and kind not in IN_SPITE_OF_A_SEAL:
        raise NotPermitted(
            f"事项{facts.number}已于{facts.sealed_on}封存，不能办理；确需办理的，由督查室主任先启封。",
            code="matter_sealed",
            number=facts.number,
        )


def _class_called(word: str | None) -> RetentionClass:
    if not word:
        raise FactMissing("请写明保管期限。", code="retention_missing", missing="class")
    found = next((one for one in RetentionClass if word in (one.value, one.label)), None)
    if found is None:
        known = "、".join(one.label for one in RetentionClass)
        raise FactInvalid(f"没有“{word[:40]}”这种保管期限，可填：{known}。", code="retention_unknown")
    return found


def _why_not(facts: CaseFacts) -> str:
    if facts.retention is None:
        return "保管期限未定"
    last = kept_until(facts)
    return "保管期限为永久" if last is None else f"保管期限到{last}为止"


def _check_reason(reason: str | None) -> None:
    if not reason:
        raise FactMissing("须写明理由。", code="reason_missing", missing="reason")
    particulars.check("reason", reason)


def _check_held(roles: frozenset[Role], asked: tuple[Role, ...], what: str) -> None:
    if roles.isdisjoint(asked):
        raise NotPermitted(f"{what}只能由{'或'.join(role.label for role in asked)}办理，请由其办理。")
