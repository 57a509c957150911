"""Another policy over what was recorded: counted against the old one and against reality, nothing issued."""

import gc
from datetime import date

import pytest

from states.errors import RuleInvalid
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    on_escalation,
    row_counts,
    sweep_on,
)
from tests.states.conftest import TABLES
from workflow.errors import FileRefused
from workflow.services.simulation import simulate

TODAY = at(2026, 8, 10)
DEFAULT = (TABLES / "default_policy.toml").read_text(encoding="utf-8")
RUNGS = DEFAULT.split("[[rungs]]")
WITHOUT_REMINDER = "[[rungs]]".join(RUNGS[:2])
"""The due-soon mail alone; without a reminder there is nothing an inquiry could rest on."""
DAYS = [at(2026, 7, day) for day in (17, 23, 24, 31)]


@pytest.fixture
def lived(office):
    """A matter that was reminded, served and asked why, and then struck off."""
    case = a_case(office)
    for day in DAYS:
        sweep_on(office, day)
        if day == DAYS[1]:
            proof = [a_paper_of_proof(office, "送达回执")]
            on_escalation(office, "reminder", "serve", OFFICER, day, served_on=day.date(), evidence=proof)
    done, proof = at(2026, 8, 3), [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, done, result="312盏全部复亮", evidence=proof)
    return give(office, case, "close_out", DIRECTOR, done, verification="属实", evidence=proof)


def simulated(office, folder, text=DEFAULT, **asked):
    (folder / "规则.toml").write_text(text, encoding="utf-8")
    return simulate(office, str(folder / "规则.toml"), today=TODAY, **asked).as_json()


def counts(found, name="per_step"):
    return {
        one.get("step", one.get("unit_name")): (one["pinned"], one["other"], one["recorded"])
        for one in found[name]
    }


def test_the_same_policy_differs_in_nothing(office, lived, tmp_path):
    found = simulated(office, tmp_path)
    assert (found["cases"], found["differing"], found["differences"]) == (1, 0, [])
    assert counts(found) == {"due_soon": (1, 1, 1), "reminder": (1, 1, 1), "inquiry": (1, 1, 1)}
    assert counts(found, "per_unit") == {LEAD: (3, 3, 3)}
    assert all(one["difference"] == one["moved"] == 0 for one in found["per_step"])


def test_a_policy_without_the_reminder_loses_it_and_what_rests_on_it(office, lived, tmp_path):
    found = simulated(office, tmp_path, WITHOUT_REMINDER)
    assert counts(found)["reminder"] == (1, 0, 1)
    assert (counts(found)["inquiry"], counts(found)["due_soon"]) == ((1, 0, 1), (1, 1, 1))
    assert [one["difference"] for one in found["per_step"] if one["step"] == "reminder"] == [-1]
    assert found["differences"][0]["case"] == lived.number


def test_a_later_offset_moves_the_days_by_as_much(office, lived, tmp_path):
    found = simulated(office, tmp_path, DEFAULT.replace("offset = 1\n", "offset = 3\n", 1))
    told = found["differences"][0]
    days = [{one["step"]: one["on"] for one in told[side]} for side in ("pinned", "other")]
    assert (days[0]["reminder"], days[1]["reminder"]) == ("2026-07-23", "2026-07-27")
    assert (days[0]["inquiry"], days[1]["inquiry"]) == ("2026-07-30", "2026-08-03")
    assert {one["step"]: one["moved"] for one in found["per_step"]} == {
        "due_soon": 0,
        "reminder": 1,
        "inquiry": 1,
    }


def test_a_paper_that_was_never_served_opens_nothing_under_other_rules_either(office, tmp_path):
    a_case(office)
    for day in DAYS:
        sweep_on(office, day)
    found = simulated(office, tmp_path, DEFAULT.replace("offset = 1\n", "offset = 2\n", 1))
    assert "inquiry" not in counts(found)
    assert counts(found)["reminder"] == (1, 1, 1)


def test_a_limit_of_the_policy_is_recounted_and_one_of_a_person_stands(office, tmp_path):
    case = a_draft(office, complexity="ordinary")
    give(office, case, "assign", DIRECTOR, at(2026, 7, 1), lead_unit=LEAD)
    a_case(office, "assigned")
    found = simulated(
        office, tmp_path, DEFAULT.replace('unit = "weeks"\namount = 1', 'unit = "weeks"\namount = 2', 1)
    )
    (told,) = found["differences"]
    days = [{one["step"]: one["on"] for one in told[side]} for side in ("pinned", "other")]
    assert told["case"] == case.number
    assert (days[0]["reminder"], days[1]["reminder"]) == ("2026-07-09", "2026-07-16")


def test_only_what_was_taken_since_a_day_is_counted(office, lived, tmp_path):
    found = simulated(office, tmp_path, since=date(2026, 7, 23))
    assert counts(found) == {"reminder": (1, 1, 1), "inquiry": (1, 1, 1)}


def test_nothing_is_written(office, lived, tmp_path):
    before = row_counts(office)
    simulated(office, tmp_path, WITHOUT_REMINDER)
    assert row_counts(office) == before


def test_what_is_supposed_is_spelled_out(office, tmp_path):
    assert any("视为提出当日批准" in one for one in simulated(office, tmp_path)["assumptions"])


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        (DEFAULT.replace("offset = 6", "offset = 0"), RuleInvalid, "rung_order"),
        ("name = ", RuleInvalid, "policy_syntax"),
        ("name = 1", RuleInvalid, "policy_field"),
    ],
)
def test_a_policy_that_could_not_come_into_force_is_refused(office, tmp_path, text, kind, code):
    with pytest.raises(kind) as refused:
        simulated(office, tmp_path, text)
    assert refused.value.code == code
    gc.collect()  # a history it had begun to read would be left behind, and told of here


def test_a_file_that_is_not_there_is_refused(office):
    with pytest.raises(FileRefused):
        simulate(office, "没有.toml", today=TODAY)
