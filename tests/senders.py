"""Senders in processes of their own, to be killed outright in the middle of their work.

Whoever lets them loose is a process too, which has read the program already and forks: so many can be had in
little time, and none of them knows anything of the test.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from tests.builders import signed
from tests.conftest import settings_in
from tests.postbox import writing_to
from workflow.services.office import Office, open_office
from workflow.services.outbox.sending import send_due

ROOT = Path(__file__).parents[1]
SENDERS, LANES = 2, 2
LIMITS = {"mail_connections": LANES, "mail_per_domain": LANES, "mail_per_minute": 100_000}
AFTER_THE_LEASES = timedelta(minutes=20)

KillThem = Callable[[datetime, float], int]
"""Lets senders loose at an instant and kills them so many seconds later; how many had not finished."""


@contextmanager
def senders_of(office: Office) -> Iterator[KillThem]:
    """Senders of an office that has a relay."""
    settings = office.settings
    folder, urls = settings.files.parent, (settings.database_url, settings.smtp_url or "")
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder), *urls],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as master:
        assert master.stdin
        assert master.stdout
        talk = master.stdin, master.stdout

        def kill(when: datetime, after: float) -> int:
            print(when.isoformat(), after, file=talk[0], flush=True)
            return int(talk[1].readline())

        yield kill


def _serve(folder: Path, database_url: str, smtp_url: str) -> None:
    for line in sys.stdin:
        when, after = line.split()
        pids = [_fork(folder, database_url, smtp_url, datetime.fromisoformat(when)) for _ in range(SENDERS)]
        time.sleep(float(after))
        print(sum(_kill(pid) for pid in pids), flush=True)


def _fork(folder: Path, database_url: str, smtp_url: str, when: datetime) -> int:
    if (pid := os.fork()) == 0:
        office = writing_to(open_office(settings_in(folder, database_url)), smtp_url, **LIMITS)
        send_due(office, clock=lambda: when, by=signed(None, when))
        os._exit(0)
    return pid


def _kill(pid: int) -> bool:
    """Whether it had not finished. A sender that failed fails the test."""
    os.kill(pid, signal.SIGKILL)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert ended in (0, -signal.SIGKILL), ended
    return ended != 0


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), *sys.argv[2:])
