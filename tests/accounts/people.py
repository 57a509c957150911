"""Accounts of the small world: 吕喆 signs in as `lvzhe`, 易守拙 looks after accounts."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.builders import OFFICER, OPENED, rows, signed
from tests.conftest import LIGHT
from workflow.services.accounts import adding, admitting, invitations
from workflow.services.accounts.hashing import Hasher
from workflow.services.accounts.signing_in import Attempt, sign_in
from workflow.storage.models import Event

ADMIN, SECURITY, AUDIT = "易守拙", "米嘉树", "温克俭"
CODE, LOGIN = "R011", "lvzhe"
PASSWORD = "路灯312盏-九月底前"
OTHER_PASSWORD = "Qingdaolu-17-deng"
ADDRESS, AGENT = "10.8.3.21", "Firefox/140.0"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def an_account(office, person=OFFICER, login=LOGIN, password=PASSWORD):
    """Somebody who has accepted his invitation, admitted where that is needed; his login."""
    invited = adding.add(office, person, login=login, by=signed(ADMIN), at=OPENED)
    code = admitting.admit(office, person, by=signed(SECURITY), at=OPENED).code if invited.waits else ""
    return invitations.accept(office, invited.token, password, code=code, at=OPENED)


def attempt(login=LOGIN, password=PASSWORD, code="", address=ADDRESS):
    return Attempt(login, password, code, address, AGENT)


def signs_in(office, when=OPENED, **tried):
    return sign_in(office, attempt(**tried), at=when)


def told(office, *kinds):
    """The journal's entries of these kinds, oldest first, with what each told."""
    found = [one for one in rows(office, Event) if one.case_id == 0 and one.kind in kinds]
    return [(one.kind, json.loads(one.payload)["details"]) for one in sorted(found, key=lambda one: one.seq)]


@dataclass(frozen=True)
class Counting(Hasher):
    """A light hasher that counts what it does: the time a sign-in takes is the hashes it checks."""

    memory: int = LIGHT.memory
    rounds: int = LIGHT.rounds
    lanes: int = LIGHT.lanes
    done: list = field(default_factory=list, compare=False, hash=False)

    def hash(self, password):
        self.done.append("hash")
        return super().hash(password)

    def verify(self, password, kept):
        self.done.append("verify")
        return super().verify(password, kept)


def counting(office):
    """The office with every hash counted, and the count."""
    hasher = Counting()
    return replace(office, hasher=hasher), hasher.done
