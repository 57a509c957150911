"""Copies to other channels, over real HTTP: where they may go, what they say, what an answer means."""

import ast
import asyncio
import json
import logging
import socket
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from inspect import getsource

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications.channels import Channel, send, words
from notifications.channels.addresses import Listed
from notifications.channels.services import SERVICES, module_of
from notifications.errors import (
    ChannelInvalid,
    ChannelTrouble,
    PermanentFailure,
    TemporaryFailure,
    UncertainFailure,
)
from notifications.guarded_wire import LARGEST
from notifications.messages import CONFIDENTIAL_KINDS
from tests.notifications.hooks import hooked
from tests.postbox import free_port

HERE = Listed.parse(["127.0.0.0/8"])
KEY = "s3cret-key-0123456789abcdef"
ROBOT_URLS = {
    "wecombot": ("notify_url", f"wecombot://{KEY}"),
    "dingtalk": ("notify_url", "dingtalk://0123abcd"),
    "feishu": ("notify_url", f"feishu://{KEY}"),
}
ANSWERS = {
    "wecombot": ("errcode", {
        ChannelTrouble: (40001, 40014, 93000),
        TemporaryFailure: (-1, 45009, 45033),
        PermanentFailure: (40058, 45002, 123456),
    }),
    "dingtalk": ("errcode", {
        ChannelTrouble: (40035, 300001, 300005, 310000, 400013, 400101, 400102, 400106),
        TemporaryFailure: (-1, 130101, 410100),
        PermanentFailure: (400105, 7),
    }),
    "feishu": ("code", {
        ChannelTrouble: (19001, 19007, 19021, 19022, 19024),
        TemporaryFailure: (9499, 11232),
        PermanentFailure: (19002, 7),
    }),
}  # fmt: skip
"""The member of an answer with HTTP 200 that tells of a failure, and what its numbers mean; the last are of
no documentation."""


def sent(url, title="督办单", body="文号：滨督〔2026〕1号", *, listed=HERE, patience=5.0):
    return asyncio.run(send(Channel.parse("测试", url), title, body, listed=listed, patience=patience))


@pytest.fixture
def robot(request, monkeypatch):
    """A robot of one of the services, which answers on loopback instead of in its own house."""
    schema = request.param
    attribute, url = ROBOT_URLS[schema]
    with hooked() as hook:
        plugin = getattr(module_of(SERVICES[schema]), SERVICES[schema].plugin)
        monkeypatch.setattr(plugin, attribute, f"http://127.0.0.1:{hook.port}/robot?key=x")
        yield url, hook, ANSWERS[schema]


def test_a_copy_reaches_a_listed_host_with_title_and_body():
    with hooked() as hook:
        accepted = sent(f"json://127.0.0.1:{hook.port}/hook")
    assert (accepted.code, hook.asked[0][0]) == (200, "/hook")
    assert (hook.json()["title"], hook.json()["message"]) == ("督办单", "文号：滨督〔2026〕1号")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::1]"])
def test_a_host_of_the_neighbourhood_is_refused_unless_it_is_listed(host):
    with hooked() as hook, pytest.raises(ChannelTrouble) as refused:
        sent(f"json://{host}:{hook.port}/", listed=Listed())
    assert hook.asked == []
    assert refused.value.code == "channel_address_refused"


