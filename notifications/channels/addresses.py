"""Which addresses a copy may go to: public ones, and those the installation lists.

Whoever can set a channel's URL, or the name it resolves to, could otherwise have this machine speak to what
only it can reach: itself, its neighbours, a cloud's metadata. Every address is judged by what it is, never by
how it was written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Self

from notifications.errors import ChannelInvalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNICAST = IPv6Network("2000::/3")
TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 as a translating network writes it (RFC 6052): as good as the address inside."""

HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """The hosts and networks the installation trusts beyond the public ones; none unless it says so."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, allow: Iterable[str]) -> Self:
        """From host names (`sms.binhai.example`), addresses and networks (`10.2.0.0/16`).

        Raises ChannelInvalid (`channel_allow_invalid`).
        """
        hosts, networks = set(), []
        for one in allow:
            try:
                networks.append(ip_network(one))
            except ValueError:
                hosts.add(_host(one))
        return cls(frozenset(hosts), tuple(networks))

    def permits(self, host: str, address: Address) -> bool:
        """Whether a connection to `address`, which `host` resolved to, may be made."""
        return (
            is_public(address)
            or _plain(host) in self.hosts
            or any(address in network for network in self.networks)
        )


def is_public(address: Address) -> bool:
    """Whether an address is one of the open net, and leads nowhere else by being translated or mapped."""
    if isinstance(address, IPv6Address):
        if address in TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in UNICAST or address.sixtofour or address.teredo:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _host(written: str) -> str:
    if not HOST.fullmatch(written):
        message = f"允许名单中的“{written[:64]}”不是主机名、地址或网段，请改为如10.2.0.0/16的写法。"
        raise ChannelInvalid(message, code="channel_allow_invalid")
    return _plain(written)


def _plain(host: str) -> str:
    return host.lower().rstrip(".")
