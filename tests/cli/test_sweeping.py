"""`duban sweep`: by hand without bounds, and what holds the scheduled ones."""

from datetime import timedelta

import pytest

from tests.builders import DIRECTOR, LIAISON, at, behind_its_mark, late_cases, rows, scheduled_on, signed
from workflow.services import holds
from workflow.services.batch import Batch
from workflow.services.set_asides import count_failure, trouble_of
from workflow.services.work import begin
from workflow.storage import sweeps
from workflow.storage.scheduler_models import SetAside
from workflow.storage.session import transaction

LATE, DAY = at(2026, 7, 23), timedelta(days=1)


def hold(office, reason="upgrade"):
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, LATE))
        holds.hold(batch, reason, "先行暂缓")
        batch.flush()


def set_aside(office, case):
    """A case that failed three days in a row."""
    with transaction(office.engine) as tx:
        for days in range(3):
            work = begin(tx, office, by=signed(None, LATE), at=LATE + days * DAY)
            count_failure(work, case.id, case.number, trouble_of(KeyError()))
            work.batch.flush()
        sweeps.look_at(tx, case.id, None)


def test_a_hold_is_listed_and_released(ask, office):
    hold(office)
    (one,) = ask("sweep", "holds")["holds"]
    assert (one["reason"], one["in_force"], one["told"]) == ("upgrade", True, "先行暂缓")
    late_cases(office, 2)
    done = ask("sweep", "release", "--as", DIRECTOR, "--reason", "已核对")
    assert done == {"released": ["upgrade"], "covers": 2}
    assert [one["in_force"] for one in ask("sweep", "holds")["holds"]] == [False]


def test_a_sweep_by_hand_ignores_a_hold(ask, office):
    hold(office)
    late_cases(office, 2)
    report = ask("sweep", "--once", "--at", "2026-07-23")
    assert (report["issued"], report["held"], report["hold"]) == (2, 0, None)


def test_a_case_that_was_set_aside_is_listed_and_tried_again(ask, office):
    (case,) = late_cases(office, 1)
    set_aside(office, case)
    (one,) = ask("sweep", "holds")["set_aside"]
    assert (one["case"], one["failures"], one["code"]) == (case.number, 3, "case_faulty")
    assert any(case.number in one["message"] for one in ask("doctor")["findings"])
    assert ask("sweep", "retry", case.number, "--as", DIRECTOR) == {"retried": [case.number]}
    assert rows(office, SetAside) == []
    assert ask("sweep", "--once")["issued"] == 1


def test_the_runs_are_listed_newest_first(ask, office):
    scheduled_on(office, LATE)
    late_cases(office, 2)
    ask("sweep", "--once", "--at", "2026-07-23")
    newest, former = ask("sweep", "runs")["runs"]
    assert (newest["door"], newest["issued"], former["runs"]) == ("cli", 2, 1)
    assert len(ask("sweep", "runs", "--limit", "1")["runs"]) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["release"], "person_missing"),
        (["release", "--as", DIRECTOR], "hold_unknown"),
        (["release", "--as", LIAISON], "not_permitted"),
        (["retry", "--as", DIRECTOR], "number_missing"),
        (["retry", "滨督2026-999", "--as", DIRECTOR], "not_set_aside"),
        (["retry", "--all"], "person_missing"),
        (["runs", "--limit", "0"], "usage"),
        (["bogus"], "unknown_command"),
    ],
)
def test_a_refusal_has_its_code(duban, words, code):
    answer = duban("sweep", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)


@pytest.mark.parametrize("words", [["holds"], ["runs"], ["retry", "--all", "--as", DIRECTOR], []])
def test_people_are_answered_in_words(duban, office, words):
    hold(office)
    assert duban("sweep", *words).code == 0


def test_nothing_is_sent_by_hand_from_a_restored_database_either(duban, office):
    behind_its_mark(office)
    for words in (["outbox", "send", "--once"], ["sweep", "--once"]):
        answer = duban(*words, "--json")
        assert (answer.code, answer.json["code"]) == (1, "held_restored")
    assert duban("sweep", "release", "--as", DIRECTOR, "--json").json["released"] == ["restored"]
    assert duban("outbox", "send", "--once", "--json").code == 0
