"""Searching the whole history at the auditor's desk: the entries found, and what can be looked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.services import journal, readings
from workflow.services.audit_rights import check_may_audit
from workflow.services.kinds import Kinds
from workflow.services.office import Office, Signature
from workflow.services.page_look import page_look
from workflow.services.searching import Page, Wanted, search
from workflow.services.seeing import Onlooker
from workflow.storage.session import reading


@dataclass(frozen=True, slots=True)
class Choices:
    """The kinds of entries by what people call them: of matters, and of the office's journal."""

    of_cases: Mapping[str, str]
    of_journal: Mapping[str, str]


def choices(office: Office, *, by: Onlooker) -> Choices:
    """What can be looked for. Raises `NotPermitted` (`audit_not_permitted`)."""
    with reading(office.engine) as tx:
        check_may_audit(tx, by)
        called = Kinds(tx, office).called
    named = sorted(called.items(), key=lambda one: one[1])
    return Choices(
        {kind: label for kind, label in named if kind not in journal.SENTENCES},
        {kind: label for kind, label in named if kind in journal.SENTENCES},
    )


def search_all(
    office: Office, wanted: Wanted | None, *, limit: int, after: str | None, by: Onlooker, signed: Signature
) -> tuple[Choices, Page]:
    """A page of what is looked for, nothing where nothing is, and what can be; `signed` by whoever looks,
    the journal has the cases that are on it.

    Raises as `search` and `readings.note`, and `NotPermitted` (`audit_not_permitted`).
    """
    with page_look(office, by):
        found = choices(office, by=by)
        page = search(office, wanted, limit=limit, after=after, by=by) if wanted else Page()
        if page.cases:
            readings.note(office, page.cases, "search", by=signed)
        return found, page
