"""The due date as an appointment: a calendar file (RFC 5545) that goes with the mail that hands a matter out.

Published, not an invitation: nobody answers it. The same matter and clock always make the same UID, and a
later mail a higher SEQUENCE, so that a changed date moves the appointment instead of adding one.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from notifications.facts import prepared
from notifications.messages.enclosures import Attachment
from states.office_time import office_day

KINDS = frozenset({"assignment", "dispatch_slip"})
"""The papers that hand a matter out (交办)."""

PRODUCT = "-//Duban//Duban//ZH"
MORNING = timedelta(hours=9)
EPOCH = 1_577_836_800
"""2020-01-01T00:00Z, from which SEQUENCE counts the seconds: within its 31 bits until 2088."""


def agenda(kind: str, facts: Mapping[str, Any], *, sender: str, dated: datetime) -> list[Attachment]:
    """The calendar file of a mail; none of a kind that hands nothing out, or of a matter without a date.

    The reminder rings at nine on `case.remind_on`, in the reader's own zone; on the due day where that has
    gone by. The same mail makes the same bytes.
    """
    told = prepared(facts)
    matter = told.get("case") or {}
    due_on = matter.get("due_on") or matter.get("tentative_due_on")
    if kind not in KINDS or due_on is None:
        return []
    calendar = Calendar()
    for name, value in {"prodid": PRODUCT, "version": "2.0", "method": "PUBLISH"}.items():
        calendar.add(name, value)
    event = _event(told, date.fromisoformat(due_on), sender, dated)
    calendar.add_component(event)
    parameters = {"charset": "utf-8", "method": "PUBLISH"}
    return [Attachment("办理时限.ics", calendar.to_ical(), "text/calendar", parameters)]


def _event(told: Mapping[str, Any], due_on: date, sender: str, dated: datetime) -> Event:
    matter, clock = told["case"], told.get("clock", "办结")
    tentative = "due_on" not in matter
    event = Event()
    event.add("uid", _uid(sender, matter["number"], clock))
    event.add("sequence", int(dated.timestamp()) - EPOCH)
    event.add("dtstamp", dated)
    event.add("dtstart", due_on)
    event.add("dtend", due_on + timedelta(days=1))
    event.add("summary", f"{clock}时限{'（暂定）' if tentative else ''}：{matter['title']}")
    event.add("description", "\n".join(_described(told, tentative)))
    event.add("organizer", _organizer(told, sender))
    event.add("status", "TENTATIVE" if tentative else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if "link" in told:
        event.add("url", told["link"])
    _remind(event, matter, due_on, office_day(dated))
    return event


def _uid(sender: str, number: str, clock: str) -> str:
    domain = sender.rpartition("@")[2]
    return f"{uuid5(NAMESPACE_URL, f'{domain}/{number}/{clock}')}@{domain}"


def _described(told: Mapping[str, Any], tentative: bool) -> list[str]:
    lines = [f"事项编号：{told['case']['number']}"]
    if "number" in told:
        lines.append(f"文号：{told['number']}")
    if tentative:
        lines.append("日期为暂定，放假安排公布后以正式通知为准。")
    return [*lines, f"交办机关：{told['office']['name']}"]


def _organizer(told: Mapping[str, Any], sender: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{sender}")
    organizer.params["cn"] = vText(told["office"]["name"])
    return organizer


def _remind(event: Event, matter: Mapping[str, Any], due_on: date, today: date) -> None:
    """An alarm counted from the beginning of the day, for an appointment of a whole day has no hour."""
    rings_on = date.fromisoformat(matter.get("remind_on", due_on.isoformat()))
    before = due_on - (rings_on if today < rings_on < due_on else due_on)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(event["summary"]))
    alarm.add("trigger", MORNING - before)
    event.add_component(alarm)
