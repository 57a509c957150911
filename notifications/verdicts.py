"""What an answer of the relay means, or that none came, at each stage of the conversation.

Only the stage tells a safe repeat from a possible duplicate: until the final dot is written a relay must
discard the mail, from then on it may have it. Called by `Relay` alone; speaks to nobody.
"""

import ssl
from collections.abc import Iterator, Mapping
from typing import Literal

from notifications.errors import (
    DeliveryFailure,
    PermanentFailure,
    RelayTrouble,
    TemporaryFailure,
    UncertainFailure,
)

Stage = Literal["connect", "tls", "login", "mail", "rcpt", "data", "end"]
"""`data` reaches from the command to the last byte before the final dot, `end` from the dot to its answer."""

NOT_UP = ("connect", "tls", "login")
LOGIN_WANTED = (530, 534, 535, 538)
"""Our account is at fault wherever these come (RFC 4954, 6)."""

UNREACHED: Mapping[Stage, str] = {
    "connect": "连接不上邮件服务器，请检查服务器地址、端口和网络。",
    "tls": "与邮件服务器建立不了加密连接，请核对端口和加密方式（tls=starttls 或 tls=tls）。",
    "login": "登录邮件服务器未成，请核对账号、密码（授权码）和服务器支持的登录方式。",
}
UNWELCOME: Mapping[Stage, str] = {
    "connect": "邮件服务器拒绝本系统连接，请核对服务器地址，并请其管理员允许本机连接。",
    "tls": "邮件服务器拒绝加密，请核对端口和加密方式（tls=starttls 或 tls=tls）。",
    "login": "邮件服务器拒绝登录，请核对账号和密码（授权码）。",
    "mail": "邮件服务器拒绝以该发件地址发件，请核对发件地址是否属于登录账号。",
}
REFUSED_FOR_GOOD: Mapping[Stage, str] = {
    "rcpt": "邮件服务器拒收该邮箱地址，请核对并更正收件人的邮箱。",
    "data": "邮件服务器拒收该邮件，请按其答复处理后重新发送。",
    "end": "邮件服务器拒收该邮件，请按其答复处理后重新发送。",
}
LATER = "邮件服务器暂时不能接收，将自动重试。"
LOST = "与邮件服务器的连接中断，邮件尚未交出，将自动重试。"
UNREADABLE = "邮件服务器的答复不合规范，邮件尚未交出，将自动重试。"
UNKNOWN = "邮件已交出但未收到可用的答复，可能已经送达，请核实后再决定是否重发。"
LOGIN_FIRST = "邮件服务器要求先登录或拒绝当前账号，请核对账号和密码（授权码）。"

CERTIFICATE = "邮件服务器的证书不可信，未发出任何内容，请联系其管理员。"
CERTIFICATES: Mapping[int, str] = {
    9: "邮件服务器的证书尚未生效，请核对本机时间，或联系其管理员更换证书。",
    10: "邮件服务器的证书已过期，未发出任何内容，请联系其管理员更换证书。",
    62: "邮件服务器的证书不是发给该主机名的，请把服务器地址改为证书上的主机名。",
    64: "邮件服务器的证书不是发给该地址的，请把服务器地址改为证书上的主机名。",
} | dict.fromkeys(
    (18, 19, 20, 21),
    "邮件服务器的证书不是本机信任的机构签发的，请向其管理员索取根证书，并以环境变量SSL_CERT_FILE指明。",
)
"""By the code of OpenSSL's check."""


def refused(stage: Stage, code: int, reply: str) -> DeliveryFailure:
    """The failure that an answer other than the wished-for one means."""
    kind, message = _meaning(stage, code)
    return kind(message, stage=stage, smtp_code=code if code > 0 else None, reply=reply)


def _meaning(stage: Stage, code: int) -> tuple[type[DeliveryFailure], str]:
    if stage in NOT_UP:
        return RelayTrouble, UNWELCOME[stage]
    if not 400 <= code < 600:
        return (UncertainFailure, UNKNOWN) if stage == "end" else (TemporaryFailure, UNREADABLE)
    if code in LOGIN_WANTED and stage == "mail":
        return RelayTrouble, LOGIN_FIRST
    if code < 500:
        return TemporaryFailure, LATER
    return (
        (RelayTrouble, UNWELCOME[stage]) if stage == "mail" else (PermanentFailure, REFUSED_FOR_GOOD[stage])
    )


def broken(stage: Stage, cause: BaseException) -> DeliveryFailure:
    """The failure that a lost connection, silence or a failed handshake means."""
    if stage in NOT_UP:
        return _unreached(stage, cause)
    if stage == "end":
        return UncertainFailure(UNKNOWN, stage=stage, reply=str(cause))
    return TemporaryFailure(LOST, stage=stage, reply=str(cause))


def _unreached(stage: Stage, cause: BaseException) -> RelayTrouble:
    flaw = next((one for one in _causes(cause) if isinstance(one, ssl.SSLError)), None)
    message = UNREACHED["tls" if flaw else stage]
    if isinstance(flaw, ssl.SSLCertVerificationError):
        message = CERTIFICATES.get(flaw.verify_code, CERTIFICATE)
    return RelayTrouble(message, stage="tls" if flaw else stage, reply=str(flaw or cause))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def unencrypted() -> RelayTrouble:
    """The relay does not offer the encryption that is demanded."""
    return RelayTrouble(
        "邮件服务器不提供STARTTLS加密，邮件和密码均未发出，请改用支持加密的端口，或请其管理员开启加密。",
        stage="tls",
    )


def too_large(size: int, limit: int) -> PermanentFailure:
    """A mail of `size` bytes is more than the relay says it takes (RFC 1870)."""
    return PermanentFailure(
        f"邮件大小为{size}字节，超过邮件服务器允许的{limit}字节，请减少附件或请其管理员放宽限制。",
        stage="data",
    )
