"""What comes back: tied to the message it is about, entered into its history, and a person's to deal with.

A message that was sent back for good silences its address for a while, where the address is to blame: what is
written to it next would come back too. The same report twice changes nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from notifications.bounces import Bounce, is_ours, read_bounces
from notifications.mailbox import MailboxAddress, fetch_mails
from states.delivery import TRANSITIONS, MailState, after
from states.office_time import office_day
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.outbox.attempts import about, enter, note
from workflow.services.outbox.run import Clock
from workflow.services.outbox.silencing import suspect
from workflow.services.restoring import check_sending
from workflow.services.work import Work, begin
from workflow.storage import journal, outbox
from workflow.storage.session import transaction

ARRIVED_NOT = ("hard", "soft")
UNHEEDED, STRAY = "none", "bounce_unknown"
MOST_A_DAY, MOST_NAMED = 20, 20
"""Reports of no message of ours anybody can make, as many as he likes. So many entries a day tell of them,
each of a whole run, and name so many messages; the log counts them all."""


@dataclass(slots=True)
class BounceReport:
    """What reading came to: mails read, messages sent back, reports of none of ours, others by kind.

    `named` are Message-IDs of our form that those of none of ours name, at most `MOST_NAMED`.
    """

    read: int = 0
    bounced: int = 0
    unknown: int = 0
    others: Counter[str] = field(default_factory=Counter)
    named: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        told = {"read": self.read, "bounced": self.bounced, "unknown": self.unknown}
        return told | {"others": dict(sorted(self.others.items()))}


def read_mailbox(office: Office, *, clock: Clock, by: Signature) -> BounceReport:
    """Take what is new out of the bounce mailbox; nothing where none is set.

    Raises `MailboxTrouble`, `MailboxAddressInvalid`, and `Held` on a database that was restored.
    """
    report, settings = BounceReport(), office.settings
    if settings.bounce_mailbox is None:
        return report
    check_sending(office, by=by)
    address = MailboxAddress.parse(settings.bounce_mailbox.get_secret_value())
    try:
        fetch_mails(
            address,
            lambda data: _take(office, data, report, by=by, at=clock()),
            move_to=settings.bounce_folder,
        )
    finally:
        _enter_strays(office, report, by=by, at=clock())
    return report


def take_bounce(office: Office, data: bytes, *, by: Signature, at: datetime) -> BounceReport:
    """Read one mail that came back, and enter what it says of our messages."""
    report = BounceReport()
    _take(office, data, report, by=by, at=at)
    _enter_strays(office, report, by=by, at=at)
    return report


def _take(office: Office, data: bytes, report: BounceReport, *, by: Signature, at: datetime) -> None:
    report.read += 1
    for bounce in read_bounces(data) or (None,):
        kind = bounce.kind if bounce else UNHEEDED
        if bounce is None or kind not in ARRIVED_NOT:
            report.others[kind] += 1
        elif _enter(office, bounce, by, at):
            report.bounced += 1
        else:
            report.unknown += 1
            report.named = [*report.named, *filter(is_ours, bounce.message_ids)][:MOST_NAMED]


def _enter(office: Office, bounce: Bounce, by: Signature, at: datetime) -> bool:
    """Whether it is about a message of ours. Only what was not told before is entered."""
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        message = _message_of(work, bounce)
        if message is None:
            return False
        _send_back(work, outbox.for_update(tx, message.id), bounce)
        return True


def _enter_strays(office: Office, report: BounceReport, *, by: Signature, at: datetime) -> None:
    """One entry for all of a run, without a stranger's words: what it names has the form of ours."""
    if not report.unknown:
        return
    with transaction(office.engine) as tx:
        if _has_room(tx, at):
            told = {"unknown": report.unknown, "message_ids": report.named}
            note(begin(tx, office, by=by, at=at), Act(STRAY, at, details=told))


def _has_room(tx: Connection, at: datetime) -> bool:
    latest = journal.newest_entries(tx, (STRAY,), MOST_A_DAY)
    return len(latest) < MOST_A_DAY or office_day(latest[-1].occurred_at) < office_day(at)


def _message_of(work: Work, bounce: Bounce) -> Row[Any] | None:
    """The message a report is about; by its bounce address first, which nobody else writes to."""
    found = outbox.by_token(work.tx, bounce.verp) if bounce.verp else []
    found = found or outbox.by_message_ids(work.tx, bounce.message_ids)
    return found[0] if len(found) == 1 else None


def _send_back(work: Work, message: Row[Any], bounce: Bounce) -> None:
    if message.state in TRANSITIONS["bounce"][0]:
        state, answer = after(message.state, "bounce"), bounce.diagnostic or "邮件被退回"
        outbox.change(work.tx, message.id, state=state, held_for=None, last_answer=answer)
        enter(work, message, "mail_bounced", about(message) | _told(bounce))
    is_same = (bounce.recipient or "").casefold() == str(message.recipient).casefold()
    if bounce.blames_address and is_same and message.state != MailState.CANCELLED:
        suspect(work, message.recipient, f"退信：{bounce.diagnostic or bounce.status or '地址不存在'}")


def _told(bounce: Bounce) -> dict[str, Any]:
    named = {"bounce": bounce.kind, "enhanced": bounce.status, "code": bounce.smtp_code}
    return {name: value for name, value in named.items() if value} | {"answer": bounce.diagnostic}
