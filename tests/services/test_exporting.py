"""The history taken out of the house: what goes out, who may take it, and that it is written down."""

import csv
import hashlib
import json
import os
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from states.errors import FactInvalid, NotPermitted
from states.eventlog import took
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    at,
    give,
    history,
    kinds,
    on_escalation,
    raised,
    signed,
)
from tests.climbing import load_days
from tests.stories import a_case_to_ask, a_whole_story
from tests.unguarded import behind_the_application
from workflow.errors import FileRefused, NotFound
from workflow.services import exporting
from workflow.services.exporting import export_history
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.session import reading
from workflow.workbooks.csv_cells import unguarded

WHEN = at(2026, 11, 20)
FORMS = [("xes", "log.xes"), ("ocel", "log.json"), ("ocel", "log.sqlite"), ("csv", "log.csv")]
every_form = pytest.mark.parametrize(("form", "name"), FORMS)


def export(office, file, form="csv", by=AUDITOR, **options):
    return export_history(office, file, form, by=signed(by, WHEN), **options)


def lines(file):
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [{name: unguarded(cell) for name, cell in row.items()} for row in csv.DictReader(opened)]


def journal(office):
    with reading(office.engine) as tx:
        return queries.events_of(tx, 0)


def noted(office):
    """The last entry of the journal, with people's words."""
    last = journal(office)[-1]
    return json.loads(last.payload), json.loads(last.personal) if last.personal else None


@every_form
def test_every_entry_goes_out_and_the_journal_tells_of_it(office, tmp_path, form, name):
    cases = [a_whole_story(office), a_case(office)]
    done = export(office, tmp_path / name, form, reason="审计取证")
    entries = sum(len(history(office, case)) for case in cases)
    assert (done.cases, done.entries) == (2, entries)
    payload, words = noted(office)
    assert (payload["kind"], payload["actor"], payload["seq"]) == ("history_exported", "R022", done.seq)
    counts = {"cases": 2, "entries": entries, "unreadable": 0}
    assert payload["details"] == {"format": done.form, "scope": "all", **counts, "sha256": done.sha256}
    assert words == {"details": {"reason": "审计取证"}, "set": {}}
    assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == done.sha256
    assert verify(office).exit_code == 0


@every_form
def test_nobody_s_name_phone_address_or_own_words_go_out(office, tmp_path, form, name):
    case = a_whole_story(office)
    give(office, case, "comment", OFFICER, at(2026, 9, 20), text="王某某电话13800000000")
    export(office, tmp_path / name, form)
    data = (tmp_path / name).read_text(encoding="utf-8", errors="replace")
    with reading(office.engine) as tx:
        people = [
            (one.code, one.name, one.phone)
            for one in tx.execute(text("SELECT code, name, phone FROM people"))
        ]
    words = [word for person in people for word in person if word]
    words += ["13800000000", "王某某", case.facts.title, "binhai.example", "路灯修复验收单"]
    assert [word for word in words if word in data] == []


def test_one_case_goes_out_alone(office, tmp_path):
    case, _ = a_case(office), a_case(office)
    done = export(office, tmp_path / "log.csv", case=case.number)
    assert {row["case"] for row in lines(tmp_path / "log.csv")} == {case.number}
    assert [row["activity"] for row in lines(tmp_path / "log.csv")] == kinds(office, case)
    assert (done.scope, noted(office)[0]["details"]["scope"]) == (case.number, case.number)


def test_durations_are_those_of_our_calendar(office, tmp_path):
    case = a_case(office, "closed", at(2026, 7, 1))
    give(office, case, "archive", "柏乐山", at(2026, 10, 12, 11))
    export(office, tmp_path / "log.csv")
    last, calendar = lines(tmp_path / "log.csv")[-1], office_calendar(office)
    assert last["working_days_since_assignment"] == str(
        calendar.working_days_between(at(2026, 7, 1).date(), at(2026, 10, 12).date())
    )
    assert last["working_minutes_since_former"] == str(
        took(calendar, at(2026, 7, 1), at(2026, 10, 12, 11)).minutes
    )


def office_calendar(office):
    with reading(office.engine) as tx:
        return office.calendar(tx)


def test_a_case_counted_by_a_former_calendar_is_told_by_that_one(office, tmp_path):
    case = a_case(office)
    give(office, case, "report_progress", LIAISON, at(2026, 7, 13), progress="主干道已完成")
    former = office_calendar(office)
    load_days(office, at(2026, 7, 13), dict.fromkeys((date(2026, 7, 6), date(2026, 7, 7)), False))
    assert office_calendar(office).version != former.version
    export(office, tmp_path / "log.csv")
    (row,) = (one for one in lines(tmp_path / "log.csv") if one["activity"] == "progress_reported")
    assert row["working_days_since_assignment"] == "8"


def test_a_person_has_one_pseudonym_in_an_export_and_another_in_the_next(office, tmp_path):
    case = a_case(office)
    told = []
    for name in ("one.csv", "two.csv"):
        export(office, tmp_path / name)
        told.append([row["person"] for row in lines(tmp_path / name) if row["person"]])
    for people in told:
        acted = [entry.actor for entry in history(office, case) if entry.actor != "system"]
        assert len(set(zip(acted, people, strict=True))) == len(set(acted)) == len(set(people))
    assert set(told[0]).isdisjoint(told[1])


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR, AUDITOR, None])
def test_whoever_sees_every_case_may_take_all(office, tmp_path, person):
    a_case(office)
    assert export(office, tmp_path / "log.csv", by=person).cases == 1
    assert noted(office)[0]["actor_kind"] == ("system" if person is None else "human")


