"""Invitations as the program of schema 0016 left them: they go on, and wait once the three are in office."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import MetaData, insert

from states.errors import Refusal
from tests.accounts.people import PASSWORD
from tests.administrators import with_three
from tests.builders import OPENED, rows, signed
from tests.conftest import LIGHT, settings_in
from workflow.services.accounts import invitations
from workflow.services.accounts.tokens import hashed
from workflow.services.installation import install
from workflow.storage import migrations
from workflow.storage.account_models import Account, Invitation
from workflow.storage.session import open_engine, transaction

TOKEN = "given-out-under-0016"
OF_0016 = {
    "people": {"code": "R011", "name": "吕喆"},
    "accounts": {"person": "R011", "login": "lvzhe", "former": "[]", "made_at": OPENED},
    "invitations": {
        "id": hashed(TOKEN), "person": "R011", "made_at": OPENED, "made_by": "R023",
        "until": OPENED + timedelta(days=7),
    },
}  # fmt: skip


@pytest.fixture
def upgraded(bare_database, tmp_path):
    """The office after its upgrade, with an account that was reset before."""
    engine = open_engine(bare_database)
    with transaction(engine) as tx:
        migrations.bring_to(tx, "0016")
        tables = MetaData()
        tables.reflect(tx, only=list(OF_0016))
        for name, row in OF_0016.items():
            tx.execute(insert(tables.tables[name]), row)
    engine.dispose()
    office = install(settings_in(tmp_path, bare_database), by=signed(None))
    yield replace(office, hasher=LIGHT)
    office.engine.dispose()


def test_what_stood_there_stands_and_nobody_has_admitted_it(upgraded):
    (invitation,), (account,) = rows(upgraded, Invitation), rows(upgraded, Account)
    assert (invitation.person, invitation.purpose, invitation.second_factor) == ("R011", "invited", False)
    assert (invitation.admitted_at, invitation.code, invitation.wrong_codes) == (None, None, 0)
    assert (account.login, account.offered_external) == ("lvzhe", None)


def test_without_the_three_it_still_lets_its_person_in(upgraded):
    assert invitations.accept(upgraded, TOKEN, PASSWORD, at=OPENED) == "lvzhe"


def test_with_them_it_waits(upgraded):
    with_three(upgraded)
    with pytest.raises(Refusal) as refused:
        invitations.accept(upgraded, TOKEN, PASSWORD, at=OPENED)
    assert refused.value.code == "invitation_waits"
