"""What pm4py reads is what we have written, entry for entry."""

import csv

import pytest

from states.eventlog import OBJECT_TYPES

# pm4py warns of packages it would like to have, and so do those it uses
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(600)]
READERS = {
    "log.json": "read_ocel2_json",
    "log.jsonocel": "read_ocel2_json",
    "log.sqlite": "read_ocel2_sqlite",
}


def test_an_xes_log_has_every_entry_with_its_time_activity_and_person(pm4py, exports, told):
    done = exports.made("xes", "log.xes")
    log = pm4py.read_xes(str(done.file))
    assert len(log) == done.entries == exports.entries
    assert log["case:concept:name"].nunique() == done.cases
    rows = told(exports.made("csv", "log.csv").file)
    found = zip(log["case:concept:name"], log["seq"], log["concept:name"], log["time:timestamp"], strict=True)
    expected = {(row["case"], int(row["seq"])): (row["activity"], row["occurred_at"]) for row in rows}
    assert {(case, seq): (kind, stamped(at)) for case, seq, kind, at in found} == expected
    machine = {(row["case"], int(row["seq"])) for row in rows if not row["person"]}
    acts = zip(log["case:concept:name"], log["seq"], log["org:resource"], strict=True)
    assert {(case, seq) for case, seq, resource in acts if resource == "system"} == machine


def stamped(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_the_typed_attributes_of_an_xes_log_come_back_typed(pm4py, exports):
    log = pm4py.read_xes(str(exports.made("xes", "log.xes").file))
    assert [str(log[name].dtype).partition("[")[0] for name in ("seq", "provisional", "recorded_at")] == [
        "int64", "bool", "datetime64",
    ]  # fmt: skip
    assert log["working_minutes_since_former"].dropna().ge(0).all()


@pytest.mark.parametrize("name", READERS)
def test_an_ocel_log_has_every_entry_and_every_type_of_object(pm4py, exports, name):
    done = exports.made("ocel", name)
    log = getattr(pm4py, READERS[name])(str(done.file))
    assert len(log.events) == done.entries == exports.entries
    assert set(OBJECT_TYPES) - {"escalation"} <= set(log.objects["ocel:type"]) <= set(OBJECT_TYPES)
    assert (log.objects["ocel:type"] == "case").sum() == done.cases
    assert {"case", "actor", "lead_unit", "document"} <= set(log.relations["ocel:qualifier"])
    assert {"about", "lead_unit"} <= set(log.o2o["ocel:qualifier"])
    assert {"state", "due_on"} <= set(log.object_changes["ocel:field"])


def test_both_forms_of_ocel_read_alike(pm4py, exports):
    first = pm4py.read_ocel2_json(str(exports.made("ocel", "log.json").file))
    second = pm4py.read_ocel2_sqlite(str(exports.made("ocel", "log.sqlite").file))
    assert sorted(first.events["ocel:eid"]) == sorted(second.events["ocel:eid"])
    minutes = [
        dict(
            zip(
                log.events["ocel:eid"], log.events["working_minutes_since_assignment"].fillna(-1), strict=True
            )
        )
        for log in (first, second)
    ]
    assert minutes[0] == minutes[1]
    assert len(first.relations) == len(second.relations) and len(first.o2o) == len(second.o2o)


def test_a_case_s_life_can_be_mined(pm4py, exports):
    log = pm4py.read_ocel2_json(str(exports.made("ocel", "log.json").file))
    flat = pm4py.ocel_flattening(log, "case")
    assert len(flat) == exports.entries
    assert ("opened", "assigned") in pm4py.discover_dfg(flat)[0]


def test_an_ocel_database_keeps_every_constraint_pm4py_knows(pm4py, exports):
    from pm4py.objects.ocel.validation import ocel20_rel_validation

    kept, broken = ocel20_rel_validation.apply(str(exports.made("ocel", "log.sqlite").file))
    assert (len(kept), list(broken)) == (24, [])


def test_csv_reads_as_a_log_of_cases(pm4py, exports):
    import pandas

    done = exports.made("csv", "log.csv")
    lines = pandas.read_csv(done.file, encoding="utf-8-sig")
    log = pm4py.format_dataframe(lines, case_id="case", activity_key="activity", timestamp_key="occurred_at")
    assert len(log) == done.entries and log["case:concept:name"].nunique() == done.cases
    with done.file.open(encoding="utf-8-sig", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) == done.entries + 1
