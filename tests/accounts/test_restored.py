"""A database put back from a backup: nothing that has ended since is open in it."""

import zipfile

import pytest

from tests.accounts.people import PASSWORD, an_account, signs_in
from tests.accounts.test_api_tokens import refusal
from tests.accounts.token_holders import a_token
from tests.administrators import with_three
from tests.backups import LATER, NOW, backed_up, opened, put_back, with_keys
from tests.builders import rows, signed
from tests.conftest import settings_in
from workflow.errors import InvitationRefused
from workflow.services.accounts import adding, disabling, invitations, linking, sessions
from workflow.services.verification import verify
from workflow.storage.account_models import Account, SignedSession

ADMIN = "易守拙"


@pytest.fixture
def there(bare_database, tmp_path):
    (tmp_path / "there").mkdir()
    return settings_in(tmp_path / "there", bare_database)


def test_nobody_goes_on_in_a_session_of_before(office, there):
    an_account(office)
    token = signs_in(office, NOW).token
    file, _ = backed_up(office)
    put_back(with_keys(office, there), file, NOW)
    with opened(there) as restored:
        assert sessions.visitor(restored, token, at=NOW) is None
        assert {row.ended_for for row in rows(restored, SignedSession)} == {"restored"}
        assert signs_in(restored, LATER).visitor.name == "吕喆"


def test_no_token_of_before_works_again_and_none_stands_in_a_backup(office, there):
    secret, _ = a_token(office)
    file, _ = backed_up(office)
    with zipfile.ZipFile(file) as backup:
        assert not any(secret.encode() in backup.read(name) for name in backup.namelist())
    put_back(with_keys(office, there), file, NOW)
    with opened(there) as restored:
        assert refusal(restored, secret) == "token_revoked"
        assert verify(restored).findings == []


def test_no_invitation_of_before_works_again(office, there):
    token = adding.add(office, "吕喆", login="lvzhe", by=signed(ADMIN), at=NOW).token
    file, _ = backed_up(office)
    invitations.accept(office, token, PASSWORD, at=NOW)
    put_back(with_keys(office, there), file, NOW)
    with opened(there) as restored, pytest.raises(InvitationRefused):
        invitations.accept(restored, token, "eines-andern-Wort", at=NOW)


def test_no_name_at_the_provider_of_before_still_waits(office, there):
    an_account(with_three(office))
    linking.link(office, "吕喆", "p-1", by=signed(ADMIN), at=NOW)
    file, _ = backed_up(office)
    put_back(with_keys(office, there), file, NOW)
    with opened(there) as restored:
        assert {one.offered_external for one in rows(restored, Account)} == {None}


def test_accounts_put_back_are_as_their_entries_tell(office, there):
    an_account(office)
    linking.link(office, "吕喆", "p-1", by=signed(ADMIN), at=NOW)
    file, _ = backed_up(office)
    disabling.disable(office, "吕喆", by=signed(ADMIN), at=NOW)
    put_back(with_keys(office, there), file, NOW)
    with opened(there) as restored:
        accounts = [one for one in verify(restored).findings if one["code"].startswith("account_")]
        assert (accounts, rows(restored, Account)[0].disabled_at) == ([], None)
