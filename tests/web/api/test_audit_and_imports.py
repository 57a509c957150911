"""What auditors ask, and files on their way in, through the API."""

import base64
from datetime import date

import pytest

from tests.builders import AUDITOR, LIAISON, OFFICER, a_case
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


def test_a_file_is_brought_in_as_it_was_seen_or_not_at_all(client_of):
    officer = client_of(OFFICER)
    draft = officer.hand_in(SAMPLE)
    start = f"/imports/{draft['id']}/start"
    with pytest.raises(client.Conflict) as refused:
        officer.post(start, {"version": "x"})
    assert refused.value.code == "import_changed" and officer.get("/imports")["items"] == [draft]
    officer.post(start, {"version": draft["version"]})
    with pytest.raises(client.Conflict) as refused:
        officer.post(start, {"version": draft["version"]})
    assert refused.value.code in ("import_changed", "import_busy")


@pytest.mark.parametrize(
    ("place", "column", "code"), [(99999, 2, "line_unknown"), (None, 999, "cell_unknown")]
)
def test_what_is_not_in_a_file_is_not_corrected_in_it(client_of, place, column, code):
    officer = client_of(OFFICER)
    draft = officer.hand_in(SAMPLE)
    path = f"/imports/{draft['id']}"
    line = officer.get(path, tab="todo")["items"][0]["place"]
    changes = {"lines": {str(line if place is None else place): {"cells": {str(column): "x"}}}}
    with pytest.raises(client.Invalid) as refused:
        officer.post(f"{path}/corrections", changes)
    assert refused.value.code == code and officer.get(path)["draft"]["version"] == draft["version"]


def test_a_file_of_somebody_else_is_none(programs, client_of):
    file = {"name": SAMPLE.name, "content": base64.b64encode(SAMPLE.read_bytes()).decode()}
    draft = client_of(OFFICER).post("/imports", file)
    for person, kind in (("卞知远", client.NotFound), (LIAISON, client.Forbidden)):
        with pytest.raises(kind):
            client_of(person).get(f"/imports/{draft['id']}")


def test_an_export_is_asked_for_watched_and_fetched(programs, client_of, office):
    case, auditor = a_case(office), client_of(AUDITOR)
    work = auditor.ask_export("csv", key="export", case=case.number)
    assert auditor.ask_export("csv", key="export", case=case.number) == work
    with pytest.raises(client.NotFound):
        auditor.work_file(work)
    assert audit_works.carry_out(office, clock=lambda: programs.now)
    (told,) = auditor.get("/audit/exports")["items"]
    assert (told["id"], told["standing"], told["has_file"]) == (work, "done", True)
    assert case.number in auditor.work_file(work).data.decode("utf-8-sig")
    with pytest.raises(client.NotFound):
        client_of(OFFICER).work_file(work)
    assert [one["kind"] for one in auditor.each("/audit/accesses", sort="taken")] == ["history_exported"]


def test_an_auditor_gets_the_export_and_the_report_he_asked_for_or_is_told_which_is_under_way(client_of):
    auditor = client_of(AUDITOR)
    export = auditor.ask_export("csv", reason="甲")
    report = auditor.ask_audit_report(date(2026, 6, 1), date(2026, 6, 30))
    with pytest.raises(client.Conflict) as first:
        auditor.ask_export("jsonl", reason="乙")
    with pytest.raises(client.Conflict) as second:
        auditor.ask_audit_report(date(2026, 1, 1), date(2026, 1, 31))
    told = [(one.value.code, one.value.facts["work"]) for one in (first, second)]
    assert told == [("work_under_way", export), ("work_under_way", report)]


def test_an_audit_report_has_days_in_their_order(client_of):
    auditor = client_of(AUDITOR)
    assert auditor.ask_audit_report(date(2026, 6, 1), date(2026, 6, 30))
    with pytest.raises(client.Invalid) as refused:
        auditor.ask_audit_report(date(2026, 6, 30), date(2026, 6, 1))
    assert refused.value.code == "period_reversed"


def test_a_checkpoint_is_made_once_and_one_kept_outside_is_held_against_history(office, client_of):
    a_case(office)
    auditor = client_of(AUDITOR)
    made = auditor.post("/audit/checkpoints", {}, key="make")["number"]
    assert auditor.post("/audit/checkpoints", {}, key="make")["number"] == made
    text = auditor.get(f"/audit/checkpoints/{made}")["text"]
    assert auditor.post("/audit/comparisons", {"text": text})["agrees"]
    forged = text.replace("\nsize: ", "\nsize: 9", 1)
    assert not auditor.post("/audit/comparisons", {"text": forged})["agrees"]


def test_what_became_of_a_case_between_two_days_is_told_field_by_field(played, play):
    path = case_path(play.own.number).removeprefix("/cases")
    days = {"first": "2026-06-30", "last": "2026-07-20"}
    told = played.client(AUDITOR).get(f"/audit/differences{path}", **days)["items"]
    assert {"status", "lead_unit"} & {one["field"] for one in told} and all(one["label"] for one in told)


def test_the_columns_of_a_ledger_are_said_kept_for_its_source_and_used_again(programs, client_of):
    officer = client_of(OFFICER)
    first = officer.hand_in(SAMPLE)
    columns = officer.get(f"/imports/{first['id']}")["columns"]
    (remark,) = [one["column"] for one in columns if one["field"] == "remark"]
    path = f"/imports/{first['id']}"
    said = officer.post(f"{path}/columns", {"columns": {str(remark): ""}, "mapping": "市长热线"})
    assert said["version"] != first["version"]
    officer.post(f"{path}/discard", {})
    assert list(officer.each("/imports")) == []
    there = f"/imports/{officer.hand_in(SAMPLE)['id']}"
    assert read_as(officer, there, remark) == "remark"
    assert officer.get(there)["mappings"] == ["市长热线"]
    officer.post(f"{there}/mapping", {"name": "市长热线"})
    assert read_as(officer, there, remark) == ""


def test_columns_whose_mapping_is_refused_stay_as_they_were(client_of):
    officer = client_of(OFFICER)
    path = f"/imports/{officer.hand_in(SAMPLE)['id']}"
    before = officer.get(path)
    (remark,) = [one["column"] for one in before["columns"] if one["field"] == "remark"]
    with pytest.raises(client.Invalid) as refused:
        officer.post(f"{path}/columns", {"columns": {str(remark): ""}, "mapping": "长" * 31})
    assert refused.value.code == "mapping_name_long" and officer.get(path) == before


def read_as(officer, path, column):
    return {one["column"]: one["field"] for one in officer.get(path)["columns"]}[column]


def test_an_empty_register_is_handed_out_to_be_filled_in(client_of):
    assert client_of(OFFICER).file("/imports/template").data[:2] == b"PK"
