"""Sixty tricks to make this machine speak to what only it can reach, and not one connection made (S10)."""

import asyncio
import socket
from itertools import cycle

import pytest

from notifications.channels.addresses import Listed
from notifications.errors import DeliveryFailure, ReceiverTrouble, WebhookInvalid
from notifications.webhooks import handing_over
from notifications.webhooks.handing_over import post
from notifications.webhooks.receivers import Receiver
from tests.notifications.hooks import hooked

WRITTEN = [
    "http://hook.example/",
    "ftp://hook.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "//hook.example/",
    "hook.example/path",
    "https:/hook.example/",
    "https://",
    "https://:443/",
    "https://user@hook.example/",
    "https://user:word@hook.example/",
    "https://hook.example@127.0.0.1/",
    "https://127.0.0.1#@hook.example/",
    "https://hook.example#@127.0.0.1/",
    "https://hook.example/#",
    "https://hook.example\\@127.0.0.1/",
    "https:\\\\127.0.0.1\\",
    "https://hook.example/\r\nX-Forged: 1",
    "https://hook.example\r\nHost: 127.0.0.1/",
    "https://hook.example/ HTTP/1.1",
    "https://hook.example/\tx",
    "https://hook.example\x00.evil/",
    " https://hook.example/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://127.0.0.1./",
    "https://127.0.0.01/",
    "https://hook.example.0x10/",
    "https://１２７.０.０.１/",
    "https://127。0。0。1/",
    "https://ⓛocalhost/",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.100.100.200/latest/meta-data/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[::1",
    "https://hook.example:22/",
    "https://hook.example:25/",
    "https://hook.example:0/",
    "https://hook.example:99999/",
    "https://hook.example:８080/",
    "https://" + "a" * 64 * 40 + "/",
    "https://hook..example/",
    "https://-/",
    "https://%31%32%37.0.0.1/",
]
"""What is refused where it is written."""

RESOLVED = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "169.254.169.254",
    "100.100.100.200",
    "192.168.0.1",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "2002:a00:1::1",
    "fd00:ec2::254",
    "fe80::1",
]
"""What a name resolves to."""
PUBLIC = "114.114.114.114"


@pytest.fixture
def connected(monkeypatch):
    """Addresses a connection was made to; none is made in truth."""
    made = []

    async def connect(_, host, *__, **___):
        made.append(host)
        raise handing_over.httpcore.ConnectError

    monkeypatch.setattr(handing_over.httpcore.AnyIOBackend, "connect_tcp", connect)
    return made


def resolving(monkeypatch, *answers):
    """A name server that answers with these lists, one after the other and round again."""
    turns = cycle(answers)

    def found(host, port, *_, **__):
        return [(0, socket.SOCK_STREAM, 0, "", (one, port)) for one in next(turns)]

    monkeypatch.setattr(socket, "getaddrinfo", found)


def hand_over(url, **told):
    receiver = Receiver.parse(url, plain=True, listed=Listed.parse(["127.0.0.0/8"]))
    return asyncio.run(post(receiver, b"{}", {}, **told))


@pytest.mark.parametrize("url", WRITTEN)
def test_an_address_that_can_be_read_in_two_ways_is_refused_where_it_is_written(url):
    with pytest.raises(WebhookInvalid) as refused:
        Receiver.parse(url)
    assert refused.value.code.startswith("webhook_")
    assert url.strip("/") not in refused.value.message


@pytest.mark.parametrize("address", RESOLVED)
def test_nothing_is_connected_to_where_a_name_leads_inside(monkeypatch, connected, address):
    resolving(monkeypatch, [PUBLIC, address])
    with pytest.raises(ReceiverTrouble) as refused:
        hand_over("https://hook.example/")
    assert (refused.value.code, connected) == ("webhook_address_refused", [])


def test_the_connection_is_made_to_the_address_that_was_judged_whatever_the_name_says_next(
    monkeypatch, connected
):
    resolving(monkeypatch, [PUBLIC], ["127.0.0.1"])
    with pytest.raises(ReceiverTrouble):
        hand_over("https://hook.example/")
    with pytest.raises(ReceiverTrouble, match="不在公网上"):
        hand_over("https://hook.example/")
    assert connected == [PUBLIC]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status):
    with hooked() as inside, hooked(status=status) as hook:
        hook.headers = {"Location": f"http://127.0.0.1:{inside.port}/"}
        with pytest.raises(ReceiverTrouble, match="未予跟随"):
            hand_over(f"http://127.0.0.1:{hook.port}/", listed=Listed.parse(["127.0.0.1"]))
    assert (len(hook.asked), inside.asked) == (1, [])


def test_no_proxy_of_the_environment_is_used(monkeypatch):
    with hooked() as proxy, hooked() as hook:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        hand_over(f"http://127.0.0.1:{hook.port}/a", listed=Listed.parse(["127.0.0.1"]))
    assert (len(hook.asked), proxy.asked) == (1, [])


@pytest.mark.parametrize("value", ["a\r\nX-Forged: 1", "a\nb", "a\x00b"])
def test_no_header_can_forge_another(value):
    with hooked() as hook, pytest.raises(DeliveryFailure):
        address = Receiver(f"http://127.0.0.1:{hook.port}/")
        asyncio.run(post(address, b"{}", {"webhook-id": value}, listed=Listed.parse(["127.0.0.1"])))
    assert hook.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://hook.example/a?b=c",
        "https://xn--fiq228c.example:8443/",
        "https://1.1.1.1/",
        f"https://{PUBLIC}:443/x",
        "https://[2400:3200::1]/",
    ],
)
def test_a_plain_address_of_the_open_net_is_taken(url):
    assert Receiver.parse(url).url == url


def test_an_own_network_is_taken_where_it_is_listed_and_http_where_it_is_allowed():
    listed = Listed.parse(["10.2.0.0/16"])
    assert Receiver.parse("https://10.2.3.4/hook", listed=listed)
    assert Receiver.parse("http://10.2.3.4/hook", listed=listed, plain=True)
    with pytest.raises(WebhookInvalid):
        Receiver.parse("https://10.3.3.4/hook", listed=listed, plain=True)


def test_there_are_more_than_sixty_tricks():
    assert len(set(WRITTEN)) + len(set(RESOLVED)) > 60
