"""The register as a file for programs: what the page hands out, no more, and an entry that tells of it."""

import pytest

from tests.builders import DIRECTOR, LEAD, LIAISON, OFFICER, OTHER, a_case, a_draft, give, rows
from tests.web.playing import NOT_YET
from workflow import client
from workflow.services import audit_works, register_views
from workflow.services.files import waiting_room
from workflow.storage.models import Event
from workflow.web.api import register_files

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def taken_out(office):
    return [one for one in rows(office, Event) if one.kind == "register_exported"]


def test_a_program_gets_the_file_of_the_page_and_is_entered(office, programs):
    case = a_case(office)
    asks = programs.client(OFFICER)
    sheet = asks.file("/register/file")
    assert sheet.name.endswith(".xlsx") and sheet.data[:2] == b"PK"
    text = asks.file("/register/file", form="csv-gb", columns="title,unit").data.decode("gb18030")
    assert case.number in text and case.facts.title in text and "责任领导" not in text
    assert len(taken_out(office)) == 2


def test_it_holds_what_whoever_asks_is_shown_and_keeps(office, programs):
    mine, other = a_case(office), a_draft(office, title="别家的事项")
    give(office, other, "assign", DIRECTOR, lead_unit=OTHER, limit=NOT_YET)
    register_views.choose_columns(office, programs.client(LIAISON).me()["person"], ["title"])
    text = programs.client(LIAISON).file("/register/file", form="csv").data.decode("utf-8-sig")
    assert mine.number in text and "别家的事项" not in text and LEAD not in text
    only = programs.client(OFFICER).file("/register/file", form="csv", unit=OTHER).data.decode("utf-8-sig")
    assert other.number in only and mine.number not in only


def test_what_is_too_long_to_be_waited_for_is_refused_and_leaves_nothing(office, programs, monkeypatch):
    a_case(office), a_draft(office)
    monkeypatch.setattr(register_files, "MOST_SHOWN", 1)
    with pytest.raises(client.Invalid) as refused:
        programs.client(OFFICER).file("/register/file", form="csv")
    assert refused.value.code == "export_large" and taken_out(office) == []
    assert list(waiting_room(office.settings.files).iterdir()) == []


def test_of_any_length_it_is_work_whose_file_is_ones_own(office, programs):
    case, asks = a_case(office), programs.client(OFFICER)
    work = asks.post("/register/exports", {"form": "csv", "asked": {"unit": LEAD}})["id"]
    assert asks.get("/register/exports")["items"][0]["standing"] == "waiting"
    audit_works.carry_out(office, clock=lambda: programs.now)
    (done,) = asks.get("/register/exports")["items"]
    assert (done["has_file"], done["standing"], done["percent"]) == (True, "done", 100)
    assert case.number in asks.file(f"/register/exports/{work}/file").data.decode("utf-8-sig")
    with pytest.raises(client.NotFound):
        programs.client(DIRECTOR).file(f"/register/exports/{work}/file")


def test_what_cannot_be_looked_for_is_refused_before_it_is_work(office, programs):
    with pytest.raises(client.Invalid) as refused:
        programs.client(OFFICER).post("/register/exports", {"asked": {"light": "紫"}})
    assert refused.value.code == "filters_invalid"
    assert programs.client(OFFICER).get("/register/exports")["items"] == []


def test_another_export_than_the_one_under_way_is_refused_and_named_by_it(office, programs):
    asks, red = programs.client(OFFICER), {"form": "csv", "asked": {"light": "red"}}
    work = asks.post("/register/exports", red)["id"]
    assert asks.post("/register/exports", red)["id"] == work
    for other in ({"form": "csv"}, {"form": "csv-gb", "asked": {"light": "red"}}):
        with pytest.raises(client.Conflict) as refused:
            asks.post("/register/exports", other)
        assert refused.value.code == "work_under_way" and refused.value.facts["work"] == work
    audit_works.carry_out(office, clock=lambda: programs.now)
    assert asks.post("/register/exports", {"form": "csv"})["id"] != work


def test_a_column_there_is_not_is_refused_by_its_name(office, programs):
    a_case(office)
    asks = programs.client(OFFICER)
    with pytest.raises(client.Invalid) as file:
        asks.file("/register/file", form="csv", columns="title,nope")
    with pytest.raises(client.Invalid) as work:
        asks.post("/register/exports", {"form": "csv", "columns": ["nope"]})
    assert [one.value.code for one in (file, work)] == ["column_unknown"] * 2
    assert taken_out(office) == [] and asks.get("/register/exports")["items"] == []
