import traceback
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.errors import MailboxAddressInvalid, MailboxTrouble
from notifications.mailbox import MailboxAddress, fetch_mails
from tests.imap_desk import PASSWORD, ImapDesk, open_desk

pytestmark = pytest.mark.mail

FIRST, SECOND, THIRD = (
    b"Subject: one\r\n\r\n1\r\n",
    b"Subject: two\r\n\r\n2\r\n",
    b"Subject: three\r\n\r\n3\r\n",
)
SEEN, DELETED = "\\Seen", "\\Deleted"


def address_of(
    desk: ImapDesk, *, tls: str = "none", password: str = PASSWORD, folder: str = ""
) -> MailboxAddress:
    return MailboxAddress.parse(
        f"imap://duban:{quote(password)}@127.0.0.1:{desk.port}/{quote(folder)}?tls={tls}"
    )


def trouble_with(desk: ImapDesk, **options: str) -> MailboxTrouble:
    with open_desk(desk), pytest.raises(MailboxTrouble) as refusal:
        fetch_mails(address_of(desk, **options), lambda _: None, timeout=0.3)
    return refusal.value


def test_new_mails_are_handed_over_oldest_first_and_marked_read() -> None:
    taken: list[bytes] = []
    with open_desk(ImapDesk(FIRST, SECOND)) as desk:
        assert fetch_mails(address_of(desk), taken.append) == 2
        assert fetch_mails(address_of(desk), taken.append) == 0
    assert taken == [FIRST, SECOND]
    assert desk.flags() == [{SEEN}, {SEEN}]


def test_a_batch_takes_no_more_than_its_limit() -> None:
    taken: list[bytes] = []
    with open_desk(ImapDesk(FIRST, SECOND, THIRD)) as desk:
        assert fetch_mails(address_of(desk), taken.append, limit=2) == 2
        assert desk.flags() == [{SEEN}, {SEEN}, set()]
        assert fetch_mails(address_of(desk), taken.append, limit=2) == 1
    assert taken == [FIRST, SECOND, THIRD]


def test_a_mail_whose_taker_fails_stays_new_and_those_before_it_do_not() -> None:
    def refuse_the_second(mail: bytes) -> None:
        if mail == SECOND:
            raise RuntimeError("disk full")

    with open_desk(ImapDesk(FIRST, SECOND, THIRD)) as desk:
        with pytest.raises(RuntimeError, match="disk full"):
            fetch_mails(address_of(desk), refuse_the_second)
        assert desk.flags() == [{SEEN}, set(), set()]
    assert desk.said[-1] == "LOGOUT"


@pytest.mark.parametrize("capabilities", ["AUTH=PLAIN MOVE", "AUTH=PLAIN"])
def test_taken_mails_move_to_a_chinese_folder_though_somebody_has_read_them(capabilities: str) -> None:
    desk = ImapDesk(FIRST, SECOND, capabilities=capabilities)
    desk.add_folder("&XfJZBHQG-")
    desk.folders["INBOX"][7].flags.add(SEEN)
    with open_desk(desk):
        assert fetch_mails(address_of(desk), lambda _: None, move_to="已处理") == 2
        assert fetch_mails(address_of(desk), lambda _: None, move_to="已处理") == 0
    assert desk.contents("&XfJZBHQG-") == [FIRST, SECOND]
    assert all(DELETED in flags for flags in desk.flags())


def test_a_chinese_folder_is_read_under_its_name() -> None:
    desk = ImapDesk()
    desk.add_folder("&kABP4Q-")
    with open_desk(desk):
        assert fetch_mails(address_of(desk, folder="退信"), lambda _: None) == 0


def test_we_say_who_we_are_before_a_folder_is_opened() -> None:
    with open_desk(ImapDesk(FIRST)) as desk:
        fetch_mails(address_of(desk), lambda _: None)
    commands = [said.partition(" ")[0] for said in desk.said]
    assert commands.index("ID") < commands.index("SELECT")


def test_a_mail_that_is_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.mailbox.MAIL_BOUND", 10)
    taken: list[bytes] = []
    with open_desk(ImapDesk(FIRST)) as desk:
        fetch_mails(address_of(desk), taken.append)
    assert taken == [FIRST[:10]]


def test_a_server_that_announces_more_than_was_asked_for_is_not_listened_to() -> None:
    found = trouble_with(ImapDesk(FIRST, announce="99999999999"))
    assert found.stage == "fetch"
    assert "literal of 99999999999 octets" in found.reply


