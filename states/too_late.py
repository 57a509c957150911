"""Why an act that was somebody's a while ago is not any more: what he is told whose form came too late."""

from collections.abc import Iterable

from states.case import whose
from states.escalation.given import Given
from states.escalation.table import STATES
from states.facts import CaseFacts
from states.lifecycle import CommandRow, Lifecycle
from states.policy import Rung
from states.vocabulary import Role


def why_not(row: CommandRow, facts: CaseFacts, lifecycle: Lifecycle, roles: Iterable[Role]) -> str:
    """Why a command on a case is not offered to somebody; `roles` are those it is asked of now."""
    if facts.sealed_on is not None:
        return f"事项已于{facts.sealed_on}封存，不能再办理。"
    if row not in lifecycle.commands_from(facts.state):
        return f"事项现在为“{lifecycle.called(facts.state)}”，不能再{row.label}。"
    return _not_his(row, roles)


def why_not_opened(row: CommandRow) -> str:
    """Why a command that brings a matter into the register is not offered to somebody."""
    return _not_his(row, row.roles)


def why_not_on(given: Given, state: str, rung: Rung) -> str:
    """The same of a command on a measure of this rung in a state."""
    if state not in given.row.source:
        return f"“{rung.label}”{STATES[state]}，不能再{given.label}。"
    who = "、".join(sorted(role.label for role in given.roles(rung)))
    apart = "中无须回避的人员" if given.row.by == "approver" else ""
    return f"“{rung.label}”的{given.label}只能由{who}{apart}办理，现在不由您办理。"


def _not_his(row: CommandRow, roles: Iterable[Role]) -> str:
    return f"“{row.label}”只能由{whose(row, roles)}办理，您现在没有这项职责。"
