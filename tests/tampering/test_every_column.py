"""Every column of every table a history accounts for: another value in it is found, or is listed here.

`NOT_TOLD` is what no entry tells. When one does, its line goes red and leaves the list; the manuals agree.
"""

import shutil
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Date, Integer, update

from tests.tampering.lived_city import BEGUN
from tests.tampering.transfer import TABLES
from tests.unguarded import take_guards_away
from workflow.services.verification import verify
from workflow.storage.columns import Codes, Instant, Values
from workflow.storage.session import transaction

UNACCOUNTED = frozenset(
    {"set_asides", "files", "case_reads", "suppressions", "relays"}
    | {"invitations", "sessions", "lockouts", "rates", "done_forms"}
    | {"case_lights", "register_views", "relighting", "import_drafts", "import_lines", "audit_works"}
    | {"column_mappings"}
    | {"calendar_feeds", "intake_pulls"}
)
"""Tables that account for nothing: what they hold is in the journal, is a file's, runs out by itself, or is
worked out anew."""

NOT_TOLD = {
    "cases": {"version", "next_action_at", "fingerprint"},  # a look taken away or put off too far is found
    "checkpoints": {"reason"},
    "outbox": {
        "attempts",
        "dedupe_key",
        "last_answer",
        "lease_until",
        "next_attempt_at",
        "tried_since",
        "priority",
        "recipient_name",
    },
    "stationery": {"kind"},
    "sweep_runs": {"door", "started_at", "finished_at", "as_of", "runs", "cases_due", "held"},
}
IN_NO_CITY = frozenset(
    {"accounts", "role_requests", "asked_values", "api_tokens"}
    | {"intake_items", "intake_supplements", "intake_sources", "webhooks", "webhook_messages"}
)
UNTRIED = {
    "recusals": {"escalation_id", "person", "declared_on"},
    "cases": {"tasks", "nodes"},
    **{one.name: {column.name for column in one.columns} for one in TABLES if one.name in IN_NO_CITY},
}
"""Nobody stands back here (`tamper_with_recusals` tries it in the city), no matter has parts, no role is
proposed, none waits, nobody has an account or a token, nothing came in, nobody is told of events
(`test_verifying_roles`, `test_directory_values`, `test_verifying_accounts`, `test_machine_tokens`,
`test_verifying_intake`, `test_verifying_webhooks` try it)."""

EMPTY = (None, ())


@pytest.mark.parametrize("table", [one for one in TABLES if one.name not in UNACCOUNTED], ids=str)
def test_another_value_in_a_column_is_found(small, table):
    database = small.engine.url.database
    shutil.copy(database, database + ".kept")
    unseen, untried = set(), set()
    for column in table.columns:
        small.engine.dispose()
        shutil.copy(database + ".kept", database)
        if not changed(small, table, column):
            untried.add(column.name)
        elif not found(small):
            unseen.add(column.name)
    assert unseen == NOT_TOLD.get(table.name, set())
    assert untried == UNTRIED.get(table.name, set())


def found(office):
    return bool(verify(office).findings)


def changed(office, table, column):
    """Change a column of one row, or fill it where no row has a value; nothing where there is no row."""
    with transaction(office.engine) as tx:
        take_guards_away(tx)
        key = list(table.primary_key.columns)
        found = list(tx.execute(table.select().order_by(*key)))
        if not found or (
            isinstance(column.type, Values) and all(getattr(one, column.name) == () for one in found)
        ):
            return False
        row = next((one for one in found if getattr(one, column.name) not in EMPTY), found[0])
        value = getattr(row, column.name)
        where = [one == getattr(row, one.name) for one in key]
        other = a_value(column) if value in EMPTY else another(value)
        tx.execute(update(table).where(*where).values({column.name: other}))
        return True


def a_value(column):
    """A value for a column that has none."""
    kinds = {Date: date(2026, 8, 3), Instant: BEGUN, Integer: 7, Codes: ("BH299",)}
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), "x")


def another(value):
    """A value of the same type that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1_000
    if isinstance(value, datetime):
        return value - timedelta(days=1)
    if isinstance(value, date):
        return value - timedelta(days=1)
    if isinstance(value, tuple):
        return ()
    return value + "x"
