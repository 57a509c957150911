"""Holds on the scheduled sweep: when it stands still, that nothing is lost, and who lets it go on."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from alembic import command
from sqlalchemy import insert

from states.errors import NotPermitted
from states.history import GENESIS
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    at,
    bound_by,
    give,
    late_cases,
    rows,
    scheduled_on,
    signed,
    stored,
    sweep_on,
)
from tests.conftest import settings_in
from tests.services.test_caps import OTHER
from tests.services.test_sweep_record import doctors, told
from workflow.errors import NotFound
from workflow.services import holds
from workflow.services.installation import install
from workflow.services.planning import make_plan
from workflow.services.scheduled import release, scheduled_sweep
from workflow.services.sweep import preview
from workflow.services.verification import verify
from workflow.storage import migrations, queries
from workflow.storage.models import Case, Escalation
from workflow.storage.scheduler_models import Hold, SweepRun
from workflow.storage.session import open_engine, transaction

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST, BUSY = date(2026, 7, 10), at(2026, 7, 23)


def with_a_usual(office, days=5):
    """An office that has raised two reminders on each of some days."""
    for ahead in range(days):
        day = FIRST + ahead * DAY
        late_cases(office, 2, due_on=day - 3 * DAY, mark=f"平{ahead}")
        sweep_on(office, at(day.year, day.month, day.day))
    return office


def in_force(office):
    return [one["reason"] for one in holds.in_force(office)]


@pytest.fixture
def busy(office, tmp_path):
    """An office whose usual is two a day, on a day on which twelve are due."""
    bound_by(office, tmp_path, hold_factor=3, hold_floor=5)
    with_a_usual(office)
    late_cases(office, 12)
    return office


def test_far_more_than_usual_is_held_and_nothing_is_lost(busy):
    held = scheduled_on(busy, BUSY)
    assert (held.hold, held.steps, held.waiting) == ("unusual", [], 12)
    assert scheduled_on(busy, BUSY + MINUTE).steps == []
    (entry,) = told(busy, "sweep_held")
    assert (entry["held_for"], entry["would_raise"], entry["usual"]) == ("unusual", 12, 2)
    assert [run.runs for run in rows(busy, SweepRun)][-1] == 2
    assert verify(busy).findings == []


def test_a_released_hold_lets_the_sweep_go_on(busy):
    scheduled_on(busy, BUSY)
    done = release(busy, by=signed(OFFICER, BUSY + MINUTE), at=BUSY + MINUTE, reason="年中集中到期，属实")
    assert done == {"released": ["unusual"], "covers": 12}
    assert scheduled_on(busy, BUSY + 2 * MINUTE).issued == 12
    assert (in_force(busy), len(told(busy, "hold_released"))) == ([], 1)
    assert verify(busy).findings == []


def test_a_release_covers_what_waited_and_no_more(busy):
    scheduled_on(busy, BUSY)
    release(busy, by=signed(DIRECTOR, BUSY), at=BUSY)
    by = signed(None, BUSY)
    assert scheduled_sweep(busy, clock=lambda: BUSY + MINUTE, by=by, batch_size=4).issued == 12
    late_cases(busy, 8, mark="又")
    assert scheduled_on(busy, BUSY + 2 * MINUTE).hold == "unusual"


def test_a_release_ends_with_the_cases_it_was_given_for(busy):
    scheduled_on(busy, BUSY)
    release(busy, by=signed(DIRECTOR, BUSY), at=BUSY)
    waited = [row.number for row in rows(busy, Case) if row.next_action_at and row.next_action_at <= BUSY]
    for number in waited:
        give(busy, stored(busy, number), "withdraw", DIRECTOR, BUSY + MINUTE, reason="重复立项")
    late_cases(busy, 8, due_on=date(2026, 7, 31), mark="又")
    assert scheduled_on(busy, at(2026, 8, 3)).hold == "unusual"


def test_a_release_covers_what_waited_beside_the_usual(office, tmp_path):
    bound_by(office, tmp_path, hold_factor=3, hold_floor=5, most_per_unit=7)
    with_a_usual(office)
    late_cases(office, 20)
    scheduled_on(office, BUSY)
    release(office, by=signed(OFFICER, BUSY), at=BUSY)
    scheduled_on(office, BUSY)
    late_cases(office, 4, OTHER, due_on=date(2026, 7, 23), mark="新")
    assert scheduled_on(office, BUSY + DAY).hold is None


def test_a_hold_and_its_release_count_every_rung_that_is_caught_up(office, tmp_path):
    office = with_a_second_rung(office, tmp_path, "all", hold_factor=2, hold_floor=5)
    with_a_usual(office)
    late_cases(office, 4, due_on=date(2026, 7, 17))
    now = at(2026, 8, 3)
    by = signed(None, now)
    wanted = len(preview(office, as_of=now, by=by).steps)
    assert (len(make_plan(office, as_of=now, by=by).steps), wanted > 8) == (wanted, True)
    assert scheduled_on(office, now).hold == "unusual"
    assert release(office, by=signed(OFFICER, now), at=now)["covers"] == wanted
    assert len(scheduled_on(office, now + MINUTE).steps) == wanted


def test_what_the_caps_leave_over_is_not_held_again(office, tmp_path):
    bound_by(office, tmp_path, hold_factor=3, hold_floor=5, most_per_unit=7)
    with_a_usual(office)
    late_cases(office, 20)
    scheduled_on(office, BUSY)
    release(office, by=signed(OFFICER, BUSY), at=BUSY)
    days = [scheduled_on(office, BUSY + ahead * DAY) for ahead in range(3)]
    assert [(one.hold, one.issued) for one in days] == [(None, 7), (None, 7), (None, 6)]


@pytest.mark.parametrize(("days", "due"), [(4, 12), (5, 6), (0, 12)])
def test_without_a_usual_or_within_it_nothing_is_held(office, tmp_path, days, due):
    bound_by(office, tmp_path, hold_factor=3, hold_floor=5)
    with_a_usual(office, days)
    late_cases(office, due)
    assert scheduled_on(office, BUSY).issued == due


def test_few_are_never_held(office, tmp_path):
    bound_by(office, tmp_path, hold_factor=2, hold_floor=12)
    with_a_usual(office)
    late_cases(office, 12)
    assert scheduled_on(office, BUSY).issued == 12


def test_two_workers_make_one_hold(busy):
    start = Barrier(2)

    def run(_):
        start.wait()
        return scheduled_on(busy, BUSY)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(run, range(2)))
    assert [report.hold for report in reports] == ["unusual", "unusual"]
    assert (len(rows(busy, Hold)), len(told(busy, "sweep_held"))) == (1, 1)
    assert verify(busy).findings == []


def test_an_operator_s_sweep_is_not_held(busy):
    scheduled_on(busy, BUSY)
    assert sweep_on(busy, BUSY).issued == 12


def test_only_the_office_releases(busy):
    with pytest.raises(NotFound):
        release(busy, by=signed(OFFICER, BUSY), at=BUSY)
    scheduled_on(busy, BUSY)
    with pytest.raises(NotPermitted):
        release(busy, by=signed(LIAISON, BUSY), at=BUSY)
    assert in_force(busy) == ["unusual"]


def test_the_doctor_tells_of_a_hold(busy):
    scheduled_on(busy, BUSY)
    assert any("已暂缓" in message and "12件" in message for _, message in doctors(busy, BUSY.date()))


def climbed(office):
    return Counter(row.step for row in rows(office, Escalation))


@pytest.mark.parametrize(
    ("catch_up", "raised"),
    [("highest", {"reminder": 3}), ("all", {"reminder": 3, "summons": 3}), ("hold", {})],
)
def test_after_downtime_the_policy_says_how_to_catch_up(office, tmp_path, catch_up, raised):
    office = with_a_second_rung(office, tmp_path, catch_up)
    late_cases(office, 3, due_on=date(2026, 7, 10))
    scheduled_on(office, at(2026, 7, 2))
    report = scheduled_on(office, at(2026, 8, 3))
    expected = {"summons": 3} if catch_up == "highest" else raised
    assert climbed(office) == expected
    assert report.hold == ("downtime" if catch_up == "hold" else None)
    assert verify(office).findings == []


def with_a_second_rung(office, folder, catch_up, **rule):
    """A policy with a rung above the reminder that waits for nothing but the day."""
    bound_by(office, folder, catch_up=catch_up, **rule)
    own = folder / "own_policy.toml"
    text = own.read_text(encoding="utf-8")
    start = text.index('[[rungs]]\nstep = "reminder"')
    reminder = text[start : text.index("[[rungs]]", start + 1)]
    more = reminder.replace('"reminder"\nlabel', '"summons"\nlabel').replace("offset = 1", "offset = 3")
    own.write_text(text.replace(reminder, reminder + more.replace('"提醒"', '"督办单"')), encoding="utf-8")
    settings = office.settings.model_copy(update={"policy": own})
    install(settings, by=signed(None, at(2026, 7, 1, 9, 45))).engine.dispose()
    return office


def test_caught_up_rung_by_rung_also_beyond_the_cap(office, tmp_path):
    office = with_a_second_rung(office, tmp_path, "all")
    late_cases(office, 3, due_on=date(2026, 7, 10))
    scheduled_on(office, at(2026, 7, 2))
    own = tmp_path / "own_policy.toml"
    own.write_text(
        own.read_text(encoding="utf-8").replace("per_sweep = 1000", "per_sweep = 4"), encoding="utf-8"
    )
    settings = office.settings.model_copy(update={"policy": own})
    install(settings, by=signed(None, at(2026, 7, 1, 9, 50))).engine.dispose()
    assert [scheduled_on(office, at(2026, 8, 3, 9, minute)).issued for minute in range(3)] == [4, 2, 0]
    assert climbed(office) == {"reminder": 3, "summons": 3}


@pytest.mark.parametrize(
    ("former", "now", "down"),
    [
        (at(2026, 7, 2, 17), at(2026, 7, 3, 16), False),
        (at(2026, 7, 2, 17), at(2026, 7, 3, 17), True),
        (at(2026, 7, 3, 17), at(2026, 7, 6, 16), False),
        (at(2026, 7, 3, 17), at(2026, 7, 6, 17), True),
    ],
)
def test_downtime_is_counted_in_working_days(office, tmp_path, former, now, down):
    bound_by(office, tmp_path, catch_up="hold")
    late_cases(office, 1, due_on=date(2026, 7, 1))
    sweep_on(office, former)
    late_cases(office, 1, due_on=date(2026, 7, 1), mark="新")
    assert scheduled_on(office, now).hold == ("downtime" if down else None)


def test_thirty_days_off_with_five_thousand_cases_is_one_sensible_step_each(office, tmp_path):
    bound_by(office, tmp_path, most_per_sweep=2_000, most_per_unit=10_000)
    for week in range(5):
        late_cases(office, 1_000, due_on=date(2026, 7, 30) - 4 * week * DAY, mark=f"批{week}")
    assert scheduled_on(office, at(2026, 7, 1, 9, 40)).cases_due == 0
    reports = [scheduled_on(office, at(2026, 8, 3, 9, minute)) for minute in range(4)]
    assert [report.issued for report in reports] == [2_000, 2_000, 1_000, 0]
    assert set(Counter(row.case_id for row in rows(office, Escalation)).values()) == {1}
    assert {step["case"][:2] for step in reports[0].steps} == {"批4", "批3"}


def test_an_upgrade_of_an_office_with_cases_starts_in_hold(bare_database, tmp_path):
    engine, config = open_engine(bare_database), migrations._config()
    with transaction(engine) as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0003")
        tx.execute(insert(queries.JOURNAL).values(id=0, seq=0, head=GENESIS))
        tx.exec_driver_sql(
            "INSERT INTO cases (id, seq, head, recorded_at, version, number, state, lifecycle, title,"
            " co_units, provisional, due_for_plan, open_ended, epoch, clocks, witnessed, extensions, returns)"
            " VALUES (1, 1, 'x', '2026-07-01', 1, '督1', 'draft', 'x', '路灯', '[]', false, false, false,"
            " 0, '[]', false, 0, 0)"
        )
    engine.dispose()
    for _ in range(2):
        office = install(settings_in(tmp_path, bare_database), by=signed(None))
        assert in_force(office) == ["upgrade"]
        assert [one["held_for"] for one in told(office, "sweep_held")] == ["upgrade"]
        office.engine.dispose()


def test_a_new_office_starts_without_a_hold(office):
    assert in_force(office) == []
