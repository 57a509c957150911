"""Accounts against the journal: whoever lets himself in by SQL is named, who is let in honestly is not."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from tests.accounts.people import (
    ADMIN,
    CODE,
    MINUTE,
    OTHER_PASSWORD,
    PASSWORD,
    SECURITY,
    an_account,
    signs_in,
)
from tests.administrators import with_three
from tests.builders import OFFICER, OPENED, rows, signed
from tests.unguarded import behind_the_application
from workflow.secret import Secret
from workflow.services.accounts import (
    adding,
    admitting,
    changing,
    disabling,
    enrolling,
    invitations,
    linking,
    resetting,
)
from workflow.services.accounts.second_factor import STEP_SECONDS
from workflow.services.accounts.telling import tell
from workflow.services.entries import Act
from workflow.services.verification import verify
from workflow.storage.account_models import Account
from workflow.storage.queries import table
from workflow.storage.session import transaction

LATER = OPENED + MINUTE
MADE = "(person, login, password, former, made_at) VALUES ('R012', 'x', 'x', '[]', '2026-07-01 00:00:00')"


def findings(office):
    return [(one["code"], one.get("person"), one.get("columns")) for one in verify(office).findings]


def changes(office, **values):
    with transaction(office.engine) as tx:
        tx.execute(update(table(Account)).where(table(Account).c.person == CODE).values(values))


def enrolled(office):
    from pyotp import TOTP

    visitor = signs_in(office).visitor
    offer = enrolling.begin_enrolment(office, visitor, at=OPENED)
    enrolling.finish_enrolment(office, visitor, TOTP(offer.secret).at(OPENED), at=OPENED)
    return TOTP(offer.secret, interval=STEP_SECONDS)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("login", "anybody"),
        ("password", None),
        ("password_at", OPENED - MINUTE),
        ("second_factor", None),
        ("disabled_at", OPENED),
        ("external", "p-2"),
        ("external", None),
    ],
)
def test_what_is_changed_of_an_account_by_sql_is_named(office, column, value):
    an_account(office)
    enrolled(office)
    linking.link(office, OFFICER, "p-1", by=signed(ADMIN), at=OPENED)
    assert findings(office) == []
    changes(office, **{column: value})
    assert findings(office) == [("account_changed", CODE, [column])]


def test_who_lets_in_again_by_sql_whose_account_is_disabled_is_named(office):
    an_account(office)
    disabling.disable(office, OFFICER, by=signed(ADMIN), at=LATER)
    assert findings(office) == []
    changes(office, disabled_at=None)
    assert findings(office) == [("account_changed", CODE, ["disabled_at"])]


def test_a_password_or_a_link_nobody_told_of_is_named(office):
    adding.add(office, OFFICER, login="lvzhe", by=signed(ADMIN), at=OPENED)
    assert findings(office) == []
    changes(office, password="x", external="p-1")
    assert findings(office) == [("account_changed", CODE, ["password", "external"])]


def test_an_account_nobody_made_and_one_that_is_gone_are_named(office):
    an_account(office)
    behind_the_application(office, f"INSERT INTO accounts {MADE}")
    assert findings(office) == [("account_unrecorded", "R012", None)]
    behind_the_application(office, "DELETE FROM accounts")
    assert findings(office) == [("account_missing", CODE, None)]


def test_a_row_past_reading_is_named_and_the_others_are_held_against_theirs(office):
    if office.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL keeps no instant that is none")
    an_account(office)
    an_account(office, "卞知远", login="bian")
    behind_the_application(office, f"UPDATE accounts SET made_at = 'x' WHERE person = '{CODE}'")
    changed = update(table(Account)).where(table(Account).c.person == "R010").values(login="x")
    with transaction(office.engine) as tx:
        tx.execute(changed)
    assert [code for code, *_ in findings(office)] == ["account_changed", "row_unreadable"]


def test_everything_done_with_an_account_leaves_it_as_its_entries_tell(office):
    an_account(office)
    codes, visitor = enrolled(office), None
    again = LATER + 2 * MINUTE
    visitor = signs_in(office, again, code=codes.at(again)).visitor
    changing.change_password(office, visitor, PASSWORD, OTHER_PASSWORD, at=again)
    linking.link(office, OFFICER, "p-1", by=signed(ADMIN), at=again)
    linking.link(office, OFFICER, "p-2", by=signed(ADMIN), at=again)
    linking.unlink(office, OFFICER, by=signed(ADMIN), at=again)
    disabling.disable(office, OFFICER, by=signed(ADMIN), at=again)
    disabling.enable(office, OFFICER, by=signed(ADMIN), at=again)
    token = resetting.reset(office, OFFICER, second_factor=True, by=signed(ADMIN), at=again).token
    assert findings(office) == []
    invitations.accept(office, token, "Shuinigou-8-kuai", at=again + MINUTE)
    assert findings(office) == []
    assert rows(office, Account)[0].second_factor is None


def test_what_another_admitted_is_as_its_entries_tell(office):
    three = with_three(office)
    an_account(three)
    linking.link(three, OFFICER, "p-1", by=signed(ADMIN), at=LATER)
    assert findings(three) == []
    admitting.admit(three, OFFICER, by=signed(SECURITY), at=LATER)
    assert findings(three) == []
    changes(three, external="p-2")
    assert findings(three) == [("account_changed", CODE, ["external"])]


def test_entries_that_told_less_once_raise_no_alarm(office):
    """A link without its subject, and a reset that took password and second factor away at once."""
    an_account(office)
    enrolled(office)
    reset = {"person": CODE, "sessions": 0, "second_factor": True, "until": LATER.isoformat()}
    with transaction(office.engine) as tx:
        tell(tx, office, Act("account_linked", LATER, "R023", {"person": CODE, "sessions": 0}))
        tell(tx, office, Act("account_reset", LATER, "R023", reset))
    changes(office, external="p-1", password=None, password_at=None, second_factor=None)
    assert [one for one in findings(office) if one[0] == "account_changed"] == []


def test_a_link_under_a_key_that_is_lost_is_only_held_to_be_there(office):
    an_account(office)
    linking.link(office, OFFICER, "p-1", by=signed(ADMIN), at=OPENED)
    lost = Secret(office.settings.files / "gone", {})
    changed = replace(office, secret=lost)
    assert findings(changed) == []
    changes(office, external=None)
    assert findings(changed) == [("account_changed", CODE, ["external"])]
