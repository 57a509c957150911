"""Send windows: nobody is written to by night or on a rest day, except when an operator says so."""

from datetime import UTC, timedelta

import pytest

from tests.builders import a_case, at, kinds, rows, signed, sweep_on, under_policy
from tests.postbox import free_port, open_postbox, writing_to
from workflow.scheduler import Scheduler
from workflow.services.installation import install
from workflow.services.outbox.sending import send_due
from workflow.services.register import show
from workflow.services.timeline import history
from workflow.services.verification import verify
from workflow.storage.models import OutboxMessage

pytestmark = pytest.mark.mail

MIDNIGHT, MORNING, OPENS = at(2026, 7, 23, 0, 5), at(2026, 7, 23, 8, 29), at(2026, 7, 23, 8, 30)
EVENING, SATURDAY = at(2026, 7, 22, 17, 30), at(2026, 7, 25, 10)
MINUTE = timedelta(minutes=1)
DAY_HOURS = "opens = 08:30:00\ncloses = 17:30:00"


def scheduled(office, *instants):
    """A run by the scheduler, by a clock that shows these instants and then stands still."""
    shown = list(instants)
    clock = lambda: shown.pop(0) if len(shown) > 1 else shown[0]  # noqa: E731
    return send_due(office, clock=clock, by=signed(None, instants[0]), in_window=True)


def states(office):
    return sorted(one.state for one in rows(office, OutboxMessage))


@pytest.mark.parametrize("when", [MIDNIGHT, MORNING, EVENING, SATURDAY, at(2026, 10, 2, 10)])
def test_nothing_leaves_by_night_or_on_a_rest_day_but_papers_are_laid_out(office, when):
    case = a_case(office, "assigned")
    with open_postbox(office) as (home, postbox):
        report = scheduled(home, when)
    assert (report.sent, report.failed, report.deferred, report.waiting) == (0, 0, 0, 1)
    assert (report.rendering.rendered, postbox.taken) == (1, [])
    assert rows(office, OutboxMessage)[0].attempts == 0
    assert kinds(office, case)[-1] == "document_rendered"


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        (MIDNIGHT, OPENS),
        (MORNING, OPENS),
        (EVENING, OPENS),
        (SATURDAY, at(2026, 7, 27, 8, 30)),
        (at(2026, 9, 20, 10), None),  # a Sunday worked for the National Day
        (at(2026, 9, 30, 18), at(2026, 10, 8, 8, 30)),
    ],
)
def test_the_report_says_when_mails_may_leave_again(office, when, opens):
    report = scheduled(office, when.astimezone(UTC))
    assert report.window_opens_at == opens
    assert report.as_json()["window_opens_at"] == (opens.isoformat() if opens else None)


def test_what_waited_leaves_when_the_window_opens(office):
    a_case(office, "assigned")
    with open_postbox(office) as (home, _):
        assert [scheduled(home, when).sent for when in (MIDNIGHT, MORNING, OPENS)] == [0, 0, 1]
    assert rows(office, OutboxMessage)[0].sent_at == OPENS


def test_an_operator_sends_at_any_hour(office):
    a_case(office, "assigned")
    with open_postbox(office) as (home, _):
        report = send_due(home, clock=lambda: MIDNIGHT, by=signed(None, MIDNIGHT))
    assert (report.sent, report.window_opens_at) == (1, None)


def test_by_night_no_relay_is_asked_and_none_is_missed(office):
    a_case(office, "assigned")
    for relay in (None, f"smtp://127.0.0.1:{free_port()}?tls=none"):
        report = scheduled(writing_to(office, relay), MIDNIGHT)
        assert (report.relay, report.waiting) == (None, 1)


