"""Failures: each has its place in HTTP, a sentence for people, a code for programs, and no inside to show."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

import pytest

from states.errors import NotPermitted, Refusal
from tests.builders import OFFICER, a_case
from tests.postbox import PATIENCE
from tests.web.serving import eventually
from workflow import errors
from workflow.services import leafing
from workflow.storage import session
from workflow.web.frame.faults import is_unseen, status_of

OURS = (errors.Held, errors.ReadingRefused, errors.ConfigurationError, errors.ProgramFault)
JSON = {"accept": "application/json"}


def families(root: type[Refusal]) -> set[type[Refusal]]:
    return {root, *(one for kind in root.__subclasses__() for one in families(kind))}


@pytest.mark.parametrize("kind", sorted(families(Refusal), key=repr), ids=lambda one: one.__name__)
def test_every_refusal_is_a_failure_of_the_asker_or_a_known_one_of_ours(kind):
    made = kind.__new__(kind)
    Refusal.__init__(made, "不行", code=kind.code)
    assert status_of(made) in (range(500, 600) if issubclass(kind, OURS) else range(400, 500))


@pytest.mark.parametrize("code", ["not_yours", "matter_sealed"])
def test_that_there_is_something_one_may_not_see_is_not_told(code):
    refusal = NotPermitted("不能查看", code=code)
    assert is_unseen(refusal) and status_of(refusal) == 404


def test_a_program_is_told_with_a_code_and_a_person_with_a_page(pages):
    him = pages.signed_in(OFFICER)
    told = him.get("/cases/滨督2026-999", headers=JSON)
    assert told.headers["content-type"] == "application/problem+json"
    assert (told.json()["code"], told.json()["status"], told.status_code) == ("not_found", 404, 404)
    shown = him.get("/cases/滨督2026-999")
    assert "没有这个页面，或者您不能查看它" in shown.text and shown.headers["x-request-id"] in shown.text


def test_a_program_that_is_not_signed_in_is_told_so(pages):
    answer = pages.stranger().get("/cases", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


@pytest.fixture
def broken(monkeypatch):
    """A register nobody foresaw the failure of."""

    def fail(*_, **__):
        raise ZeroDivisionError("the secret inside")

    monkeypatch.setattr(leafing, "leaf", fail)


@pytest.mark.usefixtures("broken")
def test_what_nobody_foresaw_is_told_by_the_id_of_the_request_and_logged_under_it(pages, caplog):
    answer = pages.signed_in(OFFICER).get("/cases")
    assert answer.status_code == 500 and "the secret inside" not in answer.text
    assert "程序内部出错" in answer.text and answer.headers["x-request-id"] in answer.text
    logged = [one for one in caplog.records if answer.headers["x-request-id"] in one.getMessage()]
    assert any(one.exc_info and "the secret inside" in str(one.exc_info[1]) for one in logged)


def test_a_request_is_one_line_of_the_log_with_nothing_secret_in_it(office, pages, caplog):
    case, him = a_case(office, "handling"), pages.signed_in(OFFICER)
    with caplog.at_level(logging.INFO, "duban.web"):
        him.get(f"/cases/{case.number}?done=secret-query")
        pages.stranger().get("/invitations/secret-token")
        eventually(lambda: len(caplog.records) >= 2)
    first, second = (json.loads(one.getMessage()) for one in caplog.records[:2])
    assert (first["route"], first["status"], first["person"]) == ("/cases/{number}", 200, "R011")
    assert second["route"] == "/invitations/{token}" and second["person"] is None
    assert "secret" not in caplog.text


def test_whoever_gets_no_turn_before_the_database_is_told_when_to_come_again(office, pages, monkeypatch):
    him = pages.signed_in(OFFICER)
    monkeypatch.setattr(session, "LOOK_SECONDS", 0.01)
    with ThreadPoolExecutor(session.LOOKS) as others, looking(office, session.LOOKS, others):
        told = him.get("/cases", headers=JSON)
    assert (told.status_code, told.json()["code"], told.headers["retry-after"]) == (503, "database_busy", "2")


@contextmanager
def looking(office, many, hands):
    """So many who look, each in a thread of his own, until the end of the block."""
    begun, over = Barrier(many + 1), Event()

    def look(_):
        with session.one_look(office.engine):
            begun.wait(PATIENCE)
            over.wait(PATIENCE)

    sent = [hands.submit(look, one) for one in range(many)]
    begun.wait(PATIENCE)
    try:
        yield
    finally:
        over.set()
        for one in sent:
            one.result()
