"""Cases through the API: lists, leaves, one case, what belongs to it."""

import pytest

from states.vocabulary import Role
from tests.builders import DIRECTOR, LIAISON, OFFICER, a_case, a_draft
from tests.web.playing import MISSING, PEOPLE
from workflow import client
from workflow.client import NotFound
from workflow.client.calling import case_path

PARTS = (
    *("history", "reports", "explanation", "deadlines", "tasks", "milestones", "extension"),
    *("measures", "documents", "attachments", "transitions"),
)


def test_an_address_that_ends_in_a_slash_is_none(played):
    answer = played.asks(OFFICER).get("/api/v1/cases/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_register_is_walked_leaf_by_leaf_and_leaves_nothing_out(programs, client_of):
    numbers = [a_draft(programs.office).number for _ in range(7)]
    officer = client_of(OFFICER)
    assert [one["number"] for one in officer.cases(limit=2)] == numbers[::-1]
    second = officer.get("/cases", limit=3, cursor=officer.get("/cases", limit=3)["next"])
    assert officer.get("/cases", limit=3, cursor=second["prev"])["items"][0]["number"] == numbers[-1]


def test_a_leaf_says_in_its_links_where_the_next_one_is(programs):
    for _ in range(3):
        a_draft(programs.office)
    asks = programs.asks(OFFICER)
    answer = asks.get("/api/v1/cases?limit=2&sort=number&state=拟办")
    again = asks.get(answer.links["next"]["url"])
    assert (len(answer.json()["items"]), len(again.json()["items"])) == (2, 1)


def test_only_the_fields_asked_for_are_told(programs, client_of):
    a_draft(programs.office)
    (line,) = client_of(OFFICER).cases(fields=["title", "light"])
    assert line.keys() == {"number", "title", "light"}


def test_a_filter_that_is_wrong_is_named(client_of):
    with pytest.raises(client.Invalid) as refused:
        client_of(OFFICER).get("/cases", state="没有的环节")
    assert refused.value.code == "filters_invalid" and "state" in refused.value.facts["errors"]


@pytest.mark.parametrize("asked", ["ligth=red", "light=red&light=green", "cursor=1&limit=2&ligth=red"])
def test_a_parameter_that_is_misspelt_or_written_twice_is_refused_and_not_passed_over(programs, asked):
    answer = programs.asks(OFFICER).get(f"/api/v1/cases?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (422, "parameter_unknown")
    assert "light" in answer.json()["message"]


def test_a_case_that_is_as_its_tag_says_is_not_told_again(programs):
    number, asks = a_case(programs.office).number, programs.asks(OFFICER)
    first = asks.get(f"/api/v1{case_path(number)}")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert asks.get(f"/api/v1{case_path(number)}", headers=tag).status_code == 304
    programs.client(OFFICER).give(number, "comment", {"text": "已电话了解进展"})
    assert asks.get(f"/api/v1{case_path(number)}", headers=tag).status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_what_belongs_to_a_case_is_told_to_whoever_sees_it_and_to_nobody_else(played, play, part):
    own, foreign, none = map(case_path, play.numbers)
    officer, liaison = played.client(OFFICER), played.client(LIAISON)
    assert officer.get(f"{foreign}/{part}") and liaison.get(f"{own}/{part}")
    for path in (foreign, none):
        with pytest.raises(NotFound) as refused:
            liaison.get(f"{path}/{part}")
        assert refused.value.code == "not_found"


def test_a_case_tells_the_same_as_its_page(played, play):
    told = played.client(DIRECTOR).case(play.own.number)
    assert (told["light"], told["state_label"], told["level"]) == ("red", "限期办结", "inquiry")
    assert told["links"]["self"].endswith(case_path(play.own.number))


def test_papers_and_files_are_handed_out(played, play):
    duban, here = played.client(OFFICER), case_path(play.own.number)
    paper = duban.get(f"{here}/documents")["items"][-1]
    assert duban.file(f"{here}/documents/{paper['id']}/pdf").data.startswith(b"%PDF")
    (first, *_) = duban.get(f"{here}/attachments")["items"]
    assert duban.file(f"{here}/attachments/{first['sha256']}").name == first["name"]


def test_no_list_holds_a_sealed_matter_and_its_number_leads_nowhere(played, play):
    officer = played.client(OFFICER)
    assert play.sealed.number not in {one["number"] for one in officer.cases()}
    for number in (play.sealed.number, MISSING):
        with pytest.raises(NotFound):
            officer.case(number)


def test_nobody_of_the_three_sees_a_case(played, play):
    three = played.client(PEOPLE[Role.SYSTEM_ADMIN])
    with pytest.raises(NotFound):
        three.case(play.own.number)
