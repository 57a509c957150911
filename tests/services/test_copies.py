"""Copies of papers to other channels, and what mails bear besides: off by default, in the same outbox."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from notifications import channels
from notifications.bounces import bounce_token
from tests.builders import LIAISON_MAIL, TITLE, a_case, at, kinds, rows, signed
from tests.notifications.hooks import hooked
from tests.postbox import open_postbox, writing_to
from tests.stories import a_case_admonished
from workflow.services import checkpoints, files
from workflow.services.outbox.copying import send_copies
from workflow.services.outbox.sending import send_due
from workflow.services.register import show
from workflow.services.verification import verify
from workflow.storage import outbox
from workflow.storage.models import Document, OutboxMessage
from workflow.storage.session import transaction

pytestmark = pytest.mark.mail

NOW, MINUTE, GROUP = at(2026, 9, 1), timedelta(minutes=1), "督查工作群"


def changed(office, **settings):
    return replace(office, settings=office.settings.model_copy(update=settings))


def with_group(office, hook, *allowed):
    url = SecretStr(f"json://127.0.0.1:{hook.port}/")
    return changed(office, channels={GROUP: url}, channel_allow=allowed)


def send(office, when=NOW):
    """A run of the mails, and one of the copies."""
    report = send_due(office, clock=lambda: when, by=signed(None, when))
    return send_copies(office, clock=lambda: when, by=signed(None, when), report=report)


def by_channel(office):
    return {one.channel: one for one in rows(office, OutboxMessage)}


def test_a_paper_s_copy_goes_to_the_channel_beside_its_mail(office):
    with hooked() as hook, open_postbox(with_group(office, hook, "127.0.0.1")) as (home, postbox):
        case = a_case(home, "assigned", NOW)
        assert send(home).sent == 2
    (paper,), told = rows(office, Document), hook.json()
    assert (TITLE in told["title"], paper.number in told["message"]) == (True, True)
    assert (len(hook.asked), postbox.recipients) == (1, [LIAISON_MAIL])
    assert kinds(office, case)[-2:] == ["mail_sent", "mail_sent"]
    assert verify(office).findings == []


def test_a_copy_is_no_service_and_stands_among_no_mails(office):
    with hooked() as hook, open_postbox(with_group(office, hook, "127.0.0.1"), "554 no") as (home, _):
        case = a_case(home, "assigned", NOW)
        send(home)
    (paper,) = show(office, case.number, today=NOW)["documents"]
    assert (paper["sent_at"], len(paper["mails"])) == (None, 1)
    assert {name: one.state for name, one in by_channel(office).items()} == {"mail": "failed", GROUP: "sent"}


def test_nothing_goes_to_a_private_address_that_is_not_listed(office):
    with hooked() as hook, open_postbox(with_group(office, hook)) as (home, _):
        a_case(home, "assigned", NOW)
        report = send(home)
    assert (report.sent, report.deferred, hook.asked) == (1, 1, [])
    assert by_channel(office)[GROUP].state == "retry"


def test_a_copy_that_failed_is_tried_again_with_the_same_words(office):
    with hooked(status=503) as hook, open_postbox(with_group(office, hook, "127.0.0.1")) as (home, _):
        a_case(home, "assigned", NOW)
        assert send(home).deferred == 1
        hook.status = 200
        assert send(home, at(2026, 9, 1, 10)).sent == 1
    assert hook.asked[0][2] == hook.asked[1][2]


def test_a_channel_that_hangs_keeps_no_mail_waiting_nor_another_channel_for_more_than_one_copy(
    office, monkeypatch
):
    monkeypatch.setitem(channels.send.__kwdefaults__, "patience", 0.5)
    release = threading.Event()
    with hooked(silent=release) as silent, hooked() as hook, open_postbox(office) as (home, postbox):
        copying = changed(home, channels=urls(silent, hook), channel_allow=("127.0.0.1",))
        for _ in range(3):
            a_case(copying, "assigned", NOW)
        assert send_due(copying, clock=lambda: NOW, by=signed(None, NOW)).sent == len(postbox.taken) == 3
        assert (silent.asked, hook.asked) == ([], [])
        copied = send_copies(copying, clock=lambda: NOW, by=signed(None, NOW))
        release.set()
    assert (copied.sent, copied.deferred, len(silent.asked), len(hook.asked)) == (3, 1, 1, 3)
    assert verify(office).findings == []


def urls(*hooks):
    return {f"群{place}": SecretStr(f"json://127.0.0.1:{one.port}/") for place, one in enumerate(hooks)}


def test_copies_leave_though_no_domain_is_allowed_and_there_is_no_relay(office):
    with hooked() as hook:
        home = writing_to(with_group(office, hook, "127.0.0.1"), None)
        home = changed(home, mail_allow=())
        a_case(home, "assigned", NOW)
        assert (send(home).sent, len(hook.asked)) == (1, 1)


def test_nobody_knows_of_a_copy_whose_sender_ended_and_it_is_repeated(office):
    with hooked() as hook, open_postbox(with_group(office, hook, "127.0.0.1")) as (home, _):
        a_case(home, "assigned", NOW)
        send_due(home, clock=lambda: NOW, by=signed(None, NOW))
        with transaction(office.engine) as tx:
            copy = outbox.lease_copy(tx, NOW, NOW + MINUTE, ())
            outbox.hand_over(tx, [copy])
        assert (send(home, NOW + MINUTE).sent, hook.asked) == (0, [])
        assert send(home, NOW + 2 * MINUTE).deferred == 1
        assert send(home, NOW + 4 * MINUTE).sent == 1
    assert verify(office).findings == []


def test_without_a_channel_there_is_no_copy_and_a_paper_about_a_person_never_has_one(office):
    a_case(office, "assigned", NOW)
    assert by_channel(office).keys() == {"mail"}
    with hooked() as hook:
        home = with_group(office, hook, "127.0.0.1")
        a_case_admonished(home)
    copied = {one.kind for one in rows(office, OutboxMessage) if one.channel == GROUP}
    assert copied and "admonition" not in copied


def test_a_channel_no_longer_named_fails_its_copies(office):
    with hooked() as hook, open_postbox(with_group(office, hook, "127.0.0.1")) as (home, _):
        a_case(home, "assigned", NOW)
        send(changed(home, channels={}))
    assert (by_channel(office)[GROUP].state, hook.asked) == ("failed", [])


def test_every_mail_has_a_bounce_address_of_its_own_where_there_is_a_mailbox_for_them(office):
    with open_postbox(office, mail_bounces="duban@binhai.example") as (home, postbox):
        a_case(home, "assigned", NOW)
        send(home)
    (sender,) = postbox.senders
    assert f"<{bounce_token(sender)}@" in by_channel(office)["mail"].message_id


def test_a_mail_is_signed_once_and_kept_as_signed(office, tmp_path):
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "dkim.pem").write_bytes(pem)
    signing = {"dkim_key": tmp_path / "dkim.pem", "dkim_selector": "mail2026"}
    with open_postbox(office, "451 later", **signing) as (home, postbox):
        a_case(home, "assigned", NOW)
        send(home)
        send(home, at(2026, 9, 1, 10))
    first, second = postbox.taken
    assert first == second
    assert first.startswith(b"DKIM-Signature:")
    assert files.fetch(home.settings.files, by_channel(office)["mail"].sha256) == first


def test_every_mail_names_the_checkpoint_the_history_had_then(office):
    a_case(office, "assigned", NOW)
    made = checkpoints.checkpoint(office, at=NOW, by=signed(None, NOW)).made
    with open_postbox(office) as (home, postbox):
        send(home)
    (mail,) = postbox.mails
    for form in ("plain", "html"):
        assert f"第{made.number}号，短码{made.short}" in mail.get_body((form,)).get_content()
