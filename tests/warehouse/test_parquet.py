"""`duban export warehouse`: the views as Parquet, read back by pyarrow."""

import hashlib
import json
import sys
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from states.errors import Refusal
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    TITLE,
    a_case,
    at,
    climb,
    give,
    late_cases,
    rows,
    signed,
)
from tests.stories import DUE_SOON, REMINDER
from workflow.services.warehouse import export_warehouse
from workflow.storage.analyst_views import views
from workflow.storage.models import Event

AUGUST = at(2026, 8, 3)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "仓库"


def taken(office, folder, **how):
    return export_warehouse(office, folder, by=signed(None, AUGUST), **how)


def read(folder, view):
    return pq.read_table(folder / f"{view}.parquet")


def test_what_is_read_back_is_what_the_views_have(office, folder):
    case = a_case(office, co_units=["市财政局"])
    climb(office, REMINDER)
    done = taken(office, folder)
    (row,) = read(folder, "cases").to_pylist()
    assert (row["number"], row["title"], row["lead_unit_name"]) == (case.number, TITLE, LEAD)
    assert (row["due_on"], row["open_ended"], row["state_label"]) == (date(2026, 7, 22), False, "限期办结")
    assert row["recorded_at"].utcoffset() == timedelta(hours=8)
    assert {one["part"] for one in read(folder, "case_units").to_pylist()} == {"牵头", "协办"}
    assert read(folder, "measures").to_pylist()[0]["step_label"] in ("期限提示", "提醒")
    assert read(folder, "events").to_pylist()[0]["kind"] == "opened"
    assert done.rows == sum(read(folder, one.name[2:]).num_rows for one in views())


def test_columns_are_typed_and_bear_their_chinese_names(office, folder):
    a_case(office)
    taken(office, folder)
    schema = read(folder, "cases").schema
    assert schema.field("due_on").type == pa.date32()
    assert schema.field("recorded_at").type == pa.timestamp("us", "Asia/Shanghai")
    assert schema.field("completion_rate").type == pa.int64()
    assert schema.field("is_sealed").type == pa.bool_()
    assert pa.types.is_dictionary(schema.field("state").type)
    assert schema.field("number").metadata[b"chinese"].decode() == "编号"


def test_the_manifest_holds_rows_and_hashes_and_the_journal_tells_of_it(office, folder):
    a_case(office)
    done = taken(office, folder, reason="季度分析")
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for one in told["files"]:
        assert hashlib.sha256((folder / one["file"]).read_bytes()).hexdigest() == one["sha256"]
    assert [one["view"] for one in told["files"]] == [one.name for one in views()]
    entry = rows(office, Event)[-1]
    assert (entry.kind, entry.seq) == ("warehouse_exported", done.seq)
    assert json.loads(entry.payload)["details"]["sha256"] == done.sha256
    assert hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest() == done.sha256


def test_a_view_without_rows_has_a_file_without_rows(office, folder):
    taken(office, folder)
    assert (read(folder, "cases").num_rows, len(read(folder, "cases").schema)) == (0, 34)


def test_a_folder_that_has_something_in_it_is_left_alone(office, folder, tmp_path):
    folder.mkdir()
    (folder / "论文.txt").write_text("x")
    for overwrite, code in ((False, "export_exists"), (True, "warehouse_foreign")):
        with pytest.raises(Refusal) as refused:
            taken(office, folder, overwrite=overwrite)
        assert refused.value.code == code
    assert [one.name for one in folder.iterdir()] == ["论文.txt"]
    assert not list(tmp_path.glob(".duban-*"))


def test_a_former_export_is_replaced_when_that_is_asked_for_and_nothing_is_left_over(
    office, folder, tmp_path
):
    taken(office, folder)
    a_case(office)
    taken(office, folder, overwrite=True)
    assert read(folder, "cases").num_rows == 1
    assert not list(tmp_path.glob(".duban-*"))


def test_an_export_that_fails_leaves_nothing(office, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("workflow.parquet_form._array", lambda *_: 1 / 0)
    a_case(office)
    with pytest.raises(ZeroDivisionError):
        taken(office, folder)
    assert not folder.exists() and not list(tmp_path.glob(".duban-*"))
    assert "warehouse_exported" not in {one.kind for one in rows(office, Event)}


def test_who_does_not_see_every_matter_takes_nothing(office, folder):
    with pytest.raises(Refusal) as refused:
        export_warehouse(office, folder, by=signed(LIAISON, AUGUST))
    assert refused.value.code == "export_all_not_permitted" and not folder.exists()


def test_without_pyarrow_it_says_so(office, folder, monkeypatch):
    for name in [one for one in sys.modules if one.startswith("pyarrow")] + ["workflow.parquet_form"]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Refusal) as refused:
        taken(office, folder)
    assert refused.value.code == "warehouse_missing" and not folder.exists()


def test_a_day_gone_by_is_as_it_was_recorded_then(office, folder, tmp_path):
    gone_on, still = a_case(office), a_case(office)
    before = {one["number"]: one for one in view_of(office, tmp_path / "then", "cases")}
    measures = view_of(office, tmp_path / "then", "measures", overwrite=True)
    july = at(2026, 7, 10)
    give(
        office,
        gone_on,
        "add_task",
        OFFICER,
        july,
        unit="市财政局",
        task_title="拨付灯具采购款项",
        due_on=date(2026, 7, 16),
    )
    give(office, gone_on, "withdraw", DIRECTOR, july, reason="重复立项")
    a_case(office, when=july)
    taken(office, folder, as_of=date(2026, 7, 9))
    then = {one["number"]: one for one in read(folder, "cases").to_pylist()}
    assert then == before and {gone_on.number, still.number} == then.keys()
    assert {one["unit"] for one in read(folder, "case_units").to_pylist()} == {"BH212"}
    assert read(folder, "measures").to_pylist() == measures
    assert max(one["recorded_at"] for one in read(folder, "events").to_pylist()) < july
    assert not (folder / "person_measures.parquet").exists()


def view_of(office, folder, view, **how):
    taken(office, folder, **how)
    return read(folder, view).to_pylist()


def test_many_rows_come_in_several_batches(office, folder, monkeypatch):
    monkeypatch.setattr("workflow.storage.warehouse.AT_ONCE", 7)
    late_cases(office, 30)
    taken(office, folder)
    assert read(folder, "cases").num_rows == 30
    assert isinstance(read(folder, "cases").to_pylist()[0]["recorded_at"], datetime)


def test_measures_of_a_day_gone_by_are_as_their_view_told_them_then(office, folder, tmp_path):
    case = a_case(office)
    climb(office, DUE_SOON, REMINDER)
    before = by_step(view_of(office, tmp_path / "then", "measures"))
    give(office, case, "withdraw", DIRECTOR, REMINDER + timedelta(days=1), reason="重复立项")
    taken(office, folder, as_of=REMINDER.date())
    assert [one["step"] for one in before] == ["due_soon", "reminder"]
    assert by_step(read(folder, "measures").to_pylist()) == before


def by_step(measures):
    return sorted(measures, key=lambda one: one["step"])
