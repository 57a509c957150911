"""Requests under one key, at once and after a crash: one effect, and one answer for all of them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier

import pytest

from tests.builders import DIRECTOR, OFFICER, a_case, kinds
from tests.stories import INQUIRY
from tests.web.test_signing import proposed, to_ask
from workflow import client
from workflow.client.calling import case_path
from workflow.errors import EditConflict
from workflow.services import cases
from workflow.web.api import idempotency, standing_in_line
from workflow.web.api.standing_in_line import Lines

URGE = {"command": "log_urge", "details": {"means": "phone", "spoke_with": "盛宁远", "answer": "周五前修复"}}
MANY = 24


def at_once(send, many=MANY):
    """The answers to one thing that is sent by many at the same moment."""
    start = Barrier(many)

    def one(number):
        start.wait()
        return send(number)

    with ThreadPoolExecutor(many) as hands:
        return list(hands.map(one, range(many)))


@pytest.fixture
def sends(programs):
    """Sends something of the officer's to an address, under the same key each time."""
    asks = programs.asks(OFFICER)

    def send(path, body):
        return asks.post(f"/api/v1{path}", json=body, headers={"Idempotency-Key": "one"})

    return send


@pytest.fixture(params=["one process", "several processes"])
def apart(request, monkeypatch):
    """With and without what one process knows of who stands in line."""
    if request.param == "several processes":
        monkeypatch.setattr(Lines, "turn", lambda *_: nullcontext())


@pytest.mark.usefixtures("apart")
def test_whoever_sends_the_same_at_once_has_the_same_answer_and_one_effect(office, sends):
    case = a_case(office)
    answers = at_once(lambda _: sends(f"{case_path(case.number)}/transitions", URGE))
    assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    assert sum("Idempotency-Replayed" not in one.headers for one in answers) == 1
    assert kinds(office, case).count("urged") == 1


@pytest.mark.usefixtures("apart")
def test_of_two_bodies_under_one_key_at_once_one_is_refused(office, sends):
    case = a_case(office)
    bodies = [URGE, {**URGE, "details": {**URGE["details"], "answer": "下周"}}]
    answers = at_once(lambda number: sends(f"{case_path(case.number)}/transitions", bodies[number % 2]))
    told = [answers[0].status_code, answers[1].status_code]
    assert sorted(told) == [200, 422] and [one.status_code for one in answers] == told * (MANY // 2)
    assert kinds(office, case).count("urged") == 1


@pytest.mark.usefixtures("apart")
def test_of_several_things_sent_at_once_each_is_done_once_and_all_are_told_so(office, sends):
    several = [a_case(office) for _ in range(3)]
    body = {"items": [{"number": one.number, **URGE} for one in several]}
    answers = at_once(lambda _: sends("/cases/transitions", body), 6)
    assert {one.content for one in answers} == {answers[0].content}
    assert [one["status"] for one in answers[0].json()["items"]] == [200] * 3
    assert [kinds(office, one).count("urged") for one in several] == [1] * 3


def test_of_several_things_that_ended_midway_the_rest_is_done_when_it_comes_again(office, sends, monkeypatch):
    monkeypatch.setattr(idempotency, "AWAITED", 0.2)
    first, second = a_case(office), a_case(office)
    body = {"items": [{"number": one.number, **URGE} for one in (first, second)]}
    perform = cases.perform_all

    def ends_midway(office, orders, **given):
        return perform(office, orders, **given) if orders[0].number == first.number else 1 / 0

    monkeypatch.setattr(cases, "perform_all", ends_midway)
    assert sends("/cases/transitions", body).status_code == 500
    monkeypatch.setattr(cases, "perform_all", perform)
    assert [one["status"] for one in sends("/cases/transitions", body).json()["items"]] == [409, 200]
    assert [kinds(office, one).count("urged") for one in (first, second)] == [1, 1]


def test_several_approved_with_one_opinion_are_told_by_themselves_and_approved_once(office, programs):
    to_ask(office)
    programs.now = INQUIRY
    director = programs.client(DIRECTOR)
    ticks = [{name: one[name] for name in ("kind", "id", "seen")} for one in director.each("/signing")]
    first = director.post("/signing/transitions", {"items": ticks, "opinion": "同意"}, key="one")
    assert [one["decided"] for one in first["items"]] == [True] * len(ticks) and proposed(office) == []
    assert director.post("/signing/transitions", {"items": ticks, "opinion": "同意"}, key="one") == first


def test_a_key_of_several_things_that_were_refused_whole_is_free(office, programs):
    to_ask(office)
    programs.now = INQUIRY
    director = programs.client(DIRECTOR)
    ticks = [{name: one[name] for name in ("kind", "id", "seen")} for one in director.each("/signing")]
    with pytest.raises(client.Forbidden):
        director.post("/signing/transitions", {"items": [{**ticks[0], "seen": "x"}]}, key="one")
    told = director.post("/signing/transitions", {"items": ticks, "opinion": "同意"}, key="one")
    assert [one["decided"] for one in told["items"]] == [True] * len(ticks)


def test_whoever_stands_in_line_for_too_long_is_told_to_ask_again(monkeypatch):
    monkeypatch.setattr(standing_in_line, "PATIENCE", 0.05)
    lines = Lines()

    def comes(key):
        with lines.turn(key):
            return key

    with lines.turn("one"), ThreadPoolExecutor(1) as another:
        assert another.submit(comes, "other").result() == "other"
        with pytest.raises(EditConflict) as refused:
            another.submit(comes, "one").result()
    assert (refused.value.code, refused.value.facts["retry_after"]) == ("request_under_way", 2)
    assert comes("one") == "one" and lines._lines == {}
