"""Whose account is disabled neither acts nor looks, at whatever door he is named."""

from datetime import date, timedelta

import pytest

from states.accounts.administrators import Change
from states.errors import NotPermitted
from tests.accounts.people import ADMIN, SECURITY, an_account
from tests.administrators import with_three
from tests.builders import (
    DIRECTOR,
    LEAD,
    OFFICER,
    OPENED,
    THREE_WEEKS,
    a_case,
    a_draft,
    give,
    row_counts,
    signed,
)
from tests.conftest import DIRECTORY
from workflow.services import cases, deputies, directories, register
from workflow.services.accounts import confirming, disabling, roles
from workflow.services.seeing import Onlooker

LATER = OPENED + timedelta(hours=1)
MATTER = {"title": "路灯不亮", "source": "来信", "requirement": "9月底前修复"}
DAYS = {"valid_from": date(2026, 7, 2), "valid_to": date(2026, 7, 3)}


def refused(act, *args, **more):
    with pytest.raises(NotPermitted, match="的账号已停用，不能再以其名义办理、查看") as told:
        act(*args, **more)
    assert told.value.code == "actor_disabled"


def disable(office, person, login):
    an_account(office, person, login)
    disabling.disable(office, person, by=signed(ADMIN), at=OPENED)


def opens(office, name):
    return cases.open_matter(office, by=signed(name, LATER), at=LATER, **MATTER)


@pytest.mark.parametrize("name", [OFFICER, "R011"])
def test_he_gives_no_command_until_he_is_let_in_again(office, name):
    disable(office, OFFICER, "lvzhe")
    before = row_counts(office)
    refused(opens, office, name)
    assert row_counts(office) == before
    disabling.enable(office, OFFICER, by=signed(ADMIN), at=LATER)
    assert opens(office, name)


def test_nor_on_a_matter_nor_for_the_office(office):
    draft = a_draft(office)
    disable(office, DIRECTOR, "bian")
    refused(give, office, draft, "assign", DIRECTOR, LATER, lead_unit=LEAD, limit=THREE_WEEKS)
    by = {"by": signed(DIRECTOR, LATER), "at": LATER}
    refused(deputies.appoint, office, DIRECTOR, OFFICER, "director", **by, **DAYS)


def test_he_looks_at_nothing_either(office):
    case = a_case(office, "assigned")
    disable(office, DIRECTOR, "bian")
    refused(register.show, office, case.number, today=LATER, by=Onlooker(DIRECTOR, LATER))


def test_a_disabled_administrator_proposes_confirms_and_imports_nothing(office):
    with_three(office)
    made = roles.propose(office, "R012", "clerk", Change.GRANT, by=signed(ADMIN), at=OPENED)["request"]
    disable(office, DIRECTOR, "bian")
    refused(directories.import_directory, office, DIRECTORY, by=signed(DIRECTOR, LATER), at=LATER)
    disabling.disable(office, SECURITY, by=signed(None), at=OPENED)
    refused(confirming.confirm, office, [made], by=signed(SECURITY, LATER), at=LATER)


def test_whoever_has_no_account_acts_as_before(office):
    disable(office, DIRECTOR, "bian")
    assert opens(office, OFFICER)
