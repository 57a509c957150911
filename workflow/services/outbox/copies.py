"""Copies of mails by other channels: what they say, and handing one over. The mail stays the notice."""

import json
from typing import Any

from sqlalchemy import Row

from notifications.channels import Channel, send, words
from notifications.channels.addresses import Listed
from notifications.messages import subject_of
from notifications.relay import Accepted
from notifications.stationery import Stationery
from workflow.errors import ConfigurationError
from workflow.services.office import Office

TEXT = "text/plain; charset=utf-8"


def channels_of(office: Office) -> tuple[Channel, ...]:
    """The channels the installation names. Raises `ChannelInvalid` for one that cannot be used."""
    named = office.settings.channels.items()
    return tuple(Channel.parse(name, url.get_secret_value()) for name, url in named)


def text_of(wording: Stationery, document: Row[Any]) -> bytes:
    """What a copy says: the subject, and below it number and link."""
    facts = json.loads(document.facts)
    subject = subject_of(wording, facts)
    title, body = words(wording.kind, subject=subject, number=document.number, link=facts.get("link"))
    return f"{title}\n{body}".encode()


async def hand_over(office: Office, message: Row[Any], data: bytes) -> Accepted:
    """Hand a copy to its channel. Raises what `notifications.channels.send` raises.

    Raises `ConfigurationError` (`channel_unknown`) where the installation names the channel no more.
    """
    url = office.settings.channels.get(message.channel)
    if url is None:
        raise ConfigurationError(
            f"通道“{message.channel}”已不在DUBAN_CHANNELS中，该抄送不再发送。", code="channel_unknown"
        )
    title, _, body = data.decode().partition("\n")
    channel = Channel.parse(message.channel, url.get_secret_value())
    return await send(channel, title, body, listed=Listed.parse(office.settings.channel_allow))
