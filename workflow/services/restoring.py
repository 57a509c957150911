"""Noticing a restored database: it is behind the mark that lies outside it, beside the key.

What was sent before must not go out twice, so the scheduled sweep and every sending are held until a person
has looked. A release takes the database as it then is for the new mark.
"""

from sqlalchemy import Connection

from workflow.errors import ConfigurationError, Held
from workflow.services import holds
from workflow.services.batch import Batch
from workflow.services.cases import CASE_IDS
from workflow.services.office import Office, Signature
from workflow.storage import log, outbox, sweeps
from workflow.storage.session import SWEEPERS, reading, stand_in_line, transaction
from workflow.watermark import LastNumber, Mark, mark_beside, read_mark, write_mark


def guard(batch: Batch) -> None:
    """Hold the scheduler when the database is behind its mark; the caller stands in the sweepers' line."""
    told = _told(batch.tx, batch.office)
    if told is not None:
        _hold(batch, told)


def hold_restored(batch: Batch, made_at: str) -> None:
    """Hold a database that is just put back from a backup, whether there is a mark to tell it by or not."""
    _hold(batch, f"数据库由{made_at}的备份恢复")


def hold_by_mark(tx: Connection, office: Office) -> None:
    """The same where no entry can be written for want of the key: the mark is of what the database lacks."""
    if _told(tx, office) is None:
        path, origin = mark_beside(office.settings.secret_file), sweeps.first_entry(tx)
        former = read_mark(path, origin)
        write_mark(path, origin, Mark(0, "", 0, "", former.numbers if former else ()))


def _hold(batch: Batch, told: str) -> None:
    waiting = outbox.count_waiting(batch.tx)
    message = f"{told}，{waiting}封待发邮件可能已经发过；{holds.NEXT}"
    holds.hold(batch, holds.RESTORED, message, mails_waiting=waiting)


def check_sending(office: Office, *, by: Signature) -> None:
    """Refuse to send from a database that was restored. Raises `Held` (`held_restored`)."""
    with reading(office.engine) as tx:
        told = _held(tx) or _told(tx, office)
    if told is None:
        return
    with transaction(office.engine) as tx:
        stand_in_line(tx, SWEEPERS)
        batch = Batch(tx, office, by)
        guard(batch)
        batch.flush()
        told = _held(tx)
    if told is not None:
        raise Held(f"{told}。放行之前一律不发信，也不巡查。", code="held_restored")


def may_send(office: Office, *, by: Signature) -> bool:
    """Whether mails may leave, as far as a restored database goes."""
    try:
        check_sending(office, by=by)
    except Held:
        return False
    return True


def keep_mark(office: Office) -> None:
    """Move the mark up to where the history has come; it never goes back.

    Raises `ConfigurationError` when it cannot be written.
    """
    path = mark_beside(office.settings.secret_file)
    with reading(office.engine) as tx:
        if _told(tx, office) is not None or _mark_of(tx) == read_mark(path, sweeps.first_entry(tx)):
            return
    with transaction(office.engine) as tx:
        stand_in_line(tx, SWEEPERS)
        if _told(tx, office) is None:
            _write(tx, office)


def renew_mark(office: Office) -> None:
    """Take the database as it is for the mark, whatever the former said."""
    with transaction(office.engine) as tx:
        stand_in_line(tx, SWEEPERS)
        _write(tx, office)


def _write(tx: Connection, office: Office) -> None:
    mark = _mark_of(tx)
    if mark is not None:
        write_mark(mark_beside(office.settings.secret_file), sweeps.first_entry(tx), mark)


def _held(tx: Connection) -> str | None:
    """What a hold in force says of the restored database."""
    rows = sweeps.holds_in_force(tx)
    return next((str(row.told) for row in rows if row.reason == holds.RESTORED), None)


def _told(tx: Connection, office: Office) -> str | None:
    """How the database differs from what the mark says it held; None when it does not."""
    try:
        mark = read_mark(mark_beside(office.settings.secret_file), sweeps.first_entry(tx))
    except ConfigurationError as unreadable:
        return unreadable.message.rstrip("。")
    if mark is None or _holds(tx, mark):
        return None
    return "数据库没有水位文件所记的最后记载，可能由较早的备份恢复"


def _holds(tx: Connection, mark: Mark) -> bool:
    known = sweeps.journal_hash(tx, mark.seq) == mark.head
    return known and sweeps.event_hash(tx, mark.event) == mark.event_hash


def _mark_of(tx: Connection) -> Mark | None:
    head, last = sweeps.journal_head(tx), sweeps.last_event(tx)
    if not head.seq or last is None:
        return None
    rows = sweeps.last_numbers(tx, (CASE_IDS, log.CHECKPOINTS))
    numbers = tuple(LastNumber(row.series, row.year, row.last) for row in rows)
    return Mark(head.seq, head.head, last.id, last.hash, numbers)


def released(office: Office, reasons: list[str]) -> None:
    """Renew the mark when one of the holds just released was about it."""
    if holds.RESTORED in reasons:
        renew_mark(office)


def behind(office: Office) -> str | None:
    """What the doctor says of a database behind its mark that nothing has noticed yet."""
    with reading(office.engine) as tx:
        return None if _held(tx) else _told(tx, office)
