"""Who may have a paper about a person laid out from its case, as it would go out now."""

from sqlalchemy import Connection

from states.handlers import deciding_on_paper, is_about_a_person
from states.visibility import Curtain
from states.vocabulary import PERSONNEL_ROLES
from workflow.services.seeing import Onlooker, roles_of
from workflow.storage import queries


def is_withheld(tx: Connection, case_id: int, kind: str, drawn: Curtain, by: Onlooker | None) -> bool:
    """Whether what a paper of this kind would say is kept from somebody; nobody named operates the machine.

    It is for who drafts and signs such papers, and where a measure stands behind it for who has that in hand.
    """
    if by is None or not is_about_a_person(kind):
        return False
    if not roles_of(tx, by).isdisjoint(PERSONNEL_ROLES | deciding_on_paper(kind)):
        return False
    measures = queries.escalations_about_persons(tx, [case_id])
    return all(one.id in drawn.wordless or one.id in drawn.measures for one in measures)
