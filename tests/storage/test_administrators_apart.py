"""The database itself keeps the three administrators and the auditor apart, whoever writes into it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.builders import signed
from tests.conftest import settings_in
from workflow.errors import ConfigurationError
from workflow.services.installation import install
from workflow.storage import guards, migrations
from workflow.storage.session import open_engine, transaction

GRANT = "INSERT INTO role_grants (person, role, unit, valid_from, valid_to) VALUES ('{}', '{}', '', {}, {})"
CHANGE = "UPDATE role_grants SET {} WHERE person = 'X1' AND role = '{}'"
BEFORE, FIRST, LAST, AFTER = "'2026-05-31'", "'2026-06-01'", "'2026-06-30'", "'2026-07-01'"


def run(office, *statements):
    with transaction(office.engine) as tx:
        for one in statements:
            tx.execute(text(one))


def grant(person, role, valid_from="NULL", valid_to="NULL"):
    return GRANT.format(person, role, valid_from, valid_to)


def refuses(office, statement):
    with pytest.raises(DBAPIError):
        run(office, statement)


@pytest.mark.parametrize(("held", "wanted"), [
    ("system_admin", "security_admin"), ("audit_admin", "system_admin"),
    ("system_admin", "officer"), ("officer", "audit_admin"), ("auditor", "audit_admin"),
    ("auditor", "archivist"), ("liaison", "auditor"),
])  # fmt: skip
def test_nobody_holds_one_of_them_beside_another_role(office, held, wanted):
    run(office, grant("X1", held))
    refuses(office, grant("X1", wanted))
    refuses(office, grant("X1", wanted, valid_to=LAST))
    run(office, grant("X2", wanted))


@pytest.mark.parametrize("days", [(FIRST, LAST), ("NULL", FIRST), (LAST, "NULL"), (LAST, LAST)])
def test_nor_on_any_day_both_are_held(office, days):
    run(office, grant("X1", "officer", FIRST, LAST))
    refuses(office, grant("X1", "audit_admin", *days))


def test_one_role_may_follow_another(office):
    run(office, grant("X1", "officer", FIRST, LAST))
    run(office, grant("X1", "audit_admin", AFTER), grant("X1", "auditor", "NULL", BEFORE))
    run(office, grant("X1", "director", AFTER, LAST))  # given and taken away on one day: never held


def test_nor_by_a_change_of_what_he_holds(office):
    run(office, grant("X1", "officer", FIRST, LAST), grant("X1", "audit_admin", AFTER))
    refuses(office, CHANGE.format(f"valid_to = {AFTER}", "officer"))
    refuses(office, CHANGE.format("valid_to = NULL", "officer"))
    refuses(office, CHANGE.format(f"valid_from = {LAST}", "audit_admin"))
    run(office, grant("X2", "clerk", AFTER))
    refuses(office, "UPDATE role_grants SET person = 'X1' WHERE person = 'X2'")
    run(office, "UPDATE role_grants SET role = 'audit_admin' WHERE person = 'X2'")


def test_what_stood_before_may_be_ended(office):
    with transaction(office.engine) as tx, guards.lifted(tx):
        for role in ("auditor", "archivist"):
            tx.execute(text(grant("X1", role)))
    refuses(office, CHANGE.format("role = 'clerk'", "archivist"))
    run(office, CHANGE.format(f"valid_to = {LAST}", "archivist"))
    refuses(office, CHANGE.format("valid_to = NULL", "archivist"))


def test_the_index_alone_keeps_two_of_the_three_apart(office):
    names = ("role_grants_given", "role_grants_changed")
    drops = [f"DROP TRIGGER {name}" for name in names]
    if office.engine.dialect.name == "postgresql":
        drops = ["ALTER TABLE role_grants DISABLE TRIGGER USER"]
    run(office, *drops, grant("X1", "system_admin"))
    with pytest.raises(IntegrityError):
        run(office, grant("X1", "audit_admin"))


def test_an_office_with_two_in_one_hand_is_not_upgraded_and_told_who_it_is(bare_database, tmp_path):
    engine = open_engine(bare_database)
    with transaction(engine) as tx:
        migrations.bring_to(tx, "0015")
        for role in ("system_admin", "audit_admin"):
            tx.execute(text(grant("X1", role)))
    with pytest.raises(ConfigurationError, match="X1") as refused:
        install(settings_in(tmp_path, bare_database), by=signed(None))
    assert (refused.value.code, migrations.current(engine)) == ("administrators_not_apart", "0015")
    engine.dispose()
