"""Which addresses a copy may go to: properties over all of them, however they are written."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.addresses import Listed, is_public
from notifications.errors import ChannelInvalid

CLOSED = [
    ip_network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2001:db8::/32",
        "2002::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
]


def within(network):
    first, last = int(network[0]), int(network[-1])
    return st.integers(first, last).map(IPv4Address if network.version == 4 else IPv6Address)


closed = st.sampled_from(CLOSED).flatmap(within)
any_address = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6), closed)


@given(closed)
def test_no_address_of_a_closed_network_is_public(address):
    assert not is_public(address)
    assert not Listed().permits("hook.example", address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_gains_nothing_by_being_written_as_ipv6(address):
    assert not is_public(IPv6Address(f"::ffff:{address}"))
    assert not is_public(IPv6Address(int(ip_address("2002::")) + (int(address) << 80)))
    assert is_public(IPv6Address(f"64:ff9b::{address}")) == is_public(address)


@given(any_address)
def test_what_is_not_public_is_permitted_only_where_it_is_listed(address):
    listed = Listed.parse(["10.2.0.0/16", "fd00::/8", "Sms.Binhai.Example"])
    within_list = any(address in network for network in listed.networks)
    assert listed.permits("other.example", address) == (is_public(address) or within_list)
    assert listed.permits("SMS.binhai.example.", address)


@pytest.mark.parametrize("address", ["1.1.1.1", "114.114.114.114", "2400:3200::1", "2606:4700:4700::1111"])
def test_an_address_of_the_open_net_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("scoped", ["fe80::1%eth0", "::1%lo"])
def test_an_address_with_a_scope_is_of_the_neighbourhood(scoped):
    assert not is_public(ip_address(scoped))


@pytest.mark.parametrize("entry", ["", "*", "*.binhai.example", "http://a.example", "10.2.0.1/16", "a b"])
def test_a_list_takes_hosts_addresses_and_networks_only(entry):
    with pytest.raises(ChannelInvalid) as refused:
        Listed.parse([entry])
    assert refused.value.code == "channel_allow_invalid"
