"""A database restored from an older backup is noticed before anything leaves the house twice."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from psycopg.errors import ObjectInUse

from tests.builders import DIRECTOR, a_draft, at, late_cases, mark_of, rows, scheduled_on, signed, sweep_on
from tests.postbox import open_postbox
from tests.registers import TAKEN_OVER, take_over
from tests.services.test_holds import in_force
from tests.services.test_sweep_record import doctors, told
from workflow.errors import ConfigurationError, Held
from workflow.services.installation import install
from workflow.services.office import open_office
from workflow.services.outbox.sending import send_due
from workflow.services.restoring import check_sending, keep_mark
from workflow.services.scheduled import release
from workflow.services.verification import verify
from workflow.storage.models import OutboxMessage
from workflow.watermark import mark_beside

LATE, MINUTE = at(2026, 7, 23), timedelta(minutes=1)


def copied(home, url):
    """A copy of a database, once the server has seen its last connection go."""
    for _ in range(20):
        try:
            return home.copy(url)
        except ObjectInUse:
            time.sleep(0.1)
    return home.copy(url)


@pytest.fixture
def restored(office, home):
    """An office that has gone on after a backup, and the office as the backup has it."""
    late_cases(office, 2)
    keep_mark(office)
    office.engine.dispose()
    backup = copied(home, office.settings.database_url)
    office = open_office(office.settings)
    sweep_on(office, LATE)
    keep_mark(office)
    older = open_office(office.settings.model_copy(update={"database_url": backup}))
    yield office, older
    older.engine.dispose()
    office.engine.dispose()
    home.drop(backup)


def test_an_old_register_taken_over_between_two_sweeps_holds_nothing(office):
    scheduled_on(office, TAKEN_OVER)
    keep_mark(office)
    take_over(office)
    keep_mark(office)
    later = TAKEN_OVER + MINUTE
    assert scheduled_on(office, later).hold is None
    check_sending(office, by=signed(None, later))
    assert in_force(office) == []


def test_the_mark_follows_the_history_and_is_its_owner_s_alone(office):
    assert mark_of(office) is None
    keep_mark(office)
    first = mark_of(office)
    late_cases(office, 1)
    keep_mark(office)
    assert mark_of(office).event > first.event
    assert mark_beside(office.settings.secret_file).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in office.settings.secret_file.parent.glob("*.mark*")] == ["duban.secret.mark"]


def test_a_sound_office_is_not_held(office):
    late_cases(office, 1)
    for minutes in range(3):
        assert scheduled_on(office, LATE + minutes * MINUTE).hold is None
        check_sending(office, by=signed(None, LATE))
        keep_mark(office)
    assert in_force(office) == []


def test_a_restored_database_is_held_and_its_mark_stays(restored):
    office, older = restored
    before = mark_of(office)
    assert scheduled_on(older, LATE).hold == "restored"
    keep_mark(older)
    assert (mark_of(office), in_force(older), len(told(older, "sweep_held"))) == (before, ["restored"], 1)
    assert scheduled_on(older, LATE + MINUTE).steps == []


def test_mails_do_not_go_out_twice_from_a_restored_database(restored):
    _, older = restored
    sweep_on(older, LATE + MINUTE)
    with open_postbox(older) as (home, postbox), pytest.raises(Held) as refused:
        send_due(home, clock=lambda: LATE, by=signed(None, LATE))
    assert (refused.value.code, postbox.taken) == ("held_restored", [])
    assert {row.state for row in rows(older, OutboxMessage)} == {"queued"}


def test_a_database_that_has_grown_past_the_mark_since_is_still_noticed(restored):
    _, older = restored
    for _ in range(30):
        a_draft(older)
        sweep_on(older, LATE)
    assert scheduled_on(older, LATE).hold == "restored"


def test_after_a_release_everything_goes_on_from_the_new_mark(restored):
    _, older = restored
    scheduled_on(older, LATE)
    done = release(older, by=signed(DIRECTOR, LATE + MINUTE), at=LATE + MINUTE, reason="磁盘损坏，已恢复备份")
    assert done["released"] == ["restored"]
    assert scheduled_on(older, LATE + 2 * MINUTE).issued == 2
    with open_postbox(older) as (home, postbox):
        send_due(home, clock=lambda: LATE + 3 * MINUTE, by=signed(None, LATE + 3 * MINUTE))
    assert len(postbox.taken) == 1  # the two matters of the unit stand on one paper
    keep_mark(older)
    assert verify(older).findings == []


def test_a_mark_that_cannot_be_read_holds_too(office):
    mark_beside(office.settings.secret_file).write_text("{", encoding="utf-8")
    late_cases(office, 1)
    assert scheduled_on(office, LATE).hold == "restored"
    release(office, by=signed(DIRECTOR, LATE), at=LATE)
    assert mark_of(office) is not None


def test_a_mark_that_cannot_be_written_is_told(office):
    away = office.settings.model_copy(update={"secret_file": office.settings.files / "no" / "duban.secret"})
    with pytest.raises(ConfigurationError) as refused:
        keep_mark(replace(office, settings=away))
    assert refused.value.code == "mark_unwritable"


def test_the_doctor_notices_before_the_scheduler_does(restored):
    _, older = restored
    assert any("备份恢复" in message for _, message in doctors(older, LATE.date()))


def test_another_database_beside_the_same_key_is_no_restored_one(office, bare_database):
    late_cases(office, 1)
    keep_mark(office)
    other = install(office.settings.model_copy(update={"database_url": bare_database}), by=signed(None, LATE))
    check_sending(other, by=signed(None, LATE))
    assert scheduled_on(other, LATE).hold is None
    keep_mark(other)
    check_sending(office, by=signed(None, LATE))
    other.engine.dispose()
