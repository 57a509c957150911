"""The description of the API is whole: examples that fit, links that lead on, what comes with refusals."""

import re

import jsonschema_rs
import pytest

from tests.builders import OFFICER, a_draft
from tests.web.api.fuzzing import DOCUMENT, OPERATIONS

JSON = "application/json"
TOLD = {one["operationId"]: one for methods in DOCUMENT["paths"].values() for one in methods.values()}
WELL = [
    (name, status, answer)
    for name, one in TOLD.items()
    for status, answer in one["responses"].items()
    if status.startswith("2")
]
LEADS_NOWHERE = {"get_work_file"}
"""A file that was worked for is the end."""


def fits(value, schema):
    jsonschema_rs.validate({**schema, "components": DOCUMENT["components"]}, value)


def headers_of(answer):
    named = answer.get("$ref", "").rpartition("/")[2]
    return {*(DOCUMENT["components"]["responses"][named] if named else answer).get("headers", ())}


@pytest.mark.parametrize(("name", "status", "answer"), WELL, ids=lambda one: str(one)[:24])
def test_an_answer_is_shown_with_an_example_that_fits_it(name, status, answer):
    told = answer["content"]
    assert all("schema" in one for one in told.values())
    if JSON in told:
        assert told[JSON]["example"]
        fits(told[JSON]["example"], told[JSON]["schema"])


@pytest.mark.parametrize("name", TOLD)
def test_what_is_asked_is_shown_with_examples_that_fit(name):
    for one in TOLD[name].get("parameters", ()):
        fits(one["example"], one["schema"])
    for body in TOLD[name].get("requestBody", {}).get("content", {}).values():
        fits(body["example"], body["schema"])


@pytest.mark.parametrize("name", sorted(TOLD.keys() - LEADS_NOWHERE))
def test_every_answer_leads_on_by_links_that_can_be_followed(name):
    answers = [answer for other, _, answer in WELL if other == name]
    assert all(answer["links"] for answer in answers)
    for answer in answers:
        for link in answer["links"].values():
            known = {one["name"]: one for one in TOLD[link["operationId"]].get("parameters", ())}
            owed = {one for one, told in known.items() if told["in"] == "path"}
            assert owed <= link["parameters"].keys() <= known.keys(), link
            for value in link["parameters"].values():
                assert is_there(value, name, answer), (link, value)


def is_there(expression, name, answer):
    """Whether an answer, or the path it was asked at, has what an expression takes from it."""
    if expression.startswith("$request.path."):
        return f"{{{expression.rpartition('.')[2]}}}" in OPERATIONS[name].path
    found = answer["content"][JSON]["example"]
    for step in expression.removeprefix("$response.body#/").split("/"):
        found = found[int(step) if isinstance(found, list) else step]
    return found is not None


CHANGE_NOTHING = {"examine_policy", "read_minutes", "read_wording", "check_wording", "compare_checkpoint"}


def test_every_request_that_changes_something_takes_a_key():
    posts = {name for name, one in OPERATIONS.items() if one.method == "post"}
    keyed = {
        name
        for name in posts
        for one in TOLD[name].get("parameters", ())
        if one["name"] == "Idempotency-Key" and one["required"]
    }
    assert posts - keyed == CHANGE_NOTHING and {one.method for one in OPERATIONS.values()} == {"get", "post"}


@pytest.mark.parametrize("name", TOLD)
def test_every_refusal_is_problem_details_with_a_code_and_what_comes_with_it(name):
    answers = TOLD[name]["responses"]
    assert {"400", "401", "403", "404", "409", "422", "429", "500", "503"} <= answers.keys()
    for named in {one["$ref"].rpartition("/")[2] for one in answers.values() if "$ref" in one}:
        (told,) = DOCUMENT["components"]["responses"][named]["content"].values()
        assert re.fullmatch(r"urn:duban:[a-z_]+", told["example"]["type"])
        fits(told["example"], told["schema"])
    assert "Retry-After" in headers_of(answers["429"]) & headers_of(answers["503"])
    assert "WWW-Authenticate" in headers_of(answers["401"]) & headers_of(answers["403"])


@pytest.mark.parametrize(
    ("name", "path"), [("list_cases", "/cases?limit=1"), ("get_case", "/cases/{number}")]
)
def test_the_headers_that_are_described_come(programs, name, path):
    numbers = [a_draft(programs.office).number for _ in range(2)]
    answer = programs.asks(OFFICER).get(f"/api/v1{path.format(number=numbers[0])}")
    assert [one for one in headers_of(TOLD[name]["responses"]["200"]) if one not in answer.headers] == []