@pytest.mark.parametrize("person", [LIAISON, "易守拙"])
def test_whoever_does_not_may_not_and_leaves_no_trace_of_a_file(office, tmp_path, person):
    a_case(office)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(NotPermitted) as refused:
        export(office, tmp_path / "log.csv", by=person)
    assert refused.value.code == "export_all_not_permitted"
    assert sorted(tmp_path.iterdir()) == before and journal(office)[-1].kind != "history_exported"


def test_a_unit_takes_of_its_own_case_what_it_may_see(office, tmp_path):
    case = a_case_to_ask(office)
    give(office, case, "comment", OFFICER, at(2026, 7, 29), text="先不告知承办单位")
    on_escalation(office, "inquiry", "draft", OFFICER, at(2026, 7, 30), question="为何仍未修复")
    export(office, tmp_path / "log.csv", by=LIAISON, case=case.number)
    seen = {row["activity"] for row in lines(tmp_path / "log.csv")}
    assert "acknowledged" in seen and seen.isdisjoint(
        {"commented", "escalation_proposed", "escalation_drafted"}
    )
    assert raised(office, "inquiry").id not in (tmp_path / "log.csv").read_text(encoding="utf-8-sig")


def test_a_stranger_takes_no_case(office, tmp_path):
    case = a_case(office)
    with pytest.raises(NotPermitted):
        export(office, tmp_path / "log.csv", by="BH213-L", case=case.number)


def test_without_its_entry_no_file_is_left(office, tmp_path, monkeypatch):
    a_case(office)
    before = sorted(tmp_path.iterdir())

    def fails(*_args, **_options):
        raise OSError("disk full")

    monkeypatch.setattr(exporting.Batch, "flush", fails)
    with pytest.raises(OSError, match="disk full"):
        export(office, tmp_path / "log.csv")
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_is_not_overwritten_unless_it_is_asked_for(office, tmp_path):
    a_case(office)
    file = tmp_path / "log.csv"
    file.write_text("原有内容", encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        export(office, file)
    assert (refused.value.code, file.read_text(encoding="utf-8")) == ("export_exists", "原有内容")
    export(office, file, force=True)
    assert len(lines(file)) > 1 and file.stat().st_mode & 0o077 == 0


def test_a_file_that_comes_to_the_place_meanwhile_is_not_overwritten(office, tmp_path):
    a_case(office)
    file = tmp_path / "log.csv"
    with pytest.raises(FileRefused):
        export(office, file, progress=lambda _done: file.write_text("另一份", encoding="utf-8"))
    assert file.read_text(encoding="utf-8") == "另一份"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".duban")] == []


@pytest.mark.parametrize(("form", "name", "code"), [
    ("xlsx", "log.xlsx", "export_form_unknown"),
    ("ocel", "log.xml", "export_suffix"),
    ("ocel", "log", "export_suffix"),
])  # fmt: skip
def test_a_form_nobody_knows_is_refused(office, tmp_path, form, name, code):
    with pytest.raises(FactInvalid) as refused:
        export(office, tmp_path / name, form)
    assert refused.value.code == code


def test_a_folder_that_is_not_there_is_refused(office, tmp_path):
    with pytest.raises(FileRefused) as refused:
        export(office, tmp_path / "没有" / "log.csv")
    assert refused.value.code == "export_folder"


def test_a_case_nobody_knows_is_refused(office, tmp_path):
    with pytest.raises(NotFound):
        export(office, tmp_path / "log.csv", case="滨督2026-999")


def test_an_entry_past_reading_is_left_out_and_told_of(office, tmp_path):
    case, spoilt = a_case(office), a_case(office)
    behind_the_application(
        office,
        f"UPDATE events SET payload = '损坏' WHERE case_id = {spoilt.id} AND seq = 1",
        f"UPDATE events SET payload = replace(payload, '\"occurred_at\"', '\"x\"') WHERE case_id = {case.id}",
    )
    done = export(office, tmp_path / "log.csv")
    assert done.entries == len(history(office, spoilt)) - 1
    assert [one["case"] for one in done.unreadable] == [case.number, None]
    assert noted(office)[0]["details"]["unreadable"] == 2


def test_times_go_out_as_they_were_entered(office, tmp_path):
    case = a_case(office)
    export(office, tmp_path / "log.csv")
    told = [datetime.fromisoformat(row["occurred_at"]) for row in lines(tmp_path / "log.csv")]
    assert told == [entry.occurred_at for entry in history(office, case)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_nobody_may_write_to_is_told_of(office, tmp_path):
    (tmp_path / "zu").mkdir(mode=0o500)
    with pytest.raises(PermissionError):
        export(office, tmp_path / "zu" / "log.csv")


def test_a_file_that_cannot_be_put_leaves_nothing_in_its_place(office, tmp_path, monkeypatch):
    a_case(office)
    before = sorted(tmp_path.iterdir())

    def fails(*_args):
        raise OSError("read-only file system")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="read-only"):
        export(office, tmp_path / "log.csv")
    assert sorted(tmp_path.iterdir()) == before
