"""A Postfix of its own in a scratch folder, as somebody's relay: it delivers into mailboxes below it.

It needs the system's package and root; nothing of the system's own mail service is read, changed or started.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postbox import HOME, free_port

PATIENCE = 60
OWNER = "nobody"
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.{home}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
recipient_delimiter = +
virtual_mailbox_domains = {home}
virtual_mailbox_base = {folder}/mailboxes
virtual_mailbox_maps = texthash:{folder}/etc/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
smtp_tls_security_level = none
"""
SERVICES = {
    "cleanup": "unix n - n - 0 cleanup",
    "qmgr": "unix n - n 1 1 qmgr",
    "rewrite": "unix - - n - - trivial-rewrite",
    "bounce": "unix - - n - 0 bounce",
    "defer": "unix - - n - 0 bounce",
    "trace": "unix - - n - 0 bounce",
    "proxymap": "unix - - n - - proxymap",
    "error": "unix - - n - - error",
    "retry": "unix - - n - - error",
    "virtual": "unix - n n - - virtual",
    "anvil": "unix - - n - 1 anvil",
    "postlog": "unix-dgram n - n - 1 postlogd",
}


@dataclass(frozen=True)
class Postfix:
    """Where it listens (`url`), and what lies in its mailboxes."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    def delivered(self, address: str | None = None) -> list[bytes]:
        """The mails of one mailbox, or of all."""
        return [one.read_bytes() for one in (self.folder / "mailboxes").glob(f"{address or '*'}/new/*")]

    def wait_until_done(self) -> None:
        """Until nothing is on its way any more."""
        end = time.monotonic() + PATIENCE
        while any(self._on_their_way()):
            assert time.monotonic() < end, (self.folder / "log").read_text()[-2_000:]
            time.sleep(0.1)

    def _on_their_way(self) -> Iterator[Path]:
        for queue in ("maildrop", "incoming", "active", "deferred"):
            yield from (one for one in (self.folder / "queue" / queue).rglob("*") if one.is_file())


@contextmanager
def open_postfix(mailboxes: Iterable[str]) -> Iterator[Postfix]:
    """A Postfix with these mailboxes; whatever it takes for another of the domain it sends back.

    Without the package, or without root, the test is skipped, unless `DUBAN_REQUIRE` names `postfix`.
    """
    if shutil.which("postfix") is None or os.geteuid() != 0:
        give_up = pytest.fail if "postfix" in os.environ.get("DUBAN_REQUIRE", "") else pytest.skip
        give_up("no Postfix here, or nobody who may start it")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        postfix = _laid_out(folder, mailboxes)
        _postfix(folder, "start")
        try:
            yield postfix
        finally:
            _postfix(folder, "stop")


def _laid_out(folder: Path, mailboxes: Iterable[str]) -> Postfix:
    folder.chmod(0o755)
    for name, owner in (("etc", "root"), ("queue", "root"), ("data", "postfix"), ("mailboxes", OWNER)):
        (folder / name).mkdir()
        shutil.chown(folder / name, owner)
    owner, port, etc = pwd.getpwnam(OWNER), free_port(), folder / "etc"
    daemons = subprocess.run(
        ["postconf", "-d", "-h", "daemon_directory"], capture_output=True, text=True, check=True
    )
    own = {"folder": folder, "home": HOME, "uid": owner.pw_uid, "gid": owner.pw_gid}
    (etc / "main.cf").write_text(MAIN.format(daemons=daemons.stdout.strip(), **own))
    listening = f"127.0.0.1:{port} inet n - n - - smtpd"
    services = [listening, *(f"{name} {how}" for name, how in SERVICES.items())]
    (etc / "master.cf").write_text("\n".join(services) + "\n")
    (etc / "mailboxes").write_text("".join(f"{one} {one}/\n" for one in sorted(mailboxes)))
    return Postfix(folder, port)


def _postfix(folder: Path, command: str) -> None:
    told = subprocess.run(
        ["postfix", "-c", str(folder / "etc"), command], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
