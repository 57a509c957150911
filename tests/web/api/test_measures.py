"""Measures and the signing room through the API."""

import pytest

from states.vocabulary import Role
from tests.builders import CLERK, DIRECTOR, LIAISON, OFFICER, rows, signed
from tests.web.playing import PEOPLE
from tests.writing import HANDLER, OTHER_HANDLER, TO_PERSON, drafted
from workflow import client
from workflow.client.calling import case_path
from workflow.services.documents import judging
from workflow.storage.models import Escalation


def waiting(play):
    return next(one for one in rows(play.office, Escalation) if one.state == "proposed")


def test_a_measure_tells_what_may_be_done_and_lets_it_be_done(played, play):
    clerk, (measure, _) = played.client(CLERK), play.inquiry(play.foreign.number)
    here = f"{case_path(play.foreign.number)}/measures/{measure}"
    assert clerk.get(here)["commands"] == ["serve", "conclude"]
    offered = {one["command"]: one["fields"] for one in clerk.get(f"{here}/transitions")["items"]}
    assert offered["conclude"]["required"] == ["reason"] and "service" in offered["serve"]["properties"]
    done = clerk.post(f"{here}/transitions", {"command": "conclude", "details": {"reason": "另行处理"}})
    assert (done["command"], clerk.get(here)["state"]) == ("conclude", "concluded")


def test_a_command_on_a_measure_that_is_not_his_is_refused(played, play):
    measure, _ = play.inquiry(play.own.number)
    path = f"{case_path(play.own.number)}/measures/{measure}/transitions"
    with pytest.raises(client.Conflict) as refused:
        played.client(LIAISON).post(path, {"command": "conclude", "details": {"reason": "x"}})
    assert refused.value.code == "command_not_offered"


def test_what_waits_is_found_by_whoever_decides_and_decided_once(played, play):
    director, one = played.client(DIRECTOR), waiting(play)
    (found,) = [each for each in director.each("/signing") if each["kind"] == "measure"]
    assert (found["id"], found["commands"]) == (one.id, ["approve", "reject"])
    here = f"/signing/measure/{one.id}"
    shown = director.get(here)
    assert {each["command"] for each in shown["offered"]} == {"approve", "reject"}
    assert director.file(f"{here}/pdf").data.startswith(b"%PDF")
    order = {"command": "reject", "details": {"reason": "先催办"}, "seen": found["seen"]}
    first = director.post(f"{here}/transitions", order, key="once")
    assert director.post(f"{here}/transitions", order, key="once") == first
    with pytest.raises(client.NotFound) as refused:
        director.get(here)
    assert refused.value.code == "not_waiting"


def test_a_paper_is_signed_only_by_whoever_says_what_he_read(played, play):
    when, office = play.pages.now, play.office
    paper = drafted(office, play.waiting, at=when)
    judging.review(office, paper, by=signed(CLERK, when), at=when)
    director = played.client(DIRECTOR)
    here = f"/signing/paper/{paper}"
    with pytest.raises(client.Invalid) as refused:
        director.post(f"{here}/transitions", {"command": "sign"})
    assert refused.value.code == "seen_missing"
    order = {"command": "sign", "seen": director.get(here)["seen"]}
    with pytest.raises(client.Invalid) as refused:
        director.post(f"{here}/transitions", order)
    assert refused.value.facts["missing"] == "opinion"
    done = director.post(f"{here}/transitions", {**order, "details": {"opinion": "同意"}})
    assert (done["kind"], done["command"]) == ("paper", "sign")


def test_nothing_about_a_person_is_decided_together(played, play):
    when, office = play.pages.now, play.office
    paper = drafted(office, play.own, "personal_reminder", TO_PERSON, by=HANDLER, at=when)
    judging.review(office, paper, by=signed(OTHER_HANDLER, when), at=when)
    reader = played.client(PEOPLE[Role.PRINCIPAL])
    (one,) = [each for each in reader.each("/signing") if each["id"] == paper]
    ticks = {"items": [{name: one[name] for name in ("kind", "id", "seen")}]}
    with pytest.raises(client.Invalid) as refused:
        reader.post("/signing/transitions", ticks)
    assert refused.value.code == "bulk_person_level"


def test_the_desk_and_the_wall_are_told(played):
    officer, liaison = played.client(OFFICER), played.client(LIAISON)
    assert all(one["horizon"] for one in officer.each("/desk", limit=3))
    assert officer.get("/wall")["scope"] == [] and liaison.get("/wall")["scope"] != []
    assert officer.get("/statistics", by="unit")["lines"]
    with pytest.raises(client.Forbidden) as refused:
        liaison.get("/statistics")
    assert refused.value.code == "statistics_not_permitted"


def test_the_directory_the_calendar_and_the_policy_are_told_to_whoever_keeps_them(played):
    director, liaison = played.client(DIRECTOR), played.client(LIAISON)
    units, people = list(director.each("/units", limit=7)), list(director.each("/people", limit=7))
    assert len({one["code"] for one in units}) == len(units) > 7
    assert len({one["code"] for one in people}) == len(people) > 7
    assert director.get(f"/units/{units[-1]['code']}")["code"] == units[-1]["code"]
    assert director.get(f"/people/{people[0]['code']}")["name"] == people[0]["name"]
    assert director.get("/calendars/2026")["working_days"] > 200
    assert director.get("/policies/current")["steps"] and director.get("/policies")["items"][-1]["in_force"]
    for path in ("/units", "/people", "/calendars", "/policies", "/policies/current"):
        with pytest.raises(client.Forbidden):
            liaison.get(path)


def test_a_scope_that_is_missing_is_named(played):
    from states.accounts.scopes import Scope

    reader = played.client(OFFICER, [Scope.READ])
    with pytest.raises(client.Forbidden) as refused:
        reader.open("open", {})
    assert (refused.value.code, refused.value.facts["scope"]) == ("scope_missing", "write")
