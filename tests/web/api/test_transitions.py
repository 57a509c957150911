"""Transitions through the API: what is offered, given, refused, and given once."""

import base64
import json
import re
from pathlib import Path

import pytest

from tests.builders import DIRECTOR, LIAISON, OFFICER, REQUIREMENT, TITLE, a_case, a_draft, kinds, stored
from workflow import client
from workflow.client.calling import case_path
from workflow.web.api.examples import BODIES

URGE = {"means": "phone", "spoke_with": "盛宁远", "answer": "周五前修复"}
MATTER = {"title": TITLE, "source": "市长信箱", "requirement": REQUIREMENT}


def test_what_is_offered_can_be_given(programs, client_of):
    case, officer = a_case(programs.office), client_of(OFFICER)
    offered = {one["command"]: one for one in officer.transitions(case.number)}
    assert "close_out" not in offered and offered["log_urge"]["fields"]["required"] == ["means"]
    done = officer.give(case.number, "log_urge", URGE)
    assert (done["state"], done["seq"]) == ("handling", stored(programs.office, case).seq)
    assert kinds(programs.office, case)[-1] in ("urged", "urge_mailed")


DOCS = Path(__file__).parents[3] / "docs" / "api.md"
URGED = re.search(r"-d '(\{\"command\":\"log_urge\".*?\})' ", DOCS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("body", [BODIES["give_case_transition"], json.loads(URGED[1])])
def test_what_the_document_shows_is_carried_out(programs, client_of, body):
    case = a_case(programs.office)
    assert client_of(OFFICER).give(case.number, body["command"], body["details"])["label"] == "催办"


def test_a_matter_is_opened_and_lies_where_it_is_said_to(programs, client_of):
    officer = client_of(OFFICER)
    assert [one["command"] for one in officer.get("/openings")["items"]] == ["open"]
    made = officer.open("open", MATTER)
    assert officer.case(made["number"])["title"] == TITLE


def test_the_door_and_the_person_stand_in_the_entry(programs, client_of):
    number = client_of(OFFICER).open("open", MATTER)["number"]
    (entry,) = client_of(DIRECTOR).get(f"{case_path(number)}/history")["items"]
    assert (entry["actor_name"], entry["sentence"]) == (OFFICER, "提出拟办")


def test_evidence_comes_with_the_command(programs, client_of):
    case = a_case(programs.office)
    proof = {"name": "验收单.txt", "content": base64.b64encode("已全部修复".encode()).decode()}
    client_of(LIAISON).give(case.number, "report_completion", {"result": "已复亮", "evidence": [proof]})
    last = client_of(OFFICER).get(f"{case_path(case.number)}/attachments")["items"][-1]
    assert (last["name"], last["particular"]) == ("验收单.txt", "evidence")


def test_the_same_key_gives_the_same_answer_and_no_second_effect(programs, client_of):
    case, officer = a_case(programs.office), client_of(OFFICER)
    first = officer.give(case.number, "log_urge", URGE, key="a-key")
    assert officer.give(case.number, "log_urge", URGE, key="a-key") == first
    assert kinds(programs.office, case).count("urged") == 1


def test_a_key_that_came_with_something_else_is_refused(programs, client_of):
    case, officer = a_case(programs.office), client_of(OFFICER)
    officer.give(case.number, "log_urge", URGE, key="a-key")
    with pytest.raises(client.Invalid) as refused:
        officer.give(case.number, "log_urge", {**URGE, "answer": "下周"}, key="a-key")
    assert refused.value.code == "idempotency_key_reused"
    client_of(DIRECTOR).give(case.number, "log_urge", URGE, key="a-key")


def test_a_key_of_what_was_refused_is_free(programs, client_of):
    case, officer = a_case(programs.office), client_of(OFFICER)
    with pytest.raises(client.Invalid):
        officer.give(case.number, "log_urge", {"means": "鸽子"}, key="a-key")
    assert officer.give(case.number, "log_urge", URGE, key="a-key")["command"] == "log_urge"


@pytest.mark.parametrize(("key", "code"), [(None, "missing"), ("", "invalid"), ("x" * 129, "invalid")])
def test_an_unsafe_request_without_a_key_is_refused(programs, key, code):
    path = f"/api/v1{case_path(a_case(programs.office).number)}/transitions"
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = programs.asks(OFFICER).post(path, json={"command": "log_urge", "details": URGE}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, f"idempotency_key_{code}")


def test_what_somebody_else_has_acted_on_since_is_left_alone(programs, client_of):
    officer, director = client_of(OFFICER), client_of(DIRECTOR)
    read = officer.case(a_case(programs.office).number)
    director.give(read["number"], "log_urge", URGE)
    with pytest.raises(client.PreconditionFailed) as refused:
        officer.give(read, "log_urge", URGE)
    assert refused.value.code == "acted_meanwhile"
    officer.give(officer.case(read["number"]), "log_urge", URGE)


@pytest.mark.parametrize("tag", ["nonsense", '"1-0000000000000000x"', '"999999-0123456789abcdef"'])
def test_a_tag_of_no_case_is_refused(programs, client_of, tag):
    number = a_case(programs.office).number
    with pytest.raises(client.PreconditionFailed) as refused:
        client_of(OFFICER).post(
            f"{case_path(number)}/transitions", {"command": "log_urge", "details": URGE}, if_match=tag
        )
    assert refused.value.code == "tag_unknown"


def test_what_is_wrong_is_told_by_the_name_of_each_particular(programs, client_of):
    case = a_draft(programs.office)
    with pytest.raises(client.Invalid) as refused:
        wrong = {"lead_unit": 7, "limit": "bald", "colour": "red", "evidence": [{"name": "a.txt"}]}
        client_of(DIRECTOR).give(case.number, "assign", wrong)
    assert refused.value.code == "details_invalid"
    assert refused.value.facts["errors"].keys() == wrong.keys()


def test_a_command_that_is_not_his_or_not_now_is_refused_and_says_why(programs, client_of):
    case = a_case(programs.office)
    for person, command, kind in (
        (OFFICER, "close_out", client.Conflict),
        (LIAISON, "acknowledge", client.Conflict),
        (OFFICER, "no_such_thing", client.Invalid),
    ):
        with pytest.raises(kind):
            client_of(person).give(case.number, command)


def test_of_many_each_is_told_by_itself_and_done_once(programs, client_of):
    cases = [a_case(programs.office) for _ in range(2)]
    lines = [{"number": one.number, "command": "log_urge", "details": URGE} for one in cases]
    lines.append({"number": "滨督2026-999", "command": "log_urge", "details": URGE})
    found = client_of(OFFICER).give_all(lines, key="several")
    assert [one["status"] for one in found] == [200, 200, 404]
    assert client_of(OFFICER).give_all(lines, key="several") == found
    assert [kinds(programs.office, one).count("urged") for one in cases] == [1, 1]


def test_a_time_ahead_is_refused(programs, client_of):
    case = a_case(programs.office)
    ahead = programs.now.replace(year=2027)
    with pytest.raises(client.Invalid) as refused:
        client_of(OFFICER).give(case.number, "log_urge", URGE, at=ahead)
    assert refused.value.code == "at_ahead"
