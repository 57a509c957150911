"""A real IMAP conversation on loopback, in a thread: one mailbox with folders, that answers as it is told."""

import base64
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "授权码 p@ss"


@dataclass
class Mail:
    """A mail in a folder, by its UID, with its flags."""

    content: bytes
    flags: set[str] = field(default_factory=set)


class ImapDesk:
    """Knows one user, `duban`. `capabilities` are what it offers; `answers` replace its answer to a command.

    An answer is the words after the tag, such as `NO not now`; "drop" hangs up, "silence" never answers. With
    a `certificate`, a PEM file with its key, it speaks TLS from the start, or after STARTTLS where that is a
    capability.
    """

    def __init__(
        self,
        *mails: bytes,
        capabilities: str = "AUTH=PLAIN MOVE ID",
        certificate: Path | None = None,
        **answers: str,
    ) -> None:
        self.folders = {"INBOX": {uid: Mail(one) for uid, one in enumerate(mails, start=7)}}
        self.capabilities = capabilities
        self.answers = answers
        self.certificate = certificate
        self.said: list[str] = []
        self.port = 0

    def add_folder(self, name: str) -> None:
        """A folder, by its name as IMAP writes it."""
        self.folders[name] = {}

    def flags(self) -> list[set[str]]:
        """Of the mails in the inbox, in order."""
        return [mail.flags for mail in self.folders["INBOX"].values()]

    def contents(self, folder: str) -> list[bytes]:
        return [mail.content for mail in self.folders[folder].values()]


class _Talk(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self.desk = self.server.desk
        if self.desk.certificate and "STARTTLS" not in self.desk.capabilities:
            self.secure()
        self.answer("* OK ready")
        while line := self.rfile.readline():
            words = line.decode().strip()
            self.desk.said.append(words.partition(" ")[2])
            tag, command, rest = [*words.split(" ", 2), "", ""][:3]
            if command == "UID":
                command, _, rest = rest.partition(" ")
            if not self.respond(tag, command.upper(), rest):
                return

    def respond(self, tag: str, command: str, rest: str) -> bool:
        """Whether the conversation goes on."""
        told = self.desk.answers.get(command.lower())
        if told == "silence":
            self.server.closing.wait(10)
        if told in ("drop", "silence"):
            return False
        self.answer(f"{tag} {told}" if told else f"{tag} {getattr(self, f'do_{command.lower()}')(rest)}")
        if command == "STARTTLS":
            self.secure()
        return command != "LOGOUT"

    def answer(self, line: str, *, literal: bytes = b"") -> None:
        self.wfile.write(line.encode() + b"\r\n" + literal)

    def secure(self) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.desk.certificate)
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()

    def finish(self) -> None:
        """The server would close the plain socket only."""
        super().finish()
        self.request.close()

    def do_starttls(self, _rest: str) -> str:
        return "OK go ahead"

    def do_capability(self, _rest: str) -> str:
        self.answer(f"* CAPABILITY IMAP4rev1 {self.desk.capabilities}")
        return "OK done"

    def do_authenticate(self, _rest: str) -> str:
        self.answer("+ ")
        user, password = base64.b64decode(self.rfile.readline()).decode().split("\0")[1:]
        return "OK done" if (user, password) == ("duban", PASSWORD) else "NO wrong"

    def do_login(self, rest: str) -> str:
        return "OK done" if rest == 'duban "secret"' else f"BAD I do not understand LOGIN {rest}"

    def do_id(self, _rest: str) -> str:
        self.answer('* ID ("name" "desk")')
        return "OK done"

    def do_select(self, rest: str) -> str:
        if rest.strip('"') not in self.desk.folders:
            return "NO no such folder"
        self.folder = self.desk.folders[rest.strip('"')]
        self.answer(f"* {len(self.folder)} EXISTS")
        return "OK [READ-WRITE] done"

    def do_search(self, rest: str) -> str:
        unwanted = {word.replace("UN", "\\").title() for word in rest.split()}
        found = (str(uid) for uid, mail in self.folder.items() if not mail.flags & unwanted)
        self.answer("* SEARCH " + " ".join(found))
        return "OK done"

    def do_fetch(self, rest: str) -> str:
        uid, bound = re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest).groups()
        content = self.folder[int(uid)].content[: int(bound)]
        announced = self.desk.answers.get("announce", len(content))
        self.answer(f"* 1 FETCH (UID {uid} BODY[]<0> {{{announced}}}", literal=content + b")\r\n")
        return "OK done"

    def do_store(self, rest: str) -> str:
        uid, flags = re.fullmatch(r"(\d+) \+FLAGS\.SILENT \((.*)\)", rest).groups()
        self.folder[int(uid)].flags |= set(flags.split())
        return "OK done"

    def do_copy(self, rest: str) -> str:
        uid, _, folder = rest.partition(" ")
        self.desk.folders[folder.strip('"')][int(uid)] = Mail(self.folder[int(uid)].content)
        return "OK done"

    def do_move(self, rest: str) -> str:
        self.do_copy(rest)
        del self.folder[int(rest.partition(" ")[0])]
        return "OK done"

    def do_logout(self, _rest: str) -> str:
        self.answer("* BYE")
        return "OK done"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, _request: object, _address: object) -> None:
        """A caller who hangs up in the middle of a handshake is no fault of the desk."""

    def __init__(self, desk: ImapDesk) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.desk, self.closing = desk, threading.Event()


@contextmanager
def open_desk(desk: ImapDesk) -> Iterator[ImapDesk]:
    """The desk, taking callers at its `port`."""
    with _Server(desk) as server:
        desk.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield desk
        finally:
            server.closing.set()
            server.shutdown()
