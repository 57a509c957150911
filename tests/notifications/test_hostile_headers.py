"""Whatever stands in a subject, a name, a file name or an address: no header and no recipient more."""

import email
import email.policy
import random
import re
from email.utils import getaddresses

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.messages import Attachment, build_message
from notifications.stationery import Stationery, load_stationery
from tests.notifications.matter import FACTS, with_fact
from tests.notifications.test_messages import HEADERS

EVIL = "evil@attacker.example"
TRICKS = [
    "\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x1e", "\x7f", "\x85", "\u2028", "\u2029", "\r\n ",
    "\r\n\t", "\r\n\r\n", f"Bcc: {EVIL}", f"\nBcc: {EVIL}", f"\r\nTo: {EVIL}\r\n",
    "\r\nContent-Type: text/html\r\n\r\n<b>", ":", ";", ",", "<", ">", "\"", "\\", "\\\"", "(", ")", "[",
    "]", "@", f", {EVIL}", f"<{EVIL}>", f"\" <{EVIL}>, \"", f"\\\" <{EVIL}>,", f";{EVIL}",
    f"group: {EVIL};", "=?utf-8?q?=0D=0ABcc=3A_evil=40attacker=2Eexample?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAYXR0YWNrZXIuZXhhbXBsZQ==?=", "=?utf-8?q?a=2C_evil=40attacker=2Eexample?=",
    "=?utf-8?q?=22_=3Cevil=40attacker=2Eexample=3E?=", "=?", "?=", "=?x?q?", "=?gb2312?b?", "\u202e",
    "\u2066", "\u200b", "\ufeff", "\u200f", "\ud800", "\udcff", "\ue000", "＠", "．", "，", "﹫",
    "％0d％0a", "%0d%0aBcc:", "\u560a\u560dBcc:", "a" * 300, "督" * 300, "𬭎" * 90, " ", "\t", "\u3000",
    "\u00a0", "--=", "=", "_", "'", "''", "*0*=utf-8''", ";filename=x", "喆某堃", "消防", "boundary",
    "e\u0301", "ﬁ", "İ", "mailto:", "\x1b$B", "+ADw-", "x-unknown", ".", "..", "!%",
]  # fmt: skip
EXPECTED = {
    *("subject", "from", "to", "date", "message-id", "auto-submitted"),
    *("x-auto-response-suppress", "mime-version", "content-type"),
}
INVISIBLE = re.compile("[\0-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b-\u200f]")
ALLOWED = {"header_unsafe", "address_invalid", "fact_missing", "fact_too_long"}


def hostile(dice):
    """A few tricks between a few honest words."""
    return "".join(dice.choices([*TRICKS, "盛宁远", "a.b", "提醒函"], k=dice.randint(1, 6)))


def attacked(place, dice):
    """A mail with something hostile in one of its places, as arguments of `build_message`."""
    evil, facts, usual = hostile(dice), FACTS["reminder"], load_stationery("reminder")
    wording, given = usual, dict(HEADERS)
    match place:
        case "title":
            facts = with_fact(facts, "case.title", evil)
        case "subject":
            wording = Stationery("reminder", usual.notice, evil.replace("{", ""), usual.text, usual.html)
        case "number":
            facts = with_fact(facts, "number", evil)
        case "office":
            facts = with_fact(facts, "office.name", evil)
        case "name":
            given["recipient_name"] = evil
        case "address":
            given["recipient"] = dice.choice(
                [f"{evil}@binhai.example", f"a@{evil}", f"a{evil}b@binhai.example", evil]
            )
        case "sender":
            given["sender"] = dice.choice([f"a{evil}@binhai.example", f"a@binhai.example{evil}"])
        case "file":
            given["attachments"] = [Attachment(evil, b"%PDF"), Attachment(f"{evil}.pdf", b"%PDF")]
        case "message id":
            given["message_id"] = f"<{evil}@binhai.example>"
    return wording, facts, given


PLACES = ("title", "subject", "number", "office", "name", "address", "sender", "file", "message id")


@pytest.mark.parametrize("place", PLACES)
def test_two_thousand_hostile_values_add_no_header_and_no_recipient(place):
    """A ninth of them in each place; every one is refused by a stable code, or harmless."""
    dice, built = random.Random(f"20261117 {place}"), 0
    for _ in range(2_000 // len(PLACES) + 1):
        wording, facts, given = attacked(place, dice)
        try:
            data = build_message(wording, facts, **given)
        except NoticeUnrenderable as refused:
            assert refused.code in ALLOWED
            continue
        built += 1
        check(data, given["recipient"], given["sender"])
    assert built or place == "message id"


def check(data, recipient, sender):
    """One To and one From, the headers there are meant to be, and lines that are lines, for either reader."""
    head = data.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", data)
    assert all(0 < len(line) <= 998 for line in head.split(b"\r\n"))
    old = email.message_from_bytes(data)
    new = email.message_from_bytes(data, policy=email.policy.default)
    for message in (old, new):
        assert sorted(name.lower() for name in message) == sorted(EXPECTED)
        parts = [part for part in message.walk() if part is not message]
        assert {name.lower() for part in parts for name in part} <= {
            *("content-type", "content-transfer-encoding", "content-disposition", "mime-version")
        }
    assert [addresses(new["To"]), addresses(new["From"])] == [[recipient], [sender]]
    assert not re.search(
        "[\0-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b-\u200f]", "".join(map(str, new.values()))
    )
    if head.isascii():
        assert not [*new["To"].defects, *new["From"].defects, *new["Subject"].defects]
        assert [address for _, address in getaddresses([old["To"]])] == [recipient]


def addresses(header):
    """Whom a header names; the reader keeps UTF-8 that stands there as it is, byte by byte."""
    return [one.addr_spec.encode("utf-8", "surrogateescape").decode() for one in header.addresses]


@pytest.mark.parametrize("address", [
    "盛宁远@滨海.example", "a+b@binhai.example", "o'neil@binhai.example", "a@localhost",
    "x" * 64 + "@binhai.example",
])  # fmt: skip
def test_an_honest_address_is_taken_as_it_is(address):
    check(build_message(load_stationery("reminder"), FACTS["reminder"], **{**HEADERS, "recipient": address}),
          address, HEADERS["sender"])  # fmt: skip


@pytest.mark.parametrize("address", [
    "a@b@c.example", ".a@b.example", "a.@b.example", "a..b@b.example", "a@-b.example", "a@b..c",
    "a@b.example.", "x" * 65 + "@b.example", "督" * 22 + "@b.example", "a＠b.example", "a\u202e@b.example",
    "=?utf-8?q?a?=@b.example", "a@b.example\0", '"a b"@b.example', "a@[127.0.0.1]",
])  # fmt: skip
def test_an_address_that_could_be_read_in_two_ways_is_refused(address):
    with pytest.raises(NoticeUnrenderable) as refused:
        build_message(load_stationery("reminder"), FACTS["reminder"], **{**HEADERS, "recipient": address})
    assert refused.value.code == "address_invalid"
