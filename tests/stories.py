"""A case's whole story through the real services: every paper of commands and the ladder is issued once."""

from tests.builders import (
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    PRINCIPAL,
    a_case,
    a_paper_of_proof,
    a_receipt,
    at,
    climb,
    give,
    on_escalation,
    sweep_on,
)
from workflow.services.batch import OpenCase
from workflow.services.office import Office

OF_A_STORY = frozenset({"assignment", "due_soon", "urge", "reminder", "inquiry", "admonition", "close_out"})
"""The kinds that commands and the ladder issue; the others people draft."""

DUE_SOON, REMINDER, INQUIRY, SERVED = at(2026, 7, 17), at(2026, 7, 23), at(2026, 7, 30), at(2026, 7, 31)
ADMONITION, REPORTED, CLOSED = at(2026, 8, 24), at(2026, 8, 26), at(2026, 8, 27)

QUESTION = "收到提醒函后仍未修复的原因是什么，何时能够办结"
GROUND = {"clause": "对上级决策部署落实不力，造成一定影响", "facts": "长期逾期，函询后未按期说明情况"}


def a_case_to_ask(office: Office) -> OpenCase:
    """A late case whose unit signed for its reminder, and whose inquiry waits for its approver."""
    case = a_case(office, "handling", OPENED)
    climb(office, REMINDER, INQUIRY)
    return case


def a_case_to_admonish(office: Office) -> OpenCase:
    """The same, asked and silent until its reply lapsed: a measure for a person waits for the principal."""
    case = a_case_to_ask(office)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    on_escalation(office, "inquiry", "serve", CLERK, SERVED, evidence=a_receipt(office))
    sweep_on(office, ADMONITION)
    return case


def a_case_asked(office: Office) -> OpenCase:
    """A late case whose unit was reminded and asked in writing."""
    case = a_case(office, "handling", OPENED)
    climb(office, DUE_SOON, REMINDER, INQUIRY)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    on_escalation(office, "inquiry", "serve", CLERK, SERVED, evidence=a_receipt(office))
    return case


def a_case_admonished(office: Office) -> OpenCase:
    """The same, unanswered: its unit's head is admonished."""
    case = a_case_asked(office)
    sweep_on(office, ADMONITION)
    on_escalation(office, "admonition", "approve", PRINCIPAL, ADMONITION, ground=GROUND)
    return case


def a_whole_story(office: Office) -> OpenCase:
    """The same, finished at last and struck off: a paper of every kind."""
    case = a_case_admonished(office)
    give(office, case, "log_urge", OFFICER, ADMONITION, means="mail")
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, REPORTED, result="312盏全部复亮", evidence=proof)
    return give(office, case, "close_out", DIRECTOR, CLOSED, verification="夜间抽查40盏均亮", evidence=proof)
