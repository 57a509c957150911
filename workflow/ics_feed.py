"""A calendar as telephones, Outlook and WPS subscribe to it (iCalendar, RFC 5545 and RFC 7986).

A day is a day (`VALUE=DATE`), an instant is told in the office's zone. Of a matter stand its number and its
title, nothing else; whatever is not listed any more is gone at the next fetch.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from states.agenda import Occasion
from states.calendar import ONE_DAY
from states.characters import without_deceptive
from states.office_time import OFFICE_ZONE
from workflow.addresses import page_of
from workflow.services.agendas import Entry

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Duban//督办日历//ZH"
ZONE_NAME = "Asia/Shanghai"
REFRESHED_EVERY = timedelta(hours=4)
NINE_BEFORE, NINE_THREE_BEFORE, NINE_SAME_DAY = timedelta(hours=-15), timedelta(hours=-63), timedelta(hours=9)
"""From the beginning of a day: nine o'clock the day before, three days before, and on the day itself."""
DAY_BEFORE, HOUR_BEFORE = timedelta(days=-1), timedelta(hours=-1)
LARGE = frozenset({Occasion.DUE, Occasion.PLAN, Occasion.LOOKBACK})
"""What is called to mind three days before as well."""
SMALL = frozenset({Occasion.ACKNOWLEDGE, Occasion.FEEDBACK, Occasion.PUBLIC, Occasion.REVIEW})
"""What is called to mind on its day alone."""


def written(name: str, entries: Iterable[Entry], *, office_code: str, public_url: str | None) -> bytes:
    """The calendar of somebody or of a unit. The same days make the same bytes."""
    made = Calendar()
    titled = f"督办日历（{without_deceptive(name)}）"
    for field, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN")):
        made.add(field, value)
    for field, value in (("method", "PUBLISH"), ("name", titled), ("x-wr-calname", titled)):
        made.add(field, value)
    made.add("x-wr-timezone", ZONE_NAME)
    made.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT4H")
    made.add_component(_zone())
    for one in entries:
        made.add_component(_event(one, office_code, (public_url or "").rstrip("/")))
    return bytes(made.to_ical())


def _zone() -> Timezone:
    """Beijing time, as it has been since 1991: no day of a matter is older."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE_NAME)
    standard.add("dtstart", datetime(1991, 9, 15))  # noqa: DTZ001  (local time by definition)
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(one: Entry, office_code: str, base: str) -> Event:
    """One day. Its UID stays as long as it is the same thing of the same matter, however it moves."""
    made, dated, title = Event(), one.dated, without_deceptive(one.title)
    made.add("uid", f"{uuid5(NAMESPACE_URL, f'duban:{office_code}:{one.case_id}:{dated.key}')}@duban")
    made.add("dtstamp", one.changed_at.astimezone(UTC))
    made.add("last-modified", one.changed_at.astimezone(UTC))
    made.add("sequence", one.seq)
    made.add("summary", f"〔{dated.label}〕{title}")
    made.add("description", f"{one.number}　{title}\n{dated.label}。以系统页面为准。")
    made.add("categories", [dated.occasion.label])
    made.add("status", "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    made.add("class", "PRIVATE")
    if base:
        made.add("url", base + quote(page_of(one.number)))
    _set_time(made, one)
    return made


def _set_time(made: Event, one: Entry) -> None:
    dated = one.dated
    if dated.at is None:
        made.add("dtstart", dated.on)
        made.add("dtend", dated.on + ONE_DAY)
        told = _before_a_day(dated.occasion)
    else:
        made.add("dtstart", dated.at.astimezone(OFFICE_ZONE))
        told = (DAY_BEFORE, HOUR_BEFORE)
    for before in told:
        made.add_component(_alarm(before, str(made["summary"])))


def _before_a_day(occasion: Occasion) -> tuple[timedelta, ...]:
    if occasion in LARGE:
        return NINE_THREE_BEFORE, NINE_BEFORE
    return (NINE_SAME_DAY if occasion in SMALL else NINE_BEFORE,)


def _alarm(before: timedelta, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", before)
    return alarm
