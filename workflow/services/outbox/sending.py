"""A run of the sender: lay out papers, then send every mail whose attempt is due; `copying` sends copies.

Recipients outside the allowed domains are never claimed; on a fresh installation no domain is allowed. A
scheduled run sends only while the policy's window is open, and leaves a relay alone that keeps failing; an
operator's run does neither.
"""

import asyncio
from collections.abc import Callable

from notifications.errors import RelayAddressInvalid, RelayTrouble
from notifications.relay import RelayAddress
from states.breaker import WORKING
from workflow.errors import ConfigurationError
from workflow.services.office import Office, Signature
from workflow.services.outbox import silencing
from workflow.services.outbox.building import check_carriage
from workflow.services.outbox.lanes import send_all
from workflow.services.outbox.report import SendReport
from workflow.services.outbox.run import Clock, Run, Window, never
from workflow.services.outbox.standing import Circuit, name_of
from workflow.services.rendering import render_pending
from workflow.services.restoring import check_sending
from workflow.storage import outbox
from workflow.storage.session import reading


def send_due(
    office: Office,
    *,
    clock: Clock,
    by: Signature,
    in_window: bool = False,
    is_over: Callable[[], bool] = never,
) -> SendReport:
    """Lay out pending papers and send every mail whose attempt is due; `clock` is the door's.

    With `in_window` nothing leaves while the window of the policy in force is closed, also when it closes
    during the run, or while the relay is left alone; papers are laid out all the same. Once `is_over` no
    further message is begun.
    Raises `Held` (`held_restored`) when the database was restored and nobody has released it,
    `ConfigurationError` when messages may leave but no relay is set, or its address is none, and
    `MailRoomError` where mails cannot be signed or addressed as the settings say. A relay that cannot be
    used is told in the report, and every message waits as it was.
    """
    check_sending(office, by=by)
    report = SendReport(render_pending(office, by=by))
    window = Window.of(office) if in_window else None
    run = Run(office, clock, by, report, window, is_over)
    silencing.keep_in_step(office, by=by, at=clock())
    if run.is_needed():
        check_carriage(office.settings)
        _send(run, address_of(office))
    report.window_opens_at = window.opens_at(clock()) if window else None
    with reading(office.engine) as tx:
        report.waiting, report.undelivered = outbox.count_waiting(tx), outbox.count_undelivered(tx)
    return report


def _send(run: Run, address: RelayAddress) -> None:
    """Send by the relay, unless the scheduler has to leave it alone for now; and remember how it did."""
    circuit = Circuit(run.office, name_of(address), run.by)
    before, report = circuit.standing(), run.report
    if run.window is not None and not before.may_try(run.clock()):
        report.relay = RelayTrouble(before.told or "", stage="connect")
        report.relay_closed_until = before.closed_until
        return
    run.is_probe = run.window is not None and before.is_left_alone
    report.relay = asyncio.run(send_all(run, address))
    if report.relay is not None:
        report.relay_closed_until = circuit.tell_failure(report.relay, run.clock()).closed_until
    elif before != WORKING and report.was_answered:
        circuit.tell_success(run.clock())


def address_of(office: Office) -> RelayAddress:
    """The relay of the installation. Raises `ConfigurationError` where there is none, or it is no address."""
    if office.settings.smtp_url is None:
        raise ConfigurationError(
            "有邮件待发，但未设置邮件服务器，请设置DUBAN_SMTP_URL。", code="relay_missing"
        )
    try:
        return RelayAddress.parse(office.settings.smtp_url)
    except RelayAddressInvalid as error:
        raise ConfigurationError(error.message, code=error.code) from error
