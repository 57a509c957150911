"""The API under questions nobody would think of, from two people of different units.

No fault of the program, no status the document does not name, nothing without a token, answers of the shape
that is promised; and nothing of a matter that is the other unit's alone.
"""

import json
from itertools import count
from urllib.parse import unquote

import httpx
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.core import NOT_SET

from tests.builders import DIRECTOR, LEAD_CODE, LIAISON, OTHER, a_draft, give, rows
from tests.web.api.fuzzing import (
    CHECKS,
    DOCUMENT,
    LEAST,
    MODES,
    OF_SETTINGS,
    OPERATIONS,
    World,
    named_profile,
    ordering,
    profile,
    questions,
)
from tests.web.api.in_process import in_process
from tests.web.playing import MISSING, NOT_YET, file_of
from tests.web.rights import ACTS, MEASURE_ACTS, OPENINGS
from workflow.services.register import list_cases
from workflow.services.register_shown import list_shown
from workflow.services.seeing import Onlooker
from workflow.storage.models import OutboxMessage

OTHER_LIAISON = "BH214-L"
IDENTITIES = (LIAISON, OTHER_LIAISON)
OURS = frozenset({"authorization", "origin", "sec-fetch-site"})
"""Headers nobody guesses: who asks, and for which page of another site a browser does."""
MARK = {LIAISON: "甲单位专有的事项", OTHER_LIAISON: "乙单位专有的事项"}


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
        "code": [LEAD_CODE, "BH212-L", "nobody"],
        "kind": ["urge", "trial", "measure", "nothing"],
        "id": [*(one.id for one in rows(play.office, OutboxMessage)[:3]), "none"],
        "series": ["滨督函", "滨督"],
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
    """How somebody, or nobody, asks the application without a socket."""
    with in_process(played.app) as transport:

        def asks(person=None):
            bears = {} if person is None else {"authorization": f"Bearer {played.token(person)}"}
            return httpx.Client(transport=transport, base_url=played.url, headers=bears)

        yield asks


@pytest.mark.timeout(900)
@pytest.mark.parametrize("person", IDENTITIES)
def test_every_question_is_answered_as_promised_and_with_nothing_of_anybody_else(
    person, world, hidden, asking, record_property
):
    wrong, in_all = answers(OPERATIONS, world, asking(person), asking(), hidden[person])
    record_property("questions of the API", in_all)
    assert wrong == [] and in_all >= LEAST[named_profile()]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_whoever_looks_after_the_office_runs_into_no_fault_either(world, asking, record_property):
    those = {name: one for name, one in OPERATIONS.items() if OF_SETTINGS & set(one.tags)}
    wrong, in_all = answers(those, world, asking(DIRECTOR), asking(), hidden=())
    record_property("questions of the API by the director", in_all)
    assert wrong == [] and in_all > len(those)


def answers(operations, world, client, stranger, hidden):
    """What breaks a promise among the questions of these operations, and how many were asked."""
    asked, wrong = count(), []
    for name, operation in operations.items():

        @profile()
        @given(st.sampled_from(MODES).flatmap(lambda mode: questions(operation, mode, world)))
        def put(case):
            ask(ordering(case, world, next(asked)), client, stranger, hidden)

        try:
            put()
        except (Exception, BaseExceptionGroup) as broken:  # every operation is tried, and all are told
            wrong.append(f"{name}: {broken}"[:2_000])
    return wrong, next(asked)


def ask(case, client, stranger, hidden):
    """Put a question, and hold its answer against what is promised; nobody else is answered it."""
    request = request_of(case, client)
    if request is None:
        return
    is_turned_away(stranger, request)
    answer, named = client.send(request), case.path_parameters or {}
    case.validate_response(answer, checks=CHECKS)
    asked = unquote(str(request.url)) + request.content.decode(errors="replace")
    asked += json.dumps([named, None if case.body is NOT_SET else case.body], ensure_ascii=False, default=str)
    assert [one for one in hidden if one in answer.text and one not in asked] == []
    if named.get("number") in hidden:
        assert not answer.is_success, (named, answer.status_code)


def is_turned_away(stranger, request):
    """Without a token the same question is refused before anything of it is looked at."""
    headers = {name: value for name, value in request.headers.items() if name != "authorization"}
    told = stranger.request(request.method, request.url, headers=headers, content=request.content)
    assert (told.status_code, told.headers["WWW-Authenticate"]) == (401, 'Bearer realm="duban"'), told.text
    assert told.json()["code"] == "token_missing"


def request_of(case, client):
    """It as it goes over the wire; None for what no client can send."""
    sent = case.as_transport_kwargs(base_url=str(client.base_url))
    body = {"json": sent["json"]} if "json" in sent else {"content": sent.get("data")}
    headers = {name: value for name, value in (sent.get("headers") or {}).items() if is_plain(value)}
    headers = {name: value for name, value in headers.items() if name.lower() not in OURS}
    bears = {"authorization": client.headers["authorization"]}
    try:
        return client.build_request(
            sent["method"], sent["url"], params=sent.get("params"), headers=headers | bears, **body
        )
    except (httpx.InvalidURL, UnicodeEncodeError, ValueError):
        return None


def is_plain(value):
    return isinstance(value, str) and value.isascii() and value.isprintable()


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


def test_every_operation_names_its_scope_and_shows_a_body_that_fits_it():
    told = [(method, one) for methods in DOCUMENT["paths"].values() for method, one in methods.items()]
    named = {
        method: {one["security"][0]["token"][0] for way, one in told if way == method} for method, _ in told
    }
    assert named == {"get": {"read", "events", "intake"}, "post": {"write", "admin", "intake"}}
    for one in (one["requestBody"]["content"]["application/json"] for _, one in told if "requestBody" in one):
        schema = {**one["schema"], "components": DOCUMENT["components"]}
        jsonschema_rs.validate(schema, one["example"])


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
