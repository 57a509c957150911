"""Who signed in, who failed to, who read what, what left the house: the journal's entries of that, sorted.

The audit administrator sees these and no others (`journal.OF_ACCOUNTS`); whoever sees everything, too.
"""

from collections.abc import Mapping
from dataclasses import replace

from states.vocabulary import Labelled
from workflow.services.accounts import words
from workflow.services.audit_rights import check_is_somebody
from workflow.services.journal import OF_ACCOUNTS
from workflow.services.office import Office
from workflow.services.people import find_person
from workflow.services.searching import JOURNAL_ALONE, Page, Wanted, search
from workflow.services.seeing import Onlooker
from workflow.storage.session import reading


class Sort(Labelled):
    """What an entry of the access log is about."""

    READ = "read", "查看"
    TAKEN = "taken", "导出、备份"
    SIGNED_IN = "signed_in", "登录、退出"
    FAILED = "failed", "登录失败"
    RIGHTS = "rights", "账号、职责和名录"


_NAMED: Mapping[Sort, frozenset[str]] = {
    Sort.READ: frozenset({"case_read", "withheld_read"}),
    Sort.TAKEN: frozenset(
        {"history_exported", "register_exported", "report_exported", "audit_reported"}
        | {"backup_made", "backup_restored", "warehouse_exported"}
    ),
    Sort.SIGNED_IN: frozenset({"signed_in", "session_ended"}),
    Sort.FAILED: frozenset(
        {"sign_in_failed", "proof_failed", "account_locked", "device_locked", "address_stopped"}
        | {"feed_address_stopped"}
    ),
}
KINDS: Mapping[Sort, frozenset[str]] = {
    **_NAMED,
    Sort.RIGHTS: (OF_ACCOUNTS | words.SENTENCES.keys()) - frozenset().union(*_NAMED.values()),
}
"""The kinds of entries of each sort; together they are all the audit administrator sees."""


def access_log(
    office: Office,
    wanted: Wanted,
    *,
    sort: Sort | None = None,
    person: str | None = None,
    limit: int,
    after: str | None = None,
    by: Onlooker,
) -> Page:
    """The entries of a sort, or of all; with a person what he did and what tells of him.

    `wanted` narrows by time and the case that was read. Raises `NotPermitted` (`audit_not_permitted`) for a
    machine, and as `search`.
    """
    check_is_somebody(by)
    kinds = KINDS[sort] if sort else frozenset().union(*KINDS.values())
    with reading(office.engine) as tx:
        concerning = str(find_person(tx, person).code) if person else None
    narrowed = replace(wanted, case=JOURNAL_ALONE, kinds=tuple(sorted(kinds)), concerning=concerning)
    return search(office, narrowed, limit=limit, after=after, by=by)
