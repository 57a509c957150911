"""Signed mails, read back by another hand than the one that signed them."""

import random
import sys
from functools import cache

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from notifications.dkim import DkimKey, DkimUnusable, sign
from notifications.facts import KINDS
from notifications.messages import CONFIDENTIAL_KINDS, Attachment
from tests.notifications.dkim_reader import verify
from tests.notifications.matter import FACTS, with_fact
from tests.notifications.test_messages import mail

ALGORITHMS = ("rsa", "ed25519")


@cache
def private(algorithm):
    return Ed25519PrivateKey.generate() if algorithm == "ed25519" else rsa.generate_private_key(65537, 2048)


def pem(key, how=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how or NoEncryption())


def key_of(algorithm):
    return DkimKey("binhai.example", "mail2026", pem(private(algorithm)))


def letters(count):
    """Chinese mails of every kind with attachments, each another."""
    dice = random.Random(20261117)
    for place in range(count):
        kind = sorted(KINDS)[place % len(KINDS)]
        title = "".join(
            dice.choices("消防通道堵塞整治老旧小区路灯农贸市场喆堃䶮𬭎“”《》  ", k=dice.randint(1, 60))
        )
        name = f"{title[:20]}.pdf"
        files = (
            [Attachment(name, dice.randbytes(dice.randint(0, 5_000)))]
            if kind not in CONFIDENTIAL_KINDS
            else []
        )
        yield mail(kind, facts=with_fact(FACTS[kind], "case.title", title), attachments=files)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_signed_mail_verifies_by_the_rfc_alone(algorithm):
    key, public = key_of(algorithm), private(algorithm).public_key()
    found = [verify(sign(data, key), public) for data in letters(60)]
    assert {(one["d"], one["s"], one["t"]) for one in found} == {("binhai.example", "mail2026", "1794877200")}
    assert not any("x" in one or "l" in one for one in found)
    signed = "from:from:to:subject:date:message-id:mime-version:content-type:auto-submitted"
    assert {one["h"] for one in found} == {signed}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_same_mail_bears_the_same_signature(algorithm):
    data = mail()
    assert sign(data, key_of(algorithm)) == sign(data, key_of(algorithm))
    assert sign(data, key_of(algorithm)).endswith(data)


@pytest.mark.parametrize("old, new", [
    (b"To: ", b"To: a"), (b"\r\n\r\n", b"\r\n\r\nx"),
    (b"\r\nSubject: ", b"\r\nFrom: <x@y.example>\r\nSubject: "),
    (b"Auto-Submitted: auto-generated", b"Auto-Submitted: no"),
])  # fmt: skip
def test_a_changed_mail_no_longer_verifies(old, new):
    signed = sign(mail(), key_of("rsa"))
    with pytest.raises((InvalidSignature, AssertionError)):
        verify(signed.replace(old, new, 1), private("rsa").public_key())


def test_what_a_relay_may_do_to_a_mail_leaves_the_signature_whole():
    signed = sign(mail(), key_of("rsa"))
    refolded = signed.replace(b"To: ", b"to:\t ", 1) + b"\r\n\r\n"
    assert verify(refolded, private("rsa").public_key())


def test_a_mail_to_a_chinese_address_is_signed_as_it_stands():
    signed = sign(mail(recipient="盛宁远@滨海.example"), key_of("rsa"))
    assert verify(signed, private("rsa").public_key())


@pytest.mark.parametrize("changed", [
    {"domain": "滨海"}, {"domain": "a..b"}, {"selector": "x;d=evil.example"},
    {"selector": ""}, {"selector": "a\n"},
    {"pem": b"-----BEGIN"}, {"pem": pem(private("rsa"), BestAvailableEncryption(b"secret"))},
    {"pem": pem(generate_private_key(SECP256R1()))}, {"pem": pem(private("rsa"))[:200]},
])  # fmt: skip
def test_a_key_that_cannot_sign_is_told_when_it_is_read(changed):
    with pytest.raises(DkimUnusable) as refused:
        DkimKey(**{"domain": "binhai.example", "selector": "mail2026", "pem": pem(private("rsa")), **changed})
    assert refused.value.code == "dkim_key_invalid"


def test_a_key_is_never_shown():
    assert "PRIVATE" not in repr(key_of("rsa"))


def test_without_the_extra_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "dkim", None)
    with pytest.raises(DkimUnusable, match=r"duban\[dkim\]") as refused:
        sign(mail(), key_of("rsa"))
    assert refused.value.code == "dkim_missing"
