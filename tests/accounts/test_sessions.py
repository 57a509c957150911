"""A session dies on log-out, a changed password, a changed role, disabling, at its two limits."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from states.errors import FactInvalid
from states.vocabulary import Role
from tests.accounts.people import (
    ADMIN,
    CODE,
    DAY,
    MINUTE,
    OTHER_PASSWORD,
    PASSWORD,
    an_account,
    signs_in,
    told,
)
from tests.builders import OFFICER, OPENED, opened_again, rows, signed
from workflow.errors import SignInRefused
from workflow.services.accounts import changing, disabling, invitations, resetting, sessions
from workflow.storage import queries
from workflow.storage.account_models import SignedSession
from workflow.storage.session import transaction

HOUR = 60 * MINUTE


def lives(office, token, when=OPENED):
    return sessions.visitor(office, token, at=when) is not None


def ended_for(office):
    return [details["ended_for"] for _, details in told(office, "session_ended")]


def test_nobody_has_a_session_by_a_token_nobody_was_given(office):
    an_account(office)
    kept = signs_in(office).visitor.session
    for token in ("", "x" * 43, kept, "\ud800\x00"):
        assert not lives(office, token)


def test_a_session_dies_on_log_out_and_with_it_no_other(office):
    an_account(office)
    one, other = signs_in(office).token, signs_in(office).token
    sessions.end(office, one, at=OPENED + MINUTE)
    sessions.end(office, one, at=OPENED + MINUTE)
    assert (lives(office, one), lives(office, other)) == (False, True)
    assert ended_for(office) == ["signed_out"]


def test_a_session_dies_after_half_an_hour_of_nothing(office):
    an_account(office)
    token = signs_in(office).token
    assert lives(office, token, OPENED + 29 * MINUTE)
    assert lives(office, token, OPENED + 58 * MINUTE)
    assert not lives(office, token, OPENED + 88 * MINUTE)
    assert not lives(office, token, OPENED + 58 * MINUTE)
    assert ended_for(office) == ["idle"]


def test_a_session_dies_after_half_a_day_however_busy(office):
    an_account(office)
    token = signs_in(office).token
    seen = [lives(office, token, OPENED + minutes * MINUTE) for minutes in range(0, 721, 20)]
    assert seen == [True] * 36 + [False]
    assert ended_for(office) == ["expired"]


def test_the_limits_are_the_office_s_own(office):
    an_account(office)
    with opened_again(office, session_idle_minutes=5, session_hours=1) as strict:
        token = signs_in(office).token
        assert lives(office, token, OPENED + 6 * MINUTE)
        assert not lives(strict, token, OPENED + 11 * MINUTE)


def test_a_session_dies_when_its_person_s_roles_change(office):
    an_account(office)
    token = signs_in(office).token
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.GRANT).values(person=CODE, role="archivist", unit=""))
    assert not lives(office, token)
    assert ended_for(office) == ["role_changed"]
    assert signs_in(office).visitor.roles == {Role.OFFICER, Role.ARCHIVIST}


def test_a_role_that_ends_at_midnight_ends_the_session_then(office):
    an_account(office)
    his = queries.GRANT.c.person == CODE
    with transaction(office.engine) as tx:
        tx.execute(update(queries.GRANT).where(his).values(valid_to=date(2026, 7, 1)))
    late = OPENED.replace(hour=23, minute=50)
    token = signs_in(office, late).token
    assert lives(office, token, late + 9 * MINUTE)
    assert not lives(office, token, late + 10 * MINUTE)


def test_every_session_dies_when_its_account_is_disabled(office):
    an_account(office)
    tokens = [signs_in(office).token for _ in range(3)]
    assert disabling.disable(office, OFFICER, by=signed(ADMIN), at=OPENED)["sessions"] == 3
    assert not any(lives(office, token) for token in tokens)
    with pytest.raises(SignInRefused):
        signs_in(office)
    disabling.enable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert not any(lives(office, token) for token in tokens)
    assert signs_in(office).visitor.person == CODE


def test_every_session_dies_when_a_reset_is_accepted_and_none_before(office):
    an_account(office)
    token = signs_in(office).token
    invited = resetting.reset(office, OFFICER, by=signed(ADMIN), at=OPENED).token
    assert lives(office, token) and signs_in(office)
    invitations.accept(office, invited, OTHER_PASSWORD, at=OPENED)
    assert not lives(office, token)
    assert told(office, "invitation_accepted")[-1][1] == {"person": CODE, "sessions": 2}
    with pytest.raises(SignInRefused):
        signs_in(office)


def test_a_changed_password_ends_every_other_session_and_turns_this_one(office):
    an_account(office)
    mine, other = signs_in(office), signs_in(office).token
    token = changing.change_password(office, mine.visitor, PASSWORD, OTHER_PASSWORD, at=OPENED + MINUTE)
    assert [lives(office, one, OPENED + MINUTE) for one in (mine.token, other, token)] == [False, False, True]
    assert told(office, "password_changed") == [("password_changed", {"person": CODE, "sessions": 1})]
    assert signs_in(office, password=OTHER_PASSWORD).visitor.person == CODE
    with pytest.raises(SignInRefused):
        signs_in(office)


def test_a_session_lasts_no_longer_for_being_turned(office):
    an_account(office)
    mine, late = signs_in(office), OPENED + 29 * MINUTE
    token = changing.change_password(office, mine.visitor, PASSWORD, OTHER_PASSWORD, at=late)
    opened = {row.opened_at for row in rows(office, SignedSession)}
    assert opened == {OPENED}
    for minutes in range(40, 720, 20):
        assert lives(office, token, OPENED + minutes * MINUTE)
    assert not lives(office, token, OPENED + 12 * HOUR)


def test_a_session_that_is_over_changes_no_password(office):
    an_account(office)
    mine = signs_in(office)
    sessions.end(office, mine.token, at=OPENED)
    with pytest.raises(SignInRefused) as refused:
        changing.change_password(office, mine.visitor, PASSWORD, OTHER_PASSWORD, at=OPENED)
    assert refused.value.code == "session_over"
    assert signs_in(office).visitor.person == CODE


def test_that_somebody_is_here_is_written_once_a_minute(office):
    an_account(office)
    token = signs_in(office).token
    seen = []
    for seconds in (10, 59, 60, 61, 119, 120):
        assert lives(office, token, OPENED + timedelta(seconds=seconds))
        seen.append((rows(office, SignedSession)[0].seen_at - OPENED).total_seconds())
    assert seen == [0, 0, 60, 60, 60, 120]


def test_a_guess_at_the_old_password_counts_like_one_at_the_door(office):
    an_account(office)
    mine = signs_in(office)
    for _ in range(5):
        with pytest.raises(FactInvalid) as refused:
            changing.change_password(office, mine.visitor, "falsch", OTHER_PASSWORD, at=OPENED)
        assert refused.value.code == "password_wrong"
    entries = told(office, "proof_failed", "account_locked")
    assert [(kind, one["wrong"], one["failures"]) for kind, one in entries] == [
        *(("proof_failed", "password", count) for count in (1, 2, 3, 4)),
        ("account_locked", "password", 5),
    ]
    with pytest.raises(SignInRefused):
        signs_in(office)
    assert signs_in(office, OPENED + DAY).visitor.person == CODE
