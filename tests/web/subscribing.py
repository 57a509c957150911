"""A calendar as somebody's telephone reads it."""

from datetime import datetime

from icalendar import Calendar

from tests.builders import OPENED, signed
from tests.web.browsing import account_of
from workflow.services.accounts import feeds


def subscribed(office, person, unit="", at=OPENED):
    """The path of a new calendar of somebody, or of a unit of his."""
    account_of(office, person)
    return feeds.make(office, unit, by=signed(person, at), at=at).link


def fetched(pages, path):
    """What a telephone that knows the address gets: the calendar."""
    answer = pages.stranger().get(path)
    assert answer.status_code == 200, (answer.status_code, answer.text[:300])
    return Calendar.from_ical(answer.content)


def days(calendar):
    """The days of a calendar by what each says."""
    return {str(one["SUMMARY"]): one["DTSTART"].dt for one in calendar.walk("VEVENT")}


def entry(calendar, words):
    """The one event whose summary has these words."""
    (found,) = (one for one in calendar.walk("VEVENT") if words in str(one["SUMMARY"]))
    return found


def is_moment(value):
    return isinstance(value, datetime)
