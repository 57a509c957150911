"""Deciding a command on a paper people write: facts in, a frozen decision out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states import particulars
from states.case import Actor
from states.errors import FactInvalid, FactMissing, NotPermitted, TransitionRefused
from states.papers.effects import EFFECTS, Changes
from states.papers.facts import PaperFacts
from states.papers.life import COMMANDS, LIVING, STATES, CommandRow, roles_for
from states.vocabulary import ActorKind
from states.words import detail_label

SHORTEST_HASH = 8
RECUSAL = "文书所涉及的当事人、主送单位的人员应当回避，请由其他有权人员办理。"
JUDGING = ("review", "sign")
"""Commands given on what the paper says, which must be what was read."""


@dataclass(frozen=True, slots=True)
class PaperDecision:
    """What a command sets on a paper, its state among it; `acting_for` whom a deputy acted for."""

    event: str
    changes: Changes
    acting_for: str | None = None


def decide(facts: PaperFacts, command: str, actor: Actor, day: date, **details: Any) -> PaperDecision:
    """The decision of a command on a paper, given on the office day `day`.

    `seen` is the beginning of the hash of what the actor has read, where he says so. Raises
    `TransitionRefused`, `NotPermitted`, `FactMissing` or `FactInvalid` (`draft_changed` where the paper, or
    what it says of the register, is no longer what was read).
    """
    row = COMMANDS.get(command)
    if row is None:
        raise TransitionRefused(f"没有“{command}”这个命令。", code="unknown_command", command=command)
    _is_at_hand(facts, row, command)
    acting_for = _permitted(facts, row, actor)
    _owes_nothing(row, details)
    _in_order(facts, row, day)
    if command in JUDGING:
        _unchanged(facts, details.get("seen"))
    effect = EFFECTS.get(command)
    set_ = effect(facts, actor, day, details) if effect else {}
    return PaperDecision(f"document_{row.event}", {"state": row.to, **set_}, acting_for)


def may_give(facts: PaperFacts, command: str, actor: Actor) -> bool:
    """Whether somebody may give a command on a paper where it stands, whatever it says."""
    row = COMMANDS[command]
    if facts.measure is not None or not row.starts_from(facts.state):
        return False
    try:
        _permitted(facts, row, actor)
    except NotPermitted:
        return False
    return True


def moved(state: str, command: str) -> str | None:
    """The state the machine takes a paper to; None where its life does not go that way."""
    row = COMMANDS[command]
    return row.to if state in row.source else None


def _is_at_hand(facts: PaperFacts, row: CommandRow, command: str) -> None:
    if row.by == "machine":
        raise NotPermitted(f"“{row.label}”由系统按规则办理，不能由人办理。", code="machine_only")
    if facts.measure is not None:
        raise FactInvalid(
            f"该文书是督办措施的文书，请在措施中办理（duban escalation，措施{facts.measure}）。",
            code="paper_of_measure",
            measure=facts.measure,
        )
    if not row.starts_from(facts.state):
        told = f"“{facts.kind.label}”{_out_of_turn(row, facts.state)}。"
        raise TransitionRefused(told, state=facts.state, command=command)
    if command == "draft" and not facts.kind.signers:
        raise FactInvalid(
            f"“{facts.kind.label}”由系统随命令或者督办措施印发，不由人拟稿。", code="kind_not_drafted"
        )


def _out_of_turn(row: CommandRow, state: str | None) -> str:
    """Why a command is not given in a state: it is done already, or what may be done instead."""
    standing = STATES[state].replace("已", "已经") if state else "尚未拟稿"
    if state and _is_done(row, state):
        return f"{standing}，不必再{row.label}"
    ways = [one.label for one in COMMANDS.values() if one.by != "machine" and one.starts_from(state)]
    instead = f"此时可以：{'、'.join(ways)}" if ways else "请另拟一份"
    return f"{standing}，不能{row.label}；{instead}"


def _is_done(row: CommandRow, state: str) -> bool:
    """Whether a paper in this state has had what a command of the road to the file would do."""
    if state == "voided" or row.to in ("voided", *row.source):
        return state == row.to
    return LIVING.index(state) >= LIVING.index(row.to)


def _permitted(facts: PaperFacts, row: CommandRow, actor: Actor) -> str | None:
    """Whom the actor acts for, None for himself. Raises `NotPermitted`."""
    roles = roles_for(row, facts.kind, facts.state)
    if actor.kind is not ActorKind.HUMAN or not actor.holds(roles):
        who = "、".join(sorted(role.label for role in roles))
        raise NotPermitted(f"“{facts.kind.label}”的{row.label}只能由{who}办理。", person=actor.person)
    wrote = frozenset().union(*(getattr(facts, one) for one in row.apart))
    concerned = facts.objects | (facts.of_unit if _is_to_unit(facts, row) else frozenset())
    acting_for = actor.acting_for(roles, besides=wrote | concerned)
    for person in {actor.person, acting_for} - {None}:
        if person in concerned:
            raise NotPermitted(RECUSAL, code="recusal", person=person)
        if person in wrote:
            raise NotPermitted(
                f"拟稿、核稿、签发须由不同的人办理，本人经手过的稿件不能由本人{row.label}。",
                code="own_draft",
                person=person,
            )
    return acting_for


def _is_to_unit(facts: PaperFacts, row: CommandRow) -> bool:
    """Whether the people of its unit have to leave signing to others: not what the unit writes itself."""
    return row.by == "signer" and not facts.kind.is_of_unit


def _owes_nothing(row: CommandRow, details: Mapping[str, Any]) -> None:
    for name, value in details.items():
        if value is not None:
            particulars.check(name, value)
    for name in row.needs:
        if not str(details.get(name) or "").strip():
            raise FactMissing(
                f"缺少{detail_label(name)}，请补充后再办。", code=f"{name}_missing", missing=name
            )


def _in_order(facts: PaperFacts, row: CommandRow, day: date) -> None:
    if facts.since is not None and day < facts.since:
        raise FactInvalid(
            f"{row.label}日期{day}早于上一步的日期{facts.since}，请更正。", code="before_last_step"
        )


def _unchanged(facts: PaperFacts, seen: str | None) -> None:
    """Who judges a paper judges what he has read, and what the register still says."""
    if facts.otherwise:
        raise FactInvalid(
            f"拟稿后台账已有变动（{'、'.join(facts.otherwise)}），请用duban document revise更新后重新核稿。",
            code="draft_changed",
            changed=list(facts.otherwise),
        )
    if seen is None:
        return
    if len(seen) < SHORTEST_HASH:
        raise FactInvalid(f"文稿哈希至少写前{SHORTEST_HASH}位。", code="hash_too_short")
    if not facts.content.startswith(seen.lower()):
        raise FactInvalid(
            "文稿在您阅后已有改动，请用duban document show重新阅看。",
            code="draft_changed",
            content_sha256=facts.content,
        )
