"""Where a webhook goes: one address, written plainly, so that nothing reads it in two ways.

Whatever a parser may take for something else is refused where it is written: names and passwords, other
schemes, numbers in place of a host, characters that are not to be seen. What the host resolves to is judged
when the connection is made (`guarded_wire`).
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Self
from urllib.parse import SplitResult, urlsplit

from notifications.channels.addresses import HOST, Listed
from notifications.errors import WebhookInvalid

LONGEST = 2_000
PLAIN = re.compile(r"[!-\[\]-~]+")
"""Printable ASCII but for the backslash, which some read as a slash."""
NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\.?", re.IGNORECASE)
"""A last label that makes a host a number to some (WHATWG URL, "ends in a number")."""
USUAL, UNPRIVILEGED = frozenset({80, 443}), 1024
"""Ports below 1024 but for these belong to services that read a request as something else."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address that may be posted to, as far as its writing tells."""

    url: str

    @classmethod
    def parse(cls, url: str, *, plain: bool = False, listed: Listed = Listed()) -> Self:
        """From a URL: https, or http where the installation allows it (`plain`).

        Raises WebhookInvalid: `webhook_url_invalid`, `webhook_url_plain`, `webhook_address_refused` for a
        number that is not public and not `listed`.
        """
        if len(url) > LONGEST or not PLAIN.fullmatch(url):
            raise _invalid(f"接收地址须为不超过{LONGEST}个字符的网址，不含空格和汉字")
        parts = _parts(url)
        if parts.scheme not in ("https", "http"):
            raise _invalid("接收地址须以https://开头")
        if parts.scheme == "http" and not plain:
            message = "接收地址须以https://开头；本单位内网确须用http的，请维护人员先设置准许。"
            raise WebhookInvalid(message, code="webhook_url_plain")
        if "@" in parts.netloc or parts.fragment or url.endswith("#"):
            raise _invalid("接收地址不得含用户名、口令和#")
        _check_host(parts.hostname or "", listed)
        if parts.port is not None and not (parts.port >= UNPRIVILEGED or parts.port in USUAL):
            raise _invalid("接收地址的端口须为80、443或者1024以上")
        return cls(url)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _invalid("接收地址写法有误") from error
    return parts


def _check_host(host: str, listed: Listed) -> None:
    address = _address(host)
    if address is None:
        if not HOST.fullmatch(host) or ".." in host or NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
            raise _invalid("接收地址的主机须为域名或者通常写法的IP地址")
    elif not listed.permits(host, address):
        message = "接收地址不在公网上；确为本单位的主机的，请维护人员列入允许名单。"
        raise WebhookInvalid(message, code="webhook_address_refused")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _invalid(what: str) -> WebhookInvalid:
    return WebhookInvalid(f"{what}，请更正。", code="webhook_url_invalid")
