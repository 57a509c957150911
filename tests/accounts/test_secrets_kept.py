"""No password, token, code or secret stands in an entry, a log, a representation or a table."""

import logging

import pytest
from pyotp import TOTP
from sqlalchemy import select

from tests.accounts.people import (
    ADMIN,
    OTHER_PASSWORD,
    PASSWORD,
    attempt,
    signs_in,
)
from tests.builders import OFFICER, OPENED, signed
from workflow.errors import SignInRefused
from workflow.services.accounts import adding, changing, enrolling, invitations, sessions
from workflow.services.accounts.signing_in import Attempt
from workflow.storage.models import Event
from workflow.storage.session import reading

MISTYPED = "路灯313盏-九月底前"


def test_nothing_anybody_must_not_know_is_kept_or_told(office, caplog):
    caplog.set_level(logging.DEBUG)
    told, secret_words = a_day_of_secrets(office)
    kept = "\n".join(everything_kept(office))
    for word in secret_words:
        assert word not in kept
        assert word not in caplog.text
        assert word not in told


def a_day_of_secrets(office):
    """Everything that has a secret in it, as Python would show it, and the secrets."""
    invited = adding.add(office, OFFICER, login="lvzhe", by=signed(ADMIN), at=OPENED)
    invitations.accept(office, invited.token, PASSWORD, at=OPENED)
    with pytest.raises(SignInRefused) as refused:
        signs_in(office, password=MISTYPED)
    with pytest.raises(SignInRefused):
        signs_in(office, login=PASSWORD)
    first = signs_in(office)
    offer = enrolling.begin_enrolment(office, first.visitor, at=OPENED)
    code = TOTP(offer.secret).at(OPENED)
    token = enrolling.finish_enrolment(office, first.visitor, code, at=OPENED)
    visitor = sessions.visitor(office, token, at=OPENED)
    again = changing.change_password(office, visitor, PASSWORD, OTHER_PASSWORD, at=OPENED)
    shown = repr([invited, first, offer, visitor, refused.value.as_json(), attempt(code=code), office])
    key = repr(office.secret.newest.value)[2:-1]
    words = (key, PASSWORD, OTHER_PASSWORD, MISTYPED, invited.token, first.token, token, again, offer.secret)
    return shown, words


def everything_kept(office):
    with reading(office.engine) as tx:
        for table in Event.metadata.sorted_tables:
            yield from (str(row) for row in tx.execute(select(table)))


def test_an_attempt_shows_neither_password_nor_code():
    shown = repr(Attempt("lvzhe", PASSWORD, "492039", "10.8.3.21"))
    assert PASSWORD not in shown and "492039" not in shown and "lvzhe" in shown
