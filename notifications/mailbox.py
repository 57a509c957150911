"""Taking new mails out of a mailbox, one by one, over IMAP.

A mail counts as taken only when whoever it was handed to has returned: then it is marked read, or moved. A
process killed in between meets the same mail again, so whoever takes mails must bear one twice. Blocking,
with a time limit on every answer; settings arrive as arguments.
"""

import base64
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self, cast
from urllib.parse import parse_qs, unquote

from notifications.errors import MailboxAddressInvalid, MailboxTrouble
from notifications.server_urls import Encryption, parts_of

Stage = Literal["connect", "login", "folder", "fetch"]

MAIL_BOUND = 10 * 1024 * 1024
"""Octets of one mail that are fetched; what is longer is handed over cut off."""
BATCH = 50
TIMEOUT = 60.0
SCHEMES: Mapping[str, Encryption] = {"imap": "starttls", "imaps": "tls"}
DEFAULT_PORTS: Mapping[str, int] = {"none": 143, "starttls": 143, "tls": 993}
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
CLIENT = '("name" "duban" "version" "1")'
"""What we call ourselves (RFC 2971): 网易 lets no client into a folder that has not said its name."""

Take = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """Which folder of which mailbox, and how to enter. The password never shows in a representation."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: Encryption = "tls"
    folder: str = "INBOX"

    @classmethod
    def parse(cls, url: str) -> Self:
        """From `imaps://user:pass@host:port/INBOX`, or `imap://…?tls=none|starttls|tls`.

        `imaps` is TLS from the first byte; with `imap` STARTTLS is demanded unless `tls` says so. User,
        password and folder are percent-encoded; the folder may be Chinese. Raises MailboxAddressInvalid.
        """
        try:
            parts = parts_of(url)
        except ValueError:
            raise _invalid("主机名或端口写法有误") from None  # the cause repeats a part of the URL
        if parts.scheme not in SCHEMES or not (parts.hostname and parts.username and parts.password):
            raise _invalid("应形如 imaps://用户:密码@主机:端口/INBOX")
        tls = parse_qs(parts.query).get("tls", [SCHEMES[parts.scheme]])[-1]
        if tls not in DEFAULT_PORTS or (parts.scheme == "imaps" and tls != "tls"):
            raise _invalid("tls 只能是 none、starttls 或 tls，imaps 只能是 tls")
        named = [unquote(one) for one in (parts.username, parts.password, parts.path.strip("/") or "INBOX")]
        if any(CONTROL.search(one) for one in named):
            raise _invalid("用户名、密码或文件夹含有控制字符")
        encryption = cast(Encryption, tls)
        return cls(parts.hostname, parts.port or DEFAULT_PORTS[tls], named[0], named[1], encryption, named[2])


def fetch_mails(
    address: MailboxAddress,
    take: Take,
    *,
    move_to: str | None = None,
    limit: int = BATCH,
    timeout: float = TIMEOUT,
) -> int:
    """Hand at most `limit` new mails to `take`, oldest first, and tell how many it took.

    New are unread mails; with `move_to`, a folder of the same mailbox, all that have not been moved yet. Each
    is handed over as bytes, at most 10 MiB of it, and marked read or moved once `take` has returned; where a
    server cannot move, it is copied and marked deleted. What `take` raises ends the batch and goes on to the
    caller, and its mail stays new. `timeout` is in seconds, for each answer. Raises MailboxTrouble.
    """
    with _entered(address, timeout) as mailbox:
        places = _new_mails(mailbox, "UNDELETED" if move_to else "UNSEEN UNDELETED")[:limit]
        taken = 0
        for place in places:
            mail = _fetched(mailbox, place)
            if mail is not None:
                take(mail)
                _put_away(mailbox, place, move_to)
                taken += 1
        return taken


@contextmanager
def _entered(address: MailboxAddress, timeout: float) -> Iterator[imaplib.IMAP4]:
    """The mailbox with its folder opened; left properly or, where that fails, just left."""
    with _stage("connect"):
        mailbox = _connected(address, timeout)
    try:
        with _stage("login", secret=address.password):
            _log_in(mailbox, address)
        with _stage("folder"):
            _done(mailbox.select(_folder(address.folder)))
        yield mailbox
    finally:
        _leave(mailbox)


def _connected(address: MailboxAddress, timeout: float) -> imaplib.IMAP4:
    if address.tls == "tls":
        trusted = ssl.create_default_context()
        return _TlsConversation(address.host, address.port, ssl_context=trusted, timeout=timeout)
    mailbox = _Conversation(address.host, address.port, timeout=timeout)
    if address.tls == "starttls":
        try:
            mailbox.starttls(ssl.create_default_context())
        except (imaplib.IMAP4.error, OSError):
            mailbox.shutdown()
            raise
    return mailbox


def _leave(mailbox: imaplib.IMAP4) -> None:
    try:
        mailbox.logout()
    except (imaplib.IMAP4.error, OSError):
        mailbox.shutdown()  # every mail's fate is known already; a lost goodbye changes none


def _log_in(mailbox: imaplib.IMAP4, address: MailboxAddress) -> None:
    """With PLAIN where it is offered, since LOGIN knows no Chinese."""
    if "AUTH=PLAIN" in mailbox.capabilities:
        secret = f"\0{address.user}\0{address.password}".encode()
        _done(mailbox.authenticate("PLAIN", lambda _: secret))
    else:
        _done(mailbox.login(address.user, address.password))
    _, offered = mailbox.capability()  # more than before, on some servers
    mailbox.capabilities = tuple((offered[-1] or b"").decode("ascii", "replace").upper().split())
    if "ID" in mailbox.capabilities:
        mailbox.xatom("ID", CLIENT)


def _new_mails(mailbox: imaplib.IMAP4, wanted: str) -> list[str]:
    with _stage("fetch"):
        found = _done(mailbox.uid("SEARCH", wanted))
    return [place.decode("ascii", "replace") for place in (found[-1] or b"").split()]


def _fetched(mailbox: imaplib.IMAP4, place: str) -> bytes | None:
    """The mail, unmarked; None where somebody took it away meanwhile."""
    with _stage("fetch"):
        answer = _done(mailbox.uid("FETCH", place, f"(BODY.PEEK[]<0.{MAIL_BOUND}>)"))
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), None)


def _put_away(mailbox: imaplib.IMAP4, place: str, move_to: str | None) -> None:
    with _stage("fetch"):
        if move_to is None:
            _done(mailbox.uid("STORE", place, "+FLAGS.SILENT", r"(\Seen)"))
        elif "MOVE" in mailbox.capabilities:
            _done(mailbox.uid("MOVE", place, _folder(move_to)))
        else:
            _done(mailbox.uid("COPY", place, _folder(move_to)))
            _done(mailbox.uid("STORE", place, "+FLAGS.SILENT", r"(\Seen \Deleted)"))


def _done(answer: tuple[str, Any]) -> Any:
    """What was answered to a command that was done; imaplib hands on a refusal as a mere word."""
    word, data = answer
    if word != "OK":
        raise imaplib.IMAP4.error(f"{word} {data}")
    return data


def _folder(name: str) -> str:
    """A folder's name as IMAP writes it: quoted, and Chinese in its own UTF-7 (RFC 3501, 5.1.3)."""

    def encoded(run: re.Match[str]) -> str:
        text = base64.b64encode(run[0].encode("utf-16-be")).decode().rstrip("=")
        return f"&{text.replace('/', ',')}-"

    plain = re.sub(r"[^\x20-\x7e]+", encoded, name.replace("&", "&-"))
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Conversation(imaplib.IMAP4):
    """Refuses an announced length that nobody asked for, before it is read."""

    def read(self, size: int) -> bytes:
        """Raises the conversation's own `abort`."""
        if size > MAIL_BOUND:
            raise self.abort(f"literal of {size} octets")
        return super().read(size)


class _TlsConversation(imaplib.IMAP4_SSL, _Conversation):
    """The same over TLS."""


@contextmanager
def _stage(stage: Stage, *, secret: str = "") -> Iterator[None]:
    """Everything that goes wrong inside becomes the trouble that this stage means.

    Some servers repeat the line they refuse, and with it the password; so the cause is not handed on either.
    """
    try:
        yield
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        reply = str(error).replace(secret, "…") if secret else str(error)
        raise MailboxTrouble(TROUBLE[stage], stage=stage, reply=reply) from None


TROUBLE: Mapping[Stage, str] = {
    "connect": "连接不上退信邮箱，请检查服务器地址、网络和加密方式；稍后会再试。",
    "login": "退信邮箱拒绝登录，请检查用户名和密码（部分邮箱须使用客户端授权码）。",
    "folder": "打不开退信邮箱的文件夹，请检查文件夹名称，并确认邮箱已开启 IMAP。",
    "fetch": "读取退信邮箱时出错，未读取的邮件仍在邮箱中；稍后会再试。",
}


def _invalid(reason: str) -> MailboxAddressInvalid:
    return MailboxAddressInvalid(f"邮箱地址不可用：{reason}。")
