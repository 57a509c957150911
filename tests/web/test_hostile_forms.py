"""Whatever is typed into a form or an address, by whomever: it is taken as words or refused in Chinese."""

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from urllib.parse import urlencode

import httpx
import pytest

from states.vocabulary import Role
from tests.builders import rows
from tests.web.browsing import Browser
from tests.web.furnishing import INVITED, furnish
from tests.web.playing import Play
from tests.web.rights import ROUTES, Somebody, Who
from tests.web.walking import Field, Form, Kind, Sheet, walk
from workflow.services.outbox.by_hand import BY_HAND
from workflow.storage.models import OutboxMessage
from workflow.web.pages import accounts, imports, intake, machines
from workflow.web.pages.settings import mail, units, webhooks

SENDING = (
    *(Somebody.STRANGER, Role.OFFICER, Role.LIAISON, Role.UNIT_HEAD, Somebody.CO_LIAISON, Role.AUDITOR),
    *(Role.ORGANIZATION, Role.CLERK, Role.ARCHIVIST, Role.LEADER, Role.SIGNER, Role.PRINCIPAL),
    *(Role.SEAL_KEEPER, Somebody.DEPUTY, Somebody.NO_ROLE, Role.DIRECTOR, Role.AUDIT_ADMIN),
    *(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
)
"""Those who lock others out come last."""

LONG, FAR_TOO_LONG, LONGEST = 5_000, 300_000, 60_000
"""The last is what an address may have: a server reads none beyond 64 KiB."""

HOSTILE = (
    "a\0b",
    "\ud800",
    "\u202e\u2066倒过来的字\u200f",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "'; DROP TABLE cases; --",
    "{{ 7*7 }}{% raw %}",
    "9" * 5_000,
    "-1e999",
    "9999-12-31",
    "2026-02-30T25:61",
    " \t\r\n　",
    "机密★10年",
    "~/../%00%2e%2e",
    "字" * LONG,
    "x" * FAR_TOO_LONG,
)
IN_AN_ADDRESS = (*HOSTILE[:-2], "x" * LONG)
PLAUSIBLE = {
    "limit": "15wd",
    "lead_unit": "市城市管理局",
    "unit": "市城市管理局",
    "person": "BH216-L",
    "year": "2026",
    "nodes": "完成招标:10:30",
    "target": "20wd",
}
"""What stands in the other fields while one is wrong."""

ACTS_AT: Mapping[str, Collection[str]] = {
    "/imports/{draft}/{act}": imports.ACTS,
    "/intake/{item}/{act}": intake.ACTS,
    "/settings/units/{code}/{act}": {"amend", *units.REFORMS},
    "/settings/mail/acts/{act}": mail.ACTS,
    "/settings/mail/queue/{id}/{act}": BY_HAND,
    "/settings/webhooks/acts/{act}": webhooks.ACTS,
    "/machines/{token}/{act}": machines.ACTS,
    "/accounts/{person}/{act}": accounts.ACTS,
}

OURS = frozenset({"_token", "_form", "_seen", "seen"})
"""What a page says of itself."""

POSTS = {
    (path, act) if act else (path,)
    for route in ROUTES
    if route.startswith("POST ") and "demonstration" not in route
    for path in [route.removeprefix("POST ")]
    for act in ACTS_AT.get(path, [""])
}
"""Where forms are sent, and for which act where one address is for several; what the demo alone has apart."""

Filled = list[tuple[str, str]]
PLAIN, IN_PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=xyz"
CHINESE = re.compile("[一-鿿]")
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.mark.timeout(900)
def test_no_form_and_no_address_fails_whatever_is_typed_into_it(play: Play) -> None:
    places, seen, faults = furnish(play), set[Kind](), list[str]()
    turns = count()
    for who in SENDING:
        front = ["/sign-in"] if who is Somebody.STRANGER else ["/", "/account"]
        for sheet in [*walk(play.browser(who), *front, *places.get(who, ()))]:
            for form in sheet.asked:
                if form.kind not in seen and not form.action.startswith("/static"):
                    seen.add(form.kind)
                    faults += attacked(play, who, sheet.address, form, next(turns))
    for who, address, names in led_to_by_nothing(play, places):
        form = Form("post", address, False, [Field(one, "text") for one in ("_token", "_form", *names)])
        seen.add(form.kind)
        faults += attacked(play, who, form.action, form, next(turns))
    assert len(seen) > 150
    assert faults == []
    assert POSTS - {place_of(kind) for kind in seen} == set()


def place_of(kind: Kind) -> tuple[str, ...]:
    """Where a form is sent, and for which act where one address is for several."""
    is_for_several = kind[1].endswith("{act}")
    return kind[1:3] if is_for_several else kind[1:2]


def led_to_by_nothing(
    play: Play, places: Mapping[Who, list[str]]
) -> Iterator[tuple[Who, str, Sequence[str]]]:
    """Forms that stand where no page leads to without something that was done before: whose, where they are
    sent, and what they ask for."""
    case, draft, item = (one.partition("?")[0] for one in places[Role.OFFICER])
    message = rows(play.office, OutboxMessage)[0].id
    drafts = [f"{one}-0" for one in ("title", "source", "basis", "requirement", "chosen", "quote", "marker")]
    yield from (
        (Role.OFFICER, "/account/second-factor", ("code",)),
        (Role.OFFICER, "/account/tokens/none/revoke", ()),
        (Role.OFFICER, "/intake/draft/open", ("text", *drafts)),
        (Role.OFFICER, f"{item}/note", ("_seen",)),
        (Role.OFFICER, f"{draft}/mapping", ("name",)),
        (Role.OFFICER, f"{draft}/options", ("source", "known_since", "year")),
        (Role.DIRECTOR, "/settings/calendars/impact", ("decision", "cases", "number", "reason", "after")),
        (Role.DIRECTOR, "/settings/mail/acts/allow", ("address", "reason")),
        (Role.AUDITOR, "/audit/verification", ("checkpoint", "file", "reason")),
        (Role.AUDITOR, f"{case}/withheld/none", ("reason",)),
    )
    for act in ("hold", "release", "retry", "cancel"):
        yield Role.DIRECTOR, f"/settings/mail/queue/{message}/{act}", ("to", "reason")
    for act in webhooks.ACTS.keys() - {"add"}:
        yield Role.SYSTEM_ADMIN, f"/settings/webhooks/acts/{act}", ("webhook", "since")
    for act in accounts.ACTS:
        yield Role.SYSTEM_ADMIN, f"/accounts/{INVITED[0]}/{act}", ("reason", "until")
    for act in machines.ACTS:
        yield Role.SECURITY_ADMIN, f"/machines/none/{act}", ("reason",)


def attacked(play: Play, who: Who, page: str, form: Form, turn: int) -> Iterator[str]:
    """What was wrong with the answers to a form that was filled in badly, in many ways."""
    form = as_it_stands_now(play, who, page, form)
    for spoilt in spoilings(form, turn):
        filled = spoilt([(one.name, plausible(one)) for one in form.fields])
        answer = sent(play.browser(who), form, filled)
        if is_wrong(answer):
            yield f"{who} {form.action} {str(filled)[:300]}: {answer.status_code} {words_of(answer)}"
        if answer.is_redirect or answer.status_code in (401, 409):
            form = as_it_stands_now(play, who, page, form)


def spoilings(form: Form, turn: int) -> Iterator[Callable[[Filled], Filled]]:
    """Ways to spoil it: all fields wrong alike, each by itself, some missing, all twice.

    All are wrong with every third of the words; the next forms take the others in turn.
    """
    names = {one.name for one in form.fields}
    values = HOSTILE if form.method == "post" else IN_AN_ADDRESS
    for words in values[turn % 3 :: 3]:
        yield partial(with_words, words, names - OURS)
    for at, name in enumerate(sorted(names - OURS)):
        yield partial(with_words, values[(turn + at) % len(values)], {name})
    yield lambda filled: [one for one in filled if one[0] in OURS]
    yield lambda filled: [one for one in filled if one[0] not in OURS]
    yield lambda filled: [*filled, *filled, ("nobody-asked", "for this")]


def with_words(words: str, names: Collection[str], filled: Filled) -> Filled:
    """A form with these words in some of its fields."""
    return [(name, words if name in names else value) for name, value in filled]


def plausible(one: Field) -> str:
    """What somebody with good will would fill in."""
    if one.name == "_form":
        return secrets.token_urlsafe(9)
    if one.value or one.kind in ("hidden", "file", "link"):
        return one.value
    return PLAUSIBLE.get(one.name, "2026-08-28" if one.kind == "date" else "请核查")


def sent(browser: Browser, form: Form, filled: Filled) -> httpx.Response:
    """The answer to it."""
    if form.method == "get":
        asked = urlencode(filled, errors="surrogatepass")[:LONGEST]
        return browser.get(f"{form.action}?{asked}")
    if not form.has_files:
        content = urlencode(filled, errors="surrogatepass").encode()
        return browser.post(form.action, content=content, headers={"content-type": PLAIN})
    files = {one.name for one in form.fields if one.kind == "file"}
    content = b"".join(part(name, value, name in files) for name, value in filled) + b"--xyz--\r\n"
    return browser.post(form.action, content=content, headers={"content-type": IN_PARTS})


def part(name: str, value: str, is_file: bool) -> bytes:
    """A field within a body of many parts; a file is called as it reads."""
    words = value.encode("utf-8", "surrogatepass")
    called = b'; filename="' + words[:200].translate(None, b'"\r\n') + b'.xlsx"' if is_file and words else b""
    head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"'.encode()
    return b"".join((head, called, b"\r\n\r\n", words, b"\r\n"))


def is_wrong(answer: httpx.Response) -> bool:
    """Whether somebody is told of a fault, or is refused without being told why."""
    told = "text/html" in answer.headers.get("content-type", "") and CHINESE.search(answer.text)
    return answer.status_code >= 500 or (answer.status_code >= 400 and not told)


def words_of(answer: httpx.Response) -> str:
    """What a page says in its body."""
    return re.sub(r"<[^>]*>|\s+", " ", answer.text.partition("<main")[2])[:500]


def as_it_stands_now(play: Play, who: Who, page: str, form: Form) -> Form:
    """The same form as the page shows it now; what is gone from there is sent with the token of now."""
    if play.browser(who).get(page).status_code == 303:
        play.leaves(who)
    answer = play.browser(who).get(page)
    shown = Sheet(page, answer.text).asked if answer.status_code == 200 else []
    token = Field("_token", "hidden", play.token(who))
    kept = replace(form, fields=[token if one.name == "_token" else one for one in form.fields])
    return next((one for one in shown if one.kind == form.kind), kept)
