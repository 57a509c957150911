"""Who signed in or failed to, from where, is for those who audit and for nobody else of the office."""

import pytest

from tests.accounts.people import LOGIN, an_account, signs_in
from tests.administrators import AUDIT_ADMIN, with_three
from tests.builders import AUDITOR, DIRECTOR, OFFICER
from workflow.errors import SignInRefused
from workflow.services.accounts.words import SENTENCES

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def failed(office):
    """An office in which somebody was refused."""
    with_three(office)
    an_account(office)
    with pytest.raises(SignInRefused):
        signs_in(office, password="not-his-password")
    return office


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR])
@pytest.mark.parametrize("road", [["journal"], ["search"], ["journal", "--kind", "登录失败"]])
def test_an_office_reads_nothing_of_accounts_in_its_journal(failed, ask, person, road):
    entries = ask("audit", *road, "--as", person, "--limit", 1000)["entries"]
    assert {one["kind"] for one in entries}.isdisjoint(SENTENCES)
    assert bool(entries) is ("--kind" not in road) and LOGIN not in str(entries)


@pytest.mark.parametrize("viewer", [["--as", AUDITOR], ["--as", AUDIT_ADMIN], []])
def test_who_audits_reads_it(failed, ask, viewer):
    (entry,) = ask("audit", "journal", "--kind", "登录失败", *viewer)["entries"]
    assert "127.0.0.1" in entry["sentence"] or "10." in entry["sentence"]
