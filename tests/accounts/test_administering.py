"""Who deals with accounts, who looks at them, and what they see of them."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from states.accounts.administrators import Change
from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.accounts.people import (
    ADDRESS,
    ADMIN,
    AGENT,
    AUDIT,
    CODE,
    DAY,
    MINUTE,
    SECURITY,
    an_account,
    signs_in,
    told,
)
from tests.administrators import with_three
from tests.builders import DIRECTOR, OFFICER, OPENED, signed
from workflow.errors import NotFound
from workflow.services.accounts import adding, confirming, disabling, invitations, listing, resetting, roles
from workflow.services.accounts.telling import tell
from workflow.services.entries import Act
from workflow.services.searching import Wanted, search
from workflow.services.seeing import Onlooker
from workflow.services.verification import verify
from workflow.storage import accounts
from workflow.storage.session import transaction

DEALINGS = (adding.add, invitations.invite, disabling.disable, disabling.enable, resetting.reset)
DEALINGS = (*DEALINGS, resetting.unlock)
LOOKS = (listing.list_accounts, listing.list_sessions)


@pytest.mark.parametrize("deal", DEALINGS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("person", [DIRECTOR, OFFICER, SECURITY, AUDIT])
def test_nobody_but_the_system_administrator_deals_with_accounts(office, deal, person):
    with pytest.raises(NotPermitted):
        deal(office, OFFICER, by=signed(person), at=OPENED)


@pytest.mark.parametrize("look", LOOKS, ids=lambda one: one.__name__)
def test_the_three_look_at_accounts_and_nobody_else(office, look):
    assert [look(office, by=signed(one), at=OPENED) for one in (ADMIN, SECURITY, AUDIT)] == [[]] * 3
    for person in (DIRECTOR, OFFICER):
        with pytest.raises(NotPermitted):
            look(office, by=signed(person), at=OPENED)


def test_once_the_three_are_in_office_somebody_signs(office):
    assert adding.add(office, OFFICER, by=signed(None), at=OPENED).person == CODE
    with_three(office)
    for deal in (adding.add, resetting.reset):
        with pytest.raises(FactMissing) as refused:
            deal(office, DIRECTOR, by=signed(None), at=OPENED)
        assert refused.value.code == "person_missing"


def test_whose_account_is_disabled_acts_in_nobody_s_name_at_any_door(office):
    with_three(office)
    for person in (ADMIN, SECURITY, AUDIT):
        disabling.disable(office, person, by=signed(None), at=OPENED)
    acts = [
        lambda: adding.add(office, OFFICER, by=signed(ADMIN), at=OPENED),
        lambda: listing.list_accounts(office, by=signed(AUDIT), at=OPENED),
        lambda: roles.propose(office, OFFICER, "clerk", Change.GRANT, by=signed(ADMIN), at=OPENED),
        lambda: confirming.confirm_all(office, by=signed(SECURITY), at=OPENED),
        lambda: search(office, Wanted(), limit=1, by=Onlooker(AUDIT, OPENED)),
    ]
    for act in acts:
        with pytest.raises(NotPermitted) as refused:
            act()
        assert refused.value.code == "actor_disabled"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"person": OFFICER}, "account_exists"),
        ({"person": DIRECTOR, "login": "LVZHE"}, "login_taken"),
        ({"person": DIRECTOR, "login": "a b"}, "login_invalid"),
        ({"person": DIRECTOR, "login": "x" * 65}, "login_invalid"),
        ({"person": DIRECTOR, "login": "-"}, "login_invalid"),
        ({"person": "没有这个人"}, "person_unknown"),
    ],
)
def test_what_is_no_account_is_not_added(office, asked, code):
    an_account(office)
    with pytest.raises((FactInvalid, NotFound)) as refused:
        adding.add(office, **asked, by=signed(ADMIN), at=OPENED)
    assert refused.value.code == code


def test_of_two_who_add_an_account_at_once_one_does_and_the_other_is_told(office):
    with ThreadPoolExecutor(1) as hand:
        with transaction(office.engine) as tx:
            assert accounts.add(tx, person=CODE, login="lvzhe", made_at=OPENED)
            other = hand.submit(adding.add, office, OFFICER, by=signed(ADMIN), at=OPENED)
            time.sleep(0.5)  # until it waits for this transaction
        with pytest.raises(FactInvalid) as refused:
            other.result()
    assert refused.value.code == "account_exists"


def test_who_is_given_no_login_signs_in_by_his_code(office):
    assert adding.add(office, OFFICER, by=signed(ADMIN), at=OPENED).login == CODE.casefold()


@pytest.mark.parametrize(
    ("deal", "code"),
    [
        (disabling.enable, "account_not_disabled"),
        (resetting.unlock, "account_not_locked"),
        (invitations.invite, "account_in_use"),
    ],
)
def test_nothing_is_done_to_an_account_that_needs_it_not(office, deal, code):
    an_account(office)
    with pytest.raises(FactInvalid) as refused:
        deal(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert refused.value.code == code


@pytest.mark.parametrize("deal", [disabling.disable, resetting.reset, invitations.invite])
def test_a_disabled_account_is_enabled_first(office, deal):
    an_account(office)
    disabling.disable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    with pytest.raises(FactInvalid) as refused:
        deal(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert refused.value.code == "account_disabled"


def test_nobody_shuts_himself_out_but_the_machine_may(office):
    an_account(office, ADMIN, login="admin")
    with pytest.raises(FactInvalid, match="另一位系统管理员") as refused:
        disabling.disable(office, ADMIN, by=signed(ADMIN), at=OPENED)
    assert refused.value.code == "disables_himself"
    assert signs_in(office, login="admin").visitor.name == ADMIN
    assert disabling.disable(office, ADMIN, by=signed(None), at=OPENED)["sessions"] == 1


def test_somebody_without_an_account_is_not_dealt_with(office):
    with pytest.raises(NotFound) as refused:
        disabling.disable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert refused.value.code == "account_unknown"


def standings(office, when=OPENED):
    return [one["standing"] for one in listing.list_accounts(office, by=signed(ADMIN), at=when)]


def test_how_an_account_stands_is_listed(office):
    adding.add(office, OFFICER, login="lvzhe", by=signed(ADMIN), at=OPENED)
    assert (standings(office), standings(office, OPENED + 7 * DAY)) == (["invited"], ["lapsed"])
    token = invitations.invite(office, OFFICER, by=signed(ADMIN), at=OPENED).token
    invitations.accept(office, token, "Strassenlampen-312", at=OPENED)
    assert standings(office) == ["active"]
    disabling.disable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert standings(office) == ["disabled"]


def test_a_list_of_accounts_is_bounded_searched_and_goes_on_after_a_login(office):
    an_account(office)
    for person in (DIRECTOR, "R012"):
        adding.add(office, person, by=signed(ADMIN), at=OPENED)

    def logins(**asked):
        return [one["login"] for one in listing.list_accounts(office, **asked, by=signed(ADMIN), at=OPENED)]

    assert (logins(), logins(most=1)) == (["lvzhe", "r010", "r012"], ["lvzhe"])
    assert (logins(after="lvzhe", most=1), logins(after="r012")) == (["r010"], [])
    assert [logins(words=one) for one in ("吕", "R01", "VZH", "%")] == [["lvzhe"], [*logins()], ["lvzhe"], []]


def test_an_account_tells_of_its_person_s_units_roles_and_last_sign_in(office):
    an_account(office)
    signs_in(office)
    told = listing.show_account(office, OFFICER, by=signed(AUDIT), at=OPENED)
    assert (told["role_labels"], told["units"]) == (["督查员"], ["市委市政府督查室"])
    assert datetime.fromisoformat(told["signed_in_at"]) == OPENED
    with pytest.raises(NotFound):
        listing.show_account(office, DIRECTOR, by=signed(AUDIT), at=OPENED)


def test_sessions_go_on_where_they_ended(office):
    an_account(office)
    for _ in range(3):
        signs_in(office)
    look = {"by": signed(AUDIT), "at": OPENED}
    whole = listing.list_sessions(office, **look)
    (first,) = listing.list_sessions(office, most=1, **look)
    assert [first, *listing.list_sessions(office, after=first["session"], **look)] == whole
    assert len(whole) == 3
    with pytest.raises(FactInvalid):
        listing.list_sessions(office, after="nothing", **look)


def test_sessions_are_listed_with_why_they_are_over(office):
    an_account(office)
    signs_in(office)
    signs_in(office, OPENED + 31 * MINUTE)
    later, former = listing.list_sessions(office, OFFICER, by=signed(AUDIT), at=OPENED + 40 * MINUTE)
    assert (later["ended_for"], former["ended_for"], former["ended_at"]) == (None, "idle", None)
    assert (later["name"], later["address"], later["agent"]) == (OFFICER, ADDRESS, AGENT)
    assert listing.list_sessions(office, DIRECTOR, by=signed(AUDIT), at=OPENED) == []


def test_what_is_done_to_an_account_is_an_entry_of_whoever_did_it(office):
    an_account(office)
    disabling.disable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    disabling.enable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    resetting.reset(office, OFFICER, by=signed(ADMIN), at=OPENED)
    found = told(office, "account_disabled", "account_enabled", "account_reset")
    assert [kind for kind, _ in found] == ["account_disabled", "account_enabled", "account_reset"]
    assert {one["person"] for _, one in found} == {CODE}


def test_an_account_set_under_other_rules_owes_another_password(office):
    an_account(office)
    strict = replace(office, settings=office.settings.model_copy(update={"passwords": "djbh3"}))
    assert signs_in(strict).visitor.owes == "password"


def test_what_was_done_to_an_account_without_the_role_is_found(office):
    an_account(office)
    disabling.disable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert verify(office).findings == []
    with transaction(office.engine) as tx:
        accounts.change(tx, CODE, disabled_at=None)
        tell(tx, office, Act("account_enabled", OPENED, "R010", {"person": CODE}))
    (found,) = verify(office).findings
    assert (found["code"], found["person"], found["command"]) == (
        *("permission_not_held", "R010"),
        "account_enabled",
    )
