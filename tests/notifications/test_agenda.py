"""The appointment that goes with the mail of an assignment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from notifications.facts import KINDS
from notifications.samples import samples
from tests.notifications.matter import FACTS, with_fact
from tests.notifications.test_messages import mail, read

ASSIGNED = datetime(2026, 8, 31, 1, tzinfo=UTC)
HOSTILE = '堵点"整治\r\nBEGIN:VALARM\nX:1;,\\' + "长" * 400


def file_of(facts=FACTS["assignment"], kind="assignment", **changes):
    found = [*read(mail(kind, facts=facts, **{"date": ASSIGNED, **changes})).iter_attachments()]
    assert [one.get_filename() for one in found] == ["办理时限.ics"]
    return found[0]


def event_of(*args, **changes):
    (event,) = Calendar.from_ical(file_of(*args, **changes).get_payload(decode=True)).walk("VEVENT")
    return event


def test_an_assignment_brings_its_due_date_as_a_whole_day():
    calendar = Calendar.from_ical(file_of().get_payload(decode=True))
    (event,) = calendar.events
    assert (calendar["method"], str(calendar["version"])) == ("PUBLISH", "2.0")
    assert (event.start, event.end) == (date(2026, 10, 30), date(2026, 10, 31))
    assert event["summary"] == "办结时限：老旧小区消防通道堵塞整治"
    assert "事项编号：滨督2026-031" in event["description"]
    assert (event["organizer"], "attendee" in event) == ("mailto:duban@binhai.example", False)
    assert event["url"].isascii()
    assert calendar.errors == event.errors == []


def test_it_rings_three_working_days_before_at_nine():
    (alarm,) = event_of().walk("VALARM")
    assert alarm["trigger"].dt == timedelta(hours=9) - timedelta(days=3)
    assert date(2026, 10, 30) - timedelta(days=3) == date(2026, 10, 27)


def test_it_rings_on_the_day_itself_where_it_would_have_rung_already():
    (alarm,) = event_of(date=datetime(2026, 10, 27, 1, tzinfo=UTC)).walk("VALARM")
    assert alarm["trigger"].dt == timedelta(hours=9)


def test_a_later_mail_moves_the_appointment_instead_of_adding_one():
    later = with_fact(FACTS["assignment"], "case.due_on", "2026-11-30")
    before, after = event_of(), event_of(later, date=ASSIGNED + timedelta(seconds=1))
    assert before["uid"] == after["uid"]
    assert before["sequence"] < after["sequence"] < 2**31
    assert after.start == date(2026, 11, 30)


def test_another_matter_is_another_appointment():
    other = with_fact(FACTS["assignment"], "case.number", "滨督2026-032")
    assert event_of()["uid"] != event_of(other)["uid"]
    assert event_of()["uid"] == event_of(FACTS["dispatch_slip"], "dispatch_slip")["uid"]


def test_a_provisional_date_is_a_tentative_appointment():
    facts = with_fact(FACTS["assignment"], "case.due_on", None)
    event = event_of(with_fact(facts, "case.tentative_due_on", "2026-12-11"))
    assert (event["status"], event.start) == ("TENTATIVE", date(2026, 12, 11))
    assert event["summary"].startswith("办结时限（暂定）：")


def test_the_same_mail_brings_the_same_bytes_folded_at_75_octets_between_characters():
    facts = with_fact(FACTS["assignment"], "case.title", HOSTILE)
    content = file_of(facts).get_payload(decode=True)
    assert content == file_of(facts).get_payload(decode=True)
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and line.decode() is not None and b"\n" not in line for line in lines)
    event = event_of(facts)
    assert event["summary"].endswith("长" * 400)
    assert len(event.walk("VALARM")) == 1


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"assignment", "dispatch_slip"}))
def test_nothing_else_brings_an_appointment(kind):
    assert [*read(mail(kind, facts=samples(kind)[0].facts)).iter_attachments()] == []


def test_a_matter_without_a_date_brings_none():
    facts = with_fact(FACTS["assignment"], "case.due_on", None)
    assert [*read(mail("assignment", facts=facts)).iter_attachments()] == []
