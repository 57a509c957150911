"""The pages of an office as somebody finds them by their links, and the forms that stand on them."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from tests.web.browsing import Browser
from tests.web.rights import ROUTES

MANY = {
    "/cases/{number}": 24,
    "/cases/{number}/measures/{measure}": 4,
    "/signing/{kind}/{id}": 6,
    "/invitations/{token}": 2,
}
"""So many pages of these are opened, and one of any other kind: what stands on them differs."""

TOLD_APART = frozenset({"command", "act"})
PATHS = sorted({route.partition(" ")[2] for route in ROUTES}, key=lambda path: path.count("{"))
PATTERNS = {path: re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)) for path in PATHS}
Kind = tuple[str, ...]
"""A route, the act it is about, and the names of what is asked for."""


@dataclass(frozen=True)
class Field:
    """What is filled in: its name, how, what stands in it, and what there is to choose."""

    name: str
    kind: str
    value: str = ""
    choices: tuple[str, ...] = ()


@dataclass
class Form:
    """A form: where it is sent, and what it asks for."""

    method: str
    action: str
    has_files: bool
    fields: list[Field] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it leads as it stands there, if it is one that only asks."""
        return f"{self.action}?{urlencode([(one.name, one.value) for one in self.fields])}"

    @property
    def kind(self) -> Kind:
        """Forms of one kind ask for the same in the same place."""
        return (self.method, *kind_of(self.action), *sorted({one.name for one in self.fields}))


class Sheet(HTMLParser):
    """What leads on from a page: its links, its frames and its forms."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.text, self.links, self.forms = address, text, list[str](), list[Form]()
        self._open: Form | None = None
        self._named, self._apart = dict[str, Form](), list[tuple[str, Field]]()
        self._select, self._choices = dict[str, str](), list[str]()
        self.feed(text)
        for name, one in self._apart:
            self._named[name].fields.append(one)
        self.links += (one.address for one in self.forms if one.method == "get")

    @property
    def asked(self) -> list[Form]:
        """Its forms, and what its links ask for as if it were typed."""
        return [*self.forms, *(question for one in self.links if (question := _question(one)))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in ("a", "iframe") and (address := said.get("href") or said.get("src")):
            self._leads_to(address)
        elif tag == "form":
            self._begins(said)
        elif tag == "option":
            self._choices.append(said.get("value", ""))
        elif tag == "select":
            self._select, self._choices = said, []
        elif tag in ("input", "textarea", "button"):
            self._takes(said, Field(said.get("name", ""), said.get("type", tag), said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            name, first = self._select.get("name", ""), next(filter(None, self._choices), "")
            self._takes(self._select, Field(name, tag, first, tuple(self._choices)))

    def _leads_to(self, address: str) -> None:
        whole = urldefrag(urljoin(self.address, address)).url
        if not urlsplit(whole).scheme:
            self.links.append(whole)

    def _begins(self, said: dict[str, str]) -> None:
        action = urljoin(self.address, said.get("action") or self.address)
        self._open = Form(said.get("method", "get"), action, "enctype" in said)
        self._named[said.get("id", "")] = self._open
        self.forms.append(self._open)

    def _takes(self, said: dict[str, str], one: Field) -> None:
        if one.name and "form" in said:
            self._apart.append((said["form"], one))
        elif one.name and self._open:
            self._open.fields.append(one)
        if self._open and "formaction" in said:
            self.forms.append(replace(self._open, action=said["formaction"]))


def _question(link: str) -> Form | None:
    parts = urlsplit(link)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    fields = [Field(name, "link", value) for name, value in asked]
    return Form("get", parts.path, False, fields) if fields else None


def kind_of(address: str) -> Kind:
    """What kind of page an address leads to."""
    path, asked = urlsplit(address).path, urlsplit(address).query
    names = sorted({name for name, _ in parse_qsl(asked, keep_blank_values=True)})
    for route, pattern in PATTERNS.items():
        if found := pattern.fullmatch(path):
            acts = (act for name, act in found.groupdict().items() if name in TOLD_APART)
            return (route, *acts, *names)
    return (path, *names)


def walk(browser: Browser, *begin: str) -> Iterator[Sheet]:
    """Every kind of page that somebody comes to from where he begins; each link leads to one."""
    waiting, opened, known = deque((one, "") for one in begin), Counter[Kind](), set(begin)
    while waiting:
        address, page = waiting.popleft()
        kind = kind_of(address)
        opened[kind] += 1
        if opened[kind] > MANY.get(kind[0], 1):
            continue
        answer = browser.get(address)
        assert answer.status_code in (200, 303), (page, address, answer.status_code)
        sheet = Sheet(address, answer.text if "html" in answer.headers.get("content-type", "") else "")
        led_to = [answer.headers["location"]] if answer.is_redirect else sheet.links
        waiting += ((one, address) for one in led_to if one not in known)
        known.update(led_to)
        if sheet.text:
            yield sheet
