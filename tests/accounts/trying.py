"""Guessing in a process of its own: what a test of two processes starts."""

from dataclasses import replace

from tests.accounts.people import attempt
from tests.builders import OPENED
from tests.conftest import LIGHT
from workflow.errors import SignInRefused
from workflow.services.accounts.signing_in import sign_in
from workflow.services.office import open_office


def tries(settings, count):
    """Try wrong passwords from as many addresses; how many were let in."""
    office = replace(open_office(settings), hasher=LIGHT)
    let_in = 0
    for serial in range(count):
        try:
            sign_in(office, attempt(password="falsch", address=f"10.2.2.{serial}"), at=OPENED)
            let_in += 1
        except SignInRefused:
            pass
    office.engine.dispose()
    return let_in
