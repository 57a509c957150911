"""The headers of a mail: one sender, one recipient, one subject, and nothing a value could add to them.

Line breaks and control characters are refused: no honest name has any. Characters that only steer the display
(bidirectional, zero-width) are left out, so that nobody reads another name than there is. Marks that mean
something to a mail program are written as their full-width twins, whatever that program would make of them.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from typing import Any

from notifications.errors import NoticeUnrenderable
from notifications.facts import clean

SUBJECT_BOUND = 200
NAME_BOUND = 100
LOCAL_BOUND, ADDRESS_BOUND = 64, 254
"""Octets of what stands before the @, and of a whole address (RFC 5321, 4.5.3.1)."""

LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
DOMAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*")
MESSAGE_ID = re.compile(r"<[!#-';*+./-9=?A-Z^-~-]{1,120}@[!#-';*+./-9=?A-Z^-~-]{1,120}>")
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
ENCODED_WORD = str.maketrans({"?": "？"})
NAME_MARKS = str.maketrans('"(),:;<>@[\\]?', "＂（），：；＜＞＠［＼］？")

URGENCIES: Mapping[str, str] = {"特急": "1", "加急": "2"}
"""How much haste the head of a paper asks for, as mail programs number it. Nothing else is urgent."""


def subject(text: str) -> str:
    """What the mail is about, in one line. Raises NoticeUnrenderable (`header_unsafe`)."""
    if len(text) > SUBJECT_BOUND:
        raise NoticeUnrenderable(f"邮件主题超过{SUBJECT_BOUND}字，请缩短模板。", code="header_unsafe")
    line = single_line("邮件主题", text)
    return line.translate(ENCODED_WORD) if "=?" in line or "?=" in line else line


def mailbox(name: str, address: str) -> Address:
    """Somebody's name and his one bare address.

    Raises NoticeUnrenderable: `address_invalid`, and `header_unsafe` for a line break in the name.
    """
    local, domain = _parts(address)
    shown = single_line("姓名或单位名称", name).translate(NAME_MARKS)[:NAME_BOUND]
    return Address(display_name=shown, username=local, domain=domain)


def check_address(address: str) -> None:
    """Raise NoticeUnrenderable (`address_invalid`) for a typed address that is not one bare address."""
    try:
        _parts(address)
    except NoticeUnrenderable as error:
        message = "邮箱地址不合规范，请核对后重新填写；一次只写一个地址。"
        raise NoticeUnrenderable(message, code=error.code, address=address) from error


def message_id(value: str) -> str:
    """The identity of the mail in its angle brackets. Raises NoticeUnrenderable (`header_unsafe`)."""
    if not MESSAGE_ID.fullmatch(value):
        raise NoticeUnrenderable("邮件标识不合规范，应形如<标识@域名>。", code="header_unsafe")
    return value


def aware(date: datetime) -> datetime:
    """The date of the mail. Raises NoticeUnrenderable (`instant_naive`) for one without a zone."""
    if date.tzinfo is None:
        raise NoticeUnrenderable("邮件日期缺少时区，请传入带时区的时间。", code="instant_naive")
    return date


def single_line(what: str, value: str) -> str:
    """A value for a header; a line break here is the wording's, or an attack."""
    if BREAKS.search(value):
        raise NoticeUnrenderable(f"{what}含有换行或控制字符，请删去。", code="header_unsafe")
    return clean(value)


def haste(facts: Mapping[str, Any]) -> dict[str, str]:
    """The headers by which mail programs mark an urgent mail; none for a paper that asks for no haste."""
    priority = URGENCIES.get(str((facts.get("slip") or {}).get("urgency")))
    return {"Importance": "high", "X-Priority": priority} if priority else {}


def _parts(address: str) -> tuple[str, str]:
    """What stands before and behind the @ of one address that every reader takes for the same one."""
    local, _, domain = address.rpartition("@")
    well_formed = LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain) and "=?" not in local
    if not well_formed or unicodedata.normalize("NFKC", address) != address:
        raise _invalid(address)
    if len(local.encode()) > LOCAL_BOUND or len(address.encode()) > ADDRESS_BOUND:
        raise _invalid(address)
    return local, domain


def _invalid(address: str) -> NoticeUnrenderable:
    return NoticeUnrenderable(
        "邮箱地址不合规范，请在人员信息中改正；一栏只填一个地址。", code="address_invalid", address=address
    )
