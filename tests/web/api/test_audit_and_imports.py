"""What auditors ask, and files on their way in, through the API."""

import base64

import pytest

from tests.builders import AUDITOR, LIAISON, OFFICER
from tests.registers import SAMPLE
from workflow import client
from workflow.client.calling import case_path
from workflow.services import audit_works, checkpoints

DAY = "/audit/days/2026-07-20"


def test_an_auditor_searches_and_looks_back(played, play):
    auditor, number = played.client(AUDITOR), play.own.number
    found = list(auditor.each("/audit/entries", case=number, limit=4))
    assert len({one["seq"] for one in found}) == len(found) > 8
    assert auditor.get(DAY)["count"] > 5
    assert auditor.get(f"{DAY}{case_path(number)}")["case"]["state"] == "handling"
    days = {"first": "2026-07-01", "last": "2026-07-25"}
    assert {one["number"] for one in auditor.get("/audit/differences", **days)["items"]} >= {number}


def test_a_verification_is_asked_for_once_and_listed_with_what_it_found(played, play):
    auditor = played.client(AUDITOR)
    first = auditor.post("/audit/verifications", {}, key="verify")
    assert auditor.post("/audit/verifications", {}, key="verify") == first
    assert audit_works.carry_out(play.office, clock=lambda: play.pages.now)
    (work,) = auditor.get("/audit/verifications")["items"]
    assert (work["id"], work["standing"]) == (first["id"], "done") and work["told"]


def test_checkpoints_are_handed_out(played, play):
    made = checkpoints.list_checkpoints(play.office, 1)
    auditor = played.client(AUDITOR)
    assert [one["number"] for one in auditor.get("/audit/checkpoints", limit=1)["items"]] == [
        one["number"] for one in made
    ]
    with pytest.raises(client.NotFound):
        auditor.get("/audit/checkpoints/99999")


@pytest.mark.parametrize(
    "path", ["/audit/entries", DAY, "/audit/verifications", "/audit/checkpoints", "/audit/checkpoints/1"]
)
def test_nobody_of_a_unit_audits(played, path):
    with pytest.raises(client.Forbidden) as refused:
        played.client(LIAISON).get(path)
    assert refused.value.code == "audit_not_permitted"


def test_a_ledger_is_handed_in_looked_through_and_brought_in(programs, client_of):
    officer = client_of(OFFICER)
    file = {"name": SAMPLE.name, "content": base64.b64encode(SAMPLE.read_bytes()).decode()}
    draft = officer.post("/imports", file, key="hand-in")
    assert officer.post("/imports", file, key="hand-in") == draft
    assert [one["id"] for one in officer.get("/imports")["items"]] == [draft["id"]]
    lines = officer.get(f"/imports/{draft['id']}", tab="todo")
    assert lines["counts"]["ready"] > 0 and lines["items"][0]["found"]
    place = str(lines["items"][0]["place"])
    path = f"/imports/{draft['id']}"
    corrected = officer.post(f"{path}/corrections", {"lines": {place: {"left_out": True}}})
    assert officer.get(path)["counts"]["out"] > lines["counts"]["out"]
    started = officer.post(f"{path}/start", {"version": corrected["version"]})
    assert started["state"] == "open" and officer.get(path)["counts"]["ready"] == 0


def test_a_file_of_somebody_else_is_none(programs, client_of):
    file = {"name": SAMPLE.name, "content": base64.b64encode(SAMPLE.read_bytes()).decode()}
    draft = client_of(OFFICER).post("/imports", file)
    for person, kind in (("卞知远", client.NotFound), (LIAISON, client.Forbidden)):
        with pytest.raises(kind):
            client_of(person).get(f"/imports/{draft['id']}")