def test_a_host_with_one_address_inside_is_refused_whole(monkeypatch):
    found = [(socket.AF_INET, 1, 6, "", (one, 80)) for one in ("1.1.1.1", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(ChannelTrouble) as refused:
        sent("json://mixed.example/")
    assert refused.value.code == "channel_address_refused"


def test_a_name_is_looked_up_once_and_the_address_judged_is_the_one_connected_to(monkeypatch):
    lookups = []

    def rebinding(host, port, *_, **__):
        lookups.append(host)
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1" if len(lookups) == 1 else "10.9.9.9", port))]

    with hooked() as hook:
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        sent(f"json://hook.example:{hook.port}/")
    assert [host for host in lookups if host == "hook.example"] == ["hook.example"]
    assert hook.asked[0][1] == f"hook.example:{hook.port}"


def test_a_redirect_is_not_followed():
    with hooked() as inner, hooked(status=307) as hook:
        hook.headers["Location"] = f"http://127.0.0.1:{inner.port}/"
        with pytest.raises(ChannelTrouble) as refused:
            sent(f"json://127.0.0.1:{hook.port}/?redirect=yes")
    assert (refused.value.reply, inner.asked) == ("HTTP 307", [])


def test_no_proxy_of_the_environment_sees_a_copy(monkeypatch):
    with hooked() as hook, hooked() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        sent(f"json://127.0.0.1:{hook.port}/")
    assert (len(hook.asked), proxy.asked) == (1, [])


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (429, TemporaryFailure),
        (503, TemporaryFailure),
        (401, ChannelTrouble),
        (404, ChannelTrouble),
        (400, PermanentFailure),
        (413, PermanentFailure),
    ],
)
def test_a_status_means_what_the_office_does_next(status, failure):
    with hooked(status=status, answer=KEY.encode()) as hook, pytest.raises(failure) as refused:
        sent(f"json://127.0.0.1:{hook.port}/{KEY}")
    assert (type(refused.value), refused.value.reply) == (failure, f"HTTP {status}")


@pytest.mark.parametrize("robot", ROBOT_URLS, indirect=True)
def test_a_robot_that_refuses_with_200_is_not_taken_at_its_word(robot):
    url, hook, (member, codes) = robot
    for failure, code in ((failure, code) for failure, some in codes.items() for code in some):
        hook.answer = json.dumps({member: code, "errmsg": KEY}).encode()
        with pytest.raises(failure) as refused:
            sent(url)
        assert refused.value.reply == f"HTTP 200 {member} {code}"
        assert KEY not in json.dumps(refused.value.as_json())


@pytest.mark.parametrize("robot", ROBOT_URLS, indirect=True)
def test_a_robot_gets_the_words_and_says_that_it_took_them(robot):
    url, hook, _ = robot
    hook.answer = b'{"errcode": 0, "code": 0}'
    assert sent(url).code == 200
    told = json.dumps(hook.json(), ensure_ascii=False)
    assert "督办单" in told
    assert "滨督〔2026〕1号" in told


@pytest.mark.parametrize("robot", ["wecombot"], indirect=True)
def test_an_answer_that_is_none_of_the_service_s_is_trouble(robot):
    url, hook, _ = robot
    hook.answer = "<html>请先登录</html>".encode()
    with pytest.raises(ChannelTrouble):
        sent(url)


def test_an_sms_gateway_of_one_s_own_takes_a_copy_and_its_refusal_is_heard():
    with hooked(answer=b'{"result": {"status": "ok", "message_id": "1"}}') as hook:
        url = f"smseagle://{KEY}@127.0.0.1:{hook.port}/13800000001"
        assert sent(url).code == 200
        hook.answer = b'{"result": {"status": "error", "error_text": "Invalid"}}'
        with pytest.raises(ChannelTrouble):
            sent(url)
    assert "督办单" in hook.asked[0][2].decode("unicode_escape")


def test_an_application_asks_for_its_token_by_the_same_road_and_is_told_when_its_key_is_wrong(monkeypatch):
    plugin = module_of(SERVICES["wechat"]).NotifyWeChat
    url = f"wechat://corp0123456789:{KEY}@1000002/@zhangsan"
    with hooked(answer=b'{"errcode": 0, "access_token": "t", "expires_in": 7200}') as hook:
        monkeypatch.setattr(plugin, "token_url", f"http://127.0.0.1:{hook.port}/gettoken")
        monkeypatch.setattr(plugin, "notify_url", f"http://127.0.0.1:{hook.port}/send")
        assert sent(url).code == 200
        hook.answer = b'{"errcode": 40001}'
        with pytest.raises(ChannelTrouble) as refused:
            sent(url)
    assert [path.partition("?")[0] for path, *_ in hook.asked[:2]] == ["/gettoken", "/send"]
    assert refused.value.reply == "HTTP 200 errcode 40001"


def test_a_server_that_is_away_is_tried_again_and_one_that_keeps_silent_may_have_it():
    with pytest.raises(TemporaryFailure):
        sent(f"json://127.0.0.1:{free_port()}/")
    silent = threading.Event()
    with hooked(silent=silent) as hook:
        begun = time.monotonic()
        with pytest.raises(UncertainFailure):
            sent(f"json://127.0.0.1:{hook.port}/", patience=0.5)
        silent.set()
    assert time.monotonic() - begun < 3


