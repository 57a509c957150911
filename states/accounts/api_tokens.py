"""Tokens of the interface: what they look like, how long they last, and when one no longer counts.

A token begins with `duban_` and ends in a checksum, so that whoever searches files, mails and repositories
for leaked ones finds them without trying them, and a mistyped one is told without asking the database.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from states.characters import is_deceptive
from states.errors import FactInvalid
from states.vocabulary import Labelled

PREFIX, BODY, SUM = "duban_", 40, 6
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{BODY + SUM}}}", re.ASCII)
SHOWN = len(PREFIX) + 4
"""Characters of a token by which lists tell one from another."""

LONGEST_DAYS = 366
LONGEST_NAME = 60
MOST = 20
"""Tokens one person has at once."""


class Fault(Labelled):
    """Why a token that there is does not count."""

    REVOKED = "token_revoked", "令牌已经撤销，请重新申请。"
    EXPIRED = "token_expired", "令牌已经过期，请重新申请。"
    WAITING = "token_waiting", "令牌尚未核准，请等待安全保密管理员核准。"
    DISABLED = "token_disabled", "令牌对应的账号已经停用，令牌不能再用。"
    OWES = "account_owes", "请先登录网页，完成账号设置（更换密码或者启用动态码），再使用令牌。"


class TokenState(Labelled):
    """How a token stands in a list."""

    LIVE = "live", "有效"
    WAITING = "waiting", "待核准"
    EXPIRED = "expired", "已过期"
    REVOKED = "revoked", "已撤销"


@dataclass(frozen=True, slots=True)
class Standing:
    """A token as it stands, and the account behind it."""

    until: datetime
    ended: bool
    waits: bool
    disabled: bool
    owes: bool


def fault_of(standing: Standing, at: datetime) -> Fault | None:
    """Why it does not count at an instant; None where it does."""
    faults = {
        Fault.REVOKED: standing.ended,
        Fault.EXPIRED: at >= standing.until,
        Fault.WAITING: standing.waits,
        Fault.DISABLED: standing.disabled,
        Fault.OWES: standing.owes,
    }
    return next((one for one, found in faults.items() if found), None)


def written(body: str) -> str:
    """A token of these letters, with its beginning and its checksum."""
    return f"{PREFIX}{body}{checksum(body)}"


def is_whole(token: str) -> bool:
    """Whether this can be a token at all: its form, and its checksum."""
    body = token[len(PREFIX) : -SUM]
    return FORM.fullmatch(token) is not None and token.endswith(checksum(body))


def checksum(body: str) -> str:
    """CRC-32 of the letters, in six of them."""
    rest, letters = crc32(body.encode()), ""
    for _ in range(SUM):
        rest, place = divmod(rest, len(LETTERS))
        letters = LETTERS[place] + letters
    return letters


def checked_name(name: str) -> str:
    """What a token is called, as it is kept. Raises `FactInvalid` (`token_name_invalid`)."""
    kept = unicodedata.normalize("NFC", name).strip()
    if not kept or len(kept) > LONGEST_NAME or any(is_deceptive(one) or one in "\n\t" for one in kept):
        raise FactInvalid(
            f"请写明用途（1至{LONGEST_NAME}字，不含控制字符），以便日后辨认。", code="token_name_invalid"
        )
    return kept


def check_days(days: int) -> None:
    """Raises `FactInvalid` (`token_days_invalid`): each token ends, within a year and a day."""
    if not 1 <= days <= LONGEST_DAYS:
        raise FactInvalid(f"有效期须为1至{LONGEST_DAYS}天。", code="token_days_invalid")


def check_room(count: int) -> None:
    """Raises `FactInvalid` (`tokens_too_many`) for whoever has as many as he may."""
    if count >= MOST:
        raise FactInvalid(f"每人至多{MOST}个有效令牌，请先撤销不用的。", code="tokens_too_many")
