"""What an office works by, for a token with the scope `admin`: looked at, and changed."""

# mypy: disable-error-code="no-any-return"
# What comes as JSON has the shape its operation is described with; a test holds each method to it.

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import quote

from workflow.client.files import attached
from workflow.client.shapes import (
    Accepted,
    Activated,
    Amended,
    Authority,
    CalendarLoaded,
    DateMoved,
    Examined,
    Mail,
    MailDetail,
    MailDone,
    MailPost,
    PartRead,
    PersonDetail,
    PersonLine,
    Reformed,
    Saved,
    SeriesDetail,
    SeriesLine,
    Settled,
    ToldAt,
    UnitDetail,
    UnitLine,
    Watched,
    WebhookDone,
    WebhookMade,
    Wording,
    WordingFinding,
    WordingLine,
)

Command = Literal["hold", "release", "retry", "cancel"]
Deed = Literal["try", "rotate", "pause", "resume", "repeat", "revoke", "confirm", "decline"]


class Asks(Protocol):
    """What carries requests."""

    def get(self, path: str, **asked: Any) -> Any: ...

    def each(self, path: str, **asked: Any) -> Iterator[Any]: ...

    def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> Any: ...


class Settings:
    """The settings of one installation. Each change takes the `key` it is sent under, else a new one."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def units(self, **asked: Any) -> Iterator[UnitLine]:
        """The tree of units, each after the one above it."""
        return self._asks.each("/units", **asked)

    def unit(self, code: str) -> UnitDetail:
        """A unit; its `seen` is what an amendment of it names."""
        return self._asks.get(f"/units/{_part(code)}")

    def add_unit(self, code: str, name: str, *, key: str | None = None, **more: Any) -> Amended:
        """Let a unit join the directory."""
        return self._asks.post("/units", {"code": code, "name": name, **more}, key=key)

    def amend_unit(self, unit: Mapping[str, Any], *, key: str | None = None, **changed: Any) -> Amended:
        """Put right what is said of a unit that was read; what is left out stays."""
        body = {"seen": unit["seen"], **_plain(changed)}
        return self._asks.post(f"/units/{_part(unit['code'])}", body, key=key)

    def rename_unit(
        self, code: str, to: str, *, on: date, basis: str, dry_run: bool = False, key: str | None = None
    ) -> Reformed:
        """Let a unit go by another name, or with `dry_run` look at what that would do."""
        reform = {"kind": "rename", "to": to, "on": on.isoformat(), "basis": basis, "dry_run": dry_run}
        return self._asks.post(f"/units/{_part(code)}/reforms", {"reform": reform}, key=key)

    def merge_unit(
        self, code: str, into: str, *, on: date, basis: str, dry_run: bool = False, key: str | None = None
    ) -> Reformed:
        """Let a unit end and another go on with its work, or with `dry_run` look at what that would do."""
        reform = {"kind": "merge", "into": into, "on": on.isoformat(), "basis": basis, "dry_run": dry_run}
        return self._asks.post(f"/units/{_part(code)}/reforms", {"reform": reform}, key=key)

    def people(self, **asked: Any) -> Iterator[PersonLine]:
        """The people of the directory, by code."""
        return self._asks.each("/people", **asked)

    def person(self, code: str) -> PersonDetail:
        """Somebody with his posts and roles."""
        return self._asks.get(f"/people/{_part(code)}")

    def amend_person(self, person: Mapping[str, Any], *, key: str | None = None, **changed: Any) -> Amended:
        """Put right how somebody who was read is reached."""
        body = {"seen": person["seen"], **changed}
        return self._asks.post(f"/people/{_part(person['code'])}", body, key=key)

    def load_calendar(
        self, notice: Path, *, dry_run: bool = False, key: str | None = None, **more: Any
    ) -> CalendarLoaded:
        """Lay a holiday notice over the calendar, or look at what it would change."""
        body = {**attached(notice), "dry_run": dry_run, **_plain(more)}
        return self._asks.post("/calendars", body, key=key)

    def calendar_impact(self) -> Iterator[DateMoved]:
        """The dates that would come out otherwise by the calendar in force."""
        after: str | None = ""
        while after is not None:
            part = self._asks.get("/calendar-impact", after=after)
            yield from part["items"]
            after = part["next"]

    def settle(
        self,
        decision: Literal["accept", "decline"],
        cases: Sequence[str],
        *,
        reason: str = "",
        key: str | None = None,
    ) -> Settled:
        """Count these matters anew, or let their dates stand for a reason."""
        body = {"decision": decision, "cases": list(cases), "reason": reason}
        return self._asks.post("/calendar-impact/decisions", body, key=key)

    def policy_text(self, version: str | None = None) -> str:
        """The text of the policy in force, of a preset, or of one there was."""
        return str(self._asks.get("/policies/text", version=version)["source"])

    def examine_policy(self, source: str, *, simulate: bool = False) -> Examined:
        """What is found in a draft, what it changes, and how it would do on open matters."""
        return self._asks.post("/policies/examinations", {"source": source, "simulate": simulate})

    def activate_policy(self, source: str, *, authorises: bool = False, key: str | None = None) -> Activated:
        """Put a policy into force."""
        return self._asks.post("/policies", {"source": source, "authorises": authorises}, key=key)

    def authority(self) -> Authority:
        """Who signed for what goes out by itself."""
        return self._asks.get("/policies/authority")

    def authorise(self, *, key: str | None = None) -> Authority:
        """Sign for what the policy in force issues by itself."""
        return self._asks.post("/policies/authority", {"decision": "authorise"}, key=key)

    def revoke_authority(self, reason: str, *, key: str | None = None) -> Authority:
        """Take that back."""
        body = {"decision": "revoke", "reason": reason}
        return self._asks.post("/policies/authority", body, key=key)

    def post_office(self) -> MailPost:
        """How the post does."""
        return self._asks.get("/mail")

    def try_mail(self, address: str, *, key: str | None = None) -> Accepted:
        """Send a mail that says nothing but that it came."""
        return self._asks.post("/mail/trials", {"address": address}, key=key)

    def silence(
        self, address: str, reason: str, *, until: date | None = None, key: str | None = None
    ) -> Accepted:
        """Send nothing to an address."""
        body = {"address": address, "reason": reason, "until": until and until.isoformat()}
        return self._asks.post("/mail/silences", body, key=key)

    def lift_silence(self, address: str, reason: str = "", *, key: str | None = None) -> Accepted:
        """Send to it again."""
        return self._asks.post("/mail/silences/lift", {"address": address, "reason": reason}, key=key)

    def queue(self, part: str = "undelivered", **asked: Any) -> Iterator[Mail]:
        """The messages of a part of the queue, the newest first."""
        return self._asks.each("/mail/queue", part=part, **asked)

    def message(self, id: str) -> MailDetail:
        """One message, what became of it, and the commands that may be given on it."""
        return self._asks.get(f"/mail/queue/{_part(id)}")

    def deal_with(
        self, id: str, command: Command, *, reason: str = "", to: str | None = None, key: str | None = None
    ) -> MailDone:
        """Hold a message, let it go, send it again (`to` another address), give it up."""
        body = {"command": command, "reason": reason, "to": to}
        return self._asks.post(f"/mail/queue/{_part(id)}/transitions", body, key=key)

    def numbers(self) -> Iterator[SeriesLine]:
        """The series of numbers, and the next of each."""
        return self._asks.each("/numbers")

    def series(self, name: str, year: int, *, part: int = 0) -> SeriesDetail:
        """The gaps of a series of papers, and what was voided."""
        return self._asks.get(f"/numbers/{_part(name)}/{year}", part=part)

    def wordings(self) -> Iterator[WordingLine]:
        """The kinds of papers and mails."""
        return self._asks.each("/wordings")

    def wording(self, kind: str, version: str | None = None) -> Wording:
        """The sources of a kind by their parts."""
        return self._asks.get(f"/wordings/{_part(kind)}", version=version)

    def read_wording(self, kind: str, texts: Mapping[str, str]) -> list[PartRead]:
        """How these sources would read."""
        return self._asks.post(f"/wordings/{_part(kind)}/readings", {"texts": dict(texts)})["items"]

    def check_wording(self, kind: str, texts: Mapping[str, str]) -> list[WordingFinding]:
        """Everything found in these sources."""
        return self._asks.post(f"/wordings/{_part(kind)}/checks", {"texts": dict(texts)})["items"]

    def save_wording(
        self, wording: Mapping[str, Any], texts: Mapping[str, str], *, key: str | None = None
    ) -> Saved:
        """Use these sources from now on, in place of those that were read."""
        body = {"texts": dict(texts), "seen": wording["digest"]}
        return self._asks.post(f"/wordings/{_part(wording['kind'])}", body, key=key)

    def restore_wording(self, wording: Mapping[str, Any], *, key: str | None = None) -> Saved:
        """Use the packaged sources again, in place of those that were read."""
        path = f"/wordings/{_part(wording['kind'])}/restoration"
        return self._asks.post(path, {"seen": wording["digest"]}, key=key)

    def webhooks(self) -> Iterator[ToldAt]:
        """Where other programs are told, by host."""
        return self._asks.each("/webhooks")

    def webhook(self, id: str) -> Watched:
        """One of them, with what it was to be told last."""
        return self._asks.get(f"/webhooks/{_part(id)}")

    def propose_webhook(
        self,
        name: str,
        url: str,
        *,
        types: Sequence[str] = (),
        units: Sequence[str] = (),
        whole: bool = False,
        key: str | None = None,
    ) -> WebhookMade:
        """Propose an address to be told events; its secret is told this once."""
        body = {"name": name, "url": url, "types": list(types), "units": list(units), "whole": whole}
        return self._asks.post("/webhooks", body, key=key)

    def propose_call_back(self, source: str, url: str, *, key: str | None = None) -> WebhookMade:
        """Propose where a source is told what becomes of its items."""
        return self._asks.post("/webhooks/call-backs", {"source": source, "url": url}, key=key)

    def deal_with_webhook(
        self,
        id: str,
        command: Deed,
        *,
        since: datetime | None = None,
        reason: str = "",
        key: str | None = None,
    ) -> WebhookDone:
        """Do something about one: `repeat` needs `since`, `decline` a `reason`."""
        body = {"command": command, "since": since and since.isoformat(), "reason": reason}
        return self._asks.post(f"/webhooks/{_part(id)}/transitions", body, key=key)


def _part(name: str) -> str:
    return quote(name, safe="")


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one.isoformat() if isinstance(one, date) else one for name, one in given.items()}
