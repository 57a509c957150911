"""Caps on the scheduled sweep: what is over them stays due, and nothing is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

from tests.builders import at, bound_by, late_cases, rows, scheduled_on, signed, stored, sweep_on
from workflow.services.looking import Lookout
from workflow.services.planning import make_plan
from workflow.services.scheduled import scheduled_sweep
from workflow.services.sweep import preview
from workflow.services.verification import verify
from workflow.storage.models import Escalation
from workflow.storage.scheduler_models import SweepRun

LATE, OTHER = at(2026, 7, 23), "市农业农村局"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def codes(report):
    return Counter(one["code"] for one in report.held)


def test_a_sweep_issues_no_more_than_its_cap_and_the_next_goes_on(office, tmp_path):
    bound_by(office, tmp_path, most_per_sweep=3)
    late_cases(office, 7)
    reports = [scheduled_on(office, LATE + minutes * MINUTE) for minutes in range(3)]
    assert [report.issued for report in reports] == [3, 3, 1]
    assert [report.waiting for report in reports] == [4, 1, 0]
    assert [codes(report) for report in reports] == [{"cap_sweep": 4}, {"cap_sweep": 1}, {}]
    assert verify(office).findings == []


def test_those_late_the_longest_go_first(office, tmp_path):
    bound_by(office, tmp_path, most_per_sweep=1)
    (less,) = late_cases(office, 1, due_on=date(2026, 7, 21))
    (more,) = late_cases(office, 1, OTHER, due_on=date(2026, 7, 14))
    assert [step["case"] for step in scheduled_on(office, LATE).steps] == [more.number]
    assert [step["case"] for step in scheduled_on(office, LATE + MINUTE).steps] == [less.number]


def test_a_unit_gets_no_more_than_its_cap_a_day(office, tmp_path):
    bound_by(office, tmp_path, most_per_unit=2)
    mine = late_cases(office, 5)
    late_cases(office, 1, OTHER)
    first = scheduled_on(office, LATE)
    assert (first.issued, first.proposed, codes(first)) == (3, 0, {"cap_unit": 3})
    assert first.waiting == 3
    assert scheduled_on(office, LATE + MINUTE).cases_due == 0
    assert stored(office, mine[-1]).next_action_at <= LATE
    assert verify(office).findings == []
    assert [scheduled_on(office, LATE + days * DAY).issued for days in (1, 2, 3)] == [2, 1, 0]
    assert verify(office).findings == []


def test_what_is_over_a_unit_s_cap_is_still_there_for_an_operator(office, tmp_path):
    bound_by(office, tmp_path, most_per_unit=2)
    late_cases(office, 5)
    scheduled_on(office, LATE)
    by = signed(None, LATE + MINUTE)
    assert len(preview(office, as_of=LATE + MINUTE, by=by).steps) == 3
    assert len(make_plan(office, as_of=LATE + MINUTE, by=by).steps) == 3
    assert sweep_on(office, LATE + MINUTE).issued == 3
    assert verify(office).findings == []


def test_what_is_over_a_unit_s_cap_costs_the_ticker_one_look_a_day(office, tmp_path, monkeypatch):
    bound_by(office, tmp_path, most_per_unit=2)
    late_cases(office, 6)
    looks, sound = [], Lookout.at
    monkeypatch.setattr(Lookout, "at", lambda self, row: looks.append(row.id) or sound(self, row))
    for minutes in range(5):
        when = LATE + minutes * MINUTE
        scheduled_sweep(office, clock=lambda when=when: when, by=signed(None, when), batch_size=2)
    assert max(Counter(looks).values()) == 1
    assert [(row.runs, row.cases_due) for row in rows(office, SweepRun)] == [(1, 6), (4, 0)]
    assert verify(office).findings == []


def test_plain_mails_are_no_papers_of_a_unit_nor_of_a_sweep(office, tmp_path):
    bound_by(office, tmp_path, most_per_sweep=1, most_per_unit=1)
    late_cases(office, 4, due_on=date(2026, 7, 24))
    report = scheduled_on(office, LATE)
    assert ({step["step"] for step in report.steps}, report.issued, report.held) == ({"due_soon"}, 4, [])
    late_cases(office, 2, mark="新")
    assert codes(scheduled_on(office, LATE + MINUTE)) == {"cap_sweep": 1}


def test_small_batches_keep_the_caps_and_come_to_an_end(office, tmp_path):
    bound_by(office, tmp_path, most_per_sweep=3, most_per_unit=2)
    late_cases(office, 4)
    late_cases(office, 4, OTHER)
    report = scheduled_sweep(office, clock=lambda: LATE, by=signed(None, LATE), batch_size=1)
    assert report.issued == 3
    assert sorted(Counter(row.unit for row in rows(office, Escalation)).values()) == [1, 2]


def test_an_operator_s_sweep_knows_no_caps(office, tmp_path):
    bound_by(office, tmp_path, most_per_sweep=1, most_per_unit=1)
    late_cases(office, 4)
    report = sweep_on(office, LATE)
    assert (report.issued, report.held) == (4, [])


def test_two_workers_keep_a_unit_s_cap_between_them(office, tmp_path):
    bound_by(office, tmp_path, most_per_unit=5)
    late_cases(office, 12)
    start = Barrier(2)

    def run(_):
        start.wait()
        return scheduled_on(office, LATE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert Counter(row.unit for row in rows(office, Escalation)) == {"BH212": 5}
    assert verify(office).findings == []