def test_of_a_long_answer_no_more_is_read_than_is_needed():
    with hooked(answer=b" " * (50 * LARGEST)) as hook:
        assert sent(f"json://127.0.0.1:{hook.port}/").code == 200


def certificate_for(host, folder):
    """A certificate of its own authority, with its key, as one file."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
    )
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now,
                                   now + timedelta(days=1))  # fmt: skip
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem += key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place = folder / f"{host}.pem"
    place.write_bytes(pem)
    return place


@pytest.mark.parametrize(("host", "is_known"), [("localhost", True), ("other.example", False)])
def test_a_certificate_is_checked_by_the_host_s_name_whatever_the_url_says(
    tmp_path, monkeypatch, host, is_known
):
    place = certificate_for(host, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(place))
    with hooked(place) as hook:
        url = f"jsons://localhost:{hook.port}/?verify=no"
        if is_known:
            assert sent(url).code == 200
        else:
            with pytest.raises(TemporaryFailure):
                sent(url)
    assert len(hook.asked) == is_known


@pytest.mark.parametrize(
    "url",
    [
        f"syslog://{KEY}",
        f"dbus://{KEY}",
        f"file:///etc/{KEY}",
        f"config+http://{KEY}",
        f"mailto://{KEY}@a.example",
        f"exec://{KEY}",
        f"wecombot://{KEY}!!",
        f"json://a%00{KEY}/",
        f"{KEY}",
        "",
    ],
)
def test_a_url_that_is_none_or_leads_elsewhere_is_refused_without_being_repeated(url, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ChannelInvalid) as refused:
        Channel.parse("测试", url)
    assert KEY not in f"{refused.value} {refused.value.as_json()} {refused.value.__context__}"
    assert KEY not in caplog.text


def test_only_listed_plugins_are_ever_loaded():
    for schema in ("syslog", "dbus", "gnome", "config", "file", "mailto", "macosx", "windows", "smpp"):
        with pytest.raises(ChannelInvalid) as refused:
            Channel.parse("测试", f"{schema}://host/")
        assert refused.value.code == "channel_unsupported"
    assert not {"apprise.plugins.syslog", "apprise.plugins.dbus"} & sys.modules.keys()


@pytest.mark.parametrize("schema", SERVICES)
def test_a_listed_plugin_reaches_the_net_through_requests_alone(schema):
    tree = ast.parse(getsource(module_of(SERVICES[schema])))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "requests"
    }
    assert not imported & {"socket", "subprocess", "smtplib", "urllib3", "httpx", "os", "http.client"}
    assert used <= {"codes", "RequestException", "request", "get", "post"}


def test_a_channel_has_one_recipient():
    with pytest.raises(ChannelInvalid) as refused:
        Channel.parse("短信", f"smseagles://{KEY}@sms.binhai.example/13800000001/13800000002")
    assert refused.value.code == "channel_many_recipients"


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise.plugins.wecombot", None)
    with pytest.raises(ChannelInvalid) as refused:
        Channel.parse("测试", f"wecombot://{KEY}")
    assert (refused.value.code, "duban[channels]" in refused.value.message) == ("channels_missing", True)


@pytest.mark.parametrize("kind", sorted(CONFIDENTIAL_KINDS))
def test_a_copy_of_a_confidential_paper_says_only_that_one_waits(kind):
    told = words(kind, subject="关于张三的函询", number="滨督函〔2026〕1号", link="https://a.example/cases/7")
    assert told == ("", "您有一份文件待签收")


def test_a_copy_says_subject_number_and_link_and_calls_nobody():
    told = words(
        "reminder",
        subject="提醒\n<at user_id='all'>@all",
        number="滨督〔2026〕1号",
        link="https://a.example/1",
    )
    assert told == ("提醒 ＜at user_id='all'＞＠all", "文号：滨督〔2026〕1号\n查看：https://a.example/1")
    assert words("reminder", subject="提醒") == ("", "提醒")
    assert len(words("reminder", subject="长" * 1_000)[1]) <= 100


def test_the_representation_of_a_channel_holds_no_key():
    assert KEY not in repr(Channel.parse("测试", f"wecombot://{KEY}"))
