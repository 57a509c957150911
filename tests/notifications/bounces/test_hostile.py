"""Nobody vouches for what comes to the mailbox: reading it neither raises nor takes long."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.bounces import read_bounces
from notifications.bounces.letter import Letter
from tests.notifications.bounces.mailbag import samples

MAILS = [sample.data for kind in ("reports", "notices", "others") for sample in samples(kind)]
SYSTEM = b"From: MAILER-DAEMON@a.example\n"
REPORT = SYSTEM + b"Subject: failure notice\nMIME-Version: 1.0\n"
MEBIBYTE = 1024 * 1024
SECONDS = 5
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"\n\n", b"\r\n", b"--", b"=?gb2312?B?", b"?=", b"<", b"@", b"\0", b"\xff\xfe", b"5.1.1"]
    ),
)


@given(data=st.binary(max_size=2_000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read(data: bytes) -> None:
    read_bounces(data)
    read_bounces(REPORT + data)


@given(
    mail=st.sampled_from(MAILS),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), PIECES), max_size=6),
)
@settings(max_examples=300, deadline=None)
def test_a_damaged_bounce_is_read(mail: bytes, cuts: list[tuple[float, int, bytes]]) -> None:
    for place, length, piece in cuts:
        start = int(place * len(mail))
        mail = mail[:start] + piece + mail[start + length :]
    for bounce in read_bounces(mail):
        assert len(bounce.message_ids) <= 16
        assert len(bounce.diagnostic) <= 500


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "unicode_escape", "rot13", "zlib", "no\0such", "utf-7", "x" * 999]
)
def test_a_strange_charset_is_not_asked_for(charset: str) -> None:
    head = f"Subject: =?{charset}?B?5L2g?=\nContent-Type: text/plain; charset={charset}\n\n".encode()
    told = read_bounces(SYSTEM + head + b"could not be delivered\n<a@b.example>: \\N{x} 550 5.1.1 no\n")
    assert [one.kind for one in told] == ["hard"]


def nested(depth: int) -> bytes:
    opened = "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(depth)
    )
    return REPORT + opened.encode() + b"\ncould not be delivered"


def test_nesting_is_followed_no_deeper_than_bounded() -> None:
    assert read_bounces(nested(7))
    assert read_bounces(nested(20_000)) is not None
    assert len(Letter.open(nested(20_000)).leaves) == 1


def test_no_more_parts_are_opened_than_bounded() -> None:
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000
    assert len(Letter.open(many).leaves) == 64


@pytest.mark.parametrize(
    "filling",
    [
        b"\n",
        b" ",
        b"-",
        b"<",
        b"@",
        b"a@",
        b"a@a.",
        b"&lt;",
        b"<style>",
        b"--b\n",
        b"message-id: <",
        b"-- original ",
        b"\n-----",
    ],
)
@pytest.mark.parametrize(
    "kind", [b"text/plain", b"text/html", b"multipart/report; boundary=b", b"message/delivery-status"]
)
def test_ten_mebibytes_of_one_thing_take_seconds_at_most(kind: bytes, filling: bytes) -> None:
    began = time.monotonic()
    read_bounces(REPORT + b"Content-Type: " + kind + b"\n\n" + filling * (10 * MEBIBYTE // len(filling)))
    read_bounces(REPORT + b"To: " + filling * (MEBIBYTE // len(filling)))
    assert time.monotonic() - began < SECONDS


def test_what_lies_past_ten_mebibytes_is_left_unread() -> None:
    beyond = REPORT + b"X-Padding: " + b"a" * 10 * MEBIBYTE + b"\n\ncould not be delivered to <a@b.example>"
    assert [one.recipient for one in read_bounces(beyond)] == [None]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("quoted-printable", b"=E9=82=AE=E4=BB=B6=E8=A2=AB=E9=80=80=\r\n=E5=9B=9E"),
        ("Base64", b"6YKu5Lu26KKr6YCA5Zue"),
        ("8bit", "邮件被退回".encode()),
    ],
)
def test_words_are_read_whatever_carried_them(encoding, body):
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    assert "邮件被退回" in Letter.open(head.encode() + body).words
