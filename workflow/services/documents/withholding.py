"""Whose eyes the words of a paper are for."""

from sqlalchemy import Connection

from states.papers.kinds import PAPERS
from states.vocabulary import Role
from workflow.services.seeing import Onlooker, roles_of


def is_withheld(tx: Connection, kind: str, by: Onlooker | None) -> bool:
    """Whether the words of a paper of this kind are kept from somebody; nobody named operates the machine."""
    if by is None or not PAPERS[kind].is_confidential:
        return False
    return {Role.ORGANIZATION, *PAPERS[kind].signers}.isdisjoint(roles_of(tx, by))