def test_a_run_that_begins_before_closing_time_stops_at_it_and_gives_the_rest_back(office):
    """By a clock that goes on by twenty seconds at every look; an attempt that began in time is ended."""
    for _ in range(5):
        a_case(office, "assigned")
    begins = EVENING - 2 * MINUTE
    shown = [begins + look * timedelta(seconds=8) for look in range(90)]
    with open_postbox(office) as (home, postbox):
        report = scheduled(home, *shown)
        assert 0 < report.sent < 5
        assert (len(postbox.taken), report.waiting) == (report.sent, 5 - report.sent)
        assert all(one.sent_at <= EVENING + MINUTE for one in rows(office, OutboxMessage) if one.sent_at)
        assert states(office) == ["queued"] * report.waiting + ["sent"] * report.sent
        assert sum(one.attempts for one in rows(office, OutboxMessage)) == report.sent
        assert report.window_opens_at == OPENS
        assert scheduled(home, OPENS).sent == 5 - report.sent
    assert verify(office).findings == []


def test_no_batch_is_leased_once_the_window_has_closed(office, monkeypatch):
    monkeypatch.setattr("workflow.services.outbox.attempts.BATCH", 1)
    for _ in range(3):
        a_case(office, "assigned")
    with open_postbox(office, mail_connections=1) as (home, _):
        report = scheduled(home, *[EVENING - MINUTE] * 9, EVENING)
    assert (report.sent, report.waiting, states(office)) == (1, 2, ["queued", "queued", "sent"])


def test_a_mail_that_must_be_tried_again_is_not_given_up_over_the_holidays(office):
    eve = at(2026, 9, 30, 17)
    a_case(office, "assigned", eve)
    with open_postbox(office, *["451 4.3.0 later"] * 2) as (home, _):
        assert scheduled(home, eve).deferred == 1
        assert scheduled(home, at(2026, 10, 5, 10)).deferred == 0
        assert scheduled(home, at(2026, 10, 8, 8, 30)).deferred == 1
        assert scheduled(home, at(2026, 10, 8, 9)).sent == 1


def test_an_office_s_own_hours_are_those_of_the_policy_in_force(office, tmp_path):
    a_case(office, "assigned")
    by_night = under_policy(office, tmp_path, DAY_HOURS, "opens = 00:00:00\ncloses = 06:00:00")
    install(by_night, by=signed(None)).engine.dispose()
    with open_postbox(office) as (home, _):
        assert [scheduled(home, when).sent for when in (OPENS, MIDNIGHT)] == [0, 1]


def test_a_closed_window_is_no_failure_of_the_scheduler(office):
    a_case(office, "assigned")
    clock = [MIDNIGHT]
    with open_postbox(office) as (home, postbox):
        ticking = Scheduler(home, clock=lambda: clock[-1])
        ticking.mail.failures, ticking.mail.finished = 3, 0.0
        ticking.mail.run()
        assert (ticking.mail.failures, ticking.mail.healthy, postbox.taken) == (0, True, [])
        clock.append(OPENS)
        ticking.mail.run()
    assert len(postbox.taken) == 1


def test_when_a_notice_was_issued_and_when_its_mail_left_are_two_facts(office):
    case = a_case(office, when=at(2026, 7, 1))
    sweep_on(office, MIDNIGHT)
    with open_postbox(office) as (home, _):
        scheduled(home, MIDNIGHT)
        before = show(office, case.number, today=OPENS)
        scheduled(home, OPENS)
    now = show(office, case.number, today=SATURDAY)
    then = show(office, case.number, today=SATURDAY, as_of=MORNING)
    reminder, unsent, past = (the_reminder(one) for one in (now, before, then))
    assert (reminder["issued_at"], reminder["sent_at"]) == told(MIDNIGHT, OPENS)
    assert (unsent["sent_at"], past["sent_at"]) == (None, None)
    assert [mail["sent_at"] for mail in reminder["mails"]] == [reminder["sent_at"]]
    assert then["documents"] == before["documents"]
    times = {one["kind"]: one["occurred_at"] for one in history(office, case.number)[-2:]}
    assert times["mail_sent"] == reminder["sent_at"]


def the_reminder(shown):
    (found,) = (one for one in shown["documents"] if one["kind"] == "reminder")
    return found


def told(*instants):
    return tuple(one.astimezone(UTC).isoformat() for one in instants)