@pytest.mark.parametrize(
    ("command", "answer", "stage"),
    [
        ("capability", "drop", "connect"),
        ("authenticate", "NO authorization code wanted", "login"),
        ("authenticate", "drop", "login"),
        ("select", "NO Unsafe Login", "folder"),
        ("search", "BAD what", "fetch"),
        ("fetch", "NO later", "fetch"),
        ("fetch", "drop", "fetch"),
        ("fetch", "silence", "fetch"),
        ("store", "NO read-only", "fetch"),
    ],
)
def test_trouble_says_at_which_stage_it_arose(command: str, answer: str, stage: str) -> None:
    found = trouble_with(ImapDesk(FIRST, **{command: answer}))
    assert (found.code, found.stage) == ("mailbox_trouble", stage)
    assert answer in ("drop", "silence") or answer.partition(" ")[2] in found.reply
    assert "退信邮箱" in found.message


def test_nobody_listening_is_trouble() -> None:
    with open_desk(ImapDesk()) as desk:
        pass
    with pytest.raises(MailboxTrouble) as refusal:
        fetch_mails(address_of(desk), lambda _: None)
    assert refusal.value.stage == "connect"


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_mailbox_without_encryption_is_refused_unless_we_said_none(tls: str) -> None:
    desk = ImapDesk(FIRST)
    assert trouble_with(desk, tls=tls).stage == "connect"
    assert not any(said.startswith(("LOGIN", "AUTHENTICATE")) for said in desk.said)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "imap.binhai.example")])
    place = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    valid = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    valid = valid.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2120, 1, 1, tzinfo=UTC)
    )
    signed = valid.add_extension(place, critical=False).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path / "imap.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + signed.public_bytes(pem))
    return path


@pytest.mark.parametrize(("tls", "capability"), [("tls", ""), ("starttls", "STARTTLS ")])
def test_a_mailbox_is_entered_over_tls_where_its_certificate_is_trusted(
    tls: str, capability: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = ImapDesk(FIRST, capabilities=f"{capability}AUTH=PLAIN", certificate=certificate)
    stranger = ImapDesk(FIRST, capabilities=f"{capability}AUTH=PLAIN", certificate=certificate)
    assert trouble_with(stranger, tls=tls).stage == "connect"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with open_desk(desk):
        assert fetch_mails(address_of(desk, tls=tls), lambda _: None) == 1
    assert not any(said.startswith("AUTHENTICATE") for said in stranger.said)


def test_a_password_is_not_told_even_where_the_server_repeats_it() -> None:
    found = trouble_with(ImapDesk(capabilities="", login=""), password="hunter2")
    assert found.stage == "login"
    assert "I do not understand" in found.reply
    assert "hunter2" not in "".join(traceback.format_exception(found))


def test_a_server_without_plain_is_logged_in_to_the_old_way() -> None:
    with open_desk(ImapDesk(FIRST, capabilities="")) as desk:
        assert fetch_mails(address_of(desk, password="secret"), lambda _: None) == 1


def test_a_url_says_who_enters_where_and_how() -> None:
    address = MailboxAddress.parse(
        "imaps://tuixin%40binhai.example:p%2Fss@imap.binhai.example/%E9%80%80%E4%BF%A1"
    )
    expected = MailboxAddress("imap.binhai.example", 993, "tuixin@binhai.example", "p/ss", "tls", "退信")
    assert address == expected
    assert "p/ss" not in repr(address)
    assert MailboxAddress.parse("imap://a:b@host").tls == "starttls"


@pytest.mark.parametrize(
    "url",
    [
        "smtp://duban:hunter2@imap.binhai.example",
        "imaps://imap.binhai.example/hunter2",
        "imaps://duban:hunter2@imap.binhai.example:99999",
        "imaps://duban:hunter2@imap.binhai.example?tls=none",
        "imap://duban:hunter2@imap.binhai.example?tls=maybe",
        "imap://duban:hunter2%0D%0A@imap.binhai.example",
        "imap://:hunter2@",
        "hunter2",
    ],
)
def test_a_bad_url_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(MailboxAddressInvalid, match="邮箱地址不可用") as refusal:
        MailboxAddress.parse(url)
    assert "hunter2" not in "".join(traceback.format_exception(refusal.value))
