"""The life of one escalation: reached, proposed, approved, issued, served, answered or lapsed, concluded.

An automatic rung goes from reached to issued in the machine's name, under the director's standing
authorisation; one on approval waits as a proposal for its approver, who is neither its drafter nor its
object. A rung counts only when it was served (送达), and an inquiry's reply term starts with its recorded
service, not with sending.
"""

from states.escalation.deciding import EscalationDecision, decide, may_decide, raised_state
from states.escalation.effects import FINDINGS, JUDGEMENTS, RECEIVED, SERVICES
from states.escalation.question import EscalationFacts, Question
from states.escalation.table import COMMANDS, OVER, STATES, CommandRow, approvers, machine

__all__ = [
    "COMMANDS",
    "FINDINGS",
    "JUDGEMENTS",
    "OVER",
    "RECEIVED",
    "SERVICES",
    "STATES",
    "CommandRow",
    "EscalationDecision",
    "EscalationFacts",
    "Question",
    "approvers",
    "decide",
    "machine",
    "may_decide",
    "raised_state",
]
