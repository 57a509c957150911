"""The services a copy may go through: a closed list of Apprise's plugins, each of which only speaks HTTP(S).

Apprise knows over a hundred more, among them some that write files, run programs or speak to the desktop; no
URL leads to one that is not listed here, for only these modules are ever imported. Chinese services answer
200 whatever happened and say in a number what became of the message; Apprise does not read every such number.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from notifications.errors import ChannelInvalid


@dataclass(frozen=True, slots=True)
class Service:
    """A plugin, and the number its answers carry in the member `code`: 0 is well.

    `later` are numbers that pass by themselves, `misset` those that say the channel is set up wrongly; both
    are tried again. Any other number refuses this one copy for good, and a person looks at it: what a service
    says of its own numbers is that only failures of its system are worth a repeat (企业微信, 45009).
    """

    module: str
    plugin: str
    code: str | None = None
    later: frozenset[int] = frozenset()
    misset: frozenset[int] = frozenset()


# 企业微信, developer.work.weixin.qq.com/document/path/90313 (全局错误码). Later: -1 busy, 45009 too often
# (over after a minute), 45033 too many at a time, 42001 a token that has run out (every copy asks for a
# new one). Misset: 40001 secret, 40013 corporation, 40014 token, 48002 no right to this, 60020 an address
# that is not listed, 93000 a robot's key (as its answers say; path/91770 has no table).
WECOM_LATER, WECOM_MISSET = frozenset({-1, 42001, 45009, 45033}), frozenset({40001, 40014, 93000})
WECOM_APPLICATION = WECOM_MISSET | {40013, 48002, 60020}

# 钉钉, open.dingtalk.com/document/robots/custom-robot-access. Later: -1 busy, 130101 too often (20 a
# minute, then nothing for ten), 410100 the same in the newer table. Misset: 310000 keyword, signature,
# clock or address; 40035 no token, 300001, 300005 and 400101 a token nobody has, 400013 the group is
# dissolved, 400102 the robot is stopped, 400106 there is none. Its page was not at hand: these are its
# tables as others copy and cite them.
DINGTALK_LATER = frozenset({-1, 130101, 410100})
DINGTALK_MISSET = frozenset({40035, 300001, 300005, 310000, 400013, 400101, 400102, 400106})

# 飞书, open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. Misset: 19021 signature or clock, 19022
# an address that is not listed, 19024 keyword; 19001 address and 19007 a robot that is off are seen in
# answers only. Later: 11232 too often, seen in answers; 9499 is a body it cannot read, but too often as
# well: a repeat loses nothing.
FEISHU_LATER, FEISHU_MISSET = frozenset({9499, 11232}), frozenset({19001, 19007, 19021, 19022, 19024})

SERVICES: Mapping[str, Service] = {
    "wecombot": Service("wecombot", "NotifyWeComBot", "errcode", WECOM_LATER, WECOM_MISSET),
    "wechat": Service("wechat", "NotifyWeChat", "errcode", WECOM_LATER, WECOM_APPLICATION),
    "dingtalk": Service("dingtalk", "NotifyDingTalk", "errcode", DINGTALK_LATER, DINGTALK_MISSET),
    "feishu": Service("feishu", "NotifyFeishu", "code", FEISHU_LATER, FEISHU_MISSET),
    "lark": Service("lark", "NotifyLark", "code", FEISHU_LATER, FEISHU_MISSET),
    "json": Service("custom_json", "NotifyJSON"),
    "jsons": Service("custom_json", "NotifyJSON"),
    "form": Service("custom_form", "NotifyForm"),
    "forms": Service("custom_form", "NotifyForm"),
    "xml": Service("custom_xml", "NotifyXML"),
    "xmls": Service("custom_xml", "NotifyXML"),
    "smseagle": Service("smseagle", "NotifySMSEagle"),
    "smseagles": Service("smseagle", "NotifySMSEagle"),
    "twilio": Service("twilio", "NotifyTwilio"),
}
"""By the schema of the URL: 企业微信 (robot, application), 钉钉, 飞书, webhooks, two SMS gateways."""


def service_of(schema: str) -> Service:
    """Raises ChannelInvalid (`channel_unsupported`)."""
    if schema not in SERVICES:
        message = f"通道地址的类型不受支持，只能是{'、'.join(SERVICES)}。"
        raise ChannelInvalid(message, code="channel_unsupported")
    return SERVICES[schema]


def module_of(service: Service) -> Any:
    """The plugin's module, which nobody needs who has no channel. Its log would tell keys, so it has none.

    Raises ChannelInvalid (`channels_missing`) where Apprise is not installed.
    """
    logging.getLogger("apprise").addFilter(_silent)
    try:
        return import_module(f"apprise.plugins.{service.module}")
    except ModuleNotFoundError as error:
        message = "没有安装其他通知通道所需的Apprise，请用pip install 'duban[channels]'安装。"
        raise ChannelInvalid(message, code="channels_missing") from error


def _silent(_: logging.LogRecord) -> bool:
    return False
