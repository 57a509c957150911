"""The API under questions nobody would think of, from two people of different units.

No fault of the program, no status the document does not name, nothing without a token, answers of the shape
that is promised; and nothing of a matter that is the other unit's alone.
"""

import json
from itertools import count
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.core import NOT_SET

from tests.builders import DIRECTOR, LIAISON, OTHER, a_draft, give
from tests.web.api.fuzzing import CHECKS, DOCUMENT, MODES, OPERATIONS, World, ordering, profile, questions
from tests.web.playing import MISSING, NOT_YET, file_of
from tests.web.rights import ACTS, MEASURE_ACTS, OPENINGS
from workflow.services.register import list_cases
from workflow.services.register_shown import list_shown
from workflow.services.seeing import Onlooker

OTHER_LIAISON = "BH214-L"
IDENTITIES = (LIAISON, OTHER_LIAISON)
MARK = {LIAISON: "甲单位专有的事项", OTHER_LIAISON: "乙单位专有的事项"}
QUIET = {"accept": "application/json"}


@pytest.fixture(scope="module")
def world(play):
    """The office that was played, with a matter more for each, whose title tells whose it is."""
    for unit, title in (("市城市管理局", MARK[LIAISON]), (OTHER, MARK[OTHER_LIAISON])):
        case = a_draft(play.office, title=title)
        give(play.office, case, "assign", DIRECTOR, lead_unit=unit, limit=NOT_YET)
    inquiries = [play.inquiry(one.number) for one in (play.own, play.foreign)]
    numbers = [one.facts.number for one in list_cases(play.office, today=play.pages.now)]
    gaps = {
        "number": [*numbers, MISSING, "a/b", "%00", "滨督"],
        "measure": [*(one[0] for one in inquiries), "none"],
        "document": [*(one[1] for one in inquiries), "none"],
        "sha256": [file_of(one.number) for one in (play.own, play.foreign)] + ["0" * 64],
    }
    return World(gaps, [*ACTS, *MEASURE_ACTS, *OPENINGS, "take_over", "split"])


@pytest.fixture(scope="module")
def hidden(play, world):
    """What each may never be told: the numbers and titles of matters that are not his."""
    now, told = play.pages.now, {}
    every = {one.facts.number for one in list_cases(play.office, today=now)} | {play.sealed.number}
    for person, other in (IDENTITIES, IDENTITIES[::-1]):
        shown = list_shown(play.office, today=now, by=Onlooker(person, now))
        told[person] = {*(every - {one.facts.number for one in shown}), MARK[other]}
    return told


@pytest.fixture(scope="module")
def asking(played):
    return {person: played.asks(person) for person in IDENTITIES}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_question_is_answered_as_promised_and_with_nothing_of_anybody_else(name, world, hidden, asking):
    operation, numbered = OPERATIONS[name], count()

    @profile()
    @given(st.sampled_from(MODES).flatmap(lambda mode: questions(operation, mode, world)))
    def asked(case):
        ordered = ordering(case, world, next(numbered))
        for person in IDENTITIES:
            ask(ordered, asking[person], hidden[person])

    asked()


def ask(case, client, hidden):
    """Put a question, and hold its answer against what is promised."""
    request = request_of(case, client)
    if request is None:
        return
    answer, named = client.send(request), case.path_parameters or {}
    case.validate_response(answer, checks=CHECKS)
    asked = unquote(str(request.url)) + request.content.decode(errors="replace")
    asked += json.dumps([named, None if case.body is NOT_SET else case.body], ensure_ascii=False, default=str)
    assert [one for one in hidden if one in answer.text and one not in asked] == []
    if named.get("number") in hidden:
        assert not answer.is_success, (named, answer.status_code)


def request_of(case, client):
    """It as it goes over the wire; None for what no client can send."""
    sent = case.as_transport_kwargs(base_url=str(client.base_url))
    body = {"json": sent["json"]} if "json" in sent else {"content": sent.get("data")}
    headers = {name: value for name, value in (sent.get("headers") or {}).items() if is_plain(value)}
    headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
    bears = {"authorization": client.headers["authorization"]}
    try:
        return client.build_request(
            sent["method"], sent["url"], params=sent.get("params"), headers=headers | bears, **body
        )
    except (httpx.InvalidURL, UnicodeEncodeError, ValueError):
        return None


def is_plain(value):
    return isinstance(value, str) and value.isascii() and value.isprintable()


@pytest.mark.parametrize("name", OPERATIONS)
def test_nothing_is_answered_without_a_token(name, played):
    operation, stranger = OPERATIONS[name], played.asks()
    path = operation.path.replace("{", "").replace("}", "")
    answer = stranger.request(operation.method, path, headers=QUIET)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/nothing", "/cases/a/nothing", "/cases/a/b/c"])
def test_a_stranger_is_not_told_which_addresses_there_are(played, path):
    assert played.asks().get(f"/api/v1{path}").status_code == 401
    assert played.asks(LIAISON).get(f"/api/v1{path}").status_code == 404


def test_a_method_an_address_does_not_take_is_refused_with_those_it_takes(played):
    answer = played.asks(LIAISON).delete("/api/v1/cases")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")


def test_the_description_is_for_everybody_and_whole(played):
    answer = played.asks().get("/api/v1/openapi.json")
    assert answer.json() == json.loads(json.dumps(DOCUMENT))
    told = [one for methods in DOCUMENT["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in told}) == len(told)
    assert all(one["security"] and one["summary"] and one["tags"] for one in told)


@pytest.mark.parametrize(
    ("said", "body", "status"),
    [
        ({"content-type": "text/plain"}, b"{}", 415),
        ({"content-type": "application/json; charset=gbk"}, b"{}", 415),
        ({"content-type": "application/json"}, b"{", 422),
        ({"content-type": "application/json"}, b'{"command": "\xff"}', 400),
        ({"content-type": "application/json"}, b"[" * 20_000, 400),
        ({"content-type": "application/json"}, b"[" * 100_000, 413),
        ({"content-type": "application/json"}, b"1" * 10_000, 400),
        ({"content-type": "application/json"}, b" " * (32 * 1024 * 1024 + 1), 413),
        ({}, b"{}", 415),
    ],
)
def test_a_body_that_is_no_json_in_our_letters_is_refused(played, said, body, status):
    headers = {"idempotency-key": "a", **said}
    answer = played.asks(LIAISON).post("/api/v1/cases", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
