"""Calling the API: a token, a base address, and the few things every caller would write for himself."""

# mypy: disable-error-code="no-any-return"
# What comes as JSON has the shape its operation is described with; a test holds each method to it.

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx

from workflow.client.errors import error_of
from workflow.client.files import attached
from workflow.client.settings import Settings
from workflow.client.shapes import (
    CalendarEnded,
    Caller,
    CaseDetail,
    CaseLine,
    Done,
    DraftOpened,
    EventAt,
    ImportDraft,
    Kept,
    Lying,
    MinutesRead,
    Offered,
    Opened,
    Redacted,
    Report,
    Token,
    TransitionsOutcome,
    Work,
)

V1 = "/api/v1"
PATIENCE, TRIES = 30.0, 3
Told = dict[str, Any]


class Case(CaseDetail):
    """A case as it was read, and the tag it was read under."""

    etag: str | None


@dataclass(frozen=True)
class File:
    """A file that was handed out."""

    name: str
    media_type: str
    data: bytes


class Client:
    """The API of one installation before the holder of a token.

    Raises `ApiError` of the kind of each refusal, and `httpx.HTTPError` where nobody answers. An unsafe
    request that nobody answered is sent again under the same key, so that it is carried out once.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: float = PATIENCE,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        bears = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self.http = httpx.Client(base_url=base_url, headers=bears, timeout=timeout, transport=transport)

    @property
    def settings(self) -> Settings:
        """What the office works by, for a token with the scope `admin`."""
        return Settings(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self.http.close()

    def get(self, path: str, **asked: Any) -> Any:
        """What lies at a path under `/api/v1`, as plain JSON; the methods below know its shape."""
        return self._answered("GET", path, params=_given(asked)).json()

    def post(
        self, path: str, body: Mapping[str, Any], *, key: str | None = None, if_match: str | None = None
    ) -> Any:
        """Send something once; without a `key` under a new one."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        headers |= {"If-Match": if_match} if if_match else {}
        return self._answered("POST", path, json=body, headers=headers).json()

    def each(self, path: str, **asked: Any) -> Iterator[Any]:
        """Everything of a list, leaf after leaf."""
        cursor = None
        while True:
            page = self.get(path, cursor=cursor, **asked)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def cases(self, *, fields: Sequence[str] | None = None, **filters: Any) -> Iterator[CaseLine]:
        """The cases there are for the caller, by the filters of the register."""
        return self.each("/cases", fields=",".join(fields) if fields else None, **filters)

    def case(self, number: str) -> Case:
        """One case, with the tag it is read under."""
        answer = self._answered("GET", case_path(number))
        return {**answer.json(), "etag": answer.headers.get("ETag")}  # type: ignore[typeddict-item]

    def open(self, command: str, details: Mapping[str, Any], *, key: str | None = None) -> Done:
        """Bring a matter into the register."""
        return self.post("/cases", {"command": command, "details": details}, key=key)

    def transitions(self, case: str | CaseDetail) -> list[Offered]:
        """What may be done with a case now."""
        return self.get(f"{case_path(case)}/transitions")["items"]

    def give(
        self,
        case: str | Case,
        command: str,
        details: Mapping[str, Any] | None = None,
        *,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Done:
        """Give a command on a case; on one that was read, only if nobody has acted on it since."""
        body: Told = {"command": command, "details": dict(details or {})}
        body |= {"at": at.isoformat()} if at else {}
        tag = None if isinstance(case, str) else case.get("etag")
        return self.post(f"{case_path(case)}/transitions", body, key=key, if_match=tag)

    def give_all(
        self, lines: Sequence[Mapping[str, Any]], *, key: str | None = None
    ) -> list[TransitionsOutcome]:
        """Give up to a hundred commands, each by itself; what became of each."""
        return self.post("/cases/transitions", {"items": list(lines)}, key=key)["items"]

    def events(self, since: str | None = None, *, types: Sequence[str] = ()) -> Iterator[EventAt]:
        """What happened since a cursor or an instant (ISO 8601 with its zone), up to now, in the one order of
        all: each `event` with the `cursor` to go on after it. From the beginning without one."""
        while True:
            leaf = self.get("/events", since=since, types=",".join(types) or None)
            yield from leaf["items"]
            since = leaf["cursor"]
            if not leaf["more"]:
                return

    def me(self) -> Caller:
        """Whoever the token stands for, and what it may."""
        return self.get("/me")

    def tokens(self) -> Iterator[Token]:
        """One's own tokens, with when each was used last."""
        return self.each("/me/tokens")

    def revoke_token(self, token: str, *, key: str | None = None) -> Token:
        """End one of them."""
        return self.post(f"/me/tokens/{quote(token, safe='')}/revoke", {}, key=key)

    def calendar_address(self, unit: str = "", *, key: str | None = None) -> str:
        """A new address of one's own calendar, or of a unit's; it is told this once."""
        return str(self.post("/me/calendars", {"unit": unit}, key=key)["link"])

    def revoke_calendar(self, unit: str = "", *, key: str | None = None) -> CalendarEnded:
        """End that address."""
        return self.post("/me/calendars/revoke", {"unit": unit}, key=key)

    def views(self) -> Kept:
        """The columns and views one keeps of the register's page."""
        return self.get("/register/views")

    def keep_view(self, name: str, *, key: str | None = None, **asked: str) -> Kept:
        """Keep what is looked for under a name."""
        return self.post("/register/views", {"name": name, "asked": asked}, key=key)

    def drop_view(self, name: str, *, key: str | None = None) -> Kept:
        """Do away with a view."""
        return self.post("/register/views/drop", {"name": name}, key=key)

    def choose_columns(self, columns: Sequence[str], *, key: str | None = None) -> Kept:
        """Choose the columns of the register's page."""
        return self.post("/register/columns", {"columns": list(columns)}, key=key)

    def report(self, **asked: Any) -> Report:
        """The figures of a month, a quarter or a year."""
        return self.get("/reports", **asked)

    def report_file(self, form: str = "xlsx", **asked: Any) -> File:
        """The same as a file."""
        return self.file("/reports/file", form=form, **asked)

    def hand_in(self, path: Path, *, key: str | None = None) -> ImportDraft:
        """Hand a ledger, a directory or a notice in."""
        return self.post("/imports", attached(path), key=key)

    def start_import(self, draft: ImportDraft, *, key: str | None = None) -> ImportDraft:
        """Bring a file in as it was when it was told of."""
        return self.post(f"/imports/{draft['id']}/start", {"version": draft["version"]}, key=key)

    def register_file(self, form: str = "xlsx", *, columns: Sequence[str] = (), **filters: Any) -> File:
        """What one is shown of the register as a file, of at most 20,000 lines."""
        chosen = ",".join(columns) or None
        return self.file("/register/file", form=form, columns=chosen, **filters)

    def ask_register_export(
        self, form: str = "xlsx", *, columns: Sequence[str] = (), key: str | None = None, **filters: str
    ) -> str:
        """Ask for the same of any length; the id of the work."""
        body = {"form": form, "columns": list(columns), "asked": filters}
        return str(self.post("/register/exports", body, key=key)["id"])

    def register_exports(self) -> Iterator[Work]:
        """Such work of one's own, the newest first."""
        return self.each("/register/exports")

    def register_export_file(self, work: str) -> File:
        """What came of it."""
        return self.file(f"/register/exports/{quote(work, safe='')}/file")

    def inbox(self, *, settled: bool = False) -> Iterator[Lying]:
        """What came in from elsewhere and waits, the longest waiting first; or what was dealt with."""
        return self.each("/inbox", settled=settled or None)

    def item(self, id: str) -> Opened:
        """An item whole, with what it may be about."""
        return self.get(f"/inbox/{quote(id, safe='')}")

    def redact_item(self, id: str, reason: str, *, key: str | None = None) -> Redacted:
        """Take away what a settled item says."""
        return self.post(f"/inbox/{quote(id, safe='')}/redaction", {"reason": reason}, key=key)

    def read_minutes(self, text: str | Path) -> MinutesRead:
        """The drafts a text, or a .txt or .docx file, holds; nothing is opened."""
        return self.post("/minutes/readings", {"text": text} if isinstance(text, str) else attached(text))

    def open_drafts(
        self, read: MinutesRead, drafts: Sequence[Mapping[str, str]], *, key: str | None = None
    ) -> list[DraftOpened]:
        """Open what was chosen of minutes that were read, as it was corrected, all or none."""
        body = {"drafts": [dict(one) for one in drafts], "text": read["text"]}
        return self.post("/minutes/drafts", body, key=key)["items"]

    def ask_export(self, form: str = "jsonl", *, key: str | None = None, **asked: Any) -> str:
        """Ask for an export of the history; the id of the work."""
        return str(self.post("/audit/exports", {"form": form, **asked}, key=key)["id"])

    def ask_audit_report(self, first: date, last: date, *, key: str | None = None) -> str:
        """Ask for an audit report; the id of the work."""
        days = {"first": first.isoformat(), "last": last.isoformat()}
        return str(self.post("/audit/reports", days, key=key)["id"])

    def work_file(self, work: str) -> File:
        """What came of such work."""
        return self.file(f"/audit/works/{quote(work, safe='')}/file")

    def file(self, path: str, **asked: Any) -> File:
        """A file at a path."""
        answer = self._answered("GET", path, params=_given(asked))
        said = answer.headers.get("Content-Disposition", "")
        name = said.partition("filename*=UTF-8''")[2]
        return File(httpx.URL(f"/{name}").path[1:], answer.headers["Content-Type"], answer.content)

    def _answered(self, method: str, path: str, **sent: Any) -> httpx.Response:
        for left in reversed(range(TRIES)):
            try:
                answer = self.http.request(method, V1 + path, **sent)
            except httpx.TransportError:
                if not left:
                    raise
            else:
                break
        if answer.is_error:
            raise error_of(answer)
        return answer


def case_path(case: str | CaseDetail) -> str:
    """The path of a case: what may mean something in a path is written `~2F`."""
    number = case if isinstance(case, str) else case["number"]
    return quote("/cases/" + "".join(one if _is_plain(one) else _escaped(one) for one in number))


def _is_plain(one: str) -> bool:
    return one.isprintable() if not one.isascii() else one.isalnum() or one in "-_"


def _escaped(one: str) -> str:
    return "".join(f"~{byte:02X}" for byte in one.encode())


def _given(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}
