"""The database itself keeps the three administrators apart, whoever writes into it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.builders import signed
from tests.conftest import settings_in
from workflow.errors import ConfigurationError
from workflow.services.installation import install
from workflow.storage import migrations
from workflow.storage.session import open_engine, transaction

GRANT = "INSERT INTO role_grants (person, role, unit, valid_to) VALUES ('{}', '{}', '', {})"


def run(office, *statements):
    with transaction(office.engine) as tx:
        for one in statements:
            tx.execute(text(one))


def grant(person, role, valid_to="NULL"):
    return GRANT.format(person, role, valid_to)


@pytest.mark.parametrize(("held", "wanted"), [
    ("system_admin", "security_admin"), ("audit_admin", "system_admin"),
    ("system_admin", "officer"), ("officer", "audit_admin"), ("auditor", "audit_admin"),
])  # fmt: skip
def test_nobody_holds_one_of_the_three_beside_another_role(office, held, wanted):
    run(office, grant("X1", held))
    with pytest.raises(DBAPIError):
        run(office, grant("X1", wanted))
    run(office, grant("X2", wanted), grant("X1", wanted, "'2026-06-30'"))


def test_nor_by_a_change_of_what_he_holds(office):
    run(office, grant("X1", "officer"), grant("X1", "audit_admin", "'2026-06-30'"), grant("X2", "officer"))
    for statement in (
        "UPDATE role_grants SET valid_to = NULL WHERE person = 'X1' AND role = 'audit_admin'",
        "UPDATE role_grants SET person = 'R023' WHERE person = 'X2'",
    ):
        with pytest.raises(DBAPIError):
            run(office, statement)
    run(office, "UPDATE role_grants SET role = 'audit_admin' WHERE person = 'X2'")


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
