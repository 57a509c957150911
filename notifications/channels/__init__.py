"""Copies of a mail to other channels: 企业微信, 钉钉, 飞书, webhooks, SMS. The mail stays the notice.

Through Apprise, which is an extra (`duban[channels]`); nothing is sent anywhere unless an installation names
a channel. A copy says little: what it is about, its number, where to look; of a confidential kind only that a
paper waits. Called by the office like the relay, with the same failures; never decides when to try again.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Self

from notifications.channels.addresses import Listed
from notifications.channels.services import Service, module_of, service_of
from notifications.errors import ChannelInvalid, ChannelTrouble
from notifications.messages import CONFIDENTIAL_KINDS
from notifications.relay import Accepted

PATIENCE = 20.0
"""Seconds for the whole of a copy."""

CONFIDENTIAL = "您有一份文件待签收"
LINE_BOUND = 100
NAME = re.compile(r"\w[\w .-]{0,31}")
SHOWN_PLAINLY = str.maketrans("<>@", "＜＞＠")
"""Services read mentions and marks in these; in a copy they are letters."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by its name. The URL holds its key, and never shows in a representation or an error."""

    name: str
    url: str = field(repr=False)

    @classmethod
    def parse(cls, name: str, url: str) -> Self:
        """From a name of at most 32 letters and a URL as Apprise writes them (`wecombot://KEY`).

        A channel has one recipient: of several some might get a copy again when it is repeated for others.
        Raises ChannelInvalid (`channel_name_invalid`, `channel_unsupported`, `channels_missing`, …).
        """
        if not NAME.fullmatch(name):
            raise ChannelInvalid("通道名称须为1至32个汉字、字母或数字。", code="channel_name_invalid")
        channel = cls(name, url)
        channel._plugin()
        return channel

    @property
    def service(self) -> Service:
        return service_of(self.url.partition("://")[0].lower())

    def _plugin(self) -> Any:
        """The plugin this URL describes, new each time: it keeps nothing from one copy to the next."""
        module = module_of(self.service)
        plugin = getattr(module, self.service.plugin)
        try:
            described = plugin.parse_url(self.url)
            made = plugin(**described) if described else None
        except (TypeError, ValueError):  # the cause repeats a part of the URL
            made = None
        if made is None:
            raise ChannelInvalid(f"通道“{self.name}”的地址写法有误，请按其类型的格式填写。")
        if len(made) > 1:
            message = f"通道“{self.name}”只能有一个接收方，请为每个接收方各设一个通道。"
            raise ChannelInvalid(message, code="channel_many_recipients")
        made.request_rate_per_sec = 0  # it would wait between its own two questions
        return made


def words(kind: str, *, subject: str, number: str | None = None, link: str | None = None) -> tuple[str, str]:
    """Title and body of a copy: the mail's subject, the paper's number, the link to it.

    Of a confidential kind neither: who may see that a paper waits need not learn which.
    """
    if kind in CONFIDENTIAL_KINDS:
        return "", CONFIDENTIAL
    title = _plain(subject)
    lines = [f"文号：{_plain(number)}"] if number else []
    lines += [f"查看：{''.join(link.split())}"] if link else []
    return (title, "\n".join(lines)) if lines else ("", title)


async def send(
    channel: Channel, title: str, body: str, *, listed: Listed = Listed(), patience: float = PATIENCE
) -> Accepted:
    """Hand over one copy. It goes to public addresses and `listed` ones only.

    `Accepted` says that the service took it, not that anybody saw it. Raises ChannelTrouble (also
    `channel_address_refused`), TemporaryFailure, PermanentFailure or UncertainFailure.
    """
    return await asyncio.to_thread(_sent, channel, title, body, listed, time.monotonic() + patience)


def _sent(channel: Channel, title: str, body: str, listed: Listed, until: float) -> Accepted:
    """In a thread of its own: plugins wait where they stand."""
    plugin = channel._plugin()
    line = import_module("notifications.channels.line")
    module_of(channel.service).requests = line.INSTEAD
    errand = line.Errand(channel.name, channel.service, listed, until)
    with errand.under_way():
        taken = plugin.notify(title=title, body=body)
    if errand.failure is not None:
        raise errand.failure
    if not taken:
        message = f"通道“{channel.name}”没有接受该消息，请检查其地址和设置。"
        raise ChannelTrouble(
            message, stage=errand.stage, reply=f"HTTP {errand.status}" if errand.status else ""
        )
    return Accepted(errand.status, f"HTTP {errand.status}")


def _plain(text: str) -> str:
    """One line of plain letters."""
    return " ".join(text.translate(SHOWN_PLAINLY).split())[:LINE_BOUND]
