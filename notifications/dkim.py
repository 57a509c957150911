"""A DKIM signature on a mail (RFC 6376), through dkimpy: for offices whose relay does not sign.

Needs the extra `dkim`. The signed bytes are what is kept and sent, so that a repeated mail bears the same
signature: its time is the mail's own date, and it never expires.
"""

import base64
import re
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from functools import cached_property
from importlib import import_module
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from notifications.errors import MailRoomError

SIGNED = (
    *("From", "From", "To", "Subject", "Date", "Message-ID"),
    *("MIME-Version", "Content-Type", "Auto-Submitted"),
)
"""From twice: whoever adds another breaks the signature (RFC 6376, 5.4.2)."""

RELAXED = (b"relaxed", b"relaxed")
LEAST_BITS = 1024
"""What RFC 8301 asks of an RSA key at least; 2048 is what it advises."""

LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(\.{LABEL})*", re.IGNORECASE)


class DkimUnusable(MailRoomError):
    """A mail cannot be signed: `dkim_key_invalid`, or `dkim_missing` where the extra is not installed."""

    code = "dkim_key_invalid"


@dataclass(frozen=True)
class DkimKey:
    """The key of a domain, and the selector under which its public half stands in the DNS.

    `pem` is an RSA or Ed25519 private key without a passphrase. Raises `DkimUnusable` for what cannot sign.
    """

    domain: str
    selector: str
    pem: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not (NAME.fullmatch(self.domain) and NAME.fullmatch(self.selector)):
            raise DkimUnusable("DKIM的域名或选择器不合规范，请写成binhai.example、mail2026这样。")
        _ = self.private

    @cached_property
    def private(self) -> RSAPrivateKey | Ed25519PrivateKey:
        """The key, read once. Raises `DkimUnusable`."""
        try:
            key = serialization.load_pem_private_key(self.pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise DkimUnusable("DKIM私钥无法读取，请换成不带口令的PEM格式私钥。") from error
        if isinstance(key, RSAPrivateKey) and key.key_size < LEAST_BITS:
            raise DkimUnusable(f"DKIM私钥只有{key.key_size}位，请换成2048位的。")
        if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
            raise DkimUnusable("DKIM私钥须为RSA或Ed25519，请更换。")
        return key


def sign(data: bytes, key: DkimKey) -> bytes:
    """The mail with its signature before it: relaxed/relaxed, rsa-sha256 or ed25519-sha256 as the key is.

    The same mail and key make the same bytes. Raises `DkimUnusable`.
    """
    package, (algorithm, secret) = _package(), _for_package(key.private)
    try:
        header = _dated(package, data).sign(
            key.selector.encode(), key.domain.encode(), secret, algorithm,
            canonicalize=RELAXED, include_headers=[name.encode() for name in SIGNED],
        )  # fmt: skip
    except package.NaClNotFoundError as error:
        raise _missing() from error
    except package.DKIMException as error:
        raise DkimUnusable(f"邮件DKIM签名失败（{type(error).__name__}），请检查DKIM私钥。") from error
    return bytes(header) + data


def _dated(package: Any, data: bytes) -> Any:
    """dkimpy at work on a mail; it dates a signature by the clock, here it is the mail's own date."""
    sent = parsedate_to_datetime(BytesHeaderParser().parsebytes(data)["Date"])
    stamp = str(int(sent.timestamp())).encode()

    class Dated(package.DKIM):  # type: ignore[misc]  # its base is known at run time only
        def gen_header(self, fields: Any, *given: Any, **named: Any) -> bytes:
            told = [(name, stamp if name == b"t" else value) for name, value in fields]
            return bytes(super().gen_header(told, *given, **named))

    return Dated(data)


def _for_package(key: RSAPrivateKey | Ed25519PrivateKey) -> tuple[bytes, bytes]:
    """Algorithm and key as dkimpy takes them: PKCS#1, or the bare 32 bytes in base64."""
    if isinstance(key, Ed25519PrivateKey):
        return b"ed25519-sha256", base64.b64encode(key.private_bytes_raw())
    pkcs1 = serialization.PrivateFormat.TraditionalOpenSSL
    bare = serialization.NoEncryption()
    return b"rsa-sha256", key.private_bytes(serialization.Encoding.PEM, pkcs1, bare)


def _package() -> Any:
    try:
        return import_module("dkim")
    except ModuleNotFoundError as error:
        raise _missing() from error


def _missing() -> DkimUnusable:
    return DkimUnusable(
        "没有安装邮件签名所需的dkimpy，请用pip install 'duban[dkim]'安装，或者由邮件服务器签名。",
        code="dkim_missing",
    )
