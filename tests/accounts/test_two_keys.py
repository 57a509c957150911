"""Two keys: what the system administrator prepares for an account counts once another has admitted it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.vocabulary import Role
from tests.accounts.people import (
    ADMIN,
    AUDIT,
    CODE,
    DAY,
    LOGIN,
    MINUTE,
    OTHER_PASSWORD,
    SECURITY,
    an_account,
    signs_in,
    told,
)
from tests.administrators import with_three
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, rows, signed
from workflow.errors import Ambiguous, InvitationRefused, NotFound, SignInRefused
from workflow.services.accounts import (
    adding,
    admitting,
    appointing,
    confirming,
    disabling,
    invitations,
    keyed,
    linking,
    listing,
    resetting,
    roles,
)
from workflow.services.verification import verify
from workflow.storage.account_models import Account, Invitation


@pytest.fixture
def three(office):
    """The office after `duban user setup`."""
    return with_three(office)


def added(office, person=OFFICER, login=LOGIN):
    return adding.add(office, person, login=login, by=signed(ADMIN), at=OPENED)


def reset(office, person=OFFICER, when=OPENED, **more):
    return resetting.reset(office, person, by=signed(ADMIN, when), at=when, **more)


def admit(office, person=OFFICER, by=SECURITY, when=OPENED, **more):
    return admitting.admit(office, person, by=signed(by, when), at=when, **more)


def accept(office, invited, code="", password=OTHER_PASSWORD, when=OPENED):
    return invitations.accept(office, invited.token, password, code=code, at=when)


def waiting(office, when=OPENED):
    return admitting.waiting(office, by=signed(SECURITY), at=when)


def refused(act, *args, **more):
    with pytest.raises(Refusal) as told:
        act(*args, **more)
    return told.value.code


def test_an_invitation_works_once_it_is_admitted_and_with_its_code_alone(three):
    invited = added(three)
    assert invited.waits and refused(accept, three, invited, "12345678") == "invitation_waits"
    code = admit(three).code
    assert len(code) == 8 and code.isdigit()
    assert refused(accept, three, invited) == "admission_code_missing"
    assert accept(three, invited, f" {code[:4]}-{code[4:]} ") == LOGIN
    assert signs_in(three, password=OTHER_PASSWORD).visitor.person == CODE
    assert refused(accept, three, invited, code) == "invitation_refused"
    assert verify(three).findings == []


def test_what_waits_is_told_with_whose_it_is_what_and_by_whom(three):
    an_account(three, DIRECTOR, "bian")
    added(three)
    reset(three, DIRECTOR)
    linking.link(three, with_account(three), "p-1", by=signed(ADMIN), at=OPENED + MINUTE)
    found = {(one["name"], one["what_label"]): one for one in waiting(three, OPENED + MINUTE)}
    assert found.keys() == {(OFFICER, "开通"), (DIRECTOR, "重置"), (LIAISON, "关联")}
    assert {one["made_by_name"] for one in found.values()} == {ADMIN}
    assert found[OFFICER, "开通"]["until"] == "2026-07-08T01:00:00+00:00"
    assert found[LIAISON, "关联"]["subject"] == "p-1"
    assert found[DIRECTOR, "重置"]["roles"] == ["单位主要负责人", "督查室主任"]
    assert waiting(three, OPENED + 8 * DAY) == []


def with_account(office):
    an_account(office, LIAISON, "sheng", "岸边灯塔-第七座")
    return LIAISON


def test_five_wrong_codes_withdraw_an_invitation(three):
    invited = added(three)
    code = admit(three).code
    wrong = f"{(int(code) + 1) % 10**8:08}"
    found = [refused(accept, three, invited, wrong) for _ in range(6)]
    assert found == ["admission_code_wrong"] * 4 + ["admission_codes_used_up", "invitation_refused"]
    assert refused(accept, three, invited, code) == "invitation_refused"
    assert told(three, "invitation_withdrawn") == [("invitation_withdrawn", {"person": CODE, "failures": 5})]


def standing(office, when=OPENED):
    account = listing.show_account(office, OFFICER, by=signed(ADMIN), at=when)
    return account["standing_label"], account["standing_reason"]


def test_a_list_says_why_an_invitation_works_no_more(three):
    invited = added(three)
    code = admit(three).code
    for _ in range(5):
        refused(accept, three, invited, f"{(int(code) + 1) % 10**8:08}")
    assert standing(three) == ("邀请已作废", "核对码连错5次，须重新邀请")
    later = OPENED + MINUTE
    invitations.invite(three, OFFICER, by=signed(ADMIN, later), at=later)
    assert standing(three, later) == ("待设密码", None)
    admitting.refuse(three, OFFICER, reason="未申请", by=signed(SECURITY, later), at=later)
    assert standing(three, later) == ("邀请已作废", "未予核准或者已撤回，须重新邀请")


def test_wrong_codes_at_once_are_counted_like_those_in_turn(three):
    invited = added(three)
    code = admit(three).code
    wrong = f"{(int(code) + 1) % 10**8:08}"
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: refused(accept, three, invited, wrong), range(8)))
    assert found.count("admission_code_wrong") == 4
    assert len(told(three, "invitation_withdrawn")) == 1


def test_a_poor_password_costs_no_code(three):
    invited = added(three)
    code = admit(three).code
    for _ in range(6):
        assert refused(accept, three, invited, code, "12345678") == "password_common"
    assert accept(three, invited, code) == LOGIN


def test_of_a_code_only_a_keyed_hash_is_kept(three):
    added(three)
    admitted = admit(three)
    (kept,) = [one for one in rows(three, Invitation) if one.person == CODE]
    assert admitted.code not in f"{kept}{admitted!r}{told(three, 'invitation_admitted')}"
    assert kept.code.startswith(three.secret.newest.id)


def test_a_later_invitation_waits_anew(three):
    former = added(three)
    code = admit(three).code
    later = invitations.invite(three, OFFICER, by=signed(ADMIN), at=OPENED)
    assert refused(accept, three, former, code) == "invitation_refused"
    assert refused(accept, three, later, code) == "invitation_waits"
    assert accept(three, later, admit(three).code) == LOGIN


def test_what_was_prepared_before_there_were_three_waits_from_then_on(office):
    invited = added(office)
    assert not invited.waits
    with_three(office)
    assert refused(accept, office, invited) == "invitation_waits"
    assert [one["person"] for one in waiting(office)] == [CODE]
    assert accept(office, invited, admit(office).code) == LOGIN


def test_a_reset_changes_nothing_before_it_is_accepted(three):
    an_account(three)
    reset(three, second_factor=True)
    before = next(one for one in rows(three, Account) if one.person == CODE)
    assert before.password is not None and signs_in(three).visitor.person == CODE
    code = admit(three).code
    assert signs_in(three).visitor.person == CODE
    later = reset(three)
    assert refused(accept, three, later, code) == "invitation_waits"
    assert accept(three, later, admit(three).code) == LOGIN
    with pytest.raises(SignInRefused):
        signs_in(three)


@pytest.mark.parametrize("by", [ADMIN, AUDIT, DIRECTOR, OFFICER])
def test_nobody_but_the_security_administrator_admits(three, by):
    added(three)
    with pytest.raises(NotPermitted):
        admit(three, by=by)
    with pytest.raises(NotPermitted):
        admitting.refuse(three, OFFICER, reason="不是", by=signed(by), at=OPENED)
    assert len(waiting(three)) == 1


def test_what_is_about_the_only_security_administrator_the_audit_administrator_admits(three):
    invited = reset(three, SECURITY)
    assert refused(admit, three, SECURITY) == "admits_himself"
    assert refused(admit, three, SECURITY, by=ADMIN) == "not_permitted"
    assert accept(three, invited, admit(three, SECURITY, by=AUDIT).code)
    assert verify(three).findings == []


def test_where_there_are_two_security_administrators_the_other_admits(three):
    asked = roles.propose(three, "娄照临", "security_admin", roles.Change.GRANT, by=signed(ADMIN), at=OPENED)
    confirming.confirm(three, [asked["request"]], by=signed(SECURITY), at=OPENED)
    reset(three, SECURITY)
    assert refused(admit, three, SECURITY, by=AUDIT) == "not_permitted"
    assert admit(three, SECURITY, by="娄照临").code


def test_nobody_admits_what_he_prepared_himself_in_a_former_office(three):
    added(three)
    change_places(three)
    assert refused(admit, three, by=ADMIN) == "admits_himself"
    assert admit(three).code


def change_places(office):
    """The system administrator becomes a security administrator beside the other."""
    steps = (
        ("娄照临", "system_admin", roles.Change.GRANT),
        (ADMIN, "system_admin", roles.Change.END),
        (ADMIN, "security_admin", roles.Change.GRANT),
    )
    for person, role, change in steps:
        by = "娄照临" if role == "security_admin" else ADMIN
        asked = roles.propose(office, person, role, change, by=signed(by), at=OPENED)
        confirming.confirm(office, [asked["request"]], by=signed(SECURITY), at=OPENED)


def test_what_is_refused_is_withdrawn_with_its_reason(three):
    invited = added(three)
    with pytest.raises(FactMissing):
        admitting.refuse(three, OFFICER, reason="", by=signed(SECURITY), at=OPENED)
    done = admitting.refuse(three, OFFICER, reason="本人未申请", by=signed(SECURITY), at=OPENED)
    assert (done["person"], done["what"]) == (CODE, "added")
    assert refused(accept, three, invited) == "invitation_refused"
    assert told(three, "invitation_declined") == [("invitation_declined", {"person": CODE, "what": "added"})]


def test_of_several_things_the_one_that_was_seen_is_admitted(three):
    an_account(three)
    reset(three)
    linking.link(three, OFFICER, "p-1", by=signed(ADMIN), at=OPENED)
    with pytest.raises(Ambiguous):
        admit(three)
    link = next(one for one in waiting(three) if one["what"] == "linked")
    linking.link(three, OFFICER, "p-2", by=signed(ADMIN), at=OPENED)
    with pytest.raises(NotFound):
        admit(three, which=link["id"])
    link = next(one for one in waiting(three) if one["what"] == "linked")
    assert admit(three, which=link["id"]).subject == "p-2"
    assert admit(three).code


def test_a_link_counts_once_it_is_admitted(three):
    an_account(three)
    made = linking.link(three, OFFICER, "p-1", by=signed(ADMIN), at=OPENED)
    assert made["waits"] and external(three) == (None, "p-1")
    assert admit(three).code is None
    assert external(three) == ("p-1", None)
    linking.link(three, OFFICER, "p-2", by=signed(ADMIN), at=OPENED)
    admitting.refuse(three, OFFICER, reason="不是本人", by=signed(SECURITY), at=OPENED)
    assert external(three) == ("p-1", None)
    linking.link(three, OFFICER, "p-3", by=signed(ADMIN), at=OPENED)
    linking.unlink(three, OFFICER, by=signed(ADMIN), at=OPENED)
    assert external(three) == (None, None)
    assert verify(three).findings == []


def external(office, person=CODE):
    row = next(one for one in rows(office, Account) if one.person == person)
    return row.external, row.offered_external


def test_an_auditor_holds_a_subject_against_its_entries(three):
    an_account(three)
    linking.link(three, OFFICER, "110101199003070011", by=signed(ADMIN), at=OPENED)
    admit(three)
    (_, offered), (_, admitted) = told(three, "link_offered", "link_admitted")
    assert "110101199003070011" not in str((offered, admitted))
    for entry in (offered, admitted):
        assert keyed.fits(entry["subject"], keyed.SUBJECT, "110101199003070011", three.secret)
        assert not keyed.fits(entry["subject"], keyed.SUBJECT, "110101199003070012", three.secret)


def test_an_offered_subject_that_somebody_has_by_then_is_refused(three):
    an_account(three)
    an_account(three, DIRECTOR, "bian")
    for person in (OFFICER, DIRECTOR):
        linking.link(three, person, "p-1", by=signed(ADMIN), at=OPENED)
    admit(three)
    with pytest.raises(FactInvalid) as told:
        admit(three, DIRECTOR)
    assert told.value.code == "subject_taken"


def test_a_disabled_account_has_nothing_that_waits(three):
    an_account(three)
    reset(three)
    linking.link(three, OFFICER, "p-1", by=signed(ADMIN), at=OPENED)
    disabling.disable(three, OFFICER, by=signed(ADMIN), at=OPENED)
    assert waiting(three) == []


def disabled(office, person=OFFICER):
    an_account(office, person)
    disabling.disable(office, person, by=signed(ADMIN), at=OPENED)


def test_a_disabled_account_is_let_in_again_when_another_has_admitted_it(three):
    disabled(three)
    assert disabling.enable(three, OFFICER, by=signed(ADMIN), at=OPENED)["waits"]
    with pytest.raises(SignInRefused):
        signs_in(three)
    assert [(one["what_label"], one["made_by_name"]) for one in waiting(three)] == [("恢复", ADMIN)]
    assert refused(admit, three, by=ADMIN) == "not_permitted"
    assert admit(three).code is None
    assert signs_in(three).visitor.person == CODE
    assert waiting(three) == [] and verify(three).findings == []


def test_one_that_is_not_to_be_let_in_stays_out(three):
    disabled(three)
    disabling.enable(three, OFFICER, by=signed(ADMIN), at=OPENED)
    admitting.refuse(three, OFFICER, reason="已经调离", by=signed(SECURITY), at=OPENED)
    with pytest.raises(SignInRefused):
        signs_in(three)
    assert told(three, "enabling_declined") == [("enabling_declined", {"person": CODE, "what": "enabled"})]
    assert waiting(three) == [] and verify(three).findings == []


def test_before_there_are_three_an_account_is_let_in_by_one(office):
    disabled(office)
    assert not disabling.enable(office, OFFICER, by=signed(ADMIN), at=OPENED)["waits"]
    assert signs_in(office).visitor.person == CODE


def test_before_there_are_three_nothing_waits_and_nothing_is_admitted(office):
    added(office)
    assert waiting(office) == []
    assert refused(admit, office) == "administrators_missing"


def test_who_was_appointed_on_the_machine_comes_in_by_his_link_alone(three):
    disabling.disable(three, AUDIT, by=signed(None), at=OPENED)
    (made,) = appointing.appoint(three, {Role.AUDIT_ADMIN: "安若素"}, by=signed(None), at=OPENED)
    assert not made.invited.waits
    assert accept(three, made.invited)


PREY = (DIRECTOR, SECURITY, AUDIT)


@pytest.mark.parametrize("person", PREY)
def test_the_system_administrator_alone_becomes_nobody(three, person):
    login = an_account(three, DIRECTOR, "bian") if person == DIRECTOR else None
    before, ways = proofs(three), (resetting.reset, invitations.invite, adding.add)
    prepared = [attempted(way, three, person, by=signed(ADMIN), at=OPENED) for way in ways]
    assert any(prepared)
    for invited in filter(None, prepared):
        with pytest.raises(InvitationRefused):
            accept(three, invited, "00000000")
        assert refused(admit, three, person, by=ADMIN) == "not_permitted"
    linking.link(three, person, "his-own", by=signed(ADMIN), at=OPENED)
    assert refused(admit, three, person, by=ADMIN) == "not_permitted"
    assert proofs(three) == before
    assert login is None or signs_in(three, login=login).visitor.name == DIRECTOR


def proofs(office):
    """All by which anybody proves himself."""
    return {(one.person, one.password, one.second_factor, one.external) for one in rows(office, Account)}


@pytest.mark.parametrize("person", [SECURITY, AUDIT, ADMIN])
def test_nor_does_he_rid_himself_of_the_others(three, person):
    assert refused(disabling.disable, three, person, by=signed(ADMIN), at=OPENED) == (
        "administrator_holds_office"
    )
    resetting.reset(three, person, by=signed(ADMIN), at=OPENED)
    assert all(one.disabled_at is None for one in rows(three, Account))


def test_who_handed_his_office_over_is_disabled_like_anybody(three):
    change_places(three)
    asked = roles.propose(three, ADMIN, "security_admin", roles.Change.END, by=signed("娄照临"), at=OPENED)
    confirming.confirm(three, [asked["request"]], by=signed(SECURITY), at=OPENED)
    later = OPENED + timedelta(days=1)
    done = disabling.disable(three, ADMIN, by=signed("娄照临", later), at=later)
    assert done["name"] == ADMIN


def attempted(prepare, office, person, **more):
    """What he has in his hand then; nothing where it was refused."""
    try:
        return prepare(office, person, **more)
    except Refusal:
        return None
