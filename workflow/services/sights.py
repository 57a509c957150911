"""Which cases somebody sees when he looks over all of them, and what of each is kept from him."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, Select

from states.errors import NotPermitted
from states.visibility import NO_CURTAIN, Curtain, sees_no_case, sees_sealed
from states.vocabulary import Role
from workflow.services.accounts import words as of_accounts
from workflow.services.batch import JOURNAL
from workflow.services.journal import OF_ACCOUNTS
from workflow.services.office import Office
from workflow.services.seeing import Eyes, Onlooker, curtain_for, sees_none
from workflow.storage.retention import sealed_cases


class Sights:
    """What an onlooker sees of the whole office; nobody named is who operates the machine.

    `of_journal` are the kinds of the journal's entries he sees, None for all: who sees the whole sees
    them all but for `unseen_kinds`, the audit administrator (安全审计员) those that tell of accounts, rights
    and readings.

    Raises `NotPermitted` (`not_yours`) for the other two administrators, who see neither, and for the audit
    administrator whose account is disabled (`actor_disabled`).
    """

    def __init__(self, tx: Connection, office: Office, onlooker: Onlooker | None) -> None:
        self._tx, self._office, self.onlooker = tx, office, onlooker
        self._curtains: dict[int, Curtain | None] = {}
        self.eyes = None if onlooker is None else Eyes(tx, onlooker)
        self.sees_everything = self.eyes is None or self.eyes.see_everything
        self.of_journal = None if self.eyes is None or self.sees_everything else _journal_for(self.eyes)

    @cached_property
    def case_ids(self) -> frozenset[int] | None:
        """The cases he may see anything of, None for all, but for `sealed`, which are not shown to him."""
        if self.of_journal:
            return frozenset({JOURNAL})
        return None if self.eyes is None or self.sees_everything else self.eyes.concerning()

    def among(self) -> Select[Any] | None:
        """The statement that finds the cases he may see anything of; None where that is all."""
        return None if self.eyes is None or self.sees_everything else self.eyes.concerned()

    @cached_property
    def sealed(self) -> frozenset[int]:
        """The cases that are sealed to him."""
        is_shown = self.eyes is not None and sees_sealed(self.eyes.roles)
        return frozenset() if is_shown else sealed_cases(self._tx)

    @cached_property
    def unseen_kinds(self) -> frozenset[str]:
        """What the journal tells of accounts and signing in, kept from all but the auditor, the one of the
        three who audits, and whoever operates the machine."""
        audits = self.eyes is None or not self.eyes.roles.isdisjoint((Role.AUDITOR, Role.AUDIT_ADMIN))
        return frozenset() if audits else frozenset(of_accounts.SENTENCES)

    def curtain(self, row: Row[Any]) -> Curtain | None:
        """What is kept from him of the case of a row; None where the case is not his."""
        if row.id not in self._curtains:
            self._curtains[row.id] = self._drawn(row)
        return self._curtains[row.id]

    def over_all(self, case_ids: Sequence[int] | None = None) -> Curtain:
        """What is kept of these cases, None: of all, from him who sees everything: words about persons."""
        return NO_CURTAIN if self.eyes is None else self.eyes.curtain(self._office, case_ids)

    def _drawn(self, row: Row[Any]) -> Curtain | None:
        try:
            return curtain_for(self._tx, self._office, row, self.onlooker)
        except NotPermitted:
            return None


def _journal_for(eyes: Eyes) -> frozenset[str]:
    if Role.AUDIT_ADMIN in eyes.roles:
        return OF_ACCOUNTS
    if sees_no_case(eyes.roles):
        raise sees_none(eyes.person.name)
    return frozenset()
